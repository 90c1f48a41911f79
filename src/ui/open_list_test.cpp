// SPDX-License-Identifier: GPL-2.0-only
// The open dialog: what it offers, and that a person gets to a file by typing, by the arrows and by the mouse.
#include "ui/open_list.h"

#include <doctest/doctest.h>

#include <string>

#include "ui/test_screen.h"

namespace vmalab {
namespace {

using testing::TestScreen;

const char* const kMine =
    "title = \"Mine\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";

std::string labels(const OpenRows& offered) {
  std::string text;
  for (const OpenRow& row : offered.rows) text += (text.empty() ? "" : " ") + row.label;
  return text;
}

}  // namespace

TEST_CASE("a path is completed by folders, traces and scenarios, and by nothing else") {
  const testing::Folder folder;
  std::filesystem::create_directories(folder / "talks");
  std::filesystem::create_directories(folder / ".hidden");
  for (const char* name : {"b.jsonl", "a.toml", "notes.txt", "Talk.jsonl", ".secret.toml"}) testing::write_all(folder / name, "");
  const std::string top = folder.path().string() + "/";
  CHECK(labels(open_rows(top, {}, {})) == "talks/ Talk.jsonl a.toml b.jsonl");
  CHECK(labels(open_rows(top + "t", {}, {})) == "talks/ Talk.jsonl");
  CHECK(labels(open_rows(top + ".", {}, {})) == ".hidden/ .secret.toml");
  CHECK(open_rows(top + "a", {}, {}).rows.front().path == top + "a.toml");
  CHECK(open_rows(top + "t", {}, {}).rows.front().path == top + "talks/");
  // Below the home folder, and still as it was typed.
  CHECK(open_rows("~/b", {}, folder.path()).rows.front().path == "~/b.jsonl");
  CHECK(expanded_path("~/b.jsonl", folder.path()) == top + "b.jsonl");
  CHECK(expanded_path("~b", folder.path()) == "~b");
  CHECK(open_rows("/no/such/folder/", {}, {}).rows.empty());
  CHECK(open_rows("vmalab:1:x", {}, {}).rows.empty());
}

TEST_CASE("files that were open before come first, and one that is gone is named so") {
  const testing::Folder folder;
  testing::write_all(folder / "race.jsonl", "");
  const std::vector<std::string> recent{(folder / "race.jsonl").string(), (folder / "lost.toml").string()};
  const OpenRows all = open_rows("", recent, folder.path());
  REQUIRE(all.rows.size() == 2);
  CHECK(all.rows[0].text == "trace, in ~");
  CHECK(all.rows[1].kind == OpenRow::Kind::kGone);
  CHECK(all.rows[1].text == "is gone from ~");
  CHECK(labels(open_rows("LOST", recent, {})) == "lost.toml");
  // It is not listed twice.
  CHECK(labels(open_rows(folder.path().string() + "/ra", recent, {})) == "race.jsonl");
}

TEST_CASE("in a folder of very many files the list ends, and says so") {
  const testing::Folder folder;
  for (int i = 0; i < 150; ++i) testing::write_all(folder.path() / ("t" + std::to_string(i) + ".jsonl"), "");
  const OpenRows offered = open_rows(folder.path().string() + "/", {}, {});
  CHECK(offered.rows.size() == OpenRows::kMost);
  CHECK(offered.more);
}

TEST_CASE("Tab completes what is typed, Enter opens it") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  std::filesystem::create_directories(screen.folder() / "talks");
  testing::write_all(screen.folder() / "talks" / "mine.toml", kMine);
  screen.key(Key::kO, {.ctrl = true});
  screen.frames(2);
  screen.type(screen.folder().string() + "/ta");
  REQUIRE(screen.shows("open/0"));
  screen.key(Key::kTab);
  CHECK(bench.overlay().text == screen.folder().string() + "/talks/");
  // One goes on typing behind what was completed.
  screen.frames(3);
  screen.type("mi");
  CHECK(bench.overlay().text == screen.folder().string() + "/talks/mi");
  screen.key(Key::kTab);
  CHECK(bench.overlay().text == screen.folder().string() + "/talks/mine.toml");
  screen.key(Key::kEnter);
  CHECK_FALSE(bench.overlay().open());
  CHECK(bench.scenario().title == "Mine");
}

TEST_CASE("a file that was open before is opened again by the arrows, by the mouse and from the menu") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string mine = (screen.folder() / "mine.toml").string();
  testing::write_all(mine, kMine);
  REQUIRE(bench.open(mine));
  const auto leave = [&] {
    REQUIRE(bench.open("two-readers"));
    screen.frames(2);
  };
  leave();
  screen.key(Key::kO, {.ctrl = true});
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  CHECK(bench.scenario().title == "Mine");
  leave();
  screen.key(Key::kO, {.ctrl = true});
  screen.frames(2);
  REQUIRE(screen.click("open/0"));
  CHECK(bench.scenario().title == "Mine");
  CHECK_FALSE(bench.overlay().open());
  leave();
  REQUIRE(screen.click("menu/File"));
  screen.frames(3);
  REQUIRE(screen.click("menu/File/recent/0"));
  CHECK(bench.scenario().title == "Mine");
}

TEST_CASE("what cannot be opened stays in the field, with the reason, and is mended there") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string mine = (screen.folder() / "mine.toml").string();
  testing::write_all(mine, kMine);
  REQUIRE(bench.open(mine));
  REQUIRE(bench.open("two-readers"));
  std::filesystem::remove(mine);
  screen.key(Key::kO, {.ctrl = true});
  screen.frames(2);
  screen.key(Key::kEnter);  // nothing is typed, nothing is chosen
  CHECK(bench.overlay().error == "Type where it is, or choose one of the files below.");
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  CHECK(bench.overlay().kind == Overlay::Kind::kOpen);
  CHECK(bench.overlay().text == mine);
  CHECK(bench.overlay().error.find("is gone from") != std::string::npos);
  screen.frames(4);
  CHECK(screen.shows("overlay/error"));
  screen.type("x");
  CHECK(bench.overlay().text == mine + "x");
  screen.key(Key::kEnter);
  CHECK(bench.overlay().open());
  CHECK(bench.overlay().error.find("mine.tomlx") != std::string::npos);
  CHECK(bench.scenario().name == "two-readers");
  // In the menu it is there, but not to be chosen.
  screen.key(Key::kEscape);
  REQUIRE(screen.click("menu/File"));
  screen.frames(3);
  const Widget* entry = bench.widgets().find("menu/File/recent/0");
  REQUIRE(entry != nullptr);
  CHECK_FALSE(entry->enabled);
}

}  // namespace vmalab
