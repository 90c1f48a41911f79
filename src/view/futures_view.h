// SPDX-License-Identifier: GPL-2.0-only
// What can still come of a step, in the few words that stand beside it.
#pragma once

#include <string>
#include <string_view>

#include "check/futures.h"

namespace vmalab {

/// "a violation can still be avoided", "no violation can follow", "not known"; of a goal, which is missed and not avoided, "certain".
/// @param happens it does with this very step
std::string_view future_text(const check::Future& future, bool happens, bool is_goal);
/// The same in a sentence. `what`: "a violation", "a state where thread_done(r1)".
std::string future_sentence(const check::Future& future, const std::string& what, bool is_goal);

}  // namespace vmalab
