// SPDX-License-Identifier: GPL-2.0-only
#include "ui/recording.h"

#include <array>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

namespace vmalab {

std::filesystem::path new_trace_file(const std::filesystem::path& folder, const Scenario& scenario) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y%m%d-%H%M%S", &local);
  const std::string name = scenario.name + "-" + stamp.data();
  std::filesystem::path file = folder / (name + ".jsonl");
  std::error_code ignored;
  for (int number = 2; std::filesystem::exists(file, ignored); ++number) {
    file.replace_filename(name + "-" + std::to_string(number) + ".jsonl");
  }
  return file;
}

void Recording::start(const Session& session) {
  if (on()) return;
  std::error_code ignored;  // the recorder says what is wrong
  std::filesystem::create_directories(folder_, ignored);
  Result<Recorder> recorder = Recorder::start(new_trace_file(folder_, session.machine().scenario()), session);
  if (!recorder) return notices_.say(NoticeKind::kError, "Not recording. " + recorder.error().to_string());
  recorder_ = std::make_unique<Recorder>(std::move(*recorder));
  notices_.say(NoticeKind::kInfo, "Recording to " + recorder_->file().string());
}

std::filesystem::path Recording::stop() {
  if (!on()) return {};
  const std::unique_ptr<Recorder> recorder = std::move(recorder_);
  if (const Result<void> done = recorder->finish(); !done) {
    notices_.say(NoticeKind::kError, "The recording has no end. " + done.error().to_string());
    return {};
  }
  notices_.say(NoticeKind::kInfo, "Recorded " + std::to_string(recorder->steps()) + " steps to " + recorder->file().string());
  return recorder->file();
}

void Recording::follow(const Session& session, NodeId node) {
  if (!on()) return;
  const Result<bool> recorded = recorder_->follow(session, node);
  if (!recorded) {
    recorder_.reset();
    notices_.say(NoticeKind::kError, "Recording stopped; the run itself is whole. " + recorded.error().to_string());
  } else if (*recorded) {
    notices_.say(NoticeKind::kInfo, "A new branch: recording goes on in " + recorder_->file().string());
  }
}

}  // namespace vmalab
