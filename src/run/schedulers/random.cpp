// SPDX-License-Identifier: GPL-2.0-only
#include "run/scheduler.h"

namespace vmalab {
namespace {

class RandomScheduler : public Scheduler {
 public:
  explicit RandomScheduler(std::uint64_t seed) : dice_(seed) {}

  std::optional<Action> next(const Session& session) override {
    ActionList list;
    session.machine().enabled(session.state(), list);
    if (list.count == 0) return std::nullopt;
    return list.items[dice_.below(static_cast<std::uint32_t>(list.count))];
  }

 private:
  Dice dice_;
};

}  // namespace

std::unique_ptr<Scheduler> random_scheduler(std::uint64_t seed) { return std::make_unique<RandomScheduler>(seed); }

}  // namespace vmalab
