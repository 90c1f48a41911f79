// SPDX-License-Identifier: GPL-2.0-only
// One student in one lesson: what may be seen when, what is right, hints, free play and back.
#include "lesson/lesson_run.h"

#include <doctest/doctest.h>

#include "lesson/test_lessons.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

using testing::kWhole;
using testing::must;
using Mark = LessonShown::Choice::Mark;

struct Student {
  LessonRun run;
  Session session;

  explicit Student(const std::string& text = kWhole, int step = 0, bool fast = false)
      : run(testing::lesson_of(text), step, fast), session(must(testing::workspace().open(run.origin())).session) {
    must(run.stand(session));
    must(run.search_to_end(session));
  }
  void enter() {
    if (!run.plays_on(session)) session = must(testing::workspace().open(run.origin())).session;
    must(run.stand(session));
    if (!run.shows_too_much(session)) return;
    session = must(testing::workspace().open(run.origin())).session;
    must(run.stand(session));
  }
  void hint() {
    must(run.hint(session));
    must(run.search_to_end(session));
  }
  void next() {
    REQUIRE(run.next().has_value());
    enter();
  }
  void steps(const std::string& schedule) {
    for (const Action& action : must(parse_schedule(session.machine(), schedule))) must(session.apply(action));
    run.moved(session);
  }
  LessonShown shown() const { return run.shown(session); }
};

}  // namespace

TEST_CASE("what a step tells is true where it is told, and points at what is there") {
  const Student student;
  const LessonShown shown = student.shown();
  CHECK(shown.step == 1);
  CHECK(shown.steps == 3);
  REQUIRE(shown.text.size() == 2);
  CHECK(shown.text[1].holds);
  REQUIRE(shown.spots.size() == 4);
  CHECK(shown.spots[1].thread == ThreadId{0});
  CHECK(shown.spots[2].address != 0);
  CHECK(shown.spots[3].line > 0);
  CHECK(shown.done);
  CHECK_FALSE(shown.last);
}

TEST_CASE("a question shows nothing of its answer before it is given, and the machine knows it") {
  Student student;
  student.next();
  CHECK(student.session.depth() == 3);
  CHECK(student.session.node_count() == 4);
  LessonShown shown = student.shown();
  REQUIRE(shown.choices.size() == 3);
  for (const LessonShown::Choice& choice : shown.choices) CHECK(choice.mark == Mark::kOpen);
  CHECK(shown.explanation.empty());
  CHECK_FALSE(shown.was_right.has_value());
  CHECK_FALSE(shown.done);
  CHECK_FALSE(student.run.next().has_value());
  CHECK_FALSE(student.run.answer(3, student.session).has_value());
  REQUIRE(student.run.answer(0, student.session).has_value());
  shown = student.shown();
  CHECK(student.session.depth() == 4);
  CHECK(shown.was_right == false);
  CHECK(shown.choices[0].mark == Mark::kWrong);
  CHECK(shown.choices[1].mark == Mark::kRight);
  CHECK(shown.choices[2].mark == Mark::kOther);
  REQUIRE(shown.explanation.size() == 1);
  CHECK(shown.explanation[0].text == "It is 2.");
  CHECK(shown.explanation[0].holds);
  CHECK_FALSE(student.run.answer(1, student.session).has_value());
  CHECK(student.run.asked() == 1);
  CHECK(student.run.right() == 0);

  Student other;
  other.next();
  REQUIRE(other.run.answer(1, other.session).has_value());
  CHECK(other.shown().was_right == true);
  CHECK(other.shown().explanation[0].text == "Yes: one for attach, one for r1.");
  CHECK(other.run.right() == 1);
  CHECK(other.run.next().has_value());
}

TEST_CASE("who goes back to a question is asked again, without the steps that would tell") {
  Student student;
  student.next();
  REQUIRE(student.run.answer(1, student.session).has_value());
  REQUIRE(student.run.previous());
  student.enter();
  CHECK(student.session.depth() == 0);
  student.next();
  CHECK(student.session.depth() == 3);
  CHECK(student.session.node_count() == 4);
  CHECK_FALSE(student.shown().was_right.has_value());
}

TEST_CASE("a goal is reached by the student's own steps, counted against the proven minimum") {
  Student student(kWhole, 2);
  LessonShown shown = student.shown();
  CHECK(shown.least == 28);
  CHECK(shown.ask == "Bring both in at once.");
  CHECK_FALSE(shown.done);
  CHECK_FALSE(student.run.next().has_value());
  student.steps("r1*3,w1*21,r1");
  CHECK(student.shown().moves == 25);
  CHECK_FALSE(student.shown().done);
  student.hint();
  CHECK(student.shown().hint.find("Step r1: ") == 0);
  CHECK(student.shown().hint.find("2 steps of a shortest way are left") != std::string::npos);
  student.steps("r1");
  CHECK(student.shown().hint.empty());  // it was for another place
  student.steps("r1*2");
  shown = student.shown();
  CHECK(shown.moves == 28);
  CHECK(shown.done);
  CHECK(shown.was_right == true);
  REQUIRE(shown.explanation.size() == 1);
  CHECK_FALSE(student.run.hint(student.session).has_value());
  CHECK_FALSE(student.run.next().has_value());  // it is the last step
  CHECK(student.run.finished());
}

TEST_CASE("where there is no way to the goal any more the hint says so, and the way is shown from the start") {
  Student student(kWhole, 2);
  student.steps("r1*10");  // r1 is done before w1 begins
  student.hint();
  CHECK(student.shown().hint.find("no way to it any more") != std::string::npos);
  must(student.run.show_way(student.session));
  must(student.run.search_to_end(student.session));
  CHECK(student.session.depth() == 28);
  CHECK(student.shown().done);
  CHECK(student.shown().was_right == false);
  CHECK(student.run.right() == 0);
}

TEST_CASE("ways are looked for in pieces, with how far that is, and given up when nobody wants them any more") {
  LessonRun run(testing::lesson_of(kWhole), 2);
  Session session = must(testing::workspace().open(run.origin())).session;
  must(run.stand(session));
  CHECK(run.searching());
  CHECK_FALSE(run.shown(session).least);
  CHECK(run.shown(session).counting);
  CHECK(run.shown(session).looking.empty());  // nobody has asked
  // A hint that is asked for before the minimum is known waits for it: it is the same search.
  must(run.hint(session));
  int pieces = 0;
  for (; run.searching(); ++pieces) {
    CHECK(run.shown(session).looking.find("Looking for a shortest way: ") == 0);
    must(run.search(session, {64}));
  }
  CHECK(pieces > 3);
  CHECK(run.shown(session).least == 28);
  CHECK(run.shown(session).looking.empty());
  CHECK(run.shown(session).hint.find("27 steps of a shortest way are left") != std::string::npos);
  const std::string whole = run.shown(session).hint;
  // However it is cut.
  LessonRun other(testing::lesson_of(kWhole), 2);
  must(other.stand(session));
  must(other.hint(session));
  while (other.searching()) must(other.search(session, {}));
  CHECK(other.shown(session).hint == whole);

  const auto step = [&](const char* schedule) {
    for (const Action& action : must(parse_schedule(session.machine(), schedule))) must(session.apply(action));
  };
  step("r1*3");
  run.moved(session);
  must(run.hint(session));
  must(run.search(session, {1}));
  CHECK(run.asked_for_way());
  run.stop_search();
  CHECK_FALSE(run.searching());
  CHECK(run.shown(session).hint.empty());
  // A step of the student's takes the question back, and so does free play; a way is then not taken behind his back.
  must(run.show_way(session));
  must(run.search(session, {1}));
  step("w1");
  run.moved(session);
  CHECK_FALSE(run.searching());
  CHECK(session.depth() == 4);
  must(run.show_way(session));
  run.play_freely();
  CHECK_FALSE(run.searching());
  // From free play it is shown from where the step begins.
  must(run.show_way(session));
  CHECK(session.depth() == 0);
  must(run.search_to_end(session));
  CHECK(session.depth() == 28);
  CHECK(run.shown(session).done);
  // What is stopped is not known, and says so.
  LessonRun stopped(testing::lesson_of(kWhole), 2);
  must(stopped.stand(session));
  const Result<void> end = stopped.search_to_end(session, [](const check::Progress&) { return false; });
  REQUIRE_FALSE(end.has_value());
  CHECK(end.error().message.find("it was stopped") != std::string::npos);
  CHECK_FALSE(stopped.shown(session).counting);
}

TEST_CASE("for a room the machine answers, and nobody is counted") {
  Student student;
  student.next();
  REQUIRE(student.run.reveal(student.session).has_value());
  CHECK(student.shown().was_right == true);
  CHECK(student.shown().explanation[0].text == "Yes: one for attach, one for r1.");
  CHECK(student.run.asked() == 0);
  CHECK(student.run.right() == 0);
}

TEST_CASE("free play leaves the lesson's place alone") {
  Student student;
  student.next();
  student.run.play_freely();
  student.steps("w1*5,r1");
  CHECK(student.shown().away);
  REQUIRE(student.run.stand(student.session).has_value());
  CHECK_FALSE(student.shown().away);
  CHECK(student.session.depth() == 3);
  CHECK(student.run.shows_too_much(student.session, true));
  REQUIRE(student.run.answer(1, student.session).has_value());
  CHECK(student.shown().was_right == true);
}

TEST_CASE("the fast track passes over what is known, and back goes there all the same") {
  Student student(kWhole + testing::kTellStep + testing::kBreakStep, 2, true);
  REQUIRE(student.run.skip().has_value());
  CHECK(student.run.step() == 4);  // the fourth step is known
  CHECK(student.run.previous());
  CHECK(student.run.step() == 3);
  student.run.go_to(0);
  student.enter();
  student.next();
  CHECK(student.run.step() == 1);
  REQUIRE(student.run.skip().has_value());
  CHECK(student.run.step() == 2);
  CHECK(student.run.previous());
  CHECK(student.run.previous());
  CHECK(student.run.step() == 0);
  CHECK_FALSE(student.run.previous());
}

TEST_CASE("a schedule that cannot be run is named with its line") {
  const std::string text = testing::with(kWhole, "run = \"r1*3\"", "run = \"r1*99\"");
  Student student(text);
  REQUIRE(student.run.next().has_value());
  const Result<void> stood = student.run.stand(student.session);
  REQUIRE_FALSE(stood.has_value());
  CHECK(stood.error().line == testing::line_with(text, "r1*99"));
}

}  // namespace vmalab
