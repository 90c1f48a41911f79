// SPDX-License-Identifier: GPL-2.0-only
// A set of records of a few numbers each, in order of insertion. Exact: a record is compared in full, its hash only says
// where to look. What finds it is an array of buckets of one cache line: twelve numbers of records, each with eight bits of
// the record's hash, so that nearly every lookup costs one line here and one in the records. A full bucket overflows
// into the next.
//
// Not thread-safe; const member functions may be called concurrently while nobody inserts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "check/block.h"

namespace vmalab::check {

template <std::size_t kWidth>
class NumberSet {
 public:
  using Number = std::uint32_t;
  using Record = std::array<std::uint32_t, kWidth>;
  static constexpr std::uint64_t kMost = std::numeric_limits<Number>::max();  ///< records; whoever inserts sees to it

  NumberSet() : buckets_(kFirstBuckets * sizeof(Bucket)), bucket_count_(kFirstBuckets) {}

  static std::uint64_t hash(const Record& record) {
    std::uint64_t h = 0;
    for (std::size_t i = 0; i < kWidth; i += 2) {
      h = (h ^ (std::uint64_t{record[i]} << 32 | record[i + 1])) * 0xff51afd7ed558ccdu;
      h ^= h >> 32;
    }
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 29;
  }

  /// Without a call: records are short.
  static bool same(const Record& a, const Record& b) {
    std::uint32_t differs = 0;
    for (std::size_t i = 0; i < kWidth; ++i) differs |= a[i] ^ b[i];
    return differs == 0;
  }

  struct Inserted {
    Number number;  ///< order of insertion
    bool fresh;
  };
  /// There is room: make_room() has seen to it.
  Inserted insert(const Record& record, std::uint64_t hash) {
    const std::uint8_t tag = tag_of(hash);
    for (std::size_t b = home(hash);; b = after(b)) {
      Bucket& bucket = buckets()[b];
      if (const Number found = look_in(bucket, tag, record); found != kNone) return {found, false};
      if (bucket.count == Bucket::kSlots) continue;
      append(record);
      put(bucket, tag, static_cast<Number>(size_));
      return {static_cast<Number>(size_++), true};
    }
  }
  std::optional<Number> find(const Record& record, std::uint64_t hash) const {
    const std::uint8_t tag = tag_of(hash);
    for (std::size_t b = home(hash);; b = after(b)) {
      const Bucket& bucket = buckets()[b];
      if (const Number found = look_in(bucket, tag, record); found != kNone) return found;
      if (bucket.count < Bucket::kSlots) return std::nullopt;
    }
  }
  const Record& at(std::uint64_t number) const { return records(number / kChunk)[number % kChunk]; }
  std::uint64_t size() const { return size_; }

  /// The two things an insertion waits for, to be asked for one after the other some insertions ahead.
  void prefetch_bucket(std::uint64_t hash) const { __builtin_prefetch(&buckets()[home(hash)]); }
  void prefetch_record(std::uint64_t hash) const {
    const Bucket& bucket = buckets()[home(hash)];
    if (const std::uint64_t matches = matches_in(first_tags(bucket), tag_of(hash))) prefetch(bucket.numbers[first(matches)]);
  }

  /// Bytes that so many insertions add at most, the rebuilt buckets included.
  std::size_t bytes_to_grow(std::uint64_t coming) const {
    const std::uint64_t records = size_ + coming;
    std::size_t room = static_cast<std::size_t>((records + kChunk - 1) / kChunk) * kChunk;
    if (records <= kChunk) room = std::max<std::size_t>(kFirstRecords, std::bit_ceil(static_cast<std::size_t>(records)));
    const std::size_t used = bytes();
    return std::max(used, buckets_for(records) * sizeof(Bucket) + room * sizeof(Record)) - used;
  }
  /// To be called before so many insertions: rebuilds the buckets when they get full, about `most` records of them. False: there
  /// is more to do, and nothing can be looked up until this, called again for as many, has done it.
  bool make_room(std::uint64_t coming, std::uint64_t most = kMost) {
    if (const std::size_t wanted = buckets_for(size_ + coming); wanted != bucket_count_) {
      buckets_ = {};  // the records are all that is needed to make them again: never both at once
      buckets_ = Block(wanted * sizeof(Bucket));
      bucket_count_ = wanted;
      to_place_ = size_;
    }
    std::array<std::uint64_t, 32> hashes;
    for (std::uint64_t done = 0; to_place_ != 0 && done < most; done += hashes.size()) {
      const std::uint64_t begin = size_ - to_place_;
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(hashes.size(), to_place_));
      for (std::size_t i = 0; i < count; ++i) {
        hashes[i] = hash(at(begin + i));
        prefetch_bucket(hashes[i]);
      }
      for (std::size_t i = 0; i < count; ++i) {
        std::size_t b = home(hashes[i]);
        while (buckets()[b].count == Bucket::kSlots) b = after(b);
        put(buckets()[b], tag_of(hashes[i]), static_cast<Number>(begin + i));
      }
      to_place_ -= count;
    }
    return to_place_ == 0;
  }
  std::size_t bytes() const {
    std::size_t sum = buckets_.size();
    for (const Block& chunk : chunks_) sum += chunk.size();
    return sum;
  }

 private:
  struct alignas(64) Bucket {
    static constexpr std::uint32_t kSlots = 12;
    std::array<std::uint8_t, kSlots> tags;  ///< of the first `count` slots; the others are 0, which is no tag
    std::uint32_t count;
    std::array<Number, kSlots> numbers;
  };
  static_assert(sizeof(Bucket) == 64 && kWidth % 2 == 0);
  static_assert(std::endian::native == std::endian::little, "matches_in() finds the first tag in the lowest bits");

  static constexpr std::size_t kFirstBuckets = 16;
  static constexpr std::size_t kChunk = (std::size_t{1} << 21) / sizeof(Record);  // a huge page
  static constexpr std::size_t kFirstRecords = 1u << 7;

  Bucket* buckets() const { return reinterpret_cast<Bucket*>(buckets_.data()); }
  Record* records(std::size_t chunk) const { return reinterpret_cast<Record*>(chunks_[chunk].data()); }
  /// Without a division: the hash as a fraction of all buckets.
  std::size_t home(std::uint64_t hash) const { return static_cast<std::size_t>((hash >> 32) * bucket_count_ >> 32); }
  std::size_t after(std::size_t bucket) const { return bucket + 1 == bucket_count_ ? 0 : bucket + 1; }
  static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(1 + (hash & 0xff) % 255); }
  /// Enough that at most 80 of 100 slots are used.
  std::size_t buckets_for(std::uint64_t records) const {
    std::size_t wanted = bucket_count_;
    while (records * 10 > wanted * Bucket::kSlots * 8) wanted += wanted / 2;
    return wanted;
  }
  static void put(Bucket& bucket, std::uint8_t tag, Number number) {
    bucket.tags[bucket.count] = tag;
    bucket.numbers[bucket.count++] = number;
  }
  void append(const Record& record) {
    const std::size_t chunk = static_cast<std::size_t>(size_ / kChunk), at = static_cast<std::size_t>(size_ % kChunk);
    if (chunk == chunks_.size()) chunks_.emplace_back((chunk == 0 ? kFirstRecords : kChunk) * sizeof(Record));
    // Small sets are many: the first chunk begins small.
    if (chunk == 0 && at == chunks_[0].size() / sizeof(Record)) {
      Block larger(chunks_[0].size() * 2);
      std::memcpy(larger.data(), chunks_[0].data(), chunks_[0].size());
      chunks_[0] = std::move(larger);
    }
    records(chunk)[at] = record;
  }
  void prefetch(Number number) const { __builtin_prefetch(&at(number)); }

  /// The high bit of every byte of `tags` that may be `tag`. What stands above a true match may be wrong; comparing the
  /// records tells.
  static std::uint64_t matches_in(std::uint64_t tags, std::uint8_t tag) {
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    const std::uint64_t differs = tags ^ kOnes * tag;
    return (differs - kOnes) & ~differs & kOnes << 7;
  }
  static std::uint64_t first_tags(const Bucket& bucket) {
    std::uint64_t tags;
    std::memcpy(&tags, bucket.tags.data(), sizeof tags);
    return tags;
  }
  static std::uint64_t last_tags(const Bucket& bucket) {
    std::uint32_t tags;
    std::memcpy(&tags, bucket.tags.data() + 8, sizeof tags);
    return tags;
  }
  static std::size_t first(std::uint64_t matches) { return static_cast<std::size_t>(std::countr_zero(matches)) / 8; }
  static constexpr Number kNone = std::numeric_limits<Number>::max();
  /// kNone: the record is not in this bucket.
  Number look_in(const Bucket& bucket, std::uint8_t tag, const Record& record) const {
    for (std::uint64_t matches = matches_in(first_tags(bucket), tag); matches != 0; matches &= matches - 1) {
      const Number number = bucket.numbers[first(matches)];
      if (number < size_ && same(at(number), record)) return number;
    }
    if (bucket.count <= 8) return kNone;
    for (std::uint64_t matches = matches_in(last_tags(bucket), tag); matches != 0; matches &= matches - 1) {
      const std::size_t slot = 8 + first(matches);
      if (slot < bucket.count && same(at(bucket.numbers[slot]), record)) return bucket.numbers[slot];
    }
    return kNone;
  }

  std::uint64_t size_ = 0;
  Block buckets_;
  std::size_t bucket_count_ = 0;
  std::uint64_t to_place_ = 0;  ///< the last so many records are in no bucket yet: make_room() is not done
  std::vector<Block> chunks_;   ///< of kChunk records each, the first may be smaller
};

}  // namespace vmalab::check
