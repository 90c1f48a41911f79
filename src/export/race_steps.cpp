// SPDX-License-Identifier: GPL-2.0-only
#include "export/race_steps.h"

#include <algorithm>
#include <map>

#include "machine/access.h"

namespace vmalab {
namespace {

/// A value that was read of what others can write.
struct Look {
  ThreadId reader;
  std::size_t step;     ///< of the range
  std::uint16_t frame;  ///< of the instruction that used it last
  bool changed = false;
};

class Looks {
 public:
  explicit Looks(const RecordedRun& run) : run_(run), machine_(run.machine()) {}

  std::vector<bool> find() {
    StateValue state = run_.begins_in();
    AccessRecord record;
    for (int n = run_.range().first; n <= run_.range().last; ++n) {
      const StateValue before = state;
      StepInfo info;
      record.clear();
      machine_.step(state, run_.session().info(run_.session().path()[static_cast<std::size_t>(n)]).action, info, nullptr, &record);
      needed_.push_back(info.action.choice != 0);
      add(info, record, before, state);
    }
    return std::move(needed_);
  }

 private:
  void add(const StepInfo& info, const AccessRecord& record, const State& before, const State& after) {
    const ThreadId t = info.action.thread;
    for (std::size_t i = 0; i < record.size(); ++i) {
      const AccessRecord::Instruction& instruction = record[i];
      std::vector<std::size_t> used;
      for (const Place place : instruction.reads) {
        if (place.kind == Place::Kind::kRegister) {
          for (const std::size_t look : made_of_[place]) add_to(used, look);
        } else if (!place.of_a_thread() || place.owner() != t) {
          add_to(used, new_look(t, place));
        }
      }
      const std::vector<std::uint16_t> stack = machine_.program(t).stack_at(instruction.pc);
      for (const std::size_t look : used) {
        looks_[look].frame = stack.empty() ? 0 : stack.back();
        if (looks_[look].changed) needed_[looks_[look].step] = true;
      }
      for (const Place place : instruction.writes) {
        if (place.kind == Place::Kind::kRegister) made_of_[place] = used;
      }
    }
    for (const Place place : record.writes()) {
      if (place.kind != Place::Kind::kRegister && value_of(machine_, before, place) != value_of(machine_, after, place)) change(t, place, after);
    }
  }

  std::size_t new_look(ThreadId t, Place place) {
    const auto by = changed_by_.find(place);
    if (by != changed_by_.end() && by->second != t) needed_.back() = true;
    looks_.push_back({t, needed_.size() - 1, 0});
    unchanged_[place].push_back(looks_.size() - 1);
    return looks_.size() - 1;
  }

  void change(ThreadId by, Place place, const State& after) {
    changed_by_[place] = by;
    std::vector<std::size_t>& all = unchanged_[place];
    std::vector<std::size_t> own;
    std::vector<ThreadId> told;  // whose newest look has been judged: the others it has read again
    for (auto at = all.rbegin(); at != all.rend(); ++at) {
      Look& look = looks_[*at];
      if (look.reader == by) {
        own.push_back(*at);
        continue;
      }
      look.changed = true;
      if (std::find(told.begin(), told.end(), look.reader) != told.end()) continue;
      told.push_back(look.reader);
      if (machine_.done(after, look.reader)) continue;
      const std::vector<std::uint16_t> stack = machine_.program(look.reader).stack_at(Machine::pc(after, look.reader));
      if (std::find(stack.begin(), stack.end(), look.frame) != stack.end()) needed_[look.step] = true;
    }
    all.assign(own.rbegin(), own.rend());
  }

  static void add_to(std::vector<std::size_t>& looks, std::size_t look) {
    if (std::find(looks.begin(), looks.end(), look) == looks.end()) looks.push_back(look);
  }

  const RecordedRun& run_;
  const Machine& machine_;
  std::vector<bool> needed_;
  std::vector<Look> looks_;
  std::map<Place, std::vector<std::size_t>> made_of_;    ///< of a register: the looks
  std::map<Place, std::vector<std::size_t>> unchanged_;  ///< looks at what no other thread has changed since
  std::map<Place, ThreadId> changed_by_;                 ///< who changed it last
};

}  // namespace

std::vector<bool> race_looks(const RecordedRun& run) { return Looks(run).find(); }

}  // namespace vmalab
