// SPDX-License-Identifier: GPL-2.0-only
#include "ui/arrangement.h"

#include <algorithm>
#include <array>

namespace vmalab {
namespace {

constexpr auto kCount = static_cast<std::size_t>(PanelId::kCount);
constexpr std::array<PanelInfo, kCount> kPanels{{
    {PanelId::kThreads, "threads", "Threads"},
    {PanelId::kVma, "vma", "VMA"},
    {PanelId::kMemory, "memory", "Memory"},
    {PanelId::kMessages, "messages", "Messages: what may still be read"},
    {PanelId::kClassMap, "classmap", "Classes of vm_refcnt"},
    {PanelId::kStateMap, "map", "State space"},
    {PanelId::kSideBySide, "beside", "Side by side"},
    {PanelId::kSource, "source", "Source"},
    {PanelId::kChecks, "checks", "Checks and finder"},
    {PanelId::kLesson, "lesson", ""},
    {PanelId::kTimeline, "timeline", "Timeline"},
}};

}  // namespace

std::span<const PanelInfo> panel_table() { return kPanels; }

const PanelInfo& panel_info(PanelId id) { return kPanels[static_cast<std::size_t>(id)]; }

std::optional<PanelId> find_panel(std::string_view name) {
  const auto found = std::find_if(kPanels.begin(), kPanels.end(), [name](const PanelInfo& panel) { return panel.name == name; });
  return found == kPanels.end() ? std::nullopt : std::optional(found->id);
}

Splits clamped(Splits splits) {
  constexpr float kLeast = 0.15F;
  splits.first = std::clamp(splits.first, kLeast, 1 - 2 * kLeast);
  splits.second = std::clamp(splits.second, splits.first + kLeast, 1 - kLeast);
  splits.strip = std::clamp(splits.strip, 0.14F, 0.6F);
  return splits;
}

void Arrangement::fill_next() {
  const PanelId from = filled_.value_or(touched_);
  fill(static_cast<PanelId>((static_cast<std::size_t>(from) + 1) % kCount));
}

}  // namespace vmalab
