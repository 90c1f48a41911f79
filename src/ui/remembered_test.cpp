// SPDX-License-Identifier: GPL-2.0-only
// What the window remembers comes back; a file that is broken, cut off or of another version does no harm and is told.
#include "ui/remembered.h"

#include <doctest/doctest.h>

#include <fstream>

#include "run/test_machines.h"

namespace vmalab {
namespace {

std::string error_of(const std::filesystem::path& file, const std::string& text) {
  testing::write_all(file, text);
  const Result<Remembered> read = read_remembered(file);
  return read ? "" : read.error().to_string();
}

}  // namespace

TEST_CASE("what was remembered comes back") {
  const testing::Folder folder;
  const std::filesystem::path file = folder.path() / "deep" / "window.json";
  CHECK(read_remembered(file).value().recent.empty());
  Remembered what;
  what.theme = ThemeId::kLight;
  what.zoom = 1.5;
  what.splits = {0.3F, 0.7F, 0.3F};
  what.width = 1920;
  what.height = 1080;
  what.fullscreen = true;
  what.motion = false;
  what.scenario = "two-readers";
  for (int i = 0; i < 20; ++i) what.opened("/run" + std::to_string(i));
  what.opened("/run15");
  what.seen = {"two-readers", "downgrade"};
  REQUIRE(write_remembered(file, what).has_value());
  const Remembered back = read_remembered(file).value();
  CHECK(back.theme == ThemeId::kLight);
  CHECK(back.zoom == 1.5);
  CHECK(back.splits == what.splits);
  CHECK(back.width == 1920);
  CHECK(back.height == 1080);
  CHECK(back.fullscreen);
  CHECK(back.motion == false);
  CHECK(back.scenario == "two-readers");
  CHECK(back.recent == what.recent);
  CHECK(back.recent.size() == Remembered::kMostRecent);
  CHECK(back.recent.front() == "/run15");
  CHECK(back.seen == what.seen);
}

TEST_CASE("a file that is none, or another version's, is named, and one with odd parts keeps the rest") {
  const testing::Folder folder;
  const std::filesystem::path file = folder.path() / "window.json";
  CHECK(error_of(file, "").find("no file that vmalab wrote") != std::string::npos);
  CHECK(error_of(file, "{\"version\": 1, \"zoom\"").find("window.json") != std::string::npos);
  CHECK(error_of(file, "[]").find("no file that vmalab wrote") != std::string::npos);
  CHECK(error_of(file, "{\"version\": 2}").find("another version") != std::string::npos);
  CHECK(error_of(file, "{}").find("another version") != std::string::npos);
  CHECK(error_of(
            file,
            R"({"version": 1, "zoom": "big", "theme": 7, "first": -5, "second": 1e300, "width": -1, "recent": "x", "seen": [1], "scenario": []})") ==
        "");
  const Remembered odd = read_remembered(file).value();
  CHECK(odd.zoom == 1);
  CHECK_FALSE(odd.theme.has_value());
  CHECK(odd.splits == clamped(odd.splits));
  CHECK(odd.width == 0);
  CHECK(odd.recent.empty());
  CHECK(odd.seen.empty());
  const std::filesystem::path nowhere = "/dev/null/window.json";
  CHECK_FALSE(write_remembered(nowhere, {}).has_value());
}

}  // namespace vmalab
