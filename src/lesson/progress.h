// SPDX-License-Identifier: GPL-2.0-only
// How far a person has come in each lesson: a JSON file of its own beside what the window remembers, which the window and the
// terminal both write.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "lesson/lesson_run.h"

namespace vmalab {

struct LessonProgress {
  struct Of {
    int step = 0;              ///< where to go on, from 0
    bool finished = false;     ///< once gone through to its end
    int asked = 0, right = 0;  ///< questions and goals of the last time
  };
  std::map<std::string, Of> lessons;  ///< by name

  /// Where the run stands now.
  void note(const LessonRun& run);
};

/// How far the lessons are, read from a file and written there as they go on.
struct KeptProgress {
  std::filesystem::path file;  ///< empty: nothing is kept
  LessonProgress progress;
  std::string trouble;  ///< why what was kept is not used; empty when it is

  /// What cannot be read goes beside it, as .old: it is somebody's.
  explicit KeptProgress(std::filesystem::path where);
  /// Error: it cannot be written.
  Result<void> keep(const LessonRun& run);
};

/// A file that is not there knows of nothing. Errors: as read_state_file().
Result<LessonProgress> read_progress(const std::filesystem::path& file);
/// Whole or not at all; makes the folder.
Result<void> write_progress(const std::filesystem::path& file, const LessonProgress& progress);

}  // namespace vmalab
