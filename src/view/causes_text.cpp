// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <filesystem>

#include "base/words.h"
#include "machine/state.h"
#include "view/chain.h"

namespace vmalab {
namespace {

const std::string& name_of(const Machine& machine, ThreadId t) { return machine.scenario().threads[t.value].name; }

std::string since_text(int since) { return since == 0 ? "from the start" : "since step " + std::to_string(since); }

/// "vma0->vm_refcnt 1 (since step 4), r1:vma vma0 (from the start)"; of values without a name the step that made them.
std::string read_text(const Machine& machine, const CauseStep& step, const std::vector<CauseValue>& read) {
  std::vector<std::string> parts;
  for (const CauseValue& value : read) {
    const std::string name = value.name.empty() ? "what " + name_of(machine, step.thread) + " had from step " + std::to_string(value.since)
                                                : value.name;
    parts.push_back(name + " = " + value.value + (value.name.empty() ? "" : " (" + since_text(value.since) + ")"));
  }
  return words::list(parts);
}

/// Behind the number of the step: ", in vma_start_read() (kernel/mmap_lock.c:167): r1 adds 1 to vma0->vm_refcnt (1 -> 2)".
std::string step_of(const Machine& machine, const CauseStep& step) {
  const std::string where = where_text(step.place);
  return (where.empty() ? "" : ", " + where) + ": " + name_of(machine, step.thread) + " " + step.did;
}

/// `told`: the step that the line before has named already.
void add_chain(const Machine& machine, const std::vector<CauseLink>& chain, bool more, int told, std::vector<std::string>& lines) {
  for (const CauseLink& link : chain) {
    const std::string read = link.read.empty() ? "nothing for that" : read_text(machine, link.step, link.read);
    if (link.step.depth == told) {
      lines.back() += " That step had read " + read + ".";
    } else {
      lines.push_back("Step" + cause_step_text(machine, link.step).substr(4) + ". It had read " + read + ".");
    }
  }
  if (more) lines.emplace_back("... and further back.");
}

std::string amount_text(Word amount) { return amount == kExcludeReadersFlag ? "FLAG" : refcount_text(amount); }

}  // namespace

std::string deed_text(const Machine& machine, const StepInfo& info) {
  const bool counts = info.op == Op::kRefIncLimited || info.op == Op::kRefAddNotZero || info.op == Op::kRefAdd || info.op == Op::kRefSubAndTest;
  const auto change = static_cast<std::int32_t>(info.new_value - info.old_value);
  if (info.action.kind == Action::Kind::kStep && counts && change != 0) {
    const Word amount = change > 0 ? static_cast<Word>(change) : static_cast<Word>(-change);
    return (change > 0 ? "adds " + amount_text(amount) + " to " : "takes " + amount_text(amount) + " off ") + word_name(machine, info.address) +
           " (" + word_text(machine, info.address, info.old_value) + " -> " + word_text(machine, info.address, info.new_value) + ")";
  }
  if (info.action.kind == Action::Kind::kSignal) return "is sent a fatal signal";
  std::string text = step_text(machine, info);
  const std::string changes = word_name(machine, info.address) + " " + word_text(machine, info.address, info.old_value) + " -> ";
  if (info.address != 0 && text.starts_with(changes)) text = "makes " + text;
  return text;
}

std::string where_text(const CodePlace& place) {
  if (place.function.empty()) return {};
  return "in " + place.function + "()" + (place.line == 0 ? "" : " (" + place.file + ":" + std::to_string(place.line) + ")");
}

std::string cause_step_text(const Machine& machine, const CauseStep& step) { return "step " + std::to_string(step.depth) + step_of(machine, step); }

std::vector<std::string> value_causes_text(const Machine& machine, const ValueCauses& causes) {
  std::vector<std::string> lines;
  const std::string at = causes.at == 0 ? "at the start" : "after step " + std::to_string(causes.at);
  if (causes.values.empty()) return {causes.sentence + ": it is made of nothing that could change."};
  const bool made_of_others = causes.values.size() > 1 || causes.values.front().sentence != causes.sentence;
  if (causes.since.depth == 0) {
    const std::string until = causes.at == 0 ? "" : ", and was so all the time up to step " + std::to_string(causes.at);
    const bool untouched = !made_of_others && causes.rewritten.depth == 0;
    lines.push_back(causes.sentence + " from the start" +
                    (!untouched       ? until
                     : causes.at == 0 ? ": nobody has written it yet"
                                      : ": nobody has written it up to step " + std::to_string(causes.at)) +
                    ".");
  } else {
    const std::string was = causes.before.empty() ? "" : " Before, it was " + causes.before + ".";
    lines.push_back(causes.sentence + " " + since_text(causes.since.depth) + step_of(machine, causes.since) + "." + was);
  }
  if (causes.rewritten.depth > 0) {
    lines.push_back("It was written again, and stayed as it was, at step " + std::to_string(causes.rewritten.depth) +
                    step_of(machine, causes.rewritten) + ".");
  }
  if (made_of_others) {
    std::vector<std::string> parts;
    for (const CauseValue& value : causes.values) parts.push_back(value.sentence + " " + since_text(value.since));
    lines.push_back("It is made of these: " + words::joined(parts, {}, "; ") + ".");
  }
  add_chain(machine, causes.chain, causes.more, lines.size() == 1 ? causes.since.depth : 0, lines);
  return lines;
}

std::vector<std::string> next_text(const Machine& machine, const ValueCauses& causes) {
  std::vector<std::string> lines;
  const auto add = [&](const char* what, const CauseStep& step, const std::string& otherwise, const std::string& more = "") {
    lines.push_back(step.depth == 0 ? otherwise : std::string(what) + " " + cause_step_text(machine, step) + more + ".");
  };
  add("Read next at", causes.next_read, "Nobody reads it after this step.");
  add("Written next at", causes.next_write, "Nobody writes it after this step.");
  if (causes.next_change.depth == 0) {
    lines.emplace_back("It stays " + causes.value + " to the end of this run.");
  } else if (causes.next_change.depth != causes.next_write.depth || !causes.after.empty()) {
    lines.push_back("It changes " + (causes.after.empty() ? "" : "to " + causes.after + " ") + "at step " + std::to_string(causes.next_change.depth) +
                    (causes.next_change.depth == causes.next_write.depth ? "" : step_of(machine, causes.next_change)) + ".");
  }
  return lines;
}

std::vector<std::string> thread_causes_text(const Machine& machine, const ThreadCauses& causes) {
  std::vector<std::string> lines;
  const std::string since = causes.since.depth == 0 ? "" : " That is so since " + cause_step_text(machine, causes.since) + ".";
  lines.push_back(causes.sentence + "." + (causes.status == ThreadStatus::kCanStep ? "" : since));
  if (causes.status == ThreadStatus::kCanStep || causes.status == ThreadStatus::kDone) return lines;
  for (const Obstacle& obstacle : causes.obstacles) {
    std::string line = name_of(machine, obstacle.thread) + " " + obstacle.what;
    if (obstacle.since.depth > 0) line += " since " + cause_step_text(machine, obstacle.since);
    if (!obstacle.can_step) line += "; it cannot go on itself: it " + obstacle.blocked_text;
    lines.push_back(line + ".");
  }
  const std::string& name = name_of(machine, causes.thread);
  if (!causes.way.empty()) {
    std::vector<std::string> turns;
    for (const ThreadCauses::Turn& turn : causes.way) {
      turns.push_back(std::to_string(turn.steps) + words::plural(static_cast<std::uint64_t>(turn.steps), " step") + " of " +
                      name_of(machine, turn.thread));
    }
    lines.push_back(words::joined(turns, {}, ", then ") + " would free " + name + "; the last " + causes.last_did +
                    (causes.last_place.function.empty() ? "" : ", " + where_text(causes.last_place)) + ".");
  } else if (!causes.obstacles.empty()) {  // else the sentence has said it
    lines.push_back("No steps of others would free it: " + causes.no_way + ".");
  }
  if (causes.signal_would_free) lines.push_back("A fatal signal to " + name + " would free it, too.");
  if (causes.freed.depth > 0) lines.push_back("In this run it can go on from " + cause_step_text(machine, causes.freed) + ".");
  return lines;
}

std::string by_way_text(const CauseValue& value) { return value.sentence + " on the way that it took: no step wrote it"; }

std::vector<std::string> property_causes_text(const Machine& machine, const PropertyCauses& causes) {
  std::vector<std::string> lines;
  if (!causes.broken) {
    lines.push_back(causes.sentence + ".");
    if (causes.property->kind == Property::Kind::kCanFinish) return lines;
    lines.push_back(causes.nearest == 0 ? "Nothing breaks it in this run." : "It is broken at step " + std::to_string(causes.nearest) + ".");
    return lines;
  }
  lines.push_back(std::string(causes.property->name) + " is broken: " + causes.sentence + ".");
  if (causes.since.depth > 0) lines.push_back("That is by " + cause_step_text(machine, causes.since) + ".");
  if (!causes.term.empty()) lines.push_back("False" + std::string(causes.before ? " before that step" : "") + ": " + causes.term);
  for (const CauseValue& value : causes.values) {
    if (value.by_way) {
      lines.push_back(by_way_text(value) + ".");
      continue;
    }
    lines.push_back((value.name.empty() && value.since > 0 ? value.sentence + ", from step " + std::to_string(value.since)
                                                           : value.sentence + " " + since_text(value.since)) +
                    ".");
  }
  add_chain(machine, causes.chain, causes.more, 0, lines);
  for (const ThreadCauses& thread : causes.stuck) {
    for (const std::string& line : thread_causes_text(machine, thread)) lines.push_back(line);
  }
  return lines;
}

}  // namespace vmalab
