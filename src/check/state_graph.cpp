// SPDX-License-Identifier: GPL-2.0-only
#include "check/state_graph.h"

#include "check/parts.h"

#include <algorithm>

namespace vmalab::check {

StateGraph::StateGraph(const Machine& machine, Reductions reductions, const State& start)
    : machine_(machine), start_(start), reductions_(std::move(reductions)), components_(machine) {
  begin(1);
}

void StateGraph::begin(int parts) {
  parts_.clear();
  for (int p = 0; p < parts; ++p) parts_.push_back(std::make_unique<Part>(machine_, components_, reductions_));
  const Vector first = pack(tuple_of(start_, nullptr));
  for (int p = 0; p < parts; ++p) {
    Part& part = *parts_[static_cast<std::size_t>(p)];
    if (p == owner(first.data())) part.states.insert(part.states.place(first.data()));
    part.level_begin = {0, part.states.size()};
  }
}

bool StateGraph::take_broken() {
  FieldMask renamed{};
  for (const auto& part : parts_) {
    const FieldMask& of_part = part->stepper.symmetry().renamed_fields();
    for (std::size_t kind = 0; kind < renamed.size(); ++kind) renamed[kind] |= of_part[kind];
  }
  const Reductions::Broken broken = reductions_.take_broken(renamed);
  if (broken.twins) components_.clear();
  return broken.any;
}

int StateGraph::owner(const Index* vector) const {
  if (parts_.size() == 1) return 0;
  const std::uint64_t hash = hash_bytes(vector, sizeof(Index) * components_of_state());
  return static_cast<int>((hash >> 32) * parts_.size() >> 32);
}

CollapsedState StateGraph::tuple_of(const State& state, Renaming* renaming) {
  CollapsedState tuple = components_.split(state);
  parts_.front()->stepper.symmetry().canonical(tuple, renaming);
  return tuple;
}

std::optional<StateGraph::Ref> StateGraph::find(const CollapsedState& canonical) const {
  const Vector vector = pack(canonical);
  const int p = owner(vector.data());
  const auto index = part(p).states.find(vector.data());
  if (!index) return std::nullopt;
  return Ref{p, *index};
}

CollapsedState StateGraph::tuple_at(Ref ref) const {
  Vector vector;
  part(ref.part).states.get(ref.index, vector.data());
  return unpack(vector.data());
}

StateValue StateGraph::state_at(Ref ref) const { return components_.join(tuple_at(ref)); }

Word StateGraph::evaluate(const Program& expression, const CollapsedState& tuple) const {
  return machine_.evaluate(expression, components_.join(tuple));
}

std::uint64_t StateGraph::states() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part->states.size();
  return sum;
}

std::uint64_t StateGraph::transitions() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part->transitions;
  return sum;
}

std::uint64_t StateGraph::finished() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part->finished;
  return sum;
}

std::pair<std::uint64_t, std::uint64_t> StateGraph::level(int number, int depth) const {
  const Part& part = *parts_[static_cast<std::size_t>(number)];
  const auto d = static_cast<std::size_t>(depth);
  if (d + 1 < part.level_begin.size()) return {part.level_begin[d], part.level_begin[d + 1]};
  return {part.level_begin.back(), part.states.size()};
}

int StateGraph::depth_of(Ref ref) const {
  const std::vector<std::uint64_t>& begins = part(ref.part).level_begin;
  return static_cast<int>(std::upper_bound(begins.begin(), begins.end(), ref.index) - begins.begin()) - 1;
}

std::optional<StateGraph::Ref> StateGraph::Walk::next() {
  while (depth_ < graph_.levels()) {
    if (at_.index < graph_.level(at_.part, depth_).second) return Ref{at_.part, at_.index++};
    if (++at_.part == graph_.parts()) {
      at_.part = 0;
      ++depth_;
    }
    at_.index = graph_.level(at_.part, depth_).first;
  }
  return std::nullopt;
}

StateGraph::Expanded StateGraph::expand(const CollapsedState& tuple) {
  Expanded expanded;
  Stepper& stepper = parts_.front()->stepper;
  expanded.outlook = stepper.each_step(tuple, Stepper::Of::kEveryThread, [&](Action action, const Transition& transition) {
    Successor& next = expanded.successors.emplace_back();
    next.action = action;
    next.violations = transition.violations;
    next.tuple = stepper.after(tuple, action.thread, transition, &next.renaming);
  });
  return expanded;
}

Coverage StateGraph::coverage() const {
  Coverage sum = machine_.new_coverage();
  for (const auto& part : parts_) {
    const Coverage& of_part = part->stepper.transitions().coverage();
    for (const auto set : {&Coverage::ran, &Coverage::jumped, &Coverage::passed}) {
      for (std::size_t p = 0; p < (sum.*set).size(); ++p) {
        for (std::size_t i = 0; i < (sum.*set)[p].size(); ++i) (sum.*set)[p][i] = (sum.*set)[p][i] || (of_part.*set)[p][i];
      }
    }
  }
  return sum;
}

std::set<std::pair<Word, Word>> StateGraph::refcnt_edges() const {
  std::set<std::pair<Word, Word>> edges;
  for (const auto& part : parts_) {
    const auto& of_part = part->stepper.transitions().refcnt_edges();
    edges.insert(of_part.begin(), of_part.end());
  }
  return edges;
}

std::set<Word> StateGraph::refcnt_values() const {
  std::set<Word> values;
  const std::size_t vmas = machine_.scenario().vmas.size();
  for (Index i = 0; i < components_.shared.count(); ++i) {
    const Shared shared = components_.shared.get(i);
    for (std::size_t v = 0; v < vmas; ++v) values.insert(shared.vmas[v][VmaField::kRefcnt]);
  }
  return values;
}

bool StateGraph::locks_met() const {
  bool read_locked = false, write_locked = false;
  const std::size_t vmas = machine_.scenario().vmas.size();
  for (Index i = 0; i < components_.shared.count(); ++i) {
    const Shared shared = components_.shared.get(i);
    for (std::size_t v = 0; v < vmas; ++v) {
      read_locked = read_locked || shared.facts.vmas[v].readers != 0;
      write_locked = write_locked || shared.facts.vmas[v].writers != 0;
    }
  }
  return read_locked && write_locked;
}

std::size_t StateGraph::bytes() const {
  std::size_t sum = components_.bytes();
  for (const auto& part : parts_) sum += part->bytes();
  return sum;
}

}  // namespace vmalab::check
