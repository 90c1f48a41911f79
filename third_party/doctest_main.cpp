// SPDX-License-Identifier: GPL-2.0-only
// main() of every test executable. Both words: where doctest.h is precompiled, the second does not bring the first.
#define DOCTEST_CONFIG_IMPLEMENT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
