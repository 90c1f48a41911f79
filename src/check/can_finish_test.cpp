// SPDX-License-Identifier: GPL-2.0-only
// Which states can never finish: against the plainest way to find out.
#include "check/can_finish.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "check/explorer.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using Ref = StateGraph::Ref;

std::vector<Ref> all_states(const StateGraph& graph) {
  std::vector<Ref> all;
  for (int depth = 0; depth < graph.levels(); ++depth) {
    for (const Ref ref : graph.states_of_level(depth, [](Ref) { return true; })) all.push_back(ref);
  }
  return all;
}

/// From the finished states back, until nothing changes.
std::vector<Ref> non_terminating_states(StateGraph& graph) {
  const std::vector<Ref> all = all_states(graph);
  std::set<Ref> good;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Ref ref : all) {
      if (good.count(ref) != 0) continue;
      const StateGraph::Expanded expanded = graph.expand(graph.tuple_at(ref));
      bool finishes = expanded.outlook == Outlook::kFinished;
      for (const auto& next : expanded.successors) {
        const auto to = graph.find(next.tuple);
        finishes = finishes || (to && good.count(*to) != 0);
      }
      if (finishes) changed = good.insert(ref).second;
    }
  }
  std::vector<Ref> non_terminating;
  for (const Ref ref : all) {
    if (good.count(ref) == 0 && (non_terminating.empty() || graph.depth_of(ref) == graph.depth_of(non_terminating.front())))
      non_terminating.push_back(ref);
  }
  return non_terminating;
}

void agree(const Machine& machine, bool expected) {
  for (const int jobs : {1, 3}) {
    for (const bool reduced : {false, true}) {
      SearchOptions options;
      options.symmetry = options.partial_order = reduced;
      options.jobs = jobs;
      options.judged = 0;
      Explorer explorer(machine, options, machine.initial());
      REQUIRE(run(explorer, {}).end == SearchEnd::kComplete);
      CanFinish can_finish(explorer.graph(), 0);
      while (can_finish.advance({5}) == Status::kRunning) {
      }
      CHECK(can_finish.end() == SearchEnd::kComplete);
      CHECK(can_finish.non_terminating() == non_terminating_states(explorer.graph()));
      CHECK(can_finish.non_terminating().empty() != expected);
    }
  }
}

/// Readers that run this in place of reader(), on a VMA whose vm_start is 0 and counts from there.
Machine readers(int count, const std::string& loop) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/case.c",
                   "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\tunsigned long seen = 0;\n\n"
                   "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\trcu_read_unlock();\n" +
                       loop + "}\n",
                   SourceFile::Origin::kVariant});
  return Machine::build(standard_scenario(count, 0, 0).value(), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

}  // namespace

TEST_CASE("the states that cannot finish are those of the plainest search") {
  agree(Machine::build(standard_scenario(1, 1, 1).value(), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value(), false);
  for (const char* name : {"no-wake", "publish-late", "wake-only-attached"}) {
    CAPTURE(name);
    const Variant v = find_variant(VMALAB_TEST_ASSETS, name).value();
    const Scenario scenario = scenario_of(v, VMALAB_TEST_ASSETS).value();
    agree(Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, v.file).value()).value(), true);
  }
}

TEST_CASE("ways that lead back before they lead to the end are found") {
  // Round and round; only who sees a certain value leaves.
  agree(
      readers(
          2,
          "\tdo {\n\t\tWRITE_ONCE(vma->vm_start, (READ_ONCE(vma->vm_start) + 1) & 7);\n\t\tseen = READ_ONCE(vma->vm_start);\n\t} while (seen != 5);\n"),
      false);
  // Who leaves may lock the other in.
  agree(readers(2,
                "\tdo {\n\t\tseen = READ_ONCE(vma->vm_start);\n\t\tif (seen < 3)\n\t\t\tWRITE_ONCE(vma->vm_start, seen + 1);\n\t} while (seen < 3);\n"
                "\tWRITE_ONCE(vma->vm_start, READ_ONCE(vma->vm_start) == 3 ? 0x10 : 2);\n"
                "\twhile (READ_ONCE(vma->vm_start) == 2)\n\t\t;\n"),
        true);
  agree(readers(1, "\twhile (READ_ONCE(vma->vm_end) != 0)\n\t\tWRITE_ONCE(vma->vm_start, (READ_ONCE(vma->vm_start) + 1) & 3);\n"), true);
}

}  // namespace vmalab::check
