// SPDX-License-Identifier: GPL-2.0-only
// `vmalab futures`: the point of no return of a run, and what each step that is possible now leads to.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/check_support.h"
#include "app/check_terms.h"
#include "app/commands.h"
#include "app/nearest_run.h"
#include "app/player.h"
#include "base/json.h"
#include "base/words.h"
#include "check/futures.h"
#include "check/report.h"
#include "machine/describe.h"
#include "view/futures_view.h"

namespace vmalab::app {
namespace {

using check::Known;
using Json = nlohmann::ordered_json;

Json json_of(Known known) { return known == Known::kUnknown ? Json() : Json(known == Known::kYes); }

Json json_of(const check::Future& future) {
  Json json{{"avoidable", json_of(future.avoidable)}, {"possible", json_of(future.possible)}};
  if (future.avoidable == Known::kNo) json["endless"] = json_of(future.endless);
  return json;
}

std::string place_text(const Machine& machine, const StepInfo& info) {
  const CodePlace place = place_of(machine, info);
  return place.file.empty() ? "" : " at " + place.file + ":" + std::to_string(place.line) + " in " + place.function + "()";
}

/// What is asked about, and the words for it.
struct Question {
  check::Event event;
  std::string what;   ///< "a violation", "a violation of no-stuck", "a state where EXPR"
  std::string avoid;  ///< "avoided", "missed"
};

class Report {
 public:
  Report(const FuturesCommand& command, Document& document, const Question& question, const check::Futures& futures)
      : command_(command), machine_(document.session.machine()), session_(document.session), question_(question), futures_(futures) {
    json_ = {{"scenario", machine_.scenario().name}, {"model_hash", machine_.code().hash()}, {"steps", steps()}};
    if (command.find.empty())
      json_["about"] = command.judge.empty() ? Json("any check") : Json(words::joined(command.judge, &Property::name));
    else
      json_["goal"] = command.find;
    const std::string code = code_name(machine_.code());
    text_ = machine_.scenario().name + (code.empty() ? "" : ", " + code) + ": " + plural(static_cast<std::size_t>(steps()), "step");
  }

  /// `end`: where the run stops, if there is no point of no return in it.
  void add(const check::NoReturn& no_return, const check::Future& end) {
    json_["happens"] = no_return.happens() ? Json(*no_return.happens()) : Json();
    if (no_return.happens())
      text_ += *no_return.happens() == 0 ? ", " + question_.what + " already at the start"
                                         : ", " + question_.what + " at step " + std::to_string(*no_return.happens());
    text_ += "\n";
    Json json{{"known", no_return.exists() != Known::kUnknown}};
    const std::string without = "an end without " + question_.what;
    if (no_return.exists() == Known::kNo) {
      json["step"] = Json();
      text_ += "no point of no return: where the run stops " + future_sentence(end, question_.what, question_.event.goal != nullptr) + "\n";
    } else if (no_return.exists() == Known::kUnknown) {
      json["not_after"] = no_return.step() ? Json(*no_return.step()) : Json();
      json["after"] = no_return.after() ? Json(*no_return.after()) : Json();
      text_ += "point of no return: not known, because " + futures_.reason() + "\n";
      if (no_return.step()) text_ += "  it is not after step " + std::to_string(*no_return.step()) + "\n";
      if (no_return.after()) text_ += "  it is after step " + std::to_string(*no_return.after()) + ", if there is one\n";
      ++unknown_;
    } else if (*no_return.step() == 0) {
      json["step"] = 0;
      text_ += "point of no return: the start, no run gets to " + without + "\n";
    } else {
      const int step = *no_return.step();
      const StepInfo& info = session_.info(session_.path()[static_cast<std::size_t>(step)]);
      json["step"] = step;
      json["do"] = action_name(machine_, info.action);
      json["at"] = vmalab::place_text(machine_, info.action.thread, info.pc);
      json["what"] = step_text(machine_, info);
      text_ += "point of no return: step " + std::to_string(step) + ", " + action_name(machine_, info.action) + place_text(machine_, info) + "\n  " +
               step_text(machine_, info) + "\n  before it " + without + " could still be reached, after it none can\n";
    }
    lost_ = no_return.exists() == Known::kYes;
    json_["point_of_no_return"] = std::move(json);
  }

  void add(int at, const check::StepFutures& now) {
    const StateValue state = session_.state_at(session_.path()[static_cast<std::size_t>(at)]);
    const bool is_goal = question_.event.goal != nullptr;
    json_["at"] = at;
    json_["here"] = json_of(now.here());
    text_ += (at == 0 ? std::string("at the start: ") : "after step " + std::to_string(at) + ": ") +
             future_sentence(now.here(), question_.what, is_goal) + "\n";
    lost_ = now.here().avoidable == Known::kNo;
    unknown_ += now.here().avoidable == Known::kUnknown;
    Json rows = Json::array();
    std::size_t widest = 0;
    for (const check::StepFutures::Row& row : now.rows()) widest = std::max(widest, action_name(machine_, row.action).size());
    for (const check::StepFutures::Row& row : now.rows()) {
      const std::string name = action_name(machine_, row.action);
      const std::string what = action_text(machine_, state, row.action);
      Json json = json_of(row.after);
      json["do"] = name;
      json["what"] = what;
      json["happens"] = row.is_event;
      rows.push_back(std::move(json));
      unknown_ += row.after.avoidable == Known::kUnknown;
      text_ += "  " + padded(name, widest) + "  " + padded(std::string(future_text(row.after, row.is_event, is_goal)), 40) + "  " + what + "\n";
    }
    if (now.rows().empty()) text_ += "  nothing can happen any more\n";
    if (unknown_ > 0) text_ += "  not known, because " + futures_.reason() + "\n";
    const auto open = [](const check::Future& future) { return future.avoidable == Known::kYes && future.possible == Known::kUnknown; };
    const auto any_open = std::any_of(now.rows().begin(), now.rows().end(), [&](const auto& row) { return open(row.after); });
    if (open(now.here()) || any_open) {
      ++unknown_;
      text_ += "  whether it can happen at all is not known" + std::string(open(now.here()) ? "" : " of every step") + ", because " +
               futures_.reason() + "\n";
    }
    json_["actions"] = std::move(rows);
  }
  void add_happened(int at, int happened) {
    json_["at"] = at;
    json_["here"] = {{"happened", happened}};
    text_ += "after step " + std::to_string(at) + ": it has happened" +
             (happened == 0 ? std::string(", at the start") : ", with step " + std::to_string(happened)) + ", so there is nothing left to be " +
             question_.avoid + "\n";
    lost_ = true;
  }

  Result<int> print_it() {
    if (unknown_ > 0) json_["reason"] = futures_.reason();
    json_["states"] = futures_.progress().states;
    json_["memory_ordering"] = check::ordering_word(machine_.ordering());
    for (const std::string& term : check_terms(command_.subject, command_.judge)) text_ += "with: " + term + "\n";
    add_check_terms(json_, command_.subject, command_.judge);
    if (const std::string tree = lock_code_text(lock_code(machine_)); !tree.empty()) text_ += tree + "\n";
    text_ += std::string(check::ordering_clause(machine_.ordering())) + "\n";
    const Result<void> printed = print(command_.json ? json_text(json_) + "\n" : text_);
    if (!printed) return tl::unexpected(printed.error());
    return static_cast<int>(unknown_ > 0 ? kExitIncomplete : lost_ ? kExitViolation : kExitOk);
  }

  int steps() const { return static_cast<int>(session_.path().size()) - 1; }

 private:
  const FuturesCommand& command_;
  const Machine& machine_;
  const Session& session_;
  const Question& question_;
  const check::Futures& futures_;
  Json json_;
  std::string text_;
  bool lost_ = false;
  int unknown_ = 0;
};

}  // namespace

Result<int> FuturesCommand::run(const Workspace& workspace) const {
  Result<Document> document = open_run(subject, steps, workspace);
  if (!document) return tl::unexpected(document.error());
  const Session& session = document->session;
  const Machine& machine = session.machine();
  const int length = static_cast<int>(session.path().size()) - 1;
  if (at && *at > length)
    return fail("the run has " + plural(static_cast<std::size_t>(length), "step") + ", so there is no step " + std::to_string(*at), "--at");
  if (another_ending || !to_line.empty()) return print_nearest_run(*this, session, at.value_or(0));
  Question question{{~PropertySet{0}, nullptr}, "a violation", "avoided"};
  std::optional<Program> goal;
  if (!find.empty()) {
    Result<Program> expression = machine.expression(find, "--find");
    if (!expression) return tl::unexpected(expression.error());
    goal = std::move(*expression);
    question = {{0, &*goal}, "a state where " + find, "missed"};
  } else if (!judge.empty()) {
    question.event.breaks = 0;
    for (const Property* property : judge) question.event.breaks |= bit_of(*property);
    question.what += " of " + words::joined(judge, &Property::name, " or ");
  }
  catch_interrupts();
  check::Futures futures(machine, question.event, {budget.states, memory_limit(budget)});
  check::NoReturn no_return(futures, session.actions_to(session.path().back()));
  check::drive(no_return, show_progress);
  Report report(*this, *document, question, futures);
  // Where the run stops it may be out of reach, or just not there yet.
  check::StepFutures end(futures, session.state_at(session.path().back()));
  if (no_return.exists() == Known::kNo && !no_return.happens()) check::drive(end, show_progress);
  report.add(no_return, end.here());
  if (at && no_return.happens() && *no_return.happens() <= *at) {
    report.add_happened(*at, *no_return.happens());
  } else if (at) {
    check::StepFutures now(futures, session.state_at(session.path()[static_cast<std::size_t>(*at)]));
    check::drive(now, show_progress);
    report.add(*at, now);
  }
  clear_progress();
  return report.print_it();
}

}  // namespace vmalab::app
