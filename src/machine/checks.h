// SPDX-License-Identifier: GPL-2.0-only
// The named checks that can be judged in one state or one step. The machine judges them at every step of
// every run; the checker judges them over all runs and adds `termination`, which no single run can show.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vmalab {

enum class CheckId : std::uint8_t {
  kRefcntClass,
  kExclusion,
  kDetachedStays,
  kNoUseAfterFree,
  kUseLocked,
  kChangeLocked,
  kRightVma,
  kIteratorValid,
  kSeqWriteRule,
  kSeqParity,
  kOneWaiter,
  kNoWarning,
  kRefcountSane,
  kRcuBalanced,
  kNoStuck,
  kTermination,
  kCount
};
using CheckSet = std::uint32_t;  ///< bit CheckId
constexpr CheckSet check_bit(CheckId id) { return CheckSet{1} << static_cast<int>(id); }

struct CheckInfo {
  CheckId id;
  std::string_view name;       ///< "refcnt-class"
  std::string_view statement;  ///< what must always hold, one sentence
  std::string_view judged_by;  ///< what a run must contain for the check to have judged anything
};
std::span<const CheckInfo> check_table();  ///< in the order of CheckId
const CheckInfo& check_info(CheckId id);
std::optional<CheckId> find_check(std::string_view name);
/// The checks of a set, in the order of CheckId.
std::vector<CheckInfo> checks_in(CheckSet set);

}  // namespace vmalab
