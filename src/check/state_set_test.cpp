// SPDX-License-Identifier: GPL-2.0-only
#include "check/state_set.h"

#include <doctest/doctest.h>

#include <map>
#include <random>

namespace vmalab::check {

TEST_CASE("a set of states gives back what was put in, in that order") {
  std::mt19937 random(1);
  for (const std::size_t components : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 13u, 17u, 34u, 40u}) {
    CAPTURE(components);
    StateSet set(components);
    std::map<std::vector<std::uint32_t>, std::uint64_t> known;
    std::vector<std::vector<std::uint32_t>> in_order;
    const std::uint32_t values = components < 3 ? 70 : components < 6 ? 12 : 3;
    bool same = true;
    for (int i = 0; i < 20'000; ++i) {
      std::vector<std::uint32_t> state(components);
      for (auto& number : state) number = static_cast<std::uint32_t>(random() % values * 0x10001u);
      set.make_room(1);
      const auto inserted = set.insert(set.place(state.data()));
      const auto [it, fresh] = known.try_emplace(state, known.size());
      same = same && inserted.fresh == fresh && inserted.index == it->second;
      if (fresh) in_order.push_back(state);
    }
    CHECK(same);
    CHECK(set.size() == known.size());
    for (std::uint64_t i = 0; i < set.size(); ++i) {
      std::vector<std::uint32_t> state(components);
      set.get(i, state.data());
      same = same && state == in_order[i] && set.find(state.data()) == i;
    }
    CHECK(same);
    std::vector<std::uint32_t> unknown(components, 7);
    CHECK_FALSE(set.find(unknown.data()));
  }
}

TEST_CASE("what a set of states says it grows by is enough") {
  std::mt19937 random(2);
  StateSet set(8);
  for (int i = 0; i < 2'000; ++i) {
    const std::size_t allowed = set.bytes() + set.bytes_to_grow(100);
    set.make_room(100);
    for (int k = 0; k < 100; ++k) {
      std::array<std::uint32_t, 8> state;
      for (auto& number : state) number = static_cast<std::uint32_t>(random());
      set.insert(set.place(state.data()));
    }
    REQUIRE(set.bytes() <= allowed);
  }
}

TEST_CASE("a set of states that grows in pieces has the same states") {
  std::mt19937 random(3);
  StateSet pieces(8), at_once(8);
  int more = 0;
  bool same = true;
  for (int i = 0; i < 20'000; ++i) {
    std::array<std::uint32_t, 8> state;
    for (auto& number : state) number = static_cast<std::uint32_t>(random() % 4);
    while (!pieces.make_room(1, 64)) ++more;
    at_once.make_room(1);
    const auto inserted = pieces.insert(pieces.place(state.data())), expected = at_once.insert(at_once.place(state.data()));
    same = same && inserted.index == expected.index && inserted.fresh == expected.fresh;
  }
  CHECK(same);
  CHECK(pieces.sizes() == at_once.sizes());
  CHECK(more > 100);
}

}  // namespace vmalab::check
