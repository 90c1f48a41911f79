// SPDX-License-Identifier: GPL-2.0-only
// The colours that the window and the exported drawings share, as 0xRRGGBB, of a dark and a light theme. What they are to be told
// apart by, and how far, is in ui/theme.h and its test.
#pragma once

#include <array>
#include <cstdint>

namespace vmalab {

constexpr int kThreadHues = 6;  ///< from the seventh thread on they come again, with a mark

struct Palette {
  std::uint32_t background, panel, raised, border, outline, text, text_dim, bad, selection;
  std::uint32_t code_keyword, code_type, code_function, code_macro, code_number, code_string, code_comment;
  std::array<std::uint32_t, kThreadHues> threads;
};

// The thread colours were searched for: CIEDE2000 of at least 13 between any two, for each kind of eyes, each readable on every
// surface it meets, of even strength, blue, amber, green, mauve, moss and violet in both themes.
inline constexpr Palette kDarkPalette{
    .background = 0x0f1216,
    .panel = 0x171b21,
    .raised = 0x222831,
    .border = 0x333b47,
    .outline = 0x717b8a,
    .text = 0xeef1f5,
    .text_dim = 0xb6bfcb,
    .bad = 0xfe7b7b,
    .selection = 0x26364a,
    .code_keyword = 0xcbbcdb,
    .code_type = 0xaecacd,
    .code_function = 0xb9c8e0,
    .code_macro = 0xd8c4ad,
    .code_number = 0xd3caa8,
    .code_string = 0xb6ccae,
    .code_comment = 0xa3acb9,
    .threads = {0x729cf4, 0xfccf73, 0x90f5d9, 0xd685ac, 0x9da43a, 0xdbc5ff},
};
inline constexpr Palette kLightPalette{
    .background = 0xeceff3,
    .panel = 0xffffff,
    .raised = 0xf0f3f6,
    .border = 0xc6ced8,
    .outline = 0x7f8895,
    .text = 0x14181e,
    .text_dim = 0x434d5a,
    .bad = 0xce1800,
    .selection = 0xdfe9f4,
    .code_keyword = 0x584a64,
    .code_type = 0x2f5357,
    .code_function = 0x3a4d69,
    .code_macro = 0x684d37,
    .code_number = 0x574f30,
    .code_string = 0x3c573d,
    .code_comment = 0x565f6c,
    .threads = {0x1263d3, 0x662600, 0x02573e, 0x9a4c7b, 0x596e29, 0x48246f},
};

}  // namespace vmalab
