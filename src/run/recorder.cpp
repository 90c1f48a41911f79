// SPDX-License-Identifier: GPL-2.0-only
#include "run/recorder.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "run/talk_text.h"

namespace vmalab {
namespace {

/// Nodes after `ancestor` down to `node`; nothing when `ancestor` is not above it.
std::optional<std::vector<NodeId>> nodes_between(const Session& session, NodeId ancestor, NodeId node) {
  std::vector<NodeId> nodes;
  while (node > ancestor) {  // a parent's number is smaller than its child's
    nodes.push_back(node);
    node = session.parent(node);
  }
  if (node != ancestor) return std::nullopt;
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

Result<Recorder> Recorder::start(const std::filesystem::path& file, const Session& session, bool overwrite) {
  Result<TraceWriter> writer = TraceWriter::create(file, session.machine(), overwrite);
  if (!writer) return tl::unexpected(writer.error());
  Recorder recorder(std::move(*writer), file);
  if (Result<bool> written = recorder.follow(session, session.cursor()); !written) return tl::unexpected(written.error());
  return recorder;
}

Result<void> Recorder::finish() {
  const auto number = [&](NodeId node) -> std::optional<NodeId> {
    const auto it = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    if (it == nodes_.end() || *it != node) return std::nullopt;
    return static_cast<NodeId>(it - nodes_.begin());
  };
  return writer_.finish(talk_ ? talk_text(*talk_, number) : std::string());
}

Result<void> Recorder::open_next(const Machine& machine) {
  if (Result<void> closed = finish(); !closed) return closed;
  std::error_code ignored;
  do {
    ++part_;
    file_.replace_filename(first_.stem().string() + "-" + std::to_string(part_) + first_.extension().string());
  } while (std::filesystem::exists(file_, ignored));
  Result<TraceWriter> writer = TraceWriter::create(file_, machine);
  if (!writer) return tl::unexpected(writer.error());
  writer_ = std::move(*writer);
  nodes_ = {kRootNode};
  return {};
}

Result<bool> Recorder::follow(const Session& session, NodeId node) {
  hear(session.shared_talk());
  if (nodes_between(session, node, nodes_.back())) return false;
  std::optional<std::vector<NodeId>> added = nodes_between(session, nodes_.back(), node);
  const bool branched = !added;
  if (branched) {
    if (Result<void> opened = open_next(session.machine()); !opened) return tl::unexpected(opened.error());
    added = nodes_between(session, kRootNode, node);
  }
  for (const NodeId next : *added) {
    if (Result<void> written = writer_.append(session.machine(), session.info(next), session.state_at(next)); !written) {
      return tl::unexpected(written.error());
    }
    nodes_.push_back(next);
  }
  return branched;
}

}  // namespace vmalab
