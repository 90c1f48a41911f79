// SPDX-License-Identifier: GPL-2.0-only
// What the VMA panel says about one VMA and the mm it belongs to, as plain strings, numbers and flags.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "machine/describe.h"

namespace vmalab {

/// One reference in vm_refcnt, or FLAG: a coloured chip.
struct HolderRow {
  enum class Kind : std::uint8_t { kAttach, kTransient, kReadLock, kFlag };
  Kind kind = Kind::kAttach;
  std::optional<ThreadId> thread;  ///< nobody for the attach reference
  std::string text;                ///< "r1: transient"
  std::string meaning;             ///< a sentence
  bool came = false;               ///< it was not there a step before
};

/// One line of the facts: "mmap_lock   w1 writes".
struct FactRow {
  std::string label;
  std::vector<ThreadId> threads;  ///< named first, each in its colour
  std::string value;              ///< what follows the names, or stands alone; may be empty when there are names
  std::string note;               ///< what it means; may be empty
  bool changed = false;           ///< by the last step
  bool freed = false;             ///< of memory that is gone
};
/// The names and the value in one text.
std::string fact_text(const Machine& machine, const FactRow& fact);

struct VmaView {
  VmaId id;
  std::string name;        ///< "vma0"
  bool allocated = false;  ///< false: in the slab's pool
  Word refcnt = 0;
  std::string text;  ///< "FLAG + 2"
  RefcntClass refcnt_class{};
  std::string exact;            ///< the class made exact, in words
  std::array<bool, 32> bits{};  ///< [0] is bit 31, as it is read
  std::array<bool, 32> bit_changed{};
  bool refcnt_changed = false;
  std::optional<ThreadId> flag_owner;
  bool overflow = false;  ///< bit 31: underflow or saturation
  std::vector<HolderRow> holders;

  // vm_lock_seq against mm_lock_seq
  std::optional<MmId> mm;        ///< that it belongs to
  std::string lock_seq, mm_seq;  ///< "7", or "UINT_MAX"
  bool seq_equal = false, seq_changed = false;
  std::string seq_meaning;
  std::vector<ThreadId> writers;  ///< threads that hold its write lock
  std::vector<FactRow> facts;     ///< mmap_lock, waiter, object, mm, RCU
};

struct VmaTab {
  VmaId id;
  std::string name, text;  ///< "vma1", "FLAG+2" or "free"
  RefcntClass refcnt_class{};
  bool changed = false;
  std::optional<ThreadId> flag_owner{};
};

/// The thread that has set FLAG of the VMA, while it is set.
std::optional<ThreadId> flag_owner(const Machine& machine, const State& state, VmaId vma);

/// Every VMA of the scenario: the slab knows no others.
std::vector<VmaId> shown_vmas(const Machine& machine);
std::vector<VmaTab> vma_tabs(const Machine& machine, const State& state, const State* before);

/// `before`: the state a step earlier, null at the start; what differs from it is marked as changed.
VmaView vma_view(const Machine& machine, const State& state, const State* before, VmaId vma, int times_recycled);

struct MmView {
  MmId id;
  std::string name;   ///< "mm0"
  bool alive = true;  ///< false: its memory is freed
  FactRow mmap_lock, waiter;
};
/// Every mm of the scenario.
std::vector<MmView> mm_views(const Machine& machine, const State& state, const State* before);

/// A class in two or three words, for places where its name is too long.
const char* brief_class_name(RefcntClass id);

std::string hex_text(Word value);  ///< "0x1000"

/// "FLAG + 2": refcount_text() with room to breathe.
std::string spaced_refcount(Word value);

}  // namespace vmalab
