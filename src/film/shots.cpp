// SPDX-License-Identifier: GPL-2.0-only
#include "film/shots.h"

#include <algorithm>

namespace vmalab {

int reading_time(std::string_view text) {
  constexpr int kLook = 700, kCharacter = 45;
  return text.empty() ? 0 : kLook + kCharacter * static_cast<int>(text.size());
}

std::vector<Shot> shots_of(const RecordedRun& run, const Pace& pace) {
  const StepRange range = run.range();
  std::vector<Shot> out{{range.first - 1, pace.opening}};
  for (int step = range.first; step <= range.last; ++step) out.push_back({step, pace.step});
  // A caption stands over all of its steps: what is left of the time to read it is added to its last.
  for (const timeline::Caption& caption : run.timeline().timeline().captions(range.first, range.last + 1)) {
    const int first = std::max(static_cast<int>(caption.begin), range.first);
    const int last = static_cast<int>(std::min<timeline::Time>(caption.end - 1, range.last));
    const int steps = last - first + 1;
    out[static_cast<std::size_t>(last - range.first + 1)].milliseconds += std::max(0, reading_time(caption.text) - steps * pace.step);
  }
  out.back().milliseconds += pace.ending;
  return out;
}

}  // namespace vmalab
