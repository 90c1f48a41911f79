// SPDX-License-Identifier: GPL-2.0-only
// A Session is one person's exploration of a scenario: a tree of steps that only grows. A node is the state
// after an action; the root is the initial state. Stepping from the past adds a branch and keeps the old
// one; nothing is ever lost. The window, the terminal player, recording and replay all drive a Session.
//
// Invariants: node 0 is the root; a parent's number is smaller than its children's; the cursor is on the
// active branch. Any state is reached from a keyframe in at most kKeyframeDistance steps, so going anywhere in a
// history of any length costs microseconds. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"
#include "run/talk.h"

namespace vmalab {

class Session {
 public:
  explicit Session(Machine machine);

  const Machine& machine() const { return machine_; }
  NodeId cursor() const { return cursor_; }
  const State& state() const { return state_; }  ///< at the cursor
  int depth() const;                             ///< of the cursor: steps from the root

  // ---- reading the tree
  std::size_t node_count() const { return nodes_.size(); }
  int depth(NodeId node) const { return nodes_[node].depth; }
  NodeId parent(NodeId node) const { return nodes_[node].parent; }
  const StepInfo& info(NodeId node) const { return nodes_[node].info; }  ///< meaningless for the root
  StateValue state_at(NodeId node) const;
  std::vector<NodeId> children(NodeId node) const;
  /// The active branch from the root to its tip: what the timeline shows. path()[depth()] is the cursor.
  const std::vector<NodeId>& path() const { return path_; }
  /// Actions from the root to a node.
  std::vector<Action> actions_to(NodeId node) const;

  // ---- what its author says of it
  const Talk& talk() const { return *talk_; }
  /// Another pointer when it is another talk.
  const std::shared_ptr<const Talk>& shared_talk() const { return talk_; }

  // ---- commands; each is one entry of undo()
  /// Steps from the cursor. Re-uses the child that has the same action, if any. Error: the action cannot happen here
  /// (the text is why_not()).
  Result<NodeId> apply(Action action);
  bool back();                  ///< to the parent; false at the root
  bool forward();               ///< along the active branch; false at its tip
  void restart();               ///< to the root; the branch stays active
  void go_to(NodeId node);      ///< activates a branch through that node if it is not on the active one
  void go_to_depth(int depth);  ///< on the active branch, clamped
  /// Steps thread t until it is blocked, done, or a step violates a check; at most `limit` steps. Returns the number of steps.
  int run_until_blocked(ThreadId t, int limit = 10000);
  /// Steps t until predicate(session) holds after a step, or as run_until_blocked stops. Returns the number of steps.
  int run_until(ThreadId t, const std::function<bool(const Session&)>& predicate, int limit = 10000);
  bool undo();  ///< takes the cursor (and active branch), and the talk, back to where they were before the last command
  bool redo();
  /// While it lives, all commands together are one entry of undo().
  class OneCommand {
   public:
    explicit OneCommand(Session& session) : session_(session) { session.begin_group(); }
    ~OneCommand() { session_.end_group(); }
    OneCommand(const OneCommand&) = delete;
    OneCommand& operator=(const OneCommand&) = delete;

   private:
    Session& session_;
  };
  /// What the author says of the run.
  void retell(Talk talk);
  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }

  // ---- branches
  struct Branch {
    std::string name;  ///< "main", "branch 2", or the user's
    NodeId tip = kRootNode;
    NodeId fork = kRootNode;  ///< last node shared with the branch it left
  };
  const std::vector<Branch>& branches() const { return branches_; }
  int active_branch() const { return active_branch_; }
  void rename_branch(int branch, std::string name);
  void select_branch(int branch);  ///< moves the cursor to its tip
  struct Difference {
    int common_steps = 0;          ///< shared prefix
    NodeId common = kRootNode;     ///< its last node
    int steps_a = 0, steps_b = 0;  ///< what each did after it
    bool same_state = false;       ///< both ways end in the same state
    /// For people: what both share, what each did after, which checks it broke, and each value that differs at the
    /// tips ("vma0->vm_refcnt: 1 in main, FLAG+2 in branch 2").
    std::vector<std::string> lines;
  };
  Difference compare_branches(int a, int b) const;

  // ---- watching (recording)
  /// Called after every apply() that added a node.
  void on_new_step(std::function<void(NodeId)> callback) { on_new_step_ = std::move(callback); }

 private:
  static constexpr int kKeyframeDistance = 64;
  struct Node {
    NodeId parent = kNoNode;
    NodeId first_child = kNoNode;
    NodeId next_sibling = kNoNode;
    int depth = 0;
    int branch = 0;  ///< the branch that added it; its tip is below this node
    StepInfo info;
  };
  static_assert(sizeof(Node) <= 96, "a history of 100,000 steps must stay small");
  struct Cursor {
    NodeId node;
    int branch;
    std::shared_ptr<const Talk> talk;
  };

  NodeId find_child(NodeId node, Action action) const;
  NodeId advance(Action action);  ///< a command's work, without its entry in undo()
  NodeId add_node(const StepInfo& info);
  void store_keyframe(NodeId node);
  void load_state(NodeId node, State& state) const;
  void activate(int branch);  ///< path_ becomes the way to its tip
  void move_to(NodeId node);  ///< on the active branch
  void remember();            ///< a command begins: undo() comes back here
  void begin_group();
  void end_group();
  void restore(const Cursor& cursor);

  Machine machine_;
  std::vector<Node> nodes_;
  std::vector<NodeId> path_;
  std::vector<Branch> branches_;
  int active_branch_ = 0;
  NodeId cursor_ = kRootNode;
  StateValue state_;
  std::shared_ptr<const Talk> talk_ = std::make_shared<const Talk>();  ///< never null
  std::vector<Cursor> undo_, redo_;
  int groups_ = 0;  ///< open ones; only the first command of a group is remembered
  bool group_remembers_ = false;
  std::function<void(NodeId)> on_new_step_;
  std::vector<NodeId> keyframe_nodes_;  ///< nodes with a keyframe, in rising order
  std::vector<std::byte> keyframes_;    ///< state_size bytes for each of them
};

/// Of the talk, or of the scenario.
inline const std::string& run_title(const Session& session) {
  return session.talk().title().empty() ? session.machine().scenario().title : session.talk().title();
}

}  // namespace vmalab
