// SPDX-License-Identifier: GPL-2.0-only
// The one table of what functions of the per-VMA lock promise when they return. The lowering turns each promise
// into a ghost instruction at the function's returns; checks and the screen then know who holds what, without
// the C having to say so. A function of any kernel version or variant that has the name makes the promise.
#pragma once

#include <span>
#include <string_view>

#include "lang/op.h"

namespace vmalab {

struct Contract {
  std::string_view function;
  Op ghost;
  /// For which results the promise is made.
  enum class When : std::uint8_t { kAlways, kZero, kNonZero, kValidPointer } when;
  /// The VMA it is about: the function's result, or its parameter of type struct vm_area_struct *.
  enum class About : std::uint8_t { kResult, kParameter } about;
  /// Not made when the caller is this function, which makes it itself.
  std::string_view unless_called_by;
};
std::span<const Contract> contract_table();

}  // namespace vmalab
