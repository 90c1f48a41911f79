// SPDX-License-Identifier: GPL-2.0-only
// Linux desktops have several places for one wish. GTK's settings.ini is what Xfce, KDE and hand-made desktops write, and wins; GNOME
// and its kin keep the setting in a database of theirs, which the program gsettings reads. Where there is neither, nobody has asked for anything.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "base/platform.h"

namespace vmalab::platform {
namespace {

namespace fs = std::filesystem;

std::optional<bool> truth_of(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (text == "0" || text == "false") return false;
  if (text == "1" || text == "true") return true;
  return std::nullopt;
}

std::optional<fs::path> config_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && fs::path(config).is_absolute()) return config;
  const char* home = std::getenv("HOME");
  if (home != nullptr && fs::path(home).is_absolute()) return fs::path(home) / ".config";
  return std::nullopt;
}

std::optional<bool> animations_of_gtk(const fs::path& settings) {
  constexpr std::string_view kKey = "gtk-enable-animations";
  std::ifstream file(settings);
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.compare(0, kKey.size(), kKey) != 0) continue;
    if (const std::optional<bool> truth = truth_of(std::string_view(line).substr(equals + 1))) return truth;
  }
  return std::nullopt;
}

std::optional<bool> animations_of_gnome() {
  const std::unique_ptr<FILE, int (*)(FILE*)> answer(popen("gsettings get org.gnome.desktop.interface enable-animations 2>/dev/null", "r"), pclose);
  std::array<char, 16> text{};
  if (!answer || std::fgets(text.data(), text.size(), answer.get()) == nullptr) return std::nullopt;
  return truth_of(text.data());
}

}  // namespace

bool reduced_motion() {
  if (const std::optional<fs::path> folder = config_folder()) {
    for (const char* version : {"gtk-4.0", "gtk-3.0"}) {
      if (const std::optional<bool> animations = animations_of_gtk(*folder / version / "settings.ini")) return !*animations;
    }
  }
  return !animations_of_gnome().value_or(true);
}

}  // namespace vmalab::platform
