// SPDX-License-Identifier: GPL-2.0-only
#include "base/numbers.h"

#include <doctest/doctest.h>

namespace vmalab {
namespace {

TEST_CASE("a whole number is digits and nothing else") {
  CHECK(whole_number("0") == 0);
  CHECK(whole_number("2147483647") == 2147483647);
  for (const char* none : {"", "-1", "-0", "+1", " 1", "1 ", "1.0", "0x1", "2147483648", "x"}) CHECK(!whole_number(none));
}

TEST_CASE("a size is a width and a height within bounds") {
  CHECK(parse_size("1280x720") == std::pair{1280, 720});
  CHECK(parse_size("320x200") == std::pair{320, 200});
  CHECK(parse_size("8192x8192") == std::pair{8192, 8192});
  for (const char* none : {"", "x", "1280", "1280x", "x720", "319x200", "320x199", "8193x720", "1280x720x1", " 1280x720", "1280X720"})
    CHECK(!parse_size(none));
}

}  // namespace
}  // namespace vmalab
