// SPDX-License-Identifier: GPL-2.0-only
#include "lang/layout.h"

#include <array>

namespace vmalab {
namespace {

constexpr int number(MmField f) { return static_cast<int>(f); }
constexpr int number(VmaField f) { return static_cast<int>(f); }
constexpr int number(TaskField f) { return static_cast<int>(f); }

constexpr std::array kMmFields{
    FieldInfo{"mmap_lock", number(MmField::kMmapLock), "struct rw_semaphore", "mm_struct::mmap_lock, include/linux/mm_types.h"},
    FieldInfo{"mm_lock_seq", number(MmField::kMmLockSeq), "seqcount_t", "mm_struct::mm_lock_seq, include/linux/mm_types.h"},
    FieldInfo{"vma_writer_wait", number(MmField::kVmaWriterWait), "struct rcuwait", "mm_struct::vma_writer_wait, include/linux/mm_types.h"},
    FieldInfo{"mm_count", number(MmField::kMmCount), "atomic_t", "mm_struct::mm_count, include/linux/mm_types.h"},
    FieldInfo{"mm_users", number(MmField::kMmUsers), "atomic_t", "mm_struct::mm_users, include/linux/mm_types.h"},
    FieldInfo{"mm_mt", number(MmField::kMmMt), "struct maple_tree", "mm_struct::mm_mt, include/linux/mm_types.h"},
};

constexpr std::array kVmaFields{
    FieldInfo{"vm_refcnt", number(VmaField::kRefcnt), "refcount_t", "vm_area_struct::vm_refcnt, include/linux/mm_types.h"},
    FieldInfo{"vm_lock_seq", number(VmaField::kLockSeq), "unsigned int", "vm_area_struct::vm_lock_seq, include/linux/mm_types.h"},
    FieldInfo{"vm_mm", number(VmaField::kMm), "struct mm_struct *", "vm_area_struct::vm_mm, include/linux/mm_types.h"},
    FieldInfo{"vm_start", number(VmaField::kStart), "unsigned long", "vm_area_struct::vm_start, include/linux/mm_types.h"},
    FieldInfo{"vm_end", number(VmaField::kEnd), "unsigned long", "vm_area_struct::vm_end, include/linux/mm_types.h"},
    FieldInfo{"vmlock_dep_map", number(VmaField::kDepMap), "struct lockdep_map",
              "vm_area_struct::vmlock_dep_map, include/linux/mm_types.h (with lockdep)"},
};

constexpr std::array kTaskFields{
    FieldInfo{"__state", number(TaskField::kState), "unsigned int", "task_struct::__state, include/linux/sched.h"},
};

constexpr std::array kObjects{
    ObjectInfo{"mm_struct", ObjectKind::kMm, kMmFields},
    ObjectInfo{"vm_area_struct", ObjectKind::kVma, kVmaFields},
    ObjectInfo{"task_struct", ObjectKind::kTask, kTaskFields},
};

}  // namespace

std::span<const ObjectInfo> object_table() { return kObjects; }

const ObjectInfo* find_object(std::string_view struct_name) {
  for (const ObjectInfo& object : kObjects) {
    if (object.struct_name == struct_name) return &object;
  }
  return nullptr;
}

const FieldInfo* find_field(const ObjectInfo& object, std::string_view field) {
  for (const FieldInfo& info : object.fields) {
    if (info.name == field) return &info;
  }
  return nullptr;
}

const FieldInfo* find_field(ObjectKind kind, int number) {
  for (const ObjectInfo& object : kObjects) {
    if (object.kind != kind) continue;
    for (const FieldInfo& info : object.fields) {
      if (info.number == number) return &info;
    }
  }
  return nullptr;
}

}  // namespace vmalab
