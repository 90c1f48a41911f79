// SPDX-License-Identifier: GPL-2.0-only
// `vmalab minimize`: the shortest run with the same violation, or to the same goal.
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "app/check_support.h"
#include "app/check_terms.h"
#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "base/output_file.h"
#include "base/words.h"
#include "check/minimize.h"
#include "check/report.h"
#include "machine/describe.h"
#include "run/schedule.h"
#include "run/trace_file.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string steps_text(std::size_t steps) { return plural(steps, "step"); }

/// What the run shows, and how short a run shows it as well.
struct Shortened {
  const MinimizeCommand& command;
  const Machine& machine;
  const check::Shown& shown;
  std::size_t before;  ///< steps of the recorded run
  const check::Minimize& work;

  bool to_goal() const { return !command.find.empty(); }
  /// The step, its line and the object that it is about are what has to be the same.
  bool at_a_line() const { return !to_goal() && shown.step > 0 && shown.property != &properties::kNoStuck; }
  std::string about() const {
    const Word object = shown.info.details.a;
    if (address_kind(object) == ObjectKind::kNone) return {};
    return address_text(machine, make_address(address_kind(object), address_object(object), 0));
  }
  CodePlace place() const { return place_of(machine, shown.info.action.thread, shown.info.detail_pc); }
  std::string schedule() const { return schedule_text(machine, work.run()); }
  Json json() const;
  std::string text() const;
  std::string length_text() const;
};

Json Shortened::json() const {
  Json out{{"scenario", machine.scenario().name}, {"model_hash", machine.code().hash()}};
  if (to_goal())
    out["goal"] = command.find;
  else
    out["check"] = shown.property->name;
  if (at_a_line()) {
    if (const std::string object = about(); !object.empty()) out["object"] = object;
    out["file"] = place().file;
    out["line"] = place().line;
  }
  out["steps_before"] = shown.step;
  out["steps"] = work.run().size();
  out["shortest"] = work.is_shortest();
  out["at_least"] = work.at_least();
  if (!work.is_shortest()) out["reason"] = work.reason();
  out["schedule"] = schedule();
  out["memory_ordering"] = check::ordering_word(machine.ordering());
  add_check_terms(out, command.subject, command.judge);
  return out;
}

std::string Shortened::length_text() const {
  const std::string length = steps_text(work.run().size());
  const bool as_short = work.run().size() == static_cast<std::size_t>(shown.step);
  if (work.is_shortest()) return (as_short ? "no shorter run shows it: " : "the shortest run that shows it: ") + length;
  return (as_short ? "not shorter, not proved shortest: " : "shorter, not proved shortest: ") + length + ". No run of fewer than " +
         steps_text(static_cast<std::size_t>(work.at_least())) + " shows it; more is not known, because " + work.reason();
}

std::string Shortened::text() const {
  const std::string code = code_name(machine.code());
  const std::string what = to_goal() ? "gets to a state where " + command.find : "breaks " + std::string(shown.property->name);
  std::string text = machine.scenario().name + (code.empty() ? "" : ", " + code) + ": " + what +
                     (shown.step == 0 ? " at the start" : " at step " + std::to_string(shown.step) + " of " + std::to_string(before)) + "\n";
  if (at_a_line()) {
    const std::string object = about();
    text += "  the same violation: of " + std::string(shown.property->name) + (object.empty() ? "" : ", about " + object) + ", at " + place().file +
            ":" + std::to_string(place().line) + "\n";
  } else if (!to_goal() && shown.step > 0) {
    text += "  the same violation: the same threads can never go on, at the same places\n";
  }
  text += "  " + length_text() + "\n";
  if (!work.run().empty()) text += "  --schedule " + schedule() + "\n";
  check::CheckReport report;
  report.start = machine.initial();
  report.trace = work.run();
  text += check::trace_text(machine, report);
  for (const std::string& term : check_terms(command.subject, command.judge)) text += "with: " + term + "\n";
  if (const std::string tree = lock_code_text(lock_code(machine)); !tree.empty()) text += tree + "\n";
  return text + std::string(check::ordering_clause(machine.ordering())) + "\n";
}

}  // namespace

Result<int> MinimizeCommand::run(const Workspace& workspace) const {
  // Before a long search, not after it.
  std::error_code ignored;
  if (!output.empty()) {
    if (const Result<void> checked = check_output(output); !checked) return tl::unexpected(checked.error());
    if (!force && std::filesystem::exists(output, ignored)) return fail("the file exists already; --force replaces it", output.string());
  }
  Result<Document> document = open_run(subject, steps, workspace);
  if (!document) return tl::unexpected(document.error());
  const Session& session = document->session;
  const Machine& machine = session.machine();
  std::optional<Program> goal;
  if (!find.empty()) {
    Result<Program> expression = machine.expression(find, "--find");
    if (!expression) return tl::unexpected(expression.error());
    goal = std::move(*expression);
  }
  PropertySet judged = judge.empty() ? ~PropertySet{0} : 0;
  for (const Property* property : judge) judged |= bit_of(*property);
  const std::vector<Action> recorded = session.actions_to(session.path().back());
  const Result<check::Shown> shown = check::what_it_shows(machine, recorded, judged, goal ? &*goal : nullptr);
  if (!shown)
    return fail(shown.error().message + (goal || !judge.empty() ? "" : "; --find EXPR says for what else to keep it"), machine.scenario().name);

  catch_interrupts();
  check::NearestBudget limits{budget.states, memory_limit(budget), budget.jobs};
  if (limits.jobs == 0) limits.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  check::Minimize work(machine, recorded, *shown, limits);
  check::drive(work, show_progress);
  clear_progress();

  const Shortened shortened{*this, machine, *shown, recorded.size(), work};
  std::string text = json ? json_text(shortened.json()) + "\n" : shortened.text();
  if (!output.empty()) {
    if (const Result<void> saved = save_trace(output, machine, work.run(), force); !saved) return tl::unexpected(saved.error());
    if (!json) text += "saved: vmalab open " + output.string() + "\n";
  }
  if (const Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(work.is_shortest() ? kExitOk : kExitIncomplete);
}

}  // namespace vmalab::app
