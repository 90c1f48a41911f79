// SPDX-License-Identifier: GPL-2.0-only
// Random programs must do the same before and after everything that makes them smaller.
#include <random>

#include "lang/declarations.h"
#include "lang/ir.h"
#include "lang/lang_test_support.h"
#include "lang/lowering.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

/// Writes C with a few variables, tests, loops over shared words, calls and jumps.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string program() {
    std::string text = "static int g(int p, int *q)\n{\n\tint a = p, b = 1, c = 2;\n" + block(2, false) + "\t*q += a;\n\treturn b;\n}\n";
    return text +
           "int f(struct vm_area_struct *vma0, struct vm_area_struct *vma)\n{\n\tint a = READ_ONCE(vma->vm_start), b = 3, c = READ_ONCE(vma->vm_end);\n" +
           block(3, true) + "\treturn a ^ b << 3 ^ c;\n}\n";
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  std::string variable() { return std::string(1, "abc"[pick(3)]); }
  std::string value(int depth, bool shared) {
    switch (depth == 0 ? pick(3) : pick(11)) {
      case 0: return std::to_string(pick(4));
      case 1:
      case 2: return variable();
      case 3: return shared ? "(int)READ_ONCE(vma->vm_start)" : variable();
      case 4: return "(" + value(depth - 1, shared) + " && " + value(depth - 1, shared) + ")";
      case 5: return "(" + value(depth - 1, shared) + " ? " + value(depth - 1, shared) + " : " + value(depth - 1, shared) + ")";
      case 6: return "!" + value(depth - 1, shared);
      case 7: return "(" + variable() + " = " + value(depth - 1, shared) + ")";
      case 8: return "(" + value(depth - 1, shared) + " || " + value(depth - 1, shared) + ")";
      default: {
        constexpr const char* kOps[] = {"+", "-", "*", "&", "|", "^", "==", "!=", "<", "<=", ">", ">="};
        return "(" + value(depth - 1, shared) + " " + kOps[pick(12)] + " " + value(depth - 1, shared) + ")";
      }
    }
  }
  std::string block(int depth, bool shared) {
    std::string text;
    for (int i = 0, count = 1 + pick(4); i < count; ++i) text += statement(depth, shared);
    return text;
  }
  std::string statement(int depth, bool shared) {
    switch (depth == 0 ? pick(3) : pick(9)) {
      case 0: return variable() + " = " + value(2, shared) + ";\n";
      case 1: return variable() + " += " + value(1, shared) + ";\n";
      case 2: return shared ? "WRITE_ONCE(vma->vm_start, " + value(2, shared) + ");\n" : variable() + "++;\n";
      case 3:
      case 4: return "if (" + value(2, shared) + ") {\n" + block(depth - 1, shared) + "} else {\n" + block(depth - 1, shared) + "}\n";
      case 5:
        if (!shared) return variable() + "--;\n";
        return "while (READ_ONCE(vma->vm_end)) {\nvma->vm_end = vma->vm_end - 1;\n" + block(depth - 1, shared) +
               (pick(2) ? "if (" + variable() + " == 1) break;\n" : "if (" + variable() + " == 2) continue;\n") + "}\n";
      case 6: return shared ? variable() + " = g(" + value(1, shared) + ", &" + variable() + ");\n" : "c = a - b;\n";
      case 7: {
        const std::string label = "l" + std::to_string(labels_++);
        return "if (" + value(1, shared) + ") goto " + label + ";\n" + block(depth - 1, shared) + label + ":\n;\n";
      }
      default: return "{ int a = b; b = a + 1; " + block(depth - 1, shared) + "}\n";
    }
  }

  std::mt19937 random_;
  int labels_ = 0;
};

/// The program as the lowering leaves it, or with everything done to it.
Program build(const Declarations& declarations, bool optimized) {
  const Declarations::Function* function = declarations.find_function("f");
  REQUIRE(function != nullptr);
  static const std::vector<ObjectName> kNone;
  ExtraWords words;
  IrProgram ir = Lowering(declarations, kNone, words).run_function(*function);
  if (optimized) optimize(ir);
  return emit_program(ir, allocate_registers(ir));
}

}  // namespace

TEST_CASE("a program does the same whether it was made smaller or not") {
  int smaller = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    // The object is a constant, so that both programs name the same words.
    const std::string text = "#define READ_ONCE(x) __vmalab_load_once(x)\n#define WRITE_ONCE(x, v) __vmalab_store_once(x, v)\n" +
                             Writer(seed).program();
    Declarations declarations;
    declarations.add_file(declarations.preprocessor().read(tokenize(text, 0), {}));
    CAPTURE(seed);
    CAPTURE(text);
    Program plain, small;
    try {
      plain = build(declarations, false);
      small = build(declarations, true);
    } catch (const CompileError& error) {
      FAIL(error.message);
    }
    smaller += small.code.size() < plain.code.size();
    CHECK(small.code.size() <= plain.code.size() * 2);
    for (const Word start : {Word{0}, Word{1}, Word{5}}) {
      for (const Word end : {Word{0}, Word{3}}) {
        // Both parameters are NULL here: the fields of "NULL" are the words 0 and on.
        const std::map<Word, Word> memory{{static_cast<Word>(VmaField::kStart), start}, {static_cast<Word>(VmaField::kEnd), end}};
        const Run before = run(plain, memory), after = run(small, memory);
        REQUIRE(before.ended == after.ended);
        if (!before.ended) continue;
        CHECK(before.result == after.result);
        CHECK(before.memory == after.memory);
        CHECK(before.seen == after.seen);
      }
    }
  }
  CHECK(smaller > 190);
}

TEST_CASE("live registers are exactly those read later") {
  const Program p = lower(
      "int f(struct vm_area_struct *vma) { int a = READ_ONCE(vma->vm_start); use_vma(vma); int b = READ_ONCE(vma->vm_end); return b ? a : 0; }",
      "f(vma0)");
  // load a, use_vma, load b, ...
  CHECK(p.live_in[0] == 0);
  CHECK(p.live_in[1] != 0);
  CHECK((p.live_in[1] & (p.live_in[1] - 1)) == 0);
  CHECK(p.live_in[2] == p.live_in[1]);
}

TEST_CASE("what a test has told is known behind it") {
  CHECK(lower("int f(struct vm_area_struct *vma) { int a = vma->vm_start; if (a) return 1; if (a) use_vma(vma); return a; }", "f(vma0)")
            .visible_count() == 1);
  CHECK(lower("int f(struct vm_area_struct *vma) { int a = vma->vm_start; if (a == 3) { if (a != 3) use_vma(vma); return a; } return 0; }", "f(vma0)")
            .visible_count() == 1);
  CHECK(lower("int f(struct vm_area_struct *vma) { bool ok = false; int a = vma->vm_start; if (a) ok = true; if (!ok && a) use_vma(vma); return 0; }",
              "f(vma0)")
            .visible_count() == 1);
}
