// SPDX-License-Identifier: GPL-2.0-only
// MP4, by the program `ffmpeg` where there is one: it is started and given the pictures, and nothing of it is linked.
#pragma once

#include "film/animation.h"

namespace vmalab {

/// An Encoder (film/animation.h). Error: there is no ffmpeg, it has no H.264, or what it said.
Result<std::string> encode_mp4(const Reel& reel, const KeepGoing& keep_going);

}  // namespace vmalab
