// SPDX-License-Identifier: GPL-2.0-only
#include "ui/open_list.h"

#include <algorithm>
#include <system_error>

#include "base/platform.h"
#include "base/words.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

constexpr int kMostEntries = 20000;  ///< of a folder; in a larger one nobody finds a file by looking

const char* file_kind(const fs::path& file) { return file.extension() == ".toml" ? "scenario" : "trace"; }

/// With the home folder as "~".
std::string short_folder(const fs::path& folder, const fs::path& home) {
  std::string text = folder.string();
  const std::string start = home.string();
  if (start.empty() || !text.starts_with(start)) return text;
  return text.size() == start.size() ? "~" : text[start.size()] == '/' ? "~" + text.substr(start.size()) : text;
}

OpenRow recent_row(const std::string& path, const fs::path& home) {
  const fs::path file(path);
  std::error_code error;
  const bool there = fs::is_regular_file(file, error);
  const std::string folder = short_folder(file.parent_path(), home);
  return {there ? OpenRow::Kind::kFile : OpenRow::Kind::kGone, path, file.filename().string(),
          there ? std::string(file_kind(file)) + ", in " + folder : "is gone from " + folder};
}

/// Folders first, then by name.
OpenRows entries(std::string_view text, const fs::path& home) {
  OpenRows found;
  const std::size_t slash = text.rfind('/');
  const std::string typed_folder(slash == std::string_view::npos ? "" : text.substr(0, slash + 1));
  const std::string start = words::lower(slash == std::string_view::npos ? text : text.substr(slash + 1));
  const std::string folder = typed_folder.empty() ? "." : expanded_path(typed_folder, home);
  std::error_code error;
  fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (int seen = 0; !error && it != fs::directory_iterator(); it.increment(error), ++seen) {
    if (seen == kMostEntries) {
      found.more = true;
      break;
    }
    const std::string name = it->path().filename().string();
    if (!words::lower(name).starts_with(start) || (name.front() == '.' && !start.starts_with('.'))) continue;
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      found.rows.push_back({OpenRow::Kind::kFolder, typed_folder + name + "/", name + "/", "folder"});
    } else if (const fs::path extension = it->path().extension(); extension == ".toml" || extension == ".jsonl") {
      found.rows.push_back({OpenRow::Kind::kFile, typed_folder + name, name, file_kind(it->path())});
    }
  }
  std::sort(found.rows.begin(), found.rows.end(),
            [](const OpenRow& a, const OpenRow& b) { return a.kind != b.kind ? a.kind == OpenRow::Kind::kFolder : a.label < b.label; });
  return found;
}

}  // namespace

std::string expanded_path(std::string_view text, const fs::path& home) {
  const bool below_home = text == "~" || text.starts_with("~/");
  return below_home && !home.empty() ? home.string() + std::string(text.substr(1)) : std::string(text);
}

OpenRows open_rows(std::string_view text, const std::vector<std::string>& recent, const fs::path& home) {
  OpenRows all;
  const std::string wanted = words::lower(text);
  for (const std::string& path : recent) {
    if (words::lower(path).find(wanted) != std::string::npos) all.rows.push_back(recent_row(path, home));
  }
  if (text.empty()) return all;
  OpenRows found = entries(text, home);
  all.more = found.more;
  const auto listed = [&](const OpenRow& row) {
    std::error_code error;
    const std::string whole = fs::absolute(expanded_path(row.path, home), error).string();
    return std::any_of(recent.begin(), recent.end(), [&](const std::string& path) { return path == whole; });
  };
  for (OpenRow& row : found.rows) {
    if (row.kind == OpenRow::Kind::kFolder || !listed(row) || words::lower(row.path).find(wanted) == std::string::npos) {
      all.rows.push_back(std::move(row));
    }
  }
  if (all.rows.size() > OpenRows::kMost) {
    all.rows.resize(OpenRows::kMost);
    all.more = true;
  }
  return all;
}

const OpenRows& OpenList::rows(std::string_view text, const std::vector<std::string>& recent) {
  if (text_ != text) {
    rows_ = open_rows(text, recent, platform::home_folder());
    text_ = std::string(text);
  }
  return rows_;
}

}  // namespace vmalab
