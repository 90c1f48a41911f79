// SPDX-License-Identifier: GPL-2.0-only
// The line above the timeline: what has just happened, what comes next, and a question about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/describe.h"
#include "run/demo.h"

namespace vmalab {

/// What comes next, and who says so.
struct NextAction {
  enum class By : std::uint8_t { kRun, kDemo, kThread };
  Action action;
  By by = By::kThread;  ///< the run that is there already, the demo, or the selected thread
};

struct LessonView {
  std::string heading;          ///< "Step 12" or the scenario's title
  std::string text;             ///< the demo's caption, the story, or what the step did
  bool by_author = false;       ///< the text is the author's word, and nothing that was checked
  std::string broken;           ///< what the step broke, a line a check; empty when every check held
  std::vector<Told> sentences;  ///< of the caption, where it has claims: those that do not hold (yet) are not told as if they did
  std::string progress;         ///< "(2 of 3)" while the caption's last step is still to come
  bool under_way = false;       ///< the caption's last step is still to come
  std::string next;             ///< what the next action will do, or why there is none
};

/// `last`: the step that led here, nullptr at the root.
LessonView lesson_view(const Machine& machine, const State& state, int depth, const StepInfo* last, const Caption& caption,
                       const std::optional<NextAction>& next);

/// "What will vm_refcnt be?", with a few values to choose from, the right one among them.
struct Question {
  std::string text;
  struct Choice {
    std::string text;
    bool right = false;
  };
  std::vector<Choice> choices;  ///< in the order of their values
  std::string explanation;      ///< what the step does
};
/// About the action's effect on a VMA's vm_refcnt; nullopt when the action cannot happen.
std::optional<Question> make_question(const Machine& machine, const State& state, Action action, VmaId vma);

}  // namespace vmalab
