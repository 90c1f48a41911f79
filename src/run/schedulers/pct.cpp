// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <numeric>

#include "run/scheduler.h"

namespace vmalab {
namespace {

class PctScheduler : public Scheduler {
 public:
  PctScheduler(std::uint64_t seed, int bug_depth) : dice_(seed), bug_depth_(std::max(bug_depth, 1)) {}

  std::optional<Action> next(const Session& session) override {
    const Machine& machine = session.machine();
    if (priorities_.empty()) start(machine);
    const std::optional<std::size_t> runs = highest(session);
    if (!runs) return std::nullopt;
    alone_ = last_ == runs ? alone_ + 1 : 0;
    last_ = runs;
    const bool changes = std::find(changes_.begin(), changes_.end(), steps_) != changes_.end();
    ++steps_;
    if (!changes && alone_ < kSpins) return action_of(*runs);
    priorities_[*runs] = --lowest_;
    alone_ = 0;
    return action_of(*highest(session));
  }

 private:
  static constexpr int kSpins = 2000;  ///< steps in a row after which a thread is taken for one that spins

  static Action action_of(std::size_t thread) { return {Action::Kind::kStep, thread_id(thread)}; }

  void start(const Machine& machine) {
    const auto threads = static_cast<std::size_t>(machine.thread_count());
    priorities_.resize(threads);
    std::iota(priorities_.begin(), priorities_.end(), 1);
    for (std::size_t i = threads; i > 1; --i) std::swap(priorities_[i - 1], priorities_[dice_.below(static_cast<std::uint32_t>(i))]);
    // How long a run is going to be is not known: about as long as all programs written one after the other.
    std::size_t length = 1;
    for (std::size_t t = 0; t < threads; ++t) {
      const auto& code = machine.program(thread_id(t)).code;
      length += static_cast<std::size_t>(std::count_if(code.begin(), code.end(), [](const Instr& i) { return op_info(i.op).visible; }));
    }
    for (int i = 1; i < bug_depth_; ++i) changes_.push_back(dice_.below(static_cast<std::uint32_t>(length)));
  }

  std::optional<std::size_t> highest(const Session& session) const {
    std::optional<std::size_t> best;
    for (std::size_t t = 0; t < priorities_.size(); ++t) {
      if (!session.machine().can_step(session.state(), thread_id(t))) continue;
      if (!best || priorities_[t] > priorities_[*best]) best = t;
    }
    return best;
  }

  Dice dice_;
  int bug_depth_;
  std::vector<int> priorities_;         ///< by thread; larger runs first
  std::vector<std::uint32_t> changes_;  ///< numbers of steps
  int lowest_ = 1;
  std::uint32_t steps_ = 0;
  std::optional<std::size_t> last_;
  int alone_ = 0;
};

}  // namespace

std::unique_ptr<Scheduler> pct_scheduler(std::uint64_t seed, int bug_depth) { return std::make_unique<PctScheduler>(seed, bug_depth); }

}  // namespace vmalab
