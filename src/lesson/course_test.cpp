// SPDX-License-Identifier: GPL-2.0-only
// The course that is shipped: every sentence of every lesson, every answer and every goal is confirmed by the machine.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "lesson/test_lessons.h"

namespace vmalab {

TEST_CASE("the machine confirms every lesson of the course") {
  Prover prover(testing::workspace());
  const LessonList course = testing::must(list_lessons(VMALAB_TEST_ASSETS));
  for (const Diagnostic& why : course.unreadable) FAIL_CHECK(why.to_string());
  for (const Lesson& lesson : course.lessons) {
    for (const Diagnostic& fault : check_lesson(lesson, testing::workspace(), prover)) FAIL_CHECK(fault.to_string());
  }
}

TEST_CASE("a lesson of the course is short, asks something, and says how short each goal is") {
  const LessonList course = testing::must(list_lessons(VMALAB_TEST_ASSETS));
  for (const Lesson& lesson : course.lessons) {
    CAPTURE(lesson.name);
    CHECK(lesson.steps.size() >= 3);
    CHECK(lesson.steps.size() <= 10);
    int asked = 0;
    for (const LessonStep& step : lesson.steps) {
      asked += step.kind != LessonStep::Kind::kTell ? 1 : 0;
      if (step.kind == LessonStep::Kind::kBreak) CHECK(step.least.has_value());
    }
    CHECK(asked > 0);
  }
}

TEST_CASE("a lesson that cannot be read keeps nobody from the others") {
  const testing::OwnAssets own;
  const std::size_t all = testing::must(list_lessons(own.path)).lessons.size();
  testing::write_all(own.path / "lessons/the-second-look.toml", "title = \n");
  const LessonList list = testing::must(list_lessons(own.path));
  CHECK(list.lessons.size() == all - 1);
  REQUIRE(list.unreadable.size() == 1);
  CHECK(list.unreadable[0].file.find("the-second-look.toml") != std::string::npos);
  CHECK(list.unreadable[0].line == 1);
  CHECK(find_lesson(own.path, list.lessons.front().name));
}

TEST_CASE("every lesson stands in the course, once") {
  std::set<std::string> named;
  for (const Chapter& chapter : testing::must(read_course(VMALAB_TEST_ASSETS))) {
    CHECK_FALSE(chapter.title.empty());
    for (const std::string& name : chapter.scenarios) CHECK(named.insert(name).second);
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(VMALAB_TEST_ASSETS) / "lessons")) {
    if (entry.path().extension() != ".toml") continue;
    ++files;
    CHECK(named.count(entry.path().stem().string()) == 1);
  }
  CHECK(files == named.size());
}

}  // namespace vmalab
