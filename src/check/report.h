// SPDX-License-Identifier: GPL-2.0-only
// A check's report for people and for scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/checker.h"

namespace vmalab::check {

/// What every verdict says of itself, in one clause.
inline constexpr std::string_view kOrderingClause = "memory ordering is not judged: the model is sequentially consistent";

/// "every check holds", "exclusion and no-stuck hold". `only`: those that were judged; empty: all.
std::string hold_text(const std::vector<const Property*>& only);
/// Several lines: the verdict, what it rests on, and the trace step by step if there is one.
std::string report_text(const Machine& machine, const CheckReport& report);
/// One JSON object on one line; the keys are listed in report.cpp and stay.
std::string report_json(const Machine& machine, const CheckReport& report);
/// The trace alone, a line a step: number, thread, function and line, what happened.
std::string trace_text(const Machine& machine, const CheckReport& report);

}  // namespace vmalab::check
