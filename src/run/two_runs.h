// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C under one schedule: the lock and a variant of it, two kernel trees, lockdep on and off. They go in lockstep until
// they part: an action can happen in the one alone, is another instruction, has another result or breaks other checks, or leaves
// other values behind. Programs of different code have other registers and lines, so those alone are no difference.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"
#include "run/session.h"

namespace vmalab {

struct DifferingField {
  Word address = 0;  ///< as StateField has it
  std::string name;
  std::array<std::string, 2> values;
};
/// The values that differ between two states, by name; what only one of the two has a name for is left out.
std::vector<DifferingField> differing_fields(const Machine& first, const State& a, const Machine& second, const State& b);

struct Parting {
  enum class Why : std::uint8_t { kStart, kNotEnabled, kInstruction, kResult, kChecks, kState };
  Why why = Why::kState;
  int step = 0;                        ///< the first that is not the same; 0: they begin in other states
  std::string text;                    ///< in a sentence
  std::vector<DifferingField> fields;  ///< after that step, in each as far as it took it
};
/// "start", "not-enabled", "instruction", "result", "checks", "state".
std::string_view why_name(Parting::Why why);

struct TwoRuns {
  std::array<std::string, 2> names;
  std::array<Session, 2> sessions;  ///< at their ends; behind the parting each as far as the schedule goes in it
  int common = 0;                   ///< steps that are the same
  std::optional<Parting> parting;   ///< nullopt: they do not part
  int left_out = 0;                 ///< steps of the schedule that can happen in neither, where they have not parted
};
/// @param names what the two are called in sentences: "no-wake", "the lock as it is"
/// Error: the threads of the two do not match.
Result<TwoRuns> run_both(Machine first, Machine second, std::array<std::string, 2> names, const std::vector<Action>& schedule);

}  // namespace vmalab
