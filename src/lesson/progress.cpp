// SPDX-License-Identifier: GPL-2.0-only
#include "lesson/progress.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/state_file.h"

namespace vmalab {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMostLessons = 1000;

}  // namespace

void LessonProgress::note(const LessonRun& run) {
  Of& of = lessons[run.lesson().name];
  of.finished = of.finished || run.finished();
  of.step = run.finished() ? 0 : run.step();
  of.asked = run.asked();
  of.right = run.right();
}

KeptProgress::KeptProgress(std::filesystem::path where) : file(std::move(where)) {
  if (file.empty()) return;
  if (Result<LessonProgress> read = read_progress(file)) {
    progress = std::move(*read);
    return;
  } else {
    trouble = "How far the lessons were is not known any more. " + read.error().to_string();
  }
  std::error_code error;
  std::filesystem::rename(file, file.string() + ".old", error);
  if (!error) trouble += " It is now " + file.string() + ".old";
}

Result<void> KeptProgress::keep(const LessonRun& run) {
  // Another window or terminal may have written since.
  if (!file.empty()) {
    if (Result<LessonProgress> now = read_progress(file)) progress = std::move(*now);
  }
  progress.note(run);
  return file.empty() ? Result<void>() : write_progress(file, progress);
}

Result<LessonProgress> read_progress(const std::filesystem::path& file) {
  LessonProgress progress;
  const Result<StateJson> json = read_state_file(file, "how far the lessons are", kVersion);
  if (!json) return tl::unexpected(json.error());
  const auto found = json->find("lessons");
  if (found == json->end() || !found->is_object()) return progress;
  for (const auto& [name, one] : found->items()) {
    if (!one.is_object() || progress.lessons.size() == kMostLessons) continue;
    LessonProgress::Of of;
    take(one, "step", of.step);
    take(one, "finished", of.finished);
    take(one, "asked", of.asked);
    take(one, "right", of.right);
    of.step = std::max(of.step, 0);
    of.asked = std::max(of.asked, 0);
    of.right = std::clamp(of.right, 0, of.asked);
    progress.lessons[name] = of;
  }
  return progress;
}

Result<void> write_progress(const std::filesystem::path& file, const LessonProgress& progress) {
  StateJson lessons = StateJson::object();
  for (const auto& [name, of] : progress.lessons) {
    lessons[name] = {{"step", of.step}, {"finished", of.finished}, {"asked", of.asked}, {"right", of.right}};
  }
  return write_state_file(file, kVersion, {{"lessons", std::move(lessons)}});
}

}  // namespace vmalab
