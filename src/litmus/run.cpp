// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "base/words.h"
#include "litmus/litmus.h"
#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab::litmus {

std::string_view answer_name(Answer answer) {
  switch (answer) {
    case Answer::kAlways: return "Always";
    case Answer::kSometimes: return "Sometimes";
    case Answer::kNever: return "Never";
  }
  return "";
}

Result<Machine> machine_of(const Test& test, const std::filesystem::path& assets) {
  auto texts = CodeBase::model_texts(assets);
  if (!texts) return tl::unexpected(texts.error());
  const std::string name = std::filesystem::path(test.file).filename().string();
  texts->push_back({name, test.code, SourceFile::Origin::kOwn});
  const auto at_its_place = [&](Diagnostic error) {
    if (error.file == name) error.file = test.file;
    return tl::unexpected(std::move(error));
  };
  auto code = CodeBase::load_texts(std::move(*texts), {});
  if (!code) return at_its_place(code.error());
  auto machine = Machine::build(test.scenario, std::move(*code));
  if (!machine) return at_its_place(machine.error());
  return machine;
}

namespace {

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

Result<Machine> told(const Test& test, const Machine& machine, const Outcome& outcome, const std::filesystem::path& assets) {
  std::string toml = "title = " + toml_string(test.name) + "\nstory = " +
                     toml_string(test.asked + ": " + std::string(answer_name(outcome.answer)) + ", of " + words::grouped(outcome.states) +
                                 " states.") +
                     "\nstory_claims = [\"no claim\"]\n";
  for (const ThreadSetup& thread : test.scenario.threads) {
    toml += "\n[[thread]]\nname = " + toml_string(thread.name) + "\nrun = " + toml_string(thread.call) + "\n";
  }
  toml += "\n[[goal]]\nname = " + toml_string(test.asked) + "\nexpr = " + toml_string(test.condition) + "\n";
  if (!outcome.witness.empty()) {
    std::string steps;
    for (const Action& action : outcome.witness) steps += (steps.empty() ? "" : ",") + action_name(machine, action);
    toml += "\n[[demo]]\ndo = " + toml_string(steps) + "\ncaption = \"A shortest way to an end that meets the condition.\"\nclaims = [" +
            toml_string(test.condition) + "]\n";
  }
  Result<Scenario> scenario = parse_scenario(toml, test.name, test.file);
  if (!scenario) return tl::unexpected(scenario.error());
  Test with = test;
  const Ordering ordering = test.scenario.ordering;
  with.scenario = std::move(*scenario);
  with.scenario.ordering = ordering;
  with.scenario.origin.clear();  // nobody has seen this text
  return machine_of(with, assets);
}

Result<Outcome> run(const Test& test, const Machine& machine, std::uint64_t most) {
  auto condition = machine.expression(test.condition, "condition");
  if (!condition) return tl::unexpected(condition.error());
  const std::size_t size = state_size(machine.thread_count());
  const auto bytes_of = [size](const State& state) { return std::string(reinterpret_cast<const char*>(&state), size); };
  std::unordered_set<std::string> seen;
  struct Way {
    std::size_t from;
    Action action;
  };
  std::vector<Way> ways;
  std::vector<const std::string*> states;
  const auto add = [&](const State& state, std::size_t from, Action action) {
    const auto [it, fresh] = seen.insert(bytes_of(state));
    if (!fresh) return;
    states.push_back(&*it);
    ways.push_back({from, action});
  };
  add(machine.initial(), 0, {});
  bool met = false, missed = false;
  Outcome outcome;
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::memcpy(static_cast<void*>(&state), states[i]->data(), size);
    if (machine.all_done(state)) {
      const bool meets = machine.evaluate(*condition, state) != 0;
      if (meets && !met) {
        for (std::size_t at = i; at != 0; at = ways[at].from) outcome.witness.push_back(ways[at].action);
        std::reverse(outcome.witness.begin(), outcome.witness.end());
      }
      (meets ? met : missed) = true;
      continue;
    }
    ActionList actions;
    machine.enabled(state, actions);
    for (const Action& action : actions) {
      State after = state;
      StepInfo info;
      machine.execute(after, action, info);
      if (info.is_not_simulated()) return fail(violation_text(machine, info, properties::kNoWarning), test.file);
      add(after, i, action);
    }
    if (states.size() > most) return fail("more than " + std::to_string(most) + " states", test.file);
  }
  outcome.answer = met ? (missed ? Answer::kSometimes : Answer::kAlways) : Answer::kNever;
  outcome.states = states.size();
  return outcome;
}

}  // namespace vmalab::litmus
