// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check`: what holds over all interleavings, of one scenario or of all of them, of a tree or of each commit of a
// series on it.
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <set>

#include "app/any_numbers.h"
#include "app/check_all.h"
#include "app/check_support.h"
#include "app/check_terms.h"
#include "app/commands.h"
#include "app/kernel_option.h"
#include "app/player.h"
#include "app/stub_check.h"
#include "app/text.h"
#include "base/json.h"
#include "check/any/any_check.h"
#include "check/any/any_scenario.h"
#include "check/report.h"
#include "lang/lock_functions.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDefaultCheck = "standard-3-1-1";

int exit_code(const check::CheckReport& report) {
  switch (report.verdict) {
    case check::CheckReport::Verdict::kPass:
    case check::CheckReport::Verdict::kGoalUnreachable: return kExitOk;
    case check::CheckReport::Verdict::kViolation:
    case check::CheckReport::Verdict::kGoalLost:
    case check::CheckReport::Verdict::kGoalFound: return kExitViolation;
    case check::CheckReport::Verdict::kIncomplete: return kExitIncomplete;
  }
  return kExitOk;
}

std::string dump(const Json& json) { return json_text(json) + "\n"; }

/// Of a tree in which functions of the lock are missing neither good nor bad can be told.
int for_bisect(const CheckCommand& command, const LockCode& code, int exit) {
  return command.bisect && exit == kExitViolation && !code.model_core.empty() ? kExitIncomplete : exit;
}

Json json_of(const CheckCommand& command, const Judgement& judgement, const CodeBase& code) {
  Json json{{"verdict", judgement.verdict()}, {"model_functions", judgement.lock_code.model}};
  if (!judgement.reason.empty()) json["reason"] = judgement.reason;
  if (judgement.lock_code.has_tree) {
    json["kernel"] = judgement.lock_code.kernel;
    json["configuration"] = configuration_text();
    json["simulated"] = simulated_text();
    json["functions_run"] = judgement.lock_code.count();
    json["functions_run_from_tree"] = judgement.lock_code.tree.size();
    json["assertions_left_out"] = judgement.lock_code.left_out;
    json["functions_not_run"] = judgement.reach.functions_json(code);
    json["lines_not_reached"] = judgement.reach.lines_json();
  }
  if (command.subject.code.tree) json["patch_notes"] = judgement.patch_notes;
  if (command.subject.code.tree) json["patch_not_judged"] = judgement.unjudged;
  add_check_terms(json, command.subject, command.judge);
  json["memory_ordering"] = check::ordering_word(judgement.ordering);
  json["scenarios"] = judgement.rows;
  return json;
}

Result<std::vector<std::string>> chosen_scenarios(const CheckCommand& command, const Workspace& workspace) {
  if (command.subject.standard || !command.subject.target.empty()) return std::vector<std::string>{command.subject.target};
  return all_scenarios(workspace.assets());
}

/// Every scenario, a line each; the run of the first violation.
Result<int> check_everything(const CheckCommand& command, const Workspace& workspace) {
  // What is wrong with the code as a whole is said once.
  Result<CodeBase> code = workspace.code(command.subject.code, {});
  if (!code) return tl::unexpected(code.error());
  Result<std::vector<std::string>> names = chosen_scenarios(command, workspace);
  if (!names) return tl::unexpected(names.error());
  const bool quiet = command.json || command.report;
  Result<Judgement> judgement = judge_all(command, workspace, *names, [&](const std::string& line) { return quiet ? Result<void>() : print(line); });
  if (!judgement) return tl::unexpected(judgement.error());
  std::string last = judgement->sentence();
  if (judgement->tally.bad > judgement->lost) last += "; `vmalab check NAME` with the same options shows the run of one";
  last += "\n" + judgement_notes(command, *judgement, *code) + patch_notes_text(*judgement);
  if (command.report) last = judgement_report(command, *judgement, *code);
  if (command.json) last = dump(json_of(command, *judgement, *code));
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  return for_bisect(command, judgement->lock_code, judgement->exit_code());
}

/// The commits of a series one after the other, each with all before it: a line each, and the run of a violation.
Result<int> check_series(const CheckCommand& command, const Workspace& workspace) {
  const Result<Series> series = read_series(command.series);
  if (!series) return tl::unexpected(series.error());
  const std::vector<SeriesCommit>& commits = series->commits;
  Result<std::vector<std::string>> names = chosen_scenarios(command, workspace);
  if (!names) return tl::unexpected(names.error());
  CheckCommand with = command;
  Tally worst;
  worst.incomplete = series->not_judged.size();
  Json rows = Json::array();
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const SeriesCommit& commit = commits[i];
    with.subject.code.patches.push_back(commit.patch);
    Result<std::shared_ptr<const KernelTree>> tree = read_tree(with.subject.code, workspace.assets(), with.subject.code.patches.size() - 1);
    const std::string number = std::to_string(i + 1) + "/" + std::to_string(commits.size());
    if (!tree) {
      Diagnostic error = tree.error();
      error.message = "commit " + number + " (" + commit.subject + "): " + error.message;
      return tl::unexpected(std::move(error));
    }
    with.subject.code.tree = std::move(*tree);
    Result<CodeBase> code = workspace.code(with.subject.code, {});
    if (!code) return tl::unexpected(code.error());
    Result<Judgement> judgement = judge_all(with, workspace, *names, [](const std::string&) { return Result<void>(); });
    if (!judgement) return tl::unexpected(judgement.error());
    worst.bad += judgement->exit_code() == kExitViolation;
    worst.cannot_run += judgement->exit_code() == kExitBadInput;
    worst.incomplete += judgement->exit_code() == kExitIncomplete;
    Json json = json_of(with, *judgement, *code);
    json["commit"] = commit.subject;
    rows.push_back(std::move(json));
    std::string text = number + " " + commit.subject + "\n    " + judgement->verdict() + ": " + judgement->sentence() + "\n" +
                       patch_notes_text(*judgement, "    ") + judgement->first_violation;
    // What is said of every commit alike is said with the last.
    if (i + 1 == commits.size()) text += judgement_notes(with, *judgement, *code);
    if (command.report) text = (i == 0 ? "" : "\n") + number + " " + commit.subject + "\n" + judgement_report(with, *judgement, *code);
    if (!command.json) {
      if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    }
    if (interrupted()) break;
  }
  std::string last = command.report ? series_report(series->not_judged) : "";
  for (const std::string& sentence : series->not_judged) last += command.report ? "" : sentence + "\n";
  if (command.json) last = dump({{"commits", std::move(rows)}, {"not_judged", series->not_judged}});
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  return worst.exit_code();
}

/// The one scenario that was named needs what this kernel does not have.
Result<int> not_applicable(const CheckCommand& command, const Diagnostic& error) {
  const std::string name = command.subject.target.empty() ? "this scenario" : command.subject.target;
  std::string text = name + ": not applicable: " + error.message + "\n";
  if (command.json) text = dump({{"scenario", name}, {"verdict", "not-applicable"}, {"needs", error.lacks}});
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(command.bisect ? kExitIncomplete : kExitOk);
}

/// The one scenario that was named cannot be judged on what is loaded.
Result<int> does_not_fit(const CheckCommand& command, const Diagnostic& error) {
  const std::string name = command.subject.target.empty() ? "this scenario" : command.subject.target;
  std::set<std::string> told;
  std::string text = name + ":" + not_judged(error, told);
  if (command.json) text = dump({{"scenario", name}, {"verdict", "incomplete"}, {"reason", why_not_judged(error)}, {"error", error.to_string()}});
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitIncomplete);
}

Result<int> check_any_number(const CheckCommand& command, const Machine& machine, std::vector<bool> threads);

/// One scenario, or one state that is looked for.
Result<int> check_one(const CheckCommand& command, const Workspace& workspace) {
  Result<Document> loaded = workspace.open(with_one_of_each(command.subject).origin(kDefaultCheck));
  if (!loaded && !loaded.error().lacks.empty()) return not_applicable(command, loaded.error());
  if (!loaded && !loaded.error().misfit.empty()) return does_not_fit(command, loaded.error());
  if (!loaded) return tl::unexpected(loaded.error());
  if (std::vector<bool> any = any_threads_of(command.subject, loaded->session.machine().scenario()); !any.empty()) {
    if (!command.find.empty())
      return fail("the scenario has 'count = \"any\"', and a state is looked for with a number of threads: no --find with it",
                  command.subject.target);
    return check_any_number(command, loaded->session.machine(), std::move(any));
  }
  spdlog::info("checking {} with model {}", loaded->session.machine().scenario().name, loaded->session.machine().code().hash());
  Result<StubbedCheck> checked = check_all_values(loaded->session.machine(), check_options(command));
  clear_progress();
  if (!checked) return tl::unexpected(checked.error());
  const Machine& machine = checked->machine;
  const check::CheckReport* const report = &checked->report;
  spdlog::info("{}: {} states in {:.2f} s", check::verdict_name(report->verdict), report->states, report->seconds);
  TreeReach reach;
  reach.add(*report);
  std::vector<std::string> unjudged;
  if (command.subject.code.tree && command.find.empty())
    unjudged = reach.unjudged_changes(*command.subject.code.tree, &machine.code(), "this scenario does not run");
  if (!unjudged.empty() && report->verdict == check::CheckReport::Verdict::kPass) {
    checked->report.verdict = check::CheckReport::Verdict::kIncomplete;
    checked->report.reason = unjudged.front();
  }
  std::string text;
  if (command.json) {
    Json json = Json::parse(with_stubs(check::report_json(machine, *report), *checked));
    if (report->lock_code.has_tree) json["functions_not_run"] = reach.functions_json(machine.code());
    if (command.subject.code.tree) json["patch_notes"] = command.subject.code.tree->patch_notes();
    if (command.subject.code.tree) json["patch_not_judged"] = unjudged;
    add_check_terms(json, command.subject, command.judge);
    text = dump(json);
  } else {
    text = machine.scenario().name + ": " + check::report_text(machine, *report) + checked->text;
    for (const std::string& term : check_terms(command.subject, command.judge)) text += "  with: " + term + "\n";
    const std::string not_run = report->lock_code.has_tree ? reach.functions_text(machine.code(), "  of the tree's lock not run by this scenario")
                                                           : "";
    if (!not_run.empty()) text += fitted(not_run, kFullWidth) + "\n";
    if (command.subject.code.tree) {
      for (const std::string& note : command.subject.code.tree->patch_notes()) text += "  patch: " + note + "\n";
      for (const std::string& change : unjudged) text += "  " + change + "\n";
    }
  }
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  if (!command.trace_file.empty()) {
    std::string note = "no trace is saved: there is no way to show\n";
    if (!report->trace.empty()) {
      if (Result<void> saved = save_found(command, machine, *report); !saved) return tl::unexpected(saved.error());
      note = "saved: vmalab open " + command.trace_file.string() + "\n";
    }
    if (!command.json) {
      if (Result<void> printed = print(note); !printed) return tl::unexpected(printed.error());
    }
  }
  return for_bisect(command, report->lock_code, exit_code(*report));
}

int exit_code(const check::AnyReport& report) {
  switch (report.verdict) {
    case check::AnyReport::Verdict::kProved: return kExitOk;
    case check::AnyReport::Verdict::kViolation: return kExitViolation;
    case check::AnyReport::Verdict::kNotProved:
    case check::AnyReport::Verdict::kPremise:
    case check::AnyReport::Verdict::kIncomplete: return kExitIncomplete;
  }
  return kExitOk;
}

/// @param threads there is any number of
Result<int> check_any_number(const CheckCommand& command, const Machine& base, std::vector<bool> threads) {
  const Result<check::AnyScenario> any = check::AnyScenario::of(base, std::move(threads));
  if (!any) {
    const std::string why = check::not_decided_sentence(any.error());
    std::string text = base.scenario().name + ": " + why + "\n";
    if (command.json) text = dump({{"scenario", base.scenario().name}, {"verdict", "not-decided"}, {"reason", why}});
    if (Result<void> printed = print(fitted(text, kFullWidth)); !printed) return tl::unexpected(printed.error());
    return static_cast<int>(kExitIncomplete);
  }
  const Machine& machine = any->machine();
  check::AnyOptions options;
  options.only = command.judge;
  options.jobs = command.search.jobs;
  options.memory_mib = static_cast<std::size_t>(command.search.memory_mib);
  check::AnyCheck check(machine, any->crowd(), any->maker(), options);
  check::drive(check, check_options(command.search).progress);
  clear_progress();
  Result<check::AnyReport> report = check.report();
  if (!report) return tl::unexpected(report.error());
  std::vector<std::string> unjudged;
  if (command.subject.code.tree) {
    TreeReach reach;
    reach.add(report->evidence);
    unjudged = reach.unjudged_changes(*command.subject.code.tree, &machine.code(), "these threads do not run");
  }
  if (!unjudged.empty() && report->verdict == check::AnyReport::Verdict::kProved) {
    report->verdict = check::AnyReport::Verdict::kIncomplete;
    report->reason = unjudged.front();
    report->proved.clear();
  }
  std::string text = check::report_json(machine, *report);
  if (!command.json) {
    const std::string title = any_title(command.subject, base.scenario().name, check::crowd_text(machine, any->crowd()));
    text = fitted(title + ": " + check::report_text(machine, *report), kFullWidth);
    for (const std::string& term : check_terms(command.subject, command.judge)) text += "  with: " + term + "\n";
  }
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  if (!command.trace_file.empty() && report->machine != nullptr) {
    if (Result<void> saved = save_found(command, *report->machine, report->concrete); !saved) return tl::unexpected(saved.error());
  }
  return exit_code(*report);
}

}  // namespace

Result<int> CheckCommand::run(const Workspace& workspace) const {
  // Before a long search, not after it.
  std::error_code ignored;
  if (!force && !trace_file.empty() && std::filesystem::exists(trace_file, ignored)) {
    return fail("the file exists already; --force replaces it", trace_file.string());
  }
  if (const std::filesystem::path folder = trace_file.parent_path(); !folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return fail("there is no such folder to save the trace in", trace_file.string());
  }
  catch_interrupts();
  if (has_any_number(subject)) return check_one(*this, workspace);
  if (!series.empty()) return check_series(*this, workspace);
  const bool nothing_named = subject.target.empty() && !subject.standard && find.empty();
  if (all || report || (nothing_named && !subject.code.kernel.empty())) return check_everything(*this, workspace);
  return check_one(*this, workspace);
}

}  // namespace vmalab::app
