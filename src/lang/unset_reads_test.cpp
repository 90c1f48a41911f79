// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>

#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

constexpr const char* kNoValue = "undefined behaviour: `n` is read before it has a value";

/// What f(vma0) of this text runs into, x being vm_start.
std::vector<std::string> met(const std::string& text, Word x = 0) {
  const Run done = run(lower(text, "f(vma0)"), {{vma_address(0, VmaField::kStart), x}});
  CHECK(done.ended);
  std::vector<std::string> complaints;
  std::copy_if(done.seen.begin(), done.seen.end(), std::back_inserter(complaints),
               [](const std::string& seen) { return seen.starts_with("undefined"); });
  return complaints;
}
std::vector<std::string> met_in(const std::string& body, Word x = 0) {
  return met("int f(struct vm_area_struct *vma) { int x = vma->vm_start; " + body + " }", x);
}
const std::vector<std::string> kNone;

}  // namespace

TEST_CASE("a local that is read before it has a value is no zero") {
  CHECK(met_in("int n; return n;") == std::vector<std::string>{kNoValue});
  CHECK(met_in("int n; n = x; return n;") == kNone);
  CHECK(met_in("int n; n += x; return 0;") == std::vector<std::string>{kNoValue});
  CHECK(met_in("int n; if (x) n = 1; if (n) return 1; return 0;", 0) == std::vector<std::string>{kNoValue});
  CHECK(met_in("int n; if (x) n = 1; if (n) return 1; return 0;", 1) == kNone);
  // What belongs together decides alike: nothing that a look at the text could tell.
  for (const Word value : {0u, 1u}) CHECK(met_in("int n; if (x) n = 1; use_vma(vma); if (x) return n; return 0;", value) == kNone);
  // Each turn declares it anew.
  CHECK(met_in("for (int i = 0; i < 2; i++) { int n; use_vma(vma); if (i) x = n; n = 1; } return x;").size() == 1);
  CHECK(met_in("goto past; int n; past: return n;").size() == 1);
  CHECK(met_in("int n[2]; n[0] = 1; return n[0];") == kNone);
  CHECK(met_in("int n[2]; n[0] = 1; return n[1];").size() == 1);
}

TEST_CASE("what has a value in another way is no false alarm") {
  CHECK(met_in("bool n; refcount_t *r = &vma->vm_refcnt; int old; n = __refcount_inc_not_zero(r, &old); return n ? old : 0;") == kNone);
  CHECK(met("void set(int *p) { *p = 3; }\nint f(struct vm_area_struct *vma) { int n; set(&n); return n; }") == kNone);
  CHECK(met("int get(int *p) { return *p; }\nint f(struct vm_area_struct *vma) { int n; return get(&n); }").size() == 1);
  CHECK(met("struct s { int a, b; };\nint f(struct vm_area_struct *vma) { struct s n, m; n.a = 1; m = n; return m.a; }") == kNone);
  CHECK(met("struct s { int a, b; };\nint f(struct vm_area_struct *vma) { struct s n, m; n.a = 1; m = n; return m.b; }").size() == 1);
  CHECK(met("struct s { int a, b; };\nint f(struct vm_area_struct *vma) { struct s n = { .a = 1 }; return n.b; }") == kNone);
  CHECK(met_in("int n[4]; for (int i = 0; i < 4; i++) n[i] = i; return n[x];", 2) == kNone);
  CHECK(met_in("int n; (void)sizeof(n); typeof(n) m = 1; return m;") == kNone);
}

TEST_CASE("what a function gives that comes to its end without a return") {
  const std::string text = "int g(int x) { if (x) return 1; }\n";
  const std::vector<std::string> said{"undefined behaviour: the value of g() is used, which came to its end without a return"};
  CHECK(met(text + "int f(struct vm_area_struct *vma) { return g(vma->vm_start); }", 0) == said);
  CHECK(met(text + "int f(struct vm_area_struct *vma) { if (g(vma->vm_start)) return 2; return 1; }", 0) == said);
  CHECK(met(text + "int f(struct vm_area_struct *vma) { return g(vma->vm_start); }", 1) == kNone);
  // Nobody uses it: that is allowed.
  CHECK(met(text + "int f(struct vm_area_struct *vma) { g(vma->vm_start); return 0; }", 0) == kNone);
  CHECK(met("int f(struct vm_area_struct *vma) { while (1) { if (vma->vm_start) return 1; } }", 1) == kNone);
  CHECK(met("int f(struct vm_area_struct *vma) { switch (vma->vm_start) { case 1: return 1; default: return 2; } }", 1) == kNone);
  CHECK(met("int f(struct vm_area_struct *vma) { use_vma(vma); }").size() == 1);
}
