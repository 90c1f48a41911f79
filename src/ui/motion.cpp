// SPDX-License-Identifier: GPL-2.0-only
#include "ui/motion.h"

#include <algorithm>
#include <utility>

namespace vmalab {
namespace {

/// Fast at first, so that a glance is right early, and slow at the end.
float eased(double share) {
  const double rest = 1 - std::clamp(share, 0.0, 1.0);
  return static_cast<float>(1 - rest * rest * rest);
}

}  // namespace

void Motion::set_on(bool on) {
  on_ = on;
  settle();
}

void Motion::begin(bool forward) {
  if (!on_) return;
  waits_ = waits_ || !moving();
  forward_ = forward;
  begin_ = clock_;
  end_ = clock_ + kSeconds;
  starting_ = 2;  // what is left of this frame, and the next
}

void Motion::settle() {
  ways_.clear();
  starting_ = 0;
  waits_ = forward_ = false;
  end_ = clock_;
}

void Motion::pass(double dt) {
  if (moving() && !waits_) clock_ += dt;
  waits_ = false;
  starting_ = std::max(starting_ - 1, 0);
  std::erase_if(ways_, [this](const auto& entry) {
    const Way& way = entry.second;
    return way.frame < frame_ && (!way.gone || !moving() || clock_ - way.begin >= kSeconds);
  });
  ++frame_;
}

ImVec2 Motion::on_the_way(const Way& way) const {
  const float share = eased((clock_ - way.begin) / kSeconds);
  return {way.from.x + share * (way.to.x - way.from.x), way.from.y + share * (way.to.y - way.from.y)};
}

ImVec2 Motion::seen(const Mover& thing, ImVec2 place, std::optional<ImVec2> origin) {
  if (!on_) return place;
  const auto [found, is_new] = ways_.try_emplace(thing, Way{place, place, clock_ - kSeconds, frame_});
  Way& way = found->second;
  way.frame = frame_;
  if (std::exchange(way.gone, false)) way.from = way.to;
  if (is_new && origin && starting_ > 0) {
    way.from = *origin;
    way.begin = begin_;
  } else if (place.x != way.to.x || place.y != way.to.y) {
    if (starting_ > 0) {
      way.from = on_the_way(way);
      way.begin = begin_;
    } else {
      way.from = {way.from.x + place.x - way.to.x, way.from.y + place.y - way.to.y};
    }
    way.to = place;
  }
  return on_the_way(way);
}

std::vector<Motion::Gone> Motion::gone(Mover::What what, int vma) {
  std::vector<Gone> out;
  if (!on_ || !moving()) return out;
  for (auto& [thing, way] : ways_) {
    if (thing.what != what || thing.vma != vma || way.frame == frame_) continue;
    if (!way.gone) {
      // It sets out from where it is seen.
      way.from = way.to = on_the_way(way);
      way.begin = begin_;
      way.gone = true;
    }
    out.push_back({thing, way.from, eased((clock_ - way.begin) / kSeconds)});
  }
  return out;
}

float Motion::grown() const { return moving() && forward_ ? eased((clock_ - begin_) / kSeconds) : 1; }

}  // namespace vmalab
