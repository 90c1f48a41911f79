// SPDX-License-Identifier: GPL-2.0-only
// A set of fixed-size records in order of insertion: the states one worker owns. Exact: a record is compared in full,
// its hash only says where to look. Records live in chunks that never move; the open-addressing table holds
// 24 bits of the hash and a 40-bit number a slot.
//
// Not thread-safe; at() and find() may be called concurrently while nobody inserts.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace vmalab::check {

class StateSet {
 public:
  /// `words`: 16-bit words a record.
  explicit StateSet(std::size_t words) : words_(words), slots_(1u << 10) {}

  struct Inserted {
    std::uint64_t index;  ///< order of insertion
    bool fresh;
  };
  Inserted insert(const std::uint16_t* record, std::uint64_t hash) {
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (tag(slots_[at]) == tag_of(hash) && equal(index_of(slots_[at]), record)) return {index_of(slots_[at]), false};
    }
    const std::uint64_t index = size_;
    if (index % kChunk == 0) chunks_.push_back(std::make_unique<std::uint16_t[]>(kChunk * words_));
    std::memcpy(&chunks_.back()[(index % kChunk) * words_], record, words_ * sizeof(std::uint16_t));
    ++size_;
    slots_[at] = make_slot(index, hash);
    return {index, true};
  }
  /// Bytes that so many insertions add, the rebuilt table included.
  std::size_t bytes_to_grow(std::size_t coming) const {
    std::size_t wanted = slots_.size();
    while ((size_ + coming) * 4 > wanted * 3) wanted *= 2;
    const std::size_t chunks = (size_ + coming + kChunk - 1) / kChunk - chunks_.size();
    return (wanted - slots_.size()) * sizeof(std::uint64_t) + chunks * kChunk * words_ * sizeof(std::uint16_t);
  }
  /// To be called now and then while inserting: rebuilds the table when it gets full. `hash_of` hashes a record.
  template <typename HashOf>
  void make_room(std::size_t coming, HashOf hash_of) {
    std::size_t wanted = slots_.size();
    while ((size_ + coming) * 4 > wanted * 3) wanted *= 2;
    if (wanted == slots_.size()) return;
    slots_ = {};  // the records are all that is needed to make it again: never both at once
    slots_.assign(wanted, 0);
    for (std::uint64_t i = 0; i < size_; ++i) {
      const std::uint64_t hash = hash_of(at(i));
      std::size_t to = hash & (wanted - 1);
      while (slots_[to] != 0) to = (to + 1) & (wanted - 1);
      slots_[to] = make_slot(i, hash);
    }
  }
  std::optional<std::uint64_t> find(const std::uint16_t* record, std::uint64_t hash) const {
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (tag(slots_[at]) == tag_of(hash) && equal(index_of(slots_[at]), record)) return index_of(slots_[at]);
    }
    return std::nullopt;
  }
  /// The two things an insertion waits for, to be asked for one after the other some insertions ahead.
  void prefetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  void prefetch_record(std::uint64_t hash) const {
    const std::uint64_t slot = slots_[hash & (slots_.size() - 1)];
    if (slot != 0 && tag(slot) == tag_of(hash)) __builtin_prefetch(at(index_of(slot)));
  }

  const std::uint16_t* at(std::uint64_t index) const { return &chunks_[index / kChunk][(index % kChunk) * words_]; }
  std::uint64_t size() const { return size_; }
  std::size_t bytes() const {
    return slots_.size() * sizeof(std::uint64_t) + chunks_.size() * kChunk * words_ * sizeof(std::uint16_t);
  }

 private:
  static constexpr std::size_t kChunk = 1u << 14;
  static constexpr std::uint64_t kIndexMask = (std::uint64_t{1} << 40) - 1;
  static std::uint64_t tag_of(std::uint64_t hash) { return hash >> 32 & 0xffffff; }
  static std::uint64_t tag(std::uint64_t slot) { return slot >> 40; }
  static std::uint64_t index_of(std::uint64_t slot) { return (slot & kIndexMask) - 1; }
  static std::uint64_t make_slot(std::uint64_t index, std::uint64_t hash) { return tag_of(hash) << 40 | (index + 1); }
  bool equal(std::uint64_t index, const std::uint16_t* record) const {
    // Records are short: a call to compare them would cost more than comparing them.
    const std::uint16_t* other = at(index);
    std::size_t i = 0;
    for (; i + 4 <= words_; i += 4) {
      std::uint64_t a, b;
      std::memcpy(&a, other + i, sizeof a);
      std::memcpy(&b, record + i, sizeof b);
      if (a != b) return false;
    }
    for (; i < words_; ++i) {
      if (other[i] != record[i]) return false;
    }
    return true;
  }

  std::size_t words_;
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> slots_;
  std::vector<std::unique_ptr<std::uint16_t[]>> chunks_;
};

}  // namespace vmalab::check
