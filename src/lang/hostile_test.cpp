// SPDX-License-Identifier: GPL-2.0-only
// Input made to hurt ends in an error, soon.
#include <chrono>
#include <random>

#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

std::string repeat(const std::string& text, int count) {
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

std::string in_body(const std::string& body) { return error_of("int f(struct vm_area_struct *vma)\n{\n" + body + "\nreturn 0;\n}\n"); }

}  // namespace

TEST_CASE("deep nesting") {
  constexpr int kDeep = 20'000;
  CHECK(in_body("return " + repeat("(", kDeep) + "1" + repeat(")", kDeep) + ";").find("nested more than") != std::string::npos);
  CHECK(in_body(repeat("{", kDeep) + repeat("}", kDeep)).find("nested more than") != std::string::npos);
  CHECK(in_body(repeat("if (vma) ", kDeep) + ";").find("nested more than") != std::string::npos);
  CHECK(in_body("return " + repeat("!", kDeep) + "1;").find("nested more than") != std::string::npos);
  CHECK(in_body("return " + repeat("1 ? 1 : ", kDeep) + "1;").find("nested more than") != std::string::npos);
  CHECK(in_body("int x; " + repeat("x = ", kDeep) + "1;").find("nested more than") != std::string::npos);
  CHECK(in_body("return 1" + repeat(" + 1", kDeep) + ";").find("too long or nested too deeply") != std::string::npos);
  CHECK(in_body("return vma" + repeat("->vm_mm", kDeep) + ";").find("too long or nested too deeply") != std::string::npos);
  CHECK(in_body("return 0" + repeat(", 0", kDeep) + ";").find("too long or nested too deeply") != std::string::npos);
  CHECK(in_body(repeat("if (vma) return 1; else ", kDeep) + ";").find("nested more than") != std::string::npos);
  CHECK(in_body("struct s a = " + repeat("{", kDeep) + repeat("}", kDeep) + ";") != "no error");
}

TEST_CASE("deep calls") {
  std::string text = "static int g0(int n) { return n; }\n";
  for (int i = 1; i < 300; ++i) text += "static int g" + std::to_string(i) + "(int n) { return g" + std::to_string(i - 1) + "((n)); }\n";
  CHECK(error_of(text + "int f(struct vm_area_struct *vma) { return g299(1); }").find("nested too deeply") != std::string::npos);
}

TEST_CASE("wide calls") {
  // Each function calls the one before it ten times: ten million calls once they are inlined.
  std::string text = "static void g0(struct vm_area_struct *vma) { use_vma(vma); }\n";
  for (int i = 1; i < 8; ++i) {
    text += "static void g" + std::to_string(i) + "(struct vm_area_struct *vma) { " + repeat("g" + std::to_string(i - 1) + "(vma); ", 10) + "}\n";
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK(error_of(text + "int f(struct vm_area_struct *vma) { g7(vma); return 0; }") != "no error");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("long programs") {
  const auto begin = std::chrono::steady_clock::now();
  // Just within what a program counter reaches, and beyond it.
  const Result<Program> fits =
      code("void f(struct vm_area_struct *vma) { " + repeat("use_vma(vma); ", 20'000) + "}").lower_call("f(vma0)", objects());
  REQUIRE(fits);
  CHECK(fits->visible_count() == 20'000);
  CHECK(in_body(repeat("use_vma(vma); ", 70'000)) != "no error");
  // Many blocks and many values.
  (void)in_body(repeat("if (vma->vm_start) { int a = vma->vm_end; if (a) use_vma(vma); } ", 1'500));
  std::string variables;
  for (int i = 0; i < 1'500; ++i) variables += "int v" + std::to_string(i) + " = vma->vm_start; if (v" + std::to_string(i) + ") goto out; ";
  (void)in_body(variables + "out:");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

TEST_CASE("chains of types without an end, and programs too large to keep track of") {
  std::string chain = "typedef int t0;\n";
  for (int i = 0; i < 20000; ++i) chain += "typedef t" + std::to_string(i) + " t" + std::to_string(i + 1) + ";\n";
  CHECK(error_of(chain + "int f(struct vm_area_struct *vma) { t20000 x = 0; return x; }") != "no error");
  std::string structs = "struct s0 { int a; };\n";
  for (int i = 0; i < 10000; ++i) structs += "struct s" + std::to_string(i + 1) + " { struct s" + std::to_string(i) + " a; };\n";
  CHECK(error_of(structs + "int f(struct vm_area_struct *vma) { struct s10000 x; return 0; }") != "no error");
  std::string large = "int f(struct vm_area_struct *vma) {\n";
  for (int i = 0; i < 4000; ++i) large += "int a" + std::to_string(i) + " = " + std::to_string(i) + ";\n";
  for (int i = 0; i < 4000; ++i) large += "if (vma->vm_lock_seq) vma->vm_lock_seq = 1;\n";
  CHECK(error_of(large + "return 0; }").find("too large once every call is inlined") != std::string::npos);
}

TEST_CASE("a thread's arguments are not computed") {
  CHECK(error_of("int f(struct vm_area_struct *vma, int n) { return 0; }", "f(vma0, (vma0->vm_lock_seq, 1))").find("not something to compute") !=
        std::string::npos);
  CHECK(error_of("int f(struct vm_area_struct *vma, int n) { return 0; }", "f(vma0, 2 + 3 * 4)") == "no error");
}

TEST_CASE("texts without an end") {
  for (const char* text : {"/* no end",
                           "\"no end",
                           "'",
                           "int f(",
                           "int f(struct vm_area_struct *vma) {",
                           "struct s {",
                           "#if 1",
                           "#define F(",
                           "#define",
                           "#",
                           "#ifdef",
                           "enum {",
                           "typedef",
                           "int f(struct vm_area_struct *vma) { return ({ 1; ",
                           "}}}}}",
                           ")))",
                           "= { {",
                           "#if (",
                           "#elif",
                           "#undef",
                           "static inline",
                           "int f(struct vm_area_struct *vma) { return 1 ? 2",
                           "EXPORT_SYMBOL(",
                           "int f(struct vm_area_struct *vma) { x: }"}) {
    CAPTURE(text);
    (void)error_of(text);
  }
  CHECK(error_of(std::string("int f(struct vm_area_struct *vma) { return \0; }", 47)).starts_with("test.c:1:44: "));
  CHECK(error_of("int f(struct vm_area_struct *vma) {") == "test.c:1:35: this brace is never closed");
  CHECK(error_of("struct s {") == "test.c:1:10: this brace is never closed");
  CHECK(error_of(std::string(100'000, '\0')) == "test.c:1:1: a zero byte (U+0000) is no C: it may stand in a comment or a string only");
}

TEST_CASE("structs, typedefs and enums that mention themselves") {
  CHECK(error_of("struct s { struct s a; int b; };\nint f(struct vm_area_struct *vma) { struct s x; x.b = 1; return x.b; }") != "no error");
  CHECK(error_of("struct a { struct b x; };\nstruct b { struct a x; };\nint f(struct vm_area_struct *vma) { struct a x; return 0; }") != "no error");
  CHECK(error_of("typedef t t;\nint f(struct vm_area_struct *vma) { t x = 1; return x; }") != "no error");
  CHECK(error_of("enum { A = A + 1, B };\nint f(struct vm_area_struct *vma) { return B == 2; }") == "no error");
}

const std::string kWhole =
    "#define wait(c)	({ int r = 0; for (;;) { if (c) break; schedule(); } r; })\n"
    "struct s { struct vm_area_struct *vma; int n; bool d; };\n"
    "static int g(struct s *s, int *p)\n{\n\tif (s->n && p)\n\t\t*p = s->n ? READ_ONCE(s->vma->vm_lock_seq) : 1;\n\treturn wait(refcount_read(&s->vma->vm_refcnt) == 1);\n}\n"
    "int f(struct vm_area_struct *vma)\n{\n\tstruct s s = { .vma = vma, .n = 2 };\n\tint i;\n\n"
    "again:\n\tif (WARN_ON(g(&s, &i)))\n\t\tgoto again;\n#ifdef CONFIG_LOCKDEP\n\ts.n++;\n#else\n\ts.n--;\n#endif\n\treturn s.n + i;\n}\n";

TEST_CASE("a file that is cut off anywhere is an error or a program, never a crash") {
  REQUIRE(error_of(kWhole) == "no error");
  for (std::size_t cut = 0; cut < kWhole.size(); ++cut) (void)error_of(kWhole.substr(0, cut));
}

// More of them, without an end: code_fuzz.cpp.
TEST_CASE("a file with bytes changed, added or missing is an error or a program, never a crash") {
  std::mt19937 random(7);
  constexpr std::string_view kBytes = "(){};,*&->.=!?:#\\\"'/0x1a_ \n\t\0\x80";
  for (int i = 0; i < 350; ++i) {
    std::string damaged = kWhole;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % damaged.size();
      const char byte = kBytes[random() % kBytes.size()];
      switch (random() % 3) {
        case 0: damaged[at] = byte; break;
        case 1: damaged.insert(at, 1, byte); break;
        default: damaged.erase(at, 1 + random() % 8); break;
      }
    }
    (void)error_of(damaged);
  }
}

TEST_CASE("C that came through a mail or a word processor is refused by the name of what is wrong") {
  const auto says = [](const std::string& line, const std::string& part, int column) {
    CAPTURE(line);
    const Result<CodeBase> loaded = CodeBase::load_texts(
        {{"a.c", "/* any \xe2\x80\x9ctext\xe2\x80\x9d */\n" + line + "\n", SourceFile::Origin::kVariant}}, {});
    REQUIRE_FALSE(loaded);
    CAPTURE(loaded.error().to_string());
    CHECK(loaded.error().message.find(part) != std::string::npos);
    CHECK(loaded.error().line == 2);
    CHECK(loaded.error().column == column);
  };
  says("static int\xc2\xa0x;", "a no-break space (U+00A0)", 11);
  says("int\xe2\x80\xafx;", "a narrow no-break space (U+202F)", 4);
  says("int x\xe2\x80\x8b;", "a zero-width space (U+200B)", 6);
  says("int x;\xef\xbb\xbf", "a byte order mark (U+FEFF)", 7);
  says("#define S \xe2\x80\x9ctext\xe2\x80\x9d", "a left double quotation mark (U+201C)", 11);
  says("int a = b \xe2\x80\x93 c;", "an en dash (U+2013)", 11);
  says("int a = b \xe2\x88\x92 c;", "a minus sign (U+2212)", 11);
  says("\xff", "a byte that is no UTF-8 (0xff)", 1);
  says("int x;\x1b[2J", "an escape character (U+001B)", 7);
  says("> int x;", "as in a quoted mail", 1);
  says("int \\*x;", "Markdown", 5);
  says("int a =3D 1;", "quoted-printable", 7);
  says("int a = vma-&gt;vm_start;", "&gt; is no C", 13);
  says("int a = b &amp;&amp; c;", "&amp; is no C", 11);
  // A byte order mark at the start and CR LF are nothing to tell anybody about, and strings and comments hold anything.
  CHECK(CodeBase::load_texts({{"a.c", "\xef\xbb\xbf#define A 1\r\nint x;\r\n/* \xc2\xa0 */ // \xe2\x80\x9c\r\n"}}, {}));
  CHECK(CodeBase::load_texts({{"a.c", "#define S \"caf\xc3\xa9 \xe2\x80\x93\"\n"}}, {}));
}
