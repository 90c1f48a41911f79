// SPDX-License-Identifier: GPL-2.0-only
// For tests only: lessons of a few lines, and what is wrong with them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "lesson/lesson_check.h"
#include "lesson/lesson_run.h"
#include "run/test_machines.h"

namespace vmalab::testing {

inline Workspace workspace() { return Workspace(VMALAB_TEST_ASSETS); }

/// A lesson of one reader and one writer with these steps.
inline std::string lesson_with(const std::string& steps) { return "title = \"t\"\ntitle_claim = \"no claim\"\n" + steps; }

inline const std::string kBreakStep = R"toml(
[[step]]
scenario = "standard-1-1-0"
variant = "no-recheck"
ask = "Bring both in at once."
goal = "breaks: exclusion"
least = 28
solved = "Both are in."
solved_claims = ["holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)"]
)toml";

inline const std::string kTellStep = R"toml(
[[step]]
scenario = "standard-1-1-0"
text = "r1 is about to lock. Nobody holds anything."
claims = ["no claim", "vma0->vm_refcnt == 1 && !holds_mmap_write(w1, mm0)"]
show = ["panel: vma", "thread: r1", "field: vma0->vm_refcnt", "line: vma_start_read: raw_read_seqcount("]
known = true
)toml";

inline const std::string kPredictStep = R"toml(
[[step]]
run = "r1*3"
text = "r1 adds its reference next."
claims = ["did: r1 finds vma0; references(r1, vma0) == 0"]
ask = "What is vm_refcnt then?"
answer = "value: vma0->vm_refcnt"
choices = ["1", "2", "FLAG+1"]
reveal = "r1"
right = "Yes: one for attach, one for r1."
right_claims = ["vma0->vm_refcnt == 2 && references(r1, vma0) == 1; did: r1 vma0->vm_refcnt 1 -> 2"]
wrong = "It is 2."
wrong_claims = ["vma0->vm_refcnt == 2"]
)toml";

/// Three steps, one of each kind.
inline const std::string kWhole = lesson_with(kTellStep + kPredictStep + kBreakStep);

/// `text` with one part exchanged, which has to be in it.
inline std::string with(std::string text, const std::string& part, const std::string& other) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) throw std::runtime_error("there is no " + part);
  return text.replace(at, part.size(), other);
}

inline Lesson lesson_of(const std::string& text) { return must(parse_lesson(text, "small", "small.toml")); }

/// The line of a text that has this part, from 1.
inline int line_with(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  return at == std::string::npos ? 0 : 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

inline std::vector<Diagnostic> faults_of(const std::string& text) {
  Prover prover(workspace());
  return check_lesson(read_lesson(text, "small", "small.toml"), workspace(), prover);
}

}  // namespace vmalab::testing
