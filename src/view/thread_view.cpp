// SPDX-License-Identifier: GPL-2.0-only
#include "view/thread_view.h"

#include "base/words.h"
#include "machine/describe.h"
#include "machine/state.h"
#include "run/claims.h"

namespace vmalab {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

/// A line of a comment without what makes it one.
std::string_view uncommented(std::string_view line) {
  line = words::trimmed(line);
  for (const std::string_view lead : {"/**", "/*", "//", "*"}) {
    if (!line.starts_with(lead) || line == "*/") continue;
    line.remove_prefix(lead.size());
    break;
  }
  if (line.ends_with("*/")) line.remove_suffix(2);
  return words::trimmed(line);
}

}  // namespace

std::string role_text(const Machine& machine, ThreadId thread) {
  const std::string& call = machine.scenario().threads[thread.value].call;
  const CodeBase::Function* function = machine.code().find(words::trimmed(std::string_view(call).substr(0, call.find('('))));
  if (function == nullptr) return {};
  const std::vector<std::string_view>& lines = machine.code().files()[function->definition.file].lines;
  std::size_t at = function->definition.line;  // from 1, so that lines[at - 2] is the one above it
  std::vector<std::string_view> comment;
  const auto above = [&]() -> std::string_view { return at >= 2 ? words::trimmed(lines[at - 2]) : std::string_view(); };
  if (above().ends_with("*/")) {
    for (; at >= 2; --at) {
      comment.push_back(uncommented(lines[at - 2]));
      if (above().starts_with("/*")) break;
    }
  } else {
    for (; above().starts_with("//"); --at) comment.push_back(uncommented(lines[at - 2]));
  }
  std::string text;
  for (auto line = comment.rbegin(); line != comment.rend(); ++line) text += std::string(*line) + " ";
  const std::vector<std::string> told = sentences(text);
  return told.empty() || told.front().starts_with("SPDX") ? std::string() : told.front();
}

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
