// SPDX-License-Identifier: GPL-2.0-only
#include "machine/locations.h"

#include <algorithm>
#include <cassert>

#include "machine/holds.h"
#include "machine/machine.h"
#include "machine/postponed.h"

namespace vmalab {
namespace {

using weak::kNoLocation;
using weak::LocationSet;
using weak::Needs;

/// Bit f: field f.
using Fields = std::uint32_t;
constexpr Fields kAllFields = 0xffff;

/// The operand that an access of one word has its address in; null: it accesses none by an address of its own.
const Operand* address_of(const Instr& i) {
  switch (i.op) {
    case Op::kLoad:
    case Op::kStore:
    case Op::kRefSet:
    case Op::kRefIncLimited:
    case Op::kAtomic:
    case Op::kSeqBegin:
    case Op::kSeqEnd:
    case Op::kLock:
    case Op::kTryLock:
    case Op::kUnlock:
    case Op::kCallRcu:
    case Op::kRcuTake:
    case Op::kTreeLoad:
    case Op::kTreeFind:
    case Op::kTreeStore:
    case Op::kTreeErase: return &i.a;
    case Op::kRefAddNotZero:
    case Op::kRefSubAndTest:
    case Op::kRefAdd: return &i.b;
    default: return (i.op >= Op::kDownWrite && i.op <= Op::kRwsemAssertAny) ? &i.a : nullptr;
  }
}

bool holds_address_only(const Instr& i, const Operand& o) {
  if (address_of(i) == &o) return true;
  switch (i.op) {  // what looks at the thread alone, or at an object
    case Op::kLockdepAcquire:
    case Op::kLockdepRelease:
    case Op::kLockdepIsHeld:
    case Op::kRwsemAssertHeld:
    case Op::kLockReturn: return true;
    default: return false;
  }
}

}  // namespace

bool is_protected(Word address) {
  return std::any_of(kProtectedFields.begin(), kProtectedFields.end(), [address](VmaField field) { return is_word_of_vma(address, field); });
}

class Locations::Builder {
 public:
  Builder(const Threads& threads, const Limits& limits) : threads_(threads), limits_(limits) {}

  Result<Locations> build() {
    for (auto& kind : out_.of_) {
      for (auto& object : kind) object.fill(kNoLocation);
    }
    out_.slab_.fill(kNoLocation);
    out_.changed_.fill(kNoLocation);
    for (auto& of_vma : out_.used_) of_vma.fill(kNoLocation);
    escapes_ = std::any_of(threads_.programs.begin(), threads_.programs.end(), [](const Program* p) { return lets_fields_escape(*p); });
    add_words();
    add_events();
    if (out_.addresses_.size() > weak::kMaxLocations) {
      return fail("cannot be judged under this ordering: its threads write to " + std::to_string(out_.addresses_.size()) + " places, and at most " +
                  std::to_string(weak::kMaxLocations) + " can be followed; fewer threads or VMAs need fewer");
    }
    for (std::size_t t = 0; t < threads_.programs.size(); ++t) find_needs(t);
    for (const Program* program : threads_.programs) {
      std::vector<bool>& can = out_.postponable_.emplace_back(program->code.size());
      for (std::size_t pc = 0; pc < program->code.size(); ++pc) can[pc] = vmalab::may_be_postponed(*program, static_cast<Pc>(pc));
    }
    return std::move(out_);
  }

 private:
  static bool lets_fields_escape(const Program& program) {
    const auto escapes = [](const Instr& i, const Operand& o) {
      if (holds_address_only(i, o)) return false;
      if (o.kind == Operand::Kind::kRegister || o.kind == Operand::Kind::kSelf) return o.field != 0;
      return o.kind == Operand::Kind::kConst && address_kind(o.value + o.field) != ObjectKind::kNone && address_field(o.value + o.field) != 0;
    };
    return std::any_of(program.code.begin(), program.code.end(),
                       [&](const Instr& i) { return escapes(i, i.a) || escapes(i, i.b) || escapes(i, i.c) || escapes(i, i.d); });
  }

  /// Words that an address operand may name: calls each(kind, object or -1 for all, fields).
  template <typename Each>
  void each_word(const Instr& i, std::size_t thread, Each&& each) const {
    switch (i.op) {
      case Op::kSetTaskState:
      case Op::kSchedule: return each(ObjectKind::kTask, static_cast<int>(thread), Fields{1});
      case Op::kWakeUpProcess: return each(ObjectKind::kTask, -1, Fields{1});
      case Op::kMmGrab:
      case Op::kMmDrop: return each(ObjectKind::kMm, -1, Fields{1} << static_cast<unsigned>(MmField::kMmCount));
      default: break;
    }
    const Operand* const o = address_of(i);
    if (o == nullptr) return;
    if (o->kind == Operand::Kind::kConst) {
      const Word address = o->value + o->field;
      if (address_kind(address) != ObjectKind::kNone) each(address_kind(address), address_object(address), Fields{1} << address_field(address));
      return;
    }
    if (o->kind == Operand::Kind::kSelf) return each(ObjectKind::kTask, static_cast<int>(thread), Fields{1});
    const Fields fields = escapes_ ? kAllFields : Fields{1} << o->field;
    const bool counts = i.op == Op::kRefSet || (i.op >= Op::kRefIncLimited && i.op <= Op::kRefAdd);
    const bool own_lock = i.op == Op::kLock || i.op == Op::kTryLock || i.op == Op::kUnlock;
    const auto extra_of_mm = fields & ~((Fields{1} << static_cast<unsigned>(MmField::kExtra)) - 1);
    const auto extra_of_vma = fields & ~((Fields{1} << static_cast<unsigned>(VmaField::kExtra)) - 1);
    each(ObjectKind::kGlobal, -1, fields);
    if (own_lock || counts) {  // the mm has no count that a refcount_t call is for, and the model no spinlock
      each(ObjectKind::kMm, -1, extra_of_mm);
      each(ObjectKind::kVma, -1, counts ? fields : extra_of_vma);
      return;
    }
    each(ObjectKind::kMm, -1, fields);
    if (is_rwsem_op(i.op) || i.op == Op::kSeqBegin || i.op == Op::kSeqEnd) return each(ObjectKind::kVma, -1, extra_of_vma);
    each(ObjectKind::kVma, -1, fields);
    each(ObjectKind::kTask, -1, fields & 1);
  }

  std::size_t objects(ObjectKind kind) const {
    switch (kind) {
      case ObjectKind::kMm: return static_cast<std::size_t>(limits_.mms);
      case ObjectKind::kVma: return static_cast<std::size_t>(limits_.vmas);
      case ObjectKind::kTask: return threads_.programs.size();
      case ObjectKind::kGlobal: return 1;
      case ObjectKind::kNone: break;
    }
    return 0;
  }

  void add_words() {
    std::array<std::array<Fields, kMaxThreads>, kKinds> written{};
    for (std::size_t t = 0; t < threads_.programs.size(); ++t) {
      for (const Instr& i : threads_.programs[t]->code) {
        if (!op_info(i.op).writes) continue;
        each_word(i, t, [&](ObjectKind kind, int object, Fields fields) {
          for (std::size_t o = 0; o < objects(kind); ++o) {
            if (object < 0 || static_cast<std::size_t>(object) == o) written[static_cast<std::size_t>(kind)][o] |= fields;
          }
        });
      }
    }
    for (const auto& [kind, count] : {std::pair{ObjectKind::kMm, static_cast<int>(MmField::kCount)},
                                      {ObjectKind::kVma, static_cast<int>(VmaField::kCount)},
                                      {ObjectKind::kTask, static_cast<int>(TaskField::kCount)},
                                      {ObjectKind::kGlobal, kMaxGlobals}}) {
      for (std::size_t o = 0; o < objects(kind); ++o) {
        for (int f = 0; f < count; ++f) {
          if ((written[static_cast<std::size_t>(kind)][o] >> f & 1) == 0) continue;
          out_.of_[static_cast<std::size_t>(kind)][o][static_cast<std::size_t>(f)] = out_.add(make_address(kind, static_cast<int>(o), f));
        }
      }
    }
  }

  static bool uses(const Instr& i) {
    return i.op == Op::kUseVma || (i.op == Op::kLoad && i.order == Order::kPlain && i.a.kind != Operand::Kind::kConst);
  }
  static bool changes(const Instr& i) {
    return i.op == Op::kChangeVma || (i.op == Op::kStore && i.order == Order::kPlain && i.a.kind != Operand::Kind::kConst);
  }
  bool may_be_protected(const Instr& i) const {
    if (i.op == Op::kUseVma || i.op == Op::kChangeVma) return true;
    return escapes_ ||
           std::any_of(kProtectedFields.begin(), kProtectedFields.end(), [&](VmaField f) { return i.a.field == static_cast<unsigned>(f); });
  }
  bool any(std::size_t t, bool (*is)(const Instr&)) const {
    const auto& code = threads_.programs[t]->code;
    return std::any_of(code.begin(), code.end(), [&](const Instr& i) { return is(i) && may_be_protected(i); });
  }

  void add_events() {
    const auto has = [&](Op op) {
      return std::any_of(threads_.programs.begin(), threads_.programs.end(),
                         [op](const Program* p) { return std::any_of(p->code.begin(), p->code.end(), [op](const Instr& i) { return i.op == op; }); });
    };
    std::size_t users = 0, changers = 0;
    for (std::size_t t = 0; t < threads_.programs.size(); ++t) {
      users += any(t, uses);
      changers += any(t, changes);
    }
    for (std::size_t v = 0; v < static_cast<std::size_t>(limits_.vmas); ++v) {
      if (has(Op::kSlabFree)) out_.slab_[v] = out_.add(0);
      if (changers == 0) continue;  // nothing can race
      if (users != 0 || changers > 1) out_.changed_[v] = out_.add(0);
      for (std::size_t t = 0; t < threads_.programs.size(); ++t) {
        if (any(t, uses) && (changers > 1 || !any(t, changes))) out_.used_[v][t] = out_.add(0);
      }
    }
  }

  LocationSet locations_of(const Instr& i, std::size_t t) const {
    LocationSet set = 0;
    const auto add = [&set](weak::Location l) {
      if (l != kNoLocation) set |= weak::bit_of(l);
    };
    each_word(i, t, [&](ObjectKind kind, int object, Fields fields) {
      for (std::size_t o = 0; o < objects(kind); ++o) {
        if (object >= 0 && static_cast<std::size_t>(object) != o) continue;
        for (std::size_t f = 0; f < kFields; ++f) {
          if ((fields >> f & 1) != 0) add(out_.of_[static_cast<std::size_t>(kind)][o][f]);
        }
      }
    });
    const bool used = uses(i) && may_be_protected(i), changed = changes(i) && may_be_protected(i);
    for (std::size_t v = 0; v < static_cast<std::size_t>(limits_.vmas); ++v) {
      if (i.op == Op::kSlabAlloc || i.op == Op::kSlabFree) add(out_.slab_[v]);
      if (used || changed) add(out_.changed_[v]);
      if (changed) std::for_each(out_.used_[v].begin(), out_.used_[v].end(), add);
    }
    return set;
  }

  Needs needs_of(const Instr& i, std::size_t t) const {
    Needs needs;
    needs.accesses = locations_of(i, t);
    needs.stores = op_info(i.op).writes;
    switch (i.order) {
      case Order::kFull: needs.full = needs.passes_on = true; break;
      case Order::kRelease: needs.passes_on = true; break;
      default: break;
    }
    switch (i.op) {
      case Op::kFence:
        if (i.order == Order::kAcquire) needs.read_fence = true;
        if (i.order == Order::kRelease) needs.write_fence = true, needs.passes_on = false;
        break;
      case Op::kSeqBegin:
      case Op::kSeqEnd: needs.write_fence = true; break;
      case Op::kRcuLock:
      case Op::kRcuUnlock: needs.enters = needs.passes_on = limits_.grace_periods; break;
      case Op::kGraceWait: needs.waits = true; break;
      case Op::kRcuTake: needs.waits = true; break;
      case Op::kLock:
      case Op::kTryLock: needs.locks = i.imm == 0; break;
      case Op::kUnlock:
      case Op::kTreeStore:
      case Op::kTreeErase:
      case Op::kSlabFree: needs.passes_on = true; break;
      default: break;
    }
    return needs;
  }

  /// Backwards over the program until nothing is added.
  void find_needs(std::size_t t) {
    const std::vector<Instr>& code = threads_.programs[t]->code;
    std::vector<Needs> at(code.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t pc = code.size(); pc-- > 0;) {
        Needs needs = needs_of(code[pc], t);
        const Op op = code[pc].op;
        if (op != Op::kEnd && op != Op::kJump && pc + 1 < code.size()) needs |= at[pc + 1];
        if (op == Op::kJump || op == Op::kJumpIf || op == Op::kJumpIfNot) needs |= at[code[pc].target];
        if (needs == at[pc]) continue;
        at[pc] = needs;
        changed = true;
      }
    }
    std::vector<std::uint16_t>& numbers = out_.needs_at_.emplace_back();
    for (const Needs& needs : at) {
      const auto known = std::find(out_.needs_.begin(), out_.needs_.end(), needs);
      numbers.push_back(static_cast<std::uint16_t>(known - out_.needs_.begin()));
      if (known == out_.needs_.end()) out_.needs_.push_back(needs);
    }
  }

  const Threads& threads_;
  const Limits& limits_;
  bool escapes_ = false;
  Locations out_;
};

Result<Locations> Locations::find(const Threads& threads, const Limits& limits) { return Builder(threads, limits).build(); }

weak::Location Locations::add(Word address) {
  addresses_.push_back(address);
  return static_cast<weak::Location>(addresses_.size() - 1);
}

weak::Renaming Locations::renaming(std::span<const std::uint8_t> threads) const {
  weak::Renaming out;
  out.threads.assign(threads.begin(), threads.end());
  for (std::size_t l = 0; l < addresses_.size(); ++l) out.locations.push_back(static_cast<weak::Location>(l));
  const auto moves = [&out](weak::Location from, weak::Location to) {
    if (from != kNoLocation && to != kNoLocation) out.locations[from] = to;
  };
  const auto task = static_cast<std::size_t>(ObjectKind::kTask);
  for (std::size_t t = 0; t < threads.size(); ++t) {
    for (std::size_t f = 0; f < kFields; ++f) moves(of_[task][t][f], of_[task][threads[t]][f]);
    for (const auto& of_vma : used_) moves(of_vma[t], of_vma[threads[t]]);
  }
  for (const Needs& needs : needs_) {
    Needs there = needs;
    there.accesses = 0;
    for (std::size_t l = 0; l < addresses_.size(); ++l) {
      if ((needs.accesses >> l & 1) != 0) there.accesses |= weak::bit_of(out.locations[l]);
    }
    const auto known = std::find(needs_.begin(), needs_.end(), there);
    out.needs.push_back(
        static_cast<std::uint16_t>((known == needs_.end() ? std::find(needs_.begin(), needs_.end(), needs) : known) - needs_.begin()));
  }
  return out;
}

weak::Location Locations::of(Word address) const {
  const auto kind = static_cast<std::size_t>(address_kind(address));
  if (kind == 0) return kNoLocation;
  return of_[kind][static_cast<std::size_t>(address_object(address))][static_cast<std::size_t>(address_field(address))];
}

}  // namespace vmalab
