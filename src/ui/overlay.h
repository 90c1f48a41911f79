// SPDX-License-Identifier: GPL-2.0-only
// What lies over the panels for a moment: a list, a text field, the keys. One at a time. While it is there the keyboard and the
// mouse are its own: a click beside it closes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "run/talk.h"
#include "ui/keys.h"

namespace vmalab {

struct Overlay {
  enum class Kind : std::uint8_t {
    kNone,
    kScenarios,
    kVariants,
    kLessons,
    kOpen,
    kSave,
    kExport,
    kRename,
    kSayTitle,
    kSayCaption,
    kSayNote,
    kSayChapter,
    kTalk,
    kBranches,
    kVariantBeside,
    kOpenBeside,
    kMessages,
    kStandard,
    kHelp
  } kind = Kind::kNone;
  std::string text;          ///< of its text field; of a list: what its rows have to contain
  NodeId about = kRootNode;  ///< of kSayCaption and its like: the step
  std::string error;         ///< why what was asked for could not be done; it stays open then
  int row = 0;               ///< chosen in its list, among those that are shown; of kOpen -1: none
  bool opened = false;       ///< this frame: it comes to the front
  int focus = 0;             ///< frames in which its field is given the keyboard: Enter may take it away once more
  bool writing = false;      ///< its field has the keyboard
  bool rewrite = false;      ///< `text` has to take the place of what stands in the field
  std::deque<Key> keys;      ///< come after the letters that were typed before them: these reach the field with the next frame
  /// Of kStandard, whose rows these are: how many threads of each kind, then two switches.
  struct Standard {
    static constexpr int kRows = 5;
    int readers = 2, writers = 1, detachers = 0;
    bool signals = false, lockdep = true;
    void change(int chosen, int by);  ///< of its rows
    int threads() const { return readers + writers + detachers; }
  } standard{};

  bool open() const { return kind != Kind::kNone; }
  bool is_list() const {
    return kind == Kind::kScenarios || kind == Kind::kVariants || kind == Kind::kLessons || kind == Kind::kTalk || kind == Kind::kBranches ||
           kind == Kind::kVariantBeside;
  }
  bool is_said() const { return kind >= Kind::kSayTitle && kind <= Kind::kSayChapter; }
  bool is_field() const {
    return kind == Kind::kOpen || kind == Kind::kSave || kind == Kind::kExport || kind == Kind::kRename || kind == Kind::kOpenBeside || is_said();
  }
  /// Opens it; what is open already is closed by asking for it again.
  void show(Kind wanted) {
    kind = kind == wanted ? Kind::kNone : wanted;
    writing = false;
    text.clear();
    error.clear();
    keys.clear();
    row = wanted == Kind::kOpen ? -1 : 0;
    opened = true;
    focus = kFocusFrames;
  }
  /// Puts a text into the field, whoever writes in it.
  void put(std::string wanted) {
    text = std::move(wanted);
    rewrite = true;
    focus = kFocusFrames;
  }
  void close() { kind = Kind::kNone; }
  /// A key for its field or the list below it.
  bool wants(Key key) const {
    if (!is_list() && !is_field()) return false;
    return key == Key::kEnter || key == Key::kTab || key == Key::kUp || key == Key::kDown || key == Key::kPageUp || key == Key::kPageDown;
  }

 private:
  static constexpr int kFocusFrames = 3;
};

/// Between 1 and as many threads as there can be in all.
inline void Overlay::Standard::change(int chosen, int by) {
  constexpr int kMost = 16;
  int* const counts[] = {&readers, &writers, &detachers};
  if (chosen == 3) signals = !signals;
  if (chosen == 4) lockdep = !lockdep;
  if (chosen > 2) return;
  const int others = threads() - *counts[chosen];
  *counts[chosen] = std::clamp(*counts[chosen] + by, others > 0 ? 0 : 1, kMost - others);
}

}  // namespace vmalab
