// SPDX-License-Identifier: GPL-2.0-only
#include "ui/foresight.h"

#include <algorithm>
#include <chrono>

#include "base/words.h"
#include "check/minimize.h"
#include "check/nearest.h"
#include "machine/describe.h"

namespace vmalab {
namespace {

/// More states than these are not looked at: the window has to stay small.
constexpr std::uint64_t kMostStates = 300'000;
/// Longer histories are not walked again at each step.
constexpr std::size_t kMostSteps = 20'000;
constexpr check::Budget kPiece{64};

/// The first step of the active branch that breaks a check, or -1.
int first_violation(const Session& session) {
  if (session.machine().initial_violations() != 0) return 0;
  const std::vector<NodeId>& path = session.path();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (session.info(path[i]).violations != 0) return static_cast<int>(i);
  }
  return -1;
}

std::string steps_text(std::size_t steps) { return std::to_string(steps) + words::plural(steps, " step"); }

}  // namespace

/// What is looked for; one of the two works.
struct Foresight::Search {
  Search(const Session& session, NodeId start) : machine(session.machine()), from(start) {}
  check::Work& work() { return nearest ? static_cast<check::Work&>(*nearest) : *minimize; }

  Machine machine;
  NodeId from;
  std::unique_ptr<check::Nearest> nearest;
  std::unique_ptr<check::Minimize> minimize;
  int length = 0;  ///< of the run to be made shorter
  std::string name;
  std::string none;  ///< said when there is no such run
  std::string here;  ///< said when it has no step
};

Foresight::Foresight() = default;
Foresight::~Foresight() = default;

void Foresight::follow(const Session& session, std::uint64_t serial, bool violates, bool next_steps) {
  const NodeId tip = session.path().back();
  if (serial != serial_) {
    stop_seeking();
    no_return_.reset();
    steps_.reset();
    machine_.emplace(session.machine());
    futures_ = std::make_unique<check::Futures>(*machine_, check::Event{~PropertySet{0}, nullptr}, check::FutureBudget{kMostStates, 0});
  }
  if (serial != serial_ || tip != tip_ || violates != violates_) {
    if (no_return_) no_return_->stop();
    no_return_.reset();
    lost_at_.reset();
    if (violates && session.path().size() <= kMostSteps) no_return_ = std::make_unique<check::NoReturn>(*futures_, session.actions_to(tip));
  }
  const bool moved = serial != serial_ || session.cursor() != cursor_ || next_steps != next_steps_;
  if (moved) {
    if (steps_) steps_->stop();
    steps_.reset();
    here_.reset();
    rows_.clear();
    const int broken = next_steps ? first_violation(session) : 0;
    if (next_steps && (broken < 0 || broken > session.depth())) steps_ = std::make_unique<check::StepFutures>(*futures_, session.state());
  }
  serial_ = serial;
  tip_ = tip;
  cursor_ = session.cursor();
  violates_ = violates;
  next_steps_ = next_steps;
}

bool Foresight::work(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  bool news = false;
  while (busy()) {
    // What the next steps lead to is what somebody waits for.
    if (steps_) {
      if (steps_->advance(kPiece) == check::Status::kDone) {
        here_ = steps_->here();
        rows_ = steps_->rows();
        steps_.reset();
        news = true;
      }
    } else if (no_return_) {
      if (no_return_->advance(kPiece) == check::Status::kDone) {
        if (no_return_->exists() == check::Known::kYes && *no_return_->step() > 0) lost_at_ = no_return_->step();
        no_return_.reset();
        news = true;
      }
    } else if (search_->work().advance(kPiece) == check::Status::kDone) {
      ended();
      news = true;
    }
    if (Clock::now() >= until) break;
  }
  return news;
}

const check::StepFutures::Row* Foresight::after(Action action) const {
  const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const check::StepFutures::Row& r) { return r.action == action; });
  return row == rows_.end() ? nullptr : &*row;
}

std::string Foresight::reason() const { return futures_ ? futures_->reason() : ""; }

// ---- runs that are looked for

void Foresight::begin(std::unique_ptr<Search> search) {
  found_.reset();
  search_ = std::move(search);
}

void Foresight::stop_seeking() {
  search_.reset();
  found_.reset();
}

Result<void> Foresight::seek_other_ending(const Session& session) {
  const int broken = first_violation(session);
  if (broken >= 0 && broken <= session.depth()) {
    // What is past the point of no return has no other ending either.
    const int before = lost_at_ && *lost_at_ > 0 ? std::min(*lost_at_, broken) : broken;
    return fail("This run has broken " +
                std::string(properties_in(broken == 0 ? session.machine().initial_violations()
                                                      : session.info(session.path()[static_cast<std::size_t>(broken)]).violations)
                                .front()
                                ->name) +
                " already: from before step " + std::to_string(before) + " there may be another ending.");
  }
  const auto outcome = check::outcome_of(session.machine(), session.actions_to(session.path().back()));
  if (!outcome) return fail("This run has not come to its end, so there is no ending to differ from.");
  auto search = std::make_unique<Search>(session, session.cursor());
  search->name = "another ending";
  search->none = "There is no other ending: every run from here ends with the same values in memory, or breaks the same check.";
  search->nearest = std::make_unique<check::Nearest>(search->machine, session.state(), check::another_outcome(search->machine, *outcome),
                                                     check::NearestBudget{});
  begin(std::move(search));
  return {};
}

Result<void> Foresight::seek_line(const Session& session, ThreadId thread, int file, int line) {
  auto search = std::make_unique<Search>(session, session.cursor());
  const std::string& who = session.machine().scenario().threads[thread.value].name;
  search->name = who + " at line " + std::to_string(line);
  search->none = who + " cannot come to line " + std::to_string(line) + " from here, whoever goes first.";
  search->here = who + " stands at line " + std::to_string(line) + " already.";
  search->nearest = std::make_unique<check::Nearest>(search->machine, session.state(), check::at_line(search->machine, &thread, file, line),
                                                     check::NearestBudget{});
  begin(std::move(search));
  return {};
}

Result<void> Foresight::seek_shortest(const Session& session) {
  const std::vector<Action> run = session.actions_to(session.path().back());
  auto search = std::make_unique<Search>(session, kRootNode);
  const Result<check::Shown> shown = check::what_it_shows(search->machine, run, ~PropertySet{0}, nullptr);
  if (!shown) return fail("There is nothing to make shorter: " + shown.error().message + ".");
  if (shown->step == 0) return fail("The start breaks " + std::string(shown->property->name) + ": no run is shorter.");
  search->length = shown->step;
  search->name = "shortest " + std::string(shown->property->name);
  search->minimize = std::make_unique<check::Minimize>(search->machine, run, *shown, check::NearestBudget{});
  begin(std::move(search));
  return {};
}

void Foresight::ended() {
  const Search& search = *search_;
  Found found;
  found.from = search.from;
  found.name = search.name;
  if (search.minimize) {
    const check::Minimize& work = *search.minimize;
    const std::size_t steps = work.run().size();
    if (steps < static_cast<std::size_t>(search.length)) found.run = work.run();
    if (!work.is_shortest()) {
      found.name = found.run.empty() ? found.name : "shorter" + found.name.substr(std::string("shortest").size());
      found.sentence = (found.run.empty() ? "No shorter run was found" : "Shorter, not proved shortest: " + steps_text(steps)) +
                       ". Whether there is one of " + steps_text(static_cast<std::size_t>(work.at_least())) + " or more is not known, because " +
                       work.reason() + ".";
    } else {
      found.sentence = found.run.empty() ? "No shorter run has the same violation: " + steps_text(steps) + "."
                                         : "The shortest run with the same violation: " + steps_text(steps) + ".";
    }
  } else {
    const check::Nearest& work = *search.nearest;
    switch (work.end()) {
      case check::SearchEnd::kFound:
        found.run = work.run();
        found.sentence = found.run.empty() ? search.here : "The nearest: " + steps_text(found.run.size()) + " from there.";
        break;
      case check::SearchEnd::kComplete: found.sentence = search.none; break;
      case check::SearchEnd::kMemory:
      case check::SearchEnd::kStopped: found.sentence = "That is not known, because " + work.reason() + "."; break;
    }
  }
  found_ = std::move(found);
  search_.reset();
}

std::optional<Foresight::Found> Foresight::take_found() { return std::exchange(found_, std::nullopt); }

}  // namespace vmalab
