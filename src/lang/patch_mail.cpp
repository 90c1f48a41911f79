// SPDX-License-Identifier: GPL-2.0-only
#include "lang/patch_mail.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "base/numbers.h"
#include "base/words.h"
#include "lang/token.h"

namespace vmalab {
namespace {

constexpr int kMaxParts = 8;  ///< of parts in parts

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '=') {
      out += text[at];
    } else if (at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      // A soft line break, maybe with blanks that were added on the way.
      std::size_t end = at + 1;
      while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
      if (end < text.size() && text[end] == '\n')
        at = end;
      else if (end < text.size())
        out += '=';
    }
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (value < 0) continue;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (++count == 4) {
      out += static_cast<char>(bits >> 16 & 0xff);
      out += static_cast<char>(bits >> 8 & 0xff);
      out += static_cast<char>(bits & 0xff);
      bits = 0;
      count = 0;
    }
  }
  if (count >= 2) out += static_cast<char>(bits >> (count == 2 ? 4 : 10) & 0xff);
  if (count == 3) out += static_cast<char>(bits >> 2 & 0xff);
  return out;
}

/// "Name: value" headers, folded lines joined, up to the empty line; `text` is left with what comes after it.
using Headers = std::map<std::string, std::string>;

bool is_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 && std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
         });
}

std::string_view first_line(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void drop_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

Headers take_headers(std::string_view& text) {
  Headers headers;
  std::string* last = nullptr;
  while (!text.empty()) {
    const std::string_view line = first_line(text);
    if (line.empty()) {
      drop_line(text);
      break;
    }
    if ((line.front() == ' ' || line.front() == '\t') && last != nullptr) {
      const std::size_t begin = line.find_first_not_of(" \t");
      *last += " " + std::string(begin == std::string_view::npos ? std::string_view() : line.substr(begin));
    } else if (is_header(line)) {
      const std::size_t colon = line.find(':');
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      last = &headers[words::lower(line.substr(0, colon))];
      *last = value;
    } else {
      break;
    }
    drop_line(text);
  }
  return headers;
}

/// The value of `name=` in a header such as Content-Type.
std::string parameter(const std::string& header, const std::string& name) {
  const std::size_t at = words::lower(header).find(name + "=");
  if (at == std::string::npos) return {};
  std::string value = header.substr(at + name.size() + 1);
  if (value.starts_with('"')) {
    value = value.substr(1);
    return value.substr(0, value.find('"'));
  }
  return value.substr(0, value.find_first_of("; \t"));
}

std::string body_text(const Headers& headers, std::string_view body, int depth) {
  const auto header = [&](const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  };
  const std::string type = words::lower(header("content-type"));
  if (type.starts_with("multipart/") && depth < kMaxParts) {
    const std::string mark = "--" + parameter(header("content-type"), "boundary");
    std::string out;
    if (mark.size() == 2) return out;
    std::size_t begin = std::string_view::npos;  // of the part that is open
    for (std::size_t at = 0; at < body.size();) {
      const std::string_view rest = body.substr(at);
      if (rest.starts_with(mark)) {
        if (begin != std::string_view::npos) {
          std::string_view part = body.substr(begin, at - begin);
          const Headers of_part = take_headers(part);
          out += body_text(of_part, part, depth + 1);
          if (!out.empty() && out.back() != '\n') out += '\n';
        }
        begin = rest.substr(mark.size()).starts_with("--") ? std::string_view::npos : std::min(body.size(), at + first_line(rest).size() + 1);
      }
      const std::size_t end = body.find('\n', at);
      if (end == std::string_view::npos) break;
      at = end + 1;
    }
    return out;
  }
  const bool is_text = type.empty() || type.starts_with("text/") || type.starts_with("application/octet-stream") ||
                       type.find("diff") != std::string::npos || type.find("patch") != std::string::npos;
  if (!is_text || type.starts_with("text/html")) return {};
  const std::string encoding = words::lower(header("content-transfer-encoding"));
  if (encoding.starts_with("quoted-printable")) return from_quoted_printable(body);
  if (encoding.starts_with("base64")) return from_base64(body);
  return std::string(body);
}

/// "=?UTF-8?q?...?=" words of a subject.
std::string decoded_words(std::string text) {
  for (std::size_t at = 0; (at = text.find("=?", at)) != std::string::npos;) {
    const std::size_t charset = text.find('?', at + 2);
    const std::size_t begin = charset == std::string::npos ? charset : charset + 3;
    const std::size_t end = begin == std::string::npos || begin >= text.size() ? std::string::npos : text.find("?=", begin);
    if (end == std::string::npos || text[begin - 1] != '?') break;
    std::string inside = text.substr(begin, end - begin);
    if (text[charset + 1] == 'q' || text[charset + 1] == 'Q') {
      std::replace(inside.begin(), inside.end(), '_', ' ');
      inside = from_quoted_printable(inside);
    } else {
      inside = from_base64(inside);
    }
    text = text.substr(0, at) + inside + text.substr(end + 2);
    at += inside.size();
  }
  return text;
}

/// Takes "[PATCH v4 2/7] " off.
void set_subject(PatchMail& mail, std::string subject) {
  while (subject.starts_with("[")) {
    const std::size_t end = subject.find(']');
    if (end == std::string::npos) break;
    const std::string tag = subject.substr(1, end - 1);
    const std::size_t slash = tag.rfind('/');
    const std::size_t digits = slash == std::string::npos ? slash : tag.find_last_not_of("0123456789", slash - 1);
    if (slash != std::string::npos && slash > 0 && digits + 1 < slash) {
      int number = 0, total = 0;
      const char* const end_of_tag = tag.data() + tag.size();
      const bool both = std::from_chars(tag.data() + digits + 1, tag.data() + slash, number).ec == std::errc() &&
                        std::from_chars(tag.data() + slash + 1, end_of_tag, total).ec == std::errc();
      if (both && number <= total) mail.number = number, mail.total = total;
    }
    subject = subject.substr(std::min(subject.size(), subject.find_first_not_of(' ', end + 1)));
  }
  for (char& c : subject) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  mail.subject = std::move(subject);
}

PatchMail read_mail(std::string_view text) {
  PatchMail mail;
  std::string_view rest = text;
  const Headers headers = take_headers(rest);
  // One line with a colon is not yet a mail: "diff: ..." and the like.
  const bool is_mail = headers.count("from") > 0 || headers.count("subject") > 0 || headers.count("content-type") > 0;
  if (!is_mail) {
    mail.text = std::string(text);
    return mail;
  }
  if (const auto subject = headers.find("subject"); subject != headers.end()) set_subject(mail, decoded_words(subject->second));
  mail.text = body_text(headers, rest, 0);
  return mail;
}

}  // namespace

std::vector<PatchMail> split_mails(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    // "From " and a header in the next line begin a mail of a mailbox.
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("From ")) {
      std::string_view next = rest;
      drop_line(next);
      if (is_header(first_line(next))) {
        if (at > begin) parts.push_back(text.substr(begin, at - begin));
        begin = at + (rest.size() - next.size());
      }
    }
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  parts.push_back(text.substr(begin));
  std::vector<PatchMail> mails;
  for (const std::string_view part : parts) mails.push_back(read_mail(part));
  if (std::all_of(mails.begin(), mails.end(),
                  [](const PatchMail& mail) { return mail.number > 0 || mail.text.find("\ndiff ") == std::string::npos; })) {
    std::map<int, std::size_t> series;  // by total, in the order in which they begin
    for (const PatchMail& mail : mails) series.try_emplace(mail.total, series.size());
    std::stable_sort(mails.begin(), mails.end(), [&](const PatchMail& a, const PatchMail& b) {
      return a.total != b.total ? series.at(a.total) < series.at(b.total) : a.number < b.number;
    });
  }
  return mails;
}

}  // namespace vmalab
