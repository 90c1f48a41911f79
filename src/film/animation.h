// SPDX-License-Identifier: GPL-2.0-only
// A reel as the bytes of a file that moves. The same reel gives the same bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "film/reel.h"

namespace vmalab {

/// Called between pictures; false: to stop.
using KeepGoing = std::function<bool()>;

/// At most 255 colours, the nearest for the others.
Result<std::string> encode_gif(const Reel& reel, const KeepGoing& keep_going);
/// Every pixel as it is.
Result<std::string> encode_webp(const Reel& reel, const KeepGoing& keep_going);

using Encoder = Result<std::string> (*)(const Reel& reel, const KeepGoing& keep_going);
struct EncodedSize {
  int width = 0;               ///< of the pictures, at most; 0: as they are
  std::size_t most_bytes = 0;  ///< of the file; 0: whatever it takes
};
/// Makes the pictures smaller until the file is small enough. Error: even the smallest are too large.
Result<std::string> encode_within(const Reel& reel, Encoder encode, EncodedSize size, const KeepGoing& keep_going);

}  // namespace vmalab
