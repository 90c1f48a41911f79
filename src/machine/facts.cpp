// SPDX-License-Identifier: GPL-2.0-only
#include "machine/facts.h"

#include <algorithm>
#include <cstring>

#include "machine/machine.h"

namespace vmalab {
namespace {

/// Adds a thread's facts to the sums: what both facts() do.
void add_thread(SharedFacts& sum, const ThreadState& thread, ThreadId t, const Machine& machine) {
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
  if (thread.mmap_write == 0) return;
  const Instr& instr = machine.program(t).code[thread.pc];
  if (instr.op != Op::kSeqBegin && instr.op != Op::kUpWrite && instr.op != Op::kDowngradeWrite) return;
  const Word address = Machine::operand_value(thread, t, instr.a);
  const int mm = address_object(address);
  if (address_kind(address) != ObjectKind::kMm || mm >= kMaxMms || (thread.mmap_write >> mm & 1) == 0) return;
  ++sum.at_parity_step[static_cast<std::size_t>(mm)];
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
  for (std::size_t m = 0; m < kMaxMms; ++m) apply(a.at_parity_step[m], b.at_parity_step[m]);
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
    return x.references == y.references && x.excluding == y.excluding && x.readers == y.readers &&
           x.writers == y.writers && x.both == y.both;
  };
  return std::equal(a.vmas.begin(), a.vmas.end(), b.vmas.begin(), same) && a.at_parity_step == b.at_parity_step;
}

SharedFacts Machine::facts(const State& state) const {
  SharedFacts sum;
  for (int t = 0; t < thread_count_; ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    add_thread(sum, state.thread(id), id, *this);
  }
  return sum;
}

SharedFacts Machine::facts(const ThreadState& thread, ThreadId t) const {
  SharedFacts own;
  add_thread(own, thread, t, *this);
  return own;
}

}  // namespace vmalab
