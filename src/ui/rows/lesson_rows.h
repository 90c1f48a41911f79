// SPDX-License-Identifier: GPL-2.0-only
// The line above the timeline: what has just happened, what comes next, and a question about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/describe.h"

namespace vmalab {

struct LessonView {
  std::string heading;         ///< "Step 12" or the scenario's title
  std::string text;            ///< the demo's caption, the story, or what the step did
  std::string broken;          ///< what the step broke, a line a check; empty when every check held
  std::string next;            ///< "Next: w1", and what it will do; empty when nothing can happen
  std::optional<Action> next_action;
  bool by_demo = false;        ///< `next` is the demo's next step
};

/// `caption`: of the demo step that led here, empty when the run left the demo. `demo_next`: the demo's next action.
LessonView lesson_view(const Machine& machine, const State& state, int depth, const StepInfo* last, std::string_view caption,
                       std::optional<Action> demo_next, ThreadId selected);

/// "What will vm_refcnt be?", with a few values to choose from, the right one among them.
struct Question {
  std::string text;
  struct Choice {
    std::string text;
    bool right = false;
  };
  std::vector<Choice> choices;   ///< in the order of their values
  std::string explanation;       ///< what the step does
};
/// About the action's effect on a VMA's vm_refcnt; nullopt when the action cannot happen.
std::optional<Question> make_question(const Machine& machine, const State& state, Action action, VmaId vma);

}  // namespace vmalab
