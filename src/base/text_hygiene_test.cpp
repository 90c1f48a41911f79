// SPDX-License-Identifier: GPL-2.0-only
#include "base/text_hygiene.h"

#include <doctest/doctest.h>

using namespace vmalab;

TEST_CASE("characters are read as UTF-8, and what is none is a byte") {
  const auto code = [](std::string_view text) {
    const Character c = character_at(text, 0);
    return c.valid ? static_cast<long>(c.code) : -static_cast<long>(c.code);
  };
  CHECK(code("a") == 'a');
  CHECK(code("\xc3\xa9") == 0xe9);
  CHECK(code("\xe2\x80\x8b") == 0x200b);
  CHECK(code("\xf0\x9f\x98\x80") == 0x1f600);
  for (const std::string_view bad :
       {"\x80", "\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80", "\xe2x\x80", "\xf0\x80\x80\xaf"}) {
    CAPTURE(bad);
    CHECK(code(bad) == -static_cast<long>(static_cast<unsigned char>(bad[0])));
    CHECK(character_at(bad, 0).bytes == 1);
  }
}

TEST_CASE("characters are called by their name") {
  const auto name = [](std::string_view text) { return character_name(character_at(text, 0)); };
  CHECK(name("\xc2\xa0") == "a no-break space (U+00A0)");
  CHECK(name("\xe2\x80\xaf") == "a narrow no-break space (U+202F)");
  CHECK(name("\xe2\x80\x8b") == "a zero-width space (U+200B)");
  CHECK(name("\xef\xbb\xbf") == "a byte order mark (U+FEFF)");
  CHECK(name("\xe2\x80\x9c") == "a left double quotation mark (U+201C)");
  CHECK(name("\xe2\x80\x93") == "an en dash (U+2013)");
  CHECK(name("\xe2\x80\xae") == "a mark of writing direction (U+202E)");
  CHECK(name("\xe2\x80\x83") == "a blank that is no space (U+2003)");
  CHECK(name("\x07") == "a control character (U+0007)");
  CHECK(name("\xc3\xa9") == "the character (U+00E9)");
  CHECK(name("\xff") == "a byte that is no UTF-8 (0xff)");
}

TEST_CASE("printable text cannot steer a terminal") {
  CHECK(printable("plain \xe2\x86\x92 text\n\tand a tab") == "plain \xe2\x86\x92 text\n\tand a tab");
  CHECK(printable("\x1b[2J\x07\r\x7f") == "\\u001b[2J\\u0007\\u000d\\u007f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u009b31m");  // C1 as UTF-8
  CHECK(printable("\x9b"
                  "31m\xff") == "\\x9b31m\\xff");  // and as a raw byte
  CHECK(printable("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"
                  "c") == "a\\u202eb\\u2066c");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\u0000b");
  for (int byte = 0; byte < 256; ++byte) {
    for (const char c : printable(std::string(1, static_cast<char>(byte)))) {
      CHECK((c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f)));
    }
  }
}

TEST_CASE("what a mail or a chat does to a text is undone") {
  CHECK(without_traces_of_mail("a\xc2\xa0"
                               "b\xe2\x80\x8b"
                               "c\xef\xbb\xbf"
                               "d\xc2\xad"
                               "e f\tg") == "abcdefg");
  CHECK(without_traces_of_mail("> ab\n> > cd\r\n| ef\n>gh") == "abcdefgh");
  CHECK(without_traces_of_mail("ab=\ncd=\r\nef=C2=A0=\n=2C") == "abcdef,");
  CHECK(without_traces_of_mail("r1\\*3\\_x&#42;4&ast;5&#x2A;6&nbsp;") == "r1*3_x*4*5*6");
  CHECK(without_traces_of_mail("a\xe2\x80\x93"
                               "b\xe2\x80\x91"
                               "c\xe2\x80\xa6") == "a--b-c...");
  CHECK(without_traces_of_mail("&unknown; &# &#x; &#99999999; &") == "&unknown;&#&#x;&#99999999;&");
  CHECK(without_traces_of_mail("a>b") == "a>b");
}

TEST_CASE("damage is told by what is to be seen") {
  const auto says = [](std::string_view text, std::string_view part) { return damage_in(text).find(part) != std::string::npos; };
  CHECK(damage_in("{\"a\": 1}").empty());
  CHECK(says("> {", "quoted mail"));
  CHECK(says("  {", "begins with blanks"));
  CHECK(says("{\xe2\x80\x9c", "a left double quotation mark (U+201C) at character 2"));
  CHECK(says("{&quot;a", "&quot;"));
  CHECK(says("{\"a\":1}\r", "CR LF"));
  CHECK(says("{\"a\":1=", "quoted-printable"));
  CHECK(says("\xff\xfe{", "UTF-16"));
}
