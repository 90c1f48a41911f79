// SPDX-License-Identifier: GPL-2.0-only
// The page that `man vmalab` shows, made of the command table: `vmalab help man` prints it, for man(7).
#pragma once

#include <string>

#include "app/command_table.h"

namespace vmalab::app {

std::string man_page(const CommandTable& table);

}  // namespace vmalab::app
