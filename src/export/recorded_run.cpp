// SPDX-License-Identifier: GPL-2.0-only
#include "export/recorded_run.h"

#include <algorithm>

#include "base/numbers.h"

namespace vmalab {
namespace {

constexpr int kStepsBetweenReports = 256;

}  // namespace

Result<StepRange> parse_range(std::string_view text, int steps) {
  const std::size_t dash = text.find('-');
  const std::string_view from = text.substr(0, dash), to = dash == std::string_view::npos ? from : text.substr(dash + 1);
  const std::optional<int> first = from.empty() && !to.empty() ? 1 : whole_number(from);
  const std::optional<int> last = to.empty() && !from.empty() ? steps : whole_number(to);
  const std::string has = "the run has steps 1 to " + std::to_string(steps);
  if (!first || !last) return fail("\"" + std::string(text) + "\" is no range of steps: 12-40, 12-, -40 or 12; " + has);
  if (*first < 1 || *last > steps) return fail("the range " + std::string(text) + " is not within the run: " + has);
  if (*first > *last) return fail("the range " + std::string(text) + " ends before it begins; " + has);
  return StepRange{*first, *last};
}

RecordedRun::RecordedRun(const Session& session, StepRange range, Progress progress)
    : session_(session), range_(range), progress_(std::move(progress)) {
  timeline_.update(session, 1);
}

RecordedRun::RecordedRun(const Session& session) : RecordedRun(session, {1, static_cast<int>(session.path().size()) - 1}) {}

RecordedRun RecordedRun::last_steps(int most) const {
  RecordedRun out = *this;
  out.range_.first = std::max(range_.first, range_.last - most + 1);
  return out;
}

std::string told_caption(const timeline::Caption& caption) { return (caption.quoted ? std::string(kAuthorSays) : std::string()) + caption.text; }

std::string RecordedRun::title() const {
  const std::string title = run_title(session_);
  return title.empty() ? machine().scenario().name : title;
}

std::vector<std::string> RecordedRun::terms() const {
  std::vector<std::string> out;
  if (const std::string code = code_name(machine().code()); !code.empty()) out.push_back("With the code of: " + code + ".");
  if (range_ != StepRange{1, all_steps()}) {
    out.push_back("Steps " + std::to_string(range_.first) + " to " + std::to_string(range_.last) + " of " + std::to_string(all_steps()) + ".");
  }
  return out;
}

std::vector<RecordedRun::Chapter> RecordedRun::chapters() const {
  std::vector<Chapter> out;
  int number = 0;
  for (const Talk::Text& marker : session_.talk().markers()) {
    ++number;
    const int depth = session_.depth(marker.at);
    if (depth < static_cast<int>(session_.path().size()) && session_.path()[static_cast<std::size_t>(depth)] == marker.at && depth >= range_.first &&
        depth <= range_.last) {
      out.push_back({depth, std::to_string(number) + ". " + marker.text});
    }
  }
  return out;
}

StateValue RecordedRun::begins_in() const { return session_.state_at(session_.path()[static_cast<std::size_t>(range_.first) - 1]); }

Result<void> RecordedRun::walk(const std::function<void(const RecordedStep&)>& visit) const {
  StateValue before = begins_in(), after = before;
  const std::span<const Violation> violations = timeline_.violations();
  auto next = std::find_if(violations.begin(), violations.end(), [&](const Violation& violation) { return violation.depth >= range_.first; });
  const std::vector<Chapter> all = chapters();
  for (int number = range_.first; number <= range_.last; ++number) {
    if (progress_ && number % kStepsBetweenReports == 0 && !progress_(number - range_.first, range_.count())) return fail("stopped");
    const StepInfo& info = session_.info(session_.path()[static_cast<std::size_t>(number)]);
    StepInfo again;
    machine().step(after, info.action, again);
    RecordedStep step{number, info, before, after, mark_of_step(machine(), info), step_text(machine(), info), place_of(machine(), info), {}, {}, 0};
    for (const timeline::Caption& caption : timeline_.timeline().captions(number, number + 1)) {
      if (caption.begin == number || number == range_.first) step.caption = told_caption(caption);
    }
    for (const Chapter& chapter : all) {
      if (chapter.step == number) step.chapter = chapter.name;
    }
    if (next != violations.end() && next->depth == number) {
      step.broken = info.violations;
      ++next;
    }
    visit(step);
    before = after;
  }
  return {};
}

}  // namespace vmalab
