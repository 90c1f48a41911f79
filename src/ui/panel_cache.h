// SPDX-License-Identifier: GPL-2.0-only
// What the panels have prepared and keep until it is out of date: the timeline, the coloured source. Anything here can be
// thrown away and made again from the session; what a person has set is in panel_state.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "run/session.h"
#include "ui/state_map_lines.h"
#include "view/branches.h"
#include "view/memory_view.h"
#include "view/session_timeline.h"
#include "view/source_diff.h"
#include "view/source_lines.h"
#include "view/state_map_view.h"
#include "view/timeline_slice.h"

namespace vmalab {

struct PanelCache {
  SessionTimeline timeline;

  /// The state a step before the cursor; null at the start.
  const State* before(const Session& session, std::uint64_t serial);
  /// The memory picture at the cursor.
  const MemoryView& memory(const Session& session, std::uint64_t serial);
  /// How each branch differs from the active one, by number; the active one's is empty.
  const std::vector<Session::Difference>& differences(const Session& session, std::uint64_t serial);
  /// Where other branches leave the active one.
  const std::vector<ForkMark>& forks(const Session& session, std::uint64_t serial);

  /// The map of the state space as it is drawn, `per_column` depths to a column.
  const StateMapView& state_map(const std::shared_ptr<const check::StateMap>& map, VmaId vma, int per_column);
  MapLines map_lines;

  struct Source {
    std::uint64_t serial = 0;
    int file = -1, columns = 0;
    std::vector<SourceLine> lines;
    std::vector<SourceRow> rows;
    int program = -1;  ///< whose lines can be run to
    std::vector<bool> runnable;
    std::vector<std::string> orders;  ///< where memory is weaker than sequentially consistent
    std::uint64_t diff_serial = 0;
    std::vector<DiffLine> diff;
    NodeId shown_cursor = kNoNode;  ///< what was last scrolled to
    int shown_thread = -1;
    std::pair<float, float> shown_size{};  ///< height of a line and of the panel
  } source;

  struct Threads {
    std::uint64_t serial = 0;
    int shown_thread = -1;  ///< whose card was last brought into view
  } threads;

  struct View {
    std::uint64_t serial = 0;
    NodeId shown_cursor = kNoNode;
    int shown_thread = -1;
    TimelineSlice lanes;
    ActivityMap minimap;
    std::uint64_t version = 0;  ///< of the run that the legend is about
    std::vector<Mark> legend;
  } view;  ///< of the timeline panel

 private:
  std::uint64_t before_serial_ = 0;
  NodeId before_node_ = kNoNode;
  std::optional<StateValue> before_;
  std::uint64_t memory_serial_ = 0;
  NodeId memory_node_ = kNoNode;
  MemoryView memory_;
  std::tuple<std::uint64_t, std::size_t, int, std::string> differences_of_{};  ///< session, nodes, active branch, names
  std::vector<Session::Difference> differences_;
  std::tuple<std::uint64_t, std::size_t, int> forks_of_{};  ///< session, branches, active branch
  std::vector<ForkMark> forks_;
  std::tuple<std::shared_ptr<const check::StateMap>, VmaId, int> state_map_of_{};
  StateMapView state_map_;
};

}  // namespace vmalab
