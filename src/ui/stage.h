// SPDX-License-Identifier: GPL-2.0-only
// Stage mode: the whole screen for a room to see. Caption, lock word and timeline; the source slides in on a key; a title card
// before the first step. What is on, and the keys that mean something else than at the desk.
#pragma once

#include <span>
#include <string_view>

#include "ui/keys.h"

namespace vmalab {

class Stage {
 public:
  Stage() = default;
  bool on() const { return on_; }
  void enter() { *this = Stage(true); }
  void leave() { *this = Stage(false); }

  bool blank() const { return blank_; }
  bool source() const { return source_; }
  bool map() const { return map_; }  ///< of the state space, in the place of the source
  bool spotlight() const { return spotlight_; }

  /// What a key of its own does. kNext and kPrevious are the run's.
  enum class Act { kNext, kPrevious, kBlank, kSource, kMap, kSpotlight, kLeave };
  struct KeyMeaning {
    Key key;
    Act act;
    std::string_view sentence;  ///< for help
  };
  static std::span<const KeyMeaning> keys();
  static const KeyMeaning* find(Key key);
  /// Acts that change the stage alone; kLeave first takes away what is on top.
  void act(Act act);

 private:
  explicit Stage(bool on) : on_(on) {}

  bool on_ = false, blank_ = false, source_ = false, map_ = false, spotlight_ = false;
};

/// The em with which the smallest type is a 1/40 of the height.
float stage_em(float height);

}  // namespace vmalab
