// SPDX-License-Identifier: GPL-2.0-only
// Records a session while a person steps it. A trace file is one line of steps, and a person branches: when
// a step does not follow the last one recorded, the file is closed and a new one starts with the way to that step.
#pragma once

#include <filesystem>

#include "lang/result.h"
#include "trace/session.h"
#include "trace/trace_file.h"

namespace vmalab {

class Recorder {
 public:
  /// Creates the file and writes the steps from the root to the cursor.
  static Result<Recorder> start(std::filesystem::path file, const Session& session);
  /// Writes a node that was just added. True: it began a new file.
  Result<bool> record(const Session& session, NodeId node);
  Result<void> finish() { return writer_.finish(); }
  const std::filesystem::path& file() const { return file_; }
  int steps() const { return writer_.steps(); }

 private:
  Recorder(TraceWriter writer, std::filesystem::path first, std::filesystem::path file)
      : writer_(std::move(writer)), first_(std::move(first)), file_(std::move(file)) {}
  static Result<TraceWriter> open_numbered(const std::filesystem::path& first, int& part, std::filesystem::path& file,
                                           const Machine& machine);
  static Result<void> write_way(TraceWriter& writer, const Session& session, NodeId node);

  TraceWriter writer_;
  std::filesystem::path first_;  ///< name of the first file; later ones are numbered after it
  std::filesystem::path file_;
  int part_ = 1;
  NodeId last_ = kRootNode;
};

}  // namespace vmalab
