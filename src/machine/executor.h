// SPDX-License-Identifier: GPL-2.0-only
// The interpreter: carries out one step of one thread, in place. Lives on the stack of Machine::execute(); it
// allocates nothing, and it looks at no other thread's program counter, registers or ghost facts to decide what
// happens (only to describe a wake-up), so that what a step does depends on shared memory and its own thread alone.
#pragma once

#include "machine/access.h"
#include "machine/machine.h"
#include "machine/memory.h"
#include "machine/operand.h"
#include "machine/properties/rules.h"

namespace vmalab {

class Executor {
 public:
  /// @param weak nullptr: memory is sequentially consistent
  Executor(const Machine& machine, State& state, ThreadId thread, StepInfo& info, Coverage* coverage, AccessRecord* accesses = nullptr,
           WeakMemory* weak = nullptr);

  /// The visible instruction at the program counter. Precondition: it can run.
  void run_visible(std::uint8_t choice);
  /// Local instructions up to the next visible one or the end; then clears dead registers.
  void run_local();

 private:
  // ---- small helpers
  Word value(const Operand& o) const { return operand_value(self_, id_, o); }
  void set_result(const Instr& instr, Word word);
  void set_old(const Instr& instr, Word word);
  void mark(Pc pc);
  void begin(Pc pc) {
    if (accesses_ != nullptr) accesses_->begin(program_, id_, pc);
  }
  void reads(Place place) const {
    if (accesses_ != nullptr) accesses_->read(place);
  }
  /// Of the word that touch() was about, for the code: what only the checks look at is no access of the step.
  Word old_value() const {
    reads(Place::word(info_.address));
    return info_.old_value;
  }
  void mark_jump(Pc pc, bool taken);
  void violate(const Property& property, Details how = {}) { info_.add_violation(property, here_, how); }
  void violate(const Property& property, const std::optional<Details>& how) {
    if (how) violate(property, *how);
  }
  Holds& holds(Word vma) { return self_.holds[static_cast<std::size_t>(address_object(vma))]; }
  /// Of an mm, two bits each: see ThreadState::mm_grabs and mm_gets. At most 3 are counted.
  static void count(std::uint8_t& ghost, Word mm, int change);
  const VmaState& vma(Word address) const { return state_.vmas[static_cast<std::size_t>(address_object(address))]; }
  VmaState& vma(Word address) { return state_.vmas[static_cast<std::size_t>(address_object(address))]; }

  // ---- who holds what
  void claim_read_locks(Word address);
  void claim_write_lock(Word address);
  void order_use(Word address);
  void order_change(Word address);
  void judge_use(Word address);
  void judge_change(Word address);
  void judge_locked_change(Word address);
  void judge_parity(Word mm);
  void judge_set(Word address);
  void end_write_locks();

  // ---- pointers that outlive what protects them
  bool has_any_mmap_lock() const { return (self_.mmap_read | self_.mmap_write) != 0; }
  bool is_kept(std::size_t vma) const { return (self_.kept_vmas >> vma & 1) != 0; }
  bool protects(std::size_t vma) const;
  static std::uint8_t with_bit(unsigned bits, std::size_t vma, bool set) {
    return static_cast<std::uint8_t>((set ? bits | 1u << vma : bits & ~(1u << vma)) & 0xf);
  }
  void set_stale(std::size_t vma, bool stale) { self_.stale_vmas = with_bit(self_.stale_vmas, vma, stale) & 0xf; }
  void set_loose(std::size_t vma, bool loose) { self_.loose_vmas = with_bit(self_.loose_vmas, vma, loose) & 0xf; }
  void set_kept(std::size_t vma, bool kept) { self_.kept_vmas = with_bit(self_.kept_vmas, vma, kept) & 0xf; }
  void lose_protection();
  void keep_referenced(Word mm);
  void lose_mmap_lock(Word mm);
  void found(Word address);
  void found_in_tree(Word vma, Word tree);
  void allocated(Word address);
  void now_points_at(std::size_t vma, bool kept);
  void forget_dead_pointers();

  // ---- memory
  bool touch(Word address);
  bool touch_mm(Word address, MmField field);
  Word read(Word address) { return touch(address) ? old_value() : 0; }
  void write(Word address, Word word);

  void postpone_load(const Instr& instr);
  void finish_load();

  // ---- visible instructions
  void carry_out(const Instr& instr);
  void load(const Instr& instr);
  void store(const Instr& instr);
  void replace(Word address, Word word);
  void store_lock_seq(Word address, Word word);
  void ref_set(const Instr& instr);
  void ref_inc_limited(const Instr& instr);
  void ref_add(const Instr& instr, bool unless_zero);
  void ref_sub_and_test(const Instr& instr);
  void atomic(const Instr& instr);
  void take_references(Word address, Word amount);
  void drop_references(Word address, Word amount);
  void seq_add(const Instr& instr);
  void down(const Instr& instr, bool for_write, bool killable, bool trylock);
  void up_write(const Instr& instr, bool downgrade);
  void up_read(const Instr& instr);
  /// Held by this very thread for write, for read.
  bool holds_for_write(Word rwsem) const { return is_mmap_lock(rwsem) ? (self_.mmap_write & mm_bit(rwsem)) != 0 : keeps(lock_id(rwsem)); }
  bool holds_for_read(Word rwsem) const {
    return is_mmap_lock(rwsem) ? (self_.mmap_read & mm_bit(rwsem)) != 0 : keeps(static_cast<std::uint16_t>(lock_id(rwsem) | kSharedBit));
  }
  void now_holds(Word rwsem, bool for_write);
  void no_longer_holds(Word rwsem, bool for_write);
  void rwsem_is_locked(const Instr& instr);
  void rwsem_assert_any(const Instr& instr);
  bool keeps(std::uint16_t lock) const;
  void keep(std::uint16_t lock);
  bool give_back(std::uint16_t lock);
  void lock(const Instr& instr, bool trylock);
  void unlock(const Instr& instr);
  Word begin_grace_period();
  void grace_begin(const Instr& instr);
  void grace_wait();
  void call_rcu(const Instr& instr);
  void rcu_take(const Instr& instr);
  Word begin_barrier();
  void begin_callback();
  void end_callback();
  void end_grace_periods();
  void enter_rcu_epoch();
  void leave_rcu_epoch();
  /// What lockdep knows: a callback is not inside a section of its own making.
  bool rcu_held() const { return self_.rcu_depth > (machine_.is_rcu(id_) ? 1 : 0); }
  bool may_not_sleep() const { return properties::is_in_rcu_section(self_) || properties::holds_spinlock(self_); }
  void sleep_check();
  void count_users(Word address, Word old, Word now);
  void mm_grab(const Instr& instr);
  void mm_drop(const Instr& instr);
  void set_task_state(const Instr& instr);
  void signal_pending(const Instr& instr);
  void schedule();
  void wake_up_process(const Instr& instr);
  bool touch_tree(Word tree);
  void tree_load(const Instr& instr);
  void tree_find(const Instr& instr);
  void tree_change(const Instr& instr, Word number);
  void slab_alloc(const Instr& instr);
  void slab_free(const Instr& instr);
  void critical_section(const Instr& instr);

  // ---- local instructions
  void stand_at(Pc pc);
  bool says(std::uint32_t text, std::string_view what) const;  ///< of the program's strings
  void rcu_lock();
  void rcu_unlock();
  void lockdep_acquire(const Instr& instr);
  void lockdep_release(const Instr& instr);
  Word lockdep_is_held(Word lock) const;
  void rwsem_assert_held(const Instr& instr);
  void lock_return(const Instr& instr);
  void judge_lookup(const Instr& instr, Word found);
  void at_end();

  const Machine& machine_;
  State& state_;
  const Program& program_;
  ThreadState& self_;
  const ThreadId id_;
  StepInfo& info_;
  Coverage* coverage_;
  AccessRecord* accesses_;
  Memory memory_;
  Pc here_ = 0;  ///< the instruction that runs
};

}  // namespace vmalab
