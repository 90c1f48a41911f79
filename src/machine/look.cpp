// SPDX-License-Identifier: GPL-2.0-only
#include "machine/look.h"

#include "machine/machine.h"
#include "machine/memory.h"

namespace vmalab {

Word refcnt_in(const State& state, VmaId vma) { return state.vma(vma)[VmaField::kRefcnt]; }

Word word_in(const State& state, Word address) { return Memory::peek(state, address); }

Pc pc_in(const State& state, ThreadId thread) { return state.thread(thread).pc; }

bool write_locked_in(const State& state, MmId mm) { return state.mm(mm).write_locked(); }

bool can_happen(const Machine& machine, const State& state, const Action& action) {
  if (action.thread.value >= machine.thread_count()) return false;
  if (action.kind == Action::Kind::kStep && action.choice == 0) return machine.can_step(state, action.thread);
  ActionList enabled;
  machine.enabled(state, enabled);
  return enabled.contains(action);
}

Word look(const Machine& machine, const State& state, std::string_view expression) {
  return machine.evaluate(machine.expression(expression, "look").value(), state);
}

}  // namespace vmalab
