// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include "lang/token.h"

using namespace vmalab;

namespace {

std::string spelled(std::string_view text) {
  std::string out;
  for (const Token& token : tokenize(text, 0)) {
    if (token.kind == TokenKind::kEnd) break;
    if (!out.empty()) out += ' ';
    out += (token.kind == TokenKind::kBad ? "?" : "") + std::string(token.text);
  }
  return out;
}

}  // namespace

TEST_CASE("the longest punctuation wins") {
  CHECK(spelled("a->b---c<<=1U ...d") == "a -> b -- - c <<= 1U ... d");
  CHECK(spelled("x<=y>=z==w!=v&&u||t") == "x <= y >= z == w != v && u || t");
}

TEST_CASE("comments and continued lines are blanks") {
  CHECK(spelled("a/* b\n * c */d // e\nf\\\ng") == "a d f g");
  CHECK(spelled("a // b \\\nc\nd // e\\\r\nf\r\ng // \\") == "a d g");
  CHECK(tokenize("// b \\\nc\nd", 0)[0].pos == SourcePos{0, 1, 3});
  const std::vector<Token> tokens = tokenize("#define A \\\n  /* x\n y */ 1\nB", 0);
  REQUIRE(tokens.size() == 6);
  CHECK(tokens[0].line_start);
  CHECK_FALSE(tokens[3].line_start);  // the 1 still belongs to the directive
  CHECK(tokens[4].line_start);
  CHECK(tokens[4].pos.line == 4);
}

TEST_CASE("positions count lines and columns from 1") {
  const std::vector<Token> tokens = tokenize("ab\n\t cd", 7);
  CHECK(tokens[0].pos == SourcePos{7, 1, 1});
  CHECK(tokens[0].end == SourcePos{7, 3, 1});
  CHECK(tokens[1].pos == SourcePos{7, 3, 2});
  CHECK(tokens[1].end == SourcePos{7, 5, 2});
}

TEST_CASE("what is no C becomes a bad token and stops nothing") {
  CHECK(spelled("a @ b \"open\nc 'x") == "a ?@ b ?\"open c ?'x");
  CHECK(spelled("\"a\\\"b\" 'c'") == "\"a\\\"b\" 'c'");
}

TEST_CASE("a comment without an end is reported where it begins") {
  try {
    tokenize("a\n  /* b", 3);
    FAIL("no error");
  } catch (const CompileError& error) {
    CHECK(error.pos == SourcePos{3, 3, 2});
  }
}

TEST_CASE("a column beyond what a position holds stays at the largest one") {
  const std::string wide(70'000, ' ');
  CHECK(tokenize(wide + "a", 0)[0].pos.column == 0xffff);
}

TEST_CASE("lines end with LF or CR LF") {
  CHECK(split_lines("a\r\nb\n\nc") == std::vector<std::string_view>{"a", "b", "", "c"});
  CHECK(split_lines("").empty());
  CHECK(split_lines("a\n") == std::vector<std::string_view>{"a"});
}
