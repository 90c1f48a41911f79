// SPDX-License-Identifier: GPL-2.0-only
// `vmalab captions`: of all that is shipped every sentence is true; of one's own each that is not is named.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "app/test_typing.h"

namespace vmalab::testing {

TEST_CASE("every sentence over every demo says what the machine does") {
  const Outcome all = type("vmalab captions");
  CHECK_MESSAGE(all.code == 0, all.out);
  CHECK(contains(all.out, "every sentence has a claim, and it holds"));
}

TEST_CASE("a caption that is not true is named with its place") {
  const std::string file = file_named("told.toml");
  std::string toml =
      "title = \"t\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n"
      "[[demo]]\ndo = \"r1*4\"\ncaption = \"r1 has two references.\"\nclaims = [\"references(r1, vma0) == 2\"]\n";
  std::ofstream(file) << toml;
  const Outcome wrong = type("vmalab captions " + file);
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.out, "told.toml:11:"));
  CHECK(contains(wrong.out, "does not hold after step 4"));
  toml.replace(toml.find("== 2"), 4, "== 1");
  std::ofstream(file) << toml;
  CHECK(type("vmalab captions " + file).code == 0);
  toml.replace(toml.find("references(r1"), 10, "refs");
  std::ofstream(file) << toml;
  const Outcome bad = type("vmalab captions " + file);
  CHECK(bad.code == 2);
}

TEST_CASE("what a variant tells and is not so has its place in the variant's file") {
  std::ifstream shipped(std::string(VMALAB_TEST_ASSETS) + "/variants/detach-no-wait.c");
  std::string text{std::istreambuf_iterator<char>(shipped), {}};
  const std::size_t caption = text.find("// demo: r1: r1 adds its reference");
  REQUIRE(caption != std::string::npos);
  text.replace(text.find("2; references(r1, vma0) == 1", caption), 28, "2; references(r1, vma0) == 3");
  const std::string file = file_named("detach-no-wait.c");
  std::ofstream(file) << text;
  const Outcome wrong = type("vmalab captions --variant " + file);
  CHECK(wrong.code == 2);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(caption), '\n');
  CHECK_MESSAGE(contains(wrong.out, "detach-no-wait.c:" + std::to_string(line) + ":"), wrong.out);
  CHECK_FALSE(contains(wrong.out, ".toml"));
}

}  // namespace vmalab::testing
