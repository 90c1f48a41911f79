// SPDX-License-Identifier: GPL-2.0-only
// A property is what has to hold of the lock, one value in a file of its own in properties/: its name, what it states, how it is
// decided and how a step that broke it is explained. The machine judges most of them at every step of every run, the checker all
// of them over all runs. To the user they are the checks.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/layout.h"
#include "lang/op.h"

namespace vmalab {

class Machine;
struct SharedFacts;
struct State;
struct StepInfo;

/// The numbers of how a property was broken: what they are is between where that is found and Property::explain.
struct Details {
  Word a = 0, b = 0, c = 0;
};

/// What happened in all runs of a search, as far as properties depend on it.
struct Happened {
  std::array<bool, static_cast<std::size_t>(Op::kCount)> ops{};  ///< instructions that ran
  bool looked_up = false;                                        ///< a lookup returned
  bool locks_met = false;                                        ///< there were read locks and write locks
  bool was_zero = false;                                         ///< a vm_refcnt was 0
  bool decided = false;                                          ///< all states were seen, and what follows them
  bool any(std::initializer_list<Op> some) const;
};

struct Property {
  enum class Kind : std::uint8_t {
    kOnStep,     ///< decided where the executor carries out an instruction, by functions of properties/rules.h
    kOnState,    ///< decided by `broken` of every state; some instructions may break it besides
    kDeadlock,   ///< decided by `broken` of every state, with all that its threads are about to do; the search knows it of its own graph
    kCanFinish,  ///< decided on the graph of all states (check/can_finish.h): no single run can show it
  };
  std::string_view name;       ///< "refcnt-class"
  std::string_view statement;  ///< what must always hold, one sentence
  Kind kind = Kind::kOnStep;
  std::string_view exercised_by;  ///< what a run must contain for the property to be judged at all: "a change of a vm_refcnt"
  bool (*exercised)(const Happened&) = nullptr;
  /// How the state breaks it; nullopt: it holds. Of kOnState only mms, VMAs and the sums of the ghost facts decide: the search
  /// asks with the threads' own parts unknown, and takes no interest in the details.
  std::optional<Details> (*broken)(const Machine&, const State&, const SharedFacts&) = nullptr;
  /// In a sentence, of a step whose details are those of this property.
  std::string (*explain)(const Machine&, const StepInfo&) = nullptr;
  /// What of the statement is false, as an expression of C (Machine::expression) that is 0 in the state after a step with details of
  /// this property; where the step itself is judged, at its access, in the state before it. Empty, or null: no expression says it.
  std::string (*term)(const Machine&, const StepInfo&) = nullptr;
};

namespace properties {
extern const Property kRefcntClass, kExclusion, kDetachedStays, kNoUseAfterFree, kUseLocked, kChangeLocked, kRightVma, kIteratorValid, kSeqWriteRule,
    kSeqParity, kOneWaiter, kNoWarning, kRefcountSane, kRcuBalanced, kOrderedAccess, kNoStuck, kTermination;
}

/// The table: every property, in the order in which those are named that one step breaks.
inline constexpr std::array kProperties{
    &properties::kRefcntClass,  &properties::kExclusion,   &properties::kDetachedStays, &properties::kNoUseAfterFree, &properties::kUseLocked,
    &properties::kChangeLocked, &properties::kRightVma,    &properties::kIteratorValid, &properties::kSeqWriteRule,   &properties::kSeqParity,
    &properties::kOneWaiter,    &properties::kNoWarning,   &properties::kRefcountSane,  &properties::kRcuBalanced,    &properties::kOrderedAccess,
    &properties::kNoStuck,      &properties::kTermination,
};

using PropertySet = std::uint32_t;  ///< bit i: kProperties[i]
static_assert(kProperties.size() <= 32);

constexpr PropertySet bit_of(const Property& property) {
  std::size_t i = 0;
  while (i < kProperties.size() && kProperties[i] != &property) ++i;
  assert(i < kProperties.size() && "a property that the table does not list");
  return PropertySet{1} << i;
}

/// nullptr: there is none of that name.
const Property* find_property(std::string_view name);
/// Those of a set, in the order of the table.
std::vector<const Property*> properties_in(PropertySet set);

}  // namespace vmalab
