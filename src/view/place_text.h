// SPDX-License-Identifier: GPL-2.0-only
// Words for the values of a state (machine/access.h), and the values that a person can mean by a name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

/// "vma0->vm_refcnt", "r1:oldcnt", "r1's read lock of vma0". Of a register by the variable that it is where the thread stands in
/// this state; empty when it is none.
std::string place_name(const Machine& machine, const State& state, Place place);
/// "FLAG + 1", "vma0", "held for write".
std::string place_value(const Machine& machine, const State& state, Place place);
/// Both in a sentence without its full stop: "vma0->vm_refcnt is FLAG + 1", "r1 holds the read lock of vma0".
std::string place_sentence(const Machine& machine, const State& state, Place place);

/// A value that somebody asks about.
struct NamedPlaces {
  std::string name;                   ///< as it was asked for
  std::vector<Place> places;          ///< that the value depends on in this state, each once
  bool one = false;                   ///< it is the value of the only place
  std::optional<Program> expression;  ///< else of this
};

/// What a name means in a state: a word ("vma0->vm_refcnt"), a variable of a thread or what it points at ("r1:oldcnt",
/// "r1:vma->vm_refcnt"), or a C expression over the state as `check --find` takes it ("holds_read_lock(r1, vma0)").
/// Errors say which names there are.
Result<NamedPlaces> places_named(const Machine& machine, const State& state, std::string_view name);
/// Every word that there is, and every variable that has a value: what can be asked about without thinking of an expression.
std::vector<std::string> names_of_places(const Machine& machine, const State& state);

}  // namespace vmalab
