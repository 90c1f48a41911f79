// SPDX-License-Identifier: GPL-2.0-only
// Motion: what a step has put elsewhere is seen to go there, in 150 ms. A panel asks where a thing is seen now, by the thing's name and
// the place where it belongs; what the panel says, and what a mouse finds, is at that place at once.
//
// Only after begin() do things travel. When a place changes without it, because the window grew or the timeline was dragged, all
// that is under way goes along. A thing that is under way and has to go elsewhere sets out from where it is seen: fast steps never queue.
#pragma once

#include <imgui.h>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace vmalab {

/// What travels.
struct Mover {
  enum class What : std::uint8_t { kReference, kToken, kWriteLock, kVma, kPlayhead } what{};
  int vma = 0, thread = 0, number = 0;
  auto operator<=>(const Mover&) const = default;
};

class Motion {
 public:
  static constexpr double kSeconds = 0.15;

  bool on() const { return on_; }
  void set_on(bool on);
  /// The cursor has gone to another step. `forward`: what that step brought about comes to be now (see grown()).
  void begin(bool forward);
  /// Another run: everything is where it belongs.
  void settle();
  /// At the start of a frame, `dt` seconds after the one before.
  void pass(double dt);
  bool moving() const { return clock_ < end_; }

  /// Where a thing that belongs at `place` is seen now. One that was not there before comes from `origin`, if that is given.
  ImVec2 seen(const Mover& thing, ImVec2 place, std::optional<ImVec2> origin = std::nullopt);
  /// What was seen of this VMA before the last step and is not any more: where it was, and how much of its way home it has gone, 0 to 1. To be
  /// asked once all has been seen() that there is.
  struct Gone {
    Mover thing;
    ImVec2 from;
    float share = 0;
  };
  std::vector<Gone> gone(Mover::What what, int vma);
  /// How much is seen of what the last step brought about, such as an arrow: 0 to 1, all of it when nothing moves.
  float grown() const;

 private:
  struct Way {
    ImVec2 from, to;
    double begin = 0;
    std::uint64_t frame = 0;  ///< in which it was last asked for
    bool gone = false;        ///< since `begin`
  };
  ImVec2 on_the_way(const Way& way) const;

  bool on_ = true, forward_ = false;
  bool waits_ = false;  ///< for the first frame after begin(): the time until then does not count
  int starting_ = 0;    ///< frames in which another place means that a thing sets out
  double clock_ = 0;    ///< seconds, of which only those count in which something moves
  double begin_ = -1, end_ = 0;
  std::uint64_t frame_ = 1;
  std::map<Mover, Way> ways_;
};

}  // namespace vmalab
