// SPDX-License-Identifier: GPL-2.0-only
// The parts of the timeline panel, which share one geometry: minimap, ruler, captions, lanes, legend, branches. Lives for one frame. What is on it
// and in which order is decided in view/; here it gets places and colours.
#pragma once

#include <imgui.h>

#include <string_view>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panel_state.h"
#include "view/timeline_lanes.h"
#include "view/timeline_slice.h"

namespace vmalab {

struct TimelinePanel {
  const PanelContext& context;
  TimelineState& state;
  PanelCache& cache;
  VmaId vma;
  ImVec2 min{}, max{};  ///< of what has the axis of time: without names and branches
  float names = 0;      ///< width of the names, left of it
  float minimap_end = 0;
  float step = 1;  ///< pixels
  int hovered_step = -1;
  LaneLayout lanes{};
  /// Tops of the rows; a row that is not there has no height.
  struct Rows {
    float minimap = 0, minimap_height = 0, chapters = 0, chapters_height = 0, names = 0, names_height = 0, ruler = 0, ruler_height = 0, captions = 0,
          captions_height = 0, counters = 0, pinned = 0, others = 0, lanes_end = 0, legend = 0, legend_height = 0;
    bool legend_complete = false;
  } rows{};

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
  const SessionTimeline& run() const { return cache.timeline; }
  const timeline::Timeline& timeline() const { return run().timeline(); }
  Colour thread_colour(int t) const { return theme().thread(thread_id(t)); }

  // ---- time and pixels: step d is drawn between d - 1 and d
  float x_of(float depth) const { return min.x + (depth - state.first) * step; }
  float x_of_step(int depth) const { return x_of(static_cast<float>(depth) - 0.5F); }
  /// What still holds at the end, holds up to there.
  float x_of_end(timeline::Time end) const { return end > timeline().end() ? x_of(static_cast<float>(timeline().end())) : x_of_change(end); }
  /// Where something begins that step `depth` began: in the middle of the step. What held from the start has no step before it.
  float x_of_change(timeline::Time depth) const { return x_of(depth == 0 ? 0.0F : static_cast<float>(depth) - 0.5F); }
  float depth_at(float x) const { return state.first + (x - min.x) / step; }
  float visible_steps() const { return (max.x - min.x) / step; }
  int first_depth() const;
  int last_depth() const;
  /// Steps become shapes from this width on; below, cells of a pixel and more.
  bool has_shapes() const { return step >= 0.42F * em(); }

  // timeline_input.cpp
  void set_scale();
  void keep_cursor_in_view();
  void keep_selected_in_view();
  void zoom_around(float x, float factor);
  void scroll_lanes(float pixels);
  void track_input();
  void ruler_input();
  void travel_to_mouse();

  // timeline_minimap.cpp
  void minimap();
  float buttons_width() const;
  void buttons() const;

  // timeline_ruler.cpp
  void ruler();
  void forks();
  void chapters();
  void captions() const;
  void violations() const;
  void no_return() const;
  void playhead() const;
  float playhead_width() const;
  void hover_band() const;

  // timeline_causes.cpp
  void causes() const;

  // timeline_lanes.cpp
  void place_rows(float top, float bottom);
  void draw_lanes();
  void scrollbar();
  /// The middle of the row of steps in a thread's lane; clamped to what is seen of the lanes.
  float lane_y(int thread) const;

  // timeline_marks.cpp
  /// How many lines the legend takes at this width.
  int legend_lines() const;
  void legend_row() const;
  void legend_window() const;

 private:
  float x_in_minimap(float depth) const;
  void minimap_input();
  void counter_lane(const PlacedLane& lane, float y) const;
  void counter_name(const PlacedLane& lane, float y) const;
  void thread_lane(const PlacedLane& lane, float y) const;
  void thread_name(const PlacedLane& lane, float y, float clip_top, float clip_bottom) const;
  Colour ground_of(ThreadId thread) const;  ///< of its lane
  void cut_by_mark(ThreadId thread, ImVec2 low, ImVec2 high) const;
  void bar(const timeline::Span& span, const PlacedLane& lane, float y) const;
  void ask_about(const timeline::Span& span, ImVec2 from, ImVec2 to, ThreadId thread) const;
  void step_mark(const timeline::Instant& mark, const PlacedLane& lane, float y) const;
  void refusals(const std::vector<timeline::Instant>& instants, const PlacedLane& lane, float y) const;
  void wake_arrows() const;
  void older_arrow(ImVec2 from, ImVec2 to, Colour colour) const;
  void join(const Violation& violation) const;
};

// timeline_branches.cpp
void draw_branches(const PanelContext& context, ImVec2 at, ImVec2 size);

/// A shape of the legend and the lanes, `r` from its middle to its edge, in `ink` on `ground`.
void paint_shape(ImDrawList* draw, Shape shape, ImVec2 centre, float r, Colour ink, Colour ground);

constexpr float kLegendLine = 1.45F;  // em
/// Of the aggregated view: what is smaller no eye tells apart, and there are as many cells on a large screen as on a small one.
constexpr float kFinestCell = 0.16F;  // em

/// Where in a lane of this height things are, as shares of it: steps and waits above, what is held below, mmap_lock at the bottom.
struct Storeys {
  float marks, radius, wait_top, wait_bottom, rcu, held_top, held_bottom, mmap_top, mmap_bottom;
};
Storeys storeys_of(float height, float em);

}  // namespace vmalab
