// SPDX-License-Identifier: GPL-2.0-only
// A true lesson passes; in each kind of step a sentence that the machine contradicts, or that claims nothing without saying so, is
// named with its line, and so is what is not there.
#include "lesson/lesson_check.h"

#include <doctest/doctest.h>

#include "lesson/test_lessons.h"

namespace vmalab {
namespace {

using testing::faults_of;
using testing::kWhole;
using testing::line_with;
using testing::with;

/// The only fault of the text, at the line with `at`.
bool one_fault(const std::string& text, const std::string& at, const std::string& part) {
  const std::vector<Diagnostic> faults = faults_of(text);
  if (faults.size() != 1 || faults[0].line != line_with(text, at)) {
    for (const Diagnostic& fault : faults) MESSAGE(fault.to_string());
  }
  return faults.size() == 1 && faults[0].file == "small.toml" && faults[0].line == line_with(text, at) &&
         faults[0].message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a lesson that says what the machine does has no fault") {
  for (const Diagnostic& fault : faults_of(kWhole)) FAIL_CHECK(fault.to_string());
}

TEST_CASE("a false sentence is named in every kind of step") {
  CHECK(one_fault(with(kWhole, "vma0->vm_refcnt == 1 &&", "vma0->vm_refcnt == 7 &&"), "vm_refcnt == 7", "does not hold here"));
  CHECK(one_fault(with(kWhole, "did: r1 finds vma0", "did: w1 finds vma0"), "did: w1 finds", "does not hold after these steps"));
  CHECK(one_fault(with(kWhole, "did: r1 vma0->vm_refcnt 1 -> 2", "did: r1 wakes"), "did: r1 wakes", "what was revealed"));
  CHECK(one_fault(with(kWhole, "wrong_claims = [\"vma0->vm_refcnt == 2\"]", "wrong_claims = [\"vma0->vm_refcnt == 1\"]"), "wrong_claims",
                  "does not hold"));
  CHECK(
      one_fault(with(kWhole, "&& holds_write_lock(w1, vma0)", "&& !holds_write_lock(w1, vma0)"), "solved_claims", "at the end of the shortest way"));
  CHECK(one_fault(with(kWhole, "title_claim = \"no claim\"", "title_claim = \"thread_done(w1)\""), "title_claim", "after no step of the lesson"));
  CHECK(one_fault(with(kWhole, "vma0->vm_refcnt == 1 &&", "always: vma0->vm_refcnt <= 2; vma0->vm_refcnt == 1 &&"), "always:", "is not so"));
}

TEST_CASE("a sentence without a claim is named in every kind of step") {
  CHECK(one_fault(with(kWhole, "claims = [\"no claim\", ", "claims = ["), "text = \"r1 is about", "2 sentences and 1 claim"));
  CHECK(one_fault(with(kWhole, "It is 2.", "It is 2. So it goes."), "wrong = ", "2 sentences and 1 claim"));
  CHECK(one_fault(with(kWhole, "solved_claims = [\"holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)\"]\n", ""),
                  "solved = ", "1 sentence and 0 claims"));
  CHECK(one_fault(with(kWhole, "claims = [\"no claim\", ", "claims = [\"nonsense\", "), "nonsense", "nonsense"));
}

TEST_CASE("a question has exactly one right answer, and the machine has it") {
  CHECK(one_fault(with(kWhole, "\"1\", \"2\", \"FLAG+1\"", "\"1\", \"3\", \"FLAG+1\""),
                  "choices =", "none of the choices is right; the machine says 2"));
  CHECK(one_fault(with(kWhole, "\"1\", \"2\", \"FLAG+1\"", "\"1\", \"2\", \"1+1\""), "choices =", "more than one choice is right: 2 and 1+1"));
  CHECK(one_fault(with(kWhole, "\"1\", \"2\", \"FLAG+1\"", "\"1\", \"2\", \"many\""), "choices =", "many"));
  CHECK(one_fault(with(kWhole, "value: vma0->vm_refcnt", "value: vma9->vm_refcnt"), "choices =", "vma9"));
  const auto asked = [](const std::string& answer, const std::string& choices) {
    const std::string text = with(with(kWhole, "value: vma0->vm_refcnt", answer), "choices = [\"1\", \"2\", \"FLAG+1\"]\n", choices);
    std::string all;
    for (const Diagnostic& fault : faults_of(text)) all += fault.message;
    return all;
  };
  CHECK(asked("yes if: references(r1, vma0) == 1", "").empty());
  CHECK(asked("who is woken", "").empty());
  CHECK(asked("who is woken", "choices = [\"w1\", \"nobody\"]\n").empty());
  CHECK(asked("who is woken", "choices = [\"w1\", \"r1\"]\n").find("none of the choices") != std::string::npos);
  CHECK(asked("who is woken", "choices = [\"w1\", \"r9\"]\n").find("there is no thread 'r9'") != std::string::npos);
  CHECK(asked("who can step", "").find("more than one choice is right: r1 and w1") != std::string::npos);
  CHECK(asked("who can step", "choices = [\"r1\", \"nobody\"]\n").empty());
  CHECK(asked("which check breaks", "choices = [\"exclusion\", \"none\"]\n").empty());
  CHECK(asked("which check breaks", "choices = [\"exclusions\", \"none\"]\n").find("there is no check 'exclusions'") != std::string::npos);
}

TEST_CASE("what a step names has to be there") {
  CHECK(one_fault(with(kWhole, "thread: r1", "thread: r9"), "thread: r9", "there is no thread 'r9'; there are r1 and w1"));
  CHECK(one_fault(with(kWhole, "field: vma0->vm_refcnt", "field: vma0->vm_colour"), "field:", "there is no field 'vma0->vm_colour'"));
  CHECK(one_fault(with(kWhole, "line: vma_start_read: raw", "line: vma_stop_read: raw"), "line:", "there is no function 'vma_stop_read'"));
  CHECK(faults_of(with(kWhole, "line: vma_start_read: raw_read_seqcount(", "line: rcuwait_wait_event: schedule()")).empty());  // a macro
  CHECK(one_fault(with(kWhole, "raw_read_seqcount(", "nothing of the kind"), "line:", "has no line with"));
  CHECK(one_fault(with(kWhole, "run = \"r1*3\"", "run = \"r9*3\""), "run = ", "r9"));
  CHECK(one_fault(with(kWhole, "run = \"r1*3\"", "run = \"r1*30\""), "run = ", "cannot be taken"));
  CHECK(one_fault(with(kWhole, "reveal = \"r1\"", "reveal = \"r1*99\""), "reveal = ", "cannot be taken"));
  CHECK(one_fault(with(kWhole, "variant = \"no-recheck\"", "variant = \"no-such\""), "variant = ", "there is no variant \"no-such\""));
  CHECK(one_fault(with(testing::lesson_with(testing::kBreakStep), "standard-1-1-0\"\nvariant = \"no-recheck\"", "no-such\""),
                  "scenario = ", "there is no scenario named 'no-such'"));
}

TEST_CASE("every fault is named, also beside what cannot be read") {
  std::string text = with(kWhole, "panel: vma", "panel: vmas");
  text = with(text, "thread: r1\"", "thread: r9\"");
  text = with(text, "answer = \"value: ", "answer = \"worth: ");
  text = with(text, "wrong = \"It is 2.\"", "wrongly = \"It is 2.\"");
  text = with(text, "least = 28", "least = 27");
  std::vector<std::string> found;
  for (const Diagnostic& fault : faults_of(text)) found.push_back(std::to_string(fault.line) + " " + fault.message);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"panel: vmas", "there is no panel 'vmas'"}, {"thread: r9", "there is no thread 'r9'"}, {"run = \"r1*3\"", "needs 'wrong'"},
      {"worth:", "is no way to answer"},           {"wrongly", "unknown key 'wrongly'"},      {"least = 27", "has 28 steps, not 27"}};
  for (const auto& [at, part] : expected) {
    CAPTURE(part);
    CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& one) { return one.find(part) != std::string::npos; }));
  }
  for (const std::string& one : found) CAPTURE(one);
  CHECK(found.size() == 7);  // with the claims of the answer that is missing
}

TEST_CASE("a goal can be met, not at once, and in as many steps as is said") {
  CHECK(one_fault(with(kWhole, "variant = \"no-recheck\"\n", ""), "goal", "the goal cannot be met"));
  CHECK(one_fault(with(kWhole, "breaks: exclusion", "vma0->vm_refcnt == 1"), "goal", "is met before anybody"));
  CHECK(one_fault(with(kWhole, "breaks: exclusion", "vma0->vm_refcnt =="), "goal", "expected an expression"));
  CHECK(one_fault(with(kWhole, "least = 28", "least = 27"), "least", "has 28 steps, not 27"));
}

}  // namespace vmalab
