// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "trace/trace_file.h"
#include "trace/trace_format.h"

namespace vmalab {
namespace {

constexpr std::string_view kPrefix = "vmalab:";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kFields = 5;          ///< version, scenario, hash, options, schedule; then the checksum
constexpr std::size_t kCheckDigits = 8;
constexpr std::size_t kMaxLinkBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxNameBytes = 256;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/// %XX for what a mail program or our own colons could take for something else.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4U];
      out += "0123456789ABCDEF"[byte & 0xfU];
    }
  }
  return out;
}

/// False when a % is not followed by two digits.
bool unescape(std::string_view text, std::string& out) {
  const auto digit = [](char c) { return std::string_view("0123456789ABCDEF").find(c); };
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const std::size_t high = digit(text[i + 1]);
    const std::size_t low = digit(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    out += static_cast<char>(high << 4U | low);
    i += 2;
  }
  return true;
}

std::string checksum(std::string_view body) {
  const std::uint64_t sum = trace_format::chain_sum(trace_format::kFirstSum, body);
  return trace_format::hex16(sum ^ sum >> 32U).substr(trace_format::kHexDigits - kCheckDigits);
}

/// What a mail may put inside a link: line ends, blanks, the marks of quoted lines, and the soft line end of
/// quoted-printable. Returns the number of bytes to pass over at `at`.
std::size_t filler(std::string_view text, std::size_t at, bool line_start) {
  const char c = text[at];
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return 1;
  if (line_start && (c == '>' || c == '|')) return 1;
  if (c == '=' && text.substr(at + 1, 1) == "\n") return 2;
  if (c == '=' && text.substr(at + 1, 2) == "\r\n") return 3;
  return 0;
}

/// The link at the start of `text`, up to and with its checksum, without what the mail put in between.
Result<std::string> collect(std::string_view text) {
  std::string link(text.substr(0, kPrefix.size()));
  std::size_t colons = 0;
  std::size_t check_digits = 0;
  bool line_start = false;
  for (std::size_t at = kPrefix.size(); at < text.size() && check_digits < kCheckDigits;) {
    if (const std::size_t skip = filler(text, at, line_start); skip > 0) {
      line_start = line_start || text[at + skip - 1] == '\n';
      at += skip;
      continue;
    }
    line_start = false;
    const char c = text[at++];
    if (!is_plain(c) && std::string_view(":,*!%").find(c) == std::string_view::npos) break;
    if (link.size() >= kMaxLinkBytes) return fail("the link is longer than " + std::to_string(kMaxLinkBytes) + " bytes");
    link += c;
    if (colons == kFields) {
      if (c == ':') break;
      ++check_digits;
    } else if (c == ':') {
      ++colons;
    }
  }
  if (check_digits != kCheckDigits) return fail("the link is cut off: it ends before its checksum, 8 digits after the last colon");
  return link;
}

/// The link that begins at the start of `text`.
Result<Link> parse_here(std::string_view text) {
  // The version is looked at first: links of another version may be written in another way.
  const std::size_t version_end = text.find(':', kPrefix.size());
  const std::string_view version = text.substr(kPrefix.size(), version_end == std::string_view::npos ? 20 : version_end - kPrefix.size());
  if (version_end != std::string_view::npos && version != kVersion && !version.empty() && version.size() <= 6 &&
      version.find_first_not_of("0123456789") == std::string_view::npos) {
    return fail("the link is of version " + std::string(version) + "; this vmalab reads version " + std::string(kVersion));
  }
  const Result<std::string> collected = collect(text);
  if (!collected) return tl::unexpected(collected.error());
  const std::string_view link = *collected;
  const std::string_view body = link.substr(0, link.size() - kCheckDigits - 1);
  if (checksum(body) != link.substr(body.size() + 1)) {
    return fail("the link is damaged: its checksum does not match; copy it again, all of it");
  }
  std::vector<std::string_view> fields;
  for (std::size_t at = kPrefix.size(); at <= body.size();) {
    const std::size_t end = std::min(body.find(':', at), body.size());
    fields.push_back(body.substr(at, end - at));
    at = end + 1;
  }
  if (fields.size() != kFields || fields[0] != kVersion) return fail("the link is not of version " + std::string(kVersion));
  Link out;
  if (fields[1].empty() || fields[1].size() > kMaxNameBytes || !unescape(fields[1], out.scenario)) {
    return fail("the link does not name a scenario");
  }
  if (!trace_format::parse_hex16(fields[2])) return fail("the link's hash of the model is not 16 hexadecimal digits");
  out.model_hash = std::string(fields[2]);
  if (fields[3].find_first_not_of("ls") != std::string_view::npos) return fail("the link has unknown options");
  out.lockdep = fields[3].find('l') != std::string_view::npos;
  out.signals = fields[3].find('s') != std::string_view::npos;
  out.schedule = std::string(fields[4]);
  return out;
}

}  // namespace

std::string link_text(const Machine& machine, const std::vector<Action>& actions) {
  const bool lockdep = machine.code().config().lockdep;
  std::string body = std::string(kPrefix) + std::string(kVersion) + ':' + escape(machine.scenario().name) + ':' +
                     machine.code().hash() + ':' + (lockdep ? "l" : "") + (machine.scenario().signals ? "s" : "") + ':' +
                     schedule_text(machine, actions);
  return body + ':' + checksum(body);
}

Result<Link> parse_link(std::string_view text) {
  // Words before the link may mention the prefix too: the first place that holds a link counts.
  constexpr int kMaxTries = 16;
  std::optional<Diagnostic> first_error;
  std::size_t at = text.find(kPrefix);
  for (int tries = 0; at != std::string_view::npos && tries < kMaxTries; ++tries) {
    Result<Link> link = parse_here(text.substr(at));
    if (link) return link;
    if (!first_error) first_error = std::move(link.error());
    at = text.find(kPrefix, at + 1);
  }
  if (first_error) return tl::unexpected(std::move(*first_error));
  return fail("there is no link in this text: a link begins with vmalab:");
}

}  // namespace vmalab
