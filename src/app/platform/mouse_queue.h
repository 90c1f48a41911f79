// SPDX-License-Identifier: GPL-2.0-only
// Presses and releases of the mouse, in the order they came. ImGui before 1.87 looks at the buttons once a frame: where frames are slow,
// as with OpenGL in software, two quick clicks would be one. So a button changes once a frame, where the mouse was when it did.
#pragma once

#include <imgui.h>

#include <array>
#include <deque>
#include <optional>

namespace vmalab {

class MouseQueue {
 public:
  static constexpr int kButtons = 5;

  void add(int button, bool down, ImVec2 at) {
    if (button >= 0 && button < kButtons) changes_.push_back({static_cast<std::size_t>(button), down, at});
  }
  bool empty() const { return changes_.empty(); }
  /// The next frame begins. Returns where the mouse is in it; nothing: where it is by now.
  std::optional<ImVec2> next_frame() {
    std::optional<ImVec2> place;
    std::array<bool, kButtons> changed{};
    while (!changes_.empty()) {
      const Change& change = changes_.front();
      if (changed[change.button] || (place && (place->x != change.at.x || place->y != change.at.y))) break;
      place = change.at;
      changed[change.button] = true;
      down_[change.button] = change.down;
      changes_.pop_front();
    }
    return place;
  }
  bool down(int button) const { return down_[static_cast<std::size_t>(button)]; }

 private:
  struct Change {
    std::size_t button;
    bool down;
    ImVec2 at;
  };
  std::deque<Change> changes_;
  std::array<bool, kButtons> down_{};
};

}  // namespace vmalab
