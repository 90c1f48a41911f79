// SPDX-License-Identifier: GPL-2.0-only
#include "check/compare.h"

#include <algorithm>
#include <memory>

#include "check/lockstep.h"
#include "check/outcomes.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

using Answer = Comparison::Answer;

std::string verdict_text(const CheckReport& r) { return std::string(verdict_name(r.verdict)) + (r.check ? " of " + std::string(r.check->name) : ""); }

bool is_incomplete(const CheckReport& report) { return report.verdict == CheckReport::Verdict::kIncomplete; }

void say_different(Comparison& c, std::string what, bool on_tree, std::vector<Action> trace) {
  c.outcomes = Answer::kDifferent;
  c.difference = std::move(what);
  c.shown_on_tree = on_tree;
  c.trace = std::move(trace);
}

/// True when both give the same verdict, as far as it is known.
bool same_verdict(Comparison& c, const CheckReport& model, const CheckReport& tree, const std::string& of) {
  if (is_incomplete(model) || is_incomplete(tree)) {
    c.reason = is_incomplete(tree) ? tree.reason : model.reason;
    return false;
  }
  if (verdict_text(model) == verdict_text(tree)) return true;
  const bool on_tree = !tree.trace.empty();
  say_different(c, "the verdict" + of + ": " + verdict_text(model) + " on the model, " + verdict_text(tree) + " on the tree", on_tree,
                on_tree ? tree.trace : model.trace);
  return false;
}

/// Where something is broken, a search ends there: then every check is judged alone.
Result<bool> same_verdicts(Comparison& c, const Machine& model, const Machine& tree, const CheckOptions& options) {
  if (!same_verdict(c, c.model, c.tree, "")) return false;
  if (c.model.verdict != CheckReport::Verdict::kViolation) return true;
  for (const Property* property : kProperties) {
    if (!options.only.empty() && std::find(options.only.begin(), options.only.end(), property) == options.only.end()) continue;
    CheckOptions alone = options;
    alone.only = {property};
    auto of_model = run_check(model, alone), of_tree = run_check(tree, alone);
    if (!of_model) return tl::unexpected(of_model.error());
    if (!of_tree) return tl::unexpected(of_tree.error());
    if (!same_verdict(c, *of_model, *of_tree, " on " + std::string(property->name) + " alone")) return false;
  }
  return true;
}

/// Calls `say(item, on_tree)` with the first that only one of them has, the tree's first; false when there is none.
template <typename Set, typename Say>
bool first_unshared(const Set& model, const Set& tree, Say say) {
  for (const bool on_tree : {true, false}) {
    const Set& has = on_tree ? tree : model;
    const Set& lacks = on_tree ? model : tree;
    for (const auto& item : has) {
      if (lacks.count(item) != 0) continue;
      say(item, on_tree);
      return true;
    }
  }
  return false;
}

std::set<Ending> endings_of(const Outcomes& outcomes) {
  std::set<Ending> endings;
  for (const auto& [ending, ref] : outcomes.endings()) endings.insert(ending);
  return endings;
}

void compare_outcomes(Comparison& c, const Machine& model, const Machine& tree, const CheckOptions& options, std::size_t memory, int jobs) {
  Outcomes of_model(model, memory / 2, jobs, options.progress);
  if (!of_model.reason().empty()) {
    c.reason = of_model.reason();
    return;
  }
  Outcomes of_tree(tree, memory / 2, jobs, options.progress);
  if (!of_tree.reason().empty()) {
    c.reason = of_tree.reason();
    return;
  }
  const auto side = [&](bool on_tree) -> Outcomes& { return on_tree ? of_tree : of_model; };
  const auto machine = [&](bool on_tree) -> const Machine& { return on_tree ? tree : model; };
  const auto only = [](bool on_tree) { return on_tree ? " only on the tree" : " only on the model"; };
  const bool different =
      first_unshared(of_model.uses(), of_tree.uses(),
                     [&](const Use& use, bool t) { say_different(c, use_text(machine(t), use) + only(t), t, side(t).way_to(use)); }) ||
      first_unshared(of_model.refcnt_edges(), of_tree.refcnt_edges(),
                     [&](const std::pair<Word, Word>& edge, bool t) {
                       say_different(
                           c, "vm_refcnt goes from " + refcount_text(edge.first) + " to " + refcount_text(edge.second) + " in one step" + only(t), t,
                           side(t).way_along(edge));
                     }) ||
      first_unshared(endings_of(of_model), endings_of(of_tree), [&](const Ending& ending, bool t) {
        say_different(c, "it can end like this" + std::string(only(t)) + ": " + ending_text(machine(t), ending), t, side(t).way_to(ending));
      });
  if (!different) c.outcomes = Answer::kSame;
}

}  // namespace

std::string_view answer_name(Answer answer) { return answer == Answer::kSame ? "same" : answer == Answer::kDifferent ? "different" : "unknown"; }

Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& asked) {
  CheckOptions options = asked;
  options.goals = false;  // what can happen is compared below
  auto of_model = run_check(model, options);
  if (!of_model) return tl::unexpected(of_model.error());
  auto of_tree = run_check(tree, options);
  if (!of_tree) return tl::unexpected(of_tree.error());
  Comparison c;
  c.model = std::move(*of_model);
  c.tree = std::move(*of_tree);
  if (is_incomplete(c.model) || is_incomplete(c.tree)) {
    c.reason = is_incomplete(c.tree) ? c.tree.reason : c.model.reason;
    return c;
  }
  const std::size_t memory = memory_limit_of(options);
  const Lockstep steps = lockstep(model, tree, {"the model", "the tree"}, memory, options.progress);
  switch (steps.answer) {
    case Lockstep::Answer::kSame:  // and so is all that comes of them
      c.accesses = c.outcomes = Answer::kSame;
      return c;
    case Lockstep::Answer::kDifferent:
      c.accesses = Answer::kDifferent;
      c.access_difference = steps.difference;
      break;
    case Lockstep::Answer::kUnknown: c.reason = steps.reason; break;
  }
  const Result<bool> same = same_verdicts(c, model, tree, options);
  if (!same) return tl::unexpected(same.error());
  if (*same) compare_outcomes(c, model, tree, options, memory, c.model.jobs);
  if (c.outcomes != Answer::kDifferent && c.accesses == Answer::kDifferent) {
    c.shown_on_tree = steps.shown_on_second;
    c.trace = steps.trace;
  }
  return c;
}

}  // namespace vmalab::check
