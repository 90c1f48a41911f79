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

/// A file that is not there knows of nothing. Errors: as read_state_file().
Result<LessonProgress> read_progress(const std::filesystem::path& file);
/// Whole or not at all; makes the folder.
Result<void> write_progress(const std::filesystem::path& file, const LessonProgress& progress);

}  // namespace vmalab
