// SPDX-License-Identifier: GPL-2.0-only
// The states that one worker owns, in order of insertion. A state is a vector of numbers of components, and most of any
// vector stands in many: so the vector is cut into groups of up to four, each group is kept once and known by a number,
// pairs of those likewise, and what is kept for a state is the last pair, eight bytes. Exact at every place.
//
// Not thread-safe; const member functions may be called concurrently while nobody inserts.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "check/number_set.h"

namespace vmalab::check {

class StateSet {
 public:
  static constexpr std::size_t kMaxComponents = 40;
  static constexpr std::uint64_t kMost = NumberSet<2>::kMost;  ///< states; whoever inserts sees to it

  /// @param components of a state, at least one
  explicit StateSet(std::size_t components) {
    assert(components >= 1 && components <= kMaxComponents);
    const std::size_t groups = std::max<std::size_t>(2, (components + 3) / 4);
    groups_.resize(groups);
    last_.resize(groups);
    for (std::size_t g = 0; g <= groups; ++g) begins_.push_back(g * components / groups);
    // Neighbours are paired until two parts are left.
    std::vector<std::size_t> level, next;
    for (std::size_t g = 0; g < groups; ++g) level.push_back(g);
    while (level.size() > 2) {
      next.clear();
      for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
        next.push_back(groups + pairs_.size());
        pairs_.push_back({level[i], level[i + 1], {}});
      }
      if (level.size() % 2 != 0) next.push_back(level.back());
      level.swap(next);
    }
    top_ = {level[0], level[1]};
  }

  /// Where a state belongs, whether it is there or not.
  struct Place {
    NumberSet<2>::Record root;
    std::uint64_t hash = 0;
  };
  /// Keeps what the state is made of. There is room: make_room() has seen to it.
  Place place(const std::uint32_t* state) {
    Place place;
    std::size_t g = 0;
    visit(
        state, place,
        [&](auto& set, const auto& record) {
          if constexpr (std::is_same_v<decltype(record), const NumberSet<4>::Record&>) {
            // What a step leaves as it is was looked up for the state before this one.
            Last& last = last_[g++];
            if (!NumberSet<4>::same(last.record, record) || last.number == kNone) last = {record, set.insert(record, set.hash(record)).number};
            return std::optional(last.number);
          } else {
            return std::optional(set.insert(record, set.hash(record)).number);
          }
        },
        *this);
    return place;
  }
  struct Inserted {
    std::uint64_t index;  ///< order of insertion
    bool fresh;
  };
  Inserted insert(const Place& place) {
    const auto inserted = states_.insert(place.root, place.hash);
    return {inserted.number, inserted.fresh};
  }
  std::optional<std::uint64_t> find(const std::uint32_t* state) const {
    Place place;
    if (!visit(
            state, place, [](const auto& set, const auto& record) { return set.find(record, set.hash(record)); }, *this))
      return std::nullopt;
    return states_.find(place.root, place.hash);
  }
  void get(std::uint64_t index, std::uint32_t* state) const {
    std::array<std::uint32_t, kMaxParts> numbers;
    const auto& root = states_.at(index);
    numbers[top_[0]] = root[0];
    numbers[top_[1]] = root[1];
    for (std::size_t p = pairs_.size(); p-- > 0;) {
      const auto& record = pairs_[p].set.at(numbers[groups_.size() + p]);
      numbers[pairs_[p].left] = record[0];
      numbers[pairs_[p].right] = record[1];
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const auto& record = groups_[g].at(numbers[g]);
      for (std::size_t i = begins_[g]; i < begins_[g + 1]; ++i) state[i] = record[i - begins_[g]];
    }
  }
  std::uint64_t size() const { return states_.size(); }

  /// The two things an insertion waits for, to be asked for one after the other some insertions ahead.
  void prefetch_bucket(const Place& place) const { states_.prefetch_bucket(place.hash); }
  void prefetch_record(const Place& place) const { states_.prefetch_record(place.hash); }

  /// Bytes that so many insertions add at most.
  std::size_t bytes_to_grow(std::uint64_t coming) const {
    std::size_t sum = 0;
    each_set([&](const auto& set) { sum += set.bytes_to_grow(coming); });
    return sum;
  }
  /// To be called before so many insertions; see NumberSet::make_room(). `most` is about each part.
  bool make_room(std::uint64_t coming, std::uint64_t most = kMost) {
    bool done = states_.make_room(coming, most);
    for (auto& group : groups_) done = group.make_room(coming, most) && done;
    for (Pair& pair : pairs_) done = pair.set.make_room(coming, most) && done;
    return done;
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    each_set([&](const auto& set) { sum += set.bytes(); });
    return sum;
  }
  /// How many different ones of each part there are, states last.
  std::vector<std::uint64_t> sizes() const {
    std::vector<std::uint64_t> sizes;
    each_set([&](const auto& set) { sizes.push_back(set.size()); });
    return sizes;
  }

 private:
  static constexpr std::size_t kMaxParts = kMaxComponents / 4 * 2;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Last {
    NumberSet<4>::Record record{};
    std::uint32_t number = kNone;
  };
  struct Pair {
    std::size_t left, right;  ///< groups, or (behind them) pairs
    NumberSet<2> set;
  };

  /// Groups, pairs and the root of a state, by `number_of(set, record)`; false when that has none.
  template <typename NumberOf, typename Self>
  static bool visit(const std::uint32_t* state, Place& place, NumberOf number_of, Self& self) {
    std::array<std::uint32_t, kMaxParts> numbers;
    for (std::size_t g = 0; g < self.groups_.size(); ++g) {
      NumberSet<4>::Record record{};
      for (std::size_t i = self.begins_[g]; i < self.begins_[g + 1]; ++i) record[i - self.begins_[g]] = state[i];
      const auto number = number_of(self.groups_[g], record);
      if (!number) return false;
      numbers[g] = *number;
    }
    for (std::size_t p = 0; p < self.pairs_.size(); ++p) {
      const NumberSet<2>::Record record{numbers[self.pairs_[p].left], numbers[self.pairs_[p].right]};
      const auto number = number_of(self.pairs_[p].set, record);
      if (!number) return false;
      numbers[self.groups_.size() + p] = *number;
    }
    place.root = {numbers[self.top_[0]], numbers[self.top_[1]]};
    place.hash = NumberSet<2>::hash(place.root);
    return true;
  }
  template <typename Visit>
  void each_set(Visit visit) const {
    for (const auto& group : groups_) visit(group);
    for (const Pair& pair : pairs_) visit(pair.set);
    visit(states_);
  }

  std::vector<NumberSet<4>> groups_;
  std::vector<Last> last_;           ///< by group: what place() met last
  std::vector<std::size_t> begins_;  ///< of the groups in the vector, and its end
  std::vector<Pair> pairs_;
  std::array<std::size_t, 2> top_{};
  NumberSet<2> states_;
};

}  // namespace vmalab::check
