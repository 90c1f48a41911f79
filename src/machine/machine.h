// SPDX-License-Identifier: GPL-2.0-only
// The machine: a scenario made ready to run. The whole core is three functions: initial(), enabled() in a fixed
// order, and step(), a pure function of state and action. Immutable and safe to share between threads.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/codebase.h"
#include "lang/program.h"
#include "machine/access.h"
#include "machine/facts.h"
#include "machine/ids.h"
#include "machine/property.h"
#include "machine/scenario.h"
#include "machine/state_value.h"

namespace vmalab {

struct WeakSetting;

/// One thing that can happen: a thread takes its next step, or a fatal signal is sent to it.
struct Action {
  enum class Kind : std::uint8_t { kStep, kSignal };
  Kind kind = Kind::kStep;
  ThreadId thread;
  /// Which of the ways that this step can go, of Machine::ways(). 0 is always there: what memory that is sequentially consistent
  /// does, or where a postponed load is needed first, its newest value.
  std::uint8_t choice = 0;
  friend bool operator==(const Action&, const Action&) = default;
};

/// One way that the next step of a thread can go, where memory is weaker than sequentially consistent.
struct Way {
  enum class Kind : std::uint8_t {
    kAccess,    ///< the next instruction
    kPostpone,  ///< the next instruction is a load, whose value will come later
    kFinish     ///< a load that was postponed gets its value
  };
  Kind kind = Kind::kAccess;
  bool reads = false, writes = false;
  std::uint8_t newer = 0;  ///< messages of the word that are newer than the one it reads, or directly behind which it stores
  Word address = 0;        ///< 0: there is but one way
  Word value = 0;          ///< that it reads, or that it stores directly behind
  Pc pc = 0;               ///< kFinish: of the load
};

/// The messages of a word, where memory is weaker than sequentially consistent: those that some thread may still read.
struct WordMessages {
  struct Message {
    Word value = 0;
    /// What who acquires it, or depends on it, knows then as far as somebody has still to learn it: of another word this message
    /// (by its number there) and no older one.
    std::vector<std::pair<Word, std::uint8_t>> carries;
  };
  static constexpr std::uint8_t kNever = 0xff;
  Word address = 0;
  std::vector<Message> messages;     ///< oldest first: the last is the newest
  std::vector<std::uint8_t> oldest;  ///< by thread: the number of the oldest that it may read; kNever: it does not access the word again
};

/// A load that a thread has postponed.
struct OpenLoad {
  Word address = 0;
  Pc pc = 0;
};

/// A step has one access, which goes to one of the messages that there is room for, or is postponed; or one of a few postponed loads
/// gets one of its messages (weak/view.h).
constexpr std::uint8_t kMaxStepChoices = 64;

/// A fixed-size list, so that enabled() never allocates.
struct ActionList {
  std::array<Action, (kMaxStepChoices + 1) * kMaxThreads> items;
  int count = 0;
  void push(Action a) { items[static_cast<std::size_t>(count++)] = a; }
  const Action* begin() const { return items.data(); }
  const Action* end() const { return items.data() + count; }
  bool contains(Action a) const;
};

constexpr std::uint8_t kNoThread = 0xff;

/// What a local instruction looked at in shared memory to judge it: bits of StepInfo::judged. The accesses are no steps, because
/// they are not the code's; a reduction has to know of them.
enum Judged : std::uint8_t {
  kLookup = 1,     ///< vm_mm, vm_start and vm_end of a VMA that a lookup returned
  kWriteLock = 2,  ///< vm_mm and the two sequences
};

/// What one action did, as plain data; describe.h puts it into words.
struct StepInfo {
  Action action;
  Op op = Op::kEnd;                      ///< the visible instruction that ran (kEnd for a signal)
  Pc pc = 0, next_pc = 0;                ///< where the thread stood and stands
  Word address = 0;                      ///< the shared word it touched, 0 when none
  Word old_value = 0, new_value = 0;     ///< of that word (equal for a load)
  Word result = 0;                       ///< what the instruction gave back in dst
  std::uint8_t woken = kNoThread;        ///< the thread a wake-up made runnable
  std::uint8_t wake_target = kNoThread;  ///< the thread a wake-up was aimed at, woken or not
  bool finished = false;                 ///< the thread is done now
  bool spurious_wake = false;            ///< it woke a waiter whose condition is still false
  std::uint8_t recycled = 0xff;          ///< VMA number that the slab handed out in this step, 0xff when none
  std::uint8_t judged = 0;               ///< see Judged
  /// Where memory is weaker than sequentially consistent: what way it went, and how many messages of the word are newer than the
  /// one that it read, or directly behind which it wrote.
  Way::Kind kind = Way::Kind::kAccess;
  std::uint8_t newer : 7 = 0;
  std::uint8_t wrote : 1 = 0;  ///< it put a message in
  PropertySet violations = 0;  ///< properties broken by this step or in the state after it
  Details details;             ///< of the first of them in the order of the table
  Pc detail_pc = 0;            ///< where: a kWarn instruction for no-warning, else the visible one

  /// The step broke no rule of the kernel's: it did what the machine cannot.
  bool is_not_simulated() const;

  void add_violation(const Property& property, Pc where, Details how = {}) {
    const PropertySet bit = bit_of(property);
    if ((violations & (bit | (bit - 1))) == 0) {
      details = how;
      detail_pc = where;
    }
    violations |= bit;
  }
};

/// Marks instructions that ran, by program and pc.
struct Coverage {
  std::vector<std::vector<bool>> ran;  ///< [program][pc], sized by Machine::new_coverage()
  /// The same of conditional jumps: taken at least once, not taken at least once.
  std::vector<std::vector<bool>> jumped, passed;
};

/// Why a thread cannot take its next step, for cards and errors.
struct Blocked {
  enum class Reason : std::uint8_t { kNot, kDone, kSleeping, kMmapLock, kLock, kGracePeriod } reason = Reason::kNot;
  MmId mm;                         ///< kMmapLock: which
  std::vector<ThreadId> holders;   ///< threads whose step would free it (kMmapLock, kLock, also of a rwsem of the code's own: holders; kGracePeriod:
                                   ///< those inside RCU; kSleeping: reference holders, or senders of a wake)
  bool signal_would_free = false;  ///< a fatal signal would let it go on
};

/// The numbers of a scenario that every step needs.
struct Limits {
  Word seq_mask = ~Word{0};  ///< sequence counters wrap here
  int mms = 0, vmas = 0;     ///< how many the scenario lists; the slab hands out these VMAs
  bool lockdep = true;
  bool signals = false;
  bool grace_periods = false;  ///< some thread waits for RCU readers, so State::rcu is kept
  bool barriers = false;       ///< some thread waits for callbacks of RCU
  bool type_stable = true;
  /// The heads that call_rcu() can be given, and the first of the threads that run their callbacks, one each. Every callback can
  /// run when its grace period is over, with whatever else runs; it is over for another callback of the same head only when
  /// the one before has ended, since callbacks run inside RCU.
  std::vector<Word> rcu_heads;
  int first_rcu_thread = kMaxThreads;
};

class Machine {
 public:
  /// Lowers every thread of the scenario against the code and lays out the initial state. The code decides
  /// whether lockdep is on: the scenario's own wish is replaced by what the code was loaded with.
  static Result<Machine> build(Scenario scenario, CodeBase code);
  /// The same from programs made elsewhere: thread t runs programs[program_of[t]]. Errors: as for the scenario's objects.
  static Result<Machine> from_programs(Scenario scenario, std::vector<Program> programs, std::vector<int> program_of, CodeBase code = {},
                                       ExtraWords words = {});

  const Scenario& scenario() const { return *scenario_; }
  const CodeBase& code() const { return *code_; }
  int thread_count() const { return thread_count_; }
  const std::vector<Program>& programs() const { return *programs_; }   ///< the distinct ones
  int program_index(ThreadId t) const { return program_of_[t.value]; }  ///< equal index: identical threads
  const Program& program(ThreadId t) const { return (*programs_)[static_cast<std::size_t>(program_of_[t.value])]; }

  const Limits& limits() const { return limits_; }
  /// What memory does with the order of accesses.
  Ordering ordering() const { return scenario_->ordering; }
  /// nullptr: memory is sequentially consistent.
  const WeakSetting* weak() const { return weak_.get(); }

  const State& initial() const { return initial_; }
  PropertySet initial_violations() const { return initial_violations_; }
  /// What runs before the first step is more than the machine can do (StepInfo::is_not_simulated).
  bool begins_not_simulated() const { return begins_not_simulated_; }
  /// Thread steps in thread order, then signals in thread order (only where the scenario allows signals and none is pending).
  void enabled(const State& state, ActionList& out) const;
  bool can_step(const State& state, ThreadId t) const;  ///< can_run(), or a postponed load can be finished
  /// Ways that the step of a thread that can step can go: Action::choice is below it. One while memory is sequentially consistent.
  std::uint8_t choices(const State& state, ThreadId t) const { return weak_ ? weak_choices(state, t) : std::uint8_t{1}; }
  /// The same, each by Action::choice; empty while memory is sequentially consistent. Precondition: the thread can step.
  std::vector<Way> ways(const State& state, ThreadId t) const;
  /// Words of which not everybody has to read the newest value, in the order of their addresses.
  std::vector<WordMessages> memory(const State& state) const;
  /// The oldest first.
  std::vector<OpenLoad> open_loads(const State& state, ThreadId t) const;
  /// The instruction at which the thread stands has not to wait for another thread.
  bool can_run(const State& state, ThreadId t) const;
  /// The same machine, of which nothing is forgotten but messages that no thread can read: for tests of what else is. Precondition:
  /// its memory is weaker than sequentially consistent.
  Machine remembering() const;
  /// It has ended; of a thread for callbacks of RCU: none is queued.
  bool done(const State& state, ThreadId t) const;
  /// It runs the callbacks of an rcu_head; no signal comes to it.
  bool is_rcu(ThreadId t) const { return t.value >= limits_.first_rcu_thread; }
  bool all_done(const State& state) const;
  /// Precondition: the action is enabled. Changes `state` in place. `accesses`, if any, becomes what the step read and wrote.
  void step(State& state, Action action, StepInfo& info, Coverage* coverage = nullptr, AccessRecord* accesses = nullptr) const;
  /// With the instructions marked that had run before the first step.
  Coverage new_coverage() const { return initial_coverage_; }

  // ---- the parts of step(), for the checker: step() is execute(), and what the state after it breaks.
  /// Carries out the action. `info.violations` has the properties broken by the step itself. Depends on mms, VMAs, task
  /// states, pending signals and the thread itself alone (but for spurious_wake).
  void execute(State& state, Action action, StepInfo& info, Coverage* coverage = nullptr, AccessRecord* accesses = nullptr) const;
  /// The properties of kind kOnState that the state breaks; looks at mms, VMAs and the sums of the ghost facts only.
  PropertySet judge(const State& state, const SharedFacts& facts) const;
  SharedFacts facts(const State& state) const;
  static SharedFacts facts(const ThreadState& thread);  ///< what one thread adds to the sums
  /// Some property of kind kDeadlock is broken: not all threads are done and none can take its next step.
  bool stuck(const State& state) const;

  /// Value of an operand of thread t's next instruction.
  Word operand(const State& state, ThreadId t, const Operand& o) const;
  /// Where the thread stands: its next visible instruction, or kEnd.
  static Pc pc(const State& state, ThreadId t);
  /// The VMA whose readers the thread keeps out; nullopt when it keeps none out.
  std::optional<VmaId> excluded_vma(const State& state, ThreadId t) const;
  /// The thread sleeps for readers to leave and they have not left: waking it now is a spurious wake-up.
  bool would_be_spurious(const State& state, ThreadId t) const;

  Blocked blocked(const State& state, ThreadId t) const;
  /// Value of an expression lowered with CodeBase::lower_expression. `read`, if any, gets each place that it looks at.
  Word evaluate(const Program& expression, const State& state, std::vector<Place>* read = nullptr) const;
  Result<Program> expression(std::string_view text, std::string_view what) const;
  /// Whether the scenario's goals and what it expects can be asked of this code. Errors: as for any expression, at the place
  /// in the scenario.
  Result<void> check_expressions() const;
  /// "mm0", "vma0", "r1": every object of the scenario, and the spare VMAs of the pool.
  const std::vector<ObjectName>& objects() const { return *objects_; }
  /// Words that the code added to the kernel's objects, and its static variables.
  const ExtraWords& extra_words() const { return *extra_words_; }
  std::optional<ThreadId> find_thread(std::string_view name) const;

 private:
  const Instr& next(const ThreadState& thread, ThreadId t) const;
  std::uint8_t weak_choices(const State& state, ThreadId t) const;

  std::shared_ptr<const Scenario> scenario_;
  std::shared_ptr<const CodeBase> code_;
  std::shared_ptr<const std::vector<Program>> programs_;
  std::shared_ptr<const std::vector<ObjectName>> objects_;
  std::shared_ptr<const ExtraWords> extra_words_;
  std::shared_ptr<const WeakSetting> weak_;
  std::vector<int> program_of_;
  StateValue initial_;
  PropertySet initial_violations_ = 0;
  bool begins_not_simulated_ = false;
  int thread_count_ = 0;
  Limits limits_;
  Coverage initial_coverage_;
};

}  // namespace vmalab
