// SPDX-License-Identifier: GPL-2.0-only
// What an author's captions claim of the machine. A claim stands in braces behind its sentence: "r1 is in. {vma0->vm_refcnt == 2} Now
// w1." It is C over the state, "did: ..." or "never: ...", as in a scenario (claims.h), and has to hold after the last of the steps that
// the caption was given, or after the one with which it begins. A sentence without one is the author's word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "run/demo.h"
#include "run/session.h"

namespace vmalab {

/// A caption as it is typed.
struct WrittenCaption {
  std::string text;
  std::vector<std::string> claims;  ///< one a sentence, or none
};
/// Error: braces that do not go with the sentences.
Result<WrittenCaption> read_caption(std::string_view typed);
/// As read_caption() reads it.
std::string written_caption(const Talk::Caption& caption);

/// Why a caption must not be told as something that was checked: a claim that cannot be read, that is about all interleavings, or that does
/// not hold; a sentence each. Empty when all of its claims hold.
std::vector<std::string> caption_faults(const Session& session, const Talk::Caption& caption);
/// Of all captions, with their steps: "the caption of step 5: ...".
std::vector<std::string> talk_faults(const Session& session);

/// Every sentence has a claim, and all of them hold where they have to.
bool is_checked(const Session& session, const Talk::Caption& caption);
/// How long a caption that was given no number of steps is told: until just before `end`, the next caption, and no longer than all that it
/// claims goes on being so (nor than was looked at: kMostLooked steps). One that does not hold at its first step is told until `end`.
int told_until(const Session& session, const Talk::Caption& caption, int end);
constexpr int kMostLooked = 1000;
/// Its sentences at the cursor, which is on a step of the caption. Empty when it has no claims or one that cannot be read.
std::vector<Told> told_by_author(const Session& session, const Talk::Caption& caption);

}  // namespace vmalab
