// SPDX-License-Identifier: GPL-2.0-only
// Sequence numbers that grow for ever. Only whether one equals mm_lock_seq matters, and whether it is odd: so of mm_lock_seq and every
// copy of it, in a word or a register, the search keeps "current" or "old", and odd or even. Each of these is one number that
// nothing else comes to, so that a word tells whether it is a sequence. When the sequence moves on, what was current is old; an old
// number is never current again, as long as the counter does not come round to it. UINT_MAX, the mark of a VMA that was never
// write-locked, is kept as it is: the counter does not come to it either.
//
// Whether two old numbers are equal is not kept. A step that may compare two is taken with each answer.
#pragma once

#include "lang/layout.h"

namespace vmalab::check {

constexpr Word kSequences = 0x5eed0000u;
constexpr Word kOldSequence = kSequences, kCurrentSequence = kSequences | 0x100;
constexpr Word kOtherOld = 2;  ///< apart: two old numbers that are not equal, in a step

constexpr bool is_sequence(Word word) { return (word & 0xffff0000u) == kSequences; }
constexpr bool is_old_sequence(Word word) { return is_sequence(word) && word < kCurrentSequence; }
/// In a state where mm_lock_seq is `current`: as the search keeps the word.
constexpr Word kept_sequence(Word word, Word current) {
  if (!is_sequence(word)) return word;
  return (word == current ? kCurrentSequence : kOldSequence) | (word & 1);
}

}  // namespace vmalab::check
