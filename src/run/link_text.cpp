// SPDX-License-Identifier: GPL-2.0-only
#include "run/link_text.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text_hygiene.h"
#include "base/words.h"
#include "run/trace_format.h"

namespace vmalab::link_text_format {
namespace {

constexpr std::size_t kCheckDigits = 8;
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

/// Colons of a link of each version, the one behind the prefix left out.
constexpr std::array<std::size_t, 4> kColons = {0, 5, 8, 8};

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string checksum(std::string_view body) {
  const std::uint64_t sum = trace_format::chain_sum(trace_format::kFirstSum, body);
  return trace_format::hex16(sum ^ sum >> 32U).substr(trace_format::kHexDigits - kCheckDigits);
}

/// The link at the start of `text`, which is free of what mails put in, up to and with its checksum; the prefix is plain.
Result<std::string> collect(std::string_view text, std::size_t colons_wanted) {
  std::string link(kPrefix);
  std::size_t colons = 0, check_digits = 0;
  for (std::size_t at = kPrefix.size(); at < text.size() && check_digits < kCheckDigits; ++at) {
    const char c = text[at];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && std::string_view(":,*!%_-.").find(c) == std::string_view::npos) {
      // Which character stands in the way is worth more than that the link ends early.
      if (const Character found = character_at(text, at); found.code >= 0x80 || is_control(found.code)) {
        return fail("there is " + character_name(found) + " in the link, which no link has");
      }
      break;
    }
    if (link.size() >= kMaxLinkBytes) return fail("the link is longer than " + std::to_string(kMaxLinkBytes) + " bytes");
    link += c;
    if (colons == colons_wanted) {
      if (c == ':') break;
      ++check_digits;
    } else if (c == ':') {
      ++colons;
    }
  }
  if (check_digits != kCheckDigits)
    return fail("the link is cut off: it ends before its checksum, 8 digits after the last colon; copy it again, all of it");
  return link;
}

/// What to say of a link of version 1 whose checksum is wrong: its steps were written r1*3, and a chat's Markdown eats that.
std::string why_damaged(int version, std::string_view link) {
  std::string why = "the link is damaged: its checksum does not match; copy it again, all of it";
  if (version == 1 && std::count(link.begin(), link.end(), '*') < 2) {
    why +=
        ". If it went through Markdown, its asterisks are gone (r1*3 became r13) and copying will not help: ask for it in a code block, or for one made by a newer vmalab, which has no asterisks";
  }
  return why;
}

/// The link that begins at the start of `text`.
Result<Fields> split_here(std::string_view text) {
  // The version is looked at first: links of another version may be written in another way.
  const std::string_view after = text.substr(kPrefix.size());
  const std::string_view number = after.substr(0, std::min(after.find(':'), after.size()));
  Fields out;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.version);
  const bool whole = error == std::errc() && end == number.data() + number.size() && number.size() < after.size() && number.front() != '-';
  if (whole && (out.version < 1 || static_cast<std::size_t>(out.version) >= kColons.size()) && number.size() <= 6) {
    return fail("the link is of version " + std::string(number) + "; this vmalab reads versions 1 to 3");
  }
  if (!whole) {
    const std::string shown = printable(number.substr(0, 20));
    if (number.size() == after.size())
      return fail("the link is cut off: it ends before its checksum, 8 digits after the last colon; copy it again, all of it");
    return fail("the link is damaged: the number of its version is \"" + shown + "\", which is no whole number");
  }
  Result<std::string> collected = collect(text, kColons[static_cast<std::size_t>(out.version)]);
  if (!collected) return tl::unexpected(collected.error());
  // Version 2 has no letter whose case matters; in version 1 a name may have one.
  const auto right = [](const std::string& link) {
    const std::size_t body = link.size() - kCheckDigits - 1;
    return checksum(std::string_view(link).substr(0, body)) == std::string_view(link).substr(body + 1);
  };
  std::string link = out.version == 1 ? *collected : words::lower(*collected);
  if (!right(link) && out.version == 1 && right(words::lower(link))) link = words::lower(link);
  if (!right(link)) return fail(why_damaged(out.version, link));
  const std::string_view body = std::string_view(link).substr(0, link.size() - kCheckDigits - 1);
  for (std::size_t at = kPrefix.size() + number.size() + 1; at <= body.size();) {
    const std::size_t stop = std::min(body.find(':', at), body.size());
    out.fields.emplace_back(body.substr(at, stop - at));
    at = stop + 1;
  }
  return out;
}

/// The text as it was before mails and programs that wrap links in URLs had it.
std::string as_it_was(std::string_view original) {
  std::string text = without_traces_of_mail(original);
  const std::string searched = words::lower(text);
  const std::string wrapped = std::string(kPrefix.substr(0, kPrefix.size() - 1)) + "%3a";
  const std::size_t at = searched.find(wrapped);
  if (at == std::string::npos || searched.find(kPrefix) != std::string::npos) return text;
  const auto encoded = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("%-_.~+*!'(),").find(c) != std::string_view::npos;
  };
  const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), encoded);
  std::string link;
  return unescape(std::string_view(text).substr(at, static_cast<std::size_t>(end - text.begin()) - at), link) ? link : text;
}

}  // namespace

bool mentions_link(std::string_view text) { return words::lower(as_it_was(text)).find(kPrefix) != std::string::npos; }

std::string escape(std::string_view text, std::string_view literal) {
  std::string out;
  for (const char c : text) {
    const bool dashes = c == '-' && !out.empty() && out.back() == '-';  // two of them become a typographic dash
    if ((is_plain(c) && !dashes) || literal.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += "0123456789abcdef"[byte >> 4U];
      out += "0123456789abcdef"[byte & 0xfU];
    }
  }
  return out;
}

bool unescape(std::string_view text, std::string& out) {
  const auto digit = [](char c) { return std::min(std::string_view("0123456789abcdef").find(c), std::string_view("0123456789ABCDEF").find(c)); };
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const std::size_t high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    out += static_cast<char>(high << 4U | low);
    i += 2;
  }
  return true;
}

std::string pack(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::vector<Bytef> packed(size);
  // With room for the worst case and valid arguments only memory can be missing.
  if (compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (uLongf i = 0; i < size; ++i) {
    bits = (bits << 8U | packed[i]) & 0xfffU;
    for (count += 8; count >= 5; count -= 5) out += kBase32[bits >> static_cast<unsigned>(count - 5) & 0x1fU];
  }
  if (count > 0) out += kBase32[bits << static_cast<unsigned>(5 - count) & 0x1fU];
  return out;
}

Result<std::string> unpack(std::string_view text) {
  std::vector<Bytef> packed;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kBase32.find(c);
    if (value == std::string_view::npos) return fail("the texts in the link are not written in a-z and 2-7");
    bits = (bits << 5U | static_cast<std::uint32_t>(value)) & 0xfffU;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    packed.push_back(static_cast<Bytef>(bits >> static_cast<unsigned>(count) & 0xffU));
  }
  std::string out;
  z_stream stream{};
  stream.next_in = packed.data();
  stream.avail_in = static_cast<uInt>(packed.size());
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  std::array<char, 1U << 15U> piece;
  int state = Z_OK;
  while (state == Z_OK && out.size() <= kMaxPackedText) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > kMaxPackedText) return fail("the texts in the link are longer than " + std::to_string(kMaxPackedText) + " bytes");
  if (state != Z_STREAM_END) return fail("the texts in the link cannot be unpacked");
  return out;
}

std::string join(int version, const std::vector<std::string>& fields) {
  std::string body = std::string(kPrefix) + std::to_string(version);
  for (const std::string& field : fields) body += ':' + field;
  return body + ':' + checksum(body);
}

Result<Fields> split(std::string_view original) {
  const std::string text = as_it_was(original);
  const std::string searched = words::lower(text);
  // Words before the link may mention the prefix too: the first place that holds a link counts.
  constexpr int kMaxTries = 16;
  std::optional<Diagnostic> first_error;
  std::size_t at = searched.find(kPrefix);
  for (int tries = 0; at != std::string::npos && tries < kMaxTries; ++tries) {
    Result<Fields> link = split_here(std::string_view(text).substr(at));
    if (link) return link;
    if (!first_error) first_error = std::move(link.error());
    at = searched.find(kPrefix, at + 1);
  }
  if (first_error) return tl::unexpected(std::move(*first_error));
  return fail("there is no link in this text: a link begins with vmalab:");
}

}  // namespace vmalab::link_text_format
