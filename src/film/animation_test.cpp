// SPDX-License-Identifier: GPL-2.0-only
// What is encoded is decoded again by the libraries' own readers, picture by picture.
#include "film/animation.h"

#include <doctest/doctest.h>
#include <gif_lib.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstring>

namespace vmalab {
namespace {

const KeepGoing kAlways = [] { return true; };

/// A picture of stripes with a square somewhere, in so many colours.
Image picture(int step, int width = 160, int height = 90, int colours = 40) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool square = x / 10 == step && y / 10 == step;
      const int shade = (x * y) % colours;
      image.rgb.push_back(static_cast<std::uint8_t>(square ? 255 : shade));
      image.rgb.push_back(static_cast<std::uint8_t>(square ? 0 : shade * 5 % 256));
      image.rgb.push_back(static_cast<std::uint8_t>(square ? 0 : 255 - shade));
    }
  }
  return image;
}
Reel reel_of(int pictures, int colours = 40) {
  Reel reel;
  for (int i = 0; i < pictures; ++i) reel.add(picture(i, 160, 90, colours), 100 + 10 * i);
  return reel;
}

struct Shown {
  std::vector<std::uint8_t> rgb;
  int milliseconds;
};

std::vector<Shown> decoded_webp(const std::string& bytes) {
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPAnimDecoder* decoder = WebPAnimDecoderNew(&data, nullptr);
  REQUIRE(decoder != nullptr);
  WebPAnimInfo info;
  REQUIRE(WebPAnimDecoderGetInfo(decoder, &info) != 0);
  std::vector<Shown> out;
  int before = 0;
  while (WebPAnimDecoderHasMoreFrames(decoder) != 0) {
    std::uint8_t* rgba = nullptr;
    int time = 0;
    REQUIRE(WebPAnimDecoderGetNext(decoder, &rgba, &time) != 0);
    Shown shown{{}, time - before};
    before = time;
    for (std::size_t i = 0; i < std::size_t{info.canvas_width} * info.canvas_height; ++i)
      shown.rgb.insert(shown.rgb.end(), rgba + 4 * i, rgba + 4 * i + 3);
    out.push_back(std::move(shown));
  }
  WebPAnimDecoderDelete(decoder);
  return out;
}

struct Source {
  const std::string& bytes;
  std::size_t at = 0;
};
int read_source(GifFileType* file, GifByteType* into, int count) {
  auto& source = *static_cast<Source*>(file->UserData);
  const std::size_t n = std::min(static_cast<std::size_t>(count), source.bytes.size() - source.at);
  std::memcpy(into, source.bytes.data() + source.at, n);
  source.at += n;
  return static_cast<int>(n);
}

std::vector<Shown> decoded_gif(const std::string& bytes) {
  Source source{bytes};
  int error = 0;
  GifFileType* file = DGifOpen(&source, read_source, &error);
  REQUIRE(file != nullptr);
  REQUIRE(DGifSlurp(file) == GIF_OK);
  std::vector<Shown> out;
  std::vector<std::uint8_t> now(static_cast<std::size_t>(file->SWidth * file->SHeight) * 3);
  for (int i = 0; i < file->ImageCount; ++i) {
    GraphicsControlBlock control;
    REQUIRE(DGifSavedExtensionToGCB(file, i, &control) == GIF_OK);
    const GifImageDesc& place = file->SavedImages[i].ImageDesc;
    for (int y = 0; y < place.Height; ++y) {
      for (int x = 0; x < place.Width; ++x) {
        const int index = file->SavedImages[i].RasterBits[y * place.Width + x];
        if (index == control.TransparentColor) continue;
        const GifColorType& colour = file->SColorMap->Colors[index];
        std::uint8_t* p = &now[static_cast<std::size_t>((place.Top + y) * file->SWidth + place.Left + x) * 3];
        p[0] = colour.Red;
        p[1] = colour.Green;
        p[2] = colour.Blue;
      }
    }
    out.push_back({now, control.DelayTime * 10});
  }
  DGifCloseFile(file, &error);
  return out;
}

TEST_CASE("a reel gives back every picture, and keeps only what changes") {
  const Reel reel = reel_of(5);
  int i = 0;
  REQUIRE(reel.play([&](const Image& image, int milliseconds) -> Result<void> {
    CHECK(image == picture(i));
    CHECK(milliseconds == 100 + 10 * i);
    ++i;
    return {};
  }));
  CHECK(i == 5);
  CHECK(reel.frames()[1].part.rgb.size() < picture(0).rgb.size() / 10);
  CHECK(reel.milliseconds() == 600);
}

TEST_CASE("a picture that stays stands longer") {
  Reel reel;
  reel.add(picture(1), 100);
  reel.add(picture(1), 50);
  reel.add(picture(2), 100);
  REQUIRE(reel.frames().size() == 2);
  CHECK(reel.frames()[0].milliseconds == 150);
}

TEST_CASE("a WebP animation shows every pixel of every picture for its time, and is always the same") {
  const Reel reel = reel_of(6);
  const std::string bytes = *encode_webp(reel, kAlways);
  CHECK(bytes == *encode_webp(reel, kAlways));
  const std::vector<Shown> shown = decoded_webp(bytes);
  REQUIRE(shown.size() == 6);
  for (int i = 0; i < 6; ++i) {
    CHECK(shown[static_cast<std::size_t>(i)].rgb == picture(i).rgb);
    CHECK(shown[static_cast<std::size_t>(i)].milliseconds == 100 + 10 * i);
  }
}

TEST_CASE("a GIF of few colours shows every pixel, of many the nearest, and is always the same") {
  for (const int colours : {40, 250, 1000}) {
    CAPTURE(colours);
    const Reel reel = reel_of(6, colours);
    const std::string bytes = *encode_gif(reel, kAlways);
    CHECK(bytes == *encode_gif(reel, kAlways));
    const std::vector<Shown> shown = decoded_gif(bytes);
    REQUIRE(shown.size() == 6);
    for (int i = 0; i < 6; ++i) {
      const Image wanted = picture(i, 160, 90, colours);
      int furthest = 0;
      for (std::size_t p = 0; p < wanted.rgb.size(); ++p)
        furthest = std::max(furthest, std::abs(wanted.rgb[p] - shown[static_cast<std::size_t>(i)].rgb[p]));
      CHECK(furthest <= (colours < 255 ? 0 : 48));
      CHECK(shown[static_cast<std::size_t>(i)].milliseconds == 100 + 10 * i);
    }
  }
}

TEST_CASE("smaller pictures keep their shape and the mean of their colours") {
  const Image flat{100, 50, std::vector<std::uint8_t>(100 * 50 * 3, 77)};
  const Image half = scaled(flat, 40);
  CHECK(half.width == 40);
  CHECK(half.height == 20);
  CHECK(std::all_of(half.rgb.begin(), half.rgb.end(), [](std::uint8_t value) { return value == 77; }));
  CHECK(scaled(flat, 200) == flat);
  Image two{2, 1, {0, 0, 0, 255, 255, 255}};
  CHECK(scaled(two, 1).rgb == std::vector<std::uint8_t>{128, 128, 128});
}

TEST_CASE("a bound on the size is kept by smaller pictures, or told to be impossible") {
  Reel reel;
  for (int i = 0; i < 8; ++i) reel.add(picture(i, 900, 500, 200), 100);
  // What 368 pixels take: 900 made smaller four times.
  const std::size_t bound = encode_within(reel, encode_webp, {368, 0}, kAlways)->size();
  const Result<std::string> smaller = encode_within(reel, encode_webp, {0, bound}, kAlways);
  REQUIRE(smaller);
  CHECK(smaller->size() <= bound);
  const Result<std::string> narrow = encode_within(reel, encode_gif, {400, 0}, kAlways);
  REQUIRE(narrow);
  CHECK(decoded_gif(*narrow)[0].rgb.size() == std::size_t{400} * 222 * 3);
  const Result<std::string> impossible = encode_within(reel, encode_webp, {0, 100}, kAlways);
  REQUIRE(!impossible);
  CHECK(impossible.error().file == "--max-size");
}

TEST_CASE("encoding can be stopped") {
  int left = 3;
  const KeepGoing few = [&] { return left-- > 0; };
  CHECK(encode_webp(reel_of(6), few).error().message == "stopped");
  left = 3;
  CHECK(encode_gif(reel_of(6), few).error().message == "stopped");
}

}  // namespace
}  // namespace vmalab
