// SPDX-License-Identifier: GPL-2.0-only
#include "ui/menu_bar.h"

#include <algorithm>

#include "base/words.h"
#include "ui/workbench.h"

namespace vmalab {
namespace {

constexpr std::size_t kMostRecent = 5;  ///< the open dialog has them all

/// The row from `from` on, in steps of `by` and around the end, that is enabled and that `fits`; -1: there is none.
template <typename Fits>
int next_row(const std::vector<MenuRow>& rows, int from, int by, Fits fits) {
  const int count = static_cast<int>(rows.size());
  for (int i = 0; i < count; ++i) {
    const int at = ((from + i * by) % count + count) % count;
    const MenuRow& row = rows[static_cast<std::size_t>(at)];
    if (row.enabled && fits(row)) return at;
  }
  return -1;
}

int next_row(const std::vector<MenuRow>& rows, int from, int by) {
  return next_row(rows, from, by, [](const MenuRow&) { return true; });
}

}  // namespace

std::vector<MenuRow> menu_rows(Workbench& bench, int menu) {
  std::vector<MenuRow> rows;
  for (const Command& what : command_table()) {
    if (what.menu != kMenus[static_cast<std::size_t>(menu)]) continue;
    rows.push_back(
        {std::string(what.name), std::string(what.title), shortcut_text(what.shortcut), std::string(what.sentence), what.enabled(bench), what.id});
  }
  if (menu != 0) return rows;
  const std::vector<OpenRow>& recent = bench.open_list().rows("", bench.recent()).rows;
  for (std::size_t i = 0; i < std::min(recent.size(), kMostRecent); ++i) {
    const bool there = recent[i].kind != OpenRow::Kind::kGone;
    rows.push_back({"recent/" + std::to_string(i), recent[i].label, recent[i].text, recent[i].path, there, std::nullopt, recent[i].path});
  }
  return rows;
}

void MenuBar::open(Workbench& bench, int menu) {
  if (menu_ < 0) bench.open_list().look_again();
  menu_ = menu;
  row_ = next_row(menu_rows(bench, menu), 0, 1);
  by_keyboard_ = changed_ = true;
}

void MenuBar::close() {
  menu_ = row_ = -1;
  by_keyboard_ = false;
  changed_ = true;
}

void MenuBar::drawn(Workbench& bench, int menu) {
  changed_ = false;
  if (menu == menu_) return;
  if (menu_ < 0) bench.open_list().look_again();
  menu_ = menu;
  row_ = -1;
}

bool MenuBar::open_by_letter(Workbench& bench, Key key) {
  constexpr int kCount = static_cast<int>(kMenus.size());
  for (int i = 1; i <= kCount; ++i) {
    const int menu = (menu_ + i) % kCount;
    if (key_text(key) != std::string_view(kMenus[static_cast<std::size_t>(menu)]).substr(0, 1)) continue;
    open(bench, menu);
    return true;
  }
  return false;
}

std::optional<MenuRow> MenuBar::handle_key(Workbench& bench, Key key, Mods mods) {
  if (mods == Mods{.alt = true}) open_by_letter(bench, key);
  if (mods != Mods{}) return std::nullopt;
  const std::vector<MenuRow> rows = menu_rows(bench, menu_);
  constexpr int kCount = static_cast<int>(kMenus.size());
  const auto go = [&](int row) {
    if (row >= 0) row_ = row;
    by_keyboard_ = true;
  };
  switch (key) {
    case Key::kEscape:
    case Key::kAlt: close(); break;
    case Key::kLeft: open(bench, (menu_ + kCount - 1) % kCount); break;
    case Key::kRight: open(bench, (menu_ + 1) % kCount); break;
    case Key::kUp: go(next_row(rows, row_ < 0 ? -1 : row_ - 1, -1)); break;
    case Key::kDown: go(next_row(rows, row_ + 1, 1)); break;
    case Key::kHome: go(next_row(rows, 0, 1)); break;
    case Key::kEnd: go(next_row(rows, -1, -1)); break;
    case Key::kEnter:
    case Key::kSpace:
      if (row_ < 0 || row_ >= static_cast<int>(rows.size()) || !rows[static_cast<std::size_t>(row_)].enabled) break;
      {
        MenuRow chosen = rows[static_cast<std::size_t>(row_)];
        close();
        return chosen;
      }
    default: {
      const std::string letter = words::lower(key_text(key));
      if (letter.size() == 1) go(next_row(rows, row_ + 1, 1, [&](const MenuRow& row) { return words::lower(row.title).starts_with(letter); }));
    }
  }
  return std::nullopt;
}

}  // namespace vmalab
