// SPDX-License-Identifier: GPL-2.0-only
// ordered-access: exclusion as the hardware sees it. Judged where memory is weaker than sequentially consistent, at each access to
// what the lock of a VMA protects (kUseVma, kChangeVma, and plain accesses to locations.h's kProtectedFields). A use must know
// the last change, a change the last change and every thread's last use; a change may know it by a branch, since nothing is
// stored before the branch is decided. As in "FastTrack" (PLDI 2009), with views for clocks: of each kind only the last access
// counts, since the one before it was ordered before it, or was reported.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {
namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string who = words::thread_name(machine, info.action.thread);
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  switch (info.details.b) {
    case properties::kUsesBehindChange: return who + " uses " + vma + ", and nothing orders that behind its last change: it may see what was before";
    case properties::kChangesBehindUse:
      return who + " changes " + vma + ", and nothing orders that behind its use by " + words::thread_name(machine, thread_id(info.details.c)) +
             ", which may see the change already";
    default: return who + " changes " + vma + ", and nothing orders that behind the change before";
  }
}

}  // namespace

constinit const Property properties::kOrderedAccess{
    .name = "ordered-access",
    .statement = "Memory orders each use of a VMA against each change of it by another thread (judged under --ordering lkmm).",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a use or a change of a VMA",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kUseVma, Op::kChangeVma});
        },
    .explain = explain,
};

}  // namespace vmalab
