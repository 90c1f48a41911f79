// SPDX-License-Identifier: GPL-2.0-only
#include "app/text.h"

#include <doctest/doctest.h>

namespace vmalab::app {

TEST_CASE("wrap breaks at spaces and never makes a wider line") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("  one\n\ntwo ", 20) == std::vector<std::string>{"one two"});
  CHECK(wrap("", 10).empty());
  CHECK(wrap("lock_vma_under_rcu", 8) == std::vector<std::string>{"lock_vma", "_under_r", "cu"});
  for (const std::string& line : wrap("a story with words of very different lengths, indeed", 9)) {
    CHECK(display_width(line) <= 9);
  }
}

TEST_CASE("a long line goes on below its own beginning, and a long word stays whole") {
  CHECK(fitted("short\n\n  one two three\nend", 9) == "short\n\n  one two\n  three\nend");
  CHECK(fitted("vmalab:2:a-very-long-link\n", 9) == "vmalab:2:a-very-long-link\n");
  CHECK(fitted("see vmalab:2:a-very-long-link now\n", 9) == "see\nvmalab:2:a-very-long-link\nnow\n");
  CHECK(fitted("           deep", 9) == "           deep");
  CHECK(fitted("", 9).empty());
  CHECK(fitted("  --all   one two three four\n", 20) == "  --all   one two\n          three four\n");
  CHECK(fitted("  a long example     one two\n", 20) == "  a long example\n  one two\n");
}

TEST_CASE("what came with a text cannot pass for a colour of ours") {
  const Colors colors{true};
  CHECK(for_terminal(colors.bold("a \x1b[1;36m b")) == "\x1b[1ma \\u001b[1;36m b\x1b[0m");
  CHECK(for_terminal("\x1b[1;2;3m\x1b]0;x\x07") == "\\u001b[1;2;3m\\u001b]0;x\\u0007");
  CHECK(for_terminal("\x1b") == "\\u001b");
  CHECK(display_width("\x1b[2J") == 9);
  CHECK(display_width("\xe6\x97\xa5\xe6\x9c\xac e\xcc\x81\xe2\x80\x8b") == 6);
  CHECK(wrap("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4).size() == 2);
  CHECK(wrap("ab", 0).size() == 2);
}

TEST_CASE("shortened text says that it is") {
  CHECK(shortened("short", 5) == "short");
  CHECK(shortened("rather long", 9) == "rather...");
  CHECK(shortened("→→→→→", 4) == "→...");
}

TEST_CASE("width counts characters, not bytes or colours") {
  const Colors colors{true};
  CHECK(display_width("naïve → ≠") == 9);
  CHECK(display_width(colors.thread(0, "r1")) == 2);
  CHECK(padded(colors.bold("r1"), 4) == colors.bold("r1") + "  ");
  CHECK(wrap("→→→→", 2) == std::vector<std::string>{"→→", "→→"});
}

TEST_CASE("colours are plain text when off") {
  const Colors colors{false};
  CHECK(colors.thread(3, "w1") == "w1");
  CHECK(colors.bad("x") == "x");
}

TEST_CASE("columns beside each other have no spaces at line ends") {
  CHECK(beside({"a", "bb"}, {"right"}, 3, " | ") == "a   | right\nbb  |\n");
  CHECK(beside({}, {"x"}, 2, " ") == "   x\n");
}

}  // namespace vmalab::app
