// SPDX-License-Identifier: GPL-2.0-only
// Names and values; what a thread's next step will do, and what a step did.
#include "machine/describe.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/words.h"
#include "machine/holds.h"
#include "machine/memory.h"
#include "machine/state.h"
#include "machine/words.h"

namespace vmalab {
namespace {

using words::thread_name;

std::string hex(Word value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

std::string object_text(const Machine& machine, Word object) {
  for (const ObjectName& name : machine.objects()) {
    if (name.address == object) return name.name;
  }
  return {};
}

/// "(acquire)" and so on, for the orders that promise something.
std::string order_text(Order order) {
  switch (order) {
    case Order::kAcquire: return " (acquire)";
    case Order::kRelease: return " (release)";
    case Order::kFull: return " (full barrier)";
    default: return {};
  }
}

std::string tree_text(const Machine& machine, Word tree) {
  std::string text;
  for (Word page = 0; page < kMaxPages; ++page) {
    const Word number = tree >> (4 * page) & 0xf;
    if (number == 0) continue;
    if (!text.empty()) text += ", ";
    text += address_text(machine, vma_address(static_cast<int>(number) - 1)) + " at " + hex(page << kPageShift);
  }
  return text.empty() ? "empty" : text;
}

std::string rwsem_text(const Machine& machine, Word word) {
  if (word == 0) return "free";
  if (word & MmState::kWriterBit) {
    const ThreadId owner = thread_id(word & 0xff);
    return "held for write" + (owner.value < machine.thread_count() ? " by " + thread_name(machine, owner) : std::string());
  }
  return "held for read by " + std::to_string(word);
}

std::string amount_text(Word amount) { return amount == kExcludeReadersFlag ? "FLAG" : refcount_text(amount); }

/// "vma0->vm_refcnt 1 -> 2"
std::string change_text(const Machine& machine, const StepInfo& info) {
  return word_name(machine, info.address) + " " + word_text(machine, info.address, info.old_value) + " -> " +
         word_text(machine, info.address, info.new_value);
}

std::string reference_change_text(const Machine& machine, const StepInfo& info) {
  const std::string name = word_name(machine, info.address);
  const std::string value = refcount_text(info.old_value);
  switch (info.op) {
    case Op::kRefIncLimited:
      if (info.result) return change_text(machine, info);
      return name + " is " + value + (info.old_value == 0 ? ": detached, no reference taken" : ": above the limit, no reference taken");
    case Op::kRefAddNotZero:
      if (info.result) return change_text(machine, info);
      return name + " is 0: detached, nothing added";
    default: return change_text(machine, info) + (is_refcnt(info.address) && info.new_value == 0 ? ": detached" : "");
  }
}

std::string lock_result_text(const Machine& machine, const StepInfo& info) {
  const std::string lock = word_name(machine, info.address);
  const bool for_write = info.op == Op::kDownWrite || info.op == Op::kDownWriteKillable || info.op == Op::kTryDownWrite;
  const bool trylock = info.op == Op::kTryDownRead || info.op == Op::kTryDownWrite;
  const std::string mode = for_write ? " for write" : " for read";
  if (trylock && info.result == 0) return "does not get " + lock + mode + ": " + word_text(machine, info.address, info.old_value);
  if (!trylock && info.result != 0) return "gives up on " + lock + mode + ": killed, -EINTR";
  return "takes " + lock + mode;
}

std::string wake_text(const Machine& machine, const StepInfo& info) {
  if (info.wake_target == kNoThread) return "wakes nobody: " + address_text(machine, info.address) + " is no task";
  const std::string name = thread_name(machine, ThreadId{info.wake_target});
  if (info.woken == kNoThread) return name + " is RUNNING already: nobody to wake";
  return "wakes " + name + (info.spurious_wake ? ", spuriously: what it waits for is not so yet" : "");
}

/// "exchange", "add 1 to", "set ... to 0 if it is 1"
std::string atomic_step_text(const Machine& machine, const Instr& instr, Word a, Word b, Word c) {
  const std::string at = word_name(machine, a), with = word_text(machine, a, b), order = order_text(instr.order);
  switch (static_cast<Atomic>(instr.imm)) {
    case Atomic::kExchange: return "exchange " + at + " for " + with + order;
    case Atomic::kAnd: return "keep the bits " + hex(b) + " of " + at + order;
    case Atomic::kOr: return "set the bits " + hex(b) + " of " + at + order;
    case Atomic::kXor: return "flip the bits " + hex(b) + " of " + at + order;
    case Atomic::kCompareExchange: return "set " + at + " to " + word_text(machine, a, c) + " if it is " + with + order;
    default: break;
  }
  const bool down = static_cast<std::int32_t>(b) < 0;
  const std::string amount = amount_text(down ? -b : b);
  const bool unless = static_cast<Atomic>(instr.imm) != Atomic::kAdd;
  return (down ? "subtract " + amount + " from " : "add " + amount + " to ") + at + (unless ? " unless it is " + word_text(machine, a, c) : "") +
         order;
}

/// Of rcu_barrier(), not of a grace period.
bool is_barrier(const Machine& machine, const StepInfo& info) { return machine.program(info.action.thread).code[info.pc].imm != 0; }

std::string visible_step_text(const Machine& machine, const StepInfo& info) {
  const std::string name = word_name(machine, info.address);
  switch (info.op) {
    case Op::kLoad:
      if (info.kind == Way::Kind::kPostpone) return "postpones its read of " + name;
      return (info.kind == Way::Kind::kFinish ? "at last reads " : "reads ") + name + ": " + word_text(machine, info.address, info.result);
    case Op::kRefIncLimited:
    case Op::kRefAddNotZero:
    case Op::kRefSubAndTest: return reference_change_text(machine, info);
    case Op::kSeqBegin: return change_text(machine, info);
    case Op::kSeqEnd: return change_text(machine, info) + ": every VMA write lock of this mm ends";
    case Op::kDownWrite:
    case Op::kDownRead:
    case Op::kDownWriteKillable:
    case Op::kDownReadKillable:
    case Op::kTryDownRead:
    case Op::kTryDownWrite: return lock_result_text(machine, info);
    case Op::kUpWrite:
    case Op::kUpRead: return "releases " + name;
    case Op::kDowngradeWrite: return "downgrades " + name + " from write to read";
    case Op::kRwsemIsLocked:
    case Op::kRwsemAssertAny: return "looks at " + name + ": " + word_text(machine, info.address, info.old_value);
    case Op::kLock: return "takes " + name;
    case Op::kTryLock: return info.result ? "takes " + name : "does not get " + name + ", which is held";
    case Op::kUnlock: return "lets " + name + " go";
    case Op::kPause: return "goes round a loop";
    case Op::kFence: return "passes a full memory barrier";
    case Op::kGraceBegin:
      if (is_barrier(machine, info)) return "begins to wait for callbacks" + std::string(info.result == 0 ? ": none is queued" : "");
      return info.result == kNoGracePeriod ? "begins a grace period: nobody is inside RCU" : "begins a grace period";
    case Op::kGraceWait: return is_barrier(machine, info) ? "the callbacks have ended" : "the grace period is over";
    case Op::kCallRcu: return "queues " + word_text(machine, info.address, info.new_value) + " on " + name;
    case Op::kRcuTake: return "begins to run " + word_text(machine, info.address, info.old_value) + " of " + name;
    case Op::kMmDrop: return change_text(machine, info) + (info.old_value == 1 ? ": the mm is freed" : "");
    case Op::kSignalPending: return info.result ? "a fatal signal is pending: gives up waiting" : "no signal ends this wait";
    case Op::kSchedule: return "schedule() returns" + std::string(info.old_value == kTaskRunning ? "" : ": killed");
    case Op::kWakeUpProcess: return wake_text(machine, info);
    case Op::kAtomic:
      if (info.old_value == info.new_value) return "leaves " + name + " at " + word_text(machine, info.address, info.old_value);
      return change_text(machine, info);
    case Op::kTreeFind:
    case Op::kTreeLoad: return info.result == 0 ? "finds no VMA" : "finds " + address_text(machine, info.result);
    case Op::kSlabAlloc: return info.result == 0 ? "gets no VMA: the slab is empty" : "gets " + address_text(machine, info.result) + " from the slab";
    case Op::kSlabFree: return "gives " + address_text(machine, info.address) + " back to the slab";
    case Op::kUseVma: return "uses " + address_text(machine, info.address);
    case Op::kChangeVma: return "changes " + address_text(machine, info.address);
    default: return change_text(machine, info);
  }
}

}  // namespace

std::string address_text(const Machine& machine, Word value) {
  if (value == 0) return "NULL";
  if (value == static_cast<Word>(-static_cast<int>(kEAgain))) return "-EAGAIN";
  if (value == static_cast<Word>(-static_cast<int>(kEIntr))) return "-EINTR";
  if (is_error_pointer(value)) return std::to_string(static_cast<std::int32_t>(value));
  const ObjectKind kind = address_kind(value);
  if (kind == ObjectKind::kNone) return value >= Word{1} << kPageShift ? hex(value) : std::to_string(value);
  if (kind == ObjectKind::kGlobal) return machine.extra_words().at(kind, address_field(value)) != nullptr ? word_name(machine, value) : hex(value);
  const std::string object = object_text(machine, make_address(kind, address_object(value)));
  if (object.empty()) return hex(value);
  return address_field(value) == 0 ? object : word_name(machine, value);
}

std::string word_name(const Machine& machine, Word address) {
  const ObjectKind kind = address_kind(address);
  if (const ExtraWords::Entry* extra = machine.extra_words().at(kind, address_field(address))) {
    if (kind == ObjectKind::kGlobal) return extra->name;
    return address_text(machine, make_address(kind, address_object(address))) + "->" + extra->name;
  }
  const FieldInfo* field = kind == ObjectKind::kNone ? nullptr : find_field(kind, address_field(address));
  if (!field) return kind == ObjectKind::kNone ? address_text(machine, address) : hex(address);
  return address_text(machine, make_address(kind, address_object(address))) + "->" + std::string(field->name);
}

std::string word_text(const Machine& machine, Word address, Word value) {
  const int field = address_field(address);
  const ExtraWords::Entry* entry = machine.extra_words().at(address_kind(address), field);
  if (entry != nullptr && entry->use == ExtraWords::Use::kRwsem) return value == MmState::kWriterBit ? "held for write" : rwsem_text(machine, value);
  if (entry != nullptr && entry->use == ExtraWords::Use::kWord && value == 0) return "0";
  if (entry != nullptr && entry->use == ExtraWords::Use::kHead) {
    const std::vector<std::string>& callbacks = machine.extra_words().callbacks();
    const std::size_t number = queued_number(value);
    return value == 0 ? "nothing" : number >= 1 && number <= callbacks.size() ? callbacks[number - 1] + "()" : hex(value);
  }
  if (address_kind(address) == ObjectKind::kTask) return task_state_text(value);
  if (address_kind(address) == ObjectKind::kMm) {
    switch (static_cast<MmField>(field)) {
      case MmField::kMmapLock: return rwsem_text(machine, value);
      case MmField::kVmaWriterWait: return address_text(machine, value);
      case MmField::kMmMt: return tree_text(machine, value);
      default: return field >= static_cast<int>(MmField::kExtra) ? address_text(machine, value) : std::to_string(value);
    }
  }
  if (address_kind(address) == ObjectKind::kVma) {
    switch (static_cast<VmaField>(field)) {
      case VmaField::kRefcnt: return refcount_text(value);
      case VmaField::kLockSeq: return value == ~Word{0} ? "UINT_MAX" : std::to_string(value);
      case VmaField::kMm: return address_text(machine, value);
      case VmaField::kStart:
      case VmaField::kEnd: return hex(value);
      default: return address_text(machine, value);
    }
  }
  return address_kind(address) == ObjectKind::kGlobal ? address_text(machine, value) : std::to_string(value);
}

// ---- what a step did

namespace {

/// Of an access that did not go to the newest message.
std::string older_text(const Machine& machine, const StepInfo& info) {
  if (info.newer == 0) return {};
  const bool stores = info.op == Op::kStore || info.op == Op::kRefSet || info.op == Op::kSetTaskState || info.old_value != info.new_value;
  const std::string name = word_name(machine, info.address);
  if (stores) return ", ordered before what " + name + " has by now";
  return ", not the newest value of " + name;
}

}  // namespace

std::string step_text(const Machine& machine, const StepInfo& info) {
  const std::string name = thread_name(machine, info.action.thread);
  if (info.action.kind == Action::Kind::kSignal) {
    return "a fatal signal is pending for " + name + (info.woken == kNoThread ? "" : ": it wakes");
  }
  return visible_step_text(machine, info) + older_text(machine, info) + words::after_access_text(machine, info) +
         (info.finished ? "; " + name + " is done" : "");
}

// ---- what the next step will do

std::string next_step_text(const Machine& machine, const State& state, ThreadId t) {
  if (state.thread(t).open_loads != 0) {
    const Way way = machine.ways(state, t).front();
    if (way.kind == Way::Kind::kFinish) return "read " + word_name(machine, way.address) + ", which it has postponed and needs now";
  }
  const Instr& instr = machine.program(t).code[state.thread(t).pc];
  const Word a = machine.operand(state, t, instr.a), b = machine.operand(state, t, instr.b);
  const Word c = machine.operand(state, t, instr.c), d = machine.operand(state, t, instr.d);
  const std::string at_a = word_name(machine, a), at_b = word_name(machine, b), order = order_text(instr.order);
  const auto range = [&] { return "[" + hex(b) + ", " + hex(c) + ")"; };
  switch (instr.op) {
    case Op::kEnd: return "nothing: " + thread_name(machine, t) + " is done";
    case Op::kLoad: return "read " + at_a + order;
    case Op::kStore: return "store " + word_text(machine, a, b) + " to " + at_a + order;
    case Op::kRefSet: return "set " + at_a + " to " + refcount_text(b) + order;
    case Op::kRefIncLimited: return "add " + (c == 0 ? "1" : amount_text(c)) + " to " + at_a + " unless it is 0 or above the limit" + order;
    case Op::kRefAddNotZero: return "add " + amount_text(a) + " to " + at_b + " unless it is 0" + order;
    case Op::kRefSubAndTest: return "subtract " + amount_text(a) + " from " + at_b + order;
    case Op::kRefAdd: return "add " + amount_text(a) + " to " + at_b + order;
    case Op::kAtomic: return atomic_step_text(machine, instr, a, b, c);
    case Op::kSeqBegin: return "add 1 to " + at_a + ", which makes it odd" + order;
    case Op::kSeqEnd: return "add 1 to " + at_a + ", which ends every VMA write lock of this mm" + order;
    case Op::kDownWrite: return "take " + at_a + " for write";
    case Op::kDownRead: return "take " + at_a + " for read";
    case Op::kDownWriteKillable: return "take " + at_a + " for write, killable";
    case Op::kDownReadKillable: return "take " + at_a + " for read, killable";
    case Op::kTryDownRead: return "try to take " + at_a + " for read";
    case Op::kTryDownWrite: return "try to take " + at_a + " for write";
    case Op::kUpWrite: return "release " + at_a + " (held for write)";
    case Op::kUpRead: return "release " + at_a + " (held for read)";
    case Op::kDowngradeWrite: return "downgrade " + at_a + " from write to read";
    case Op::kRwsemIsLocked: return "look whether anybody holds " + at_a;
    case Op::kRwsemAssertAny: return "warn unless somebody holds " + at_a + (instr.imm ? " for write" : "");
    case Op::kLock: return "take " + at_a + order;
    case Op::kTryLock: return "try to take " + at_a + order;
    case Op::kUnlock: return "let " + at_a + " go" + order;
    case Op::kPause: return "go round a loop that touches no shared memory";
    case Op::kFence: return "pass a full memory barrier";
    case Op::kGraceBegin: return instr.imm != 0 ? "begin to wait for all callbacks that are queued" : "begin an RCU grace period";
    case Op::kGraceWait: return instr.imm != 0 ? "wait until those callbacks have ended" : "wait until those who were inside RCU have left";
    case Op::kCallRcu:
      return "queue " + word_text(machine, a, queued_callback(instr.imm, kNoGracePeriod)) + " on " + at_a + ", to run after a grace period";
    case Op::kRcuTake: {
      const Word queued = Memory::exists(a, machine.thread_count()) ? Memory::peek(state, a) : 0;
      return queued == 0 ? "run a callback of " + at_a + " when one is queued" : "begin to run " + word_text(machine, a, queued) + " of " + at_a;
    }
    case Op::kMmGrab: return "add 1 to " + address_text(machine, a) + "->mm_count";
    case Op::kMmDrop: return "subtract 1 from " + address_text(machine, a) + "->mm_count; at 0 the mm is freed";
    case Op::kSetTaskState: return "set its own state to " + task_state_text(a) + order;
    case Op::kSignalPending: return "look whether a fatal signal ends this wait";
    case Op::kSchedule:
      return state.thread(t).task_state == kTaskRunning ? "return from schedule(): its state is RUNNING" : "sleep in schedule() until woken";
    case Op::kWakeUpProcess: return "wake " + address_text(machine, a);
    case Op::kTreeFind: return "look for the first VMA at or after " + hex(b) + " in " + at_a;
    case Op::kTreeLoad: return "look " + hex(b) + " up in " + at_a;
    case Op::kTreeStore: return "put " + address_text(machine, d) + " into " + at_a + " at " + range();
    case Op::kTreeErase: return "erase " + range() + " from " + at_a;
    case Op::kSlabAlloc: return "take a VMA from the slab";
    case Op::kSlabFree: return "give " + address_text(machine, a) + " back to the slab";
    case Op::kUseVma: return "use " + address_text(machine, a);
    case Op::kChangeVma: return "change " + address_text(machine, a);
    default: return std::string(op_info(instr.op).sentence);
  }
}

std::string value_of_way(const Machine& machine, const Way& way) {
  const std::string value = word_text(machine, way.address, way.value);
  if (way.reads) return value + (way.newer == 0 ? ", the newest" : ", an older value");
  return "behind " + value + (way.newer == 0 ? ", the newest" : ", before what is newer");
}

std::string way_text(const Machine& machine, const Way& way, const std::string& next) {
  switch (way.kind) {
    case Way::Kind::kAccess: return way.address == 0 ? next : next + ": " + value_of_way(machine, way);
    case Way::Kind::kPostpone: return next + ": later, and go on without its value";
    case Way::Kind::kFinish: break;
  }
  return "read " + word_name(machine, way.address) + ", which it has postponed: " + value_of_way(machine, way);
}

std::string action_text(const Machine& machine, const State& state, Action action) {
  std::string text;
  if (action.kind == Action::Kind::kStep) {
    text = next_step_text(machine, state, action.thread);
    const std::vector<Way> ways = machine.ways(state, action.thread);
    if (ways.size() > 1 && action.choice < ways.size()) text = way_text(machine, ways[action.choice], text);
  } else {
    const ThreadState& thread = state.thread(action.thread);
    text = "send " + thread_name(machine, action.thread) + " a fatal signal";
    if (thread.task_state & kTaskSignalEnds) text += ", which wakes it from state " + task_state_text(thread.task_state);
  }
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

std::string action_name(const Machine& machine, Action action) {
  std::string name = thread_name(machine, action.thread);
  if (action.kind == Action::Kind::kSignal) name += '!';
  return action.choice == 0 ? name : name + '?' + std::to_string(action.choice);
}

CodePlace place_of(const Machine& machine, ThreadId thread, Pc pc) {
  const Program& program = machine.program(thread);
  const std::vector<SourceFile>& files = machine.code().files();
  CodePlace place;
  if (pc >= program.code.size()) return place;
  const Instr& instr = program.code[pc];
  if (instr.frame < program.frames.size()) place.function = program.frames[instr.frame].function;
  if (instr.pos.line == 0 || instr.pos.file >= files.size()) return place;
  const SourceFile& file = files[instr.pos.file];
  place.file = file.path;
  place.line = instr.pos.line;
  if (place.line <= file.lines.size()) {
    std::string_view text = file.lines[place.line - 1];
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    place.source = text;
  }
  return place;
}

CodePlace place_of(const Machine& machine, const StepInfo& info) {
  return info.action.kind == Action::Kind::kSignal ? CodePlace{} : place_of(machine, info.action.thread, info.pc);
}

std::string place_text(const Machine& machine, ThreadId thread, Pc pc) {
  const CodePlace place = place_of(machine, thread, pc);
  const std::string at = place.line == 0 ? "" : place.file + ':' + std::to_string(place.line);
  return at + (at.empty() || place.function.empty() ? "" : " ") + place.function;
}

std::string code_name(const CodeBase& code) {
  bool tree = false;
  std::string variant, own;
  for (const SourceFile& file : code.files()) {
    tree = tree || file.origin == SourceFile::Origin::kKernelTree;
    if (file.origin == SourceFile::Origin::kVariant) variant = "variant " + std::filesystem::path(file.path).stem().string();
    if (file.origin == SourceFile::Origin::kOwn && file.replaces) own += (own.empty() ? "own " : ", ") + file.path;
  }
  std::string name = !tree ? "" : code.kernel_version().empty() ? "Linux tree" : "Linux " + code.kernel_version();
  for (const std::string& more : {own, variant}) {
    if (!more.empty()) name += (name.empty() ? "" : " and ") + more;
  }
  return name;
}

std::string refcount_text(Word value) {
  if (value < kExcludeReadersFlag) return std::to_string(value);
  if (value >= kExcludeReadersFlag << 1) return hex(value);
  return value == kExcludeReadersFlag ? "FLAG" : "FLAG+" + std::to_string(value - kExcludeReadersFlag);
}

std::string task_state_text(Word value) {
  switch (value) {
    case kTaskRunning: return "RUNNING";
    case kTaskUninterruptible: return "UNINTERRUPTIBLE";
    case kTaskKillable: return "KILLABLE";
    case kTaskInterruptible: return "INTERRUPTIBLE";
    default: return hex(value);
  }
}

std::string stub_notice(const Machine& machine) {
  std::string text, uncalled;
  std::set<std::string> called;
  for (int t = 0; t < machine.thread_count(); ++t) {
    for (const StubCall& call : machine.program(thread_id(t)).stub_calls) {
      called.insert(call.function);
      if (call.options.size() <= 1) continue;
      text += (text.empty() ? "" : ", ") + call.function + "() gives " + call.value + " to " +
              machine.scenario().threads[static_cast<std::size_t>(t)].name + " (of " + words::list(call.options) + ")";
    }
  }
  if (!text.empty()) text = "in this run " + text + "; --stub NAME=VALUE chooses, and `vmalab check` tries each of these";
  for (const Stubs::Stub& stub : machine.code().stubs().stubs) {
    if (called.count(stub.name) == 0) uncalled += (uncalled.empty() ? "" : ", ") + stub.name + "()";
  }
  if (!uncalled.empty()) text += (text.empty() ? "" : "; ") + ("no thread calls " + uncalled) + ", so --stub changes nothing there";
  return text;
}

}  // namespace vmalab
