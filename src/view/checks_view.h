// SPDX-License-Identifier: GPL-2.0-only
// What the panel "Checks and finder" shows, as text and numbers: the panel only places it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/checker.h"
#include "machine/machine.h"

namespace vmalab {

enum class CheckVerdict : std::uint8_t { kNotJudged, kHolds, kBroken, kNothingToJudge };

struct CheckRow {
  const Property* property = nullptr;
  CheckVerdict verdict = CheckVerdict::kNotJudged;
  std::string_view word;  ///< the verdict: "holds", "BROKEN", ...
  int steps = -1;         ///< of the shortest run that breaks it; -1: it is not broken
};
/// One row for each check, by what the reports say together: a judgement, and those that went on where it ended. A report that
/// answers another question judges nothing.
std::vector<CheckRow> check_rows(const std::vector<const check::CheckReport*>& reports);

/// What came out, in a sentence. `where` says where the search began: "the start", "step 12".
std::string result_text(const check::CheckReport& report, std::string_view question, std::string_view where);
/// "1,234,567 states · level 42 · 2.1 million states/s · 96 MiB".
std::string progress_text(const check::Progress& progress);

struct EvidenceRow {
  std::string label, value;
  std::string explanation;
};
std::vector<EvidenceRow> evidence_rows(const check::CheckReport& report);

struct ReadyGoal {
  std::string name, text;
  std::string expression;  ///< empty: the scenario has nothing that could get there, and text says what is missing
  bool own = false;        ///< written in the scenario
};
/// The scenario's own goals, then those that every scenario has.
std::vector<ReadyGoal> ready_goals(const Scenario& scenario);

struct LookAheadRow {
  Action action;
  std::string name;  ///< "w1", "w1!"
  std::string text;  ///< what it will do
  Word before = 0, after = 0;
  std::string after_text;  ///< "FLAG+1"
  PropertySet violations = 0;
  std::string consequence;  ///< "breaks no-stuck", "wakes a thread for nothing", "r1 is done"; empty: nothing to tell
};
/// One row for each action that can happen in the state; before and after are vm_refcnt of the VMA.
std::vector<LookAheadRow> look_ahead_rows(const Machine& machine, const State& state, VmaId vma);

struct Completion {
  std::string label;   ///< what the person sees and types the beginning of
  std::string insert;  ///< what takes the place of the word being typed
  std::string what;    ///< "field", "query", ...
};
struct Completions {
  std::size_t begin = 0;  ///< the word being typed: [begin, end) of the text
  std::size_t end = 0;
  std::vector<Completion> items;
};
/// What may stand at the cursor of a goal expression, best first.
Completions completions(const Machine& machine, std::string_view text, std::size_t cursor, std::size_t limit = 8);

/// The text with a completion put in, and where the cursor then stands.
std::string completed(std::string_view text, const Completions& at, const Completion& chosen, std::size_t* cursor);

}  // namespace vmalab
