// SPDX-License-Identifier: GPL-2.0-only
// Where the machine meets the front end: threads and expressions from C.
#include "machine/machine.h"
#include "machine/variants.h"

namespace vmalab {

Result<Machine> Machine::build(Scenario scenario, CodeBase code) {
  scenario.config = code.config();
  adapt_to_variant(scenario, code);
  const std::vector<ObjectName> names = object_names(scenario);
  std::vector<Program> programs;
  std::vector<int> program_of;
  for (const ThreadSetup& thread : scenario.threads) {
    auto lowered = code.lower_call(thread.call, names);
    if (!lowered) return tl::unexpected(lowered.error());
    int index = 0;
    while (index < static_cast<int>(programs.size()) && programs[static_cast<std::size_t>(index)].label != lowered->label) ++index;
    if (index == static_cast<int>(programs.size())) programs.push_back(std::move(*lowered));
    program_of.push_back(index);
  }
  return from_programs(std::move(scenario), std::move(programs), std::move(program_of), std::move(code));
}

Result<Program> Machine::expression(std::string_view text, std::string_view what) const {
  return code_->lower_expression(text, *objects_, what);
}

}  // namespace vmalab
