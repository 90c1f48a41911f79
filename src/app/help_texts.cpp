// SPDX-License-Identifier: GPL-2.0-only
#include "app/help_texts.h"

#include <algorithm>

#include "app/window.h"
#include "base/text_layout.h"
#include "base/words.h"
#include "export/format.h"
#include "lang/builtins.h"

namespace vmalab::app {
namespace {

constexpr const char* kStory =
    R"(`vmalab` runs the Linux kernel's per-VMA lock one shared memory access at a time: you choose which thread goes next and
watch vm_refcnt, the sequence numbers, the waiter and the C that is running. Every step is checked, every run can be recorded
and replayed, and `vmalab check` judges all interleavings. Without a command the window opens; with the name of a file, that
file in it: a trace, or a scenario of your own.
)";

constexpr const char* kExamples = R"(  vmalab                                        open the window on the default scenario
  vmalab scenarios                              what there is to run
  vmalab run writer-waits-for-a-reader          play its demo in the terminal
  vmalab run -i --readers 2 --writers 1         steer two readers and a writer by hand
  vmalab run --readers 1 --writers 1 --random 7 --record race.jsonl
  vmalab replay race.jsonl                      recompute a recording, step by step
  vmalab race.jsonl                             the same in the window, as `vmalab open race.jsonl`
  vmalab run two-readers --schedule r1*3,r2 --link    a run as one line of text, for a mail
  vmalab check --readers 3 --writers 1 --detachers 1    every interleaving, every check
  vmalab check --variant no-wake --trace bug.jsonl      the shortest way into a bug, as a trace
  vmalab check --kernel ~/linux                 the same with the functions of a kernel tree
  vmalab parse --kernel ~/linux                 which lock functions of a kernel tree can run
@  vmalab shot two-readers --steps 4 -o two.png  a picture of the window, no display needed
  vmalab lesson                                 learn the lock from the beginning, with questions; `vmalab lessons` lists all
  vmalab new mine                               a scenario of your own to begin with; then: vmalab check mine.toml
  vmalab help scenarios                         how to write one: keys, functions, primitives, checks
)";

constexpr const char* kExitCodes =
    R"(Exit codes: 0 all well, 1 a check was violated or a state found, 2 bad input, 3 not completed.
`vmalab COMMAND --help` says more. Lines are as wide as the terminal or $COLUMNS says, at most 100;
NO_COLOR, CLICOLOR=0 and TERM=dumb turn colours off.
)";

constexpr const char* kCheckExamples = R"(
Examples:
  vmalab check --readers 3 --writers 1 --detachers 1
  vmalab check --readers any --writers 1                           for every number of readers, in one search
  vmalab check --any                                               of everybody: readers, writers, munmap and mmap, for ever
  vmalab check --variant put-wakes-freed-mm --trace race.jsonl     then: vmalab open race.jsonl
  vmalab check --kernel ~/linux                                    every scenario, before sending a patch
  vmalab check --kernel ~/linux --patch fix.patch --report         the same with a patch, as a text to paste under it
  vmalab check --kernel ~/linux --series v3.mbox                   each commit of a series
  git bisect run vmalab check --bisect --kernel .                  the first bad commit
  vmalab check --find 'vma0->vm_refcnt == FLAG + 3'                the shortest way to a state

Exit codes: 0 pass, 1 a violation or the state was found, 2 bad input (or an internal error, which says so), 3 not completed, or
not proved for any number.
)";

constexpr const char* kExportExamples = R"(
Examples:
  vmalab export recycled-vma -o recycled.html                      a page to attach to a mail
  vmalab export --variant put-wakes-freed-mm -o race.txt --only-shared     a race for a commit message
@  vmalab export recycled-vma --stage -o recycled.webp --max-size 5M
  vmalab export race.jsonl -o race.json                            then: open it in ui.perfetto.dev
)";

constexpr const char* kCompareHelp = R"(
"The same" has two levels, and both are decided over all interleavings.
  outcomes  the verdict of every check, the states it can end in (shared memory, what the threads return), which VMA each
            thread used or changed and what the VMA was then, the values and changes of vm_refcnt
  accesses  every access to shared memory, thread by thread: location, operation, value
Two loads the other way round are other accesses with the same outcomes; a check left out shows in the outcomes. For the first
difference there is a shortest run. What could not be searched is neither the same nor different.

Exit codes: 0 the same outcomes, other accesses or not; 1 another outcome; 2 bad input, or code that cannot run; 3 not completed.
)";

constexpr const char* kFuturesHelp = R"(
Decided over all interleavings, without reductions; fatal signals come where the scenario lets them. A violation can still be
avoided while some way leads to an end without one: to where every thread is done, or (where no-stuck is not asked about) to
where none can step. The point of no return is the first step after which there is no such way. A run that goes round for ever
has no end, and is told. What would take more than --states is not known, and never guessed.

Examples:
  vmalab futures --variant no-wake                      the point of no return of its demo
  vmalab futures race.jsonl --at 20                     what each step that could come next leads to
  vmalab futures two-readers --at 3 --find 'thread_done(r1) && !thread_done(r2)'
  vmalab futures race.jsonl --at 12 --another-ending    the nearest run from there with another outcome, as a schedule
  vmalab futures race.jsonl --at 12 --to-line mmap_lock.c:66 --thread w1

Of the nearest run: 0 there is one, 1 there is none, 3 not known. Otherwise:
Exit codes: 0 it can still be avoided at the step, or the run has no point of no return; 1 it cannot, or there is one; 2 bad
input; 3 something of it is not known.
)";

constexpr const char* kMinimizeHelp = R"(
The same violation is one of the same check, about the same object, at the same line of C; of no-stuck, the same threads that
can never go on. Where all that is nearer fits into --states, the answer is the shortest run there is, with the fewest
switches. Where it does not, what the violation does not need is left out of the run: that is shorter, and says that it is
not proved shortest.

Examples:
  vmalab minimize race.jsonl -o short.jsonl
  vmalab minimize --variant no-wake --random 4
  vmalab minimize two-readers --round-robin --find 'thread_done(r1)'

Exit codes: 0 the shortest, 2 bad input (a run without a violation is that, too), 3 not proved shortest.
)";

constexpr const char* kWhyHelp = R"(
WHAT is one of
  vma0->vm_refcnt, mm0->mmap_lock    a word of an object, or a static variable
  r1:oldcnt, r1:vma->vm_refcnt       a variable of a thread, by its name in the C that it runs, and what it points at
  r1                                 a thread: why it waits, who holds what, whose steps would free it
  exclusion                          a check: what of it is false, and the steps that made it so
  'holds_read_lock(r1, vma0)'        any EXPR of `vmalab check --find`

Examples:
  vmalab why writer-waits-for-a-reader 20 'vma0->vm_refcnt'        who made it so, what that step had read, and so on back
  vmalab why race.jsonl 14 'vma0->vm_refcnt' --next                who reads it next, when it changes
  vmalab why writer-waits-for-a-reader 23 w1                       why w1 waits
  vmalab why --variant put-wakes-freed-mm end no-use-after-free    why the check is false

Exit codes: 0 answered, 2 bad input.
)";

constexpr const char* kMapHelp = R"(
Every access is a step, and states that differ only in which of identical threads stands where are
one (--no-symmetry: each by itself); so --no-partial-order changes nothing. Behind a step that
breaks a check nothing is counted. `vmalab check` merges reads into the step before them, sends no
signal that nobody looks for, and ends with what it was asked: it meets fewer states, after other
numbers of steps, so the map has a search of its own.
  states    first met after so many steps, with vm_refcnt in that class; * where the run is
  ends      of them, those in which every thread is done
  breaking  of them, those from which a step breaks a check, or in which no thread can go on
For any number of threads, which --any, --readers any and `count = "any"` of a scenario ask for, the states are those of that search: each
stands for many, and so may break what no threads do. In the place of ends:
  none, one, many   of them, those in which readers hold so many references

Examples:
  vmalab map two-readers
  vmalab map --any                                                 what stands for any number of threads
  vmalab map race.jsonl --json                                     with the run's way through it
  vmalab map --variant no-wake --to breaking                       a schedule for: vmalab run --variant no-wake --schedule ...

Exit codes: 0 all states counted and no check broken, 1 some check is, 2 bad input, 3 not all states could be counted, or for any number
some check may be broken.
)";

constexpr const char* kDiffHelp = R"(
Both take the same steps until one is not the same: it can happen in the one alone, is another
access, has another result, breaks other checks, or leaves other values. Looks that only one of them
has (it reads and writes nothing, as assertions do without lockdep) are told and are no difference;
what follows from them is. An option given once is of the second, and the first is the lock as it
is; given twice, of both in order; one given once beside another that is given twice is on both
sides.

Examples:
  vmalab diff --variant no-wake                                    the lock, and the variant in its demo
  vmalab diff two-readers --lockdep on --lockdep off
  vmalab diff --kernel ~/linux --lockdep on --lockdep off          that tree on both sides
  vmalab diff recycled-vma --kernel ~/linux-6.15 --kernel ~/linux --random 7
  vmalab diff race.jsonl --variant none                            what was recorded, and the lock without its bug

Exit codes: 0 the same under this schedule, 1 they part, 2 bad input, or threads that do not match.
)";

constexpr const char* kGuideHint = "\n`vmalab help scenarios` prints how to write one: keys, functions for threads, primitives, checks.\n";

/// A help text without the lines that begin with @, or without the @, if this build has no window or has one.
std::string for_this_build(std::string text) {
  for (std::size_t at = text.find("\n@"); at != std::string::npos; at = text.find("\n@", at)) {
    text.erase(at + 1, has_window() ? 1 : text.find('\n', at + 1) - at);
  }
  return text;
}

/// What --find understands.
std::string expression_help() {
  std::string text =
      "\nEXPR is C over the state: objects by their names in the scenario (vma0, mm0, r1), their fields (vma0->vm_refcnt,\n"
      "vma0->vm_lock_seq, mm0->mm_lock_seq.sequence), the kernel's constants (VM_REFCNT_EXCLUDE_READERS_FLAG, or FLAG), and\n";
  for (const QueryName& query : query_table()) {
    std::string call = std::string(query.name) + "(";
    for (const char argument : query.arguments) {
      if (call.back() != '(') call += ", ";
      call += argument == 't' ? "r1" : argument == 'v' ? "vma0" : argument == 'm' ? "mm0" : "vma_start_read";
    }
    call += ")";
    call.resize(std::max<std::size_t>(call.size(), 34), ' ');
    text += "  " + call + "  " + std::string(query.meaning) + "\n";
  }
  return text;
}

}  // namespace

std::string program_story() { return kStory; }
std::string exit_codes() { return kExitCodes; }
std::string program_examples() { return for_this_build(kExamples); }
std::string check_help() { return expression_help() + kCheckExamples; }
std::string compare_help() { return kCompareHelp; }
std::string futures_help() { return kFuturesHelp; }
std::string minimize_help() { return kMinimizeHelp; }
std::string why_help() { return kWhyHelp; }
std::string map_help() { return kMapHelp; }
std::string diff_help() { return kDiffHelp; }
std::string export_help() {
  std::string text = "\nFormats, by the extension of FILE:\n";
  for (const ExportFormat& format : export_formats()) text += "  " + padded(format.extension, 10) + std::string(format.what) + "\n";
  for (const PictureFormat& format : picture_formats()) text += "  " + padded(format.extension, 10) + std::string(format.what) + "\n";
  return text + for_this_build(kExportExamples);
}
std::string litmus_help() {
  return "\nA litmus test is written as those of the kernel's tools/memory-model are. It ends with a condition, and the\n"
         "answer says whether it is met Always, Sometimes or Never, of all ways that the test can end. Loads are\n"
         "postponed where the model lets them be, unless --no-lb is given. Where a comment says \"Result: Never\",\n"
         "another answer is an error (exit code 1). Loops, filter, SRCU and registers that have a value at the start\n"
         "are refused, and the other tests still run (exit code 2).\n"
         "\nExamples:\n  vmalab litmus tools/memory-model/litmus-tests/*.litmus\n  vmalab open SB+poonceonces.litmus     (a shortest way to the condition, in the window)\n";
}

std::string guide_hint() { return kGuideHint; }
std::string lesson_hint() { return "\n`vmalab lessons` lists them; `vmalab help lessons` says how to write one.\n"; }

std::string known_extensions() {
  std::vector<std::string_view> extensions;
  for (const ExportFormat& format : export_formats()) extensions.push_back(format.extension);
  for (const PictureFormat& format : picture_formats()) extensions.push_back(format.extension);
  return words::list(extensions);
}

}  // namespace vmalab::app
