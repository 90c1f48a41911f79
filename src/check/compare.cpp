// SPDX-License-Identifier: GPL-2.0-only
#include "check/compare.h"

#include <array>
#include <iterator>
#include <new>

#include "check/lockstep.h"
#include "check/outcomes.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

using Answer = Comparison::Answer;

std::string verdict_text(const CheckReport& r) { return std::string(verdict_name(r.verdict)) + (r.check ? " of " + std::string(r.check->name) : ""); }

bool is_incomplete(const CheckReport& report) { return report.verdict == CheckReport::Verdict::kIncomplete; }

/// Calls `say(item, on_tree)` with the first that only one of them has, the tree's first; false when there is none.
template <typename Set, typename Say>
bool first_unshared(const Set& model, const Set& tree, Say say) {
  for (const bool on_tree : {true, false}) {
    const Set& has = on_tree ? tree : model;
    const Set& lacks = on_tree ? model : tree;
    for (const auto& item : has) {
      if (lacks.count(item) != 0) continue;
      say(item, on_tree);
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view answer_name(Answer answer) { return answer == Answer::kSame ? "same" : answer == Answer::kDifferent ? "different" : "unknown"; }

Compare::Compare(const Machine& model, const Machine& tree, const CheckOptions& options) : model_(model), tree_(tree), options_(options) {
  options_.progress = nullptr;
  options_.goals = false;  // what can happen is compared by the outcomes
  judge(model_, options_, &Compare::model_judged);
}

Compare::~Compare() = default;

void Compare::go_on(Work& work, void (Compare::*then)()) {
  now_ = &work;
  then_ = then;
  if (stopped_) work.stop();
}

Status Compare::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  try {
    if (now_ != nullptr && now_->advance(budget) == Status::kDone) (this->*then_)();
  } catch (const std::bad_alloc&) {
    unknown(reason_of(SearchEnd::kMemory));
  }
  return now_ != nullptr ? Status::kRunning : Status::kDone;
}

void Compare::stop() {
  stopped_ = true;
  if (now_ != nullptr) now_->stop();
}

Progress Compare::progress() const {
  Progress progress;
  if (now_ != nullptr) progress = now_->progress();
  progress.seconds = seconds_;
  return progress;
}

Result<Comparison> Compare::result() const {
  if (error_) return tl::unexpected(*error_);
  return c_;
}

void Compare::finish() {
  if (c_.outcomes != Answer::kDifferent && c_.accesses == Answer::kDifferent) {
    c_.shown_on_tree = access_on_tree_;
    c_.trace = access_trace_;
  }
  now_ = nullptr;
}

void Compare::unknown(std::string reason) {
  c_.reason = std::move(reason);
  finish();
}

void Compare::say_different(std::string what, bool on_tree, std::vector<Action> trace) {
  c_.outcomes = Answer::kDifferent;
  c_.difference = std::move(what);
  c_.shown_on_tree = on_tree;
  c_.trace = std::move(trace);
}

// ---- the verdicts

void Compare::judge(const Machine& machine, const CheckOptions& options, void (Compare::*then)()) {
  check_.reset();  // its memory may be needed
  auto check = Check::begin(machine, options);
  if (!check) {
    error_ = check.error();
    return finish();
  }
  check_ = std::move(*check);
  go_on(*check_, then);
}

/// False when there is none: the comparison has ended then.
bool Compare::take_report(CheckReport& report) {
  Result<CheckReport> known = check_->report();
  check_.reset();
  if (known) {
    report = std::move(*known);
    return true;
  }
  error_ = known.error();
  finish();
  return false;
}

void Compare::model_judged() {
  if (take_report(c_.model)) judge(tree_, options_, &Compare::tree_judged);
}

void Compare::tree_judged() {
  if (!take_report(c_.tree)) return;
  if (is_incomplete(c_.model) || is_incomplete(c_.tree)) return unknown(is_incomplete(c_.tree) ? c_.tree.reason : c_.model.reason);
  lockstep_ = std::make_unique<Lockstep>(model_, tree_, std::array<std::string, 2>{"the model", "the tree"}, memory_limit_of(options_));
  go_on(*lockstep_, &Compare::stepped);
}

void Compare::stepped() {
  switch (const SearchEnd end = lockstep_->end()) {
    case SearchEnd::kComplete:  // and so is all that comes of them
      c_.accesses = c_.outcomes = Answer::kSame;
      return finish();
    case SearchEnd::kFound:
      c_.accesses = Answer::kDifferent;
      c_.access_difference = lockstep_->difference().text;
      access_on_tree_ = lockstep_->difference().shown_on_second;
      access_trace_ = lockstep_->difference().trace;
      break;
    default: c_.reason = reason_of(end);
  }
  lockstep_.reset();
  if (!same_verdict(c_.model, c_.tree, "")) return;
  // Where something is broken, a search ends there: then every check is judged alone.
  if (c_.model.verdict == CheckReport::Verdict::kViolation) {
    alone_ = options_.only;
    if (alone_.empty()) alone_.assign(std::begin(kProperties), std::end(kProperties));
  }
  next_alone();
}

/// False when they differ, or it is not known: the comparison has ended then.
bool Compare::same_verdict(const CheckReport& model, const CheckReport& tree, const std::string& of) {
  if (is_incomplete(model) || is_incomplete(tree)) {
    unknown(is_incomplete(tree) ? tree.reason : model.reason);
    return false;
  }
  if (verdict_text(model) == verdict_text(tree)) return true;
  const bool on_tree = !tree.trace.empty();
  say_different("the verdict" + of + ": " + verdict_text(model) + " on the model, " + verdict_text(tree) + " on the tree", on_tree,
                on_tree ? tree.trace : model.trace);
  finish();
  return false;
}

void Compare::next_alone() {
  if (alone_.empty()) {
    of_model_ = std::make_unique<Outcomes>(model_, memory_limit_of(options_) / 2, c_.model.jobs);
    return go_on(*of_model_, &Compare::model_known);
  }
  CheckOptions alone = options_;
  alone.only = {alone_.front()};
  judge(model_, alone, &Compare::model_judged_alone);
}

void Compare::model_judged_alone() {
  if (!take_report(model_alone_)) return;
  CheckOptions alone = options_;
  alone.only = {alone_.front()};
  judge(tree_, alone, &Compare::tree_judged_alone);
}

void Compare::tree_judged_alone() {
  CheckReport tree;
  if (!take_report(tree) || !same_verdict(model_alone_, tree, " on " + std::string(alone_.front()->name) + " alone")) return;
  alone_.erase(alone_.begin());
  next_alone();
}

// ---- the outcomes

void Compare::model_known() {
  if (of_model_->end() != SearchEnd::kComplete) return unknown(reason_of(of_model_->end()));
  of_tree_ = std::make_unique<Outcomes>(tree_, memory_limit_of(options_) / 2, c_.model.jobs);
  go_on(*of_tree_, &Compare::tree_known);
}

void Compare::tree_known() {
  if (of_tree_->end() != SearchEnd::kComplete) return unknown(reason_of(of_tree_->end()));
  const auto only = [](bool on_tree) { return on_tree ? " only on the tree" : " only on the model"; };
  const auto machine = [this](bool on_tree) -> const Machine& { return on_tree ? tree_ : model_; };
  const auto side = [this](bool on_tree) -> Outcomes& { return on_tree ? *of_tree_ : *of_model_; };
  const auto say = [this](std::string what, bool on_tree, std::unique_ptr<OutcomeTrace> way) {
    say_different(std::move(what), on_tree, {});
    way_ = std::move(way);
    go_on(*way_, &Compare::shown);
  };
  const bool different = first_unshared(of_model_->uses(), of_tree_->uses(),
                                        [&](const Use& use, bool t) { say(use_text(machine(t), use) + only(t), t, side(t).way_to(use)); }) ||
                         first_unshared(of_model_->refcnt_edges(), of_tree_->refcnt_edges(),
                                        [&](const std::pair<Word, Word>& edge, bool t) {
                                          say("vm_refcnt goes from " + refcount_text(edge.first) + " to " + refcount_text(edge.second) +
                                                  " in one step" + only(t),
                                              t, side(t).way_along(edge));
                                        }) ||
                         first_unshared(of_model_->endings(), of_tree_->endings(), [&](const Ending& ending, bool t) {
                           say("it can end like this" + std::string(only(t)) + ": " + ending_text(machine(t), ending), t, side(t).way_to(ending));
                         });
  if (different) return;
  c_.outcomes = Answer::kSame;
  finish();
}

void Compare::shown() {
  c_.trace = way_->trace();
  finish();
}

Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& options) {
  Compare compare(model, tree, options);
  drive(compare, options.progress);
  return compare.result();
}

}  // namespace vmalab::check
