// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/mouse_queue.h"

#include <doctest/doctest.h>

#include <string>

namespace vmalab {

TEST_CASE("clicks that come within one frame are as many clicks, each where it was made") {
  MouseQueue mouse;
  CHECK_FALSE(mouse.next_frame());
  for (int i = 0; i < 3; ++i) {
    const ImVec2 at{10.0F * static_cast<float>(i), 5};
    mouse.add(0, true, at);
    mouse.add(0, false, at);
  }
  std::string seen;
  while (!mouse.empty()) {
    const std::optional<ImVec2> at = mouse.next_frame();
    REQUIRE(at);
    seen += (mouse.down(0) ? "down " : "up ") + std::to_string(static_cast<int>(at->x)) + " ";
  }
  CHECK(seen == "down 0 up 0 down 10 up 10 down 20 up 20 ");
  CHECK_FALSE(mouse.next_frame());
  CHECK_FALSE(mouse.down(0));
}

TEST_CASE("several buttons change in one frame, at one place, and a held one stays down") {
  MouseQueue mouse;
  mouse.add(0, true, {1, 1});
  mouse.add(1, true, {1, 1});
  mouse.add(2, true, {2, 1});
  mouse.add(9, true, {2, 1});  // no button that anybody has
  mouse.next_frame();
  CHECK(mouse.down(0));
  CHECK(mouse.down(1));
  CHECK_FALSE(mouse.down(2));
  mouse.next_frame();
  CHECK(mouse.empty());
  CHECK(mouse.down(2));
  mouse.next_frame();
  CHECK(mouse.down(0));
}

}  // namespace vmalab
