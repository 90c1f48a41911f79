// SPDX-License-Identifier: GPL-2.0-only
// Load buffering: which loads may be postponed, and what has to come after them in the program's order. A thread goes on beyond a
// postponed load as long as nothing needs its value (an address, data, a branch), accesses the same word, or is ordered behind
// loads: smp_mb(), smp_rmb(), a release, an unlock, rcu_read_unlock(), a fully ordered atomic. What is not known to be free to pass
// comes after, which loses behaviours and invents none.
#pragma once

#include "lang/program.h"

namespace vmalab {

/// An operand is one of these registers.
bool reads_any(const Instr& instr, RegisterSet registers);
/// The value of a register, no more: it need not be known.
constexpr bool is_copy(Op op) { return op == Op::kMove || op == Op::kWiden; }
/// It comes after all loads before it, whatever it accesses.
bool comes_after_loads(const Instr& instr);
/// Of the load at `pc`, by its kind and by what follows: something may happen before its value is needed.
bool may_be_postponed(const Program& program, Pc pc);

}  // namespace vmalab
