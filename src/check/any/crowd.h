// SPDX-License-Identifier: GPL-2.0-only
// Which threads of a machine there is any number of, in a search for all numbers at once.
#pragma once

#include <vector>

#include "machine/machine.h"

namespace vmalab::check {

struct Crowd {
  /// Threads that queue at mmap_lock, so that at most one of them is at work, and another comes when it has ended.
  struct Queue {
    ThreadId at_work;
    ThreadId before;  ///< a thread of the machine that takes no step: it stands for all that have ended
  };
  ThreadId readers{kNoThread};  ///< stands for all of them, who may all be at work; kNoThread: there are none of any number
  std::vector<Queue> queues;

  bool has_readers() const { return readers.value != kNoThread; }
  const Queue* queue_of(ThreadId at_work) const {
    for (const Queue& queue : queues) {
      if (queue.at_work == at_work) return &queue;
    }
    return nullptr;
  }
  /// It takes no step.
  bool is_before(ThreadId t) const {
    for (const Queue& queue : queues) {
      if (queue.before == t) return true;
    }
    return false;
  }
  /// mm_lock_seq grows for ever.
  bool endless_sequences() const { return !queues.empty(); }
};

}  // namespace vmalab::check
