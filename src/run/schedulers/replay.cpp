// SPDX-License-Identifier: GPL-2.0-only
#include <utility>

#include "run/scheduler.h"

namespace vmalab {
namespace {

class ReplayScheduler : public Scheduler {
 public:
  explicit ReplayScheduler(std::vector<Action> actions) : actions_(std::move(actions)) {}

  std::optional<Action> next(const Session&) override { return given_ < actions_.size() ? std::optional(actions_[given_++]) : std::nullopt; }
  std::string why_not_further(const Session&) const override { return "The schedule is over."; }

 private:
  std::vector<Action> actions_;
  std::size_t given_ = 0;
};

}  // namespace

std::unique_ptr<Scheduler> replay_scheduler(std::vector<Action> actions) { return std::make_unique<ReplayScheduler>(std::move(actions)); }

}  // namespace vmalab
