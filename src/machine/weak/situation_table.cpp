// SPDX-License-Identifier: GPL-2.0-only
#include "machine/weak/situation_table.h"

#include <cassert>
#include <cstring>

namespace vmalab::weak {
namespace {

std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t h = bytes.size() * 0x9e3779b97f4a7c15u;
  const auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    mix(word);
  }
  std::uint64_t word = 0;
  for (unsigned shift = 0; i < bytes.size(); ++i, shift += 8) word |= std::uint64_t{bytes[i]} << shift;
  mix(word);
  return h ^ h >> 29;
}

/// Bytes of one part being written.
class Writer {
 public:
  void byte(std::size_t value) { bytes_.push_back(static_cast<std::uint8_t>(value)); }
  void word(Word value) {
    for (int shift = 0; shift < 32; shift += 8) byte(value >> shift & 0xff);
  }
  /// The locations of which it says something: how many, then each with the two positions in a byte.
  void view(const View& view) {
    const std::size_t at = bytes_.size();
    byte(0);
    for (std::size_t l = 0; l < kMaxLocations; ++l) {
      if (view.seen[l] == 0) continue;
      byte(l);
      byte(view.seen[l] << 4 | view.strong[l]);
      ++bytes_[at];
    }
  }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  bool at_end() const { return at_ == end_; }
  std::uint8_t byte() { return *at_++; }
  Word word() {
    Word value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= Word{byte()} << shift;
    return value;
  }
  void view(View& view) {
    view.clear();
    for (std::size_t n = byte(); n > 0; --n) {
      const std::size_t l = byte();
      const std::uint8_t positions = byte();
      view.seen[l] = static_cast<Position>(positions >> 4);
      view.strong[l] = static_cast<Position>(positions & 0xf);
    }
  }

 private:
  const std::uint8_t *at_, *end_;
};
static_assert(kMaxMessages <= 15, "a position has four bits");

template <typename ThreadType>
auto views_of(ThreadType& thread) {
  return std::array{&thread.cur, &thread.acq, &thread.all, &thread.rel, &thread.own, &thread.ctrl, &thread.unlocked, &thread.waited};
}

void write_memory(const Situation& s, Writer& out) {
  for (const View* view : {&s.sequential, &s.begun, &s.left}) out.view(*view);
  for (std::size_t l = 0; l < s.locations(); ++l) {
    const auto location = static_cast<Location>(l);
    const std::size_t count = s.count(location);
    if (count == 1 && s.at(location, 0).view.empty()) continue;
    out.byte(l);
    out.byte(count);
    for (std::size_t i = 0; i < count; ++i) {
      const Message& message = s.at(location, i);
      out.byte(message.behind);
      if (i + 1 < count) out.word(message.value);
      out.view(message.view);
    }
  }
}

void read_memory(Reader in, Situation& s) {
  for (View* view : {&s.sequential, &s.begun, &s.left}) in.view(*view);
  while (!in.at_end()) {
    const Location l = in.byte();
    const std::size_t count = in.byte();
    s.set_count(l, count);
    for (std::size_t i = 0; i < count; ++i) {
      Message& message = s.at(l, i);
      message.behind = in.byte() != 0;
      if (i + 1 < count) message.value = in.word();
      in.view(message.view);
    }
  }
}

void write_thread(const Thread& thread, Writer& out) {
  unsigned present = 0;
  const auto views = views_of(thread);
  for (std::size_t i = 0; i < views.size(); ++i) present |= views[i]->empty() ? 0u : 1u << i;
  out.byte(thread.needs & 0xff);
  out.byte(thread.needs >> 8);
  if (present == 0 && thread.has_view == 0 && thread.stored_count == 0 && thread.open_count == 0) return;
  out.byte(present);
  for (std::size_t i = 0; i < views.size(); ++i) {
    if ((present >> i & 1) != 0) out.view(*views[i]);
  }
  out.byte(thread.has_view & 0xff);
  out.byte(thread.has_view >> 8);
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((thread.has_view >> r & 1) != 0) out.view(thread.registers[r]);
  }
  out.byte(thread.stored_count);
  for (std::size_t i = 0; i < thread.stored_count; ++i) {
    out.byte(thread.stored[i].location);
    out.byte(thread.stored[i].view.seen[thread.stored[i].location]);
    out.view(thread.stored[i].view);
  }
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    const Thread::Open& open = thread.open[i];
    out.byte(open.location);
    out.byte(open.view.seen[open.location]);
    for (const std::size_t two : {open.registers, open.pc}) {
      out.byte(two & 0xff);
      out.byte(two >> 8);
    }
    out.view(open.view);
  }
}

void read_thread(Reader in, Thread& thread) {
  const auto views = views_of(thread);
  thread.needs = in.byte();
  thread.needs = static_cast<std::uint16_t>(thread.needs | in.byte() << 8);
  const unsigned present = in.at_end() ? 0 : in.byte();
  for (std::size_t i = 0; i < views.size(); ++i) {
    if ((present >> i & 1) != 0) {
      in.view(*views[i]);
    } else {
      views[i]->clear();
    }
  }
  thread.has_view = 0;
  thread.stored_count = thread.open_count = 0;
  if (in.at_end()) return;
  thread.has_view = in.byte();
  thread.has_view |= std::uint32_t{in.byte()} << 8;
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((thread.has_view >> r & 1) != 0) in.view(thread.registers[r]);
  }
  thread.stored_count = in.byte();
  for (std::size_t i = 0; i < thread.stored_count; ++i) {
    Thread::Stored& stored = thread.stored[i];
    stored.location = in.byte();
    const Position place = in.byte();
    in.view(stored.view);
    stored.view.seen[stored.location] = place;
  }
  while (!in.at_end()) {
    Thread::Open& open = thread.open[thread.open_count++];
    open.location = in.byte();
    const Position from = in.byte();
    for (std::uint16_t* two : {&open.registers, &open.pc}) {
      *two = in.byte();
      *two = static_cast<std::uint16_t>(*two | in.byte() << 8);
    }
    in.view(open.view);
    open.view.seen[open.location] = from;
  }
}

}  // namespace

std::uint32_t Blobs::intern(std::span<const std::uint8_t> bytes) {
  const std::uint64_t hash = hash_of(bytes);
  const std::size_t number_of_shard = hash >> 58;
  Shard& shard = shards_[number_of_shard];
  const auto short_hash = static_cast<std::uint32_t>(hash);
  const std::lock_guard lock(shard.mutex);
  if (shard.slots.size() < 2 * (shard.blobs.size() + 1)) grow(shard);
  const std::size_t mask = shard.slots.size() - 1;
  std::size_t at = short_hash & mask;
  for (; shard.slots[at] != 0; at = (at + 1) & mask) {
    const Blob& blob = shard.blobs[shard.slots[at] - 1];
    if (blob.hash == short_hash && blob.size == bytes.size() && std::memcmp(blob.data, bytes.data(), bytes.size()) == 0) {
      return static_cast<std::uint32_t>((shard.slots[at] - 1) * kShards + number_of_shard);
    }
  }
  constexpr std::size_t kChunk = 1u << 16;
  if (shard.chunk_size - shard.used < bytes.size() || shard.chunks.empty()) {
    shard.chunk_size = std::max(kChunk, bytes.size());
    shard.chunks.push_back(std::make_unique<std::uint8_t[]>(shard.chunk_size));
    shard.kept += shard.chunk_size;
    shard.used = 0;
  }
  std::uint8_t* const data = shard.chunks.back().get() + shard.used;
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  shard.used += bytes.size();
  shard.blobs.push_back({data, static_cast<std::uint32_t>(bytes.size()), short_hash});
  shard.slots[at] = static_cast<std::uint32_t>(shard.blobs.size());
  return static_cast<std::uint32_t>((shard.blobs.size() - 1) * kShards + number_of_shard);
}

void Blobs::grow(Shard& shard) {
  shard.slots.assign(std::max<std::size_t>(16, 2 * shard.slots.size()), 0);
  const std::size_t mask = shard.slots.size() - 1;
  for (std::size_t i = 0; i < shard.blobs.size(); ++i) {
    std::size_t at = shard.blobs[i].hash & mask;
    while (shard.slots[at] != 0) at = (at + 1) & mask;
    shard.slots[at] = static_cast<std::uint32_t>(i + 1);
  }
}

std::span<const std::uint8_t> Blobs::at(std::uint32_t number) const {
  const Shard& shard = shards_[number % kShards];
  const std::lock_guard lock(shard.mutex);
  const Blob& blob = shard.blobs[number / kShards];
  return {blob.data, blob.size};
}

std::size_t Blobs::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.kept + shard.blobs.capacity() * sizeof(Blob) + shard.slots.capacity() * sizeof(std::uint32_t);
  }
  return sum;
}

std::uint32_t SituationTable::intern(const Situation& situation) {
  thread_local Writer part, whole;
  whole.clear();
  const auto add = [this] { whole.word(parts_.intern(part.bytes())); };
  part.clear();
  write_memory(situation, part);
  add();
  for (int t = 0; t < threads_; ++t) {
    part.clear();
    write_thread(situation.thread(static_cast<std::size_t>(t)), part);
    add();
  }
  return situations_.intern(whole.bytes());
}

void SituationTable::get(std::uint32_t number, Situation& situation) const {
  situation.begin(threads_, locations_);
  Reader whole(situations_.at(number));
  read_memory(Reader(parts_.at(whole.word())), situation);
  for (int t = 0; t < threads_; ++t) read_thread(Reader(parts_.at(whole.word())), situation.thread(static_cast<std::size_t>(t)));
}

}  // namespace vmalab::weak
