// SPDX-License-Identifier: GPL-2.0-only
// The spelling of links: fields, escapes, packed texts, the checksum. What the fields mean is link.cpp's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vmalab::link_text_format {

constexpr std::string_view kPrefix = "vmalab:";
constexpr std::size_t kMaxLinkBytes = std::size_t{1} << 20U;   ///< of a link that is read
constexpr std::size_t kMaxPackedText = std::size_t{4} << 20U;  ///< of the texts in it, unpacked

/// A field in the link's alphabet: whatever a mail, a chat, Markdown or a change of case could touch is %xx. A character of
/// `literal` stays.
std::string escape(std::string_view text, std::string_view literal = {});
/// False when a % is not followed by two digits.
bool unescape(std::string_view text, std::string& out);

/// Any bytes as a-z 2-7, compressed.
std::string pack(const std::string& bytes);
/// The error is the reason alone.
Result<std::string> unpack(std::string_view text);

/// The fields joined, with prefix, version and checksum.
std::string join(int version, const std::vector<std::string>& fields);

/// Whether a text has the beginning of a link in it, whatever mails and chats did to it.
bool mentions_link(std::string_view text);

struct Fields {
  int version = 0;
  std::vector<std::string> fields;  ///< without version and checksum
};
/// The first link in a text, also one that was put into a URL: "https://...?url=vmalab%3A2%3A..."
Result<Fields> split(std::string_view text);

}  // namespace vmalab::link_text_format
