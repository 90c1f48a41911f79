// SPDX-License-Identifier: GPL-2.0-only
// A key by the one character that it prints, whatever the layout of the keyboard.
#pragma once

#include "ui/keys.h"

namespace vmalab {

/// kNone: no command has such a key, or not by what it prints.
inline Key key_that_prints(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<Key>(static_cast<int>(Key::kA) + c - 'a');
  switch (c) {
    case '+':
    case '=': return Key::kPlus;
    case '-': return Key::kMinus;
    case ',': return Key::kComma;
    case '.': return Key::kPeriod;
    case '/': return Key::kSlash;
    case '[': return Key::kLeftBracket;
    case ']': return Key::kRightBracket;
    default: return Key::kNone;
  }
}

}  // namespace vmalab
