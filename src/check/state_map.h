// SPDX-License-Identifier: GPL-2.0-only
// The state space as a map: how many states there are at each depth and in each class of vm_refcnt, how many of them end the run
// and how many break a check. However many states there are, the map has as many cells as there are steps times classes; it is
// made for every VMA at once, of what a search sees of a state when it expands it (explorer.h), so it grows while the search runs.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "check/components.h"
#include "machine/describe.h"
#include "machine/machine.h"

namespace vmalab::check {

struct MapCell {
  std::uint64_t states = 0;
  std::uint64_t ends = 0;      ///< of them: every thread is done
  std::uint64_t breaking = 0;  ///< of them: some next step breaks a check, or the state does (no thread can step or ever finish)
  PropertySet broken = 0;      ///< which checks those are
  /// Of a search for any number: of them, those in which readers hold no reference, one, many. Else 0.
  std::array<std::uint64_t, 3> held{};
  void add(const MapCell& other) {
    states += other.states;
    ends += other.ends;
    breaking += other.breaking;
    broken |= other.broken;
    for (std::size_t i = 0; i < held.size(); ++i) held[i] += other.held[i];
  }
  friend bool operator==(const MapCell&, const MapCell&) = default;
};

/// The class of every VMA's vm_refcnt, in one word.
class ClassCode {
 public:
  ClassCode() = default;
  /// @param refcnt_of(v) vm_refcnt of VMA v of `vmas`
  template <typename RefcntOf>
  static ClassCode of(int vmas, RefcntOf&& refcnt_of) {
    ClassCode code;
    for (int v = 0; v < vmas; ++v) code.bits_ = static_cast<std::uint16_t>(code.bits_ | static_cast<unsigned>(refcnt_class(refcnt_of(v))) << 3 * v);
    return code;
  }
  RefcntClass operator[](int vma) const { return static_cast<RefcntClass>(bits_ >> 3 * vma & 7); }

 private:
  static_assert(static_cast<int>(RefcntClass::kCount) <= 8 && 3 * kMaxVmas <= 16);
  std::uint16_t bits_ = 0;
};

class StateMap {
 public:
  static constexpr std::size_t kClasses = static_cast<std::size_t>(RefcntClass::kCount);
  /// The cells of one depth, by VMA (pool VMAs included) and class.
  using Level = std::array<std::array<MapCell, kClasses>, kMaxVmas>;

  /// One depth after the other, from the start's; of the last one so much as was expanded.
  int depths() const { return static_cast<int>(levels_.size()); }
  const MapCell& at(VmaId vma, int depth, RefcntClass c) const {
    return levels_[static_cast<std::size_t>(depth)][vma.value][static_cast<std::size_t>(c)];
  }
  /// All cells together; the same whatever the VMA.
  MapCell sum() const;

  // ---- for the search
  void clear() { levels_.clear(); }
  void add(int depth, const Level& level);
  void add(int depth, VmaId vma, RefcntClass of, const MapCell& cell) { cell_at(depth, vma, of).add(cell); }

  /// What one worker has seen since it was asked last. Not shared.
  class Tally {
   public:
    /// The components must outlive it.
    Tally(const Machine& machine, const Components& components);
    /// A state was expanded.
    void add(Index shared, bool end, PropertySet broken) {
      if (shared >= classes_.size() || !classes_[shared].known) look_at(shared);
      const ClassCode code = classes_[shared].code;
      for (int v = 0; v < vmas_; ++v) {
        MapCell& cell = level_[static_cast<std::size_t>(v)][static_cast<std::size_t>(code[v])];
        ++cell.states;
        cell.ends += end;
        cell.breaking += broken != 0;
        cell.broken |= broken;
      }
    }
    Level take() {
      const Level level = level_;
      level_ = {};
      return level;
    }
    std::size_t bytes() const { return classes_.capacity() * sizeof(Known); }

   private:
    struct Known {
      ClassCode code;
      bool known = false;
    };
    void look_at(Index shared);

    const Components& components_;
    int vmas_;
    Level level_{};
    std::vector<Known> classes_;  ///< by shared component: there are far fewer of them than states
  };

 private:
  MapCell& cell_at(int depth, VmaId vma, RefcntClass of);

  std::vector<Level> levels_;
};

}  // namespace vmalab::check
