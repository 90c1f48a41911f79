// SPDX-License-Identifier: GPL-2.0-only
// Who has the keyboard: what lies over the panels, then a text field that is being written in, then the stage, then the commands.
// A menu or a list that is open has every key.
#include <algorithm>
#include <utility>

#include "base/platform.h"
#include "run/beside.h"
#include "ui/paint.h"
#include "ui/picker.h"
#include "ui/workbench.h"

namespace vmalab {

namespace {

/// Of a combo box; the menus know themselves whether they are.
bool list_is_open() {
  return ImGui::GetCurrentContext() != nullptr && ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
}

}  // namespace

void Workbench::choose(const MenuRow& row) {
  if (row.command) {
    run(*row.command);
  } else {
    open_or_tell(row.file);
  }
}

bool Workbench::handle_key(Key key, Mods mods) {
  if (ImGui::GetCurrentContext() != nullptr) no_tooltip_until_moved();
  if (overlay_.open()) return handle_key_in_overlay(key, mods);
  if (menus_.is_open()) {
    if (const std::optional<MenuRow> chosen = menus_.handle_key(*this, key, mods)) choose(*chosen);
    return true;
  }
  if (list_is_open()) {
    widgets_.list_key = mods == Mods{} ? key : Key::kNone;
    return true;
  }
  if (std::exchange(checks_.enter_opens, false) && mods == Mods{} && key == Key::kEnter) {
    open_found_run();
    return true;
  }
  if (checks_.typing && (mods == Mods{} || key == Key::kEscape) && handle_key_in_find_box(key)) return true;
  const bool writing = ImGui::GetCurrentContext() != nullptr && ImGui::GetIO().WantTextInput;
  if (mods == Mods{.alt = true} && !stage_.on() && !platform::browser_keys() && menus_.open_by_letter(*this, key)) return true;
  const bool types_nothing = key == Key::kEscape || key == Key::kAlt || (key >= Key::kF1 && key <= Key::kF12);
  if (writing && !types_nothing) return false;
  if (handle_key_in_causes(key, mods)) return true;
  if (handle_key_in_lesson(key, mods)) return true;
  if (beside_shown() && handle_key_beside(key, mods)) return true;
  if (stage_.on() && mods == Mods{} && handle_key_on_stage(key)) return true;
  if (map_shown() && handle_key_on_map(key, mods)) return true;
  if (mods == Mods{} && key >= Key::k0 && key <= Key::k9) {
    const int digit = static_cast<int>(key) - static_cast<int>(Key::k0);
    select_thread(thread_id(digit == 0 ? 9 : digit - 1));
    return true;
  }
  if (mods == Mods{.shift = true} && key >= Key::k1 && key <= Key::k9 && panels.lesson.questions) {
    answer(static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::k1));
    return true;
  }
  if (mods == Mods{.shift = true} && key >= Key::k1 && key <= Key::k9 && machine().can_step(state(), selected_) &&
      machine().choices(state(), selected_) > 1) {
    apply({Action::Kind::kStep, selected_, static_cast<std::uint8_t>(static_cast<int>(key) - static_cast<int>(Key::k1))});
    return true;
  }
  const Command* what = map_shown() ? find_command({key, mods}, Where::kMap) : nullptr;
  if (what == nullptr || !what->enabled(*this)) what = find_command({key, mods});
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
  if (mods == Mods{} && overlay_.wants(key)) {
    overlay_.keys.push_back(key);
    return true;
  }
  if (mods == Mods{} && key == Key::kEnter) {
    accept_overlay();
    return true;
  }
  if (overlay_.kind == Overlay::Kind::kTalk && authoring_.handle_key(key, mods)) return true;
  if (overlay_.kind == Overlay::Kind::kStandard && mods == Mods{}) {
    const int by = key == Key::kRight || key == Key::kSpace ? 1 : key == Key::kLeft ? -1 : 0;
    if (by != 0) overlay_.standard.change(overlay_.row, by);
    if (key == Key::kUp || key == Key::kDown) {
      overlay_.row = std::clamp(overlay_.row + (key == Key::kDown ? 1 : -1), 0, Overlay::Standard::kRows - 1);
    }
    return true;
  }
  if (overlay_.kind == Overlay::Kind::kHelp && mods == Mods{}) {
    constexpr int kPage = 12;
    const int by = key == Key::kDown ? 1 : key == Key::kUp ? -1 : key == Key::kPageDown ? kPage : key == Key::kPageUp ? -kPage : 0;
    overlay_.row += by;
    if (by != 0) return true;
  }
  const Command* what = find_command({key, mods});
  const bool types_something = !mods.ctrl && !mods.alt && !(key >= Key::kF1 && key <= Key::kF12);
  if (what == nullptr || types_something) return false;
  const Overlay::Kind before = overlay_.kind;
  const bool toggles = (what->id == CommandId::kPickScenario && before == Overlay::Kind::kScenarios) ||
                       (what->id == CommandId::kPickVariant && before == Overlay::Kind::kVariants) ||
                       (what->id == CommandId::kLessons && before == Overlay::Kind::kLessons) ||
                       (what->id == CommandId::kTalkList && before == Overlay::Kind::kTalk) ||
                       (what->id == CommandId::kHelp && before == Overlay::Kind::kHelp);
  if (toggles) overlay_.close();
  if (what->id == CommandId::kQuit) quit();
  return toggles || what->id == CommandId::kQuit;
}

/// The arrows choose a row, Enter takes it; Tab writes the one that is chosen, or the first, into the field of the open dialog.
void Workbench::next_overlay_key() {
  if (overlay_.keys.empty() || overlay_.rewrite) return;
  const Key key = overlay_.keys.front();
  overlay_.keys.pop_front();
  const bool opens = overlay_.kind == Overlay::Kind::kOpen;
  const std::vector<OpenRow> files = opens ? open_list_.rows(overlay_.text, recent()).rows : std::vector<OpenRow>();
  const std::size_t count = opens                                   ? files.size()
                            : overlay_.kind == Overlay::Kind::kTalk ? authoring_.rows().size()
                            : overlay_.is_list()                    ? list_rows().size()
                                                                    : 0;
  const int last = static_cast<int>(count) - 1;
  const auto move = [&](int by) { overlay_.row = std::max(std::min(overlay_.row + by, last), opens ? -1 : 0); };
  constexpr int kPage = 8;
  switch (key) {
    case Key::kUp: return move(-1);
    case Key::kDown: return move(1);
    case Key::kPageUp: return move(-kPage);
    case Key::kPageDown: return move(kPage);
    case Key::kTab:
      if (!opens || last < 0) return;
      overlay_.put(files[static_cast<std::size_t>(std::clamp(overlay_.row, 0, last))].path);
      overlay_.row = -1;
      return;
    default: break;
  }
  if (opens && overlay_.row >= 0 && overlay_.row <= last) return take_open_row(files[static_cast<std::size_t>(overlay_.row)]);
  accept_overlay();
}

void Workbench::take_open_row(const OpenRow& row) {
  overlay_.row = -1;
  overlay_.put(row.path);
  if (row.kind == OpenRow::Kind::kGone) {
    overlay_.error = row.path + ": it was open before, and " + row.text;
  } else if (row.kind == OpenRow::Kind::kFile) {
    accept_overlay();
  }
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
  const std::vector<PickerRow> rows = list_rows();
  const auto current = std::find_if(rows.begin(), rows.end(), [](const PickerRow& row) { return row.current; });
  overlay_.row = current == rows.end() ? 0 : static_cast<int>(current - rows.begin());
}

void Workbench::accept_overlay() {
  if (overlay_.kind == Overlay::Kind::kTalk) {
    const std::vector<Authoring::Row> said = authoring_.rows();
    if (overlay_.row < static_cast<int>(said.size())) authoring_.choose(said[static_cast<std::size_t>(overlay_.row)]);
    return;
  }
  const std::vector<PickerRow> rows = overlay_.is_list() ? list_rows() : std::vector<PickerRow>();
  const Overlay overlay = std::exchange(overlay_, Overlay{});
  // What could not be done is mended where it was typed.
  const auto again = [&](std::string why) {
    overlay_ = overlay;
    overlay_.error = std::move(why);
    overlay_.put(overlay.text);
  };
  switch (overlay.kind) {
    case Overlay::Kind::kLessons:
      if (overlay.row >= static_cast<int>(rows.size())) break;
      if (const Result<void> begun = begin_lesson(rows[static_cast<std::size_t>(overlay.row)].name); !begun) again(begun.error().to_string());
      break;
    case Overlay::Kind::kScenarios:
    case Overlay::Kind::kVariants: {
      if (overlay.row >= static_cast<int>(rows.size())) break;
      const int index = rows[static_cast<std::size_t>(overlay.row)].index;
      if (overlay.kind == Overlay::Kind::kVariants) {
        choose_variant(index);
      } else {
        open_or_tell(documents_.scenarios()[static_cast<std::size_t>(index)].name);
      }
      break;
    }
    case Overlay::Kind::kBranches:
      if (overlay.row < static_cast<int>(rows.size())) put_branch_beside(rows[static_cast<std::size_t>(overlay.row)].index);
      break;
    case Overlay::Kind::kVariantBeside: {
      if (overlay.row >= static_cast<int>(rows.size())) break;
      if (const Result<void> put = put_beside({.variant = rows[static_cast<std::size_t>(overlay.row)].name}); !put) again(put.error().message);
      break;
    }
    case Overlay::Kind::kOpenBeside:
      if (overlay.text.empty()) {
        again("Type what shall run beside this.");
      } else if (const Result<void> put = put_beside(
                     what_to_put_beside(documents_.workspace(), documents_.current(), expanded_path(overlay.text, platform::home_folder())));
                 !put) {
        again(put.error().message);
      }
      break;
    case Overlay::Kind::kStandard: {
      const Overlay::Standard& s = overlay.standard;
      Overrides overrides;
      overrides.signals = s.signals;
      overrides.lockdep = s.lockdep;
      if (const Result<void> done = documents_.open_standard(s.readers, s.writers, s.detachers, overrides); done) {
        opened();
      } else {
        again(done.error().to_string());
      }
      break;
    }
    case Overlay::Kind::kOpen:
      if (overlay.text.empty()) {
        again("Type where it is, or choose one of the files below.");
      } else if (const Result<void> done = open(expanded_path(overlay.text, platform::home_folder())); !done) {
        again(done.error().to_string());
      }
      break;
    case Overlay::Kind::kSave:
      if (overlay.text.empty()) break;
      if (const Result<void> saved = save_run(expanded_path(overlay.text, platform::home_folder())); !saved) again(saved.error().to_string());
      break;
    case Overlay::Kind::kExport:
      if (overlay.text.empty()) break;
      if (const Result<void> begun = exporting_.write(overlay.text, session(), {appearance_.theme_id(), stage_.on()}); !begun)
        again(begun.error().to_string());
      break;
    case Overlay::Kind::kSayTitle:
    case Overlay::Kind::kSayCaption:
    case Overlay::Kind::kSayNote:
    case Overlay::Kind::kSayChapter:
      if (const Result<void> done = authoring_.say(overlay); !done) again(done.error().message);
      break;
    case Overlay::Kind::kTalk:
    case Overlay::Kind::kRename:
      if (const std::string fault = text_fault(overlay.text, Talk::kMostName); !fault.empty()) {
        again("A name that " + fault + " cannot go into a recording.");
      } else {
        rename_branch(session().active_branch(), overlay.text);
      }
      break;
    case Overlay::Kind::kNone:
    case Overlay::Kind::kMessages:
    case Overlay::Kind::kHelp: break;
  }
}

}  // namespace vmalab
