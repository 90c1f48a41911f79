// SPDX-License-Identifier: GPL-2.0-only
// A recording of the window: a trace file that follows the session, and the sentences about how it went.
#pragma once

#include <filesystem>
#include <memory>

#include "run/recorder.h"
#include "ui/notices.h"

namespace vmalab {

/// A file of the folder that is not there yet, named after the scenario and the time.
std::filesystem::path new_trace_file(const std::filesystem::path& folder, const Scenario& scenario);

class Recording {
 public:
  /// @param folder made when the first recording begins
  Recording(std::filesystem::path folder, Notices& notices) : folder_(std::move(folder)), notices_(notices) {}

  bool on() const { return recorder_ != nullptr; }
  void start(const Session& session);
  /// The file that is whole now; empty when there is none.
  std::filesystem::path stop();
  /// The session came to this node.
  void follow(const Session& session, NodeId node);
  /// The author said something.
  void hear(const Session& session) {
    if (on()) recorder_->hear(session.shared_talk());
  }

 private:
  std::filesystem::path folder_;
  Notices& notices_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace vmalab
