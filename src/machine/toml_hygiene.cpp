// SPDX-License-Identifier: GPL-2.0-only
#include "machine/toml_hygiene.h"

#include <algorithm>

#include "base/text_hygiene.h"

namespace vmalab {
namespace {

constexpr int kMostParts = 64;     ///< of a key: each is a call in the library
constexpr int kMostBrackets = 64;  ///< open at once

class Look {
 public:
  explicit Look(std::string_view text) : text_(text), at_(text.size() - without_byte_order_mark(text).size()) {}

  std::optional<Stray> run() {
    while (at_ < text_.size() && !stray_) {
      const char c = text_[at_];
      if (!allowed_character()) break;
      if (c == '\n') {
        last_ = '\n';
        parts_ = 0;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n' && allowed_character()) at_ += character_at(text_, at_).bytes;
      } else if (c == '"' || c == '\'') {
        string(c);
      } else {
        plain(c);
      }
    }
    return stray_;
  }

 private:
  void refuse(std::size_t at, std::string why) {
    if (!stray_) stray_ = Stray{at, std::move(why)};
  }

  /// Of any place: strings and comments too.
  bool allowed_character() {
    const Character c = character_at(text_, at_);
    const bool line_end = c.code == '\r' && text_.substr(at_ + 1, 1) == "\n";
    if (!c.valid)
      refuse(at_, character_name(c) + " is no text: a scenario is UTF-8");
    else if (c.code < 0x80 && is_control(c.code) && !line_end)
      refuse(at_, character_name(c) + " cannot stand in a scenario; in a text in quotes it is written \\uXXXX");
    return !stray_;
  }

  void plain(char c) {
    const Character whole = character_at(text_, at_);
    if (whole.code >= 0x80) return refuse(at_, character_name(whole) + " may stand only in a text in quotes or a comment");
    if (c == '&') return refuse(at_, "& is no TOML: in HTML &quot; and the like stand for one character");
    if (text_.substr(at_, 3) == "=3D") return refuse(at_, "=3D is no TOML: in a mail (quoted-printable) it stands for =");
    if (c == '=' && text_.substr(at_ + 1, 1) == "\n")
      return refuse(at_, "no value follows this = on its line; in a mail (quoted-printable) it stands for a soft line end");
    if (c == '>' && last_ == '\n') return refuse(at_, "this line begins with >, as in a quoted mail");
    if (last_ == '"') {
      // Behind a string comes what goes on with its key, its list or its line.
      if (std::string_view(",]}=.").find(c) == std::string_view::npos)
        return refuse(at_, "a text in quotes has ended before this, and no more can follow it");
    }
    if (c == '.' && ++parts_ > kMostParts) return refuse(at_, "this key has more than " + std::to_string(kMostParts) + " parts");
    if (std::string_view("=,{[").find(c) != std::string_view::npos) parts_ = 0;
    if ((c == '[' || c == '{') && ++open_ > kMostBrackets) return refuse(at_, "more than " + std::to_string(kMostBrackets) + " brackets are open");
    if ((c == ']' || c == '}') && open_ > 0) --open_;
    last_ = c;
    ++at_;
  }

  void string(char quote) {
    if (std::string_view("\n=[,{.").find(last_) == std::string_view::npos) return refuse(at_, "no text in quotes can begin here");
    const std::size_t begin = at_;
    const bool lines = text_.substr(at_).starts_with(std::string(3, quote));
    if (lines && last_ != '=' && open_ == 0) return refuse(begin, "a text of many lines cannot be a key");
    const std::string end(lines ? 3 : 1, quote);
    at_ += end.size();
    while (at_ < text_.size() && !text_.substr(at_).starts_with(end)) {
      if (!allowed_character()) return;
      if (!lines && text_[at_] == '\n') {
        return refuse(begin, std::string("this text in quotes does not end on its line") +
                                 (text_[at_ - 1] == '=' ? ", which ends in =, the soft line end of a mail (quoted-printable)" : ""));
      }
      const bool escape = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() && (lines || text_[at_ + 1] != '\n');
      at_ += escape && static_cast<unsigned char>(text_[at_ + 1]) < 0x80 ? 2 : character_at(text_, at_).bytes;
    }
    if (at_ >= text_.size()) return refuse(begin, "this text in quotes has no end");
    at_ += end.size();
    for (int more = 0; lines && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;  // quotes that end the text itself
    last_ = '"';
  }

  std::string_view text_;
  std::size_t at_;
  char last_ = '\n';  ///< the last character that is no blank; '"' for any string
  int parts_ = 0, open_ = 0;
  std::optional<Stray> stray_;
};

}  // namespace

std::optional<Stray> find_stray(std::string_view toml) {
  if (const std::string_view begin = toml.substr(0, 4); begin.substr(0, 2) == "\xff\xfe" || begin.substr(0, 2) == "\xfe\xff") {
    return Stray{0, damage_in(begin)};
  }
  return Look(toml).run();
}

}  // namespace vmalab
