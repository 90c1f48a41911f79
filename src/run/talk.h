// SPDX-License-Identifier: GPL-2.0-only
// A Talk is what an author has put on a run to show it to others: a title, captions, notes for the speaker, and markers, which are
// its chapters in their order. It belongs to the nodes of a session and travels with a recording. Its texts are free and shown as
// the author's; only a caption may carry claims about the machine, as the captions of a demo do (talk_claims.h judges them).
//
// Invariants: every text passed text_fault(); at most one caption, note and marker a node; a caption has no claims or one a sentence;
// all of it is small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vmalab {

using NodeId = std::uint32_t;
constexpr NodeId kRootNode = 0;
constexpr NodeId kNoNode = 0xffffffff;

class Talk {
 public:
  struct Caption {
    NodeId at = kRootNode;  ///< the step it begins with; never the root
    int steps = 0;          ///< how long it stands; 0: until the next one, be it the demo's, or until what it claims is not so any more
    std::string text;
    std::vector<std::string> claims{};  ///< one a sentence, as claims.h has them; or none
    friend bool operator==(const Caption&, const Caption&) = default;
  };
  struct Text {
    NodeId at = kRootNode;
    std::string text;
    friend bool operator==(const Text&, const Text&) = default;
  };
  /// How long a text may be, in bytes, how many of a kind there are, and how much all of it is: one line of a trace holds it.
  static constexpr std::size_t kMostTitle = 200, kMostName = 80, kMostCaption = 1000, kMostNote = 4000, kMostClaim = 300, kMostEntries = 300,
                               kMostClaims = 1000, kMostBytes = 56'000;

  const std::string& title() const { return title_; }
  const std::vector<Caption>& captions() const { return captions_; }  ///< by node
  const std::vector<Text>& notes() const { return notes_; }           ///< by node
  const std::vector<Text>& markers() const { return markers_; }       ///< in the order in which the talk goes through them
  bool empty() const { return title_.empty() && captions_.empty() && notes_.empty() && markers_.empty(); }

  /// Each takes the place of what was there; an empty text takes it away. Errors: the text, or that there is too much; nothing
  /// has changed then.
  Result<void> set_title(std::string text);
  Result<void> set_caption(NodeId at, int steps, std::string text, std::vector<std::string> claims = {});
  Result<void> set_note(NodeId at, std::string text);
  Result<void> set_marker(NodeId at, std::string text);
  const Caption* caption(NodeId at) const;
  const Text* note(NodeId at) const;
  const Text* marker(NodeId at) const;
  /// The marker of this place takes another one in the order; false when one of them is none.
  bool move_marker(std::size_t from, std::size_t to);

  friend bool operator==(const Talk&, const Talk&) = default;

 private:
  Result<void> change(const std::function<Result<void>(Talk&)>& change);

  std::string title_;
  std::vector<Caption> captions_;
  std::vector<Text> notes_, markers_;
};

/// Why a text cannot be part of a talk: "has the character ... (U+001B)", "is longer than ..."; empty when it can. `lines`: it may have several.
std::string text_fault(std::string_view text, std::size_t most, bool lines = false);

}  // namespace vmalab
