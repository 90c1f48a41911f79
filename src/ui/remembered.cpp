// SPDX-License-Identifier: GPL-2.0-only
#include "ui/remembered.h"

#include <algorithm>
#include <cmath>

#include "base/state_file.h"

namespace vmalab {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMostSeen = 1000;
constexpr int kMostPixels = 1 << 15;

}  // namespace

void Remembered::opened(std::string file) {
  std::erase(recent, file);
  recent.insert(recent.begin(), std::move(file));
  if (recent.size() > kMostRecent) recent.resize(kMostRecent);
}

Result<Remembered> read_remembered(const std::filesystem::path& file) {
  Remembered what;
  const Result<StateJson> read = read_state_file(file, "what the window remembers", kVersion);
  if (!read) return tl::unexpected(read.error());
  const StateJson& json = *read;
  std::string theme;
  take(json, "theme", theme);
  if (theme == "light") what.theme = ThemeId::kLight;
  if (theme == "dark") what.theme = ThemeId::kDark;
  take(json, "zoom", what.zoom);
  if (!std::isfinite(what.zoom)) what.zoom = 1;
  take(json, "first", what.splits.first);
  take(json, "second", what.splits.second);
  take(json, "strip", what.splits.strip);
  for (const float share : {what.splits.first, what.splits.second, what.splits.strip}) {
    if (!std::isfinite(share)) what.splits = {};
  }
  what.splits = clamped(what.splits);
  take(json, "width", what.width);
  take(json, "height", what.height);
  what.width = std::clamp(what.width, 0, kMostPixels);
  what.height = std::clamp(what.height, 0, kMostPixels);
  take(json, "fullscreen", what.fullscreen);
  if (json.contains("motion")) {
    bool motion = true;
    take(json, "motion", motion);
    what.motion = motion;
  }
  take(json, "scenario", what.scenario);
  take(json, "recent", what.recent);
  if (what.recent.size() > Remembered::kMostRecent) what.recent.resize(Remembered::kMostRecent);
  std::vector<std::string> seen;
  take(json, "seen", seen);
  if (seen.size() > kMostSeen) seen.resize(kMostSeen);
  what.seen = {seen.begin(), seen.end()};
  return what;
}

Result<void> write_remembered(const std::filesystem::path& file, const Remembered& what) {
  StateJson json;
  if (what.theme) json["theme"] = *what.theme == ThemeId::kLight ? "light" : "dark";
  json["zoom"] = what.zoom;
  json["first"] = what.splits.first;
  json["second"] = what.splits.second;
  json["strip"] = what.splits.strip;
  json["width"] = what.width;
  json["height"] = what.height;
  json["fullscreen"] = what.fullscreen;
  if (what.motion) json["motion"] = *what.motion;
  json["scenario"] = what.scenario;
  json["recent"] = what.recent;
  json["seen"] = what.seen;
  return write_state_file(file, kVersion, json);
}

}  // namespace vmalab
