// SPDX-License-Identifier: GPL-2.0-only
// The rows of the list that lies over the panels: scenarios or variants, those that contain what was typed.
#pragma once

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
};

/// Every word of `filter` stands in the row, capital letters or not.
bool matches(const PickerRow& row, std::string_view filter);
std::vector<PickerRow> picker_rows(const Documents& documents, const Overlay& overlay);

}  // namespace vmalab
