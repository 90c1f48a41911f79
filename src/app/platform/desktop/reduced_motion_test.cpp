// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/platform.h"

namespace vmalab::platform {
namespace {

namespace fs = std::filesystem;

/// A person's desktop: a folder of settings, and a gsettings that says what we want.
struct Desktop {
  fs::path folder = fs::temp_directory_path() / ("vmalab-desktop-" + std::to_string(::getpid()));
  std::string config = value("XDG_CONFIG_HOME"), path = value("PATH");

  Desktop() {
    fs::create_directories(folder);
    setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
    setenv("PATH", (folder.string() + ":" + path).c_str(), 1);
    gnome("exit 1");
  }
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;
  ~Desktop() {
    config.empty() ? unsetenv("XDG_CONFIG_HOME") : setenv("XDG_CONFIG_HOME", config.c_str(), 1);
    setenv("PATH", path.c_str(), 1);
    fs::remove_all(folder);
  }
  void gnome(const std::string& command) const {
    std::ofstream(folder / "gsettings") << "#!/bin/sh\n" << command << "\n";
    fs::permissions(folder / "gsettings", fs::perms::owner_all);
  }
  void gtk(const char* version, const std::string& text) const {
    fs::create_directories(folder / version);
    std::ofstream(folder / version / "settings.ini") << text;
  }
  static std::string value(const char* name) {
    const char* found = std::getenv(name);
    return found == nullptr ? "" : found;
  }
};

}  // namespace

TEST_CASE("things move where no desktop has asked for stillness") {
  const Desktop desktop;
  CHECK_FALSE(reduced_motion());
  desktop.gtk("gtk-3.0", "[Settings]\ngtk-theme-name=Adwaita\ngtk-enable-animations=maybe\n");
  CHECK_FALSE(reduced_motion());
  desktop.gnome("echo nonsense");
  CHECK_FALSE(reduced_motion());
}

TEST_CASE("GTK's settings are heeded, the newest first") {
  const Desktop desktop;
  desktop.gtk("gtk-3.0", "[Settings]\ngtk-enable-animations = 0\n");
  CHECK(reduced_motion());
  desktop.gtk("gtk-4.0", "[Settings]\ngtk-enable-animations=true\r\n");
  CHECK_FALSE(reduced_motion());
  desktop.gtk("gtk-4.0", "[Settings]\ngtk-enable-animations=false\n");
  CHECK(reduced_motion());
}

TEST_CASE("what GNOME has been told is heeded") {
  const Desktop desktop;
  desktop.gnome("[ \"$2\" = org.gnome.desktop.interface ] && [ \"$3\" = enable-animations ] && echo false");
  CHECK(reduced_motion());
  desktop.gnome("echo true");
  CHECK_FALSE(reduced_motion());
}

}  // namespace vmalab::platform
