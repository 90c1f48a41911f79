// SPDX-License-Identifier: GPL-2.0-only
// A state as named values that people read, for putting two states side by side.
#pragma once

#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

struct StateField {
  Word address = 0;  ///< of the word, or of the object that the value is about as a whole
  std::string name;  ///< "vma0->vm_refcnt", "r1"
  std::string value;
};
/// Whether a thread's value says where in its code it stands: of no use between two bodies of C.
enum class WithPlaces : bool { kNo, kYes };
/// Every value, always in the same order: words of memory, whether the slab has a VMA, and what each thread is about.
std::vector<StateField> state_fields(const Machine& machine, const State& state, WithPlaces places);
/// What a thread holds, whatever code it runs: "read-locks vma0, is inside RCU"; empty: nothing.
std::string holds_text(const Machine& machine, const State& state, ThreadId t);

}  // namespace vmalab
