// SPDX-License-Identifier: GPL-2.0-only
// From blocks to the flat Program: order of the blocks, jumps, live registers, places of variables, frames.
#include <algorithm>
#include <map>

#include "lang/ir.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxInstructions = 65535;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Where each variable is to be found, as virtual operands: the reaching notes.
using Places = std::map<int, Operand>;

void forget_register(Places& places, int number) {
  std::erase_if(places, [&](const auto& entry) { return is_register(entry.second) && entry.second.value == static_cast<Word>(number); });
}

void walk(const IrInstr& instr, Places& places) {
  if (instr.is_note) {
    if (instr.a.kind == Operand::Kind::kNone) {
      places.erase(instr.dst);
    } else {
      places[instr.dst] = instr.a;
    }
    return;
  }
  if (instr.dst >= 0) forget_register(places, instr.dst);
  if (instr.dst2 >= 0) forget_register(places, instr.dst2);
}

class Emitter {
 public:
  Emitter(const IrProgram& ir, const std::vector<int>& registers) : ir_(ir), registers_(registers), liveness_(ir) {}

  Program run() {
    find_places();
    order_blocks();
    start_of_.assign(ir_.blocks.size(), -1);
    for (std::size_t i = 0; i < order_.size(); ++i) emit_block(order_[i], i + 1 < order_.size() ? order_[i + 1] : -1);
    for (const auto& [pc, block] : jumps_) out_.code[pc].target = static_cast<Pc>(start_of_[index(block)]);
    check_loops();
    finish();
    return std::move(out_);
  }

 private:
  /// A block with nothing to run and one way on is left out: whoever goes there goes where it leads.
  int landing(int block) const {
    for (std::size_t i = 0; i < ir_.blocks.size(); ++i) {
      const IrBlock& code = ir_.blocks[index(block)];
      const bool empty = std::all_of(code.code.begin(), code.code.end(), [&](const IrInstr& instr) { return vanishes(instr); });
      if (!empty || code.term.kind != IrEnd::Kind::kJump || code.term.yes == block) break;
      block = code.term.yes;
    }
    return block;
  }
  bool vanishes(const IrInstr& instr) const {
    return instr.is_note ||
           (instr.op == Op::kMove && is_register(instr.a) && instr.a.field == 0 && registers_[instr.a.value] == registers_[index(instr.dst)]);
  }

  void find_places() {
    // Where each variable is, is kept for each block, and what is alive for each instruction of one.
    constexpr std::size_t kMost = 4'000'000;
    std::size_t longest = 0;
    for (const IrBlock& block : ir_.blocks) longest = std::max(longest, block.code.size());
    const auto registers = static_cast<std::size_t>(ir_.virtual_count);
    if (ir_.blocks.size() * registers > kMost || longest * registers > 64 * kMost) {
      throw CompileError{ir_.frames.empty() ? SourcePos{} : ir_.frames[0].definition, "this program is too large once every call is inlined"};
    }
    places_.assign(ir_.blocks.size(), Places());
    std::vector<bool> reached(ir_.blocks.size());
    reached[0] = true;
    bool changed = true;
    while (changed) {
      changed = false;
      for (const int block : ir_.layout) {
        if (!reached[index(block)]) continue;
        Places places = places_[index(block)];
        for (const IrInstr& instr : ir_.blocks[index(block)].code) walk(instr, places);
        for (const int next : successors(ir_.blocks[index(block)].term)) {
          Places& into = places_[index(next)];
          if (!reached[index(next)]) {
            reached[index(next)] = true;
            into = places;
            changed = true;
            continue;
          }
          changed |= std::erase_if(into, [&](const auto& entry) {
                       const auto found = places.find(entry.first);
                       return found == places.end() || found->second != entry.second;
                     }) > 0;
        }
      }
    }
  }

  /// As in the C text, except that a block with one way into it follows the jump to it.
  void order_blocks() {
    std::vector<int> predecessors(ir_.blocks.size());
    for (const int block : ir_.layout) {
      for (const int next : successors(ir_.blocks[index(block)].term)) ++predecessors[index(landing(next))];
    }
    const int last = ir_.layout.back();
    std::vector<bool> placed(ir_.blocks.size());
    // The entry stands first even when it is empty.
    const auto place = [&](int block) {
      while (!placed[index(block)] && block != last) {
        placed[index(block)] = true;
        order_.push_back(block);
        const IrEnd& term = ir_.blocks[index(block)].term;
        if (term.kind != IrEnd::Kind::kJump || predecessors[index(landing(term.yes))] != 1) break;
        block = landing(term.yes);
      }
    };
    for (const int block : ir_.layout) {
      if (block == 0 || landing(block) == block) place(block);
    }
    order_.push_back(last);
  }

  Operand physical(Operand operand) const {
    if (is_register(operand)) operand.value = static_cast<Word>(registers_[operand.value]);
    return operand;
  }
  std::uint8_t physical(int number) const { return number < 0 ? kNoRegister : static_cast<std::uint8_t>(registers_[index(number)]); }

  RegisterSet mask(const Liveness::Set& live) const {
    RegisterSet set = 0;
    for (std::size_t n = 0; n < live.size(); ++n) {
      if (live[n] && registers_[n] >= 0) set = static_cast<RegisterSet>(set | 1u << registers_[n]);
    }
    return set;
  }

  void append(Instr instr, RegisterSet live, const Liveness::Set& virtual_live, const Places& places) {
    if (out_.code.size() >= kMaxInstructions) {
      throw CompileError{instr.pos, "this program has more than " + std::to_string(kMaxInstructions) + " instructions once every call is inlined"};
    }
    const Pc pc = static_cast<Pc>(out_.code.size());
    out_.code.push_back(instr);
    out_.live_in.push_back(live);
    for (const auto& [storage, operand] : places) {
      if (is_register(operand) && (!virtual_live[operand.value] || registers_[operand.value] < 0)) continue;
      const Operand where = physical(operand);
      std::vector<Variable::Place>& spans = spans_[storage];
      if (!spans.empty() && spans.back().last == pc && spans.back().where == where) {
        ++spans.back().last;
      } else {
        spans.push_back({pc, static_cast<Pc>(pc + 1), where});
      }
    }
  }

  void emit_block(int block, int next) {
    const IrBlock& code = ir_.blocks[index(block)];
    start_of_[index(block)] = static_cast<int>(out_.code.size());
    // Live sets before each instruction, from the back.
    std::vector<Liveness::Set> before(code.code.size() + 1);
    Liveness::Set live = liveness_.at_end(block);
    before[code.code.size()] = live;
    for (std::size_t i = code.code.size(); i-- > 0;) {
      Liveness::step_back(code.code[i], live);
      before[i] = live;
    }
    Places places = places_[index(block)];
    for (std::size_t i = 0; i < code.code.size(); ++i) {
      const IrInstr& from = code.code[i];
      if (!vanishes(from)) {
        Instr instr;
        instr.op = from.op;
        instr.order = from.order;
        instr.dst = physical(from.dst);
        instr.dst2 = physical(from.dst2);
        instr.a = physical(from.a);
        instr.b = physical(from.b);
        instr.c = physical(from.c);
        instr.d = physical(from.d);
        instr.imm = from.imm;
        instr.frame = from.frame;
        instr.pos = from.pos;
        instr.end = from.end;
        append(instr, mask(before[i]), before[i], places);
      }
      walk(from, places);
    }
    emit_end(code.term, next, before.back(), places);
  }

  void emit_end(const IrEnd& term, int next, const Liveness::Set& live, const Places& places) {
    Instr instr;
    instr.frame = term.frame;
    instr.pos = term.pos;
    instr.end = term.end;
    const auto jump = [&](Op op, int target, bool reads) {
      instr.op = op;
      instr.a = reads ? physical(term.value) : Operand{};
      instr.imm = reads && term.negated;
      jumps_.emplace_back(out_.code.size(), target);
      append(instr, mask(live), live, places);
    };
    if (term.kind == IrEnd::Kind::kEnd) {
      instr.op = Op::kEnd;
      instr.a = physical(term.value);
      append(instr, mask(live), live, places);
      return;
    }
    const int yes = landing(term.yes);
    if (term.kind == IrEnd::Kind::kJump) {
      if (yes != next) jump(Op::kJump, yes, false);
      return;
    }
    const int no = landing(term.no);
    if (yes == next) {
      jump(Op::kJumpIfNot, no, true);
      return;
    }
    jump(Op::kJumpIf, yes, true);
    if (no == next) return;
    // After the test its operand may be dead, so the jump's own live set is that of where it leads.
    Liveness::Set after(live.size());
    for (std::size_t n = 0; n < live.size(); ++n) after[n] = live[n] && liveness_.live_at_start(term.no, static_cast<int>(n));
    instr.op = Op::kJump;
    instr.a = Operand{};
    instr.imm = 0;
    jumps_.emplace_back(out_.code.size(), no);
    append(instr, mask(after), after, places);
  }

  /// Every cycle must pass a visible instruction: a step has to end.
  void check_loops() const {
    enum : std::uint8_t { kNew, kOpen, kDone };
    std::vector<std::uint8_t> mark(out_.code.size(), kNew);
    const auto next = [&](std::size_t pc) {
      std::vector<std::size_t> list;
      const Instr& instr = out_.code[pc];
      if (op_info(instr.op).visible || instr.op == Op::kEnd) return list;
      const bool jumps = instr.op == Op::kJump || instr.op == Op::kJumpIf || instr.op == Op::kJumpIfNot;
      if (jumps) list.push_back(instr.target);
      if (instr.op != Op::kJump) list.push_back(pc + 1);
      return list;
    };
    for (std::size_t start = 0; start < out_.code.size(); ++start) {
      if (mark[start] != kNew) continue;
      std::vector<std::pair<std::size_t, std::vector<std::size_t>>> path;
      path.emplace_back(start, next(start));
      mark[start] = kOpen;
      while (!path.empty()) {
        std::vector<std::size_t>& rest = path.back().second;
        if (rest.empty()) {
          mark[path.back().first] = kDone;
          path.pop_back();
          continue;
        }
        const std::size_t pc = rest.back();
        rest.pop_back();
        if (mark[pc] == kOpen) {
          // The first instruction of the loop that is written somewhere.
          SourcePos pos;
          bool inside = false;
          for (const auto& [on_path, unused] : path) {
            inside = inside || on_path == pc;
            if (inside && pos.line == 0) pos = out_.code[on_path].pos;
          }
          throw SilentLoop{{pos, "this loop can run forever without touching shared memory, which the simulator cannot step"}};
        }
        if (mark[pc] == kDone) continue;
        mark[pc] = kOpen;
        path.emplace_back(pc, next(pc));
      }
    }
  }

  void finish() {
    out_.entry = ir_.entry;
    out_.label = ir_.label;
    out_.stub_calls = ir_.stub_calls;
    out_.left_out = ir_.left_out;
    out_.strings = ir_.strings;
    out_.decided = ir_.decided;
    out_.register_count = 0;
    for (const Instr& instr : out_.code) {
      for (const std::uint8_t number : {instr.dst, instr.dst2}) {
        if (number != kNoRegister) out_.register_count = std::max(out_.register_count, number + 1);
      }
      for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) {
        if (is_register(*operand)) out_.register_count = std::max(out_.register_count, static_cast<int>(operand->value) + 1);
      }
    }
    keep_used_frames();
  }

  /// Calls that left no instruction behind leave no frame either.
  void keep_used_frames() {
    std::vector<bool> used(ir_.frames.size());
    used[0] = true;
    for (const Instr& instr : out_.code) used[instr.frame] = true;
    for (std::size_t f = ir_.frames.size(); f-- > 1;) {
      if (used[f]) used[ir_.frames[f].parent] = true;
    }
    std::vector<std::uint16_t> renumbered(ir_.frames.size());
    for (std::size_t f = 0; f < ir_.frames.size(); ++f) {
      if (!used[f]) continue;
      renumbered[f] = static_cast<std::uint16_t>(out_.frames.size());
      out_.frames.push_back(ir_.frames[f]);
      out_.frames.back().parent = renumbered[ir_.frames[f].parent];
    }
    for (Instr& instr : out_.code) instr.frame = renumbered[instr.frame];
    for (const IrVariable& variable : ir_.variables) {
      if (!used[variable.frame]) continue;
      Variable shown;
      shown.name = variable.name;
      shown.type = variable.type;
      shown.frame = renumbered[variable.frame];
      place_in_frame(shown, spans_[variable.storage]);
      if (!shown.places.empty()) out_.variables.push_back(std::move(shown));
    }
  }

  /// A pointer's target outlives the function that names it, so places are cut to where the frame is on the stack.
  void place_in_frame(Variable& variable, const std::vector<Variable::Place>& spans) const {
    for (const Variable::Place& span : spans) {
      for (Pc pc = span.first; pc < span.last; ++pc) {
        std::uint16_t frame = out_.code[pc].frame;
        while (frame > variable.frame) frame = out_.frames[frame].parent;
        if (frame != variable.frame) continue;
        std::vector<Variable::Place>& places = variable.places;
        if (!places.empty() && places.back().last == pc && places.back().where == span.where) {
          ++places.back().last;
        } else {
          places.push_back({pc, static_cast<Pc>(pc + 1), span.where});
        }
      }
    }
  }

  const IrProgram& ir_;
  const std::vector<int>& registers_;
  Liveness liveness_;
  Program out_;
  std::vector<Places> places_;
  std::vector<int> order_;
  std::vector<int> start_of_;
  std::vector<std::pair<std::size_t, int>> jumps_;
  std::map<int, std::vector<Variable::Place>> spans_;
};

}  // namespace

Program emit_program(const IrProgram& ir, const std::vector<int>& registers) { return Emitter(ir, registers).run(); }

}  // namespace vmalab
