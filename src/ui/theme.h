// SPDX-License-Identifier: GPL-2.0-only
// Colours of the window: a dark and a light theme. A thread has one colour everywhere (cards, timeline, source
// markers, references), a class of vm_refcnt has one colour everywhere (map, table, bits).
//
// Every text colour has a contrast of at least 4.5 to the surfaces it is meant for, and the first eight thread
// colours stay apart for people with red-green blindness; theme_test.cpp checks both. Colour never carries a meaning
// alone: a name, a word or a shape goes with it.
#pragma once

#include <imgui.h>

#include <array>

#include "machine/describe.h"

namespace vmalab {

enum class ThemeId : std::uint8_t { kDark, kLight };

using Colour = ImU32;

struct Theme {
  ThemeId id;
  Colour background;  ///< behind the panels
  Colour panel;       ///< a panel's surface
  Colour raised;      ///< cards and buttons on a panel
  Colour raised_hover;
  Colour raised_active;
  Colour border;              ///< hairlines
  Colour text;                ///< what is read first
  Colour text_dim;            ///< labels, explanations
  Colour text_faint;          ///< line numbers, things that are off; not for sentences
  Colour accent;              ///< focus, links, the cursor of the timeline
  Colour on_accent;           ///< text on accent
  Colour good, warning, bad;  ///< verdicts, violations, notices
  Colour glow;                ///< what just changed (a wash behind text)
  Colour selection;           ///< background of a selected row or line
  // Source text.
  Colour code_text, code_keyword, code_type, code_function, code_macro, code_number, code_string, code_comment;
  Colour code_line;  ///< background of a thread's line is thread_wash(); this is for the hovered line
  std::array<Colour, kMaxThreads> threads;
  std::array<Colour, static_cast<std::size_t>(RefcntClass::kCount)> classes;

  Colour model_line() const;  ///< background of a line of the model while a kernel tree is loaded
  Colour thread(ThreadId t) const { return threads[t.value % kMaxThreads]; }
  Colour thread_wash(ThreadId t) const;                                           ///< the thread's colour as a faint opaque background on `panel`
  Colour on_thread() const { return id == ThemeId::kDark ? background : panel; }  ///< text on a thread's full colour
  Colour refcnt_class(RefcntClass c) const { return classes[static_cast<std::size_t>(c)]; }
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
