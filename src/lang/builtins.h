// SPDX-License-Identifier: GPL-2.0-only
// The primitives of the machine as C can call them: `__vmalab_*`. assets/kernel/primitives.h gives them the
// kernel's names.
#pragma once

#include <span>
#include <string_view>

#include "lang/op.h"

namespace vmalab {

struct Builtin {
  std::string_view name;
  Op op;
  Order order;
  /// One letter an argument: a, b, c, d: the operand it becomes; o: pointer to a local that receives the old
  /// value, or NULL; l: an lvalue of shared memory whose address becomes operand a; s: text of a warning;
  /// L: a pointer to a spinlock or mutex, which becomes operand a; i: a constant that becomes imm; r: a constant that is the order; F: the name
  /// of a callback, whose number becomes imm; K: what kfree_rcu() frees, likewise; k alone: what kfree() frees; -: evaluated and ignored.
  std::string_view arguments;
  /// v: nothing, i: int, u: unsigned, b: bool, V: VMA pointer, c: the condition in operand a, as a bool.
  char result;
};
std::span<const Builtin> builtin_table();
const Builtin* find_builtin(std::string_view name);
/// The C type of the pointer that one of its arguments has to be, such as "refcount_t *"; empty for an integer.
std::string_view wanted_pointer(const Builtin& builtin, char argument);

/// A question of goal and outcome expressions.
struct QueryName {
  std::string_view name;
  Query query;
  std::string_view arguments;  ///< t: thread, v: VMA, m: mm, n: name of a function
  std::string_view meaning;    ///< in a few words, for people
};
std::span<const QueryName> query_table();
const QueryName* find_query(std::string_view name);

}  // namespace vmalab
