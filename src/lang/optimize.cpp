// SPDX-License-Identifier: GPL-2.0-only
// Forward propagation of constants and copies over the flow graph, knowing what each branch taken tells, and
// jump threading on what it finds; removal of dead code; straightening. Visible instructions are never removed,
// repeated or reordered: each is a step of its own that somebody wrote.
#include <algorithm>
#include <utility>

#include "lang/arithmetic.h"
#include "lang/ir.h"

namespace vmalab {
namespace {

/// What is known of a virtual register: nothing yet, that it equals an operand, or that it may be anything.
struct Known {
  enum class Kind : std::uint8_t { kUnset, kEqual, kAnything } kind = Kind::kUnset;
  Operand to;
  friend bool operator==(const Known&, const Known&) = default;
};
const Known kAnything{Known::Kind::kAnything, {}};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

class Propagation {
 public:
  explicit Propagation(IrProgram& ir)
      : ir_(ir),
        global_of_(number_globals(ir, globals_)),
        local_(index(ir.virtual_count)),
        stamp_(index(ir.virtual_count)),
        source_stamp_(index(ir.virtual_count)) {}

  bool run() {
    solve();
    bool changed = rewrite();
    changed |= thread_jumps();
    return changed;
  }

 private:
  using Facts = std::vector<Known>;

  void enter(const Facts& facts) {
    facts_ = facts;
    ++now_;
    touched_.clear();
    for (const Known& fact : facts_) note_source(fact);
  }
  void note_source(const Known& known) {
    if (known.kind == Known::Kind::kEqual && is_register(known.to)) source_stamp_[known.to.value] = now_;
  }
  Known get(Word number) const {
    const int global = global_of_[number];
    if (global >= 0) return facts_[index(global)];
    return stamp_[number] == now_ ? local_[number] : Known{};
  }
  void set(Word number, const Known& known) {
    note_source(known);
    const int global = global_of_[number];
    if (global >= 0) {
      facts_[index(global)] = known;
      return;
    }
    if (stamp_[number] != now_) touched_.push_back(number);
    stamp_[number] = now_;
    local_[number] = known;
  }
  /// The register gets a new value: what was equal to the old one no longer is.
  void define(int number, const Known& known) {
    const auto stale = [&](const Known& fact) {
      return fact.kind == Known::Kind::kEqual && is_register(fact.to) && fact.to.value == static_cast<Word>(number);
    };
    if (source_stamp_[index(number)] == now_) {
      for (Known& fact : facts_) {
        if (stale(fact)) fact = kAnything;
      }
      for (const Word other : touched_) {
        if (stale(local_[other])) local_[other] = kAnything;
      }
    }
    const bool own = known.kind == Known::Kind::kEqual && is_register(known.to) && known.to.value == static_cast<Word>(number);
    set(static_cast<Word>(number), own ? kAnything : known);
  }
  Operand resolve(Operand operand) const {
    for (int i = 0; i < 4 && is_register(operand); ++i) {
      const Known known = get(operand.value);
      if (known.kind != Known::Kind::kEqual) break;
      operand = at_field(known.to, operand.field);
    }
    return operand;
  }
  bool unset(const Operand& operand) const { return is_register(operand) && get(operand.value).kind == Known::Kind::kUnset; }

  /// The instruction with its operands resolved and, where that makes it simpler, as a move.
  IrInstr simplified(IrInstr instr) const {
    for (Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) *operand = resolve(*operand);
    if (instr.is_note) return instr;
    if (instr.op == Op::kSignalPending && is_constant(instr.b) && (instr.b.value & kTaskSignalEnds) == 0) {
      // As in the kernel: a state that no signal may end is tested before the task is looked at.
      return move(instr, constant(0));
    }
    if (!is_pure(instr) || instr.op == Op::kMove) return instr;
    if (is_constant(instr.a) && (instr.b.kind == Operand::Kind::kNone || is_constant(instr.b))) {
      if (!fits(instr.op, instr.imm, instr.a.value, instr.b.value)) return instr;
      return move(instr, constant(arithmetic(instr.op, instr.imm, instr.a.value, instr.b.value)));
    }
    if (instr.a == instr.b && is_register(instr.a)) {
      if (instr.op == Op::kEq || instr.op == Op::kLeU || instr.op == Op::kLeS) return move(instr, constant(1));
      if (instr.op == Op::kNe || instr.op == Op::kLtU || instr.op == Op::kLtS || instr.op == Op::kSub || instr.op == Op::kXor) {
        return move(instr, constant(0));
      }
    }
    const bool zero_b = is_constant(instr.b) && instr.b.value == 0;
    const bool zero_a = is_constant(instr.a) && instr.a.value == 0;
    switch (instr.op) {
      case Op::kAdd:
      case Op::kOr:
      case Op::kXor:
        if (zero_b) return move(instr, instr.a);
        if (zero_a) return move(instr, instr.b);
        break;
      case Op::kSub:
      case Op::kShl:
      case Op::kShr:
      case Op::kSar:
        if (zero_b) return move(instr, instr.a);
        break;
      case Op::kAnd:
      case Op::kMul:
        if (zero_a || zero_b) return move(instr, constant(0));
        break;
      default: break;
    }
    return instr;
  }
  static IrInstr move(const IrInstr& instr, Operand from) {
    IrInstr out = instr;
    out.op = Op::kMove;
    out.order = Order::kPlain;
    out.a = from;
    out.b = out.c = out.d = Operand{};
    out.imm = 0;
    return out;
  }

  static bool gives_truth(const IrInstr& instr) {
    switch (instr.op) {
      case Op::kRefIncLimited:
      case Op::kRefAddNotZero:
      case Op::kRefSubAndTest:
      case Op::kTryDownRead:
      case Op::kTryDownWrite:
      case Op::kRwsemIsLocked:
      case Op::kSignalPending:
      case Op::kWakeUpProcess:
      case Op::kRcuHeld:
      case Op::kLockdepIsHeld: return true;
      default: return is_pure(instr) && is_comparison(instr.op);
    }
  }

  void apply(const IrInstr& original, const IrInstr& instr) {
    if (instr.is_note) return;
    Known result = kAnything;
    if (instr.op == Op::kMove) {
      result = unset(instr.a) ? Known{} : Known{Known::Kind::kEqual, instr.a};
    } else if (is_pure(instr) && (unset(original.a) || unset(original.b))) {
      result = Known{};
    }
    if (instr.dst >= 0) define(instr.dst, result);
    if (instr.dst2 >= 0) define(instr.dst2, kAnything);
  }

  /// What taking one side of the branch at the end of a block tells.
  void learn(const std::vector<IrInstr>& code, const Operand& condition, bool taken) {
    if (!is_register(condition) || condition.field != 0) return;
    const Word number = condition.value;
    const auto definition = std::find_if(code.rbegin(), code.rend(), [&](const IrInstr& instr) {
      return !instr.is_note && (instr.dst == static_cast<int>(number) || instr.dst2 == static_cast<int>(number));
    });
    if (!taken) set(number, {Known::Kind::kEqual, constant(0)});
    if (definition == code.rend() || !is_pure(*definition) || !is_comparison(definition->op)) return;
    if (taken) set(number, {Known::Kind::kEqual, constant(1)});
    const IrInstr instr = *definition;
    const bool equal = (instr.op == Op::kEq && taken) || (instr.op == Op::kNe && !taken);
    if (!equal) return;
    const auto still = [&](const Operand& operand) {
      return std::none_of(code.rbegin(), definition, [&](const IrInstr& later) {
        return !later.is_note && (later.dst == static_cast<int>(operand.value) || later.dst2 == static_cast<int>(operand.value));
      });
    };
    for (const auto& [variable, value] : {std::pair(instr.a, instr.b), std::pair(instr.b, instr.a)}) {
      if (is_register(value) && !still(value)) continue;  // it was another value that was compared
      const Operand known = resolve(value);
      if (is_register(variable) && variable.field == 0 && is_constant(known) && still(variable)) {
        set(variable.value, {Known::Kind::kEqual, known});
      }
    }
  }

  void solve() {
    in_.assign(ir_.blocks.size(), Facts());
    reached_.assign(ir_.blocks.size(), false);
    Facts start(globals_.size());
    for (const int input : ir_.inputs) start[index(global_of_[index(input)])] = kAnything;
    in_[0] = start;
    reached_[0] = true;
    std::vector<int> rank(ir_.blocks.size());
    for (std::size_t i = 0; i < ir_.layout.size(); ++i) rank[index(ir_.layout[i])] = static_cast<int>(i);
    std::vector<bool> waiting(ir_.layout.size());
    waiting[index(rank[0])] = true;
    bool again = true;
    while (again) {
      again = false;
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (!waiting[i]) continue;
        waiting[i] = false;
        walk(ir_.layout[i], [&](int next) {
          if (!merge_into(next)) return;
          waiting[index(rank[index(next)])] = true;
          again = true;
        });
      }
    }
  }

  /// Runs a block over its facts; calls `out(successor)` with facts_ as they are on each edge.
  template <typename Out>
  void walk(int block, Out out) {
    enter(in_[index(block)]);
    const IrBlock& code = ir_.blocks[index(block)];
    for (const IrInstr& instr : code.code) apply(instr, simplified(instr));
    leave(code.code, code.term, out);
  }
  template <typename Out>
  void leave(const std::vector<IrInstr>& code, const IrEnd& term, Out out) {
    if (term.kind == IrEnd::Kind::kJump) out(term.yes);
    if (term.kind != IrEnd::Kind::kBranch) return;
    const Operand condition = resolve(term.value);
    if (is_constant(condition)) {
      out(condition.value != 0 ? term.yes : term.no);
      return;
    }
    const Facts here = facts_;
    const std::vector<Word> touched = touched_;
    std::vector<Known> locals;
    for (const Word number : touched) locals.push_back(local_[number]);
    for (const bool taken : {true, false}) {
      facts_ = here;
      for (std::size_t i = 0; i < touched.size(); ++i) local_[touched[i]] = locals[i];
      learn(code, term.value, taken);
      if (condition != term.value) learn(code, condition, taken);
      out(taken ? term.yes : term.no);
    }
  }
  /// Registers of one block alone do not outlive it, and neither do facts that mention them.
  void forget_locals() {
    for (Known& fact : facts_) {
      if (fact.kind != Known::Kind::kEqual || !is_register(fact.to) || global_of_[fact.to.value] >= 0) continue;
      const Operand to = resolve(fact.to);
      fact = is_register(to) && global_of_[to.value] < 0 ? kAnything : Known{Known::Kind::kEqual, to};
    }
  }
  bool merge_into(int block) {
    forget_locals();
    if (!reached_[index(block)]) {
      reached_[index(block)] = true;
      in_[index(block)] = facts_;
      return true;
    }
    bool changed = false;
    Facts& into = in_[index(block)];
    for (std::size_t i = 0; i < into.size(); ++i) {
      if (facts_[i].kind == Known::Kind::kUnset || facts_[i] == into[i] || into[i].kind == Known::Kind::kAnything) continue;
      into[i] = into[i].kind == Known::Kind::kUnset ? facts_[i] : kAnything;
      changed = true;
    }
    return changed;
  }

  bool rewrite() {
    bool changed = false;
    for (const int block : ir_.layout) {
      if (!reached_[index(block)]) continue;
      enter(in_[index(block)]);
      IrBlock& code = ir_.blocks[index(block)];
      std::vector<Word> truths;  // registers known to hold 0 or 1
      for (IrInstr& instr : code.code) {
        const IrInstr original = instr;
        instr = simplified(instr);
        const auto is_truth = [&](const Operand& operand) {
          return is_register(operand) && operand.field == 0 && std::find(truths.begin(), truths.end(), operand.value) != truths.end();
        };
        if (instr.op == Op::kBool && is_truth(instr.a)) instr = move(instr, instr.a);
        if (!instr.is_note) {
          const bool truth = gives_truth(instr) || (instr.op == Op::kMove && is_truth(instr.a));
          std::erase_if(truths, [&](Word r) { return static_cast<int>(r) == instr.dst || static_cast<int>(r) == instr.dst2; });
          if (truth && instr.dst >= 0) truths.push_back(static_cast<Word>(instr.dst));
        }
        apply(original, instr);
        changed |= instr.op != original.op || instr.a != original.a || instr.b != original.b || instr.c != original.c || instr.d != original.d;
      }
      const Operand value = resolve(code.term.value);
      changed |= value != code.term.value;
      code.term.value = value;
      if (code.term.kind == IrEnd::Kind::kBranch && is_constant(value)) {
        note_decided(code.term, value.value != 0);
        code.term.kind = IrEnd::Kind::kJump;
        code.term.yes = value.value != 0 ? code.term.yes : code.term.no;
        code.term.value = Operand{};
      }
    }
    const int last = ir_.layout.back();
    std::erase_if(ir_.layout, [&](int block) { return !reached_[index(block)] && block != last; });
    return changed;
  }

  void note_decided(const IrEnd& term, bool value) {
    DecidedCondition decided{term.pos, ir_.frames[term.frame].function, value != term.negated};
    if (std::find(ir_.decided.begin(), ir_.decided.end(), decided) == ir_.decided.end()) ir_.decided.push_back(std::move(decided));
  }

  /// Where a block that only computes ends in a branch whose outcome is known on one way into it, that way gets
  /// a copy of the block that goes straight on.
  bool thread_jumps() {
    std::vector<int> predecessors(ir_.blocks.size());
    for (const int block : ir_.layout) {
      for (const int next : successors(ir_.blocks[index(block)].term)) ++predecessors[index(next)];
    }
    bool changed = false;
    const std::vector<int> layout = ir_.layout;
    std::vector<int> out;
    for (const int block : layout) {
      out.push_back(block);
      std::vector<std::pair<bool, IrBlock>> copies;  // on the yes side or not
      std::vector<std::pair<int, Facts>> edges;
      if (!reached_[index(block)]) continue;
      walk(block, [&](int next) {
        forget_locals();
        edges.emplace_back(next, facts_);
      });
      const IrEnd term = ir_.blocks[index(block)].term;
      for (std::size_t e = 0; e < edges.size(); ++e) {
        const int next = edges[e].first;
        const IrBlock& target = ir_.blocks[index(next)];
        if (predecessors[index(next)] < 2 || next == block || target.term.kind != IrEnd::Kind::kBranch) continue;
        if (target.code.size() > 24 || !std::all_of(target.code.begin(), target.code.end(), is_pure)) continue;
        enter(edges[e].second);
        IrBlock copy;
        for (const IrInstr& instr : target.code) {
          copy.code.push_back(simplified(instr));
          apply(instr, copy.code.back());
        }
        const Operand condition = resolve(target.term.value);
        if (!is_constant(condition)) continue;
        note_decided(target.term, condition.value != 0);
        copy.term = target.term;
        copy.term.kind = IrEnd::Kind::kJump;
        copy.term.yes = condition.value != 0 ? target.term.yes : target.term.no;
        copy.term.value = Operand{};
        copies.emplace_back(term.kind != IrEnd::Kind::kBranch || e == 0, std::move(copy));
      }
      for (auto& [yes, copy] : copies) {
        const int number = static_cast<int>(ir_.blocks.size());
        IrEnd& end = ir_.blocks[index(block)].term;
        --predecessors[index(yes ? end.yes : end.no)];
        (yes ? end.yes : end.no) = number;
        ir_.blocks.push_back(std::move(copy));
        out.push_back(number);
        changed = true;
      }
    }
    // The program's end stays last.
    const auto last = std::find(out.begin(), out.end(), layout.back());
    std::rotate(last, last + 1, out.end());
    ir_.layout = std::move(out);
    return changed;
  }

  IrProgram& ir_;
  std::vector<int> globals_;
  std::vector<int> global_of_;
  std::vector<Facts> in_;
  std::vector<bool> reached_;
  Facts facts_;
  std::vector<Known> local_;
  std::vector<unsigned> stamp_;
  std::vector<unsigned> source_stamp_;  ///< now_: some fact may say that a register equals this one
  std::vector<Word> touched_;
  unsigned now_ = 0;
};

bool remove_dead_code(IrProgram& ir) {
  const Liveness liveness(ir);
  bool changed = false;
  for (const int block : ir.layout) {
    std::vector<IrInstr>& code = ir.blocks[index(block)].code;
    Liveness::Set live = liveness.at_end(block);
    std::vector<IrInstr> kept;
    for (auto instr = code.rbegin(); instr != code.rend(); ++instr) {
      if (instr->is_note) {
        kept.push_back(*instr);
        continue;
      }
      const auto is_live = [&](int number) { return number >= 0 && live[index(number)]; };
      const bool removable = is_pure(*instr) || instr->op == Op::kRcuHeld || instr->op == Op::kLockdepIsHeld || instr->op == Op::kIteratorLeave ||
                             instr->op == Op::kQuery;
      const bool own = instr->op == Op::kMove && is_register(instr->a) && static_cast<int>(instr->a.value) == instr->dst && instr->a.field == 0;
      const bool never = instr->op == Op::kWarn && is_constant(instr->a) && instr->a.value == 0;
      if ((removable && !is_live(instr->dst)) || own || never) {
        changed = true;
        continue;
      }
      if (instr->dst >= 0 && !is_live(instr->dst)) instr->dst = kNoVirtual;
      if (instr->dst2 >= 0 && !is_live(instr->dst2)) instr->dst2 = kNoVirtual;
      Liveness::step_back(*instr, live);
      kept.push_back(*instr);
    }
    std::reverse(kept.begin(), kept.end());
    code = std::move(kept);
  }
  return changed;
}

bool straighten(IrProgram& ir) {
  bool changed = false;
  const auto skip = [&](int block) {
    // An empty loop has nowhere to go; it is reported when the program is emitted.
    for (std::size_t i = 0; i < ir.blocks.size(); ++i) {
      const IrBlock& code = ir.blocks[index(block)];
      if (!code.code.empty() || code.term.kind != IrEnd::Kind::kJump || code.term.yes == block) break;
      block = code.term.yes;
    }
    return block;
  };
  for (const int block : ir.layout) {
    IrEnd& term = ir.blocks[index(block)].term;
    if (term.kind == IrEnd::Kind::kEnd) continue;
    const int yes = skip(term.yes);
    changed |= yes != term.yes;
    term.yes = yes;
    if (term.kind != IrEnd::Kind::kBranch) continue;
    const int no = skip(term.no);
    changed |= no != term.no;
    term.no = no;
    if (term.yes != term.no) continue;
    term.kind = IrEnd::Kind::kJump;
    term.value = Operand{};
    changed = true;
  }
  std::vector<bool> reached(ir.blocks.size());
  std::vector<int> predecessors(ir.blocks.size());
  std::vector<int> work{0};
  reached[0] = true;
  while (!work.empty()) {
    const int block = work.back();
    work.pop_back();
    for (const int next : successors(ir.blocks[index(block)].term)) {
      ++predecessors[index(next)];
      if (reached[index(next)]) continue;
      reached[index(next)] = true;
      work.push_back(next);
    }
  }
  for (const int block : ir.layout) {
    if (!reached[index(block)]) continue;
    IrBlock& code = ir.blocks[index(block)];
    while (code.term.kind == IrEnd::Kind::kJump && code.term.yes != block && code.term.yes != 0 && predecessors[index(code.term.yes)] == 1) {
      const int next = code.term.yes;
      IrBlock& tail = ir.blocks[index(next)];
      if (tail.term.kind == IrEnd::Kind::kEnd) break;  // the end is a block of its own
      code.code.insert(code.code.end(), tail.code.begin(), tail.code.end());
      code.term = tail.term;
      tail.code.clear();
      reached[index(next)] = false;
      changed = true;
    }
  }
  const int last = ir.layout.back();
  reached[index(last)] = true;
  std::erase_if(ir.layout, [&](int block) { return !reached[index(block)]; });
  return changed;
}

}  // namespace

void optimize(IrProgram& ir) {
  // Each round can enable the next; real programs settle after three or four.
  constexpr int kMaxRounds = 16;
  straighten(ir);
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = Propagation(ir).run();
    changed |= straighten(ir);
    changed |= remove_dead_code(ir);
    if (!changed) break;
  }
}

}  // namespace vmalab
