// SPDX-License-Identifier: GPL-2.0-only
// Steps of the search for any number: what the machine makes of one, of a state that stands for many. Before the step each thing
// that is not kept gets a value, afterwards it is taken off again:
//
//   counters   what readers add is put on: 0, 1, 2 and 3 (counters.h). What is done with 3 is done again with 4: a second opinion.
//   sequences  old ones that may meet are made equal, and not (sequences.h)
//   queues     a pointer to a thread that has ended wakes nobody, or one that is at work now: the same task may have come again.
//              A signal to one that has yet to begin comes just before it does, since nobody sees it wait
//
// Each step is also looked at for what would make this wrong: the premises. They are on the program, too (premises.h), which is
// looked through with every instruction that is found to reach a counter, a sequence or a task.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "check/any/bytes_hash.h"
#include "check/any/counters.h"
#include "check/any/crowd.h"
#include "check/any/premises.h"
#include "check/components.h"
#include "check/parts.h"

namespace vmalab::check {

/// One way that a step can go.
struct AbstractStep {
  bool enabled = false, done = false;
  bool moved_on = false;           ///< what was the current sequence is an old one
  std::uint8_t ended = kNoThread;  ///< the thread of a queue that has ended: the next stands at the beginning
  std::uint8_t reading = 0;        ///< which of what is not kept it was
  Index shared = 0, local = 0;
  Counts counts{};  ///< after it, in numbers
  PropertySet violations = 0;

  /// The same but for how it came about.
  bool same_as(const AbstractStep& other) const {
    return enabled == other.enabled && done == other.done && moved_on == other.moved_on && ended == other.ended && shared == other.shared &&
           local == other.local && counts == other.counts && violations == other.violations;
  }
};

class AnySteps {
 public:
  AnySteps(const Machine& machine, const Crowd& crowd, PropertySet judged);

  /// The ways that the step can go, at least one; where it is not enabled the only one says so. The reference stays good.
  const std::vector<AbstractStep>& of(Index shared, ThreadId t, Action::Kind kind, Index place, const Counts& counts);
  /// What the machine says of one of them.
  StepInfo told(Index shared, ThreadId t, Action::Kind kind, Index place, const Counts& counts, std::uint8_t reading);
  /// What becomes of the place of a thread that did not take the step.
  Index passed(Index place, const AbstractStep& step);

  /// The first state, with sequences as they are kept.
  State initial() const;
  /// Of a thread and of what is shared, in a state of the machine, what the search keeps.
  Index place_of(const State& state, ThreadId t);
  Index base_of(const State& state, const Counts& counts);
  /// A state for the machine: of the threads only what is shared.
  State state_of(Index base, const Counts& counts) const;
  bool is_done(ThreadId t, Index place) const;
  /// A thread of a queue that has yet to begin.
  bool is_at_start(ThreadId t, Index place) const { return start_[t.value] == place; }
  Index start(ThreadId t) const { return start_[t.value]; }
  bool gets_signals(ThreadId t) const { return gets_signals_[t.value]; }

  Interner<Shared> shared{sizeof(Shared)};
  Interner<Local> local{sizeof(Local)};
  /// Looks through the programs as far as they have run: adds to `premises`.
  void look_through();
  std::set<BrokenPremise> premises;
  Coverage coverage;
  std::set<std::pair<Word, Word>> refcnt_edges;
  std::size_t bytes() const;

 private:
  struct Key {
    Index shared, local;
    Counts counts;
    std::uint16_t thread, kind;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct PassedKey {
    Index place;
    std::uint16_t moved_on, ended;
    friend bool operator==(const PassedKey&, const PassedKey&) = default;
  };
  /// What an instruction has been found to reach.
  struct Reached {
    CounterKinds counters = 0;
    bool ran = false, sequence = false, task = false;
    friend bool operator==(const Reached&, const Reached&) = default;
  };
  struct Reading {
    State state;
    ThreadId taken_for{kNoThread};  ///< a pointer to a thread that has ended was made one to this
  };

  void broken(std::string sentence, ThreadId thread, Pc pc);
  std::vector<Reading> readings(const Key& key);
  AbstractStep run(const Key& key, const Reading& reading, StepInfo& info);
  void end_of_queue(ThreadId queue, State& state, const StepInfo& info, AbstractStep& out);
  void second_opinion(const Key& key, const std::vector<AbstractStep>& of_many);

  void check_simulated(const State& before, const StepInfo& info);
  void check_reader(const State& state, Pc pc);
  void check_queue(const State& before, const State& state, const StepInfo& info);
  void check_words(const State& state, const StepInfo& info);
  void note_reached(ThreadId t, const StepInfo& info);
  void note_moved(CounterKinds kind);

  const Machine& machine_;
  const Crowd crowd_;
  const PropertySet judged_;
  std::array<bool, kMaxThreads> gets_signals_{};
  std::array<Index, kMaxThreads> start_{};
  std::unordered_map<Key, std::vector<AbstractStep>, BytesHash<Key>> steps_;
  std::unordered_map<PassedKey, Index, BytesHash<PassedKey>> passed_;
  std::vector<std::vector<Reached>> reached_;          ///< [program][pc]
  std::vector<bool> looked_through_;                   ///< [program]: with all that is in reached_
  CounterKinds moved_ = bit_of(CounterKind::kRefcnt);  ///< counters that readers have been seen to move
};

}  // namespace vmalab::check
