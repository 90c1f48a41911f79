// SPDX-License-Identifier: GPL-2.0-only
// A lesson in the window, by keyboard and by mouse: what is told, asked, answered, reached; free play and back; the list, the outlines
// around what is spoken of, and the stage.
#include <doctest/doctest.h>

#include "ui/test_screen.h"

namespace vmalab::testing {
namespace {

const std::string kLesson =
    "title = \"t\"\ntitle_claim = \"no claim\"\n"
    "[[step]]\nscenario = \"standard-1-1-0\"\ntext = \"Nobody is in.\"\nclaims = [\"vma0->vm_refcnt == 1\"]\n"
    "show = [\"panel: vma\", \"thread: w1\", \"field: vma0->vm_refcnt\", \"line: vma_start_read: raw_read_seqcount(\"]\n"
    "[[step]]\nrun = \"r1*3\"\ntext = \"r1 comes.\"\nclaims = [\"did: r1 finds vma0\"]\nask = \"What is vm_refcnt then?\"\n"
    "answer = \"value: vma0->vm_refcnt\"\nchoices = [\"1\", \"2\", \"FLAG+1\"]\n"
    "reveal = \"r1\"\nright = \"So it is.\"\nright_claims = [\"vma0->vm_refcnt == 2\"]\nwrong = \"It is 2.\"\nwrong_claims = [\"vma0->vm_refcnt == 2\"]\n"
    "[[step]]\nscenario = \"standard-1-0-0\"\nask = \"Bring r1 in.\"\ngoal = \"holds_read_lock(r1, vma0)\"\nleast = 9\nsolved = \"It is in.\"\n"
    "solved_claims = [\"holds_read_lock(r1, vma0)\"]\n";

struct Class {
  Folder folder;
  TestScreen screen;

  explicit Class(float width = 1280, float height = 720) : screen("two-readers", width, height) {
    write_all(folder / "small.toml", kLesson);
    must_do(screen.bench().begin_lesson((folder / "small.toml").string()));
    screen.frames(6);  // the source comes to its line
  }
  static void must_do(const Result<void>& done) {
    INFO((done ? "" : done.error().to_string()));
    REQUIRE(done.has_value());
  }
  /// What is looked for in pieces, a frame each.
  void find_out() {
    for (int i = 0; i < 1000 && run().searching(); ++i) screen.frames(1);
    screen.frames(1);
  }
  const LessonRun& run() { return screen.bench().tutor().run(); }
  LessonShown shown() { return run().shown(screen.session()); }
};

}  // namespace

TEST_CASE("every panel that a lesson can speak of has a place in the window") {
  TestScreen screen;
  screen.frames(3);
  for (const std::string_view name : lesson_panels()) {
    CAPTURE(name);
    const std::vector<std::string> marks = spot_marks({Highlight::Kind::kPanel, std::string(name)}, screen.bench().machine());
    REQUIRE_FALSE(marks.empty());
    if (name == "causes") continue;  // they lie over the panels
    CHECK(find_panel(marks[0].substr(marks[0].find('/') + 1)).has_value());
  }
}

TEST_CASE("the map and the causes come for the step that speaks of them, and the lesson stays in sight") {
  const std::string text =
      "title = \"t\"\ntitle_claim = \"no claim\"\n"
      "[[step]]\nscenario = \"standard-1-1-0\"\nrun = \"r1*4\"\ntext = \"Each state is somewhere.\"\nclaims = [\"no claim\"]\nshow = [\"panel: map\"]\n"
      "[[step]]\ntext = \"r1 made it so.\"\nclaims = [\"no claim\"]\nshow = [\"panel: causes\", \"field: vma0->vm_refcnt\"]\n"
      "[[step]]\ntext = \"And on.\"\nclaims = [\"no claim\"]\n";
  const Folder folder;
  write_all(folder / "panels.toml", text);
  TestScreen screen("two-readers");
  Class::must_do(screen.bench().begin_lesson((folder / "panels.toml").string()));
  screen.frames(4);
  const auto* map = screen.bench().widgets().find("panel/map");
  const auto* lesson = screen.bench().widgets().find("panel/lesson");
  REQUIRE(map != nullptr);
  REQUIRE(lesson != nullptr);
  CHECK(map->max.y < lesson->min.y);
  CHECK(screen.shows("lesson/text"));
  CHECK(screen.shows("lesson/spot/0"));
  screen.key(Key::kEnter);
  CHECK_FALSE(screen.shows("panel/map"));
  CHECK(screen.shows("causes"));
  CHECK(screen.shows("causes/since"));
  screen.key(Key::kPageDown);
  CHECK_FALSE(screen.shows("causes"));
  CHECK(screen.bench().tutor().run().step() == 2);
}

TEST_CASE("a lesson tells, and outlines what it speaks of") {
  Class room;
  CHECK(room.screen.shows("lesson/text"));
  CHECK(room.screen.shows("lesson/spot/0"));
  CHECK(room.screen.shows("lesson/spot/3"));
  CHECK(room.screen.bench().selected_thread() == ThreadId{1});
  CHECK(room.screen.shows("source/line/" + std::to_string(room.shown().spots[3].line)));
  room.screen.key(Key::kF1);  // the keys lie over the panels, and no outline over them
  CHECK_FALSE(room.screen.shows("lesson/spot/0"));
  room.screen.key(Key::kEscape);
  CHECK(room.screen.shows("lesson/spot/0"));
}

TEST_CASE("a question is answered by a digit, and nothing of the answer is seen before") {
  Class room;
  CHECK(room.screen.key(Key::kEnter));
  CHECK(room.run().step() == 1);
  CHECK(room.screen.session().node_count() == 4);
  CHECK(room.screen.shows("lesson/choice/1"));
  CHECK_FALSE(room.screen.shows("lesson/explanation"));
  CHECK(room.screen.key(Key::kEnter));  // nothing but a word
  CHECK(room.run().step() == 1);
  REQUIRE_FALSE(room.screen.bench().notices().empty());
  CHECK(room.screen.bench().notices().all().back().text == "Answer the question first, or skip it.");
  room.screen.key(Key::k2);
  CHECK(room.screen.bench().notices().empty());  // it was about what has been done since
  CHECK(room.shown().was_right == true);
  CHECK(room.screen.session().depth() == 4);
  CHECK(room.screen.shows("lesson/explanation"));
  CHECK_FALSE(room.screen.shows("lesson/choice/1"));
  CHECK(room.screen.key(Key::kEnter));
  CHECK(room.run().step() == 2);
  room.screen.key(Key::kPageUp);
  CHECK(room.run().step() == 1);
}

TEST_CASE("a question is answered by the mouse, and skipped by it") {
  Class room;
  room.screen.click("lesson/next");
  CHECK(room.run().step() == 1);
  room.screen.click("lesson/choice/3");
  CHECK(room.shown().was_right == false);
  room.screen.click("lesson/back");
  CHECK(room.run().step() == 0);
  room.screen.click("lesson/next");
  room.screen.click("lesson/next");  // it says Skip
  CHECK(room.run().step() == 2);
}

TEST_CASE("a goal is reached by the student's steps, with a hint on the way") {
  Class room;
  room.screen.bench().lesson_next(true);
  room.screen.bench().lesson_next(true);
  room.screen.frames(3);
  CHECK(room.run().step() == 2);
  CHECK(room.screen.bench().scenario().name == "standard-1-0-0");
  for (int i = 0; i < 8; ++i) room.screen.key(Key::kSpace);
  CHECK(room.shown().moves == 8);
  CHECK_FALSE(room.shown().done);
  CHECK(room.screen.key(Key::kH));
  room.find_out();
  CHECK(room.screen.shows("lesson/hint-text"));
  room.screen.key(Key::kSpace);
  CHECK(room.shown().done);
  CHECK(room.shown().was_right == true);
  CHECK_FALSE(room.screen.shows("lesson/hint"));
  CHECK(room.screen.shows("lesson/explanation"));
  CHECK_FALSE(room.screen.shows("lesson/end"));
  room.screen.key(Key::kEnter);  // it was the last step
  CHECK(room.run().over());
  CHECK(room.screen.shows("lesson/end"));
  CHECK(room.screen.shows("lesson/found"));
  CHECK(room.screen.shows("lesson/list"));
  REQUIRE(room.shown().found.size() == 1);
  CHECK(room.shown().found[0].ask == "Bring r1 in.");
  CHECK(room.shown().found[0].answer == "reached in 9 steps");
  CHECK(room.shown().found[0].right == true);
  room.screen.key(Key::kPageUp);
  CHECK_FALSE(room.run().over());
  CHECK(room.screen.shows("lesson/explanation"));
  room.screen.key(Key::kEnter);
  room.screen.key(Key::kEnter);  // no other lesson follows
  CHECK_FALSE(room.screen.bench().tutor().on());
}

TEST_CASE("the last page of a lesson of the course leads to the next one") {
  TestScreen screen;
  Class::must_do(screen.bench().begin_lesson("why-mmap-lock-hurts"));
  while (!screen.bench().tutor().run().over()) screen.bench().lesson_next(true);
  screen.frames(2);
  CHECK(screen.shows("lesson/end"));
  CHECK_FALSE(screen.shows("lesson/found"));  // nothing was answered
  CHECK(screen.click("lesson/next"));
  CHECK(screen.bench().tutor().run().lesson().name == "a-reference-is-a-read-lock");
  CHECK_FALSE(screen.bench().tutor().run().over());
}

TEST_CASE("a hint that is asked for at a question says why there is none") {
  Class room;
  room.screen.key(Key::kEnter);
  room.screen.key(Key::kF3);
  CHECK(room.screen.has_notice("Hint: this is a question, to be answered with 1 to 3; Ctrl+F8 skips it."));
  CHECK_FALSE(room.shown().done);
  room.screen.key(Key::k2);
  room.screen.key(Key::kF3);
  CHECK(room.screen.has_notice("Hint: nothing has to be reached here."));
}

TEST_CASE("a way is shown to who gives up") {
  Class room;
  room.screen.bench().lesson_next(true);
  room.screen.bench().lesson_next(true);
  room.screen.frames(3);
  room.screen.click("lesson/way");
  room.find_out();
  CHECK(room.shown().was_right == false);
  CHECK(room.screen.session().depth() == 9);
}

TEST_CASE("no frame waits for a way to a goal, and whoever asks for it again gives it up") {
  const std::string far =
      "title = \"t\"\ntitle_claim = \"no claim\"\n"
      "[[step]]\nscenario = \"standard-6-2-1\"\nask = \"All at once.\"\ngoal = \"vma0->vm_refcnt == 77\"\n"
      "solved = \"It never is.\"\nsolved_claims = [\"no claim\"]\n";
  const Folder folder;
  write_all(folder / "far.toml", far);
  TestScreen screen("two-readers");
  Class::must_do(screen.bench().begin_lesson((folder / "far.toml").string()));
  const LessonRun& run = screen.bench().tutor().run();
  screen.frames(3);
  CHECK(run.searching());
  CHECK(screen.bench().next_frame_in() < 0.02);
  CHECK_FALSE(screen.shows("lesson/looking"));
  CHECK(screen.key(Key::kH));
  CHECK(screen.shows("lesson/looking"));
  CHECK(screen.shows("lesson/way"));  // it says Stop
  screen.key(Key::kH);
  CHECK_FALSE(screen.shows("lesson/looking"));
  CHECK_FALSE(run.asked_for_way());
  CHECK(run.searching());  // for the minimum
  screen.click("lesson/way");
  CHECK(screen.shows("lesson/looking"));
  screen.click("lesson/way");
  CHECK_FALSE(screen.shows("lesson/looking"));
  screen.key(Key::kF7, {.shift = true});
  CHECK_FALSE(screen.bench().finds_out());
}

TEST_CASE("free play leaves everything to the student, and the same key comes back") {
  Class room;
  room.screen.key(Key::kEnter);
  room.screen.key(Key::kF4);
  CHECK(room.run().away());
  CHECK_FALSE(room.screen.shows("lesson/choice/1"));
  room.screen.key(Key::k2);  // selects a thread now
  CHECK(room.screen.bench().selected_thread() == ThreadId{1});
  room.screen.key(Key::kSpace);
  CHECK(room.screen.session().depth() == 4);
  room.screen.bench().open_or_tell("downgrade");
  room.screen.frames(2);
  CHECK(room.run().away());
  room.screen.click("lesson/free");
  CHECK_FALSE(room.run().away());
  CHECK(room.screen.bench().scenario().name == "standard-1-1-0");
  CHECK(room.screen.session().depth() == 3);
  room.screen.key(Key::k2);
  CHECK(room.shown().was_right == true);
}

TEST_CASE("free play leaves no step in the lesson's run, and the answer that was given is still there") {
  Class room;
  const auto plays_and_comes_back = [&](int lies_at) {
    room.screen.key(Key::kF4);
    room.screen.key(Key::kSpace);
    room.screen.key(Key::kSpace);
    room.screen.key(Key::kF4);
    CHECK_FALSE(room.run().away());
    CHECK(room.screen.session().depth() == lies_at);
    CHECK(room.screen.session().path().size() == static_cast<std::size_t>(lies_at) + 1);
    CHECK(room.screen.session().branches().size() == 1);
  };
  plays_and_comes_back(0);
  room.screen.key(Key::kEnter);
  plays_and_comes_back(3);
  room.screen.key(Key::k3);
  plays_and_comes_back(4);
  CHECK(room.shown().was_right == false);
  room.screen.bench().open_or_tell("downgrade");
  room.screen.key(Key::kF4);
  CHECK(room.screen.session().depth() == 4);
  REQUIRE_FALSE(room.shown().explanation.empty());
  CHECK(room.shown().explanation[0].holds);
}

TEST_CASE("another scenario that is opened lets the lesson wait") {
  Class room;
  room.screen.bench().open_or_tell("downgrade");
  room.screen.frames(2);
  CHECK(room.run().away());
  CHECK_FALSE(room.screen.shows("lesson/spot/0"));
  room.screen.key(Key::kF7, {.shift = true});
  CHECK_FALSE(room.screen.bench().tutor().on());
  CHECK(room.screen.bench().player().next_in_demo(room.screen.session()).has_value());  // the demo is back
}

TEST_CASE("lessons are chosen from their list, with how far one is") {
  TestScreen screen;
  screen.key(Key::kF7);
  CHECK(screen.bench().overlay().kind == Overlay::Kind::kLessons);
  CHECK(screen.shows("picker/why-mmap-lock-hurts"));
  screen.type("second look");
  screen.key(Key::kEnter);
  screen.frames(3);
  REQUIRE(screen.bench().tutor().on());
  CHECK(screen.bench().tutor().run().lesson().name == "the-second-look");
  screen.bench().lesson_next(false);
  bool noted = false;
  screen.key(Key::kF7);
  for (const PickerRow& row : screen.bench().list_rows()) {
    if (row.name == "the-second-look") noted = row.current && row.text.find("at step 2 of") != std::string::npos;
  }
  CHECK(noted);
  screen.key(Key::kEscape);
}

TEST_CASE("a lesson that cannot be read keeps nobody from the others, and is named") {
  const OwnAssets own;
  write_all(own.path / "lessons/the-second-look.toml", "title = \n");
  TestScreen screen(open_bench("two-readers", {}, {}, own.path), 1280, 720);
  screen.key(Key::kF7);
  CHECK(screen.shows("picker/why-mmap-lock-hurts"));
  CHECK(screen.has_notice("the-second-look.toml"));
  screen.key(Key::kEscape);
  CHECK(screen.bench().begin_lesson("why-mmap-lock-hurts"));
}

TEST_CASE("F5 in a lesson reads the lesson again, at the same step, and keeps the old one where that is wrong") {
  Class room;
  room.screen.key(Key::kPageDown);
  REQUIRE(room.run().step() == 1);
  const auto write = [&](std::string_view from, std::string_view to) {
    std::string text = kLesson;
    text.replace(text.find(from), from.size(), to);
    write_all(room.folder / "small.toml", text);
  };
  write("r1 comes.", "Here is r1.");
  room.screen.key(Key::kF5);
  CHECK(room.run().step() == 1);
  REQUIRE(room.shown().text.size() == 1);
  CHECK(room.shown().text[0].text == "Here is r1.");
  CHECK(room.screen.has_notice("Reloaded the lesson"));
  write("title", "no such key");
  room.screen.key(Key::kF5);
  CHECK(room.screen.has_notice("the old lesson goes on"));
  CHECK(room.shown().text[0].text == "Here is r1.");
}

TEST_CASE("on the stage the references of one of several VMAs lie above the timeline") {
  TestScreen screen("two-readers");
  Class::must_do(screen.bench().begin_lesson("why-mmap-lock-hurts", 3));
  screen.bench().enter_stage();
  screen.frames(4);
  const Widget* attach = screen.bench().widgets().find("reference/attach");
  const Widget* timeline = screen.bench().widgets().find("panel/timeline");
  REQUIRE(attach != nullptr);
  REQUIRE(timeline != nullptr);
  CHECK(attach->max.y <= timeline->min.y);
}

TEST_CASE("on the stage a lesson is large, and a clicker takes it from step to step") {
  Class room;
  room.screen.bench().enter_stage();
  room.screen.frames(3);
  CHECK(room.screen.shows("lesson/text"));
  // There is no VMA panel and no card: its lock word, and the thread's lane.
  CHECK(room.screen.shows("lesson/spot/0"));
  CHECK(room.screen.shows("lesson/spot/1"));
  room.screen.key(Key::kPageDown);
  CHECK(room.run().step() == 1);
  room.screen.key(Key::kPageDown);  // the machine answers for the room
  CHECK(room.run().step() == 1);
  CHECK(room.shown().was_right == true);
  CHECK(room.run().asked() == 0);
  room.screen.key(Key::kPageDown);
  CHECK(room.run().step() == 2);
  room.screen.key(Key::kPageDown);
  CHECK(room.shown().done);
  CHECK(room.shown().was_right == false);
}

TEST_CASE("on the stage what is to be done is as large as there is room for") {
  TestScreen screen("two-readers");
  Class::must_do(screen.bench().begin_lesson("the-killed-writer", 3));
  screen.bench().enter_stage();
  screen.frames(3);
  const Widget* ask = screen.bench().widgets().find("lesson/ask");
  REQUIRE(ask != nullptr);
  CHECK(ask->max.y - ask->min.y > screen.bench().appearance().fonts().huge.size);
  CHECK(screen.bench().widgets().find("lesson/moves")->max.y < screen.bench().widgets().find("stage/word")->min.y);
}

TEST_CASE("a lesson in large type on a small screen shows its text and its answers") {
  for (const double zoom : {1.5, 2.0}) {
    CAPTURE(zoom);
    TestScreen screen;
    screen.bench().appearance().set_zoom(zoom);
    Class::must_do(screen.bench().begin_lesson("who-wakes-whom", 2));
    screen.frames(2);
    CHECK(screen.shows("lesson/text"));
    for (const char* choice : {"lesson/choice/1", "lesson/choice/2"}) {
      const Widget* widget = screen.bench().widgets().find(choice);
      REQUIRE(widget != nullptr);
      CHECK(widget->visible);
      CHECK_FALSE(widget->clipped);
    }
  }
}

TEST_CASE("every step of every lesson fits into the smallest window, and all that is in it can be reached") {
  TestScreen screen;
  const std::vector<Lesson> lessons = must(list_lessons(VMALAB_TEST_ASSETS)).lessons;
  for (const Lesson& lesson : lessons) {
    for (std::size_t step = 0; step < lesson.steps.size(); ++step) {
      CAPTURE(lesson.name);
      CAPTURE(step);
      Class::must_do(screen.bench().begin_lesson(lesson.name, static_cast<int>(step)));
      screen.frames(2);
      const LessonShown shown = screen.bench().tutor().run().shown(screen.session());
      for (std::size_t i = 0; i < shown.choices.size(); ++i) {
        const Widget* choice = screen.bench().widgets().find("lesson/choice/" + std::to_string(i + 1));
        REQUIRE(choice != nullptr);
        CHECK(choice->visible);
        CHECK_FALSE(choice->clipped);
      }
      CHECK(screen.shows("lesson/next"));
      for (std::size_t i = 0; i < shown.spots.size(); ++i) {
        CAPTURE(i);
        CHECK(screen.shows("lesson/spot/" + std::to_string(i)));
      }
    }
  }
}

}  // namespace vmalab::testing
