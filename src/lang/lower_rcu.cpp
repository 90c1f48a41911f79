// SPDX-License-Identifier: GPL-2.0-only
// What is freed later, and callbacks: call_rcu(), kfree_rcu(), kfree(), container_of(). There are no function pointers: each
// function that call_rcu() is given has a number (ExtraWords::callbacks), and whoever runs the callbacks of a head knows all
// of them.
#include "lang/lowering.h"

namespace vmalab {
namespace {

const Type& head_pointer() {
  static const Type kType = named_type("struct rcu_head *");
  return kType;
}

bool is_vma_pointer(const Type& type) { return type == object_pointer(ObjectKind::kVma); }

}  // namespace

/// The number of the function that an argument names.
std::uint32_t Lowering::callback(const Expr& argument) {
  const bool address = argument.kind == Expr::Kind::kUnary && argument.op == op_code("&");
  const Expr& named = address ? *argument.a : argument;
  const bool variable = named.kind != Expr::Kind::kName || find_local(named.name) != nullptr;
  if (variable) fail(argument.pos, "call_rcu() takes the name of a function here; other pointers to functions are not supported");
  const Declarations::Function* function = declarations_.find_function(named.name);
  if (function == nullptr) {
    const bool declared = declarations_.is_prototype(named.name);
    fail(argument.pos, declared ? "`" + std::string(named.name) + "` is declared, but no loaded file has its body"
                                : "there is no function `" + std::string(named.name) + "`");
  }
  const FunctionAst& ast = declarations_.parse(*function);
  if (ast.parameters.size() != 1 || !(ast.parameters.front().type == head_pointer())) {
    fail(argument.pos, "`" + std::string(named.name) + "` is no callback: one takes a `struct rcu_head *` and nothing else");
  }
  return words_.callback(named.name);
}

/// kfree_rcu() of the object that an argument points at: the number of what frees it.
std::uint32_t Lowering::freeing_callback(const Expr& argument) {
  const Type type = value(argument).type;
  if (!is_vma_pointer(type)) {
    fail(argument.pos, "kfree_rcu() of a `" + type_text(type) + "` cannot be judged: of what it frees, only a vm_area_struct is simulated");
  }
  return words_.callback(ExtraWords::kFrees);
}

/// Of what kfree() frees, a VMA is simulated; memory that is not can be freed without a trace.
Value Lowering::kfree(const Expr& expr) {
  const Expr& argument = *expr.arguments.front();
  const Value object = value(argument);
  if (!is_vma_pointer(object.type)) {
    const bool simulated = object.type.base == Type::Base::kObject && object.type.pointers == 1;
    if (simulated) fail(expr.pos, "kfree() of a `" + type_text(object.type) + "` cannot be judged: it is not freed like this");
    return {};
  }
  const int some = new_block(), after = new_block();
  branch(object.op, some, after, expr.pos, expr.end);
  place(some);
  emit(Op::kSlabFree, expr).a = object.op;
  jump(after);
  place(after);
  return {};
}

/// `container_of(pointer, struct vm_area_struct, vm_rcu)`. What it points at is looked at when it runs.
Value Lowering::container(const Expr& expr) {
  const Type type = resolved(expr.type, expr.pos);
  if (type.base != Type::Base::kObject || type.pointers > 0 || type.is_array()) {
    fail(expr.pos, "container_of() of a `" + type_text(type) +
                       "` is not supported: only of the structs that are shared memory here, such as struct vm_area_struct");
  }
  LValue object;
  object.shared = true;
  object.type = type;
  object.address = constant(0);
  const LValue member = member_of(object, expr.name, expr.name_pos);
  const Value pointer = value(*expr.a);
  const bool any = pointer.type.is_pointer() && pointer.type.pointee().is_void();
  if (pointer.kind != Value::Kind::kWord || !(any || pointer.type == member.type.pointer())) {
    fail(expr.a->pos,
         "container_of() of a `" + type_text(pointer.type) + "`, and `" + std::string(expr.name) + "` is a `" + type_text(member.type) + "`");
  }
  if (!expression_only_) {
    constexpr Word kNoObjectNumber = ~Word{0xff00};
    const Operand kind = compute(Op::kAnd, pointer.op, constant(kNoObjectNumber), expr);
    const Operand wrong = compute(Op::kNe, kind, constant(make_address(type.object->kind, 0) + member.address.value), expr);
    warn_if(wrong, "container_of(" + type_text(type) + ", " + std::string(expr.name) + "): the pointer is not one to this member", expr);
  }
  return word_value(type.pointer(), compute(Op::kSub, pointer.op, member.address, expr));
}

/// The thread that runs what call_rcu() is given for one head, for ever: a callback runs inside RCU, as all that runs with
/// softirqs off does, so that grace periods wait for it.
IrProgram Lowering::run_callbacks(Word head, const std::string& label) {
  const std::vector<std::string> callbacks = words_.callbacks();
  Expr argument, at;
  at.arguments = {&argument};
  for (auto name = callbacks.rbegin(); name != callbacks.rend(); ++name) {
    const Declarations::Function* function = declarations_.find_function(*name);
    if (function != nullptr) at.pos = at.end = function->pos;
  }
  argument.pos = argument.end = at_ = at.pos;
  ir_.entry = "rcu_do_batch";
  ir_.label = label;
  enter_frame(ir_.entry, SourcePos{}, at.pos);
  activations_.emplace_back();
  activations_.back().scopes.emplace_back();
  const int next = new_block();
  jump(next);
  place(next);
  const int taken = new_virtual();
  IrInstr& take = emit(Op::kRcuTake, at);
  take.order = Order::kFull;
  take.a = constant(head);
  take.dst = taken;
  emit(Op::kRcuLock, at);
  const int end = new_block();
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    const bool frees = callbacks[i] == ExtraWords::kFrees;
    if (frees && address_kind(head) != ObjectKind::kVma) continue;
    const int yes = new_block(), no = new_block();
    branch(compute(Op::kEq, reg(taken), constant(static_cast<Word>(i + 1)), at), yes, no, at.pos, at.end);
    place(yes);
    if (frees) {
      emit(Op::kSlabFree, at).a = constant(vma_address(address_object(head)));
    } else {
      (void)call_function(*declarations_.find_function(callbacks[i]), {word_value(head_pointer(), constant(head))}, at);
    }
    jump(end);
    place(no);
  }
  jump(end);
  place(end);
  emit(Op::kRcuUnlock, at);
  jump(next);
  const int unreachable = new_block();
  place(unreachable);
  return finish({});
}

}  // namespace vmalab
