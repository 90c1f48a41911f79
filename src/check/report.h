// SPDX-License-Identifier: GPL-2.0-only
// A check's report for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "check/checker.h"

namespace vmalab::check {

/// What every verdict says of itself, in one clause.
constexpr std::string_view ordering_clause(Ordering ordering) {
  if (ordering == Ordering::kSc) return "memory ordering is not judged: the model is sequentially consistent";
  if (ordering == Ordering::kLkmmLb) return "memory ordering is judged by the Linux-kernel memory model (lkmm+lb), loads that are postponed included";
  return "memory ordering is judged by the Linux-kernel memory model (lkmm), without load buffering: no load is postponed";
}
/// The same for scripts: "not judged", or the name of the ordering.
constexpr std::string_view ordering_word(Ordering ordering) { return ordering == Ordering::kSc ? "not judged" : ordering_name(ordering); }

/// "every check holds", "exclusion and no-stuck hold". `only`: those that were judged; empty: all.
std::string hold_text(const std::vector<const Property*>& only);
/// Several lines: the verdict, what it rests on, and the trace step by step if there is one.
std::string report_text(const Machine& machine, const CheckReport& report);
/// Lines "FILE:LINE  FUNCTION" of what ran in no interleaving, under a heading; nothing where all ran.
std::string unreached_lines_text(const CheckReport& report);
nlohmann::ordered_json unreached_lines_json(const CheckReport& report);
/// One JSON object on one line; the keys are listed in report.cpp and stay.
std::string report_json(const Machine& machine, const CheckReport& report);
/// The trace alone, a line a step: number, thread, function and line, what happened.
std::string trace_text(const Machine& machine, const CheckReport& report);

}  // namespace vmalab::check
