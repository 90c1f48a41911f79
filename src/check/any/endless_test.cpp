// SPDX-License-Identifier: GPL-2.0-only
// Any number of readers, and of writers, detachers and attachers that queue at mmap_lock.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "check/any/any_check.h"
#include "check/any/any_scenario.h"
#include "check/any/sequences.h"
#include "check/any/test_cover.h"
#include "machine/any_threads.h"
#include "machine/scenario.h"
#include "machine/state.h"
#include "machine/state_value.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

struct EndlessCode {
  std::string variant{}, text{};
  bool lockdep = true, signals = false;
};
Machine named_machine(const std::string& name, const EndlessCode& code = {}, Word lock_seq = 0) {
  Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, name).value();
  scenario.config.lockdep = code.lockdep;
  scenario.signals = scenario.signals || code.signals;
  scenario.mms[0].lock_seq = lock_seq;
  std::optional<std::filesystem::path> file;
  if (!code.variant.empty()) file = find_variant(VMALAB_TEST_ASSETS, code.variant).value().file;
  CodeBase loaded = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, file).value();
  if (!code.text.empty()) {
    std::vector<CodeBase::Text> texts = loaded.texts();
    texts.push_back({"variants/case.c", code.text, SourceFile::Origin::kVariant});
    loaded = CodeBase::load_texts(std::move(texts), scenario.config).value();
  }
  Result<Machine> machine = Machine::build(std::move(scenario), std::move(loaded));
  const std::string error = machine ? "" : name + " " + code.variant + ": " + machine.error().message;
  REQUIRE(error == "");
  return std::move(*machine);
}

/// A family of scenarios by number: readers, then kinds that queue.
struct Family {
  std::string prefix;  ///< "standard-"
  int kinds;           ///< that queue
  std::string name(int readers, const std::vector<int>& queued) const {
    std::string text = prefix + std::to_string(readers);
    for (const int n : queued) text += "-" + std::to_string(n);
    return text;
  }
  /// The machine of the search has one thread of each, and one more of the last kind.
  std::string of_search() const {
    std::vector<int> queued(static_cast<std::size_t>(kinds), 1);
    ++queued.back();
    return name(1, queued);
  }
  Crowd crowd() const {
    Crowd crowd{ThreadId{0}, {}, thread_id(1 + kinds)};
    for (int k = 0; k < kinds; ++k) crowd.queues.push_back(thread_id(1 + k));
    return crowd;
  }
};
const Family kStandard{"standard-", 2}, kLifecycle{"lifecycle-", 4};

AnyReport check_endless(const Family& family, const EndlessCode& code = {}, std::vector<const Property*> only = {}) {
  const Machine machine = named_machine(family.of_search(), code);
  AnyOptions options;
  options.only = std::move(only);
  AnyCheck check(
      machine, family.crowd(),
      [&](const Numbers& numbers) -> Result<Machine> {
        const std::string name = family.name(numbers.readers, numbers.queued);
        if (const Result<Scenario> fits = find_scenario(VMALAB_TEST_ASSETS, name); !fits) return tl::unexpected(fits.error());
        return named_machine(name, code);
      },
      options);
  while (check.advance({1000}) == Status::kRunning) {
  }
  const Result<AnyReport> known = check.report();
  const std::string error = known ? "" : known.error().message;
  REQUIRE(error == "");
  AnyReport report = *known;
  INFO(report_text(machine, report));
  CHECK(report.verdict != AnyReport::Verdict::kIncomplete);
  return report;
}

}  // namespace

TEST_CASE("any number of everybody, for ever: what the lock promises is proved, without lockdep as well") {
  const AnyReport report = check_endless(kLifecycle, {.lockdep = false});
  CHECK(report.verdict == AnyReport::Verdict::kProved);
  CHECK(report.undecided == std::vector<const Property*>{&properties::kTermination});
}

TEST_CASE("what some numbers of threads show of a variant is found for any number of everybody") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  const PropertySet decided = decided_for_any();
  std::set<std::string> found;
  for (const Variant& variant : *variants) {
    if (variant.ordering.value_or(Ordering::kSc) != Ordering::kSc) continue;  // nothing is wrong with it here
    for (const Family* family : {&kStandard, &kLifecycle}) {
      const auto some = family == &kStandard ? std::vector<std::string>{"standard-1-1-1", "standard-2-1-0"}
                                             : std::vector<std::string>{"lifecycle-1-1-0-1-0", "lifecycle-1-0-2-0-0", "lifecycle-1-0-0-1-1"};
      CAPTURE(variant.name);
      CAPTURE(family->prefix);
      const EndlessCode code{.variant = variant.name};
      bool shown = false;
      for (const std::string& numbers : some) {
        CheckOptions options;
        options.goals = false;
        options.only = properties_in(decided);
        const Result<CheckReport> exact = run_check(named_machine(numbers, code), options);
        const std::string error = exact ? "" : exact.error().message;
        CAPTURE(numbers);
        CHECK(error == "");
        if (!exact) continue;
        shown = exact->verdict == CheckReport::Verdict::kViolation;
        if (shown) break;
      }
      if (!shown) continue;
      CHECK(check_endless(*family, code).verdict == AnyReport::Verdict::kViolation);
      found.insert(variant.name);
    }
  }
  CHECK(found.size() >= 14);
}

TEST_CASE("every state of some readers, writers, detachers and attachers is one of those that stand for all") {
  std::mt19937 random(11);  // NOLINT: the same states every time
  for (const Family* family : {&kStandard, &kLifecycle}) {
    CAPTURE(family->prefix);
    const Machine any = named_machine(family->of_search());
    AnySearch search(any, family->crowd(), static_cast<PropertySet>(~bit_of(properties::kTermination)), 0);
    while (search.advance({1000}) == Status::kRunning) {
    }
    REQUIRE(search.result().end == AnyResult::End::kComplete);
    if (family == &kLifecycle) CHECK(search.result().states == 18'754);  // as README says
    for (int readers = 0; readers <= 6; ++readers) {
      const std::vector<int> queued(static_cast<std::size_t>(family->kinds), readers % 2 == 0 ? 2 : 1);
      const Machine machine = named_machine(family->name(readers, queued), {}, kCurrentSequence);
      std::vector<ThreadId> stands_for(static_cast<std::size_t>(readers), ThreadId{0});
      for (std::size_t k = 0; k < queued.size(); ++k) stands_for.insert(stands_for.end(), static_cast<std::size_t>(queued[k]), thread_id(1 + k));
      CAPTURE(readers);
      check_that_random_runs_are_covered(search, machine, stands_for, 20, random);
    }
  }
}

TEST_CASE("code that tells sequences or threads of a queue apart, or works without mmap_lock, is refused at its line") {
  struct Case {
    const char *text, *sentence, *place;
  };
  const auto reader = [](const std::string& body) { return "void reader(struct mm_struct *mm, unsigned long addr)\n{\n" + body + "}\n"; };
  const auto writer = [](const std::string& body) {
    return "void writer(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n" + body + "}\n";
  };
  const std::string compared = reader("\tif (READ_ONCE(mm->mm_lock_seq.sequence) == 7)\n\t\tmmap_assert_locked(mm);\n");
  const std::string ordered = reader("\tif (READ_ONCE(mm->mm_lock_seq.sequence))\n\t\tmmap_assert_locked(mm);\n");
  const std::string computed = reader(
      "\tunsigned int seq = READ_ONCE(mm->mm_lock_seq.sequence);\n\n\tif (seq + 2 == READ_ONCE(mm->mm_lock_seq.sequence))\n\t\tmmap_assert_locked(mm);\n");
  const std::string kept = reader(
      "\tstruct vm_area_struct *vma;\n\n\tmmap_read_lock(mm);\n\tvma = vma_lookup(mm, addr);\n\tif (vma)\n\t\tvma->vm_end = READ_ONCE(mm->mm_lock_seq.sequence);\n\tmmap_read_unlock(mm);\n");
  const std::string who = reader("\tif (READ_ONCE(mm->vma_writer_wait.task) == current)\n\t\tmmap_assert_locked(mm);\n");
  const std::string early = writer(
      "\tvma = READ_ONCE(mm->mm_lock_seq.sequence) ? NULL : vma_lookup(mm, addr);\n\tmmap_write_lock(mm);\n\tmmap_write_unlock(mm);\n");
  const std::string late = writer(
      "\tmmap_write_lock(mm);\n\tvma = vma_lookup(mm, addr);\n\tif (vma)\n\t\tvma_start_write(vma);\n\tmmap_write_downgrade(mm);\n\tif (vma)\n\t\tuse_vma(vma);\n\tmmap_read_unlock(mm);\n");
  const std::string keeps = writer("\tmmap_write_lock(mm);\n");
  const std::string back = writer(
      "\tunsigned int seq;\n\n\tmmap_write_lock(mm);\n\tseq = mm->mm_lock_seq.sequence;\n\tmm_lock_seqcount_end(mm);\n\tmm->mm_lock_seq.sequence = seq;\n\tmmap_write_unlock(mm);\n");
  for (const Case& c :
       {Case{compared.c_str(), "compared with what is none", "case.c:3"}, Case{ordered.c_str(), "compared with what is none", "case.c:3"},
        Case{computed.c_str(), "computed with", "case.c:5"}, Case{kept.c_str(), "a sequence number", "case.c:8"},
        Case{who.c_str(), "a task is compared with another", "case.c:3"},
        Case{early.c_str(), "at work before it holds mmap_lock for write", "case.c:5"},
        Case{late.c_str(), "at work without mmap_lock held for write", "case.c"},
        Case{keeps.c_str(), "ends while it still holds something", "mmap_lock.h"}, Case{back.c_str(), "what is not its next number", "case.c:10"}}) {
    CAPTURE(c.sentence);
    const AnyReport report = check_endless(kStandard, {.text = c.text}, {&properties::kExclusion});
    CHECK(report.verdict == AnyReport::Verdict::kPremise);
    std::string all;
    for (const BrokenPremise& premise : report.search.premises) all += premise.sentence + " (" + premise.place + ")\n";
    CAPTURE(all);
    const bool said = std::any_of(report.search.premises.begin(), report.search.premises.end(), [&](const BrokenPremise& premise) {
      return premise.sentence.find(c.sentence) != std::string::npos && premise.place.find(c.place) != std::string::npos;
    });
    CHECK(said);
  }
}

TEST_CASE("two old sequence numbers are taken for equal, and for not equal") {
  // A reader that keeps mm_lock_seq, and then finds a mark of an earlier write lock: of the same one, or of another.
  for (const char* relation : {"==", "!="}) {
    CAPTURE(relation);
    const std::string text =
        std::string(
            "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\tunsigned int first, mark;\n\n"
            "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\tif (vma) {\n\t\tfirst = READ_ONCE(mm->mm_lock_seq.sequence);\n"
            "\t\tmark = READ_ONCE(vma->vm_lock_seq);\n"
            "\t\tWARN_ON((first & 1) && mark != UINT_MAX && mark ") +
        relation + " first && mark != READ_ONCE(mm->mm_lock_seq.sequence));\n\t}\n\trcu_read_unlock();\n}\n";
    const AnyReport report = check_endless(kStandard, {.text = text}, {&properties::kNoWarning});
    CHECK(report.verdict == AnyReport::Verdict::kViolation);
    CHECK(report.numbers.readers == 1);
  }
}

TEST_CASE("a waiter that a late wake-up finds may be another than the one that it was for") {
  // Who is woken without a reason must not believe it: here it does.
  const std::string text =
      "void writer(struct mm_struct *mm, unsigned long addr)\n{\n\tmmap_write_lock(mm);\n\trcu_assign_pointer(mm->vma_writer_wait.task, current);\n"
      "\tset_current_state(TASK_UNINTERRUPTIBLE);\n\tWARN_ON(READ_ONCE(mm->vma_writer_wait.task) == NULL);\n\trcu_assign_pointer(mm->vma_writer_wait.task, NULL);\n"
      "\t__set_current_state(TASK_RUNNING);\n\tmmap_write_unlock(mm);\n}\n"
      "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\trcuwait_wake_up(&mm->vma_writer_wait);\n}\n";
  CHECK(check_endless(kStandard, {.text = text}, {&properties::kNoWarning, &properties::kNoStuck}).verdict == AnyReport::Verdict::kProved);
  const std::string sleeps =
      "void writer(struct mm_struct *mm, unsigned long addr)\n{\n\tmmap_write_lock(mm);\n\trcu_assign_pointer(mm->vma_writer_wait.task, current);\n"
      "\tset_current_state(TASK_UNINTERRUPTIBLE);\n\tschedule();\n\trcu_assign_pointer(mm->vma_writer_wait.task, NULL);\n\tmmap_write_unlock(mm);\n}\n"
      "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\trcuwait_wake_up(&mm->vma_writer_wait);\n}\n";
  // Nobody needs to come who wakes it.
  CHECK(check_endless(kStandard, {.text = sleeps}, {&properties::kNoStuck}).verdict == AnyReport::Verdict::kViolation);
}

TEST_CASE("threads of a scenario are any number where it says so, or all of them") {
  const auto machine_of_text = [](const std::string& threads) {
    const std::string text =
        "title = \"Some of many\"\nstory = \"\"\"\n[[thread]] is no table here.\"\"\"\n\n[[mm]]\nname = \"mm0\"\n\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n\n" +
        threads;
    Scenario scenario = parse_scenario(text, "some", "some.toml").value();
    CodeBase code = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value();
    return Machine::build(std::move(scenario), std::move(code)).value();
  };
  const std::string reader = "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  const std::string faults = "[[thread]]\nname = \"f1\"\nrun = \"reader_fallback(mm0, 0x1000)\"\n";
  const std::string writer = "[[thread]]\nname = \"w1\"\nrun = \"writer(mm0, 0x1000)\"\n";
  const std::string any = "count = \"any\"\n";
  const Machine some = machine_of_text(reader + any + writer + faults);
  const std::vector<bool> threads = any_threads(some.scenario());
  CHECK(threads == std::vector<bool>{true, false, false});
  CHECK(any_threads(machine_of_text(reader + writer).scenario()).empty());
  const AnyScenario of_some = AnyScenario::of(some, threads).value();
  CHECK(crowd_text(of_some.machine(), of_some.crowd()) == "any number of readers");
  CHECK(of_some.with({3, {}}).value().scenario().threads[2].name == "r1_3");
  AnyCheck check(of_some.machine(), of_some.crowd(), of_some.maker(), {});
  while (check.advance({1000}) == Status::kRunning) {
  }
  CHECK(check.report().value().verdict == AnyReport::Verdict::kProved);

  const AnyScenario all = AnyScenario::of(machine_of_text(reader + writer), {}).value();
  CHECK(crowd_text(all.machine(), all.crowd()) == "any number of readers and writers");
  CHECK(all.machine().thread_count() == 3);

  // Two kinds that are not alike, and do not queue.
  const auto refused = AnyScenario::of(machine_of_text(reader + faults + writer), {});
  REQUIRE(!refused);
  CHECK(refused.error().message.find("they are not alike") != std::string::npos);
  CHECK(!parse_scenario("title = \"x\"\n[[mm]]\nname = \"mm0\"\n" + reader + "count = \"2\"\n", "x", "x.toml"));
}

TEST_CASE("no variant is proved for any number of threads of the scenario that it breaks") {
  const PropertySet decided = decided_for_any();
  int broken = 0;
  const auto variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  for (const Variant& variant : *variants) {
    if (variant.ordering.value_or(Ordering::kSc) != Ordering::kSc || variant.breaks.empty() || (bit_of(*variant.breaks.front()) & decided) == 0)
      continue;
    Scenario scenario = scenario_of(variant, VMALAB_TEST_ASSETS).value();
    CAPTURE(variant.name);
    CodeBase code = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant.file).value();
    const Machine machine = Machine::build(std::move(scenario), std::move(code)).value();
    // All threads; and those alone that run what the first reader runs.
    std::vector<std::vector<bool>> choices{{}};
    for (int t = 0; t < machine.thread_count() && choices.size() == 1; ++t) {
      if (machine.scenario().threads[static_cast<std::size_t>(t)].call.find("reader") == std::string::npos) continue;
      choices.emplace_back();
      for (int other = 0; other < machine.thread_count(); ++other)
        choices.back().push_back(machine.program_index(thread_id(other)) == machine.program_index(thread_id(t)));
    }
    for (const std::vector<bool>& any : choices) {
      const Result<AnyScenario> some = AnyScenario::of(machine, any);
      if (!some) continue;
      AnySearch search(some->machine(), some->crowd(), decided, std::size_t{200} << 20);
      Status status = Status::kRunning;
      for (int pieces = 0; pieces < 20 && status == Status::kRunning; ++pieces) status = search.advance({1000});
      if (status == Status::kRunning) continue;  // too large for a test
      const std::string crowd = crowd_text(some->machine(), some->crowd());
      CAPTURE(crowd);
      CHECK(search.result().end != AnyResult::End::kComplete);
      broken += search.result().end == AnyResult::End::kViolation;
    }
  }
  CHECK(broken >= 10);
}

}  // namespace vmalab::check
