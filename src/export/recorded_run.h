// SPDX-License-Identifier: GPL-2.0-only
// What every exporter writes: the active branch of a session, or a range of its steps, with all that is said of each step. The words
// are those of the panels. A run is walked from its first step to its last, however long it is, and never held as a whole.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/describe.h"
#include "run/session.h"
#include "view/session_timeline.h"

namespace vmalab {

/// Steps from `first` to `last`, both included, counted from 1.
struct StepRange {
  int first = 1, last = 0;
  int count() const { return last - first + 1; }
  friend bool operator==(const StepRange&, const StepRange&) = default;
};
/// "12-40", "12-", "-40" or "12" of a run with so many steps. Error: it is none, or has a step that the run does not have.
Result<StepRange> parse_range(std::string_view text, int steps);

/// One step, while it is walked over.
struct RecordedStep {
  int number = 0;
  const StepInfo& info;
  const State& before;
  const State& after;
  Mark mark{};
  std::string text;        ///< what it did: "vma0->vm_refcnt 1 -> 2"
  CodePlace place;         ///< nowhere for a signal
  std::string caption;     ///< that begins with this step, or held when the range began, as told_caption() has it; else empty
  std::string chapter;     ///< of the talk, that begins with this step: "2. The writer comes"; else empty
  PropertySet broken = 0;  ///< all that it breaks, where it broke something that was whole before; else empty
};

/// With a word before it where it is the author's, and nothing that was checked.
std::string told_caption(const timeline::Caption& caption);

class RecordedRun {
 public:
  /// Called now and then with how much is done; false: to stop.
  using Progress = std::function<bool(int done, int of)>;

  /// `session` has to outlive it.
  RecordedRun(const Session& session, StepRange range, Progress progress = {});
  /// All of it.
  explicit RecordedRun(const Session& session);
  /// The end of its range, of at most so many steps.
  RecordedRun last_steps(int most) const;

  const Session& session() const { return session_; }
  const Machine& machine() const { return session_.machine(); }
  /// Of the whole run; what is outside of the range is to be cut away.
  const SessionTimeline& timeline() const { return timeline_; }
  StepRange range() const { return range_; }
  int all_steps() const { return timeline_.steps(); }
  /// "A writer waits for a reader"
  std::string title() const;
  /// The code that ran, "steps 12 to 40 of 60": what a reader has to know beside the title; a sentence each.
  std::vector<std::string> terms() const;
  const std::string& thread_name(ThreadId t) const { return machine().scenario().threads[t.value].name; }

  /// Of the talk, in its order, those whose step is in the range.
  struct Chapter {
    int step = 0;
    std::string name;  ///< with its number in the talk: "2. The writer comes"
  };
  std::vector<Chapter> chapters() const;
  /// The state that the range begins in.
  StateValue begins_in() const;
  /// Error: the progress callback said to stop.
  Result<void> walk(const std::function<void(const RecordedStep&)>& visit) const;

 private:
  const Session& session_;
  StepRange range_;
  Progress progress_;
  SessionTimeline timeline_;
};

}  // namespace vmalab
