// SPDX-License-Identifier: GPL-2.0-only
#include "view/memory_view.h"

#include <algorithm>
#include <cstring>

#include "base/words.h"
#include "machine/holds.h"

namespace vmalab {
namespace {

using Kind = MemoryArrow::Kind;
using Look = MemoryArrow::Look;
using Life = MemoryVma::Life;

std::string times(int count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

/// What a thread can reach without looking anything up again: its registers and the constants that its variables have.
struct Pointers {
  std::array<bool, kMaxVmas> vmas{};
  std::array<bool, kMaxMms> mms{};      ///< of which it was not told at the start
  std::array<bool, kMaxMms> own_mms{};  ///< its function was called with them
  std::array<std::vector<std::string>, kMaxVmas> vma_names;
  std::array<std::vector<std::string>, kMaxMms> mm_names;
};

class Maker {
 public:
  Maker(const Machine& machine, const State& state, const State* before, const StepInfo* last, const MemoryHistory& history, int depth)
      : machine_(machine), state_(state), before_(before), last_(last), history_(history), depth_(depth) {}

  MemoryView make() {
    // A signal touches nothing.
    if (last_ != nullptr && last_->action.kind == Action::Kind::kSignal) last_ = nullptr;
    for (int m = 0; m < machine_.limits().mms; ++m) view_.mms.push_back(mm(mm_id(m)));
    for (int v = 0; v < machine_.limits().vmas; ++v) view_.vmas.push_back(vma(vma_id(v)));
    for (int t = 0; t < machine_.thread_count(); ++t) view_.threads.push_back(thread(thread_id(t)));
    for (const MemoryMm& mm : view_.mms) tree_arrows(mm);
    owner_arrows();
    for (const MemoryMm& mm : view_.mms) waiter_arrow(mm);
    thread_arrows();
    touch_arrow();
    return std::move(view_);
  }

 private:
  const std::string& name(ThreadId t) const { return machine_.scenario().threads[t.value].name; }
  std::string name(VmaId v) const { return address_text(machine_, vma_address(v.value)); }
  std::string name(MmId m) const { return address_text(machine_, mm_address(m.value)); }
  std::string names(const std::vector<ThreadId>& threads) const {
    return words::list(threads, [this](ThreadId t) { return name(t); });
  }
  bool is_known(VmaId v) const { return v.value < machine_.limits().vmas; }
  bool is_known(MmId m) const { return m.value < machine_.limits().mms; }

  Touch touch(ObjectKind kind, int object) const {
    if (last_ == nullptr || address_kind(last_->address) != kind || address_object(last_->address) != object) return Touch::kNone;
    if (last_->violations != 0) return Touch::kViolation;
    if (last_->op == Op::kSlabAlloc) return Touch::kNone;
    const bool freed = kind == ObjectKind::kMm ? !before_->mm(mm_id(object)).alive() : before_->vma(vma_id(object)).allocated == 0;
    return freed ? Touch::kFreed : Touch::kNone;
  }

  static std::optional<VmaId> at_page(const MmState& mm, int page) {
    const Word number = mm[MmField::kMmMt] >> (4 * page) & 0xf;
    if (number == 0 || number > kMaxVmas) return std::nullopt;
    return vma_id(static_cast<int>(number) - 1);
  }

  MemoryMm mm(MmId id) const {
    const MmState& mm = state_.mm(id);
    MemoryMm out;
    out.id = id;
    out.name = name(id);
    out.alive = mm.alive();
    for (int t = 0; t < machine_.thread_count(); ++t) {
      const ThreadState& thread = state_.thread(thread_id(t));
      if ((thread.mmap_write >> id.value & 1) != 0) out.writers.push_back(thread_id(t));
      if ((thread.mmap_read >> id.value & 1) != 0) out.readers.push_back(thread_id(t));
    }
    for (int page = 0; page < kMaxPages; ++page) {
      const auto p = static_cast<std::size_t>(page);
      out.pages[p] = at_page(mm, page);
      out.page_changed[p] = before_ != nullptr && at_page(before_->mm(id), page) != out.pages[p];
    }
    const Word task = mm[MmField::kVmaWriterWait];
    if (address_kind(task) == ObjectKind::kTask && address_object(task) < machine_.thread_count()) out.waiter = thread_id(address_object(task));
    out.lock_seq = word_text(machine_, mm_address(id.value, MmField::kMmLockSeq), mm[MmField::kMmLockSeq]);
    out.count = mm[MmField::kMmCount];
    out.users = mm[MmField::kMmUsers];
    out.changed = before_ != nullptr && before_->mm(id).fields != mm.fields;
    out.touch = touch(ObjectKind::kMm, id.value);
    out.tree_text = "The address tree of " + out.name +
                    ", page by page: " + word_text(machine_, mm_address(id.value, MmField::kMmMt), mm[MmField::kMmMt]) + ".";
    out.lock_text = "mmap_lock of " + out.name + ": " + word_text(machine_, mm_address(id.value, MmField::kMmapLock), mm[MmField::kMmapLock]) + ".";
    out.waiter_text = out.waiter
                          ? out.name + "->vma_writer_wait is " + name(*out.waiter) + ": whoever drops the last reference in its way is to wake it."
                          : out.name + "->vma_writer_wait is empty: nobody waits for readers of a VMA of " + out.name + ".";
    out.text = out.alive ? out.name + ": mm_count " + std::to_string(out.count) + " keeps its memory; mm_users " + std::to_string(out.users) +
                               ", mm_lock_seq " + out.lock_seq + "."
                         : out.name + " is freed: its mm_count has come to 0. Touching it is a use after free.";
    return out;
  }

  /// A VMA that is free stands in the slab, and so does one that nobody has made the VMA of an mm yet.
  std::optional<MmId> owner(const State& state, VmaId id, int depth) const {
    const VmaState& vma = state.vma(id);
    const Word mm = vma[VmaField::kMm];
    if (vma.allocated == 0 || address_kind(mm) != ObjectKind::kMm || !is_known(mm_id(address_object(mm)))) return std::nullopt;
    if (!history_.owner_is_set(id, depth)) return std::nullopt;
    return mm_id(address_object(mm));
  }

  MemoryVma vma(VmaId id) const {
    const VmaState& vma = state_.vma(id);
    MemoryVma out;
    out.generation = history_.generation(id, depth_);
    out.vma = vma_view(machine_, state_, before_, id, out.generation);
    const bool was_used = out.generation > 0 || machine_.initial().vma(id).allocated != 0;
    out.life = vma.allocated != 0 ? (vma.attach_reference != 0 ? Life::kAttached : Life::kDetached) : was_used ? Life::kFreed : Life::kSpare;
    out.owner = owner(state_, id, depth_);
    out.owner_before = before_ != nullptr ? owner(*before_, id, depth_ - 1) : out.owner;
    out.moved = out.owner != out.owner_before;
    out.changed = before_ != nullptr && std::memcmp(&before_->vma(id), &vma, sizeof vma) != 0;
    out.touch = touch(ObjectKind::kVma, id.value);
    out.bounds = hex_text(vma[VmaField::kStart]) + " - " + hex_text(vma[VmaField::kEnd]);
    const std::string handed_out = out.generation == 0 ? "" : " The slab has handed this object out " + times(out.generation) + " in this run.";
    const std::string of = out.owner ? " VMA of " + name(*out.owner) + " at " + out.bounds : std::string(" object of the slab, of no mm yet");
    switch (out.life) {
      case Life::kSpare: out.text = out.vma.name + " is free in the slab and was not used in this run."; break;
      case Life::kFreed:
        out.text = out.vma.name + (machine_.limits().type_stable ? " is freed. Its memory stays a VMA, and the slab may hand it out again."
                                                                 : " is freed, and nothing keeps its memory.");
        break;
      case Life::kDetached: out.text = out.vma.name + ", a detached" + of + ": " + out.vma.exact + "."; break;
      case Life::kAttached: out.text = out.vma.name + ", an attached" + of + ": " + out.vma.exact + "."; break;
    }
    out.text += handed_out;
    return out;
  }

  MemoryThread thread(ThreadId id) const {
    const ThreadState& thread = state_.thread(id);
    MemoryThread out;
    out.id = id;
    out.name = name(id);
    out.done = machine_.done(state_, id);
    out.asleep = !out.done && !machine_.can_step(state_, id);
    out.rcu = thread.rcu_depth > 0;
    out.moved = last_ != nullptr && last_->action.thread == id;
    out.text = out.name + ": " + activity_text(machine_, state_, id) + (out.rcu ? ". Inside an RCU read section." : ".");
    return out;
  }

  void tree_arrows(const MemoryMm& mm) {
    for (int v = 0; v < machine_.limits().vmas; ++v) {
      const auto points_at = [&](const MmState& of) {
        for (int page = 0; page < kMaxPages; ++page) {
          if (at_page(of, page) == vma_id(v)) return page;
        }
        return -1;
      };
      const int page = points_at(state_.mm(mm.id));
      if (page < 0) continue;
      MemoryArrow arrow{Kind::kTree};
      arrow.mm = mm.id;
      arrow.vma = vma_id(v);
      const MemoryVma& to = view_.vmas[static_cast<std::size_t>(v)];
      arrow.look = state_.vma(vma_id(v)).allocated == 0 ? Look::kFreed : Look::kSound;
      arrow.changed = before_ != nullptr && points_at(before_->mm(mm.id)) < 0;
      arrow.text = "The tree of " + mm.name + " has " + to.vma.name + " at " + hex_text(static_cast<Word>(page) << kPageShift);
      arrow.text += arrow.look == Look::kFreed ? ", and it is freed." : to.owner == mm.id ? "." : ", and it is no VMA of " + mm.name + ".";
      view_.arrows.push_back(std::move(arrow));
    }
  }

  void owner_arrows() {
    for (const MemoryVma& vma : view_.vmas) {
      if (!vma.owner) continue;
      MemoryArrow arrow{Kind::kOwner};
      arrow.vma = vma.vma.id;
      arrow.mm = vma.owner;
      arrow.look = state_.mm(*vma.owner).alive() ? Look::kSound : Look::kFreed;
      arrow.changed = vma.moved;
      arrow.text = vma.vma.name + "->vm_mm is " + name(*vma.owner) + (arrow.look == Look::kFreed ? ", which is freed." : ".");
      view_.arrows.push_back(std::move(arrow));
    }
  }

  void waiter_arrow(const MemoryMm& mm) {
    if (!mm.waiter) return;
    MemoryArrow arrow{Kind::kWaiter};
    arrow.mm = mm.id;
    arrow.threads = {*mm.waiter};
    arrow.look = mm.alive ? Look::kSound : Look::kFreed;
    const Word slot = state_.mm(mm.id)[MmField::kVmaWriterWait];
    arrow.changed = before_ != nullptr && before_->mm(mm.id)[MmField::kVmaWriterWait] != slot;
    arrow.text = mm.waiter_text;
    view_.arrows.push_back(std::move(arrow));
  }

  Pointers pointers(const State& state, ThreadId t) const {
    Pointers found;
    if (machine_.done(state, t)) return found;
    const Program& program = machine_.program(t);
    const ThreadState& thread = state.thread(t);
    std::array<bool, kMaxMms> loaded{};
    for (const Word word : thread.registers) {
      if (names_vma(word)) found.vmas[static_cast<std::size_t>(address_object(word))] = true;
      if (address_kind(word) == ObjectKind::kMm) loaded[static_cast<std::size_t>(address_object(word))] = true;
    }
    std::array<bool, kMaxMms> constant{};
    const std::vector<std::uint16_t> stack = program.stack_at(thread.pc);
    for (const Variable& variable : program.variables) {
      for (const Variable::Place& place : variable.places) {
        const bool is_constant = place.where.kind == Operand::Kind::kConst;
        if (is_constant && address_kind(place.where.value) == ObjectKind::kMm) {
          found.own_mms[static_cast<std::size_t>(address_object(place.where.value))] = true;
        }
        if (thread.pc < place.first || thread.pc >= place.last || std::find(stack.begin(), stack.end(), variable.frame) == stack.end()) continue;
        const Word value = machine_.operand(state, t, place.where);
        const auto object = static_cast<std::size_t>(address_object(value));
        const auto add = [&variable](std::vector<std::string>& names) {
          if (std::find(names.begin(), names.end(), variable.name) == names.end()) names.push_back(variable.name);
        };
        if (names_vma(value)) {
          found.vmas[object] = true;
          add(found.vma_names[object]);
        } else if (address_kind(value) == ObjectKind::kMm) {
          constant[object] = true;
          add(found.mm_names[object]);
        }
      }
    }
    for (std::size_t m = 0; m < kMaxMms; ++m) {
      const bool alive = state.mms[m].alive();
      found.mms[m] = alive ? loaded[m] && !found.own_mms[m] : loaded[m] || constant[m];
    }
    return found;
  }

  Look look(const State& state, ThreadId t, VmaId v, int depth) const {
    const ThreadState& thread = state.thread(t);
    if (history_.generation(v, depth) > history_.found_generation(t, v, depth)) return Look::kRecycled;
    if (state.vma(v).allocated == 0) return Look::kFreed;
    if (is_stale(thread, vma_address(v.value))) return Look::kStale;
    if (is_loose(thread, vma_address(v.value)) && thread.holds[v.value].references == 0) return Look::kLoose;
    return Look::kSound;
  }

  /// One arrow for all threads whose pointers to an object look alike, so that many threads are no hairball.
  MemoryArrow& bundle(Kind kind, Look look, std::optional<MmId> mm, std::optional<VmaId> vma, int generation) {
    for (MemoryArrow& arrow : view_.arrows) {
      if (arrow.kind == kind && arrow.look == look && arrow.mm == mm && arrow.vma == vma && arrow.found_generation == generation) return arrow;
    }
    MemoryArrow arrow{kind};
    arrow.look = look;
    arrow.mm = mm;
    arrow.vma = vma;
    arrow.found_generation = generation;
    view_.arrows.push_back(std::move(arrow));
    return view_.arrows.back();
  }

  void thread_arrows() {
    const std::size_t first = view_.arrows.size();
    std::vector<Pointers> all;
    for (int t = 0; t < machine_.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      all.push_back(pointers(state_, id));
      const bool moved = last_ != nullptr && last_->action.thread == id;
      const Pointers old = moved ? pointers(*before_, id) : all.back();
      for (int v = 0; v < machine_.limits().vmas; ++v) {
        const auto i = static_cast<std::size_t>(v);
        if (!all.back().vmas[i]) continue;
        const Look now = look(state_, id, vma_id(v), depth_);
        MemoryArrow& arrow = bundle(Kind::kVmaOfThread, now, std::nullopt, vma_id(v), history_.found_generation(id, vma_id(v), depth_));
        arrow.threads.push_back(id);
        arrow.changed |= !old.vmas[i] || (before_ != nullptr && look(*before_, id, vma_id(v), depth_ - 1) != now);
      }
      for (int m = 0; m < machine_.limits().mms; ++m) {
        const auto i = static_cast<std::size_t>(m);
        if (!all.back().mms[i]) continue;
        MemoryArrow& arrow = bundle(Kind::kMmOfThread, state_.mm(mm_id(m)).alive() ? Look::kSound : Look::kFreed, mm_id(m), std::nullopt, 0);
        arrow.threads.push_back(id);
        arrow.changed |= !old.mms[i];
      }
    }
    for (std::size_t i = first; i < view_.arrows.size(); ++i) view_.arrows[i].text = pointer_text(view_.arrows[i], all);
  }

  std::string pointer_text(const MemoryArrow& arrow, const std::vector<Pointers>& all) const {
    const ThreadId one = arrow.threads.front();
    const std::string object = arrow.vma ? name(*arrow.vma) : name(*arrow.mm);
    const bool many = arrow.threads.size() > 1;
    std::string text = names(arrow.threads) + (many ? " point at " : " points at ") + object;
    if (!many) {
      const std::vector<std::string>& variables = arrow.vma ? all[one.value].vma_names[arrow.vma->value] : all[one.value].mm_names[arrow.mm->value];
      if (!variables.empty()) text += " (" + words::joined(variables) + ")";
    }
    switch (arrow.look) {
      case Look::kSound: return text + ".";
      case Look::kLoose: return text + ", and nothing has kept it attached since: it may be detached by now.";
      case Look::kStale: return text + ", and nothing keeps it what it was any more.";
      case Look::kFreed: return text + ", which is freed.";
      case Look::kRecycled: break;
    }
    const int more = history_.generation(*arrow.vma, depth_) - arrow.found_generation;
    return text + ", but the slab has handed the object out " + times(more) + " since: what " + (many ? "they" : "it") + " found there is gone.";
  }

  void touch_arrow() {
    if (last_ == nullptr) return;
    const int object = address_object(last_->address);
    const bool is_mm = address_kind(last_->address) == ObjectKind::kMm && is_known(mm_id(object));
    const bool is_vma = address_kind(last_->address) == ObjectKind::kVma && is_known(vma_id(object));
    if (!is_mm && !is_vma) return;
    const Touch how = touch(is_mm ? ObjectKind::kMm : ObjectKind::kVma, object);
    if (how == Touch::kNone) return;
    MemoryArrow arrow{Kind::kTouch};
    if (is_mm) arrow.mm = mm_id(object);
    if (is_vma) arrow.vma = vma_id(object);
    arrow.threads = {last_->action.thread};
    arrow.violation = how == Touch::kViolation;
    const bool alive = is_mm ? before_->mm(mm_id(object)).alive() : before_->vma(vma_id(object)).allocated != 0;
    arrow.look = alive ? Look::kSound : Look::kFreed;
    arrow.changed = true;
    arrow.text = arrow.violation ? violation_text(machine_, *last_, *properties_in(last_->violations).front())
                                 : name(last_->action.thread) + " has just looked at " + word_name(machine_, last_->address) +
                                       " of a freed VMA, which RCU or a reference lets it: the memory is still a VMA.";
    view_.arrows.push_back(std::move(arrow));
  }

  const Machine& machine_;
  const State& state_;
  const State* before_;
  const StepInfo* last_;
  const MemoryHistory& history_;
  int depth_;
  MemoryView view_;
};

}  // namespace

const char* life_name(MemoryVma::Life life) {
  switch (life) {
    case Life::kSpare: return "unused";
    case Life::kFreed: return "free";
    case Life::kDetached: return "detached";
    case Life::kAttached: return "attached";
  }
  return "";
}

MemoryView memory_view(const Machine& machine, const State& state, const State* before, const StepInfo* last, const MemoryHistory& history,
                       int depth) {
  return Maker(machine, state, before, last, history, depth).make();
}

}  // namespace vmalab
