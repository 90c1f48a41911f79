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

}  // namespace

std::string speaker_text(const Session& session, const Demo& demo, const SpeakerNotes& notes) {
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
