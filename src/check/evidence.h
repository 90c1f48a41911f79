// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a verdict rests on, from the graph of a search: numbers, lines of C that ran, properties that nothing exercised.
#pragma once

#include "check/checker.h"
#include "check/explorer.h"
#include "machine/machine.h"

namespace vmalab::check {

/// @param result of the search whose graph it is
/// @param decided everything that was to be judged has been
void add_evidence(CheckReport& report, const StateGraph& graph, const SearchResult& result, bool decided);
/// The part that is of the code: lines, functions of the lock, properties that nothing exercised. `report` has the values of
/// vm_refcnt already.
/// @param locks_met there were read locks and write locks
void add_evidence_of_code(CheckReport& report, const Machine& machine, const Coverage& coverage, bool locks_met, bool decided);

}  // namespace vmalab::check
