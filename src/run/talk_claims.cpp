// SPDX-License-Identifier: GPL-2.0-only
#include "run/talk_claims.h"

#include <algorithm>

#include "base/words.h"
#include "run/claims.h"

namespace vmalab {
namespace {

constexpr const char* kNoClaim = "no claim";

/// From the step with which it begins to the one after which it has to hold, along the branch that is shown where it lies on that.
std::vector<NodeId> steps_of(const Session& session, const Talk::Caption& caption) {
  std::vector<NodeId> nodes{caption.at};
  for (int i = 1; i < caption.steps; ++i) {
    const auto depth = static_cast<std::size_t>(session.depth(nodes.back())) + 1;
    if (depth < session.path().size() && session.path()[depth - 1] == nodes.back()) {
      nodes.push_back(session.path()[depth]);
    } else if (const std::vector<NodeId> children = session.children(nodes.back()); !children.empty()) {
      nodes.push_back(children.front());
    } else {
      break;
    }
  }
  return nodes;
}

std::vector<std::string> words_of(const Session& session, const std::vector<NodeId>& nodes) {
  std::vector<std::string> steps;
  for (const NodeId node : nodes) steps.push_back(claimed_step(session.machine(), session.info(node)));
  return steps;
}

Result<std::vector<Claim>> claims_of(const Session& session, const Talk::Caption& caption) {
  std::vector<Claim> claims;
  for (const std::string& text : caption.claims) {
    Result<Claim> claim = Claim::parse(session.machine(), text, "a claim");
    if (!claim) return fail(claim.error().message + " (in \xe2\x80\x9c" + text + "\xe2\x80\x9d)");
    if (claim->of_all_runs()) return fail("\xe2\x80\x9c" + text + "\xe2\x80\x9d is about all interleavings: the claim of a caption is about its run");
    claims.push_back(std::move(*claim));
  }
  return claims;
}

}  // namespace

Result<WrittenCaption> read_caption(std::string_view typed) {
  WrittenCaption out;
  std::vector<std::pair<std::size_t, std::string>> found;  // sentence, claim
  while (!typed.empty()) {
    const std::size_t open = std::min(typed.find_first_of("{}"), typed.size());
    out.text += typed.substr(0, open);
    if (open == typed.size()) break;
    const std::size_t close = typed.find_first_of("{}", open + 1);
    if (typed[open] == '}' || close == std::string_view::npos || typed[close] == '{') {
      return fail("a claim stands in braces behind its sentence, as in: r1 is in. {vma0->vm_refcnt == 2}");
    }
    while (!out.text.empty() && out.text.back() == ' ') out.text.pop_back();
    const std::size_t before = sentences(out.text).size();
    const std::string claim(words::trimmed(typed.substr(open + 1, close - open - 1)));
    if (before == 0) return fail("the claim {" + claim + "} stands behind no sentence");
    if (claim.empty()) return fail("a claim is empty; {no claim} says that there is none");
    if (!found.empty() && found.back().first == before - 1)
      return fail("a sentence has one claim; {" + claim + "} is a second one: join them with ;");
    found.emplace_back(before - 1, claim);
    typed.remove_prefix(close + 1);
  }
  while (!out.text.empty() && out.text.back() == ' ' && !found.empty()) out.text.pop_back();
  if (std::all_of(found.begin(), found.end(), [](const auto& claim) { return claim.second == kNoClaim; })) return out;
  out.claims.assign(sentences(out.text).size(), kNoClaim);
  for (auto& [sentence, claim] : found) out.claims[sentence] = std::move(claim);
  return out;
}

std::string written_caption(const Talk::Caption& caption) {
  if (caption.claims.empty()) return caption.text;
  std::string out;
  const std::vector<std::string> texts = sentences(caption.text);
  for (std::size_t i = 0; i < texts.size(); ++i) out += (i == 0 ? "" : " ") + texts[i] + " {" + caption.claims[i] + "}";
  return out;
}

std::vector<std::string> caption_faults(const Session& session, const Talk::Caption& caption) {
  if (caption.claims.empty()) return {};
  const Result<std::vector<Claim>> claims = claims_of(session, caption);
  if (!claims) return {claims.error().message};
  const std::vector<NodeId> nodes = steps_of(session, caption);
  const std::vector<std::string> steps = words_of(session, nodes), texts = sentences(caption.text);
  const StateValue state = session.state_at(nodes.back());
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < claims->size() && i < texts.size(); ++i) {
    if ((*claims)[i].holds(session.machine(), state, steps)) continue;
    faults.push_back("\xe2\x80\x9c" + texts[i] + "\xe2\x80\x9d does not hold after step " + std::to_string(session.depth(nodes.back())) + " (" +
                     caption.claims[i] + ")");
  }
  return faults;
}

std::vector<std::string> talk_faults(const Session& session) {
  std::vector<std::string> faults;
  for (const Talk::Caption& caption : session.talk().captions()) {
    if (caption.at >= session.node_count()) continue;
    for (const std::string& fault : caption_faults(session, caption)) {
      faults.push_back("the caption of step " + std::to_string(session.depth(caption.at)) + ": " + fault);
    }
  }
  return faults;
}

bool is_checked(const Session& session, const Talk::Caption& caption) {
  return !caption.claims.empty() && std::find(caption.claims.begin(), caption.claims.end(), kNoClaim) == caption.claims.end() &&
         caption_faults(session, caption).empty();
}

int told_until(const Session& session, const Talk::Caption& caption, int end) {
  if (std::all_of(caption.claims.begin(), caption.claims.end(), [](const std::string& claim) { return claim == kNoClaim; })) return end;
  const Result<std::vector<Claim>> claims = claims_of(session, caption);
  if (!claims || !caption_faults(session, caption).empty()) return end;
  const Machine& machine = session.machine();
  const std::vector<NodeId>& path = session.path();
  const int begin = session.depth(caption.at), last = std::min({end, static_cast<int>(path.size()), begin + kMostLooked});
  StateValue state = session.state_at(caption.at);
  std::vector<std::string> steps = words_of(session, {caption.at});
  for (int depth = begin + 1; depth < last; ++depth) {
    StepInfo info;
    machine.step(state, session.info(path[static_cast<std::size_t>(depth)]).action, info);
    steps.push_back(claimed_step(machine, info));
    if (!std::all_of(claims->begin(), claims->end(), [&](const Claim& claim) { return claim.holds(machine, state, steps); })) return depth;
  }
  return last == static_cast<int>(path.size()) ? end : last;
}

std::vector<Told> told_by_author(const Session& session, const Talk::Caption& caption) {
  std::vector<Told> out;
  if (caption.claims.empty()) return out;
  const Result<std::vector<Claim>> claims = claims_of(session, caption);
  if (!claims) return out;
  std::vector<NodeId> nodes;
  for (int depth = session.depth(caption.at); depth <= session.depth(); ++depth) nodes.push_back(session.path()[static_cast<std::size_t>(depth)]);
  const std::vector<std::string> steps = words_of(session, nodes);
  for (std::string& text : sentences(caption.text)) {
    out.push_back({std::move(text), out.size() >= claims->size() || (*claims)[out.size()].holds(session.machine(), session.state(), steps)});
  }
  return out;
}

}  // namespace vmalab
