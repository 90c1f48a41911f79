// SPDX-License-Identifier: GPL-2.0-only
#include "view/source_diff.h"

#include <algorithm>
#include <cctype>

#include "view/source_lines.h"

namespace vmalab {
namespace {

constexpr std::string_view kWordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// "#define rcuwait_wait_event(w, ...": the name; empty for other lines.
std::string_view macro_name(std::string_view line) {
  constexpr std::string_view kDefine = "#define ";
  if (!line.starts_with(kDefine)) return {};
  line.remove_prefix(kDefine.size());
  const std::size_t end = line.find_first_not_of(kWordCharacters);
  return end != std::string_view::npos && line[end] == '(' ? line.substr(0, end) : std::string_view{};
}

/// The word before the first "(": the name of the function that a declarator names.
std::string_view declared_name(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || open == 0) return {};
  const std::size_t before = text.find_last_not_of(kWordCharacters, open - 1);
  const std::string_view name = text.substr(before == std::string_view::npos ? 0 : before + 1);
  const std::string_view word = name.substr(0, name.find('('));
  return !word.empty() && starts_word(word[0]) ? word : std::string_view{};
}

std::vector<std::string_view> slice(const std::vector<std::string_view>& lines, const Definition& d) {
  return {lines.begin() + d.first - 1, lines.begin() + d.last};
}

/// Lines that hold nothing but comments and blanks.
std::vector<bool> comment_lines(const std::vector<std::string_view>& lines) {
  std::vector<bool> result;
  for (const SourceLine& line : highlight(lines)) {
    result.push_back(std::all_of(line.tokens.begin(), line.tokens.end(), [&](const TokenRun& token) {
      return token.kind == TokenKind::kComment ||
             line.text.find_first_not_of(' ', static_cast<std::size_t>(token.first)) >= static_cast<std::size_t>(token.last);
    }));
  }
  return result;
}

}  // namespace

std::vector<Definition> definitions(const std::vector<std::string_view>& lines) {
  std::vector<Definition> found;
  const int count = static_cast<int>(lines.size());
  const auto at = [&](int line) { return lines[static_cast<std::size_t>(line) - 1]; };
  int start = 0;  // first line of a declaration that may turn out to be a function
  std::string_view name;
  for (int line = 1; line <= count; ++line) {
    const std::string_view text = at(line);
    if (const std::string_view macro = macro_name(text); !macro.empty()) {
      Definition d{std::string(macro), line, line};
      while (d.last < count && !at(d.last).empty() && at(d.last).back() == '\\') ++d.last;
      found.push_back(d);
      line = d.last;
      start = 0;
    } else if (text == "{" && start > 0 && !name.empty()) {
      Definition d{std::string(name), start, line};
      while (d.last < count && !at(d.last).starts_with('}')) ++d.last;
      found.push_back(d);
      line = d.last;
      start = 0;
    } else if (text.empty() || text[0] == '#' || text[0] == '/' || text.ends_with(';') || text.starts_with('}')) {
      start = 0;
    } else if (starts_word(text[0])) {
      if (start == 0) {
        start = line;
        name = {};
      }
      if (name.empty()) name = declared_name(text);
    }
  }
  return found;
}

std::vector<DiffLine> diff_lines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after) {
  // Functions are short: the plain table of longest common subsequences will do. For a monster it would not fit into
  // memory; then all of it counts as changed.
  const std::size_t n = before.size(), m = after.size();
  constexpr std::size_t kGreatestTable = 4'000'000;
  const bool too_long = m > 0 && n > kGreatestTable / m;
  std::vector<std::vector<int>> common(too_long ? 0 : n + 1, std::vector<int>(too_long ? 0 : m + 1));
  for (std::size_t i = too_long ? 0 : n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<DiffLine> out;
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (!too_long && i < n && j < m && before[i] == after[j]) {
      out.push_back({DiffLine::Kind::kSame, std::string(after[j]), static_cast<int>(j) + 1});
      ++i;
      ++j;
    } else if (i < n && (too_long || j == m || common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({DiffLine::Kind::kRemoved, std::string(before[i]), static_cast<int>(i) + 1});
      ++i;
    } else {
      out.push_back({DiffLine::Kind::kAdded, std::string(after[j]), static_cast<int>(j) + 1});
      ++j;
    }
  }
  return out;
}

std::string no_diff_text(const CodeBase& code) {
  return code.has_tree() ? "No variant is loaded: the functions of the kernel tree run as they are. `vmalab compare --kernel DIR` says whether "
                           "that tree and the model do the same. The File menu has the variants."
                         : "No variant is loaded, so there is nothing to compare. The File menu has the variants.";
}

std::vector<DiffLine> variant_diff(const CodeBase& code) {
  std::vector<DiffLine> out;
  const std::vector<SourceFile>& files = code.files();
  for (std::size_t f = 0; f < files.size(); ++f) {
    if (files[f].origin != SourceFile::Origin::kVariant) continue;
    for (const Definition& changed : definitions(files[f].lines)) {
      const SourceFile* old_file = nullptr;
      Definition old;
      for (std::size_t g = 0; g < f; ++g) {
        for (const Definition& candidate : definitions(files[g].lines)) {
          if (candidate.name != changed.name) continue;
          old_file = &files[g];
          old = candidate;
        }
      }
      std::vector<std::string_view> before;
      if (old_file != nullptr) before = slice(old_file->lines, old);
      const std::string where = old_file != nullptr ? " instead of the one in " + old_file->path : ", which is new";
      out.push_back({DiffLine::Kind::kHeading, changed.name + " in " + files[f].path + where, 0});
      const std::vector<bool> comment = old_file != nullptr ? comment_lines(before) : std::vector<bool>{};
      for (DiffLine& line : diff_lines(before, slice(files[f].lines, changed))) {
        // What the old code says about itself is no change of what it does.
        if (line.kind == DiffLine::Kind::kRemoved && comment[static_cast<std::size_t>(line.line) - 1]) continue;
        line.line += (line.kind == DiffLine::Kind::kRemoved ? old.first : changed.first) - 1;
        out.push_back(std::move(line));
      }
    }
  }
  return out;
}

std::vector<DiffLine> near_changes(const std::vector<DiffLine>& diff, std::size_t context) {
  const std::size_t none = diff.size();
  // How far the nearest change is, looking back and looking on, without crossing a heading.
  std::vector<std::size_t> distance(diff.size(), none);
  const auto look = [&](std::size_t at, std::size_t& last) {
    switch (diff[at].kind) {
      case DiffLine::Kind::kAdded:
      case DiffLine::Kind::kRemoved: last = 0; break;
      case DiffLine::Kind::kSame: last = std::min(last + 1, none); break;
      case DiffLine::Kind::kHeading:
      case DiffLine::Kind::kGap: last = none; break;
    }
    distance[at] = std::min(distance[at], last);
  };
  std::size_t last = none;
  for (std::size_t at = 0; at < diff.size(); ++at) look(at, last);
  last = none;
  for (std::size_t at = diff.size(); at-- > 0;) look(at, last);

  std::vector<DiffLine> out;
  for (std::size_t at = 0; at < diff.size(); ++at) {
    if (diff[at].kind == DiffLine::Kind::kHeading || distance[at] <= context) {
      out.push_back(diff[at]);
    } else if (out.empty() || out.back().kind != DiffLine::Kind::kGap) {
      out.push_back({DiffLine::Kind::kGap, "\xe2\x80\xa6", 0});
    }
  }
  return out;
}

}  // namespace vmalab
