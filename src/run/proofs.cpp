// SPDX-License-Identifier: GPL-2.0-only
#include "run/proofs.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/words.h"
#include "check/checker.h"
#include "check/compare.h"
#include "machine/property.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

using Kind = Proof::Kind;
using Verdict = check::CheckReport::Verdict;

constexpr std::array<std::pair<std::string_view, Kind>, 6> kPrefixes{{{"always:", Kind::kAlways},
                                                                      {"can:", Kind::kCan},
                                                                      {"holds:", Kind::kHolds},
                                                                      {"breaks:", Kind::kBreaks},
                                                                      {"same as:", Kind::kSame},
                                                                      {"other than:", Kind::kOther}}};

Result<std::vector<const Property*>> named_checks(std::string_view list) {
  std::vector<const Property*> checks;
  if (words::trimmed(list) == "all") return checks;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string name(words::trimmed(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
    checks.push_back(find_property(name));
    if (checks.back() == nullptr) return fail("there is no check \"" + name + "\"");
  }
  return checks;
}

std::string in_the_run(const Machine& machine, const check::CheckReport& report) {
  return " (the run is " + (report.trace.empty() ? std::string("empty") : schedule_text(machine, report.trace)) + ")";
}

}  // namespace

std::optional<Proof> parse_proof(std::string_view part) {
  for (const auto& [prefix, kind] : kPrefixes) {
    if (part.starts_with(prefix)) return Proof{kind, std::string(words::trimmed(part.substr(prefix.size())))};
  }
  return std::nullopt;
}

Result<std::string> Prover::refute(const Machine& machine, const Proof& proof) {
  const Scenario& scenario = machine.scenario();
  const std::string key = scenario.name + "\n" + scenario.toml + "\n" + machine.code().hash() + "\n" + (scenario.signals ? "signals " : "") +
                          std::string(ordering_name(scenario.ordering)) + " " + std::to_string(scenario.seq_bits) + " " +
                          std::to_string(static_cast<int>(proof.kind)) + " " + proof.text;
  if (const auto found = decided_.find(key); found != decided_.end()) return found->second;
  Result<std::string> why = decide(machine, proof);
  if (why) decided_.emplace(key, *why);
  return why;
}

Result<std::string> Prover::decide(const Machine& machine, const Proof& proof) const {
  check::CheckOptions options;
  options.goals = false;
  options.progress = progress_;
  if (proof.kind == Kind::kSame || proof.kind == Kind::kOther) {
    CodeChoice choice;
    choice.variant = proof.text;
    Result<CodeBase> code = workspace_.code(choice, machine.scenario());
    if (!code) return tl::unexpected(code.error());
    const Result<Machine> with = Machine::build(machine.scenario(), std::move(*code));
    if (!with) return tl::unexpected(with.error());
    const Result<check::Comparison> compared = check::compare(machine, *with, options);
    if (!compared) return tl::unexpected(compared.error());
    if (compared->outcomes == check::Comparison::Answer::kUnknown) return fail("it could not be decided: " + compared->reason);
    const bool same = compared->outcomes == check::Comparison::Answer::kSame;
    if (same == (proof.kind == Kind::kSame)) return std::string();
    return same ? "every outcome is the same with " + proof.text : "with " + proof.text + " this is different: " + compared->difference;
  }
  if (proof.kind == Kind::kAlways) options.goal = "!(" + proof.text + ")";
  if (proof.kind == Kind::kCan) options.goal = proof.text;
  if (proof.kind == Kind::kHolds || proof.kind == Kind::kBreaks) {
    Result<std::vector<const Property*>> checks = named_checks(proof.text);
    if (!checks) return tl::unexpected(checks.error());
    options.only = std::move(*checks);
  }
  const Result<check::CheckReport> report = check::run_check(machine, options);
  if (!report) return tl::unexpected(report.error());
  switch (report->verdict) {
    case Verdict::kIncomplete: return fail("it could not be decided: " + report->reason);
    case Verdict::kGoalFound: return proof.kind == Kind::kCan ? std::string() : "there is a state where it is not so" + in_the_run(machine, *report);
    case Verdict::kGoalUnreachable: return proof.kind == Kind::kAlways ? std::string() : std::string("no run comes to such a state");
    case Verdict::kViolation:
      if (proof.kind == Kind::kBreaks) return std::string();
      return std::string(report->check->name) + " is broken" + in_the_run(machine, *report);
    case Verdict::kPass:
    case Verdict::kGoalLost: break;
  }
  return proof.kind == Kind::kHolds ? std::string() : std::string("it holds in every run");
}

}  // namespace vmalab
