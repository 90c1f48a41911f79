// SPDX-License-Identifier: GPL-2.0-only
// What `--help` says below the options, and the man page.
#pragma once

#include <string>

namespace vmalab::app {

/// What the program is, for the man page; what is typed stands between backquotes.
std::string program_story();
std::string exit_codes();
/// The program's own: what this build can do, a line each.
std::string program_examples();
std::string check_help();
std::string compare_help();
std::string futures_help();
std::string minimize_help();
std::string why_help();
std::string map_help();
std::string diff_help();
std::string export_help();
std::string litmus_help();
/// Where to read on about scenarios.
std::string guide_hint();
std::string lesson_hint();

/// ".html, .svg, ... and .png": of everything that this build can write of a run.
std::string known_extensions();

}  // namespace vmalab::app
