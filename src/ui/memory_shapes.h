// SPDX-License-Identifier: GPL-2.0-only
// What the memory picture is drawn with. `u` is the size of its text.
#pragma once

#include <optional>
#include <vector>

#include "ui/layout.h"
#include "ui/theme.h"

namespace vmalab {

/// Paper torn at the upper and the lower edge.
void paint_torn(const Rect& r, Colour fill, Colour edge, float u);
/// The way up to `share` of its length; at least two points.
std::vector<ImVec2> first_part(std::vector<ImVec2> way, float share);
void paint_dashes(const std::vector<ImVec2>& way, Colour colour, float thick, float u);
/// `hollow`: what is seen inside; none: it is filled.
void paint_head(ImVec2 from, ImVec2 tip, Colour colour, std::optional<Colour> hollow, float u);
void paint_padlock(ImVec2 at, Colour colour, bool closed, float u);
/// A star, where something was hit.
void paint_burst(ImVec2 at, float radius, Colour colour);

}  // namespace vmalab
