// SPDX-License-Identifier: GPL-2.0-only
#include "machine/scenario_keys.h"

#include <algorithm>
#include <array>

namespace vmalab {
namespace {

constexpr std::array kKeys{
    ScenarioKey{"", "title", "one line that says what happens; needed"},
    ScenarioKey{"", "order", "a number: the place in the list of scenarios"},
    ScenarioKey{"", "story", "a few sentences for whoever opens it"},
    ScenarioKey{"", "story_claims", "what each sentence of the story says of the machine at some step of the demo, as `claims` of a caption"},
    ScenarioKey{"", "code", "C files of your own, [\"fork.c\", \"lib/helpers.c\"]; paths begin in the folder of the scenario file"},
    ScenarioKey{"", "lockdep", "true (the usual) or false: how the kernel code is built"},
    ScenarioKey{"", "seq_bits", "2 to 32 (the usual): the width of the two sequence numbers"},
    ScenarioKey{"", "signals", "true: a fatal signal may come to any thread at any time; false is the usual"},
    ScenarioKey{"", "type_stable",
                "true (the usual): the slab of VMAs is SLAB_TYPESAFE_BY_RCU; false: a freed VMA may not be touched even inside RCU"},
    ScenarioKey{"", "mm", "an address space, one table [[mm]] for each"},
    ScenarioKey{"", "vma", "a VMA object, one table [[vma]] for each"},
    ScenarioKey{"", "thread", "a thread, one table [[thread]] for each; at least one"},
    ScenarioKey{"", "goal", "a state worth finding, one table [[goal]] for each"},
    ScenarioKey{"", "demo", "some steps and what to say to them, one table [[demo]] after the other"},
    ScenarioKey{"", "expect", "how the demo ends, in the table [expect]"},

    ScenarioKey{"mm", "name", "what C calls it: mm0; needed"},
    ScenarioKey{"mm", "count", "mm_count at the start; 1 is the usual"},
    ScenarioKey{"mm", "lock_seq", "mm_lock_seq at the start, an even number; 0 is the usual"},

    ScenarioKey{"vma", "name", "what C calls it: vma0; needed"},
    ScenarioKey{"vma", "mm", "the name of its mm, or \"\" for a free object of the slab; needed"},
    ScenarioKey{"vma", "start", "its first address, a multiple of 0x1000; 0x1000 is the usual"},
    ScenarioKey{"vma", "end", "the address behind it; 0x2000 is the usual, 0x8000 the highest"},
    ScenarioKey{"vma", "attached", "true: vm_refcnt is 1 and it is in the tree; false: allocated and detached"},

    ScenarioKey{"thread", "name", "what schedules and C call it: r1; needed"},
    ScenarioKey{"thread", "run", "the C call that it runs, \"reader(mm0, 0x1000)\"; needed"},

    ScenarioKey{"goal", "name", "its title; needed"},
    ScenarioKey{"goal", "text", "what it teaches"},
    ScenarioKey{"goal", "expr", "C over the state that is not zero there, \"vma0->vm_refcnt == 3\"; needed"},
    ScenarioKey{"goal", "steps", "how many steps its shortest way has, for tests"},
    ScenarioKey{"goal", "reachable", "true (the usual); false: there is no way, for tests"},
    ScenarioKey{"goal", "must",
                "true: where no check is broken, `check` looks for this state too, and fails when there is no way there; false is the usual"},

    ScenarioKey{"demo", "do", "steps: \"r1*3,w1\", and \"w1!\" for a fatal signal to w1; needed"},
    ScenarioKey{"demo", "caption", "one or two sentences"},
    ScenarioKey{"demo", "claims",
                "a list, one a sentence: C that is not zero after these steps, \"did: r1 finds vma0\", \"never: ...\", several between semicolons, "
                "or \"no claim\"; `vmalab captions` checks them"},

    ScenarioKey{"expect", "final", "a list of C expressions, each not zero after the demo"},
    ScenarioKey{"expect", "violations", "a list of the checks that the demo breaks"},
    ScenarioKey{"expect", "all_done", "true (the usual): the demo lets every thread finish"},
    ScenarioKey{"expect", "states", "how many states a search without reductions finds, for tests"},
};

}  // namespace

std::span<const ScenarioKey> scenario_keys() { return kKeys; }

bool is_scenario_key(std::string_view table, std::string_view name) {
  return std::any_of(kKeys.begin(), kKeys.end(), [&](const ScenarioKey& key) { return key.table == table && key.name == name; });
}

std::string_view scenario_table_title(std::string_view table) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTitles{{{"", "the scenario"},
                                                                                  {"mm", "[[mm]]"},
                                                                                  {"vma", "[[vma]]"},
                                                                                  {"thread", "[[thread]]"},
                                                                                  {"goal", "[[goal]]"},
                                                                                  {"demo", "[[demo]]"},
                                                                                  {"expect", "[expect]"}}};
  for (const auto& [name, title] : kTitles) {
    if (name == table) return title;
  }
  return {};
}

}  // namespace vmalab
