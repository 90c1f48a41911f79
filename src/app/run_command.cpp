// SPDX-License-Identifier: GPL-2.0-only
// `vmalab run` and `vmalab replay`: a run printed step by step, recorded, as JSON or as a link.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "base/output_file.h"
#include "machine/describe.h"
#include "run/chosen_steps.h"
#include "run/link.h"
#include "run/recorder.h"
#include "run/schedule.h"
#include "run/trace_file.h"
#include "view/state_json.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

/// What the scenario expects at the end of its demo and is not so, a line each.
Result<std::vector<std::string>> unmet_expectations(const Session& session) {
  const Machine& machine = session.machine();
  const Scenario& scenario = machine.scenario();
  const Expectation& expect = scenario.expect;
  std::vector<std::string> unmet;
  for (std::size_t i = 0; i < expect.final_state.size(); ++i) {
    const Result<Program> expression = machine.expression(expect.final_state[i], "expect");
    if (!expression) return tl::unexpected(expression.error());
    if (machine.evaluate(*expression, session.state()) != 0) continue;
    const int line = i < expect.final_places.size() ? expect.final_places[i].line : 0;
    unmet.push_back(expect.final_state[i] + (line > 0 && !scenario.origin.empty() ? " (" + scenario.origin + ":" + std::to_string(line) + ")" : ""));
  }
  if (expect.all_done && !machine.all_done(session.state())) unmet.emplace_back("all threads are done ('all_done' of [expect])");
  PropertySet broken = machine.initial_violations();
  for (const NodeId node : session.path()) {
    if (node != kRootNode) broken |= session.info(node).violations;
  }
  for (const std::string& name : expect.violations) {
    if ((broken & bit_of(*find_property(name))) == 0) unmet.push_back("a violation of " + name);
  }
  return unmet;
}

/// A demo is told about the code that the scenario was written for.
bool runs_its_own_code(const Subject& subject, const Machine& machine) {
  const std::vector<SourceFile>& files = machine.code().files();
  return !subject.overrides.lockdep && std::none_of(files.begin(), files.end(), [](const SourceFile& f) {
    return f.origin == SourceFile::Origin::kVariant || f.origin == SourceFile::Origin::kKernelTree;
  });
}

/// Prints a run as text while it happens, or gathers it as JSON.
class Reporter {
 public:
  Reporter(const RunCommand& command, const Machine& machine, const Workspace& workspace)
      : command_(command), machine_(machine), workspace_(workspace) {
    colors_.on = stdout_wants_colors();
  }

  Result<void> begin(const Session& session) {
    violations_ = machine_.initial_violations();
    if (command_.json || command_.link) return {};
    return print(opening_text(session, colors_, screen_width()));
  }

  /// `by_author`: nobody has checked the caption.
  Result<void> step(const Session& session, NodeId node, const std::string& caption, bool by_author) {
    const StepInfo& info = session.info(node);
    violations_ |= info.violations;
    ++steps_;
    if (command_.json) {
      Json step = step_json(machine_, steps_, info, session.state_at(node));
      if (!caption.empty()) step["caption"] = caption;
      if (by_author) step["by_author"] = true;
      for (const Property* check : properties_in(info.violations)) {
        broken_.push_back({{"step", steps_}, {"check", check->name}, {"text", violation_text(machine_, info, *check)}});
      }
      json_steps_.push_back(std::move(step));
      return {};
    }
    if (command_.link) return {};
    return print(step_block(machine_, steps_, info, session.state_at(node), by_author ? std::string(kAuthorSays) + caption : caption, colors_,
                            screen_width()));
  }

  Result<int> end(const Session& session, const std::string& notice, bool complete, const std::vector<std::string>& unmet) {
    const Machine& machine = session.machine();
    const Result<std::string> link = command_.json || command_.link ? link_text(session, workspace_.assets()) : std::string();
    if (command_.json) {
      Json out = {{"scenario", machine.scenario().name},
                  {"title", run_title(session)},
                  {"model_hash", machine.code().hash()},
                  {"complete", complete},
                  {"steps", std::move(json_steps_)},
                  {"final", state_json(machine, session.state())},
                  {"all_done", machine.all_done(session.state())},
                  {"violations", std::move(broken_)}};
      if (link) {
        out["link"] = *link;
      } else {
        out["no_link"] = link.error().message;
      }
      if (!notice.empty()) out["notice"] = notice;
      if (!unmet.empty()) out["not_as_expected"] = unmet;
      if (Result<void> printed = print(json_text(out, 1) + "\n"); !printed) {
        return tl::unexpected(printed.error());
      }
    } else {
      if (!link) return tl::unexpected(link.error());
      std::string text = command_.link ? (command_.web.empty() ? "" : command_.web + "#") + *link + "\n"
                                       : closing_text(machine, session.state(), steps_, violations_, colors_, screen_width());
      for (const std::string& one : unmet) text += command_.link ? "" : colors_.bad("Not as the scenario expects:") + " " + one + "\n";
      if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    }
    return violations_ != 0 || !unmet.empty() ? kExitViolation : kExitOk;
  }

 private:
  const RunCommand& command_;
  const Machine& machine_;
  const Workspace& workspace_;
  Colors colors_;
  PropertySet violations_ = 0;
  int steps_ = 0;
  Json json_steps_ = Json::array(), broken_ = Json::array();
};

/// A trace or a link is walked as it was recorded, unless other steps are asked for: they start from the beginning.
bool walks_recorded_steps(const StepChoice& steps, Document& document) {
  if (!document.origin.recorded()) return false;
  if (!steps.any()) return true;
  document.session = Session(document.session.machine());
  return false;
}

void log_run(const Machine& machine) {
  spdlog::info("scenario {} ({} threads), model {}, lockdep {}, signals {}", machine.scenario().name, machine.thread_count(), machine.code().hash(),
               machine.code().config().lockdep ? "on" : "off", machine.scenario().signals ? "on" : "off");
}

}  // namespace

Result<void> advance(const StepChoice& steps, Document& document) {
  if (walks_recorded_steps(steps, document)) {
    if (steps.limit) document.session.go_to_depth(*steps.limit);
    return {};
  }
  // A picture or a window without a word on steps starts at the beginning.
  if (!steps.limit && !steps.any()) return {};
  const Result<std::string> notice = take_steps(steps, document.session);
  if (!notice) return tl::unexpected(notice.error());
  if (!notice->empty()) document.notice = *notice;
  return {};
}

Result<Document> open_run(const Subject& subject, const StepChoice& steps, const Workspace& workspace) {
  Result<Document> document = workspace.open(subject.origin());
  if (!document) return document;
  if (!document->notice.empty()) spdlog::warn("{}", document->notice);
  StepChoice taken = steps;
  taken.demo = taken.demo || (!document->origin.recorded() && !steps.any() && !document->session.machine().scenario().demo.empty());
  if (const Result<void> advanced = advance(taken, *document); !advanced) return tl::unexpected(advanced.error());
  return document;
}

Result<int> RunCommand::play(Document document, const Workspace& workspace) const {
  const bool recorded = walks_recorded_steps(steps, document);
  Session& session = document.session;
  log_run(session.machine());
  if (!document.notice.empty()) spdlog::warn("{}", document.notice);
  // What was recorded is shown from its first step; its steps are in the session already.
  std::vector<NodeId> nodes;
  std::vector<Demo::Standing> captions;
  std::optional<ChosenSteps> source;
  if (recorded) {
    session.go_to_depth(steps.limit.value_or(std::numeric_limits<int>::max()));  // whichever is selected: all of its branch
    nodes.assign(session.path().begin() + 1, session.path().begin() + 1 + session.depth());
    captions = Demo::of(session.machine()).value_or(Demo()).captions(session);
  } else {
    Result<ChosenSteps> created = ChosenSteps::of(steps, session.machine());
    if (!created) return tl::unexpected(created.error());
    source.emplace(std::move(*created));
  }
  // Whatever makes the answer impossible is told before the run, and before an old recording is touched.
  if (link) {
    if (const Result<std::string> text = link_text(session, workspace.assets()); !text) return tl::unexpected(text.error());
  }
  catch_interrupts();
  Reporter reporter(*this, session.machine(), workspace);
  if (Result<void> begun = reporter.begin(session); !begun) return tl::unexpected(begun.error());
  std::optional<Recorder> recording;
  if (!record.empty()) {
    Result<Recorder> started = Recorder::start(record, session, force);
    if (!started) return tl::unexpected(started.error());
    recording.emplace(std::move(*started));
  }

  // When the recording fails the run still goes on to its end: what is on the screen is not lost. And when nobody sees the
  // screen any more, the recording is not.
  std::optional<Diagnostic> recording_error, screen_error;
  for (std::size_t i = 0; !interrupted(); ++i) {
    NodeId node = kNoNode;
    std::string caption;
    bool by_author = false;
    if (recorded) {
      if (i == nodes.size()) break;
      node = nodes[i];
      for (const Demo::Standing& told : captions) {
        if (told.begin == session.depth(node)) {
          caption = told.text;
          by_author = told.by_author && !told.checked;
        }
      }
    } else {
      Result<bool> more = source->advance(session);
      if (!more) {
        if (recording) (void)recording->finish();
        return tl::unexpected(more.error());
      }
      if (!*more) {
        if (!source->notice().empty()) {
          document.notice = source->notice();
          spdlog::warn("{}", document.notice);
        }
        break;
      }
      node = session.cursor();
      caption = source->caption();
    }
    spdlog::debug("step {}: {}", i + 1, action_name(session.machine(), session.info(node).action));
    if (session.info(node).violations != 0) {
      for (const std::string& name : violation_names(session.info(node).violations)) {
        spdlog::info("step {} violates {}", i + 1, name);
      }
    }
    if (recording && !recording_error) {
      if (Result<bool> written = recording->follow(session, node); !written) recording_error = written.error();
    }
    if (screen_error) continue;
    if (Result<void> printed = reporter.step(session, node, caption, by_author); !printed) screen_error = printed.error();
    if (screen_error && (!recording || recording_error)) return tl::unexpected(*screen_error);
    if (!screen_error) wait_ms(delay_ms);
  }
  if (recording && !recording_error) {
    if (Result<void> closed = recording->finish(); !closed) recording_error = closed.error();
  }
  if (screen_error && !recording_error) return tl::unexpected(*screen_error);
  std::vector<std::string> unmet;
  if (source && source->demo_done() && runs_its_own_code(subject, session.machine())) {
    Result<std::vector<std::string>> found = unmet_expectations(session);
    if (!found) return tl::unexpected(found.error());
    unmet = std::move(*found);
  }
  Result<int> code = screen_error ? Result<int>(kExitOk) : reporter.end(session, document.notice, document.complete, unmet);
  if (recording_error) {
    recording_error->message = "the recording is not complete: " + recording_error->message;
    return tl::unexpected(*recording_error);
  }
  if (!code) return code;
  if (interrupted()) return static_cast<int>(kExitInterrupted);
  spdlog::info("steps: {}", schedule_text(session.machine(), session.actions_to(session.cursor())));
  return code;
}

Result<int> RunCommand::run(const Workspace& workspace) const {
  const Origin origin = subject.origin();
  if (origin.what == Origin::What::kTrace) {
    return fail("this is a trace: `vmalab replay " + subject.target + "` replays it", subject.target);
  }
  Result<Document> document = workspace.open(origin);
  if (!document) return tl::unexpected(document.error());
  if (!interactive) return play(std::move(*document), workspace);
  log_run(document->session.machine());
  if (!document->notice.empty()) spdlog::warn("{}", document->notice);
  if (Result<void> advanced = advance(steps, *document); !advanced) return tl::unexpected(advanced.error());
  return steer(std::move(document->session), workspace);
}

Result<int> ReplayCommand::run(const Workspace& workspace) const {
  Origin origin = subject.origin();
  if (origin.what != Origin::What::kLink) origin.what = Origin::What::kTrace;
  origin.goes_on = goes_on || origin.code.named() || origin.overrides.any();
  if (Result<void> can = output.empty() ? Result<void>() : check_output(output); !can) return tl::unexpected(can.error());
  Result<Document> document = workspace.open(origin);
  if (!document) return tl::unexpected(document.error());
  if (document->differs && !goes_on)
    return fail(document->notice + " --continue goes on along that run, -o FILE writes it",
                origin.what == Origin::What::kLink ? "the link" : origin.text);
  if (!output.empty()) {
    if (Result<void> saved = save_trace(output, document->session, force); !saved) return tl::unexpected(saved.error());
    spdlog::info("wrote {} steps to {}", document->session.node_count() - 1, output.string());
  }
  RunCommand player;
  player.json = json;
  player.delay_ms = delay_ms;
  return player.play(std::move(*document), workspace);
}

}  // namespace vmalab::app
