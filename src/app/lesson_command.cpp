// SPDX-License-Identifier: GPL-2.0-only
// `vmalab lessons` and `vmalab lesson --check`: what there is to learn, how far one has come, and whether what is taught is so.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/check_support.h"
#include "app/commands.h"
#include "app/lesson_player.h"
#include "app/player.h"
#include "base/json.h"
#include "base/words.h"
#include "lesson/lesson_check.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string progress_text(const LessonProgress& progress, const Lesson& lesson) {
  const auto found = progress.lessons.find(lesson.name);
  if (found == progress.lessons.end()) return "";
  const LessonProgress::Of& of = found->second;
  if (of.step > 0) return "at step " + std::to_string(of.step + 1) + " of " + std::to_string(lesson.steps.size());
  return of.finished ? "done" : "";
}

/// A file, a lesson of the course, or the whole course.
Result<std::vector<std::filesystem::path>> chosen(const Workspace& workspace, const std::string& name) {
  std::vector<std::filesystem::path> files;
  const auto add = [&](const std::string& one) -> Result<void> {
    Result<std::filesystem::path> file = find_lesson_file(workspace.assets(), one);
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
    return {};
  };
  if (!name.empty()) {
    if (Result<void> added = add(name); !added) return tl::unexpected(added.error());
    return files;
  }
  const Result<std::vector<Chapter>> course = read_course(workspace.assets());
  if (!course) return tl::unexpected(course.error());
  for (const Chapter& chapter : *course) {
    for (const std::string& one : chapter.scenarios) {
      if (Result<void> added = add(one); !added) return tl::unexpected(added.error());
    }
  }
  return files;
}

Result<int> check_lessons(const Workspace& workspace, const std::string& name) {
  const Result<std::vector<std::filesystem::path>> files = chosen(workspace, name);
  if (!files) return tl::unexpected(files.error());
  std::string out;
  std::size_t faults = 0;
  catch_interrupts();
  Prover prover(workspace, show_progress_of_long);
  for (const std::filesystem::path& file : *files) {
    const Result<ReadLesson> read = read_lesson_file(file);
    const std::vector<Diagnostic> found = read ? check_lesson(*read, workspace, prover) : std::vector{read.error()};
    clear_progress();
    if (interrupted()) return static_cast<int>(kExitInterrupted);
    for (const Diagnostic& fault : found) out += fault.to_string() + "\n";
    faults += found.size();
  }
  out += std::to_string(files->size()) + words::plural(files->size(), " lesson") + ": ";
  out += faults == 0 ? "every sentence has a claim, and it holds; every question has one right answer; every goal can be met\n"
                     : std::to_string(faults) + words::plural(faults, " fault") + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(faults == 0 ? kExitOk : kExitBadInput);
}

void warn_of_unreadable(const LessonList& list) {
  for (const Diagnostic& why : list.unreadable) spdlog::warn("this lesson cannot be read, and is left out: {}", why.to_string());
}

}  // namespace

Result<int> LessonsCommand::run(const Workspace& workspace) const {
  const Result<LessonList> read = list_lessons(workspace.assets());
  if (!read) return tl::unexpected(read.error());
  const std::vector<Lesson>& lessons = read->lessons;
  warn_of_unreadable(*read);
  const Result<std::vector<Chapter>> course = read_course(workspace.assets());
  if (!course) return tl::unexpected(course.error());
  const KeptProgress kept(lessons_file());
  Json list = Json::array();
  const Colors colors{!json && stdout_wants_colors()};
  std::size_t width = 0;
  for (const Lesson& lesson : lessons) width = std::max(width, lesson.name.size());
  std::string out, chapter;
  for (const Lesson& lesson : lessons) {
    if (const std::string of = chapter_of(*course, lesson.name); of != chapter) {
      out += (out.empty() ? "" : "\n") + of + "\n";
      chapter = of;
    }
    const std::string how_far = progress_text(kept.progress, lesson);
    std::string lead = colors.bold(padded(lesson.name, width)) + "  ";
    for (const std::string& line :
         wrap(lesson.title + (how_far.empty() ? "" : " (" + how_far + ")"), std::max<std::size_t>(screen_width() - width - 2, 20))) {
      out += lead + line + "\n";
      lead.assign(width + 2, ' ');
    }
    const auto found = kept.progress.lessons.find(lesson.name);
    const LessonProgress::Of of = found == kept.progress.lessons.end() ? LessonProgress::Of{} : found->second;
    list.push_back({{"name", lesson.name},
                    {"title", lesson.title},
                    {"chapter", chapter},
                    {"steps", lesson.steps.size()},
                    {"finished", of.finished},
                    {"at_step", of.step + 1},
                    {"asked", of.asked},
                    {"right", of.right}});
  }
  out += "\n" + colors.dim("vmalab lesson NAME begins one or goes on with it; vmalab help lessons says how to write one.") + "\n";
  if (json) out = json_text(Json{{"lessons", std::move(list)}}, 1) + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

Result<int> LessonCommand::run(const Workspace& workspace) const {
  if (check) return check_lessons(workspace, name);
  KeptProgress kept(lessons_file());
  const Result<LessonList> read = list_lessons(workspace.assets());
  if (!read) return tl::unexpected(read.error());
  const std::vector<Lesson>& lessons = read->lessons;
  if (name.empty()) {
    warn_of_unreadable(*read);
    if (lessons.empty()) return fail("there is no lesson that can be read");
  }
  Result<Lesson> lesson = [&]() -> Result<Lesson> {
    if (!name.empty()) return find_lesson(workspace.assets(), name);
    // The first of the course that is not done.
    const auto next = std::find_if(lessons.begin(), lessons.end(), [&](const Lesson& one) { return !kept.progress.lessons[one.name].finished; });
    return next == lessons.end() ? lessons.front() : *next;
  }();
  if (!lesson) return tl::unexpected(lesson.error());
  const int steps = static_cast<int>(lesson->steps.size());
  if (step && (*step < 1 || *step > steps)) {
    return fail("there is no step " + std::to_string(*step) + ": the lesson has " + std::to_string(steps), "--step");
  }
  const int first = step ? *step - 1 : again ? 0 : kept.progress.lessons[lesson->name].step;
  const auto here = std::find_if(lessons.begin(), lessons.end(), [&](const Lesson& one) { return one.name == lesson->name; });
  const std::string following = here != lessons.end() && here + 1 != lessons.end() ? (here + 1)->name : "";
  return LessonPlayer(LessonRun(std::move(*lesson), first, fast), following, workspace, kept).run();
}

}  // namespace vmalab::app
