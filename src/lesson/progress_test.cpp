// SPDX-License-Identifier: GPL-2.0-only
// How far a person is in the lessons comes back; a broken file does no harm and is told.
#include "lesson/progress.h"

#include <doctest/doctest.h>

#include "lesson/test_lessons.h"

namespace vmalab {

TEST_CASE("progress comes back, and finished stays finished") {
  const testing::Folder folder;
  const std::filesystem::path file = folder.path() / "deep" / "lessons.json";
  LessonProgress progress = testing::must(read_progress(file));
  CHECK(progress.lessons.empty());
  LessonRun run(testing::lesson_of(testing::kWhole), 1);
  progress.note(run);
  REQUIRE(write_progress(file, progress).has_value());
  progress = testing::must(read_progress(file));
  CHECK(progress.lessons.at("small").step == 1);
  CHECK_FALSE(progress.lessons.at("small").finished);
  run.go_to(2);
  CHECK_FALSE(run.skip().has_value());
  progress.note(run);
  CHECK(progress.lessons.at("small").finished);
  CHECK(progress.lessons.at("small").step == 0);
  progress.note(LessonRun(testing::lesson_of(testing::kWhole), 2));
  CHECK(progress.lessons.at("small").finished);
  CHECK(progress.lessons.at("small").step == 2);
}

TEST_CASE("a file of progress that is none is told, and odd parts of one are left out") {
  const testing::Folder folder;
  const std::filesystem::path file = folder / "lessons.json";
  for (const char* bad : {"", "[]", "{\"version\": 7}"}) {
    testing::write_all(file, bad);
    CHECK_FALSE(read_progress(file).has_value());
  }
  testing::write_all(file, R"({"version": 1, "lessons": {"a": {"step": -3, "right": 9, "asked": "x"}, "b": 7}})");
  const LessonProgress odd = testing::must(read_progress(file));
  CHECK(odd.lessons.size() == 1);
  CHECK(odd.lessons.at("a").step == 0);
  CHECK(odd.lessons.at("a").right == 0);
}

}  // namespace vmalab
