// SPDX-License-Identifier: GPL-2.0-only
// A lesson as it is written: a TOML file (assets/lessons, the page `vmalab help lessons`) of steps over scenarios and variants. A
// step tells something, asks something before it shows it, or asks for a state that the student has to reach. What is right is
// never written down: the machine says it (task.h). A sentence about the machine has a claim beside it, as captions have (run/claims.h).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/chapters.h"
#include "machine/toml_table.h"
#include "run/claims.h"
#include "run/origin.h"

namespace vmalab {

/// What a step speaks of, so that it can be pointed at.
struct Highlight {
  enum class Kind : std::uint8_t { kPanel, kThread, kField, kLine };
  Kind kind = Kind::kPanel;
  std::string name;    ///< "vma", "w1", "vma0->vm_refcnt", or of kLine a function
  std::string line{};  ///< of kLine: a part of it
  TomlPlace place{};
};
/// "panel: vma", "thread: w1", "field: vma0->vm_refcnt", "line: vma_start_read: raw_read_seqcount(". Error: it is none of them.
Result<Highlight> parse_highlight(std::string_view text);
/// Names of the panels that a step can speak of.
const std::vector<std::string_view>& lesson_panels();

/// How the machine answers a question when the steps that reveal it have been taken.
struct Answer {
  enum class Kind : std::uint8_t { kValue, kYes, kCanStep, kWoken, kBroken };
  Kind kind = Kind::kValue;
  std::string expression{};  ///< kValue, kYes
};
/// "value: EXPR", "yes if: EXPR", "who can step", "who is woken", "which check breaks". Error: it is none of them.
Result<Answer> parse_answer(std::string_view text);

/// What has to be reached.
struct LessonGoal {
  std::string expression;            ///< C that is not zero there; empty:
  const Property* breaks = nullptr;  ///< this check is broken
};

struct LessonStep {
  enum class Kind : std::uint8_t { kTell, kPredict, kBreak };
  Kind kind = Kind::kTell;
  TomlPlace place;
  bool whole = true;  ///< every key of it could be read; else there is nothing to be judged but its sentences

  std::string scenario, variant;     ///< as the steps before have them, where this one says nothing
  std::optional<Ordering> ordering;  ///< of memory; none: the variant's, or sc
  TomlPlace situation_place;
  bool begins = false;  ///< from the scenario's start; else where the step before ended
  std::string run;      ///< a schedule: taken before the text is told
  TomlPlace run_place;
  ClaimedText text;
  std::vector<Highlight> show;
  bool known = false;  ///< who knows the matter may pass over it

  std::string ask;  ///< kPredict: the question; kBreak: what is to be done
  TomlPlace ask_place;
  Answer answer;
  TomlPlace answer_place;
  std::vector<std::string> choices;  ///< empty: those that the answer has by itself
  TomlPlace choices_place;
  std::string reveal;  ///< a schedule: taken when the answer has been given
  TomlPlace reveal_place;
  ClaimedText right, wrong;

  LessonGoal goal;
  TomlPlace goal_place;
  std::optional<int> least;  ///< how many steps the shortest way is expected to have
  TomlPlace least_place;
  ClaimedText solved;
};

struct Lesson {
  std::string name;  ///< file name without .toml
  std::string title;
  TomlPlace title_place;
  std::string title_claim;  ///< holds after some step
  TomlPlace title_claim_place;
  std::vector<LessonStep> steps;
  std::string toml;
  std::string origin;  ///< what the text is called in errors
};

/// Every key that a lesson file may have.
const TomlFormat& lesson_format();
Diagnostic error_in_lesson(const Lesson& lesson, TomlPlace place, std::string message);
/// What of it can be read, and everything that cannot.
struct ReadLesson {
  Lesson lesson;
  std::vector<Diagnostic> faults;
};
ReadLesson read_lesson(std::string_view toml, std::string name, std::string_view origin);
/// Error: the file cannot be read at all.
Result<ReadLesson> read_lesson_file(const std::filesystem::path& file);
/// The same where a fault is the error.
Result<Lesson> parse_lesson(std::string_view toml, std::string name, std::string_view origin);
Result<Lesson> load_lesson(const std::filesystem::path& file);
/// The file of NAME in assets/lessons, or NAME itself when it ends in .toml. An unknown name's error lists those there are.
Result<std::filesystem::path> find_lesson_file(const std::filesystem::path& assets, std::string_view name);
Result<Lesson> find_lesson(const std::filesystem::path& assets, std::string_view name);

/// assets/lessons/course: chapters, and the names of their lessons in the order in which they build on each other.
Result<std::vector<Chapter>> read_course(const std::filesystem::path& assets);
/// The lessons of the course, in its order: one that cannot be read keeps nobody from the others.
struct LessonList {
  std::vector<Lesson> lessons;
  std::vector<Diagnostic> unreadable;  ///< why, one a lesson
};
Result<LessonList> list_lessons(const std::filesystem::path& assets);

/// Where the session of a step comes from.
Origin origin_of(const LessonStep& step);

}  // namespace vmalab
