// SPDX-License-Identifier: GPL-2.0-only
// Where the memory picture has its boxes, and the ways of its arrows: a pure function, so that tests can try every size.
//
// A row is an mm, the lowest the slab; a column is a VMA object. So an object that changes hands moves up or down its own column,
// and nothing else moves. The trees' pointers run above the boxes of a row, vm_mm below them, those of threads from the strip
// at the bottom up between the columns: no way crosses a box.
#pragma once

#include <vector>

#include "ui/layout.h"
#include "view/memory_view.h"

namespace vmalab {

struct MemoryLayout {
  /// The way of an arrow. Threads that share it come in on stubs, onto a rail, and go on along the trunk to its head.
  struct Way {
    struct Stub {
      ThreadId thread;
      ImVec2 from, to;
    };
    std::vector<ImVec2> trunk;  ///< the last point is the head; never empty
    std::vector<Stub> stubs;
    ImVec2 rail_left, rail_right;  ///< where the stubs meet; none without stubs
  };
  bool low = false;           ///< the boxes of mms are so low that everything in them stands in one line
  ImVec2 size;                ///< what it takes: at least what was asked for
  std::vector<Rect> bands;    ///< the rows: each mm, then the slab
  std::vector<Rect> mms;      ///< each mm, then the place for the slab's name
  std::vector<Rect> trees;    ///< in each mm: the strip of its pages
  std::vector<Rect> waiters;  ///< in each mm: its slot for the one that waits
  std::vector<Rect> vmas;     ///< where each VMA is now
  std::vector<Rect> vmas_before;
  std::vector<Rect> threads;
  std::vector<Way> ways;  ///< of MemoryView::arrows, one for one
};

/// Least room in which everything can be read, in units.
ImVec2 memory_room(const MemoryView& view);
/// `unit`: the size of the text. `name_width`: of the widest name of an mm.
MemoryLayout memory_layout(const MemoryView& view, ImVec2 room, float unit, float name_width);

/// How far a point is from a way.
float distance(const MemoryLayout::Way& way, ImVec2 point);

}  // namespace vmalab
