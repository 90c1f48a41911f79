// SPDX-License-Identifier: GPL-2.0-only
// Where the model, the scenarios and the variants are: --assets, then VMALAB_ASSETS, then beside an installed
// executable (../share/vmalab/assets as a rule), then the source tree the executable was built from.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace vmalab::app {

/// `asked` is --assets, or empty.
Result<std::filesystem::path> find_assets(const std::filesystem::path& asked);

}  // namespace vmalab::app
