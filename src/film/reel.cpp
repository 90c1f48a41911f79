// SPDX-License-Identifier: GPL-2.0-only
#include "film/reel.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace vmalab {
namespace {

constexpr std::size_t kChannels = 3;

std::size_t at(const Image& image, int x, int y) {
  return (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * kChannels;
}

/// The smallest rectangle outside of which both are the same; empty when they are.
ReelFrame difference(const Image& before, const Image& now) {
  int left = now.width, right = -1, top = now.height, bottom = -1;
  const auto row_bytes = static_cast<std::size_t>(now.width) * kChannels;
  for (int y = 0; y < now.height; ++y) {
    const std::uint8_t *a = &before.rgb[at(before, 0, y)], *b = &now.rgb[at(now, 0, y)];
    if (std::memcmp(a, b, row_bytes) == 0) continue;
    top = std::min(top, y);
    bottom = y;
    const auto first = static_cast<std::size_t>(std::mismatch(a, a + row_bytes, b).first - a);
    std::size_t last = row_bytes;
    while (a[last - 1] == b[last - 1]) --last;
    left = std::min(left, static_cast<int>(first / kChannels));
    right = std::max(right, static_cast<int>((last - 1) / kChannels));
  }
  ReelFrame frame;
  if (right < left) return frame;
  frame.left = left;
  frame.top = top;
  frame.part.width = right - left + 1;
  frame.part.height = bottom - top + 1;
  for (int y = top; y <= bottom; ++y) {
    const auto begin = now.rgb.begin() + static_cast<std::ptrdiff_t>(at(now, left, y));
    frame.part.rgb.insert(frame.part.rgb.end(), begin,
                          begin + static_cast<std::ptrdiff_t>(frame.part.width) * static_cast<std::ptrdiff_t>(kChannels));
  }
  return frame;
}

void put(Image& image, const ReelFrame& frame) {
  const auto bytes = static_cast<std::size_t>(frame.part.width) * kChannels;
  for (int y = 0; y < frame.part.height; ++y)
    std::memcpy(&image.rgb[at(image, frame.left, frame.top + y)], &frame.part.rgb[at(frame.part, 0, y)], bytes);
}

}  // namespace

void Reel::add(const Image& image, int milliseconds) {
  if (frames_.empty()) {
    frames_.push_back({0, 0, image, milliseconds});
    last_ = image;
    return;
  }
  assert(image.width == last_.width && image.height == last_.height && "pictures of one size");
  ReelFrame frame = difference(last_, image);
  if (frame.part.width == 0) {
    frames_.back().milliseconds += milliseconds;
    return;
  }
  frame.milliseconds = milliseconds;
  frames_.push_back(std::move(frame));
  last_ = image;
}

int Reel::milliseconds() const {
  int sum = 0;
  for (const ReelFrame& frame : frames_) sum += frame.milliseconds;
  return sum;
}

Result<void> Reel::play(const std::function<Result<void>(const Image&, int)>& show) const {
  Image now;
  for (const ReelFrame& frame : frames_) {
    if (now.rgb.empty()) {
      now = frame.part;
    } else {
      put(now, frame);
    }
    if (Result<void> shown = show(now, frame.milliseconds); !shown) return shown;
  }
  return {};
}

Reel Reel::scaled(int width) const {
  Reel out;
  const Result<void> played = play([&](const Image& image, int milliseconds) -> Result<void> {
    out.add(vmalab::scaled(image, width), milliseconds);
    return {};
  });
  assert(played && "nothing here can fail");
  return out;
}

Image scaled(const Image& image, int width) {
  if (width >= image.width) return image;
  const double factor = static_cast<double>(image.width) / width;
  Image out{width, std::max(1, static_cast<int>(std::lround(image.height / factor))), {}};
  const double tall = static_cast<double>(image.height) / out.height;
  // First in rows, then in columns: a pixel counts with the share of it that lies inside.
  std::vector<float> rows(static_cast<std::size_t>(width) * static_cast<std::size_t>(image.height) * kChannels);
  const auto mean = [](double begin, double end, const auto& value) {
    double sum = 0;
    for (int i = static_cast<int>(begin); i < end; ++i) sum += value(i) * (std::min<double>(end, i + 1) - std::max<double>(begin, i));
    return static_cast<float>(sum / (end - begin));
  };
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < kChannels; ++c) {
        rows[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * kChannels + c] = mean(
            x * factor, std::min<double>((x + 1) * factor, image.width), [&](int i) { return image.rgb[at(image, i, y) + c]; });
      }
    }
  }
  out.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(out.height) * kChannels);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < kChannels; ++c) {
        const float value = mean(y * tall, std::min<double>((y + 1) * tall, image.height), [&](int i) {
          return rows[(static_cast<std::size_t>(i) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * kChannels + c];
        });
        out.rgb[at(out, x, y) + c] = static_cast<std::uint8_t>(std::lround(value));
      }
    }
  }
  return out;
}

}  // namespace vmalab
