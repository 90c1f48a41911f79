// SPDX-License-Identifier: GPL-2.0-only
#include <utility>

#include "machine/describe.h"
#include "run/scheduler.h"

namespace vmalab {
namespace {

class SelectedThreadScheduler : public Scheduler {
 public:
  explicit SelectedThreadScheduler(std::function<ThreadId()> selected) : selected_(std::move(selected)) {}

  std::optional<Action> next(const Session& session) override {
    const ThreadId t = selected_();
    return session.machine().can_step(session.state(), t) ? std::optional(Action{Action::Kind::kStep, t}) : std::nullopt;
  }
  std::string why_not_further(const Session& session) const override {
    const Machine& machine = session.machine();
    const ThreadId t = selected_();
    const std::string& name = machine.scenario().threads[t.value].name;
    if (machine.done(session.state(), t)) return name + " is done.";
    return name + " cannot step: " + blocked_text(machine, session.state(), t) + ".";
  }

 private:
  std::function<ThreadId()> selected_;
};

}  // namespace

std::unique_ptr<Scheduler> selected_thread_scheduler(std::function<ThreadId()> selected) {
  return std::make_unique<SelectedThreadScheduler>(std::move(selected));
}

}  // namespace vmalab
