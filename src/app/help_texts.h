// SPDX-License-Identifier: GPL-2.0-only
// What `--help` says below the options.
#pragma once

#include <string>

namespace vmalab::app {

/// The program's own: what this build can do.
std::string program_examples();
std::string check_help();
std::string compare_help();
/// Where to read on about scenarios.
std::string guide_hint();

}  // namespace vmalab::app
