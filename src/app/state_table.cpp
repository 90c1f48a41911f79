// SPDX-License-Identifier: GPL-2.0-only
#include "app/state_table.h"

#include <algorithm>

#include "machine/describe.h"
#include "view/thread_view.h"
#include "view/vma_view.h"

namespace vmalab::app {
namespace {

constexpr std::size_t kHead = 6;  ///< width of the column with the names

void add_wrapped(std::vector<std::string>& rows, const std::string& head, const std::string& text, std::size_t width) {
  std::string lead = padded(head, kHead);
  if (display_width(head) >= kHead) {  // a long name has a line of its own
    for (const std::string& line : wrap(head, width)) rows.push_back(line);
    lead.assign(kHead, ' ');
  }
  for (const std::string& line : wrap(text, width - kHead)) {
    rows.push_back(lead + line);
    lead.assign(kHead, ' ');
  }
}

void add_vma(std::vector<std::string>& rows, const VmaView& vma, std::size_t width, const Colors& colors) {
  if (!vma.allocated) {
    const std::size_t first = rows.size();
    add_wrapped(rows, vma.name, "free, in the pool; vm_refcnt " + refcount_text(vma.refcnt), width);
    for (std::size_t i = first; colors.on && i < rows.size(); ++i) rows[i] = colors.dim(rows[i]);
    return;
  }
  // The exact meaning without its explanation, which would fill the table.
  add_wrapped(rows, vma.name, "vm_refcnt " + refcount_text(vma.refcnt) + ": " + vma.exact.substr(0, vma.exact.find(": ")), width);
  const std::string relation = vma.mm ? (vma.seq_equal ? " = mm_lock_seq " : " != mm_lock_seq ") + vma.mm_seq : "";
  add_wrapped(rows, "", "vm_lock_seq " + vma.lock_seq + relation, width);
}

}  // namespace

std::vector<std::string> state_rows(const Machine& machine, const State& state, std::size_t width, const Colors& colors) {
  std::vector<std::string> rows;
  for (const VmaId id : shown_vmas(machine)) add_vma(rows, vma_view(machine, state, nullptr, id, 0), width, colors);
  for (const MmView& mm : mm_views(machine, state, nullptr)) {
    if (!mm.alive) {
      rows.push_back(padded(mm.name, kHead) + "freed");
      continue;
    }
    add_wrapped(rows, mm.name, "mmap_lock " + fact_text(machine, mm.mmap_lock) + ", waiter " + fact_text(machine, mm.waiter), width);
  }
  for (const ThreadRow& thread : thread_rows(machine, state, nullptr)) {
    std::vector<std::string> lines;
    add_wrapped(lines, thread.name, thread.activity + (thread.signal_pending && !thread.done ? " (killed)" : ""), width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      const std::size_t name_end = std::min(thread.name.size(), line.size());
      rows.push_back(i == 0 ? colors.thread(thread.id.value, line.substr(0, name_end)) + line.substr(name_end) : line);
    }
  }
  return rows;
}

}  // namespace vmalab::app
