// SPDX-License-Identifier: GPL-2.0-only
// Small random C for the tests: threads that store, compare and take apart task pointers, share words with and without
// mmap_lock, sleep and wake, loop and warn. The same seed gives the same program everywhere.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>

namespace vmalab::check {

class RandomProgram {
 public:
  /// @param callbacks they also read under RCU and free by call_rcu()
  explicit RandomProgram(std::uint64_t seed, bool callbacks = false) : state_(seed * 0x9e3779b97f4a7c15u + 1), callbacks_(callbacks) {
    if (callbacks_) {
      c_ += "struct vm_area_struct {\n\tstruct rcu_head vm_rcu;\n};\n";
      for (const char* name : {"later0", "later1"}) {
        c_ += "static void " + std::string(name) +
              "(struct rcu_head *head)\n{\n\tstruct vm_area_struct *vma = container_of(head, struct vm_area_struct, vm_rcu);\n\n";
        for (int i = pick(2) + 1; i > 0; --i) line(1, afterwards());
        c_ += "}\n";
      }
    }
    signals_ = chance(8);
    by_hand_ = chance(10);
    const int threads = signals_ || chance(2) ? 2 : 3;
    const int bodies = chance(3) ? 2 : 1;
    for (int b = 0; b < bodies; ++b) {
      c_ += "void f" + std::to_string(b) +
            "(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *other)\n{\n"
            "\tunsigned long x = 0, y = 0;\n\tstruct task_struct *t = NULL;\n\n";
      block(1, pick(bodies == 1 && threads == 2 ? 5 : 3) + 2);
      c_ += "\tif (t && x == y)\n\t\tWARN_ON(x == 77);\n}\n";
    }
    toml_ = std::string(signals_ ? "signals = true\n" : "") + "[[mm]]\nname = \"mm0\"\n[[mm]]\nname = \"mm1\"\n";
    for (const char* name : {"vma0", "vma1"}) {
      toml_ += "[[vma]]\nname = \"" + std::string(name) + "\"\nmm = \"mm0\"\nstart = 0\nend = 0x1000\nattached = false\n";
    }
    for (int t = 0; t < threads; ++t) {
      toml_ += "[[thread]]\nname = \"t" + std::to_string(t) + "\"\nrun = \"f" + std::to_string(t % 2 == 1 ? bodies - 1 : 0) + "(mm0, vma0, vma1)\"\n";
    }
    static constexpr const char* kGoals[] = {"(*(unsigned int *)&mm0->mmap_lock & 3) == 1",
                                             "vma0->vm_start == 1",
                                             "thread_done(t1) && !thread_done(t0)",
                                             "vma0->vm_start == vma0->vm_end && vma0->vm_end != 0",
                                             "mm0->vma_writer_wait.task != NULL",
                                             "mm0->vma_writer_wait.task == t1",
                                             "(vma0->vm_end & 0x100) != 0 && vma0->vm_start < vma0->vm_end",
                                             "rwsem_is_locked(&mm0->mmap_lock) && vma0->vm_start != 0"};
    goal_ = kGoals[pick(static_cast<int>(std::size(kGoals)))];
  }

  const std::string& c() const { return c_; }
  const std::string& toml() const { return toml_; }  ///< objects and threads
  const std::string& goal() const { return goal_; }
  int pick(int n) {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return static_cast<int>((z ^ z >> 31) % static_cast<std::uint64_t>(n));
  }

 private:
  bool chance(int one_in) { return pick(one_in) == 0; }
  void line(int depth, const std::string& text) { c_ += std::string(static_cast<std::size_t>(depth), '\t') + text + "\n"; }

  std::string word() {
    static constexpr const char* kWords[] = {"vma->vm_start", "vma->vm_start", "vma->vm_end", "other->vm_start", "vma->vm_lock_seq"};
    return kWords[pick(static_cast<int>(std::size(kWords)))];
  }
  std::string expression() {
    static constexpr const char* kPlain[] = {
        "0", "1", "2", "x", "y", "x + 1", "(unsigned long)current", "(unsigned long)current", "(unsigned long)t", "x & 3"};
    static constexpr const char* kPrying[] = {"(unsigned long)current + 1",
                                              "x ^ y",
                                              "((unsigned long)current >> 8) & 0xf",
                                              "(unsigned long)current < x",
                                              "((unsigned long)current & 0xffff) * 3",
                                              "x - (unsigned long)t"};
    if (chance(4)) return kPrying[pick(static_cast<int>(std::size(kPrying)))];
    return kPlain[pick(static_cast<int>(std::size(kPlain)))];
  }
  std::string condition() {
    static constexpr const char* kConditions[] = {
        "x == 0", "x == 1",           "x == (unsigned long)current", "x > (unsigned long)current", "t == current", "x == y", "y != 0",
        "x & 1",  "t && t != current"};
    return kConditions[pick(static_cast<int>(std::size(kConditions)))];
  }

  /// What takes an assumption away: objects that go, owners and trees that change.
  std::string rarity() {
    static constexpr const char* kRarities[] = {"mmdrop(mm);",
                                                "mmgrab(mm);",
                                                "kmem_cache_free(0, other);",
                                                "mtree_erase(&mm->mm_mt, 0);",
                                                "mtree_store_range(&mm->mm_mt, 0, 0xfff, other, 0);",
                                                "refcount_set(&vma->vm_refcnt, 1);",
                                                "change_vma(vma);",
                                                "rcu_read_lock(); x = (unsigned long)vma_lookup(mm, 0); rcu_read_unlock();",
                                                "if (refcount_inc_not_zero(&vma->vm_refcnt)) y = refcount_dec_and_test(&vma->vm_refcnt);",
                                                "if (down_write_trylock(&mm->mmap_lock)) { WRITE_ONCE(vma->vm_end, x); up_write(&mm->mmap_lock); }"};
    return kRarities[pick(static_cast<int>(std::size(kRarities)))];
  }

  /// What a callback does.
  std::string afterwards() {
    static constexpr const char* kAfterwards[] = {"kmem_cache_free(0, vma);",
                                                  "WRITE_ONCE(vma->vm_start, 1);",
                                                  "WARN_ON(READ_ONCE(vma->vm_end) == 1);",
                                                  "WRITE_ONCE(vma->vm_end, READ_ONCE(vma->vm_start));",
                                                  "call_rcu(head, later1);",
                                                  "if (READ_ONCE(vma->vm_start) == 0)\n\t\tkmem_cache_free(0, vma);"};
    return kAfterwards[pick(static_cast<int>(std::size(kAfterwards)))];
  }
  /// What waits for a grace period, and what one waits for.
  void deferral(int depth) {
    switch (pick(6)) {
      case 0: return line(depth, "call_rcu(&vma->vm_rcu, later0);");
      case 1: return line(depth, "call_rcu(&other->vm_rcu, later1);");
      case 2: return line(depth, chance(3) ? "kfree_rcu(other, vm_rcu);" : "call_rcu(&other->vm_rcu, later0);");
      case 3: return line(depth, chance(3) ? "synchronize_rcu();" : "y = READ_ONCE(other->vm_start);");
      default: {
        line(depth, "rcu_read_lock();");
        line(depth + 1, "x = (int)READ_ONCE(" + word() + ");");
        if (chance(3)) line(depth + 1, "call_rcu(&vma->vm_rcu, later1);");
        line(depth + 1, "y = (int)READ_ONCE(" + word() + ");");
        return line(depth, "rcu_read_unlock();");
      }
    }
  }

  void block(int depth, int statements) {
    for (int i = 0; i < statements; ++i) statement(depth);
  }
  void nested(int depth, const std::string& head) {
    line(depth, head + " {");
    block(depth + 1, pick(2) + 1);
    line(depth, "}");
  }
  void statement(int depth) {
    const bool flat = depth > 2;
    if (callbacks_ && chance(2)) return deferral(depth);
    if (chance(12)) return line(depth, rarity());
    switch (pick(flat ? 14 : 20)) {
      case 0:
      case 1: return line(depth, "x = (int)READ_ONCE(" + word() + ");");
      case 2: return line(depth, "y = (int)READ_ONCE(" + word() + ");");
      case 3:
      case 4:
      case 5: return line(depth, "WRITE_ONCE(" + word() + ", " + expression() + ");");
      case 6: return line(depth, "WARN_ON(" + condition() + ");");
      case 7: return line(depth, chance(2) ? "WRITE_ONCE(mm->vma_writer_wait.task, current);" : "WRITE_ONCE(mm->vma_writer_wait.task, NULL);");
      case 8: return line(depth, "t = READ_ONCE(mm->vma_writer_wait.task);");
      case 9: return line(depth, "if (t)\n\t\t\twake_up_process(t);");
      case 10: return line(depth, chance(2) ? "set_current_state(TASK_KILLABLE);" : "set_current_state(TASK_UNINTERRUPTIBLE);");
      case 11: return line(depth, by_hand_ ? "*(unsigned int *)&mm->mmap_lock = " + expression() + ";" : "y = vma->vm_start;");
      case 12: return line(depth, signals_ ? "x = fatal_signal_pending(current);" : "y = (unsigned long)vma->vm_mm;");
      case 13: return line(depth, chance(3) ? "vma->vm_mm = mm;" : "use_vma(vma);");
      case 14:
      case 15: {
        line(depth, "down_write(&mm->mmap_lock);");
        block(depth + 1, pick(3) + 1);
        return line(depth, "up_write(&mm->mmap_lock);");
      }
      case 16: {
        line(depth, "down_read(&mm->mmap_lock);");
        block(depth + 1, pick(3) + 1);
        return line(depth, "up_read(&mm->mmap_lock);");
      }
      case 17: return nested(depth, "if (" + condition() + ")");
      case 18: return chance(2) ? line(depth, "schedule();") : nested(depth, "if (down_read_trylock(&mm->mmap_lock))");
      default: return line(depth, chance(2) ? "while (READ_ONCE(vma->vm_end) == 0)\n\t\t\t;" : "while (READ_ONCE(vma->vm_start) == 2)\n\t\t\t;");
    }
  }

  std::uint64_t state_;
  bool signals_ = false, by_hand_ = false, callbacks_ = false;
  std::string c_, toml_, goal_;
};

}  // namespace vmalab::check
