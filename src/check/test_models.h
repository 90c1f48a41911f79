// SPDX-License-Identifier: GPL-2.0-only
// For tests only: machines of the model, as it is and with a variant.
#pragma once

#include "machine/machine.h"
#include "machine/variants.h"

namespace vmalab::testing {

inline Machine standard(int readers, int writers, int detachers) {
  return Machine::build(standard_scenario(readers, writers, detachers).value(), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
}

inline Machine variant(const Variant& v) {
  const Scenario scenario = scenario_of(v, VMALAB_TEST_ASSETS).value();
  return Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, v.file).value()).value();
}
inline Machine variant(const char* name) { return variant(find_variant(VMALAB_TEST_ASSETS, name).value()); }

}  // namespace vmalab::testing
