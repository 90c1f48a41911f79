// SPDX-License-Identifier: GPL-2.0-only
// Every key that a scenario file may have. The reader refuses what is not in this table, its errors list it, and the page
// that `vmalab help scenarios` prints is made from it.
#pragma once

#include <string_view>

#include "machine/toml_table.h"

namespace vmalab {

const TomlFormat& scenario_format();

}  // namespace vmalab
