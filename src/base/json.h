// SPDX-License-Identifier: GPL-2.0-only
// Every JSON that is written: file names, C and texts of scenarios may hold bytes that are no UTF-8, and are no reason to throw.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace vmalab {

/// @param indent columns a level; below 0: all on one line
template <typename Json>
std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vmalab
