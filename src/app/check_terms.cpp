// SPDX-License-Identifier: GPL-2.0-only
#include "app/check_terms.h"

#include "base/words.h"
#include "lang/stubs.h"

namespace vmalab::app {
namespace {

std::string_view check_name(CheckId id) { return check_info(id).name; }

/// As the command line has it: the text was parsed before anything was judged.
std::string stub_term(const std::string& text) {
  const Result<Stubs::Stub> stub = parse_stub(text);
  if (!stub) return "stub " + text;
  return "stub: " + stub->name + "() gives " + (stub->values.empty() ? "any value of its type" : words::joined(stub->values, {}, " or "));
}

}  // namespace

std::vector<std::string> check_terms(const Options& options) {
  std::vector<std::string> terms;
  if (!options.judge.empty()) {
    terms.push_back("only " + words::list(options.judge, check_name) + (options.judge.size() == 1 ? " is" : " are") + " judged, no other check");
  }
  if (!options.code.variant.empty()) terms.push_back("variant " + options.code.variant);
  if (!options.code.own.empty()) {
    terms.push_back("own code: " + words::joined(options.code.own, [](const std::filesystem::path& file) { return file.string(); }));
  }
  for (const std::string& stub : options.code.stubs) terms.push_back(stub_term(stub));
  if (options.overrides.lockdep)
    terms.push_back(std::string("lockdep ") + (*options.overrides.lockdep ? "on" : "off") + ", whatever a scenario says");
  if (options.overrides.signals) terms.push_back("fatal signals at any time");
  return terms;
}

void add_check_terms(nlohmann::ordered_json& report, const Options& options) {
  // A report of one scenario has said it already.
  if (!options.judge.empty()) {
    nlohmann::ordered_json& judged = report["judged"] = nlohmann::ordered_json::array();
    for (const CheckId id : options.judge) judged.push_back(check_name(id));
  }
  if (!options.code.variant.empty()) report["variant"] = options.code.variant;
  for (const std::filesystem::path& file : options.code.own) report["code"].push_back(file.string());
  for (const std::string& stub : options.code.stubs) report["stubs"].push_back(stub);
  if (options.overrides.lockdep) report["lockdep"] = *options.overrides.lockdep;
  if (options.overrides.signals) report["signals"] = true;
}

}  // namespace vmalab::app
