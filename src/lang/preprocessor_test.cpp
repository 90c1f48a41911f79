// SPDX-License-Identifier: GPL-2.0-only
#include "lang/preprocessor.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace vmalab;

namespace {

/// The tokens that a file leaves, all macros expanded.
std::string expanded(const std::string& text, const Preprocessor::FileRules& rules = {}, Preprocessor preprocessor = {}) {
  const std::vector<Token> kept = preprocessor.read(tokenize(text, 0), rules);
  TextPool pool;
  std::string out;
  for (const Token& token : preprocessor.expand(kept, pool)) out += (out.empty() ? "" : " ") + std::string(token.text);
  return out;
}

std::string error_in(const std::string& text) {
  try {
    expanded(text);
    return "no error";
  } catch (const CompileError& error) {
    return std::to_string(error.pos.line) + ':' + std::to_string(error.pos.column) + ": " + error.message;
  }
}

}  // namespace

TEST_CASE("macros") {
  CHECK(expanded("#define A 1\n#define B A + A\nB") == "1 + 1");
  CHECK(expanded("#define F(x, y) x * y\nF(a, (b, c)) F") == "a * ( b , c ) F");
  CHECK(expanded("#define F() 7\nF()") == "7");
  CHECK(expanded("#define F (x)\nF(1)") == "( x ) ( 1 )");
  CHECK(expanded("#define F(x, ...) g(x, __VA_ARGS__)\nF(1, 2, 3)") == "g ( 1 , 2 , 3 )");
  CHECK(expanded("#define F(x, ...) g(x, ##__VA_ARGS__)\nF(1) F(1, 2)") == "g ( 1 ) g ( 1 , 2 )");
  CHECK(expanded("#define S(x) #x\nS(a + \"b\")") == "\"a + \\\"b\\\"\"");
  CHECK(expanded("#define P(a, b) a##b\nP(x, 1)") == "x1");
  CHECK(expanded("#define A 1\n#undef A\nA") == "A");
}

TEST_CASE("a macro is not expanded inside itself") {
  CHECK(expanded("#define A A + 1\nA") == "A + 1");
  CHECK(expanded("#define A B\n#define B A\nA") == "A");
  CHECK(expanded("#define f(x) f(x + 1)\nf(f(2))") == "f ( f ( 2 + 1 ) + 1 )");
}

TEST_CASE("the last definition serves uses before it too") { CHECK(expanded("#define A 1\nA\n#undef A\n#define A 2\nA") == "2 2"); }

TEST_CASE("conditions") {
  CHECK(expanded("#ifdef X\na\n#else\nb\n#endif") == "b");
  CHECK(expanded("#define X\n#ifdef X\na\n#else\nb\n#endif") == "a");
  CHECK(expanded("#ifndef X\na\n#endif\nc") == "a c");
  CHECK(expanded("#define X 3\n#if X > 2 && defined(X) && !defined Y\na\n#elif 1\nb\n#else\nc\n#endif") == "a");
  CHECK(expanded("#if 0\na\n#elif 0\nb\n#elif 1\nc\n#else\nd\n#endif") == "c");
  CHECK(expanded("#if 0\n#if 1\na\n#endif\n#error no\n#else\nb\n#endif") == "b");
  CHECK(expanded("#define CONFIG_A 1\n#if IS_ENABLED(CONFIG_A) && !IS_ENABLED(CONFIG_B)\na\n#endif") == "a");
  CHECK(expanded("#define CONFIG_A 1\nIS_ENABLED(CONFIG_A) IS_ENABLED(CONFIG_B)") == "1 0");
  CHECK(expanded("#if (1 ? 2 : 3) == 2 && -1 < 0 && (6 / 3) % 2 == 0 && 1 << 3 == 8\na\n#endif") == "a");
  CHECK(expanded("#if -1 > 0u && -1 < 0 && ~0u >> 63 == 1 && -1 >> 63 == -1 && (0 ? 0u : -1) > 0 && -1 / 2u > 1\na\n#endif") == "a");
  CHECK(expanded("#if 0xffffffffffffffff < 0 || (-1 == -1u) - 1 > 0\na\n#endif\nb") == "b");
  CHECK(expanded("#if UNKNOWN || 0 && OTHER(1, 2)\na\n#endif\nb") == "b");
  CHECK(expanded("#if 1 || OTHER(1, 2)\na\n#endif\nb") == "a b");
  CHECK(expanded("#if 1 ? 1 : OTHER(1, 2)\na\n#endif\nb") == "a b");
  CHECK(error_in("#if UNKNOWN || OTHER(1, 2)\na\n#endif").find("no file that is read defines `OTHER`") != std::string::npos);
  CHECK(expanded("#define CONFIG_A 1\n#if IS_REACHABLE(CONFIG_A) && IS_BUILTIN(CONFIG_A) && !IS_MODULE(CONFIG_A)\na\n#endif") == "a");
}

TEST_CASE("mistakes are reported where they are") {
  CHECK(error_in("a\n  #if 1\nb") == "2:3: this #if has no #endif");
  CHECK(error_in("#endif") == "1:1: #endif without #if");
  CHECK(error_in("#else") == "1:1: #else without #if");
  CHECK(error_in("#if 1 +\n#endif") == "1:5: this condition ends too early");
  CHECK(error_in("#if 1 / 0\n#endif") == "1:5: division by zero or minus one in this condition");
  CHECK(error_in("#define F(x) x\n F(1, 2)") == "2:2: the macro F takes 1 arguments, not 2");
  CHECK(error_in("#define F(x) x\n F(1") == "2:2: the invocation of F has no closing parenthesis");
  CHECK(error_in("#define F(x\n") == "1:9: the parameter list of this macro does not end");
  CHECK(error_in("IS_ENABLED(1)") == "1:1: IS_ENABLED takes one option, such as CONFIG_LOCKDEP");
}

TEST_CASE("an #if has one #else") {
  for (const char* text : {"#if 1\n#else\n#else\n#endif", "#if 0\n#else\n#elif 1\n#endif"}) {
    CHECK_THROWS_AS(expanded(text), CompileError);
  }
}

TEST_CASE("a lenient file's odd conditions are false") {
  Preprocessor::FileRules lenient;
  lenient.lenient = true;
  CHECK(expanded("#if 1 +\na\n#else\nb\n#endif", lenient) == "b");
  CHECK(expanded("#error never\na", lenient) == "a");
}

TEST_CASE("primitives stay what they are in a kernel tree, and a variant may replace them") {
  Preprocessor preprocessor;
  Preprocessor::FileRules lock, tree, variant;
  lock.lock = true;
  tree.may_unlock = false;
  preprocessor.read(tokenize("#define P 1\n", 0), lock);
  preprocessor.read(tokenize("#undef P\n#define P 2\n#define Q 3\n", 1), tree);
  CHECK(expanded("P Q", {}, preprocessor) == "1 3");
  preprocessor.read(tokenize("#define P 4\n", 2), variant);
  CHECK(expanded("P", {}, preprocessor) == "4");
}

TEST_CASE("a file taken for its constants gives no other macros") {
  Preprocessor::FileRules rules;
  rules.constants_only = true;
  Preprocessor preprocessor;
  preprocessor.read(tokenize("#define A 1\n#define F(x) x\n", 0), rules);
  CHECK(expanded("A F(2)", {}, preprocessor) == "1 F ( 2 )");
}

TEST_CASE("where expanded text is shown") {
  Preprocessor preprocessor;
  const std::string text =
      "#define SUM(a, b) ((a) + (b))\n"
      "#define WAIT(c) ({ int r; \\\n  r = c; r; })\n"
      "#define OUTER(c) WAIT(c)\n"
      "SUM(x, y);\nOUTER(z)";
  const std::vector<Token> kept = preprocessor.read(tokenize(text, 0), {});
  TextPool pool;
  const std::vector<Token> tokens = preprocessor.expand(kept, pool);
  // The macro's own text takes the place of the invocation, an argument stays where it is written.
  CHECK(tokens[0].pos == SourcePos{0, 1, 5});
  CHECK(tokens[0].end == SourcePos{0, 10, 5});
  CHECK(tokens[2].text == "x");
  CHECK(tokens[2].pos == SourcePos{0, 5, 5});
  // A statement-expression macro keeps its text and says that it was called, by the outermost name.
  const auto open = std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.use != nullptr; });
  REQUIRE(open != tokens.end());
  CHECK(open->use->name == "OUTER");
  CHECK(open->use->call == SourcePos{0, 1, 6});
  CHECK(open->use->definition == SourcePos{0, 9, 4});
  CHECK(open->pos == SourcePos{0, 17, 2});
  const auto z = std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.text == "z"; });
  REQUIRE(z != tokens.end());
  CHECK(z->pos == SourcePos{0, 7, 6});
}

TEST_CASE("numbers") {
  CHECK(parse_number("0x1fUL").value == 31);
  CHECK(parse_number("017").value == 15);
  CHECK(parse_number("1U").is_unsigned);
  CHECK_FALSE(parse_number("1L").is_unsigned);
  CHECK(parse_number("0x80000000").is_unsigned);
  CHECK_FALSE(parse_number("08").ok);
  CHECK_FALSE(parse_number("1.5").ok);
  CHECK_FALSE(parse_number("0x").ok);
  CHECK_FALSE(parse_number("99999999999999999999999").ok);
}

TEST_CASE("expansion that would never stop growing is refused") {
  std::string text = "#define A0 x x\n";
  for (int i = 1; i < 40; ++i) text += "#define A" + std::to_string(i) + " A" + std::to_string(i - 1) + " A" + std::to_string(i - 1) + "\n";
  CHECK(error_in(text + "A39").find("macro expansion grows beyond") != std::string::npos);
  std::string nested = "x";
  for (int i = 0; i < 500; ++i) nested = "F(" + nested + ")";
  CHECK(error_in("#define F(x) x\n" + nested).find("nested too deeply") != std::string::npos);
  std::string doubled = "#define S(x) #x #x\n#define T(x) S(x)\n";
  std::string call = "a";
  for (int i = 0; i < 50; ++i) call = "T(" + call + ")";
  CHECK(error_in(doubled + call) != "no error");
}

TEST_CASE("a family of names means what its rule says, where no file defines the name") {
  const std::string rules =
      "#define __vmalab_any_WARN(c, ...) warn(c, __vmalab_name)\n#define __vmalab_any_WARN_NOT(...) 0\n#define WARN_MINE(x) mine(x)\n";
  CHECK(expanded(rules + "WARN_LOUD(a == b, 1)") == "warn ( a == b , \"WARN_LOUD\" )");
  CHECK(expanded(rules + "WARN(a)") == "warn ( a , \"WARN\" )");
  CHECK(expanded(rules + "WARN_NOTHING(a, b)") == "0");
  CHECK(expanded(rules + "WARN_MINE(a)") == "mine ( a )");
  CHECK(expanded(rules + "WARN_LOUD + MY_WARN(a)") == "WARN_LOUD + MY_WARN ( a )");
  CHECK(expanded(rules + "#ifdef WARN_LOUD\nyes\n#endif\n") == "");
  Preprocessor preprocessor;
  preprocessor.add_function_name("WARN_FUNCTION");
  CHECK(expanded(rules + "WARN_FUNCTION(a)", {}, preprocessor) == "WARN_FUNCTION ( a )");
  CHECK(expanded("#define atomic_read(v) read(v)\natomic_long_read(x) atomic64_read(y)") == "read ( x ) read ( y )");
}
