// SPDX-License-Identifier: GPL-2.0-only
// What each register can be at each instruction: some numbers, anything, a counter with something added, a sequence or a task. From
// the start of the program along every jump, until nothing changes.
#include "check/any/premises.h"

#include <algorithm>
#include <array>
#include <deque>

#include "lang/arithmetic.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

constexpr std::size_t kMostNumbers = 16;
constexpr const char* kComparedSequence = "a sequence number is compared with what is none";
/// A comparison of the counter with what is this near to FLAG, or above, is about its limit.
constexpr Word kNearTheLimit = kExcludeReadersFlag - 0x1000;

struct Value {
  enum class Kind {
    kNumber,
    kTask,
    kSequence,
    kCounter  ///< `numbers` are what was added to it
  };
  bool set = false;  ///< some way leads here
  Kind kind = Kind::kNumber;
  bool anything = false;      ///< `numbers` are not all
  std::vector<Word> numbers;  ///< in order, each once; of a task or a sequence: what it may be instead

  static Value of(Word number) { return {true, Kind::kNumber, false, {number}}; }
  static Value unknown() { return {true, Kind::kNumber, true, {}}; }
  static Value count() { return {true, Kind::kCounter, false, {0}}; }
  static Value a(Kind kind) { return {true, kind, false, {}}; }
  bool counter() const { return kind == Kind::kCounter; }
  /// It is of the kind, or one of these numbers.
  bool is(Kind wanted, std::initializer_list<Word> or_number) const {
    if (anything || (kind != wanted && kind != Kind::kNumber)) return false;
    return std::all_of(numbers.begin(), numbers.end(),
                       [&](Word number) { return std::find(or_number.begin(), or_number.end(), number) != or_number.end(); });
  }

  void add(Word number) {
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), number);
    if (at == numbers.end() || *at != number) numbers.insert(at, number);
    if (numbers.size() <= kMostNumbers) return;
    anything = true;
    numbers.clear();
  }
  void join(const Value& other) {
    if (!other.set) return;
    const bool differ = set && kind != other.kind;
    anything = anything || other.anything || (differ && (counter() || other.counter() || (kind != Kind::kNumber && other.kind != Kind::kNumber)));
    set = true;
    kind = std::max(kind, other.kind);
    for (const Word number : other.numbers) add(number);
    if (anything) numbers.clear();
  }
  friend bool operator==(const Value&, const Value&) = default;
};

/// `numbers` op `others`, of each with each.
template <typename Make>
Value each_with_each(const Value& a, const Value& b, Value::Kind kind, Make&& make) {
  Value out{true, kind, a.anything || b.anything, {}};
  if (out.anything) return out;
  for (const Word x : a.numbers) {
    for (const Word y : b.numbers) out.add(make(x, y));
  }
  return out;
}

class Walk {
 public:
  Walk(const Program& program, const std::vector<Followed>& followed) : program_(program), followed_(followed), at_(program.code.size()) {}

  /// By pc: what is wrong there; empty: nothing.
  std::vector<std::string> run() {
    at_[0].reached = true;
    for (Value& value : at_[0].registers) value = Value::of(0);
    std::deque<Pc> open{0};
    while (!open.empty()) {
      const Pc pc = open.front();
      open.pop_front();
      const Instr& instr = program_.code[pc];
      if (instr.op == Op::kEnd || (op_info(instr.op).visible && !followed_[pc].ran)) continue;
      now_ = at_[pc].registers;
      wrong_.clear();
      carry_out(pc);
      at_[pc].wrong = wrong_;
      if (instr.op != Op::kJump && pc + 1u < at_.size()) lead_to(static_cast<Pc>(pc + 1), open);
      if (instr.op == Op::kJump || instr.op == Op::kJumpIf || instr.op == Op::kJumpIfNot) lead_to(instr.target, open);
    }
    std::vector<std::string> out;
    for (Here& here : at_) out.push_back(std::move(here.wrong));
    return out;
  }

 private:
  struct Here {
    bool reached = false;
    std::array<Value, kMaxRegisters> registers;
    std::string wrong;
  };

  void lead_to(Pc pc, std::deque<Pc>& open) {
    Here& there = at_[pc];
    bool changed = !there.reached;
    there.reached = true;
    for (std::size_t r = 0; r < kMaxRegisters; ++r) {
      // What is not read any more is no matter.
      if (pc < program_.live_in.size() && (program_.live_in[pc] >> r & 1) == 0) continue;
      Value joined = there.registers[r];
      joined.join(now_[r]);
      if (joined == there.registers[r]) continue;
      there.registers[r] = std::move(joined);
      changed = true;
    }
    if (changed && std::find(open.begin(), open.end(), pc) == open.end()) open.push_back(pc);
  }

  Value value(const Operand& o) const {
    switch (o.kind) {
      case Operand::Kind::kConst: return Value::of(o.value + o.field);
      case Operand::Kind::kRegister: {
        Value v = now_[o.value & (kMaxRegisters - 1)];
        if (o.field != 0) {
          for (Word& number : v.numbers) number += o.field;
        }
        return v;
      }
      case Operand::Kind::kSelf: return Value::unknown();
      case Operand::Kind::kNone: break;
    }
    return Value::of(0);
  }
  bool is_counter(const Operand& o) const { return value(o).counter(); }
  bool is_followed(const Operand& o) const { return value(o).kind != Value::Kind::kNumber; }
  void set(std::uint8_t reg, Value v) {
    if (reg != kNoRegister) now_[reg] = std::move(v);
  }

  /// The counter, with `added` to it, is compared with each of `others`.
  void compared(const Value& counter, const Value& others, bool equality) {
    if (others.kind != Value::Kind::kNumber) return wrong("a count of references is compared with another");
    if (counter.anything || others.anything) return wrong("a count of references is compared with what is no constant");
    for (const Word added : counter.numbers) {
      for (const Word other : others.numbers) {
        const Word low = (other - added) & (kExcludeReadersFlag - 1);
        if (low <= (equality ? 2u : 3u) || low >= kNearTheLimit) continue;
        return wrong("a count of references is compared with " + std::to_string(low));
      }
    }
  }
  void wrong(std::string sentence) {
    if (wrong_.empty()) wrong_ = std::move(sentence);
  }

  void carry_out(Pc pc) {
    const Instr& i = program_.code[pc];
    if (is_arithmetic(i.op)) return compute(i);
    const Followed& reaches = followed_[pc];
    const Value a = value(i.a), b = value(i.b);
    switch (i.op) {
      case Op::kJumpIf:
      case Op::kJumpIfNot:
      case Op::kWarn:
        if (a.counter()) compared(a, Value::of(0), true);
        if (a.kind == Value::Kind::kSequence) wrong(kComparedSequence);
        return;
      case Op::kStore:
        if (reaches.sequence && !b.is(Value::Kind::kSequence, {~Word{0}})) return wrong("what is no sequence number is stored in one");
        if (reaches.sequence || b.kind == Value::Kind::kTask) return;
        break;
      case Op::kWakeUpProcess:
      case Op::kSignalPending:
        if (a.kind != Value::Kind::kTask) break;
        return set(i.dst, Value::unknown());
      case Op::kLockReturn:  // the checks' own
      case Op::kEnd:
        if (a.kind == Value::Kind::kSequence || a.kind == Value::Kind::kTask) return;
        break;
      case Op::kSeqBegin:
      case Op::kSeqEnd: return;
      default: break;
    }
    if (reaches.counter && carry_out_on_counter(i)) return;
    if ((reaches.sequence || reaches.task) && i.op == Op::kAtomic) wrong("a sequence number or a task is exchanged by an atomic");
    if (reaches.counter + reaches.sequence + reaches.task > 1) wrong("one instruction reaches a count, a sequence or a task, now this, now that");
    // A test of FLAG or for a number may be kept anywhere, the count itself nowhere.
    for (const Operand* o : {&i.a, &i.b, &i.c, &i.d}) {
      if (!is_followed(*o)) continue;
      wrong(std::string(is_counter(*o)                             ? "a count of references"
                        : value(*o).kind == Value::Kind::kSequence ? "a sequence number"
                                                                   : "a task") +
            " goes where it is not known what becomes of it");
    }
    const Value found = reaches.counter    ? Value::count()
                        : reaches.sequence ? Value::a(Value::Kind::kSequence)
                        : reaches.task     ? Value::a(Value::Kind::kTask)
                                           : Value::unknown();
    set(i.dst, found);
    set(i.dst2, found);
  }

  /// False: as any other instruction.
  bool carry_out_on_counter(const Instr& i) {
    const Value old = Value::count();
    const auto no_count = [this](const Operand& o) {
      if (is_counter(o)) wrong("a count of references is added to another");
    };
    switch (i.op) {
      // What they give back says whether they succeeded.
      case Op::kMmGrab:
      case Op::kMmDrop:
      case Op::kRwsemIsLocked:
      case Op::kRwsemAssertAny: set(i.dst, Value::unknown()); return true;
      case Op::kRefIncLimited:
        no_count(i.c);
        compared(old, value(i.b), false);
        break;
      case Op::kRefAddNotZero:
      case Op::kRefAdd: no_count(i.op == Op::kRefAdd ? i.b : i.a); break;
      case Op::kRefSubAndTest: compared(old, value(i.a), true); break;
      case Op::kRefSet: no_count(i.b); break;
      case Op::kAtomic: {
        const auto kind = static_cast<Atomic>(i.imm);
        no_count(i.b);
        if (kind == Atomic::kAddUnless || kind == Atomic::kRefAddUnless || kind == Atomic::kCompareExchange) compared(old, value(i.c), true);
        if (kind == Atomic::kCompareExchange) compared(old, value(i.b), true);
        if (kind == Atomic::kAnd || kind == Atomic::kOr || kind == Atomic::kXor) masked(value(i.b));
        set(i.dst, old);
        set(i.dst2, old);
        return true;
      }
      default:
        if (!is_rwsem_op(i.op)) return false;
        set(i.dst, Value::unknown());
        return true;
    }
    set(i.dst, Value::unknown());
    set(i.dst2, old);
    return true;
  }

  /// Only FLAG is looked at, or only what is not FLAG.
  bool masked(const Value& mask) {
    const bool known = !mask.anything && mask.kind == Value::Kind::kNumber && std::all_of(mask.numbers.begin(), mask.numbers.end(), [](Word m) {
      return m == kExcludeReadersFlag || m == ~kExcludeReadersFlag || m == kExcludeReadersFlag - 1;
    });
    if (!known) wrong("a count of references is taken to pieces");
    return known;
  }

  void compute(const Instr& i) {
    const Value a = value(i.a), b = value(i.b);
    const bool moves = i.op == Op::kMove || i.op == Op::kWiden;
    if (moves) return set(i.dst, a);
    if (a.kind == Value::Kind::kNumber && b.kind == Value::Kind::kNumber) {
      return set(i.dst, each_with_each(a, i.b.kind == Operand::Kind::kNone ? Value::of(0) : b, Value::Kind::kNumber,
                                       [&](Word x, Word y) { return arithmetic(i.op, i.imm, x, y); }));
    }
    const bool equality = i.op == Op::kEq || i.op == Op::kNe;
    if (!a.counter() && !b.counter()) {
      set(i.dst, Value::unknown());
      if (a.kind == Value::Kind::kTask || b.kind == Value::Kind::kTask) {
        const bool null = i.op == Op::kNot || i.op == Op::kBool || (equality && (a.is(Value::Kind::kNumber, {0}) || b.is(Value::Kind::kNumber, {0})));
        if (!null) wrong("a task is compared with another, or computed with");
        return;
      }
      const bool parity = i.op == Op::kAnd && b.is(Value::Kind::kNumber, {1});
      const bool known = equality && a.is(Value::Kind::kSequence, {~Word{0}}) && b.is(Value::Kind::kSequence, {~Word{0}});
      if (!parity && !known) wrong(equality ? kComparedSequence : "a sequence number is computed with");
      return;
    }
    const Value& counter = a.counter() ? a : b;
    const Value& other = a.counter() ? b : a;
    switch (i.op) {
      case Op::kAdd:
      case Op::kSub:
        if (other.kind != Value::Kind::kNumber || (i.op == Op::kSub && b.counter())) break;
        return set(i.dst, each_with_each(counter, other, Value::Kind::kCounter, [&](Word x, Word y) { return i.op == Op::kAdd ? x + y : x - y; }));
      case Op::kAnd:
        if (other.kind != Value::Kind::kNumber || !masked(other)) break;
        return set(i.dst, other.numbers == std::vector<Word>{kExcludeReadersFlag} ? Value::unknown() : counter);
      case Op::kNot:
      case Op::kBool: compared(counter, Value::of(0), true); return set(i.dst, Value::unknown());
      case Op::kEq:
      case Op::kNe:
      case Op::kLtU:
      case Op::kLeU:
      case Op::kLtS:
      case Op::kLeS: compared(counter, other, equality); return set(i.dst, Value::unknown());
      default: break;
    }
    wrong("a count of references is computed with");
    set(i.dst, Value::unknown());
  }

  const Program& program_;
  const std::vector<Followed>& followed_;
  std::vector<Here> at_;
  std::array<Value, kMaxRegisters> now_;
  std::string wrong_;
};

}  // namespace

std::vector<BrokenPremise> broken_premises(const Machine& machine, ThreadId thread, const std::vector<Followed>& followed) {
  std::vector<BrokenPremise> out;
  const std::vector<std::string> wrong = Walk(machine.program(thread), followed).run();
  for (std::size_t pc = 0; pc < wrong.size(); ++pc) {
    if (!wrong[pc].empty()) out.push_back({wrong[pc], place_text(machine, thread, static_cast<Pc>(pc))});
  }
  return out;
}

}  // namespace vmalab::check
