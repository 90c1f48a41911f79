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
#include "base/json.h"
#include "check/compare.h"
#include "check/report.h"
#include "machine/any_threads.h"
#include "machine/describe.h"

namespace vmalab::app {

namespace {

using Json = nlohmann::ordered_json;
using Answer = check::Comparison::Answer;

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

/// "1 scenario differs", "2 scenarios differ".
std::string scenarios(std::size_t n, const char* one, const char* more) { return plural(n, "scenario") + " " + (n == 1 ? one : more); }

/// The comparisons of all scenarios, and what they come to together.
class Comparisons {
 public:
  /// @param code of the tree
  /// @param of_one no other scenario is compared
  Comparisons(const CompareCommand& command, const CodeBase& code, bool of_one) : command_(command), code_(code), of_one_(of_one) {}

  /// One scenario; the lines that tell it.
  Result<std::string> add(const Machine& model, const Result<Document>& tree);
  void stopped() { ++tally_.incomplete; }

  std::string last_text() const;
  Json json() const;
  int exit_code() const;

 private:
  std::string compared(const Machine& model, const Machine& tree, const check::Comparison& c);

  /// Where the tree's place was the model's all along, the model was compared with itself.
  bool tree_compared() const { return !lock_code_.tree.empty() && lock_code_.model_core.empty() && unjudged().empty(); }
  bool none_applies() const { return not_applicable_ == rows_.size(); }
  /// What a patch changes and nothing that was compared runs.
  std::vector<std::string> unjudged() const;
  std::string verdict() const;

  const CompareCommand& command_;
  const CodeBase& code_;
  const bool of_one_;
  Json rows_ = Json::array();
  Tally tally_;
  std::size_t other_accesses_ = 0, not_applicable_ = 0;
  std::set<std::string> told_;
  LockCode lock_code_;
  Ordering ordering_ = Ordering::kSc;
  TreeReach reach_;
};

Result<std::string> Comparisons::add(const Machine& model, const Result<Document>& tree) {
  const std::string& scenario = model.scenario().name;
  const std::string begin = padded(scenario, 34);
  if (const Diagnostic lacking = what_it_lacks(tree); !lacking.lacks.empty()) {
    ++not_applicable_;
    rows_.push_back({{"scenario", scenario}, {"verdict", "not-applicable"}, {"needs", lacking.lacks}});
    return begin + " not applicable: " + lacking.message + "\n";
  }
  if (!tree && !tree.error().misfit.empty()) {
    ++tally_.incomplete;
    rows_.push_back({{"scenario", scenario},
                     {"same", false},
                     {"outcomes", check::answer_name(Answer::kUnknown)},
                     {"reason", why_not_judged(tree.error())},
                     {"error", tree.error().to_string()}});
    return begin + not_judged(tree.error(), told_);
  }
  if (!tree) {
    ++tally_.cannot_run;
    rows_.push_back({{"scenario", scenario}, {"same", false}, {"error", tree.error().to_string()}});
    return begin + cannot_run(tree.error(), told_);
  }
  const Machine& machine = tree->session.machine();
  Result<check::Comparison> c = check::compare(model, machine, check_options(command_.search));
  clear_progress();
  if (!c) return tl::unexpected(c.error());
  return begin + compared(model, machine, *c);
}

std::string Comparisons::compared(const Machine& model, const Machine& tree, const check::Comparison& c) {
  const bool different = c.outcomes == Answer::kDifferent;
  const bool incomplete = !different && (c.outcomes == Answer::kUnknown || c.accesses == Answer::kUnknown);
  ordering_ = tree.ordering();
  tally_.incomplete += incomplete;
  tally_.bad += different;
  other_accesses_ += !different && c.accesses == Answer::kDifferent;
  lock_code_.add(c.tree.lock_code);
  reach_.add(c.tree);
  const Machine& shown_on = c.shown_on_tree ? tree : model;
  const char* shown_name = c.shown_on_tree ? "tree" : "model";
  rows_.push_back({{"scenario", model.scenario().name},
                   {"same", c.outcomes == Answer::kSame},
                   {"outcomes", check::answer_name(c.outcomes)},
                   {"accesses", check::answer_name(c.accesses)},
                   {"difference", c.difference},
                   {"access_difference", c.access_difference},
                   {"reason", c.reason},
                   {"shown_on", shown_name},
                   {"trace", trace_json(shown_on, c.trace)},
                   {"model", Json::parse(check::report_json(model, c.model))},
                   {"tree", Json::parse(check::report_json(tree, c.tree))}});
  const char* word = different ? "DIFFERENT" : incomplete ? "INCOMPLETE" : c.accesses == Answer::kSame ? "same" : "same outcomes";
  char numbers[120];
  std::snprintf(numbers, sizeof numbers, " %-13s %9llu / %-9llu states, %zu values, %zu edges\n", word,
                static_cast<unsigned long long>(c.model.states), static_cast<unsigned long long>(c.tree.states), c.tree.refcnt_values.size(),
                c.tree.refcnt_edges.size());
  std::string text = numbers;
  if (different) text += "  " + c.difference + "\n";
  if (incomplete) {
    text += "  not known whether the " + std::string(c.outcomes == Answer::kUnknown ? "outcomes" : "accesses") + " are the same: " + c.reason + "\n";
  }
  if (c.accesses == Answer::kDifferent) text += "  other accesses: " + c.access_difference + "\n";
  if (!c.trace.empty() && (different || of_one_)) {
    check::CheckReport shown = c.shown_on_tree ? c.tree : c.model;
    shown.trace = c.trace;
    text += "  the shortest way, on the " + std::string(shown_name) + ":\n" + check::trace_text(shown_on, shown);
  }
  return text;
}

std::vector<std::string> Comparisons::unjudged() const {
  const std::shared_ptr<const KernelTree>& tree = command_.subject.code.tree;
  if (tree == nullptr) return {};
  return reach_.unjudged_changes(*tree, &code_, of_one_ ? "this scenario does not run" : "no scenario runs");
}

std::string Comparisons::verdict() const {
  std::string text;
  if (tally_.bad > 0) text = scenarios(tally_.bad, "differs", "differ") + " in the outcomes";
  if (tally_.incomplete > 0)
    text += (text.empty() ? "not everything could be searched, so nothing is known about " : "; not known: ") + plural(tally_.incomplete, "scenario");
  if (text.empty() && none_applies()) text = "nothing was compared";
  if (text.empty() && !lock_code_.model_core.empty()) text = "the lock of this tree is not whole, so nothing is known about it";
  if (text.empty() && lock_code_.tree.empty()) text = "nothing of the tree ran, so nothing was compared";
  for (const std::string& change : unjudged()) text += (text.empty() ? "" : "; ") + change;
  if (text.empty()) text = "the tree and the model agree" + std::string(tally_.cannot_run > 0 ? " wherever the tree can run" : "");
  return text;
}

std::string Comparisons::last_text() const {
  std::string text = verdict();
  if (other_accesses_ > 0)
    text += "; " + scenarios(other_accesses_, "has", "have") + " the same outcomes (verdicts, final states, VMAs used, vm_refcnt) by other accesses";
  if (tally_.cannot_run > 0) text += "; " + plural(tally_.cannot_run, "scenario") + " cannot run on it";
  if (not_applicable_ > 0) text += "; " + scenarios(not_applicable_, "is", "are") + " not applicable to this kernel";
  text += "\n";
  for (const std::string& term : check_terms(command_.subject)) text += "with: " + term + "\n";
  if (lock_code_.has_tree) {
    text += lock_code_text(lock_code_) + "\n";
    const std::string not_run = reach_.functions_text(code_, of_one_ ? "not run by this scenario" : "run by no scenario");
    if (!not_run.empty()) text += fitted(not_run, kFullWidth) + "\n";
  }
  return text + std::string(check::ordering_clause(ordering_)) + "\n";
}

Json Comparisons::json() const {
  const bool complete = tally_.incomplete == 0 && tally_.cannot_run == 0 && tree_compared();
  const bool same = complete && tally_.bad == 0;
  Json report{{"scenarios", rows_},
              {"same", same},
              {"same_accesses", same && other_accesses_ == 0},
              {"complete", complete},
              {"not_applicable", not_applicable_},
              {"kernel", lock_code_.kernel},
              {"functions_run", lock_code_.count()},
              {"functions_run_from_tree", lock_code_.tree.size()},
              {"model_functions", lock_code_.model},
              {"functions_not_run", reach_.functions_json(code_)},
              {"patch_not_judged", unjudged()},
              {"memory_ordering", check::ordering_word(ordering_)}};
  add_check_terms(report, command_.subject);
  return report;
}

int Comparisons::exit_code() const {
  const int exit = tally_.exit_code();
  return exit == kExitOk && !tree_compared() && !none_applies() ? static_cast<int>(kExitIncomplete) : exit;
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
  Comparisons comparisons(*this, *code, names.size() == 1);
  for (const std::string& name : names) {
    Subject on_tree = subject;
    on_tree.target = name;
    Subject on_model = on_tree;
    on_model.code.kernel.clear();
    on_model.code.variant.clear();
    const Result<Document> model = workspace.open(on_model.origin());
    if (model && !any_threads(model->session.machine().scenario()).empty())
      return fail("the scenario has 'count = \"any\"', and what is compared has a number of threads", name);
    if (!model) return tl::unexpected(model.error());
    const Result<std::string> text = comparisons.add(model->session.machine(), workspace.open(on_tree.origin()));
    if (!text) return tl::unexpected(text.error());
    if (const Result<void> printed = json ? Result<void>() : print(*text); !printed) return tl::unexpected(printed.error());
    if (interrupted()) {
      comparisons.stopped();
      break;
    }
  }
  const int exit = comparisons.exit_code();
  const Result<void> printed = print(json ? json_text(comparisons.json()) + "\n" : comparisons.last_text());
  if (!printed) return tl::unexpected(printed.error());
  return exit;
}

}  // namespace vmalab::app
