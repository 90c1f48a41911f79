// SPDX-License-Identifier: GPL-2.0-only
// Constructs that patches to the lock use, each as a few lines of C with what it comes to beside it.
#include "lang/arithmetic.h"
#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// What f(vma0) of this text gives; x is vm_start.
Run run_text(const std::string& text, Word x = 0) {
  return run(lower(text, "f(vma0)"), {{vma_address(0, VmaField::kStart), x}, {vma_address(0, VmaField::kMm), mm_address(0)}});
}
Word result_of(const std::string& text, Word x = 0) {
  const Run done = run_text(text, x);
  CHECK(done.ended);
  return done.result;
}
constexpr const char* kF = "int f(struct vm_area_struct *vma) ";

}  // namespace

TEST_CASE("switch") {
  const std::string grade =
      "int r = 0; switch (x) { case 1: r += 1; case 2: r += 2; break; case 5 ... 7: return 50; default: r = 9; case 9: r += 10; } return r;";
  CHECK(value_of(grade, 1) == 3);
  CHECK(value_of(grade, 2) == 2);
  CHECK(value_of(grade, 6) == 50);
  CHECK(value_of(grade, 8) == 19);
  CHECK(value_of(grade, 9) == 10);
  CHECK(value_of("switch (x) { case -1: return 1; } return 2;", static_cast<Word>(-1)) == 1);
  CHECK(value_of("switch (ux) { case 3: return 1; } return 2;", 4) == 2);
  CHECK(
      value_of(
          "int n = 0; for (int i = 0; i < 4; i++) { switch (i) { case 1: continue; case 3: break; default: n += 1; } n += 10; } use_vma(vma); return n;") ==
      32);
  CHECK(value_of("switch (x) { case 1: switch (y) { case 1: return 11; default: break; } return 12; default: return 13; }", 1, 2) == 12);
  CHECK(
      mentions(error_of(std::string(kF) + "{ switch (1) { case 1: case 1: return 0; } return 1; }"), "this switch has a case of that value already"));
  CHECK(mentions(error_of(std::string(kF) + "{ int n = 1; switch (n) { case n: return 0; } return 1; }"), "a case is a constant"));
  CHECK(mentions(error_of(std::string(kF) + "{ case 1: return 1; }"), "a case outside of a switch"));
  CHECK(mentions(error_of(std::string(kF) + "{ switch (vma) { default: return 1; } }"), "a switch needs a number"));
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "case " + std::to_string(i) + ": return " + std::to_string(i) + "; ";
  CHECK(mentions(error_of(std::string(kF) + "{ switch (vma->vm_start) { " + many + "} return 0; }"), "at most 256 are supported"));
}

TEST_CASE("sizeof and the types of expressions") {
  CHECK(value_of("return sizeof(int) + sizeof(long) * 10 + sizeof(vma) * 100 + sizeof(bool) * 1000;") == 1884);
  CHECK(value_of("int a[5]; return sizeof(a) / sizeof(a[0]);") == 5);
  CHECK(value_of("u64 n = 0; return sizeof(n) + sizeof n + sizeof(u32);") == 20);
  CHECK(result_of("struct s { int a; long b; bool c; };\nint f(struct vm_area_struct *vma) { return sizeof(struct s); }") == 24);
  CHECK(value_of("typeof(x) n = -1; typeof(ux) m = n; return (n < 0) * 2 + (m > 5);") == 3);
  CHECK(value_of("__auto_type p = vma; typeof(*&x) n = 4; return n + (p == vma);") == 5);
  CHECK(value_of("return _Generic(x, unsigned int: 1, int: 2, default: 3) * 10 + _Generic(vma, int: 1, default: 3);") == 23);
  // Nothing of it is run.
  const Run done = run_text("int f(struct vm_area_struct *vma) { return sizeof(vma->vm_start) + sizeof(READ_ONCE(vma->vm_end)); }");
  CHECK(done.seen.empty());
  CHECK(mentions(error_of(std::string(kF) + "{ return sizeof(struct vm_area_struct); }"), "the size of a `struct vm_area_struct` is not known"));
  CHECK(mentions(error_of(std::string(kF) + "{ __auto_type n; return 0; }"), "__auto_type needs an initialiser"));
  CHECK(mentions(error_of(std::string(kF) + "{ return _Generic(vma, int: 1); }"), "none of these is for"));
}

TEST_CASE("arrays in locals") {
  CHECK(value_of("int a[3] = { 1, 2, 3 }; return a[0] + a[1] * 10 + a[2] * 100;") == 321);
  CHECK(value_of("int a[] = { [2] = 7, 8 }; a[0] = 5; return a[0] + a[1];") == 5);
  CHECK(value_of("int a[4] = { 10, 20, 30, 40 }; return a[x];", 2) == 30);
  CHECK(value_of("int a[4] = { 0 }; a[x] = 9; a[y] += 2; return a[0] + a[1] * 10 + a[3] * 100;", 3, 1) == 920);
  CHECK(value_of("int a[2] = { 1, 2 }, *p = a; p[1]++; return a[1] * 10 + *p;") == 31);
  CHECK(
      result_of(
          "struct s { int n[2]; int k; };\nint f(struct vm_area_struct *vma) { struct s s = { .n = { 3, 4 }, .k = 5 }; s.n[1] = 6; return s.n[0] + s.n[1] * 10 + s.k * 100; }") ==
      563);
  CHECK(
      result_of(
          "struct s { int a, b; };\nint f(struct vm_area_struct *vma) { struct s s[2] = { { 1, 2 }, { 3, 4 } }; int i = vma->vm_start; s[i].b = 7; return s[i].a + s[1].b * 10; }",
          1) == 73);
  CHECK(
      result_of(
          "static int sum(int *p, int n) { int s = 0; for (int i = 0; i < 3; i++) s += p[i] * n; return s; }\nint f(struct vm_area_struct *vma) { int a[3] = { 1, 2, 3 }; use_vma(vma); return sum(a, 2); }") ==
      12);
  const Run outside = run_text("int f(struct vm_area_struct *vma) { int a[2] = { 0 }; return a[vma->vm_start]; }", 2);
  CHECK(outside.seen == std::vector<std::string>{"load", "an index outside of an array of 2"});
  CHECK(mentions(error_of(std::string(kF) + "{ int a[2]; return a[2]; }"), "there is no element 2"));
  CHECK(mentions(error_of(std::string(kF) + "{ int a[1000000]; return 0; }"), "an array has 1 to 64 elements here, not 1000000"));
  CHECK(mentions(error_of(std::string(kF) + "{ int a[0]; return 0; }"), "an array has 1 to 64 elements here"));
  CHECK(mentions(error_of(std::string(kF) + "{ int n = 2; int a[n]; return 0; }"), "the number of elements is a constant"));
  CHECK(mentions(error_of(std::string(kF) + "{ int a[2] = { 1, 2, 3 }; return 0; }"), "this array has only 2 elements"));
  CHECK(mentions(error_of(std::string(kF) + "{ int a[2], b[2]; a = b; return 0; }"), "cannot be assigned to as a whole"));
  CHECK(mentions(error_of(std::string(kF) + "{ return vma[1].vm_start; }"), "only an array has elements"));
}

TEST_CASE("structs by value") {
  const std::string pair = "struct pair { int a, b; };\n";
  CHECK(result_of(pair + "int f(struct vm_area_struct *vma) { struct pair p = { 1, 2 }, q = p; q.a = 5; p = q; return p.a * 10 + p.b; }") == 52);
  CHECK(
      result_of(
          pair +
          "static int g(struct pair p) { p.a += 1; return p.a * 10 + p.b; }\nint f(struct vm_area_struct *vma) { struct pair p = { 1, 2 }; return g(p) * 10 + p.a; }") ==
      221);
  CHECK(
      result_of(
          pair +
          "static struct pair g(int a) { struct pair p = { a, a + 1 }; if (a > 2) return (struct pair){ .b = 9 }; return p; }\nint f(struct vm_area_struct *vma) { return g(1).b * 10 + g(3).b; }") ==
      29);
  CHECK(mentions(
      error_of(pair + "struct other { int a; };\nint f(struct vm_area_struct *vma) { struct other o = { 1 }; struct pair p; p = o; return p.a; }"),
      "cannot be made from"));
}

TEST_CASE("static variables are shared memory") {
  const Run twice = run_text(
      "static int count = 5;\nint f(struct vm_area_struct *vma) { static int calls; calls++; count += 2; return READ_ONCE(count); }");
  CHECK(twice.ended);
  CHECK(twice.seen == std::vector<std::string>{"load", "store", "load", "store", "load"});
  CHECK(twice.memory.at(global_address(0)) == 1);
  CHECK(
      run_text(
          "static DECLARE_RWSEM(s);\nstatic struct rw_semaphore t = __RWSEM_INITIALIZER(t);\nint f(struct vm_area_struct *vma) { init_rwsem(&t); down_read(&s); up_read(&s); return down_write_trylock(&t); }")
          .seen == std::vector<std::string>{"rwsem_is_locked", "down_read", "up_read", "try_down_write"});
  CHECK(twice.memory.at(global_address(1)) == 2);  // this interpreter starts all words at 0
  CHECK(run_text("static int seen[3];\nint f(struct vm_area_struct *vma) { seen[vma->vm_start] = 4; return seen[2]; }", 2).result == 4);
  CHECK(run_text("static atomic_t n = ATOMIC_INIT(0);\nint f(struct vm_area_struct *vma) { return atomic_inc_return(&n); }").seen ==
        std::vector<std::string>{"atomic"});
  CHECK(
      result_of(
          "static int four[4];\nstatic struct vm_area_struct *two[2];\nint f(struct vm_area_struct *vma) { return ARRAY_SIZE(two) * 100 + sizeof(four) + ARRAY_SIZE(four); }") ==
      220);
  ExtraWords words;
  const CodeBase base = code(
      "static int a = 3, b[2] = { 4, 5 };\nint f(struct vm_area_struct *vma) { return a + b[1]; }\nint g(struct vm_area_struct *vma) { return b[0]; }");
  REQUIRE(base.lower_call("f(vma0)", objects(), {}, &words));
  REQUIRE(base.lower_call("g(vma0)", objects(), {}, &words));
  REQUIRE(words.entries().size() == 3);
  CHECK(words.entries()[0].name == "a");
  CHECK(words.entries()[2].name == "b[1]");
  CHECK(words.entries()[2].initial == 5);
  CHECK(base.lower_expression("a + b[1]", objects(), "goal", words));
  CHECK(base.lower_expression("a + b[1]", objects(), "goal").error().message == "no thread of this scenario uses `a`");
  CHECK(mentions(error_of("static int big[17];\nint f(struct vm_area_struct *vma) { return big[0]; }"), "more than the 16 words"));
  CHECK(mentions(error_of("static int n = nothing;\nint f(struct vm_area_struct *vma) { return n; }"), "undeclared identifier"));
  CHECK(mentions(error_of("int g(void) { return 1; }\nstatic int n = g();\nint f(struct vm_area_struct *vma) { return n; }"),
                 "initialised with a constant"));
}

TEST_CASE("fields that a file adds to the kernel's objects") {
  const std::string fields =
      "struct vm_area_struct { union { const unsigned long mine; int other; }; int *yours; refcount_t refs; int list[2]; struct file *vm_file; struct anon blob; };\n";
  ExtraWords words;
  const CodeBase base = code(fields + "int f(struct vm_area_struct *vma) { vma->mine = 1; refcount_inc(&vma->refs); return vma->list[1]; }");
  const Result<Program> program = base.lower_call("f(vma0)", objects(), {}, &words);
  REQUIRE(program);
  CHECK(words.find(ObjectKind::kVma, "mine") == static_cast<int>(VmaField::kExtra));
  CHECK(words.find(ObjectKind::kVma, "list") == static_cast<int>(VmaField::kExtra) + 2);
  CHECK(mentions(error_of(fields + "int f(struct vm_area_struct *vma) { return vma->mine + vma->other + vma->list[0] + refcount_read(&vma->refs); }"),
                 "no room for the field `refs`: the threads of a scenario can use 4 words of struct vm_area_struct"));
  CHECK(mentions(error_of(fields + "int f(struct vm_area_struct *vma) { return !!&vma->blob; }"), "which is not simulated"));
  CHECK(mentions(error_of(fields + "int f(struct vm_area_struct *vma) { return vma->none; }"), "has no member `none`"));
  CHECK(mentions(error_of(std::string(kF) + "{ return vma->mine; }"), "has no member `mine`"));
}

TEST_CASE("guards let go on every way out") {
  const std::string start = "#define EINTR 4\nint f(struct vm_area_struct *vma) { struct mm_struct *mm = vma->vm_mm; ";
  const auto seen = [&](const std::string& body, Word x = 0) { return run_text(start + body + " }", x).seen; };
  using List = std::vector<std::string>;
  CHECK(seen("guard(rwsem_read)(&mm->mmap_lock); use_vma(vma); return 0;") == List{"load", "down_read", "use_vma", "up_read"});
  CHECK(seen("{ guard(rwsem_write)(&mm->mmap_lock); } use_vma(vma); return 0;") == List{"load", "down_write", "up_write", "use_vma"});
  CHECK(seen("for (int i = 0; i < 2; i++) { guard(rwsem_read)(&mm->mmap_lock); if (i == 0) continue; break; } use_vma(vma); return 0;") ==
        List{"load", "down_read", "up_read", "down_read", "up_read", "use_vma"});
  CHECK(seen("{ guard(rwsem_read)(&mm->mmap_lock); goto out; } out: use_vma(vma); return 0;") == List{"load", "down_read", "up_read", "use_vma"});
  CHECK(seen("int i = 0; again: i++; guard(rwsem_read)(&mm->mmap_lock); if (i == 1) goto again; use_vma(vma); return 0;") ==
        List{"load", "down_read", "up_read", "down_read", "use_vma", "up_read"});
  CHECK(seen("scoped_guard(rwsem_read, &mm->mmap_lock) { if (vma->vm_start) break; use_vma(vma); } change_vma(vma); return 0;", 1) ==
        List{"load", "down_read", "load", "up_read", "change_vma"});
  CHECK(seen("scoped_guard(rcu) return 5; return 0;") == List{"load"});
  // A conditional one that is not taken; every result here is 0.
  CHECK(seen("scoped_guard(rwsem_read_try, &mm->mmap_lock) use_vma(vma); return 0;") == List{"load", "try_down_read"});
  CHECK(seen("scoped_cond_guard(rwsem_write_try, return 1, &mm->mmap_lock) use_vma(vma); return 0;") == List{"load", "try_down_write"});
  CHECK(seen("scoped_cond_guard(rwsem_read_intr, return -EINTR, &mm->mmap_lock) use_vma(vma); return 0;") ==
        List{"load", "down_read_killable", "use_vma", "up_read"});
  const std::string own =
      "static void drop(struct vm_area_struct *v) { change_vma(v); }\nDEFINE_FREE(drop, struct vm_area_struct *, if (_T) drop(_T))\n";
  CHECK(run_text(own + "int f(struct vm_area_struct *vma) { struct vm_area_struct *v __free(drop) = vma; use_vma(vma); return 0; }").seen ==
        List{"use_vma", "change_vma"});
  CHECK(
      run_text(
          own +
          "static struct vm_area_struct *g(struct vm_area_struct *vma) { struct vm_area_struct *v __free(drop) = vma; return_ptr(v); }\nint f(struct vm_area_struct *vma) { use_vma(g(vma)); return 0; }")
          .seen == List{"use_vma"});
  CHECK(mentions(error_of(start + "guard(nothing)(mm); return 0; }"), "there is no guard `nothing`"));
  std::string nested = "use_vma(vma);";
  for (int i = 0; i < 2'000; ++i) nested = "scoped_guard(rcu) { " + nested + " }";
  CHECK(mentions(error_of(start + nested + " return 0; }"), "nested"));
}

TEST_CASE("atomic operations") {
  const auto seen_of = [](const std::string& body) {
    return run_text("static atomic_t n;\nint f(struct vm_area_struct *vma) { " + body + " }").seen.size();
  };
  CHECK(seen_of("atomic_set(&n, 3); return atomic_read(&n);") == 2);
  CHECK(seen_of("int old = 3; return atomic_try_cmpxchg_acquire(&n, &old, 4);") == 1);
  CHECK(seen_of("return atomic_fetch_add_relaxed(1, &n) + atomic_dec_and_test(&n) + atomic_add_unless(&n, 1, 0);") == 3);
  CHECK(seen_of("return cmpxchg(&vma->vm_lock_seq, 1, 2) + xchg_release(&vma->vm_end, 5);") == 2);
  CHECK(listing(lower("int f(struct vm_area_struct *vma) { return cmpxchg_acquire(&vma->vm_end, 1, 2); }", "f(vma0)")) ==
        "0 atomic r0 = vma0.vm_end 1 2 acquire\n1 end r0\n");
  CHECK(listing(lower("static atomic_long_t n;\nint f(struct vm_area_struct *vma) { return atomic_long_inc_return(&n); }", "f(vma0)"))
            .find("atomic r") != std::string::npos);
  CHECK(mentions(error_of(std::string(kF) + "{ int n = 0; return xchg(&n, 1); }"), "works on shared memory"));
}

TEST_CASE("what is said for debugging costs no run") {
  const std::string body =
      "{ trace_anything(vma, 1); pr_warn_ratelimited(\"%s\", \"x\"); cond_resched(); might_sleep(); preempt_disable(); dump_vma(vma); lockdep_set_class(vma, 1); "
      "count_vm_vma_lock_event(VMA_LOCK_RETRY); kcsan_check_access(vma, 4, 0); ASSERT_EXCLUSIVE_ACCESS(vma->vm_end); BUILD_BUG_ON(1); return 0; }";
  CHECK(run_text(std::string(kF) + body).seen.empty());
  const auto warnings = [](const std::string& statement) { return run_text(std::string(kF) + "{ " + statement + " return 0; }").seen; };
  using List = std::vector<std::string>;
  CHECK(warnings("VM_BUG_ON_MM(vma != NULL, vma->vm_mm);") == List{"VM_BUG_ON_MM(vma != NULL)"});
  CHECK(warnings("if (WARN_RATELIMIT(1, \"text\")) BUG();") == List{"WARN_RATELIMIT(1)", "BUG()"});
  CHECK(warnings("VM_WARN_ONCE(0, \"%d\", 1); BUG_ON(!vma);").empty());
  CHECK(warnings("rcu_read_lock();").empty());
  // A file's own wins.
  CHECK(run_text(
            "static void trace_mine(struct vm_area_struct *vma) { use_vma(vma); }\nint f(struct vm_area_struct *vma) { trace_mine(vma); return 0; }")
            .seen == List{"use_vma"});
  CHECK(mentions(error_of(std::string(kF) + "{ lock_page(vma); return 0; }"), "there is no function or macro `lock_page`"));
}

TEST_CASE("what is assigned to a bool is 0 or 1, and so is the value of the assignment") {
  CHECK(value_of("bool n = 0; return --n;") == 1);
  CHECK(value_of("bool n = 1; return ++n + n;") == 2);
  CHECK(value_of("bool n = 1; return n-- * 10 + n;") == 10);
  CHECK(value_of("bool n = 0; return n += x;", 7) == 1);
  CHECK(value_of("bool n[2]; return (n[1] = x) + n[1];", 7) == 2);
  CHECK(result_of("static bool n;\nint f(struct vm_area_struct *vma) { int a = n = vma->vm_start; return a * 10 + --n; }", 7) == 10);
}

TEST_CASE("numbers of 64 bits are computed in 32 as long as they fit, and no further") {
  using List = std::vector<std::string>;
  const auto warnings = [](const std::string& statements, Word x) {
    const std::string text =
        "static atomic64_t n;\nint f(struct vm_area_struct *vma) { unsigned int x = vma->vm_start; unsigned long y = 1; long z = 1; " + statements +
        " return (y == 5) | (z == 5); }";
    List seen = run(lower(text, "f(vma0)"), {{vma_address(0, VmaField::kStart), x}}).seen;
    std::erase(seen, "load");
    std::erase(seen, "atomic");
    return seen;
  };
  struct Limit {
    std::string statements;
    Word last, beyond;
  };
  const std::vector<Limit> fits_up_to{{"y = x;", 0x7fffffff, 0x80000000},
                                      {"y = (unsigned long)x;", 0x7fffffff, 0x80000000},
                                      {"y <<= x;", 30, 31},
                                      {"y <<= x;", 30, 40},
                                      {"y = 0x40000000 - 1 + y; y += x;", 0x3fffffff, 0x40000000},
                                      {"z = -0x7fffffff; z -= x;", 1, 2},
                                      {"y += 0xffff; y *= x;", 0x7fff, 0x8000},
                                      {"y = -y; y >>= x;", 31, 32},
                                      {"atomic64_add(0x7fff0000, &n); atomic64_add(x, &n);", 0xffff, 0x10000}};
  for (const Limit& limit : fits_up_to) {
    CAPTURE(limit.statements);
    CHECK(warnings(limit.statements, limit.last).empty());
    CHECK(warnings(limit.statements, limit.beyond) == List{std::string(kTooWide)});
  }
  CHECK(warnings("if (y >> 40) use_vma(0); y = ~0UL; if (y != ULONG_MAX || y + 1 != 0) WARN_ON(1);", 0).empty());
  CHECK(warnings("z = -z; z >>= 40; if (z != -1) WARN_ON(1);", 0).empty());
  CHECK(warnings("unsigned int w = x; w += x; w <<= 20; if (w) WARN_ON(1);", 0x80000000).empty());  // 32 bits, which wrap around
  CHECK(mentions(error_of("int f(struct vm_area_struct *vma) { return 0x80000000UL != 0; }"), "does not fit 32 bits"));
}

TEST_CASE("an unsigned number is divided by a power of two") {
  CHECK(value_of("return ux / 8 * 100 + ux % 8;", 29) == 305);
  CHECK(value_of("unsigned long z = ux; return z / 0x1000UL * 10 + z % 4;", 0x3002) == 32);
  CHECK(value_of("return ux / 1 + ux % 1;", 7) == 7);
  CHECK(mentions(error_of("int f(struct vm_area_struct *vma) { int x = vma->vm_start; return x / 2; }"), "by a power of two"));
  CHECK(mentions(error_of("int f(struct vm_area_struct *vma) { unsigned int x = vma->vm_start; return x / 3; }"), "by a power of two"));
}

TEST_CASE("narrow integers wrap around at their width") {
  CHECK(value_of("u8 n = 255; n++; return n;") == 0);
  CHECK(value_of("u8 n = x; return n == 0x34;", 0x1234) == 1);
  CHECK(value_of("s8 n = x; return n < 0;", 0x80) == 1);
  CHECK(value_of("char n = -1; return n;") == 255);
  CHECK(value_of("signed char n = x; return n;", 255) == static_cast<Word>(-1));
  CHECK(value_of("u16 n = 0; n -= 1; return n;") == 0xffff);
  CHECK(value_of("unsigned short n = 1; return n - 2 < 0;") == 1);  // promoted to int
  CHECK(value_of("short n = x; return n >> 15;", 0x8000) == static_cast<Word>(-1));
  CHECK(value_of("return (u8)x + (u16)(x + y);", 0x1ff, 0xffff) == 0xff + 0x1fe);
  CHECK(value_of("u8 n; return (n = x) + (n += 1) + ++n;", 0x1ff) == 255 + 0 + 1);
  CHECK(value_of("u32 n = 0; n--; return n == ~0U && (s32)n == -1;") == 1);
  CHECK(result_of("u8 cut(u8 n) { return n + 1; }\nint f(struct vm_area_struct *vma) { return cut(0x2ff) + cut(vma->vm_start); }", 0x1fe) ==
        0 + 0xff);
  CHECK(
      result_of(
          "struct s { u8 a; short b; };\nint f(struct vm_area_struct *vma) { struct s s = { .a = vma->vm_start, .b = -1 }; s.a += 1; return s.a * 10 + s.b; }",
          0x1ff) == static_cast<Word>(-1));
  CHECK(value_of("return sizeof(u8) + sizeof(u16) * 10 + sizeof(short) * 100 + sizeof(char) * 1000;") == 1221);
  CHECK(mentions(error_of("static u8 n;\nint f(struct vm_area_struct *vma) { return __vmalab_rmw(n, __VMALAB_ADD, 1, 0, 5); }"),
                 "of a `unsigned char` only exchanges are simulated"));
}
