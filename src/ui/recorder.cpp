// SPDX-License-Identifier: GPL-2.0-only
#include "ui/recorder.h"

#include <string>
#include <utility>

namespace vmalab {
namespace {

constexpr int kMaxParts = 1000;

std::filesystem::path numbered(const std::filesystem::path& first, int part) {
  if (part == 1) return first;
  std::filesystem::path file = first;
  file.replace_filename(first.stem().string() + "-" + std::to_string(part) + first.extension().string());
  return file;
}

}  // namespace

/// The first number from `part` on whose file does not exist yet.
Result<TraceWriter> Recorder::open_numbered(const std::filesystem::path& first, int& part, std::filesystem::path& file,
                                            const Machine& machine) {
  std::error_code ignored;
  while (part < kMaxParts && std::filesystem::exists(numbered(first, part), ignored)) ++part;
  file = numbered(first, part);
  return TraceWriter::create(file, machine);
}

Result<void> Recorder::write_way(TraceWriter& writer, const Session& session, NodeId node) {
  const Machine& machine = session.machine();
  State state = machine.initial();
  for (const Action action : session.actions_to(node)) {
    StepInfo info;
    machine.step(state, action, info);
    if (const Result<void> written = writer.append(machine, info, state); !written) return written;
  }
  return {};
}

Result<Recorder> Recorder::start(std::filesystem::path first, const Session& session) {
  int part = 1;
  std::filesystem::path file;
  Result<TraceWriter> writer = open_numbered(first, part, file, session.machine());
  if (!writer) return tl::unexpected(writer.error());
  if (const Result<void> written = write_way(*writer, session, session.cursor()); !written) {
    return tl::unexpected(written.error());
  }
  Recorder recorder(std::move(*writer), std::move(first), std::move(file));
  recorder.part_ = part;
  recorder.last_ = session.cursor();
  return recorder;
}

Result<bool> Recorder::record(const Session& session, NodeId node) {
  if (session.parent(node) == last_) {
    last_ = node;
    const Result<void> written = writer_.append(session.machine(), session.info(node), session.state_at(node));
    if (!written) return tl::unexpected(written.error());
    return false;
  }
  if (const Result<void> done = writer_.finish(); !done) return tl::unexpected(done.error());
  ++part_;
  Result<TraceWriter> writer = open_numbered(first_, part_, file_, session.machine());
  if (!writer) return tl::unexpected(writer.error());
  writer_ = std::move(*writer);
  if (const Result<void> written = write_way(writer_, session, node); !written) return tl::unexpected(written.error());
  last_ = node;
  return true;
}

}  // namespace vmalab
