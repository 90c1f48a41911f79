// SPDX-License-Identifier: GPL-2.0-only
// base/background.h where there is one thread: pieces are done when the page has time for them.
#pragma once

namespace vmalab {

/// Does pieces for about so many milliseconds, in turn for each Background; for 0 none. False: nothing is to be done until one is woken.
bool work_in_background(double milliseconds);

}  // namespace vmalab
