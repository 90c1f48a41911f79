// SPDX-License-Identifier: GPL-2.0-only
// The text of links: what passes through people's programs, and what is refused.
#include <doctest/doctest.h>

#include "base/test_text.h"
#include "run/link.h"
#include "run/link_text.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/test_machines.h"

namespace vmalab::testing {
namespace {

std::string error_of(std::string_view text) {
  const auto link = parse_link(text);
  return link ? "no error" : link.error().message;
}

/// Names with everything that an alphabet of links has to leave out.
const Machine& machine() {
  static const Machine kMachine = machine_from(
      "title = \"endless\"\nsignals = true\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
      "[[thread]]\nname = \"A_1\"\nrun = \"forever(vma0)\"\n[[thread]]\nname = \"b\"\nrun = \"forever(vma0)\"\n",
      kSmallCode, "Two_count--: 100%");
  return kMachine;
}

constexpr std::string_view kSchedule = "A_1*2,b!,b,A_1,b,A_1,b*17";

std::string sample() { return must(link_text(machine(), must(parse_schedule(machine(), kSchedule)), VMALAB_TEST_ASSETS)); }

void check_sample(std::string_view text) {
  CAPTURE(text);
  const auto link = parse_link(text);
  if (!link) FAIL(link.error().message);
  CHECK(link->scenario == "Two_count--: 100%");
  CHECK(link->variant.empty());
  CHECK(link->code_hash == machine().code().hash());
  CHECK(link->lockdep);
  CHECK(link->signals);
  CHECK(link->seq_bits == 32);
  CHECK(link->schedule == "A_1.2,b!,b,A_1,b,A_1,b.17");
  CHECK(link->toml == machine().scenario().toml);
  REQUIRE(link->code.size() == 1);
  CHECK(link->code[0].path == "small.c");
  CHECK(link->code[0].text == std::string(kSmallCode));
}

/// As version 1 was written.
constexpr std::string_view kOld =
    "vmalab:1:standard-3-1-1:0cd4093a30561f9c:l:r2,w1,r1*3,r2,w1,r3,r2,r3,r2,r1,w1,r2,w1*3,r2,r1,r2,r1,w1,r1,w1,r1,r3,w1,r1,r2,w1,"
    "r2,r1,w1,r2,w1,r3,r2*2,r1*2,w1*2,r1*2,w1*10,d1*33:65f4c3cd";

std::string with(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

TEST_CASE("a link has nothing in it that a mail, a chat or a change of case touches") {
  const std::string link = sample();
  CHECK(link.rfind("vmalab:2:%54wo%5fcount-%2d%3a%20100%25::lsb32:" + machine().code().hash() + ":", 0) == 0);
  CHECK(link.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789:,.%-") == std::string::npos);
  CHECK_FALSE(contains(link, "--"));
  CHECK_FALSE(contains(link, ".."));
  check_sample(link);
  CHECK(must(parse_link(must(link_text(machine(), {}, VMALAB_TEST_ASSETS)))).schedule.empty());
}

TEST_CASE("a mail may wrap, quote and surround a link") {
  const std::string link = sample();
  check_sample("See <" + link + ">, please.");
  check_sample("A vmalab: link, as vmalab:1:\nsays, is " + link + " and works.");
  check_sample(link + "abc 123");
  check_sample("**" + link + "**");
  check_sample("`" + link + "`");
  check_sample("_" + link + "_");
  check_sample("\xef\xbb\xbf" + link);
  check_sample("\xe2\x80\x9c" + link + "\xe2\x80\x9d");
  check_sample("[a run](" + link + ")");
  check_sample("&lt;" + link + "&gt;");
  for (std::size_t at = 1; at < link.size(); at += at < 200 ? 1 : 37) {
    const std::string head = link.substr(0, at), tail = link.substr(at);
    for (const std::string between : {"\n", "\r\n  ", "\n> > ", "=\n", "=\r\n", "=20\n", "\xc2\xa0\n", "\xe2\x80\xaf", "\xe2\x80\x87", "\xe2\x80\x8b",
                                      "\xe2\x81\xa0", "\xef\xbb\xbf", "\xc2\xad", "\\", "&nbsp;\n", "&#8203;", "=C2=A0=\n", "\t"}) {
      check_sample(head + between + tail);
    }
    check_sample("> " + head + "\n> > " + tail + "\n> regards");
  }
  std::string folded;
  for (std::size_t at = 0; at < link.size(); at += 72) folded += link.substr(at, 72) + "\n";
  check_sample(folded);
  std::string upper = link;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  check_sample(upper);
  check_sample("V" + link.substr(1));
  // As programs wrap it in a URL, and as a Chinese keyboard writes it.
  std::string encoded;
  for (const char c : link) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.') {
      encoded += c;
    } else {
      encoded += "%" + std::string(1, "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]) + "0123456789ABCDEF"[c & 0xf];
    }
  }
  check_sample(encoded);
  check_sample("https://links.example/?url=" + encoded + "&data=05%7c01");
  check_sample("<" + encoded + ">");
  check_sample(with(link, ":", "\xef\xbc\x9a"));
}

TEST_CASE("links of version 1 are read, also when Markdown or a mail program had them") {
  const Link plain = must(parse_link(kOld));
  CHECK(plain.version == 1);
  CHECK(plain.scenario == "standard-3-1-1");
  CHECK(plain.code_hash == "0cd4093a30561f9c");
  CHECK(plain.lockdep);
  CHECK_FALSE(plain.signals);
  CHECK(plain.seq_bits == 0);
  CHECK(plain.schedule.starts_with("r2,w1,r1*3,r2"));
  const std::string old(kOld);
  for (const std::string& text : {with(old, "*", "\\*"), with(old, "*", "&#42;"), with(old, "*", "&ast;"), with(old, ",", ",\xc2\xa0\n"),
                                  with(old, ":", ":\xe2\x80\x8b"), with(old, "-", "\xe2\x80\x91"), with(old, "*", "=2A")}) {
    CAPTURE(text);
    CHECK(must(parse_link(text)).schedule == plain.schedule);
  }
  const std::string eaten = error_of(with(old, "*", ""));
  CHECK(contains(eaten, "Markdown"));
  CHECK(contains(eaten, "asterisks"));
  CHECK(contains(eaten, "code block"));
}

TEST_CASE("a link that is cut off or changed anywhere is an error") {
  const std::string link = sample();
  for (std::size_t size = 0; size < link.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(parse_link(link.substr(0, size)));
  }
  CHECK(contains(error_of(link.substr(0, 60)), "the link is cut off"));
  for (std::size_t at = 0; at < link.size(); ++at) {
    CAPTURE(at);
    for (const char other : {'a', '0', ':', '%', '\0', '\n', '\xff', static_cast<char>(link[at] ^ 1)}) {
      std::string changed = link;
      changed[at] = other;
      if (other != link[at]) REQUIRE_FALSE(parse_link(changed));
    }
  }
}

TEST_CASE("hostile texts in a link's place are errors") {
  CHECK(contains(error_of(""), "no link in this text"));
  CHECK(contains(error_of("hello"), "no link in this text"));
  CHECK(contains(error_of("vmalab:"), "cut off"));
  CHECK(contains(error_of("vmalab::::::00000000"), "damaged"));
  CHECK(contains(error_of("vmalab:4:x"), "the link is of version 4; this vmalab reads versions 1 to 3"));
  CHECK(contains(error_of("vmalab:0:x"), "the link is of version 0"));
  for (const std::string odd : {"1.5", "-1", "1e400", "2x", "99999999999999999999"})
    CHECK(contains(error_of("vmalab:" + odd + ":x:"), "no whole number"));
  CHECK(contains(error_of("vmalab:1:a:b:c:d:e:f:g:h"), "cut off"));
  CHECK(contains(error_of("vmalab:1:" + std::string(3 << 20, 'x')), "longer than"));
  CHECK(contains(error_of("vmalab:2:caf\xc3\xa9:"), "the character (U+00E9)"));
  CHECK(error_of("vmalab:1:" + std::string(3 << 20, ' ')) != "no error");
  std::string many;
  for (int i = 0; i < 100000; ++i) many += "vmalab:1:";
  CHECK(error_of(many) != "no error");
}

TEST_CASE("packed texts come back, and a text that would fill the memory does not") {
  for (const std::string& text : {std::string(), std::string("a"), std::string("any bytes \0\xff\x80", 13), std::string(100'000, 'x')}) {
    CHECK(must(link_text_format::unpack(link_text_format::pack(text))) == text);
  }
  CHECK_FALSE(link_text_format::unpack("not packed!"));
  CHECK_FALSE(link_text_format::unpack(""));
  CHECK_FALSE(link_text_format::unpack("aaaaaaaa"));
  const std::string packed = link_text_format::pack("some text that is long enough to be cut");
  for (std::size_t size = 0; size < packed.size() - 1; ++size) CHECK_FALSE(link_text_format::unpack(std::string_view(packed).substr(0, size)));
  const std::string bomb = link_text_format::pack(std::string(link_text_format::kMaxPackedText + 1, '\0'));
  CHECK(bomb.size() < 10'000);
  CHECK(contains(link_text_format::unpack(bomb).error().message, "longer than"));
}

}  // namespace vmalab::testing
