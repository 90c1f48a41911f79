// SPDX-License-Identifier: GPL-2.0-only
// Register allocation by colouring the interference graph. States are kept by the million and carry every
// thread's registers, so few registers matter more than few moves; moves that can vanish do.
#include <algorithm>
#include <numeric>

#include "lang/ir.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxNodes = 8192;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

class Allocator {
 public:
  explicit Allocator(const IrProgram& ir) : ir_(ir), liveness_(ir) {}

  std::vector<int> run() {
    number_nodes();
    build();
    std::vector<int> colours;
    const Graph original = graph_;
    coalesce();
    if (!colour(colours)) {
      // Merging moves can make the graph harder; the plain one may still fit.
      graph_ = original;
      std::iota(merged_into_.begin(), merged_into_.end(), 0);
      if (!colour(colours)) {
        throw CompileError{ir_.frames.empty() ? SourcePos{} : ir_.frames[0].definition,
                           "more than " + std::to_string(kMaxRegisters) + " values are needed at once; a thread has that many registers"};
      }
    }
    std::vector<int> out(index(ir_.virtual_count), -1);
    for (std::size_t n = 0; n < virtual_of_.size(); ++n) out[index(virtual_of_[n])] = colours[index(root(static_cast<int>(n)))];
    return out;
  }

 private:
  using Graph = std::vector<std::vector<bool>>;

  void number_nodes() {
    node_of_.assign(index(ir_.virtual_count), -1);
    const auto mention = [&](int number) {
      if (number < 0 || node_of_[index(number)] >= 0) return;
      node_of_[index(number)] = static_cast<int>(virtual_of_.size());
      virtual_of_.push_back(number);
    };
    const auto mention_operand = [&](const Operand& operand) {
      if (is_register(operand)) mention(static_cast<int>(operand.value));
    };
    for (const int block : ir_.layout) {
      for (const IrInstr& instr : ir_.blocks[index(block)].code) {
        if (instr.is_note) continue;
        mention(instr.dst);
        mention(instr.dst2);
        for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) mention_operand(*operand);
      }
      mention_operand(ir_.blocks[index(block)].term.value);
    }
    if (virtual_of_.size() > kMaxNodes) {
      throw CompileError{ir_.frames.empty() ? SourcePos{} : ir_.frames[0].definition, "this program is too large once every call is inlined"};
    }
    graph_.assign(virtual_of_.size(), std::vector<bool>(virtual_of_.size()));
    at_rest_.assign(virtual_of_.size(), false);
    merged_into_.resize(virtual_of_.size());
    std::iota(merged_into_.begin(), merged_into_.end(), 0);
  }

  void interfere(int a, int b) {
    if (a == b) return;
    graph_[index(a)][index(b)] = graph_[index(b)][index(a)] = true;
  }

  /// Only registers that some instruction names are nodes, so a set of live ones is kept as nodes too.
  void build() {
    for (const int block : ir_.layout) {
      const std::vector<IrInstr>& code = ir_.blocks[index(block)].code;
      Liveness::Set live = liveness_.at_end(block);
      std::vector<int> nodes;
      for (std::size_t n = 0; n < virtual_of_.size(); ++n) {
        if (live[index(virtual_of_[n])]) nodes.push_back(static_cast<int>(n));
      }
      const auto drop = [&](int number) { std::erase(nodes, node_of_[index(number)]); };
      const auto add = [&](const Operand& operand) {
        if (!is_register(operand)) return;
        const int node = node_of_[operand.value];
        if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
      };
      for (auto instr = code.rbegin(); instr != code.rend(); ++instr) {
        if (instr->is_note) continue;
        for (const int defined : {instr->dst, instr->dst2}) {
          if (defined < 0) continue;
          for (const int other : nodes) {
            // A copy does not clash with what it copies.
            const bool copies = instr->op == Op::kMove && instr->a == reg(virtual_of_[index(other)]);
            if (!copies) interfere(node_of_[index(defined)], other);
          }
        }
        if (instr->dst >= 0 && instr->dst2 >= 0) interfere(node_of_[index(instr->dst)], node_of_[index(instr->dst2)]);
        if (instr->dst >= 0) drop(instr->dst);
        if (instr->dst2 >= 0) drop(instr->dst2);
        for (const Operand* operand : {&instr->a, &instr->b, &instr->c, &instr->d}) add(*operand);
        if (op_info(instr->op).visible) {
          for (const int node : nodes) at_rest_[index(node)] = true;
        }
      }
      if (block != 0) continue;
      for (const int a : nodes) {
        for (const int b : nodes) interfere(a, b);
      }
    }
  }

  int root(int node) const {
    while (merged_into_[index(node)] != node) node = merged_into_[index(node)];
    return node;
  }

  void coalesce() {
    for (const int block : ir_.layout) {
      for (const IrInstr& instr : ir_.blocks[index(block)].code) {
        if (instr.is_note || instr.op != Op::kMove || instr.dst < 0 || !is_register(instr.a) || instr.a.field != 0) continue;
        const int a = root(node_of_[instr.a.value]), b = root(node_of_[index(instr.dst)]);
        if (a == b || graph_[index(a)][index(b)]) continue;
        merged_into_[index(b)] = a;
        at_rest_[index(a)] = at_rest_[index(a)] || at_rest_[index(b)];
        for (std::size_t n = 0; n < graph_.size(); ++n) {
          if (graph_[index(b)][n]) interfere(a, static_cast<int>(n));
        }
      }
    }
  }

  /// Takes the register with the fewest neighbours out first, and colours in the opposite order; registers with a
  /// value while the thread rests come first, so that they have the low numbers.
  bool colour(std::vector<int>& colours) const {
    const std::size_t count = graph_.size();
    std::vector<int> order;
    for (const bool rest : {true, false}) {
      std::vector<int> members;
      for (std::size_t n = 0; n < count; ++n) {
        if (root(static_cast<int>(n)) == static_cast<int>(n) && at_rest_[n] == rest) members.push_back(static_cast<int>(n));
      }
      std::vector<int> degree(count);
      for (const int a : members) {
        for (const int b : members) degree[index(a)] += graph_[index(a)][index(b)];
      }
      std::vector<int> removed;
      while (!members.empty()) {
        const auto least = std::min_element(members.begin(), members.end(), [&](int a, int b) { return degree[index(a)] < degree[index(b)]; });
        const int node = *least;
        members.erase(least);
        removed.push_back(node);
        for (const int other : members) degree[index(other)] -= graph_[index(node)][index(other)];
      }
      order.insert(order.end(), removed.rbegin(), removed.rend());
    }
    colours.assign(count, -1);
    for (const int node : order) {
      std::uint32_t taken = 0;
      for (const int other : order) {
        if (graph_[index(node)][index(other)] && colours[index(other)] >= 0) taken |= 1u << colours[index(other)];
      }
      int colour = 0;
      while (colour < kMaxRegisters && (taken >> colour & 1) != 0) ++colour;
      if (colour == kMaxRegisters) return false;
      colours[index(node)] = colour;
    }
    return true;
  }

  const IrProgram& ir_;
  Liveness liveness_;
  std::vector<int> node_of_;
  std::vector<int> virtual_of_;
  Graph graph_;
  std::vector<bool> at_rest_;
  std::vector<int> merged_into_;
};

}  // namespace

std::vector<int> allocate_registers(const IrProgram& ir) { return Allocator(ir).run(); }

}  // namespace vmalab
