// SPDX-License-Identifier: GPL-2.0-only
#include "run/demo.h"

#include <algorithm>

#include <string>

#include "machine/variants.h"
#include "run/schedule.h"
#include "run/talk_claims.h"

namespace vmalab {

Result<Demo> Demo::of(const Machine& machine) {
  Demo demo;
  const std::vector<DemoStep>& lines = machine.scenario().demo;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Result<std::vector<Action>> actions = parse_schedule(machine, lines[i].action);
    if (!actions) {
      return tl::unexpected(error_in_story(machine.scenario(), machine.code(), lines[i].place,
                                           "step " + std::to_string(i + 1) + " of the demo: " + actions.error().message));
    }
    if (demo.steps_.size() + actions->size() > kMaxScheduleActions) {
      return fail("the demo of " + machine.scenario().name + " has more than " + std::to_string(kMaxScheduleActions) + " steps");
    }
    std::vector<Claim> claims;
    for (const std::string& text : lines[i].claims) {
      if (Result<Claim> claim = Claim::parse(machine, text, "a claim")) claims.push_back(std::move(*claim));
    }
    const bool all = claims.size() == lines[i].claims.size() && claims.size() == sentences(lines[i].caption).size();
    demo.claims_.push_back(all ? std::move(claims) : std::vector<Claim>());
    for (std::size_t k = 0; k < actions->size(); ++k) demo.steps_.push_back({(*actions)[k], static_cast<int>(i), k == 0});
  }
  return demo;
}

std::optional<std::size_t> Demo::followed(const Session& session) const {
  const auto depth = static_cast<std::size_t>(session.depth());
  if (depth > steps_.size()) return std::nullopt;
  for (std::size_t i = 0; i < depth; ++i) {
    if (session.info(session.path()[i + 1]).action != steps_[i].action) return std::nullopt;
  }
  return depth;
}

const Demo::Step* Demo::next(const Session& session) const {
  const std::optional<std::size_t> done = followed(session);
  return done && *done < steps_.size() ? &steps_[*done] : nullptr;
}

std::size_t Demo::followed_by_path(const Session& session) const {
  std::size_t done = 0;
  while (done < steps_.size() && done + 1 < session.path().size() && session.info(session.path()[done + 1]).action == steps_[done].action) ++done;
  return done;
}

std::vector<Demo::Standing> Demo::captions(const Session& session) const {
  const std::vector<NodeId>& path = session.path();
  const std::size_t done = followed_by_path(session);
  std::vector<Standing> demo;
  for (std::size_t i = 0; i < done; ++i) {
    if (!steps_[i].begins_line) continue;
    const int begin = static_cast<int>(i) + 1;
    if (!demo.empty()) demo.back().end = begin;
    demo.push_back({begin, kToTheEnd, session.machine().scenario().demo[static_cast<std::size_t>(steps_[i].line)].caption, false});
  }
  if (!demo.empty() && done + 1 < path.size()) demo.back().end = static_cast<int>(done) + 1;

  std::vector<Standing> author;  // nodes of a path rise with its depths
  for (const Talk::Caption& caption : session.talk().captions()) {
    if (caption.at >= session.node_count()) continue;
    const int begin = session.depth(caption.at);
    if (static_cast<std::size_t>(begin) >= path.size() || path[static_cast<std::size_t>(begin)] != caption.at) continue;
    if (!author.empty()) author.back().end = std::min(author.back().end, begin);
    int end = caption.steps == 0 || caption.steps > kToTheEnd - begin ? kToTheEnd : begin + caption.steps;
    if (caption.steps == 0) {
      const auto next = std::find_if(demo.begin(), demo.end(), [&](const Standing& other) { return other.begin > begin; });
      if (next != demo.end()) end = next->begin;
      end = told_until(session, caption, end);
    }
    author.push_back({begin, end, caption.text, true, is_checked(session, caption)});
  }
  if (author.empty()) return demo;

  // What the author says stands above the demo's: of that the parts are left that it leaves free.
  std::vector<Standing> out = author;
  for (const Standing& one : demo) {
    int free_from = one.begin;
    for (const Standing& over : author) {
      if (over.end <= free_from || over.begin >= one.end) continue;
      if (over.begin > free_from) out.push_back({free_from, over.begin, one.text, false});
      free_from = over.end;
    }
    if (free_from < one.end) out.push_back({free_from, one.end, one.text, false});
  }
  std::sort(out.begin(), out.end(), [](const Standing& a, const Standing& b) { return a.begin < b.begin; });
  return out;
}

Caption Demo::caption(const Session& session) const {
  if (!session.talk().captions().empty()) {
    for (const Standing& standing : captions(session)) {
      if (!standing.by_author || session.depth() < standing.begin || session.depth() >= standing.end) continue;
      const Talk::Caption& said = *session.talk().caption(session.path()[static_cast<std::size_t>(standing.begin)]);
      // One that was given no number of steps tells what its first step did.
      const int of = said.steps == 0 ? 1 : standing.end - standing.begin;
      const int step = said.steps == 0 ? 1 : session.depth() - standing.begin + 1;
      return {standing.text, step, of, told_by_author(session, said), true, standing.checked};
    }
  }
  return demo_caption(session, session.depth(), session.state());
}

Caption Demo::demo_caption(const Session& session, int depth, const State& state) const {
  const auto done = static_cast<std::size_t>(depth);
  if (done == 0 || done > followed_by_path(session)) return {};
  const int line = steps_[done - 1].line;
  std::size_t first = done - 1, end = done;
  while (first > 0 && steps_[first - 1].line == line) --first;
  while (end < steps_.size() && steps_[end].line == line) ++end;
  return {session.machine().scenario().demo[static_cast<std::size_t>(line)].caption, static_cast<int>(done - first), static_cast<int>(end - first),
          told(session, line, first, done, state), false};
}

std::vector<Told> Demo::told(const Session& session, int line, std::size_t first, std::size_t end, const State& state) const {
  const std::vector<Claim>& claims = claims_[static_cast<std::size_t>(line)];
  std::vector<Told> out;
  if (claims.empty()) return out;
  std::vector<std::string> steps;
  for (std::size_t i = first; i < end; ++i) steps.push_back(claimed_step(session.machine(), session.info(session.path()[i + 1])));
  for (std::string& text : sentences(session.machine().scenario().demo[static_cast<std::size_t>(line)].caption)) {
    out.push_back({std::move(text), claims[out.size()].holds(session.machine(), state, steps)});
  }
  return out;
}

}  // namespace vmalab
