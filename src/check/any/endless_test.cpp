// SPDX-License-Identifier: GPL-2.0-only
// Any number of readers, and of writers, detachers and attachers that queue at mmap_lock.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "check/any/any_check.h"
#include "check/any/sequences.h"
#include "machine/scenario.h"
#include "machine/state.h"
#include "machine/state_value.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

struct EndlessCode {
  std::string variant{}, text{};
  bool lockdep = true, signals = false;
};
Machine named_machine(const std::string& name, const EndlessCode& code = {}, Word lock_seq = 0) {
  Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, name).value();
  scenario.config.lockdep = code.lockdep;
  scenario.signals = scenario.signals || code.signals;
  scenario.mms[0].lock_seq = lock_seq;
  std::optional<std::filesystem::path> file;
  if (!code.variant.empty()) file = find_variant(VMALAB_TEST_ASSETS, code.variant).value().file;
  CodeBase loaded = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, file).value();
  if (!code.text.empty()) {
    std::vector<CodeBase::Text> texts = loaded.texts();
    texts.push_back({"variants/case.c", code.text, SourceFile::Origin::kVariant});
    loaded = CodeBase::load_texts(std::move(texts), scenario.config).value();
  }
  Result<Machine> machine = Machine::build(std::move(scenario), std::move(loaded));
  const std::string error = machine ? "" : name + " " + code.variant + ": " + machine.error().message;
  REQUIRE(error == "");
  return std::move(*machine);
}

/// A family of scenarios by number: readers, then kinds that queue.
struct Family {
  std::string prefix;  ///< "standard-"
  int kinds;           ///< that queue
  std::string name(int readers, const std::vector<int>& queued) const {
    std::string text = prefix + std::to_string(readers);
    for (const int n : queued) text += "-" + std::to_string(n);
    return text;
  }
  /// The machine of the search has one thread of each, and one more of the last kind.
  std::string of_search() const {
    std::vector<int> queued(static_cast<std::size_t>(kinds), 1);
    ++queued.back();
    return name(1, queued);
  }
  Crowd crowd() const {
    Crowd crowd{ThreadId{0}, {}, thread_id(1 + kinds)};
    for (int k = 0; k < kinds; ++k) crowd.queues.push_back(thread_id(1 + k));
    return crowd;
  }
};
const Family kStandard{"standard-", 2}, kLifecycle{"lifecycle-", 4};

AnyReport check_endless(const Family& family, const EndlessCode& code = {}, std::vector<const Property*> only = {}) {
  const Machine machine = named_machine(family.of_search(), code);
  AnyOptions options;
  options.only = std::move(only);
  AnyCheck check(
      machine, family.crowd(),
      [&](const Numbers& numbers) -> Result<Machine> {
        const std::string name = family.name(numbers.readers, numbers.queued);
        if (const Result<Scenario> fits = find_scenario(VMALAB_TEST_ASSETS, name); !fits) return tl::unexpected(fits.error());
        return named_machine(name, code);
      },
      options);
  while (check.advance({1000}) == Status::kRunning) {
  }
  const Result<AnyReport> known = check.report();
  const std::string error = known ? "" : known.error().message;
  REQUIRE(error == "");
  AnyReport report = *known;
  INFO(report_text(machine, report));
  CHECK(report.verdict != AnyReport::Verdict::kIncomplete);
  if (std::getenv("VMALAB_SHOW") != nullptr) MESSAGE(report_text(machine, report));
  return report;
}

}  // namespace

TEST_CASE("any number of everybody, for ever: what the lock promises is proved") {
  for (const Family* family : {&kStandard, &kLifecycle}) {
    for (const bool lockdep : {true, false}) {
      CAPTURE(family->prefix);
      CAPTURE(lockdep);
      const AnyReport report = check_endless(*family, {.lockdep = lockdep});
      CHECK(report.verdict == AnyReport::Verdict::kProved);
    }
  }
}

TEST_CASE("what some numbers of threads show of a variant is found for any number of everybody") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  PropertySet decided = 0;
  for (const Property* property : kProperties) decided |= is_decided_for_any(*property) ? bit_of(*property) : 0;
  std::set<std::string> found;
  for (const Variant& variant : *variants) {
    for (const auto& [family, some] : {std::pair{&kStandard, std::vector<std::string>{"standard-2-1-1", "standard-1-2-0"}},
                                       std::pair{&kLifecycle, std::vector<std::string>{"lifecycle-1-1-0-1-1", "lifecycle-1-0-2-0-0", "lifecycle-2-0-1-1-0"}}}) {
      CAPTURE(variant.name);
      CAPTURE(family->prefix);
      const EndlessCode code{.variant = variant.name};
      bool shown = false;
      for (const std::string& numbers : some) {
        CheckOptions options;
        options.goals = false;
        options.only = properties_in(decided);
        const Result<CheckReport> exact = run_check(named_machine(numbers, code), options);
        const std::string error = exact ? "" : exact.error().message;
        CAPTURE(numbers);
        CHECK(error == "");
        if (!exact) continue;
        shown = shown || exact->verdict == CheckReport::Verdict::kViolation;
      }
      const AnyReport report = check_endless(*family, code);
      if (shown) CHECK(report.verdict == AnyReport::Verdict::kViolation);
      if (std::getenv("VMALAB_SHOW") != nullptr) MESSAGE(variant.name << " " << family->prefix << " shown " << shown << " any " << verdict_name(report.verdict));
      CHECK(report.verdict != AnyReport::Verdict::kNotProved);
      if (report.verdict == AnyReport::Verdict::kViolation) found.insert(variant.name);
    }
  }
  CHECK(found.size() >= 14);
}

TEST_CASE("every state of some readers, writers, detachers and attachers is one of those that stand for all") {
  std::mt19937 random(11);  // NOLINT: the same states every time
  for (const Family* family : {&kStandard, &kLifecycle}) {
    CAPTURE(family->prefix);
    const Machine any = named_machine(family->of_search());
    AnySearch search(any, family->crowd(), static_cast<PropertySet>(~bit_of(properties::kTermination)), 0);
    while (search.advance({1000}) == Status::kRunning) {
    }
    REQUIRE(search.result().end == AnyResult::End::kComplete);
    for (int readers = 0; readers <= 6; ++readers) {
      const std::vector<int> queued(static_cast<std::size_t>(family->kinds), readers % 2 == 0 ? 2 : 1);
      const Machine machine = named_machine(family->name(readers, queued), {}, kCurrentSequence);
      std::vector<ThreadId> stands_for(static_cast<std::size_t>(readers), ThreadId{0});
      for (std::size_t k = 0; k < queued.size(); ++k) stands_for.insert(stands_for.end(), static_cast<std::size_t>(queued[k]), thread_id(1 + k));
      int states = 0, met = 0;
      for (int run = 0; run < 60; ++run) {
        StateValue state = machine.initial();
        for (;;) {
          ++states;
          met += search.covers(machine, state, stands_for) ? 1 : 0;
          ActionList actions;
          machine.enabled(state, actions);
          if (actions.count == 0) break;
          StepInfo info;
          machine.step(state, actions.items[random() % static_cast<unsigned>(actions.count)], info);
        }
      }
      CAPTURE(readers);
      CHECK(states > 500);
      CHECK(met == states);
    }
  }
}

}  // namespace vmalab::check
