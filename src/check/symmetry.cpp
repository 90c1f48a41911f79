// SPDX-License-Identifier: GPL-2.0-only
#include "check/symmetry.h"

#include "check/parts.h"
#include "machine/memory.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace vmalab::check {
namespace {

Word renamed_word(Word value, const Renaming& renaming) {
  if (address_kind(value) != ObjectKind::kTask || address_object(value) >= kMaxThreads) return value;
  return task_address(renaming[static_cast<std::size_t>(address_object(value))]) + static_cast<Word>(address_field(value));
}

/// Of an mmap_lock.
Word renamed_owner(Word lock, const Renaming& renaming, int threads) {
  const Word owner = lock & ~MmState::kWriterBit;
  return (lock & MmState::kWriterBit) != 0 && owner < static_cast<Word>(threads) ? MmState::kWriterBit | renaming[owner] : lock;
}

}  // namespace

bool is_deaf(const Program& program) {
  return std::none_of(program.code.begin(), program.code.end(), [](const Instr& i) {
    switch (i.op) {
      case Op::kSignalPending:
      case Op::kSetTaskState: return true;
      case Op::kDownRead:
      case Op::kDownWrite: return false;
      default: return op_info(i.op).may_block;  // a fatal signal may end the wait
    }
  });
}

bool watches_signals(const Program& program) {
  return std::any_of(program.code.begin(), program.code.end(),
                     [](const Instr& i) { return i.op == Op::kSignalPending && i.a.kind != Operand::Kind::kSelf; });
}

Shared renamed(const Shared& before, const Renaming& renaming, const Machine& machine) {
  const int threads = machine.thread_count();
  Shared after = before;
  for (MmState& mm : after.mms) {
    for (Word& word : mm.fields) word = renamed_word(word, renaming);
    mm[MmField::kMmapLock] = renamed_owner(mm[MmField::kMmapLock], renaming, threads);
  }
  for (VmaState& vma : after.vmas) {
    for (Word& word : vma.fields) word = renamed_word(word, renaming);
  }
  for (Word& word : after.globals) word = renamed_word(word, renaming);
  if (machine.weak() != nullptr) {
    after.views = machine.weak()->renamed(before.views, {renaming.data(), static_cast<std::size_t>(threads)}, [&](Word address, Word value) {
      return is_mmap_lock(address) ? renamed_owner(value, renaming, threads) : renamed_word(value, renaming);
    });
  }
  after.signals_pending = 0;
  for (int t = 0; t < threads; ++t) {
    const auto i = static_cast<std::size_t>(t);
    after.rcu.waits[renaming[i]] = before.rcu.waits[i];
    after.rcu.barrier_queued[renaming[i]] = before.rcu.barrier_queued[i];
    after.rcu.barrier_running[renaming[i]] = before.rcu.barrier_running[i];
    after.task_states[renaming[i]] = before.task_states[i];
    if (before.signals_pending >> t & 1u) after.signals_pending = static_cast<std::uint16_t>(after.signals_pending | 1u << renaming[i]);
  }
  return after;
}

Local renamed(const Local& before, const Renaming& renaming) {
  Local after = before;
  for (Word& word : after.registers) word = renamed_word(word, renaming);
  return after;
}

Symmetry::Symmetry(const Machine& machine, Components& components, const Twins& twins)
    : machine_(machine), components_(components), permutations_(twins.permutations()) {
  std::iota(representative_.begin(), representative_.end(), 0);
  previous_twin_.fill(-1);
  for (const Twins::Group& group : twins.groups()) {
    if (group.how != Twins::How::kSorted) continue;
    for (std::size_t i = 0; i < group.threads.size(); ++i) {
      representative_[static_cast<std::size_t>(group.threads[i])] = group.threads.front();
      if (i > 0) previous_twin_[static_cast<std::size_t>(group.threads[i])] = group.threads[i - 1];
    }
    sorted_.push_back(group.threads);
  }
}

void Symmetry::sort_group(const std::vector<int>& group, CollapsedState& tuple, Renaming* renaming) {
  // Insertion sort: after one step at most one element is out of place.
  for (std::size_t i = 1; i < group.size(); ++i) {
    for (std::size_t j = i; j > 0; --j) {
      const auto left = static_cast<std::size_t>(group[j - 1]);
      const auto right = static_cast<std::size_t>(group[j]);
      if (tuple.local[left] <= tuple.local[right]) break;
      std::swap(tuple.local[left], tuple.local[right]);
      if (!renaming) continue;
      for (std::uint8_t& to : *renaming) {
        if (to == left) {
          to = static_cast<std::uint8_t>(right);
        } else if (to == right) {
          to = static_cast<std::uint8_t>(left);
        }
      }
    }
  }
}

void Symmetry::canonical(CollapsedState& tuple, Renaming* renaming) {
  if (!reduces()) {
    if (renaming) *renaming = no_renaming();
    return;
  }
  if (permutations_.size() == 1) {
    if (renaming) *renaming = no_renaming();
    for (const auto& group : sorted_) sort_group(group, tuple, renaming);
    return;
  }
  CollapsedState best;
  Renaming best_renaming{};
  for (std::size_t p = 0; p < permutations_.size(); ++p) {
    CollapsedState candidate = p == 0 ? tuple : permuted(tuple, p);
    Renaming r = permutations_[p];
    for (const auto& group : sorted_) sort_group(group, candidate, &r);
    const auto key = [](const CollapsedState& x) { return std::tie(x.shared, x.local); };
    if (p == 0 || key(candidate) < key(best)) {
      best = candidate;
      best_renaming = r;
    }
  }
  tuple = best;
  if (renaming) *renaming = best_renaming;
}

CollapsedState Symmetry::permuted(const CollapsedState& tuple, std::size_t permutation) {
  const Renaming& r = permutations_[permutation];
  CollapsedState out;
  out.shared = renamed_shared(tuple.shared, permutation);
  for (int t = 0; t < machine_.thread_count(); ++t) {
    const auto i = static_cast<std::size_t>(t);
    out.local[r[i]] = renamed_local(tuple.local[i], permutation);
  }
  return out;
}

Index Symmetry::renamed_shared(Index shared, std::size_t permutation) {
  const auto [it, fresh] = renamed_shared_.try_emplace(std::uint64_t{shared} << 8 | permutation, 0);
  if (!fresh) return it->second;
  const Shared before = components_.shared.get(shared);
  const Shared after = renamed(before, permutations_[permutation], machine_);
  note_renamed(before, after);
  return it->second = components_.shared.intern(after);
}

void Symmetry::note_renamed(const Shared& before, const Shared& after) {
  const auto note = [this](ObjectKind kind, const auto& a, const auto& b) {
    for (std::size_t f = 0; f < a.fields.size(); ++f) {
      if (a.fields[f] != b.fields[f]) renamed_fields_[static_cast<std::size_t>(kind)] |= 1u << f;
    }
  };
  for (std::size_t m = 0; m < before.mms.size(); ++m) note(ObjectKind::kMm, before.mms[m], after.mms[m]);
  for (std::size_t v = 0; v < before.vmas.size(); ++v) note(ObjectKind::kVma, before.vmas[v], after.vmas[v]);
  for (std::size_t w = 0; w < before.globals.size(); ++w) {
    if (before.globals[w] != after.globals[w]) renamed_fields_[static_cast<std::size_t>(ObjectKind::kGlobal)] |= 1u << w;
  }
}

Index Symmetry::renamed_local(Index local, std::size_t permutation) {
  const auto [it, fresh] = renamed_local_.try_emplace(std::uint64_t{local} << 8 | permutation, 0);
  if (!fresh) return it->second;
  return it->second = components_.local.intern(renamed(components_.local.get(local), permutations_[permutation]));
}

}  // namespace vmalab::check
