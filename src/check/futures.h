// SPDX-License-Identifier: GPL-2.0-only
// What can still come of a state: can something still be avoided, can it still happen? Exact, over all interleavings, in the
// graph without reductions; fatal signals come where the scenario lets them come.
//
// "It" is an event: a step that breaks one of some properties, or that leads to a state where a goal is true. A run is over
// once it has happened. So what is asked is asked of the graph without the steps that are the event:
//
//   An *end* is a state where every thread is done; where no-stuck is none of the properties, also one where no thread can step
//   (a signal need not come). A run that goes round for ever has no end.
//   *Avoidable*: some way leads to an end. *Possible*: some way leads to where the event can happen. *Endless*: some way goes round
//   for ever.
//
// A state that is neither avoidable nor possible leads to rounds alone: it breaks termination, and where that is one of the
// properties it is the event. Every run from a state that is not avoidable has the event, or goes round for ever (endless).
//
// States are looked at as questions need them, depth first, and each once for a question (Tarjan's strong components): what was
// found out about a state serves every later question. What would take more states than the budget has is not known, and so is
// what lies behind a step that the machine cannot simulate.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/state_graph.h"
#include "check/work.h"

namespace vmalab::check {

struct Event {
  PropertySet breaks = 0;
  const Program* goal = nullptr;  ///< in the place of properties; must outlive who asks
};

/// The step is the event.
bool is_event(const Machine& machine, const Event& event, const StepInfo& info, const State& after);
/// So is the start, before any step.
bool begins_with(const Machine& machine, const Event& event);

enum class Known : std::uint8_t { kNo, kYes, kUnknown };

struct Future {
  Known avoidable = Known::kUnknown;
  Known possible = Known::kUnknown;
  Known endless = Known::kUnknown;  ///< asked of states that are not avoidable alone
  friend bool operator==(const Future&, const Future&) = default;
};

/// How much may be looked at.
struct FutureBudget {
  std::uint64_t states = 2'000'000;
  std::size_t bytes = 0;  ///< of tables; 0: no limit
};

class Futures {
 public:
  enum class Question : std::uint8_t { kAvoidable, kPossible, kEndless, kCount };
  using Number = std::uint32_t;  ///< of a state

  /// `machine` must outlive it.
  Futures(const Machine& machine, const Event& event, const FutureBudget& budget);

  const Machine& machine() const { return machine_; }
  const Event& event() const { return event_; }
  /// Nothing: the budget has no room for it.
  std::optional<Number> number_of(const State& state);
  /// Works on a question, at most so many `steps`, which count down; true when it is decided.
  bool decide(Question question, Number state, std::uint64_t& steps);
  Known answer(Question question, Number state) const;
  /// Gives up what is being decided; what is known stays.
  void give_up();
  /// Why answers are not known, as the end of a sentence.
  std::string reason() const;
  Progress progress() const;

 private:
  enum class Verdict : std::uint8_t { kUnseen, kOnStack, kYes, kNo, kUnknown };
  /// A state on the way of the depth-first search.
  struct Frame {
    Number state;
    std::uint32_t low;     ///< the lowest place on the stack that it leads to
    std::size_t open;      ///< where its successors still to visit begin
    bool unknown = false;  ///< something behind it is not known
  };
  struct Search {
    Question question;
    std::vector<Verdict> verdicts;     ///< by state
    std::vector<std::uint32_t> place;  ///< on the stack, by state
    std::vector<Number> stack;         ///< states whose component is not complete
    std::vector<Frame> frames;
    std::vector<Number> open;
  };

  std::optional<Number> number_of(const CollapsedState& tuple);
  static Verdict& verdict(Search& search, Number state);
  CollapsedState tuple_of(Number state) const { return graph_.tuple_at({0, state}); }
  bool enter(Search& search, Number state, std::uint64_t& steps);
  bool look(Search& search, Number state);
  void go_on(Search& search, std::uint64_t& steps);
  void leave(Search& search);
  static void found(Search& search);
  bool is_simulated(const CollapsedState& tuple, Action action);
  std::size_t bytes() const;

  const Machine& machine_;
  Event event_;
  FutureBudget budget_;
  StateGraph graph_;  ///< of one part; levels mean nothing in it
  std::array<Search, static_cast<std::size_t>(Question::kCount)> searches_;
  std::uint64_t looked_at_ = 0;
  bool full_ = false;
  std::string not_simulated_;  ///< where the machine could not go on
};

/// What each action that can happen in a state leads to.
class StepFutures final : public Work {
 public:
  struct Row {
    Action action;
    bool is_event = false;  ///< it happens with this very action
    Future after;
  };
  /// `futures` must outlive it, and answer nobody else meanwhile.
  StepFutures(Futures& futures, const State& state);
  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;
  /// Final when advance() has said kDone.
  const std::vector<Row>& rows() const { return rows_; }
  const Future& here() const { return here_; }

 private:
  bool settle(std::optional<Futures::Number> state, Future& future, std::uint64_t& steps);

  Futures& futures_;
  std::vector<Row> rows_;
  std::vector<std::optional<Futures::Number>> numbers_;  ///< of the states after them
  std::optional<Futures::Number> number_;
  Future here_;
  std::size_t next_ = 0;  ///< question by question, the rows and behind them the state itself
  bool stopped_ = false;
  double seconds_ = 0;
};

/// The step of a run after which no end without the event can be reached any more.
class NoReturn final : public Work {
 public:
  /// `futures` must outlive it, and answer nobody else meanwhile.
  /// @param run from the initial state; each action can happen
  NoReturn(Futures& futures, std::vector<Action> run);
  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  // ---- when advance() has said kDone
  /// The first step that is the event; 0: the start is. Nothing: the run does not have it.
  std::optional<int> happens() const { return happens_; }
  /// kNo: an end without it can be reached from where the run stops.
  Known exists() const;
  /// kYes: the step; 0: already the start allows no end without it. kUnknown: it is not after this step; nothing: no telling.
  std::optional<int> step() const { return lost_; }
  /// kUnknown: it is after this step; nothing: no telling.
  std::optional<int> after() const { return open_; }

 private:
  void walk(std::uint64_t& steps);
  void ask(std::uint64_t& steps);

  Futures& futures_;
  std::vector<Action> run_;
  StateValue state_;  ///< while walking
  std::size_t taken_ = 0;
  bool walked_ = false, done_ = false, stopped_ = false;
  std::vector<std::optional<Futures::Number>> numbers_;  ///< of the states before the event
  int last_ = 0;                                         ///< of those states
  std::optional<int> happens_, lost_, open_;
  double seconds_ = 0;
};

}  // namespace vmalab::check
