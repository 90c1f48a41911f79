// SPDX-License-Identifier: GPL-2.0-only
#include "machine/look.h"

#include "machine/machine.h"
#include "machine/state.h"

namespace vmalab {

Word refcnt_in(const State& state, VmaId vma) { return state.vma(vma)[VmaField::kRefcnt]; }

bool write_locked_in(const State& state, MmId mm) { return state.mm(mm).write_locked(); }

Word look(const Machine& machine, const State& state, std::string_view expression) {
  return machine.evaluate(machine.expression(expression, "look").value(), state);
}

}  // namespace vmalab
