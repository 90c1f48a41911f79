// SPDX-License-Identifier: GPL-2.0-only
// The scenario's demo: steps with captions. A session follows it as long as every step was the demo's.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "run/claims.h"
#include "run/session.h"

namespace vmalab {

/// Before words of the author that were not checked, where there is no room to show it otherwise.
constexpr std::string_view kAuthorSays = "Author: ";

/// A sentence, and whether what it says of the machine is so at the cursor. What claims nothing holds.
struct Told {
  std::string text;
  bool holds = true;
  friend bool operator==(const Told&, const Told&) = default;
};
/// A caption, for `of` steps, of which `step` have been taken. Empty when there is none.
struct Caption {
  std::string_view text;
  int step = 0, of = 0;
  std::vector<Told> sentences{};  ///< of `text`; empty where it has no claims, or none that this code can be asked
  bool by_author = false;         ///< of the recording
  bool checked = true;            ///< of the author: false where a sentence has no claim, or a false one; to be told as the author's
};

class Demo {
 public:
  struct Step {
    Action action;
    int line = 0;  ///< index into Scenario::demo, which has the caption
    bool begins_line = false;
  };

  /// Without a step.
  Demo() = default;
  /// The scenario's. Error: an item that does not parse, with its number. Whether every step can happen is up to the code:
  /// with a variant a demo may stop halfway.
  static Result<Demo> of(const Machine& machine);

  bool empty() const { return steps_.empty(); }
  const std::vector<Step>& steps() const { return steps_; }
  /// How many of them lead to the cursor; nothing when the session went another way.
  std::optional<std::size_t> followed(const Session& session) const;
  /// What the demo does next; null at its end and when the session went another way.
  const Step* next(const Session& session) const;
  /// Of the step that led to the cursor: the author's, or the demo's while the run follows it.
  Caption caption(const Session& session) const;
  /// The demo's alone, of the step of the active branch that leads to `depth`; `state` is the one behind it.
  Caption demo_caption(const Session& session, int depth, const State& state) const;
  /// All of them along the active branch, from the start on, none over another. They live as long as the session's talk.
  struct Standing {
    int begin = 0, end = 0;  ///< of the steps from `begin` until just before `end`
    std::string_view text;
    bool by_author = false;
    bool checked = true;  ///< as Caption::checked
  };
  static constexpr int kToTheEnd = std::numeric_limits<int>::max();
  std::vector<Standing> captions(const Session& session) const;

 private:
  std::size_t followed_by_path(const Session& session) const;
  std::vector<Told> told(const Session& session, int line, std::size_t first, std::size_t end, const State& state) const;

  std::vector<Step> steps_;
  std::vector<std::vector<Claim>> claims_;  ///< by line; one a sentence, or none
};

}  // namespace vmalab
