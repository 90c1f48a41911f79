// SPDX-License-Identifier: GPL-2.0-only
// Each mistake in the C text is an error that names its place.
#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

/// The error of "int f(struct vm_area_struct *vma)\n{\n\t<body>\n}\n", its position within the body's line.
std::string in_body(const std::string& body) { return error_of("int f(struct vm_area_struct *vma)\n{\n\t" + body + "\n}\n"); }

}  // namespace

TEST_CASE("names and fields") {
  CHECK(in_body("return x;") == "test.c:3:9: undeclared identifier `x`");
  CHECK(in_body("return vma0->vm_start;") == "test.c:3:9: undeclared identifier `vma0`");
  CHECK(in_body("return vma->vm_flags;").starts_with("test.c:3:14: `struct vm_area_struct` has no member `vm_flags`"));
  CHECK(in_body("return vma.vm_refcnt;") == "test.c:3:13: a `struct vm_area_struct *` is a pointer: use `->`");
  CHECK(in_body("return g(vma);") == "test.c:3:9: there is no function or macro `g`; --stub g stands in for a call that leaves the lock's files");
  CHECK(in_body("return f;") == "test.c:3:9: function pointers are not supported");
  CHECK(in_body("int vma2; int vma2; return 0;") == "test.c:3:16: redeclaration of `vma2` in this scope");
  CHECK(error_of("static struct { int a; } s;\nint f(struct vm_area_struct *vma) { return s.a; }") == "test.c:1:15: expected a name after `struct`");
  CHECK(in_body("goto out; return 0;") == "test.c:3:2: there is no label `out` in `f`");
  CHECK(in_body("out: out: return 0;") == "test.c:3:7: the label `out` is there twice");
  CHECK(error_of("int g(int n);\nint f(struct vm_area_struct *vma)\n{\n\treturn g(1);\n}\n") ==
        "test.c:4:9: `g` is declared, but no loaded file has its body; --stub g stands in for a call that leaves the lock's files");
}

TEST_CASE("an unknown member names the nearest, or all of them") {
  CHECK(in_body("return vma->vm_refcntt;") == "test.c:3:14: `struct vm_area_struct` has no member `vm_refcntt` here; did you mean `vm_refcnt`?");
  CHECK(in_body("return vma->something;").find("; there are `vm_refcnt`, ") != std::string::npos);
}

TEST_CASE("calls") {
  CHECK(error_of("static int g(int a, int b) { return a; }\nint f(struct vm_area_struct *vma) { return g(1); }") ==
        "test.c:2:44: `g` takes 2 arguments, not 1");
  CHECK(error_of("int f(struct vm_area_struct *vma) { return f(vma); }").starts_with("test.c:1:44: `f` calls itself"));
  CHECK(error_of("static int g(struct mm_struct *mm) { return 0; }\nint f(struct vm_area_struct *vma) { return g(vma); }")
            .starts_with("test.c:2:46: incompatible types: a `struct vm_area_struct *`"));
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "f(mm0)").starts_with("thread:1:3: "));
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "f(vma7)").starts_with("thread:1:3: undeclared identifier `vma7`"));
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "f()").starts_with("thread:1:1: `f` takes 1 arguments, not 0"));
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "g(vma0)") == "thread:1:1: there is no function `g`");
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "f(vma0) + 1").starts_with("thread:1:1: a thread runs one call"));
  CHECK(error_of("int f(int n) { return n; }", "f(({ 1; }))") == "thread:1:3: a statement expression is only supported inside a function");
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "f(f(vma0))").find("arguments are objects") != std::string::npos);
  CHECK(error_of("int f(int n) { return n; }", "f((1 << 2) + -3)") == "no error");
  CHECK(error_of("int f(struct vm_area_struct *vma) { return 0; }", "").starts_with("thread:1:1: expected an expression"));
}

TEST_CASE("types") {
  CHECK(in_body("return down_write(vma);").starts_with("test.c:3:"));
  CHECK(in_body("mmgrab(vma); return 0;").find("a `struct vm_area_struct *` does not become a `struct mm_struct *`") != std::string::npos);
  CHECK(in_body("return refcount_read(&vma->vm_mm->mmap_lock);").find("`refcount_t *`") != std::string::npos);
  CHECK(in_body("WRITE_ONCE(vma->vm_mm, vma); return 0;").find("does not become a `struct mm_struct *`") != std::string::npos);
  CHECK(in_body("return vma + 1;").starts_with("test.c:3:9: this operator needs numbers"));
  CHECK(in_body("return vma->vm_mm == vma;").starts_with("test.c:3:9: "));
  CHECK(in_body("return vma == 5;").starts_with("test.c:3:9: "));
  CHECK(in_body("return READ_ONCE(vma->vm_mm->mmap_lock);").find("no plain number") != std::string::npos);
  CHECK(in_body("return *vma;").find("cannot be read at once") != std::string::npos);
  CHECK(in_body("5 = 6; return 0;") == "test.c:3:2: not an lvalue: this has no address");
  CHECK(in_body("return;") == "test.c:3:2: `f` must return a value");
  CHECK(error_of("void f(struct vm_area_struct *vma) { return 1; }").starts_with("test.c:1:38: "));
}

TEST_CASE("the address of a local stays inside") {
  CHECK(in_body("int n; int *p; p = &n; return 0;").find("address of a local") != std::string::npos);
  CHECK(error_of("int *f(struct vm_area_struct *vma) { int n; return &n; }").find("cannot be returned") != std::string::npos);
  CHECK(error_of("static void g(int *p) { p = NULL; }\nint f(struct vm_area_struct *vma) { int n; g(&n); return 0; }").find("cannot be changed") !=
        std::string::npos);
  CHECK(error_of("struct s { int *p; };\nint f(struct vm_area_struct *vma) { int n; struct s a = { .p = &n }; return 0; }")
            .find("address of a local") != std::string::npos);
  CHECK(in_body("int n; return (vma ? &n : NULL) == NULL;").find("chooses between") != std::string::npos);
  // Registers of one struct are not those of another.
  const std::string structs = "struct a { int x; };\nstruct b { int x, y, z; };\n";
  CHECK(error_of(structs + "int f(struct vm_area_struct *vma) { struct a s; struct b *p = (struct b *)&s; p->z = 1; return p->z; }") != "no error");
  CHECK(error_of(structs + "int f(struct vm_area_struct *vma) { struct a s; struct b *p = (void *)&s; p->z = 1; return p->z; }") != "no error");
  CHECK(error_of(structs +
                 "static void g(void *v) { struct b *p = v; p->z = 1; }\nint f(struct vm_area_struct *vma) { struct a s; g(&s); return 0; }") !=
        "no error");
  CHECK(error_of(structs + "int f(struct vm_area_struct *vma) { return ((struct b *)NULL)->z; }").find("exists only as a local") !=
        std::string::npos);
}

TEST_CASE("what the subset lacks") {
  CHECK(in_body("int a[3][3]; return 0;") == "test.c:3:10: arrays of arrays are not supported");
  CHECK(in_body("float x; return 0;") == "test.c:3:2: floating point numbers are not supported");
  CHECK(in_body("extern int n; return n;").starts_with("test.c:3:2: a variable of another file"));
  CHECK(in_body("int (*p)(void); return 0;") == "test.c:3:6: pointers to functions are not supported");
  CHECK(in_body("return sizeof(*vma);") == "test.c:3:9: the size of a `struct vm_area_struct` is not known");
  CHECK(in_body("return 0x100000000;").starts_with("test.c:3:9: `0x100000000` does not fit 32 bits"));
  CHECK(in_body("return 1UL << 32;").find("a shift by 32 does not fit 32 bits") != std::string::npos);
  CHECK(in_body("return 1ULL << 40 != 0;").find("a shift by 40 does not fit 32 bits") != std::string::npos);
  CHECK(in_body("return 1.5;") == "test.c:3:9: `1.5` is not an integer");
  CHECK(in_body("asm(\"nop\"); return 0;") == "test.c:3:2: `asm` is not supported here");
  CHECK(in_body("spinlock_t l; return 0;").starts_with("test.c:3:13: a variable of type spinlock_t is not supported"));
  CHECK(in_body("union u v; return 0;") == "test.c:3:2: unions are not supported");
}

TEST_CASE("what does not parse") {
  CHECK(in_body("return (1;") == "test.c:3:11: expected `)` after this expression, not `;`");
  CHECK(in_body("return 1") == "test.c:4:1: expected `;` after this return, not `}`");
  CHECK(in_body("if vma return 1;") == "test.c:3:5: expected `(` after `if`, not `vma`");
  CHECK(in_body("int 5; return 0;") == "test.c:3:6: expected a name, not `5`");
  CHECK(in_body("return @;") == "test.c:3:9: `@` is not C");
  CHECK(in_body("return \"text\";").find("text") != std::string::npos);
  CHECK(in_body("break; return 0;") == "test.c:3:2: `break` outside of a loop");
  CHECK(in_body("else return 0;") == "test.c:3:2: `else` is not supported here");
}

TEST_CASE("a loop that never touches shared memory takes a step each time round") {
  CHECK(listing(lower("int f(struct vm_area_struct *vma) { for (;;) ; return 0; }", "f(vma0)")) == "0 pause\n1 jump -> 0\n2 end r0\n");
  CHECK(in_body("int n = vma->vm_start; while (n) n++; return 0;") == "no error");
  CHECK(in_body("again: goto again; return 0;") == "no error");
  CHECK(value_of("int n = 1; for (int i = 0; i < x; i++) n *= 2; return n;", 5) == 32);
}

TEST_CASE("more values at once than a thread has registers") {
  std::string declare, use = "0";
  for (int i = 0; i < 17; ++i) {
    declare += "int v" + std::to_string(i) + " = vma->vm_start; ";
    use += " + v" + std::to_string(i);
  }
  CHECK(in_body(declare + "use_vma(vma); return " + use + ";").find("more than 16 values are needed at once") != std::string::npos);
}

TEST_CASE("a mistake in code that nobody runs does not matter") {
  CHECK(error_of("int broken(void) { this is not C @ }\nstruct odd { int a : 3; };\nint f(struct vm_area_struct *vma) { return 0; }") == "no error");
}

TEST_CASE("an error shows its line with a caret") {
  const Result<Program> program = code("int f(struct vm_area_struct *vma)\n{\n\treturn\tx;\n}\n").lower_call("f(vma0)", objects());
  REQUIRE_FALSE(program);
  CHECK(program.error().to_string() == "test.c:3:9: error: undeclared identifier `x`\n  \treturn\tx;\n  \t      \t^");
}
