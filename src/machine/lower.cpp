// SPDX-License-Identifier: GPL-2.0-only
// Where the machine meets the front end: threads and expressions from C. An error in what the scenario says is told at
// its place in the scenario; one in the C that a thread runs at its place there, with the thread that needs it.
#include <algorithm>
#include <cctype>

#include "machine/machine.h"
#include "machine/variants.h"

namespace vmalab {
namespace {

/// What CodeBase calls a text that is in no file.
constexpr std::string_view kThread = "thread", kGoal = "goal", kExpect = "expect";

/// A text of the scenario did not compile: `what` it is, and where the scenario has it.
Diagnostic told_in_scenario(const Scenario& scenario, Diagnostic error, std::string_view typed, ScenarioPlace place, const std::string& what,
                            const std::string& text) {
  const bool nowhere = scenario.origin.empty() || place.line == 0;
  if (error.file == typed) {
    const auto offset = static_cast<std::size_t>(std::max(error.column, 1) - 1);
    return error_in_scenario(scenario, place, what + (nowhere ? ", `" + text + "`" : "") + ": " + error.message, offset);
  }
  error.needed_by = what + (nowhere ? " of " + scenario.name : ", " + scenario.origin + ":" + std::to_string(place.line));
  return error;
}

/// "rcu_vma0"; of several heads in an object, "rcu_vma0_vm_rcu"
std::string rcu_thread_name(const Scenario& scenario, std::string_view object, std::string_view head, bool several) {
  std::string name = "rcu" + (object.empty() ? "" : "_" + std::string(object)) + (object.empty() || several ? "_" + std::string(head) : "");
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  const std::vector<ObjectName> taken = object_names(scenario);
  while (std::any_of(taken.begin(), taken.end(), [&](const ObjectName& other) { return other.name == name; })) name += '_';
  return name;
}

/// Where the code calls call_rcu(): a thread for each rcu_head, which runs what is queued there. What callbacks are there shows
/// while the threads are lowered, and they can queue others.
Result<void> add_rcu_threads(Scenario& scenario, const CodeBase& code, const std::vector<ObjectName>& names, ExtraWords& words,
                             std::vector<Program>& programs, std::vector<int>& program_of) {
  const std::vector<ThreadSetup> written = scenario.threads;
  const std::size_t written_programs = programs.size();
  for (std::size_t callbacks = 0, entries = 0; callbacks != words.callbacks().size() || entries != words.entries().size();) {
    callbacks = words.callbacks().size();
    if (callbacks == 0) return {};
    const std::vector<ExtraWords::Entry> known = words.entries();
    entries = known.size();
    scenario.threads = written;
    programs.resize(written_programs);
    program_of.resize(written.size());
    for (const ExtraWords::Entry& entry : known) {
      if (entry.use != ExtraWords::Use::kHead) continue;
      const bool several = std::count_if(known.begin(), known.end(),
                                         [&](const ExtraWords::Entry& e) { return e.use == ExtraWords::Use::kHead && e.kind == entry.kind; }) > 1;
      const std::size_t objects = entry.kind == ObjectKind::kMm ? scenario.mms.size() : entry.kind == ObjectKind::kVma ? scenario.vmas.size() : 1;
      for (std::size_t i = 0; i < objects; ++i) {
        const std::string object = entry.kind == ObjectKind::kMm ? scenario.mms[i].name : entry.kind == ObjectKind::kVma ? scenario.vmas[i].name : "";
        ThreadSetup thread;
        thread.name = rcu_thread_name(scenario, object, entry.name, several);
        thread.call = "RCU callbacks of " + (object.empty() ? "" : object + "->") + entry.name;
        thread.rcu = true;
        auto lowered = code.lower_callbacks(make_address(entry.kind, static_cast<int>(i), entry.field), names, thread.name, words);
        if (!lowered) {
          Diagnostic error = lowered.error();
          error.needed_by = thread.name + ", " + thread.call;
          return tl::unexpected(std::move(error));
        }
        scenario.threads.push_back(std::move(thread));
        program_of.push_back(static_cast<int>(programs.size()));
        programs.push_back(std::move(*lowered));
      }
    }
  }
  if (scenario.threads.size() > kMaxThreads) {
    return fail("cannot be judged: with one thread for each object that call_rcu() can be given, these are " +
                    std::to_string(scenario.threads.size()) + " threads, and " + std::to_string(kMaxThreads) + " are the most",
                scenario.name);
  }
  return {};
}

}  // namespace

Result<Machine> Machine::build(Scenario scenario, CodeBase code) {
  scenario.config = code.config();
  std::erase_if(scenario.threads, [](const ThreadSetup& thread) { return thread.rcu; });
  adapt_story(scenario, code);
  const std::vector<ObjectName> names = object_names(scenario);
  std::vector<Program> programs;
  std::vector<int> program_of;
  ExtraWords words;
  for (const ThreadSetup& thread : scenario.threads) {
    auto lowered = code.lower_call(thread.call, names, thread.name, &words);
    if (!lowered) return tl::unexpected(told_in_scenario(scenario, lowered.error(), kThread, thread.place, "thread " + thread.name, thread.call));
    // Other values of stubs are another program.
    for (const StubCall& call : lowered->stub_calls) lowered->label += " " + call.function + "=" + call.value;
    int index = 0;
    while (index < static_cast<int>(programs.size()) && programs[static_cast<std::size_t>(index)].label != lowered->label) ++index;
    if (index == static_cast<int>(programs.size())) programs.push_back(std::move(*lowered));
    program_of.push_back(index);
  }
  if (auto added = add_rcu_threads(scenario, code, names, words, programs, program_of); !added) return tl::unexpected(added.error());
  return from_programs(std::move(scenario), std::move(programs), std::move(program_of), std::move(code), std::move(words));
}

Result<Program> Machine::expression(std::string_view text, std::string_view what) const {
  return code_->lower_expression(text, *objects_, what, *extra_words_);
}

Result<void> Machine::check_expressions() const {
  const std::vector<SourceFile>& files = code_->files();
  // A kernel tree may lack a function that a goal asks about, or have it otherwise; that is no mistake of the scenario's.
  const auto of_the_tree = [&](const Diagnostic& error) {
    if (!code_->has_tree()) return false;
    return !error.lacks.empty() || !error.misfit.empty() || std::any_of(files.begin(), files.end(), [&](const SourceFile& f) {
      return f.path == error.file && (f.origin == SourceFile::Origin::kKernelTree || f.origin == SourceFile::Origin::kModel);
    });
  };
  for (const Goal& goal : scenario_->goals) {
    if (const auto lowered = expression(goal.expression, kGoal); !lowered && !of_the_tree(lowered.error())) {
      return tl::unexpected(told_in_scenario(*scenario_, lowered.error(), kGoal, goal.place, "goal \"" + goal.name + "\"", goal.expression));
    }
  }
  const Expectation& expect = scenario_->expect;
  for (std::size_t i = 0; i < expect.final_state.size(); ++i) {
    if (const auto lowered = expression(expect.final_state[i], kExpect); !lowered && !of_the_tree(lowered.error())) {
      const ScenarioPlace place = i < expect.final_places.size() ? expect.final_places[i] : ScenarioPlace{};
      return tl::unexpected(told_in_scenario(*scenario_, lowered.error(), kExpect, place, "'final' of [expect]", expect.final_state[i]));
    }
  }
  return {};
}

}  // namespace vmalab
