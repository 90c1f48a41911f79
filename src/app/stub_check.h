// SPDX-License-Identifier: GPL-2.0-only
// A check with stubs (lang/stubs.h): every choice of values for their calls is a machine of its own, and each is checked.
#pragma once

#include <string>

#include "check/checker.h"
#include "machine/machine.h"

namespace vmalab::app {

struct StubbedCheck {
  check::CheckReport report;  ///< the worst; of several violations the shortest
  Machine machine;            ///< the one that the report is about
  std::string text;           ///< for people, lines below the report; empty without stubs
  std::string json;           ///< an object; empty without stubs
};
/// Without stubs it is one check. A pass in which a stub was called in a loop, and had values to choose from, is incomplete: a
/// run in which it gives one value and then another was not tried. Where only such a call keeps a thread from its end, whether
/// it terminates is not judged. Errors: as run_check(), and too many choices.
Result<StubbedCheck> check_all_values(const Machine& machine, const check::CheckOptions& options);

/// A report's JSON with the stubs in it.
std::string with_stubs(const std::string& report_json, const StubbedCheck& checked);

}  // namespace vmalab::app
