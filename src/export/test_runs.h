// SPDX-License-Identifier: GPL-2.0-only
// For the tests of exporters: runs to write.
#pragma once

#include <string>

#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"

namespace vmalab::testing {

/// The whole demo of a scenario, or of a variant.
inline Session demo_of(const std::string& scenario, const std::string& variant = {}) {
  Origin origin;
  origin.text = scenario;
  origin.code.variant = variant;
  Session session = must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session;
  const Demo demo = must(Demo::of(session.machine()));
  while (const Demo::Step* step = demo.next(session)) must(session.apply(step->action));
  return session;
}

/// So many random steps of threads that never end.
inline Session endless_run(int steps) {
  Session session(machine_from(kEndlessScenario));
  const auto chance = random_scheduler(1);
  while (session.depth() < steps && take_step(session, *chance)) {
  }
  return session;
}

/// How often a text stands in another.
inline int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++count;
  return count;
}

}  // namespace vmalab::testing
