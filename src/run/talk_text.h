// SPDX-License-Identifier: GPL-2.0-only
// How a recording, a trace or a link, carries the talk of a session: one JSON object, described in FORMAT.md beside this file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "run/session.h"

namespace vmalab {

/// The talk, the names of branches and the step that is selected, for a recording in which every node has its own number. Empty when there
/// is nothing to say that the steps do not.
std::string talk_text(const Session& session);
/// The talk alone. `number`: of a node in the recording; nothing for one that is not in it.
std::string talk_text(const Talk& talk, const std::function<std::optional<NodeId>(NodeId)>& number);

/// What such a text says, for a recording with these steps and branches.
struct SaidOfRun {
  Talk talk;
  std::vector<std::pair<std::size_t, std::string>> names;  ///< of branches
  std::optional<std::size_t> branch;                       ///< that is shown
  std::optional<NodeId> at;                                ///< the step that is selected
};
/// Errors say what in it is wrong.
Result<SaidOfRun> read_talk(std::string_view text, NodeId last_step, std::size_t last_branch);
/// Gives a session that was just replayed what such a text says, and moves its cursor to the step that is selected. Errors say what in it is
/// wrong; the session has no talk then.
Result<void> tell(Session& session, std::string_view text);

}  // namespace vmalab
