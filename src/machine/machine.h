// SPDX-License-Identifier: GPL-2.0-only
// The machine: a scenario made ready to run. The whole core is three functions: initial(), enabled() in a fixed
// order, and step(), a pure function of state and action. Immutable and safe to share between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/codebase.h"
#include "lang/program.h"
#include "lang/result.h"
#include "machine/checks.h"
#include "machine/scenario.h"
#include "machine/state.h"

namespace vmalab {

/// One thing that can happen: a thread takes its next step, or a fatal signal is sent to it.
struct Action {
  enum class Kind : std::uint8_t { kStep, kSignal };
  Kind kind = Kind::kStep;
  ThreadId thread;
  friend bool operator==(const Action&, const Action&) = default;
};

/// A fixed-size list, so that enabled() never allocates.
struct ActionList {
  std::array<Action, 2 * kMaxThreads> items;
  int count = 0;
  void push(Action a) { items[static_cast<std::size_t>(count++)] = a; }
  const Action* begin() const { return items.data(); }
  const Action* end() const { return items.data() + count; }
  bool contains(Action a) const;
};

constexpr std::uint8_t kNoThread = 0xff;

/// What one action did, as plain data; describe.h puts it into words.
struct StepInfo {
  Action action;
  Op op = Op::kEnd;               ///< the visible instruction that ran (kEnd for a signal)
  Pc pc = 0, next_pc = 0;         ///< where the thread stood and stands
  Word address = 0;               ///< the shared word it touched, 0 when none
  Word old_value = 0, new_value = 0;  ///< of that word (equal for a load)
  Word result = 0;                ///< what the instruction gave back in dst
  std::uint8_t woken = kNoThread; ///< the thread a wake-up made runnable
  std::uint8_t wake_target = kNoThread;  ///< the thread a wake-up was aimed at, woken or not
  bool finished = false;          ///< the thread is done now
  bool spurious_wake = false;     ///< it woke a waiter whose condition is still false
  std::uint8_t recycled = 0xff;   ///< VMA number that the slab handed out in this step, 0xff when none
  CheckSet violations = 0;        ///< checks broken by this step or in the state after it
  /// The first violation in the order of CheckId: numbers that violation_text() needs.
  Word detail_a = 0, detail_b = 0;
  Pc detail_pc = 0;               ///< where: a kWarn instruction for no-warning, else the visible one
};

/// Marks instructions that ran, by program and pc.
struct Coverage {
  std::vector<std::vector<bool>> ran;  ///< [program][pc], sized by Machine::new_coverage()
};

/// Why a thread cannot take its next step, for cards and errors.
struct Blocked {
  enum class Reason : std::uint8_t { kNot, kDone, kSleeping, kMmapLock } reason = Reason::kNot;
  MmId mm;                        ///< kMmapLock: which
  std::vector<ThreadId> holders;  ///< threads whose step would free it (kMmapLock: holders; kSleeping: reference holders, or senders of a wake)
  bool signal_would_free = false; ///< a fatal signal would let it go on
};

class Machine {
 public:
  /// Lowers every thread of the scenario against the code and lays out the initial state.
  static Result<Machine> build(Scenario scenario, CodeBase code);

  const Scenario& scenario() const { return *scenario_; }
  const CodeBase& code() const { return *code_; }
  int thread_count() const { return thread_count_; }
  const std::vector<Program>& programs() const { return *programs_; }  ///< the distinct ones
  int program_index(ThreadId t) const { return program_of_[t.value]; } ///< equal index: identical threads
  const Program& program(ThreadId t) const { return (*programs_)[static_cast<std::size_t>(program_of_[t.value])]; }

  const State& initial() const { return initial_; }
  CheckSet initial_violations() const { return initial_violations_; }
  /// Thread steps in thread order, then signals in thread order (only where the scenario allows signals and none is pending).
  void enabled(const State& state, ActionList& out) const;
  bool can_step(const State& state, ThreadId t) const;
  bool done(const State& state, ThreadId t) const;
  bool all_done(const State& state) const;
  /// Precondition: the action is enabled. Changes `state` in place.
  void step(State& state, Action action, StepInfo& info, Coverage* coverage = nullptr) const;
  Coverage new_coverage() const;
  Blocked blocked(const State& state, ThreadId t) const;
  /// Value of an expression lowered with CodeBase::lower_expression.
  Word evaluate(const Program& expression, const State& state) const;
  Result<Program> expression(std::string_view text, std::string_view what) const;
  /// "mm0", "vma0", "r1": every object of the scenario, and the spare VMAs of the pool.
  const std::vector<ObjectName>& objects() const { return *objects_; }
  std::optional<ThreadId> find_thread(std::string_view name) const;

 private:
  std::shared_ptr<const Scenario> scenario_;
  std::shared_ptr<const CodeBase> code_;
  std::shared_ptr<const std::vector<Program>> programs_;
  std::shared_ptr<const std::vector<ObjectName>> objects_;
  std::vector<int> program_of_;
  State initial_{};
  CheckSet initial_violations_ = 0;
  int thread_count_ = 0;
};

}  // namespace vmalab
