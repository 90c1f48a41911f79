// SPDX-License-Identifier: GPL-2.0-only
// What the executor asks of properties at an instruction; each is defined in its property's file, where it is said when it is asked.
// They look at the state before the instruction's write and at the thread alone.
#pragma once

#include <initializer_list>
#include <optional>

#include "machine/holds.h"
#include "machine/property.h"

namespace vmalab {
struct Limits;
}

namespace vmalab::properties {

/// Instructions that change a reference count.
inline constexpr std::initializer_list<Op> kCountingOps = {Op::kRefIncLimited, Op::kRefAddNotZero, Op::kRefSubAndTest,
                                                           Op::kRefAdd,        Op::kRefSet,        Op::kAtomic};
/// In place of the numbers of a broken refcount-sane: there was no number yet.
constexpr Word kNeverSet = 0xffffffffu;

// detached-stays, of a vm_refcnt. `may_attach`: the instruction may be what attaches a VMA.
bool leaves_zero(Word old, Word now, bool may_attach);

// no-use-after-free
std::optional<Details> touches_freed(const State& state, const ThreadState& self, bool type_stable, Word address);
bool may_free(const State& state, Word address);

// use-locked
std::optional<Details> used_unlocked(const State& state, const ThreadState& self, Word vma);

// change-locked
std::optional<Details> changed_unlocked(const State& state, const ThreadState& self, Word vma);

// right-vma
std::optional<Details> wrong_vma(const State& state, Word found, Word mm, Word address, Word what_for);

// iterator-valid
Word iterator_after_leave(const ThreadState& self, Word before);
bool may_go_on_with(Word iterator);
bool may_wake(const ThreadState& self, bool by_name);

// seq-write-rule
bool initialises_lock_seq(const State& state, const Limits& limits, Word address, Word word);
std::optional<Details> wrong_lock_seq_store(const State& state, const ThreadState& self, Word address);

// seq-parity
std::optional<Details> marked_while_even(const State& state, const ThreadState& self, Word mm);

// one-waiter
bool drives_out_a_waiter(Word old, Word now);

// no-warning
bool changes_lock_by_hand(Op op, Word address);
bool holds_spinlock(const ThreadState& self);
bool waits_for_itself(const Holds& holds);
bool may_walk_tree(const ThreadState& self, Word tree, bool in_rcu);
bool may_change_tree(const ThreadState& self, Word tree);
/// Details::c of what the machine cannot do: what follows is no run of any kernel.
inline constexpr Word kNotSimulated = 64;
std::optional<Details> kept_at_end(const ThreadState& self, ThreadId thread);

// ordered-access: Details::b
enum Unordered : Word { kUsesBehindChange, kChangesBehindUse, kChangesBehindChange };

// refcount-sane
bool count_goes_wrong(Word old, Word now);
bool is_unset_refcnt(const State& state, Word address);

// rcu-balanced
bool is_in_rcu_section(const ThreadState& self);

}  // namespace vmalab::properties
