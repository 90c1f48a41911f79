// SPDX-License-Identifier: GPL-2.0-only
// A file in which the program remembers something for a person: one JSON object with a version. Whatever in it is not understood
// is as if it had never been there.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace vmalab {

using StateJson = nlohmann::ordered_json;

/// An empty object when the file is not there. `what`: what is in it, for messages. Errors: it cannot be read, or is of another
/// version or no such file at all.
Result<StateJson> read_state_file(const std::filesystem::path& file, const std::string& what, int version);
/// Whole or not at all; makes the folder.
Result<void> write_state_file(const std::filesystem::path& file, int version, const StateJson& content);

/// A part that is not as it should be leaves `into` as it was.
template <typename Value>
void take(const StateJson& from, const char* key, Value& into) {
  const auto found = from.find(key);
  if (found == from.end()) return;
  try {
    into = found->template get<Value>();
  } catch (const StateJson::exception&) {
  }
}

}  // namespace vmalab
