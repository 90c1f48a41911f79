// SPDX-License-Identifier: GPL-2.0-only
#include "view/state_json.h"

#include <nlohmann/json.hpp>

#include "machine/describe.h"
#include "machine/look.h"
#include "view/thread_view.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;

Json vma_json(const Machine& machine, const State& state, VmaId id) {
  const VmaView view = vma_view(machine, state, nullptr, id, 0);
  const auto word = [&](VmaField field) { return word_in(state, vma_address(id.value, field)); };
  const Word mm = word(VmaField::kMm);
  return {{"name", view.name},
          {"allocated", view.allocated},
          {"vm_refcnt", view.refcnt},
          {"vm_refcnt_text", refcount_text(view.refcnt)},
          {"class", refcnt_classes()[static_cast<std::size_t>(view.refcnt_class)].name},
          {"meaning", view.exact},
          {"vm_lock_seq", word(VmaField::kLockSeq)},
          {"write_locked", view.seq_equal},
          {"vm_mm", mm == 0 ? std::string() : address_text(machine, mm)},
          {"attach_reference", !view.holders.empty() && view.holders.front().kind == HolderRow::Kind::kAttach}};
}

Json mm_json(const Machine& machine, const State& state, const MmView& view) {
  const auto word = [&](MmField field) { return word_in(state, mm_address(view.id.value, field)); };
  return {{"name", view.name},
          {"alive", view.alive},
          {"mm_count", word(MmField::kMmCount)},
          {"mm_lock_seq", word(MmField::kMmLockSeq)},
          {"mmap_lock", fact_text(machine, view.mmap_lock)},
          {"waiter", view.waiter.threads.empty() ? std::string("-") : machine.scenario().threads[view.waiter.threads[0].value].name}};
}

Json thread_json(const Machine& machine, const State& state, const ThreadRow& row) {
  const CodePlace place = place_of(machine, row.id, pc_in(state, row.id));
  return {{"name", row.name},
          {"activity", row.activity},
          {"done", row.done},
          {"can_step", row.can_step},
          {"blocked", row.blocked},
          {"next", row.next},
          {"function", place.function},
          {"file", place.file},
          {"line", place.line},
          {"state", task_state_text(word_in(state, task_address(row.id.value)))},
          {"signal_pending", row.signal_pending}};
}

}  // namespace

std::vector<std::string> violation_names(PropertySet violations) {
  std::vector<std::string> out;
  for (const Property* check : properties_in(violations)) out.emplace_back(check->name);
  return out;
}

Json state_json(const Machine& machine, const State& state) {
  Json vmas = Json::array(), mms = Json::array(), threads = Json::array();
  for (const VmaId id : shown_vmas(machine)) vmas.push_back(vma_json(machine, state, id));
  for (const MmView& mm : mm_views(machine, state, nullptr)) mms.push_back(mm_json(machine, state, mm));
  for (const ThreadRow& row : thread_rows(machine, state, nullptr)) threads.push_back(thread_json(machine, state, row));
  return {{"vmas", std::move(vmas)}, {"mms", std::move(mms)}, {"threads", std::move(threads)}};
}

Json step_json(const Machine& machine, int number, const StepInfo& info, const State& after) {
  const CodePlace place = place_of(machine, info);
  const bool is_signal = info.action.kind == Action::Kind::kSignal;
  return {{"n", number},
          {"thread", machine.scenario().threads[info.action.thread.value].name},
          {"do", action_name(machine, info.action)},
          {"op", is_signal ? std::string("signal") : std::string(op_info(info.op).name)},
          {"text", step_text(machine, info)},
          {"function", place.function},
          {"file", place.file},
          {"line", place.line},
          {"address", info.address == 0 ? std::string() : address_text(machine, info.address)},
          {"old", info.old_value},
          {"new", info.new_value},
          {"violations", violation_names(info.violations)},
          {"state", state_json(machine, after)}};
}

}  // namespace vmalab
