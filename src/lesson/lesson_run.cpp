// SPDX-License-Identifier: GPL-2.0-only
#include "lesson/lesson_run.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

std::string variant_of(const CodeBase& code) {
  for (const SourceFile& file : code.files()) {
    if (file.origin == SourceFile::Origin::kVariant) return std::filesystem::path(file.path).stem().string();
  }
  return {};
}

}  // namespace

LessonRun::LessonRun(Lesson lesson, int step, bool fast)
    : lesson_(std::move(lesson)), step_(std::clamp(step, 0, static_cast<int>(lesson_.steps.size()) - 1)), fast_(fast) {}

bool LessonRun::plays_on(const Session& session) const {
  const Machine& machine = session.machine();
  if (here().ordering && machine.ordering() != *here().ordering) return false;
  return machine.scenario().name == here().scenario && variant_of(machine.code()) == std::filesystem::path(here().variant).stem().string();
}

bool LessonRun::shows_too_much(const Session& session, bool was_away) const {
  return (was_away || task_open()) && session.node_count() != static_cast<std::size_t>(session.depth()) + 1;
}

bool LessonRun::task_open() const {
  switch (here().kind) {
    case LessonStep::Kind::kTell: return false;
    case LessonStep::Kind::kPredict: return !chosen_;
    case LessonStep::Kind::kBreak: return !reached_;
  }
  return false;
}

Result<void> LessonRun::take(Session& session, const std::string& schedule, TomlPlace place, std::vector<StepInfo>* taken) const {
  const Result<std::vector<Action>> actions = parse_schedule(session.machine(), schedule);
  if (!actions) return tl::unexpected(error_in_lesson(lesson_, place, actions.error().message));
  for (std::size_t i = 0; i < actions->size(); ++i) {
    const Result<NodeId> done = session.apply((*actions)[i]);
    if (!done) return tl::unexpected(error_in_lesson(lesson_, place, "step " + std::to_string(i + 1) + " cannot be taken: " + done.error().message));
    if (taken != nullptr) taken->push_back(session.info(*done));
  }
  return {};
}

Result<void> LessonRun::stand(Session& session) {
  const Session::OneCommand one_command(session);
  away_ = false;
  std::size_t first = static_cast<std::size_t>(step_);
  while (!lesson_.steps[first].begins) --first;
  session.restart();
  for (std::size_t i = first; i <= static_cast<std::size_t>(step_); ++i) {
    const LessonStep& step = lesson_.steps[i];
    std::vector<StepInfo> taken;
    before_ = session.cursor();
    if (Result<void> done = take(session, step.run, step.run_place, &taken); !done) return done;
    if (i < static_cast<std::size_t>(step_)) {
      if (Result<void> done = take(session, step.reveal, step.reveal_place); !done) return done;
      continue;
    }
    steps_.clear();
    for (const StepInfo& info : taken) steps_.push_back(claimed_step(session.machine(), info));
  }
  start_ = session.cursor();
  if (chosen_ || reached_) {
    for (auto at = static_cast<std::size_t>(session.depth()); at < way_.size(); ++at) {
      if (Result<NodeId> done = session.apply(way_[at]); !done) return tl::unexpected(done.error());
    }
    end_ = session.cursor();
    return {};
  }
  if (here().kind == LessonStep::Kind::kBreak && !least_way_ && !least_search_) return begin_least(session);
  return {};
}

Result<void> LessonRun::begin_least(const Session& session) {
  Result<std::unique_ptr<WaySearch>> search = WaySearch::begin(session.machine(), session.state(), here().goal);
  if (!search) return tl::unexpected(error_in_lesson(lesson_, here().goal_place, search.error().message));
  least_search_ = std::move(*search);
  return {};
}

void LessonRun::enter() {
  over_ = false;
  before_ = start_ = end_ = kRootNode;
  steps_.clear();
  chosen_.reset();
  choices_.clear();
  revealed_.clear();
  reached_ = helped_ = away_ = false;
  moves_ = 0;
  hint_.clear();
  hinted_ = kNoNode;
  least_way_.reset();
  least_search_.reset();
  stop_search();
}

Result<void> LessonRun::move(int by, bool may_skip) {
  if (!may_skip && task_open()) {
    return fail(here().kind == LessonStep::Kind::kPredict ? "answer the question first, or skip it"
                                                          : "reach the goal first, have it shown, or skip it");
  }
  const int last = static_cast<int>(lesson_.steps.size()) - 1;
  int to = step_ + by;
  while (fast_ && to <= last && lesson_.steps[static_cast<std::size_t>(to)].known) to += by;
  if (to > last) {
    finished_ = over_ = true;
    return fail("this was the last step");
  }
  step_ = to;
  enter();
  return {};
}

Result<void> LessonRun::next() { return move(1, false); }
Result<void> LessonRun::skip() { return move(1, true); }

bool LessonRun::previous() {
  if (std::exchange(over_, false)) return true;
  if (step_ == 0) return false;
  go_to(step_ - 1);
  return true;
}

void LessonRun::play_freely() {
  away_ = true;
  stop_search();
}

void LessonRun::go_to(int step) {
  step_ = std::clamp(step, 0, static_cast<int>(lesson_.steps.size()) - 1);
  enter();
}

Result<void> LessonRun::answer(std::size_t choice, Session& session) {
  if (here().kind != LessonStep::Kind::kPredict) return fail("nothing is asked here");
  if (chosen_) return fail("it has been answered");
  const std::size_t count = choice_texts(session.machine(), here()).size();
  if (choice >= count) return fail("there is no answer " + std::to_string(choice + 1) + "; there are 1 to " + std::to_string(count));
  if (Result<void> done = stand(session); !done) return done;
  const Session::OneCommand one_command(session);
  std::vector<StepInfo> taken;
  if (Result<void> done = take(session, here().reveal, here().reveal_place, &taken); !done) return done;
  Result<std::vector<LessonChoice>> choices = choices_of(session.machine(), here(), session.state(), taken);
  if (!choices) return tl::unexpected(error_in_lesson(lesson_, here().answer_place, choices.error().message));
  for (const StepInfo& info : taken) revealed_.push_back(claimed_step(session.machine(), info));
  choices_ = std::move(*choices);
  chosen_ = choice;
  end_ = session.cursor();
  way_ = session.actions_to(end_);
  ++asked_;
  right_ += choices_[choice].right ? 1 : 0;
  const auto said = std::find_if(choices_.begin(), choices_.end(), [](const LessonChoice& one) { return one.right; });
  found_[step_] = {here().ask, said == choices_.end() ? "" : said->text, choices_[choice].right};
  return {};
}

Result<void> LessonRun::reveal(Session& session) {
  const int asked = asked_, right = right_;
  if (Result<void> done = answer(0, session); !done) return done;
  const auto found = std::find_if(choices_.begin(), choices_.end(), [](const LessonChoice& choice) { return choice.right; });
  if (found != choices_.end()) chosen_ = static_cast<std::size_t>(found - choices_.begin());
  asked_ = asked;
  right_ = right;
  found_[step_].right.reset();
  return {};
}

void LessonRun::moved(const Session& session) {
  if (wanted_ && session.cursor() != wanted_->from) stop_search();
  if (here().kind != LessonStep::Kind::kBreak || reached_ || away_) return;
  moves_ = std::max(0, session.depth() - session.depth(start_));
  if (!goal_reached(session, here().goal, start_)) return;
  reached_ = true;
  end_ = session.cursor();
  way_ = session.actions_to(end_);
  revealed_.clear();
  std::vector<std::string> steps;
  for (NodeId node = session.cursor(); node != start_ && node != kRootNode; node = session.parent(node)) {
    steps.push_back(claimed_step(session.machine(), session.info(node)));
  }
  revealed_.assign(steps.rbegin(), steps.rend());
  ++asked_;
  right_ += helped_ ? 0 : 1;
  const auto moves = static_cast<std::uint64_t>(moves_);
  found_[step_] = {here().ask, helped_ ? "shown" : "reached in " + std::to_string(moves) + words::plural(moves, " step"), !helped_};
}

Result<void> LessonRun::hint(const Session& session) {
  if (here().kind != LessonStep::Kind::kBreak) return fail("a hint is given where a state has to be reached");
  if (reached_) return fail("the goal is reached");
  stop_search();
  wanted_ = Wanted{session.cursor(), false};
  return {};
}

Result<void> LessonRun::show_way(Session& session) {
  if (here().kind != LessonStep::Kind::kBreak) return fail("a way is shown where a state has to be reached");
  if (reached_) return fail("the goal is reached");
  stop_search();
  if (away_) {
    if (Result<void> done = stand(session); !done) return done;
  }
  wanted_ = Wanted{session.cursor(), true};
  return {};
}

void LessonRun::stop_search() {
  wanted_.reset();
  way_search_.reset();
}

Result<void> LessonRun::search(Session& session, check::Budget budget) {
  if (least_search_) {
    if (least_search_->advance(budget) == check::Status::kRunning) return {};
    if (Result<void> known = least_known(); !known) return known;
  }
  if (!wanted_) return {};
  if (wanted_->from == start_ && least_way_) return give(session, least_way_);
  if (!way_search_) {
    Result<std::unique_ptr<WaySearch>> begun = WaySearch::begin(session.machine(), session.state_at(wanted_->from), here().goal);
    if (!begun) return tl::unexpected(begun.error());
    way_search_ = std::move(*begun);
  }
  if (way_search_->advance(budget) == check::Status::kRunning) return {};
  const Result<GoalWay> way = way_search_->way();
  way_search_.reset();
  if (way) return give(session, *way);
  wanted_.reset();
  return tl::unexpected(way.error());
}

Result<void> LessonRun::search_to_end(Session& session, const check::ProgressFunction& progress) {
  while (searching()) {
    if (check::Work* const now = work()) check::drive(*now, progress);
    if (Result<void> done = search(session, {}); !done) return done;
  }
  return {};
}

/// From where the step begins. What was asked for meanwhile is asked in vain where there is none.
Result<void> LessonRun::least_known() {
  const std::unique_ptr<WaySearch> search = std::move(least_search_);
  Result<GoalWay> way = search->way();
  if (way && *way) {
    least_way_ = std::move(*way);
    return {};
  }
  stop_search();
  return tl::unexpected(
      error_in_lesson(lesson_, here().goal_place, way ? "the goal cannot be reached from here: " + goal_text(here().goal) : way.error().message));
}

/// What was asked for.
Result<void> LessonRun::give(Session& session, const GoalWay& way) {
  const Wanted wanted = *std::exchange(wanted_, std::nullopt);
  if (!wanted.whole) {
    hinted_ = wanted.from;
    if (!way) {
      hint_ = "From here there is no way to it any more: go back some steps.";
    } else if (way->empty()) {
      hint_ = "It is reached here.";
    } else {
      const Action next = way->front();
      const std::size_t left = way->size() - 1;
      const bool step = next.kind == Action::Kind::kStep;
      hint_ = (step ? "Step " + action_name(session.machine(), next) + ": " : std::string()) +
              action_text(session.machine(), session.state_at(wanted.from), next) + " Then " +
              (left == 0 ? "it is reached."
                         : std::to_string(left) + words::plural(left, " step") + " of a shortest way " + (left == 1 ? "is" : "are") + " left.");
    }
    return {};
  }
  const Session::OneCommand one_command(session);
  if (!way) {
    if (Result<void> done = stand(session); !done) return done;
  }
  helped_ = true;
  for (const Action& action : way ? *way : least_way_.value_or(std::vector<Action>())) {
    if (Result<NodeId> done = session.apply(action); !done) return tl::unexpected(done.error());
  }
  moved(session);
  return {};
}

std::vector<Told> LessonRun::told(const Session& session, const ClaimedText& text, const std::vector<std::string>& steps) const {
  std::vector<Told> out;
  std::vector<std::string> texts = sentences(text.text);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bool holds = true;
    if (i < text.claims.size()) {
      const Result<Claim> claim = Claim::parse(session.machine(), text.claims[i], "a claim");
      holds = claim && claim->holds(session.machine(), session.state(), steps);
    }
    out.push_back({std::move(texts[i]), holds});
  }
  return out;
}

LessonShown LessonRun::shown(const Session& session) const {
  using Mark = LessonShown::Choice::Mark;
  LessonShown shown;
  shown.lesson = lesson_.title;
  shown.step = step_ + 1;
  shown.steps = static_cast<int>(lesson_.steps.size());
  shown.kind = here().kind;
  shown.last = shown.step == shown.steps;
  shown.done = !task_open();
  shown.away = away_;
  shown.over = over_;
  if (over_) {
    shown.kind = LessonStep::Kind::kTell;
    shown.done = shown.last = true;
    for (const auto& [step, found] : found_) shown.found.push_back(found);
    return shown;
  }
  // The text was true where the step began; what has happened since is another matter.
  const bool at_start = session.cursor() == start_;
  shown.text = told(session, here().text, steps_);
  if (!at_start) {
    for (Told& sentence : shown.text) sentence.holds = true;
  }
  shown.ask = here().ask;
  if (here().kind == LessonStep::Kind::kPredict) {
    if (!chosen_) {
      for (std::string& text : choice_texts(session.machine(), here())) shown.choices.push_back({std::move(text), Mark::kOpen});
    } else {
      for (std::size_t i = 0; i < choices_.size(); ++i) {
        shown.choices.push_back({choices_[i].text, choices_[i].right ? Mark::kRight : i == *chosen_ ? Mark::kWrong : Mark::kOther});
      }
      shown.was_right = choices_[*chosen_].right;
      shown.explanation = told(session, *shown.was_right ? here().right : here().wrong, revealed_);
      if (session.cursor() != end_) {
        for (Told& sentence : shown.explanation) sentence.holds = true;
      }
    }
  }
  if (here().kind == LessonStep::Kind::kBreak) {
    shown.goal = goal_text(here().goal);
    shown.moves = moves_;
    shown.counting = least_search_ != nullptr;
    if (least_way_) shown.least = static_cast<int>(least_way_->size());
    if (wanted_) {
      const check::Work* const now = work();
      shown.looking = "Looking for a shortest way: " + words::grouped(now != nullptr ? now->progress().states : 0) + " states so far.";
    }
    if (!reached_ && hinted_ == session.cursor()) shown.hint = hint_;
    if (reached_) {
      shown.was_right = !helped_;
      // Another way than the shortest may end a little differently: only what holds is said.
      for (Told& sentence : told(session, here().solved, revealed_)) {
        if (sentence.holds || session.cursor() != end_) shown.explanation.push_back({std::move(sentence.text), true});
      }
    }
  }
  if (!away_) {
    for (const Highlight& highlight : here().show) {
      if (Result<Spot> spot = find_spot(session.machine(), highlight)) shown.spots.push_back(std::move(*spot));
    }
  }
  return shown;
}

}  // namespace vmalab
