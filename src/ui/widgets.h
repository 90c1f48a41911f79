// SPDX-License-Identifier: GPL-2.0-only
// Recorded widgets. Every interactive widget gives its rectangle a name after it is drawn ("threads/r1/step"), so that
// tests click by name and help can point at things. Names are stable: panel/object/what.
//
// The helpers below mark what they draw, take sizes from the font, and look the same in every panel.
#pragma once

#include <imgui.h>

#include <map>
#include <string>
#include <string_view>

#include "machine/ids.h"
#include "ui/fonts.h"
#include "ui/keys.h"
#include "ui/theme.h"

namespace vmalab {

struct PanelContext;

struct Widget {
  ImVec2 min, max;
  bool enabled = true;
  bool visible = true;   ///< not scrolled or clipped away as a whole
  bool clipped = false;  ///< a part of it lies outside its window
};

/// The widgets drawn in the last finished frame and in the one being drawn.
class WidgetLog {
 public:
  void begin_frame();
  void mark_item(std::string_view name, bool enabled);  ///< the widget drawn last
  void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool enabled);
  void mark(std::string_view name, ImVec2 min, ImVec2 max, bool enabled, bool visible, bool clipped);
  const Widget* find(std::string_view name) const;  ///< of the last frame that drew it, this one or the one before
  const std::map<std::string, Widget, std::less<>>& all() const { return current_; }
  /// The key that the list of a combo box has been given; there is one in the frame after it was pressed.
  Key list_key = Key::kNone;

 private:
  std::map<std::string, Widget, std::less<>> current_, last_;
};

/// A button named `mark`. A disabled one explains itself: `why` is its tooltip either way.
bool button(const PanelContext& context, std::string_view mark, const char* label, bool enabled = true, std::string_view why = {});
/// A button in a thread's colour and with its mark.
bool thread_button(const PanelContext& context, std::string_view mark, const char* label, ThreadId thread, bool enabled = true,
                   std::string_view why = {});
/// A button that is on or off.
bool toggle(const PanelContext& context, std::string_view mark, const char* label, bool on, std::string_view why = {});
/// In the list of a combo box: Up and Down choose another of `count` rows, which comes back, else `now`; Enter and Escape close it.
int list_row(const PanelContext& context, int now, int count);
/// A small rounded label, not interactive: "waits", "RCU", "write-locked".
void tag(const char* label, Colour fill, Colour text);
/// Text in a colour; wrapped at the right end of the region.
void label(Colour colour, std::string_view text);
void wrapped(Colour colour, std::string_view text);
/// Shows text near the mouse while the last widget is hovered, disabled or not.
void tooltip(std::string_view text);
/// Width of text in the current font.
float text_width(std::string_view text);
/// The text cut to the width, with an ellipsis when it does not fit.
std::string elide(std::string_view text, float width);

}  // namespace vmalab
