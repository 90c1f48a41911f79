// SPDX-License-Identifier: GPL-2.0-only
// What `vmalab open` does where there can be no window: the run is played in the terminal.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/player.h"
#include "app/window.h"

namespace vmalab::app {
namespace {

/// Time to read a step when a demo plays in a terminal in place of the window.
constexpr int kReadingDelay = 700;

}  // namespace

Result<int> play_instead_of_window(const OpenCommand& command, const Workspace& workspace, const std::string& reason, const std::string& advice) {
  spdlog::info("no window: {}", reason);
  if (!command.look.lesson.empty()) {
    if (Result<void> printed = print("No window: " + reason + "\n"); !printed) return tl::unexpected(printed.error());
    LessonCommand lesson;
    lesson.name = command.look.lesson;
    lesson.step = command.look.at;
    return lesson.run(workspace);
  }
  Result<Document> document = workspace.open(command.subject.origin());
  if (!document) return tl::unexpected(document.error());
  RunCommand in_terminal;
  in_terminal.subject = command.subject;
  in_terminal.steps = command.steps;
  if (isatty(STDOUT_FILENO) != 0) in_terminal.delay_ms = kReadingDelay;
  if (Result<void> printed = print("No window: " + reason + "\nPlaying in the terminal instead.\n\n"); !printed) {
    return tl::unexpected(printed.error());
  }
  Result<int> code = in_terminal.play(std::move(*document), workspace);
  if (!code) return code;
  std::string lines = "\n";
  for (const std::string& line : wrap(advice, screen_width())) lines += line + "\n";
  if (Result<void> printed = print(lines); !printed) return tl::unexpected(printed.error());
  return code;
}

}  // namespace vmalab::app
