// SPDX-License-Identifier: GPL-2.0-only
// What the command line asked for, as plain data. Everything that CLI11 knows stays in command_line.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "machine/checks.h"
#include "run/origin.h"
#include "run/scheduler.h"

namespace vmalab::app {

enum class CommandName : std::uint8_t { kOpen, kRun, kReplay, kScenarios, kParse, kCheck, kVariants, kCompare, kShot, kNew, kGuide, kVersion };

/// Exit codes, the same for every command.
enum ExitCode : int {
  kExitOk = 0,
  kExitViolation = 1,   ///< the run broke a check
  kExitBadInput = 2,    ///< what was asked for cannot be done; the message says why
  kExitIncomplete = 3,  ///< a check was stopped or ran out of memory before it knew
  kExitInterrupted = 130,
};

struct Options {
  CommandName command = CommandName::kOpen;

  // what to run
  std::string target;                           ///< scenario name, .toml file, trace file or link; empty: the default scenario
  int readers = 0, writers = 0, detachers = 0;  ///< any of them: the standard scenario
  Overrides overrides;
  CodeChoice code;
  std::vector<std::string> patch_files;  ///< or "-"; in order: what code.patches was read from

  // which steps
  std::optional<std::string> schedule;
  Policy policy = Policy::kDemo;  ///< the demo, or where there is none chance
  std::uint64_t seed = 1;
  bool demo = false;  ///< asked for by name: having none is an error
  std::optional<int> steps;
  bool interactive = false;
  int delay_ms = 0;

  // what to check
  bool all = false;                 ///< every scenario, one after the other
  bool bisect = false;              ///< exit codes as `git bisect run` takes them
  bool report = false;              ///< a text to paste under a patch
  std::vector<std::string> series;  ///< like patches: judged commit by commit
  std::string find;                 ///< C expression: look for a state instead of judging the checks
  std::vector<CheckId> judge;       ///< only these; empty: all
  bool symmetry = true, partial_order = true;
  int jobs = 0;        ///< 0: one a core
  int memory_mib = 0;  ///< 0: most of what is free
  std::filesystem::path trace_file;

  // what to write
  std::filesystem::path record;
  bool force = false;
  std::string from;  ///< the scenario that `new` starts from
  bool link = false;
  bool json = false;

  // pictures
  std::filesystem::path output;
  int width = 1280, height = 720;
  bool light = false;
  double scale = 1;

  // everywhere
  std::filesystem::path assets;
  std::string log_level = "warn";
  std::filesystem::path log_file;
  std::string command_line;  ///< as typed, for the log

  bool counts_given = false;  ///< one of --readers, --writers, --detachers, be it 0
  bool standard() const { return counts_given; }
};

/// Where the session comes from that the options ask for; `otherwise` when they name no scenario, and no variant that does.
Origin origin_of(const Options& options, const char* otherwise = kDefaultScenario);

/// What came of reading the command line: options to act on, or a text to print and the exit code.
struct ParsedCommandLine {
  std::optional<Options> options;
  std::string text;
  int exit_code = kExitOk;
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace vmalab::app
