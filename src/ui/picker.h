// SPDX-License-Identifier: GPL-2.0-only
// The rows of the list that lies over the panels: scenarios or variants, those that contain what was typed.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ui/documents.h"
#include "ui/overlay.h"

namespace vmalab {

struct PickerRow {
  std::string name, title, text;  ///< for tests; what it is called; a line below it
  int index = 0;                  ///< of Documents::scenarios(); of a variant 1 + that of variants(), 0 for none
  bool current = false;           ///< open already
  bool seen = false;              ///< its demo was seen to its end
  std::string chapter{};          ///< a heading above the first row that has it
};

/// Every word of `filter` stands in the row, capital letters or not.
bool matches(const PickerRow& row, std::string_view filter);
/// `seen`: names of scenarios.
std::vector<PickerRow> picker_rows(const Documents& documents, const Overlay& overlay, const std::set<std::string>& seen);
/// "Memory that is used again  2 of 5": how many of all scenarios of the chapter were seen.
std::string chapter_heading(const Documents& documents, const std::string& chapter, const std::set<std::string>& seen);

}  // namespace vmalab
