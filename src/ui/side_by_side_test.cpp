// SPDX-License-Identifier: GPL-2.0-only
// Two runs side by side, as a person steers them.
#include "ui/side_by_side.h"

#include <string>

#include "run/beside.h"
#include "ui/endless_run.h"
#include "ui/test_screen.h"

namespace vmalab::testing {
namespace {

bool filled(const TestScreen& screen) { return const_cast<TestScreen&>(screen).bench().panels.arrangement.filled() == PanelId::kSideBySide; }

/// The whole demo, and a variant beside it.
void demo_beside(TestScreen& screen, const std::string& variant) {
  while (screen.bench().can(CommandId::kDemoStep)) screen.bench().run(CommandId::kDemoStep);
  screen.bench().put_beside_or_tell({.variant = variant});
  screen.frames(3);
}

}  // namespace

TEST_CASE("a variant is put beside by keyboard, follows what is stepped, and Escape takes it away") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  screen.key(Key::kC, {.shift = true});
  screen.type("no-wake");
  screen.key(Key::kEnter);
  REQUIRE(filled(screen));
  const SideBySide& sides = bench.side_by_side();
  CHECK(sides.runs().names() == std::array<std::string, 2>{"the lock as it is", "no-wake"});
  CHECK(sides.row() == 0);
  for (int i = 1; i <= 4; ++i) {
    screen.key(Key::kSpace);
    CHECK(sides.row() == i);
    CHECK(sides.runs().sessions()[1].depth() == i);
  }
  screen.key(Key::kLeft);
  CHECK(sides.row() == 3);
  CHECK(screen.session().depth() == 3);
  // From the past another way, which the second goes too.
  screen.key(Key::k2);
  screen.key(Key::kSpace);
  CHECK(screen.session().branches().size() == 2);
  CHECK(sides.runs().sessions()[1].info(sides.runs().node(1, 4)).action.thread == ThreadId{1});
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(sides.row() == 3);
  screen.key(Key::kEscape);
  CHECK_FALSE(sides.open());
  CHECK_FALSE(filled(screen));
}

TEST_CASE("what is the same is one band, and where they part it is two that flash") {
  TestScreen screen(open_bench("", "no-flag"), 1280, 720);
  Workbench& bench = screen.bench();
  demo_beside(screen, "none");
  const SideBySide& sides = bench.side_by_side();
  REQUIRE(sides.runs().parting());
  screen.key(Key::kHome);
  CHECK(sides.row() == 0);
  for (const char* band : {"beside/word", "beside/references", "beside/sequence", "beside/line/mmap_lock", "beside/timeline"})
    CHECK(screen.shows(band));
  CHECK_FALSE(sides.flashing());
  REQUIRE(screen.click("beside/to-parting"));
  CHECK(sides.row() == sides.runs().parting()->row);
  CHECK(screen.shows("beside/step/first"));
  CHECK(screen.shows("beside/word/first"));
  CHECK(screen.shows("beside/word/second"));
  CHECK_FALSE(screen.shows("beside/word"));
  CHECK(sides.flashing());
  // It is seen to be drawn while it flashes, and then the picture holds.
  CHECK(bench.next_frame_in() < 0.1);
  screen.frames(120);
  CHECK_FALSE(sides.flashing());
  CHECK(sides.flash() == 1);
  // One who asked for no motion sees it at once, and nothing blinks.
  screen.key(Key::kHome);
  bench.choose_motion(false);
  screen.frames(3);
  const bool moves_by_itself = bench.next_frame_in() < 0.1;
  screen.key(Key::kU);
  CHECK(sides.row() == sides.runs().parting()->row);
  screen.frames(5);
  CHECK((bench.next_frame_in() < 0.1) == moves_by_itself);
}

TEST_CASE("side by side in large type the headline and what the count says are whole") {
  for (const double zoom : {1.0, 1.5, 2.0}) {
    TestScreen screen(open_bench("", "no-flag"), 1280, 720);
    screen.bench().appearance().set_zoom(zoom);
    demo_beside(screen, "none");
    screen.bench().to_parting();
    for (int i = 0; i < 2; ++i) {
      screen.frames(3);
      CAPTURE(zoom);
      const WidgetLog& widgets = screen.bench().widgets();
      const Widget *sentence = widgets.find("beside/sentence"), *name = widgets.find("beside/name/first"), *step = widgets.find("beside/step/first");
      REQUIRE(sentence != nullptr);
      CHECK_FALSE(sentence->clipped);
      CHECK(sentence->max.y <= name->min.y);
      for (const char* side : {"0", "1"}) {
        const Widget* exact = widgets.find("beside/exact/" + std::string(side));
        REQUIRE(exact != nullptr);
        CHECK(exact->min.y >= step->max.y);
        CHECK_FALSE(exact->clipped);
      }
      screen.key(Key::kRight);
    }
  }
}

TEST_CASE("a look of the second alone is a row in which the first stands still") {
  TestScreen screen("detach-alone");
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  screen.key(Key::kC, {.ctrl = true, .shift = true});
  const SideBySide& sides = bench.side_by_side();
  REQUIRE(sides.open());
  CHECK(sides.runs().names()[1] == "lockdep off");
  REQUIRE_FALSE(sides.runs().looks_alone().empty());
  const int look = sides.runs().looks_alone().front();
  screen.key(Key::kHome);
  for (int i = 0; i < look; ++i) screen.key(Key::kRight);
  CHECK(sides.row() == look);
  CHECK(screen.session().depth() == look - 1);
  CHECK(screen.shows("beside/step/second"));
  CHECK(screen.shows("beside/word"));
  screen.key(Key::kRight);
  CHECK(screen.session().depth() == look);
  screen.key(Key::kEnd);
  CHECK(sides.row() == sides.last_row());
}

TEST_CASE("swapped, the other one is steered, and undo brings the first back") {
  TestScreen screen(open_bench("", "no-flag"), 1280, 720);
  Workbench& bench = screen.bench();
  demo_beside(screen, "none");
  const SideBySide& sides = bench.side_by_side();
  screen.key(Key::kU);
  const int second = sides.runs().rows()[static_cast<std::size_t>(sides.row())].depth[1];
  screen.key(Key::kU, {.shift = true});
  REQUIRE(sides.open());
  CHECK(sides.runs().names() == std::array<std::string, 2>{"the lock as it is", "no-flag"});
  CHECK(screen.session().depth() == second);
  CHECK(filled(screen));
  REQUIRE(sides.runs().parting());
  // By mouse back again.
  REQUIRE(screen.click("beside/swap-sides"));
  CHECK(sides.runs().names()[0] == "no-flag");
}

TEST_CASE("two branches: joined until the fork, and the other one is a swap away") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  CHECK_FALSE(bench.can(CommandId::kCompareBranches));
  for (int i = 0; i < 4; ++i) screen.key(Key::kSpace);
  screen.key(Key::kLeft);
  screen.key(Key::k2);
  screen.key(Key::kSpace);
  screen.key(Key::kC);
  REQUIRE(filled(screen));
  const SideBySide& sides = bench.side_by_side();
  CHECK(sides.second() == nullptr);
  REQUIRE(sides.runs().parting());
  CHECK(sides.runs().parting()->row == 4);
  CHECK(sides.runs().names() == std::array<std::string, 2>{"branch 2", "main"});
  screen.key(Key::kSpace);  // the branch grows, and the view with it
  CHECK(sides.last_row() == 5);
  screen.key(Key::kU, {.shift = true});
  CHECK(sides.runs().names() == std::array<std::string, 2>{"main", "branch 2"});
  CHECK(screen.session().active_branch() == 0);
  // A third: there is a choice now.
  screen.key(Key::kHome);
  screen.key(Key::k2);
  screen.key(Key::kSpace);
  screen.key(Key::kC);
  CHECK(screen.shows("picker/branch 0"));
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  CHECK(sides.runs().names()[1] == "branch 2");
}

TEST_CASE("threads that do not match, and what is not there, are said in one sentence") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  screen.key(Key::kO, {.ctrl = true, .shift = true});
  screen.type("writer-alone");
  screen.key(Key::kEnter);
  CHECK_FALSE(bench.side_by_side().open());
  CHECK(bench.overlay().error == "the threads do not match: two-readers has r1 and r2, writer-alone has w1");
  screen.key(Key::kEscape);
  screen.key(Key::kO, {.ctrl = true, .shift = true});
  screen.type("no-such-thing");
  screen.key(Key::kEnter);
  CHECK(bench.overlay().error.find("no-such-thing") != std::string::npos);
  screen.key(Key::kEscape);
  // A variant of which its scenario has more than this one is no trouble: this scenario runs in it.
  bench.put_beside_or_tell({.variant = "no-such-variant"});
  CHECK(screen.has_notice("Nothing was put beside this: "));
}

TEST_CASE("the timeline takes the cursor along, and another document takes the view away") {
  TestScreen screen(open_bench("", "put-wakes-freed-mm"), 1280, 720);
  Workbench& bench = screen.bench();
  demo_beside(screen, "none");
  const SideBySide& sides = bench.side_by_side();
  const Widget* lanes = bench.widgets().find("beside/timeline");
  REQUIRE(lanes != nullptr);
  const float y = 0.5F * (lanes->min.y + lanes->max.y);
  screen.drag({lanes->max.x - 3, y}, {lanes->min.x + 2, y});
  CHECK(sides.row() < sides.last_row() / 2);
  screen.key(Key::kZ);
  CHECK_FALSE(filled(screen));
  CHECK(sides.open());
  screen.key(Key::kU, {.ctrl = true});
  CHECK(filled(screen));
  for (const auto& [width, height] : {std::pair{320.0F, 200.0F}, {800.0F, 500.0F}, {1920.0F, 1080.0F}}) {
    screen.resize(width, height);
    screen.frames(3);
  }
  bench.open_or_tell("two-readers");
  screen.frames(2);
  CHECK_FALSE(sides.open());
}

TEST_CASE("a click on the lanes goes there, one on the lock word asks why it is so, and nothing else is clicked by it") {
  TestScreen screen(open_bench("", "no-flag"), 1280, 720);
  Workbench& bench = screen.bench();
  demo_beside(screen, "none");
  const SideBySide& sides = bench.side_by_side();
  screen.key(Key::kU);
  const Widget* parting = bench.widgets().find("beside/parting");  // the cell of the row in which they part
  REQUIRE(parting != nullptr);
  const ImVec2 here = TestScreen::middle(*parting), earlier{parting->min.x - 2.5F * (parting->max.x - parting->min.x), here.y};
  const int at = sides.row();
  const auto press = [&](ImVec2 where) {
    screen.move_to(where);
    screen.button(true);
    screen.button(false);
  };
  press(earlier);
  CHECK(sides.row() == at - 3);
  CHECK(screen.session().depth() == sides.runs().rows()[static_cast<std::size_t>(at - 3)].depth[0]);
  press(here);
  CHECK(sides.row() == at);
  const Widget* word = bench.widgets().find("beside/word/first");
  if (word == nullptr) word = bench.widgets().find("beside/word");
  REQUIRE(word != nullptr);
  const std::size_t nodes = screen.session().node_count();
  press({word->min.x + 1.2F * bench.appearance().em(), 0.5F * (word->min.y + word->max.y)});
  CHECK(bench.panels.causes.open());
  CHECK(sides.row() == at);
  CHECK(screen.session().node_count() == nodes);
  screen.key(Key::kEscape);
  CHECK_FALSE(bench.panels.causes.open());
  CHECK(filled(screen));
  // Labels and what was done are no buttons.
  for (const char* band : {"beside/step/first", "beside/name/first", "beside/name/second"}) {
    const Widget* widget = bench.widgets().find(band);
    if (widget != nullptr) press(TestScreen::middle(*widget));
    CHECK(sides.row() == at);
    CHECK(screen.session().node_count() == nodes);
  }
}

TEST_CASE("F5 keeps what is beside, and a branch that is") {
  TestScreen screen(open_bench("", "no-flag"), 1280, 720);
  Workbench& bench = screen.bench();
  demo_beside(screen, "none");
  const SideBySide& sides = bench.side_by_side();
  const auto names = sides.runs().names();
  const int rows = sides.last_row();
  screen.key(Key::kF5);
  CHECK(filled(screen));
  REQUIRE(sides.open());
  CHECK(sides.runs().names() == names);
  CHECK(sides.last_row() == rows);
  screen.key(Key::kU, {.shift = true});  // swapped, and read again
  screen.key(Key::kF5);
  REQUIRE(sides.open());
  CHECK(sides.runs().names() == std::array<std::string, 2>{names[1], names[0]});
  screen.key(Key::kEscape);
  bench.open_or_tell("two-readers");
  for (int i = 0; i < 4; ++i) screen.key(Key::kSpace);
  screen.key(Key::kLeft);
  screen.key(Key::k2);
  screen.key(Key::kSpace);
  screen.key(Key::kC);
  REQUIRE(filled(screen));
  screen.key(Key::kF5);
  CHECK(filled(screen));
  REQUIRE(sides.open());
  CHECK(sides.runs().names() == std::array<std::string, 2>{"branch 2", "main"});
}

TEST_CASE("a long run is compared a piece a frame, and says how far that is") {
  const Folder folder;
  const Workspace workspace(VMALAB_TEST_ASSETS);
  constexpr int kSteps = 4000;
  Document document = must(endless_run(workspace, folder.path(), 4, kSteps));
  TestScreen screen(std::make_unique<Workbench>(workspace, WorkbenchOptions{}, std::move(document)), 1280, 720);
  Workbench& bench = screen.bench();
  screen.frames(2);
  bench.run(CommandId::kLockdepBeside);
  const SideBySide& sides = bench.side_by_side();
  REQUIRE(sides.open());
  CHECK(sides.behind(bench.session()));
  CHECK(bench.finds_out());  // so that frames go on
  const int first = sides.last_row();
  CHECK(first < kSteps);
  CHECK(bench.side_by_side().view(VmaId{0}).sentence.find("Compared so far: ") != std::string::npos);
  screen.frames(1);
  CHECK(sides.last_row() > first);
  for (int i = 0; i < 100 && sides.behind(bench.session()); ++i) screen.frames(1);
  CHECK_FALSE(sides.behind(bench.session()));
  CHECK(sides.runs().rows().back().depth[0] == kSteps);
  CHECK(sides.runs().rows()[static_cast<std::size_t>(sides.row())].depth[0] == screen.session().depth());
  CHECK(bench.side_by_side().view(VmaId{0}).sentence.find("Compared so far: ") == std::string::npos);
}

TEST_CASE("nothing beside: the panel says how something gets there") {
  TestScreen screen("two-readers");
  screen.bench().panels.arrangement.fill(PanelId::kSideBySide);
  screen.frames(2);
  REQUIRE(screen.click("beside/lockdep-beside"));
  CHECK(screen.bench().side_by_side().open());
}

TEST_CASE("on the stage a clicker goes row by row, also where the second alone takes a step") {
  TestScreen screen("detach-alone", 1920, 1080);
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  bench.run(CommandId::kLockdepBeside);
  bench.seek_row(0);
  screen.key(Key::kF11);
  CHECK(screen.shows("panel/beside"));
  const SideBySide& sides = bench.side_by_side();
  const int look = sides.runs().looks_alone().front();
  for (int row = 1; row <= look; ++row) {
    screen.key(row % 2 == 0 ? Key::kPageDown : Key::kSpace);
    CHECK(sides.row() == row);
  }
  CHECK(screen.session().depth() == look - 1);
  screen.key(Key::kPageUp);
  CHECK(sides.row() == look - 1);
}

}  // namespace vmalab::testing
