// SPDX-License-Identifier: GPL-2.0-only
#include "lang/own_code.h"

#include <algorithm>
#include <system_error>

#include "base/input_file.h"
#include "lang/token.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileSize = 1u << 20;
constexpr std::size_t kMaxFiles = 64;

struct Include {
  std::string name;
  SourcePos pos;
  std::string line;
};

/// Every `#include "..."` of a text; what stands in angle brackets is the kernel's, and the model has it.
std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> found;
  std::vector<Token> tokens;
  try {
    tokens = tokenize(text, 0);
  } catch (const CompileError&) {
    return found;  // told with its place when the text is loaded
  }
  const std::vector<std::string_view> lines = split_lines(text);
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    const bool include = tokens[at].line_start && tokens[at].is("#") && tokens[at + 1].is("include");
    const Token& name = tokens[at + 2];
    if (!include || name.kind != TokenKind::kString || name.text.size() < 2) continue;
    const std::size_t line = name.pos.line - 1;
    found.push_back({std::string(name.text.substr(1, name.text.size() - 2)), name.pos, line < lines.size() ? std::string(lines[line]) : ""});
  }
  return found;
}

class Reader {
 public:
  /// A file that was asked for by name: what it includes stays in its folder.
  Result<void> add_named(const fs::path& file) {
    root_ = file.has_parent_path() ? file.parent_path() : fs::path(".");
    return add(file);
  }

  std::vector<CodeBase::Text> texts;

 private:
  Result<void> add(const fs::path& file) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(file, error);
    if (std::find(done_.begin(), done_.end(), real) != done_.end()) return {};
    if (done_.size() + open_.size() >= kMaxFiles) return fail("more than " + std::to_string(kMaxFiles) + " files of code", file.string());
    Result<std::string> text = read_input(file, "a C file", kMaxFileSize);
    if (!text) return tl::unexpected(text.error());
    open_.push_back(real);
    for (const Include& include : includes_of(*text)) {
      if (Result<void> added = add_included(file, include); !added) return added;
    }
    open_.pop_back();
    done_.push_back(real);
    texts.push_back({file.lexically_normal().string(), std::move(*text), SourceFile::Origin::kOwn});
    return {};
  }

  Result<void> add_included(const fs::path& from, const Include& include) {
    const fs::path file = from.parent_path() / include.name;
    const auto at_include = [&](std::string message) {
      return tl::unexpected(
          Diagnostic{std::move(message), from.lexically_normal().string(), static_cast<int>(include.pos.line), include.pos.column, include.line});
    };
    if (!is_below(file, root_)) return at_include("this file is not in " + root_.string() + " or below it: what is somewhere else is not read");
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {
      return at_include("there is no file \"" + include.name +
                        "\" beside this one; what is in the kernel's own headers the model has, and needs no #include");
    }
    if (const fs::path real = fs::weakly_canonical(file, error); std::find(open_.begin(), open_.end(), real) != open_.end()) {
      return at_include(real == open_.back()
                            ? "this file includes itself"
                            : "the #includes go in a circle: \"" + include.name + "\" includes this file, directly or through others");
    }
    return add(file);
  }

  fs::path root_;
  std::vector<fs::path> open_, done_;
};

}  // namespace

bool is_below(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const fs::path way =
      fs::weakly_canonical(fs::absolute(file, error), error).lexically_relative(fs::weakly_canonical(fs::absolute(folder, error), error));
  return !error && !way.empty() && *way.begin() != "..";
}

Result<std::vector<CodeBase::Text>> read_own_code(const std::vector<fs::path>& files) {
  Reader reader;
  for (const fs::path& file : files) {
    if (Result<void> added = reader.add_named(file); !added) return tl::unexpected(added.error());
  }
  return std::move(reader.texts);
}

}  // namespace vmalab
