// SPDX-License-Identifier: GPL-2.0-only
// Long work that never blocks. Whoever drives it (a thread, a frame of the window, a test) calls advance() until it is done;
// how the work is cut into calls changes nothing of what comes out.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace vmalab::check {

/// How much one call of advance() may do. A step is the expansion of one state; every call does at least one.
struct Budget {
  std::uint64_t steps = 1;
};

enum class Status { kRunning, kDone };

/// How a search came to its end. kFound: by what it looked for. kStopped, kMemory: what was to be decided is not known.
enum class SearchEnd { kComplete, kFound, kStopped, kMemory };

/// What ended a piece of work that did not come to its end, in words.
inline std::string reason_of(SearchEnd end) { return end == SearchEnd::kMemory ? "the memory limit was reached" : "it was stopped"; }

/// What a check is about.
enum class Phase { kSearch, kTermination, kTrace, kConfirmation, kFutures, kThinning };

struct Progress {
  Phase phase = Phase::kSearch;
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t frontier = 0;  ///< states of the current level, or of the current sweep, still to expand
  int depth = 0;               ///< current level
  double seconds = 0;          ///< spent on it so far
  std::size_t bytes = 0;       ///< tables
};

class Work {
 public:
  Work() = default;
  virtual ~Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// Does so much of it; kDone when nothing is left to do, then and ever after.
  virtual Status advance(Budget budget) = 0;
  virtual Progress progress() const = 0;
  /// Nothing more is decided: the next advance() says kDone. A no-op when it already has.
  virtual void stop() = 0;
};

/// Called now and then with how far the work is; false stops it.
using ProgressFunction = std::function<bool(const Progress&)>;

/// Measures the time spent inside advance().
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Drives `work` to its end in this thread. Calls `progress`, if there is one, after the first step and then every 100 ms.
void drive(Work& work, const ProgressFunction& progress);

}  // namespace vmalab::check
