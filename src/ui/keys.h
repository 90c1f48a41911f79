// SPDX-License-Identifier: GPL-2.0-only
// Keys by our own names: ImGui 1.86 knows only 22 keys, so shortcuts never go through ImGui. The window
// translates GLFW's codes, the tests make keys themselves.
#pragma once

#include <cstdint>
#include <string>

namespace vmalab {

// clang-format off
enum class Key : std::uint8_t {
  kNone,
  kA, kB, kC, kD, kE, kF, kG, kH, kI, kJ, kK, kL, kM, kN, kO, kP, kQ, kR, kS, kT, kU, kV, kW, kX, kY, kZ,
  k0, k1, k2, k3, k4, k5, k6, k7, k8, k9,
  kF1, kF2, kF3, kF4, kF5, kF6, kF7, kF8, kF9, kF10, kF11, kF12,
  kSpace, kEnter, kEscape, kTab, kBackspace, kDelete,
  kLeft, kRight, kUp, kDown, kHome, kEnd, kPageUp, kPageDown,
  kPlus, kMinus, kComma, kPeriod, kSlash, kLeftBracket, kRightBracket,
  kAlt,  // pressed and let go, with nothing in between
  kCount
};
// clang-format on

struct Mods {
  bool ctrl = false, shift = false, alt = false;
  friend bool operator==(const Mods&, const Mods&) = default;
};

struct Shortcut {
  Key key = Key::kNone;
  Mods mods;
  friend bool operator==(const Shortcut&, const Shortcut&) = default;
};

std::string key_text(Key key);                 ///< "Page Up"
std::string shortcut_text(Shortcut shortcut);  ///< "Ctrl+Shift+Z", empty for none

}  // namespace vmalab
