// SPDX-License-Identifier: GPL-2.0-only
// What each panel remembers between frames. Commands write these too, so everything here can be reached by
// keyboard. Reset when another scenario is opened, except what is a matter of taste (detail, follow, zoom).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/session.h"
#include "ui/arrangement.h"
#include "view/timeline_lanes.h"

namespace vmalab {

struct ThreadsState {
  /// How fine a card shows the next step: kFunction, kLine, kAccess. CommandId::kDetail cycles it.
  enum class Detail : std::uint8_t { kFunction, kLine, kAccess } detail = Detail::kAccess;
  std::array<bool, kMaxThreads> collapsed{};
  int scroll_to = -1;  ///< thread number whose card must come into view, then -1
  /// How much each card said when the mouse pressed a button here: nothing moves under it while it rests (`hold`: just now).
  bool hold = false;
  std::vector<std::uint8_t> held;
  float held_x = 0, held_y = 0;
};

struct VmaPanelState {
  int vma = 0;  ///< which VMA the VMA panel and the class map show
  /// Every (old, new) that one step can make of a vm_refcnt, over all interleavings; known after a complete check.
  std::optional<std::vector<std::pair<Word, Word>>> reachable_edges;
  bool edges_of_any_number = false;  ///< they are those of any number of threads
};

struct SourceState {
  bool follow = true;      ///< show the selected thread's line
  int file = -1;           ///< index into CodeBase::files(); -1: where the selected thread is
  int cursor_line = 0;     ///< from 1; 0: none. kLineUp/kLineDown move it, kRunToLine runs to it
  bool show_diff = false;  ///< a variant as a diff against the model
  float diff_scroll = 0;   ///< lines that the diff shall move in the next frame
  bool scroll_to_cursor = false;
};

/// Index into CodeBase::files() of what the source panel shows: the chosen file, or where the selected thread is.
int shown_file(const Session& session, ThreadId selected, const SourceState& memory);

struct TimelineState {
  static constexpr float kLeastZoom = 1e-5F, kGreatestZoom = 4;
  float zoom = 1;      ///< 1: a step is at most 1.4 em wide, and a short run is shown whole
  bool follow = true;  ///< keep the cursor in view
  float first = 0;     ///< leftmost step shown
  bool fit = false;    ///< the whole run is in view, and stays so while it grows
  float zoom_by = 1;   ///< what a command asks for; the next frame zooms by it around the cursor
  float visible = 0;   ///< how many steps the last frame showed
  bool legend = false;
  std::vector<int> chain;  ///< steps to be marked: where the value that is asked about comes from, the latest first
  LaneWishes lanes;        ///< pinned and folded threads
  float lane_scroll = 0;   ///< in lanes, so that another size of the window moves none
  enum class Drag : std::uint8_t { kNone, kTravel, kPan, kWindow, kLeftEdge, kRightEdge } drag = Drag::kNone;
  float drag_offset = 0, drag_anchor = 0;  ///< steps: from the window's start to the mouse; the end that stays
  /// Another run: what was about the old one goes, taste stays.
  void opened();
};

/// What was asked of causes; the last is shown.
struct CausesState {
  struct Question {
    std::optional<ThreadId> thread;  ///< why it waits; else:
    Place place;                     ///< why its value is what it is
    int at = 0;                      ///< after this step
    /// Why it is broken; null: one of those above is asked about.
    const Property* property = nullptr;
  };
  std::vector<Question> asked;             ///< those before the last are the way back
  int row = 0;                             ///< that the keys have chosen
  bool wanted = false;                     ///< the next frame asks, as kWhy does
  bool acts = false;                       ///< the chosen row does something
  bool take = false;                       ///< Enter was pressed: the next frame does what the row is about
  std::optional<Place> pointed, pointing;  ///< the value under the mouse, in the last frame and in this one
  std::vector<Place> shown, showing;       ///< the values on the screen, in the last frame and so far in this one
  std::optional<Place> chosen;             ///< of them by the keys, until the mouse moves
  std::vector<int> chain;                  ///< steps that the timeline marks, the latest first
  bool open() const { return !asked.empty(); }
  void close() {
    asked.clear();
    chain.clear();
    row = 0;
  }
  void ask(Question question) {
    asked.push_back(question);
    row = 0;
  }
  /// The keys go on to the value that is drawn so many behind this one, and round.
  void choose(int by);
  void back() {
    asked.pop_back();
    row = 0;
    if (asked.empty()) chain.clear();
  }
};

struct LessonState {
  bool questions = false;  ///< ask "what will it be next?" before a step
  std::string answer;      ///< what was chosen for the step to come
  int right = 0, asked = 0;
};

/// What shares a place on the screen.
enum class Tab : std::uint8_t { kVma, kMemory, kMessages, kClassMap, kStateMap, kSource, kChecks, kCount };

/// Which panels share a place: all of a Tab one, where there is little room; two and two; or checks and source alone.
enum class Places : std::uint8_t { kOne, kCorner, kClassesApart };

struct PanelStates {
  Arrangement arrangement;
  ThreadsState threads;
  VmaPanelState vma;
  SourceState source;
  TimelineState timeline;
  LessonState lesson;
  CausesState causes;
  Tab tab = Tab::kVma;              ///< where there is little room, what is seen; else checks or source
  Tab corner = Tab::kMemory;        ///< beside the timeline: kMemory, kMessages, kClassMap or kStateMap
  Places places = Places::kCorner;  ///< as the desk was drawn last
};

}  // namespace vmalab
