// SPDX-License-Identifier: GPL-2.0-only
// Shared words beyond those of layout.h: fields that a tree or a variant adds to an mm or a VMA, and static variables; and
// the functions that call_rcu() is given.
// Each machine has a few to give; which name has which is decided by the order in which its threads' code mentions them,
// so that the same scenario and code always make the same state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/layout.h"

namespace vmalab {

class ExtraWords {
 public:
  enum class Use : std::uint8_t { kWord, kPointer, kHead, kRwsem };
  struct Entry {
    ObjectKind kind = ObjectKind::kGlobal;
    std::string name;  ///< "vm_flags", "counter", "seen[2]"
    int field = 0;     ///< number of the word in every object of that kind; of a variable, among all
    Word initial = 0;
    Use use = Use::kWord;  ///< kHead: a struct rcu_head, which call_rcu() can be given; kRwsem: a struct rw_semaphore
  };
  /// The callback of kfree_rcu(), among the names of functions.
  static constexpr std::string_view kFrees = "kfree";

  /// How many words an object of this kind has to give.
  static constexpr int capacity(ObjectKind kind) {
    return kind == ObjectKind::kMm ? kMmExtra : kind == ObjectKind::kVma ? kVmaExtra : kind == ObjectKind::kGlobal ? kMaxGlobals : 0;
  }
  static constexpr int first_field(ObjectKind kind) {
    return kind == ObjectKind::kMm ? static_cast<int>(MmField::kExtra) : kind == ObjectKind::kVma ? static_cast<int>(VmaField::kExtra) : 0;
  }

  /// Number of the first word of `name`, whether it was there or not; nullopt when there is no room for `initial.size()` more.
  std::optional<int> add(ObjectKind kind, std::string_view name, const std::vector<Word>& initial, Use use = Use::kWord);
  std::optional<int> find(ObjectKind kind, std::string_view name) const;
  /// Null when the word has no name here.
  const Entry* at(ObjectKind kind, int field) const;
  const std::vector<Entry>& entries() const { return entries_; }

  /// Number of a function that call_rcu() is given, from 1 on: its place among the callbacks.
  std::uint32_t callback(std::string_view function);
  const std::vector<std::string>& callbacks() const { return callbacks_; }

 private:
  std::vector<Entry> entries_;
  std::vector<std::string> callbacks_;
};

}  // namespace vmalab
