// SPDX-License-Identifier: GPL-2.0-only
#include "base/words.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace vmalab;

TEST_CASE("lists in sentences") {
  const std::vector<std::string> none, one{"a"}, two{"a", "b"}, three{"a", "b", "c"};
  CHECK(words::joined(none).empty());
  CHECK(words::joined(three) == "a, b, c");
  CHECK(words::joined(two, {}, " || ") == "a || b");
  CHECK(words::joined(std::vector<int>{1, 2}, [](int n) { return std::to_string(10 * n); }) == "10, 20");
  CHECK(words::list(none).empty());
  CHECK(words::list(one) == "a");
  CHECK(words::list(two) == "a and b");
  CHECK(words::list(three) == "a, b and c");
  CHECK(words::list(std::set<std::string>{"f", "g"}, [](const std::string& name) { return name + "()"; }) == "f() and g()");
}

TEST_CASE("numbers in sentences") {
  CHECK(words::grouped(0) == "0");
  CHECK(words::grouped(999) == "999");
  CHECK(words::grouped(1000) == "1,000");
  CHECK(words::grouped(70'771'630) == "70,771,630");
  CHECK(words::grouped(1'234'567, "'") == "1'234'567");
  CHECK(words::plural(1, "state") == "state");
  CHECK(words::plural(0, "state") == "states");
}

TEST_CASE("lines without their blanks") {
  CHECK(words::trimmed(" \ta b\t \r") == "a b");
  CHECK(words::trimmed(" \r").empty());
  CHECK(words::trimmed("").empty());
  CHECK(words::lower("A Trace.JSONL \xc3\x84") == "a trace.jsonl \xc3\x84");
}
