// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <array>

#include "base/text_hygiene.h"
#include "lang/token.h"

namespace vmalab {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

// Longest first, so that the first match is the right one.
constexpr std::array<std::string_view, 23> kLongPuncts{
    "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##"};

class Lexer {
 public:
  Lexer(std::string_view text, std::uint16_t file) : text_(text), file_(file) {}

  std::vector<Token> run() {
    at_ = line_begin_ = text_.size() - without_byte_order_mark(text_).size();
    tokens_.reserve(text_.size() / 5 + 1);
    while (skip_blank()) tokens_.push_back(next());
    Token end;
    end.line_start = true;
    end.pos = end.end = position();
    tokens_.push_back(end);
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  SourcePos position() const {
    const std::size_t column = at_ - line_begin_ + 1;
    return {file_, static_cast<std::uint16_t>(std::min<std::size_t>(column, 0xffff)), line_};
  }

  void newline() {
    ++line_;
    line_begin_ = at_;
  }

  /// False at the end of the text.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++at_;
        newline();
        line_start_ = space_ = true;
      } else if (c == ' ' || c == '\t' || c == '\f' || c == '\v' || (c == '\r' && (peek(1) == '\n' || at_ + 1 == text_.size()))) {
        ++at_;
        space_ = true;
      } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
        at_ += peek(1) == '\n' ? 2 : 3;
        newline();
        space_ = true;
      } else if (c == '/' && peek(1) == '/') {
        skip_line_comment();
      } else if (c == '/' && peek(1) == '*') {
        skip_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  /// Up to the end of the line, or of the last that a backslash makes part of it.
  void skip_line_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') {
      const bool continues = text_[at_] == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'));
      at_ += !continues ? 1 : peek(1) == '\n' ? 2 : 3;
      if (continues) newline();
    }
  }

  void skip_comment() {
    const SourcePos begin = position();
    at_ += 2;
    while (true) {
      if (at_ >= text_.size()) throw CompileError{begin, "this comment has no end"};
      if (text_[at_] == '*' && peek(1) == '/') break;
      if (text_[at_++] == '\n') newline();
    }
    at_ += 2;
    space_ = true;
  }

  /// What looks like C and is none, because the text came through a mail, a web page or a word processor: left alone, a
  /// function could fail to be seen, and something else would run in its place.
  void refuse_damage() const {
    const std::string_view rest = text_.substr(at_);
    const auto starts = [&](std::string_view with) { return rest.substr(0, with.size()) == with; };
    const auto refuse = [&](const std::string& why) { throw CompileError{position(), why}; };
    const Character c = character_at(text_, at_);
    if (!c.valid || c.code >= 0x80 || is_control(c.code)) refuse(character_name(c) + " is no C: it may stand in a comment or a string only");
    if (c.code == '>' && at_ == line_begin_) refuse("this line begins with >, as in a quoted mail, and is no C");
    if (c.code == '\\' && rest.size() > 1 && std::string_view("*_<>[]#`&").find(rest[1]) != std::string_view::npos) {
      refuse("a backslash is no C here: Markdown puts one before * and _");
    }
    if (starts("=3D")) refuse("=3D is no C: in a mail (quoted-printable) it stands for =");
    const bool reference = starts("&amp;") || starts("&quot;") || starts("&nbsp;") || starts("&lt; ") || starts("&gt; ") || starts("&lt;=") ||
                           starts("&gt;=") || (starts("&gt;") && at_ > 0 && text_[at_ - 1] == '-');
    if (reference) refuse(std::string(rest.substr(0, rest.find(';') + 1)) + " is no C: in HTML it stands for one character");
  }

  Token next() {
    refuse_damage();
    Token token;
    token.line_start = line_start_;
    token.space_before = space_;
    token.pos = position();
    line_start_ = space_ = false;
    const std::size_t begin = at_;
    token.kind = scan();
    token.text = text_.substr(begin, at_ - begin);
    token.end = position();
    return token;
  }

  TokenKind scan() {
    const char c = text_[at_];
    if (is_name_start(c)) {
      while (is_name(peek())) ++at_;
      return TokenKind::kIdentifier;
    }
    if (is_digit(c)) {
      while (is_name(peek()) || peek() == '.') ++at_;
      return TokenKind::kNumber;
    }
    if (c == '"' || c == '\'') return scan_quoted(c);
    for (const std::string_view punct : kLongPuncts) {
      if (text_.substr(at_, punct.size()) == punct) {
        at_ += punct.size();
        return TokenKind::kPunct;
      }
    }
    ++at_;
    constexpr std::string_view kSingles = "()[]{}<>+-*/%&|^~!=?:;,.#";
    return kSingles.find(c) != std::string_view::npos ? TokenKind::kPunct : TokenKind::kBad;
  }

  TokenKind scan_quoted(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_++];
      if (c == quote) return quote == '"' ? TokenKind::kString : TokenKind::kChar;
      if (c == '\\' && at_ < text_.size() && text_[at_] != '\n') ++at_;
    }
    return TokenKind::kBad;
  }

  std::string_view text_;
  std::uint16_t file_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  bool line_start_ = true;
  bool space_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, std::uint16_t file) { return Lexer(text, file).run(); }

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace vmalab
