// SPDX-License-Identifier: GPL-2.0-only
#include "app/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/utsname.h>

#include <algorithm>
#include <memory>

#include <unistd.h>

#include "app/text.h"
#include "app/version.h"
#include "base/output_file.h"

namespace vmalab::app {
namespace {

/// The message, with nothing in it that could steer the terminal it is shown on, now or when somebody reads the log.
class CleanMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string text = for_terminal({message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<CleanMessage>(); }
};

/// `%*` in the pattern is the message.
std::unique_ptr<spdlog::formatter> pattern(const char* text) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<CleanMessage>('*').set_pattern(text);
  return formatter;
}

std::string first_error;

}  // namespace

Result<void> start_logging(const Everywhere& options) {
  if (Result<void> can = options.log_file.empty() ? Result<void>() : check_output(options.log_file); !can) return can;
  const spdlog::level::level_enum level = spdlog::level::from_str(options.log_level);
  try {
    auto console = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    console->set_formatter(pattern("vmalab: %^%l%$: %*"));
    console->set_color_mode(wants_colors(STDERR_FILENO) ? spdlog::color_mode::automatic : spdlog::color_mode::never);
    console->set_level(level);
    auto logger = std::make_shared<spdlog::logger>("vmalab", console);
    spdlog::level::level_enum lowest = level;
    if (!options.log_file.empty()) {
      auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file.string());
      file->set_formatter(pattern("%Y-%m-%d %H:%M:%S.%e %L %*"));
      // The file is for somebody who was not there, so it says more than the screen.
      file->set_level(std::min(level, spdlog::level::info));
      lowest = std::min(lowest, spdlog::level::info);
      logger->sinks().push_back(file);
    }
    logger->set_level(lowest);
    logger->flush_on(spdlog::level::info);
    logger->set_error_handler([](const std::string& error) {
      if (first_error.empty()) first_error = error;
    });
    spdlog::set_default_logger(logger);
  } catch (const spdlog::spdlog_ex& error) {
    return fail("cannot write the log file: " + std::string(error.what()), options.log_file.string());
  }
  utsname system{};
  uname(&system);
  spdlog::info("vmalab {} ({}), compiler {}, {} {} {}", kVersion, kRevision, __VERSION__, system.sysname, system.release, system.machine);
  spdlog::info("command line: {}", options.command_line);
  return {};
}

Result<void> finish_logging(const Everywhere& options) {
  spdlog::default_logger()->flush();
  if (first_error.empty() || options.log_file.empty()) return {};
  return fail("the log is not complete: " + first_error, options.log_file.string());
}

}  // namespace vmalab::app
