// SPDX-License-Identifier: GPL-2.0-only
#include "machine/scenario.h"

namespace vmalab {

std::vector<ObjectName> object_names(const Scenario& scenario) {
  std::vector<ObjectName> names;
  int number = 0;
  for (const MmSetup& mm : scenario.mms) names.push_back({mm.name, mm_address(number++)});
  number = 0;
  for (const VmaSetup& vma : scenario.vmas) names.push_back({vma.name, vma_address(number++)});
  number = 0;
  for (const ThreadSetup& thread : scenario.threads) names.push_back({thread.name, task_address(number++)});
  return names;
}

}  // namespace vmalab
