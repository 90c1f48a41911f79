// SPDX-License-Identifier: GPL-2.0-only
#include "lesson/task.h"

#include <algorithm>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/property.h"
#include "machine/words.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

using Kind = Answer::Kind;

constexpr const char* kNobody = "nobody";
constexpr const char* kNone = "none";

const std::vector<ThreadSetup>& threads_of(const Machine& machine) { return machine.scenario().threads; }

struct Lines {
  std::size_t file = 0, first = 0, last = 0;  ///< lines from 1
};

/// Of a function, or of a macro that is called like one.
std::optional<Lines> lines_of(const CodeBase& code, const std::string& name) {
  if (const CodeBase::Function* function = code.find(name))
    return Lines{function->definition.file, function->definition.line, function->body_end.line};
  std::optional<Lines> found;
  for (std::size_t f = 0; f < code.files().size(); ++f) {
    const std::vector<std::string_view>& lines = code.files()[f].lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].starts_with("#define " + name + "(")) continue;
      std::size_t last = i;
      while (last + 1 < lines.size() && lines[last].ends_with("\\")) ++last;
      found = Lines{f, i + 1, last + 1};
    }
  }
  return found;
}

Result<bool> is_right(const Machine& machine, const LessonStep& step, const std::string& choice, const State& after,
                      const std::vector<StepInfo>& revealed) {
  const auto thread = [&]() -> Result<ThreadId> {
    if (const std::optional<ThreadId> found = machine.find_thread(choice)) return *found;
    return fail("there is no thread '" + choice + "'; there are " + words::list(threads_of(machine), &ThreadSetup::name));
  };
  switch (step.answer.kind) {
    case Kind::kValue: {
      const Result<Program> asked = machine.expression(step.answer.expression, "the answer");
      if (!asked) return tl::unexpected(asked.error());
      const Result<Program> value = machine.expression(choice, "a choice");
      if (!value) return tl::unexpected(value.error());
      return machine.evaluate(*asked, after) == machine.evaluate(*value, after);
    }
    case Kind::kYes: {
      const Result<Program> asked = machine.expression(step.answer.expression, "the answer");
      if (!asked) return tl::unexpected(asked.error());
      return (machine.evaluate(*asked, after) != 0) == (choice == choice_texts(machine, step).front());
    }
    case Kind::kCanStep: {
      if (choice == kNobody) {
        ActionList enabled;
        machine.enabled(after, enabled);
        return enabled.count == 0;
      }
      const Result<ThreadId> id = thread();
      if (!id) return tl::unexpected(id.error());
      return machine.can_step(after, *id);
    }
    case Kind::kWoken: {
      const auto woken = [&](ThreadId id) {
        return std::any_of(revealed.begin(), revealed.end(), [&](const StepInfo& info) { return info.woken == id.value; });
      };
      if (choice == kNobody) {
        return std::none_of(revealed.begin(), revealed.end(), [](const StepInfo& info) { return info.woken != kNoThread; });
      }
      const Result<ThreadId> id = thread();
      if (!id) return tl::unexpected(id.error());
      return woken(*id);
    }
    case Kind::kBroken: {
      PropertySet broken = 0;
      for (const StepInfo& info : revealed) broken |= info.violations;
      if (choice == kNone) return broken == 0;
      const Property* check = find_property(choice);
      if (check == nullptr) return fail("there is no check '" + choice + "'");
      return (broken & bit_of(*check)) != 0;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> choice_texts(const Machine& machine, const LessonStep& step) {
  if (!step.choices.empty()) return step.choices;
  std::vector<std::string> texts;
  if (step.answer.kind == Kind::kYes) return {"Yes", "No"};
  if (step.answer.kind == Kind::kCanStep || step.answer.kind == Kind::kWoken) {
    for (const ThreadSetup& thread : threads_of(machine)) texts.push_back(thread.name);
    texts.emplace_back(kNobody);
  }
  return texts;
}

Result<std::vector<LessonChoice>> choices_of(const Machine& machine, const LessonStep& step, const State& after,
                                             const std::vector<StepInfo>& revealed) {
  std::vector<LessonChoice> choices;
  for (std::string& text : choice_texts(machine, step)) {
    const Result<bool> right = is_right(machine, step, text, after, revealed);
    if (!right) return tl::unexpected(right.error());
    choices.push_back({std::move(text), *right});
  }
  return choices;
}

bool goal_reached(const Session& session, const LessonGoal& goal, NodeId start) {
  if (goal.breaks != nullptr) {
    for (NodeId node = session.cursor(); node != start && node != kRootNode; node = session.parent(node)) {
      if ((session.info(node).violations & bit_of(*goal.breaks)) != 0) return true;
    }
    return false;
  }
  const Result<Program> program = session.machine().expression(goal.expression, "the goal");
  return program && session.machine().evaluate(*program, session.state()) != 0;
}

Result<std::unique_ptr<WaySearch>> WaySearch::begin(const Machine& machine, const State& from, const LessonGoal& goal) {
  check::CheckOptions options;
  options.jobs = 1;  // pieces are small
  options.goals = false;
  options.from = StateValue(from);
  if (goal.breaks != nullptr) {
    options.only = {goal.breaks};
  } else {
    options.goal = goal.expression;
  }
  std::unique_ptr<WaySearch> search(new WaySearch(machine));
  Result<std::unique_ptr<check::Check>> check = check::Check::begin(search->machine_, options);
  if (!check) return tl::unexpected(check.error());
  search->check_ = std::move(*check);
  return search;
}

Result<GoalWay> WaySearch::way() const {
  Result<check::CheckReport> report = check_->report();
  if (!report) return tl::unexpected(report.error());
  switch (report->verdict) {
    case check::CheckReport::Verdict::kViolation:
    case check::CheckReport::Verdict::kGoalFound: return GoalWay(std::move(report->trace));
    case check::CheckReport::Verdict::kIncomplete: return fail("it could not be decided: " + report->reason);
    default: return GoalWay();
  }
}

Result<GoalWay> shortest_way(const Machine& machine, const State& from, const LessonGoal& goal, const check::ProgressFunction& progress) {
  const Result<std::unique_ptr<WaySearch>> search = WaySearch::begin(machine, from, goal);
  if (!search) return tl::unexpected(search.error());
  check::drive(**search, progress);
  return (*search)->way();
}

std::string goal_text(const LessonGoal& goal) { return goal.breaks != nullptr ? std::string(goal.breaks->name) + " is broken" : goal.expression; }

Result<Spot> find_spot(const Machine& machine, const Highlight& highlight) {
  Spot spot;
  spot.kind = highlight.kind;
  spot.name = highlight.name;
  switch (highlight.kind) {
    case Highlight::Kind::kPanel: return spot;
    case Highlight::Kind::kThread:
      spot.thread = machine.find_thread(highlight.name);
      if (spot.thread) return spot;
      return fail("there is no thread '" + highlight.name + "'; there are " + words::list(threads_of(machine), &ThreadSetup::name));
    case Highlight::Kind::kField: {
      const std::string object = highlight.name.substr(0, highlight.name.find("->"));
      constexpr Word kMostWords = 64;
      for (const ObjectName& one : machine.objects()) {
        if (one.name != object) continue;
        for (Word at = 0; at < kMostWords && spot.address == 0; ++at) {
          if (word_name(machine, one.address + at) == highlight.name) spot.address = one.address + at;
        }
      }
      if (spot.address != 0) return spot;
      return fail("there is no field '" + highlight.name + "'; expected one as steps name it, \"vma0->vm_refcnt\" or \"mm0->vma_writer_wait\"");
    }
    case Highlight::Kind::kLine: {
      const std::optional<Lines> where = lines_of(machine.code(), highlight.name);
      if (!where) return fail("there is no function '" + highlight.name + "'");
      const std::vector<std::string_view>& lines = machine.code().files()[where->file].lines;
      for (std::size_t line = where->first; line <= where->last && line <= lines.size(); ++line) {
        if (lines[line - 1].find(highlight.line) == std::string_view::npos) continue;
        spot.file = static_cast<int>(where->file);
        spot.line = static_cast<int>(line);
        return spot;
      }
      return fail(highlight.name + "() has no line with '" + highlight.line + "'");
    }
  }
  return spot;
}

}  // namespace vmalab
