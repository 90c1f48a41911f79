// SPDX-License-Identifier: GPL-2.0-only
// The table of commands as it is in a browser, where some keys are the browser's own. command_table() is this one where
// platform::browser_keys() says so; here it is for tests.
#pragma once

#include <span>

#include "ui/commands.h"

namespace vmalab {

std::span<const Command> commands_in_browser();

}  // namespace vmalab
