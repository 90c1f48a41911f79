// SPDX-License-Identifier: GPL-2.0-only
// Words for what the machine does: next steps, past steps, blocked threads, values, classes. Plain functions
// from state to text, shared by the terminal, the window and the traces.
#pragma once

#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

/// A pointer's value: "vma0", "mm0", "r1", "mm0->mm_lock_seq"; "NULL", "-EAGAIN", or a number otherwise. The address of an
/// object's first field is that of the object, and the object is meant.
std::string address_text(const Machine& machine, Word value);
/// The shared word at an address, as StepInfo::address has it: "vma0->vm_refcnt", "mm0->mmap_lock", "w1->__state".
std::string word_name(const Machine& machine, Word address);
/// "FLAG+2" for a refcount, plain otherwise.
std::string refcount_text(Word value);
std::string task_state_text(Word value);  ///< "RUNNING", "UNINTERRUPTIBLE", "KILLABLE"
/// The value of a shared word, as that word is best read: "FLAG+2", "UINT_MAX", "held for write by w1", "vma0 at 0x1000".
std::string word_text(const Machine& machine, Word address, Word value);

/// What the thread's next step will do: "add 1 to vma0->vm_refcnt unless it is 0 or above the limit (acquire)".
std::string next_step_text(const Machine& machine, const State& state, ThreadId t);
/// One of several ways that the next step can go: "1, the newest", "UINT_MAX, an older value", "behind 1, the newest".
std::string value_of_way(const Machine& machine, const Way& way);
/// The same in words; `next`: next_step_text(). "read vma0->vm_lock_seq: UINT_MAX, an older value"
std::string way_text(const Machine& machine, const Way& way, const std::string& next);
/// A sentence for an enabled action.
std::string action_text(const Machine& machine, const State& state, Action action);
/// What a step did: "vm_refcnt 1 -> 2".
std::string step_text(const Machine& machine, const StepInfo& info);
/// Why the thread cannot step and who could free it; empty when it can.
std::string blocked_text(const Machine& machine, const State& state, ThreadId t);
/// What the thread is doing in words: "waiting for readers to leave vma0".
std::string activity_text(const Machine& machine, const State& state, ThreadId t);
/// What the calls of stubs give in this machine when others are possible, for a run that shows one of them, and which
/// stubs nothing calls; else empty.
std::string stub_notice(const Machine& machine);
/// A violation in a sentence, with the numbers of this step.
std::string violation_text(const Machine& machine, const StepInfo& info, const Property& property);
/// Where an instruction is written; all empty when nobody wrote it.
struct CodePlace {
  std::string function, file;  ///< the file as CodeBase names it
  std::uint32_t line = 0;
  std::string source;  ///< the line, without its indent
};
CodePlace place_of(const Machine& machine, ThreadId thread, Pc pc);
/// Of the instruction that ran; nowhere for a signal.
CodePlace place_of(const Machine& machine, const StepInfo& info);
/// "kernel/mmap_lock.h:114 vma_refcount_put"
std::string place_text(const Machine& machine, ThreadId thread, Pc pc);
/// What runs in place of parts of the model: "variant no-wake", "Linux tree", "Linux tree and variant no-wake"; empty when the
/// model runs alone.
std::string code_name(const CodeBase& code);
/// Text of an action in a schedule: "r1", "w1!", or "r1?2" for the step that goes way 2.
std::string action_name(const Machine& machine, Action action);

/// The classes of vm_refcnt (include/linux/mm_types.h): the rows of the class table, the nodes of the class map.
enum class RefcntClass : std::uint8_t { kDetached, kAttached, kReferenced, kFlag, kFlagPlusOne, kFlagAndReaders, kOther, kCount };
struct RefcntClassInfo {
  RefcntClass id;
  const char* value;    ///< "0", "1", "2 .. FLAG-1", "FLAG", "FLAG+1", "> FLAG+1"
  const char* name;     ///< a few words
  const char* meaning;  ///< what it says
};
const std::vector<RefcntClassInfo>& refcnt_classes();
RefcntClass refcnt_class(Word vm_refcnt);
/// The class made exact from the ghost facts: which of the class's meanings holds here, and who holds what.
std::string refcnt_class_text(const Machine& machine, const State& state, VmaId vma);

}  // namespace vmalab
