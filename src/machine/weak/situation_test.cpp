// SPDX-License-Identifier: GPL-2.0-only
#include "machine/weak/situation.h"

#include <doctest/doctest.h>

#include <memory>

#include "machine/weak/situation_table.h"

namespace vmalab::weak {
namespace {

constexpr Location kX = 0, kY = 1;

std::unique_ptr<Situation> two_threads() {
  auto situation = std::make_unique<Situation>();
  situation->begin(2, 2);
  for (const Location l : {kX, kY}) situation->at(l, 0).value = 0;
  return situation;
}

/// Stores behind all that is there.
void append(Situation& s, std::size_t t, Location l, Word value, Ordered order) {
  s.store(t, l, static_cast<Position>(s.count(l)), value, order, kNothing);
}

}  // namespace

TEST_CASE("what a release carries, an acquire load knows, and a relaxed one only behind smp_rmb()") {
  for (const Ordered store : {Ordered::kRelaxed, Ordered::kRelease}) {
    for (const bool fence : {false, true}) {
      const auto s = two_threads();
      append(*s, 0, kX, 1, Ordered::kRelaxed);
      append(*s, 0, kY, 1, store);
      (void)s->load(1, kY, s->newest(kY), fence ? Ordered::kRelaxed : Ordered::kAcquire, kNothing);
      if (fence) s->read_fence(1);
      CHECK(s->oldest(1, kX, kNothing) == (store == Ordered::kRelease ? 1 : 0));
    }
  }
}

TEST_CASE("smp_wmb() puts stores, and not what was read, before those behind it") {
  const auto s = two_threads();
  append(*s, 0, kX, 1, Ordered::kRelaxed);
  s->write_fence(0);
  append(*s, 0, kY, 1, Ordered::kRelaxed);
  CHECK(s->at(kY, 1).view.seen[kX] == 1);

  const auto other = two_threads();
  append(*other, 1, kX, 1, Ordered::kRelaxed);
  (void)other->load(0, kX, 1, Ordered::kRelaxed, kNothing);
  other->write_fence(0);
  append(*other, 0, kY, 1, Ordered::kRelaxed);
  CHECK(other->at(kY, 1).view.seen[kX] == 0);
}

TEST_CASE("of two smp_mb() one comes first: store buffering needs both") {
  for (const bool both : {false, true}) {
    const auto s = two_threads();
    append(*s, 0, kX, 1, Ordered::kRelaxed);
    s->full_fence(0);
    append(*s, 1, kY, 1, Ordered::kRelaxed);
    if (both) s->full_fence(1);
    CHECK(s->oldest(1, kX, kNothing) == (both ? 1 : 0));
  }
}

TEST_CASE("a store takes a place before others, but not between an atomic and what that has read") {
  const auto s = two_threads();
  append(*s, 0, kX, 1, Ordered::kRelaxed);
  CHECK(s->after(1, kX, kNothing, false) == 0);
  CHECK(s->may_follow(kX, 0));
  (void)s->update(0, kX, 1, 2, Ordered::kRelaxed, kNothing);
  CHECK_FALSE(s->may_follow(kX, 1));
  CHECK(s->may_follow(kX, 2));
  s->store(1, kX, 1, 7, Ordered::kRelaxed, kNothing);
  CHECK(s->at(kX, 1).value == 7);
  CHECK(s->at(kX, 3).value == 2);
  CHECK(s->thread(0).cur.seen[kX] == 3);  // it has moved on with what it saw
}

TEST_CASE("a dependency orders a store behind what it came from, through a register, a branch and memory") {
  for (const int way : {0, 1, 2}) {
    const auto s = two_threads();
    append(*s, 0, kX, 1, Ordered::kRelaxed);
    s->write_fence(0);
    append(*s, 0, kY, 1, Ordered::kRelaxed);
    const View got = s->load(1, kY, 1, Ordered::kRelaxed, kNothing);
    if (way == 1) s->branch(1, got);
    CHECK(s->after(1, kX, way == 0 ? got : kNothing, false) == (way == 2 ? 0 : 1));
    if (way != 2) continue;
    append(*s, 1, kY, 5, Ordered::kRelaxed);
    s->store(1, kY, static_cast<Position>(s->count(kY)), 6, Ordered::kRelaxed, got);
    CHECK(s->load(1, kY, s->newest(kY), Ordered::kRelaxed, kNothing).seen[kX] == 1);
  }
}

TEST_CASE("equal situations have equal numbers, and a number gives back what it stands for") {
  SituationTable table(2, 2);
  const auto run = [](bool extra) {
    auto s = two_threads();
    if (extra) append(*s, 0, kX, 9, Ordered::kRelaxed);  // nobody can tell once all have seen what came after
    append(*s, 0, kX, 1, Ordered::kRelease);
    for (const std::size_t t : {0u, 1u}) (void)s->load(t, kX, s->newest(kX), Ordered::kRelaxed, kNothing);
    append(*s, 0, kY, 2, Ordered::kRelease);
    s->renumber();
    return s;
  };
  const auto a = run(false), b = run(true);
  const std::uint32_t number = table.intern(*a);
  CHECK(table.intern(*b) == number);
  const auto back = std::make_unique<Situation>();
  table.get(number, *back);
  CHECK(back->count(kY) == 2);
  CHECK(back->at(kY, 0).value == 0);
  CHECK(back->thread(1).cur == a->thread(1).cur);
  CHECK(table.intern(*back) == number);
  append(*back, 1, kX, 3, Ordered::kRelaxed);
  CHECK(table.intern(*back) != number);
}

TEST_CASE("of what the race check looks at the last access counts") {
  const auto s = two_threads();
  s->note_event(0, kX, true);
  CHECK(s->knows_event(0, kX, false));
  CHECK_FALSE(s->knows_event(1, kX, false));
  append(*s, 0, kY, 1, Ordered::kRelease);
  (void)s->load(1, kY, 1, Ordered::kAcquire, kNothing);
  CHECK(s->knows_event(1, kX, false));
  s->note_event(0, kX, true);
  CHECK_FALSE(s->knows_event(1, kX, false));
}

TEST_CASE("there is room for so many messages, and the situation says when there is none") {
  const auto s = two_threads();
  for (std::size_t i = 1; i < kMaxMessages; ++i) append(*s, 0, kX, static_cast<Word>(i), Ordered::kRelaxed);
  CHECK(s->full() == kNoLocation);
  append(*s, 0, kX, 99, Ordered::kRelaxed);
  CHECK(s->full() == kX);
}

}  // namespace vmalab::weak
