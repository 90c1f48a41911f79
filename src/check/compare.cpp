// SPDX-License-Identifier: GPL-2.0-only
#include "check/compare.h"

#include <algorithm>

#include "machine/describe.h"

namespace vmalab::check {
namespace {

/// The first element of `a` that `b` lacks; both sorted.
template <typename T>
std::optional<T> first_missing(const std::vector<T>& a, const std::vector<T>& b) {
  for (const T& item : a) {
    if (!std::binary_search(b.begin(), b.end(), item)) return item;
  }
  return std::nullopt;
}

/// The shortest run on `machine`, from the start or from a state, after which some VMA's vm_refcnt is `value`.
std::vector<Action> way_to(const Machine& machine, Word value, CheckOptions options, const std::optional<State>& from = {}) {
  options.from = from;
  options.goal.clear();
  for (const VmaSetup& vma : machine.scenario().vmas) {
    options.goal += (options.goal.empty() ? "" : " || ") + vma.name + "->vm_refcnt == " + std::to_string(value) + "u";
  }
  const auto report = run_check(machine, options);
  return report ? report->trace : std::vector<Action>{};
}

/// The shortest run to the first value of an edge, and on to the second.
std::vector<Action> way_along(const Machine& machine, std::pair<Word, Word> edge, const CheckOptions& options) {
  std::vector<Action> way = way_to(machine, edge.first, options);
  State state = machine.initial();
  for (const Action& action : way) {
    StepInfo info;
    machine.step(state, action, info);
  }
  const std::vector<Action> rest = way_to(machine, edge.second, options, state);
  way.insert(way.end(), rest.begin(), rest.end());
  return way;
}

}  // namespace

Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& options) {
  auto of_model = run_check(model, options);
  if (!of_model) return tl::unexpected(of_model.error());
  auto of_tree = run_check(tree, options);
  if (!of_tree) return tl::unexpected(of_tree.error());
  Comparison c;
  c.model = std::move(*of_model);
  c.tree = std::move(*of_tree);

  if (c.model.verdict == CheckReport::Verdict::kIncomplete || c.tree.verdict == CheckReport::Verdict::kIncomplete) {
    c.difference = "not known: " + (c.tree.verdict == CheckReport::Verdict::kIncomplete ? c.tree.reason : c.model.reason);
    return c;
  }
  const auto verdict_text = [](const CheckReport& r) {
    return std::string(verdict_name(r.verdict)) + (r.check ? " of " + std::string(check_info(*r.check).name) : "");
  };
  if (verdict_text(c.model) != verdict_text(c.tree)) {
    c.difference = "the verdict: " + verdict_text(c.model) + " on the model, " + verdict_text(c.tree) + " on the tree";
    c.shown_on_tree = !c.tree.trace.empty();
    c.trace = c.shown_on_tree ? c.tree.trace : c.model.trace;
    return c;
  }
  for (const bool on_tree : {true, false}) {
    const CheckReport& has = on_tree ? c.tree : c.model;
    const CheckReport& lacks = on_tree ? c.model : c.tree;
    const Machine& machine = on_tree ? tree : model;
    const std::string where = on_tree ? "only on the tree" : "only on the model";
    if (const auto value = first_missing(has.refcnt_values, lacks.refcnt_values)) {
      c.difference = "vm_refcnt reaches " + refcount_text(*value) + " " + where;
      c.shown_on_tree = on_tree;
      c.trace = way_to(machine, *value, options);
      return c;
    }
    if (const auto edge = first_missing(has.refcnt_edges, lacks.refcnt_edges)) {
      c.difference = "vm_refcnt goes from " + refcount_text(edge->first) + " to " + refcount_text(edge->second) + " in one step " + where;
      c.shown_on_tree = on_tree;
      c.trace = way_along(machine, *edge, options);
      return c;
    }
  }
  c.same = true;
  return c;
}

}  // namespace vmalab::check
