// SPDX-License-Identifier: GPL-2.0-only
// Any number of readers: what is proved, what is found, which code is refused, and that every state of 1 to 6 readers is one
// that the search for all has met.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/test_text.h"
#include "check/any/any_check.h"
#include "check/any/test_cover.h"
#include "machine/scenario.h"
#include "machine/state_value.h"
#include "machine/test_programs.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

/// Readers last, so that the others have the same numbers whatever there is of readers.
Scenario with_readers(int readers, int writers, int detachers) {
  Scenario scenario = standard_scenario(readers, writers, detachers).value();
  std::rotate(scenario.threads.begin(), scenario.threads.begin() + readers, scenario.threads.end());
  return scenario;
}
/// What is loaded after the model: a variant, or C.
struct Code {
  std::string variant{}, text{};
  bool lockdep = true, signals = false;
};
Machine machine_of(int readers, int writers, int detachers, const Code& code = {}) {
  Scenario scenario = with_readers(readers, writers, detachers);
  scenario.config.lockdep = code.lockdep;
  scenario.signals = code.signals;
  std::optional<std::filesystem::path> file;
  if (!code.variant.empty()) file = find_variant(VMALAB_TEST_ASSETS, code.variant).value().file;
  CodeBase loaded = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, file).value();
  if (!code.text.empty()) {
    std::vector<CodeBase::Text> texts = loaded.texts();
    texts.push_back({"variants/case.c", code.text, SourceFile::Origin::kVariant});
    loaded = CodeBase::load_texts(std::move(texts), scenario.config).value();
  }
  return Machine::build(std::move(scenario), std::move(loaded)).value();
}

AnyReport check_any(int writers, int detachers, const Code& code = {}, std::vector<const Property*> only = {}, int most_readers = 6) {
  const Machine machine = machine_of(1, writers, detachers, code);
  AnyOptions options;
  options.only = std::move(only);
  options.most_readers = most_readers;
  AnyCheck check(
      machine, {thread_id(writers + detachers), {}, {kNoThread}},
      [&](const Numbers& numbers) -> Result<Machine> { return machine_of(numbers.readers, writers, detachers, code); }, options);
  while (check.advance({1000}) == Status::kRunning) {
  }
  AnyReport report = check.report().value();
  INFO(report_text(machine, report));
  CHECK(report.verdict != AnyReport::Verdict::kIncomplete);
  return report;
}

constexpr PropertySet kAll = static_cast<PropertySet>(~0u);

}  // namespace

TEST_CASE("any number of readers, one or two others: what the lock promises is proved") {
  struct Expected {
    int writers, detachers;
    bool lockdep, signals;
  };
  for (const Expected& e : {Expected{1, 0, true, false}, Expected{0, 1, false, false}, Expected{1, 0, true, true}}) {
    CAPTURE(e.writers);
    CAPTURE(e.detachers);
    CAPTURE(e.lockdep);
    CAPTURE(e.signals);
    const AnyReport report = check_any(e.writers, e.detachers, {.lockdep = e.lockdep, .signals = e.signals});
    CHECK(report.verdict == AnyReport::Verdict::kProved);
    const auto proved = [&](const Property& property) { return std::count(report.proved.begin(), report.proved.end(), &property) != 0; };
    CHECK(proved(properties::kExclusion));
    CHECK(proved(properties::kNoStuck));
    CHECK(proved(properties::kRefcntClass));
    CHECK(report.undecided == std::vector<const Property*>{&properties::kTermination});
  }
}

TEST_CASE("a variant is found for any number of readers exactly where some number shows it, with as few") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  const PropertySet decided = decided_for_any();
  std::set<std::string> found;
  for (const Variant& variant : *variants) {
    if (variant.ordering.value_or(Ordering::kSc) != Ordering::kSc) continue;  // nothing is wrong with it here
    for (const int writers : {1, 0}) {
      const int detachers = 1 - writers;
      CAPTURE(variant.name);
      CAPTURE(writers);
      const Code code{.variant = variant.name};
      const AnyReport report = check_any(writers, detachers, code);
      const bool violation = report.verdict == AnyReport::Verdict::kViolation;
      CHECK((violation || report.verdict == AnyReport::Verdict::kProved));
      // With one reader less nothing is broken; and where nothing is, not with two of them.
      const int readers = violation ? report.numbers.readers - 1 : 2;
      if (violation) found.insert(variant.name);
      if (readers < 0) continue;
      CheckOptions options;
      options.goals = false;
      options.only = properties_in(decided);
      CHECK(run_check(machine_of(readers, writers, detachers, code), options).value().verdict == CheckReport::Verdict::kPass);
    }
  }
  CHECK(found.size() >= 10);
}

TEST_CASE("what no exact check confirms is not proved, with the way there and what its steps take for so") {
  const Code no_wake{.variant = "no-wake"};
  const AnyReport report = check_any(1, 0, no_wake, {}, /*most_readers=*/0);
  REQUIRE(report.verdict == AnyReport::Verdict::kNotProved);
  REQUIRE_FALSE(report.search.path.empty());
  // A reader that has just come is no assumption; one that a place is left to, or that stays there, is.
  CHECK(report.search.path.front().assumed == 0);
  const Machine machine = machine_of(1, 1, 0, no_wake);
  const std::string text = report_text(machine, report);
  CHECK(testing::contains(text, "exact checks with up to"));
  const bool assumed = std::any_of(report.search.path.begin(), report.search.path.end(), [](const AnyStep& step) { return step.assumed != 0; });
  CHECK(assumed == testing::contains(text, "       ? if "));
  CHECK(assumed);
}

TEST_CASE("a map for any number goes on beside what breaks, and nowhere behind it") {
  const Machine machine = machine_of(1, 1, 0, {.variant = "no-wake"});
  const Crowd crowd{ThreadId{1}, {}, {kNoThread}};
  StateMap map;
  AnySearch whole(machine, crowd, decided_for_any(), 0, &map), first(machine, crowd, decided_for_any(), 0);
  for (AnySearch* search : {&whole, &first}) {
    while (search->advance({1000}) == Status::kRunning) {
    }
  }
  REQUIRE(first.result().end == AnyResult::End::kViolation);
  CHECK(whole.result().end == AnyResult::End::kComplete);
  const MapCell sum = map.sum();
  CHECK(sum.states == whole.result().states);
  CHECK(sum.states > first.result().states);
  CHECK(sum.breaking > 0);
  CHECK(sum.broken == bit_of(properties::kNoStuck));
  // The nearest is as far as the first that a check meets.
  int nearest = 0;
  const auto breaks = [&](int depth) {
    for (std::size_t c = 0; c < StateMap::kClasses; ++c) {
      if (map.at(VmaId{0}, depth, static_cast<RefcntClass>(c)).breaking != 0) return true;
    }
    return false;
  };
  while (nearest < map.depths() && !breaks(nearest)) ++nearest;
  CHECK(nearest == static_cast<int>(first.result().path.size()));
}

TEST_CASE("code that tells numbers apart, or readers, is refused at its line") {
  struct Case {
    const char *text, *sentence;
    const char* place;
  };
  const auto reader = [](const char* body) {
    return "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n\tvma = lock_vma_under_rcu(mm, addr);\n\tif (IS_ERR_OR_NULL(vma))\n"
           "\t\treturn;\n" +
           std::string(body) + "\tvma_end_read(vma);\n}\n";
  };
  for (const Case& c :
       {Case{"\tif (refcount_read(&vma->vm_refcnt) == 5)\n\t\tvma_mark_attached(vma);\n", "compared with 5", "case.c:8"},
        Case{"\tif (refcount_read(&vma->vm_refcnt) & 4)\n\t\tvma_mark_attached(vma);\n", "taken to pieces", "case.c:8"},
        Case{"\tWRITE_ONCE(vma->vm_end, refcount_read(&vma->vm_refcnt));\n", "goes where it is not known", "case.c:8"},
        Case{"\tvma->vm_mm->vma_writer_wait.task = current;\n", "names a reader", "case.c:8"},
        Case{"\tmmap_write_lock(mm);\n\tmmap_write_unlock(mm);\n", "a lock that only one can have", "mmap_lock"},
        Case{"\tmmgrab(mm);\n\tif (atomic_read(&mm->mm_count) == 5)\n\t\tvma_mark_attached(vma);\n\tmmdrop(mm);\n", "compared with 5", "case.c:9"},
        Case{"\tmmget(mm);\n\tif (atomic_read(&mm->mm_users) == 5)\n\t\tvma_mark_attached(vma);\n\tmmput(mm);\n", "compared with 5", "case.c:9"},
        // What cannot be simulated is no proof of anything, even if warnings are not judged.
        Case{"\tunsigned long wide = vma->vm_end;\n\n\tif ((wide << 20) == 1)\n\t\tvma_mark_attached(vma);\n", "cannot be simulated", "case.c"}}) {
    CAPTURE(c.sentence);
    const AnyReport report = check_any(1, 0, {.text = reader(c.text)}, {&properties::kExclusion});
    CHECK(report.verdict == AnyReport::Verdict::kPremise);
    const bool said = std::any_of(report.search.premises.begin(), report.search.premises.end(), [&](const BrokenPremise& premise) {
      return premise.sentence.find(c.sentence) != std::string::npos && premise.place.find(c.place) != std::string::npos;
    });
    CHECK(said);
  }
}

TEST_CASE("how many readers hold mmap_lock is followed as well") {
  using namespace testing;
  // 0: mmap_lock for read, a look at its word, and one more if that is 5.
  const auto looks = [](Word number) {
    return program({op(Op::kDownRead, kLock), op(Op::kLoad, kLock, {}, 2), op(Op::kEq, reg(2), constant(number), 3), jump(Op::kJumpIfNot, 5, reg(3)),
                    op(Op::kUseVma, kVma0), op(Op::kUpRead, kLock)});
  };
  for (const Word number : {Word{5}, Word{1}}) {
    const Machine machine = testing::machine_of({program({op(Op::kLoad, kLock, {}, 2)}), looks(number)});
    AnySearch search(machine, {ThreadId{1}, {}, {kNoThread}}, bit_of(properties::kExclusion), 0);
    while (search.advance({1000}) == Status::kRunning) {
    }
    const auto& premises = search.result().premises;
    const bool refused = std::any_of(premises.begin(), premises.end(),
                                     [](const BrokenPremise& one) { return one.sentence.find("compared with 5") != std::string::npos; });
    CHECK(refused == (number == 5));
    CHECK((search.result().end == AnyResult::End::kComplete) == (number != 5));
  }
}

TEST_CASE("every state of 1 to 6 readers is one of those that stand for all") {
  const Machine any = machine_of(1, 1, 1);
  AnySearch search(any, {ThreadId{2}, {}, {kNoThread}}, kAll & ~bit_of(properties::kTermination), 0);
  while (search.advance({1000}) == Status::kRunning) {
  }
  REQUIRE(search.result().end == AnyResult::End::kComplete);
  std::mt19937 random(7);  // NOLINT: the same states every time
  for (int readers = 1; readers <= 6; ++readers) {
    CAPTURE(readers);
    const Machine machine = machine_of(readers, 1, 1);
    std::vector<ThreadId> stands_for{ThreadId{0}, ThreadId{1}};
    stands_for.resize(static_cast<std::size_t>(machine.thread_count()), ThreadId{2});
    check_that_random_runs_are_covered(search, machine, stands_for, 15, random);
  }
}

}  // namespace vmalab::check
