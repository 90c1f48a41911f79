// SPDX-License-Identifier: GPL-2.0-only
// Litmus tests in the kernel's C format (tools/memory-model/litmus-tests, herd7's dialect): read, and made into a scenario whose
// threads are the processes, so that what the machine says of memory can be held against what others say.
//
//   C NAME
//   { x=1; int *p=&y; }                       what is not 0 at the start
//   P0(int *x, spinlock_t *s) { ... }         the processes; their parameters are the shared variables of these names
//   exists (0:r1=1 /\ x=2)                    or ~exists, or forall: of registers and variables when all have ended
//
// Loops, `filter`, SRCU and registers that have a value at the start are refused. `locations` is passed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"

namespace vmalab::litmus {

/// Of all ways that a test can end: how many meet its condition (for ~exists what must not be).
enum class Answer : std::uint8_t { kAlways, kSometimes, kNever };
std::string_view answer_name(Answer answer);

struct Test {
  std::string name;
  std::string file;
  std::string code;                ///< the processes as C, line for line where they stand in the file
  Scenario scenario;               ///< whose threads they are, under lkmm
  std::string condition;           ///< C over the state
  std::string asked;               ///< the same as it is written: "exists (0:r0=1)"
  std::optional<Answer> expected;  ///< "Result: Never" in a comment
};

/// Errors: what is not supported or not understood, with its line.
Result<Test> parse(std::string_view text, const std::string& file);

/// @param assets where the kernel's primitives are. Errors: C that is not understood, at its place in the test.
Result<Machine> machine_of(const Test& test, const std::filesystem::path& assets);

struct Outcome {
  Answer answer = Answer::kNever;
  std::uint64_t states = 0;
  std::vector<Action> witness;  ///< a shortest way to an end that meets the condition, empty when there is none
};
/// Looks at every way that the test can end. Errors: more states than `most`; more messages than there is room for.
Result<Outcome> run(const Test& test, const Machine& machine, std::uint64_t most);

/// The test as a scenario that people can play: its condition is a goal, and the witness, where there is one, the demo.
Result<Machine> told(const Test& test, const Machine& machine, const Outcome& outcome, const std::filesystem::path& assets);

/// At most so many states are looked at for a person who waits.
constexpr std::uint64_t kMostStates = 2'000'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

}  // namespace vmalab::litmus
