// SPDX-License-Identifier: GPL-2.0-only
#include "check/twins.h"
#include "machine/state.h"

#include <algorithm>
#include <numeric>

namespace vmalab::check {
namespace {

constexpr std::size_t kMaxPermutations = 24;
constexpr std::size_t kMaxGroups = 32;

std::array<const Operand*, 4> operands(const Instr& instr) { return {&instr.a, &instr.b, &instr.c, &instr.d}; }

/// Saves a search that would have to start over: the steps themselves decide.
bool looks_anonymous(const Program& program) {
  return std::none_of(program.code.begin(), program.code.end(), [](const Instr& instr) {
    const auto all = operands(instr);
    if (std::any_of(all.begin(), all.end(), [](const Operand* o) { return o->kind == Operand::Kind::kSelf; })) return true;
    switch (instr.op) {
      case Op::kSetTaskState:
      case Op::kSchedule:
      case Op::kDownWrite:  // mmap_lock records its writer
      case Op::kDownWriteKillable:
      case Op::kTryDownWrite:
      case Op::kGraceBegin:  // so does RCU who waits
        return true;
      default: return false;
    }
  });
}

/// The code has the address of this thread in it.
bool names_thread(const Program& program, int thread) {
  return std::any_of(program.code.begin(), program.code.end(), [thread](const Instr& instr) {
    const auto all = operands(instr);
    return std::any_of(all.begin(), all.end(), [thread](const Operand* o) {
      return o->kind == Operand::Kind::kConst && address_kind(o->value) == ObjectKind::kTask && address_object(o->value) == thread;
    });
  });
}

void look_at(FieldMask& fields, Word address) {
  const auto kind = static_cast<std::size_t>(address_kind(address));
  if (kind < fields.size()) fields[kind] |= 1u << (address_field(address) & 31);
}

void merge(FieldMask& into, const FieldMask& from) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] |= from[i];
}

FieldMask all_fields() {
  FieldMask all;
  all.fill(~0u);
  return all;
}

FieldMask lock_words() {
  FieldMask locks{};
  look_at(locks, mm_address(0, MmField::kMmapLock));
  return locks;
}

}  // namespace

Renaming no_renaming() {
  Renaming r;
  std::iota(r.begin(), r.end(), std::uint8_t{0});
  return r;
}

/// Registers are followed without regard to the order of instructions, which can only see too much. A word that renaming
/// changes stays different from 0, and equal or unequal to what is no thread; whatever else is done with it is a close look.
Gaze goal_gaze(const Program& goal) {
  Gaze gaze;
  std::array<FieldMask, kMaxRegisters> held{};
  const auto register_of = [](const Operand& o) { return static_cast<std::size_t>(o.value & (kMaxRegisters - 1)); };
  const auto is_register = [](const Operand& o) { return o.kind == Operand::Kind::kRegister; };
  const auto closely = [&](const Operand& o, const FieldMask& counted) {
    if (!is_register(o)) return;
    for (std::size_t i = 0; i < counted.size(); ++i) gaze.fields[i] |= held[register_of(o)][i] & counted[i];
  };
  const auto follow = [&](const Instr& i) {
    FieldMask* result = i.dst != kNoRegister ? &held[i.dst & (kMaxRegisters - 1)] : nullptr;
    switch (i.op) {
      case Op::kLoad:
        if (i.a.kind != Operand::Kind::kConst) gaze.anything = true;
        if (result) look_at(*result, i.a.value + i.a.field);
        break;
      case Op::kRwsemIsLocked:  // free or not
        if (i.a.kind != Operand::Kind::kConst) gaze.anything = true;
        break;
      case Op::kMove:
        if (!is_register(i.a)) break;
        if (i.a.field != 0) closely(i.a, all_fields());
        if (result) merge(*result, held[register_of(i.a)]);
        break;
      case Op::kNot:
      case Op::kBool:
      case Op::kJump:
      case Op::kJumpIf:
      case Op::kJumpIfNot:
      case Op::kEnd: break;  // 0 or not
      case Op::kEq:
      case Op::kNe: {
        // A constant is no thread of a group: those are not named. But the word of an mmap_lock has its own names for threads.
        const Operand& other = is_register(i.a) ? i.b : i.a;
        const bool constant = other.kind == Operand::Kind::kConst;
        if (constant && other.value + other.field == 0) break;
        for (const Operand* o : {&i.a, &i.b}) closely(*o, constant ? lock_words() : all_fields());
        break;
      }
      case Op::kQuery: gaze.anything = gaze.anything || is_register(i.a) || is_register(i.b); break;
      default:
        for (const Operand* o : operands(i)) {
          if (!op_info(i.op).visible) {
            closely(*o, all_fields());
          } else if (is_register(*o)) {
            gaze.anything = true;
          } else if (o->kind == Operand::Kind::kConst) {
            look_at(gaze.fields, o->value + o->field);
          }
        }
        break;
    }
  };
  // Until nothing is added, since a value can come from further down.
  std::array<FieldMask, kMaxRegisters> before;
  do {
    before = held;
    for (const Instr& instr : goal.code) follow(instr);
  } while (before != held);
  return gaze;
}

Twins::Twins(const Machine& machine, bool on, bool signals, const Program* goal) : machine_(machine) {
  permutations_ = {no_renaming()};
  if (!on) return;
  const bool blind = goal == nullptr || !goal_gaze(*goal).anything;
  for (int program = 0; program < static_cast<int>(machine.programs().size()); ++program) {
    std::vector<int> threads;
    int alike = 0;
    for (int t = 0; t < machine.thread_count(); ++t) {
      if (machine.program_index(thread_id(t)) != program) continue;
      ++alike;
      const bool named = std::any_of(machine.programs().begin(), machine.programs().end(), [t](const Program& p) { return names_thread(p, t); });
      if (!named && !(goal != nullptr && names_thread(*goal, t))) threads.push_back(t);
    }
    if (alike < 2) continue;
    if (!blind) {
      if (notes_.empty()) notes_.push_back("identical threads are told apart: the goal looks at a word whose address it computes");
      continue;
    }
    if (threads.size() < 2 || groups_.size() == kMaxGroups) continue;
    // What is known of memory is noted by thread, too.
    const bool sorted = looks_anonymous(machine.programs()[static_cast<std::size_t>(program)]) && !signals && machine.weak() == nullptr;
    groups_.push_back({std::move(threads), sorted ? How::kSorted : How::kPermuted});
  }
  permute();
}

void Twins::begin_at(const State& start) {
  for (Group& group : groups_) {
    const ThreadState& first = start.thread(thread_id(group.threads.front()));
    const bool same = std::all_of(group.threads.begin(), group.threads.end(), [&](int t) {
      const ThreadState& thread = start.thread(thread_id(t));
      return thread.task_state == first.task_state && thread.signal_pending == first.signal_pending;
    });
    if (!same) group.how = How::kPermuted;
  }
  permute();
}

/// All permutations of the permuted groups, as long as there are few.
void Twins::permute() {
  permutations_ = {no_renaming()};
  std::vector<Group> kept;
  for (Group& group : groups_) {
    if (group.how == How::kSorted) {
      kept.push_back(std::move(group));
      continue;
    }
    std::vector<Renaming> grown;
    std::vector<int> order = group.threads;
    do {
      for (const Renaming& base : permutations_) {
        Renaming r = base;
        for (std::size_t i = 0; i < group.threads.size(); ++i) {
          r[static_cast<std::size_t>(group.threads[i])] = static_cast<std::uint8_t>(order[i]);
        }
        grown.push_back(r);
      }
    } while (grown.size() <= kMaxPermutations && std::next_permutation(order.begin(), order.end()));
    if (grown.size() > kMaxPermutations) continue;
    permutations_ = std::move(grown);
    kept.push_back(std::move(group));
  }
  groups_ = std::move(kept);
  // Who is to blame shows best when one group alone changes places.
  std::stable_sort(permutations_.begin(), permutations_.end(),
                   [this](const Renaming& a, const Renaming& b) { return __builtin_popcount(moved_by(a)) < __builtin_popcount(moved_by(b)); });
}

const Twins::Group* Twins::sorted_group(int t) const {
  for (const Group& group : groups_) {
    if (group.how == How::kSorted && std::find(group.threads.begin(), group.threads.end(), t) != group.threads.end()) return &group;
  }
  return nullptr;
}

std::uint32_t Twins::moved_by(const Renaming& renaming) const {
  std::uint32_t bits = 0;
  for (const Group& group : groups_) {
    for (const int t : group.threads) {
      if (renaming[static_cast<std::size_t>(t)] != t) bits |= bit_of(group);
    }
  }
  return bits;
}

void Twins::distrust(std::uint32_t groups, ThreadId t, Pc pc) {
  const Blame blame{machine_.program_index(t), pc, groups};
  const std::lock_guard lock(mutex_);
  if (!blame_ || blame < *blame_) blame_ = blame;
}

void Twins::distrust_for_goal() {
  const std::lock_guard lock(mutex_);
  goal_blamed_ = true;
}

bool Twins::is_broken() const {
  const std::lock_guard lock(mutex_);
  return blame_ || goal_blamed_;
}

void Twins::forget_distrust() {
  const std::lock_guard lock(mutex_);
  blame_.reset();
  goal_blamed_ = false;
}

std::string Twins::names(const Group& group) const {
  std::string text;
  for (const int t : group.threads) {
    text += (text.empty() ? "" : t == group.threads.back() ? " and " : ", ") + machine_.scenario().threads[static_cast<std::size_t>(t)].name;
  }
  return text;
}

bool Twins::take_broken() {
  if (!is_broken()) return false;
  std::vector<Group> kept;
  for (const Group& group : groups_) {
    if (goal_blamed_) {
      notes_.push_back(names(group) + " run the same code and are told apart: the goal looks at a word that names a thread");
    } else if ((blame_->groups & bit_of(group)) == 0) {
      kept.push_back(group);
    } else if (group.how == How::kSorted) {
      kept.push_back({group.threads, How::kPermuted});
    } else {
      const Program& program = machine_.programs()[static_cast<std::size_t>(blame_->program)];
      const Instr& instr = program.code[blame_->pc];
      std::string place = program.frames[instr.frame].function + "()";
      const std::vector<SourceFile>& files = machine_.code().files();
      if (instr.pos.line != 0 && instr.pos.file < files.size()) {
        const std::string& path = files[instr.pos.file].path;
        place += ", " + path.substr(path.rfind('/') + 1) + ":" + std::to_string(instr.pos.line);
      }
      notes_.push_back(names(group) + " run the same code and are told apart: what it does after " + place + " depends on which thread runs it");
    }
  }
  groups_ = std::move(kept);
  permute();
  forget_distrust();
  return true;
}

}  // namespace vmalab::check
