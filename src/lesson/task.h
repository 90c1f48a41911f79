// SPDX-License-Identifier: GPL-2.0-only
// What the machine knows of a lesson: which answer is right, how short a way to a goal is, and where on the screen something is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"
#include "lesson/lesson.h"
#include "run/session.h"

namespace vmalab {

struct LessonChoice {
  std::string text;
  bool right = false;
};
/// The choices of a question. Right are those that the machine confirms in this state, after these steps: of a question without
/// fault exactly one. Errors: an expression, thread or check that there is none of.
Result<std::vector<LessonChoice>> choices_of(const Machine& machine, const LessonStep& step, const State& after,
                                             const std::vector<StepInfo>& revealed);
/// Without a look at what is right.
std::vector<std::string> choice_texts(const Machine& machine, const LessonStep& step);

/// Whether the goal is reached at the session's cursor, by steps after `start`.
bool goal_reached(const Session& session, const LessonGoal& goal, NodeId start);
/// A way to a goal; nothing when there is none.
using GoalWay = std::optional<std::vector<Action>>;
/// Looks for a shortest one from a state, in pieces. Keeps a machine of its own: the session may be replaced meanwhile.
class WaySearch final : public check::Work {
 public:
  /// Error: a goal that cannot be asked.
  static Result<std::unique_ptr<WaySearch>> begin(const Machine& machine, const State& from, const LessonGoal& goal);

  check::Status advance(check::Budget budget) override { return check_->advance(budget); }
  check::Progress progress() const override { return check_->progress(); }
  void stop() override { check_->stop(); }
  /// When advance() has said kDone. Error: why it could not be decided.
  Result<GoalWay> way() const;

 private:
  explicit WaySearch(const Machine& machine) : machine_(machine) {}

  Machine machine_;
  std::unique_ptr<check::Check> check_;
};
/// The whole search. Errors: as WaySearch.
Result<GoalWay> shortest_way(const Machine& machine, const State& from, const LessonGoal& goal, const check::ProgressFunction& progress = {});
/// "holds_read_lock(r1, vma0) && ...", "exclusion is broken".
std::string goal_text(const LessonGoal& goal);

/// What a highlight points at in a machine.
struct Spot {
  Highlight::Kind kind = Highlight::Kind::kPanel;
  std::string name;                  ///< kPanel: the panel; kField: the word
  std::optional<ThreadId> thread{};  ///< kThread
  Word address = 0;                  ///< kField
  int file = -1, line = 0;           ///< kLine: index into CodeBase::files(), and a line of it
};
/// Error: the machine has no such thread, field, function or line.
Result<Spot> find_spot(const Machine& machine, const Highlight& highlight);

}  // namespace vmalab
