// SPDX-License-Identifier: GPL-2.0-only
// Keeps a trace file in step with a session that a person steers. A trace is one line of steps and a session is a
// tree: going back leaves the file alone, and stepping on from the past closes it and goes on in a numbered file
// (run-2.jsonl after run.jsonl) that begins with the steps that lead there. Nothing that was recorded is lost.
#pragma once

#include <filesystem>
#include <optional>

#include "trace/session.h"
#include "trace/trace_file.h"

namespace vmalab::app {

class Recording {
 public:
  static Result<Recording> start(const std::filesystem::path& file, const Session& session, bool overwrite);
  /// Call after every command. Error: the disk is full, the file went away; the session loses nothing.
  Result<void> follow(const Session& session);
  Result<void> finish();
  const std::filesystem::path& file() const { return file_; }  ///< the one being written
  int steps() const { return writer_ ? writer_->steps() : 0; }

 private:
  explicit Recording(std::filesystem::path file) : first_(file), file_(std::move(file)) {}
  Result<void> open(const Session& session, bool overwrite);
  Result<void> open_next(const Session& session);

  std::filesystem::path first_, file_;
  int part_ = 1;
  std::optional<TraceWriter> writer_;
  NodeId last_ = kRootNode;  ///< the last node in the file
};

}  // namespace vmalab::app
