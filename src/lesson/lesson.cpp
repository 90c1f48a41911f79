// SPDX-License-Identifier: GPL-2.0-only
#include "lesson/lesson.h"

#include "base/input_file.h"
#include "base/words.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxFileSize = 1 << 20;

std::filesystem::path folder_of(const std::filesystem::path& assets) { return assets / "lessons"; }

}  // namespace

Diagnostic error_in_lesson(const Lesson& lesson, TomlPlace place, std::string message) {
  return error_in_toml(lesson.toml, lesson.origin, place, std::move(message));
}

Result<ReadLesson> read_lesson_file(const std::filesystem::path& file) {
  const Result<std::string> text = read_input(file, "a lesson", kMaxFileSize);
  if (!text) return tl::unexpected(text.error());
  return read_lesson(*text, file.stem().string(), file.string());
}

Result<Lesson> load_lesson(const std::filesystem::path& file) {
  Result<ReadLesson> read = read_lesson_file(file);
  if (!read) return tl::unexpected(std::move(read.error()));
  if (!read->faults.empty()) return tl::unexpected(std::move(read->faults.front()));
  return std::move(read->lesson);
}

Result<std::filesystem::path> find_lesson_file(const std::filesystem::path& assets, std::string_view name) {
  const std::filesystem::path as_path{std::string(name)};
  if (as_path.extension() == ".toml") return as_path;
  const Result<std::vector<Chapter>> course = read_course(assets);
  if (!course) return tl::unexpected(course.error());
  std::string known;
  for (const Chapter& chapter : *course) {
    for (const std::string& one : chapter.scenarios) {
      if (one == name) return folder_of(assets) / (one + ".toml");
      known += (known.empty() ? "" : ", ") + one;
    }
  }
  return fail("there is no lesson named '" + std::string(name) + "'; there are " + known + "; a path ends in .toml");
}

Result<Lesson> find_lesson(const std::filesystem::path& assets, std::string_view name) {
  const Result<std::filesystem::path> file = find_lesson_file(assets, name);
  if (!file) return tl::unexpected(file.error());
  return load_lesson(*file);
}

Result<std::vector<Chapter>> read_course(const std::filesystem::path& assets) {
  return read_chapters(folder_of(assets) / "course", "the list of lessons");
}

Result<LessonList> list_lessons(const std::filesystem::path& assets) {
  const Result<std::vector<Chapter>> course = read_course(assets);
  if (!course) return tl::unexpected(course.error());
  LessonList list;
  for (const Chapter& chapter : *course) {
    for (const std::string& name : chapter.scenarios) {
      Result<Lesson> lesson = load_lesson(folder_of(assets) / (name + ".toml"));
      if (lesson) {
        list.lessons.push_back(std::move(*lesson));
      } else {
        list.unreadable.push_back(std::move(lesson.error()));
      }
    }
  }
  return list;
}

Origin origin_of(const LessonStep& step) {
  Origin origin;
  origin.what = Origin::What::kName;
  origin.text = step.scenario;
  origin.code.variant = step.variant;
  origin.overrides.ordering = step.ordering;
  return origin;
}

}  // namespace vmalab
