// SPDX-License-Identifier: GPL-2.0-only
// Small words that the describing files share; not for other layers.
#pragma once

#include <string>

#include "base/words.h"
#include "machine/describe.h"

namespace vmalab::words {

/// What follows from a step's shared access before its end: "; vma_start_read() gives -EAGAIN, and
/// lock_vma_under_rcu() goes round again". Empty when the access does not decide it.
std::string after_access_text(const Machine& machine, const StepInfo& info);

inline const std::string& thread_name(const Machine& machine, ThreadId t) { return machine.scenario().threads[t.value].name; }

}  // namespace vmalab::words
