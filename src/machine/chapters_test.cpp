// SPDX-License-Identifier: GPL-2.0-only
// Every scenario that is shipped stands in one chapter, and in the teaching order.
#include "machine/chapters.h"

#include <doctest/doctest.h>

#include <map>

#include "machine/scenario.h"

namespace vmalab {

TEST_CASE("every scenario stands in one chapter, and chapters name no others") {
  const Result<std::vector<Chapter>> chapters = list_chapters(VMALAB_TEST_ASSETS);
  REQUIRE(chapters.has_value());
  std::map<std::string, int> named;
  for (const Chapter& chapter : *chapters) {
    CHECK_FALSE(chapter.title.empty());
    CHECK(chapter.scenarios.size() > 1);
    for (const std::string& name : chapter.scenarios) ++named[name];
  }
  const Result<std::vector<Scenario>> scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios.has_value());
  for (const Scenario& scenario : *scenarios) {
    CAPTURE(scenario.name);
    CHECK(named[scenario.name] == 1);
    CHECK_FALSE(chapter_of(*chapters, scenario.name).empty());
  }
  CHECK(named.size() == scenarios->size());
  CHECK(chapter_of(*chapters, "no-such").empty());
  CHECK_FALSE(list_chapters("/nowhere").has_value());
}

}  // namespace vmalab
