// SPDX-License-Identifier: GPL-2.0-only
// What the find box offers while somebody types. Declared in checks_view.h.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/words.h"
#include "lang/builtins.h"
#include "lang/layout.h"
#include "machine/describe.h"
#include "view/checks_view.h"

namespace vmalab {
namespace {

struct Offer {
  std::string_view text, what;
};

constexpr std::array kConstants{
    Offer{"FLAG", "bit 30 of vm_refcnt, in short"},         Offer{"VM_REFCNT_EXCLUDE_READERS_FLAG", "bit 30 of vm_refcnt"},
    Offer{"VM_REFCNT_LIMIT", "the most a reader may find"}, Offer{"TASK_RUNNING", "thread state"},
    Offer{"TASK_UNINTERRUPTIBLE", "thread state"},          Offer{"TASK_KILLABLE", "thread state"},
    Offer{"UINT_MAX", "vm_lock_seq of a new VMA"},
};

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The condition of a class of vm_refcnt, for one VMA.
std::string class_condition(RefcntClass id, const std::string& vma) {
  const std::string refcnt = vma + "->vm_refcnt", flag = "VM_REFCNT_EXCLUDE_READERS_FLAG";
  switch (id) {
    case RefcntClass::kDetached: return refcnt + " == 0";
    case RefcntClass::kAttached: return refcnt + " == 1";
    case RefcntClass::kReferenced: return refcnt + " > 1 && " + refcnt + " < " + flag;
    case RefcntClass::kFlag: return refcnt + " == " + flag;
    case RefcntClass::kFlagPlusOne: return refcnt + " == " + flag + " + 1";
    case RefcntClass::kFlagAndReaders: return refcnt + " > " + flag + " + 1";
    case RefcntClass::kOther:
    case RefcntClass::kCount: break;
  }
  return {};
}

class Collector {
 public:
  explicit Collector(std::string_view prefix) : prefix_(words::lower(prefix)) {}

  void offer(std::string label, std::string insert, std::string what) {
    const std::string low = words::lower(label);
    const bool starts = low.starts_with(prefix_);
    if (!starts && (prefix_.size() < 2 || low.find(prefix_) == std::string::npos)) return;
    if (!seen_.insert(insert).second) return;
    (starts ? first_ : later_).push_back({std::move(label), std::move(insert), std::move(what)});
  }
  std::vector<Completion> take(std::size_t limit) {
    first_.insert(first_.end(), later_.begin(), later_.end());
    if (first_.size() > limit) first_.resize(limit);
    return std::move(first_);
  }

 private:
  std::string prefix_;
  std::vector<Completion> first_, later_;
  std::set<std::string> seen_;
};

/// The object before "->" or "." that ends at `end`.
ObjectKind owner_kind(const Machine& machine, std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  const std::string_view name = text.substr(begin, end - begin);
  for (const ObjectName& object : machine.objects()) {
    if (object.name == name) return address_kind(object.address);
  }
  // vma0->vm_mm->mm_lock_seq, mm0->vma_writer_wait.task->__state
  if (name == "vm_mm") return ObjectKind::kMm;
  if (name == "task") return ObjectKind::kTask;
  return ObjectKind::kNone;
}

void offer_fields(Collector& out, ObjectKind kind) {
  for (const ObjectInfo& object : object_table()) {
    if (object.kind != kind && kind != ObjectKind::kNone) continue;
    for (const FieldInfo& field : object.fields) {
      std::string insert(field.name);
      if (field.type == "seqcount_t") insert += ".sequence";
      if (field.type == "struct rcuwait") insert += ".task";
      out.offer(std::string(field.name), insert, std::string(object.struct_name));
    }
  }
}

}  // namespace

Completions completions(const Machine& machine, std::string_view text, std::size_t cursor, std::size_t limit) {
  Completions result;
  result.end = result.begin = std::min(cursor, text.size());
  while (result.begin > 0 && in_word(text[result.begin - 1])) --result.begin;
  while (result.end < text.size() && in_word(text[result.end])) ++result.end;
  const std::string_view prefix = text.substr(result.begin, std::min(cursor, text.size()) - result.begin);
  const std::string_view before = text.substr(0, result.begin);
  Collector out(prefix);
  if (before.ends_with("->")) {
    offer_fields(out, owner_kind(machine, text, before.size() - 2));
    result.items = out.take(limit);
    return result;
  }
  if (!prefix.empty() && std::isdigit(static_cast<unsigned char>(prefix.front())) != 0) return result;

  for (const ObjectName& object : machine.objects()) {
    const ObjectKind kind = address_kind(object.address);
    out.offer(object.name, object.name, kind == ObjectKind::kMm ? "mm" : kind == ObjectKind::kVma ? "VMA" : "thread");
  }
  for (const QueryName& query : query_table()) {
    const std::string call = std::string(query.name) + "(";
    out.offer(call, call, std::string(query.meaning));
  }
  for (const Offer& name : kConstants) out.offer(std::string(name.text), std::string(name.text), std::string(name.what));
  if (!prefix.empty()) {
    // A field, a class or a function by its bare name becomes what one has to write to ask about it.
    for (const ObjectName& object : machine.objects()) {
      const ObjectKind kind = address_kind(object.address);
      for (const ObjectInfo& info : object_table()) {
        if (info.kind != kind) continue;
        for (const FieldInfo& field : info.fields) {
          const std::string part = field.type == "seqcount_t" ? ".sequence" : field.type == "struct rcuwait" ? ".task" : "";
          const std::string full = object.name + "->" + std::string(field.name) + part;
          out.offer(std::string(field.name), full, "of " + object.name);
          if (field.type == "struct rcuwait") out.offer("waiter", full, "of " + object.name);
        }
      }
    }
    for (const RefcntClassInfo& info : refcnt_classes()) {
      for (const VmaSetup& vma : machine.scenario().vmas) {
        const std::string condition = class_condition(info.id, vma.name);
        if (!condition.empty()) out.offer(info.name, condition, "class " + std::string(info.value) + " of " + vma.name);
      }
    }
    const bool alone = before.empty() && result.end == text.size();
    for (const ReadyGoal& goal : ready_goals(machine.scenario())) {
      if (!goal.expression.empty()) out.offer(goal.name, alone ? goal.expression : "(" + goal.expression + ")", "ready-made");
    }
    for (const Program& program : machine.programs()) {
      for (const Frame& frame : program.frames) out.offer(frame.function, frame.function, "function");
    }
  }
  result.items = out.take(limit);
  return result;
}

std::string completed(std::string_view text, const Completions& at, const Completion& chosen, std::size_t* cursor) {
  std::string result(text.substr(0, at.begin));
  result += chosen.insert;
  if (cursor != nullptr) *cursor = result.size();
  std::string_view rest = text.substr(at.end);
  // "thread_done(" over a word that already has its bracket.
  if (chosen.insert.ends_with("(") && rest.starts_with("(")) rest.remove_prefix(1);
  return result + std::string(rest);
}

}  // namespace vmalab
