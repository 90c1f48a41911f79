// SPDX-License-Identifier: GPL-2.0-only
// Lists and numbers in sentences, and lines without their blanks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>

namespace vmalab::words {

/// "a, b, c". `name`: what to say of an item.
template <typename Items, typename Name = std::identity>
std::string joined(const Items& items, Name name = {}, std::string_view between = ", ") {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += between;
    text += std::invoke(name, item);
  }
  return text;
}

/// "a, b and c"
template <typename Items, typename Name = std::identity>
std::string list(const Items& items, Name name = {}) {
  std::string text;
  std::size_t left = std::size(items);
  for (const auto& item : items) {
    text += std::invoke(name, item);
    if (--left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

/// "70,771,630". `separator`: what stands between groups of three digits.
inline std::string grouped(std::uint64_t number, std::string_view separator = ",") {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, separator);
  return text;
}

/// "state" of 1, "states" of any other number.
inline std::string plural(std::uint64_t number, std::string_view one) { return std::string(one) + (number == 1 ? "" : "s"); }

/// A name as C has them: letters, digits and _, no digit first.
inline bool is_identifier(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto part = [letter](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), part);
}

/// Whether a C name stands in a text, and not only as a part of another.
inline bool has_name(std::string_view text, std::string_view name) {
  const auto in_a_name = [text](std::size_t at) {
    const char c = at < text.size() ? text[at] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string_view::npos; at += name.size()) {
    if ((at == 0 || !in_a_name(at - 1)) && !in_a_name(at + name.size())) return true;
  }
  return false;
}

/// Capital letters of ASCII as small ones.
inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// A line without the blanks at its ends, and without the CR that some programs put there.
inline std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

}  // namespace vmalab::words
