// SPDX-License-Identifier: GPL-2.0-only
// The panels. Each draws into the ImGui window that the Lab has opened for it (GetContentRegionAvail() is its size;
// the Lab draws frame and title) and sends what the person does to the Lab as commands.
#pragma once

namespace vmalab {

class Lab;

void draw_threads(Lab& lab);
void draw_vma(Lab& lab);
void draw_class_map(Lab& lab);
void draw_source(Lab& lab);
void draw_timeline(Lab& lab);
void draw_checks(Lab& lab);
void draw_lesson(Lab& lab);  ///< the line above the timeline: caption, story, questions

}  // namespace vmalab
