// SPDX-License-Identifier: GPL-2.0-only
#include "film/animation.h"

#include <algorithm>

#include "base/words.h"

namespace vmalab {

Result<std::string> encode_within(const Reel& reel, Encoder encode, EncodedSize size, const KeepGoing& keep_going) {
  constexpr int kLeastWidth = 320;
  constexpr double kSmaller = 0.8;
  int width = size.width > 0 ? std::min(size.width, reel.width()) : reel.width();
  for (;;) {
    const bool whole = width >= reel.width();
    const Reel smaller = whole ? Reel() : reel.scaled(width);
    Result<std::string> bytes = encode(whole ? reel : smaller, keep_going);
    if (!bytes || size.most_bytes == 0 || bytes->size() <= size.most_bytes) return bytes;
    if (width <= kLeastWidth) {
      return fail("it cannot be made so small: " + std::to_string(width) + " pixels wide it takes " + words::grouped(bytes->size()) + " bytes, and " +
                      words::grouped(size.most_bytes) + " were allowed; take fewer steps",
                  "--max-size");
    }
    width = std::max(kLeastWidth, static_cast<int>(width * kSmaller));
  }
}

}  // namespace vmalab
