// SPDX-License-Identifier: GPL-2.0-only
// What of the window is where, as the person has arranged it. Layout makes rectangles of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vmalab {

enum class PanelId : std::uint8_t {
  kThreads,
  kVma,
  kMemory,
  kMessages,
  kClassMap,
  kStateMap,
  kSideBySide,
  kSource,
  kChecks,
  kLesson,
  kTimeline,
  kCount
};

struct PanelInfo {
  PanelId id;
  std::string_view name;   ///< "threads": for the command line, files and tests
  std::string_view title;  ///< above the panel; empty: it has none
};
std::span<const PanelInfo> panel_table();  ///< in the order of PanelId
const PanelInfo& panel_info(PanelId id);
std::optional<PanelId> find_panel(std::string_view name);

/// Where the splitters stand, as shares of the room that is there.
struct Splits {
  float first = 0.27F;   ///< right end of the left column, of the width
  float second = 0.62F;  ///< right end of the middle column
  float strip = 0.255F;  ///< of the height: the timeline and what is beside it
  friend bool operator==(const Splits&, const Splits&) = default;
};
/// Keeps every part large enough to be used.
Splits clamped(Splits splits);

class Arrangement {
 public:
  Splits splits;
  /// The one that fills the window; nullopt: each has its place.
  std::optional<PanelId> filled() const { return filled_; }
  void fill(std::optional<PanelId> panel) {
    filled_ = panel;
    if (panel) touched_ = *panel;
  }
  /// The mouse is over it: what fill_or_return() means.
  void touch(PanelId panel) { touched_ = panel; }
  void fill_or_return() { fill(filled_ ? std::nullopt : std::optional(touched_)); }
  /// The next panel fills the window.
  void fill_next();

 private:
  std::optional<PanelId> filled_;
  PanelId touched_ = PanelId::kTimeline;
};

}  // namespace vmalab
