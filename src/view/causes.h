// SPDX-License-Identifier: GPL-2.0-only
// Why something is as it is at a step of a run: who made a value so, what that step had read, and so on back; who reads and writes
// it next; why a thread cannot go on; which term of a property is false. As plain data made of a session and its timeline, for
// `vmalab why`, the window and tests.
//
// Steps are depths on the active branch; 0 is the start. Every answer about a value costs a few binary searches and a few dozen
// steps run again, however long the run is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machine/describe.h"
#include "run/session.h"
#include "view/access_history.h"
#include "view/place_text.h"

namespace vmalab {

/// A run, and what is known of it. Both live longer than this.
struct CauseContext {
  const Session& session;
  const AccessHistory& accesses;  ///< of the session's active branch
  int steps() const { return static_cast<int>(session.path().size()) - 1; }
  NodeId node(int depth) const { return session.path()[static_cast<std::size_t>(depth)]; }
  const StepInfo& info(int depth) const { return session.info(node(depth)); }
};

/// A step, as a cause.
struct CauseStep {
  int depth = 0;  ///< 0: there is none, or the start
  ThreadId thread;
  std::string did;  ///< "adds FLAG to vma0->vm_refcnt", as step_text() has it otherwise
  CodePlace place;  ///< empty of a signal
};

/// A value, and since which step it is what it is; 0: from the start.
struct CauseValue {
  Place place;
  std::string name, value;  ///< no name: a value between two accesses, which no variable has
  std::string sentence;     ///< "vma0->vm_refcnt is FLAG + 1"
  int since = 0;
  bool by_way = false;  ///< no step wrote it, and there is no place: the way that the thread took makes it so
};

/// A step that something depends on, and what it had read for that.
struct CauseLink {
  CauseStep step;
  std::vector<CauseValue> read;
};

struct ValueCauses {
  std::string name, value;
  std::string sentence;  ///< "vma0->vm_refcnt is FLAG + 1"
  Word word = 0;
  int at = 0;                       ///< the step after which it is so
  std::vector<CauseValue> values;   ///< that it is made of: itself, or those of an expression; none of a constant
  CauseStep since;                  ///< that gave it this value; depth 0: it has it from the start
  std::string before;               ///< the value that it had before that step
  CauseStep rewritten;              ///< the last that stored the same value again after that
  std::vector<CauseLink> chain;     ///< backwards from `since`, which is the first: each step once, the latest first
  bool more = false;                ///< the chain goes further back than was asked for
  CauseStep next_read, next_write;  ///< the first after `at`, on this branch
  CauseStep next_change;            ///< and the first that gives it another value,
  std::string after;                ///< which is this
};

constexpr int kChainLinks = 8;  ///< as many as one looks at

/// Why a value is what it is. Precondition: 0 <= depth <= steps().
ValueCauses value_causes(const CauseContext& run, const NamedPlaces& named, int depth, int links = kChainLinks);
/// The same of one place.
ValueCauses value_causes(const CauseContext& run, Place place, int depth, int links = kChainLinks);
/// The last step up to `depth` that gave the value another one, and the first after it; 0: there is none. A data breakpoint.
int last_change(const CauseContext& run, const NamedPlaces& named, int depth);
int next_change(const CauseContext& run, const NamedPlaces& named, int depth);
CauseStep cause_step(const CauseContext& run, int depth);

/// What keeps a thread from going on.
struct Obstacle {
  ThreadId thread;           ///< who could free it
  std::string what;          ///< "holds mm0->mmap_lock for write", "has 1 reference on vma0", "is about to wake it"
  CauseStep since;           ///< depth 0: from the start, or since it is there
  bool can_step = false;     ///< else:
  std::string blocked_text;  ///< why it cannot go on itself
};
struct ThreadCauses {
  ThreadId thread;
  ThreadStatus status = ThreadStatus::kCanStep;
  int at = 0;
  std::string sentence;  ///< "w1 sleeps (UNINTERRUPTIBLE) until ...", "r1 is done", "r1 can go on: next it ..."
  CauseStep since;       ///< that made it so
  std::vector<Obstacle> obstacles;
  bool signal_would_free = false;
  /// Steps of others, in this order, after which it can go on: found by letting go on who could free it, and who could free
  /// those. Empty: it needs none, or there is no such way.
  struct Turn {
    ThreadId thread;
    int steps = 0;
  };
  std::vector<Turn> way;
  std::string last_did;  ///< what the last of these steps does, and where
  CodePlace last_place;
  std::string no_way;  ///< why there is no such way; empty when there is one or none is needed
  CauseStep freed;     ///< on this branch: the first step after which it can go on; depth 0: none
};
ThreadCauses thread_causes(const CauseContext& run, ThreadId thread, int depth);

struct PropertyCauses {
  const Property* property = nullptr;
  int at = 0;
  bool broken = false;              ///< here: by this step, or in the state after it
  std::string sentence;             ///< what is wrong, with the numbers; or that it holds
  int nearest = 0;                  ///< where it is broken on this branch when it is not here; 0: nowhere
  CauseStep since;                  ///< the step that broke it: of a state that stays broken the first
  std::string term;                 ///< what is false, as an expression of C; empty: none says it
  std::string met;                  ///< the condition of a warning, as it is written, over the thread's own variables
  bool before = false;              ///< the term is false in the state before the step
  std::vector<CauseValue> values;   ///< of the term, or what the judged instruction had read
  std::vector<CauseLink> chain;     ///< the steps that made these values so, the latest first
  bool more = false;                ///< it goes further back
  std::vector<ThreadCauses> stuck;  ///< of no-stuck: each thread that waits
};
PropertyCauses property_causes(const CauseContext& run, const Property& property, int depth, int links = kChainLinks);

// ---- in words, a paragraph each

/// "step 14: w1 adds FLAG to vma0->vm_refcnt, in __vma_start_write() (kernel/mmap_lock.c:88)"
std::string cause_step_text(const Machine& machine, const CauseStep& step);
/// Since when, and who made it so: "vma0->vm_refcnt is FLAG + 1 since step 14: w1 ..."
std::vector<std::string> value_causes_text(const Machine& machine, const ValueCauses& causes);
/// Who reads it, writes it, changes it next.
std::vector<std::string> next_text(const Machine& machine, const ValueCauses& causes);
std::vector<std::string> thread_causes_text(const Machine& machine, const ThreadCauses& causes);
/// Of a value that is `by_way`.
std::string by_way_text(const CauseValue& value);
std::vector<std::string> property_causes_text(const Machine& machine, const PropertyCauses& causes);

}  // namespace vmalab
