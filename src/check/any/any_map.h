// SPDX-License-Identifier: GPL-2.0-only
// The map of a search for any number of threads: its abstract states by depth and class of vm_refcnt. What breaks a check does not end it, and
// nothing is searched behind; there may be none who can really come to it. States of the scenario itself are found on it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/any/any_scenario.h"
#include "check/checker.h"
#include "check/map_search.h"

namespace vmalab::check {

class AnyMap final : public MapOfStates {
 public:
  /// @param any by thread of the machine; empty: all
  /// @param options memory
  /// Errors: as AnyScenario.
  static Result<std::unique_ptr<AnyMap>> of(const Machine& machine, std::vector<bool> any, const CheckOptions& options);

  Status advance(Budget budget) override { return search_.advance(budget); }
  Progress progress() const override { return search_.progress(); }
  void stop() override;

  const StateMap& map() const override { return map_; }
  SearchEnd end() const override;
  std::optional<int> depth_of(const State& state) override { return search_.depth_of(machine_, state, scenario_.stands_for()); }

  /// The one given, but for the start of its sequences: of this one states are found.
  const Machine& machine() const { return machine_; }
  /// "any number of readers and writers"
  std::string crowd() const { return crowd_text(scenario_.machine(), scenario_.crowd()); }
  /// Why the code does not let one search stand for all, in a sentence; empty: it does, as far as it ran.
  std::string refused() const;

 private:
  AnyMap(AnyScenario scenario, Machine machine, const CheckOptions& options);

  AnyScenario scenario_;
  Machine machine_;
  StateMap map_;
  AnySearch search_;
};

}  // namespace vmalab::check
