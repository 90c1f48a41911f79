// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/words.h"
#include "check/evidence.h"
#include "check/report.h"
#include "lang/lock_functions.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

PropertySet judged_of(const AnyOptions& options) {
  PropertySet judged = 0;
  for (const Property* property : kProperties) {
    const bool wanted = options.only.empty() || std::find(options.only.begin(), options.only.end(), property) != options.only.end();
    if (wanted && is_decided_for_any(*property)) judged |= bit_of(*property);
  }
  return judged;
}

CheckOptions exact_options(const AnyOptions& options, PropertySet violated) {
  CheckOptions exact;
  exact.jobs = options.jobs;
  exact.memory_mib = options.memory_mib;
  exact.goals = false;
  exact.only = properties_in(violated);
  return exact;
}

std::size_t memory_limit(const AnyOptions& options) {
  CheckOptions exact;
  exact.memory_mib = options.memory_mib;
  return memory_limit_of(exact);
}

/// "killable writer" of writer_killable()
std::string noun_of(const Machine& machine, ThreadId t) {
  std::string entry = machine.program(t).entry;
  if (const std::size_t at = entry.find("er_"); at != std::string::npos && entry.find('_', at + 3) == std::string::npos)
    entry = entry.substr(at + 3) + " " + entry.substr(0, at + 2);
  std::replace(entry.begin(), entry.end(), '_', ' ');
  return entry;
}
/// A function whose stub was given more than one value; empty: none.
std::string open_stub(const Machine& machine) {
  for (const Program& program : machine.programs()) {
    for (const StubCall& call : program.stub_calls) {
      if (call.options.size() > 1) return call.function;
    }
  }
  return {};
}

std::string one_of(const Machine& machine, ThreadId t) {
  const std::string noun = noun_of(machine, t);
  return (std::string_view("aeiou").find(noun.front()) != std::string_view::npos ? "an " : "a ") + noun;
}

std::string name_of(const Machine& machine, const AnyStep& step, const Crowd& crowd) {
  const ThreadId t = step.action.thread;
  if (t != crowd.readers && !crowd.is_queue(t)) return action_name(machine, step.action);
  return one_of(machine, t) + (step.action.kind == Action::Kind::kSignal ? "!" : "");
}

/// What the step takes for so, each in a clause.
std::vector<std::string_view> assumptions(const AnyStep& step) {
  constexpr std::pair<AnyStep::Assumption, std::string_view> kAll[] = {
      {AnyStep::kReaderThere, "if a reader stands there"},
      {AnyStep::kOthersStay, "if another reader stays behind there"},
      {AnyStep::kOneOfWays,
       "if old sequence numbers that meet are equal, or are not, as this step takes them; or a pointer names whom it takes it for"},
      {AnyStep::kThatMany, "if readers hold as many references as it takes for this"},
  };
  std::vector<std::string_view> out;
  for (const auto& [bit, text] : kAll) {
    if ((step.assumed & bit) != 0) out.push_back(text);
  }
  return out;
}

/// "FLAG to FLAG+1": by class, so that 2 and 3 readers are many.
std::set<std::pair<RefcntClass, RefcntClass>> class_edges(const CheckReport& evidence) {
  std::set<std::pair<RefcntClass, RefcntClass>> out;
  for (const auto& [from, to] : evidence.refcnt_edges) {
    if (refcnt_class(from) != refcnt_class(to)) out.emplace(refcnt_class(from), refcnt_class(to));
  }
  return out;
}
const char* name_of(RefcntClass c) { return refcnt_classes()[static_cast<std::size_t>(c)].value; }

/// What there are no fewer of, behind `words`; nothing where there are none at all.
std::string no_fewer(const Machine& machine, const AnyReport& report, const char* words) {
  return report.numbers.readers == 0 ? "" : words + noun_of(machine, report.crowd.readers) + "s";
}

/// Threads of each queue that begin on the way.
std::vector<int> arrivals(const Machine& machine, const Crowd& crowd, const std::vector<AnyStep>& path) {
  std::vector<int> out;
  for (const ThreadId queue : crowd.queues) {
    const Pc start = Machine::pc(machine.initial(), queue);
    out.push_back(static_cast<int>(std::count_if(path.begin(), path.end(), [&](const AnyStep& step) {
      return step.action.thread == queue && step.info.op != Op::kEnd && step.info.pc == start;
    })));
  }
  return out;
}

}  // namespace

std::string crowd_text(const Machine& machine, const Crowd& crowd) {
  std::vector<std::string> kinds;
  if (crowd.has_readers()) kinds.push_back(noun_of(machine, crowd.readers) + "s");
  for (const ThreadId queue : crowd.queues) {
    const std::string kind = noun_of(machine, queue) + "s";
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return "any number of " + words::list(kinds);
}

std::string numbers_text(const Machine& machine, const Crowd& crowd, const Numbers& numbers) {
  std::vector<std::string> kinds;
  const auto add = [&](int n, ThreadId t) {
    kinds.push_back(std::to_string(n) + " " + words::plural(static_cast<std::uint64_t>(n), noun_of(machine, t)));
  };
  if (numbers.readers != 0) add(numbers.readers, crowd.readers);
  for (std::size_t q = 0; q < crowd.queues.size(); ++q) {
    if (numbers.queued[q] != 0) add(numbers.queued[q], crowd.queues[q]);
  }
  return kinds.empty() ? "none of them" : words::list(kinds);
}

std::string bounds_text(const Machine& machine, const Crowd& crowd) {
  const auto counted = [](int n, std::string_view what) {
    return (n == 1 ? "one" : std::to_string(n)) + " " + words::plural(static_cast<std::uint64_t>(n), what);
  };
  std::string text = counted(machine.limits().vmas, "VMA object") + " in " + counted(machine.limits().mms, "mm") + ", " +
                     (machine.ordering() == Ordering::kSc ? "sequentially consistent" : std::string(ordering_name(machine.ordering()))) + " memory";
  if (crowd.endless_sequences()) text += ", sequences that do not wrap";
  return text + ", fewer than VM_REFCNT_LIMIT references at a time";
}

AnyCheck::AnyCheck(const Machine& machine, const Crowd& crowd, With with, const AnyOptions& options)
    : machine_(machine),
      with_(std::move(with)),
      options_(options),
      search_(std::make_unique<AnySearch>(machine, crowd, judged_of(options), memory_limit(options))) {
  report_.crowd = crowd;
  if (judged_of(options) != 0) return;
  report_.verdict = AnyReport::Verdict::kIncomplete;
  report_.undecided = options.only;
  report_.reason = words::list(options.only, &Property::name) + " cannot be decided this way";
  search_.reset();
  done_ = true;
}
AnyCheck::~AnyCheck() = default;

Status AnyCheck::advance(Budget budget) {
  if (done_) return Status::kDone;
  if (!exact_) {
    if (search_->advance(budget) == Status::kDone) search_ended();
  } else if (exact_->advance(budget) == Status::kDone) {
    number_known();
  }
  return done_ ? Status::kDone : Status::kRunning;
}

void AnyCheck::search_ended() {
  report_.search = search_->result();
  const AnyResult& found = report_.search;
  const bool complete = found.end == AnyResult::End::kComplete;
  report_.evidence.states = found.states;
  report_.evidence.transitions = found.transitions;
  report_.evidence.refcnt_values = found.refcnt_values;
  report_.evidence.refcnt_edges = found.refcnt_edges;
  add_evidence_of_code(report_.evidence, machine_, found.coverage, found.locks_met, complete);
  if (!complete) report_.evidence.vacuous_checks.clear();  // nothing is known of them
  const PropertySet judged = judged_of(options_);
  for (const Property* property : kProperties) {
    if (property == &properties::kOrderedAccess && machine_.ordering() == Ordering::kSc) continue;
    const bool wanted = options_.only.empty() || std::find(options_.only.begin(), options_.only.end(), property) != options_.only.end();
    const std::vector<const Property*>& vacuous = report_.evidence.vacuous_checks;
    if (!wanted || std::find(vacuous.begin(), vacuous.end(), property) != vacuous.end()) continue;
    ((judged & bit_of(*property)) != 0 ? report_.proved : report_.undecided).push_back(property);
  }
  switch (found.end) {
    case AnyResult::End::kComplete: report_.verdict = AnyReport::Verdict::kProved; break;
    case AnyResult::End::kPremise: report_.verdict = AnyReport::Verdict::kPremise; break;
    case AnyResult::End::kViolation: report_.verdict = AnyReport::Verdict::kNotProved; break;
    case AnyResult::End::kStopped:
    case AnyResult::End::kMemory:
      report_.verdict = AnyReport::Verdict::kIncomplete;
      report_.reason = reason_of(found.end == AnyResult::End::kMemory ? SearchEnd::kMemory : SearchEnd::kStopped);
      break;
  }
  if (report_.verdict == AnyReport::Verdict::kProved && report_.evidence.lock_code.has_tree && !report_.evidence.lock_code.model_core.empty()) {
    // Nothing was found, and what was searched is not the tree.
    report_.verdict = AnyReport::Verdict::kIncomplete;
    report_.reason = "this tree cannot be judged: " + words::list(report_.evidence.lock_code.model_core) +
                     " not found in it, and the model's ran instead";
  }
  if (const std::string stub = open_stub(machine_); report_.verdict == AnyReport::Verdict::kProved && !stub.empty()) {
    report_.verdict = AnyReport::Verdict::kIncomplete;
    report_.reason = "the stub of " + stub + "() can give several values, and one of them ran: say which with --stub " + stub + "=VALUE";
  }
  if (report_.verdict != AnyReport::Verdict::kProved) report_.proved.clear();
  search_.reset();
  if (found.end != AnyResult::End::kViolation) {
    done_ = true;
    return;
  }
  numbers_.queued = arrivals(machine_, report_.crowd, found.path);
  next_number();
}

void AnyCheck::next_number() {
  const auto reached = [this] {
    Numbers last = numbers_;
    --last.readers;
    return "exact checks with up to " + numbers_text(machine_, report_.crowd, last);
  };
  if (stopped_) {
    report_.reason = "exact checks were stopped";
    done_ = true;
    return;
  }
  if (numbers_.readers > (report_.crowd.has_readers() ? options_.most_readers : 0)) {
    report_.reason = reached() + " do not show it";
    done_ = true;
    return;
  }
  Result<Machine> machine = with_(numbers_);
  if (!machine && (numbers_.readers == 0 || one_more_)) {  // nobody at all, or too many
    more_numbers();
    return next_number();
  }
  if (!machine) {
    report_.reason = reached() + " do not show it, and more have no room: " + machine.error().message;
    done_ = true;
    return;
  }
  concrete_machine_ = std::make_shared<const Machine>(std::move(*machine));
  Result<std::unique_ptr<Check>> exact = Check::begin(*concrete_machine_, exact_options(options_, report_.search.violations));
  if (!exact) {
    error_ = exact.error();
    done_ = true;
    return;
  }
  exact_ = std::move(*exact);
}

void AnyCheck::number_known() {
  Result<CheckReport> exact = exact_->report();
  if (!exact) {
    error_ = exact.error();
    done_ = true;
    return;
  }
  if (exact->verdict == CheckReport::Verdict::kViolation) {
    report_.verdict = AnyReport::Verdict::kViolation;
    report_.numbers = numbers_;
    report_.concrete = std::move(*exact);
    report_.machine = concrete_machine_;
    done_ = true;
    return;
  }
  if (exact->verdict == CheckReport::Verdict::kIncomplete) {
    report_.reason = "the exact check with " + numbers_text(machine_, report_.crowd, numbers_) + " did not end: " + exact->reason;
    done_ = true;
    return;
  }
  exact_.reset();
  more_numbers();
  next_number();
}

/// As many of each queue as on the way that was met, and with few readers one more of each: which sequence numbers are equal is not
/// kept, so the way may need another writer than it seems to.
void AnyCheck::more_numbers() {
  constexpr int kFewReaders = 2;
  one_more_ = !one_more_ && !numbers_.queued.empty() && numbers_.readers <= kFewReaders;
  for (int& queued : numbers_.queued) {
    if (queued > 0) queued += one_more_ ? 1 : 0;
  }
  if (one_more_) return;
  numbers_.queued = arrivals(machine_, report_.crowd, report_.search.path);
  ++numbers_.readers;
}

Progress AnyCheck::progress() const {
  if (exact_) return exact_->progress();
  if (search_) return search_->progress();
  Progress out;
  out.states = report_.search.states;
  return out;
}

void AnyCheck::stop() {
  stopped_ = true;
  if (exact_)
    exact_->stop();
  else if (search_)
    search_->stop();
}

Result<AnyReport> AnyCheck::report() const {
  if (error_) return tl::unexpected(*error_);
  return report_;
}

std::string_view verdict_name(AnyReport::Verdict verdict) {
  switch (verdict) {
    case AnyReport::Verdict::kProved: return "proved";
    case AnyReport::Verdict::kViolation: return "violation";
    case AnyReport::Verdict::kNotProved: return "not-proved";
    case AnyReport::Verdict::kPremise: return "not-decided";
    case AnyReport::Verdict::kIncomplete: return "incomplete";
  }
  return {};
}

std::string result_sentence(const Machine& machine, const AnyReport& report) {
  const auto of = [&] { return words::list(properties_in(report.search.violations), &Property::name); };
  switch (report.verdict) {
    case AnyReport::Verdict::kProved:
      return "Proved for " + crowd_text(machine, report.crowd) + ", for ever" +
             (machine.limits().signals ? " and with fatal signals at any time" : "") + " (" + bounds_text(machine, report.crowd) +
             "): " + words::grouped(report.search.states) + " " + words::plural(report.search.states, "state") +
             (report.search.states == 1 ? " stands" : " stand") + " for all.";
    case AnyReport::Verdict::kViolation:
      return std::string(report.concrete.check->name) + " can be broken, by " + numbers_text(machine, report.crowd, report.numbers) +
             no_fewer(machine, report, " and no fewer ") + ", in " + std::to_string(report.concrete.trace.size()) + " steps.";
    case AnyReport::Verdict::kNotProved: return "Not proved: " + of() + ". A way to break it was met that may be none; " + report.reason + ".";
    case AnyReport::Verdict::kPremise: return not_decided_sentence(report.search.premises);
    case AnyReport::Verdict::kIncomplete: break;
  }
  return "Not decided for any number: " + report.reason + ".";
}

std::string basis_text(const Machine& machine, const AnyReport& report) {
  const Crowd& crowd = report.crowd;
  if (report.verdict == AnyReport::Verdict::kViolation) {
    return "The search for any number met a way to break it, of which some step might have been none; so it was looked for exactly, with fewer threads first. "
           "What stands here is of the exact check with " +
           numbers_text(machine, crowd, report.numbers) + ".";
  }
  std::string text =
      crowd.has_readers()
          ? "Readers are alike, so it is enough to know whether none, one or many of them hold a reference, and where in the code one may stand"
          : "Who takes mmap_lock for write is at work alone, so it is enough to know that one";
  text += crowd.has_readers() && !crowd.queues.empty() ? "; who takes mmap_lock for write is at work alone, and another comes when it has ended. "
                                                       : ". ";
  text +=
      crowd.queues.empty()
          ? "The code tells no larger numbers apart, which was checked on every path that ran."
          : "Of a sequence number only whether it is the current one matters, and the code tells no more apart, which was checked on every path that ran.";
  return text;
}

CheckReport as_check_report(const Machine& machine, const AnyReport& report) {
  if (report.verdict == AnyReport::Verdict::kViolation) return report.concrete;
  CheckReport out = report.evidence;
  out.seconds = report.search.seconds;
  out.depth = report.search.depth;
  out.table_mib = static_cast<double>(report.search.bytes) / (1 << 20);
  out.jobs = 1;
  out.ordering = machine.ordering();
  out.undecided = report.undecided;
  const bool proved = report.verdict == AnyReport::Verdict::kProved;
  out.verdict = proved ? CheckReport::Verdict::kPass : CheckReport::Verdict::kIncomplete;
  if (!proved) out.undecided.clear();
  out.reason = result_sentence(machine, report);
  return out;
}

std::string report_text(const Machine& machine, const AnyReport& report) {
  const auto counted = [](std::uint64_t n, std::string_view what) { return words::grouped(n) + " " + words::plural(n, what); };
  const AnyResult& search = report.search;
  std::string text;
  switch (report.verdict) {
    case AnyReport::Verdict::kProved:
      text = "proved (" + bounds_text(machine, report.crowd) +
             "): " + (report.proved.empty() ? "nothing of what is judged" : words::list(report.proved, &Property::name)) + "\n";
      break;
    case AnyReport::Verdict::kViolation:
      text = "violation, with " + numbers_text(machine, report.crowd, report.numbers) + no_fewer(machine, report, ", and with no fewer ") + "\n";
      break;
    case AnyReport::Verdict::kNotProved:
      text = "not proved: " + words::list(properties_in(search.violations), &Property::name) + "; " + report.reason + "\n";
      break;
    case AnyReport::Verdict::kPremise: text = "not decided: the code does not let one search stand for all\n"; break;
    case AnyReport::Verdict::kIncomplete: text = "incomplete: " + report.reason + "; nothing is proved\n"; break;
  }
  for (const BrokenPremise& premise : search.premises)
    text += "  " + premise.sentence + (premise.place.empty() ? "" : " (" + premise.place + ")") + "\n";
  if (const std::string code = code_name(machine.code()); !code.empty()) text += "  code: " + code + "\n";
  if (search.states != 0) {
    char numbers[160];
    std::snprintf(numbers, sizeof numbers, "  %s for all numbers, %s, depth %d, %.2f s, %.0f MiB\n", counted(search.states, "state").c_str(),
                  counted(search.transitions, "transition").c_str(), search.depth, search.seconds, static_cast<double>(search.bytes) / (1 << 20));
    text += numbers;
  }
  if (report.verdict == AnyReport::Verdict::kProved) {
    const std::size_t stand_for_many = report.crowd.queues.size() + (report.crowd.has_readers() ? 1 : 0) + (report.crowd.queues.empty() ? 0 : 1);
    text += "  " + crowd_text(machine, report.crowd) + " come and go for ever" +
            (stand_for_many < static_cast<std::size_t>(machine.thread_count()) ? "; others are as many as named" : "") + "\n";
    if (!report.undecided.empty()) text += "  not decided this way: " + words::list(report.undecided, &Property::name) + "\n";
    if (!report.evidence.vacuous_checks.empty()) text += "  not exercised: " + words::list(report.evidence.vacuous_checks, &Property::name) + "\n";
  }
  if (const std::string code = lock_code_text(report.evidence.lock_code); !code.empty())
    text += "  " + code + "\n  " + configuration_text() + "\n  " + simulated_text() + "\n";
  text += "  " + std::string(ordering_clause(machine.ordering())) + "\n";
  if (report.verdict == AnyReport::Verdict::kProved) {
    text += report.crowd.has_readers() ? "  vm_refcnt, 2 and 3 readers standing for many:" : "  vm_refcnt:";
    for (const Word value : report.evidence.refcnt_values) text += " " + refcount_text(value);
    text += "\n  between classes of it:";
    std::string separator = " ";
    for (const auto& [from, to] : class_edges(report.evidence)) {
      text += separator + name_of(from) + " to " + name_of(to);
      separator = "; ";
    }
    text += "\n" + unreached_lines_text(report.evidence);
  }
  if (report.verdict == AnyReport::Verdict::kNotProved) {
    text += "  the way there; a step marked ? takes for so what is not kept, and may be one that no number of threads can take:\n";
    int n = 0;
    for (const AnyStep& step : search.path) {
      const CodePlace place = place_of(machine, step.info);
      text += "  " + std::to_string(++n) + "  " + name_of(machine, step, report.crowd) + "  " + step_text(machine, step.info) + "   (" +
              place.function + ", " + place.file + ":" + std::to_string(place.line) + ")\n";
      for (const std::string_view what : assumptions(step)) text += "       ? " + std::string(what) + "\n";
    }
  }
  if (report.verdict == AnyReport::Verdict::kViolation)
    text += report.machine->scenario().name + ": " + report_text(*report.machine, report.concrete);
  return text;
}

std::string report_json(const Machine& machine, const AnyReport& report) {
  nlohmann::ordered_json json;
  const AnyResult& search = report.search;
  json["scenario"] = machine.scenario().name;
  json["model_hash"] = machine.code().hash();
  json["threads"] = crowd_text(machine, report.crowd);
  if (report.crowd.has_readers()) json["readers"] = "any";
  json["bounds"] = bounds_text(machine, report.crowd);
  json["verdict"] = verdict_name(report.verdict);
  if (!report.reason.empty()) json["reason"] = report.reason;
  const auto names = [](const std::vector<const Property*>& some) {
    auto list = nlohmann::ordered_json::array();
    for (const Property* property : some) list.push_back(property->name);
    return list;
  };
  json["proved"] = names(report.proved);
  json["not_decided"] = names(report.undecided);
  json["vacuous_checks"] = names(report.evidence.vacuous_checks);
  if (search.violations != 0) json["violated"] = names(properties_in(search.violations));
  auto& premises = json["premises_that_fail"] = nlohmann::ordered_json::array();
  for (const BrokenPremise& premise : search.premises) premises.push_back({{"what", premise.sentence}, {"place", premise.place}});
  json["states"] = search.states;
  json["transitions"] = search.transitions;
  json["depth"] = search.depth;
  json["seconds"] = search.seconds;
  json["refcnt_values"] = report.evidence.refcnt_values;
  json["refcnt_edges"] = report.evidence.refcnt_edges;
  auto& classes = json["refcnt_class_edges"] = nlohmann::ordered_json::array();
  for (const auto& [from, to] : class_edges(report.evidence)) classes.push_back({name_of(from), name_of(to)});
  json["unreached_lines"] = unreached_lines_json(report.evidence);
  json["memory_ordering"] = ordering_word(machine.ordering());
  if (report.verdict == AnyReport::Verdict::kNotProved) {
    auto& path = json["path"] = nlohmann::ordered_json::array();
    for (const AnyStep& step : search.path) {
      const CodePlace place = place_of(machine, step.info);
      path.push_back({{"thread", name_of(machine, step, report.crowd)},
                      {"what", step_text(machine, step.info)},
                      {"function", place.function},
                      {"file", place.file},
                      {"line", place.line},
                      {"assumes", assumptions(step)}});
    }
  }
  if (report.verdict == AnyReport::Verdict::kViolation) {
    json["fewest_readers"] = report.numbers.readers;
    json["threads_that_show_it"] = numbers_text(machine, report.crowd, report.numbers);
    json["concrete"] = nlohmann::ordered_json::parse(report_json(*report.machine, report.concrete));
  }
  return json_text(json) + "\n";
}

}  // namespace vmalab::check
