// SPDX-License-Identifier: GPL-2.0-only
// The panels. Each draws into the ImGui window that has been opened for it (GetContentRegionAvail() is its size), sees what the
// context has and what it remembers itself, and sends what the person does to context.actions.
#pragma once

#include <optional>

#include "ui/checks.h"
#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panel_state.h"
#include "ui/side_by_side.h"
#include "ui/state_space.h"
#include "ui/tutor.h"
#include "view/story.h"

namespace vmalab {

void draw_threads(const PanelContext& context, ThreadsState& memory);
void draw_vma(const PanelContext& context, const VmaPanelState& memory);
/// Mms, slab, VMAs and threads, and the pointers between them.
void draw_memory(const PanelContext& context, const VmaPanelState& memory);
/// Where memory is weaker than sequentially consistent: the values of each word that somebody may still read.
void draw_messages(const PanelContext& context);
void draw_class_map(const PanelContext& context, const VmaPanelState& memory);
/// The states that can be reached, by depth and class, with the runs through them.
void draw_state_map(const PanelContext& context, StateSpace& space, const VmaPanelState& memory);
/// Two runs, a value once where both have it and twice where they differ, and a timeline that forks.
void draw_side_by_side(const PanelContext& context, SideBySide& sides, const VmaPanelState& memory);
void draw_source(const PanelContext& context, SourceState& memory);
/// What was asked of causes, over all panels, at the upper right of this rectangle of the screen.
void draw_causes(const PanelContext& context, CausesState& memory, ImVec2 min, ImVec2 max);
/// A value is drawn there: a click asks why it is so.
void value_spot(const PanelContext& context, ImVec2 min, ImVec2 max, Place place);
/// `vma`: whose vm_refcnt is drawn.
void draw_timeline(const PanelContext& context, TimelineState& memory, int vma);
/// `vma`: whose vm_refcnt the next steps are about.
void draw_checks(const PanelContext& context, Checks& checks, int vma);

struct LessonInput {
  std::optional<NextAction> next;
  Caption caption;
  std::optional<Question> question;  ///< instead of the text
};
/// A story's sentences: bright is what holds; the rest is told, and is not so (yet).
std::vector<ColouredText> coloured_story(const Theme& theme, const LessonView& view);
/// How high that panel has to be, in pixels, for this to stand in it in a window of this width. `large`: the type of captions.
float told_height(const PanelContext& context, const std::vector<ColouredText>& told, float window_width, bool large);
/// The line above the timeline: caption, story, questions.
void draw_lesson(const PanelContext& context, const LessonState& memory, const LessonInput& input);

/// The same place while a lesson is taken, and outlines around what it speaks of, over all panels.
/// `large`: for a room.
void draw_tutor(const PanelContext& context, const Tutor& tutor, bool large = false);
void draw_spots(const PanelContext& context, const Tutor& tutor);

}  // namespace vmalab
