// SPDX-License-Identifier: GPL-2.0-only
#include "ui/panel_state.h"

#include <algorithm>

namespace vmalab {

void TimelineState::opened() {
  first = 0;
  follow = true;
  lanes = {};
  lane_scroll = 0;
  drag = Drag::kNone;
}

int shown_file(const Session& session, ThreadId selected, const SourceState& memory) {
  const Machine& machine = session.machine();
  if (memory.file >= 0) return std::min(memory.file, static_cast<int>(machine.code().files().size()) - 1);
  const StepInfo* last = session.depth() == 0 ? nullptr : &session.info(session.cursor());
  const bool looks_back = last != nullptr && last->action == Action{Action::Kind::kStep, selected} &&
                          (last->violations != 0 || machine.done(session.state(), selected));
  return machine.program(selected).code[looks_back ? last->pc : Machine::pc(session.state(), selected)].pos.file;
}

void CausesState::choose(int by) {
  if (shown.empty()) return chosen.reset();
  const auto count = static_cast<int>(shown.size());
  const auto now = chosen ? std::find(shown.begin(), shown.end(), *chosen) : shown.end();
  const int from = now != shown.end() ? static_cast<int>(now - shown.begin()) : by > 0 ? -1 : count;
  chosen = shown[static_cast<std::size_t>((from + by + count) % count)];
}

}  // namespace vmalab
