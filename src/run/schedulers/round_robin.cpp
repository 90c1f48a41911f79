// SPDX-License-Identifier: GPL-2.0-only
#include "run/scheduler.h"

namespace vmalab {
namespace {

class RoundRobinScheduler : public Scheduler {
 public:
  /// The thread after the one that took the last step: no memory of its own, so that it goes on from anywhere.
  std::optional<Action> next(const Session& session) override {
    const Machine& machine = session.machine();
    const int count = machine.thread_count();
    const int first = session.depth() == 0 ? 0 : session.info(session.cursor()).action.thread.value + 1;
    for (int i = 0; i < count; ++i) {
      const ThreadId t = thread_id((first + i) % count);
      if (machine.can_step(session.state(), t)) return Action{Action::Kind::kStep, t};
    }
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<Scheduler> round_robin_scheduler() { return std::make_unique<RoundRobinScheduler>(); }

}  // namespace vmalab
