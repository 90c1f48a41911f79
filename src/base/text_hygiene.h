// SPDX-License-Identifier: GPL-2.0-only
// What mail programs, chats, word processors and editors do to a text on its way, in one place: which characters
// nobody sees or takes for another, what they are called, how a text is freed of them, and how any text is shown so
// that it cannot steer a terminal. Works on bytes that may be no UTF-8; never throws; linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vmalab {

/// One character of a text. A byte that begins no UTF-8 sequence is a character of its own, not `valid`, its code the byte.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = true;
};
/// Precondition: at < text.size().
Character character_at(std::string_view text, std::size_t at);

/// Takes room and shows nothing, and is no blank of ASCII: U+00A0, U+202F, U+2007, U+3000, ...
bool is_foreign_blank(char32_t code);
/// Takes no room at all: U+200B, U+2060, U+FEFF, the soft hyphen, marks of writing direction.
bool is_invisible(char32_t code);
/// Would steer a terminal or turn the text around it: C0 but for tab and line end, DEL, C1, marks of writing direction,
/// line and paragraph separators.
bool is_control(char32_t code);

/// "a no-break space (U+00A0)", "a left double quotation mark (U+201C)", "a byte that is no UTF-8 (0xff)": what to call a
/// character in a message. A plain one is "the character (U+00E9)".
std::string character_name(const Character& c);

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
/// The text behind a byte order mark, if it begins with one.
std::string_view without_byte_order_mark(std::string_view text);

/// The text with every control character and every byte that is no UTF-8 as a visible escape (\u001b, \xff), which
/// inside a string of JSON means the same character. Line ends and tabs stay.
std::string printable(std::string_view text);

/// What a mail or a chat did to a piece of text that holds no blank, `&`, `=` or backslash of its own, undone: blanks and
/// invisible characters, the marks of quoted lines, soft line ends and =XX of quoted-printable, backslashes of Markdown
/// and character references of HTML are gone; dashes, dots and colons that were made typographic are plain again.
std::string without_traces_of_mail(std::string_view text);

/// "there is a no-break space (U+00A0) at character 7": the first character of a text that programs put in place of plain ones.
/// Empty when there is none.
std::string foreign_character_in(std::string_view text);

/// Which of those marks a text shows that should not have any: "the lines begin with > as in a quoted mail; ..." Empty when
/// nothing is to be seen. For messages about input that cannot be read: copying it again in the same way will not help.
std::string damage_in(std::string_view text);

}  // namespace vmalab
