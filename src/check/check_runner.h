// SPDX-License-Identifier: GPL-2.0-only
// Runs a check in the background, so that a frame never waits for one. Knows nothing of windows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "check/checker.h"
#include "machine/machine.h"

namespace vmalab {

class CheckRunner {
 public:
  CheckRunner();
  /// Waits for what still runs, after asking it to stop.
  ~CheckRunner();
  CheckRunner(const CheckRunner&) = delete;
  CheckRunner& operator=(const CheckRunner&) = delete;

  /// An earlier check that still runs is given up: its result is never seen. The options' own `progress`, if set,
  /// is called too, from the background thread.
  void start(Machine machine, check::CheckOptions options);
  /// For any number of those threads of which the scenario says so, or of all.
  void start_any(Machine machine);

  /// What is said of a check for any number beside its report.
  struct Any {
    std::string sentence, basis;
    std::string threads;       ///< "2 readers and 1 writer": of that run
    std::vector<int> numbers;  ///< the report's run is of so many of each thread (machine/any_threads.h); empty: it has none
  };
  struct News {
    check::Progress progress;                          ///< the newest there is
    std::optional<Result<check::CheckReport>> result;  ///< once, when the check is done
    std::optional<Any> any;                            ///< with the result of a check for any number
  };
  /// Never waits. After a result has been handed over, running() is false.
  News poll();
  /// Asks the check to stop; its result still comes, and says that it is incomplete.
  void cancel();
  /// Gives up what runs: no result comes.
  void drop();
  bool running() const { return job_ != nullptr; }
  bool cancelled() const;

 private:
  struct Job;
  void sweep();

  std::unique_ptr<Job> job_;
  /// Checks given up that have not ended yet. A search looks only now and then whether it should stop, and a new
  /// one must not wait for that.
  std::vector<std::unique_ptr<Job>> retired_;
};

}  // namespace vmalab
