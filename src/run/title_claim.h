// SPDX-License-Identifier: GPL-2.0-only
// Before the claims of a story (claims.h) may stand the title's: "title: 2", the story's second sentence says what the title does, and so
// its claim is the title's; or "title: no claim".
#pragma once

#include <string>
#include <vector>

namespace vmalab {

/// Takes it off the claims: "2", "no claim"; empty when there is none.
std::string title_claim(std::vector<std::string>& story_claims);

}  // namespace vmalab
