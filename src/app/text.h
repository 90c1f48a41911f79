// SPDX-License-Identifier: GPL-2.0-only
// Laying text out in columns as wide as the terminal, and colours that are plain when nobody sees them.
//
// Texts of scenarios, traces, C files and file names are mixed with our own colours, and may hold anything. So a colour is
// written as a sequence that only this process knows (for_terminal() turns it into the real one), and whatever else could
// steer a terminal is made visible on the way out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text_layout.h"

namespace vmalab::app {

/// Lines that are wider are broken at spaces and go on below their own beginning, of two columns of the second; a longer word (a link, a path)
/// stays whole.
std::string fitted(std::string_view text, std::size_t width);
/// A text as it may be written to a terminal or a file: our own colours, and no other control character but line ends and tabs.
std::string for_terminal(std::string_view text);

/// "12 KB": of a file, for people.
inline std::string size_text(std::size_t bytes) { return std::to_string(bytes / 1024 + 1) + " KB"; }

constexpr std::size_t kFullWidth = 100;  ///< where nothing says how wide the screen is, and as wide as lines ever get
/// Columns to use: $COLUMNS, else what the terminal says that standard output is, else kFullWidth; 20 to kFullWidth.
std::size_t screen_width();

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

/// Whether a stream is a terminal that wants colours: not with NO_COLOR, CLICOLOR=0 or TERM=dumb; and with CLICOLOR_FORCE
/// even when it is none.
bool wants_colors(int descriptor);
bool stdout_wants_colors();

/// Puts two columns of lines beside each other; `left_width` columns for the left one.
std::string beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t left_width, std::string_view gap);

}  // namespace vmalab::app
