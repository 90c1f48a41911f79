// SPDX-License-Identifier: GPL-2.0-only
// `vmalab minimize`: the shortest run with the same violation, or to the same goal.
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "app/check_support.h"
#include "app/check_terms.h"
#include "app/commands.h"
#include "app/player.h"
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

/// The run as a trace of its own.
Result<void> save(const MinimizeCommand& command, const Machine& machine, const std::vector<Action>& run) {
  Session session(machine);
  for (const Action& action : run) {
    if (const auto node = session.apply(action); !node) return tl::unexpected(node.error());
  }
  return save_trace(command.output, session, command.force);
}

std::string steps_text(std::size_t steps) { return plural(steps, "step"); }

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
  const std::vector<Action>& found = work.run();

  const std::string code = code_name(machine.code());
  const std::string what = goal ? "gets to a state where " + find : "breaks " + std::string(shown->property->name);
  std::string text = machine.scenario().name + (code.empty() ? "" : ", " + code) + ": " + what +
                     (shown->step == 0 ? " at the start" : " at step " + std::to_string(shown->step) + " of " + std::to_string(recorded.size())) +
                     "\n";
  Json out{{"scenario", machine.scenario().name}, {"model_hash", machine.code().hash()}};
  if (goal) out["goal"] = find;
  if (!goal) out["check"] = shown->property->name;
  if (!goal && shown->step > 0 && shown->property != &properties::kNoStuck) {
    const CodePlace place = place_of(machine, shown->info.action.thread, shown->info.detail_pc);
    const Word object = shown->info.details.a;
    const std::string about = address_kind(object) == ObjectKind::kNone
                                  ? ""
                                  : address_text(machine, make_address(address_kind(object), address_object(object), 0));
    if (!about.empty()) out["object"] = about;
    out["file"] = place.file;
    out["line"] = place.line;
    text += "  the same violation: of " + std::string(shown->property->name) + (about.empty() ? "" : ", about " + about) + ", at " + place.file +
            ":" + std::to_string(place.line) + "\n";
  } else if (!goal && shown->step > 0) {
    text += "  the same violation: the same threads can never go on, at the same places\n";
  }
  const bool as_short = found.size() == static_cast<std::size_t>(shown->step);
  if (work.is_shortest()) {
    text += as_short ? "  no shorter run shows it: " + steps_text(found.size()) + "\n"
                     : "  the shortest run that shows it: " + steps_text(found.size()) + "\n";
  } else {
    text += "  " + std::string(as_short ? "not shorter" : "shorter") + ", not proved shortest: " + steps_text(found.size()) +
            ". No run of fewer than " + steps_text(static_cast<std::size_t>(work.at_least())) + " shows it; more is not known, because " +
            work.reason() + "\n";
  }
  const std::string schedule = schedule_text(machine, found);
  if (!found.empty()) text += "  --schedule " + schedule + "\n";
  check::CheckReport report;
  report.start = machine.initial();
  report.trace = found;
  text += check::trace_text(machine, report);
  out["steps_before"] = shown->step;
  out["steps"] = found.size();
  out["shortest"] = work.is_shortest();
  out["at_least"] = work.at_least();
  if (!work.is_shortest()) out["reason"] = work.reason();
  out["schedule"] = schedule;
  out["memory_ordering"] = check::ordering_word(machine.ordering());
  add_check_terms(out, subject, judge);
  for (const std::string& term : check_terms(subject, judge)) text += "with: " + term + "\n";
  if (const std::string tree = lock_code_text(lock_code(machine)); !tree.empty()) text += tree + "\n";
  text += std::string(check::ordering_clause(machine.ordering())) + "\n";
  if (!output.empty()) {
    if (const Result<void> saved = save(*this, machine, found); !saved) return tl::unexpected(saved.error());
    text += "saved: vmalab open " + output.string() + "\n";
  }
  const Result<void> printed = print(json ? out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" : text);
  if (!printed) return tl::unexpected(printed.error());
  return static_cast<int>(work.is_shortest() ? kExitOk : kExitIncomplete);
}

}  // namespace vmalab::app
