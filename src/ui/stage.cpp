// SPDX-License-Identifier: GPL-2.0-only
#include "ui/stage.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vmalab {
namespace {

// Clickers send the page keys, and B or a full stop for a dark screen.
constexpr std::array<Stage::KeyMeaning, 12> kKeys{{
    {Key::kPageDown, Stage::Act::kNext, "The next step: of this run, or of the demo."},
    {Key::kRight, Stage::Act::kNext, "The same."},
    {Key::kSpace, Stage::Act::kNext, "The same."},
    {Key::kEnter, Stage::Act::kNext, "The same."},
    {Key::kPageUp, Stage::Act::kPrevious, "One step back."},
    {Key::kLeft, Stage::Act::kPrevious, "The same."},
    {Key::kB, Stage::Act::kBlank, "A dark screen, and back."},
    {Key::kPeriod, Stage::Act::kBlank, "The same."},
    {Key::kS, Stage::Act::kSource, "The source slides in, and out."},
    {Key::kM, Stage::Act::kMap, "The state space with this run's way through it slides in, and out."},
    {Key::kL, Stage::Act::kSpotlight, "A spotlight around the mouse."},
    {Key::kEscape, Stage::Act::kLeave, "Take away what is on top; then back to the desk."},
}};

constexpr float kSmallestType = 0.86F;  // em; Fonts::code_small

}  // namespace

std::span<const Stage::KeyMeaning> Stage::keys() { return kKeys; }

const Stage::KeyMeaning* Stage::find(Key key) {
  const auto found = std::find_if(kKeys.begin(), kKeys.end(), [key](const KeyMeaning& meaning) { return meaning.key == key; });
  return found == kKeys.end() ? nullptr : &*found;
}

void Stage::act(Act act) {
  switch (act) {
    case Act::kBlank: blank_ = !blank_; break;
    case Act::kSource:
      source_ = !source_;
      map_ = false;
      break;
    case Act::kMap:
      map_ = !map_;
      source_ = false;
      break;
    case Act::kSpotlight: spotlight_ = !spotlight_; break;
    case Act::kLeave: blank_ || spotlight_ ? void(blank_ = spotlight_ = false) : leave(); break;
    case Act::kNext:
    case Act::kPrevious: break;
  }
}

float stage_em(float height) { return std::clamp(std::ceil(height / 40 / kSmallestType), 9.0F, 128.0F); }

}  // namespace vmalab
