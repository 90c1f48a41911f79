// SPDX-License-Identifier: GPL-2.0-only
// `vmalab litmus`: what the machine says of litmus tests, beside what their comments expect.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/input_file.h"
#include "base/json.h"
#include "base/words.h"
#include "litmus/litmus.h"
#include "run/schedule.h"
#include "run/trace_file.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

struct Judged {
  litmus::Test test;
  litmus::Outcome outcome;
  std::string witness;  ///< a schedule
};

Result<Judged> judge(const LitmusCommand& command, const std::filesystem::path& file, const Workspace& workspace) {
  Result<std::string> text = read_input(file, "a litmus test", litmus::kMostBytes);
  if (!text) return tl::unexpected(text.error());
  Result<litmus::Test> test = litmus::parse(*text, file.string());
  if (!test) return tl::unexpected(test.error());
  if (command.no_lb) test->scenario.ordering = Ordering::kLkmm;
  Result<Machine> machine = litmus::machine_of(*test, workspace.assets());
  if (!machine) return tl::unexpected(machine.error());
  Result<litmus::Outcome> outcome = litmus::run(*test, *machine, litmus::kMostStates);
  if (!outcome) return tl::unexpected(outcome.error());
  std::string witness = schedule_text(*machine, outcome->witness);
  if (!command.trace_file.empty()) {
    if (outcome->witness.empty()) return fail("its condition is never met: there is no run to save", file.string());
    const Result<Machine> told = litmus::told(*test, *machine, *outcome, workspace.assets());
    if (!told) return tl::unexpected(told.error());
    if (Result<void> saved = save_trace(command.trace_file, *told, outcome->witness, command.force); !saved) return tl::unexpected(saved.error());
  }
  return Judged{std::move(*test), std::move(*outcome), std::move(witness)};
}

}  // namespace

Result<int> LitmusCommand::run(const Workspace& workspace) const {
  if (!trace_file.empty() && files.size() != 1) return fail("--trace saves the run of one test, and here are " + std::to_string(files.size()));
  Json list = Json::array();
  int refused = 0, differ = 0;
  for (const std::filesystem::path& file : files) {
    const Result<Judged> judged = judge(*this, file, workspace);
    if (!judged) {
      ++refused;
      if (json) {
        list.push_back({{"file", file.string()}, {"error", judged.error().to_string()}});
      } else {
        std::fputs(("error: " + judged.error().to_string() + "\n").c_str(), stderr);
      }
      continue;
    }
    const litmus::Test& test = judged->test;
    const std::string answer(litmus::answer_name(judged->outcome.answer));
    const bool other = test.expected && *test.expected != judged->outcome.answer;
    differ += other;
    if (json) {
      Json row{{"file", file.string()},
               {"name", test.name},
               {"answer", answer},
               {"states", judged->outcome.states},
               {"ordering", ordering_name(test.scenario.ordering)}};
      if (test.expected) row["expected"] = litmus::answer_name(*test.expected);
      if (!judged->witness.empty()) row["witness"] = judged->witness;
      list.push_back(std::move(row));
      continue;
    }
    std::string line = test.name + ": " + answer + ", " + words::grouped(judged->outcome.states) + " states";
    if (no_lb) line += ", no load postponed";
    if (other) line += "; expected " + std::string(litmus::answer_name(*test.expected));
    if (!judged->witness.empty()) line += "\n  " + judged->witness;
    if (!trace_file.empty()) line += "\n  saved: vmalab open " + trace_file.string();
    if (Result<void> printed = print(line + "\n"); !printed) return tl::unexpected(printed.error());
  }
  const int code = refused != 0 ? kExitBadInput : differ != 0 ? kExitViolation : kExitOk;
  if (json) {
    const Result<void> printed = print(json_text(list, 1) + "\n");
    if (!printed) return tl::unexpected(printed.error());
  }
  return code;
}

}  // namespace vmalab::app
