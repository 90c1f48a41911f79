// SPDX-License-Identifier: GPL-2.0-only
// The one screen: menu bar, toolbar, panels, status line, messages and overlays around the Workbench. Lives for one frame.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ui/layout.h"
#include "ui/panels.h"
#include "ui/picker.h"
#include "ui/workbench.h"

namespace vmalab {

struct Screen {
  Workbench& bench;
  PanelContext context;

  void draw(float width, float height);

 private:
  void stage(float width, float height);  // stage_screen.cpp

  /// Small pictures on buttons, drawn as shapes so that no typeface needs to have them.
  enum class Icon : std::uint8_t { kNone, kRestart, kBack, kForward, kPlay, kPause, kRecord, kStop };

  void code_chip(float right, float left);
  void menu_bar(float width);
  void menus();
  bool menu(int index);
  void toolbar(const Rect& rect);
  void tool(CommandId id, const char* text, Icon icon);
  float tool_width(const char* text, Icon icon) const;
  void step_tool(const std::string& text);
  void speed_label(float width);
  void scheduler_tool(float width);
  void draw_icon(Icon icon, ImVec2 centre, float size, Colour colour) const;
  /// Over a panel: its own title, or room for the titles of all that share its place.
  enum class Title : std::uint8_t { kOwn, kRoom };
  void panel(PanelId id, const Rect& rect, Title title = Title::kOwn);
  void panel_contents(PanelId id);
  void filled_by(PanelId id, const Layout& layout);
  void desk(const Layout& layout);
  float lesson_height(float width, bool large) const;  ///< in em
  void splitters(const Layout& layout);
  void tabbed_panel(const Rect& rect);
  /// Panels share a place; their names above it choose. The first stands for a tab that is none of theirs.
  struct Choice {
    PanelId panel;
    Tab tab;
    std::string_view title;
  };
  void one_of(const Rect& rect, std::span<const Choice> choices, Tab& tab);
  void surface(const Rect& rect) const;
  void status(const Rect& rect);
  void notice_line(const Rect& rect);
  void messages();
  void standard();

  // overlays.cpp
  void overlay(float width, float height);
  bool field(float width, const char* hint);
  void pick(const char* title);
  void open_file();
  bool open_row(const OpenRow& row, int index, bool tab);
  void ask_text(const char* title, const char* sentence, const char* confirm, bool is_code = true);
  void say();
  void talk_list();
  void help();
  void key_columns();
  void stage_keys();

  float menu_bar_height() const { return menu_height(ImGui::GetIO().DisplaySize.y, em()); }
  ImVec2 menu_bar_padding() const { return {0.55F * em(), std::max(0.5F * (menu_bar_height() - em()), 0.0F)}; }
  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
};

}  // namespace vmalab
