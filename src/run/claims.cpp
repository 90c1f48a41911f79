// SPDX-License-Identifier: GPL-2.0-only
#include "run/claims.h"

#include <algorithm>

#include "base/words.h"
#include "machine/describe.h"
#include "run/demo.h"

namespace vmalab {
namespace {

constexpr std::string_view kNone = "no claim", kDid = "did:", kNever = "never:";

bool happened(const std::vector<std::string>& steps, const std::string& part) {
  return std::any_of(steps.begin(), steps.end(), [&](const std::string& step) { return step.find(part) != std::string::npos; });
}

/// The captions of one scenario, as its demo is run.
class CaptionCheck {
 public:
  explicit CaptionCheck(const Machine& machine) : machine_(machine), scenario_(machine.scenario()) {}

  Result<std::vector<Diagnostic>> run() {
    const Result<Demo> demo = Demo::of(machine_);
    if (!demo) return tl::unexpected(demo.error());
    Result<std::vector<Claim>> story = claims(sentences(scenario_.story), scenario_.story_claims, {}, "the story");
    if (!story) return tl::unexpected(story.error());
    std::vector<bool> told(story->size());
    StateValue state = machine_.initial();
    std::vector<std::string> all, of_caption;
    const auto look = [&] {
      for (std::size_t i = 0; i < told.size(); ++i) told[i] = told[i] || (*story)[i].holds(machine_, state, all);
    };
    look();
    const std::vector<Demo::Step>& steps = demo->steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      ActionList enabled;
      machine_.enabled(state, enabled);
      if (!enabled.contains(steps[i].action)) {
        say(place_of(steps[i].line), "the demo goes no further than step " + std::to_string(i) + " with this code");
        return std::move(faults_);
      }
      StepInfo info;
      machine_.step(state, steps[i].action, info);
      if (steps[i].begins_line) of_caption.clear();
      of_caption.push_back(claimed_step(machine_, info));
      all.push_back(of_caption.back());
      look();
      if (i + 1 < steps.size() && !steps[i + 1].begins_line) continue;
      const DemoStep& line = scenario_.demo[static_cast<std::size_t>(steps[i].line)];
      const std::vector<std::string> texts = sentences(line.caption);
      const Result<std::vector<Claim>> captions = claims(texts, line.claims, line.place, "this caption");
      if (!captions) return tl::unexpected(captions.error());
      for (std::size_t s = 0; s < captions->size(); ++s) {
        if (!(*captions)[s].holds(machine_, state, of_caption)) {
          std::string did;
          for (const std::string& step : of_caption) did += "\n    " + step;
          say(line.place, "\xe2\x80\x9c" + texts[s] + "\xe2\x80\x9d does not hold after step " + std::to_string(i + 1) + " (" + line.claims[s] +
                              "); its steps were:" + did);
        }
      }
    }
    const std::vector<std::string> texts = sentences(scenario_.story);
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (!told[i] || !(*story)[i].holds_in_the_end(all)) {
        say({}, "the story: \xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d holds at no step of the demo (" + scenario_.story_claims[i] + ")");
      }
    }
    return std::move(faults_);
  }

 private:
  ScenarioPlace place_of(int line) const { return scenario_.demo[static_cast<std::size_t>(line)].place; }
  void say(ScenarioPlace place, std::string message) { faults_.push_back(error_in_scenario(scenario_, place, std::move(message))); }

  /// One a sentence; none where they do not go with the sentences, which is told.
  Result<std::vector<Claim>> claims(const std::vector<std::string>& texts, const std::vector<std::string>& written, ScenarioPlace place,
                                    const std::string& what) {
    std::vector<Claim> read;
    if (texts.size() != written.size()) {
      say(place, what + " has " + std::to_string(texts.size()) + words::plural(texts.size(), " sentence") + " and " + std::to_string(written.size()) +
                     words::plural(written.size(), " claim") + (texts.empty() ? "" : "; the first is \xe2\x80\x9c" + texts.front() + "\xe2\x80\x9d"));
      return read;
    }
    for (const std::string& text : written) {
      Result<Claim> claim = Claim::parse(machine_, text, what);
      if (!claim) return tl::unexpected(error_in_scenario(scenario_, place, claim.error().message + " (in \xe2\x80\x9c" + text + "\xe2\x80\x9d)"));
      read.push_back(std::move(*claim));
    }
    return read;
  }

  const Machine& machine_;
  const Scenario& scenario_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> found;
  std::string now;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] == '\n' ? ' ' : text[i];
    if (c == ' ' && (now.empty() || now.back() == ' ')) continue;
    now += c;
    const bool stop = c == '.' || c == '?' || c == '!';
    const bool closes = c == ')' || c == '"';
    const bool ends = (stop || (closes && i > 0 && (text[i - 1] == '.' || text[i - 1] == '?' || text[i - 1] == '!'))) &&
                      (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n');
    if (!ends) continue;
    found.push_back(std::move(now));
    now.clear();
  }
  if (!words::trimmed(now).empty()) found.emplace_back(words::trimmed(now));
  return found;
}

Result<Claim> Claim::parse(const Machine& machine, std::string_view text, std::string_view what) {
  Claim claim;
  if (words::trimmed(text) == kNone) return claim;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = words::trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.starts_with(kDid)) {
      claim.did_.emplace_back(words::trimmed(part.substr(kDid.size())));
    } else if (part.starts_with(kNever)) {
      claim.never_.emplace_back(words::trimmed(part.substr(kNever.size())));
    } else if (!part.empty()) {
      Result<Program> expression = machine.expression(part, what);
      if (!expression) return tl::unexpected(expression.error());
      claim.expressions_.push_back(std::move(*expression));
    }
  }
  if (claim.is_none()) return fail("a claim is C over the state, \"did: ...\", \"never: ...\" or \"no claim\"");
  return claim;
}

bool Claim::holds(const Machine& machine, const State& state, const std::vector<std::string>& steps) const {
  return std::all_of(expressions_.begin(), expressions_.end(), [&](const Program& p) { return machine.evaluate(p, state) != 0; }) &&
         std::all_of(did_.begin(), did_.end(), [&](const std::string& part) { return happened(steps, part); }) && holds_in_the_end(steps);
}

bool Claim::holds_in_the_end(const std::vector<std::string>& steps) const {
  return std::none_of(never_.begin(), never_.end(), [&](const std::string& part) { return happened(steps, part); });
}

std::string claimed_step(const Machine& machine, const StepInfo& info) {
  return machine.scenario().threads[info.action.thread.value].name + " " + step_text(machine, info);
}

Result<std::vector<Diagnostic>> check_captions(const Machine& machine) { return CaptionCheck(machine).run(); }

}  // namespace vmalab
