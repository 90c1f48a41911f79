// SPDX-License-Identifier: GPL-2.0-only
// What a panel may do with the run: the Workbench carries it out, and tells the other panels.
#pragma once

#include <cstddef>

#include "machine/access.h"
#include "run/session.h"
#include "ui/commands.h"

namespace vmalab {

class Actions {
 public:
  virtual bool can(CommandId id) const = 0;
  virtual void run(CommandId id) = 0;           ///< nothing happens when it is not enabled
  virtual bool apply(Action action) = 0;        ///< one step or signal; on error a notice, false
  virtual void take_next() = 0;                 ///< the step that is announced as next
  virtual void answer(std::size_t choice) = 0;  ///< of the question that is asked
  virtual void lesson_answer(std::size_t choice) = 0;
  virtual void step_over(ThreadId t) = 0;  ///< until t is on another line of the same function, or left it
  virtual void step_out(ThreadId t) = 0;   ///< until t has left the function it is in
  virtual void until_blocked(ThreadId t) = 0;
  virtual void run_to_line(ThreadId t, int file, int line) = 0;  ///< until t comes there, or not at all
  virtual void travel_to(int depth) = 0;                         ///< on the active branch
  virtual void seek_row(int row) = 0;                            ///< of what is side by side
  virtual void go_to(NodeId node) = 0;                           ///< on another branch, where it lies there
  virtual void select_branch(int branch) = 0;
  virtual void select_thread(ThreadId t) = 0;
  virtual void select_vma(int vma) = 0;
  virtual void ask_why(Place place) = 0;               ///< who made it so
  virtual void ask_why(ThreadId t) = 0;                ///< why it waits
  virtual void ask_why(const Property& property) = 0;  ///< why the step at the cursor breaks it
  virtual bool value_on_screen(Place place) = 0;       ///< it is drawn; true: the keys have come to it
  virtual void point_at(Place place) = 0;              ///< the mouse is over this value: what kWhy is about

 protected:
  ~Actions() = default;
};

}  // namespace vmalab
