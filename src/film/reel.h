// SPDX-License-Identifier: GPL-2.0-only
// A Reel is a sequence of pictures of one size, each with the time that it stands. It keeps of each only the rectangle that differs from
// the one before: most of a window stays as it is from step to step.
#pragma once

#include <functional>
#include <vector>

#include "base/image.h"
#include "base/result.h"

namespace vmalab {

/// A picture is a part of the one before it, replaced. The first is all of it.
struct ReelFrame {
  int left = 0, top = 0;
  Image part;
  int milliseconds = 0;
};

class Reel {
 public:
  /// A picture that is like the one before only makes that stand longer. Precondition: all are of one size.
  void add(const Image& image, int milliseconds);

  int width() const { return last_.width; }
  int height() const { return last_.height; }
  bool empty() const { return frames_.empty(); }
  const std::vector<ReelFrame>& frames() const { return frames_; }
  int milliseconds() const;
  /// Each whole picture in turn. The first error ends it.
  Result<void> play(const std::function<Result<void>(const Image&, int milliseconds)>& show) const;
  /// The same with pictures so wide, the height in proportion.
  Reel scaled(int width) const;

 private:
  std::vector<ReelFrame> frames_;
  Image last_;
};

/// Smaller: each pixel is the mean of the area that it stands for.
Image scaled(const Image& image, int width);

}  // namespace vmalab
