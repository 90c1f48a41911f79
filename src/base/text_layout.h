// SPDX-License-Identifier: GPL-2.0-only
// Text in columns: how wide it is on a screen, breaking and filling it up. A text may hold the colours of this process, which take no
// room: a sequence that begins with kColourStart and has an end that only this process knows (see app/text.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vmalab {

constexpr std::string_view kColourStart = "\x1b[";
/// What ends the sequences of this process: nothing that was read can hold it but by chance.
const std::string& colour_end();
/// Bytes of the colour sequence at the start of the text; 0 when there is none of ours.
std::size_t colour_bytes(std::string_view text);

/// Columns that a text takes as printable() has it, colours left out.
std::size_t display_width(std::string_view text);
/// Breaks at spaces so that no line is wider, a word that is too long wherever it must.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// Cut where it is wider, the end marked with "...".
std::string shortened(std::string_view text, std::size_t width);
/// Filled up with spaces, never cut.
std::string padded(std::string_view text, std::size_t width);

}  // namespace vmalab
