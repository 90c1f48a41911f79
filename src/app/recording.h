// SPDX-License-Identifier: GPL-2.0-only
// Keeps a trace file in step with a session that a person steers. A trace is one line of steps and a session is a
// tree, so the file holds the run up to the newest step: going back leaves it alone, stepping on from the past
// writes it anew with the steps that lead there.
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
  const std::filesystem::path& file() const { return file_; }
  int steps() const { return writer_ ? writer_->steps() : 0; }

 private:
  explicit Recording(std::filesystem::path file) : file_(std::move(file)) {}
  Result<void> open(const Session& session, bool overwrite);

  std::filesystem::path file_;
  std::optional<TraceWriter> writer_;
  NodeId last_ = kRootNode;  ///< the last node in the file
};

}  // namespace vmalab::app
