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
#include "app/command_line.h"
#include "app/kernel_option.h"
#include "app/logging.h"
#include "app/player.h"

namespace vmalab::app {
namespace {

/// What a command runs, if it is one that runs something.
template <typename Any>
auto subject_of(Any& command) {
  if constexpr (requires { command.subject; }) return &command.subject;
  return static_cast<Subject*>(nullptr);
}

Result<int> dispatch(Command command, const Everywhere& everywhere) {
  Result<std::filesystem::path> assets = find_assets(everywhere.assets);
  if (!assets) {
    // A trace carries all it needs.
    if (!std::holds_alternative<ReplayCommand>(command)) return tl::unexpected(assets.error());
    assets = std::filesystem::path();
  }
  spdlog::info("assets: {}", assets->string());
  if (Subject* subject = std::visit([](auto& any) { return subject_of(any); }, command); subject != nullptr) {
    if (Result<void> read = read_kernel_options(*subject, *assets); !read) return tl::unexpected(read.error());
  }
  const Workspace workspace(std::move(*assets));
  return std::visit([&](const auto& any) { return any.run(workspace); }, command);
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
  if (!parsed.command) {
    if (parsed.exit_code == kExitOk) {
      if (Result<void> printed = print_exactly(parsed.exactly ? parsed.text : fitted(parsed.text, screen_width())); !printed)
        return report(printed.error());
    } else {
      print_error(parsed.text);
    }
    return parsed.exit_code;
  }
  spdlog::set_level(spdlog::level::off);  // until it is known where to
  if (Result<void> started = start_logging(parsed.everywhere); !started) return report(started.error());
  const Result<int> code = dispatch(*parsed.command, parsed.everywhere);
  if (!code) return report(code.error());
  spdlog::info("exit code {}", *code);
  if (Result<void> logged = finish_logging(parsed.everywhere); !logged) return report(logged.error());
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
