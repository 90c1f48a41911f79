// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include <sstream>

#include "base/text_layout.h"
#include "export/format.h"
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

TEST_CASE("--only-shared keeps what others can see, and every violation") {
  const Session session = demo_of("", "put-wakes-freed-mm");
  ExportOptions options;
  const std::string all = must(write_text(RecordedRun(session), options));
  options.only_shared = true;
  const std::string shared = must(write_text(RecordedRun(session), options));
  CHECK(shared.size() < all.size());
  CHECK(count_of(all, "reads vma0->vm_lock_seq") > 4);
  CHECK(count_of(shared, "reads vma0->vm_lock_seq") == 0);
  for (const char* part : {"vma0->vm_refcnt FLAG+2 -> FLAG+1", "VIOLATED no-use-after-free", "reads mm1->vma_writer_wait"}) {
    CHECK(count_of(shared, part) == 1);
  }
}

TEST_CASE("--only-shared leaves out captions that nothing stands under, never the author's") {
  ExportOptions options;
  options.only_shared = true;
  Session session = demo_of("writer-waits-for-a-reader");
  const std::string all = must(write_text(RecordedRun(session), {}));
  const std::string shared = must(write_text(RecordedRun(session), options));
  for (const char* caption : {"It notes the sequence number", "FLAG+1: this time the condition holds."}) {
    CHECK(count_of(all, caption) == 1);
    CHECK(count_of(shared, caption) == 0);
  }
  // One whose steps are left out, and after which the lock is another; one with a read that ends in a sleep, which others can end.
  for (const char* part : {"r1 adds its reference", "The flag takes no reference away", "-- vma0->vm_refcnt = FLAG+2 (attach, r1 read lock",
                           "reads vma0->vm_refcnt: FLAG+2; w1 sleeps"}) {
    CAPTURE(part);
    CHECK(count_of(shared, part) == 1);
  }
  Talk talk;
  must(talk.set_caption(session.path()[1], 0, "Watch r1."));
  session.retell(talk);
  CHECK(count_of(must(write_text(RecordedRun(session), options)), "Watch r1.") == 1);
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
