// SPDX-License-Identifier: GPL-2.0-only
// The text of a lesson: every key is read, and what is not understood is refused with its line.
#include "lesson/lesson.h"

#include <doctest/doctest.h>

#include "lesson/test_lessons.h"

namespace vmalab {
namespace {

using testing::kWhole;
using testing::line_with;
using testing::with;

std::string error_of(const std::string& text) {
  const Result<Lesson> lesson = parse_lesson(text, "small", "small.toml");
  return lesson ? "" : lesson.error().to_string();
}

bool refused(const std::string& text, const std::string& at, const std::string& part) {
  const std::string error = error_of(text);
  INFO(error);
  return error.starts_with("small.toml:" + std::to_string(line_with(text, at)) + ":") && error.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a lesson is read, and a step begins where the one before ended unless it says otherwise") {
  const Lesson lesson = testing::lesson_of(kWhole + "[[step]]\ntext = \"And so on.\"\nclaims = [\"no claim\"]\n");
  CHECK(lesson.title == "t");
  REQUIRE(lesson.steps.size() == 4);
  const LessonStep& tell = lesson.steps[0];
  CHECK(tell.kind == LessonStep::Kind::kTell);
  CHECK(tell.begins);
  CHECK(tell.known);
  REQUIRE(tell.show.size() == 4);
  CHECK(tell.show[1].kind == Highlight::Kind::kThread);
  CHECK(tell.show[3].name == "vma_start_read");
  CHECK(tell.show[3].line == "raw_read_seqcount(");
  const LessonStep& predict = lesson.steps[1];
  CHECK(predict.kind == LessonStep::Kind::kPredict);
  CHECK_FALSE(predict.begins);
  CHECK(predict.scenario == "standard-1-1-0");
  CHECK(predict.answer.kind == Answer::Kind::kValue);
  CHECK(predict.choices.size() == 3);
  const LessonStep& task = lesson.steps[2];
  CHECK(task.kind == LessonStep::Kind::kBreak);
  CHECK(task.variant == "no-recheck");
  CHECK(task.goal.breaks == &properties::kExclusion);
  CHECK(task.least == 28);
  CHECK(lesson.steps[3].begins);  // whoever has broken something stands anywhere
  CHECK(lesson.steps[3].variant == "no-recheck");
}

TEST_CASE("every key of the table is read") {
  for (const TomlKey& key : lesson_format().keys) {
    CAPTURE(key.name);
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(lesson_format().title_of(key.table).empty());
    const std::string name(key.name);
    const bool used = kWhole.find("\n" + name + " = ") != std::string::npos || kWhole.find("[[" + name + "]]") != std::string::npos ||
                      kWhole.starts_with(name);
    CHECK((used || name == "again" || name == "ordering"));
    // A value of no kind at all is an error about this key and no other.
    const std::string head = key.table.empty()
                                 ? ""
                                 : testing::lesson_with("[[step]]\nscenario = \"two-readers\"\ngoal = \"1\"\nask = \"Do it.\"\nsolved = \"Done.\"\n");
    const std::string predict = testing::lesson_with(
        "[[step]]\nscenario = \"two-readers\"\nask = \"Is it?\"\nanswer = \"yes if: 1\"\nreveal = \"r1\"\nright = \"Yes.\"\nwrong = \"Yes.\"\n");
    bool about_it = false;
    for (const std::string& before : {head, key.table.empty() ? std::string() : predict}) {
      if (before.find("\n" + name + " = ") != std::string::npos) {
        about_it = about_it ||
                   error_of(with(before, "\n" + name + " = \"", "\n" + name + " = 1979-05-27 # \"")).find("'" + name + "'") != std::string::npos;
      } else {
        about_it = about_it || error_of(before + name + " = 1979-05-27\n").find(name) != std::string::npos;
      }
    }
    CHECK(about_it);
  }
}

TEST_CASE("what a lesson may not say is refused at its line") {
  CHECK(refused(testing::lesson_with(""), "title", "at least one [[step]]"));
  CHECK(refused(with(kWhole, "title_claim", "claim"), "claim", "needs 'title_claim'") == false);
  CHECK(error_of(with(kWhole, "title_claim = \"no claim\"", "")).find("needs 'title_claim'") != std::string::npos);
  CHECK(refused(with(kWhole, "known = true", "knwon = true"), "knwon", "unknown key 'knwon'"));
  CHECK(refused(with(kWhole, "scenario = \"standard-1-1-0\"\n", ""), "[[step]]", "needs 'scenario'"));
  CHECK(refused(with(kWhole, "panel: vma", "panel: cellar"), "show", "there is no panel 'cellar'"));
  CHECK(refused(with(kWhole, "thread: r1", "person: r1"), "show", "names nothing to show"));
  CHECK(refused(with(kWhole, "line: vma_start_read: raw_read_seqcount(", "line: vma_start_read"), "show", "names nothing to show"));
  CHECK(refused(with(kWhole, "value: vma0->vm_refcnt", "vma0->vm_refcnt"), "answer =", "is no way to answer"));
  CHECK(refused(with(kWhole, "What is vm_refcnt then?", "Say what it is."), "ask =", "ends in a question mark"));
  CHECK(refused(with(kWhole, "What is vm_refcnt then?", "It is 7. Is it?"), "ask =", "one sentence"));
  CHECK(refused(with(kWhole, "choices = [\"1\", \"2\", \"FLAG+1\"]", "choices = [\"2\"]"), "choices =", "at least two"));
  CHECK(error_of(with(kWhole, "reveal = \"r1\"\n", "")).find("needs 'reveal'") != std::string::npos);
  CHECK(error_of(with(kWhole, "right = \"Yes: one for attach, one for r1.\"\n", "")).find("needs 'right'") != std::string::npos);
  CHECK(error_of(with(kWhole, "solved = \"Both are in.\"\n", "")).find("needs 'solved'") != std::string::npos);
  CHECK(refused(with(kWhole, "breaks: exclusion", "breaks: everything"), "goal =", "there is no check named 'everything'"));
  CHECK(refused(with(kWhole, "least = 28", "least = 0"), "least", "a whole number from 1"));
  CHECK(refused(with(kWhole, "known = true", "least = 3"), "least = 3", "belongs to a step with 'goal'"));
  CHECK(refused(with(kWhole, "known = true", "reveal = \"r1\""), "reveal = ", "belongs to a step with 'ask'"));
  CHECK(error_of(testing::lesson_with("[[step]]\nscenario = \"two-readers\"\n")).find("says nothing") != std::string::npos);
  CHECK(error_of("title = \"t\n").find("not TOML") != std::string::npos);
  CHECK(error_of("title = \xe2\x80\x9ct\xe2\x80\x9d\n").find("small.toml:1:") == 0);
}

TEST_CASE("a lesson is found by its name or its file") {
  const testing::Folder folder;
  testing::write_all(folder / "mine.toml", kWhole);
  CHECK(find_lesson(VMALAB_TEST_ASSETS, (folder / "mine.toml").string()).value().name == "mine");
  CHECK_FALSE(find_lesson(VMALAB_TEST_ASSETS, (folder / "none.toml").string()).has_value());
  CHECK(find_lesson(VMALAB_TEST_ASSETS, "no-such").error().message.find("there is no lesson named 'no-such'; there are ") == 0);
  const std::vector<Lesson> lessons = testing::must(list_lessons(VMALAB_TEST_ASSETS)).lessons;
  REQUIRE_FALSE(lessons.empty());
  CHECK(find_lesson(VMALAB_TEST_ASSETS, lessons.front().name).value().title == lessons.front().title);
}

}  // namespace vmalab
