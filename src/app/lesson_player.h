// SPDX-License-Identifier: GPL-2.0-only
// `vmalab lesson NAME`: a lesson in the terminal. A person answers, steps threads towards a goal, asks for hints, plays freely and
// comes back.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/text.h"
#include "app/typed_commands.h"
#include "base/result.h"
#include "lesson/lesson_run.h"
#include "lesson/progress.h"
#include "run/workspace.h"

namespace vmalab::app {

/// Where this system has a place for how far the lessons are; empty when it has none.
std::filesystem::path lessons_file();

class LessonPlayer {
 public:
  /// `following`: the name of the lesson after this one, or empty.
  LessonPlayer(LessonRun lesson, std::string following, const Workspace& workspace, KeptProgress& kept);
  /// Reads commands from standard input until the lesson is over, `quit`, or its end.
  Result<int> run();

 private:
  using Command = TypedCommand<Result<std::string> (LessonPlayer::*)()>;
  static std::span<const Command> commands();

  Result<std::string> execute(const std::string& line);
  Result<std::string> help();
  Result<std::string> next();
  Result<std::string> back();
  Result<std::string> skip();
  Result<std::string> hint();
  Result<std::string> way();
  Result<std::string> undo();
  Result<std::string> again();
  Result<std::string> here();
  Result<std::string> list();
  Result<std::string> play();
  Result<std::string> track();
  Result<std::string> quit();
  Result<std::string> answer(std::size_t choice);
  Result<std::string> steps(const std::string& schedule);

  Result<std::string> enter();
  Result<void> find_out();
  void keep();
  std::string page();
  std::string outcome();
  std::string way_from_here(int moves);
  std::vector<std::string> rows();
  std::string state();
  std::string state_since(const std::vector<std::string>& before);
  std::string told(const std::vector<Told>& sentences) const;
  std::string taken(NodeId from, std::size_t most);
  std::string over();
  std::string paragraph(const std::string& text, const std::string& indent = "") const;
  const Machine& machine() const { return document_->session.machine(); }

  LessonRun lesson_;
  std::string following_;
  const Workspace& workspace_;
  KeptProgress& kept_;
  std::optional<Document> document_;
  Colors colors_;
  bool quit_ = false;
};

}  // namespace vmalab::app
