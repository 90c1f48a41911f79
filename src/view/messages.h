// SPDX-License-Identifier: GPL-2.0-only
// Where memory is weaker than sequentially consistent: the messages of each word, who wrote each at which step, and from this what the
// ways are that a step can go. Grows with the run and is cut back where the run branches off. Of a word in the order in which
// all see them, which need not be that of the steps: a store may take a place before others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "run/session.h"

namespace vmalab {

class MessageHistory {
 public:
  struct Message {
    Word value = 0;
    int depth = 0;    ///< of the step that wrote it; 0: it was there at the start
    ThreadId writer;  ///< of a step
  };
  /// The step that led to `depth`; depths only rise.
  void append(const StepInfo& info, int depth);
  /// Forgets what happened after `depth`.
  void truncate(int depth);

  /// Those that were written up to `depth`, oldest first.
  std::vector<Message> of(const Machine& machine, Word address, int depth) const;
  /// What the step that led to `depth` read, where it was not the newest value.
  std::optional<Message> older_read(const Machine& machine, const StepInfo& info, int depth) const;
  /// Words that were written, in the order of their addresses.
  std::vector<Word> written() const;

 private:
  std::map<Word, std::vector<Message>> written_;
};

/// Of the steps up to the cursor.
MessageHistory messages_of(const Session& session);

/// One of several ways that the next step of a thread can go.
struct WayRow {
  Action action;
  std::string value;   ///< "UINT_MAX", "later", "behind 1"
  std::string origin;  ///< "w1, step 20", "from the start"
  std::string text;    ///< "read vma0->vm_lock_seq: UINT_MAX, an older value (from the start)"
};
/// Newest first; none where there is but one way. `depth`: of the state, in the history.
std::vector<WayRow> way_rows(const Machine& machine, const State& state, ThreadId thread, const MessageHistory& history, int depth);

/// What somebody may still read of a word.
struct MessageRow {
  std::string value, origin;      ///< as of a WayRow
  std::string carries;            ///< "vm_lock_seq 1": what who acquires it knows then
  std::vector<ThreadId> readers;  ///< who may still read it
  bool newest = false;
};
struct WordRow {
  std::string name;                  ///< "vma0->vm_lock_seq"
  std::vector<MessageRow> messages;  ///< newest first
};
/// Words of which somebody may still read another value than the newest.
std::vector<WordRow> word_rows(const Machine& machine, const State& state, const MessageHistory& history, int depth);

}  // namespace vmalab
