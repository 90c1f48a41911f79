// SPDX-License-Identifier: GPL-2.0-only
// What the speaker is told of the step that the room sees: the note beside its caption, and the caption that comes next.
#pragma once

#include <string>

#include "machine/speaker_notes.h"
#include "run/demo.h"

namespace vmalab {

/// The same text for every step of a caption. Empty lines separate its parts; no line is broken.
std::string speaker_text(const Session& session, const Demo& demo, const SpeakerNotes& notes);

}  // namespace vmalab
