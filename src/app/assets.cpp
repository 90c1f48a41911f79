// SPDX-License-Identifier: GPL-2.0-only
#include "app/assets.h"

#include "base/platform.h"

#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

bool is_assets_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "kernel", ignored) && fs::is_directory(folder / "scenarios", ignored);
}

}  // namespace

Result<fs::path> find_assets(const fs::path& asked) {
  // A folder that was named is never silently replaced by another one.
  if (!asked.empty()) {
    if (is_assets_folder(asked)) return asked;
    return fail("--assets names a folder without kernel/ and scenarios/", asked.string());
  }
  if (const char* variable = std::getenv("VMALAB_ASSETS"); variable != nullptr && *variable != '\0') {
    if (is_assets_folder(variable)) return fs::path(variable);
    return fail("the environment variable VMALAB_ASSETS names a folder without kernel/ and scenarios/", variable);
  }
  std::vector<fs::path> places;
  if (const std::optional<fs::path> executable = platform::executable()) {
    places.push_back((executable->parent_path() / VMALAB_INSTALLED_ASSETS).lexically_normal());
  }
  places.emplace_back(VMALAB_SOURCE_ASSETS);
  std::string looked;
  for (const fs::path& place : places) {
    if (is_assets_folder(place)) return place;
    looked += (looked.empty() ? "" : " and ") + place.string();
  }
  return fail("the assets folder (kernel/, scenarios/, variants/) is missing: looked in " + looked + "; name it with --assets DIR or VMALAB_ASSETS");
}

}  // namespace vmalab::app
