// SPDX-License-Identifier: GPL-2.0-only
#include "ui/checks.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmalab {

std::string Checks::Answer::branch_name() const {
  if (report.check) return "counterexample: " + std::string(report.check->name);
  return "goal: " + question.name;
}

std::string Checks::Answer::where() const { return question.from == kRootNode ? "the start" : "step " + std::to_string(question.depth); }

void Checks::ask(const Session& session, Question question, std::vector<const Property*> only) {
  check::CheckOptions options;
  options.goal = question.expression;
  options.only = std::move(only);
  if (question.from != kRootNode) options.from = session.state_at(question.from);
  progress_ = {};
  error_.clear();
  answer_.reset();
  asked_ = std::move(question);
  runner_.start(session.machine(), std::move(options));
}

Checks::Question Checks::from_where(const Session& session) const {
  return from_here ? Question{{}, {}, session.cursor(), session.depth()} : Question{};
}

void Checks::judge(const Session& session) {
  goes_on_ = false;
  ask(session, from_where(session));
}

void Checks::prove(const Session& session) {
  goes_on_ = false;
  progress_ = {};
  error_.clear();
  answer_.reset();
  asked_ = Question{};
  asked_->any_number = true;
  runner_.start_any(session.machine());
}

bool Checks::others_open() const {
  if (!judged_.empty() && judged_.back().question.any_number) return false;
  return !judged_.empty() && judged_.back().report.verdict == check::CheckReport::Verdict::kViolation && judged_.size() < kProperties.size();
}

void Checks::judge_others(const Session& session) {
  if (!others_open()) return;
  std::vector<const Property*> open;
  for (const Property* property : kProperties) {
    const bool broken = std::any_of(judged_.begin(), judged_.end(), [&](const Answer& answer) { return answer.report.check == property; });
    if (!broken) open.push_back(property);
  }
  goes_on_ = true;
  ask(session, judged_.front().question, std::move(open));
}

void Checks::show_counterexample(const Property& check) {
  const auto it = std::find_if(judged_.begin(), judged_.end(), [&](const Answer& answer) { return answer.report.check == &check; });
  if (it != judged_.end()) answer_ = *it;
}

void Checks::find(const Session& session, std::string name, std::string expression) {
  Question question = from_where(session);
  question.name = std::move(name);
  question.expression = std::move(expression);
  ask(session, std::move(question));
}

bool Checks::poll() {
  if (!running()) return false;
  CheckRunner::News news = runner_.poll();
  progress_ = news.progress;
  if (!news.result) return false;
  const bool back_to_box = keep_focus && section == Section::kFind;
  const bool found = *news.result && !(**news.result).trace.empty();
  keep_focus = false;
  // What was found is to be opened, with O as with Enter, and not to be written on.
  focus_find = focus_find || (back_to_box && !found);
  enter_opens = leave_find = back_to_box && found;
  if (!*news.result) {
    const Diagnostic& error = news.result->error();
    error_ = error.column > 0 ? "At character " + std::to_string(error.column) + ": " + error.message : error.message;
    // To be mended where it was typed.
    if (back_to_box) move_cursor = error.column > 0 ? static_cast<std::size_t>(error.column - 1) : typed().size();
  } else {
    answer_ = Answer{std::move(*asked_), std::move(**news.result), std::move(news.any)};
    if (answer_->question.expression.empty()) {
      if (!goes_on_) judged_.clear();
      judged_.push_back(*answer_);
      if (answer_->question.from == kRootNode) verdicts_ = answer_;
    }
  }
  asked_.reset();
  return true;
}

void Checks::forget() {
  runner_.drop();
  progress_ = {};
  asked_.reset();
  verdicts_.reset();
  judged_.clear();
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
