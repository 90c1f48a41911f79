// SPDX-License-Identifier: GPL-2.0-only
// The lesson that is being taken in the window, and the lessons there are: what the Workbench holds of them. The run plays over the
// open document's session; the Workbench opens what it needs and tells it of every step.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lesson/lesson_run.h"
#include "lesson/progress.h"
#include "ui/widgets.h"

namespace vmalab {

class Tutor {
 public:
  /// `kept`: the file with how far the person is in each; empty: nothing is kept.
  explicit Tutor(std::filesystem::path kept) : kept_(std::move(kept)) {}

  bool on() const { return run_.has_value(); }
  const LessonRun& run() const { return *run_; }
  LessonRun& run() { return *run_; }
  /// The lesson has the keyboard's Enter and digits: it is on, and not left to free play.
  bool leads() const { return on() && !run_->away(); }
  /// A way to a goal is looked for.
  bool searching() const { return on() && run_->searching(); }
  void begin(LessonRun run) { run_.emplace(std::move(run)); }
  void end() { run_.reset(); }
  /// Where the student is now, for the next time.
  void keep();

  /// Every lesson of the course; read again when the list is opened.
  void read_course(const std::filesystem::path& assets);
  const std::vector<Lesson>& lessons() const { return lessons_; }
  const std::string& chapter(const std::string& lesson) const;
  const LessonProgress& progress() const { return kept_.progress; }
  /// The lesson behind the open one; null when it is the last, or none of the course.
  const Lesson* following() const;
  /// The open one is in the course: it is none of a teacher's own.
  bool of_course() const { return run_ && !chapter(run_->lesson().name).empty(); }
  /// Why the list, or a lesson of it, could not be read; empty when all were.
  const std::string& trouble() const { return trouble_; }

 private:
  KeptProgress kept_;
  std::optional<LessonRun> run_;
  std::vector<Lesson> lessons_;
  std::vector<Chapter> chapters_;
  std::string trouble_;
};

/// The names of marked widgets that stand for what a step speaks of, in the panels that may show it.
std::vector<std::string> spot_marks(const Spot& spot, const Machine& machine);

}  // namespace vmalab
