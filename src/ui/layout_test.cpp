// SPDX-License-Identifier: GPL-2.0-only
// Everything has its place at every size: inside the window, nothing on top of anything else.
#include "ui/layout.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace vmalab {
namespace {

std::vector<Rect> places(const Layout& l) {
  std::vector<Rect> all{l.menu, l.toolbar, l.threads, l.vma, l.lesson, l.timeline, l.status};
  if (!l.tabs) {
    all.push_back(l.corner);
    all.push_back(l.source);
  }
  if (l.classes.height() > 0) all.push_back(l.classes);
  return all;
}

bool overlap(const Rect& a, const Rect& b) { return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y; }

}  // namespace

TEST_CASE("nothing overlaps and nothing leaves the window") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{
           {1280, 720}, {1920, 1080}, {3840, 2160}, {1024, 768}, {800, 600}, {320, 240}, {2560, 1080}, {1080, 1920}}) {
    for (const float zoom : {0.6F, 1.0F, 1.5F, 3.0F}) {
      const Layout layout = compute_layout(width, height, base_em(width, height) * zoom);
      const std::vector<Rect> all = places(layout);
      for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(width);
        CAPTURE(height);
        CAPTURE(zoom);
        CAPTURE(i);
        CHECK(all[i].min.x >= 0);
        CHECK(all[i].max.x <= width);
        CHECK(all[i].max.y <= height);
        for (std::size_t j = i + 1; j < all.size(); ++j) {
          CAPTURE(j);
          CHECK_FALSE(overlap(all[i], all[j]));
        }
      }
    }
  }
}

TEST_CASE("the usual sizes have three columns with room to read") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{1280, 720}, {1920, 1080}, {2560, 1440}, {3840, 2160}}) {
    const float em = base_em(width, height);
    const Layout layout = compute_layout(width, height, em);
    CHECK_FALSE(layout.tabs);
    CHECK(layout.threads.width() > 19 * em);
    CHECK(layout.vma.width() > 24 * em);
    CHECK(layout.source.width() > 24 * em);
    CHECK(layout.threads.height() > 21 * em);
    CHECK(layout.timeline.height() > 9 * em);
  }
}

TEST_CASE("a larger window shows more, and its type is larger all the same") {
  const float em[] = {base_em(1280, 720), base_em(1920, 1080), base_em(2560, 1440), base_em(3840, 2160)};
  const float heights[] = {720, 1080, 1440, 2160};
  CHECK(em[0] == 17);
  for (int i = 1; i < 4; ++i) {
    CHECK(em[i] > 1.1F * em[i - 1]);
    CHECK(heights[i] / em[i] > 1.1F * heights[i - 1] / em[i - 1]);  // lines
  }
  // From the back of a room: a line is no less than 1/65 of the height.
  CHECK(em[3] * 65 > heights[3]);
  // The classes have a place of their own once there is the height for it.
  CHECK(compute_layout(1280, 720, em[0]).classes.height() == 0);
  CHECK(compute_layout(1920, 1080, em[1]).classes.height() == 0);
  CHECK(compute_layout(3840, 2160, em[3]).classes.height() > 10 * em[3]);
  CHECK(compute_layout(3840, 2160, em[3]).vma.height() > 21 * em[3]);
  CHECK(compute_layout(3840, 2160, 2 * em[3]).classes.height() == 0);
}

TEST_CASE("a narrow window shares one place") {
  CHECK(compute_layout(800, 600, 16).tabs);
  CHECK(compute_layout(1280, 720, 32).tabs);
}

}  // namespace vmalab
