// SPDX-License-Identifier: GPL-2.0-only
// What C comes to: values as C has them, one visible instruction for each access, nothing left of what is known.
#include <algorithm>

#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

Word word(int value) { return static_cast<Word>(value); }

}  // namespace

TEST_CASE("integers follow C's rules in 32 bits") {
  CHECK(value_of("return x + y * 2;", 3, 4) == 11);
  CHECK(value_of("return x - y;", 3, 4) == word(-1));
  CHECK(value_of("return x < y;", word(-1), 1) == 1);
  CHECK(value_of("return ux < uy;", word(-1), 1) == 0);
  CHECK(value_of("return x < uy;", word(-1), 1) == 0);
  CHECK(value_of("return x >> 1;", word(-4)) == word(-2));
  CHECK(value_of("return ux >> 1;", word(-4)) == 0x7ffffffe);
  CHECK(value_of("return x << y;", 1, 30) == 1u << 30);
  CHECK(value_of("return -x;", 5) == word(-5));
  CHECK(value_of("return ~x;", 5) == ~5u);
  CHECK(value_of("return !x + !!x;", 5) == 1);
  CHECK(value_of("return (x & 6) | (y ^ 1);", 7, 8) == 15);
  CHECK(value_of("return x <= y;", 4, 4) == 1);
  CHECK(value_of("return x > y;", 5, 4) == 1);
  CHECK(value_of("return x >= y;", 3, 4) == 0);
  CHECK(value_of("return x == y;", 4, 4) == 1);
  CHECK(value_of("return x != y;", 4, 4) == 0);
  CHECK(value_of("long l = x; unsigned long ul = x; return (l < 0) * 2 + (ul > 5);", word(-1)) == 3);
  CHECK(value_of("return x > 0x80000000;", 1) == 0);
  CHECK(value_of("return 'a' + 010;") == 'a' + 8u);
}

TEST_CASE("a bool is 0 or 1") {
  CHECK(value_of("bool b = x; return b;", 7) == 1);
  CHECK(value_of("bool b = x; return b + b;", 7) == 2);
  CHECK(value_of("return (bool)x;", 8) == 1);
  CHECK(value_of("bool b; b = vma; return b;") == 1);
}

TEST_CASE("operators that decide what is evaluated") {
  CHECK(value_of("int n = 0; (x && ++n) || (n += 10); return n;", 1) == 1);
  CHECK(value_of("int n = 0; (x && ++n) || (n += 10); return n;", 0) == 10);
  CHECK(value_of("return x ? y : -1;", 0, 5) == word(-1));
  CHECK(value_of("return x ?: 9;", 4) == 4);
  CHECK(value_of("return x ?: 9;", 0) == 9);
  CHECK(value_of("int n = 3; return (n = x, n + 1);", 4) == 5);
  CHECK(value_of("return (x && y) + (x || y);", 1, 0) == 1);
}

TEST_CASE("assignments and steps") {
  CHECK(value_of("x += 2; x -= 1; x <<= 3; x |= 1; x &= ~8; x ^= 2; return x;", 4) == 35);
  CHECK(value_of("int a = x++; int b = ++x; return a * 100 + b * 10 + x--;", 1) == 133);
  CHECK(value_of("int a = x; int b = a + (a = 5); return b;", 2) == 7);
  CHECK(value_of("int a, b; a = b = x; return a + b;", 6) == 12);
}

TEST_CASE("statements") {
  CHECK(value_of("if (x > 3) return 1; else if (x > 1) return 2; return 3;", 2) == 2);
  CHECK(value_of("again: if (READ_ONCE(vma->vm_start) < 5) { vma->vm_start++; goto again; } return vma->vm_start;") == 5);
  CHECK(value_of("int n = 0; while (READ_ONCE(vma->vm_end)) { vma->vm_end--; if (n == 3) break; n++; } return n;", 0, 9) == 3);
  CHECK(value_of("int n = 0, i; for (i = 0; i < READ_ONCE(vma->vm_end); i++) { if (i & 1) continue; n += i; } return n;", 0, 7) == 12);
  CHECK(value_of("int n = 0; do { n++; } while (READ_ONCE(vma->vm_end) > n); return n;", 0, 4) == 4);
  CHECK(value_of("int n = 0; for (int i = 0; i < 5; i++) n += i; return n;") == 10);
  CHECK(value_of("int a = 1; { int a = 2; x = a; } return a * 10 + x;") == 12);
  CHECK(value_of("; {} return 4;") == 4);
}

TEST_CASE("structs are locals, and pointers to locals are the locals") {
  const std::string text = R"(
struct state { struct vm_area_struct *vma; int n; bool done; struct { int unused; } *other; };
struct pair { int a; struct inner { int b; } unused; };
static void fill(struct state *s, int *count)
{
	s->n += 5;
	s->done = s->n;
	*count = s->n * 2;
}
int f(struct vm_area_struct *vma)
{
	struct state s = { .vma = vma, .n = 1 };
	struct state t = s;
	int count;
	struct state *alias = &t;

	fill(&s, &count);
	alias->n = 100;
	t.n += 1;
	return s.n + count + s.done + t.n + (s.vma == vma) * 1000;
}
)";
  // The second struct only has to be harmless; the anonymous one inside the first cannot be pointed into.
  const std::string simple = R"(
struct inner { int b; int c; };
struct state { struct vm_area_struct *vma; int n; bool done; struct inner in; };
static void fill(struct state *s, int *count)
{
	s->n += 5;
	s->done = s->n;
	s->in.c = 7;
	*count = s->n * 2;
}
int f(struct vm_area_struct *vma)
{
	struct state s = { .vma = vma, .n = vma->vm_start, .in = { .b = 3 } };
	struct state t = s;
	int count;
	struct state *alias = &t;

	fill(&s, &count);
	alias->n = 100;
	t.n += 1;
	return s.n + count + s.done + t.n + s.in.b + s.in.c + t.in.c;
}
)";
  CHECK(error_of(text) != "no error");
  const Run done = run(lower(simple, "f(vma0)"), {{vma_address(0, VmaField::kStart), 1}});
  CHECK(done.result == 6 + 12 + 1 + 101 + 3 + 7 + 0);
  CHECK(done.seen == std::vector<std::string>{"load"});
}

TEST_CASE("a program is what runs and nothing else") {
  CHECK(listing(lower("void f(struct vm_area_struct *vma) { }", "f(vma0)")) == "0 end\n");
  CHECK(listing(lower("int f(int n) { if (n) return 1; return 2; }", "f(0)")) == "0 end 2\n");
  CHECK(listing(lower("static void put(int *p) { if (p) *p = 1; }\nvoid f(struct vm_area_struct *vma) { put(NULL); use_vma(vma); }", "f(vma0)")) ==
        "0 use_vma vma0.vm_refcnt\n1 end\n");
  CHECK(listing(lower("unsigned int f(struct mm_struct *mm) { return mm->mm_lock_seq.sequence; }", "f(mm1)")) ==
        "0 load r0 = mm1.mm_lock_seq\n1 end r0\n");
  CHECK(listing(
            lower("bool f(struct vm_area_struct *vma) { return READ_ONCE(vma->vm_lock_seq) == smp_load_acquire(&vma->vm_mm->mm_lock_seq.sequence); }",
                  "f(vma0)")) == "0 load r1 = vma0.vm_lock_seq once\n1 load r0 = vma0.vm_mm\n2 load r0 = r0+1 acquire\n3 eq r0 = r1 r0\n4 end r0\n");
  CHECK(listing(lower("void f(struct vm_area_struct *vma) { while (refcount_read(&vma->vm_refcnt) != 1) ; }", "f(vma0)")) ==
        "0 load r0 = vma0.vm_refcnt relaxed\n1 ne r0 = r0 1\n2 jump_if r0 -> 0\n3 end\n");
}

TEST_CASE("each mention of a shared field is an access of its own, from left to right") {
  const Program p = lower("int f(struct vm_area_struct *vma) { vma->vm_start; return vma->vm_end + vma->vm_start + vma->vm_end; }", "f(vma0)");
  CHECK(p.visible_count() == 4);
  CHECK(p.code[0].a.value == vma_address(0, VmaField::kStart));
  CHECK(p.code[0].dst == kNoRegister);  // nobody reads it, but it is an access
  CHECK(p.code[1].a.value == vma_address(0, VmaField::kEnd));
  CHECK(p.code[2].a.value == vma_address(0, VmaField::kStart));
}

TEST_CASE("the state a signal may not end does not look at signals") {
  const std::string text = "int f(int state) { return signal_pending_state(state, current); }";
  CHECK(lower("#define TASK_WAKEKILL 0x100\n" + text, "f(0x102)").visible_count() == 1);
  CHECK(lower("#define TASK_WAKEKILL 0x100\n" + text, "f(2)").visible_count() == 0);
}

TEST_CASE("error pointers") {
  const std::string test = "int f(struct vm_area_struct *vma) { struct vm_area_struct *v = vma->vm_start ? ERR_PTR(-11) : NULL; ";
  const auto given = [&](const std::string& rest, Word start) {
    return run(lower(test + rest + " }", "f(vma0)"), {{vma_address(0, VmaField::kStart), start}}).result;
  };
  CHECK(given("return IS_ERR(v);", 1) == 1);
  CHECK(given("return IS_ERR(v);", 0) == 0);
  CHECK(given("return IS_ERR_OR_NULL(v);", 0) == 1);
  CHECK(given("return IS_ERR_OR_NULL(v);", 1) == 1);
  CHECK(given("return IS_ERR_OR_NULL(vma);", 1) == 0);
  CHECK(given("return PTR_ERR(v) == -11;", 1) == 1);
  // Both tests look at the same value.
  CHECK(lower("int f(struct vm_area_struct *vma) { return IS_ERR_OR_NULL(READ_ONCE(vma->vm_mm)); }", "f(vma0)").visible_count() == 1);
}

TEST_CASE("WARN_ON evaluates its condition, warns and gives it back") {
  const std::string text =
      "int f(struct vm_area_struct *vma) { if (WARN_ON(vma->vm_start != 2)) return 5; VM_WARN_ON_ONCE_VMA(vma->vm_end, vma); return 6; }";
  const Program p = lower(text, "f(vma0)");
  const Word start = vma_address(0, VmaField::kStart), end = vma_address(0, VmaField::kEnd);
  const Run bad = run(p, {{start, 1}});
  CHECK(bad.result == 5);
  CHECK(bad.seen == std::vector<std::string>{"load", "WARN_ON(vma->vm_start != 2)"});
  const Run good = run(p, {{start, 2}, {end, 1}});
  CHECK(good.result == 6);
  CHECK(good.seen.back() == "VM_WARN_ON_ONCE_VMA(vma->vm_end)");
}

TEST_CASE("frames say which function runs, and who called it from where") {
  const Program p = lower(
      "#define wait(v)	({	\\\n	int got = READ_ONCE((v)->vm_start);	\\\n	got;	})\n"
      "static int inner(struct vm_area_struct *vma)\n{\n\treturn wait(vma);\n}\n"
      "int f(struct vm_area_struct *vma)\n{\n\treturn inner(vma) + vma->vm_end;\n}\n",
      "f(vma0)");
  REQUIRE(p.frames.size() == 3);
  CHECK(p.frames[0].function == "f");
  CHECK(p.frames[0].call.line == 0);
  CHECK(p.frames[1].function == "inner");
  CHECK(p.frames[1].call == SourcePos{1, 9, 10});
  CHECK(p.frames[2].function == "wait");
  CHECK(p.frames[2].call == SourcePos{1, 9, 6});
  CHECK(p.stack_at(0) == std::vector<std::uint16_t>{0, 1, 2});
  CHECK(p.code[0].pos == SourcePos{1, 12, 2});
  CHECK(p.stack_at(1) == std::vector<std::uint16_t>{0});
  CHECK(p.code[1].pos == SourcePos{1, 22, 10});
  CHECK(p.code[1].end == SourcePos{1, 33, 10});
}

TEST_CASE("variables can be found while they are alive") {
  const Program p = lower(
      "static void in(int *p, struct mm_struct *mm) { *p = READ_ONCE(mm->mm_lock_seq.sequence); }\n"
      "int f(struct vm_area_struct *vma) { int n = vma->vm_start; int seq; in(&seq, vma->vm_mm); return n + seq; }",
      "f(vma0)");
  const auto find = [&](const std::string& name) {
    const auto found = std::find_if(p.variables.begin(), p.variables.end(), [&](const Variable& v) { return v.name == name; });
    REQUIRE_MESSAGE(found != p.variables.end(), name);
    return *found;
  };
  const Variable vma = find("vma");
  CHECK(vma.type == "struct vm_area_struct *");
  REQUIRE(vma.places.size() == 1);
  CHECK(vma.places[0].where == Operand{Operand::Kind::kConst, vma_address(0), 0});
  CHECK(vma.places[0].first == 0);
  CHECK(vma.places[0].last == p.code.size());
  const Variable n = find("n");
  REQUIRE(n.places.size() == 1);
  CHECK(n.places[0].where.kind == Operand::Kind::kRegister);
  CHECK(n.places[0].first == 1);
  for (const Variable& variable : p.variables) {
    for (const Variable::Place& place : variable.places) {
      CHECK(place.first < place.last);
      CHECK(place.last <= p.code.size());
      for (Pc pc = place.first; pc < place.last; ++pc) {
        const std::vector<std::uint16_t> stack = p.stack_at(pc);
        CHECK(std::find(stack.begin(), stack.end(), variable.frame) != stack.end());
        if (place.where.kind == Operand::Kind::kRegister) CHECK((p.live_in[pc] >> place.where.value & 1) == 1);
      }
    }
  }
}

TEST_CASE("where the lock's code returns to its user, what is held is noted") {
  const auto returns = [](const std::string& text, const std::string& call) {
    std::vector<std::string> functions;
    const Program p = lower(text, call);
    for (const Instr& instr : p.code) {
      if (instr.op == Op::kLockReturn) functions.push_back(p.frames[instr.frame].function);
    }
    return functions;
  };
  using Names = std::vector<std::string>;
  const std::string get = "bool get(struct vm_area_struct *vma) { return refcount_inc_not_zero(&vma->vm_refcnt); }\n";
  // The outermost function of the lock, whatever takes the reference below it: known by its name, its file, or what it does.
  CHECK(returns(get + "bool vma_start_read_locked(struct vm_area_struct *vma) { return get(vma); }\n"
                      "void f(struct vm_area_struct *vma) { vma_start_read_locked(vma); }",
                "f(vma0)") == Names{"vma_start_read_locked"});
  CHECK(returns(get + "void f(struct vm_area_struct *vma) { get(vma); get(vma); }", "f(vma0)") == Names{"get", "get"});
  // By an atomic as well as by the calls of refcount_t.
  CHECK(returns("int vma_start_write_killable(struct vm_area_struct *vma) { xchg(&vma->vm_lock_seq, 1); return 0; }\n"
                "void f(struct vm_area_struct *vma) { vma_start_write_killable(vma); }",
                "f(vma0)") == Names{"vma_start_write_killable"});
  // What changes no word takes no lock; nor does a user who only looks.
  CHECK(returns("bool vma_start_read_locked(struct vm_area_struct *vma) { return refcount_read(&vma->vm_refcnt) == 1; }\n"
                "void f(struct vm_area_struct *vma) { vma_start_read_locked(vma); }",
                "f(vma0)")
            .empty());
  CHECK(returns("void f(struct vm_area_struct *vma) { WRITE_ONCE(vma->vm_end, 1); }", "f(vma0)").empty());
}

TEST_CASE("a lookup is judged by what it was asked for") {
  const auto asked = [](const std::string& signature, const std::string& call) {
    const Program p = lower(
        "bool get(struct vm_area_struct *vma) { return refcount_inc_not_zero(&vma->vm_refcnt); }\n"
        "struct vm_area_struct *find" +
            signature +
            " { struct vm_area_struct *vma = mtree_load(&mm->mm_mt, 0x1000); get(vma); return vma; }\n"
            "void f(struct mm_struct *mm, struct vm_area_struct *vma) { MA_STATE(mas, &mm->mm_mt, 0, 0); " +
            call + "; }",
        "f(mm0, vma0)");
    std::vector<std::uint32_t> what;
    for (const Instr& instr : p.code) {
      if (instr.op == Op::kLockReturn && p.frames[instr.frame].function == "find") what.push_back(instr.imm);
    }
    return what;
  };
  using What = std::vector<std::uint32_t>;
  CHECK(asked("(struct mm_struct *mm)", "find(mm)") == What{kIsLookup});
  CHECK(asked("(struct mm_struct *mm, unsigned long address)", "find(mm, 0x1000)") == What{kIsLookup | kAddressInside});
  CHECK(asked("(struct mm_struct *mm, struct ma_state *mas, unsigned long address)", "find(mm, &mas, 0x1000)") == What{kIsLookup | kAddressOrNext});
}

TEST_CASE("a maple state goes stale where RCU or mmap_lock is given back") {
  const auto leaves = [](const std::string& body) {
    int count = 0;
    for (const Instr& instr : lower("void f(struct mm_struct *mm) { MA_STATE(mas, &mm->mm_mt, 0, 0); " + body + " }", "f(mm0)").code) {
      count += instr.op == Op::kIteratorLeave;
    }
    return count;
  };
  CHECK(leaves("rcu_read_lock(); mas_walk(&mas); rcu_read_unlock(); rcu_read_lock(); mas_walk(&mas); rcu_read_unlock();") == 1);
  CHECK(leaves("rcu_read_lock(); mas_walk(&mas); rcu_read_unlock(); mas_reset(&mas); rcu_read_lock(); mas_walk(&mas); rcu_read_unlock();") == 0);
  CHECK(
      leaves(
          "down_read(&mm->mmap_lock); mas_walk(&mas); up_read(&mm->mmap_lock); down_read(&mm->mmap_lock); mas_walk(&mas); up_read(&mm->mmap_lock);") ==
      1);
}

TEST_CASE("lockdep decides what asserting costs") {
  const std::string text = "void f(struct mm_struct *mm) { rwsem_assert_held_write(&mm->mmap_lock); }";
  CHECK(code(text, true).lower_call("f(mm0)", objects())->visible_count() == 0);
  CHECK(code(text, false).lower_call("f(mm0)", objects())->visible_count() == 1);
}

TEST_CASE("registers are shared by what is never alive together") {
  std::string body;
  for (int i = 0; i < 40; ++i) body += "{ int a = READ_ONCE(vma->vm_start); int b = READ_ONCE(vma->vm_end); WRITE_ONCE(vma->vm_start, a + b); } ";
  const Program p = lower("void f(struct vm_area_struct *vma) { " + body + "}", "f(vma0)");
  CHECK(p.register_count == 2);
  CHECK(p.visible_count() == 120);
}
