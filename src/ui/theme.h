// SPDX-License-Identifier: GPL-2.0-only
// Colours of the window: a dark and a light theme. Hue says which thread; red says that something was violated; everything else is
// grey, or nearly so. FLAG has the colour of the thread that raised it.
//
// The first six threads are told apart by colour alone, by everybody. From the seventh on the colours come again with a mark: one
// cut across whatever is filled in the colour, and a dash below the name; two from the thirteenth on (paint.h).
//
// Text has a contrast of at least 4.5 to whatever it is drawn on, a mark that carries a meaning 3; theme_test.cpp checks all of
// this. Colour never carries a meaning alone: a name, a word or a shape goes with it.
#pragma once

#include <imgui.h>

#include <array>
#include <optional>

#include "machine/describe.h"
#include "view/palette.h"

namespace vmalab {

enum class ThemeId : std::uint8_t { kDark, kLight };

using Colour = ImU32;

/// Tells threads of one colour apart: 0 for the first six, 1 for the next six, and so on.
constexpr int thread_mark(ThreadId t) { return t.value / kThreadHues; }

struct Theme {
  /// Over a thread's wash, in its colour: what stands behind the access that it makes next.
  static constexpr float kBoxAlpha = 0.1F;
  /// Of lines in a lane that are less than what stands beside them.
  static constexpr float kLineAlpha = 0.8F;

  ThemeId id;
  Colour background;  ///< behind the panels
  Colour panel;       ///< a panel's surface
  Colour raised;      ///< cards and buttons on a panel
  Colour raised_hover;
  Colour raised_active;
  Colour border;      ///< hairlines; carries no meaning
  Colour outline;     ///< the quietest mark that carries one
  Colour text;        ///< what is read first
  Colour text_dim;    ///< labels, explanations
  Colour text_faint;  ///< line numbers, things that are off; not for sentences
  Colour accent;      ///< focus, links, the cursor of the timeline
  Colour on_accent;   ///< text on accent
  Colour good;        ///< a check that holds
  Colour bad;         ///< a violation, and nothing else
  Colour glow;        ///< what just changed (a wash behind text)
  Colour selection;   ///< background of a selected row or line
  // Source text.
  Colour code_text, code_keyword, code_type, code_function, code_macro, code_number, code_string, code_comment;
  Colour code_line;  ///< background of a thread's line is thread_wash(); this is for the hovered line
  std::array<Colour, kThreadHues> threads;

  Colour lane() const;         ///< background of a lane of the timeline
  Colour model_line() const;   ///< background of a line of the model while a kernel tree is loaded
  Colour broken_wash() const;  ///< background of what broke a check, and of freed memory
  Colour thread(ThreadId t) const { return threads[t.value % kThreadHues]; }
  Colour thread_wash(ThreadId t) const;  ///< the thread's colour as a faint opaque background on `panel`
  Colour thread_fill(ThreadId t) const;  ///< stronger, for what has an outline in the full colour; text fits on it
  Colour on_thread() const { return id == ThemeId::kDark ? background : panel; }  ///< text on a thread's full colour
  Colour refcnt_class(RefcntClass c) const;                                       ///< greys: the more a class says, the stronger
  Colour flag(std::optional<ThreadId> owner) const { return owner ? thread(*owner) : text; }
};

const Theme& theme(ThemeId id);
/// Sets ImGui's own colours and, in units of em, its paddings and roundings.
void apply_theme(const Theme& theme, float em);

Colour with_alpha(Colour colour, float alpha);
Colour mix(Colour a, Colour b, float share_of_b);  ///< opaque
/// WCAG contrast ratio of two opaque colours, 1..21.
double contrast(Colour a, Colour b);
inline ImVec4 to_vec4(Colour colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace vmalab
