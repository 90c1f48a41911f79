// SPDX-License-Identifier: GPL-2.0-only
// Who holds what, read off a state and a thread: what the executor and several properties ask. An address names an object and a word
// of it; of a VMA each of its words will do.
#pragma once

#include "machine/state.h"

namespace vmalab {

constexpr bool names_vma(Word address) { return address_kind(address) == ObjectKind::kVma && address_object(address) < kMaxVmas; }
constexpr bool is_word_of_vma(Word address, VmaField field) { return names_vma(address) && address_field(address) == static_cast<int>(field); }
constexpr bool is_refcnt(Word address) { return is_word_of_vma(address, VmaField::kRefcnt); }
constexpr bool is_lock_seq(Word address) { return is_word_of_vma(address, VmaField::kLockSeq); }
constexpr std::uint8_t mm_bit(Word mm) { return static_cast<std::uint8_t>(1u << address_object(mm)); }
/// Both name the same mm, by whichever of its words.
constexpr bool same_mm(Word a, Word b) {
  return address_kind(a) == ObjectKind::kMm && address_kind(b) == ObjectKind::kMm && address_object(a) == address_object(b);
}

inline const VmaState& vma_at(const State& state, Word address) { return state.vmas[static_cast<std::size_t>(address_object(address))]; }
inline const MmState& mm_at(const State& state, Word address) { return state.mms[static_cast<std::size_t>(address_object(address))]; }
inline const Holds& holds_of(const ThreadState& self, Word vma) { return self.holds[static_cast<std::size_t>(address_object(vma))]; }

/// False of an address that is no mm's.
bool holds_mmap_lock(const ThreadState& self, Word mm, bool for_write);
/// vm_lock_seq is mm_lock_seq, which is half of a write lock: the other half is the mmap_lock of who took it.
bool sequences_equal(const State& state, const VmaState& vma);
bool holds_write_lock(const State& state, const ThreadState& self, Word vma);
bool in_a_tree(const State& state, Word vma);
/// Others can find the VMA, or hold on to it: changing it takes locks.
bool is_shared(const State& state, Word vma);
/// The thread has, or once had, a pointer to the VMA that nothing keeps good any more (ThreadState::stale_vmas).
inline bool is_stale(const ThreadState& self, Word vma) { return (self.stale_vmas >> address_object(vma) & 1) != 0; }
/// The thread has a pointer to the VMA, and has not kept it attached ever since it found it so (ThreadState::loose_vmas).
inline bool is_loose(const ThreadState& self, Word vma) { return (self.loose_vmas >> address_object(vma) & 1) != 0; }
constexpr bool is_mm_users(Word a) { return address_kind(a) == ObjectKind::kMm && address_field(a) == static_cast<int>(MmField::kMmUsers); }
/// Of a ghost count with two bits a mm: mm_grabs, mm_gets, mmap_read_more.
constexpr unsigned counted(std::uint8_t ghost, Word mm) { return ghost >> (2 * address_object(mm)) & 3u; }

}  // namespace vmalab
