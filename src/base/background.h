// SPDX-License-Identifier: GPL-2.0-only
// Work that goes on beside the window, in pieces. A desktop gives each a thread of its own; a browser's tab has one thread, and does
// pieces between two frames. As with platform.h, the program that is linked brings the implementation.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace vmalab {

class Background {
 public:
  /// What there is to do after a piece: more; nothing until wake(); nothing any more.
  enum class Next { kMore, kWaits, kEnded };
  /// Does about so many units of the work, a few microseconds each. One piece of a Background is done at a time; not in the caller of
  /// in_background() or wake(). It must not throw.
  using Piece = std::function<Next(std::uint64_t units)>;

  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  /// Waits for the piece that is being done; no other is begun.
  virtual ~Background() = default;
  /// The next piece may have something to do.
  virtual void wake() = 0;
};

/// Begins at once.
std::unique_ptr<Background> in_background(Background::Piece piece);

}  // namespace vmalab
