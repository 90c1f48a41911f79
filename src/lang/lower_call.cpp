// SPDX-License-Identifier: GPL-2.0-only
// Calls: of functions and of the statements in a macro, which are inlined, of primitives, and of the questions that goal and outcome expressions may
// ask.
#include <algorithm>

#include "lang/builtins.h"
#include "lang/lowering_nesting.h"
#include "lang/spelling.h"

namespace vmalab {
namespace {

std::vector<std::string_view> query_names() {
  std::vector<std::string_view> names;
  for (const QueryName& query : query_table()) names.push_back(query.name);
  return names;
}

}  // namespace

Value Lowering::statement_expression(const Expr& expr) {
  if (activations_.empty()) fail(expr.pos, "a statement expression is only supported inside a function");
  const std::uint16_t caller = frame_;
  if (expr.use != nullptr) enter_frame(expr.use->name, expr.use->call, expr.use->definition);
  open_scope(expr.block);
  Value result;
  const std::vector<Stmt*>& list = expr.block->list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i + 1 == list.size() && list[i]->kind == Stmt::Kind::kExpression) {
      result = any_value(*list[i]->expr);
      // A named value would go out of scope here.
      if (result.kind == Value::Kind::kWord) result.op = copied(result.op, expr);
    } else {
      statement(*list[i]);
    }
  }
  close_scope();
  frame_ = caller;
  return result;
}

Value Lowering::call(const Expr& expr) {
  if (const Builtin* found = find_builtin(expr.name)) {
    if (expression_only_ && (op_info(found->op).writes || found->op == Op::kWarn))
      fail(expr.pos, "an expression may look at the state, not change it");
    return builtin(*found, expr);
  }
  const bool question = expression_only_;
  if (question) {
    bool known = false;
    Value answer = query(expr, known);
    if (known) return answer;
  }
  const FunctionAst* caller = activations_.empty() ? nullptr : activations_.back().ast;
  const Declarations::Function* function = caller == nullptr ? declarations_.find_function(expr.name)
                                                             : declarations_.find_function(expr.name, caller->pos.file);
  if (function == nullptr) {
    if (const Stubs::Stub* stub = stubs_ != nullptr && !question ? stubs_->find(expr.name) : nullptr) return call_stub(*stub, expr);
    if (declarations_.is_taken_away(expr.name)) {
      const bool may_do_without = caller != nullptr && !caller->of_the_lock && !declarations_.is_tree_file(caller->pos.file);
      if (may_do_without && expr.name.find("assert") != std::string_view::npos) return leave_out_assertion(expr);
      fail_for_lack_of(expr.pos, expr.name);
    }
    const bool declared = declarations_.is_prototype(expr.name);
    const std::string stand_in = question ? "" : "; --stub " + std::string(expr.name) + " stands in for a call that leaves the lock's files";
    fail(expr.pos, declared ? "`" + std::string(expr.name) + "` is declared, but no loaded file has its body" + stand_in
                            : "there is no function or macro `" + std::string(expr.name) + "`" + stand_in +
                                  (question ? did_you_mean(expr.name, query_names()) : ""));
  }
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
    Value argument = value(*expr.arguments[i]);
    const bool later_effects = std::any_of(expr.arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, expr.arguments.end(),
                                           [](const Expr* e) { return e->has_effects; });
    if (later_effects && argument.kind == Value::Kind::kWord) argument.op = copied(argument.op, *expr.arguments[i]);
    arguments.push_back(std::move(argument));
  }
  return call_function(*function, arguments, expr);
}

/// What a thread asserts changes nothing that it does: one that states more than the loaded kernel can be asked for runs without it,
/// and the verdict says so.
Value Lowering::leave_out_assertion(const Expr& expr) {
  for (const Expr* argument : expr.arguments) value(*argument);
  const std::string name(expr.name);
  if (std::find(ir_.left_out.begin(), ir_.left_out.end(), name) == ir_.left_out.end()) ir_.left_out.push_back(name);
  return {};
}

Operand Lowering::builtin_operand(const Builtin& builtin, char argument, const Expr& expr) {
  const Value from = value(expr);
  const std::string_view wanted = wanted_pointer(builtin, argument);
  if (wanted.empty()) return convert(from, from.type.is_unsigned() ? unsigned_type() : int_type(), expr).op;
  const Type type = named_type(wanted);
  // To lockdep every lock is its own key.
  constexpr std::array<std::string_view, 4> kLocks{"struct rw_semaphore *", "spinlock_t *", "raw_spinlock_t *", "struct mutex *"};
  const bool lock = type == named_type("struct lockdep_map *") &&
                    std::any_of(kLocks.begin(), kLocks.end(), [&](std::string_view name) { return from.type == named_type(name); });
  return lock ? from.op : convert(from, type, expr).op;
}

Value Lowering::builtin(const Builtin& builtin, const Expr& expr) {
  if (expr.arguments.size() != builtin.arguments.size()) {
    fail(expr.pos, "`" + std::string(builtin.name) + "` takes " + std::to_string(builtin.arguments.size()) + " arguments, not " +
                       std::to_string(expr.arguments.size()));
  }
  if (builtin.arguments == "k") return kfree(expr);
  IrInstr instr;
  instr.order = builtin.order;
  int old_slot = -1;
  Type place_type = unsigned_type();
  std::optional<LValue> local_place;
  for (std::size_t i = 0; i < builtin.arguments.size(); ++i) {
    const Expr& argument = *expr.arguments[i];
    const bool later_effects = std::any_of(expr.arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, expr.arguments.end(),
                                           [](const Expr* e) { return e->has_effects; });
    const auto stable = [&](Operand op) { return later_effects ? copied(op, argument) : op; };
    switch (builtin.arguments[i]) {
      case 'a':
        instr.a = builtin.result == 'c' ? convert(value(argument), bool_type(), argument).op : stable(builtin_operand(builtin, 'a', argument));
        break;
      case 'b':
        if (builtin.op != Op::kStore && builtin.op != Op::kAtomic) {
          instr.b = stable(builtin_operand(builtin, 'b', argument));
        } else {
          const Value converted = convert(value(argument), place_type, argument);
          if (converted.kind != Value::Kind::kWord) fail(argument.pos, "the address of a local cannot be stored");
          instr.b = stable(converted.op);
        }
        break;
      case 'c':
        if (builtin.op != Op::kAtomic) {
          instr.c = stable(builtin_operand(builtin, 'c', argument));
        } else {
          const Value converted = convert(value(argument), place_type, argument);
          if (converted.kind != Value::Kind::kWord) fail(argument.pos, "the address of a local cannot be stored");
          instr.c = stable(converted.op);
        }
        break;
      case 'd': instr.d = stable(builtin_operand(builtin, 'd', argument)); break;
      case 'l': {
        const LValue place = place_of(argument);
        if (!place.shared) local_place = place;
        instr.a = stable(place.address);
        place_type = place.type;
        if (place.type.base == Type::Base::kWord && !place.type.is_pointer() && place.type.word->counts) place_type = counted_type(place.type);
        if (!place_type.is_scalar()) fail(argument.pos, "a `" + type_text(place.type) + "` is no plain number; there are functions for it");
        break;
      }
      case 'L': {
        const Value lock = value(argument);
        const std::string_view name = lock.type.base == Type::Base::kWord && lock.type.pointers == 1 ? lock.type.word->name : "";
        if (name != "spinlock_t" && name != "raw_spinlock_t" && name != "struct mutex") {
          fail(argument.pos, "expected a pointer to a spinlock or a mutex, not a `" + type_text(lock.type) + "`");
        }
        instr.a = stable(lock.op);
        break;
      }
      case 'o': {
        const Value target = value(argument);
        if (target.kind == Value::Kind::kLocalPointer) {
          old_slot = target.slot;
        } else if (target.kind != Value::Kind::kWord || !is_constant(target.op) || target.op.value != 0) {
          fail(argument.pos, "the old value goes to a local, or nowhere with NULL");
        }
        break;
      }
      case 's': {
        const Value text = value(argument);
        if (text.kind != Value::Kind::kText) fail(argument.pos, "expected a text");
        instr.imm = static_cast<std::uint32_t>(ir_.strings.size());
        ir_.strings.push_back(text.text);
        break;
      }
      case 'i': {
        const Operand op = word(argument);
        if (!is_constant(op)) fail(argument.pos, "expected a constant");
        instr.imm = op.value;
        break;
      }
      case 'F': instr.imm = callback(argument); break;
      case 'K': instr.imm = freeing_callback(argument); break;
      case 'r': {
        const Operand op = word(argument);
        if (!is_constant(op) || op.value > static_cast<Word>(Order::kVoid)) fail(argument.pos, "expected the number of an order");
        instr.order = static_cast<Order>(op.value);
        break;
      }
      default: (void)value(argument); break;
    }
  }
  if (builtin.op == Op::kAtomic && place_type.is_narrow() && instr.imm != static_cast<std::uint32_t>(Atomic::kExchange) &&
      instr.imm != static_cast<std::uint32_t>(Atomic::kCompareExchange)) {
    fail(expr.pos, "of a `" + type_text(place_type) + "` only exchanges are simulated");
  }
  if (local_place) {
    if (builtin.op == Op::kAtomic) fail(expr.arguments[0]->pos, "an atomic operation works on shared memory, and this is a local");
    // READ_ONCE and the like of a local are plain uses of it.
    if (builtin.op == Op::kLoad) return load(*local_place, expr);
    store(*local_place, word_value(place_type, instr.b), expr);
    return {};
  }
  Type type;
  switch (builtin.result) {
    case 'i': type = int_type(); break;
    case 'u': type = promoted(place_type); break;
    case 'b': type = bool_type(); break;
    case 'V': type = object_pointer(ObjectKind::kVma); break;
    default: break;
  }
  const int dst = type.is_void() ? kNoVirtual : new_virtual();
  IrInstr& out = emit(builtin.op, expr);
  out.order = instr.order;
  out.a = instr.a;
  out.b = instr.b;
  out.c = instr.c;
  out.d = instr.d;
  out.imm = instr.imm;
  out.dst = dst;
  out.dst2 = old_slot;
  if (old_slot >= 0) {
    IrInstr& note = emit(Op::kMove, expr);
    note.is_note = true;
    note.dst = old_slot;
    note.a = reg(old_slot);
  }
  const bool adds = builtin.op == Op::kAtomic && instr.imm == static_cast<std::uint32_t>(Atomic::kAdd);
  if (adds && place_type.is_wide()) warn_of_overflow(reg(dst), instr.b, expr);
  if (builtin.op == Op::kRcuUnlock || builtin.op == Op::kUpRead || builtin.op == Op::kUpWrite) leave_section(expr);
  if (builtin.result == 'c') return word_value(bool_type(), instr.a);
  if (type.is_void()) return {};
  return word_value(type, reg(dst));
}

Value Lowering::query(const Expr& expr, bool& known) {
  const QueryName* question = find_query(expr.name);
  known = question != nullptr;
  if (!known) return {};
  if (expr.arguments.size() != question->arguments.size()) {
    fail(expr.pos, "`" + std::string(expr.name) + "` takes " + std::to_string(question->arguments.size()) + " arguments");
  }
  IrInstr instr;
  for (std::size_t i = 0; i < question->arguments.size(); ++i) {
    const Expr& argument = *expr.arguments[i];
    Operand op;
    if (question->arguments[i] == 'n') {
      // One that the loaded kernel lacks is on nobody's stack.
      const bool there = argument.kind == Expr::Kind::kName &&
                         (declarations_.find_function(argument.name) != nullptr || declarations_.is_taken_away(argument.name) ||
                          declarations_.preprocessor().find(argument.name) != nullptr);
      if (!there) {
        fail(argument.pos, "expected the name of a function");
      }
      op = constant(static_cast<Word>(ir_.strings.size()));
      ir_.strings.emplace_back(argument.name);
    } else {
      const ObjectKind kind = question->arguments[i] == 't' ? ObjectKind::kTask : question->arguments[i] == 'v' ? ObjectKind::kVma : ObjectKind::kMm;
      const Value object = value(argument);
      if (object.kind != Value::Kind::kWord || !(object.type == object_pointer(kind))) {
        fail(argument.pos, std::string("expected the name of a ") + (kind == ObjectKind::kTask ? "thread" : kind == ObjectKind::kVma ? "VMA" : "mm"));
      }
      op = object.op;
    }
    (i == 0 ? instr.a : instr.b) = op;
  }
  const int dst = new_virtual();
  IrInstr& out = emit(Op::kQuery, expr);
  out.imm = static_cast<std::uint32_t>(question->query);
  out.a = instr.a;
  out.b = instr.b;
  out.dst = dst;
  return word_value(unsigned_type(), reg(dst));
}

}  // namespace vmalab
