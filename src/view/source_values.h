// SPDX-License-Identifier: GPL-2.0-only
// "What is this now?" for a name in the source: a variable of the selected thread, or a field reached through one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

struct NamedValue {
  std::string name;              ///< "vma->vm_refcnt", "target"
  std::string value;             ///< "FLAG + 1", "vma0"
  std::string note;              ///< "in vma_start_read, unsigned int"; or which object it is: "vma0->vm_refcnt"
  std::optional<Place> place{};  ///< whose value it is; none of a constant in the text
};

/// The name at a column (from 1, as written) of a line, with the members that lead to it: "ves->vma->vm_mm".
/// Empty when there is none.
std::string expression_at(std::string_view line, int column);

/// Values of the name there, as thread t sees it: one, or, for a field of an unknown object, that field of every object
/// there is. Empty when it has no value (yet, or any more).
std::vector<NamedValue> values_at(const Machine& machine, const State& state, ThreadId t, int file, int line, int column);
/// The same of a name without a place in the text: the innermost variable of that name on the thread's stack, or what it leads to.
std::vector<NamedValue> values_named(const Machine& machine, const State& state, ThreadId t, const std::string& expression);
/// Every variable on the thread's stack that has a value, innermost first, each name once.
std::vector<NamedValue> variables_of(const Machine& machine, const State& state, ThreadId t);
/// The innermost variable that is in this register where the thread stands.
std::optional<NamedValue> variable_in(const Machine& machine, const State& state, ThreadId t, Word number);

}  // namespace vmalab
