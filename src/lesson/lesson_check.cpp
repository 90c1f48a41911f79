// SPDX-License-Identifier: GPL-2.0-only
#include "lesson/lesson_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/words.h"
#include "lesson/task.h"
#include "machine/describe.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

constexpr std::size_t kMostSentences = 6;

/// Plays the lesson from its first step to its last.
class LessonCheck {
 public:
  LessonCheck(const Lesson& lesson, const Workspace& workspace, Prover& prover) : lesson_(lesson), workspace_(workspace), prover_(prover) {}

  std::vector<Diagnostic> run() {
    for (const LessonStep& step : lesson_.steps) check(step);
    title();
    return std::move(faults_);
  }

 private:
  void say(TomlPlace place, std::string message) { faults_.push_back(error_in_lesson(lesson_, place, std::move(message))); }

  void check(const LessonStep& step) {
    if (step.begins) open(step);
    if (!document_) return;  // said when it could not be opened
    Session& session = document_->session;
    std::vector<StepInfo> taken;
    if (!take(step.run, step.run_place, taken)) return;
    sentences_of(step.text, taken, "this text", step.run.empty() ? "here" : "after these steps");
    look_for_title(taken);
    for (const Highlight& highlight : step.show) {
      if (const Result<Spot> spot = find_spot(session.machine(), highlight); !spot) say(highlight.place, spot.error().message);
    }
    if (step.kind == LessonStep::Kind::kPredict) question(step);
    if (step.kind == LessonStep::Kind::kBreak && step.whole) goal(step);
  }

  void open(const LessonStep& step) {
    Result<Document> opened = workspace_.open(origin_of(step));
    document_.reset();
    if (opened) {
      document_.emplace(std::move(*opened));
      opened_ = true;
    } else {
      const Diagnostic& error = opened.error();
      say(step.situation_place, error.file.empty() ? error.message : "it cannot be opened: " + error.to_string());
    }
  }

  bool take(const std::string& schedule, TomlPlace place, std::vector<StepInfo>& taken) {
    Session& session = document_->session;
    const Result<std::vector<Action>> actions = parse_schedule(session.machine(), schedule);
    if (!actions) {
      say(place, actions.error().message);
      document_.reset();
      return false;
    }
    for (std::size_t i = 0; i < actions->size(); ++i) {
      const Result<NodeId> done = session.apply((*actions)[i]);
      if (!done) {
        say(place, "step " + std::to_string(i + 1) + " cannot be taken: " + done.error().message);
        document_.reset();
        return false;
      }
      taken.push_back(session.info(*done));
    }
    return true;
  }

  std::vector<std::string> claimed(const std::vector<StepInfo>& taken) const {
    std::vector<std::string> steps;
    for (const StepInfo& info : taken) steps.push_back(claimed_step(document_->session.machine(), info));
    return steps;
  }

  void sentences_of(const ClaimedText& text, const std::vector<StepInfo>& taken, const std::string& what, const std::string& when) {
    const Session& session = document_->session;
    for (TextFault& fault : check_text(session.machine(), session.state(), claimed(taken), text, what, when, prover_)) {
      say(fault.place, std::move(fault.message));
    }
    if (const std::size_t count = sentences(text.text).size(); count > kMostSentences) {
      say(text.place, what + " has " + std::to_string(count) + " sentences; at most " + std::to_string(kMostSentences) + " fit on a screen");
    }
  }

  /// What would be right, where it is a value.
  std::string what_is(const LessonStep& step) const {
    if (step.answer.kind != Answer::Kind::kValue) return {};
    const Result<Program> asked = document_->session.machine().expression(step.answer.expression, "the answer");
    if (!asked) return {};
    const Word value = document_->session.machine().evaluate(*asked, document_->session.state());
    const bool flagged = (value & kExcludeReadersFlag) != 0 && step.answer.expression.find("vm_refcnt") != std::string::npos;
    return "; the machine says " + (flagged ? refcount_text(value) : std::to_string(value));
  }

  void question(const LessonStep& step) {
    std::vector<StepInfo> revealed;
    if (!take(step.reveal, step.reveal_place, revealed)) return;
    const Session& session = document_->session;
    const Result<std::vector<LessonChoice>> choices = choices_of(session.machine(), step, session.state(), revealed);
    if (!step.whole) {
      // What is asked is not known.
    } else if (!choices) {
      say(step.choices.empty() ? step.answer_place : step.choices_place, choices.error().message);
    } else {
      std::vector<std::string> right;
      for (const LessonChoice& choice : *choices) {
        if (choice.right) right.push_back(choice.text);
      }
      if (right.size() != 1) {
        say(step.choices.empty() ? step.answer_place : step.choices_place,
            right.empty() ? "none of the choices is right" + what_is(step) : "more than one choice is right: " + words::list(right));
      }
    }
    look_for_title(revealed);
    const std::string when = "after what was revealed";
    sentences_of(step.right, revealed, "what is said to who was right", when);
    sentences_of(step.wrong, revealed, "what is said to who was wrong", when);
  }

  void goal(const LessonStep& step) {
    Session& session = document_->session;
    const Result<GoalWay> way = shortest_way(session.machine(), session.state(), step.goal, prover_.progress());
    if (!way) return say(step.goal_place, way.error().message);
    if (!*way) return say(step.goal_place, "the goal cannot be met: no run from here comes to it (" + goal_text(step.goal) + ")");
    const int least = static_cast<int>((*way)->size());
    if (least == 0) return say(step.goal_place, "the goal is met before anybody has done anything (" + goal_text(step.goal) + ")");
    if (step.least && *step.least != least) {
      say(step.least_place, "the shortest way to the goal has " + std::to_string(least) + words::plural(static_cast<std::uint64_t>(least), " step") +
                                ", not " + std::to_string(*step.least));
    }
    std::vector<StepInfo> taken;
    for (const Action& action : **way) {
      if (const Result<NodeId> done = session.apply(action)) taken.push_back(session.info(*done));
    }
    look_for_title(taken);
    sentences_of(step.solved, taken, "what is said when the goal is reached", "at the end of the shortest way");
  }

  void look_for_title(const std::vector<StepInfo>& taken) { title_holds_ = title_holds_ || holds_title(taken); }
  bool holds_title(const std::vector<StepInfo>& taken) const {
    const Machine& machine = document_->session.machine();
    const Result<Claim> claim = Claim::parse(machine, lesson_.title_claim, "the title's claim");
    if (!claim || !claim->holds(machine, document_->session.state(), claimed(taken))) return false;
    const Result<std::string> why = claim->refuted(machine, prover_);
    return why && why->empty();
  }

  void title() {
    if (!title_holds_ && opened_)
      say(lesson_.title_claim_place, "what the title claims holds after no step of the lesson (" + lesson_.title_claim + ")");
  }

  const Lesson& lesson_;
  const Workspace& workspace_;
  Prover& prover_;
  std::optional<Document> document_;
  bool title_holds_ = false, opened_ = false;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::vector<Diagnostic> check_lesson(const Lesson& lesson, const Workspace& workspace, Prover& prover) {
  return LessonCheck(lesson, workspace, prover).run();
}

std::vector<Diagnostic> check_lesson(const ReadLesson& read, const Workspace& workspace, Prover& prover) {
  std::vector<Diagnostic> faults = read.faults;
  for (Diagnostic& fault : check_lesson(read.lesson, workspace, prover)) faults.push_back(std::move(fault));
  std::stable_sort(faults.begin(), faults.end(), [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return faults;
}

}  // namespace vmalab
