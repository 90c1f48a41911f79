// SPDX-License-Identifier: GPL-2.0-only
#include "ui/remembered.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/input_file.h"
#include "base/output_file.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostSeen = 1000;
constexpr int kMostPixels = 1 << 15;

/// A part that is not as it should be is left as it was.
template <typename Value>
void take(const Json& from, const char* key, Value& into) {
  const auto found = from.find(key);
  if (found == from.end()) return;
  try {
    into = found->get<Value>();
  } catch (const Json::exception&) {
  }
}

}  // namespace

void Remembered::opened(std::string file) {
  std::erase(recent, file);
  recent.insert(recent.begin(), std::move(file));
  if (recent.size() > kMostRecent) recent.resize(kMostRecent);
}

Result<Remembered> read_remembered(const std::filesystem::path& file) {
  Remembered what;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return what;
  const Result<std::string> text = read_input(file, "what the window remembers", kMostBytes);
  if (!text) return tl::unexpected(text.error());
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return fail("this is no file that the window wrote", file.string());
  int version = 0;
  take(json, "version", version);
  if (version != kVersion) {
    return fail(
        "this was written by another version of vmalab (its number is " + std::to_string(version) + ", here it is " + std::to_string(kVersion) + ")",
        file.string());
  }
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
  Json json{{"version", kVersion}};
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
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  return write_output(file, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n", true);
}

}  // namespace vmalab
