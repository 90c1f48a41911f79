// SPDX-License-Identifier: GPL-2.0-only
#include "lang/stubs.h"

#include <doctest/doctest.h>

#include "base/test_text.h"
#include "lang/lang_test_support.h"

namespace vmalab {
namespace {

using testing::contains;

const std::string kCode =
    "#define EINTR 4\n"
    "bool may(int n);\nstruct vm_area_struct *other(void);\nvoid note(int n);\nunsigned long addr(void);\n"
    "int f(struct vm_area_struct *vma)\n{\n\tint r = odd();\n\n\tnote(vma->vm_start);\n\tif (may(1))\n\t\tr += other() == NULL;\n"
    "\twhile (may(2))\n\t\tuse_vma(vma);\n\treturn r + addr();\n}\n";

const std::vector<ObjectName> kObjects{{"mm0", mm_address(0)}, {"vma0", vma_address(0)}, {"vma1", vma_address(1)}};

CodeBase stubbed(const Stubs& stubs) {
  const CodeBase code = test::code(kCode);
  return code.with_stubs(stubs).value();
}

Stubs all_five() {
  Stubs stubs;
  for (const char* name : {"odd", "note", "may", "other", "addr"}) stubs.stubs.push_back(parse_stub(name).value());
  return stubs;
}

}  // namespace

TEST_CASE("what --stub takes") {
  CHECK(parse_stub("f").value().values.empty());
  CHECK(parse_stub("f=0").value().values == std::vector<std::string>{"0"});
  CHECK(parse_stub(" f = 0, ERR_PTR(-1, 2) ,vma0").value().values == std::vector<std::string>{"0", "ERR_PTR(-1, 2)", "vma0"});
  for (const char* bad : {"", "=1", "f=", "f=1,", "1f", "f()", "a b=1", "f=\n"}) CHECK_FALSE(parse_stub(bad).has_value());
}

TEST_CASE("stubs as a file of a trace, and back") {
  Stubs stubs = all_five();
  stubs.stubs[1].values = {"0", "-ENOMEM"};
  stubs.given["r1"] = {"1", "vma0"};
  const Stubs again = parse_stubs(stubs.text()).value();
  CHECK(again.text() == stubs.text());
  CHECK(again.stubs.size() == 5);
  CHECK(again.given.at("r1") == std::vector<std::string>{"1", "vma0"});
  for (const char* bad : {"int x;\n", "// stub\n", "// stub f\n// stub f\n", "// thread r1\n"}) CHECK_FALSE(parse_stubs(bad).has_value());
}

TEST_CASE("a stub gives the values that are tried of its type, whatever is given, and what is in a loop is known") {
  for (const std::string given : {"0", "1"}) {
    Stubs stubs = all_five();
    stubs.given["t"] = {"-EINTR", given, "vma1", given};
    const auto program = stubbed(stubs).lower_call("f(vma0)", kObjects, "t");
    if (!program) FAIL(program.error().to_string());
    const std::vector<StubCall>& calls = program->stub_calls;
    REQUIRE(calls.size() == 5);  // note() gives nothing
    CHECK(calls[0].options == std::vector<std::string>{"0", "1", "-EINTR"});
    CHECK(calls[0].value == "-EINTR");
    CHECK(calls[1].options == std::vector<std::string>{"false", "true"});
    CHECK(calls[2].options == std::vector<std::string>{"NULL", "vma0", "vma1"});
    CHECK_FALSE(calls[1].in_loop);
    CHECK(calls[3].in_loop);
    CHECK(calls[4].function == "addr");
    CHECK(calls[4].value == "0");
  }
}

TEST_CASE("stubs that cannot be") {
  const CodeBase code = test::code(kCode);
  const auto error = [&](const char* text) {
    Stubs stubs = all_five();
    std::erase_if(stubs.stubs, [&](const Stubs::Stub& one) { return one.name == parse_stub(text).value().name; });
    stubs.stubs.push_back(parse_stub(text).value());
    const auto with = code.with_stubs(stubs);
    if (!with) return with.error().to_string();
    const auto program = with->lower_call("f(vma0)", kObjects, "t");
    REQUIRE_FALSE(program.has_value());
    return program.error().to_string();
  };
  CHECK(contains(error("f=1"), "stands in for a function that no loaded file defines, and there is a function of this name (test.c:6)"));
  CHECK(contains(error("use_vma"), "there is a macro of this name"));
  CHECK(contains(error("odd=vma0"), "test.c:8:10: error: --stub odd=vma0: "));
  CHECK(contains(error("other=1"), "--stub other=1: "));
  CHECK(contains(error("odd=vma0->vm_lock_seq"), "expected a constant"));
  CHECK(contains(error("note=1"), "declared as void"));
  CHECK(contains(error("odd=nothing_like_it"), "--stub odd=nothing_like_it: "));
}

TEST_CASE("the code and its stubs are one thing in texts and in the hash") {
  const CodeBase code = test::code(kCode), with = stubbed(all_five());
  CHECK(code.hash() != with.hash());
  const CodeBase again = CodeBase::load_texts(with.texts(), with.config()).value();
  CHECK(again.hash() == with.hash());
  CHECK(again.stubs().stubs.size() == 5);
  CHECK(again.files().size() == code.files().size());
}

}  // namespace vmalab
