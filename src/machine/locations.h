// SPDX-License-Identifier: GPL-2.0-only
// The locations of a machine whose memory is weaker than sequentially consistent: which shared words have one, and what the
// program of each thread may still do with them. Made once, when the machine is built.
//
// A word that no program writes needs none: whoever loads it gets what it has. Besides words there are locations for what is
// ordered and is no word: the slab's of each VMA, and those of the race check (properties/ordered_access.cpp).
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "lang/program.h"
#include "machine/ids.h"
#include "machine/weak/renaming.h"
#include "machine/weak/situation.h"

namespace vmalab {

struct Limits;

class Locations {
 public:
  struct Threads {
    std::vector<const Program*> programs;  ///< by thread
    std::span<const Word> rcu_heads;
  };
  /// Errors: more than there is room for.
  static Result<Locations> find(const Threads& threads, const Limits& limits);

  std::size_t count() const { return addresses_.size(); }
  /// kNoLocation: nobody writes it.
  weak::Location of(Word address) const;
  /// The word of a location; 0 when it is none.
  Word address(weak::Location l) const { return addresses_[l]; }
  weak::Location slab(std::size_t vma) const { return slab_[vma]; }
  /// The last change of what the lock of a VMA protects, and the last use of it by a thread.
  weak::Location changed(std::size_t vma) const { return changed_[vma]; }
  weak::Location used(std::size_t vma, ThreadId t) const { return used_[vma][t.value]; }

  /// Number of what a thread may still do from `pc` on, into needs().
  std::uint16_t needs_at(ThreadId t, Pc pc) const { return needs_at_[t.value][pc]; }
  /// The load there can be postponed, as far as its program tells (postponed.h).
  bool may_be_postponed(ThreadId t, Pc pc) const { return postponable_[t.value][pc]; }
  const std::vector<weak::Needs>& needs() const { return needs_; }

  /// What changes when threads change places (new number by old number). What of it has no counterpart stays as it is.
  weak::Renaming renaming(std::span<const std::uint8_t> threads) const;

 private:
  class Builder;
  weak::Location add(Word address);

  static constexpr std::size_t kKinds = 5, kFields = 16;
  std::array<std::array<std::array<weak::Location, kFields>, kMaxThreads>, kKinds> of_{};  ///< by kind, object, field
  std::vector<Word> addresses_;
  std::array<weak::Location, kMaxVmas> slab_{}, changed_{};
  std::array<std::array<weak::Location, kMaxThreads>, kMaxVmas> used_{};
  std::vector<weak::Needs> needs_;
  std::vector<std::vector<std::uint16_t>> needs_at_;
  std::vector<std::vector<bool>> postponable_;
};

/// Words of a VMA that its lock is there to keep still, beside what kUseVma and kChangeVma stand for: plain accesses to them are
/// judged by ordered-access. The lock's own words and the owner are read without it; READ_ONCE, WRITE_ONCE and atomics say
/// themselves that they race.
inline constexpr std::array kProtectedFields{VmaField::kStart, VmaField::kEnd};
bool is_protected(Word address);

}  // namespace vmalab
