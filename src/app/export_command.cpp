// SPDX-License-Identifier: GPL-2.0-only
// `vmalab export`: a run as a file for others, by its extension.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "app/commands.h"
#include "app/help_texts.h"
#include "app/player.h"
#include "app/text.h"
#include "app/window.h"
#include "base/output_file.h"
#include "base/words.h"
#include "export/format.h"

namespace vmalab::app {
namespace {

/// The whole run, or the range that was asked for.
Result<StepRange> range_of(const ExportCommand& command, int steps) {
  if (command.range.empty()) return StepRange{1, steps};
  Result<StepRange> range = parse_range(command.range, steps);
  if (!range) return fail(range.error().message, "--range");
  return range;
}

}  // namespace

Result<int> ExportCommand::run(const Workspace& workspace) const {
  const ExportFormat* format = find_export_format(output);
  const bool picture = format == nullptr && find_picture_format(output) != nullptr;
  if (format == nullptr && !picture) return fail("the extension says what is written, and this has none of " + known_extensions(), output.string());
  // Before the work, not after it.
  if (const Result<void> checked = check_output(output); !checked) return tl::unexpected(checked.error());
  std::error_code error;
  if (!force && std::filesystem::is_regular_file(output, error)) return fail("the file is there already; --force writes over it", output.string());

  Result<Document> document = open_run(subject, steps, workspace);
  if (!document) return tl::unexpected(document.error());
  const int steps_there = static_cast<int>(document->session.path().size()) - 1;
  if (steps_there == 0) {
    return fail("there is no step to write: choose some with --schedule, --random, --pct or --round-robin",
                document->session.machine().scenario().name);
  }
  const Result<StepRange> chosen = range_of(*this, steps_there);
  if (!chosen) return tl::unexpected(chosen.error());

  catch_interrupts();
  const bool shows = isatty(STDERR_FILENO) != 0;
  bool shown = false;
  const auto progress = [&](int done, int of) {
    if (shows) std::fprintf(stderr, "\r%d of %d  (Ctrl-C stops)", done, of);
    shown = shows;
    return !interrupted();
  };
  const int written_steps = chosen->count();
  const auto write = [&]() -> Result<std::string> {
    if (picture) return draw_run(*this, workspace, std::move(*document), *chosen, progress);
    ExportOptions options;
    options.columns = columns;
    options.only_shared = only_shared;
    options.assets = workspace.assets();
    return format->write(RecordedRun(document->session, *chosen, progress), options);
  };
  const Result<std::string> bytes = write();
  if (shown) std::fprintf(stderr, "\r\033[K");
  if (interrupted()) return static_cast<int>(kExitInterrupted);
  if (!bytes) return tl::unexpected(bytes.error());
  if (const Result<void> written = write_output(output, *bytes, force); !written) return tl::unexpected(written.error());
  spdlog::info("wrote {} steps to {}", written_steps, output.string());
  const bool cut = !picture && format->most_steps != 0 && format->most_steps < written_steps;
  const std::string what = (cut ? "the last " + std::to_string(format->most_steps) + " of " : "") + std::to_string(written_steps) +
                           words::plural(static_cast<std::uint64_t>(written_steps), " step");
  if (Result<void> told = tell_written(output, what + ", " + size_text(bytes->size())); !told) {
    return tl::unexpected(told.error());
  }
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
