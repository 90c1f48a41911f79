// SPDX-License-Identifier: GPL-2.0-only
// `vmalab captions`: every sentence that is told over a demo has a claim beside it, and it holds.
#include <vector>

#include "app/check_support.h"
#include "app/commands.h"
#include "app/player.h"
#include "machine/variants.h"
#include "run/claims.h"

namespace vmalab::app {
namespace {

/// All that are shipped: each scenario by itself, and each variant with a demo on the scenario that it names.
Result<std::vector<Origin>> everything(const Workspace& workspace, const Subject& subject) {
  std::vector<Origin> origins;
  const auto add = [&](const std::string& scenario, const std::string& variant) {
    Subject one = subject;
    one.target = scenario;
    one.code.variant = variant;
    origins.push_back(one.origin());
  };
  const Result<std::vector<Scenario>> scenarios = list_scenarios(workspace.assets());
  if (!scenarios) return tl::unexpected(scenarios.error());
  for (const Scenario& scenario : *scenarios) add(scenario.name, "");
  const Result<std::vector<Variant>> variants = list_variants(workspace.assets());
  if (!variants) return tl::unexpected(variants.error());
  for (const Variant& variant : *variants) {
    if (!variant.demo.empty()) add(variant.scenario, variant.name);
  }
  return origins;
}

}  // namespace

Result<int> CaptionsCommand::run(const Workspace& workspace) const {
  Result<std::vector<Origin>> origins = std::vector{subject.origin()};
  if (subject.target.empty() && !subject.standard && subject.code.variant.empty()) origins = everything(workspace, subject);
  if (!origins) return tl::unexpected(origins.error());
  std::string out;
  std::size_t faults = 0;
  catch_interrupts();
  Prover prover(workspace, show_progress_of_long);
  for (const Origin& origin : *origins) {
    const Result<Document> document = workspace.open(origin);
    if (!document) return tl::unexpected(document.error());
    const Machine& machine = document->session.machine();
    const Result<std::vector<Diagnostic>> found = check_captions(machine, prover);
    if (!found) return tl::unexpected(found.error());
    if (interrupted()) break;
    for (const Diagnostic& fault : *found) out += fault.to_string() + "\n";
    faults += found->size();
  }
  clear_progress();
  if (interrupted()) return static_cast<int>(kExitInterrupted);
  out += plural(origins->size(), "demo") + ": ";
  out += faults == 0 ? "every sentence has a claim, and it holds\n" : plural(faults, "fault") + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(faults == 0 ? kExitOk : kExitBadInput);
}

}  // namespace vmalab::app
