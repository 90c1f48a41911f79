// SPDX-License-Identifier: GPL-2.0-only
#include "run/session.h"
#include "run/schedule.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "machine/state.h"

namespace vmalab {

Session::Session(Machine machine) : machine_(std::move(machine)) {
  nodes_.emplace_back();
  path_.push_back(kRootNode);
  branches_.push_back({"main", kRootNode, kRootNode});
  state_ = machine_.initial();
  store_keyframe(kRootNode);
}

int Session::depth() const { return nodes_[cursor_].depth; }

StateValue Session::state_at(NodeId node) const {
  if (node == cursor_) return state_;
  StateValue state;
  load_state(node, state);
  return state;
}

std::vector<NodeId> Session::children(NodeId node) const {
  std::vector<NodeId> out;
  for (NodeId child = nodes_[node].first_child; child != kNoNode; child = nodes_[child].next_sibling) {
    out.push_back(child);
  }
  return out;
}

std::vector<Action> Session::actions_to(NodeId node) const {
  std::vector<Action> out(static_cast<std::size_t>(nodes_[node].depth));
  for (auto it = out.rbegin(); it != out.rend(); ++it) {
    *it = nodes_[node].info.action;
    node = nodes_[node].parent;
  }
  return out;
}

// ---- keyframes

void Session::store_keyframe(NodeId node) {
  const std::size_t size = state_size(machine_.thread_count());
  const std::size_t old = keyframes_.size();
  keyframes_.resize(old + size);
  std::memcpy(keyframes_.data() + old, &state(), size);
  keyframe_nodes_.push_back(node);
}

void Session::load_state(NodeId node, State& state) const {
  // Every node whose depth is a multiple of the distance has a keyframe, so the way up to one is short.
  std::array<Action, kKeyframeDistance> actions;
  std::size_t count = 0;
  while (nodes_[node].depth % kKeyframeDistance != 0) {
    actions[count++] = nodes_[node].info.action;
    node = nodes_[node].parent;
  }
  const auto keyframe = std::lower_bound(keyframe_nodes_.begin(), keyframe_nodes_.end(), node);
  assert(keyframe != keyframe_nodes_.end() && *keyframe == node && "a node at a multiple of the distance has a keyframe");
  const std::size_t size = state_size(machine_.thread_count());
  state = State{};
  std::memcpy(&state, keyframes_.data() + static_cast<std::size_t>(keyframe - keyframe_nodes_.begin()) * size, size);
  StepInfo info;
  while (count > 0) machine_.step(state, actions[--count], info);
}

// ---- growing the tree

NodeId Session::find_child(NodeId node, Action action) const {
  NodeId child = nodes_[node].first_child;
  while (child != kNoNode && !(nodes_[child].info.action == action)) child = nodes_[child].next_sibling;
  return child;
}

NodeId Session::add_node(const StepInfo& info) {
  const auto node = static_cast<NodeId>(nodes_.size());
  assert(node != kNoNode && "a history has fewer steps than node numbers");
  if (path_.back() != cursor_) {
    // The future that was here stays: it is the branch that is left.
    const auto number = branches_.size() + 1;
    branches_.push_back({"branch " + std::to_string(number), node, cursor_});
    active_branch_ = static_cast<int>(branches_.size()) - 1;
    path_.resize(static_cast<std::size_t>(nodes_[cursor_].depth) + 1);
  }
  path_.push_back(node);
  branches_[static_cast<std::size_t>(active_branch_)].tip = node;

  Node added;
  added.parent = cursor_;
  added.depth = nodes_[cursor_].depth + 1;
  added.branch = active_branch_;
  added.info = info;
  nodes_.push_back(added);
  // Children stay in the order in which they came; there are few.
  NodeId* link = &nodes_[cursor_].first_child;
  while (*link != kNoNode) link = &nodes_[*link].next_sibling;
  *link = node;
  return node;
}

NodeId Session::advance(Action action) {
  StepInfo info;
  machine_.step(state_, action, info);
  NodeId node = find_child(cursor_, action);
  if (node != kNoNode) {
    const auto depth = static_cast<std::size_t>(nodes_[node].depth);
    if (depth >= path_.size() || path_[depth] != node) activate(nodes_[node].branch);
    cursor_ = node;
    return node;
  }
  node = add_node(info);
  cursor_ = node;
  if (nodes_[node].depth % kKeyframeDistance == 0) store_keyframe(node);
  if (on_new_step_) on_new_step_(node);
  return node;
}

// ---- moving

void Session::activate(int branch) {
  active_branch_ = branch;
  std::vector<NodeId> added;
  NodeId node = branches_[static_cast<std::size_t>(branch)].tip;
  const auto on_path = [&](NodeId n) {
    const auto depth = static_cast<std::size_t>(nodes_[n].depth);
    return depth < path_.size() && path_[depth] == n;
  };
  while (!on_path(node)) {
    added.push_back(node);
    node = nodes_[node].parent;
  }
  path_.resize(static_cast<std::size_t>(nodes_[node].depth) + 1);
  path_.insert(path_.end(), added.rbegin(), added.rend());
}

void Session::move_to(NodeId node) {
  if (node == cursor_) return;
  if (nodes_[node].parent == cursor_) {
    StepInfo info;
    machine_.step(state_, nodes_[node].info.action, info);
  } else {
    load_state(node, state_);
  }
  cursor_ = node;
}

void Session::begin_group() {
  if (groups_++ == 0) group_remembers_ = true;
}

void Session::end_group() { --groups_; }

void Session::remember() {
  if (groups_ > 0 && !group_remembers_) return;
  group_remembers_ = false;
  undo_.push_back({cursor_, active_branch_, talk_});
  redo_.clear();
}

void Session::restore(const Cursor& cursor) {
  if (cursor.branch != active_branch_) activate(cursor.branch);
  move_to(cursor.node);
  talk_ = cursor.talk;
}

// ---- commands

void Session::retell(Talk talk) {
  if (talk == *talk_) return;
  remember();
  talk_ = std::make_shared<const Talk>(std::move(talk));
}

Result<NodeId> Session::apply(Action action) {
  if (std::string why = why_not(machine_, state_, action); !why.empty()) return fail(std::move(why));
  remember();
  return advance(action);
}

bool Session::back() {
  if (cursor_ == kRootNode) return false;
  remember();
  move_to(nodes_[cursor_].parent);
  return true;
}

bool Session::forward() {
  const auto next = static_cast<std::size_t>(depth()) + 1;
  if (next >= path_.size()) return false;
  remember();
  move_to(path_[next]);
  return true;
}

void Session::restart() { go_to_depth(0); }

void Session::go_to(NodeId node) {
  if (node >= nodes_.size()) return;
  const auto depth = static_cast<std::size_t>(nodes_[node].depth);
  const bool on_path = depth < path_.size() && path_[depth] == node;
  if (on_path && node == cursor_) return;
  remember();
  if (!on_path) activate(nodes_[node].branch);
  move_to(node);
}

void Session::go_to_depth(int depth) { go_to(path_[static_cast<std::size_t>(std::clamp(depth, 0, static_cast<int>(path_.size()) - 1))]); }

int Session::run_until_blocked(ThreadId t, int limit) {
  return run_until(
      t, [](const Session&) { return false; }, limit);
}

int Session::run_until(ThreadId t, const std::function<bool(const Session&)>& predicate, int limit) {
  int steps = 0;
  while (steps < limit && t.value < machine_.thread_count() && machine_.can_step(state_, t)) {
    if (steps == 0) remember();
    const NodeId node = advance({Action::Kind::kStep, t});
    ++steps;
    if (nodes_[node].info.violations != 0 || predicate(*this)) break;
  }
  return steps;
}

bool Session::undo() {
  if (undo_.empty()) return false;
  const Cursor to = undo_.back();
  undo_.pop_back();
  redo_.push_back({cursor_, active_branch_, talk_});
  restore(to);
  return true;
}

bool Session::redo() {
  if (redo_.empty()) return false;
  const Cursor to = redo_.back();
  redo_.pop_back();
  undo_.push_back({cursor_, active_branch_, talk_});
  restore(to);
  return true;
}

void Session::rename_branch(int branch, std::string name) {
  if (branch < 0 || branch >= static_cast<int>(branches_.size()) || name.empty()) return;
  branches_[static_cast<std::size_t>(branch)].name = std::move(name);
}

void Session::select_branch(int branch) {
  if (branch < 0 || branch >= static_cast<int>(branches_.size())) return;
  const NodeId tip = branches_[static_cast<std::size_t>(branch)].tip;
  if (branch == active_branch_ && cursor_ == tip) return;
  remember();
  if (branch != active_branch_) activate(branch);
  move_to(tip);
}

}  // namespace vmalab
