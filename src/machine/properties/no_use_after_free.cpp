// SPDX-License-Identifier: GPL-2.0-only
// no-use-after-free. Asked at every access, of the object that it is about; at every use and change of a VMA, for which being in
// memory that is type-stable is not enough; and of what is given back to the slab. An address that names no word at all is one as well.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// A VMA that is type-stable may be touched with a reference, or inside RCU where it was found.
std::optional<Details> properties::touches_freed(const State& state, const ThreadState& self, bool type_stable, Word address) {
  if (address_kind(address) == ObjectKind::kMm && !mm_at(state, address).alive()) return Details{address};
  if (address_kind(address) != ObjectKind::kVma || vma_at(state, address).allocated) return std::nullopt;
  const bool by_old_pointer = self.rcu_depth > 0 && is_stale(self, address);
  const bool kept = holds_of(self, address).references > 0 || (self.rcu_depth > 0 && !by_old_pointer);
  if (type_stable && kept) return std::nullopt;
  return Details{address, by_old_pointer};
}

bool properties::may_free(const State& state, Word address) {
  return names_vma(address) && address_field(address) == 0 && vma_at(state, address).allocated;
}

namespace {

bool names_nothing(const Machine& machine, Word address) {
  const ObjectKind kind = address_kind(address);
  const int object = address_object(address), field = address_field(address);
  return kind == ObjectKind::kNone || (!find_field(kind, field) && !machine.extra_words().at(kind, field)) ||
         (kind == ObjectKind::kMm && object >= machine.limits().mms) || (kind == ObjectKind::kVma && object >= machine.limits().vmas) ||
         (kind == ObjectKind::kTask && object >= machine.thread_count());
}

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string name = words::thread_name(machine, info.action.thread);
  const Word address = info.details.a;
  const bool by_old_pointer = info.details.b != 0;
  if (info.op == Op::kSlabFree) return name + " frees " + address_text(machine, address) + ", which is not allocated";
  if (names_nothing(machine, address)) return name + " follows a pointer to nothing: " + address_text(machine, address);
  if (address_kind(address) == ObjectKind::kMm) return name + " touches " + word_name(machine, address) + " after the mm_struct was freed";
  if (info.op == Op::kUseVma || info.op == Op::kChangeVma) return name + " relies on " + address_text(machine, address) + ", which is freed";
  if (!machine.limits().type_stable) return name + " touches " + word_name(machine, address) + " of a freed VMA";
  if (by_old_pointer) {
    return name + " touches " + word_name(machine, address) +
           " of a freed VMA, by a pointer that nothing kept good: it was found before this RCU section, or when the VMA was free already";
  }
  return name + " touches " + word_name(machine, address) + " of a freed VMA, outside RCU and without a reference";
}

std::string term(const Machine& machine, const StepInfo& info) {
  const Word address = info.details.a;
  if (names_nothing(machine, address)) return {};
  const std::string object = address_text(machine, make_address(address_kind(address), address_object(address)));
  if (address_kind(address) == ObjectKind::kMm) return object + "->mm_count != 0";
  return address_kind(address) == ObjectKind::kVma ? "allocated(" + object + ")" : "";
}

}  // namespace

constinit const Property properties::kNoUseAfterFree{
    .name = "no-use-after-free",
    .statement = "Nobody touches a freed mm_struct, or a freed VMA outside the RCU section that found it and without a reference on it.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a VMA or an mm_struct that is freed",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kSlabFree, Op::kMmDrop});
        },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab
