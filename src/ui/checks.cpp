// SPDX-License-Identifier: GPL-2.0-only
#include "ui/checks.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmalab {

std::string Checks::Answer::branch_name() const {
  if (report.check) return "counterexample: " + std::string(check_info(*report.check).name);
  return "goal: " + question.name;
}

std::string Checks::Answer::where() const {
  return question.from == kRootNode ? "the start" : "step " + std::to_string(question.depth);
}

void Checks::ask(const Session& session, Question question) {
  if (from_here) {
    question.from = session.cursor();
    question.depth = session.depth();
  }
  check::CheckOptions options;
  options.goal = question.expression;
  if (question.from != kRootNode) options.from = session.state();
  progress_ = {};
  error_.clear();
  answer_.reset();
  asked_ = std::move(question);
  runner_.start(session.machine(), std::move(options));
}

void Checks::judge(const Session& session) { ask(session, {}); }

void Checks::find(const Session& session, std::string name, std::string expression) {
  ask(session, {std::move(name), std::move(expression)});
}

bool Checks::poll() {
  if (!running()) return false;
  CheckRunner::News news = runner_.poll();
  progress_ = news.progress;
  if (!news.result) return false;
  const bool back_to_box = keep_focus && section == Section::kFind;
  keep_focus = false;
  focus_find = focus_find || back_to_box;
  if (!*news.result) {
    const Diagnostic& error = news.result->error();
    error_ = error.column > 0 ? "At character " + std::to_string(error.column) + ": " + error.message : error.message;
    // To be mended where it was typed.
    if (back_to_box) move_cursor = error.column > 0 ? static_cast<std::size_t>(error.column - 1) : typed().size();
  } else {
    answer_ = Answer{std::move(*asked_), std::move(**news.result)};
    if (answer_->question.expression.empty() && answer_->question.from == kRootNode) verdicts_ = answer_;
  }
  asked_.reset();
  return true;
}

void Checks::forget() {
  runner_.drop();
  progress_ = {};
  asked_.reset();
  verdicts_.reset();
  answer_.reset();
  error_.clear();
}

void Checks::set_text(std::string_view wanted) {
  const std::size_t length = std::min(wanted.size(), text.size() - 1);
  std::memcpy(text.data(), wanted.data(), length);
  text[length] = '\0';
  cursor = std::min(cursor, length);
}

void Checks::find_typed(const Session& session) {
  const std::string typed(this->typed());
  if (typed.find_first_not_of(" \t") == std::string::npos) return;
  for (const ReadyGoal& goal : ready_goals(session.machine().scenario())) {
    if (goal.expression == typed) return find(session, goal.name, typed);
  }
  find(session, typed, typed);
}

}  // namespace vmalab
