// SPDX-License-Identifier: GPL-2.0-only
// Small things every panel draws by hand: text at a place, cut to its room with the whole in a tooltip; chips in a
// thread's colour; the wash behind what has just changed. Sizes come from the font, colours from the theme.
#pragma once

#include <imgui.h>

#include <optional>
#include <string_view>
#include <vector>

#include "ui/panel_context.h"

namespace vmalab {

/// Text at a place, in at most `width`; cut text shows whole in a tooltip. Returns the width it took.
float paint_text(ImVec2 at, float width, Colour colour, std::string_view text);
/// The same, with its end at `right`.
void paint_text_right(float right, float y, float width, Colour colour, std::string_view text);
void paint_text_centred(ImVec2 centre, float width, Colour colour, std::string_view text);

/// Sentences one after the other, each in its colour, broken into lines at blanks. Returns the height that they take; draws nothing
/// where `draw` is false.
struct ColouredText {
  std::string_view text;
  Colour colour = 0;
};
float paint_sentences(ImVec2 at, float width, const std::vector<ColouredText>& sentences, bool draw = true);

/// A name, or other words, in the thread's colour and with its mark: dashes below. Returns the width it took.
float paint_thread_name(const PanelContext& context, ImVec2 at, float width, ThreadId thread, std::string_view text);
/// vm_refcnt, of which FLAG has the colour and the mark of the thread that raised it. Returns the width it took.
float paint_refcnt(const PanelContext& context, ImVec2 at, float width, Colour colour, std::string_view text, std::optional<ThreadId> flag_owner);
/// A rectangle in the thread's full colour and with its mark: cuts across its leading end.
void paint_thread_fill(const PanelContext& context, ImVec2 min, ImVec2 max, ThreadId thread, float rounding = 0, ImDrawFlags corners = 0);
/// The mark alone, on what is drawn already: in on_thread() on the thread's full colour, else in the full colour itself.
void paint_thread_mark(ImVec2 min, ImVec2 max, ThreadId thread, Colour ink);
/// What a mark takes of the leading end, and a little more: what is written there begins after it.
float thread_mark_width(ThreadId thread);

/// A rounded label in a full colour, text dark or light on it. Returns its width. Height is chip_height().
float paint_chip(const PanelContext& context, ImVec2 at, Colour fill, std::string_view text);
/// The same with the colour as outline only: what does not (yet) count.
float paint_outline_chip(const PanelContext& context, ImVec2 at, Colour colour, std::string_view text);
/// Both for what is a thread's, with its mark.
float paint_thread_chip(const PanelContext& context, ImVec2 at, ThreadId thread, std::string_view text, bool filled = true);
float thread_chip_width(ThreadId thread, std::string_view text);
float chip_width(std::string_view text);
float chip_height();

/// Behind what the last step changed: a wash, and a bar at its left edge.
void paint_glow(const PanelContext& context, ImVec2 min, ImVec2 max);

float hairline(const PanelContext& context);

/// True while the mouse is over the rectangle in this window and nothing lies on top; shows no tooltip by itself.
bool hovered(ImVec2 min, ImVec2 max);
/// A tooltip for a rectangle that is no widget.
void rect_tooltip(ImVec2 min, ImVec2 max, std::string_view text);
void show_tooltip(std::string_view text);
/// As after a click: who uses the keys has the mouse resting somewhere.
void no_tooltip_until_moved();

}  // namespace vmalab
