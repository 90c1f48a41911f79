// SPDX-License-Identifier: GPL-2.0-only
#include "lang/contracts.h"

#include <array>

namespace vmalab {
namespace {

using When = Contract::When;
using About = Contract::About;

constexpr std::array kContracts{
    Contract{"vma_start_read", Op::kGhostReadLocked, When::kValidPointer, About::kResult, {}},
    Contract{"vma_start_read_locked", Op::kGhostReadLocked, When::kNonZero, About::kParameter, {}},
    Contract{"vma_start_read_locked_nested", Op::kGhostReadLocked, When::kNonZero, About::kParameter, "vma_start_read_locked"},
    Contract{"vma_start_write", Op::kGhostWriteLocked, When::kAlways, About::kParameter, {}},
    Contract{"vma_start_write_killable", Op::kGhostWriteLocked, When::kZero, About::kParameter, {}},
    Contract{"__vma_start_write", Op::kGhostWriteLocked, When::kZero, About::kParameter, {}},
    Contract{"__vma_start_write", Op::kGhostExclusionOver, When::kAlways, About::kParameter, {}},
    Contract{"__vma_exclude_readers_for_detach", Op::kGhostExclusionOver, When::kAlways, About::kParameter, {}},
};

}  // namespace

std::span<const Contract> contract_table() { return kContracts; }

}  // namespace vmalab
