// SPDX-License-Identifier: GPL-2.0-only
#include "view/story.h"
#include "machine/look.h"

#include <algorithm>

#include "view/vma_view.h"

namespace vmalab {

LessonView lesson_view(const Machine& machine, const State& state, int depth, const StepInfo* last, const Caption& caption,
                       const std::optional<NextAction>& next) {
  LessonView view;
  view.heading = depth == 0 ? machine.scenario().title : "Step " + std::to_string(depth);
  if (!caption.text.empty()) {
    view.by_author = caption.by_author && !caption.checked;
    if (view.by_author) view.heading += " \xe2\x80\x93 the author says";
    view.text = caption.text;
    view.sentences = caption.sentences;
    // It tells what all of its steps do together.
    view.under_way = caption.step < caption.of;
    if (view.under_way) view.progress = "(" + std::to_string(caption.step) + " of " + std::to_string(caption.of) + " steps)";
    if (view.under_way) view.text += "  " + view.progress;
    // One word: it is not to be broken.
    for (std::size_t blank = 0; (blank = view.progress.find(' ', blank)) != std::string::npos;) view.progress.replace(blank, 1, "\xc2\xa0");
  } else if (depth == 0 || last == nullptr) {
    view.text = machine.scenario().story;
    // The story is written as a paragraph with line breaks of its own.
    std::replace(view.text.begin(), view.text.end(), '\n', ' ');
  } else {
    view.text = action_name(machine, last->action) + ": " + step_text(machine, *last);
  }
  if (depth > 0 && last != nullptr) {
    for (const Property* check : properties_in(last->violations)) {
      view.broken += (view.broken.empty() ? "" : "\n") + std::string(check->name) + ": " + violation_text(machine, *last, *check) + ".";
    }
  }
  if (next) {
    view.next = action_text(machine, state, next->action) + "." +
                (next->by == NextAction::By::kRun    ? "  The next step of this run (Right)."
                 : next->by == NextAction::By::kDemo ? "  The demo's next step (Enter)."
                                                     : "");
  } else {
    view.next = machine.all_done(state) ? "All threads are done." : "No thread can go on.";
  }
  return view;
}

std::optional<Question> make_question(const Machine& machine, const State& state, Action action, VmaId vma) {
  if (!can_happen(machine, state, action)) return std::nullopt;
  StateValue after = state;
  StepInfo info;
  machine.step(after, action, info);
  const Word now = refcnt_in(state, vma), then = refcnt_in(after, vma);

  // What a person may take for right: no change, a reference more or less, FLAG set or taken off.
  std::vector<Word> values{then, now};
  const auto offer = [&](Word value) {
    if (values.size() < 5 && value < kExcludeReadersFlag * 2) values.push_back(value);
  };
  offer(now + 1);
  if ((now & ~kExcludeReadersFlag) > 0) offer(now - 1);
  offer(now ^ kExcludeReadersFlag);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());

  Question question;
  question.text = "What will " + address_text(machine, vma_address(vma.value)) + "->vm_refcnt be after " + action_name(machine, action) +
                  "'s next step?";
  for (const Word value : values) question.choices.push_back({spaced_refcount(value), value == then});
  question.explanation = (then == now ? "it stays " : "it becomes ") + spaced_refcount(then) + ": " +
                         machine.scenario().threads[action.thread.value].name + " " + step_text(machine, info) + ".";
  return question;
}

}  // namespace vmalab
