// SPDX-License-Identifier: GPL-2.0-only
#include "check/evidence.h"

#include <algorithm>
#include <map>

namespace vmalab::check {
namespace {

/// Lines of C that some thread's program contains and no step ever ran, and of a kernel tree every place that one contains.
void note_lines(CheckReport& report, const Machine& machine, const Coverage& coverage) {
  struct Line {
    std::string function;
    bool ran = false;
    std::map<std::uint16_t, CheckReport::Part> columns;
  };
  std::map<std::pair<std::uint16_t, std::uint32_t>, Line> lines;
  for (std::size_t p = 0; p < machine.programs().size(); ++p) {
    const Program& program = machine.programs()[p];
    for (std::size_t i = 0; i < program.code.size(); ++i) {
      const Instr& instr = program.code[i];
      if (instr.pos.line == 0 || instr.op == Op::kJump || instr.op == Op::kEnd) continue;
      Line& line = lines[{instr.pos.file, instr.pos.line}];
      CheckReport::Part seen;
      seen.ran = coverage.ran[p][i];
      if (instr.op == Op::kJumpIf || instr.op == Op::kJumpIfNot) {
        const bool on_true = (instr.op == Op::kJumpIf) == (instr.imm == 0);
        seen.decides = true;
        seen.was_true = (on_true ? coverage.jumped : coverage.passed)[p][i];
        seen.was_false = (on_true ? coverage.passed : coverage.jumped)[p][i];
      }
      line.ran = line.ran || seen.ran;
      line.columns[instr.pos.column].add(seen);
      line.function = program.frames[instr.frame].function;
    }
  }
  for (const Program& program : machine.programs()) {
    for (const DecidedCondition& condition : program.decided) {
      if (condition.pos.line == 0) continue;
      Line& line = lines[{condition.pos.file, condition.pos.line}];
      line.function = condition.function;
      CheckReport::Part seen;
      line.ran = seen.ran = seen.decides = true;
      (condition.outcome ? seen.was_true : seen.was_false) = true;
      line.columns[condition.pos.column].add(seen);
    }
  }
  report.unreached_lines.clear();
  report.parts.clear();
  for (const auto& [place, line] : lines) {
    const SourceFile& file = machine.code().files()[place.first];
    if (!line.ran) report.unreached_lines.push_back({file.path, line.function, place.second});
    if (file.origin != SourceFile::Origin::kKernelTree) continue;
    for (auto [column, part] : line.columns) {
      static_cast<CheckReport::Line&>(part) = {file.path, line.function, place.second};
      part.column = column;
      report.parts.push_back(std::move(part));
    }
  }
}

std::vector<const Property*> vacuous_checks(const Machine& machine, const Coverage& coverage, bool locks_met, const CheckReport& report,
                                            bool decided) {
  Happened happened;
  happened.decided = decided;
  for (std::size_t p = 0; p < machine.programs().size(); ++p) {
    const Program& program = machine.programs()[p];
    for (std::size_t i = 0; i < program.code.size(); ++i) {
      if (!coverage.ran[p][i]) continue;
      const Instr& instr = program.code[i];
      happened.ops[static_cast<std::size_t>(instr.op)] = true;
      happened.looked_up = happened.looked_up || (instr.op == Op::kLockReturn && (instr.imm & kIsLookup) != 0);
    }
  }
  happened.locks_met = locks_met;
  happened.was_zero = std::find(report.refcnt_values.begin(), report.refcnt_values.end(), 0u) != report.refcnt_values.end();
  std::vector<const Property*> result;
  for (const Property* property : kProperties) {
    if (property == &properties::kOrderedAccess && machine.ordering() == Ordering::kSc) continue;  // no question there
    if (!property->exercised(happened)) result.push_back(property);
  }
  return result;
}

}  // namespace

void add_evidence(CheckReport& report, const StateGraph& graph, const SearchResult& result, bool decided) {
  report.states = result.states;
  report.transitions = result.transitions;
  report.final_states = result.final_states;
  report.depth_histogram = result.level_sizes;
  report.depth = static_cast<int>(result.level_sizes.size()) - 1;
  report.table_mib = static_cast<double>(result.bytes) / (1 << 20);
  const auto values = graph.refcnt_values();
  const auto edges = graph.refcnt_edges();
  report.refcnt_values.assign(values.begin(), values.end());
  report.refcnt_edges.assign(edges.begin(), edges.end());
  const Twins& twins = graph.reductions().twins();
  report.reduction_notes = graph.reductions().notes();
  report.symmetry = report.symmetry && (twins.notes().empty() || !twins.groups().empty());
  add_evidence_of_code(report, graph.machine(), graph.coverage(), graph.locks_met(), decided);
}

void add_evidence_of_code(CheckReport& report, const Machine& machine, const Coverage& coverage, bool locks_met, bool decided) {
  note_lines(report, machine, coverage);
  report.lock_code = lock_code(machine, [&](std::size_t p, std::size_t pc) { return static_cast<bool>(coverage.ran[p][pc]); });
  if (report.lock_code.has_tree) report.model_functions.assign(report.lock_code.model.begin(), report.lock_code.model.end());
  report.vacuous_checks = vacuous_checks(machine, coverage, locks_met, report, decided);
}

}  // namespace vmalab::check
