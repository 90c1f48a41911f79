// SPDX-License-Identifier: GPL-2.0-only
// The parts that all answers of causes.h are made of; for view alone.
#pragma once

#include "view/causes.h"

namespace vmalab {

CauseValue cause_value(const CauseContext& run, const State& state, Place place, int depth);
/// The steps that made these places what they are at a step, and those that made what these had read: the latest first.
std::vector<CauseLink> cause_chain(const CauseContext& run, const std::vector<Place>& places, int depth, int links, bool* more);
/// What a step did, for who asks why: "adds FLAG to vma0->vm_refcnt"; else as step_text() has it.
std::string deed_text(const Machine& machine, const StepInfo& info);
/// "in vma_refcount_put() (kernel/mmap_lock.h:114)"
std::string where_text(const CodePlace& place);

}  // namespace vmalab
