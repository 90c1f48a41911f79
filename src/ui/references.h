// SPDX-License-Identifier: GPL-2.0-only
// Who holds which reference of a VMA, as chips in lines. One that a step has brought comes from its thread, in sight.
#pragma once

#include "ui/panel_context.h"
#include "view/vma_view.h"

namespace vmalab {

/// Briefly a reference is its thread's name: filled for a lock, an outline for a transient one.
enum class ReferenceText : std::uint8_t { kWhole, kBrief };
/// In the font that is set. Returns where the last line ends; `at.y` where nobody holds any. Draws nothing where `draw` is false.
float paint_references(const PanelContext& context, const VmaView& view, ImVec2 at, float right, float gap,
                       ReferenceText text = ReferenceText::kWhole, bool draw = true);

/// What a chip stands for, to be asked about.
Place place_of(const HolderRow& holder, VmaId vma);
/// What travels for a holder, `number` of those shown. A reference that becomes a lock stays the same.
Mover mover_of(Mover::What what, VmaId vma, const std::vector<HolderRow>& holders, std::size_t number);

}  // namespace vmalab
