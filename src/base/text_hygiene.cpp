// SPDX-License-Identifier: GPL-2.0-only
#include "base/text_hygiene.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "base/numbers.h"

namespace vmalab {
namespace {

struct Named {
  char32_t code;
  std::string_view name;
};
// clang-format off
constexpr std::array kNames{
    Named{0x00a0, "a no-break space"}, Named{0x00ad, "a soft hyphen"}, Named{0x200b, "a zero-width space"},
    Named{0x200c, "a zero-width non-joiner"}, Named{0x200d, "a zero-width joiner"}, Named{0x2007, "a figure space"},
    Named{0x202f, "a narrow no-break space"}, Named{0x2060, "a word joiner"}, Named{0xfeff, "a byte order mark"},
    Named{0x3000, "an ideographic space"}, Named{0x2010, "a typographic hyphen"}, Named{0x2011, "a no-break hyphen"},
    Named{0x2012, "a figure dash"}, Named{0x2013, "an en dash"}, Named{0x2014, "an em dash"}, Named{0x2212, "a minus sign"},
    Named{0x2018, "a left single quotation mark"}, Named{0x2019, "a right single quotation mark"},
    Named{0x201a, "a low single quotation mark"}, Named{0x201c, "a left double quotation mark"},
    Named{0x201d, "a right double quotation mark"}, Named{0x201e, "a low double quotation mark"},
    Named{0x00ab, "a left guillemet"}, Named{0x00bb, "a right guillemet"}, Named{0x2026, "an ellipsis"},
    Named{0x00d7, "a multiplication sign"}, Named{0x2217, "an asterisk operator"}, Named{0x2264, "a less-than-or-equal sign"},
    Named{0x2265, "a greater-than-or-equal sign"}, Named{0x2260, "a not-equal sign"}, Named{0x2192, "an arrow"},
    Named{0x037e, "a Greek question mark"}, Named{0xfffd, "a replacement character"}, Named{0x2028, "a line separator"},
    Named{0x2029, "a paragraph separator"}, Named{0x0085, "a next-line character"}, Named{0x001b, "an escape character"},
    Named{0x0000, "a zero byte"}, Named{0x000d, "a carriage return"}, Named{0x007f, "a delete character"},
};
// clang-format on

std::string coded(const char* format, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

bool is_direction_mark(char32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

void append_utf8(std::string& out, char32_t c) {
  const auto add = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0U | c >> 6U);
    add(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    add(0xe0U | c >> 12U);
    add(0x80U | (c >> 6U & 0x3fU));
    add(0x80U | (c & 0x3fU));
  } else {
    add(0xf0U | c >> 18U);
    add(0x80U | (c >> 12U & 0x3fU));
    add(0x80U | (c >> 6U & 0x3fU));
    add(0x80U | (c & 0x3fU));
  }
}

/// The character that `&...;` at the start of the text stands for, and how long the reference is; 0 bytes: it is none.
Character html_reference(std::string_view text) {
  constexpr std::size_t kLongest = 18;
  const std::size_t end = text.substr(0, kLongest).find(';');
  if (text.empty() || text.front() != '&' || end == std::string_view::npos || end < 2) return {0, 0, false};
  const std::string_view name = text.substr(1, end - 1);
  // clang-format off
  constexpr std::array kEntities{
      Named{'&', "amp"},     Named{'<', "lt"},       Named{'>', "gt"},      Named{'"', "quot"},   Named{'\'', "apos"},
      Named{0xa0, "nbsp"},   Named{0xad, "shy"},     Named{'*', "ast"},     Named{'*', "midast"}, Named{'_', "lowbar"},
      Named{':', "colon"},   Named{',', "comma"},    Named{'.', "period"},  Named{'!', "excl"},   Named{'%', "percnt"},
      Named{'\\', "bsol"},   Named{'-', "hyphen"},   Named{'\n', "NewLine"}, Named{'\t', "Tab"},  Named{'`', "grave"},
      Named{0x200b, "ZeroWidthSpace"}, Named{0x200c, "zwnj"}, Named{0x200d, "zwj"}, Named{0x2013, "ndash"}, Named{'=', "equals"}};
  // clang-format on
  if (name.front() != '#') {
    for (const Named& entity : kEntities) {
      if (entity.name == name) return {entity.code, end + 1, true};
    }
    return {0, 0, false};
  }
  const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  char32_t code = 0;
  const std::string_view digits = name.substr(hex ? 2 : 1);
  if (digits.empty() || digits.size() > 7) return {0, 0, false};
  for (const char c : digits) {
    const int digit = hex_digit(c);
    if (digit < 0 || (!hex && digit > 9)) return {0, 0, false};
    code = code * (hex ? 16U : 10U) + static_cast<char32_t>(digit);
  }
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {0, 0, false};
  return {code, end + 1, true};
}

/// Quoted-printable: line ends behind = taken out, =XX turned into the byte.
std::string without_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.front() != '=') {
      out += rest.front();
    } else if (rest.substr(1, 1) == "\n") {
      ++at;
    } else if (rest.substr(1, 2) == "\r\n") {
      at += 2;
    } else if (rest.size() > 2 && hex_digit(rest[1]) >= 0 && hex_digit(rest[2]) >= 0) {
      out += static_cast<char>(static_cast<unsigned char>(hex_digit(rest[1]) << 4 | hex_digit(rest[2])));
      at += 2;
    } else {
      out += '=';
    }
  }
  return out;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const Character bad{first, 1, false};
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + bytes > text.size()) return bad;
  char32_t code = first & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[at + i])) return bad;
    code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  }
  const bool shortest = bytes == 2 || (bytes == 3 && code >= 0x800) || (bytes == 4 && code >= 0x10000);
  if (!shortest || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return bad;
  return {code, bytes, true};
}

bool is_foreign_blank(char32_t c) {
  return c == 0x00a0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 ||
         c == 0x0085;
}

bool is_invisible(char32_t c) {
  return c == 0x00ad || c == 0x034f || c == 0x180e || (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
         (c >= 0xfe00 && c <= 0xfe0f) || is_direction_mark(c);
}

bool is_control(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || is_direction_mark(c);
}

std::string character_name(const Character& c) {
  if (!c.valid) return "a byte that is no UTF-8 (" + coded("0x%02x", static_cast<unsigned>(c.code)) + ")";
  const auto* const known = std::find_if(kNames.begin(), kNames.end(), [&](const Named& n) { return n.code == c.code; });
  std::string name = known != kNames.end()       ? std::string(known->name)
                     : is_direction_mark(c.code) ? "a mark of writing direction"
                     : is_foreign_blank(c.code)  ? "a blank that is no space"
                     : is_invisible(c.code)      ? "an invisible character"
                     : is_control(c.code)        ? "a control character"
                                                 : "the character";
  return name + " (" + coded("U+%04X", static_cast<unsigned>(c.code)) + ")";
}

std::string_view without_byte_order_mark(std::string_view text) {
  return text.substr(0, kByteOrderMark.size()) == kByteOrderMark ? text.substr(kByteOrderMark.size()) : text;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (!c.valid) {
      out += coded("\\x%02x", static_cast<unsigned>(c.code));
    } else if (is_control(c.code)) {
      out += coded("\\u%04x", static_cast<unsigned>(c.code));
    } else {
      out += text.substr(at, c.bytes);
    }
    at += c.bytes;
  }
  return out;
}

std::string without_traces_of_mail(std::string_view original) {
  const std::string text = without_quoted_printable(original);
  std::string out;
  out.reserve(text.size());
  bool line_start = true;
  for (std::size_t at = 0; at < text.size();) {
    Character c = character_at(text, at);
    if (c.code == '&') {
      if (const Character reference = html_reference(std::string_view(text).substr(at)); reference.bytes > 0) c = reference;
    }
    at += c.bytes;
    if (c.code == '\n' || c.code == '\r') {
      line_start = true;
    } else if (c.code == ' ' || c.code == '\t' || is_foreign_blank(c.code) || is_invisible(c.code)) {
      continue;
    } else if (line_start && (c.code == '>' || c.code == '|')) {
      continue;
    } else {
      line_start = false;
      switch (c.valid ? c.code : 0) {
        case '\\': break;
        case 0x2010:
        case 0x2011:
        case 0x2012:
        case 0x2212: out += '-'; break;
        case 0x2013: out += "--"; break;
        case 0x2014: out += "---"; break;
        case 0x2026: out += "..."; break;
        case 0xff1a: out += ':'; break;  // as a Chinese keyboard writes it
        case 0: out += static_cast<char>(static_cast<unsigned char>(c.code)); break;
        default: append_utf8(out, c.code);
      }
    }
  }
  return out;
}

std::string foreign_character_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    const bool quote = (c.code >= 0x2018 && c.code <= 0x201e) || c.code == 0xab || c.code == 0xbb;
    if (c.valid && (quote || is_foreign_blank(c.code) || is_invisible(c.code) || is_control(c.code))) {
      if (c.code != '\r' || at + 1 < text.size()) return "there is " + character_name(c) + " at character " + std::to_string(at + 1);
    }
    if (c.code == '&' && html_reference(text.substr(at)).bytes > 0) {
      return "it has " + std::string(text.substr(at, html_reference(text.substr(at)).bytes)) + ", a character reference of HTML";
    }
    at += c.bytes;
  }
  return {};
}

std::string damage_in(std::string_view text) {
  if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff" ||
      (text.size() > 3 && text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0)) {
    return "it is in UTF-16: save it as UTF-8";
  }
  if (text.substr(0, 1) == ">") return "it begins with >, as the lines of a quoted mail do";
  if (const std::size_t first = text.find_first_not_of(" \t"); first != std::string_view::npos && first > 0) return "it begins with blanks";
  if (std::string foreign = foreign_character_in(text); !foreign.empty()) return foreign;
  if (!text.empty() && text.back() == '\r') return "its line end was changed to CR LF";
  if (!text.empty() && text.back() == '=') return "it ends in =, the soft line end of a mail (quoted-printable)";
  return {};
}

}  // namespace vmalab
