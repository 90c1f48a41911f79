// SPDX-License-Identifier: GPL-2.0-only
// A lesson against the machine: every sentence that it contradicts or that claims nothing without saying so, every step that names
// no thread, field, line, scenario or variant, every question without exactly one right answer, every goal that cannot be met.
#pragma once

#include <vector>

#include "base/result.h"
#include "lesson/lesson.h"
#include "run/proofs.h"
#include "run/workspace.h"

namespace vmalab {

/// Each with its place in the lesson; empty: all is well. Searches call the prover's progress.
std::vector<Diagnostic> check_lesson(const Lesson& lesson, const Workspace& workspace, Prover& prover);
/// The same with what could not be read, in the order of the lines.
std::vector<Diagnostic> check_lesson(const ReadLesson& read, const Workspace& workspace, Prover& prover);

}  // namespace vmalab
