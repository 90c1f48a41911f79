// SPDX-License-Identifier: GPL-2.0-only
// Laying text out in columns, and colours that are plain when nobody sees them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmalab::app {

/// Columns a UTF-8 text takes, colour sequences left out (no wide characters are used here).
std::size_t display_width(std::string_view text);
/// Breaks at spaces so that no line is wider, a word that is too long wherever it must.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// Cut where it is wider, the end marked with "...".
std::string shortened(std::string_view text, std::size_t width);
/// Filled up with spaces, never cut.
std::string padded(std::string_view text, std::size_t width);

/// Colours for a terminal; every function returns its text unchanged when `on` is false.
struct Colors {
  bool on = false;
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string bad(std::string_view text) const { return paint("1;31", text); }
  /// The colour of thread number i; the same thread has the same one everywhere.
  std::string thread(int i, std::string_view text) const;

 private:
  std::string paint(std::string_view code, std::string_view text) const;
};

/// Whether standard output is a terminal that wants colours (NO_COLOR and TERM=dumb do not).
bool stdout_wants_colors();

/// Puts two columns of lines beside each other; `left_width` columns for the left one.
std::string beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t left_width,
                   std::string_view gap);

}  // namespace vmalab::app
