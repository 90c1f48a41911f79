// SPDX-License-Identifier: GPL-2.0-only
// A look into a State, for who wants to know a word of it and not how it is kept (state.h).
#pragma once

#include <string_view>

#include "lang/layout.h"
#include "lang/program.h"
#include "machine/ids.h"

namespace vmalab {

class Machine;
struct Action;
struct State;

Word refcnt_in(const State& state, VmaId vma);
/// The word at an address (lang/layout.h) of an object that exists.
Word word_in(const State& state, Word address);
Pc pc_in(const State& state, ThreadId thread);
/// The mmap_lock of the mm is held for write.
bool write_locked_in(const State& state, MmId mm);
/// The action is one of Machine::enabled(). False also of a thread that there is none of.
bool can_happen(const Machine& machine, const State& state, const Action& action);
/// What an expression of C says of the state: "vma0->vm_lock_seq", "holds_read_lock(r1, vma0)". It has to be a valid one.
Word look(const Machine& machine, const State& state, std::string_view expression);

}  // namespace vmalab
