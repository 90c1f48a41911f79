// SPDX-License-Identifier: GPL-2.0-only
// Two runs side by side after one row of them, as plain data: what each did, where in its C, and every value, once where both have
// the same and twice where they differ.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/two_runs.h"
#include "view/vma_view.h"

namespace vmalab {

/// What a side did in the row.
struct BesideStep {
  bool taken = false;
  int depth = 0;                  ///< steps of its run so far
  ThreadId thread;                ///< of the row, also where this side took no step
  std::string text;               ///< "vma0->vm_refcnt 1 -> 2"; in place of a step why there is none
  std::string broken;             ///< "breaks exclusion"; empty: every check held
  std::string place;              ///< "vma_start_read, mmap_lock.c:123"; empty: nobody wrote it
  std::uint32_t line = 0;         ///< of `code`, from 1
  std::vector<std::string> code;  ///< the file's lines, those around `line` (kContext), with its indents
  std::uint32_t first = 0;        ///< the number of code.front()
};

/// One thing, in both.
struct BesideLine {
  std::string label;
  std::optional<ThreadId> thread;
  std::array<std::string, 2> text;
  bool same = true;
  bool anew = false;  ///< it was the same a row before
};

struct BesideView {
  static constexpr std::uint32_t kContext = 5;  ///< lines of code before and after

  enum class Where : std::uint8_t { kBefore, kLookAlone, kParting, kBehind } where = Where::kBefore;
  std::array<std::string, 2> names;
  std::string sentence;  ///< where they are
  std::array<BesideStep, 2> steps;
  bool same_step = true, same_code = true;
  std::array<VmaView, 2> vmas;
  bool same_word = true, same_references = true, same_sequence = true;
  bool word_anew = false, references_anew = false, sequence_anew = false;
  std::vector<BesideLine> lines;  ///< mmap_lock and waiter, each thread, then whatever else differs, by its name
  bool anything_anew = false;     ///< something to flash
};

/// `vma`: whose word is shown. `of`: how long the schedule is that is followed, where its end has not been come to yet; else 0.
/// Precondition: the row is there.
BesideView beside_view(const TwoRuns& runs, int row, VmaId vma, int of = 0);

}  // namespace vmalab
