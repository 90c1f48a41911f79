// SPDX-License-Identifier: GPL-2.0-only
#include "run/claims.h"

#include <algorithm>

#include "base/numbers.h"
#include "base/words.h"
#include "machine/describe.h"
#include "machine/variants.h"
#include "run/demo.h"
#include "run/title_claim.h"

namespace vmalab {
namespace {

constexpr std::string_view kNone = "no claim", kDid = "did:", kNever = "never:", kTitle = "title:";

bool happened(const std::vector<std::string>& steps, const std::string& part) {
  return std::any_of(steps.begin(), steps.end(), [&](const std::string& step) { return step.find(part) != std::string::npos; });
}

/// Why claims do not go with the sentences; empty when they do.
std::string misfit(const std::vector<std::string>& texts, const std::vector<std::string>& written, const std::string& what) {
  if (texts.size() == written.size()) return {};
  return what + " has " + std::to_string(texts.size()) + words::plural(texts.size(), " sentence") + " and " + std::to_string(written.size()) +
         words::plural(written.size(), " claim") + (texts.empty() ? "" : "; the first is \xe2\x80\x9c" + texts.front() + "\xe2\x80\x9d");
}

std::string unreadable(const Diagnostic& error, const std::string& text) { return error.message + " (in \xe2\x80\x9c" + text + "\xe2\x80\x9d)"; }

/// The captions of one scenario, as its demo is run.
class CaptionCheck {
 public:
  CaptionCheck(const Machine& machine, Prover& prover) : machine_(machine), scenario_(machine.scenario()), prover_(prover) {}

  Result<std::vector<Diagnostic>> run() {
    const Result<Demo> demo = Demo::of(machine_);
    if (!demo) return tl::unexpected(demo.error());
    std::vector<std::string> written = scenario_.story_claims;
    const std::string title = title_claim(written);
    Result<std::vector<Claim>> story = claims(sentences(scenario_.story), written, {}, "the story");
    check_title(title, written);
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
      for (TextFault& fault : check_text(machine_, state, of_caption, {line.caption, line.claims, line.place}, "this caption",
                                         "after step " + std::to_string(i + 1), prover_)) {
        say(fault.place, std::move(fault.message));
      }
    }
    const std::vector<std::string> texts = sentences(scenario_.story);
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (!told[i] || !(*story)[i].holds_in_the_end(all)) {
        say({}, "the story: \xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d holds at no step of the demo (" + written[i] + ")");
        continue;
      }
      const Result<std::string> why = (*story)[i].refuted(machine_, prover_);
      if (!why) return tl::unexpected(why.error());
      if (!why->empty()) say({}, "the story: \xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d is not so: " + *why);
    }
    return std::move(faults_);
  }

 private:
  /// "no claim", or which of the story's sentences says what the title does: then that one's claim is the title's, too.
  void check_title(const std::string& title, const std::vector<std::string>& story) {
    if (title.empty() || title == kNone) return;
    const std::optional<int> sentence = whole_number(title);
    if (!sentence || *sentence < 1 || static_cast<std::size_t>(*sentence) > story.size()) {
      return say({}, "the title's claim is \"" + title + "\"; expected the number of the story's sentence that says it, 1 to " +
                         std::to_string(story.size()) + ", or \"no claim\"");
    }
    const std::string& claim = story[static_cast<std::size_t>(*sentence) - 1];
    if (words::trimmed(claim) == kNone) say({}, "the title rests on sentence " + title + " of the story, which has no claim");
  }

  ScenarioPlace place_of(int line) const { return scenario_.demo[static_cast<std::size_t>(line)].place; }
  void say(ScenarioPlace place, std::string message) { faults_.push_back(error_in_story(scenario_, machine_.code(), place, std::move(message))); }

  /// One a sentence; none where they do not go with the sentences, which is told.
  Result<std::vector<Claim>> claims(const std::vector<std::string>& texts, const std::vector<std::string>& written, ScenarioPlace place,
                                    const std::string& what) {
    std::vector<Claim> read;
    if (const std::string why = misfit(texts, written, what); !why.empty()) {
      say(place, why);
      return read;
    }
    for (const std::string& text : written) {
      Result<Claim> claim = Claim::parse(machine_, text, what);
      if (!claim) return tl::unexpected(error_in_story(scenario_, machine_.code(), place, unreadable(claim.error(), text)));
      read.push_back(std::move(*claim));
    }
    return read;
  }

  const Machine& machine_;
  const Scenario& scenario_;
  Prover& prover_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::string title_claim(std::vector<std::string>& story_claims) {
  if (story_claims.empty() || !story_claims.front().starts_with(kTitle)) return {};
  std::string claim(words::trimmed(std::string_view(story_claims.front()).substr(kTitle.size())));
  story_claims.erase(story_claims.begin());
  return claim;
}

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
    } else if (std::optional<Proof> proof = parse_proof(part)) {
      claim.proofs_.push_back(std::move(*proof));
    } else if (!part.empty()) {
      Result<Program> expression = machine.expression(part, what);
      if (!expression) return tl::unexpected(expression.error());
      claim.expressions_.push_back(std::move(*expression));
    }
  }
  if (claim.is_none())
    return fail("a claim is C over the state, \"did: ...\", \"never: ...\", what holds in all runs (\"always: ...\"), or \"no claim\"");
  return claim;
}

bool Claim::holds(const Machine& machine, const State& state, const std::vector<std::string>& steps) const {
  return std::all_of(expressions_.begin(), expressions_.end(), [&](const Program& p) { return machine.evaluate(p, state) != 0; }) &&
         std::all_of(did_.begin(), did_.end(), [&](const std::string& part) { return happened(steps, part); }) && holds_in_the_end(steps);
}

bool Claim::holds_in_the_end(const std::vector<std::string>& steps) const {
  return std::none_of(never_.begin(), never_.end(), [&](const std::string& part) { return happened(steps, part); });
}

Result<std::string> Claim::refuted(const Machine& machine, Prover& prover) const {
  for (const Proof& proof : proofs_) {
    Result<std::string> why = prover.refute(machine, proof);
    if (!why || !why->empty()) return why;
  }
  return std::string();
}

std::vector<TextFault> check_text(const Machine& machine, const State& state, const std::vector<std::string>& steps, const ClaimedText& text,
                                  const std::string& what, const std::string& when, Prover& prover) {
  std::vector<TextFault> faults;
  const std::vector<std::string> texts = sentences(text.text);
  if (std::string why = misfit(texts, text.claims, what); !why.empty()) return {{text.place, std::move(why)}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const ScenarioPlace place = i < text.places.size() ? text.places[i] : text.place;
    const Result<Claim> claim = Claim::parse(machine, text.claims[i], what);
    if (!claim) {
      faults.push_back({place, unreadable(claim.error(), text.claims[i])});
      continue;
    }
    if (!claim->holds(machine, state, steps)) {
      std::string did;
      for (const std::string& step : steps) did += "\n    " + step;
      faults.push_back({place, "\xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d does not hold " + when + " (" + text.claims[i] + ")" +
                                   (did.empty() ? "" : "; its steps were:" + did)});
      continue;
    }
    const Result<std::string> why = claim->refuted(machine, prover);
    if (!why) {
      faults.push_back({place, unreadable(why.error(), text.claims[i])});
    } else if (!why->empty()) {
      faults.push_back({place, "\xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d is not so: " + *why});
    }
  }
  return faults;
}

std::string claimed_step(const Machine& machine, const StepInfo& info) {
  return machine.scenario().threads[info.action.thread.value].name + " " + step_text(machine, info);
}

Result<std::vector<Diagnostic>> check_captions(const Machine& machine, Prover& prover) { return CaptionCheck(machine, prover).run(); }

}  // namespace vmalab
