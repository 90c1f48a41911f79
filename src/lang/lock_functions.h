// SPDX-License-Identifier: GPL-2.0-only
// The functions of the per-VMA lock, and how much of a loaded code base can run: what `vmalab parse` prints.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/codebase.h"

namespace vmalab {

/// Every function (and statement-expression macro) the protocol consists of, in reading order.
std::span<const std::string_view> lock_functions();
bool is_lock_function(std::string_view name);

struct ParseReport {
  std::string name;
  bool lowered = false;
  int visible = 0;                 ///< visible instructions once every call is inlined
  std::string file;                ///< of the definition; empty when no loaded file has one
  int line = 0;
  SourceFile::Origin origin = SourceFile::Origin::kModel;
  Diagnostic reason;               ///< why it could not be lowered
};
std::vector<ParseReport> report_lock_functions(const CodeBase& code);

}  // namespace vmalab
