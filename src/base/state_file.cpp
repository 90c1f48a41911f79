// SPDX-License-Identifier: GPL-2.0-only
#include "base/state_file.h"

#include <system_error>

#include "base/input_file.h"
#include "base/json.h"
#include "base/output_file.h"

namespace vmalab {

Result<StateJson> read_state_file(const std::filesystem::path& file, const std::string& what, int version) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return StateJson::object();
  const Result<std::string> text = read_input(file, what, kMostBytes);
  if (!text) return tl::unexpected(text.error());
  StateJson json = StateJson::parse(*text, nullptr, false);
  if (!json.is_object()) return fail("this is no file that vmalab wrote", file.string());
  int found = 0;
  take(json, "version", found);
  if (found == version) return json;
  return fail(
      "this was written by another version of vmalab (its number is " + std::to_string(found) + ", here it is " + std::to_string(version) + ")",
      file.string());
}

Result<void> write_state_file(const std::filesystem::path& file, int version, const StateJson& content) {
  StateJson json{{"version", version}};
  json.update(content);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  return write_output(file, json_text(json, 1) + "\n", true);
}

}  // namespace vmalab
