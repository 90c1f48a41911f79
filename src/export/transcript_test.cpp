// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "base/text_layout.h"
#include "export/format.h"
#include "export/race_steps.h"
#include "export/test_runs.h"

namespace vmalab {
namespace {

using testing::count_of;
using testing::demo_of;
using testing::must;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

TEST_CASE("a transcript has each step in the column of its thread, and the lock between turns") {
  const Session session = demo_of("writer-waits-for-a-reader");
  const std::string text = must(write_text(RecordedRun(session, {18, 30}), {}));
  CAPTURE(text);
  const std::vector<std::string> lines = lines_of(text);
  const auto column_of = [&](const std::string& part) {
    for (const std::string& line : lines) {
      if (const std::size_t at = line.find(part); at != std::string::npos) return at;
    }
    return std::string::npos;
  };
  const std::size_t r1 = column_of("r1  "), w1 = column_of("reads vma0->vm_mm: mm0");
  CHECK(r1 < 6);
  CHECK(w1 > 25);
  CHECK(column_of("66: vma0->vm_refcnt 2 -> FLAG+2") > 25);
  CHECK(column_of("118: vma0->vm_refcnt FLAG+2 -> FLAG+1") < 10);
  CHECK(count_of(text, "-- vma0->vm_refcnt = FLAG+2 (attach, r1 read lock, w1 FLAG)") == 1);
  CHECK(count_of(text, "Steps 18 to 30 of") == 1);
}

TEST_CASE("no line of a transcript is wider than asked for, however many threads there are") {
  std::vector<Session> sessions;
  sessions.push_back(demo_of("writer-waits-for-a-reader"));
  sessions.push_back(demo_of("", "put-wakes-freed-mm"));
  Session many(testing::model_machine(must(standard_scenario(8, 2, 2))));
  testing::finish_randomly(many);
  sessions.push_back(std::move(many));
  for (const Session& session : sessions) {
    for (const int width : {40, 60, 80, 132, 1000}) {
      ExportOptions options;
      options.columns = width;
      for (const std::string& line : lines_of(must(write_text(RecordedRun(session), options)))) {
        CAPTURE(line);
        CHECK(display_width(line) <= static_cast<std::size_t>(width));
      }
    }
  }
  ExportOptions options;
  for (const int bad : {0, -3, 39, 1001}) {
    options.columns = bad;
    CHECK(!write_text(RecordedRun(sessions[0]), options));
    CHECK(!write_markdown(RecordedRun(sessions[0]), options));
  }
}

TEST_CASE("--only-shared keeps what the race depends on: a look at what another thread gave or changes, every write, every violation") {
  const Session session = demo_of("", "put-wakes-freed-mm");
  ExportOptions options;
  const std::string all = must(write_text(RecordedRun(session), options));
  options.only_shared = true;
  const std::string shared = must(write_text(RecordedRun(session), options));
  CHECK(shared.size() < all.size());
  for (const char* part :
       {"  1    218: finds vma0", "vma0->vm_refcnt FLAG+2 -> FLAG+1", "VIOLATED no-use-after-free", "reads mm1->vma_writer_wait"}) {
    CAPTURE(part);
    CHECK(count_of(shared, part) == 1);
  }
  // r1 reads twice the number that p1 gave; what the writers look at alone is left out.
  CHECK(count_of(all, "reads vma0->vm_lock_seq") > 4);
  CHECK(count_of(shared, "reads vma0->vm_lock_seq") == 2);
  // Nobody writes while two readers look: the first stays, under its caption.
  const std::string readers = must(write_text(RecordedRun(demo_of("two-readers"), {1, 4}), options));
  CHECK(count_of(readers, "1    218: finds vma0") == 1);
  CHECK(count_of(readers, ": reads ") == 0);
}

TEST_CASE("a look is of a race until the function that has used it is left, or reads it again") {
  // r1 looks at the numbers, is held up, and takes its reference after w1 has locked the VMA.
  const Session session = demo_of("reader-backs-off", "no-recheck");
  const RecordedRun run(session);
  const std::vector<bool> needed = race_looks(run);
  REQUIRE(needed.size() == static_cast<std::size_t>(run.range().count()));
  std::vector<std::string> kept;
  must(run.walk([&](const RecordedStep& step) {
    if (needed[static_cast<std::size_t>(step.number) - 1] && step.mark == Mark::kRead) kept.push_back(step.text);
  }));
  REQUIRE(kept.size() >= 2);
  CHECK(kept[0] == "reads vma0->vm_lock_seq: UINT_MAX");
  CHECK(kept[1] == "reads mm0->mm_lock_seq: 0");
  for (const std::string& text : kept) CHECK(text != "reads vma0->vm_mm: mm0");
  // Without the writer's steps nothing is of a race.
  const std::vector<bool> alone = race_looks(RecordedRun(session, {1, 3}));
  CHECK(alone == std::vector<bool>(3, false));
}

TEST_CASE("--only-shared keeps each caption and note, with the step that it begins with") {
  ExportOptions options;
  options.only_shared = true;
  Session session = demo_of("writer-waits-for-a-reader");
  const auto below = [&](const std::string& text, const std::string& part) {
    const std::vector<std::string> lines = lines_of(text);
    const auto at = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
    const auto step = std::find_if(at == lines.end() ? at : at + 1, lines.end(),
                                   [](const std::string& line) { return !line.empty() && line.find(": ") != std::string::npos; });
    return at == lines.end() || step == lines.end() ? std::string() : *step;
  };
  const std::string shared = must(write_text(RecordedRun(session), options));
  CHECK(below(shared, "It notes the sequence number").find("reads ") != std::string::npos);
  CHECK(below(shared, "FLAG+1: this time the condition holds.").find("reads vma0->vm_refcnt: FLAG+1") != std::string::npos);
  const std::string left_out = "reads vma0->vm_mm";  // by r1, of nobody's interest
  CHECK(count_of(shared, left_out) < count_of(must(write_text(RecordedRun(session), {})), left_out));
  // A read that ends in a sleep, which others can end.
  CHECK(count_of(shared, "reads vma0->vm_refcnt: FLAG+2; w1 sleeps") == 1);
  const auto has_step = [](const std::string& text, const std::string& number) { return count_of(text, "\n" + number + "  ") == 1; };
  CHECK_FALSE(has_step(shared, " 6"));
  Talk talk;
  must(talk.set_note(session.path()[6], "Look here."));
  session.retell(talk);
  CHECK(has_step(must(write_text(RecordedRun(session), options)), " 6"));
}

TEST_CASE("a code block of Markdown ends where it should") {
  const Session session = demo_of("two-readers");
  const std::string text = must(write_markdown(RecordedRun(session), {}));
  CHECK(text.substr(0, 2) == "# ");
  CHECK(count_of(text, "```") == 2);
  CHECK(text.ends_with("```\n"));
  CHECK(count_of(text, "vm\\_refcnt") + count_of(text, "vm_refcnt") > 3);
}

TEST_CASE("a diagram for Mermaid names who takes part, and activates in pairs") {
  for (const char* name : {"writer-waits-for-a-reader", "killable-writer-killed", "recycled-vma"}) {
    const Session session = demo_of(name);
    const auto steps = static_cast<int>(session.path().size()) - 1;
    for (const StepRange range : {StepRange{1, steps}, StepRange{steps / 2, steps}, StepRange{1, steps / 2}}) {
      const std::string text = must(write_mermaid(RecordedRun(session, range), {}));
      CAPTURE(text);
      CHECK(count_of(text, "\nsequenceDiagram\n") == 1);
      CHECK(count_of(text, "\n  activate ") == count_of(text, "\n  deactivate "));
      CHECK(count_of(text, ". ") >= range.count());
      for (const std::string& line : lines_of(text)) CHECK((line.find(';') == std::string::npos || line.find("#") != std::string::npos));
    }
  }
}

}  // namespace
}  // namespace vmalab
