// SPDX-License-Identifier: GPL-2.0-only
// `vmalab why`: the causes of a value, of a wait, of a broken property, at a step of a run.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "base/numbers.h"
#include "base/text_hygiene.h"
#include "base/words.h"
#include "view/causes.h"
#include "view/session_timeline.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

/// What was asked about, and the answer.
struct Answer {
  std::vector<std::string> lines;
  Json json;
};

Json step_json(const Machine& machine, const CauseStep& step) {
  if (step.depth == 0) return nullptr;
  return {{"step", step.depth},      {"thread", machine.scenario().threads[step.thread.value].name},
          {"text", step.did},        {"function", step.place.function},
          {"file", step.place.file}, {"line", step.place.line}};
}

Json values_json(const std::vector<CauseValue>& values) {
  Json out = Json::array();
  for (const CauseValue& value : values) {
    const Json since = value.by_way ? Json(nullptr) : Json(value.since);
    out.push_back({{"name", value.name}, {"value", value.value}, {"text", value.sentence}, {"since", since}});
  }
  return out;
}

Json chain_json(const Machine& machine, const std::vector<CauseLink>& chain) {
  Json out = Json::array();
  for (const CauseLink& link : chain) {
    out.push_back(step_json(machine, link.step));
    out.back()["read"] = values_json(link.read);
  }
  return out;
}

Answer about_value(const Machine& machine, const ValueCauses& causes, bool next) {
  Answer out{next ? next_text(machine, causes) : value_causes_text(machine, causes), {}};
  if (next)
    out.lines.insert(out.lines.begin(), causes.sentence + (causes.at == 0 ? " at the start." : " after step " + std::to_string(causes.at) + "."));
  out.json = {{"kind", "value"},
              {"at", causes.at},
              {"name", causes.name},
              {"value", causes.value},
              {"word", causes.word},
              {"text", causes.sentence},
              {"since", step_json(machine, causes.since)},
              {"before", causes.before},
              {"written_again", step_json(machine, causes.rewritten)},
              {"made_of", values_json(causes.values)},
              {"chain", chain_json(machine, causes.chain)},
              {"chain_goes_on", causes.more},
              {"next_read", step_json(machine, causes.next_read)},
              {"next_write", step_json(machine, causes.next_write)},
              {"next_change", step_json(machine, causes.next_change)},
              {"after", causes.after}};
  return out;
}

Json thread_json(const Machine& machine, const ThreadCauses& causes) {
  const auto name = [&](ThreadId t) { return machine.scenario().threads[t.value].name; };
  Json held = Json::array(), way = Json::array();
  for (const Obstacle& obstacle : causes.obstacles) {
    held.push_back({{"thread", name(obstacle.thread)},
                    {"text", obstacle.what},
                    {"since", step_json(machine, obstacle.since)},
                    {"can_step", obstacle.can_step},
                    {"blocked", obstacle.blocked_text}});
  }
  for (const ThreadCauses::Turn& turn : causes.way) way.push_back({{"thread", name(turn.thread)}, {"steps", turn.steps}});
  static constexpr const char* kStatus[] = {"can step", "waits", "asleep", "done"};
  return {{"kind", "thread"},
          {"at", causes.at},
          {"name", name(causes.thread)},
          {"status", kStatus[static_cast<std::size_t>(causes.status)]},
          {"text", causes.sentence},
          {"since", step_json(machine, causes.since)},
          {"who", std::move(held)},
          {"way", std::move(way)},
          {"no_way", causes.no_way},
          {"signal_would_free", causes.signal_would_free},
          {"freed", step_json(machine, causes.freed)}};
}

Answer about_property(const Machine& machine, const PropertyCauses& causes) {
  Json stuck = Json::array();
  for (const ThreadCauses& thread : causes.stuck) stuck.push_back(thread_json(machine, thread));
  return {property_causes_text(machine, causes),
          {{"kind", "property"},
           {"at", causes.at},
           {"name", causes.property->name},
           {"broken", causes.broken},
           {"text", causes.sentence},
           {"broken_at", causes.broken ? causes.since.depth : causes.nearest},
           {"since", step_json(machine, causes.since)},
           {"false", causes.term},
           {"met", causes.met},
           {"false_before_step", causes.before},
           {"made_of", values_json(causes.values)},
           {"chain", chain_json(machine, causes.chain)},
           {"stuck", std::move(stuck)}}};
}

Result<int> step_of(const std::string& text, int last) {
  if (text == "end") return last;
  const std::optional<int> step = whole_number(text);
  if (step && *step <= last) return *step;
  return fail("\"" + printable(text) + "\" is no step of this run: it has 0, the start, to " + std::to_string(last) + ", the end", "STEP");
}

/// What can be asked about in a state, a line a kind.
std::string known_text(const Machine& machine, const State& state, int at) {
  std::string text = "What can be asked about " + (at == 0 ? std::string("at the start") : "after step " + std::to_string(at)) + ":\n";
  const auto line = [&](const std::string& kind, const std::string& names) {
    if (!names.empty()) text += "  " + padded(kind, 8) + "  " + names + "\n";
  };
  std::vector<std::string> values;
  std::vector<std::vector<std::string>> variables(machine.scenario().threads.size());
  for (const std::string& name : names_of_places(machine, state)) {
    const auto thread = machine.find_thread(std::string_view(name).substr(0, name.find(':')));
    (name.find(':') != std::string::npos && thread ? variables[thread->value] : values).push_back(name);
  }
  line("values", words::joined(values));
  for (std::size_t t = 0; t < variables.size(); ++t) line("of " + machine.scenario().threads[t].name, words::joined(variables[t]));
  line("threads", words::joined(machine.scenario().threads, &ThreadSetup::name));
  line("checks", words::joined(kProperties, [](const Property* property) { return std::string(property->name); }));
  return fitted(text + "  and any C expression over these, as `vmalab check --find` takes it\n", screen_width());
}

}  // namespace

Result<int> WhyCommand::run(const Workspace& workspace) const {
  Result<Document> document = workspace.open(subject.origin());
  if (!document) return tl::unexpected(document.error());
  if (!document->notice.empty()) spdlog::warn("{}", document->notice);
  StepChoice taken = steps;
  taken.demo = taken.demo || (!document->origin.recorded() && !steps.any() && !document->session.machine().scenario().demo.empty());
  if (const Result<void> advanced = advance(taken, *document); !advanced) return tl::unexpected(advanced.error());

  const Session& session = document->session;
  const Machine& machine = session.machine();
  SessionTimeline timeline;
  timeline.update(session, 1);
  const CauseContext context{session, timeline.accesses()};
  const Result<int> at = step_of(step, context.steps());
  if (!at) return tl::unexpected(at.error());

  Answer answer;
  if (const Property* property = find_property(what)) {
    answer = about_property(machine, property_causes(context, *property, *at, links));
  } else if (const auto thread = machine.find_thread(what)) {
    const ThreadCauses causes = thread_causes(context, *thread, *at);
    answer = {thread_causes_text(machine, causes), thread_json(machine, causes)};
  } else {
    const StateValue state = session.state_at(context.node(*at));
    const Result<NamedPlaces> named = places_named(machine, state, what);
    // A name and no C, though it may have a dash.
    std::string plain = what;
    std::replace(plain.begin(), plain.end(), '-', '_');
    if (!named && !words::is_identifier(plain)) return tl::unexpected(named.error());
    if (!named) {  // a word that means nothing
      spdlog::info("ends with: {}", named.error().to_string());
      const std::string nothing = words::is_identifier(what) ? named.error().message : "nothing here is called \"" + what + "\"";
      print_error("vmalab: " + fitted(nothing, screen_width()) + "\n" + known_text(machine, state, *at));
      return static_cast<int>(kExitBadInput);
    }
    answer = about_value(machine, value_causes(context, *named, *at, links), next);
  }
  std::string text;
  if (json) {
    text = json_text(answer.json, 1) + "\n";
  } else {
    for (const std::string& line : answer.lines) text += fitted(line, screen_width()) + "\n";
  }
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
