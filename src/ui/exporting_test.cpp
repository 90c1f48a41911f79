// SPDX-License-Identifier: GPL-2.0-only
#include "ui/exporting.h"

#include <doctest/doctest.h>

#include "ui/test_screen.h"

namespace vmalab {
namespace {

using namespace testing;

/// What is told when it is asked for, and goes on until it is let go.
struct Painter {
  std::optional<Exporting::Wish> asked;
  bool done = false, fails = false, gone = false;

  Exporting::Draw draw() {
    struct Work final : Exporting::Drawing {
      Painter& painter;
      explicit Work(Painter& p) : painter(p) {}
      ~Work() override { painter.gone = true; }
      std::optional<Result<void>> finished() override {
        if (!painter.done) return std::nullopt;
        return painter.fails ? Result<void>(fail("no paint")) : Result<void>();
      }
    };
    return [this](const Session&, const Exporting::Wish& wish) -> Result<std::unique_ptr<Exporting::Drawing>> {
      asked = wish;
      done = gone = false;
      return std::make_unique<Work>(*this);
    };
  }
};

void take_steps(TestScreen& screen, int count) {
  for (int i = 0; i < count; ++i) screen.key(Key::kEnter);
}
/// Opens the dialog by keyboard and types a file into it.
void type_file(TestScreen& screen, const std::string& words) {
  screen.key(Key::kE, {.ctrl = true});
  REQUIRE(screen.bench().overlay().kind == Overlay::Kind::kExport);
  screen.bench().overlay().put(words);
  screen.frames(4);
  screen.key(Key::kEnter);
  screen.frames(2);
}

TEST_CASE("a run is exported from the window, whole or a range of it, and nothing is written over") {
  TestScreen screen;
  screen.key(Key::kE, {.ctrl = true});
  CHECK(!screen.bench().overlay().open());  // there is no step yet
  take_steps(screen, 6);
  // What is typed goes on behind the name that is offered.
  screen.key(Key::kE, {.ctrl = true});
  screen.type(" 2-4");
  CHECK(screen.bench().overlay().text.ends_with(".html 2-4"));
  screen.key(Key::kEscape);
  const std::string page = (screen.folder() / "run.html").string(), text = (screen.folder() / "part.txt").string();
  type_file(screen, page);
  CHECK(!screen.bench().overlay().open());
  CHECK(read_all(page).find("data-step='6'") != std::string::npos);
  CHECK(screen.bench().notices().all().back().text == "Wrote " + page);
  type_file(screen, text + " 2-4");
  CHECK(read_all(text).find("Steps 2 to 4 of 6.") != std::string::npos);
  // What cannot be stays open, and says why.
  for (const std::string& bad : {page, text + "x", text + " 4-9", (screen.folder() / "no" / "a.svg").string()}) {
    CAPTURE(bad);
    type_file(screen, bad);
    CHECK(screen.bench().overlay().open());
    CHECK(!screen.bench().overlay().error.empty());
    screen.key(Key::kEscape);
  }
}

TEST_CASE("pictures are drawn beside the window, one at a time, and can be stopped") {
  TestScreen screen;
  Painter painter;
  screen.bench().exporting().drawn_by({".webp", ".gif"}, painter.draw());
  take_steps(screen, 4);
  const std::string film = (screen.folder() / "run.gif").string();
  CHECK(!screen.bench().can(CommandId::kStopDrawing));
  type_file(screen, film + " 1-3");
  REQUIRE(painter.asked);
  CHECK(painter.asked->file == film);
  CHECK(painter.asked->range == StepRange{1, 3});
  CHECK(screen.bench().exporting().drawing());
  CHECK(screen.bench().next_frame_in() < 1);
  type_file(screen, (screen.folder() / "other.webp").string());
  CHECK(screen.bench().overlay().error.find("Another picture is being drawn") != std::string::npos);
  screen.key(Key::kEscape);
  painter.done = true;
  screen.frames(2);
  CHECK(!screen.bench().exporting().drawing());
  CHECK(screen.bench().notices().all().back().text == "Drew " + film);
  type_file(screen, film);
  screen.key(Key::kE, {.ctrl = true, .shift = true});
  CHECK(painter.gone);
  CHECK(!screen.bench().exporting().drawing());
  painter.fails = true;
  type_file(screen, film);
  painter.done = true;
  screen.frames(2);
  CHECK(screen.bench().notices().all().back().text == "Not drawn. error: no paint");
}

TEST_CASE("the dialog names every extension that there is") {
  Notices notices;
  Exporting exporting(VMALAB_TEST_ASSETS, notices);
  CHECK(exporting.extensions().find(".html") == 0);
  CHECK(exporting.extensions().find(".gif") == std::string::npos);
  exporting.drawn_by({".gif"}, {});
  CHECK(exporting.extensions().find(", .gif") != std::string::npos);
}

}  // namespace
}  // namespace vmalab
