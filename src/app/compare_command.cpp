// SPDX-License-Identifier: GPL-2.0-only
// `vmalab compare`: the model and a kernel tree, scenario by scenario, on the two levels of check/compare.h. Other accesses
// with the same outcomes are told and are no reason for an exit code: two versions of one lock are like that.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "app/check_support.h"
#include "app/check_terms.h"
#include "app/commands.h"
#include "app/player.h"
#include "app/text.h"
#include "app/tree_reach.h"
#include "check/compare.h"
#include "check/report.h"
#include "machine/describe.h"

namespace vmalab::app {

using Json = nlohmann::ordered_json;

namespace {

Json trace_json(const Machine& machine, const std::vector<Action>& trace) {
  Json names = Json::array();
  for (const Action& action : trace) names.push_back(action_name(machine, action));
  return names;
}

/// What keeps the tree from what the model runs; empty for nothing. An assertion that is left out is accesses that the tree does not make.
Diagnostic what_it_lacks(const Result<Document>& tree) {
  if (!tree) return tree.error();
  Diagnostic lacking;
  const std::set<std::string> left_out = lock_code(tree->session.machine()).left_out;
  if (left_out.empty()) return lacking;
  lacking.lacks = *left_out.begin();
  lacking.message = "needs " + lacking.lacks + "(), which this kernel does not have";
  return lacking;
}

}  // namespace

Result<int> CompareCommand::run(const Workspace& workspace) const {
  if (subject.code.kernel.empty()) return fail("compare needs --kernel DIR, the Linux tree to compare the model with");
  for (const std::string& text : subject.code.stubs) {
    const Result<Stubs::Stub> stub = parse_stub(text);
    if (stub && stub->values.size() != 1)
      return fail("compare needs one value for a stub, so that both run the same: --stub " + stub->name + "=VALUE");
  }
  const Result<CodeBase> code = workspace.code(subject.code, {});
  if (!code) return tl::unexpected(code.error());
  std::vector<std::string> names{subject.target};
  if (subject.target.empty() && !subject.standard) {
    Result<std::vector<std::string>> all = all_scenarios(workspace.assets());
    if (!all) return tl::unexpected(all.error());
    names = std::move(*all);
  }
  catch_interrupts();
  Json rows = Json::array();
  Tally tally;
  std::size_t other_accesses = 0, not_applicable = 0;
  std::set<std::string> told;
  LockCode lock_code;
  Ordering ordering = Ordering::kSc;
  TreeReach reach;
  for (const std::string& name : names) {
    Subject on_model = subject;
    on_model.target = name;
    on_model.code.kernel.clear();
    on_model.code.variant.clear();
    Subject on_tree = subject;
    on_tree.target = name;
    Result<Document> model = workspace.open(on_model.origin());
    if (!model) return tl::unexpected(model.error());
    const Machine& a = model->session.machine();
    const std::string& scenario = a.scenario().name;
    Result<Document> tree = workspace.open(on_tree.origin());
    std::string text = padded(scenario, 34);
    if (const Diagnostic lacking = what_it_lacks(tree); !lacking.lacks.empty()) {
      ++not_applicable;
      rows.push_back({{"scenario", scenario}, {"verdict", "not-applicable"}, {"needs", lacking.lacks}});
      text += " not applicable: " + lacking.message + "\n";
    } else if (!tree && !tree.error().misfit.empty()) {
      ++tally.incomplete;
      rows.push_back({{"scenario", scenario},
                      {"same", false},
                      {"outcomes", check::answer_name(check::Comparison::Answer::kUnknown)},
                      {"reason", why_not_judged(tree.error())},
                      {"error", tree.error().to_string()}});
      text += not_judged(tree.error(), told);
    } else if (!tree) {
      ++tally.cannot_run;
      rows.push_back({{"scenario", scenario}, {"same", false}, {"error", tree.error().to_string()}});
      text += cannot_run(tree.error(), told);
    } else {
      const Machine& b = tree->session.machine();
      ordering = b.ordering();
      Result<check::Comparison> c = check::compare(a, b, check_options(search));
      clear_progress();
      if (!c) return tl::unexpected(c.error());
      using Answer = check::Comparison::Answer;
      const bool different = c->outcomes == Answer::kDifferent;
      const bool incomplete = !different && (c->outcomes == Answer::kUnknown || c->accesses == Answer::kUnknown);
      tally.incomplete += incomplete;
      tally.bad += different;
      other_accesses += !different && c->accesses == Answer::kDifferent;
      lock_code.add(c->tree.lock_code);
      reach.add(c->tree);
      rows.push_back({{"scenario", scenario},
                      {"same", c->outcomes == Answer::kSame},
                      {"outcomes", check::answer_name(c->outcomes)},
                      {"accesses", check::answer_name(c->accesses)},
                      {"difference", c->difference},
                      {"access_difference", c->access_difference},
                      {"reason", c->reason},
                      {"shown_on", c->shown_on_tree ? "tree" : "model"},
                      {"trace", trace_json(c->shown_on_tree ? b : a, c->trace)},
                      {"model", Json::parse(check::report_json(a, c->model))},
                      {"tree", Json::parse(check::report_json(b, c->tree))}});
      const char* word = different ? "DIFFERENT" : incomplete ? "INCOMPLETE" : c->accesses == Answer::kSame ? "same" : "same outcomes";
      char numbers[120];
      std::snprintf(numbers, sizeof numbers, " %-13s %9llu / %-9llu states, %zu values, %zu edges\n", word,
                    static_cast<unsigned long long>(c->model.states), static_cast<unsigned long long>(c->tree.states), c->tree.refcnt_values.size(),
                    c->tree.refcnt_edges.size());
      text += numbers;
      if (different) text += "  " + c->difference + "\n";
      if (incomplete)
        text += "  not known whether the " + std::string(c->outcomes == Answer::kUnknown ? "outcomes" : "accesses") + " are the same: " + c->reason +
                "\n";
      if (c->accesses == Answer::kDifferent) text += "  other accesses: " + c->access_difference + "\n";
      if (!c->trace.empty() && (different || names.size() == 1)) {
        check::CheckReport shown = c->shown_on_tree ? c->tree : c->model;
        shown.trace = c->trace;
        text += "  the shortest way, on the " + std::string(c->shown_on_tree ? "tree" : "model") + ":\n" +
                check::trace_text(c->shown_on_tree ? b : a, shown);
      }
    }
    if (!json) {
      if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    }
    if (interrupted()) {
      ++tally.incomplete;
      break;
    }
  }
  const std::vector<std::string> unjudged = subject.code.tree
                                                ? reach.unjudged_changes(*subject.code.tree, &*code,
                                                                         names.size() == 1 ? "this scenario does not run" : "no scenario runs")
                                                : std::vector<std::string>();
  std::string last;
  if (tally.bad > 0) last = plural(tally.bad, "scenario") + (tally.bad == 1 ? " differs" : " differ") + " in the outcomes";
  if (tally.incomplete > 0)
    last += (last.empty() ? "not everything could be searched, so nothing is known about " : "; not known: ") + plural(tally.incomplete, "scenario");
  // Where the tree's place was the model's all along, the model was compared with itself.
  const bool none_applies = not_applicable == rows.size();
  bool compared = !lock_code.tree.empty() && lock_code.model_core.empty();
  if (last.empty() && none_applies) last = "nothing was compared";
  if (last.empty() && !compared) {
    last = lock_code.model_core.empty() ? "nothing of the tree ran, so nothing was compared"
                                        : "the lock of this tree is not whole, so nothing is known about it";
  }
  if (!unjudged.empty()) {
    compared = false;
    for (const std::string& change : unjudged) last += (last.empty() ? "" : "; ") + change;
  }
  if (last.empty()) last = "the tree and the model agree" + std::string(tally.cannot_run > 0 ? " wherever the tree can run" : "");
  if (other_accesses > 0) {
    last += "; " + plural(other_accesses, "scenario") + (other_accesses == 1 ? " has" : " have") +
            " the same outcomes (verdicts, final states, VMAs used, vm_refcnt) by other accesses";
  }
  if (tally.cannot_run > 0) last += "; " + plural(tally.cannot_run, "scenario") + " cannot run on it";
  if (not_applicable > 0)
    last += "; " + plural(not_applicable, "scenario") + (not_applicable == 1 ? " is" : " are") + " not applicable to this kernel";
  last += "\n";
  for (const std::string& term : check_terms(subject)) last += "with: " + term + "\n";
  if (lock_code.has_tree) last += lock_code_text(lock_code) + "\n";
  if (const std::string not_run = reach.functions_text(*code, names.size() == 1 ? "not run by this scenario" : "run by no scenario");
      !not_run.empty() && lock_code.has_tree) {
    last += fitted(not_run, kFullWidth) + "\n";
  }
  last += std::string(check::ordering_clause(ordering)) + "\n";
  if (json) {
    const bool complete = tally.incomplete == 0 && tally.cannot_run == 0 && compared;
    Json report{{"scenarios", std::move(rows)},
                {"same", complete && compared && tally.bad == 0},
                {"same_accesses", complete && compared && tally.bad == 0 && other_accesses == 0},
                {"complete", complete},
                {"not_applicable", not_applicable},
                {"kernel", lock_code.kernel},
                {"functions_run", lock_code.count()},
                {"functions_run_from_tree", lock_code.tree.size()},
                {"model_functions", lock_code.model},
                {"functions_not_run", reach.functions_json(*code)},
                {"patch_not_judged", unjudged},
                {"memory_ordering", check::ordering_word(ordering)}};
    add_check_terms(report, subject);
    last = report.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  const int exit = tally.exit_code();
  return exit == kExitOk && !compared && !none_applies ? static_cast<int>(kExitIncomplete) : exit;
}

}  // namespace vmalab::app
