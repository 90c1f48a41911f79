// SPDX-License-Identifier: GPL-2.0-only
// The window as the person arranges it: panels that fill it, splitters.
#include <doctest/doctest.h>

#include <string>

#include "ui/layout.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

namespace {

Rect place(TestScreen& screen, const std::string& panel) {
  const Widget* widget = screen.bench().widgets().find("panel/" + panel);
  REQUIRE(widget != nullptr);
  return {widget->min, widget->max};
}

void double_click(TestScreen& screen, ImVec2 at) {
  screen.move_to(at);
  for (int i = 0; i < 2; ++i) {
    screen.button(true);
    screen.button(false);
  }
}

}  // namespace

TEST_CASE("a double click on its title makes a panel fill the window, and again brings it back") {
  for (const std::string name : {"threads", "vma", "timeline", "memory"}) {
    CAPTURE(name);
    TestScreen screen;
    const Rect before = place(screen, name);
    const ImVec2 title{before.max.x - 20, before.min.y + 8};
    double_click(screen, title);
    const Rect filled = place(screen, name);
    CHECK(filled.width() > 1200);
    CHECK(filled.height() > 550);
    CHECK_FALSE(screen.shows(name == "vma" ? "panel/threads" : "panel/vma"));
    double_click(screen, {filled.max.x - 20, filled.min.y + 8});
    CHECK(place(screen, name).width() == before.width());
    double_click(screen, {before.min.x + 0.5F * before.width(), before.max.y - 8});  // its contents are no title
    CHECK(screen.shows("panel/threads"));
  }
}

TEST_CASE("keys fill the window with the panel under the mouse, with the next, and Escape goes back") {
  TestScreen screen;
  const Rect threads = place(screen, "threads");
  screen.move_to({threads.min.x + 40, threads.max.y - 20});
  CHECK(screen.key(Key::kZ));
  CHECK(screen.bench().panels.arrangement.filled() == PanelId::kThreads);
  for (std::size_t i = 1; i < panel_table().size(); ++i) {
    screen.key(Key::kZ, {.shift = true});
    const PanelInfo& info = panel_table()[i];
    CAPTURE(info.name);
    CHECK(screen.bench().panels.arrangement.filled() == info.id);
    CHECK(screen.shows("panel/" + std::string(info.name)));
  }
  screen.key(Key::kSpace);  // everything goes on as before
  CHECK(screen.session().depth() == 1);
  screen.key(Key::kEscape);
  CHECK(screen.bench().panels.arrangement.filled() == std::nullopt);
  CHECK(screen.shows("panel/threads"));
}

TEST_CASE("splitters are dragged within bounds, and a double click puts them back") {
  TestScreen screen;
  const float before = place(screen, "threads").width(), high = place(screen, "timeline").height();
  const auto handle = [&](const char* name) { return TestScreen::middle(*screen.bench().widgets().find(name)); };
  ImVec2 at = handle("splitter/first");
  screen.drag(at, {at.x + 100, at.y});
  CHECK(place(screen, "threads").width() > before + 80);
  at = handle("splitter/strip");
  screen.drag(at, {at.x, at.y - 80});
  CHECK(place(screen, "timeline").height() > high + 50);
  at = handle("splitter/first");
  screen.drag(at, {5000, at.y});
  CHECK(place(screen, "vma").width() > 150);
  CHECK(place(screen, "source").width() > 150);
  double_click(screen, handle("splitter/first"));
  CHECK(place(screen, "threads").width() == doctest::Approx(before));
  CHECK(clamped({-1, -1, -1}) == clamped(clamped({-1, -1, -1})));
  CHECK(screen.session().depth() == 0);
}

}  // namespace vmalab
