// SPDX-License-Identifier: GPL-2.0-only
#include "machine/scenario_keys.h"

#include <array>

namespace vmalab {
namespace {

constexpr std::array kKeys{
    TomlKey{"", "title", "one line that says what happens; needed"},
    TomlKey{"", "order", "a number: the place in the list of scenarios"},
    TomlKey{"", "story", "a few sentences for whoever opens it"},
    TomlKey{
        "", "story_claims",
        "what each sentence of the story says at some step of the demo, as `claims` of a caption; \"title: 2\" before them: the second says what the title does"},
    TomlKey{"", "notes", "for the speaker, before the demo begins; `vmalab open --notes` prints it. Nobody else sees it, and it carries no claims"},
    TomlKey{"", "code", "C files of your own, [\"fork.c\", \"lib/helpers.c\"]; paths begin in the folder of the scenario file"},
    TomlKey{"", "lockdep", "true (the usual) or false: how the kernel code is built"},
    TomlKey{"", "seq_bits", "2 to 32 (the usual): the width of the two sequence numbers"},
    TomlKey{"", "signals", "true: a fatal signal may come to any thread at any time; false is the usual"},
    TomlKey{"", "type_stable", "true (the usual): the slab of VMAs is SLAB_TYPESAFE_BY_RCU; false: a freed VMA may not be touched even inside RCU"},
    TomlKey{"", "mm", "an address space, one table [[mm]] for each"},
    TomlKey{"", "vma", "a VMA object, one table [[vma]] for each"},
    TomlKey{"", "thread", "a thread, one table [[thread]] for each; at least one"},
    TomlKey{"", "goal", "a state worth finding, one table [[goal]] for each"},
    TomlKey{"", "demo", "some steps and what to say to them, one table [[demo]] after the other"},
    TomlKey{"", "expect", "how the demo ends, in the table [expect]"},

    TomlKey{"mm", "name", "what C calls it: mm0; needed"},
    TomlKey{"mm", "count", "mm_count at the start; 1 is the usual"},
    TomlKey{"mm", "lock_seq", "mm_lock_seq at the start, an even number; 0 is the usual"},

    TomlKey{"vma", "name", "what C calls it: vma0; needed"},
    TomlKey{"vma", "mm", "the name of its mm, or \"\" for a free object of the slab; needed"},
    TomlKey{"vma", "start", "its first address, a multiple of 0x1000; 0x1000 is the usual"},
    TomlKey{"vma", "end", "the address behind it; 0x2000 is the usual, 0x8000 the highest"},
    TomlKey{"vma", "attached", "true: vm_refcnt is 1 and it is in the tree; false: allocated and detached"},

    TomlKey{"thread", "name", "what schedules and C call it: r1; needed"},
    TomlKey{"thread", "run", "the C call that it runs, \"reader(mm0, 0x1000)\"; needed"},
    TomlKey{"thread", "count", "\"any\": `vmalab check` judges any number of such threads; everything else runs one of them"},

    TomlKey{"goal", "name", "its title; needed"},
    TomlKey{"goal", "text", "what it teaches"},
    TomlKey{"goal", "expr", "C over the state that is not zero there, \"vma0->vm_refcnt == 3\"; needed"},
    TomlKey{"goal", "steps", "how many steps its shortest way has, for tests"},
    TomlKey{"goal", "reachable", "true (the usual); false: there is no way, for tests"},
    TomlKey{"goal", "must",
            "true: where no check is broken, `check` looks for this state too, and fails when there is no way there; false is the usual"},

    TomlKey{"demo", "do", "steps: \"r1*3,w1\", and \"w1!\" for a fatal signal to w1; needed"},
    TomlKey{"demo", "caption", "one or two sentences"},
    TomlKey{"demo", "note", "for the speaker, beside this caption; as `notes`"},
    TomlKey{"demo", "claims",
            "a list, one a sentence: C that is not zero after these steps, \"did: r1 finds vma0\", \"never: ...\", several between semicolons, "
            "or \"no claim\"; `vmalab captions` checks them"},

    TomlKey{"expect", "final", "a list of C expressions, each not zero after the demo"},
    TomlKey{"expect", "violations", "a list of the checks that the demo breaks"},
    TomlKey{"expect", "all_done", "true (the usual): the demo lets every thread finish"},
    TomlKey{"expect", "states", "how many states a search without reductions finds, for tests"},
};

constexpr std::array<TomlTitle, 7> kTitles{{{"", "the scenario"},
                                            {"mm", "[[mm]]"},
                                            {"vma", "[[vma]]"},
                                            {"thread", "[[thread]]"},
                                            {"goal", "[[goal]]"},
                                            {"demo", "[[demo]]"},
                                            {"expect", "[expect]"}}};

}  // namespace

const TomlFormat& scenario_format() {
  static constexpr TomlFormat kFormat{kKeys, kTitles};
  return kFormat;
}

}  // namespace vmalab
