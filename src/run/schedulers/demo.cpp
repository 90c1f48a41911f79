// SPDX-License-Identifier: GPL-2.0-only
#include <utility>

#include "run/scheduler.h"

namespace vmalab {
namespace {

class DemoScheduler : public Scheduler {
 public:
  explicit DemoScheduler(Demo demo) : demo_(std::move(demo)) {}

  std::optional<Action> next(const Session& session) override {
    const Demo::Step* step = demo_.next(session);
    return step == nullptr ? std::nullopt : std::optional(step->action);
  }
  std::string why_not_further(const Session& session) const override {
    if (demo_.empty()) return "This scenario has no demo.";
    if (!demo_.followed(session)) return "This run has left the demo.";
    return demo_.next(session) == nullptr ? "The demo is over." : "";
  }

 private:
  Demo demo_;
};

}  // namespace

std::unique_ptr<Scheduler> demo_scheduler(Demo demo) { return std::make_unique<DemoScheduler>(std::move(demo)); }

}  // namespace vmalab
