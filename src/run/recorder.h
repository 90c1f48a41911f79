// SPDX-License-Identifier: GPL-2.0-only
// Keeps a trace file in step with a session that a person steers. A trace is one line of steps and a session is a
// tree: going back leaves the file alone, and stepping on from the past closes it and goes on in a numbered file
// (run-2.jsonl after run.jsonl) that begins with the steps that lead there. Nothing that was recorded is lost.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "run/session.h"
#include "run/trace_file.h"

namespace vmalab {

class Recorder {
 public:
  /// Creates the file with the steps from the root to the cursor. Error: it exists and is not to be overwritten, or
  /// cannot be written.
  static Result<Recorder> start(const std::filesystem::path& file, const Session& session, bool overwrite = false);
  /// Writes what leads from the last node in the file to this one; nothing when that went back. True: a new file began.
  /// Error: the disk is full, the file went away; the session loses nothing.
  Result<bool> follow(const Session& session, NodeId node);
  /// What the author says of the steps from now on; follow() hears it too.
  void hear(std::shared_ptr<const Talk> talk) { talk_ = std::move(talk); }
  /// The closing line, with what is said of the steps in the file.
  Result<void> finish();
  const std::filesystem::path& file() const { return file_; }  ///< the one being written
  int steps() const { return writer_.steps(); }                ///< in that file

 private:
  Recorder(TraceWriter writer, std::filesystem::path file) : writer_(std::move(writer)), first_(std::move(file)), file_(first_) {}
  Result<void> open_next(const Machine& machine);

  TraceWriter writer_;
  std::filesystem::path first_, file_;
  int part_ = 1;
  std::vector<NodeId> nodes_{kRootNode};  ///< of the steps in the file, in their order
  std::shared_ptr<const Talk> talk_;
};

}  // namespace vmalab
