// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line, finds the assets, and hands over to one command.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "app/assets.h"
#include "app/commands.h"
#include "app/kernel_option.h"
#include "app/logging.h"
#include "app/options.h"
#include "app/player.h"
#include "app/version.h"

namespace vmalab::app {
namespace {

Result<int> dispatch(Options options) {
  if (options.command == CommandName::kVersion) {
    if (Result<void> printed = print(std::string("vmalab ") + kVersion + " (" + kRevision + ")\n"); !printed) {
      return tl::unexpected(printed.error());
    }
    return static_cast<int>(kExitOk);
  }
  Result<std::filesystem::path> assets = find_assets(options.assets);
  if (!assets) {
    // A trace carries all it needs.
    if (options.command != CommandName::kReplay) return tl::unexpected(assets.error());
    assets = std::filesystem::path();
  }
  spdlog::info("assets: {}", assets->string());
  if (Result<void> read = read_kernel_options(options, *assets); !read) return tl::unexpected(read.error());
  const Workspace workspace(std::move(*assets));
  switch (options.command) {
    case CommandName::kOpen: return open_command(options, workspace);
    case CommandName::kRun: return run_command(options, workspace);
    case CommandName::kReplay: return replay_command(options, workspace);
    case CommandName::kScenarios: return scenarios_command(options, workspace);
    case CommandName::kParse: return parse_command(options, workspace);
    case CommandName::kCheck: return check_command(options, workspace);
    case CommandName::kVariants: return variants_command(options, workspace);
    case CommandName::kCompare: return compare_command(options, workspace);
    case CommandName::kNew: return new_command(options, workspace);
    case CommandName::kGuide: return guide_command(options, workspace);
    case CommandName::kShot: return shot_command(options, workspace);
    case CommandName::kVersion: break;
  }
  return static_cast<int>(kExitOk);
}

int report(const Diagnostic& error) {
  spdlog::info("ends with: {}", error.to_string());
  if (reader_gone()) end_by_broken_pipe();
  std::string text = error.to_string();
  if (text.empty() || text.back() != '\n') text += '\n';
  print_error("vmalab: " + text);
  return kExitBadInput;
}

int run_program(int argc, const char* const* argv) {
  keep_standard_streams();
  const ParsedCommandLine parsed = parse_command_line(argc, argv);
  if (!parsed.options) {
    if (parsed.exit_code == kExitOk) {
      if (Result<void> printed = print(parsed.text); !printed) return report(printed.error());
    } else {
      print_error(parsed.text);
    }
    return parsed.exit_code;
  }
  spdlog::set_level(spdlog::level::off);  // until it is known where to
  if (Result<void> started = start_logging(*parsed.options); !started) return report(started.error());
  const Result<int> code = dispatch(*parsed.options);
  if (!code) return report(code.error());
  spdlog::info("exit code {}", *code);
  if (Result<void> logged = finish_logging(*parsed.options); !logged) return report(logged.error());
  return *code;
}

}  // namespace
}  // namespace vmalab::app

int main(int argc, char** argv) {
  int code = 70;
  try {
    code = vmalab::app::run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("vmalab: error: there is not enough memory\n", stderr);
    code = vmalab::app::kExitIncomplete;
  } catch (const std::exception& error) {
    vmalab::app::print_error(std::string("vmalab: internal error: ") + error.what() + "\nPlease report it with the command line you used.\n");
  }
  // For `git bisect run` everything but good and bad is "skip this one", whatever went wrong.
  const bool bisect = std::any_of(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--bisect"; });
  return bisect && code != vmalab::app::kExitOk && code != vmalab::app::kExitViolation ? 125 : code;
}
