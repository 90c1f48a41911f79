// SPDX-License-Identifier: GPL-2.0-only
// The part of the Workbench that is about the map of the state space.
#include <algorithm>
#include <optional>
#include <string>

#include "machine/look.h"
#include "ui/workbench.h"

namespace vmalab {

/// A run that was asked for on the map becomes a branch, or the way along one that is there.
void Workbench::poll_map() {
  if (!state_space_.poll()) return;
  settling_ = std::max(settling_, 1);
  const auto found = state_space_.take_found();
  if (!found) return;
  state_space_.selected.reset();  // it is where the run is now
  if (found->run.empty()) return restart();
  const char* of = refcnt_classes()[static_cast<std::size_t>(found->place.of)].value;
  open_branch(kRootNode, found->run, "map: " + std::to_string(found->place.depth) + " steps, " + of);
}

check::MapPlace Workbench::map_place() const {
  const VmaId vma = vma_id(panels.vma.vma);
  if (state_space_.selected) return *state_space_.selected;
  if (const OnMap cursor = state_space_.at(session().cursor()); cursor.depth >= 0) return {cursor.depth, cursor.classes[vma.value]};
  return {0, refcnt_class(refcnt_in(machine().initial(), vma))};
}

void Workbench::map_to_breaking() { state_space_.next_breaking(vma_id(panels.vma.vma), map_place()); }
void Workbench::map_go() {
  if (state_space_.selected) state_space_.go(vma_id(panels.vma.vma), *state_space_.selected);
}
void Workbench::map_zoom(float by) { state_space_.zoom(by, static_cast<float>(map_place().depth) + 0.5F); }

/// While the map fills the window: the arrows walk on it. What else its keys do are commands.
bool Workbench::handle_key_on_map(Key key, Mods mods) {
  if (mods != Mods{}) return false;
  const VmaId vma = vma_id(panels.vma.vma);
  const check::MapPlace from = map_place();
  switch (key) {
    case Key::kLeft: state_space_.move(vma, -1, 0, from); return true;
    case Key::kRight: state_space_.move(vma, 1, 0, from); return true;
    case Key::kUp: state_space_.move(vma, 0, -1, from); return true;
    case Key::kDown: state_space_.move(vma, 0, 1, from); return true;
    case Key::k0: state_space_.show_all(); return true;
    case Key::kEscape:
      if (!state_space_.selected) return false;
      state_space_.selected.reset();
      return true;
    default: return false;
  }
}

}  // namespace vmalab
