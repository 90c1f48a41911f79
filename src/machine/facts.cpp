// SPDX-License-Identifier: GPL-2.0-only
#include "machine/facts.h"

#include <algorithm>
#include <cstring>

#include "machine/machine.h"
#include "machine/state.h"

namespace vmalab {
namespace {

/// Adds a thread's facts to the sums: what both facts() do.
void add_thread(SharedFacts& sum, const ThreadState& thread) {
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    const Holds h = thread.holds[v];
    std::uint16_t bits = 0;
    std::memcpy(&bits, &h, sizeof bits);
    if (bits == 0) continue;
    SharedFacts::Vma& vma = sum.vmas[v];
    const bool reads = h.read_locks > 0, writes = h.write_locked != 0;
    vma.references = static_cast<std::uint8_t>(vma.references + h.references);
    vma.excluding = static_cast<std::uint8_t>(vma.excluding + h.excluding);
    vma.readers = static_cast<std::uint8_t>(vma.readers + reads);
    vma.writers = static_cast<std::uint8_t>(vma.writers + writes);
    vma.both = static_cast<std::uint8_t>(vma.both + (reads && writes));
  }
}

template <typename Combine>
void combine(SharedFacts& a, const SharedFacts& b, Combine f) {
  const auto apply = [&](std::uint8_t& x, std::uint8_t y) { x = static_cast<std::uint8_t>(f(x, y)); };
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    apply(a.vmas[v].references, b.vmas[v].references);
    apply(a.vmas[v].excluding, b.vmas[v].excluding);
    apply(a.vmas[v].readers, b.vmas[v].readers);
    apply(a.vmas[v].writers, b.vmas[v].writers);
    apply(a.vmas[v].both, b.vmas[v].both);
  }
}

}  // namespace

void SharedFacts::add(const SharedFacts& other) {
  combine(*this, other, [](int x, int y) { return x + y; });
}

void SharedFacts::subtract(const SharedFacts& other) {
  combine(*this, other, [](int x, int y) { return x - y; });
}

bool operator==(const SharedFacts& a, const SharedFacts& b) {
  const auto same = [](const SharedFacts::Vma& x, const SharedFacts::Vma& y) {
    return x.references == y.references && x.excluding == y.excluding && x.readers == y.readers && x.writers == y.writers && x.both == y.both;
  };
  return std::equal(a.vmas.begin(), a.vmas.end(), b.vmas.begin(), same);
}

SharedFacts Machine::facts(const State& state) const {
  SharedFacts sum;
  for (int t = 0; t < thread_count_; ++t) add_thread(sum, state.thread(thread_id(t)));
  return sum;
}

SharedFacts Machine::facts(const ThreadState& thread) {
  SharedFacts own;
  add_thread(own, thread);
  return own;
}

}  // namespace vmalab
