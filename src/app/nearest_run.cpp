// SPDX-License-Identifier: GPL-2.0-only
#include "app/nearest_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/check_support.h"
#include "app/player.h"
#include "base/json.h"
#include "base/numbers.h"
#include "base/words.h"
#include "check/nearest.h"
#include "check/report.h"
#include "machine/describe.h"
#include "run/schedule.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

struct Line {
  int file = 0, line = 0;
};

/// "mmap_lock.h:114", of a file that runs; its folder may be left out where no two have that name.
Result<Line> line_named(const Machine& machine, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::optional<int> number = colon == std::string::npos ? std::nullopt : whole_number(text.substr(colon + 1));
  if (!number || *number == 0) return fail("a line is FILE:NUMBER, as in mmap_lock.h:114", "--to-line");
  const std::string wanted = text.substr(0, colon);
  const std::vector<SourceFile>& files = machine.code().files();
  std::optional<int> found;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& path = files[i].path;
    if (path != wanted && !path.ends_with("/" + wanted)) continue;
    if (found) return fail("'" + wanted + "' is more than one file: " + files[static_cast<std::size_t>(*found)].path + " and " + path, "--to-line");
    found = static_cast<int>(i);
  }
  if (!found) return fail("no file of the C that runs is called '" + wanted + "'", "--to-line");
  if (static_cast<std::size_t>(*number) > files[static_cast<std::size_t>(*found)].lines.size())
    return fail(wanted + " has " + std::to_string(files[static_cast<std::size_t>(*found)].lines.size()) + " lines", "--to-line");
  return Line{*found, *number};
}

}  // namespace

Result<int> print_nearest_run(const FuturesCommand& command, const Session& session, int at_step) {
  const Machine& machine = session.machine();
  const StateValue from = session.state_at(session.path()[static_cast<std::size_t>(at_step)]);
  std::optional<ThreadId> thread;
  if (!command.thread.empty()) {
    thread = machine.find_thread(command.thread);
    if (!thread)
      return fail("there is no thread '" + command.thread + "'; there are " + words::list(machine.scenario().threads, &ThreadSetup::name),
                  "--thread");
  }
  check::Wanted wanted;
  std::string what, more;
  if (command.another_ending) {
    for (int step = 0; step <= at_step; ++step) {
      const PropertySet broken = step == 0 ? machine.initial_violations() : session.info(session.path()[static_cast<std::size_t>(step)]).violations;
      if (broken != 0)
        return fail("the run has broken " + std::string(properties_in(broken).front()->name) + " at step " + std::to_string(step) +
                        " already: from before that there may be another ending",
                    "--at");
    }
    const auto outcome = check::outcome_of(machine, session.actions_to(session.path().back()));
    if (!outcome) return fail("the run does not come to its end, so there is no ending to differ from", machine.scenario().name);
    wanted = check::another_outcome(machine, *outcome);
    what = "another ending than that of the run";
    more = check::outcome_text(machine, *outcome);
  } else {
    const Result<Line> line = line_named(machine, command.to_line);
    if (!line) return tl::unexpected(line.error());
    wanted = check::at_line(machine, thread ? &*thread : nullptr, line->file, line->line);
    what = (thread ? command.thread : std::string("a thread")) + " at " + command.to_line;
  }
  catch_interrupts();
  check::NearestBudget limits{command.budget.states, memory_limit(command.budget), command.budget.jobs};
  if (limits.jobs == 0) limits.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  check::Nearest nearest(machine, from, std::move(wanted), limits);
  check::drive(nearest, show_progress);
  clear_progress();

  const bool found = nearest.end() == check::SearchEnd::kFound, none = nearest.end() == check::SearchEnd::kComplete;
  Json out{{"scenario", machine.scenario().name}, {"model_hash", machine.code().hash()}, {"at", at_step}, {"about", what}};
  if (!more.empty()) out["than"] = more;
  out["found"] = found ? Json(true) : none ? Json(false) : Json();
  const std::string where = at_step == 0 ? "from the start" : "from step " + std::to_string(at_step);
  std::string text = machine.scenario().name + ", " + where + ": " + what + "\n" + (more.empty() ? "" : "  which is: " + more + "\n");
  if (found) {
    std::vector<Action> whole = session.actions_to(session.path()[static_cast<std::size_t>(at_step)]);
    whole.insert(whole.end(), nearest.run().begin(), nearest.run().end());
    const std::string schedule = schedule_text(machine, whole);
    out["steps"] = nearest.run().size();
    out["run"] = schedule_text(machine, nearest.run());
    out["schedule"] = schedule;
    text += nearest.run().empty() ? "it is so there already\n" : "the nearest run: " + plural(nearest.run().size(), "step") + " from there\n";
    if (command.another_ending) {
      const auto outcome = check::outcome_of(machine, whole);
      const std::string ending = outcome ? check::outcome_text(machine, *outcome) : "";
      out["outcome"] = ending;
      text += "  in the end: " + ending + "\n";
    }
    if (!whole.empty()) text += "  --schedule " + schedule + "\n";
    check::CheckReport report;
    report.start = from;
    report.trace = nearest.run();
    text += check::trace_text(machine, report);
  } else if (none) {
    text += command.another_ending ? "there is none: every run from there ends with the same values in memory, or breaks the same check\n"
                                   : "no run gets there, whoever goes first\n";
  } else {
    out["at_least"] = nearest.at_least();
    out["reason"] = nearest.reason();
    text += "not known, because " + nearest.reason() + "; no run of fewer than " + plural(static_cast<std::size_t>(nearest.at_least()), "step") +
            " gets there\n";
  }
  out["memory_ordering"] = check::ordering_word(machine.ordering());
  text += std::string(check::ordering_clause(machine.ordering())) + "\n";
  const Result<void> printed = print(command.json ? json_text(out) + "\n" : fitted(text, screen_width()));
  if (!printed) return tl::unexpected(printed.error());
  return static_cast<int>(found ? kExitOk : none ? kExitViolation : kExitIncomplete);
}

}  // namespace vmalab::app
