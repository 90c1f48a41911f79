// SPDX-License-Identifier: GPL-2.0-only
#include "view/thread_view.h"

#include "base/words.h"
#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

std::vector<ThreadRow> thread_rows(const Machine& machine, const State& state, const StepInfo* last, const MessageHistory* messages, int depth) {
  ActionList enabled;
  machine.enabled(state, enabled);
  std::vector<ThreadRow> rows;
  rows.reserve(static_cast<std::size_t>(machine.thread_count()));
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    const ThreadState& thread = state.thread(id);
    const Program& program = machine.program(id);
    ThreadRow row;
    row.id = id;
    row.name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
    row.activity = activity_text(machine, state, id);
    row.done = machine.done(state, id);
    row.can_step = enabled.contains({Action::Kind::kStep, id});
    row.can_signal = enabled.contains({Action::Kind::kSignal, id});
    row.rcu = thread.rcu_depth > 0;
    row.signal_pending = thread.signal_pending != 0;
    if (thread.task_state != kTaskRunning) row.state = task_state_text(thread.task_state);
    row.last_moved = last != nullptr && last->action.thread == id;
    if (messages != nullptr) row.ways = way_rows(machine, state, id, *messages, depth);
    for (const OpenLoad& load : machine.open_loads(state, id)) {
      const CodePlace place = place_of(machine, id, load.pc);
      row.open.push_back(word_name(machine, load.address) +
                         (place.line == 0 ? "" : " (" + std::string(file_name(place.file)) + ":" + std::to_string(place.line) + ")"));
    }
    if (!row.done) {
      const Instr& instr = program.code[thread.pc];
      for (const std::uint16_t frame : program.stack_at(thread.pc)) row.stack.push_back(program.frames[frame].function);
      row.in_call = row.stack.size() > 1;
      row.function = row.stack.back();
      row.next = next_step_text(machine, state, id);
      const std::vector<SourceFile>& files = machine.code().files();
      if (instr.pos.line > 0 && instr.pos.file < files.size() && instr.pos.line <= files[instr.pos.file].lines.size()) {
        const SourceFile& file = files[instr.pos.file];
        row.place = std::string(file_name(file.path)) + ":" + std::to_string(instr.pos.line);
        row.line = words::trimmed(file.lines[instr.pos.line - 1]);
      }
      if (!row.can_step) {
        const Blocked why = machine.blocked(state, id);
        row.asleep = why.reason == Blocked::Reason::kSleeping;
        row.holders = why.holders;
        row.blocked = blocked_text(machine, state, id);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string stack_text(const std::vector<std::string>& stack) {
  std::string text;
  for (const std::string& function : stack) {
    if (!text.empty()) text += " \xe2\x80\xba ";
    text += function;
  }
  return text;
}

}  // namespace vmalab
