// SPDX-License-Identifier: GPL-2.0-only
#include "app/check_terms.h"

#include "base/words.h"
#include "lang/stubs.h"

namespace vmalab::app {
namespace {

/// As the command line has it: the text was parsed before anything was judged.
std::string stub_term(const std::string& text) {
  const Result<Stubs::Stub> stub = parse_stub(text);
  if (!stub) return "stub " + text;
  if (stub->values.empty()) return "stub: " + stub->name + "() is tried with " + std::string(kStubTries) + ", no other value";
  return "stub: " + stub->name + "() gives " + words::joined(stub->values, {}, " or ");
}

}  // namespace

std::vector<std::string> check_terms(const Subject& subject, const std::vector<const Property*>& judge) {
  std::vector<std::string> terms;
  if (!judge.empty()) {
    terms.push_back("only " + words::list(judge, &Property::name) + (judge.size() == 1 ? " is" : " are") + " judged, no other check");
  }
  if (!subject.code.variant.empty()) terms.push_back("variant " + subject.code.variant);
  if (!subject.code.own.empty()) {
    terms.push_back("own code: " + words::joined(subject.code.own, [](const std::filesystem::path& file) { return file.string(); }));
  }
  for (const std::string& stub : subject.code.stubs) terms.push_back(stub_term(stub));
  if (subject.overrides.lockdep)
    terms.push_back(std::string("lockdep ") + (*subject.overrides.lockdep ? "on" : "off") + ", whatever a scenario says");
  if (subject.overrides.signals) terms.push_back("fatal signals at any time");
  if (subject.overrides.ordering && *subject.overrides.ordering != Ordering::kSc) {
    terms.push_back("memory ordering " + std::string(ordering_name(*subject.overrides.ordering)));
  }
  return terms;
}

void add_check_terms(nlohmann::ordered_json& report, const Subject& subject, const std::vector<const Property*>& judge) {
  // A report of one scenario has said it already.
  if (!judge.empty()) {
    nlohmann::ordered_json& judged = report["judged"] = nlohmann::ordered_json::array();
    for (const Property* property : judge) judged.push_back(property->name);
  }
  if (!subject.code.variant.empty()) report["variant"] = subject.code.variant;
  for (const std::filesystem::path& file : subject.code.own) report["code"].push_back(file.string());
  for (const std::string& stub : subject.code.stubs) report["stubs"].push_back(stub);
  if (subject.overrides.lockdep) report["lockdep"] = *subject.overrides.lockdep;
  if (subject.overrides.signals) report["signals"] = true;
  if (subject.overrides.ordering) report["ordering"] = ordering_name(*subject.overrides.ordering);
}

}  // namespace vmalab::app
