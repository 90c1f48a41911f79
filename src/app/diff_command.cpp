// SPDX-License-Identifier: GPL-2.0-only
// `vmalab diff`: two bodies of C under one schedule, in lockstep until they part.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "app/text.h"
#include "base/json.h"
#include "base/words.h"
#include "machine/describe.h"
#include "run/schedule.h"
#include "run/two_runs.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string steps_text(int steps) { return std::to_string(steps) + words::plural(static_cast<std::uint64_t>(steps), " step"); }

/// What is given once is the second side's, and the first is as it is; where something else is given twice, that is the difference, and
/// what is given once is both sides'.
template <typename T>
T side_of(const std::vector<T>& given, std::size_t side, bool for_both) {
  return given.size() == 2 ? given[side] : given.size() == 1 && (side == 1 || for_both) ? given[0] : T();
}

/// What the one side looked at alone in a row: "w1 looks at mm0->mmap_lock".
std::string look_text(const TwoRuns& two, int row) {
  const std::size_t side = two.rows()[static_cast<std::size_t>(row)].stepped[0] ? 0 : 1;
  const StepInfo& info = *two.step(side, row);
  const Machine& machine = two.sessions()[side].machine();
  return machine.scenario().threads[info.action.thread.value].name + " " + step_text(machine, info);
}

/// The first few of them, each side's together. A number is always said to be whose: behind a look the two count differently.
std::string looks_text(const TwoRuns& two) {
  constexpr int kShown = 4;
  std::string text;
  for (const std::size_t side : {0u, 1u}) {
    int count = 0;
    std::string list;
    for (const int row : two.looks_alone()) {
      const TwoRuns::Row& taken = two.rows()[static_cast<std::size_t>(row)];
      if (!taken.stepped[side] || ++count > kShown) continue;
      list += "  step " + std::to_string(taken.depth[side]) + " of " + two.names()[side] + " (" + std::to_string(taken.depth[1 - side]) + " of " +
              two.names()[1 - side] + "): " + look_text(two, row) + "\n";
    }
    if (count == 0) continue;
    text += "Only " + two.names()[side] + " has " + std::to_string(count) + words::plural(static_cast<std::uint64_t>(count), " look") + ":\n" + list +
            (count > kShown ? "  and " + std::to_string(count - kShown) + " more\n" : "");
  }
  return text;
}

constexpr std::array<const char*, 2> kSideNames{"first", "second"};

/// What runs on both sides, and what the sides are called.
struct Sides {
  std::array<Document, 2> documents;
  std::array<std::string, 2> names;
};

/// @param recorded the target is a run, that brings its code
/// @param scenario the target; a variant names one where there is none
Result<Document> open_side(const DiffCommand& command, std::size_t side, bool recorded, const std::string& scenario, std::string& name,
                           const Workspace& workspace) {
  Origin origin;
  origin.what = what_is(scenario);
  origin.text = scenario;
  origin.goes_on = recorded;
  const bool twice = command.variants.size() == 2 || command.kernels.size() == 2 || command.lockdep.size() == 2;
  const std::string variant = side_of(command.variants, side, twice), kernel = side_of(command.kernels, side, twice),
                    lockdep = side_of(command.lockdep, side, twice);
  const bool plain = variant == "none" && kernel.empty();
  if (recorded && plain) {  // without what was recorded there is the scenario
    const Result<Document> run = workspace.open(origin);
    if (!run) return tl::unexpected(run.error());
    origin.text = run->session.machine().scenario().name;
    origin.what = Origin::What::kName;
    origin.goes_on = false;
  }
  if (variant != "none") origin.code.variant = variant;
  origin.code.kernel = kernel;
  if (!lockdep.empty()) origin.overrides.lockdep = lockdep == "on";
  const auto add = [&](const std::string& word) { name += (name.empty() ? "" : ", ") + word; };
  if (!origin.code.variant.empty()) add(origin.code.variant);
  if (!kernel.empty()) add(kernel);
  if (!lockdep.empty()) add("lockdep " + lockdep);
  if (name.empty()) name = recorded && !plain ? "as recorded" : "the lock as it is";
  return workspace.open(origin);
}

Result<Sides> open_sides(const DiffCommand& command, bool recorded, const Workspace& workspace) {
  std::array<std::string, 2> names;
  // Where none is asked for, the second's variant names the scenario; where that has none, the first's.
  const std::size_t lead = command.target.empty() && command.variants.size() == 2 && command.variants[1] == "none" ? 0 : 1;
  Result<Document> leading = open_side(command, lead, recorded, command.target, names[lead], workspace);
  if (!leading) return tl::unexpected(leading.error());
  const std::string& scenario = command.target.empty() ? leading->session.machine().scenario().name : command.target;
  Result<Document> other = open_side(command, 1 - lead, recorded, scenario, names[1 - lead], workspace);
  if (!other) return tl::unexpected(other.error());
  Result<Document>&first = lead == 0 ? leading : other, &second = lead == 0 ? other : leading;
  if (names[0] == names[1]) names = {names[0] + " (first)", names[1] + " (second)"};
  return Sides{{std::move(*first), std::move(*second)}, std::move(names)};
}

struct Schedule {
  std::vector<Action> actions;
  std::size_t lead = 1;  ///< the side that can take all of it
};

Result<Schedule> schedule_of(const DiffCommand& command, bool recorded, Sides& sides) {
  Schedule out;
  if (recorded) {
    // The first side's run is the one that was recorded, or as much of it as its code does.
    if (sides.documents[0].session.path().size() >= sides.documents[1].session.path().size()) out.lead = 0;
  } else {
    StepChoice taken = command.steps;
    if (!taken.any()) {
      taken.demo = !sides.documents[1].session.machine().scenario().demo.empty();
      if (!taken.demo) taken.policy = Policy::kRandom;
    }
    // A demo that was written for the second may need it; where the first comes further, or alone can take it, it leads.
    Session& second = sides.documents[1].session;
    Result<void> advanced = advance(taken, sides.documents[1]);
    if (!command.steps.any() && (taken.demo || !advanced)) {
      Result<void> first = advance(taken, sides.documents[0]);
      if (first && (!advanced || sides.documents[0].session.path().size() > second.path().size())) {
        out.lead = 0;
        advanced = std::move(first);
      }
    }
    if (!advanced) return tl::unexpected(advanced.error());
  }
  const Session& session = sides.documents[out.lead].session;
  out.actions = session.actions_to(session.path().back());
  return out;
}

/// How what both did is told.
struct Told {
  const TwoRuns& two;
  std::size_t lead;
  int until;           ///< the last row that is the same
  std::string common;  ///< the lead's schedule until then

  Told(const TwoRuns& both, std::size_t leading)
      : two(both),
        lead(leading),
        until(two.parting() ? std::max(0, two.parting()->row - 1) : static_cast<int>(two.rows().size()) - 1),
        common(schedule_text(two.sessions()[0].machine(), two.sessions()[lead].actions_to(two.node(lead, until)))) {}

  const std::string& scenario() const { return two.sessions()[0].machine().scenario().name; }
  const std::array<int, 2>& depths(int row) const { return two.rows()[static_cast<std::size_t>(row)].depth; }
  Json json() const;
  std::string text() const;
  std::string parting_text() const;
};

Json Told::json() const {
  Json out{{"scenario", scenario()}, {"first", two.names()[0]}, {"second", two.names()[1]}, {"same", !two.parting()}};
  out["common_steps"] = two.common();
  out["common"] = common;
  out["left_out"] = two.left_out();
  Json looks = Json::array();
  for (const int row : two.looks_alone()) {
    const std::size_t side = two.rows()[static_cast<std::size_t>(row)].stepped[0] ? 0 : 1;
    looks.push_back({{"side", kSideNames[side]},
                     {"step", depths(row)[side]},
                     {"step_first", depths(row)[0]},
                     {"step_second", depths(row)[1]},
                     {"text", look_text(two, row)}});
  }
  out["looks_of_one"] = std::move(looks);
  if (!two.parting()) return out;
  const Parting& parting = *two.parting();
  Json& told = out["parting"] = {{"step", depths(parting.row)[lead]}, {"why", why_name(parting.why)}, {"text", parting.text}};
  for (const std::size_t side : {0u, 1u}) told["step_" + std::string(kSideNames[side])] = depths(parting.row)[side];
  Json& fields = told["fields"] = Json::array();
  for (const DifferingField& field : parting.fields)
    fields.push_back({{"name", field.name}, {"first", field.values[0]}, {"second", field.values[1]}});
  for (const std::size_t side : {0u, 1u}) out["steps_" + std::string(kSideNames[side])] = two.sessions()[side].depth() - depths(until)[side];
  return out;
}

std::string Told::parting_text() const {
  const Parting& parting = *two.parting();
  if (parting.row == 0) return "They begin in other states.\n";
  // With looks that only the one has the two count differently.
  const std::array<int, 2>& same = depths(until);
  const std::string whose = same[0] == two.common() && same[1] == two.common()
                                ? ""
                                : ", which are 1 to " + std::to_string(same[0]) + " of " + two.names()[0] + " and 1 to " + std::to_string(same[1]) +
                                      " of " + two.names()[1] + "; as " + two.names()[lead] + " takes them";
  std::string text = "The same for " + steps_text(two.common()) + (common.empty() ? "" : whose + ": " + common) + "\n";
  const TwoRuns::Row& at = two.rows()[static_cast<std::size_t>(parting.row)];
  const auto where = [&](std::size_t side) {
    return (at.stepped[side] ? "at step " : "after step ") + std::to_string(at.depth[side]) + " of " + two.names()[side];
  };
  const bool one_number = at.both() && at.depth[0] == at.depth[1];
  return text + "They part " +
         (one_number ? "at step " + std::to_string(at.depth[0]) + (two.looks_alone().empty() ? "" : " of both") : where(0) + ", " + where(1)) + ": " +
         parting.text + ".\n";
}

std::string Told::text() const {
  const std::array<std::string, 2>& names = two.names();
  std::string text = scenario() + ": " + names[0] + ", and " + names[1] + "\n";
  if (two.left_out() > 0) text += "Of the schedule " + steps_text(two.left_out()) + " can happen in neither.\n";
  if (two.parting()) {
    text += parting_text();
  } else {
    text += "The same in all " + steps_text(two.common()) + (two.looks_alone().empty() ? ".\n" : " of both, but for looks.\n");
  }
  text += looks_text(two);
  if (!two.parting()) return text;
  const std::size_t width = std::max(display_width(names[0]), display_width(names[1])) + 2;
  for (const DifferingField& field : two.parting()->fields) {
    text += "  " + field.name + "\n";
    for (const std::size_t side : {0u, 1u}) text += "    " + padded(names[side] + ":", width) + field.values[side] + "\n";
  }
  return text;
}

}  // namespace

Result<int> DiffCommand::run(const Workspace& workspace) const {
  if (variants.empty() && kernels.empty() && lockdep.empty())
    return fail("diff needs what differs: --variant, --kernel or --lockdep, once (against the lock as it is) or twice");
  const bool recorded = what_is(target) == Origin::What::kTrace || what_is(target) == Origin::What::kLink;
  Result<Sides> sides = open_sides(*this, recorded, workspace);
  if (!sides) return tl::unexpected(sides.error());
  const Result<Schedule> schedule = schedule_of(*this, recorded, *sides);
  if (!schedule) return tl::unexpected(schedule.error());
  Result<TwoRuns> two = TwoRuns::begin(sides->documents[0].session.machine(), sides->documents[1].session.machine(), sides->names, schedule->lead);
  if (!two) return tl::unexpected(two.error());
  for (const Action& action : schedule->actions) two->take(action);
  const Told told(*two, schedule->lead);
  const Result<void> printed = print(json ? json_text(told.json()) + "\n" : fitted(told.text(), screen_width()));
  if (!printed) return tl::unexpected(printed.error());
  return static_cast<int>(two->parting() ? kExitViolation : kExitOk);
}

}  // namespace vmalab::app
