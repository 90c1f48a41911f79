// SPDX-License-Identifier: GPL-2.0-only
// The part of the Workbench that talks to the checker.
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
  if (all_states) panels.vma.reachable_edges = answer.report.refcnt_edges;
}

void Workbench::open_found_run() {
  if (!checks_.answer() || !checks_.answer()->has_run()) return;
  const Checks::Answer& answer = *checks_.answer();
  const NodeId from = answer.question.from;
  player_.stop();
  const Session::OneCommand one_command(documents_.session());
  documents_.session().go_to(from);
  for (const Action action : answer.report.trace) {
    if (const Result<NodeId> done = documents_.session().apply(action); !done) {
      notices_.say(NoticeKind::kError,
                   "The run that was found does not go on after step " + std::to_string(session().depth()) + ". " + done.error().message);
      moved();
      return;
    }
  }
  // Part of a longer branch keeps the name that branch has.
  const auto branch = static_cast<std::size_t>(session().active_branch());
  if (session().branches()[branch].tip == session().cursor()) {
    documents_.session().rename_branch(session().active_branch(), answer.branch_name());
  }
  const int steps = static_cast<int>(answer.report.trace.size());
  moved();
  select_thread(answer.report.trace.back().thread);
  panels.source.show_diff = false;
  panels.tab = Tab::kSource;
  notices_.say(NoticeKind::kInfo, "Opened \xe2\x80\x9c" + answer.branch_name() + "\xe2\x80\x9d, " + std::to_string(steps) +
                                      (steps == 1 ? " step" : " steps") + ". This is its end; Back and Play show how it came to it.");
}

}  // namespace vmalab
