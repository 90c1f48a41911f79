// SPDX-License-Identifier: GPL-2.0-only
#include "view/memory_history.h"

#include <algorithm>

#include "machine/holds.h"

namespace vmalab {
namespace {

auto after(const std::vector<int>& depths, int depth) { return std::upper_bound(depths.begin(), depths.end(), depth); }

/// The last of them up to a depth; 0 when there is none.
int last(const std::vector<int>& depths, int depth) {
  const auto it = after(depths, depth);
  return it == depths.begin() ? 0 : *(it - 1);
}

}  // namespace

void MemoryHistory::append(const StepInfo& info, int depth) {
  if (info.action.kind != Action::Kind::kStep) return;
  if (info.recycled < kMaxVmas) handed_out_[info.recycled].push_back(depth);
  if (is_word_of_vma(info.address, VmaField::kMm) && op_info(info.op).writes) {
    owner_stored_[static_cast<std::size_t>(address_object(info.address))].push_back(depth);
  }
  if (names_vma(info.result)) found_[info.action.thread.value][static_cast<std::size_t>(address_object(info.result))].push_back(depth);
}

void MemoryHistory::truncate(int depth) {
  const auto cut = [depth](Depths& depths) { depths.erase(after(depths, depth), depths.end()); };
  for (Depths& depths : handed_out_) cut(depths);
  for (Depths& depths : owner_stored_) cut(depths);
  for (auto& of_thread : found_) {
    for (Depths& depths : of_thread) cut(depths);
  }
}

int MemoryHistory::generation(VmaId vma, int depth) const {
  const Depths& depths = handed_out_[vma.value];
  return static_cast<int>(after(depths, depth) - depths.begin());
}

int MemoryHistory::found_generation(ThreadId thread, VmaId vma, int depth) const {
  return generation(vma, last(found_[thread.value][vma.value], depth));
}

bool MemoryHistory::owner_is_set(VmaId vma, int depth) const {
  return generation(vma, depth) == 0 || last(owner_stored_[vma.value], depth) > last(handed_out_[vma.value], depth);
}

}  // namespace vmalab
