// SPDX-License-Identifier: GPL-2.0-only
// What a shell completes behind `vmalab`, made of the command table: `vmalab completion bash` prints it as a script. Names of
// scenarios, variants and lessons are asked of the program (`vmalab completion scenarios`) when they are needed.
#pragma once

#include <string>

#include "app/command_table.h"

namespace vmalab::app {

std::string bash_completion(const CommandTable& table);
std::string zsh_completion(const CommandTable& table);
std::string fish_completion(const CommandTable& table);

}  // namespace vmalab::app
