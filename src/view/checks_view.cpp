// SPDX-License-Identifier: GPL-2.0-only
#include "view/checks_view.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/look.h"

namespace vmalab {
namespace {

using check::CheckReport;
using Verdict = CheckReport::Verdict;

/// In groups of three. Lines are broken behind a comma, but not at this space.
std::string grouped(std::uint64_t number) { return words::grouped(number, "\xc2\xa0"); }

std::string plural(std::uint64_t number, std::string_view one) { return grouped(number) + " " + words::plural(number, one); }

template <typename... Args>
std::string printed(const char* format, Args... args) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return text.data();
}

std::string rate_text(std::uint64_t states, double seconds) {
  if (seconds <= 0) return "";
  const double rate = static_cast<double>(states) / seconds;
  if (rate >= 1e6) return printed("%.1f million states/s", rate / 1e6);
  if (rate >= 1e4) return printed("%.0f thousand states/s", rate / 1e3);
  return printed("%.0f states/s", rate);
}

std::string mib_text(double mib) { return mib < 10 ? printed("%.1f MiB", mib) : printed("%.0f MiB", mib); }

std::string seconds_text(double seconds) { return seconds < 10 ? printed("%.2f s", seconds) : printed("%.0f s", seconds); }

std::string_view verdict_word(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::kNotJudged: return "not judged yet";
    case CheckVerdict::kHolds: return "holds";
    case CheckVerdict::kBroken: return "BROKEN";
    case CheckVerdict::kNothingToJudge: return "not exercised";
  }
  return "";
}

/// "a, b, c", at most `most` of them.
std::string listed(const std::vector<std::string>& items, std::size_t most, std::string_view none) {
  if (items.empty()) return std::string(none);
  if (items.size() == most + 1) ++most;  // "and 1 more" takes no less room than the one
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) text += (i == 0 ? "" : ", ") + items[i];
  if (items.size() > most) text += " and " + std::to_string(items.size() - most) + " more";
  return text;
}

/// Lines of one function together: "vma_start_read: 41, 44".
std::string lines_text(const std::vector<CheckReport::Line>& lines) {
  std::string text, function;
  for (const CheckReport::Line& line : lines) {
    if (line.function == function) {
      text += ", " + std::to_string(line.line);
      continue;
    }
    function = line.function;
    text += (text.empty() ? "" : "\n") + function + " (" + line.file + "): " + std::to_string(line.line);
  }
  return text;
}

}  // namespace

namespace {

bool is_among(const std::vector<const Property*>& among, const Property* property) {
  return std::find(among.begin(), among.end(), property) != among.end();
}

/// What one report says of one check.
CheckVerdict verdict_of(const CheckReport& report, const Property* property) {
  if (!report.goal.empty() || (!report.only.empty() && !is_among(report.only, property))) return CheckVerdict::kNotJudged;
  if (report.verdict == Verdict::kViolation && report.check == property) return CheckVerdict::kBroken;
  // The search ends at the first violation, so the others are open then. What is decided on the whole graph is looked at last, when
  // all states are known: by then they hold.
  const bool all_seen = report.verdict == Verdict::kPass || report.verdict == Verdict::kGoalLost || !report.undecided.empty() ||
                        (report.verdict == Verdict::kViolation && report.check->kind == Property::Kind::kCanFinish);
  if (!all_seen || is_among(report.undecided, property)) return CheckVerdict::kNotJudged;
  if (property == &properties::kOrderedAccess && report.ordering == Ordering::kSc) return CheckVerdict::kNothingToJudge;
  return is_among(report.vacuous_checks, property) ? CheckVerdict::kNothingToJudge : CheckVerdict::kHolds;
}

}  // namespace

std::vector<CheckRow> check_rows(const std::vector<const CheckReport*>& reports) {
  std::vector<CheckRow> rows;
  for (const Property* property : kProperties) {
    CheckRow row{property, CheckVerdict::kNotJudged, {}};
    for (const CheckReport* report : reports) {
      if (row.verdict == CheckVerdict::kNotJudged) row.verdict = verdict_of(*report, property);
      if (row.verdict == CheckVerdict::kBroken && row.steps < 0) row.steps = static_cast<int>(report->trace.size());
    }
    row.word = verdict_word(row.verdict);
    rows.push_back(row);
  }
  return rows;
}

std::string result_text(const CheckReport& report, std::string_view question, std::string_view where) {
  const std::string steps = plural(report.trace.size(), "step");
  const std::string from = " from " + std::string(where);
  constexpr std::size_t kMostShown = 48;  // the whole expression stands in the box below
  const std::string shown(question.size() <= kMostShown ? question : question.substr(0, kMostShown - 3));
  const std::string asked = question.empty() ? "It"
                                             : "\xe2\x80\x9c" + shown + (shown.size() < question.size() ? "\xe2\x80\xa6" : "") + "\xe2\x80\x9d";
  // Some are asked about alone where another one is known to be broken.
  const bool all = report.only.empty();
  switch (report.verdict) {
    case Verdict::kPass:
      return std::string(all ? "All" : "The other") + " checks hold over all interleavings" + from + ": " + plural(report.states, "state") + ".";
    case Verdict::kViolation: return std::string(report.check->name) + " can be broken, " + steps + from + ".";
    case Verdict::kGoalLost:
      return "\xe2\x80\x9c" + report.lost_goal + "\xe2\x80\x9d must be able to happen and cannot; " + (all ? "all" : "the other") +
             " checks hold over all interleavings" + from + ".";
    case Verdict::kGoalFound:
      if (report.trace.empty()) return asked + " is so already, at " + std::string(where) + ".";
      return asked + ": at least " + steps + from + ".";
    case Verdict::kGoalUnreachable: return asked + " cannot happen" + from + ": " + plural(report.states, "state") + " searched.";
    case Verdict::kIncomplete:
      if (!report.undecided.empty()) return "Not decided: " + report.reason + ".";
      return "Not decided: " + report.reason + ", after " + plural(report.states, "state") + ", " +
             plural(static_cast<std::uint64_t>(std::max(report.depth, 0)), "step") + " deep.";
  }
  return {};
}

std::string progress_text(const check::Progress& progress) {
  if (progress.states == 0) return "Starting\xe2\x80\xa6";
  const std::string rate = rate_text(progress.states, progress.seconds);
  return plural(progress.states, "state") + "  \xc2\xb7  level " + std::to_string(progress.depth) + (rate.empty() ? "" : "  \xc2\xb7  " + rate) +
         "  \xc2\xb7  " + mib_text(static_cast<double>(progress.bytes) / (1 << 20));
}

std::vector<EvidenceRow> evidence_rows(const CheckReport& report) {
  std::vector<EvidenceRow> rows;
  const auto add = [&](std::string label, std::string value, std::string explanation) {
    rows.push_back({std::move(label), std::move(value), std::move(explanation)});
  };
  add("States", grouped(report.states), "Distinct states, compared in full and not by a hash.");
  add("Transitions", grouped(report.transitions), "Steps from one state to another that were tried.");
  const std::string rate = rate_text(report.states, report.seconds);
  add("Speed", (rate.empty() ? "" : rate + ", ") + seconds_text(report.seconds) + ", " + plural(static_cast<std::uint64_t>(report.jobs), "worker"),
      "How fast, how long, and with how many threads of this computer.");
  add("Depth", plural(static_cast<std::uint64_t>(std::max(report.depth, 0)), "step"),
      "The longest of the shortest ways: no state is further from the start.");
  add("Memory", "tables " + mib_text(report.table_mib) + ", program " + mib_text(report.peak_memory_mib),
      "The tables of the search, and the whole program at its peak.");
  std::vector<std::string> reductions;
  if (report.symmetry) reductions.emplace_back("identical threads as one");
  if (report.partial_order) reductions.emplace_back("independent reads merged");
  add("Reductions", listed(reductions, 2, "none"), "What was left out because it cannot change the answer.");
  add("Final states", grouped(report.final_states), "Distinct states in which every thread is done.");
  std::vector<std::string> values;
  for (const Word value : report.refcnt_values) values.push_back(refcount_text(value));
  add("Values of vm_refcnt", listed(values, values.size(), "none"), "Every value that the vm_refcnt of some VMA can have.");
  add("Lines never reached", report.unreached_lines.empty() ? "none" : lines_text(report.unreached_lines),
      "Lines of C in what the threads run that no step ever ran.");
  if (report.verdict == Verdict::kPass) {  // a search that ended early has not looked
    std::vector<std::string> vacuous;
    for (const Property* property : report.vacuous_checks) vacuous.emplace_back(property->name);
    add("Nothing to judge", listed(vacuous, vacuous.size(), "none"), "Checks that nothing in these runs could have broken.");
  }
  if (!report.model_functions.empty()) {
    add("Not in the tree", listed(report.model_functions, 4, "none"), "Functions of the lock that the kernel tree lacks: the model's ran.");
  }
  std::vector<std::string> levels;
  for (const std::uint64_t count : report.depth_histogram) levels.push_back(grouped(count));
  add("States a level", listed(levels, levels.size(), "none"), "How many states are first met after 0, 1, 2, ... steps.");
  return rows;
}

std::vector<LookAheadRow> look_ahead_rows(const Machine& machine, const State& state, VmaId vma) {
  std::vector<LookAheadRow> rows;
  ActionList actions;
  machine.enabled(state, actions);
  for (const Action action : actions) {
    LookAheadRow row;
    row.action = action;
    row.name = action_name(machine, action);
    row.text = action_text(machine, state, action);
    row.before = refcnt_in(state, vma);
    StateValue next = state;
    StepInfo info;
    machine.step(next, action, info);
    row.after = refcnt_in(next, vma);
    row.after_text = refcount_text(row.after);
    row.violations = info.violations;
    std::vector<std::string> broken;
    for (const Property* check : properties_in(info.violations)) broken.emplace_back(check->name);
    if (!broken.empty()) {
      row.consequence = "breaks " + listed(broken, broken.size(), "");
    } else if (info.spurious_wake) {
      row.consequence = "wakes it for nothing";
    } else if (info.finished) {
      row.consequence = "is done";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace vmalab
