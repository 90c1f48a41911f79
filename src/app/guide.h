// SPDX-License-Identifier: GPL-2.0-only
// The page on scenarios and C of one's own, assets/guide.md, and that on lessons, assets/lessons.md, their lists filled in from the tables and files
// that the program itself reads, so that they cannot be out of date.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vmalab::app {

Result<std::string> guide_text(const std::filesystem::path& assets);
Result<std::string> lessons_text(const std::filesystem::path& assets);

}  // namespace vmalab::app
