// SPDX-License-Identifier: GPL-2.0-only
#include "run/state_fields.h"

#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab {
namespace {

std::string bits(const Machine& machine, unsigned mms, const char* how) {
  std::string text;
  for (int m = 0; m < machine.limits().mms; ++m) {
    if ((mms >> m & 1) != 0) text += ", holds mmap_lock of " + address_text(machine, mm_address(m)) + how;
  }
  return text;
}

std::string thread_text(const Machine& machine, const State& state, ThreadId t, WithPlaces places) {
  const ThreadState& thread = state.thread(t);
  const bool done = machine.done(state, t), waits = !done && !machine.can_step(state, t);
  const std::string signal = thread.signal_pending != 0 ? ", a fatal signal pending" : "";
  const std::string holds = holds_text(machine, state, t);
  if (places == WithPlaces::kNo) return (done ? "finished" : waits ? "waits" : "can go on") + signal + (holds.empty() ? "" : ", " + holds);
  if (done) return "finished" + signal;
  return "at " + place_text(machine, t, thread.pc) + (waits ? ", waiting" : "") + signal + ", " + activity_text(machine, state, t);
}

}  // namespace

std::string holds_text(const Machine& machine, const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  std::string text = bits(machine, thread.mmap_read, " for read") + bits(machine, thread.mmap_write, " for write");
  for (int v = 0; v < machine.limits().vmas; ++v) {
    const Holds& holds = thread.holds[static_cast<std::size_t>(v)];
    const std::string vma = address_text(machine, vma_address(v));
    if (holds.read_locks != 0) text += ", read-locks " + vma;
    if (holds.references > holds.read_locks) text += ", has a transient reference on " + vma;
    if (holds.write_locked != 0) text += ", write-locks " + vma;
    if (holds.excluding != 0) text += ", keeps readers of " + vma + " out";
  }
  if (thread.rcu_depth != 0) text += ", is inside RCU";
  return text.empty() ? text : text.substr(2);
}

std::vector<StateField> state_fields(const Machine& machine, const State& state, WithPlaces places) {
  std::vector<StateField> out;
  const auto word = [&](Word address, Word value) { out.push_back({address, word_name(machine, address), word_text(machine, address, value)}); };
  for (const ObjectName& object : machine.objects()) {
    const ObjectKind kind = address_kind(object.address);
    const int number = address_object(object.address);
    if (kind == ObjectKind::kMm) {
      const MmState& mm = state.mm(mm_id(number));
      for (int f = 0; f < static_cast<int>(MmField::kCount); ++f) word(mm_address(number, static_cast<MmField>(f)), mm[static_cast<MmField>(f)]);
    } else if (kind == ObjectKind::kVma) {
      const VmaState& vma = state.vma(vma_id(number));
      out.push_back({object.address, object.name, vma.allocated != 0 ? "allocated" : "free in the slab"});
      for (int f = 0; f < static_cast<int>(VmaField::kCount); ++f) word(vma_address(number, static_cast<VmaField>(f)), vma[static_cast<VmaField>(f)]);
    } else if (kind == ObjectKind::kTask) {
      out.push_back({object.address, object.name, thread_text(machine, state, thread_id(number), places)});
    }
  }
  return out;
}

}  // namespace vmalab
