// SPDX-License-Identifier: GPL-2.0-only
// A LessonRun is one student in one lesson: where he is, what he has answered, and what may be shown of it now. It plays over a
// session that somebody else holds (the terminal player, the window's documents) and that is opened from origin(). The student may
// step that session as he likes: the lesson keeps its place and stand() goes back to it. Nothing of what a question asks about, or of
// a later step, is in shown() before its time.
//
// Ways to a goal are looked for in pieces: whoever holds the run calls search() while searching() says so, and never waits for one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lesson/lesson.h"
#include "lesson/task.h"
#include "run/demo.h"
#include "run/session.h"

namespace vmalab {

/// What was asked, and what the machine said to it.
struct Found {
  std::string ask, answer;
  std::optional<bool> right;  ///< whether the student knew it, or got there alone; nothing: nobody was asked
};

/// What is seen of a lesson at one moment, as plain data: the window and the terminal draw the same.
struct LessonShown {
  std::string lesson;       ///< its title
  int step = 1, steps = 1;  ///< "3 of 8"
  LessonStep::Kind kind = LessonStep::Kind::kTell;
  std::vector<Told> text;  ///< what does not hold at the cursor is not told as if it did
  std::string ask;         ///< the question, or what is to be done
  struct Choice {
    enum class Mark : std::uint8_t { kOpen, kRight, kWrong, kOther };  ///< kWrong: chosen, and not right
    std::string text;
    Mark mark = Mark::kOpen;
  };
  std::vector<Choice> choices;
  std::optional<bool> was_right;  ///< of the question; a goal reached without all of it shown is right
  std::vector<Told> explanation;  ///< after the answer, or the goal
  std::string goal;               ///< of kBreak
  int moves = 0;                  ///< of kBreak: the student's so far
  std::optional<int> least;       ///< the proven minimum; nothing: it is still looked for, or there is none
  bool counting = false;          ///< it is still looked for
  std::string looking;            ///< "Looking for a shortest way: 2,048 states so far."; empty: nobody has asked for one
  std::string hint;               ///< the last one given; empty: none for this place
  bool away = false;              ///< free play: the session is not where the lesson stands
  bool done = false;              ///< nothing is left to be done in this step
  bool last = false;              ///< it is the lesson's last step
  std::vector<Spot> spots;        ///< what the text speaks of
  bool over = false;              ///< behind the last step: nothing of the above but the title, and what was found out
  std::vector<Found> found;
};

class LessonRun {
 public:
  /// At `step`, clamped, which need not be the first.
  explicit LessonRun(Lesson lesson, int step = 0, bool fast = false);

  const Lesson& lesson() const { return lesson_; }
  int step() const { return step_; }
  const LessonStep& here() const { return lesson_.steps[static_cast<std::size_t>(step_)]; }
  /// Steps that are marked as known are passed over.
  bool fast() const { return fast_; }
  void set_fast(bool fast) { fast_ = fast; }
  int asked() const { return asked_; }
  int right() const { return right_; }
  /// Every step was gone through to its end.
  bool finished() const { return finished_; }
  /// The last step is behind the student; previous() goes back to it.
  bool over() const { return over_; }

  /// Where the session of this step comes from.
  Origin origin() const { return origin_of(here()); }
  /// The session is one of this origin; else open another.
  bool plays_on(const Session& session) const;
  /// After stand(), of a step that was just entered: the session has other steps than those that lead here, which could tell
  /// what is asked, or which are of free play (`was_away` before stand()). Then open it anew.
  bool shows_too_much(const Session& session, bool was_away = false) const;
  /// Puts the session, which may be a new one, where the lesson stands. Errors: a schedule that does not parse or
  /// cannot be run, with its place in the lesson.
  Result<void> stand(Session& session);

  /// Whether there is something to be done before the next step.
  bool task_open() const;
  /// To the next step, one that is not known where the track is fast. Error: there is something to be done first, or no next step.
  /// stand() has to follow, as after previous(), go_to() and skip().
  Result<void> next();
  /// The same without doing it.
  Result<void> skip();
  bool previous();
  void go_to(int step);

  /// Nodes of the session, after stand(): before the step's `run`, and where the step begins.
  NodeId before() const { return before_; }
  NodeId start() const { return start_; }

  // ---- what is done in a step; the session is where stand() left it, or where the student went from there
  /// Answers a question, and runs what reveals it. Errors: none is asked, no such choice, or what stand() says.
  Result<void> answer(std::size_t choice, Session& session);
  /// The same for a room: nobody has answered, the machine does.
  Result<void> reveal(Session& session);
  /// To be called after the session has moved: notices a goal that was reached.
  void moved(const Session& session);
  /// Asks for the next step of a shortest way from where the student stands, as a sentence; another step of the student's takes that back.
  /// Error: there is no goal to reach (any more).
  Result<void> hint(const Session& session);
  /// Asks for a whole shortest way to the goal to be taken, from where the student stands, or from where the step began when there is none.
  Result<void> show_way(Session& session);
  /// The minimum, a hint or a way is looked for.
  bool searching() const { return least_search_ || way_search_ || wanted_; }
  /// A hint or a way is.
  bool asked_for_way() const { return wanted_.has_value(); }
  /// Does so much of it; what was found is in shown(), a way in the session. Errors: what was asked for is not known, and why; a goal that
  /// cannot be reached from where the step begins, with its place.
  Result<void> search(Session& session, check::Budget budget);
  /// All of it. `progress`: see check::drive().
  Result<void> search_to_end(Session& session, const check::ProgressFunction& progress = {});
  /// What was asked for is not wanted any more.
  void stop_search();
  /// Out of the lesson's hands until stand(): everything may be tried.
  void play_freely();
  bool away() const { return away_; }

  LessonShown shown(const Session& session) const;

 private:
  Result<void> take(Session& session, const std::string& schedule, TomlPlace place, std::vector<StepInfo>* taken = nullptr) const;
  Result<void> move(int by, bool may_skip);
  void enter();
  check::Work* work() const { return least_search_ ? least_search_.get() : way_search_.get(); }
  Result<void> begin_least(const Session& session);
  Result<void> least_known();
  Result<void> give(Session& session, const GoalWay& way);
  std::vector<Told> told(const Session& session, const ClaimedText& text, const std::vector<std::string>& steps) const;

  Lesson lesson_;
  int step_ = 0;
  bool fast_ = false, finished_ = false, over_ = false, away_ = false;
  int asked_ = 0, right_ = 0;
  std::map<int, Found> found_;  ///< by the step that asked

  // ---- of this step
  NodeId before_ = kRootNode;
  NodeId start_ = kRootNode;        ///< where it stands after `run`
  std::vector<std::string> steps_;  ///< of `run`, as claims know them
  std::optional<std::size_t> chosen_;
  std::vector<LessonChoice> choices_;  ///< once chosen
  std::vector<std::string> revealed_;
  NodeId end_ = kRootNode;   ///< after the reveal, or where the goal was reached
  std::vector<Action> way_;  ///< to there, from the root
  bool reached_ = false, helped_ = false;
  int moves_ = 0;
  std::string hint_;
  NodeId hinted_ = kNoNode;
  GoalWay least_way_;  ///< from where the step begins
  struct Wanted {
    NodeId from = kRootNode;
    bool whole = false;  ///< the way, and not only its next step
  };
  std::optional<Wanted> wanted_;
  std::unique_ptr<WaySearch> least_search_, way_search_;
};

}  // namespace vmalab
