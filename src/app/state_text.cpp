// SPDX-License-Identifier: GPL-2.0-only
#include "app/state_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "machine/describe.h"

namespace vmalab::app {
namespace {

const std::string& thread_name(const Machine& machine, int t) {
  return machine.scenario().threads[static_cast<std::size_t>(t)].name;
}
ThreadId thread_id(int t) { return ThreadId{static_cast<std::uint8_t>(t)}; }
int mm_count(const Machine& machine) { return static_cast<int>(machine.scenario().mms.size()); }
MmId mm_id(int m) { return MmId{static_cast<std::uint8_t>(m)}; }

/// What the scenario calls an object; its address alone would read as its first field.
std::string object_name(const Machine& machine, Word address) {
  for (const ObjectName& object : machine.objects()) {
    if (object.address == address) return object.name;
  }
  return address_text(machine, address);
}
std::string vma_name(const Machine& machine, VmaId v) { return object_name(machine, vma_address(v.value)); }
std::string mm_name(const Machine& machine, int m) { return object_name(machine, mm_address(m)); }

const RefcntClassInfo& class_info(Word refcnt) {
  const std::vector<RefcntClassInfo>& classes = refcnt_classes();
  const RefcntClass wanted = refcnt_class(refcnt);
  const auto it = std::find_if(classes.begin(), classes.end(), [&](const RefcntClassInfo& c) { return c.id == wanted; });
  return it != classes.end() ? *it : classes.back();
}

/// The exact meaning of vm_refcnt here without its explanation, which would fill the table.
std::string brief_class_text(const Machine& machine, const State& state, VmaId v) {
  const std::string text = refcnt_class_text(machine, state, v);
  return text.substr(0, text.find(": "));
}

/// The sequence a VMA is compared with: of the mm it points at, if it points at one.
std::optional<Word> sequence_of_owner(const State& state, const VmaState& vma) {
  const Word owner = vma[VmaField::kMm];
  if (address_kind(owner) != ObjectKind::kMm) return std::nullopt;
  return state.mms[static_cast<std::size_t>(address_object(owner))][MmField::kMmLockSeq];
}

std::string sequence_text(Word value) { return value == ~Word{0} ? "UINT_MAX" : std::to_string(value); }

void add_wrapped(std::vector<std::string>& rows, const std::string& head, std::size_t head_width, const std::string& text,
                 std::size_t width) {
  std::string lead = padded(head, head_width);
  if (display_width(head) >= head_width) {  // a long name has a line of its own
    for (const std::string& line : wrap(head, width)) rows.push_back(line);
    lead.assign(head_width, ' ');
  }
  for (const std::string& line : wrap(text, width - head_width)) {
    rows.push_back(lead + line);
    lead.assign(head_width, ' ');
  }
}

}  // namespace

std::vector<VmaId> shown_vmas(const Machine& machine, const State& state) {
  std::vector<VmaId> out;
  for (int v = 0; v < kMaxVmas; ++v) {
    const VmaState& vma = state.vmas[static_cast<std::size_t>(v)];
    const bool of_scenario = v < static_cast<int>(machine.scenario().vmas.size());
    const bool touched = std::any_of(vma.fields.begin(), vma.fields.end(), [](Word w) { return w != 0; });
    if (of_scenario || vma.allocated != 0 || touched) out.push_back(VmaId{static_cast<std::uint8_t>(v)});
  }
  return out;
}

std::string mmap_lock_text(const Machine& machine, const State& state, MmId mm) {
  const Word word = state.mm(mm)[MmField::kMmapLock];
  if (word == 0) return "free";
  if ((word & MmState::kWriterBit) != 0) {
    const Word owner = word & ~MmState::kWriterBit;
    return owner < static_cast<Word>(machine.thread_count()) ? thread_name(machine, static_cast<int>(owner)) + " writes"
                                                              : "written";
  }
  std::string readers;
  for (int t = 0; t < machine.thread_count(); ++t) {
    if ((state.thread(thread_id(t)).mmap_read >> mm.value & 1) != 0) {
      readers += (readers.empty() ? "" : ", ") + thread_name(machine, t);
    }
  }
  return readers + (word == 1 ? " reads" : " read");
}

std::string waiter_text(const Machine& machine, const State& state, MmId mm) {
  const Word task = state.mm(mm)[MmField::kVmaWriterWait];
  return task == 0 ? "-" : object_name(machine, task);
}

std::vector<std::string> state_rows(const Machine& machine, const State& state, std::size_t width, const Colors& colors) {
  constexpr std::size_t head = 6;
  std::vector<std::string> rows;
  for (const VmaId v : shown_vmas(machine, state)) {
    const VmaState& vma = state.vma(v);
    const Word refcnt = vma[VmaField::kRefcnt];
    const std::string name = vma_name(machine, v);
    if (vma.allocated == 0) {
      add_wrapped(rows, name, head, "free, in the pool; vm_refcnt " + refcount_text(refcnt), width);
      for (std::size_t i = rows.size() - 1; colors.on && i < rows.size(); ++i) rows[i] = colors.dim(rows[i]);
      continue;
    }
    add_wrapped(rows, name, head, "vm_refcnt " + refcount_text(refcnt) + ": " + brief_class_text(machine, state, v), width);
    const std::string own = sequence_text(vma[VmaField::kLockSeq]);
    const std::optional<Word> theirs = sequence_of_owner(state, vma);
    const std::string relation =
        !theirs ? "" : (*theirs == vma[VmaField::kLockSeq] ? " = " : " != ") + std::string("mm_lock_seq ") + sequence_text(*theirs);
    add_wrapped(rows, "", head, "vm_lock_seq " + own + relation, width);
  }
  for (int m = 0; m < mm_count(machine); ++m) {
    const std::string name = mm_name(machine, m);
    if (!state.mm(mm_id(m)).alive()) {
      rows.push_back(padded(name, head) + "freed");
      continue;
    }
    add_wrapped(rows, name, head,
                "mmap_lock " + mmap_lock_text(machine, state, mm_id(m)) + ", waiter " + waiter_text(machine, state, mm_id(m)),
                width);
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    std::string text = activity_text(machine, state, id);
    if (state.thread(id).signal_pending != 0 && !machine.done(state, id)) text += " (killed)";
    std::vector<std::string> lines;
    add_wrapped(lines, thread_name(machine, t), head, text, width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      const std::size_t name_end = std::min(thread_name(machine, t).size(), line.size());
      rows.push_back(i == 0 ? colors.thread(t, line.substr(0, name_end)) + line.substr(name_end) : line);
    }
  }
  return rows;
}

std::vector<std::string> violation_names(CheckSet violations) {
  std::vector<std::string> out;
  for (const CheckInfo& check : checks_in(violations)) out.emplace_back(check.name);
  return out;
}

nlohmann::ordered_json state_json(const Machine& machine, const State& state) {
  using Json = nlohmann::ordered_json;
  Json vmas = Json::array();
  for (const VmaId v : shown_vmas(machine, state)) {
    const VmaState& vma = state.vma(v);
    const Word refcnt = vma[VmaField::kRefcnt];
    const std::optional<Word> sequence = sequence_of_owner(state, vma);
    vmas.push_back({{"name", vma_name(machine, v)},
                    {"allocated", vma.allocated != 0},
                    {"vm_refcnt", refcnt},
                    {"vm_refcnt_text", refcount_text(refcnt)},
                    {"class", class_info(refcnt).name},
                    {"meaning", refcnt_class_text(machine, state, v)},
                    {"vm_lock_seq", vma[VmaField::kLockSeq]},
                    {"write_locked", sequence && *sequence == vma[VmaField::kLockSeq]},
                    {"vm_mm", vma[VmaField::kMm] == 0 ? std::string() : object_name(machine, vma[VmaField::kMm])},
                    {"attach_reference", vma.attach_reference != 0}});
  }
  Json mms = Json::array();
  for (int m = 0; m < mm_count(machine); ++m) {
    const MmState& mm = state.mm(mm_id(m));
    mms.push_back({{"name", mm_name(machine, m)},
                   {"alive", mm.alive()},
                   {"mm_count", mm[MmField::kMmCount]},
                   {"mm_lock_seq", mm[MmField::kMmLockSeq]},
                   {"mmap_lock", mmap_lock_text(machine, state, mm_id(m))},
                   {"waiter", waiter_text(machine, state, mm_id(m))}});
  }
  Json threads = Json::array();
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    const ThreadState& thread = state.thread(id);
    const CodePlace place = place_of(machine, id, thread.pc);
    const bool done = machine.done(state, id);
    threads.push_back({{"name", thread_name(machine, t)},
                       {"activity", activity_text(machine, state, id)},
                       {"done", done},
                       {"can_step", machine.can_step(state, id)},
                       {"blocked", done ? std::string() : blocked_text(machine, state, id)},
                       {"next", done ? std::string() : next_step_text(machine, state, id)},
                       {"function", place.function},
                       {"file", place.file},
                       {"line", place.line},
                       {"state", task_state_text(thread.task_state)},
                       {"signal_pending", thread.signal_pending != 0}});
  }
  return Json{{"vmas", std::move(vmas)}, {"mms", std::move(mms)}, {"threads", std::move(threads)}};
}

nlohmann::ordered_json step_json(const Machine& machine, int number, const StepInfo& info, const State& after) {
  const CodePlace place = place_of(machine, info);
  const bool is_signal = info.action.kind == Action::Kind::kSignal;
  return {{"n", number},
          {"thread", thread_name(machine, info.action.thread.value)},
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

}  // namespace vmalab::app
