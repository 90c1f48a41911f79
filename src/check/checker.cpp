// SPDX-License-Identifier: GPL-2.0-only
#include "check/checker.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "check/available_memory.h"
#include "check/confirm.h"
#include "check/shortest_trace.h"

namespace vmalab::check {
namespace {

/// Lines of C that some thread's program contains: those that no step ever ran, and of a kernel tree those that one did.
void note_lines(CheckReport& report, const Machine& machine, const Coverage& coverage) {
  std::map<std::pair<std::uint16_t, std::uint32_t>, std::pair<bool, std::string>> lines;
  for (std::size_t p = 0; p < machine.programs().size(); ++p) {
    const Program& program = machine.programs()[p];
    for (std::size_t i = 0; i < program.code.size(); ++i) {
      const Instr& instr = program.code[i];
      if (instr.pos.line == 0 || instr.op == Op::kJump || instr.op == Op::kEnd) continue;
      auto& [ran, function] = lines[{instr.pos.file, instr.pos.line}];
      ran = ran || coverage.ran[p][i];
      function = program.frames[instr.frame].function;
    }
  }
  report.unreached_lines.clear();
  report.reached_lines.clear();
  for (const auto& [place, line] : lines) {
    const SourceFile& file = machine.code().files()[place.first];
    if (!line.first) report.unreached_lines.push_back({file.path, line.second, place.second});
    else if (file.origin == SourceFile::Origin::kKernelTree) report.reached_lines.push_back({file.path, line.second, place.second});
  }
}

/// "vma_end_read() is", "vma_start_read() and vma_end_read() are".
std::string in_words(const std::set<std::string>& functions) {
  std::string text;
  std::size_t n = 0;
  for (const std::string& name : functions) text += (n == 0 ? "" : n + 1 == functions.size() ? " and " : ", ") + name + "()", ++n;
  return text + (n == 1 ? " is" : " are");
}

/// What happened in a search, as far as checks depend on it.
struct Happened {
  std::vector<bool> ops = std::vector<bool>(static_cast<std::size_t>(Op::kCount));  ///< instructions that ran
  bool looked_up = false;     ///< a lookup returned
  bool locks_met = false;     ///< there were read locks and write locks
  bool was_zero = false;      ///< a vm_refcnt was 0
  bool complete = false;      ///< all states were seen
};

/// Whether anything happened that the check could have objected to.
bool had_something_to_judge(CheckId id, const Happened& happened) {
  const auto any = [&happened](std::initializer_list<Op> ops) {
    return std::any_of(ops.begin(), ops.end(), [&happened](Op op) { return happened.ops[static_cast<std::size_t>(op)]; });
  };
  switch (id) {
    case CheckId::kRefcntClass:
    case CheckId::kRefcountSane:
      return any({Op::kRefIncLimited, Op::kRefAddNotZero, Op::kRefSubAndTest, Op::kRefAdd, Op::kRefSet, Op::kAtomic});
    case CheckId::kExclusion: return happened.locks_met;
    case CheckId::kDetachedStays: return happened.was_zero;
    case CheckId::kNoUseAfterFree: return any({Op::kSlabFree, Op::kMmDrop});
    case CheckId::kUseLocked: return any({Op::kUseVma});
    case CheckId::kChangeLocked: return any({Op::kChangeVma, Op::kTreeStore, Op::kTreeErase});
    case CheckId::kRightVma: return happened.looked_up;
    case CheckId::kIteratorValid: return any({Op::kIteratorUse, Op::kWakeUpProcess});
    case CheckId::kSeqWriteRule: return any({Op::kStore});
    case CheckId::kSeqParity: return any({Op::kSeqBegin});
    case CheckId::kOneWaiter: return any({Op::kSchedule, Op::kSetTaskState});
    case CheckId::kNoWarning: return any({Op::kWarn, Op::kLockdepRelease, Op::kRwsemAssertHeld, Op::kRwsemAssertAny});
    case CheckId::kRcuBalanced: return any({Op::kRcuLock});
    case CheckId::kNoStuck: return any({Op::kSchedule, Op::kDownRead, Op::kDownWrite, Op::kDownReadKillable, Op::kDownWriteKillable});
    case CheckId::kTermination: return happened.complete;
    case CheckId::kCount: break;
  }
  return false;
}

std::vector<CheckId> vacuous_checks(const Machine& machine, const Search& search, const CheckReport& report, bool complete) {
  Happened happened;
  happened.complete = complete;
  const Coverage coverage = search.coverage();
  for (std::size_t p = 0; p < machine.programs().size(); ++p) {
    const Program& program = machine.programs()[p];
    for (std::size_t i = 0; i < program.code.size(); ++i) {
      if (!coverage.ran[p][i]) continue;
      const Instr& instr = program.code[i];
      happened.ops[static_cast<std::size_t>(instr.op)] = true;
      happened.looked_up = happened.looked_up || (instr.op == Op::kLockReturn && (instr.imm & kIsLookup) != 0);
    }
  }
  bool read_locked = false, write_locked = false;
  const std::size_t vmas = machine.scenario().vmas.size();
  for (Index i = 0; i < search.components().shared.size(); ++i) {
    const Shared shared = search.components().shared.get(i);
    for (std::size_t v = 0; v < vmas; ++v) {
      read_locked = read_locked || shared.facts.vmas[v].readers != 0;
      write_locked = write_locked || shared.facts.vmas[v].writers != 0;
    }
  }
  happened.locks_met = read_locked && write_locked;
  happened.was_zero = std::find(report.refcnt_values.begin(), report.refcnt_values.end(), 0u) != report.refcnt_values.end();
  std::vector<CheckId> result;
  for (const CheckInfo& info : check_table()) {
    if (!had_something_to_judge(info.id, happened)) result.push_back(info.id);
  }
  return result;
}

std::vector<Search::Ref> states_of_level(Search& search, int depth, const std::function<bool(Search::Ref)>& wanted) {
  std::vector<Search::Ref> result;
  for (int w = 0; w < search.workers(); ++w) {
    const auto [begin, end] = search.level(w, depth);
    for (std::uint64_t i = begin; i < end; ++i) {
      if (wanted({w, i})) result.push_back({w, i});
    }
  }
  return result;
}

void fill_in(CheckReport& report, const Machine& machine, const Search& search, const SearchResult& result) {
  report.states = result.states;
  report.transitions = result.transitions;
  report.final_states = result.final_states;
  report.depth_histogram = result.level_sizes;
  report.depth = static_cast<int>(result.level_sizes.size()) - 1;
  report.table_mib = static_cast<double>(result.bytes) / (1 << 20);
  const auto values = search.refcnt_values();
  const auto edges = search.refcnt_edges();
  report.refcnt_values.assign(values.begin(), values.end());
  report.refcnt_edges.assign(edges.begin(), edges.end());
  report.reduction_notes = search.reduction_notes();
  report.symmetry = report.symmetry && (search.twins().notes().empty() || !search.twins().groups().empty());
  const Coverage coverage = search.coverage();
  note_lines(report, machine, coverage);
  report.lock_code = lock_code(machine, [&](std::size_t p, std::size_t pc) { return static_cast<bool>(coverage.ran[p][pc]); });
  if (report.lock_code.has_tree) report.model_functions.assign(report.lock_code.model.begin(), report.lock_code.model.end());
  report.vacuous_checks = vacuous_checks(machine, search, report, result.end == SearchEnd::kComplete);
}

/// Sets verdict, check and trace from a search without partial-order reduction that found something.
void explain(CheckReport& report, const Machine& machine, const State& start, Search& search, const SearchResult& result,
             const Program* goal) {
  Target target;
  target.depth = result.found_depth;
  if (result.goal_found) {
    report.verdict = CheckReport::Verdict::kGoalFound;
    target.states = states_of_level(search, target.depth, [&](Search::Ref ref) {
      return machine.evaluate(*goal, search.state_at(ref)) != 0;
    });
  } else {
    report.verdict = CheckReport::Verdict::kViolation;
    report.check = checks_in(result.violations).front().id;
    if (*report.check == CheckId::kNoStuck) {
      target.states = states_of_level(search, target.depth, [&](Search::Ref ref) { return search.expand(search.tuple_at(ref)).stuck; });
    } else {
      target.violates = report.check;
    }
  }
  report.trace = shortest_trace(machine, search, start, target);
}

/// @param goal nullptr: judge the checks
SearchOptions search_options_for(const CheckOptions& options, const Program* goal) {
  SearchOptions search;
  search.symmetry = options.symmetry;
  search.partial_order = options.partial_order && goal == nullptr;
  search.jobs = options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  search.memory_limit = memory_limit_of(options);
  search.goal = goal;
  search.progress = options.progress;
  if (!options.only.empty()) search.judged = 0;
  for (const CheckId id : options.only) search.judged |= check_bit(id);
  return search;
}

/// What is said instead of a counterexample that is none.
std::string internal_error(const CheckReport& report) {
  const std::string what = report.check ? "a violation of " + std::string(check_info(*report.check).name) : "a state where " + report.goal;
  return "internal error: the search reported " + what + ", and running its " + std::to_string(report.trace.size()) +
         " steps again does not show it. Nothing is known about this code from this check. Please report it, with the scenario and the code; "
         "--no-symmetry and --no-partial-order may get around it";
}

}  // namespace

Result<CheckReport> run_check(const Machine& machine, const CheckOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  CheckReport report;
  std::optional<Program> goal;
  if (!options.goal.empty()) {
    auto lowered = machine.expression(options.goal, "goal");
    if (!lowered) return tl::unexpected(lowered.error());
    goal = std::move(*lowered);
    report.goal = options.goal;
  }

  SearchOptions search_options = search_options_for(options, goal ? &*goal : nullptr);
  report.symmetry = search_options.symmetry;
  report.partial_order = search_options.partial_order;
  report.jobs = search_options.jobs;
  report.only = options.only;

  const State start = report.start = options.from ? *options.from : machine.initial();
  const auto finish = [&] {
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.peak_memory_mib = peak_memory_mib();
    return report;
  };

  const auto initial = static_cast<CheckSet>(machine.initial_violations() & search_options.judged);
  if (!options.from && !goal && initial != 0) {
    report.verdict = CheckReport::Verdict::kViolation;
    report.check = checks_in(initial).front().id;
    return finish();
  }

  auto search = std::make_unique<Search>(machine, search_options);
  SearchResult result = search->run(start);
  const auto incomplete = [&](const std::string& what) {
    report.verdict = CheckReport::Verdict::kIncomplete;
    report.reason = what + (result.end == SearchEnd::kMemory ? "the memory limit was reached" : "it was stopped");
    return finish();
  };
  bool endless = false;
  const auto look_for_endless = [&] {
    const Search::Endless found = search->endless_states();
    if (found.end != SearchEnd::kComplete) result.end = found.end;
    return found.states;
  };
  const bool judges_termination = (search_options.judged & check_bit(CheckId::kTermination)) != 0;
  if (result.end == SearchEnd::kComplete && !goal && judges_termination) endless = !look_for_endless().empty();
  report.jobs = search->workers();
  fill_in(report, machine, *search, result);

  if (result.end == SearchEnd::kMemory || result.end == SearchEnd::kStopped) {
    return incomplete("");
  }
  if (result.end == SearchEnd::kComplete && !endless) {
    report.verdict = goal ? CheckReport::Verdict::kGoalUnreachable : CheckReport::Verdict::kPass;
    if (report.lock_code.has_tree && !report.lock_code.model_core.empty()) {
      // Nothing was found, and what was searched is not the tree.
      report.verdict = CheckReport::Verdict::kIncomplete;
      report.reason = "this tree cannot be judged: " + in_words(report.lock_code.model_core) + " not found in it, and the model's ran instead";
    }
    return finish();
  }

  // Something was found. Merged reads can make a way look longer than it is, so the shortest one is looked for again
  // with every access as a step of its own.
  if (search_options.partial_order) {
    search_options.partial_order = false;
    search = std::make_unique<Search>(machine, search_options);
    result = search->run(start);
    if (result.end == SearchEnd::kMemory || result.end == SearchEnd::kStopped) {
      return incomplete("a violation exists, but before the shortest way to it was found ");
    }
    // The numbers are those of the search that the trace comes from.
    report.partial_order = false;
    fill_in(report, machine, *search, result);
  }
  if (result.end == SearchEnd::kFound) {
    explain(report, machine, start, *search, result, goal ? &*goal : nullptr);
  } else {
    Target target;
    target.states = look_for_endless();
    if (result.end != SearchEnd::kComplete) return incomplete("a violation exists, but before the shortest way to it was found ");
    target.depth = search->depth_of(target.states.front());
    report.verdict = CheckReport::Verdict::kViolation;
    report.check = CheckId::kTermination;
    report.trace = shortest_trace(machine, *search, start, target);
  }
  search.reset();  // its memory may be needed
  switch (confirm(machine, report, goal ? &*goal : nullptr, search_options.memory_limit, options.progress)) {
    case Confirmation::kConfirmed: break;
    case Confirmation::kUnknown:
      report.check.reset();
      report.trace.clear();
      report.verdict = CheckReport::Verdict::kIncomplete;
      report.reason = "a violation was found, but before it was confirmed memory ran out or the check was stopped";
      break;
    case Confirmation::kWrong: return fail(internal_error(report));
  }
  return finish();
}

std::size_t memory_limit_of(const CheckOptions& options) {
  return options.memory_mib != 0 ? options.memory_mib << 20 : std::max<std::size_t>(1, available_memory() / 4 * 3);
}

std::string_view verdict_name(CheckReport::Verdict verdict) {
  switch (verdict) {
    case CheckReport::Verdict::kPass: return "pass";
    case CheckReport::Verdict::kViolation: return "violation";
    case CheckReport::Verdict::kGoalFound: return "goal-found";
    case CheckReport::Verdict::kGoalUnreachable: return "goal-unreachable";
    case CheckReport::Verdict::kIncomplete: return "incomplete";
  }
  return "";
}

}  // namespace vmalab::check
