// SPDX-License-Identifier: GPL-2.0-only
#include "check/symmetry.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace vmalab::check {
namespace {

constexpr std::size_t kMaxPermutations = 24;

bool mentions_self(const Instr& instr) {
  for (const Operand* o : {&instr.a, &instr.b, &instr.c, &instr.d}) {
    if (o->kind == Operand::Kind::kSelf) return true;
  }
  switch (instr.op) {
    case Op::kSetTaskState:
    case Op::kSchedule:
    case Op::kDownWrite:  // mmap_lock records its writer
    case Op::kDownWriteKillable:
    case Op::kTryDownWrite:
      return true;
    default:
      return false;
  }
}

/// Nothing about a thread that runs this can end up in a task pointer, a task state or a pending signal.
bool is_anonymous(const Program& program) {
  return std::none_of(program.code.begin(), program.code.end(), mentions_self);
}

/// The code has the address of this thread in it.
bool names_thread(const Program& program, int thread) {
  return std::any_of(program.code.begin(), program.code.end(), [thread](const Instr& instr) {
    for (const Operand* o : {&instr.a, &instr.b, &instr.c, &instr.d}) {
      if (o->kind == Operand::Kind::kConst && address_kind(o->value) == ObjectKind::kTask && address_object(o->value) == thread) return true;
    }
    return false;
  });
}

Word renamed_word(Word value, const Renaming& renaming) {
  if (address_kind(value) != ObjectKind::kTask || address_object(value) >= kMaxThreads) return value;
  return task_address(renaming[static_cast<std::size_t>(address_object(value))]) + static_cast<Word>(address_field(value));
}

Renaming identity() {
  Renaming r;
  std::iota(r.begin(), r.end(), std::uint8_t{0});
  return r;
}

}  // namespace

bool is_deaf(const Program& program) {
  return std::none_of(program.code.begin(), program.code.end(), [](const Instr& i) {
    switch (i.op) {
      case Op::kSignalPending:
      case Op::kDownReadKillable:
      case Op::kDownWriteKillable:
      case Op::kSchedule:
      case Op::kSetTaskState:
        return true;
      default:
        return false;
    }
  });
}

bool watches_signals(const Program& program) {
  return std::any_of(program.code.begin(), program.code.end(), [](const Instr& i) {
    return i.op == Op::kSignalPending && i.a.kind != Operand::Kind::kSelf;
  });
}

Symmetry::Symmetry(const Machine& machine, Components& components, bool on, bool signals)
    : machine_(machine), components_(components), permutations_{identity()} {
  std::iota(representative_.begin(), representative_.end(), 0);
  previous_twin_.fill(-1);
  if (!on) return;
  const int threads = machine.thread_count();
  for (int program = 0; program < static_cast<int>(machine.programs().size()); ++program) {
    std::vector<int> group;
    for (int t = 0; t < threads; ++t) {
      const bool named = std::any_of(machine.programs().begin(), machine.programs().end(),
                                     [t](const Program& p) { return names_thread(p, t); });
      if (!named && machine.program_index(ThreadId{static_cast<std::uint8_t>(t)}) == program) group.push_back(t);
    }
    if (group.size() < 2) continue;
    if (is_anonymous(machine.programs()[static_cast<std::size_t>(program)]) && !signals) {
      for (std::size_t i = 0; i < group.size(); ++i) {
        representative_[static_cast<std::size_t>(group[i])] = group.front();
        if (i > 0) previous_twin_[static_cast<std::size_t>(group[i])] = group[i - 1];
      }
      sorted_.push_back(group);
      continue;
    }
    std::vector<Renaming> grown;
    std::vector<int> order = group;
    do {
      for (const Renaming& base : permutations_) {
        Renaming r = base;
        for (std::size_t i = 0; i < group.size(); ++i) {
          r[static_cast<std::size_t>(group[i])] = static_cast<std::uint8_t>(order[i]);
        }
        grown.push_back(r);
      }
    } while (grown.size() <= kMaxPermutations && std::next_permutation(order.begin(), order.end()));
    if (grown.size() <= kMaxPermutations) permutations_ = std::move(grown);
  }
}

void Symmetry::sort_group(const std::vector<int>& group, Tuple& tuple, Renaming* renaming) {
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

void Symmetry::canonical(Tuple& tuple, Renaming* renaming) {
  if (!reduces()) {
    if (renaming) *renaming = identity();
    return;
  }
  if (permutations_.size() == 1) {
    if (renaming) *renaming = identity();
    for (const auto& group : sorted_) sort_group(group, tuple, renaming);
    return;
  }
  Tuple best;
  Renaming best_renaming{};
  for (std::size_t p = 0; p < permutations_.size(); ++p) {
    Tuple candidate = p == 0 ? tuple : permuted(tuple, p);
    Renaming r = permutations_[p];
    for (const auto& group : sorted_) sort_group(group, candidate, &r);
    const auto key = [](const Tuple& x) { return std::tie(x.shared, x.local); };
    if (p == 0 || key(candidate) < key(best)) {
      best = candidate;
      best_renaming = r;
    }
  }
  tuple = best;
  if (renaming) *renaming = best_renaming;
}

Tuple Symmetry::permuted(const Tuple& tuple, std::size_t permutation) {
  const Renaming& r = permutations_[permutation];
  Tuple out;
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
  const Renaming& r = permutations_[permutation];
  const Shared before = components_.shared.get(shared);
  Shared after = before;
  for (MmState& mm : after.mms) {
    mm[MmField::kVmaWriterWait] = renamed_word(mm[MmField::kVmaWriterWait], r);
    if (mm.write_locked()) {
      Word& lock = mm[MmField::kMmapLock];
      lock = MmState::kWriterBit | r[lock & ~MmState::kWriterBit];
    }
  }
  after.signals_pending = 0;
  for (int t = 0; t < machine_.thread_count(); ++t) {
    const auto i = static_cast<std::size_t>(t);
    after.task_states[r[i]] = before.task_states[i];
    if (before.signals_pending >> t & 1u) after.signals_pending = static_cast<std::uint16_t>(after.signals_pending | 1u << r[i]);
  }
  return it->second = components_.shared.intern(after);
}

Index Symmetry::renamed_local(Index local, std::size_t permutation) {
  const auto [it, fresh] = renamed_local_.try_emplace(std::uint64_t{local} << 8 | permutation, 0);
  if (!fresh) return it->second;
  Local after = components_.local.get(local);
  for (Word& value : after.registers) value = renamed_word(value, permutations_[permutation]);
  return it->second = components_.local.intern(after);
}

}  // namespace vmalab::check
