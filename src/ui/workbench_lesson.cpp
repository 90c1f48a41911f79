// SPDX-License-Identifier: GPL-2.0-only
// The Workbench with a lesson: it opens what a step needs, puts the session where the step stands, shows what it speaks of, and
// carries out what the student does.
#include <algorithm>
#include <cctype>
#include <utility>

#include "base/words.h"
#include "ui/workbench.h"

namespace vmalab {

Result<void> Workbench::begin_lesson(std::string_view name, std::optional<int> step) {
  tutor_.read_course(documents_.workspace().assets());
  Result<Lesson> lesson = find_lesson(documents_.workspace().assets(), name);
  if (!lesson) return tl::unexpected(lesson.error());
  const int count = static_cast<int>(lesson->steps.size());
  if (step && (*step < 0 || *step >= count)) {
    return fail("there is no step " + std::to_string(*step + 1) + ": the lesson has " + std::to_string(count));
  }
  const auto known = tutor_.progress().lessons.find(lesson->name);
  const int at = step.value_or(known == tutor_.progress().lessons.end() ? 0 : known->second.step);
  tutor_.begin(LessonRun(std::move(*lesson), at));
  Result<void> entered = enter_lesson_step();
  if (!entered) tutor_.end();
  return entered;
}

void Workbench::read_lessons() {
  tutor_.read_course(documents_.workspace().assets());
  if (!tutor_.trouble().empty()) notices_.say(NoticeKind::kWarning, "Not every lesson can be read. " + tutor_.trouble());
}

/// The document for the step, where the step stands.
Result<void> Workbench::enter_lesson_step() {
  notices_.forget(NoticeAbout::kCommand);
  LessonRun& run = tutor_.run();
  const bool was_away = run.away();
  for (const bool fresh : {false, true}) {
    if (fresh || !run.plays_on(session())) {
      if (Result<void> done = documents_.open(run.origin()); !done) return done;
      opened();
    }
    if (Result<void> stood = run.stand(documents_.session()); !stood) return stood;
    if (!run.shows_too_much(session(), was_away)) break;
  }
  player_.stop();
  player_.drop_demo();  // its captions tell another story
  captioned_ = {0, kNoNode};
  moved();
  motion_.settle();
  show_spots();
  tutor_.keep();
  return {};
}

/// What the step speaks of comes into view; outlines are drawn around it (panel_tutor.cpp).
void Workbench::show_spots() {
  if (last_step() != nullptr) selected_ = last_step()->action.thread;
  bool map = false, causes = false;
  std::optional<ThreadId> thread;
  std::optional<Place> place;
  for (const Spot& spot : tutor_.run().shown(session()).spots) {
    switch (spot.kind) {
      case Highlight::Kind::kThread:
        thread = spot.thread;
        select_thread(*spot.thread);
        break;
      case Highlight::Kind::kField:
        place = Place::word(spot.address);
        if (address_kind(spot.address) == ObjectKind::kVma) select_vma(address_object(spot.address));
        break;
      case Highlight::Kind::kLine:
        panels.tab = Tab::kSource;
        panels.source.show_diff = false;
        panels.source.follow = false;
        panels.source.file = spot.file;
        panels.source.cursor_line = spot.line;
        panels.source.scroll_to_cursor = true;
        break;
      case Highlight::Kind::kPanel:
        if (spot.name == "source" || spot.name == "checks") panels.tab = spot.name == "source" ? Tab::kSource : Tab::kChecks;
        if (spot.name == "memory" || spot.name == "classes") panels.corner = spot.name == "memory" ? Tab::kMemory : Tab::kClassMap;
        map = map || spot.name == "map";
        causes = causes || spot.name == "causes";
        if (spot.name == "messages") panels.corner = Tab::kMessages;
        break;
    }
  }
  // The map has no place of its own; causes are of what else the step points at.
  Arrangement& arrangement = panels.arrangement;
  if (map || arrangement.filled() == PanelId::kStateMap) arrangement.fill(map ? std::optional(PanelId::kStateMap) : std::nullopt);
  panels.causes.close();
  if (!causes) return;
  if (place) return ask_why(*place);
  if (thread) return ask_why(*thread);
  panels.causes.wanted = true;
}

void Workbench::enter_or_tell() {
  if (const Result<void> entered = enter_lesson_step(); !entered) notices_.say(NoticeKind::kError, entered.error().to_string());
}

/// The lesson, its scenario and its C, as they are on disk now; at the same step.
void Workbench::reload_lesson() {
  const auto refuse = [&](const Diagnostic& why) {
    notices_.say(NoticeKind::kError, "Not reloaded, the old lesson goes on. " + why.to_string(), NoticeAbout::kReload);
  };
  Result<Lesson> lesson = load_lesson(tutor_.run().lesson().origin);
  if (!lesson) return refuse(lesson.error());
  if (const Result<void> done = documents_.reload(); !done) return refuse(done.error());
  opened();
  tutor_.begin(LessonRun(std::move(*lesson), tutor_.run().step(), tutor_.run().fast()));
  if (const Result<void> entered = enter_lesson_step(); !entered) {
    tutor_.end();
    return notices_.say(NoticeKind::kError, "Reloaded, and left the lesson. " + entered.error().to_string(), NoticeAbout::kReload);
  }
  notices_.say(NoticeKind::kInfo, "Reloaded the lesson.", NoticeAbout::kReload);
}

void Workbench::lesson_next(bool skip) {
  if (!tutor_.on()) return;
  LessonRun& run = tutor_.run();
  if (run.over()) return after_lesson();
  const Result<void> moved_on = skip ? run.skip() : run.next();
  if (moved_on) return enter_or_tell();
  if (!run.over()) {
    std::string why = moved_on.error().message + ".";
    why.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(why.front())));
    return notices_.say(NoticeKind::kInfo, why, NoticeAbout::kCommand);
  }
  // Its last page says what was found out, and what comes next.
  notices_.forget(NoticeAbout::kCommand);
  tutor_.keep();
}

void Workbench::after_lesson() {
  if (const Lesson* next = tutor_.following()) {
    const std::string name = next->name;
    if (const Result<void> begun = begin_lesson(name, 0); !begun) notices_.say(NoticeKind::kError, begun.error().to_string());
  } else {
    leave_lesson();
  }
}

void Workbench::lesson_back() {
  if (tutor_.on() && tutor_.run().previous()) enter_or_tell();
}

void Workbench::lesson_answer(std::size_t choice) {
  if (!tutor_.on()) return;
  notices_.forget(NoticeAbout::kCommand);
  const Result<void> done = tutor_.run().answer(choice, documents_.session());
  moved();
  if (!done) return notices_.say(NoticeKind::kWarning, done.error().message, NoticeAbout::kCommand);
  tutor_.keep();
}

/// For a room: what is asked is answered, a goal is reached.
void Workbench::lesson_reveal() {
  if (tutor_.run().here().kind == LessonStep::Kind::kBreak) return lesson_way();
  notices_.forget(NoticeAbout::kCommand);
  const Result<void> done = tutor_.run().reveal(documents_.session());
  moved();
  if (!done) notices_.say(NoticeKind::kWarning, done.error().message, NoticeAbout::kCommand);
}

/// Asked again while it is looked for, it is not wanted any more.
void Workbench::lesson_hint() {
  if (!tutor_.on()) return;
  if (tutor_.run().asked_for_way()) return tutor_.run().stop_search();
  if (const Result<void> begun = tutor_.run().hint(session()); !begun)
    return notices_.say(NoticeKind::kInfo, begun.error().message, NoticeAbout::kCommand);
  look_for_way();
}

void Workbench::lesson_way() {
  if (!tutor_.on()) return;
  if (tutor_.run().asked_for_way()) return tutor_.run().stop_search();
  const Result<void> begun = tutor_.run().show_way(documents_.session());
  moved();
  if (!begun) return notices_.say(NoticeKind::kInfo, begun.error().message, NoticeAbout::kCommand);
  look_for_way();
}

/// A little each frame.
void Workbench::look_for_way() {
  constexpr double kShareOfFrame = 0.006;
  constexpr check::Budget kPiece{64};
  if (!tutor_.searching()) return;
  LessonRun& run = tutor_.run();
  const bool open = run.task_open();
  double spent = 0;
  while (run.searching() && spent < kShareOfFrame) {
    const check::Stopwatch watch(spent);
    if (const Result<void> done = run.search(documents_.session(), kPiece); !done) {
      notices_.say(NoticeKind::kError, done.error().to_string());
      break;
    }
  }
  if (open && !run.task_open()) {
    moved();
    tutor_.keep();
  }
}

void Workbench::lesson_free_or_back() {
  if (!tutor_.on()) return;
  if (!tutor_.run().away()) return tutor_.run().play_freely();
  enter_or_tell();
}

void Workbench::lesson_fast() {
  if (tutor_.on()) tutor_.run().set_fast(!tutor_.run().fast());
}

void Workbench::left_the_lesson() {
  if (tutor_.on()) tutor_.run().play_freely();
}

void Workbench::leave_lesson() {
  if (!tutor_.on()) return;
  tutor_.keep();
  tutor_.end();
  Result<Demo> demo = Demo::of(machine());
  if (demo) player_.open(std::move(*demo));
  captioned_ = {0, kNoNode};
}

std::vector<PickerRow> Workbench::list_rows() const {
  if (overlay_.kind == Overlay::Kind::kBranches) {
    std::vector<PickerRow> branches = branch_list();
    std::erase_if(branches, [&](const PickerRow& row) { return !matches(row, overlay_.text); });
    return branches;
  }
  if (overlay_.kind != Overlay::Kind::kLessons) return picker_rows(documents_, overlay_, seen());
  std::vector<PickerRow> rows;
  for (const Lesson& lesson : tutor_.lessons()) {
    const auto known = tutor_.progress().lessons.find(lesson.name);
    const LessonProgress::Of of = known == tutor_.progress().lessons.end() ? LessonProgress::Of{} : known->second;
    std::string how_far = std::to_string(lesson.steps.size()) + " " + words::plural(lesson.steps.size(), "step");
    if (of.step > 0) how_far = "at step " + std::to_string(of.step + 1) + " of " + how_far;
    if (of.finished) how_far = "done, " + std::to_string(of.right) + " of " + std::to_string(of.asked) + " right; " + how_far;
    PickerRow row{lesson.name, lesson.title, how_far};
    row.index = static_cast<int>(rows.size());
    row.current = tutor_.on() && tutor_.run().lesson().name == lesson.name;
    row.chapter = tutor_.chapter(lesson.name);
    rows.push_back(std::move(row));
  }
  std::erase_if(rows, [&](const PickerRow& row) { return !matches(row, overlay_.text); });
  return rows;
}

/// Enter and the page keys go through the lesson, digits answer, H is a hint; everything else is as ever.
bool Workbench::handle_key_in_lesson(Key key, Mods mods) {
  if (mods != Mods{} || !tutor_.leads()) return false;
  const LessonShown shown = tutor_.run().shown(session());
  if (key >= Key::k1 && key <= Key::k9 && shown.kind == LessonStep::Kind::kPredict && !shown.done) {
    const auto choice = static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::k1);
    if (choice < shown.choices.size()) lesson_answer(choice);
    return true;
  }
  switch (key) {
    case Key::kEnter:
    case Key::kPageDown:
      if (stage_.on() && !shown.done) {
        lesson_reveal();
      } else {
        lesson_next(false);
      }
      return true;
    case Key::kPageUp: lesson_back(); return true;
    case Key::kH:
      if (shown.kind != LessonStep::Kind::kBreak || shown.done) return false;
      lesson_hint();
      return true;
    default: return false;
  }
}

}  // namespace vmalab
