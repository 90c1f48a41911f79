// SPDX-License-Identifier: GPL-2.0-only
// Every key that a scenario file may have. The reader refuses what is not in this table, its errors list it, and the page
// that `vmalab help scenarios` prints is made from it.
#pragma once

#include <span>
#include <string_view>

namespace vmalab {

struct ScenarioKey {
  std::string_view table;  ///< "" (the file itself), "mm", "vma", "thread", "goal", "demo", "expect"
  std::string_view name;
  std::string_view meaning;  ///< a few words for people, with what holds when it is left out
};
std::span<const ScenarioKey> scenario_keys();  ///< table by table
bool is_scenario_key(std::string_view table, std::string_view name);
/// As it is written: "the scenario", "[[mm]]", "[expect]".
std::string_view scenario_table_title(std::string_view table);

}  // namespace vmalab
