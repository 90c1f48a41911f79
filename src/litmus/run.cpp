// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "litmus/litmus.h"
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
  // Of the model, the primitives alone: what the lock calls is nothing to a litmus test.
  std::erase_if(*texts, [](const CodeBase::Text& text) { return !text.path.ends_with("primitives.h") && !text.path.ends_with("types.h"); });
  texts->push_back({test.file, test.code, SourceFile::Origin::kOwn});
  auto code = CodeBase::load_texts(std::move(*texts), {});
  if (!code) return tl::unexpected(code.error());
  return Machine::build(test.scenario, std::move(*code));
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
      if (info.is_not_simulated()) return fail("more messages of one variable than can be followed", test.file);
      add(after, i, action);
    }
    if (states.size() > most) return fail("more than " + std::to_string(most) + " states", test.file);
  }
  outcome.answer = met ? (missed ? Answer::kSometimes : Answer::kAlways) : Answer::kNever;
  outcome.states = states.size();
  return outcome;
}

}  // namespace vmalab::litmus
