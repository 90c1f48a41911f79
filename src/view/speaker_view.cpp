// SPDX-License-Identifier: GPL-2.0-only
#include "view/speaker_view.h"

#include <algorithm>
#include <optional>

namespace vmalab {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Of a run whose author left something: the caption that stands, the note of this step or the nearest before it, what comes next.
std::string author_text(const Session& session, const Demo& demo) {
  const int depth = session.depth();
  std::string text = depth == 0 ? run_title(session) : "Step " + std::to_string(depth), next;
  for (const Demo::Standing& caption : demo.captions(session)) {
    if (caption.begin <= depth && depth < caption.end) text += "  " + one_line(std::string(caption.text));
    if (caption.begin > depth && next.empty()) next = "Step " + std::to_string(caption.begin) + "  " + one_line(std::string(caption.text));
  }
  for (int d = depth; d >= 0; --d) {
    const Talk::Text* note = session.talk().note(session.path()[static_cast<std::size_t>(d)]);
    if (note != nullptr) text += "\n\nNote  " + one_line(note->text);
    if (note != nullptr) break;
  }
  return text + "\n\n" + (next.empty() ? "This is the last caption." : "Next  " + next);
}

}  // namespace

std::string speaker_text(const Session& session, const Demo& demo, const SpeakerNotes& notes) {
  if (!session.talk().captions().empty() || !session.talk().notes().empty()) return author_text(session, demo);
  const Scenario& scenario = session.machine().scenario();
  const std::vector<DemoStep>& captions = scenario.demo;
  const std::optional<std::size_t> done = demo.followed(session);
  if (!done || captions.empty())
    return scenario.title + ": this run is not the demo's, so there are no notes. Home, then Enter, goes on with the demo.";
  const Demo::Step* first = demo.steps().empty() ? nullptr : &demo.steps().front();
  const int now = *done == 0 || first == nullptr ? -1 : demo.steps()[*done - 1].line;
  std::string text = now < 0 ? scenario.title
                             : std::to_string(now + 1) + " of " + std::to_string(captions.size()) + "  " +
                                   one_line(captions[static_cast<std::size_t>(now)].caption);
  const std::string note = now < 0 ? notes.opening : notes.captions[static_cast<std::size_t>(now)];
  if (!note.empty()) text += "\n\nNote  " + one_line(note);
  const auto next = static_cast<std::size_t>(now + 1);
  text += "\n\n" + (next < captions.size() ? "Next  " + one_line(captions[next].caption) : std::string("This is the last caption."));
  return text;
}

}  // namespace vmalab
