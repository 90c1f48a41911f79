// SPDX-License-Identifier: GPL-2.0-only
// The menus: what stands in each, which one is open, and how one walks them by keyboard. ImGui draws them and opens them for the
// mouse; its own keys differ from version to version, so the keys are ours.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/commands.h"

namespace vmalab {

constexpr std::array<const char*, 7> kMenus{"File", "Run", "History", "Talk", "Check", "View", "Help"};

struct MenuRow {
  std::string name;  ///< "step", "recent/0": stable, for tests
  std::string title, keys, sentence;
  bool enabled = true;
  std::optional<CommandId> command;  ///< none: `file` is opened
  std::string file{};
};
/// The commands of the menu; of the first one also the files that were open before.
std::vector<MenuRow> menu_rows(Workbench& bench, int menu);

class MenuBar {
 public:
  bool is_open() const { return menu_ >= 0; }
  int menu() const { return menu_; }  ///< of kMenus; -1: none
  int row() const { return row_; }    ///< of its rows; -1: none
  /// By keyboard; a mouse that rests over another menu does not count until it moves.
  void open(Workbench& bench, int menu);
  /// The next one whose name begins with the key's letter. False: there is none.
  bool open_by_letter(Workbench& bench, Key key);
  void close();
  /// While a menu is open every key is its own; the row that shall be run comes back.
  std::optional<MenuRow> handle_key(Workbench& bench, Key key, Mods mods);

  // What drawing tells, and has to do.
  bool by_keyboard() const { return by_keyboard_; }
  void mouse_moved() { by_keyboard_ = false; }
  void point_at(int row) { row_ = row; }
  /// Keys have changed what is open, once: `menu()` has to be opened, or at -1 whatever is open closed.
  bool changed() const { return changed_; }
  void drawn(Workbench& bench, int menu);

 private:
  int menu_ = -1, row_ = -1;
  bool by_keyboard_ = false, changed_ = false;
};

}  // namespace vmalab
