// SPDX-License-Identifier: GPL-2.0-only
// What memory does with accesses to different words: see weak/situation.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vmalab {

enum class Ordering : std::uint8_t {
  kSc,      ///< sequentially consistent: a store is seen by everybody at once
  kLkmm,    ///< the Linux-kernel memory model, without load buffering: loads may return older values
  kLkmmLb,  ///< with it: loads may also be postponed
};

constexpr std::string_view ordering_name(Ordering ordering) {
  switch (ordering) {
    case Ordering::kSc: return "sc";
    case Ordering::kLkmm: return "lkmm";
    case Ordering::kLkmmLb: return "lkmm+lb";
  }
  return "";
}
constexpr std::optional<Ordering> find_ordering(std::string_view name) {
  for (const Ordering ordering : {Ordering::kSc, Ordering::kLkmm, Ordering::kLkmmLb}) {
    if (ordering_name(ordering) == name) return ordering;
  }
  return std::nullopt;
}

}  // namespace vmalab
