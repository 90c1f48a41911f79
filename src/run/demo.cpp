// SPDX-License-Identifier: GPL-2.0-only
#include "run/demo.h"

#include <string>

#include "machine/variants.h"
#include "run/schedule.h"

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

Caption Demo::caption(const Session& session) const {
  const std::optional<std::size_t> done = followed(session);
  if (!done || *done == 0) return {};
  const int line = steps_[*done - 1].line;
  std::size_t first = *done - 1, end = *done;
  while (first > 0 && steps_[first - 1].line == line) --first;
  while (end < steps_.size() && steps_[end].line == line) ++end;
  return {session.machine().scenario().demo[static_cast<std::size_t>(line)].caption, static_cast<int>(*done - first), static_cast<int>(end - first),
          told(session, line, first, *done)};
}

std::vector<Told> Demo::told(const Session& session, int line, std::size_t first, std::size_t end) const {
  const std::vector<Claim>& claims = claims_[static_cast<std::size_t>(line)];
  std::vector<Told> out;
  if (claims.empty()) return out;
  std::vector<std::string> steps;
  for (std::size_t i = first; i < end; ++i) steps.push_back(claimed_step(session.machine(), session.info(session.path()[i + 1])));
  for (std::string& text : sentences(session.machine().scenario().demo[static_cast<std::size_t>(line)].caption)) {
    out.push_back({std::move(text), claims[out.size()].holds(session.machine(), session.state(), steps)});
  }
  return out;
}

}  // namespace vmalab
