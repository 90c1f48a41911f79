// SPDX-License-Identifier: GPL-2.0-only
// The course that is shipped: every sentence of every lesson, every answer and every goal is confirmed by the machine.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "lesson/test_lessons.h"

namespace vmalab {

TEST_CASE("the machine confirms every lesson of the course") {
  Prover prover(testing::workspace());
  for (const Lesson& lesson : testing::must(list_lessons(VMALAB_TEST_ASSETS))) {
    for (const Diagnostic& fault : check_lesson(lesson, testing::workspace(), prover)) FAIL_CHECK(fault.to_string());
  }
}

TEST_CASE("a lesson of the course is short, asks something, and says how short each goal is") {
  for (const Lesson& lesson : testing::must(list_lessons(VMALAB_TEST_ASSETS))) {
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
