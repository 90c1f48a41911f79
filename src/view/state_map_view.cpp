// SPDX-License-Identifier: GPL-2.0-only
#include "view/state_map_view.h"

#include <algorithm>

#include "base/words.h"

namespace vmalab {
namespace {

/// By value: what stands above is more.
constexpr RefcntClass kRows[] = {RefcntClass::kOther,      RefcntClass::kFlagAndReaders, RefcntClass::kFlagPlusOne, RefcntClass::kFlag,
                                 RefcntClass::kReferenced, RefcntClass::kAttached,       RefcntClass::kDetached};

std::string without_blanks(std::string_view text) {
  std::string out = words::lower(text);
  std::erase(out, ' ');
  return out;
}

}  // namespace

StateMapView state_map_view(const check::StateMap& map, VmaId vma, int per_column) {
  StateMapView view;
  for (int depth = 0; depth < map.depths(); ++depth) {
    if (depth % per_column == 0) view.columns.push_back({depth, depth, {}});
    MapColumn& column = view.columns.back();
    column.last = depth;
    for (const RefcntClass c : kRows) column.cells[static_cast<std::size_t>(c)].add(map.at(vma, depth, c));
  }
  for (const RefcntClass c : kRows) {
    check::MapCell of_row;
    for (const MapColumn& column : view.columns) {
      of_row.add(column.of(c));
      view.most = std::max(view.most, column.of(c).states);
    }
    if (of_row.states != 0) view.rows.push_back(c);
    view.sum.add(of_row);
  }
  return view;
}

std::string depths_text(int first, int last) { return first == last ? std::to_string(first) : std::to_string(first) + " to " + std::to_string(last); }

std::string map_cell_text(std::string_view vma, int first, int last, RefcntClass of, const check::MapCell& cell) {
  const RefcntClassInfo& info = refcnt_classes()[static_cast<std::size_t>(of)];
  std::string text = depths_text(first, last) + (first == 1 && last == 1 ? " step" : " steps") + " from the start, vm_refcnt of " + std::string(vma) +
                     " " + info.value + " (" + info.name + "): " + words::grouped(cell.states) + " " + words::plural(cell.states, "state");
  const auto some = [&](std::uint64_t count) {
    return count == cell.states ? count == 1 ? "it" : "all of them" : words::grouped(count) + " of them";
  };
  if (cell.ends != 0) text += ", " + some(cell.ends) + (cell.ends == 1 ? " ends the run" : " end the run");
  if (std::any_of(cell.held.begin(), cell.held.end(), [](std::uint64_t n) { return n != 0; })) {
    // Of a search for any number.
    std::vector<std::string> some_hold;
    for (std::size_t i = 0; i < cell.held.size(); ++i) {
      constexpr std::array<const char*, 3> kHeld{"none", "one", "many"};
      if (cell.held[i] != 0) some_hold.push_back(kHeld[i] + (cell.held[i] == cell.states ? "" : " in " + some(cell.held[i])));
    }
    text += ". References that readers hold: " + words::list(some_hold);
  }
  if (cell.breaking == 0) return text + ".";
  const std::string checks = words::list(properties_in(cell.broken), &Property::name);
  constexpr PropertySet kOfStates = bit_of(properties::kNoStuck) | bit_of(properties::kTermination);
  if ((cell.broken & kOfStates) == 0) return text + "; from " + some(cell.breaking) + " a step breaks " + checks + ".";
  const bool by_step = (cell.broken & ~kOfStates) != 0;
  text += "; " + some(cell.breaking) + (cell.breaking == 1 ? " breaks " : " break ") + (by_step ? "at once or with the next step " : "") + checks;
  return text + ".";
}

std::optional<RefcntClass> parse_refcnt_class(std::string_view text) {
  const std::string wanted = without_blanks(text);
  if (wanted == "2" || wanted == "2..") return RefcntClass::kReferenced;
  for (const RefcntClassInfo& info : refcnt_classes()) {
    if (without_blanks(info.value) == wanted) return info.id;
  }
  return std::nullopt;
}

std::optional<check::MapPlace> nearest_breaking(const check::StateMap& map, VmaId vma) {
  for (int depth = 0; depth < map.depths(); ++depth) {
    for (const RefcntClass c : kRows) {
      if (map.at(vma, depth, c).breaking != 0) return check::MapPlace{depth, c};
    }
  }
  return std::nullopt;
}

}  // namespace vmalab
