// SPDX-License-Identifier: GPL-2.0-only
// A situation in which threads have changed places: what is known of each goes with it, and so do the locations that are a thread's
// own. For the symmetry of identical threads (check/symmetry.h).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "machine/weak/situation.h"

namespace vmalab::weak {

struct Renaming {
  std::vector<std::uint8_t> threads;  ///< new number by old number
  std::vector<Location> locations;    ///< the same
  std::vector<std::uint16_t> needs;   ///< the same of Thread::needs
};

/// `after` becomes what `before` is with everything renamed; `value` renames what a message of a location (by its old number) holds.
/// The values of the newest messages are left alone. A reduced situation stays one.
void rename(const Situation& before, const Renaming& renaming, const std::function<Word(Location, Word)>& value, Situation& after);

}  // namespace vmalab::weak
