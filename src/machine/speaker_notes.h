// SPDX-License-Identifier: GPL-2.0-only
// What a scenario has for whoever shows it to a room: `notes` before the demo begins, a `note` beside a caption. Apart from Scenario,
// for nothing that runs or is told to the room depends on them: they carry no claims.
#pragma once

#include <string>
#include <vector>

#include "machine/scenario.h"

namespace vmalab {

struct SpeakerNotes {
  std::string opening;
  std::vector<std::string> captions;  ///< by item of Scenario::demo; empty: none. A variant's demo has none

  bool empty() const;
};
SpeakerNotes speaker_notes(const Scenario& scenario);

}  // namespace vmalab
