// SPDX-License-Identifier: GPL-2.0-only
// What is asked of causes, the keys of its window, and a value as a breakpoint: on to where it changes, back to where it did.
#include <algorithm>

#include "ui/workbench.h"

#include "view/causes.h"

namespace vmalab {

void Workbench::ask_why(Place place) { panels.causes.ask({std::nullopt, place, session().depth()}); }

void Workbench::ask_why(ThreadId t) { panels.causes.ask({t, {}, session().depth()}); }

void Workbench::ask_why(const Property& property) { panels.causes.ask({std::nullopt, {}, session().depth(), &property}); }

bool Workbench::value_on_screen(Place place) {
  CausesState& causes = panels.causes;
  if (std::find(causes.showing.begin(), causes.showing.end(), place) == causes.showing.end()) causes.showing.push_back(place);
  return causes.chosen == place;
}

bool Workbench::handle_key_in_causes(Key key, Mods mods) {
  CausesState& causes = panels.causes;
  if (!causes.open() || mods != Mods{}) return false;
  switch (key) {
    case Key::kUp: --causes.row; return true;
    case Key::kDown: ++causes.row; return true;
    // On a line that leads nowhere it is what it is without the card.
    case Key::kEnter: causes.take = causes.acts; return causes.acts;
    case Key::kBackspace: causes.back(); return true;
    case Key::kEscape: causes.close(); return true;
    default: return false;
  }
}

void Workbench::until_change() {
  const NamedPlaces asked{{}, {panels.causes.asked.back().place}, true, std::nullopt};
  cache_.timeline.update(session(), documents_.serial());
  if (const int next = next_change({session(), cache_.timeline.accesses()}, asked, session().depth()); next != 0) return travel_to(next);
  // At the end of the run it goes on as "next" has it, until somebody changes the value.
  constexpr int kMostSteps = 10000;
  const Word before = value_of(machine(), state(), asked.places.front());
  const int from = session().depth();
  travel_to(static_cast<int>(session().path().size()) - 1);
  for (int steps = 0; steps < kMostSteps && value_of(machine(), state(), asked.places.front()) == before; ++steps) {
    const NodeId cursor = session().cursor();
    take_next();
    if (session().cursor() == cursor) break;
  }
  if (value_of(machine(), state(), asked.places.front()) == before) {
    notices_.say(NoticeKind::kInfo, "It does not change any more from step " + std::to_string(from) + " on.");
  }
}

void Workbench::back_to_change() {
  const NamedPlaces asked{{}, {panels.causes.asked.back().place}, true, std::nullopt};
  cache_.timeline.update(session(), documents_.serial());
  const CauseContext run{session(), cache_.timeline.accesses()};
  // At the step that changed it already: to the change before that.
  int change = last_change(run, asked, session().depth());
  if (change == session().depth() && change > 0) change = last_change(run, asked, change - 1);
  travel_to(change);
}

}  // namespace vmalab
