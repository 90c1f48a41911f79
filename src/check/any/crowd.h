// SPDX-License-Identifier: GPL-2.0-only
// Which threads of a machine there is any number of, in a search for all numbers at once.
#pragma once

#include <algorithm>
#include <vector>

#include "machine/machine.h"

namespace vmalab::check {

struct Crowd {
  /// Stands for all readers, who may all be at work; kNoThread: there are none of any number.
  ThreadId readers{kNoThread};
  /// Each stands for threads that queue at mmap_lock, so that at most one of them is at work, and another comes when it has ended.
  std::vector<ThreadId> queues;
  /// A thread of the machine that takes no step: it stands for all that were in a queue and have ended. kNoThread where there is no queue.
  ThreadId ended{kNoThread};

  bool has_readers() const { return readers.value != kNoThread; }
  bool is_queue(ThreadId t) const { return std::find(queues.begin(), queues.end(), t) != queues.end(); }
  /// mm_lock_seq grows for ever.
  bool endless_sequences() const { return !queues.empty(); }
};

}  // namespace vmalab::check
