// SPDX-License-Identifier: GPL-2.0-only
// Keeps memory situations, each once and by number: equal situations have equal numbers, so that a State that has the number
// (State::views) is compared as bytes. Which number a situation has depends on who came first, and says nothing.
//
// A situation is kept as the numbers of its parts: what is in memory, and what each thread knows; parts are kept once each, too.
//
// May be used by any number of threads; what a number stands for can be read by whoever got the number from a thread that
// synchronised with its making.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "machine/weak/situation.h"

namespace vmalab::weak {

/// Byte strings, each once. Contents never move.
class Blobs {
 public:
  std::uint32_t intern(std::span<const std::uint8_t> bytes);
  std::span<const std::uint8_t> at(std::uint32_t number) const;
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kShards = 64;
  struct Blob {
    const std::uint8_t* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::vector<Blob> blobs;
    std::vector<std::uint32_t> slots;  ///< number + 1, 0: empty
    std::vector<std::unique_ptr<std::uint8_t[]>> chunks;
    std::size_t used = 0, chunk_size = 0, kept = 0;
  };
  static void grow(Shard& shard);
  std::array<Shard, kShards> shards_;
};

class SituationTable {
 public:
  SituationTable(int threads, std::size_t locations) : threads_(threads), locations_(locations) {}

  /// Precondition: it has been reduced.
  std::uint32_t intern(const Situation& situation);
  /// The values of the newest messages are left as they are.
  void get(std::uint32_t number, Situation& situation) const;
  std::size_t bytes() const { return parts_.bytes() + situations_.bytes(); }

 private:
  int threads_;
  std::size_t locations_;
  Blobs parts_, situations_;
};

}  // namespace vmalab::weak
