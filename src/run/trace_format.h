// SPDX-License-Identifier: GPL-2.0-only
// What the writer and the reader of trace files share: limits and the checksum of lines. See FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lang/codebase.h"

namespace vmalab::trace_format {

constexpr std::size_t kMaxHeaderBytes = std::size_t{16} << 20U;
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10U;
constexpr std::size_t kMaxCodeFiles = 256;
constexpr std::size_t kMaxActionBytes = 64;
constexpr int kMaxNesting = 8;
constexpr std::size_t kMaxKeys = 32;
constexpr std::size_t kMaxValues = 8192;  ///< of a line, all depths: more than the header of kMaxCodeFiles files has

constexpr std::string_view kMagic = R"({"vmalab_trace":)";
constexpr std::string_view kSumKey = R"(,"sum":")";
constexpr std::string_view kSumEnd = R"("})";
constexpr std::size_t kHexDigits = 16;
constexpr std::size_t kSumBytes = kSumKey.size() + kHexDigits + kSumEnd.size();

constexpr std::uint64_t kFirstSum = 0xcbf29ce484222325U;

/// FNV-1a over the bytes of a line, begun with the sum of the line before. Each byte permutes the 64 bits of the sum,
/// so that one changed byte always changes the result.
constexpr std::uint64_t chain_sum(std::uint64_t sum, std::string_view bytes) {
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return sum;
}

inline std::string hex16(std::uint64_t value) {
  std::string out(kHexDigits, '0');
  for (auto it = out.rbegin(); it != out.rend(); ++it, value >>= 4U) *it = "0123456789abcdef"[value & 0xfU];
  return out;
}

/// Exactly 16 lower-case digits.
inline std::optional<std::uint64_t> parse_hex16(std::string_view text) {
  if (text.size() != kHexDigits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value << 4U | digit;
  }
  return value;
}

/// Names of SourceFile::Origin, in its order.
constexpr std::string_view kOrigins[] = {"model", "kernel", "variant", "expression", "own"};
static_assert(static_cast<int>(SourceFile::Origin::kOwn) == 4);

}  // namespace vmalab::trace_format
