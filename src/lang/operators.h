// SPDX-License-Identifier: GPL-2.0-only
// The operators of C by their spelling.
#pragma once

#include <cstdint>
#include <string_view>

namespace vmalab {

/// An operator by its spelling, usable in a switch.
constexpr std::uint32_t op_code(std::string_view text) {
  std::uint32_t code = 0;
  for (const char c : text) code = code << 8 | static_cast<unsigned char>(c);
  return code;
}

constexpr bool is_op(std::uint32_t op, std::string_view text) { return op == op_code(text); }

/// From 1 for `||` to 10 for `*`; 0 for what is no binary operator without side effects.
constexpr int binary_precedence(std::string_view op) {
  switch (op_code(op)) {
    case op_code("||"): return 1;
    case op_code("&&"): return 2;
    case op_code("|"): return 3;
    case op_code("^"): return 4;
    case op_code("&"): return 5;
    case op_code("=="):
    case op_code("!="): return 6;
    case op_code("<"):
    case op_code(">"):
    case op_code("<="):
    case op_code(">="): return 7;
    case op_code("<<"):
    case op_code(">>"): return 8;
    case op_code("+"):
    case op_code("-"): return 9;
    case op_code("*"):
    case op_code("/"):
    case op_code("%"): return 10;
    default: return 0;
  }
}

}  // namespace vmalab
