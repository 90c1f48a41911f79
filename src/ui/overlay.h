// SPDX-License-Identifier: GPL-2.0-only
// What lies over the panels for a moment: a list, a text field, the keys. One at a time. While it is there the keyboard and the
// mouse are its own: a click beside it closes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace vmalab {

struct Overlay {
  enum class Kind : std::uint8_t { kNone, kScenarios, kVariants, kOpen, kSave, kRename, kCompare, kMessages, kStandard, kHelp } kind = Kind::kNone;
  std::string text;     ///< of its text field; of a list: what its rows have to contain
  std::string error;    ///< why what was asked for could not be done; it stays open then
  int row = 0;          ///< chosen in its list, among those that are shown
  bool opened = false;  ///< this frame: give the field the keyboard
  /// Of kStandard, whose rows these are: how many threads of each kind, then two switches.
  struct Standard {
    static constexpr int kRows = 5;
    int readers = 2, writers = 1, detachers = 0;
    bool signals = false, lockdep = true;
    void change(int row, int by);
    int threads() const { return readers + writers + detachers; }
  } standard{};

  bool open() const { return kind != Kind::kNone; }
  bool is_list() const { return kind == Kind::kScenarios || kind == Kind::kVariants; }
  bool is_field() const { return kind == Kind::kOpen || kind == Kind::kSave || kind == Kind::kRename; }
  /// Opens it; what is open already is closed by asking for it again.
  void show(Kind wanted) {
    kind = kind == wanted ? Kind::kNone : wanted;
    opened = true;
    text.clear();
    error.clear();
    row = 0;
  }
  void close() { kind = Kind::kNone; }
};

/// Between 1 and as many threads as there can be in all.
inline void Overlay::Standard::change(int row, int by) {
  constexpr int kMost = 16;
  int* const counts[] = {&readers, &writers, &detachers};
  if (row == 3) signals = !signals;
  if (row == 4) lockdep = !lockdep;
  if (row > 2) return;
  const int others = threads() - *counts[row];
  *counts[row] = std::clamp(*counts[row] + by, others > 0 ? 0 : 1, kMost - others);
}

}  // namespace vmalab
