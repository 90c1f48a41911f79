// SPDX-License-Identifier: GPL-2.0-only
#include "app/stub_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "app/player.h"
#include "base/json.h"
#include "base/words.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;
using Verdict = check::CheckReport::Verdict;

constexpr std::size_t kMaxChoices = 1000;

const StubCall& call_of(const Machine& machine, std::size_t thread, std::size_t number) {
  return machine.program(thread_id(thread)).stub_calls[number];
}

std::size_t calls_of(const Machine& machine, std::size_t thread) { return machine.program(thread_id(thread)).stub_calls.size(); }

std::string place(const Machine& machine, const StubCall& call) {
  const std::vector<SourceFile>& files = machine.code().files();
  return call.pos.file < files.size() ? files[call.pos.file].path + ":" + std::to_string(call.pos.line) : std::string();
}

/// Numbers of options, thread by thread and call by call.
using Choice = std::vector<std::vector<std::size_t>>;

/// The next in order; false after the last.
bool advance(const Machine& machine, Choice& choice) {
  for (std::size_t t = choice.size(); t-- > 0;) {
    for (std::size_t c = choice[t].size(); c-- > 0;) {
      if (++choice[t][c] < call_of(machine, t, c).options.size()) return true;
      choice[t][c] = 0;
    }
  }
  return false;
}

/// Of choices that differ only in which of several identical threads has which values, one is enough.
bool is_first_of_its_kind(const Machine& machine, const Choice& choice) {
  const std::vector<ThreadSetup>& threads = machine.scenario().threads;
  for (std::size_t t = 0; t < threads.size(); ++t) {
    for (std::size_t u = t + 1; u < threads.size(); ++u) {
      if (threads[t].call == threads[u].call && choice[t] > choice[u]) return false;
    }
  }
  return true;
}

/// Values, thread by thread and call by call.
using Values = std::vector<std::vector<std::string>>;

Result<Machine> with_values(const Machine& machine, const Values& values) {
  Stubs stubs = machine.code().stubs();
  stubs.given.clear();
  for (std::size_t t = 0; t < values.size(); ++t) stubs.given[machine.scenario().threads[t].name] = values[t];
  Result<CodeBase> code = machine.code().with_stubs(std::move(stubs));
  if (!code) return tl::unexpected(code.error());
  return Machine::build(machine.scenario(), std::move(*code));
}

Values values_of(const Machine& machine, const Choice& choice) {
  Values values(choice.size());
  for (std::size_t t = 0; t < choice.size(); ++t) {
    for (std::size_t c = 0; c < choice[t].size(); ++c) values[t].push_back(call_of(machine, t, c).options[choice[t][c]]);
  }
  return values;
}

/// What a call in a loop might answer another time, besides what it is told to.
std::vector<std::string> answers(const StubCall& call) {
  std::vector<std::string> all = call.options;
  const bool numbers = std::all_of(all.begin(), all.end(),
                                   [](const std::string& text) { return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')); });
  for (const char* other : {"0", "1", "-EINTR"}) {
    if (numbers && std::find(all.begin(), all.end(), other) == all.end()) all.emplace_back(other);
  }
  return all;
}

/// The stubbed call whose answer, the same each time round, is why the threads cannot finish: with another one they could. Null
/// when it makes no difference. The world is not as stubborn as a stub.
Result<const StubCall*> stubborn_call(const Machine& machine, const Values& values, const check::CheckOptions& options) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    for (std::size_t c = 0; c < values[t].size(); ++c) {
      const StubCall& call = call_of(machine, t, c);
      if (!call.in_loop) continue;
      for (const std::string& answer : answers(call)) {
        // Every thread's calls of it alike: one that still does not change its mind would hide the difference.
        Values other = values;
        for (std::size_t u = 0; u < values.size(); ++u) {
          for (std::size_t d = 0; d < values[u].size(); ++d) {
            const StubCall& same = call_of(machine, u, d);
            if (same.in_loop && same.function == call.function) other[u][d] = answer;
          }
        }
        if (other == values) continue;
        Result<Machine> one = with_values(machine, other);
        if (!one) return tl::unexpected(one.error());
        Result<check::CheckReport> report = check::run_check(*one, options);
        if (!report) return tl::unexpected(report.error());
        if (!(report->verdict == Verdict::kViolation && report->check == &properties::kTermination)) return &call;
      }
    }
  }
  return nullptr;
}

/// Larger is worse.
int badness(const check::CheckReport& report) {
  switch (report.verdict) {
    case Verdict::kViolation:
    case Verdict::kGoalLost:
    case Verdict::kGoalFound: return 2;
    case Verdict::kIncomplete: return 1;
    default: return 0;
  }
}

bool worse(const check::CheckReport& a, const check::CheckReport& b) {
  if (badness(a) != badness(b)) return badness(a) > badness(b);
  return badness(a) == 2 && a.trace.size() < b.trace.size();
}

/// A call whose values were not all tried in one run.
const StubCall* open_loop(const Machine& machine) {
  for (std::size_t t = 0; t < machine.scenario().threads.size(); ++t) {
    for (std::size_t c = 0; c < calls_of(machine, t); ++c) {
      if (const StubCall& call = call_of(machine, t, c); call.in_loop && call.options.size() > 1) return &call;
    }
  }
  return nullptr;
}

struct Counts {
  std::size_t choices = 0, bad = 0;
};

void tell(StubbedCheck& checked, const Counts& counts) {
  const Machine& machine = checked.machine;
  Json json = {{"stubs", Json::array()}, {"choices", counts.choices}, {"found_in", counts.bad}, {"given", Json::array()}};
  std::string stubs, given;
  for (const Stubs::Stub& stub : machine.code().stubs().stubs) {
    std::vector<std::string> options;
    bool called = false;
    for (std::size_t t = 0; t < machine.scenario().threads.size(); ++t) {
      for (std::size_t c = 0; c < calls_of(machine, t); ++c) {
        const StubCall& call = call_of(machine, t, c);
        if (call.function != stub.name) continue;
        called = true;
        options = call.options;
        const std::string& thread = machine.scenario().threads[t].name;
        given += "    " + thread + ": " + call.function + "() gives " + call.value + " (" + place(machine, call) + ")\n";
        json["given"].push_back({{"thread", thread}, {"function", call.function}, {"place", place(machine, call)}, {"value", call.value}});
      }
    }
    const std::string what = !called               ? " gives no value to anybody"
                             : options.size() == 1 ? " gives " + options[0]
                                                   : " is tried with " + words::list(options);
    stubs += (stubs.empty() ? "" : "; ") + stub.name + "()" + what;
    json["stubs"].push_back({{"function", stub.name}, {"values", options}, {"called", called}});
  }
  checked.text = "  with stubs: " + stubs + "\n";
  const bool one = counts.choices == 1;
  if (!one)
    checked.text += "  " + std::to_string(counts.choices) + " choices of values were checked one after the other" +
                    (counts.bad > 0 ? ", and it is found in " + std::to_string(counts.bad) : "") + "\n";
  if (badness(checked.report) > 0 && !given.empty()) checked.text += "  the values in what is shown:\n" + given;
  checked.json = json_text(json);
}

}  // namespace

Result<StubbedCheck> check_all_values(const Machine& machine, const check::CheckOptions& options) {
  if (machine.code().stubs().empty()) {
    Result<check::CheckReport> report = check::run_check(machine, options);
    if (!report) return tl::unexpected(report.error());
    return StubbedCheck{std::move(*report), machine, {}, {}};
  }
  Choice choice;
  std::size_t most = 1;
  for (std::size_t t = 0; t < machine.scenario().threads.size(); ++t) {
    choice.emplace_back(calls_of(machine, t), 0);
    for (std::size_t c = 0; c < choice[t].size(); ++c) most = std::min(most * call_of(machine, t, c).options.size(), kMaxChoices + 1);
  }
  if (most > kMaxChoices) {
    return fail("the stubs have more than " + std::to_string(kMaxChoices) + " choices of values together; give some of them one, --stub NAME=VALUE",
                machine.scenario().name);
  }
  std::optional<StubbedCheck> worst;
  Counts counts;
  do {
    if (options.goal.empty() && !is_first_of_its_kind(machine, choice)) continue;
    const Values values = values_of(machine, choice);
    Result<Machine> one = with_values(machine, values);
    if (!one) return tl::unexpected(one.error());
    Result<check::CheckReport> report = check::run_check(*one, options);
    if (!report) return tl::unexpected(report.error());
    if (report->verdict == Verdict::kViolation && report->check == &properties::kTermination) {
      Result<const StubCall*> stubborn = stubborn_call(machine, values, options);
      if (!stubborn) return tl::unexpected(stubborn.error());
      if (*stubborn != nullptr) {
        report->verdict = Verdict::kIncomplete;
        report->check = nullptr;
        report->trace.clear();
        report->undecided = {&properties::kTermination};
        report->reason = "termination is not judged: " + (*stubborn)->function + "() is called in a loop (" + place(machine, **stubborn) +
                         "), where a stub that gives the same value each time round keeps the thread in it; every other check holds";
      }
    }
    ++counts.choices;
    counts.bad += badness(*report) == 2;
    if (!worst || worse(*report, worst->report)) worst.emplace(StubbedCheck{std::move(*report), std::move(*one), {}, {}});
    if (interrupted()) break;
  } while (advance(machine, choice));
  if (const StubCall* call = open_loop(machine); call != nullptr && badness(worst->report) == 0) {
    worst->report.verdict = Verdict::kIncomplete;
    worst->report.reason = call->function + "() is called in a loop (" + place(machine, *call) +
                           "), where it gave the same value each time round; one value for it, --stub " + call->function + "=VALUE, can be judged";
  }
  tell(*worst, counts);
  return std::move(*worst);
}

std::string with_stubs(const std::string& report_json, const StubbedCheck& checked) {
  if (checked.json.empty()) return report_json;
  Json report = Json::parse(report_json);
  report["with_stubs"] = Json::parse(checked.json);
  return json_text(report);
}

}  // namespace vmalab::app
