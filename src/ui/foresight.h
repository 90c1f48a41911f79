// SPDX-License-Identifier: GPL-2.0-only
// What can still come of the run that is open, found out a little each frame: the point of no return of a branch that breaks a
// check, what the next steps lead to while somebody looks at them, and runs that were asked for: another ending, a line by any
// schedule, the shortest run with the same violation. Knows nothing of windows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "check/futures.h"
#include "run/session.h"

namespace vmalab {

class Foresight {
 public:
  Foresight();
  ~Foresight();
  Foresight(const Foresight&) = delete;
  Foresight& operator=(const Foresight&) = delete;

  /// What is open and where it stands, before each frame; what was found out about something else is void.
  /// @param violates some step of the active branch breaks a check
  /// @param next_steps somebody looks at what the next steps lead to
  void follow(const Session& session, std::uint64_t serial, bool violates, bool next_steps);
  /// Works for so many seconds, or until nothing is left to do. True: something is new.
  bool work(double seconds);
  bool busy() const { return no_return_ || steps_ || search_; }

  /// Of the active branch: the first step after which no end without a violation can be reached. Nothing: none, or not known (yet).
  std::optional<int> no_return() const { return lost_at_; }
  /// Of the cursor, whose run has broken nothing so far; null: not known yet.
  const check::Future* here() const { return here_ ? &*here_ : nullptr; }
  /// Of an action there; null: not known yet.
  const check::StepFutures::Row* after(Action action) const;
  /// Why it is not known, as the end of a sentence.
  std::string reason() const;

  // ---- a run that is looked for; one at a time, a new one takes the place of the old. Errors: why there is nothing to look for.
  /// From the cursor, one that comes out otherwise than the active branch.
  Result<void> seek_other_ending(const Session& session);
  /// From the cursor to where a thread stands at a line, whoever goes first.
  Result<void> seek_line(const Session& session, ThreadId thread, int file, int line);
  /// From the start, one with the first violation of the active branch.
  Result<void> seek_shortest(const Session& session);
  bool seeking() const { return search_ != nullptr; }
  void stop_seeking();

  struct Found {
    NodeId from = kRootNode;
    std::vector<Action> run;  ///< empty: there is none, or it is here
    std::string name;         ///< of the branch
    std::string sentence;     ///< what came of it
  };
  /// Once, when the search has ended.
  std::optional<Found> take_found();

 private:
  struct Search;
  void begin(std::unique_ptr<Search> search);
  void ended();

  std::uint64_t serial_ = ~std::uint64_t{0};
  NodeId tip_ = kNoNode, cursor_ = kNoNode;
  bool violates_ = false, next_steps_ = false;
  std::optional<Machine> machine_;  ///< of what is open
  std::unique_ptr<check::Futures> futures_;
  std::unique_ptr<check::NoReturn> no_return_;
  std::unique_ptr<check::StepFutures> steps_;
  std::optional<int> lost_at_;
  std::optional<check::Future> here_;
  std::vector<check::StepFutures::Row> rows_;
  std::unique_ptr<Search> search_;
  std::optional<Found> found_;
};

}  // namespace vmalab
