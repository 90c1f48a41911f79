// SPDX-License-Identifier: GPL-2.0-only
// The kernel objects that C code can point at, and what a pointer value looks like.
//
// A value is one 32-bit word. A pointer is NULL (0), an error pointer (-4095..-1 as the kernel's ERR_PTR
// makes them), or base + (kind << 16 | object number << 8 | field number): the address of one shared word. The
// address of an object is the address of its field 0. Memory outside these objects does not exist: locals
// are registers, and the address of a local never leaves the function it is lowered into.
//
// The base is where no counter comes: sequence numbers, reference counts with and without FLAG, user addresses and error
// numbers are all elsewhere, so that a word tells whether it is a pointer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vmalab {

using Word = std::uint32_t;

constexpr int kMaxMms = 4;
constexpr int kMaxVmas = 4;  ///< size of the type-stable pool
constexpr int kMaxThreads = 16;
constexpr int kMaxRegisters = 16;
constexpr int kMaxPages = 8;  ///< the address space of an mm: pages 0..7
constexpr Word kPageShift = 12;

constexpr Word kExcludeReadersFlag = 1u << 30;  ///< VM_REFCNT_EXCLUDE_READERS_FLAG

// Task states, with the kernel's values (include/linux/sched.h).
constexpr Word kTaskRunning = 0;
constexpr Word kTaskInterruptible = 0x1;
constexpr Word kTaskUninterruptible = 0x2;
constexpr Word kTaskWakeKill = 0x100;
/// A sleep in such a state a fatal signal ends, and no other signal is simulated.
constexpr Word kTaskSignalEnds = kTaskWakeKill | kTaskInterruptible;
constexpr Word kTaskKillable = kTaskWakeKill | kTaskUninterruptible;

constexpr Word kEAgain = 11;
constexpr Word kEIntr = 4;

/// kGlobal: static variables, all in one object.
enum class ObjectKind : std::uint8_t { kNone = 0, kMm = 1, kVma = 2, kTask = 3, kGlobal = 4 };

// Words for fields that code adds to the kernel's objects, and for static variables (extra_words.h).
constexpr int kMmExtra = 4, kVmaExtra = 4, kMaxGlobals = 16;

/// Fields of mm_struct that exist in the simulator, by number.
enum class MmField : std::uint8_t { kMmapLock, kMmLockSeq, kVmaWriterWait, kMmCount, kMmMt, kMmUsers, kExtra, kCount = kExtra + kMmExtra };
/// Fields of vm_area_struct. kDepMap (vmlock_dep_map) has an address but no contents.
enum class VmaField : std::uint8_t { kRefcnt, kLockSeq, kMm, kStart, kEnd, kExtra, kCount = kExtra + kVmaExtra, kDepMap = 15 };
/// Fields of task_struct.
enum class TaskField : std::uint8_t { kState, kCount };

constexpr Word kObjectBase = 0xa0000000u, kObjectEnd = 0xa0050000u;

constexpr Word make_address(ObjectKind kind, int object, int field = 0) {
  return kObjectBase | static_cast<Word>(kind) << 16 | static_cast<Word>(object) << 8 | static_cast<Word>(field);
}
constexpr Word mm_address(int mm, MmField f = {}) { return make_address(ObjectKind::kMm, mm, static_cast<int>(f)); }
constexpr Word vma_address(int vma, VmaField f = {}) { return make_address(ObjectKind::kVma, vma, static_cast<int>(f)); }
constexpr Word task_address(int thread) { return make_address(ObjectKind::kTask, thread); }
constexpr Word global_address(int word) { return make_address(ObjectKind::kGlobal, 0, word); }

constexpr bool is_error_pointer(Word value) { return value >= static_cast<Word>(-4095); }
/// kNone for NULL, error pointers and anything that is not an address.
constexpr int address_object(Word value) { return static_cast<int>(value >> 8 & 0xff); }
constexpr int address_field(Word value) { return static_cast<int>(value & 0xff); }
constexpr ObjectKind address_kind(Word value) {
  const Word kind = (value - kObjectBase) >> 16;
  if (kind < 1 || kind > 4 || address_field(value) > 15) return ObjectKind::kNone;
  constexpr int kObjects[] = {0, kMaxMms, kMaxVmas, kMaxThreads, 1};
  return address_object(value) < kObjects[kind] ? static_cast<ObjectKind>(kind) : ObjectKind::kNone;
}

/// How C sees one shared word of a kernel object.
struct FieldInfo {
  std::string_view name;    ///< as in `vma->name`
  int number;               ///< MmField, VmaField or TaskField
  std::string_view type;    ///< C type: "unsigned int", "refcount_t", "struct mm_struct *", ...
  std::string_view kernel;  ///< where the kernel has it, for help texts
};
/// How C sees one kind of object. The primitive types inside (refcount_t, seqcount_t, rw_semaphore, rcuwait,
/// maple_tree, lockdep_map) are one word each; seqcount_t has a member `sequence`, rcuwait a member `task`.
struct ObjectInfo {
  std::string_view struct_name;  ///< "mm_struct"
  ObjectKind kind;
  std::span<const FieldInfo> fields;
};
std::span<const ObjectInfo> object_table();
/// Null when no such struct or field exists.
const ObjectInfo* find_object(std::string_view struct_name);
const FieldInfo* find_field(const ObjectInfo& object, std::string_view field);
const FieldInfo* find_field(ObjectKind kind, int number);

}  // namespace vmalab
