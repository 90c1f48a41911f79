// SPDX-License-Identifier: GPL-2.0-only
// What the cards of the threads say, as plain strings and flags.
#pragma once

#include <string>
#include <vector>

#include "view/messages.h"

namespace vmalab {

struct ThreadRow {
  ThreadId id;
  std::string name;
  std::string activity;            ///< what it is doing, in words
  std::vector<std::string> stack;  ///< functions from the entry inwards
  std::string next;                ///< the next access in words; empty when done
  std::string place;               ///< "mmap_lock.c:123"
  std::string function;            ///< "vma_start_read": what the next access belongs to
  std::string line;                ///< the C of that line, without indentation
  std::string blocked;             ///< why it cannot step and who could free it; empty when it can
  std::vector<ThreadId> holders;   ///< who could free it
  bool done = false, can_step = false, can_signal = false;
  bool in_call = false;  ///< inside a call of its entry function: Out has somewhere to go
  bool asleep = false, rcu = false, signal_pending = false;
  std::string state;              ///< "UNINTERRUPTIBLE" and the like; empty while RUNNING
  bool last_moved = false;        ///< took the step that led here
  std::vector<WayRow> ways;       ///< that its next step can go, when there are several
  std::vector<std::string> open;  ///< the reads that it has postponed: "mm0->mm_lock_seq (mmap_lock.c:196)"
};

/// `last`: the step that led to this state, or null. `messages`: with the ways, by the history up to this `depth`.
std::vector<ThreadRow> thread_rows(const Machine& machine, const State& state, const StepInfo* last, const MessageHistory* messages = nullptr,
                                   int depth = 0);

/// Who a thread is: the first sentence of the comment above the function that it runs, as its C has it. Empty where there is none.
std::string role_text(const Machine& machine, ThreadId thread);

/// "reader > lock_vma_under_rcu > vma_start_read": with a real arrow, for the screen.
std::string stack_text(const std::vector<std::string>& stack);

}  // namespace vmalab
