// SPDX-License-Identifier: GPL-2.0-only
#include "check/map_search.h"

#include <algorithm>
#include <thread>

#include "check/parts.h"
#include "machine/state_value.h"

namespace vmalab::check {
namespace {

/// What no step on the map breaks. A state in which no thread can go on is one all the same.
constexpr PropertySet kWalls = ~bit_of(properties::kNoStuck);

SearchOptions search_options_for(const CheckOptions& options, StateMap& map) {
  SearchOptions search;
  search.symmetry = options.symmetry;
  search.partial_order = false;
  search.jobs = options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  search.memory_limit = memory_limit_of(options);
  search.judged = 0;
  search.walls = kWalls;
  search.map = &map;
  return search;
}

}  // namespace

MapSearch::MapSearch(const Machine& machine, const CheckOptions& options) : machine_(machine), memory_limit_(memory_limit_of(options)) {
  explorer_ = std::make_unique<Explorer>(machine, search_options_for(options, map_), machine.initial());
}

MapSearch::~MapSearch() = default;

Status MapSearch::advance(Budget budget) {
  if (status_ == Status::kDone) return status_;
  if (!can_finish_) {
    if (explorer_->advance(budget) == Status::kDone) searched();
  } else if (can_finish_->advance(budget) == Status::kDone) {
    end_ = can_finish_->end();
    note_non_terminating();
    status_ = Status::kDone;
  }
  return status_;
}

void MapSearch::searched() {
  end_ = explorer_->result().end;
  // Behind what breaks a check nothing was searched: whether threads could finish there is not asked.
  if (end_ == SearchEnd::kComplete && map_.sum().breaking == 0)
    can_finish_ = std::make_unique<CanFinish>(explorer_->graph(), memory_limit_);
  else
    status_ = Status::kDone;
}

void MapSearch::note_non_terminating() {
  const StateGraph& graph = explorer_->graph();
  StateMap::Tally tally(machine_, graph.components());
  const PropertySet broken = bit_of(properties::kTermination);
  for (const StateGraph::Ref ref : can_finish_->non_terminating()) tally.add(graph.tuple_at(ref).shared, false, broken);
  if (can_finish_->non_terminating().empty()) return;
  // The states are counted already.
  StateMap::Level level = tally.take();
  for (auto& of_vma : level) {
    for (MapCell& cell : of_vma) cell.states = 0;
  }
  map_.add(graph.depth_of(can_finish_->non_terminating().front()), level);
}

Progress MapSearch::progress() const { return can_finish_ ? can_finish_->progress() : explorer_->progress(); }

void MapSearch::stop() {
  if (status_ == Status::kDone) return;
  if (can_finish_) {
    can_finish_->stop();
    end_ = SearchEnd::kStopped;
  } else {
    explorer_->stop();
    end_ = explorer_->result().end;
  }
  status_ = Status::kDone;
}

std::optional<int> MapSearch::depth_of(const State& state) {
  StateGraph& graph = explorer_->graph();
  const auto ref = graph.find(graph.tuple_of(state, nullptr));
  if (!ref) return std::nullopt;
  return graph.depth_of(*ref);
}

bool MapSearch::breaks(StateGraph::Ref ref) {
  StateGraph& graph = explorer_->graph();
  const StateGraph::Expanded next = graph.expand(graph.tuple_at(ref));
  if (next.outlook == Outlook::kStuck) return true;
  if (std::any_of(next.successors.begin(), next.successors.end(), [](const StateGraph::Successor& s) { return s.violations != 0; })) return true;
  return can_finish_ && std::binary_search(can_finish_->non_terminating().begin(), can_finish_->non_terminating().end(), ref);
}

std::unique_ptr<MapSearch::Way> MapSearch::way_to(VmaId vma, MapPlace place, bool breaking) {
  return std::make_unique<Way>(*this, vma, place, breaking);
}

Target MapSearch::target(VmaId vma, MapPlace place, bool breaking) {
  Target target;
  target.depth = place.depth;
  target.walls = kWalls;
  target.ends_in = [this, vma, place, breaking](StateGraph::Ref ref) {
    const StateGraph& graph = explorer_->graph();
    const Shared shared = graph.components().shared.get(graph.tuple_at(ref).shared);
    return refcnt_class(shared.vmas[vma.value][VmaField::kRefcnt]) == place.of && (!breaking || breaks(ref));
  };
  return target;
}

MapSearch::Way::Way(MapSearch& search, VmaId vma, MapPlace place, bool breaking)
    : search_(search), breaking_(breaking), trace_(search.explorer_->graph(), search.machine_.initial(), search.target(vma, place, breaking)) {}

Status MapSearch::Way::advance(Budget budget) {
  if (run_) return Status::kDone;
  if (trace_.advance(budget) == Status::kRunning) return Status::kRunning;
  if (!trace_.trace()) return Status::kDone;
  run_ = trace_.trace();
  if (!breaking_) return Status::kDone;
  const Machine& machine = search_.machine_;
  StateValue state(machine.initial());
  StepInfo info;
  for (const Action& action : *run_) machine.step(state, action, info);
  ActionList enabled;
  if (!machine.stuck(state)) machine.enabled(state, enabled);
  for (const Action& action : enabled) {
    StateValue after = state;
    machine.step(after, action, info);
    if (info.violations == 0) continue;
    run_->push_back(action);
    break;
  }
  return Status::kDone;
}

}  // namespace vmalab::check
