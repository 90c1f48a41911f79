// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_map.h"

#include <utility>

#include "check/any/sequences.h"

namespace vmalab::check {

Result<std::unique_ptr<AnyMap>> AnyMap::of(const Machine& machine, std::vector<bool> any, const CheckOptions& options) {
  Result<AnyScenario> scenario = AnyScenario::of(machine, std::move(any));
  if (!scenario) return tl::unexpected(scenario.error());
  Scenario begins = machine.scenario();
  if (scenario->crowd().endless_sequences() && begins.mms.size() == 1) begins.mms[0].lock_seq = kCurrentSequence | (begins.mms[0].lock_seq & 1);
  Result<Machine> placed = Machine::build(std::move(begins), machine.code());
  if (!placed) return tl::unexpected(placed.error());
  return std::unique_ptr<AnyMap>(new AnyMap(std::move(*scenario), std::move(*placed), options));
}

AnyMap::AnyMap(AnyScenario scenario, Machine machine, const CheckOptions& options)
    : scenario_(std::move(scenario)),
      machine_(std::move(machine)),
      search_(scenario_.machine(), scenario_.crowd(), decided_for_any(), memory_limit_of(options), &map_) {}

void AnyMap::stop() {
  search_.stop();
  search_.advance({1});
}

SearchEnd AnyMap::end() const {
  switch (search_.result().end) {
    case AnyResult::End::kComplete:
    case AnyResult::End::kViolation: break;
    case AnyResult::End::kMemory: return SearchEnd::kMemory;
    case AnyResult::End::kPremise:
    case AnyResult::End::kStopped: return SearchEnd::kStopped;
  }
  return SearchEnd::kComplete;
}

std::string AnyMap::refused() const { return search_.result().premises.empty() ? "" : not_decided_sentence(search_.result().premises); }

}  // namespace vmalab::check
