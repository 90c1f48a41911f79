// SPDX-License-Identifier: GPL-2.0-only
// The objects of a scenario by number. Small types, so that numbers of different things cannot be mixed.
#pragma once

#include <compare>
#include <concepts>
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

/// By number. Precondition: 0 to 255, which no scenario comes near.
template <std::integral Number>
constexpr ThreadId thread_id(Number number) {
  return ThreadId{static_cast<std::uint8_t>(number)};
}
template <std::integral Number>
constexpr VmaId vma_id(Number number) {
  return VmaId{static_cast<std::uint8_t>(number)};
}
template <std::integral Number>
constexpr MmId mm_id(Number number) {
  return MmId{static_cast<std::uint8_t>(number)};
}

}  // namespace vmalab
