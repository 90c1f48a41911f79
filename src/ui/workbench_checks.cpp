// SPDX-License-Identifier: GPL-2.0-only
// The part of the Workbench that talks to the checker.
#include <algorithm>
#include <string>

#include "ui/workbench.h"

namespace vmalab {

void Workbench::show_checks(Checks::Section section) {
  panels.tab = Tab::kChecks;
  checks_.section = section;
}

void Workbench::find_state(std::string name, std::string expression) {
  show_checks(Checks::Section::kFind);
  checks_.find(session(), std::move(name), std::move(expression));
}

void Workbench::find_typed_state() {
  show_checks(Checks::Section::kFind);
  checks_.find_typed(session());
}

/// Keys that mean something to the find box beyond its text; the others are the text's.
bool Workbench::handle_key_in_find_box(Key key) {
  const auto& found = checks_.answer();
  switch (key) {
    case Key::kEscape: checks_.kept = checks_.typed(); return true;
    case Key::kUp:
    case Key::kDown:
      checks_.completion += key == Key::kUp ? -1 : 1;
      checks_.chose = checks_.offers;
      return true;
    case Key::kEnter:
      if (checks_.chose) {
        checks_.take = true;
      } else if (!checks_.running() && found && found->has_run() && found->question.expression == checks_.typed()) {
        open_found_run();
      } else {
        checks_.keep_focus = true;
        find_typed_state();
      }
      return true;
    default: return false;
  }
}

void Workbench::poll_checks() {
  if (!checks_.poll()) return;
  settling_ = kSettlingFrames;  // the box takes the keyboard back
  if (!checks_.answer()) return;
  const Checks::Answer& answer = *checks_.answer();
  const bool all_states = answer.report.verdict == check::CheckReport::Verdict::kPass && answer.question.from == kRootNode;
  if (!all_states) return;
  panels.vma.reachable_edges = answer.report.refcnt_edges;
  panels.vma.edges_of_any_number = answer.any.has_value();
}

/// Takes these steps from there, and names the branch that they make. False: they do not go on, which is told.
bool Workbench::open_branch(NodeId from, const std::vector<Action>& run, const std::string& name) {
  player_.stop();
  const Session::OneCommand one_command(documents_.session());
  documents_.session().go_to(from);
  for (const Action& action : run) {
    if (const Result<NodeId> done = documents_.session().apply(action); !done) {
      notices_.say(NoticeKind::kError,
                   "The run that was found does not go on after step " + std::to_string(session().depth()) + ". " + done.error().message);
      moved();
      return false;
    }
  }
  // Part of a longer branch keeps the name that branch has.
  const auto branch = static_cast<std::size_t>(session().active_branch());
  if (session().branches()[branch].tip == session().cursor()) documents_.session().rename_branch(session().active_branch(), name);
  moved();
  select_thread(run.back().thread);
  return true;
}

void Workbench::open_found_run() {
  if (!checks_.answer() || !checks_.answer()->has_run()) return;
  const Checks::Answer answer = *checks_.answer();  // another document forgets it
  const bool as_many = !answer.any || std::all_of(answer.any->numbers.begin(), answer.any->numbers.end(), [](int n) { return n == 1; });
  std::string of = as_many ? "" : " of " + answer.any->threads;
  if (!as_many) {
    if (const Result<void> done = documents_.open_with(answer.any->numbers); !done) return notices_.say(NoticeKind::kError, done.error().to_string());
    left_the_lesson();
    opened();
  }
  if (!open_branch(answer.question.from, answer.report.trace, answer.branch_name())) return;
  const int steps = static_cast<int>(answer.report.trace.size());
  panels.source.show_diff = false;
  panels.tab = Tab::kSource;
  notices_.say(NoticeKind::kInfo, "Opened \xe2\x80\x9c" + answer.branch_name() + "\xe2\x80\x9d, " + std::to_string(steps) +
                                      (steps == 1 ? " step" : " steps") + of + ". This is its end; Back and Play show how it came to it.");
}

// ---- what can still come

void Workbench::look_ahead() {
  constexpr double kShareOfFrame = 0.003;
  cache_.timeline.update(session(), documents_.serial());
  foresight_.follow(session(), documents_.serial(), !cache_.timeline.violations().empty(),
                    panels.tab == Tab::kChecks && checks_.section == Checks::Section::kNext);
  if (!foresight_.work(kShareOfFrame)) return;
  const std::optional<Foresight::Found> found = foresight_.take_found();
  if (!found) return;
  if (!found->run.empty() && !open_branch(found->from, found->run, found->name)) return;
  const std::string opened = found->run.empty() ? "" : "Opened \xe2\x80\x9c" + found->name + "\xe2\x80\x9d. ";
  notices_.say(NoticeKind::kInfo, opened + found->sentence);
}

void Workbench::sought(const Result<void>& begun, const char* what) {
  if (!begun)
    notices_.say(NoticeKind::kInfo, begun.error().message);
  else
    notices_.say(NoticeKind::kInfo, std::string("Looking for ") + what + "\xe2\x80\xa6 Shift+F9 stops that.");
}

void Workbench::seek_other_ending() { sought(foresight_.seek_other_ending(session()), "another ending"); }
void Workbench::seek_shortest() { sought(foresight_.seek_shortest(session()), "the shortest run with this violation"); }
void Workbench::seek_line(ThreadId t, int file, int line) {
  if (has_step_on_line(t, file, line)) sought(foresight_.seek_line(session(), t, file, line), "the nearest run to that line");
}

void Workbench::stop_seeking() {
  if (!foresight_.seeking()) return;
  foresight_.stop_seeking();
  notices_.say(NoticeKind::kInfo, "It was stopped: nothing was found.");
}

}  // namespace vmalab
