// SPDX-License-Identifier: GPL-2.0-only
// Reads of locals that have no value yet, and of what a function gives that fell off its end: undefined behaviour, and not
// the zero that the register happens to hold. Where the flow of the code cannot rule it out, a flag beside the variable is
// kept while the thread runs, so that only a run which really gets there is reported.
#include <algorithm>
#include <map>

#include "lang/ir.h"

namespace vmalab {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Ghost facts look at a variable as the machine sees it; the code does not read it there.
bool is_ghost(Op op) { return op == Op::kLockReturn || op == Op::kIteratorLeave; }

class UnsetReads {
 public:
  explicit UnsetReads(IrProgram& ir) : ir_(ir), number_(index(ir.virtual_count), -1) {}

  void run() {
    find_tracked();
    if (!tracked_.empty()) {
      solve();
      find_reads();
    }
    rewrite();
  }

 private:
  using Bits = std::vector<bool>;

  static bool passes_on(const IrInstr& instr) { return instr.passes_on || instr.op == Op::kIteratorLeave; }
  int tracked(const Operand& operand) const { return is_register(operand) ? number_[operand.value] : -1; }
  int tracked(int number) const { return number < 0 ? -1 : number_[index(number)]; }

  void track(int number, const std::vector<bool>& elements) {
    if (number < 0 || number_[index(number)] >= 0 || elements[index(number)]) return;
    number_[index(number)] = static_cast<int>(tracked_.size());
    tracked_.push_back(number);
  }

  /// Whatever is declared without a value, and what such a thing is copied to as a part of something larger. Not arrays of
  /// which a variable chooses the element: a flag for each would need as many registers again.
  void find_tracked() {
    std::vector<bool> element(number_.size());
    for (const int number : ir_.elements) element[index(number)] = true;
    bool changed = true;
    while (changed) {
      const std::size_t before = tracked_.size();
      for (const IrBlock& block : ir_.blocks) {
        for (const IrInstr& instr : block.code) {
          if (instr.unset_name >= 0)
            track(instr.dst, element);
          else if (!instr.is_note && passes_on(instr) && tracked(instr.a) >= 0)
            track(instr.dst, element);
        }
      }
      changed = tracked_.size() != before;
    }
  }

  /// Where a constant decides, only one way is ever taken.
  static std::vector<int> ways(const IrEnd& term) {
    if (term.kind == IrEnd::Kind::kBranch && is_constant(term.value)) return {term.value.value != 0 ? term.yes : term.no};
    return successors(term);
  }

  void pass(const IrInstr& instr, Bits& unset) const {
    const auto set = [&](int number, bool value) {
      if (const int t = tracked(number); t >= 0) unset[index(t)] = value;
    };
    if (instr.unset_name >= 0) return set(instr.dst, true);
    if (instr.is_note) return;
    if (passes_on(instr)) {
      const int from = tracked(instr.a);
      return set(instr.dst, from >= 0 && unset[index(from)]);
    }
    set(instr.dst, false);
    set(instr.dst2, false);
  }

  void solve() {
    in_.assign(ir_.blocks.size(), {});
    // A goto can pass a declaration by: what it declares has no value then either.
    in_[0].assign(tracked_.size(), true);
    std::vector<int> open{0};
    while (!open.empty()) {
      const int block = open.back();
      open.pop_back();
      Bits unset = in_[index(block)];
      for (const IrInstr& instr : ir_.blocks[index(block)].code) pass(instr, unset);
      for (const int next : ways(ir_.blocks[index(block)].term)) {
        Bits& there = in_[index(next)];
        bool more = there.empty();
        if (more) there.assign(tracked_.size(), false);
        for (std::size_t t = 0; t < unset.size(); ++t) {
          if (!unset[t] || there[t]) continue;
          there[t] = true;
          more = true;
        }
        if (more) open.push_back(next);
      }
    }
  }

  template <typename Read>
  void for_reads(const IrInstr& instr, Read read) const {
    if (instr.is_note || is_ghost(instr.op) || passes_on(instr)) return;
    for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) {
      if (const int t = tracked(*operand); t >= 0) read(t);
    }
  }

  /// The variables of which some read may come too early. What is copied into them needs a flag as well.
  void find_reads() {
    suspects_.assign(tracked_.size(), false);
    for (std::size_t b = 0; b < ir_.blocks.size(); ++b) {
      if (in_[b].empty()) continue;
      Bits unset = in_[b];
      for (const IrInstr& instr : ir_.blocks[b].code) {
        for_reads(instr, [&](int t) { suspects_[index(t)] = suspects_[index(t)] || unset[index(t)]; });
        pass(instr, unset);
      }
      if (const int t = tracked(ir_.blocks[b].term.value); t >= 0 && unset[index(t)]) suspects_[index(t)] = true;
    }
    bool changed = true;
    while (changed) {
      changed = false;
      for (const IrBlock& block : ir_.blocks) {
        for (const IrInstr& instr : block.code) {
          const int to = tracked(instr.dst), from = tracked(instr.a);
          if (instr.is_note || !passes_on(instr) || to < 0 || from < 0 || !suspects_[index(to)] || suspects_[index(from)]) continue;
          suspects_[index(from)] = changed = true;
        }
      }
    }
    for (std::size_t t = 0; t < suspects_.size(); ++t) {
      if (suspects_[t]) flags_[static_cast<int>(t)] = ir_.virtual_count++;
    }
  }

  static IrInstr move(const IrInstr& at, int flag, Operand value) {
    IrInstr instr;
    instr.frame = at.frame;
    instr.pos = at.pos;
    instr.end = at.end;
    instr.dst = flag;
    instr.a = value;
    return instr;
  }
  void complain(const IrInstr& at, int t, std::vector<IrInstr>& out) {
    IrInstr warn = move(at, kNoVirtual, reg(flags_.at(t)));
    warn.op = Op::kWarn;
    warn.imm = static_cast<std::uint32_t>(ir_.strings.size());
    ir_.strings.push_back(ir_.unset_names[index(name_of(t))]);
    out.push_back(warn);
  }
  int name_of(int t) const {
    for (const IrBlock& block : ir_.blocks) {
      for (const IrInstr& instr : block.code) {
        if (instr.unset_name >= 0 && tracked(instr.dst) == t) return instr.unset_name;
      }
    }
    // A copy of a part.
    for (const IrBlock& block : ir_.blocks) {
      for (const IrInstr& instr : block.code) {
        if (!instr.is_note && passes_on(instr) && tracked(instr.dst) == t && tracked(instr.a) >= 0 && tracked(instr.a) != t)
          return name_of(tracked(instr.a));
      }
    }
    return 0;
  }

  void rewrite() {
    std::vector<std::vector<IrInstr>> rewritten(ir_.blocks.size());
    for (std::size_t b = 0; b < ir_.blocks.size(); ++b) {
      const bool reached = !flags_.empty() && !in_[b].empty();
      Bits unset = reached ? in_[b] : Bits();
      std::vector<IrInstr>& out = rewritten[b];
      if (b == 0) {
        for (const auto& [t, flag] : flags_) out.push_back(move(IrInstr(), flag, constant(1)));
      }
      for (const IrInstr& instr : ir_.blocks[b].code) {
        if (reached) {
          std::vector<int> read;
          for_reads(instr, [&](int t) {
            if (unset[index(t)] && flags_.count(t) > 0 && std::find(read.begin(), read.end(), t) == read.end()) read.push_back(t);
          });
          for (const int t : read) complain(instr, t, out);
        }
        if (instr.unset_name < 0) out.push_back(instr);
        const auto flag = [&](int number, Operand value) {
          const auto found = flags_.find(tracked(number));
          if (found != flags_.end()) out.push_back(move(instr, found->second, value));
        };
        if (instr.unset_name >= 0) {
          flag(instr.dst, constant(1));
        } else if (!instr.is_note && passes_on(instr)) {
          const auto from = flags_.find(tracked(instr.a));
          flag(instr.dst, from != flags_.end() ? reg(from->second) : constant(0));
        } else if (!instr.is_note) {
          flag(instr.dst, constant(0));
          flag(instr.dst2, constant(0));
        }
        if (reached) pass(instr, unset);
      }
      const IrEnd& term = ir_.blocks[b].term;
      if (const int t = tracked(term.value); reached && t >= 0 && unset[index(t)] && flags_.count(t) > 0) {
        IrInstr at;
        at.frame = term.frame;
        at.pos = term.pos;
        at.end = term.end;
        complain(at, t, out);
      }
    }
    for (std::size_t b = 0; b < rewritten.size(); ++b) ir_.blocks[b].code = std::move(rewritten[b]);
  }

  IrProgram& ir_;
  std::vector<int> number_;  ///< of a virtual register among the tracked ones, or -1
  std::vector<int> tracked_;
  std::vector<Bits> in_;  ///< by block: which may have no value at its start; empty when it is not reached
  Bits suspects_;
  std::map<int, int> flags_;  ///< of a tracked register: the one that is 1 while it has no value
};

}  // namespace

void report_unset_reads(IrProgram& ir) { UnsetReads(ir).run(); }

}  // namespace vmalab
