// SPDX-License-Identifier: GPL-2.0-only
#include "view/beside_view.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "run/state_fields.h"
#include "view/thread_view.h"

namespace vmalab {
namespace {

const TwoRuns::Row& row_at(const TwoRuns& runs, int row) { return runs.rows()[static_cast<std::size_t>(row)]; }
const Machine& machine_of(const TwoRuns& runs, std::size_t side) { return runs.sessions()[side].machine(); }

std::string steps_text(int count) { return std::to_string(count) + words::plural(static_cast<std::uint64_t>(count), " step"); }

/// Columns of four: two sides share the width.
std::string without_tabs(std::string_view line) {
  std::string out;
  for (const char c : line) c == '\t' ? out.append(4 - out.size() % 4, ' ') : out.append(1, c);
  return out;
}

/// The C around a step.
void add_code(const Machine& machine, const StepInfo& info, BesideStep& step) {
  const CodePlace place = place_of(machine, info);
  if (place.line == 0) return;
  step.line = place.line;
  step.place = place.function + ", " + place.file.substr(place.file.find_last_of('/') + 1) + ":" + std::to_string(place.line);
  for (const SourceFile& file : machine.code().files()) {
    if (file.path != place.file) continue;
    const auto count = static_cast<std::uint32_t>(file.lines.size());
    step.first = place.line > BesideView::kContext ? place.line - BesideView::kContext : 1;
    for (std::uint32_t l = step.first; l <= std::min(count, place.line + BesideView::kContext); ++l)
      step.code.push_back(without_tabs(file.lines[l - 1]));
  }
}

BesideStep step_of(const TwoRuns& runs, int row, std::size_t side) {
  BesideStep step;
  step.depth = row_at(runs, row).depth[side];
  if (row == 0) {
    step.text = "the start";
    return step;
  }
  const Machine& machine = machine_of(runs, side);
  if (const StepInfo* info = runs.step(side, row)) {
    step.taken = true;
    step.thread = info->action.thread;
    step.text = step_text(machine, *info);
    step.broken = words::list(properties_in(info->violations), &Property::name);
    if (!step.broken.empty()) step.broken = "breaks " + step.broken;
    add_code(machine, *info, step);
    return step;
  }
  const StepInfo& others = *runs.step(1 - side, row);
  step.thread = others.action.thread;
  const bool branches = runs.parting() && runs.parting()->why == Parting::Why::kSchedule;
  const bool looks = !runs.parting() || row < runs.parting()->row;
  const bool over = branches && step.depth == runs.sessions()[side].depth();
  if (over) {
    step.text = "this branch has ended";
  } else if (looks) {
    step.text = "no such step";
  } else {
    const StateValue state = runs.state_at(side, row);
    const std::string next = next_step_text(machine, state, step.thread), waits = blocked_text(machine, state, step.thread);
    const bool done = machine.done(state, step.thread);
    step.text = done ? "has finished here" : !waits.empty() ? "cannot step here: " + waits : "no such step; the next would " + next;
  }
  return step;
}

/// What a thread is about, and what it holds.
std::string thread_line(const Machine& machine, const State& state, const ThreadRow& row) {
  const std::string holds = holds_text(machine, state, row.id);
  std::string text = row.done ? "finished" : !row.blocked.empty() ? row.blocked : "next: " + row.next;
  if (row.signal_pending) text += ", a fatal signal pending";
  return holds.empty() ? text : holds + "  \xc2\xb7  " + text;
}

/// Everything that is compared, after a row.
struct Compared {
  std::array<StateValue, 2> states;
  std::array<VmaView, 2> vmas;
  std::vector<BesideLine> lines;
  bool same_word = true, same_references = true, same_sequence = true;

  Compared(const TwoRuns& runs, int row, VmaId vma) {
    for (const std::size_t side : {0u, 1u}) {
      states[side] = runs.state_at(side, row);
      if (row == 0) {
        vmas[side] = vma_view(machine_of(runs, side), states[side], nullptr, vma, 0);
      } else {
        const StateValue before = runs.state_at(side, row - 1);
        const State& old = before;
        vmas[side] = vma_view(machine_of(runs, side), states[side], &old, vma, 0);
      }
    }
    const VmaView &a = vmas[0], &b = vmas[1];
    same_word = a.text == b.text && a.exact == b.exact;
    same_references = std::equal(a.holders.begin(), a.holders.end(), b.holders.begin(), b.holders.end(),
                                 [](const HolderRow& x, const HolderRow& y) { return x.text == y.text && x.kind == y.kind && x.thread == y.thread; });
    same_sequence = a.lock_seq == b.lock_seq && a.mm_seq == b.mm_seq && a.seq_meaning == b.seq_meaning;
    add_lines(runs, vma);
  }

  void add(std::string label, std::optional<ThreadId> thread, std::array<std::string, 2> text) {
    const bool same = text[0] == text[1];
    lines.push_back({std::move(label), thread, std::move(text), same, false});
  }

  void add_lines(const TwoRuns& runs, VmaId vma) {
    std::vector<std::string> shown{word_name(machine_of(runs, 0), vma_address(vma.value)),
                                   word_name(machine_of(runs, 0), vma_address(vma.value, VmaField::kLockSeq))};
    if (vmas[0].mm) {
      for (const MmField field : {MmField::kMmLockSeq, MmField::kMmapLock, MmField::kVmaWriterWait})
        shown.push_back(word_name(machine_of(runs, 0), mm_address(vmas[0].mm->value, field)));
    }
    for (const FactRow& fact : vmas[0].facts) {
      if (fact.label != "mmap_lock" && fact.label != "waiter") continue;
      const auto other = std::find_if(vmas[1].facts.begin(), vmas[1].facts.end(), [&](const FactRow& f) { return f.label == fact.label; });
      if (other == vmas[1].facts.end()) continue;
      add(fact.label, std::nullopt, {fact_text(machine_of(runs, 0), fact), fact_text(machine_of(runs, 1), *other)});
    }
    const std::array<std::vector<ThreadRow>, 2> rows{thread_rows(machine_of(runs, 0), states[0], nullptr),
                                                     thread_rows(machine_of(runs, 1), states[1], nullptr)};
    for (std::size_t t = 0; t < rows[0].size() && t < rows[1].size(); ++t) {
      add(rows[0][t].name, rows[0][t].id,
          {thread_line(machine_of(runs, 0), states[0], rows[0][t]), thread_line(machine_of(runs, 1), states[1], rows[1][t])});
    }
    for (const DifferingField& field : differing_fields(machine_of(runs, 0), states[0], machine_of(runs, 1), states[1])) {
      const bool there = address_kind(field.address) == ObjectKind::kTask || std::find(shown.begin(), shown.end(), field.name) != shown.end();
      if (!there) add(field.name, std::nullopt, field.values);
    }
  }
};

std::string parted_text(const TwoRuns& runs) {
  switch (runs.parting()->why) {
    case Parting::Why::kStart: return "They begin in other states.";
    case Parting::Why::kNotEnabled: return "Here they part: the step can happen in one of them alone.";
    case Parting::Why::kInstruction: return "Here they part: each does something else.";
    case Parting::Why::kResult: return "Here they part: the same access has another result.";
    case Parting::Why::kChecks: return "Here they part: what one of them breaks holds in the other.";
    case Parting::Why::kState: return "Here they part: they hold, or leave, something else.";
    case Parting::Why::kSchedule: return "Here the branches part.";
  }
  return {};
}

void tell_where(const TwoRuns& runs, int row, int of, BesideView& view) {
  const int last = static_cast<int>(runs.rows().size()) - 1;
  const bool branches = runs.parting() && runs.parting()->why == Parting::Why::kSchedule;
  if (runs.parting() && row >= runs.parting()->row) {
    view.where = row == runs.parting()->row ? BesideView::Where::kParting : BesideView::Where::kBehind;
    view.sentence = row == runs.parting()->row ? parted_text(runs)
                    : branches                 ? "After the fork: each goes its own way."
                                               : "After the parting: each goes on by the same schedule, as far as it can.";
    return;
  }
  const std::string rest = !runs.parting() && of > 0 ? " Compared so far: " + words::grouped(static_cast<std::uint64_t>(last)) + " of " +
                                                           words::grouped(static_cast<std::uint64_t>(of)) + " steps."
                           : runs.parting() ? " They part " + steps_text(runs.parting()->row - row) + " from here."
                           : row < last     ? " They do not part in this run."
                                            : " They have not parted.";
  if (row > 0 && !row_at(runs, row).both()) {
    view.where = BesideView::Where::kLookAlone;
    view.sentence = "Only " + view.names[row_at(runs, row).stepped[0] ? 0 : 1] + " looks here, which changes nothing." + rest;
    return;
  }
  view.sentence = (row == 0 ? "Both are at the start." : "The same so far.") + rest;
}

}  // namespace

BesideView beside_view(const TwoRuns& runs, int row, VmaId vma, int of) {
  BesideView view;
  view.names = runs.names();
  tell_where(runs, row, of, view);
  for (const std::size_t side : {0u, 1u}) view.steps[side] = step_of(runs, row, side);
  const BesideStep &a = view.steps[0], &b = view.steps[1];
  view.same_step = a.taken == b.taken && a.thread == b.thread && a.text == b.text && a.broken == b.broken;
  const auto line_of = [](const BesideStep& step) {
    return step.code.empty() ? std::string()
                             : std::string(words::trimmed(step.code[step.line - step.first])) + step.place.substr(0, step.place.find(','));
  };
  view.same_code = line_of(a) == line_of(b);
  Compared now(runs, row, vma);
  view.vmas = now.vmas;
  view.same_word = now.same_word;
  view.same_references = now.same_references;
  view.same_sequence = now.same_sequence;
  view.lines = std::move(now.lines);
  if (row > 0) {
    const Compared before(runs, row - 1, vma);
    view.word_anew = !view.same_word && before.same_word;
    view.references_anew = !view.same_references && before.same_references;
    view.sequence_anew = !view.same_sequence && before.same_sequence;
    for (BesideLine& line : view.lines) {
      if (line.same) continue;
      const auto old = std::find_if(before.lines.begin(), before.lines.end(), [&](const BesideLine& l) { return l.label == line.label; });
      line.anew = old == before.lines.end() || old->same;
    }
  } else {
    view.word_anew = !view.same_word;
    view.references_anew = !view.same_references;
    view.sequence_anew = !view.same_sequence;
    for (BesideLine& line : view.lines) line.anew = !line.same;
  }
  const bool parts = view.where == BesideView::Where::kParting;
  view.anything_anew = parts || view.word_anew || view.references_anew || view.sequence_anew ||
                       std::any_of(view.lines.begin(), view.lines.end(), [](const BesideLine& line) { return line.anew; });
  return view;
}

}  // namespace vmalab
