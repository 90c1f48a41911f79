// SPDX-License-Identifier: GPL-2.0-only
// What each register can be at each instruction: some numbers, anything, or the counter with something added. From the start of
// the program along every jump, until nothing changes.
#include "check/any/premises.h"

#include <algorithm>
#include <array>
#include <deque>

#include "lang/arithmetic.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

constexpr std::size_t kMostNumbers = 16;
/// A comparison of the counter with what is this near to FLAG, or above, is about its limit.
constexpr Word kNearTheLimit = kExcludeReadersFlag - 0x1000;

struct Value {
  bool set = false;           ///< some way leads here
  bool counter = false;       ///< it may be the counter, and `numbers` are what was added to it
  bool anything = false;      ///< `numbers` are not all
  std::vector<Word> numbers;  ///< in order, each once

  static Value of(Word number) { return {true, false, false, {number}}; }
  static Value unknown() { return {true, false, true, {}}; }
  static Value count() { return {true, true, false, {0}}; }

  void add(Word number) {
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), number);
    if (at == numbers.end() || *at != number) numbers.insert(at, number);
    if (numbers.size() <= kMostNumbers) return;
    anything = true;
    numbers.clear();
  }
  void join(const Value& other) {
    if (!other.set) return;
    if (set && counter != other.counter) {
      counter = anything = true;
      numbers.clear();
    } else {
      set = true;
      counter = other.counter;
      anything = anything || other.anything;
      for (const Word number : other.numbers) add(number);
      if (anything) numbers.clear();
    }
  }
  friend bool operator==(const Value&, const Value&) = default;
};

/// `numbers` op `others`, of each with each.
template <typename Make>
Value each_with_each(const Value& a, const Value& b, bool counter, Make&& make) {
  Value out{true, counter, a.anything || b.anything, {}};
  if (out.anything) return out;
  for (const Word x : a.numbers) {
    for (const Word y : b.numbers) out.add(make(x, y));
  }
  return out;
}

class Walk {
 public:
  Walk(const Program& program, const std::vector<bool>& counts) : program_(program), counts_(counts), at_(program.code.size()) {}

  /// By pc: what is wrong there; empty: nothing.
  std::vector<std::string> run() {
    at_[0].reached = true;
    for (Value& value : at_[0].registers) value = Value::of(0);
    std::deque<Pc> open{0};
    while (!open.empty()) {
      const Pc pc = open.front();
      open.pop_front();
      now_ = at_[pc].registers;
      wrong_.clear();
      carry_out(pc);
      at_[pc].wrong = wrong_;
      const Instr& instr = program_.code[pc];
      if (instr.op == Op::kEnd) continue;
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
  bool is_counter(const Operand& o) const { return value(o).counter; }
  void set(std::uint8_t reg, Value v) {
    if (reg != kNoRegister) now_[reg] = std::move(v);
  }

  /// The counter, with `added` to it, is compared with each of `others`.
  void compared(const Value& counter, const Value& others, bool equality) {
    if (others.counter) return wrong("a count of references is compared with another");
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
    switch (i.op) {
      case Op::kMove:
      case Op::kWiden: return set(i.dst, value(i.a));
      case Op::kJumpIf:
      case Op::kJumpIfNot:
      case Op::kWarn:
        if (is_counter(i.a)) compared(value(i.a), Value::of(0), true);
        return;
      default: break;
    }
    const bool counts = counts_[pc];
    if (counts && carry_out_on_counter(i)) return;
    // A test of FLAG or for a number may be kept anywhere, the count itself nowhere.
    for (const Operand* o : {&i.a, &i.b, &i.c, &i.d}) {
      if (is_counter(*o)) wrong("a count of references goes where it is not known what becomes of it");
    }
    set(i.dst, counts ? Value::count() : Value::unknown());
    set(i.dst2, counts ? Value::count() : Value::unknown());
  }

  /// False: as any other instruction.
  bool carry_out_on_counter(const Instr& i) {
    const Value old = Value::count();
    const auto no_count = [this](const Operand& o) {
      if (is_counter(o)) wrong("a count of references is added to another");
    };
    switch (i.op) {
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
      default: return false;
    }
    set(i.dst, Value::unknown());
    set(i.dst2, old);
    return true;
  }

  /// Only FLAG is looked at, or only what is not FLAG.
  bool masked(const Value& mask) {
    const bool known = !mask.anything && !mask.counter && std::all_of(mask.numbers.begin(), mask.numbers.end(), [](Word m) {
      return m == kExcludeReadersFlag || m == ~kExcludeReadersFlag || m == kExcludeReadersFlag - 1;
    });
    if (!known) wrong("a count of references is taken to pieces");
    return known;
  }

  void compute(const Instr& i) {
    const Value a = value(i.a), b = value(i.b);
    const auto plain = [&] {
      return each_with_each(a, i.b.kind == Operand::Kind::kNone ? Value::of(0) : b, false,
                            [&](Word x, Word y) { return arithmetic(i.op, i.imm, x, y); });
    };
    if (!a.counter && !b.counter) return set(i.dst, plain());
    const Value& counter = a.counter ? a : b;
    const Value& other = a.counter ? b : a;
    switch (i.op) {
      case Op::kMove:
      case Op::kWiden: return set(i.dst, a);
      case Op::kAdd:
      case Op::kSub:
        if (other.counter || (i.op == Op::kSub && b.counter)) break;
        return set(i.dst, each_with_each(counter, other, true, [&](Word x, Word y) { return i.op == Op::kAdd ? x + y : x - y; }));
      case Op::kAnd:
        if (other.counter || !masked(other)) break;
        return set(i.dst, other.numbers == std::vector<Word>{kExcludeReadersFlag} ? Value::unknown() : counter);
      case Op::kNot:
      case Op::kBool: compared(counter, Value::of(0), true); return set(i.dst, Value::unknown());
      case Op::kEq:
      case Op::kNe:
      case Op::kLtU:
      case Op::kLeU:
      case Op::kLtS:
      case Op::kLeS: compared(counter, other, i.op == Op::kEq || i.op == Op::kNe); return set(i.dst, Value::unknown());
      default: break;
    }
    wrong("a count of references is computed with");
    set(i.dst, Value::unknown());
  }

  const Program& program_;
  const std::vector<bool>& counts_;
  std::vector<Here> at_;
  std::array<Value, kMaxRegisters> now_;
  std::string wrong_;
};

}  // namespace

std::vector<BrokenPremise> broken_by_counts(const Machine& machine, ThreadId thread, const std::vector<bool>& counts) {
  std::vector<BrokenPremise> out;
  const std::vector<std::string> wrong = Walk(machine.program(thread), counts).run();
  for (std::size_t pc = 0; pc < wrong.size(); ++pc) {
    if (!wrong[pc].empty()) out.push_back({wrong[pc], place_text(machine, thread, static_cast<Pc>(pc))});
  }
  return out;
}

}  // namespace vmalab::check
