// SPDX-License-Identifier: GPL-2.0-only
// Lessons in the terminal, typed as a person would: the list, a lesson by piped commands, progress that is kept, the check of a
// lesson of one's own, and the page that says how to write one.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/test_typing.h"

namespace vmalab::testing {
namespace {

/// With a place of its own for what is remembered.
std::string with_state(const std::string& name) {
  const std::string place = file_named(name);
  return "XDG_STATE_HOME=" + place + " vmalab";
}

const std::string kSmall =
    "title = \"t\"\ntitle_claim = \"no claim\"\n"
    "[[step]]\nscenario = \"standard-1-1-0\"\ntext = \"Nobody is in.\"\nclaims = [\"vma0->vm_refcnt == 1\"]\nshow = [\"thread: r1\"]\n"
    "[[step]]\nrun = \"r1*3\"\nask = \"What is vm_refcnt after the next step of r1?\"\nanswer = \"value: vma0->vm_refcnt\"\nchoices = [\"1\", \"2\"]\n"
    "reveal = \"r1\"\nright = \"So it is.\"\nright_claims = [\"vma0->vm_refcnt == 2\"]\nwrong = \"It is 2.\"\nwrong_claims = [\"vma0->vm_refcnt == 2\"]\n"
    "[[step]]\nscenario = \"standard-1-0-0\"\nask = \"Bring r1 in.\"\ngoal = \"holds_read_lock(r1, vma0)\"\nleast = 9\nsolved = \"It is in.\"\n"
    "solved_claims = [\"holds_read_lock(r1, vma0)\"]\n";

std::string small_lesson() {
  const std::string file = file_named("small.toml");
  std::ofstream(file) << kSmall;
  return file;
}

}  // namespace

TEST_CASE("the lessons are listed, for people and as JSON") {
  const Outcome list = type(with_state("list") + " lessons");
  CHECK(list.code == 0);
  CHECK(contains(list.out, "why-mmap-lock-hurts"));
  const Outcome json = type(with_state("list") + " lessons --json");
  CHECK(json.code == 0);
  const auto parsed = nlohmann::json::parse(json.out);
  REQUIRE(parsed["lessons"].size() >= 3);
  CHECK(parsed["lessons"][0]["name"] == "why-mmap-lock-hurts");
  CHECK(parsed["lessons"][0]["finished"] == false);
  CHECK_FALSE(parsed["lessons"][0]["chapter"].get<std::string>().empty());
}

TEST_CASE("a lesson is taken by piped commands, and shows nothing before its time") {
  const std::string lesson = small_lesson();
  const Outcome start = type("printf '' | " + with_state("piped") + " lesson " + lesson);
  CHECK(start.code == 0);
  CHECK(contains(start.out, "Nobody is in."));
  CHECK_FALSE(contains(start.out, "What is vm_refcnt"));
  const Outcome asked = type("printf 'next\\n' | " + with_state("piped") + " lesson " + lesson + " --again");
  CHECK(contains(asked.out, "What is vm_refcnt after the next step of r1?"));
  CHECK_FALSE(contains(asked.out, "vm_refcnt 1 -> 2"));
  CHECK_FALSE(contains(asked.out, "Bring r1 in."));
  const Outcome whole = type("printf 'next\\nb\\nnext\\nr1*8\\nhint\\nr1\\nnext\\n' | " + with_state("piped") + " lesson " + lesson + " --again");
  CHECK_MESSAGE(whole.code == 0, whole.out);
  CHECK(contains(whole.out, "Right: 2"));
  CHECK(contains(whole.out, "So it is."));
  CHECK(contains(whole.out, "The shortest way there has 9 steps"));
  CHECK(contains(whole.out, "Step r1: "));
  CHECK(contains(whole.out, "Reached in 9 steps; the shortest way has 9."));
  CHECK(contains(whole.out, "It is in."));
  CHECK(contains(whole.out, "You were right 2 of 2 times."));
  const Outcome wrong = type("printf 'next\\n1\\nnext\\nway\\nnext\\n' | " + with_state("piped") + " lesson " + lesson + " --again");
  CHECK(contains(wrong.out, "You said: 1. "));
  CHECK(contains(wrong.out, "The machine says: 2"));
  CHECK(contains(wrong.out, "It is 2."));
  CHECK(contains(wrong.out, "This is a shortest way."));
  CHECK(contains(wrong.out, "You were right 0 of 2 times."));
}

TEST_CASE("what cannot be done in a lesson is said, and free play comes back to it") {
  const std::string lesson = small_lesson();
  const auto typed = [&](const std::string& lines) {
    return type("printf '" + lines + "' | " + with_state("odd") + " lesson " + lesson + " --again");
  };
  for (const auto& [lines, said] : {std::pair{"next\\nnext\\n", "answer the question first"},
                                    {"next\\nc\\n", "answer by a letter from a to b"},
                                    {"hint\\n", "a hint is given where"},
                                    {"r1\\n", "no steps of yours are asked for"},
                                    {"back\\n", "this is the first step"},
                                    {"skip\\nskip\\nundo\\n", "this is where you began"},
                                    {"skip\\nskip\\nr7\\n", "no thread is called"}}) {
    CAPTURE(lines);
    const Outcome odd = typed(lines);
    CHECK(odd.code == 2);
    CHECK_MESSAGE(contains(odd.out, said), odd.out);
  }
  const Outcome played = typed("play\\nw1*3\\nquit\\nnext\\nb\\n");
  CHECK(played.code == 0);
  CHECK(contains(played.out, "w1"));
  CHECK(contains(played.out, "Back in the lesson."));
  CHECK(contains(played.out, "Right: 2"));
  const Outcome undone = typed("skip\\nskip\\nr1*2\\nundo\\nr1*9\\n");
  CHECK_MESSAGE(undone.code == 0, undone.out);
  CHECK(contains(undone.out, "Reached in 9 steps"));
}

TEST_CASE("towards a goal a step says what it did and what changed, and `here` how far the goal is") {
  const std::string lesson = file_named("goal.toml");
  std::ofstream(lesson)
      << "title = \"t\"\ntitle_claim = \"no claim\"\n"
         "[[step]]\nscenario = \"standard-1-1-0\"\ntext = \"Nobody is in.\"\nclaims = [\"vma0->vm_refcnt == 1\"]\n"
         "ask = \"Let w1 be done before r1 begins.\"\ngoal = \"thread_done(w1) && !references(r1, vma0) && vma0->vm_refcnt == 1\"\n"
         "solved = \"So it is.\"\nsolved_claims = [\"thread_done(w1)\"]\n"
         "[[step]]\nscenario = \"standard-1-0-0\"\nrun = \"r1*3\"\nask = \"Stay out.\"\n"
         "goal = \"!thread_done(r1) && references(r1, vma0) == 1\"\nsolved = \"In.\"\nsolved_claims = [\"references(r1, vma0) == 1\"]\n";
  const auto typed = [&](const std::string& lines) {
    return type("printf '" + lines + "' | " + with_state("goal") + " lesson " + lesson + " --again");
  };
  const std::string start = typed("").out, stepped = typed("w1*2\n").out, here = typed("w1*2\nhere\n").out, played = typed("skip\nplay\nquit\n").out;
  const std::string said = stepped.substr(start.size());
  CAPTURE(said);
  CHECK(contains(said, "    w1  "));
  CHECK_FALSE(contains(said, "mmap_lock.h:"));  // no source
  CHECK_FALSE(contains(said, "    r1    "));    // it stands where it stood
  CHECK(contains(said, "    mm0   mmap_lock w1 writes"));
  CHECK(contains(here.substr(stepped.size()), "Your steps so far:"));
  CHECK(contains(here.substr(stepped.size()), "From here the shortest way has "));
  CHECK_FALSE(contains(here.substr(stepped.size()), "The shortest way there has"));
  // Free play begins where the lesson stands, without the way there.
  const std::string free = played.substr(played.find("Free play:"));
  CHECK(contains(free, "At step 3.\n"));
  CHECK_FALSE(contains(free, "   1 r1"));
}

TEST_CASE("after a step that puts the goal out of reach `here` says so") {
  const std::string lesson = file_named("lost.toml");
  std::ofstream(lesson)
      << "title = \"t\"\ntitle_claim = \"no claim\"\n"
         "[[step]]\nscenario = \"standard-1-0-0\"\nask = \"Stay.\"\n"
         "goal = \"!thread_done(r1) && references(r1, vma0) == 1\"\nsolved = \"In.\"\nsolved_claims = [\"references(r1, vma0) == 1\"]\n"
         "[[step]]\nscenario = \"standard-1-1-0\"\nask = \"Before w1.\"\n"
         "goal = \"references(r1, vma0) == 1 && mm0->mm_lock_seq.sequence == 0\"\nsolved = \"In.\"\n"
         "solved_claims = [\"references(r1, vma0) == 1\"]\n";
  const std::string out = type("printf 'skip\nw1*2\nhere\nundo\nhere\n' | " + with_state("lost") + " lesson " + lesson + " --again").out;
  CAPTURE(out);
  const std::size_t lost = out.find("the goal cannot be reached any more");
  REQUIRE(lost != std::string::npos);
  CHECK(contains(out.substr(lost), "Where you began:"));
  CHECK(contains(out.substr(lost), "`hint` gives one of them."));
}

TEST_CASE("the place in a lesson is kept, and another file is not overwritten") {
  const std::string lesson = small_lesson();
  type("printf 'next\\n' | " + with_state("kept") + " lesson " + lesson);
  const Outcome again = type("printf '' | " + with_state("kept") + " lesson " + lesson);
  CHECK(contains(again.out, "step 2 of 3"));
  CHECK(contains(type("printf '' | " + with_state("kept") + " lesson " + lesson + " --step 3").out, "Bring r1 in."));
  CHECK(contains(type("printf '' | " + with_state("kept") + " lesson " + lesson + " --again").out, "step 1 of 3"));
  type("printf 'next\\na\\nskip\\n' | " + with_state("kept") + " lesson why-mmap-lock-hurts");
  CHECK(contains(type(with_state("kept") + " lessons").out, "at step 3 of"));
  for (const auto& entry : fs::recursive_directory_iterator(file_named("kept"))) {
    if (entry.path().filename() == "lessons.json") std::ofstream(entry.path()) << "[]";
  }
  const Outcome broken = type("printf '' | " + with_state("kept") + " lesson " + lesson);
  CHECK(broken.code == 0);
  CHECK(contains(broken.out, "lessons.json.old"));
}

TEST_CASE("a lesson of one's own is checked, and each fault has its line") {
  const std::string file = small_lesson();
  CHECK(type("vmalab lesson --check " + file).code == 0);
  const auto changed = [&](const std::string& part, const std::string& other) {
    std::string text = kSmall;
    text.replace(text.find(part), part.size(), other);
    std::ofstream(file) << text;
    return type("vmalab lesson --check " + file);
  };
  const Outcome wrong = changed("claims = [\"vma0->vm_refcnt == 1\"]", "claims = [\"vma0->vm_refcnt == 4\"]");
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.out, "small.toml:6:"));
  CHECK(contains(wrong.out, "1 fault"));
  const Outcome goal = changed("goal = \"holds_read_lock(r1, vma0)\"", "goal = \"vma0->vm_refcnt == 9\"");
  CHECK(goal.code == 2);
  CHECK(contains(goal.out, "the goal cannot be met"));
  const Outcome nobody = changed("thread: r1", "thread: x1");
  CHECK(nobody.code == 2);
  CHECK(contains(nobody.out, "small.toml:7:"));
  CHECK(type("vmalab lesson --check no-such").code == 2);
  CHECK(type("vmalab lesson no-such").code == 2);
  CHECK(type("vmalab lesson why-mmap-lock-hurts --step 99").code == 2);
  CHECK(type("vmalab lesson --check --fast").code == 2);
}

TEST_CASE("a lesson is drawn, and without a display it is taken in the terminal") {
  const Outcome opened = type("printf 'next\\n' | " + with_state("open") + " open --lesson " + small_lesson() + " --at 1");
  CHECK(opened.code == 0);
  CHECK(contains(opened.out, "What is vm_refcnt after the next step of r1?"));
  check_refused("vmalab open two-readers --lesson the-flag", "--lesson brings its scenario");
#if VMALAB_HAS_WINDOW
  const std::string png = file_named("lesson.png");
  CHECK(type("vmalab shot --lesson " + small_lesson() + " --at 2 -o " + png).code == 0);
  CHECK(fs::file_size(png) > 1000);
  check_refused("vmalab shot --lesson no-such -o " + png, "there is no lesson named 'no-such'");
  check_refused("vmalab shot --lesson " + small_lesson() + " --at 9 -o " + png, "there is no step 9");
#endif
}

TEST_CASE("every lesson that is shipped is so") {
  const Outcome all = type("vmalab lesson --check");
  CHECK_MESSAGE(all.code == 0, all.out);
}

TEST_CASE("the page for teachers has every key, and its example is a lesson without fault") {
  const Outcome page = type("vmalab help lessons");
  REQUIRE(page.code == 0);
  CHECK_FALSE(contains(page.out, "{{"));
  CHECK(contains(page.out, "title_claim"));
  CHECK(contains(page.out, "solved_claims"));
  const std::string fence = "```toml mine.toml\n";
  const std::size_t begin = page.out.find(fence);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = page.out.find("```", begin + fence.size());
  const std::string file = file_named("mine.toml");
  std::ofstream(file) << page.out.substr(begin + fence.size(), end - begin - fence.size());
  const Outcome checked = type("vmalab lesson --check " + file);
  CHECK_MESSAGE(checked.code == 0, checked.out);
}

}  // namespace vmalab::testing
