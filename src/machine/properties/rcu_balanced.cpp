// SPDX-License-Identifier: GPL-2.0-only
// rcu-balanced. Asked where a thread may sleep, at rcu_read_unlock(), and where a thread or a callback ends.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

bool properties::is_in_rcu_section(const ThreadState& self) { return self.rcu_depth > 0; }

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string name = words::thread_name(machine, info.action.thread);
  switch (machine.program(info.action.thread).code[info.detail_pc].op) {
    case Op::kEnd: return name + " ends inside an RCU read section";
    case Op::kRcuTake: return name + " ends a callback inside an RCU read section";
    case Op::kRcuUnlock: return name + " leaves an RCU read section that it is not in";
    default: return name + (machine.is_rcu(info.action.thread) ? " may sleep in an RCU callback" : " may sleep inside an RCU read section");
  }
}

}  // namespace

constinit const Property properties::kRcuBalanced{
    .name = "rcu-balanced",
    .statement = "No thread sleeps inside an RCU read section, and every rcu_read_lock has its rcu_read_unlock.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "an RCU read section",
    .exercised = [](const Happened& happened) { return happened.any({Op::kRcuLock}); },
    .explain = explain,
};

}  // namespace vmalab
