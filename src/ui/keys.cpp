// SPDX-License-Identifier: GPL-2.0-only
#include "ui/keys.h"

namespace vmalab {

std::string key_text(Key key) {
  const int value = static_cast<int>(key);
  if (key >= Key::kA && key <= Key::kZ) return {static_cast<char>('A' + value - static_cast<int>(Key::kA))};
  if (key >= Key::k0 && key <= Key::k9) return {static_cast<char>('0' + value - static_cast<int>(Key::k0))};
  if (key >= Key::kF1 && key <= Key::kF12) return "F" + std::to_string(value - static_cast<int>(Key::kF1) + 1);
  switch (key) {
    case Key::kSpace: return "Space";
    case Key::kEnter: return "Enter";
    case Key::kEscape: return "Esc";
    case Key::kTab: return "Tab";
    case Key::kBackspace: return "Backspace";
    case Key::kDelete: return "Delete";
    case Key::kLeft: return "Left";
    case Key::kRight: return "Right";
    case Key::kUp: return "Up";
    case Key::kDown: return "Down";
    case Key::kHome: return "Home";
    case Key::kEnd: return "End";
    case Key::kPageUp: return "Page Up";
    case Key::kPageDown: return "Page Down";
    case Key::kPlus: return "+";
    case Key::kMinus: return "-";
    case Key::kComma: return ",";
    case Key::kPeriod: return ".";
    case Key::kSlash: return "/";
    case Key::kLeftBracket: return "[";
    case Key::kRightBracket: return "]";
    case Key::kAlt: return "Alt";
    default: return {};
  }
}

std::string shortcut_text(Shortcut shortcut) {
  if (shortcut.key == Key::kNone) return {};
  std::string text;
  if (shortcut.mods.ctrl) text += "Ctrl+";
  if (shortcut.mods.alt) text += "Alt+";
  if (shortcut.mods.shift) text += "Shift+";
  return text + key_text(shortcut.key);
}

}  // namespace vmalab
