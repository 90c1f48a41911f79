// SPDX-License-Identifier: GPL-2.0-only
// Trace files: one JSON object a line, append-only, self-contained. Format in FORMAT.md beside this file.
//
// A file replays anywhere: it carries the scenario, the C texts that ran, every action, and a fingerprint of
// the state after each step; the branches of the session, and its talk. Replay recomputes every step and stops at the first that differs, naming it.
// A file that ends in the middle of a line replays to its last whole line and says so.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"
#include "run/session.h"

namespace vmalab {

constexpr int kTraceVersion = 4;                 ///< what we write when there are branches, which older programs would misread
constexpr int kWeakTraceVersion = 5;             ///< what we write where memory is weaker than sequentially consistent; the newest that we read
constexpr int kUnbranchedTraceVersion = 3;       ///< what we write otherwise
constexpr int kOldestReadableTraceVersion = 2;   ///< what we still read; 1 had other values for pointers
constexpr int kFirstComparableTraceVersion = 3;  ///< 2 has fingerprints of other things: replayed, and not compared
constexpr int kMaxTraceSteps = 1'000'000;        ///< a longer file is refused, by the writer too

/// Appends a run to a file as it happens; every line is flushed. Errors (unwritable, disk full) are returned by
/// every later call too, and the steps not written stay in the Session.
class TraceWriter {
 public:
  /// Creates the file and writes the header; an existing file is an error unless `overwrite`, is replaced only when the header of
  /// the new one is safely written, and comes back when a later line of it cannot be.
  static Result<TraceWriter> create(const std::filesystem::path& file, const Machine& machine, bool overwrite = false);
  TraceWriter(TraceWriter&&) noexcept;
  TraceWriter& operator=(TraceWriter&&) noexcept;
  ~TraceWriter();
  /// Writes one step: its action, a caption for people, and the fingerprint of `after`.
  Result<void> append(const Machine& machine, const StepInfo& info, const State& after);
  /// Writes the closing line that tells a complete trace from a cut-off one. `talk`: see talk_text(). Error: it is too long; the trace
  /// is complete without it.
  Result<void> finish(const std::string& talk = {});
  int steps() const;

 private:
  friend Result<void> save_trace(const std::filesystem::path& file, const Session& session, bool overwrite);
  /// As create(), but the file disappears with the writer, and an old one stays, until publish().
  static Result<TraceWriter> start(const std::filesystem::path& file, const Machine& machine, bool overwrite, int version = kUnbranchedTraceVersion);
  /// As the public one. `from`: the number of the step that it follows when that is not the last one.
  Result<void> append(const Machine& machine, const StepInfo& info, const State& after, std::optional<NodeId> from);
  Result<void> publish();

  struct Impl;
  explicit TraceWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct Replayed {
  Session session;  ///< with the talk that was recorded; cursor at the step that was selected, else at the last
  int steps = 0;
  bool complete = true;  ///< false: the file was cut off (see notice)
  bool differs = false;  ///< of continue_trace(): the run is not the one that was recorded
  std::string notice;    ///< "trace.jsonl is cut off in line 17: replayed 15 whole steps", else empty
};
/// Reads and recomputes a trace; a caption whose claim does not hold is named in the notice. Errors name file and line, and the step where the file
/// and the machine differ.
Result<Replayed> replay_trace(const std::filesystem::path& file);

/// The same where what runs may have changed: it stops at the first step that differs, and goes on along the nearest run (rerun.h), as
/// the notice says. `other`: makes what runs from the trace's scenario; without it that is the trace's own C.
Result<Replayed> continue_trace(const std::filesystem::path& file, const std::function<Result<Machine>(Scenario)>& other = {});

/// Writes a session as a complete trace: all of its steps and branches, its talk, and which step is selected. When that fails no half
/// file is left, and a file that was to be overwritten is as it was.
Result<void> save_trace(const std::filesystem::path& file, const Session& session, bool overwrite = false);
/// The same of a run from the start. Error also: a step cannot happen.
Result<void> save_trace(const std::filesystem::path& file, const Machine& machine, const std::vector<Action>& run, bool overwrite = false);

}  // namespace vmalab
