// SPDX-License-Identifier: GPL-2.0-only
#include "ui/state_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/platform.h"
#include "machine/any_threads.h"
#include "view/state_map_view.h"

namespace vmalab {

void StateSpace::follow(const Session& session) {
  if (!begun_) {
    check::CheckOptions options;
    // Nobody asked for it by name: it leaves most of the memory alone.
    options.memory_mib = std::max<std::size_t>(64, platform::available_memory() / 4 >> 20);
    runner_.start(session.machine(), std::move(options), most, any_);
    begun_ = true;
  }
  if (session.node_count() <= nodes_) return;
  std::vector<MapStep> steps;
  for (std::size_t node = nodes_; node < session.node_count(); ++node) {
    const auto id = static_cast<NodeId>(node);
    steps.push_back({session.parent(id), session.info(id).action});
  }
  nodes_ = session.node_count();
  runner_.add(std::move(steps));
}

bool StateSpace::poll() {
  if (!begun_) return false;
  MapRunner::News news = runner_.poll();
  const bool fresh = news.map || news.found || news.done != done_ || news.finding != finding_;
  crowd_ = std::move(news.crowd);
  refused_ = std::move(news.refused);
  if (news.map) map_ = std::move(news.map);
  if (news.tree) tree_ = std::move(news.tree);
  done_ = news.done;
  end_ = news.end;
  finding_ = news.finding;
  if (news.found) found_ = std::move(news.found);
  return fresh;
}

void StateSpace::show_any_number(std::vector<bool> of) {
  forget();
  any_ = std::move(of);
}

void StateSpace::show_any_or_own(const Scenario& scenario) { show_any_number(any_number() ? std::vector<bool>() : any_threads_or_all(scenario)); }

void StateSpace::forget() {
  runner_.drop();
  crowd_.clear();
  refused_.clear();
  const std::uint64_t kept = most;
  begun_ = done_ = finding_ = false;
  nodes_ = 1;
  map_ = std::make_shared<const check::StateMap>();
  tree_ = nullptr;
  found_.reset();
  selected.reset();
  show_all();
  most = kept;
}

void StateSpace::go(VmaId vma, check::MapPlace place) {
  if (place.depth >= map_->depths()) return;
  const check::MapCell& cell = map_->at(vma, place.depth, place.of);
  if (cell.states == 0) return;
  selected = place;
  if (any_number()) return;
  finding_ = true;
  runner_.find(vma, place, cell.breaking != 0);
}

std::shared_ptr<const MapRunner::Found> StateSpace::take_found() { return std::exchange(found_, nullptr); }

void StateSpace::zoom(float by, float around) {
  const auto all = static_cast<float>(std::max(1, map_->depths()));
  const float now = visible == 0 ? all : visible;
  const float wanted = std::clamp(now / by, std::min(all, 6.0F), all);
  if (wanted >= all) return show_all();
  first = std::clamp(around - (around - first) * wanted / now, 0.0F, all - wanted);
  visible = wanted;
}

void StateSpace::reveal(int depth) {
  if (visible == 0) return;
  const auto at = static_cast<float>(depth);
  const float last = std::max(0.0F, static_cast<float>(map_->depths()) - visible);
  if (at < first) first = std::max(0.0F, at - 0.2F * visible);
  if (at + 1 > first + visible) first = std::min(last, at + 1 - 0.8F * visible);
}

void StateSpace::move(VmaId vma, int depths, int rows, check::MapPlace from) {
  const StateMapView view = state_map_view(*map_, vma);
  const auto row = std::find(view.rows.begin(), view.rows.end(), from.of);
  if (row == view.rows.end()) return;
  int r = static_cast<int>(row - view.rows.begin()), depth = from.depth;
  const auto filled = [&] { return view.columns[static_cast<std::size_t>(depth)].of(view.rows[static_cast<std::size_t>(r)]).states != 0; };
  const auto inside = [&] { return depth >= 0 && depth < map_->depths() && r >= 0 && r < static_cast<int>(view.rows.size()); };
  for (depth += depths, r += rows; inside(); depth += depths, r += rows) {
    if (!filled()) continue;
    selected = check::MapPlace{depth, view.rows[static_cast<std::size_t>(r)]};
    return reveal(depth);
  }
}

void StateSpace::next_breaking(VmaId vma, check::MapPlace from) {
  const StateMapView view = state_map_view(*map_, vma);
  std::vector<check::MapPlace> all;
  std::size_t next = 0;
  for (const MapColumn& column : view.columns) {
    for (std::size_t r = 0; r < view.rows.size(); ++r) {
      const check::MapPlace place{column.first, view.rows[r]};
      if (column.of(place.of).breaking != 0) all.push_back(place);
      if (place == from) next = all.size();
    }
  }
  if (all.empty()) return;
  selected = all[next % all.size()];
  reveal(selected->depth);
}

}  // namespace vmalab
