// SPDX-License-Identifier: GPL-2.0-only
#include "run/rerun.h"

#include <algorithm>
#include <cstring>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/look.h"
#include "machine/state.h"
#include "run/schedule.h"
#include "run/talk_text.h"
#include "run/trace_format.h"

namespace vmalab {
namespace {

bool does_the_same(const Machine& machine, const StepInfo& info, const PastRun::Step& old) {
  if (old.did.empty()) return !old.mark || step_mark(machine, info) == *old.mark;
  return step_text(machine, info) == old.did;
}

/// Cheapest first over (state, how many of the old steps are behind). Taking an old step costs nothing where it does the same; a change, a
/// step that is left out and one that is inserted cost 1 each. Of ways that cost the
/// same the one that leaves out least is taken, then the one with the fewest changes.
class Nearest {
 public:
  Nearest(const Machine& machine, std::span<const PastRun::Step> rest, int budget)
      : machine_(machine), rest_(rest), budget_(budget), size_(state_size(machine.thread_count())) {}

  Continuation find(const State& from) {
    add(from, -1, Kind::kStart, {}, 0, {});
    int furthest = 0;
    while (!queue_.empty()) {
      const int at = std::get<2>(queue_.top());
      queue_.pop();
      Node& node = nodes_[static_cast<std::size_t>(at)];
      if (node.done) continue;
      node.done = true;
      if (node.behind == rest_.size()) return way_to(at, true);
      if (node.behind > nodes_[static_cast<std::size_t>(furthest)].behind) furthest = at;
      if (static_cast<int>(nodes_.size()) >= budget_) break;
      expand(at);
    }
    return go_on_anyhow(furthest);
  }

 private:
  enum class Kind : std::uint8_t { kStart, kSame, kChanged, kInserted, kLeftOut };
  struct Cost {
    int all = 0, left_out = 0, changed = 0;
    auto operator<=>(const Cost&) const = default;
    Cost more(Kind kind) const { return {all + 1, left_out + (kind == Kind::kLeftOut ? 1 : 0), changed + (kind == Kind::kChanged ? 1 : 0)}; }
  };
  struct Node {
    std::string bytes;
    std::size_t behind;
    int parent;
    Kind kind;
    Action action;
    Cost cost;
    bool done = false;
  };

  StateValue state_of(const Node& node) const {
    StateValue value;
    State& state = value;
    state = State{};
    std::memcpy(&state, node.bytes.data(), size_);
    return value;
  }

  void add(const State& state, int parent, Kind kind, Action action, std::size_t behind, Cost cost) {
    const std::string bytes(reinterpret_cast<const char*>(&state), size_);
    std::string key = bytes + std::to_string(behind);
    const auto [known, fresh] = known_.try_emplace(std::move(key), static_cast<int>(nodes_.size()));
    if (!fresh) {
      Node& node = nodes_[static_cast<std::size_t>(known->second)];
      if (node.done || node.cost <= cost) return;
      node.parent = parent;
      node.kind = kind;
      node.action = action;
      node.cost = cost;
    } else {
      nodes_.push_back({bytes, behind, parent, kind, action, cost});
    }
    queue_.emplace(cost, rest_.size() - behind, known->second);
  }

  void expand(int at) {
    const std::size_t behind = nodes_[static_cast<std::size_t>(at)].behind;
    const Cost cost = nodes_[static_cast<std::size_t>(at)].cost;
    const StateValue state = state_of(nodes_[static_cast<std::size_t>(at)]);
    const PastRun::Step& wanted = rest_[behind];
    ActionList enabled;
    machine_.enabled(state, enabled);
    for (const Action action : enabled) {
      const bool asked = action == wanted.action;
      if (!asked && action.kind != Action::Kind::kStep) continue;
      StateValue after = state;
      StepInfo info;
      machine_.step(after, action, info);
      const bool same = asked && does_the_same(machine_, info, wanted);
      if (asked) add(after, at, same ? Kind::kSame : Kind::kChanged, action, behind + 1, same ? cost : cost.more(Kind::kChanged));
      if (!same && action.kind == Action::Kind::kStep) add(after, at, Kind::kInserted, action, behind, cost.more(Kind::kInserted));
    }
    add(state, at, Kind::kLeftOut, {}, behind + 1, cost.more(Kind::kLeftOut));
  }

  Continuation way_to(int at, bool nearest) const {
    std::vector<const Node*> way;
    for (; nodes_[static_cast<std::size_t>(at)].kind != Kind::kStart; at = nodes_[static_cast<std::size_t>(at)].parent)
      way.push_back(&nodes_[static_cast<std::size_t>(at)]);
    Continuation out;
    out.nearest = nearest;
    for (auto it = way.rbegin(); it != way.rend(); ++it) {
      const Node& node = **it;
      if (node.kind == Kind::kLeftOut) {
        ++out.left_out;
        continue;
      }
      out.actions.push_back(node.action);
      out.stands_for.push_back(node.kind == Kind::kInserted ? Continuation::kLeftOut : node.behind - 1);
      ++(node.kind == Kind::kSame ? out.same : node.kind == Kind::kChanged ? out.changed : out.inserted);
    }
    return out;
  }

  Continuation go_on_anyhow(int from) const {
    Continuation out = way_to(from, false);
    StateValue state = state_of(nodes_[static_cast<std::size_t>(from)]);
    for (std::size_t i = nodes_[static_cast<std::size_t>(from)].behind; i < rest_.size(); ++i) {
      if (!can_happen(machine_, state, rest_[i].action)) {
        ++out.left_out;
        continue;
      }
      StepInfo info;
      machine_.step(state, rest_[i].action, info);
      out.actions.push_back(rest_[i].action);
      out.stands_for.push_back(i);
      ++(does_the_same(machine_, info, rest_[i]) ? out.same : out.changed);
    }
    return out;
  }

  const Machine& machine_;
  std::span<const PastRun::Step> rest_;
  int budget_;
  std::size_t size_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, int> known_;
  using Entry = std::tuple<Cost, std::size_t, int>;  // cost, old steps to come, node
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

/// What the step is now that was another one, as a sentence.
std::string difference(const Machine& machine, const State& before, const PastRun::Step& old, int number) {
  const std::string step = "Step " + std::to_string(number);
  if (old.action.thread.value >= machine.thread_count()) return step + " was of a thread that is no more.";
  const std::string name = action_name(machine, old.action);
  if (const std::string why = why_not(machine, before, old.action); !why.empty())
    return step + " (" + name + ") cannot happen any more: " + why + ".";
  StateValue after = before;
  StepInfo info;
  machine.step(after, old.action, info);
  const std::string now = step_text(machine, info);
  if (old.did.empty() && old.mark && step_mark(machine, info) != *old.mark)
    return step + " is another one than it was: \xe2\x80\x9c" + name + " " + now + "\xe2\x80\x9d.";
  if (now == old.did || old.did.empty()) return step + " (" + name + ") does the same and comes to another state than was recorded.";
  return step + " is another one: \xe2\x80\x9c" + name + " " + now + "\xe2\x80\x9d, no longer \xe2\x80\x9c" + name + " " + old.did + "\xe2\x80\x9d.";
}

class Walk {
 public:
  Walk(Session& session, const PastRun& old) : session_(session), machine_(session.machine()), old_(old) {}

  Rerun run() {
    const Session::OneCommand one_command(session_);
    now_.assign(old_.steps.size() + 1, kNoNode);
    now_[kRootNode] = kRootNode;
    for (NodeId node = 1; node < now_.size(); ++node) again(node);
    shown_branch();
    other_branches();
    tell();
    return std::move(out_);
  }

 private:
  const PastRun::Step& step(NodeId node) const { return old_.steps[node - 1]; }
  NodeId above(NodeId node) const { return step(node).from; }

  /// The node in the session, when its step still does what it did.
  void again(NodeId node) {
    const NodeId parent = now_[above(node)];
    const PastRun::Step& old = step(node);
    if (parent == kNoNode) return;
    if (session_.cursor() != parent) session_.go_to(parent);
    if (!can_happen(machine_, session_.state(), old.action)) return;
    StateValue after = session_.state();
    StepInfo info;
    machine_.step(after, old.action, info);
    if (!does_the_same(machine_, info, old)) return;
    if (old.fingerprint && *old.fingerprint != fingerprint(after, machine_.thread_count())) return;
    if (const Result<NodeId> done = session_.apply(old.action); done) now_[node] = *done;
  }

  /// "step 5 breaks exclusion", if it breaks more than before.
  std::string broken_now(NodeId node, PropertySet before) const {
    const auto broken = static_cast<PropertySet>(session_.info(node).violations & ~before);
    if (broken == 0) return {};
    return "step " + std::to_string(session_.depth(node)) + " breaks " + words::joined(properties_in(broken), &Property::name);
  }

  void shown_branch() {
    std::vector<NodeId> path;
    const NodeId tip = old_.branches.empty() ? static_cast<NodeId>(old_.steps.size())
                                             : old_.branches[static_cast<std::size_t>(old_.active_branch)].tip;
    for (NodeId node = tip; node != kRootNode; node = above(node)) path.push_back(node);
    std::reverse(path.begin(), path.end());
    const auto first = std::find_if(path.begin(), path.end(), [&](NodeId node) { return now_[node] == kNoNode; });
    out_.last_same = static_cast<int>(first - path.begin());
    const NodeId last = first == path.begin() ? kRootNode : now_[*(first - 1)];
    session_.go_to(last);
    if (first != path.end()) {
      out_.differs = difference(machine_, session_.state(), step(*first), out_.last_same + 1);
      std::vector<PastRun::Step> rest;
      for (auto it = first; it != path.end(); ++it) rest.push_back(step(*it));
      out_.goes_on = nearest_continuation(machine_, session_.state(), rest);
      for (std::size_t i = 0; i < out_.goes_on.actions.size(); ++i) {
        const Result<NodeId> done = session_.apply(out_.goes_on.actions[i]);
        if (!done) break;
        const std::size_t old = out_.goes_on.stands_for[i];
        PropertySet before = old == Continuation::kLeftOut ? 0 : step(*(first + static_cast<std::ptrdiff_t>(old))).violations;
        if (before == PastRun::kUnknown) before = 0;  // the run is another one from here on: what it breaks is said
        if (out_.broken_there.empty()) out_.broken_there = broken_now(*done, before);
        if (old != Continuation::kLeftOut) now_[*(first + static_cast<std::ptrdiff_t>(old))] = *done;
      }
    } else if (tip != kRootNode) {
      session_.go_to(now_[tip]);
    }
    // Where the person was, as far as it is the same.
    NodeId at = old_.cursor;
    const int depth = session_.depth(last);
    while (at != kRootNode && (now_[at] == kNoNode || session_.depth(now_[at]) > depth)) at = above(at);
    for (NodeId node : path) {
      if (now_[node] == kNoNode || session_.depth(now_[node]) > std::min(depth, session_.depth(now_[at]))) break;
      out_.broken = broken_now(now_[node], step(node).violations);
      if (out_.broken.empty()) continue;
      at = node;
      break;
    }
    session_.go_to_depth(session_.depth(now_[at]));
  }

  void other_branches() {
    for (std::size_t i = 0; i < old_.branches.size(); ++i) {
      NodeId node = old_.branches[i].tip;
      const bool whole = now_[node] != kNoNode;
      if (!whole && static_cast<int>(i) != old_.active_branch) ++out_.shorter_branches;
      while (now_[node] == kNoNode) node = above(node);
      const std::vector<Session::Branch>& branches = session_.branches();
      for (std::size_t b = 0; b < branches.size(); ++b) {
        const bool shown = static_cast<int>(i) == old_.active_branch && static_cast<int>(b) == session_.active_branch();
        if (!old_.branches[i].name.empty() && (shown || branches[b].tip == now_[node]))
          session_.rename_branch(static_cast<int>(b), old_.branches[i].name);
      }
    }
  }

  void tell() {
    Talk talk;
    static_cast<void>(talk.set_title(old_.talk->title()));
    const auto put = [&](NodeId at, auto set) {
      const NodeId node = at < now_.size() ? now_[at] : kNoNode;
      if (node == kNoNode || !set(node)) ++out_.lost_texts;
    };
    for (const Talk::Caption& caption : old_.talk->captions())
      put(caption.at, [&](NodeId node) { return talk.set_caption(node, caption.steps, caption.text, caption.claims).has_value(); });
    for (const Talk::Text& note : old_.talk->notes()) put(note.at, [&](NodeId node) { return talk.set_note(node, note.text).has_value(); });
    for (const Talk::Text& marker : old_.talk->markers()) put(marker.at, [&](NodeId node) { return talk.set_marker(node, marker.text).has_value(); });
    session_.retell(std::move(talk));
  }

  Session& session_;
  const Machine& machine_;
  const PastRun& old_;
  std::vector<NodeId> now_;  ///< of each old node
  Rerun out_;
};

/// As a session has them: a step after one that nothing follows yet goes on with its branch.
std::vector<PastRun::Branch> branches_of(const std::vector<PastRun::Step>& steps) {
  std::vector<PastRun::Branch> branches(1);
  std::vector<std::size_t> branch(steps.size() + 1, 0);
  for (NodeId node = 1; node <= steps.size(); ++node) {
    const NodeId from = steps[node - 1].from;
    if (branches[branch[from]].tip == from) {
      branch[node] = branch[from];
      branches[branch[node]].tip = node;
    } else {
      branch[node] = branches.size();
      branches.push_back({{}, node});
    }
  }
  return branches;
}

/// A thread is who it is called, whatever its number is now; one that is no more has a number that no thread has.
PastRun by_names(PastRun old, const Machine& machine) {
  std::vector<ThreadId> now;
  for (const std::string& name : old.threads) now.push_back(machine.find_thread(name).value_or(thread_id(kMaxThreads)));
  for (PastRun::Step& step : old.steps) {
    const std::size_t number = step.action.thread.value;
    step.action.thread = number < now.size() ? now[number] : thread_id(kMaxThreads);
  }
  return old;
}

std::string counted(int number, const char* what) { return number == 0 ? "" : ", " + std::to_string(number) + " " + what; }

}  // namespace

PastRun past_run(const Session& session) {
  PastRun out;
  for (const ThreadSetup& thread : session.machine().scenario().threads) out.threads.push_back(thread.name);
  out.steps.reserve(session.node_count() - 1);
  for (NodeId node = 1; node < session.node_count(); ++node) {
    const StepInfo& info = session.info(node);
    out.steps.push_back({session.parent(node), info.action, step_text(session.machine(), info), info.violations});
  }
  for (const Session::Branch& branch : session.branches()) out.branches.push_back({branch.name, branch.tip});
  out.active_branch = session.active_branch();
  out.cursor = session.cursor();
  out.talk = session.shared_talk();
  return out;
}

std::uint8_t step_mark(const Machine& machine, const StepInfo& info) {
  const std::uint64_t sum = trace_format::chain_sum(trace_format::kFirstSum, step_text(machine, info));
  return static_cast<std::uint8_t>((sum ^ (sum >> 32U)) % 64);
}

Result<void> complete(PastRun& run, std::string_view talk) {
  run.branches = branches_of(run.steps);
  run.active_branch = static_cast<int>(run.branches.size()) - 1;
  run.cursor = run.branches.back().tip;
  if (talk.empty()) return {};
  Result<SaidOfRun> said = read_talk(talk, static_cast<NodeId>(run.steps.size()), run.branches.size() - 1);
  if (!said) return tl::unexpected(std::move(said.error()));
  run.active_branch = static_cast<int>(said->branch.value_or(run.branches.size() - 1));
  run.cursor = said->at.value_or(run.branches[static_cast<std::size_t>(run.active_branch)].tip);
  for (auto& [branch, name] : said->names) run.branches[branch].name = std::move(name);
  run.talk = std::make_shared<const Talk>(std::move(said->talk));
  return {};
}

Continuation nearest_continuation(const Machine& machine, const State& from, std::span<const PastRun::Step> rest, int budget) {
  return Nearest(machine, rest, budget).find(from);
}

std::string Rerun::text() const {
  std::string out = differs;
  if (!differs.empty()) {
    const auto count = goes_on.actions.size();
    out += " The nearest run goes on from step " + std::to_string(last_same) + " with " + std::to_string(count) + words::plural(count, " step") +
           ": " + std::to_string(goes_on.same) + (goes_on.same == 1 ? " as it was" : " as they were") + counted(goes_on.changed, "changed") +
           counted(goes_on.inserted, "inserted") + counted(goes_on.left_out, "left out") + (goes_on.nearest ? "." : "; there may be a nearer one.");
    if (!broken_there.empty()) out += " There " + broken_there + ".";
  }
  const auto say = [&](const std::string& sentence) { out += (out.empty() ? "" : " ") + sentence; };
  if (!broken.empty()) say("Now " + broken + ".");
  if (shorter_branches > 0) {
    say(std::to_string(shorter_branches) + (shorter_branches == 1 ? " other branch ends" : " other branches end") +
        " before the first step that differs.");
  }
  if (lost_texts > 0)
    say(std::to_string(lost_texts) + (lost_texts == 1 ? " caption, note or chapter stood" : " captions, notes or chapters stood") +
        " on steps that are no more.");
  return out;
}

Rerun rerun(Session& session, const PastRun& old) {
  return old.threads.empty() ? Walk(session, old).run() : Walk(session, by_names(old, session.machine())).run();
}

}  // namespace vmalab
