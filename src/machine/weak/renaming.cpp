// SPDX-License-Identifier: GPL-2.0-only
#include "machine/weak/renaming.h"

#include <algorithm>

namespace vmalab::weak {
namespace {

View renamed(const View& before, const Renaming& renaming) {
  View after = kNothing;
  for (std::size_t l = 0; l < renaming.locations.size(); ++l) {
    after.seen[renaming.locations[l]] = before.seen[l];
    after.strong[renaming.locations[l]] = before.strong[l];
  }
  return after;
}

Thread renamed(const Thread& before, const Renaming& renaming) {
  Thread after = before;
  for (View* view : {&after.cur, &after.acq, &after.all, &after.rel, &after.own, &after.ctrl, &after.unlocked, &after.waited}) {
    *view = renamed(*view, renaming);
  }
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((before.has_view >> r & 1) != 0) after.registers[r] = renamed(before.registers[r], renaming);
  }
  for (std::size_t i = 0; i < before.stored_count; ++i) {
    after.stored[i].location = renaming.locations[before.stored[i].location];
    after.stored[i].view = renamed(before.stored[i].view, renaming);
  }
  std::sort(after.stored.begin(), after.stored.begin() + after.stored_count,
            [](const Thread::Stored& a, const Thread::Stored& b) { return a.location < b.location; });
  for (std::size_t i = 0; i < before.open_count; ++i) {
    after.open[i].location = renaming.locations[before.open[i].location];
    after.open[i].view = renamed(before.open[i].view, renaming);
  }
  after.needs = renaming.needs[before.needs];
  return after;
}

}  // namespace

void rename(const Situation& before, const Renaming& renaming, const std::function<Word(Location, Word)>& value, Situation& after) {
  after.begin(before.threads(), before.locations());
  after.sequential = renamed(before.sequential, renaming);
  after.begun = renamed(before.begun, renaming);
  after.left = renamed(before.left, renaming);
  for (std::size_t i = 0; i < before.locations(); ++i) {
    const auto from = static_cast<Location>(i), to = renaming.locations[i];
    after.set_count(to, before.count(from));
    for (std::size_t m = 0; m < before.count(from); ++m) {
      const Message& message = before.at(from, m);
      Message& out = after.at(to, m);
      out.value = m + 1 == before.count(from) ? message.value : value(from, message.value);
      out.behind = message.behind;
      out.view = renamed(message.view, renaming);
    }
  }
  for (std::size_t t = 0; t < static_cast<std::size_t>(before.threads()); ++t)
    after.thread(renaming.threads[t]) = renamed(before.thread(t), renaming);
}

}  // namespace vmalab::weak
