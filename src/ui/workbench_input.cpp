// SPDX-License-Identifier: GPL-2.0-only
// Who has the keyboard: what lies over the panels, then a text field that is being written in, then the stage, then the commands.
// A menu that is open keeps the arrows, Enter and Escape.
#include <algorithm>
#include <utility>

#include "ui/picker.h"
#include "ui/workbench.h"

namespace vmalab {
namespace {

bool menu_is_open() {
  return ImGui::GetCurrentContext() != nullptr && ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
}

}  // namespace

bool Workbench::handle_key(Key key, Mods mods) {
  if (overlay_.open()) return handle_key_in_overlay(key, mods);
  if (menu_is_open()) return false;
  if (checks_.typing && (mods == Mods{} || key == Key::kEscape) && handle_key_in_find_box(key)) return true;
  const bool writing = ImGui::GetCurrentContext() != nullptr && ImGui::GetIO().WantTextInput;
  const bool types_nothing = key == Key::kEscape || (key >= Key::kF1 && key <= Key::kF12);
  if (writing && !types_nothing) return false;
  if (stage_.on() && mods == Mods{} && handle_key_on_stage(key)) return true;
  if (mods == Mods{} && key >= Key::k0 && key <= Key::k9) {
    const int digit = static_cast<int>(key) - static_cast<int>(Key::k0);
    select_thread(ThreadId{static_cast<std::uint8_t>(digit == 0 ? 9 : digit - 1)});
    return true;
  }
  if (mods == Mods{.shift = true} && key >= Key::k1 && key <= Key::k9 && panels.lesson.questions) {
    answer(static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::k1));
    return true;
  }
  const Command* what = find_command({key, mods});
  if (what == nullptr) return false;
  run(what->id);
  return true;
}

/// Letters go into its field; of the commands only those that close it, or the program.
bool Workbench::handle_key_in_overlay(Key key, Mods mods) {
  if (mods == Mods{} && key == Key::kEscape) {
    overlay_.close();
    return true;
  }
  if (mods == Mods{} && key == Key::kEnter) {
    accept_overlay();
    return true;
  }
  if (overlay_.kind == Overlay::Kind::kStandard && mods == Mods{}) {
    const int by = key == Key::kRight || key == Key::kSpace ? 1 : key == Key::kLeft ? -1 : 0;
    if (by != 0) overlay_.standard.change(overlay_.row, by);
    if (key == Key::kUp || key == Key::kDown) {
      overlay_.row = std::clamp(overlay_.row + (key == Key::kDown ? 1 : -1), 0, Overlay::Standard::kRows - 1);
    }
    return true;
  }
  if (overlay_.is_list() && mods == Mods{}) {
    constexpr int kPage = 8;
    const int last = static_cast<int>(picker_rows(documents_, overlay_, seen()).size()) - 1;
    const auto move = [&](int row) {
      overlay_.row = std::clamp(row, 0, std::max(last, 0));
      return true;
    };
    switch (key) {
      case Key::kUp: return move(overlay_.row - 1);
      case Key::kDown: return move(overlay_.row + 1);
      case Key::kPageUp: return move(overlay_.row - kPage);
      case Key::kPageDown: return move(overlay_.row + kPage);
      default: break;
    }
  }
  const Command* what = find_command({key, mods});
  const bool types_something = !mods.ctrl && !mods.alt && !(key >= Key::kF1 && key <= Key::kF12);
  if (what == nullptr || types_something) return false;
  const Overlay::Kind before = overlay_.kind;
  const bool toggles = (what->id == CommandId::kPickScenario && before == Overlay::Kind::kScenarios) ||
                       (what->id == CommandId::kPickVariant && before == Overlay::Kind::kVariants) ||
                       (what->id == CommandId::kHelp && before == Overlay::Kind::kHelp);
  if (toggles) overlay_.close();
  if (what->id == CommandId::kQuit) quit();
  return toggles || what->id == CommandId::kQuit;
}

void Workbench::enter_stage() {
  stage_.enter();
  appearance_.set_stage(true);
}

void Workbench::leave_stage() {
  stage_.leave();
  appearance_.set_stage(false);
}

bool Workbench::handle_key_on_stage(Key key) {
  const Stage::KeyMeaning* meaning = Stage::find(key);
  if (meaning == nullptr) return false;
  switch (meaning->act) {
    case Stage::Act::kNext: take_next(); break;
    case Stage::Act::kPrevious: run(CommandId::kBack); break;
    default: stage_.act(meaning->act); break;
  }
  if (!stage_.on()) leave_stage();
  return true;
}

void Workbench::choose_current_row() {
  const std::vector<PickerRow> rows = picker_rows(documents_, overlay_, seen());
  const auto current = std::find_if(rows.begin(), rows.end(), [](const PickerRow& row) { return row.current; });
  overlay_.row = current == rows.end() ? 0 : static_cast<int>(current - rows.begin());
}

void Workbench::accept_overlay() {
  const Overlay overlay = std::exchange(overlay_, Overlay{});
  // What could not be done is mended where it was typed.
  const auto again = [&](const Diagnostic& error) {
    overlay_ = overlay;
    overlay_.error = error.to_string();
    overlay_.opened = true;
  };
  switch (overlay.kind) {
    case Overlay::Kind::kScenarios:
    case Overlay::Kind::kVariants: {
      const std::vector<PickerRow> rows = picker_rows(documents_, overlay, seen());
      if (overlay.row >= static_cast<int>(rows.size())) break;
      const int index = rows[static_cast<std::size_t>(overlay.row)].index;
      if (overlay.kind == Overlay::Kind::kVariants) {
        choose_variant(index);
      } else {
        open_or_tell(documents_.scenarios()[static_cast<std::size_t>(index)].name);
      }
      break;
    }
    case Overlay::Kind::kStandard: {
      const Overlay::Standard& s = overlay.standard;
      Overrides overrides;
      overrides.signals = s.signals;
      overrides.lockdep = s.lockdep;
      if (const Result<void> done = documents_.open_standard(s.readers, s.writers, s.detachers, overrides); done) {
        opened();
      } else {
        again(done.error());
      }
      break;
    }
    case Overlay::Kind::kOpen:
      if (overlay.text.empty()) break;
      if (const Result<void> done = open(overlay.text); !done) again(done.error());
      break;
    case Overlay::Kind::kSave:
      if (overlay.text.empty()) break;
      if (const Result<void> saved = save_run(overlay.text); !saved) again(saved.error());
      break;
    case Overlay::Kind::kRename:
      if (!overlay.text.empty()) rename_branch(session().active_branch(), overlay.text);
      break;
    case Overlay::Kind::kNone:
    case Overlay::Kind::kCompare:
    case Overlay::Kind::kMessages:
    case Overlay::Kind::kHelp: break;
  }
}

}  // namespace vmalab
