// SPDX-License-Identifier: GPL-2.0-only
// How far apart two colours look, and to whom: the difference CIEDE2000 (Sharma, Wu and Dalal 2005), and what people without one
// of the three kinds of cones see (Brettel, Viénot and Mollon 1997). The theme is made with it, and tested.
#pragma once

#include <cstdint>

#include "ui/theme.h"

namespace vmalab {

enum class Vision : std::uint8_t { kNormal, kProtanope, kDeuteranope, kTritanope, kCount };

/// CIE L*a*b* under daylight (D65).
struct Lab {
  double lightness = 0, a = 0, b = 0;
  double chroma() const;  ///< 0 is grey
};
/// An opaque colour as these eyes see it.
Lab seen_by(Vision vision, Colour colour);

/// About 1 is the least that can be told apart with both side by side.
double ciede2000(const Lab& one, const Lab& other);
inline double difference(Vision vision, Colour one, Colour other) { return ciede2000(seen_by(vision, one), seen_by(vision, other)); }

/// WCAG 2's relative luminance, 0 for black, 1 for white.
double luminance(Colour colour);

}  // namespace vmalab
