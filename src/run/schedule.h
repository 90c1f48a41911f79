// SPDX-License-Identifier: GPL-2.0-only
// Schedules: the text form of a list of actions, and why an action that somebody asked for cannot happen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"

namespace vmalab {

constexpr std::size_t kMaxScheduleActions = 1'000'000;

/// "r1,r1,w1!,r1*3" (also spaces, and r1.3 for r1*3; r1?2 is the step that goes way 2) into actions, at most kMaxScheduleActions. Errors name the
/// item and its position.
Result<std::vector<Action>> parse_schedule(const Machine& machine, std::string_view text);
/// The same of a run of another age: a thread that the scenario does not have (any more) is no error. Its steps are of kNoThread, which can
/// never step, and its name is added to `gone`, once.
Result<std::vector<Action>> parse_old_schedule(const Machine& machine, std::string_view text, std::vector<std::string>& gone);
/// The shortest text parse_schedule() turns back into the same actions.
std::string schedule_text(const Machine& machine, const std::vector<Action>& actions);

/// Why an action cannot happen in a state, and what can: "r1 cannot step: it waits for mmap_lock of mm0, held
/// for write by w1; possible now: w1, d1". Empty when it can happen.
std::string why_not(const Machine& machine, const State& state, Action action);

}  // namespace vmalab
