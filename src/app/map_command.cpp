// SPDX-License-Identifier: GPL-2.0-only
// `vmalab map`: the state space as a table, and the shortest run to a cell of it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/any_numbers.h"
#include "app/check_support.h"
#include "app/commands.h"
#include "app/player.h"
#include "app/text.h"
#include "base/json.h"
#include "base/words.h"
#include "check/any/any_map.h"
#include "machine/describe.h"
#include "machine/look.h"
#include "run/schedule.h"
#include "view/state_map_view.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;
using check::MapPlace;

Result<VmaId> vma_named(const Machine& machine, const std::string& name) {
  std::string known;
  for (const ObjectName& object : machine.objects()) {
    if (address_kind(object.address) != ObjectKind::kVma) continue;
    if (name.empty() || object.name == name) return vma_id(address_object(object.address));
    known += (known.empty() ? "" : ", ") + object.name;
  }
  return fail("there is no VMA \"" + name + "\"; there is: " + known, "--vma");
}

/// Where "12:FLAG+1" or "breaking" is.
Result<MapPlace> place_of(const std::string& text, const check::StateMap& map, VmaId vma) {
  if (text == "breaking") {
    if (const std::optional<MapPlace> nearest = nearest_breaking(map, vma)) return *nearest;
    return fail("no state that was counted breaks a check", "--to");
  }
  const std::size_t colon = text.find(':');
  int depth = -1;
  const bool number = colon != std::string::npos && colon > 0 && colon < 7 && text.find_first_not_of("0123456789") == colon;
  if (number) depth = std::stoi(text.substr(0, colon));
  const std::optional<RefcntClass> of = number ? parse_refcnt_class(text.substr(colon + 1)) : std::nullopt;
  if (!of) {
    return fail("a cell is DEPTH:CLASS, with one of the classes " + words::joined(refcnt_classes(), &RefcntClassInfo::value) +
                    ", or `breaking`; got \"" + text + "\"",
                "--to");
  }
  if (depth >= map.depths() || map.at(vma, depth, *of).states == 0)
    return fail(
        "no state was counted after " + std::to_string(depth) + " steps with vm_refcnt in " + refcnt_classes()[static_cast<std::size_t>(*of)].value,
        "--to");
  return MapPlace{depth, *of};
}

/// A step of the run, and where its state lies; no depth: behind a broken check, or not counted.
struct Placed {
  std::optional<int> depth;
  RefcntClass of{};
};

std::string table(const StateMapView& view, const std::vector<Placed>& run, bool any_number) {
  const auto on_run = [&](int depth, RefcntClass c) {
    return std::any_of(run.begin(), run.end(), [&](const Placed& at) { return at.depth == depth && at.of == c; });
  };
  std::vector<std::string> heads{"depth"};
  for (auto row = view.rows.rbegin(); row != view.rows.rend(); ++row)
    heads.push_back(std::string(refcnt_classes()[static_cast<std::size_t>(*row)].value) + " ");
  heads.push_back("states");
  if (any_number)
    heads.insert(heads.end(), {"none", "one", "many"});
  else
    heads.push_back("ends");
  heads.push_back("breaking");
  std::vector<std::vector<std::string>> lines{heads};
  const auto add = [&](std::string name, const MapColumn& column, bool marks) {
    check::MapCell sum;
    std::vector<std::string> line{std::move(name)};
    for (auto row = view.rows.rbegin(); row != view.rows.rend(); ++row) {
      const check::MapCell& cell = column.of(*row);
      line.push_back((cell.states == 0 ? "." : words::grouped(cell.states)) + (marks && on_run(column.first, *row) ? "*" : " "));
      sum.add(cell);
    }
    line.push_back(words::grouped(sum.states));
    const auto number = [&line](std::uint64_t n) { line.push_back(n == 0 ? "" : words::grouped(n)); };
    if (any_number)
      std::for_each(sum.held.begin(), sum.held.end(), number);
    else
      number(sum.ends);
    line.push_back(sum.breaking == 0 ? "" : words::grouped(sum.breaking) + " " + words::joined(properties_in(sum.broken), &Property::name));
    lines.push_back(std::move(line));
  };
  MapColumn all;
  for (const MapColumn& column : view.columns) {
    add(std::to_string(column.first), column, true);
    for (std::size_t c = 0; c < all.cells.size(); ++c) all.cells[c].add(column.cells[c]);
  }
  add("all", all, false);
  std::vector<std::size_t> widths(heads.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) row += std::string(widths[i] - line[i].size() + (i == 0 ? 0 : 2), ' ') + line[i];
    row += "  " + line.back();
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

Json cell_json(const check::MapCell& cell, bool any_number) {
  Json json{{"states", cell.states}};
  if (any_number)
    json["references_of_readers"] = {{"none", cell.held[0]}, {"one", cell.held[1]}, {"many", cell.held[2]}};
  else
    json["ends"] = cell.ends;
  json["breaking"] = cell.breaking;
  json["checks"] = Json::array();
  for (const Property* check : properties_in(cell.broken)) json["checks"].push_back(check->name);
  return json;
}

Result<int> not_decided(const std::string& sentence) {
  if (Result<void> printed = print(fitted(sentence + "\n", kFullWidth)); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitIncomplete);
}

}  // namespace

Result<int> MapCommand::run(const Workspace& workspace) const {
  Result<Document> document = workspace.open(with_one_of_each(subject).origin());
  if (!document) return tl::unexpected(document.error());
  if (steps.any() || steps.limit) {
    if (Result<void> advanced = advance(steps, *document); !advanced) return tl::unexpected(advanced.error());
  }
  const Session& session = document->session;
  const Machine& machine = session.machine();
  const Result<VmaId> chosen = vma_named(machine, vma);
  if (!chosen) return tl::unexpected(chosen.error());
  const std::string& name = std::find_if(machine.objects().begin(), machine.objects().end(), [&](const ObjectName& object) {
                              return object.address == vma_address(chosen->value);
                            })->name;
  catch_interrupts();
  const check::CheckOptions options = check_options(search);
  const std::vector<bool> any_threads = any_threads_of(subject, machine.scenario());
  const bool any_number = !any_threads.empty();
  std::unique_ptr<check::MapSearch> of_scenario;
  std::unique_ptr<check::AnyMap> of_any;
  if (any_number) {
    Result<std::unique_ptr<check::AnyMap>> map = check::AnyMap::of(machine, any_threads, options);
    if (!map) return not_decided(check::not_decided_sentence(map.error()));
    of_any = std::move(*map);
  } else {
    of_scenario = std::make_unique<check::MapSearch>(machine, options);
  }
  check::MapOfStates& states = any_number ? static_cast<check::MapOfStates&>(*of_any) : *of_scenario;
  check::drive(states, options.progress);
  clear_progress();
  if (any_number && !of_any->refused().empty()) return not_decided(of_any->refused());
  const bool complete = states.end() == check::SearchEnd::kComplete;
  const std::string reason = complete ? "" : check::reason_of(states.end());

  std::vector<Placed> run;
  if (session.path().size() > 1) {
    StateValue state(any_number ? of_any->machine().initial() : machine.initial());
    for (const NodeId node : session.path()) {
      StepInfo info;
      if (node != kRootNode) (any_number ? of_any->machine() : machine).step(state, session.info(node).action, info);
      run.push_back({states.depth_of(state), refcnt_class(refcnt_in(state, *chosen))});
    }
  }
  std::optional<MapPlace> target;
  std::optional<std::vector<Action>> way;
  if (!to.empty() && any_number) return fail("no run goes to states that stand for any number", "--to");
  if (!to.empty()) {
    const Result<MapPlace> found = place_of(to, states.map(), *chosen);
    if (!found) return tl::unexpected(found.error());
    target = *found;
    const auto looking = of_scenario->way_to(*chosen, *found, to == "breaking");
    check::drive(*looking, options.progress);
    clear_progress();
    way = looking->run();
  }

  const StateMapView view = state_map_view(states.map(), *chosen);
  std::string text;
  if (json) {
    Json out{{"scenario", machine.scenario().name}, {"vma", name}, {"complete", complete}};
    if (any_number) out["threads"] = of_any->crowd();
    if (!complete) out["reason"] = reason;
    out.update(cell_json(view.sum, any_number));
    out["depths"] = view.columns.size();
    out["cells"] = Json::array();
    for (const MapColumn& column : view.columns) {
      for (auto row = view.rows.rbegin(); row != view.rows.rend(); ++row) {
        if (column.of(*row).states == 0) continue;
        Json cell{{"depth", column.first}, {"class", refcnt_classes()[static_cast<std::size_t>(*row)].value}};
        cell.update(cell_json(column.of(*row), any_number));
        out["cells"].push_back(std::move(cell));
      }
    }
    out["run"] = Json::array();
    for (const Placed& at : run) {
      out["run"].push_back({{"depth", at.depth ? Json(*at.depth) : Json()}, {"class", refcnt_classes()[static_cast<std::size_t>(at.of)].value}});
    }
    if (target) {
      out["to"] = {{"depth", target->depth}, {"class", refcnt_classes()[static_cast<std::size_t>(target->of)].value}};
      out["schedule"] = way ? Json(schedule_text(machine, *way)) : Json();
    }
    text = json_text(out) + "\n";
  } else if (target) {
    text = way ? schedule_text(machine, *way) + "\n" : "";
  } else {
    const std::string whose = any_number ? "The states that stand for " + of_any->crowd() : "The states of " + machine.scenario().name;
    text = whose + " by depth and vm_refcnt of " + name + (run.empty() ? "" : "; * the run") + ":\n" + table(view, run, any_number) +
           (any_number ? "none, one, many: so many references do readers hold in so many of the states.\n"
                       : "Every state counts, at the fewest steps that lead there; a check merges states that are alike for it and counts fewer.\n");
    if (any_number && view.sum.breaking != 0)
      text += "Whether threads really come to what breaks a check, `vmalab check` with the same options finds out.\n";
    const auto behind = std::find_if(run.begin(), run.end(), [](const Placed& at) { return !at.depth; });
    if (behind != run.end())
      text += "From step " + std::to_string(behind - run.begin()) + " on the run is not on the map" +
              (complete ? ": a check was broken before" : "") + ".\n";
    if (!complete) text += "Not all states are counted: " + reason + ".\n";
  }
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  if (view.sum.breaking != 0) return static_cast<int>(any_number ? kExitIncomplete : kExitViolation);
  return static_cast<int>(complete ? kExitOk : kExitIncomplete);
}

}  // namespace vmalab::app
