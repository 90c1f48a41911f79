// SPDX-License-Identifier: GPL-2.0-only
#include "app/logging.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/utsname.h>

#include <algorithm>
#include <memory>

#include "app/version.h"

namespace vmalab::app {

Result<void> start_logging(const Options& options) {
  const spdlog::level::level_enum level = spdlog::level::from_str(options.log_level);
  try {
    auto console = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    console->set_pattern("vmalab: %^%l%$: %v");
    console->set_level(level);
    auto logger = std::make_shared<spdlog::logger>("vmalab", console);
    spdlog::level::level_enum lowest = level;
    if (!options.log_file.empty()) {
      auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file.string());
      file->set_pattern("%Y-%m-%d %H:%M:%S.%e %L %v");
      // The file is for somebody who was not there, so it says more than the screen.
      file->set_level(std::min(level, spdlog::level::info));
      lowest = std::min(lowest, spdlog::level::info);
      logger->sinks().push_back(file);
    }
    logger->set_level(lowest);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(logger);
  } catch (const spdlog::spdlog_ex& error) {
    return fail("cannot write the log file: " + std::string(error.what()), options.log_file.string());
  }
  utsname system{};
  uname(&system);
  spdlog::info("vmalab {} ({}), compiler {}, {} {} {}", kVersion, kRevision, __VERSION__, system.sysname, system.release,
               system.machine);
  spdlog::info("command line: {}", options.command_line);
  return {};
}

}  // namespace vmalab::app
