// SPDX-License-Identifier: GPL-2.0-only
// Stage mode, by its keys: what is seen, and that nothing is too small for the back row.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("the stage has a title card before the first step, then caption, lock word and timeline") {
  TestScreen screen;
  CHECK(screen.key(Key::kF11));
  CHECK(screen.shows("stage/title"));
  CHECK_FALSE(screen.shows("panel/threads"));
  CHECK_FALSE(screen.shows("stage/word"));
  for (const Key next : {Key::kPageDown, Key::kRight, Key::kSpace, Key::kEnter}) {
    const int depth = screen.session().depth();
    screen.key(next);
    CHECK(screen.session().depth() == depth + 1);
  }
  for (const char* part : {"stage/caption", "stage/word", "panel/timeline"}) CHECK(screen.shows(part));
  CHECK_FALSE(screen.shows("stage/title"));
  screen.key(Key::kPageUp);
  screen.key(Key::kLeft);
  CHECK(screen.session().depth() == 2);
  // What comes next is the run's where there is one.
  screen.key(Key::kPageDown);
  CHECK(screen.session().node_count() == 5);
  screen.key(Key::kF11);
  CHECK(screen.shows("panel/threads"));
}

TEST_CASE("a dark screen, the source and the spotlight on the stage, and Escape takes them away one by one") {
  TestScreen screen;
  screen.key(Key::kF11);
  screen.key(Key::kPageDown);
  screen.key(Key::kS);
  CHECK(screen.shows("panel/source"));
  screen.key(Key::kM);
  CHECK(screen.shows("panel/map"));  // in its place
  CHECK_FALSE(screen.shows("panel/source"));
  screen.key(Key::kM);
  CHECK_FALSE(screen.shows("panel/map"));
  screen.key(Key::kL);
  CHECK(screen.shows("stage/spotlight"));
  for (const Key dark : {Key::kB, Key::kPeriod}) {
    screen.key(dark);
    CHECK(screen.shows("stage/blank"));
    CHECK_FALSE(screen.shows("stage/word"));
    screen.key(dark);
    CHECK_FALSE(screen.shows("stage/blank"));
  }
  CHECK(screen.session().depth() == 1);  // B runs no thread here
  screen.key(Key::kEscape);
  CHECK_FALSE(screen.shows("stage/spotlight"));
  CHECK(screen.bench().stage().on());
  screen.key(Key::kEscape);
  CHECK_FALSE(screen.bench().stage().on());
  CHECK(screen.shows("panel/threads"));
  screen.key(Key::kF11);
  CHECK_FALSE(screen.bench().stage().source());
}

TEST_CASE("on the stage nothing is smaller than a fortieth of the height, whatever the zoom") {
  for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, {1920.0F, 1080.0F}, {3840.0F, 2160.0F}, {640.0F, 360.0F}}) {
    TestScreen screen("writer-waits-for-a-reader", width, height);
    screen.bench().appearance().set_zoom(0.6);
    screen.key(Key::kF11);
    const Fonts& fonts = screen.bench().appearance().fonts();
    for (const Font& font :
         {fonts.body, fonts.small, fonts.bold, fonts.title, fonts.huge, fonts.display, fonts.code, fonts.code_small, fonts.code_bold}) {
      CHECK(font.size >= height / 40);
    }
    screen.key(Key::kF11);
    CHECK(screen.bench().appearance().em() == screen.bench().appearance().wanted_em(width, height));
  }
}

TEST_CASE("a value that is asked about before the first step lies over no story on the stage, in type for a room") {
  TestScreen screen;
  screen.key(Key::kF11);
  screen.bench().ask_why(Place::word(vma_address(0)));
  screen.frames(2);
  REQUIRE(screen.shows("causes"));
  CHECK_FALSE(screen.shows("stage/title"));
  CHECK(screen.shows("stage/word"));
}

TEST_CASE("on the stage nothing lies over anything else, in any story at any step") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  bench.choose_motion(false);
  bench.enter_stage();
  const auto names = [&] {
    std::vector<std::string> all;
    for (const auto& listed : bench.documents().scenarios()) all.push_back(listed.name);
    return all;
  }();
  for (const std::string& name : names) {
    if (!bench.open(name)) continue;
    CAPTURE(name);
    while (bench.demo_step()) {
      screen.frames(1);
      CAPTURE(bench.session().depth());
      const WidgetLog& widgets = bench.widgets();
      const float caption = widgets.find("stage/caption")->max.y, word = widgets.find("stage/word")->min.y;
      const float timeline = widgets.find("panel/timeline")->min.y;
      CHECK(caption <= word);
      for (const auto& [mark, widget] : widgets.all()) {
        if (!mark.starts_with("reference/") && !mark.starts_with("stage/")) continue;
        CAPTURE(mark);
        CHECK(widget.max.y <= timeline);
      }
    }
  }
}

TEST_CASE("on the stage the sequence numbers and mmap_lock are shown with twelve threads, too, above the timeline") {
  for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, {1920.0F, 1080.0F}}) {
    TestScreen screen("standard-8-3-1", width, height);
    Workbench& bench = screen.bench();
    bench.choose_motion(false);
    for (int t = 0; t < 8; ++t) {
      for (int i = 0; i < 4; ++i) bench.step(thread_id(t));
    }
    for (int i = 0; i < 12; ++i) bench.step(thread_id(8));
    bench.enter_stage();
    screen.frames(3);
    CAPTURE(height);
    const float timeline = bench.widgets().find("panel/timeline")->min.y;
    for (const char* mark : {"stage/word", "reference/attach", "reference/r8 transient", "stage/sequence", "stage/mmap_lock", "stage/in RCU"}) {
      CAPTURE(std::string(mark));
      const Widget* widget = bench.widgets().find(mark);
      REQUIRE(widget != nullptr);
      CHECK(widget->max.y <= timeline);
    }
    // What the caption says is not said twice.
    CHECK(bench.demo_caption().text.empty());
  }
}

TEST_CASE("a broken check is told on the stage, below the caption") {
  TestScreen screen("writer-waits-for-a-reader");
  screen.key(Key::kF11);
  Workbench& bench = screen.bench();
  bench.choose_variant(1);
  while (bench.next_action() && (bench.last_step() == nullptr || bench.last_step()->violations == 0) && bench.session().depth() < 200)
    screen.key(Key::kPageDown);
  REQUIRE(bench.last_step()->violations != 0);
  const Widget* broken = bench.widgets().find("stage/broken");
  const Widget* caption = bench.widgets().find("stage/caption");
  const Widget* word = bench.widgets().find("stage/word");
  REQUIRE(broken != nullptr);
  CHECK(broken->min.y >= caption->max.y);
  CHECK(broken->max.y <= word->min.y);
}

}  // namespace vmalab
