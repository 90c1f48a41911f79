// SPDX-License-Identifier: GPL-2.0-only
// The objects of a scenario by number. Small types, so that numbers of different things cannot be mixed.
#pragma once

#include <compare>
#include <cstdint>

namespace vmalab {

struct ThreadId {
  std::uint8_t value = 0;
  friend auto operator<=>(const ThreadId&, const ThreadId&) = default;
};
struct VmaId {
  std::uint8_t value = 0;
  friend auto operator<=>(const VmaId&, const VmaId&) = default;
};
struct MmId {
  std::uint8_t value = 0;
  friend auto operator<=>(const MmId&, const MmId&) = default;
};

}  // namespace vmalab
