// SPDX-License-Identifier: GPL-2.0-only
// The part of the Lab that talks to the checker.
#include <string>

#include "ui/lab.h"

namespace vmalab {

void Lab::show_checks(Checks::Section section) {
  tab_ = kChecksTab;
  checks.section = section;
}

void Lab::find_state(std::string name, std::string expression) {
  show_checks(Checks::Section::kFind);
  checks.find(session(), std::move(name), std::move(expression));
}

void Lab::find_typed_state() {
  const std::string typed(checks.typed());
  if (typed.find_first_not_of(" \t") == std::string::npos) return;
  // A ready-made goal that was not changed keeps its name.
  for (const ReadyGoal& goal : ready_goals(scenario())) {
    if (goal.expression == typed) return find_state(goal.name, typed);
  }
  find_state(typed, typed);
}

/// Keys that mean something to the find box beyond its text; the others are the text's.
bool Lab::handle_key_in_find_box(Key key) {
  const auto& found = checks.answer();
  switch (key) {
    case Key::kEscape: checks.kept = checks.typed(); return true;
    case Key::kUp:
    case Key::kDown:
      checks.completion += key == Key::kUp ? -1 : 1;
      checks.chose = checks.offers;
      return true;
    case Key::kEnter:
      if (checks.chose) {
        checks.take = true;
      } else if (!checks.running() && found && found->has_run() && found->question.expression == checks.typed()) {
        open_found_run();
      } else {
        checks.keep_focus = true;
        find_typed_state();
      }
      return true;
    default: return false;
  }
}

void Lab::poll_checks() {
  if (!checks.poll()) return;
  settling_ = kSettlingFrames;  // the box takes the keyboard back
  if (!checks.answer()) return;
  const Checks::Answer& answer = *checks.answer();
  const bool all_states = answer.report.verdict == check::CheckReport::Verdict::kPass && answer.question.from == kRootNode;
  if (all_states) vma_state.reachable_edges = answer.report.refcnt_edges;
}

void Lab::open_found_run() {
  if (!checks.answer() || !checks.answer()->has_run()) return;
  const Checks::Answer& answer = *checks.answer();
  const NodeId from = answer.question.from;
  playing_ = false;
  const Session::OneCommand one_command(document_->session);
  document_->session.go_to(from);
  for (const Action action : answer.report.trace) {
    if (const Result<NodeId> done = document_->session.apply(action); !done) {
      set_notice(NoticeKind::kError, "The run that was found does not go on after step " + std::to_string(document_->session.depth()) + ". " +
                                         done.error().message);
      moved();
      return;
    }
  }
  // Part of a longer branch keeps the name that branch has.
  const auto branch = static_cast<std::size_t>(document_->session.active_branch());
  if (document_->session.branches()[branch].tip == document_->session.cursor()) {
    document_->session.rename_branch(document_->session.active_branch(), answer.branch_name());
  }
  const int steps = static_cast<int>(answer.report.trace.size());
  document_->session.go_to_depth(document_->session.depth() - steps);
  moved();
  select_thread(answer.report.trace.front().thread);
  source_state.show_diff = false;
  show_source();
  set_notice(NoticeKind::kInfo, "Opened \xe2\x80\x9c" + answer.branch_name() + "\xe2\x80\x9d, " + std::to_string(steps) +
                                    (steps == 1 ? " step" : " steps") + ". Go forward to see it happen.");
}

}  // namespace vmalab
