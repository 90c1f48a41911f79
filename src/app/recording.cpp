// SPDX-License-Identifier: GPL-2.0-only
#include "app/recording.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

namespace vmalab::app {
namespace {

/// Nodes after `ancestor` down to `node`; nothing when `ancestor` is not above it.
std::optional<std::vector<NodeId>> nodes_between(const Session& session, NodeId ancestor, NodeId node) {
  std::vector<NodeId> out;
  while (node != ancestor) {
    if (node == kRootNode) return std::nullopt;
    out.push_back(node);
    node = session.parent(node);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

Result<Recording> Recording::start(const std::filesystem::path& file, const Session& session, bool overwrite) {
  Recording recording(file);
  if (Result<void> opened = recording.open(session, overwrite); !opened) return tl::unexpected(opened.error());
  if (Result<void> written = recording.follow(session); !written) return tl::unexpected(written.error());
  return recording;
}

Result<void> Recording::open(const Session& session, bool overwrite) {
  writer_.reset();
  Result<TraceWriter> writer = TraceWriter::create(file_, session.machine(), overwrite);
  if (!writer) return tl::unexpected(writer.error());
  writer_.emplace(std::move(*writer));
  last_ = kRootNode;
  return {};
}

Result<void> Recording::open_next(const Session& session) {
  if (Result<void> closed = writer_->finish(); !closed) return closed;
  std::error_code ignored;
  do {
    ++part_;
    file_ = first_;
    file_.replace_filename(first_.stem().string() + "-" + std::to_string(part_) + first_.extension().string());
  } while (std::filesystem::exists(file_, ignored));
  return open(session, false);
}

Result<void> Recording::follow(const Session& session) {
  if (!writer_) return fail("the recording has stopped", file_.string());
  const NodeId now = session.cursor();
  if (nodes_between(session, now, last_)) return {};  // went back, or nothing happened
  std::optional<std::vector<NodeId>> added = nodes_between(session, last_, now);
  if (!added) {
    if (Result<void> next = open_next(session); !next) return next;
    added = nodes_between(session, kRootNode, now);
  }
  for (const NodeId node : *added) {
    if (Result<void> written = writer_->append(session.machine(), session.info(node), session.state_at(node)); !written) {
      return written;
    }
    last_ = node;
  }
  return {};
}

Result<void> Recording::finish() { return writer_ ? writer_->finish() : Result<void>(); }

}  // namespace vmalab::app
