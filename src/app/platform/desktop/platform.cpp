// SPDX-License-Identifier: GPL-2.0-only
// Linux with or without a desktop.
#include "base/platform.h"

#include <cstdlib>
#include <system_error>

namespace vmalab::platform {

namespace fs = std::filesystem;

std::optional<fs::path> executable() {
  std::error_code error;
  fs::path file = fs::read_symlink("/proc/self/exe", error);
  return error ? std::nullopt : std::optional(std::move(file));
}

std::vector<fs::path> font_folders() {
  std::vector<fs::path> folders;
  const auto add = [&](const char* variable, const char* below) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') folders.push_back(fs::path(value) / below);
  };
  add("XDG_DATA_HOME", "fonts");
  add("HOME", ".local/share/fonts");
  add("HOME", ".fonts");
  for (const char* folder : {"/usr/local/share/fonts", "/usr/share/fonts"}) folders.emplace_back(folder);
  return folders;
}

fs::path home_folder() {
  const char* home = std::getenv("HOME");
  return home != nullptr && fs::path(home).is_absolute() ? fs::path(home) : fs::path();
}

namespace {

/// As the XDG Base Directory Specification has it; a path that is not absolute does not count.
std::optional<fs::path> own_folder(const char* variable, const char* below_home) {
  const char* value = std::getenv(variable);
  if (value != nullptr && fs::path(value).is_absolute()) return fs::path(value) / "vmalab";
  const fs::path home = home_folder();
  return home.empty() ? std::nullopt : std::optional(home / below_home / "vmalab");
}

}  // namespace

std::optional<fs::path> state_folder() { return own_folder("XDG_STATE_HOME", ".local/state"); }
std::optional<fs::path> data_folder() { return own_folder("XDG_DATA_HOME", ".local/share"); }

bool browser_keys() { return false; }

}  // namespace vmalab::platform
