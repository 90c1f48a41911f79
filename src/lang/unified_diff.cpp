// SPDX-License-Identifier: GPL-2.0-only
#include "lang/unified_diff.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "base/text_hygiene.h"
#include "base/words.h"
#include "lang/token.h"

namespace vmalab {
namespace {

constexpr int kMaxNumber = 100'000'000;
/// Comparisons of lines in looking for the places of one file's hunks: far beyond any real patch.
constexpr std::uint64_t kMaxWork = 20'000'000;
constexpr std::size_t kPlacesNamed = 4;

std::string_view without_end(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// A path between quotes, with C's escapes, as git writes those that hold odd characters.
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      path += text[at];
      continue;
    }
    const char c = text[++at];
    if (c >= '0' && c <= '7') {
      int value = 0, digits = 0;
      for (; digits < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++digits) value = value * 8 + (text[at++] - '0');
      --at;
      path += static_cast<char>(value);
    } else {
      path += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
  }
  return path;
}

/// The path of a `---` or `+++` line: what stands before a tab, which begins a date. Empty for /dev/null.
std::string path_of_header(std::string_view rest) {
  rest = rest.substr(0, rest.find('\t'));
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  const std::string path = unquoted(rest);
  return path == "/dev/null" ? std::string() : path;
}

class DiffParser {
 public:
  DiffParser(std::string_view text, const std::string& name) : lines_(split_lines(text)), name_(name) {
    for (std::string_view& line : lines_) line = without_end(line);
  }

  Result<std::vector<FileDiff>> run() {
    while (at_ < lines_.size()) {
      const std::string_view line = lines_[at_];
      if (line.starts_with("diff --git ")) {
        git_header();
      } else if (line.starts_with("--- ") && at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("+++ ")) {
        file_header();
      } else if (line.starts_with("@@ ")) {
        if (Result<void> read = hunk(); !read) return tl::unexpected(read.error());
      } else {
        extended_header(line);
        ++at_;
      }
    }
    const bool any = std::any_of(lines_.begin(), lines_.end(), [](std::string_view line) { return line.starts_with("diff --git "); });
    std::erase_if(files_, [](const FileDiff& file) {
      return file.hunks.empty() && !file.renames && !file.copies && !file.binary && !(file.creates() || file.deletes());
    });
    if (files_.empty() && any) return fail("changes no line of any file, only modes: it has no hunk", name_);
    const auto is_quoted = [](std::string_view line) { return line.starts_with(">") && line.find("--- ") != std::string_view::npos; };
    if (files_.empty() && std::any_of(lines_.begin(), lines_.end(), is_quoted)) {
      return fail("is no patch: its lines begin with >, as those of a mail that somebody answers do", name_);
    }
    if (files_.empty()) return fail("is no patch: it has no line that begins with `diff --git` or `--- ` and `+++ ` and no hunk after it", name_);
    return std::move(files_);
  }

 private:
  int number() const { return static_cast<int>(std::min<std::size_t>(at_ + 1, kMaxNumber)); }

  /// The two paths of `diff --git a/x b/x`, for changes without `---` and `+++` lines: mode, rename, binary.
  void git_header() {
    FileDiff file;
    file.line = number();
    const std::string_view rest = lines_[at_].substr(std::string_view("diff --git ").size());
    // Both halves are the same but for their first letters, unless it is a rename, which says its paths below.
    if (rest.size() >= 3 && rest.size() % 2 == 1 && rest[rest.size() / 2] == ' ') {
      file.old_path = unquoted(rest.substr(0, rest.size() / 2));
      file.new_path = unquoted(rest.substr(rest.size() / 2 + 1));
    } else {
      file.old_path = file.new_path = unquoted(rest.substr(0, rest.find(' ')));
    }
    files_.push_back(std::move(file));
    in_git_header_ = true;
    ++at_;
  }

  void extended_header(std::string_view line) {
    if (!in_git_header_) return;
    FileDiff& file = files_.back();
    const auto value = [&](std::string_view key) { return unquoted(line.substr(key.size())); };
    if (line.starts_with("new file mode"))
      file.old_path.clear();
    else if (line.starts_with("deleted file mode"))
      file.new_path.clear();
    else if (line.starts_with("rename from "))
      file.renames = true, file.old_path = "a/" + value("rename from ");
    else if (line.starts_with("rename to "))
      file.renames = true, file.new_path = "b/" + value("rename to ");
    else if (line.starts_with("copy from "))
      file.copies = true, file.old_path = "a/" + value("copy from ");
    else if (line.starts_with("copy to "))
      file.copies = true, file.new_path = "b/" + value("copy to ");
    else if (line.starts_with("GIT binary patch") || line.starts_with("Binary files "))
      file.binary = true;
  }

  void file_header() {
    const std::string old_path = path_of_header(lines_[at_].substr(4)), new_path = path_of_header(lines_[at_ + 1].substr(4));
    if (!in_git_header_ || !files_.back().hunks.empty()) {
      files_.emplace_back();
      files_.back().line = number();
    }
    if (!files_.back().renames && !files_.back().copies) {
      files_.back().old_path = old_path;
      files_.back().new_path = new_path;
    }
    in_git_header_ = false;
    in_file_ = true;
    at_ += 2;
  }

  static bool take_number(std::string_view& text, int& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || value > kMaxNumber) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  }
  static bool take_range(std::string_view& text, char sign, int& start, int& count) {
    if (text.empty() || text.front() != sign) return false;
    text.remove_prefix(1);
    count = 1;
    if (!take_number(text, start)) return false;
    if (text.starts_with(",")) {
      text.remove_prefix(1);
      if (!take_number(text, count)) return false;
    }
    return true;
  }

  Result<void> hunk() {
    DiffHunk hunk;
    hunk.line = number();
    const std::string_view line = lines_[at_];
    std::string_view rest = line.substr(3);
    bool ok = take_range(rest, '-', hunk.old_start, hunk.old_count) && rest.starts_with(" ");
    if (ok) rest.remove_prefix(1);
    ok = ok && take_range(rest, '+', hunk.new_start, hunk.new_count) && rest.starts_with(" @@");
    if (!ok) {
      if (!in_file_) return ++at_, Result<void>();  // of a text, not of a patch
      return fail("this hunk's header is damaged; expected `@@ -line,count +line,count @@`", name_, hunk.line, 1);
    }
    if (!in_file_ || files_.empty()) return fail("this hunk belongs to no file: there is no `--- ` and `+++ ` line before it", name_, hunk.line, 1);
    hunk.header = std::string(line.substr(0, line.find("@@", 3) + 2));
    int old_left = hunk.old_count, new_left = hunk.new_count;
    for (++at_; old_left > 0 || new_left > 0; ++at_) {
      if (at_ >= lines_.size())
        return fail("the patch is cut off in this hunk of " + shown_path() + ": " + missing(old_left, new_left), name_, hunk.line, 1);
      const std::string_view text = lines_[at_];
      // Mailers take the one space off the end of an empty line.
      const char kind = text.empty() ? ' ' : text.front();
      if (kind == '\\') continue;
      const bool takes_old = kind == ' ' || kind == '-', takes_new = kind == ' ' || kind == '+';
      if ((!takes_old && !takes_new) || (takes_old && old_left == 0) || (takes_new && new_left == 0)) {
        return fail("this line does not belong to the hunk that it is in (" + hunk.header + " of " + shown_path() +
                        "): " + missing(old_left, new_left) + "; " + why_odd(text),
                    name_, number(), 1);
      }
      old_left -= takes_old;
      new_left -= takes_new;
      hunk.lines.push_back({kind, std::string(text.empty() ? text : text.substr(1))});
      if (at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("\\") && kind != '-') hunk.new_ends_without_newline = true;
    }
    while (at_ < lines_.size() && lines_[at_].starts_with("\\ ")) ++at_;
    files_.back().hunks.push_back(std::move(hunk));
    return {};
  }

  static std::string why_odd(std::string_view text) {
    const std::string foreign = foreign_character_in(text);
    return foreign.empty() ? "a mail program may have broken long lines" : foreign + ", which was put there on the way";
  }
  std::string shown_path() const { return files_.back().new_path.empty() ? files_.back().old_path : files_.back().new_path; }
  static std::string missing(int old_left, int new_left) {
    return std::to_string(old_left) + " old and " + std::to_string(new_left) + " new lines of it are missing";
  }

  std::vector<std::string_view> lines_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::vector<FileDiff> files_;
  bool in_git_header_ = false, in_file_ = false;
};

/// Where the hunks of one file go.
class Placement {
 public:
  explicit Placement(std::string_view text) : lines_(split_lines(text)) {
    for (std::string_view& line : lines_) line = without_end(line);
  }

  const std::vector<std::string_view>& lines() const { return lines_; }

  static std::vector<std::string_view> side(const DiffHunk& hunk, char sign) {
    std::vector<std::string_view> side;
    for (const DiffHunk::Line& line : hunk.lines) {
      if (line.kind == ' ' || line.kind == sign) side.push_back(line.text);
    }
    return side;
  }

  bool matches(const std::vector<std::string_view>& wanted, std::size_t at) {
    work_ += 1;
    if (at + wanted.size() > lines_.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i, ++work_) {
      if (lines_[at + i] != wanted[i]) return false;
    }
    return true;
  }

  /// The place nearest to `expected` and not before `from`.
  std::optional<std::size_t> find(const std::vector<std::string_view>& wanted, std::size_t from, std::size_t expected) {
    const std::size_t last = lines_.size() < wanted.size() ? 0 : lines_.size() - wanted.size();
    for (std::size_t away = 0; !exhausted(); ++away) {
      const bool below = expected + away <= last, above = away <= expected && expected - away >= from;
      if (below && expected + away >= from && matches(wanted, expected + away)) return expected + away;
      if (away > 0 && above && matches(wanted, expected - away)) return expected - away;
      if (expected + away > last && !above) break;
    }
    return std::nullopt;
  }
  bool exhausted() const { return work_ > kMaxWork; }

  /// "", or "; it also fits at line 300": where else, not before `from`. What this costs does not count against find().
  std::string also_fits(const std::vector<std::string_view>& wanted, std::size_t from, std::size_t found) {
    std::vector<std::string> places;
    std::size_t more = 0;
    std::swap(work_, work_elsewhere_);
    for (std::size_t at = from; !wanted.empty() && at + wanted.size() <= lines_.size() && !exhausted(); ++at) {
      if (at == found || !matches(wanted, at)) continue;
      if (places.size() < kPlacesNamed)
        places.push_back(std::to_string(at + 1));
      else
        ++more;
    }
    std::swap(work_, work_elsewhere_);
    if (places.empty()) return {};
    const std::string lines = words::plural(places.size(), "line") + " ";
    if (more > 0) return "; it also fits at " + lines + words::joined(places) + " and " + std::to_string(more) + " more";
    return "; it also fits at " + lines + words::list(places);
  }

 private:
  std::vector<std::string_view> lines_;
  std::uint64_t work_ = 0, work_elsewhere_ = 0;
};

/// What two lines that look alike, or nearly so, differ in.
std::string difference_of(std::string_view there, std::string_view wanted) {
  const auto without_blanks = [](std::string_view line) {
    std::string text(line);
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
    return text;
  };
  if (const std::string foreign = foreign_character_in(wanted); !foreign.empty() && foreign_character_in(there).empty()) {
    return "; in what is expected " + foreign + ", which was put there on the way";
  }
  if (without_blanks(there) == without_blanks(wanted)) return "; they differ in blanks alone: on the way tabs became spaces, or spaces were lost";
  return {};
}

std::string quoted(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  std::string text = "`" + std::string(line.substr(0, 60)) + (line.size() > 60 ? "...`" : "`");
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return line.empty() ? "an empty line" : text;
}

}  // namespace

Result<std::vector<FileDiff>> parse_diff(std::string_view text, const std::string& name) { return DiffParser(text, name).run(); }

Result<std::string> apply_hunks(const FileDiff& diff, const std::string& path, std::string_view text, const std::string& patch_name,
                                std::vector<std::string>& notes) {
  Placement placement(text);
  const std::vector<std::string_view>& lines = placement.lines();
  std::string out;
  bool newline_at_end = text.empty() || text.back() == '\n';
  std::size_t next = 0;  // the first line not copied yet
  long long shift = 0;
  const auto copy_to = [&](std::size_t end) {
    for (; next < end; ++next) (out += lines[next]) += '\n';
  };
  for (const DiffHunk& hunk : diff.hunks) {
    const std::vector<std::string_view> old_lines = Placement::side(hunk, '-');
    // A hunk without old lines names the line that it comes after.
    const long long named = hunk.old_count == 0 ? hunk.old_start : hunk.old_start - 1;
    const auto expected = static_cast<std::size_t>(
        std::clamp<long long>(named + shift, static_cast<long long>(next), static_cast<long long>(lines.size())));
    const auto found = placement.find(old_lines, next, expected);
    if (!found) {
      std::string why = "the file is longer than what can be searched";
      if (!placement.exhausted()) {
        std::size_t i = 0;
        while (i < old_lines.size() && expected + i < lines.size() && lines[expected + i] == old_lines[i]) ++i;
        const std::string wanted = i < old_lines.size() ? quoted(old_lines[i]) : "nothing";
        why = expected + i >= lines.size() ? "it expects " + wanted + " after the file's last line, " + std::to_string(lines.size())
                                           : "line " + std::to_string(expected + i + 1) + " is " + quoted(lines[expected + i]) + ", expected " +
                                                 wanted + (i < old_lines.size() ? difference_of(lines[expected + i], old_lines[i]) : std::string());
        const std::vector<std::string_view> new_lines = Placement::side(hunk, '+');
        if (new_lines != old_lines && placement.find(new_lines, next, expected)) why += "; it seems to be in the tree already";
      }
      return fail("hunk " + hunk.header + " does not apply to " + path + ": " + why, patch_name, hunk.line, 1);
    }
    if (const long long moved = static_cast<long long>(*found) - named; moved != 0 && moved != shift) {
      notes.push_back(path + ": hunk " + hunk.header + " applied " + std::to_string(std::llabs(moved)) +
                      (std::llabs(moved) == 1 ? " line " : " lines ") + (moved > 0 ? "further down" : "further up") +
                      placement.also_fits(old_lines, next, *found));
    }
    shift = static_cast<long long>(*found) - named;
    copy_to(*found);
    for (const DiffHunk::Line& line : hunk.lines) {
      if (line.kind == ' ') copy_to(next + 1);
      if (line.kind == '-') ++next;
      if (line.kind == '+') (out += line.text) += '\n';
    }
    if (next >= lines.size()) newline_at_end = !hunk.new_ends_without_newline;
  }
  copy_to(lines.size());
  if (!newline_at_end && !out.empty()) out.pop_back();
  return out;
}

Result<std::optional<std::string>> PatchedFiles::read(const std::string& path) const {
  for (const auto& [changed, text] : changed_) {
    if (changed == path) return text;
  }
  return below_(path);
}

std::vector<std::string> PatchedFiles::paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, text] : changed_) paths.push_back(path);
  return paths;
}

/// A path without its first folder ("a/"), or as it is for a diff made inside the tree; whichever is there. Empty when
/// neither is, and for one that leads out of the tree.
Result<std::string> PatchedFiles::find_path(const std::string& written) const {
  const std::size_t slash = written.find('/');
  for (const std::string& path : {slash == std::string::npos ? written : written.substr(slash + 1), written}) {
    if (path.empty() || path.front() == '/' || ("/" + path + "/").find("/../") != std::string::npos || path.find('\0') != std::string::npos) continue;
    Result<std::optional<std::string>> text = read(path);
    if (!text) return tl::unexpected(text.error());
    if (*text) return path;
  }
  return std::string();
}

Result<void> PatchedFiles::apply(const std::vector<FileDiff>& patch, const std::string& patch_name, std::vector<std::string>& notes) {
  PatchedFiles after = *this;
  std::vector<std::string> said;
  std::string left_out;
  std::size_t left = 0;
  const auto put = [&](const std::string& path, std::optional<std::string> text) {
    std::erase_if(after.changed_, [&](const auto& entry) { return entry.first == path; });
    after.changed_.emplace_back(path, std::move(text));
  };
  const auto stripped = [](const std::string& path) {
    const std::size_t slash = path.find('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
  };
  for (const FileDiff& file : patch) {
    const auto leave_out = [&] { left_out += (left++ == 0 ? "" : ", ") + stripped(file.creates() ? file.new_path : file.old_path); };
    if (file.creates() && !file.binary) {
      Result<std::string> there = after.find_path(file.new_path);
      if (!there) return tl::unexpected(there.error());
      if (!there->empty()) return fail("the patch creates " + *there + ", which is in the tree already", patch_name, file.line, 1);
      Result<std::string> text = apply_hunks(file, stripped(file.new_path), "", patch_name, said);
      if (!text) return tl::unexpected(text.error());
      put(stripped(file.new_path), std::move(*text));
      continue;
    }
    Result<std::string> path = after.find_path(file.old_path);
    if (!path) return tl::unexpected(path.error());
    if (file.binary && !path->empty()) {
      return fail("the patch has what it changes in " + *path + " as binary data, not as lines: it cannot be applied here", patch_name, file.line, 1);
    }
    if (path->empty()) {
      leave_out();
      continue;
    }
    Result<std::optional<std::string>> before = after.read(*path);
    if (!before) return tl::unexpected(before.error());
    Result<std::string> text = apply_hunks(file, *path, **before, patch_name, said);
    if (!text) return tl::unexpected(text.error());
    if (file.deletes() || file.renames) put(*path, std::nullopt);
    if (file.renames) said.push_back("renames " + *path + " to " + stripped(file.new_path));
    if (file.deletes()) said.push_back("takes " + *path + " away");
    if (file.renames || file.copies)
      put(stripped(file.new_path), std::move(*text));
    else if (!file.deletes())
      put(*path, std::move(*text));
  }
  if (left == patch.size()) {
    const std::string foreign = foreign_character_in(left_out);
    return fail("nothing that this patch changes is in this tree: " + left_out + (foreign.empty() ? "" : "; in that name " + foreign), patch_name);
  }
  if (left > 0) said.push_back("left out, since this tree does not have " + std::string(left == 1 ? "it: " : "them: ") + left_out);
  *this = std::move(after);
  notes.insert(notes.end(), said.begin(), said.end());
  return {};
}

}  // namespace vmalab
