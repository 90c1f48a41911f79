// SPDX-License-Identifier: GPL-2.0-only
#include "check/report.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/words.h"
#include "lang/lock_functions.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

template <typename... Args>
std::string format(const char* pattern, Args... args) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, pattern, args...)), '\0');
  std::snprintf(text.data(), text.size() + 1, pattern, args...);
  return text;
}

using words::grouped;

std::string counted(std::uint64_t n, const std::string& what) { return grouped(n) + " " + words::plural(n, what); }

/// Where the step ran, "vma_start_read, mmap_lock.c:120"; while a kernel tree is loaded, with a word on what is not of it.
std::string step_place(const Machine& machine, const StepInfo& info) {
  const CodePlace place = place_of(machine, info);
  if (place.line == 0) return place.function;
  const std::vector<SourceFile>& files = machine.code().files();
  const auto file = std::find_if(files.begin(), files.end(), [&](const SourceFile& f) { return f.path == place.file; });
  const bool foreign = machine.code().has_tree() && file != files.end() && file->origin != SourceFile::Origin::kKernelTree;
  return place.function + ", " + place.file.substr(place.file.rfind('/') + 1) + ":" + std::to_string(place.line) +
         (foreign ? ", not of the tree" : "");
}

/// Runs the trace and hands each step to `visit(number, info, state after)`.
template <typename Visit>
void walk(const Machine& machine, const CheckReport& report, Visit visit) {
  StateValue state = report.start;
  int n = 0;
  for (const Action& action : report.trace) {
    StepInfo info;
    machine.step(state, action, info);
    visit(++n, info, state);
  }
}

std::string headline(const CheckReport& report) {
  switch (report.verdict) {
    case CheckReport::Verdict::kPass: return "pass: " + hold_text(report.only) + " in every interleaving";
    case CheckReport::Verdict::kViolation: return "violation of " + std::string(report.check->name) + ": " + std::string(report.check->statement);
    case CheckReport::Verdict::kGoalLost: return "lost: no check is broken, and \"" + report.lost_goal + "\", which must be able to happen, cannot";
    case CheckReport::Verdict::kGoalFound: return "found: " + report.goal;
    case CheckReport::Verdict::kGoalUnreachable: return "unreachable in every interleaving: " + report.goal;
    case CheckReport::Verdict::kIncomplete: return "incomplete: " + report.reason + "; what is below is what is known";
  }
  return {};
}

std::string reductions(const CheckReport& report) {
  if (report.symmetry && report.partial_order) return "identical threads as one, independent reads merged";
  if (report.symmetry) return "identical threads as one";
  if (report.partial_order) return "independent reads merged";
  return "no reductions";
}

}  // namespace

std::string hold_text(const std::vector<const Property*>& only) {
  if (only.empty()) return "every check holds";
  return words::list(only, &Property::name) + (only.size() == 1 ? " holds" : " hold");
}

std::string trace_text(const Machine& machine, const CheckReport& report) {
  std::string text;
  walk(machine, report, [&](int n, const StepInfo& info, const State&) {
    text += format("%5d  %-5s %s", n, action_name(machine, info.action).c_str(), step_text(machine, info).c_str());
    if (const std::string place = step_place(machine, info); !place.empty()) text += "   (" + place + ")";
    text += "\n";
    for (const Property* check : properties_in(info.violations)) {
      text += "       ! " + std::string(check->name) + ": " + violation_text(machine, info, *check) + "\n";
    }
  });
  return text;
}

std::string unreached_lines_text(const CheckReport& report) {
  if (report.unreached_lines.empty()) return "";
  std::string text = format("  lines never reached: %zu\n", report.unreached_lines.size());
  for (const CheckReport::Line& line : report.unreached_lines) text += format("    %s:%u  %s\n", line.file.c_str(), line.line, line.function.c_str());
  return text;
}
nlohmann::ordered_json unreached_lines_json(const CheckReport& report) {
  auto lines = nlohmann::ordered_json::array();
  for (const CheckReport::Line& line : report.unreached_lines)
    lines.push_back({{"file", line.file}, {"line", line.line}, {"function", line.function}});
  return lines;
}

std::string report_text(const Machine& machine, const CheckReport& report) {
  std::string text = headline(report) + "\n";
  if (const std::string code = code_name(machine.code()); !code.empty()) text += "  code: " + code + "\n";
  const double rate = report.seconds > 0 ? static_cast<double>(report.states) / report.seconds : 0;
  text += "  " + counted(report.states, "state") + ", " + counted(report.transitions, "transition") + ", " + "depth " + std::to_string(report.depth) +
          ", " + counted(report.final_states, "final state") + "\n";
  text += format("  %.2f s on %d worker%s, %s states a second, %.0f MiB (%s)\n", report.seconds, report.jobs, report.jobs == 1 ? "" : "s",
                 grouped(static_cast<std::uint64_t>(rate)).c_str(), report.peak_memory_mib, reductions(report).c_str());
  for (const std::string& note : report.reduction_notes) text += "  " + note + "\n";
  if (const std::string code = lock_code_text(report.lock_code); !code.empty())
    text += "  " + code + "\n  " + configuration_text() + "\n  " + simulated_text() + "\n";
  text += "  " + std::string(ordering_clause(machine.ordering())) + "\n";
  text += "  vm_refcnt:";
  for (const Word value : report.refcnt_values) text += " " + refcount_text(value);
  text += "\n";
  if (report.verdict == CheckReport::Verdict::kPass) {
    if (!report.vacuous_checks.empty()) {
      text += "  not exercised:";
      for (const Property* property : report.vacuous_checks) text += " " + std::string(property->name);
      text += "\n";
    }
    text += unreached_lines_text(report);
  }
  if (!report.trace.empty()) {
    text += "  the shortest way there, " + counted(report.trace.size(), "step") + ":\n" + trace_text(machine, report);
  }
  return text;
}

std::string report_json(const Machine& machine, const CheckReport& report) {
  nlohmann::ordered_json j;
  j["scenario"] = machine.scenario().name;
  j["model_hash"] = machine.code().hash();
  j["verdict"] = verdict_name(report.verdict);
  if (report.check) j["check"] = report.check->name;
  if (!report.goal.empty()) j["goal"] = report.goal;
  if (!report.lost_goal.empty()) j["lost_goal"] = report.lost_goal;
  if (!report.reason.empty()) j["reason"] = report.reason;
  if (!report.undecided.empty()) {
    auto& undecided = j["undecided"] = nlohmann::ordered_json::array();
    for (const Property* property : report.undecided) undecided.push_back(property->name);
  }
  if (!report.only.empty()) {
    auto& judged = j["judged"] = nlohmann::ordered_json::array();
    for (const Property* property : report.only) judged.push_back(property->name);
  }
  j["states"] = report.states;
  j["transitions"] = report.transitions;
  j["depth"] = report.depth;
  j["seconds"] = report.seconds;
  j["peak_memory_mib"] = report.peak_memory_mib;
  j["jobs"] = report.jobs;
  j["symmetry"] = report.symmetry;
  j["partial_order"] = report.partial_order;
  j["reduction_notes"] = report.reduction_notes;
  j["refcnt_values"] = report.refcnt_values;
  j["refcnt_edges"] = report.refcnt_edges;
  j["final_states"] = report.final_states;
  j["depth_histogram"] = report.depth_histogram;
  j["unreached_lines"] = unreached_lines_json(report);
  auto& vacuous = j["vacuous_checks"] = nlohmann::ordered_json::array();
  for (const Property* property : report.vacuous_checks) vacuous.push_back(property->name);
  j["model_functions"] = report.model_functions;
  if (report.lock_code.has_tree) {
    j["kernel"] = report.lock_code.kernel;
    j["configuration"] = configuration_text();
    j["simulated"] = simulated_text();
    j["functions_run"] = report.lock_code.count();
    j["functions_run_from_tree"] = report.lock_code.tree.size();
    j["tree_functions"] = report.lock_code.tree;
    j["assertions_left_out"] = report.lock_code.left_out;
  }
  j["memory_ordering"] = ordering_word(machine.ordering());
  auto& trace = j["trace"] = nlohmann::ordered_json::array();
  walk(machine, report, [&](int n, const StepInfo& info, const State&) {
    nlohmann::ordered_json step = {{"n", n},
                                   {"do", action_name(machine, info.action)},
                                   {"thread", machine.scenario().threads[info.action.thread.value].name},
                                   {"at", step_place(machine, info)},
                                   {"what", step_text(machine, info)}};
    auto& broken = step["violations"] = nlohmann::ordered_json::array();
    for (const Property* check : properties_in(info.violations)) broken.push_back(check->name);
    trace.push_back(std::move(step));
  });
  return json_text(j);
}

}  // namespace vmalab::check
