// SPDX-License-Identifier: GPL-2.0-only
// Schedulers: who chooses the next step. One file a policy in schedulers/. The window, the terminal, `vmalab run` and the tests
// all drive a session by one of these.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/demo.h"
#include "run/session.h"

namespace vmalab {

class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// The next action from the session's cursor. Nothing: this policy goes no further, see why_not_further(). What was chosen need
  /// not be possible: Session::apply() says why it is not.
  virtual std::optional<Action> next(const Session& session) = 0;
  /// Why next() gave nothing there, as a sentence. Empty: the run is over, every thread is done or stuck.
  virtual std::string why_not_further(const Session&) const { return {}; }
};

/// The scenario's demo, from wherever the session follows it.
std::unique_ptr<Scheduler> demo_scheduler(Demo demo);
/// These actions, one after the other, wherever they lead.
std::unique_ptr<Scheduler> replay_scheduler(std::vector<Action> actions);
/// Any action that can happen, each as likely; the same seed gives the same run.
std::unique_ptr<Scheduler> random_scheduler(std::uint64_t seed);
/// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): threads have random priorities, the highest that can step
/// does, and at `bug_depth` - 1 random steps the running thread falls below all others. Finds a race that needs `bug_depth`
/// ordered steps with a probability that has a lower bound. Sends no signals. A thread that goes on for very long without any
/// other is taken for one that spins and falls, too.
std::unique_ptr<Scheduler> pct_scheduler(std::uint64_t seed, int bug_depth = 3);
/// Each thread that can step, one step in turn.
std::unique_ptr<Scheduler> round_robin_scheduler();
/// The thread that `selected` names, as long as it can step.
std::unique_ptr<Scheduler> selected_thread_scheduler(std::function<ThreadId()> selected);

/// One step by the policy; false when it goes no further, or what it chose cannot happen.
bool take_step(Session& session, Scheduler& scheduler);

/// What a person chooses from.
enum class Policy : std::uint8_t { kDemo, kRandom, kPct, kRoundRobin, kSelectedThread, kCount };
struct PolicyInfo {
  Policy id;
  std::string_view name;  ///< "random": what the window's list shows
  std::string_view text;  ///< a sentence
};
const PolicyInfo& policy_info(Policy policy);

/// The generator of all policies that leave something to chance: SplitMix64, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t end);  ///< 0 .. end - 1

 private:
  std::uint64_t state_;
};

}  // namespace vmalab
