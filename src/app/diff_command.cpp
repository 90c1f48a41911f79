// SPDX-License-Identifier: GPL-2.0-only
// `vmalab diff`: two bodies of C under one schedule, in lockstep until they part.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "app/text.h"
#include "base/words.h"
#include "machine/describe.h"
#include "run/schedule.h"
#include "run/two_runs.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

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

/// The first few of them, each side's together.
std::string looks_text(const TwoRuns& two) {
  constexpr int kShown = 4;
  std::string text;
  for (const std::size_t side : {0u, 1u}) {
    int count = 0;
    std::string list;
    for (const int row : two.looks_alone()) {
      const TwoRuns::Row& taken = two.rows()[static_cast<std::size_t>(row)];
      if (!taken.stepped[side]) continue;
      if (++count <= kShown) list += (list.empty() ? "" : "; ") + std::to_string(taken.depth[side]) + " " + look_text(two, row);
    }
    if (count == 0) continue;
    text += "Only " + two.names()[side] + " has " + std::to_string(count) + words::plural(static_cast<std::uint64_t>(count), " look") +
            ", by step: " + list + (count > kShown ? "; ..." : "") + "\n";
  }
  return text;
}

}  // namespace

Result<int> DiffCommand::run(const Workspace& workspace) const {
  if (variants.empty() && kernels.empty() && lockdep.empty())
    return fail("diff needs what differs: --variant, --kernel or --lockdep, once (against the lock as it is) or twice");
  const bool twice = variants.size() == 2 || kernels.size() == 2 || lockdep.size() == 2;
  const bool recorded = what_is(target) == Origin::What::kTrace || what_is(target) == Origin::What::kLink;
  std::vector<Document> documents;
  std::array<std::string, 2> names;
  std::string scenario = target;
  for (const std::size_t side : {1u, 0u}) {
    Origin origin;
    origin.what = what_is(scenario);
    origin.text = scenario;
    origin.goes_on = recorded;
    const std::string variant = side_of(variants, side, twice), kernel = side_of(kernels, side, twice), lockdep_word = side_of(lockdep, side, twice);
    const bool plain = variant == "none" && kernel.empty();
    if (recorded && plain) {  // what was recorded brings its code: without it there is the scenario
      const Result<Document> run = workspace.open(origin);
      if (!run) return tl::unexpected(run.error());
      origin.text = run->session.machine().scenario().name;
      origin.what = Origin::What::kName;
      origin.goes_on = false;
    }
    if (variant != "none") origin.code.variant = variant;
    origin.code.kernel = kernel;
    if (!lockdep_word.empty()) origin.overrides.lockdep = lockdep_word == "on";
    std::string& name = names[side];
    const auto add = [&](const std::string& word) { name += (name.empty() ? "" : ", ") + word; };
    if (!origin.code.variant.empty()) add(origin.code.variant);
    if (!kernel.empty()) add(kernel);
    if (!lockdep_word.empty()) add("lockdep " + lockdep_word);
    if (name.empty()) name = recorded && !plain ? "as recorded" : "the lock as it is";
    Result<Document> document = workspace.open(origin);
    if (!document) return tl::unexpected(document.error());
    // A variant names its scenario; both sides run that.
    if (scenario.empty()) scenario = document->session.machine().scenario().name;
    documents.push_back(std::move(*document));
  }
  if (names[0] == names[1]) names = {names[0] + " (first)", names[1] + " (second)"};
  Document& second = documents[0];
  std::vector<Action> schedule;
  std::size_t lead = 1;
  if (recorded) {
    // The first side's run is the one that was recorded, or as much of it as its code does.
    if (documents[1].session.path().size() >= documents[0].session.path().size()) lead = 0;
    const Session& session = documents[1 - lead].session;
    schedule = session.actions_to(session.path().back());
  } else {
    StepChoice taken = steps;
    if (!taken.any()) {
      taken.demo = !second.session.machine().scenario().demo.empty();
      if (!taken.demo) taken.policy = Policy::kRandom;
    }
    // A demo that was written for the second may need it; where the first comes further, or alone can take it, it leads.
    Document* taker = &second;
    Result<void> advanced = advance(taken, *taker);
    if (!steps.any() && (taken.demo || !advanced)) {
      Result<void> first = advance(taken, documents[1]);
      if (first && (!advanced || documents[1].session.path().size() > second.session.path().size())) {
        lead = 0;
        taker = &documents[1];
        advanced = std::move(first);
      }
    }
    if (!advanced) return tl::unexpected(advanced.error());
    schedule = taker->session.actions_to(taker->session.path().back());
  }
  Result<TwoRuns> two = TwoRuns::begin(documents[1].session.machine(), second.session.machine(), names, lead);
  if (!two) return tl::unexpected(two.error());
  for (const Action& action : schedule) two->take(action);
  const Machine& machine = two->sessions()[0].machine();
  const int until = two->parting() ? std::max(0, two->parting()->row - 1) : static_cast<int>(two->rows().size()) - 1;
  const std::string common = schedule_text(machine, two->sessions()[lead].actions_to(two->node(lead, until)));
  const auto depths = [&](int row) { return two->rows()[static_cast<std::size_t>(row)].depth; };
  if (json) {
    Json out{{"scenario", machine.scenario().name}, {"first", names[0]}, {"second", names[1]}, {"same", !two->parting()}};
    out["common_steps"] = two->common();
    out["common"] = common;
    out["left_out"] = two->left_out();
    Json looks = Json::array();
    for (const int row : two->looks_alone()) {
      const std::size_t side = two->rows()[static_cast<std::size_t>(row)].stepped[0] ? 0 : 1;
      looks.push_back({{"side", side == 0 ? "first" : "second"}, {"step", depths(row)[side]}, {"text", look_text(*two, row)}});
    }
    out["looks_of_one"] = std::move(looks);
    if (two->parting()) {
      const Parting& parting = *two->parting();
      out["parting"] = {{"step", depths(parting.row)[lead]}, {"why", why_name(parting.why)}, {"text", parting.text}};
      for (const std::size_t side : {0u, 1u}) out["parting"][side == 0 ? "step_first" : "step_second"] = depths(parting.row)[side];
      Json fields = Json::array();
      for (const DifferingField& field : parting.fields)
        fields.push_back({{"name", field.name}, {"first", field.values[0]}, {"second", field.values[1]}});
      out["parting"]["fields"] = std::move(fields);
      for (const std::size_t side : {0u, 1u}) out[side == 0 ? "steps_first" : "steps_second"] = two->sessions()[side].depth() - depths(until)[side];
    }
    if (Result<void> printed = print(out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"); !printed)
      return tl::unexpected(printed.error());
    return static_cast<int>(two->parting() ? kExitViolation : kExitOk);
  }
  std::string text = machine.scenario().name + ": " + names[0] + ", and " + names[1] + "\n";
  const std::string how_many = std::to_string(two->common()) + words::plural(static_cast<std::uint64_t>(two->common()), " step");
  if (two->left_out() > 0)
    text += "Of the schedule " + std::to_string(two->left_out()) + words::plural(static_cast<std::uint64_t>(two->left_out()), " step") +
            " can happen in neither.\n";
  if (!two->parting()) {
    text += "The same in all " + how_many + (two->looks_alone().empty() ? ".\n" : ", but for looks.\n");
  } else {
    const Parting& parting = *two->parting();
    if (parting.row == 0) text += "They begin in other states.\n";
    if (parting.row > 0) {
      // With looks that only it has, where there are some.
      const std::string whose = depths(until)[lead] == two->common() ? "" : " (as " + names[lead] + " takes them)";
      text += "The same for " + how_many + (common.empty() ? "" : whose + ": " + common) + "\n";
      const TwoRuns::Row& at = two->rows()[static_cast<std::size_t>(parting.row)];
      const auto where = [&](std::size_t side) {
        return (at.stepped[side] ? "at step " : "after step ") + std::to_string(at.depth[side]) + " of " + names[side];
      };
      const bool one_number = at.both() && at.depth[0] == at.depth[1];
      text += "They part " + (one_number ? "at step " + std::to_string(at.depth[0]) : where(0) + ", " + where(1)) + ": " + parting.text + ".\n";
    }
  }
  text += looks_text(*two);
  if (two->parting()) {
    const std::size_t width = std::max(display_width(names[0]), display_width(names[1])) + 2;
    for (const DifferingField& field : two->parting()->fields) {
      text += "  " + field.name + "\n";
      for (const std::size_t side : {0u, 1u}) text += "    " + padded(names[side] + ":", width) + field.values[side] + "\n";
    }
  }
  if (Result<void> printed = print(fitted(text, screen_width())); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(two->parting() ? kExitViolation : kExitOk);
}

}  // namespace vmalab::app
