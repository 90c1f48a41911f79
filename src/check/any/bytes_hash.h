// SPDX-License-Identifier: GPL-2.0-only
// For tables that are keyed by plain values.
#pragma once

#include <type_traits>

#include "check/components.h"

namespace vmalab::check {

template <typename T>
struct BytesHash {
  static_assert(std::has_unique_object_representations_v<T>);
  std::size_t operator()(const T& value) const { return hash_bytes(&value, sizeof value); }
};

}  // namespace vmalab::check
