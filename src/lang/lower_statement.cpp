// SPDX-License-Identifier: GPL-2.0-only
#include "lang/lowering_nesting.h"

namespace vmalab {
namespace {

constexpr const char* kNoLoops = "an expression over a state has to end, so nothing that it calls may loop or go to a label";

}  // namespace

void Lowering::block(const Stmt& stmt) {
  open_scope(&stmt);
  for (const Stmt* inner : stmt.list) statement(*inner);
  close_scope();
}

void Lowering::statement(const Stmt& stmt) {
  const Nesting nesting(*this, stmt.pos);
  at_ = stmt.pos;
  switch (stmt.kind) {
    case Stmt::Kind::kEmpty: return;
    case Stmt::Kind::kExpression: return effect(*stmt.expr);
    case Stmt::Kind::kDeclaration:
      for (const Declarator& declarator : stmt.declarations) declaration(declarator);
      return;
    case Stmt::Kind::kBlock: return block(stmt);
    case Stmt::Kind::kIf: {
      const int yes = new_block(), after = new_block();
      const int no = stmt.otherwise != nullptr ? new_block() : after;
      condition(*stmt.expr, yes, no);
      place(yes);
      statement(*stmt.body);
      at_ = stmt.pos;
      jump(after);
      if (stmt.otherwise != nullptr) {
        place(no);
        statement(*stmt.otherwise);
        jump(after);
      }
      return place(after);
    }
    case Stmt::Kind::kWhile:
    case Stmt::Kind::kDo:
    case Stmt::Kind::kFor: return loop(stmt);
    case Stmt::Kind::kReturn: return lower_return(stmt);
    case Stmt::Kind::kBreak:
    case Stmt::Kind::kContinue: {
      const bool breaks = stmt.kind == Stmt::Kind::kBreak;
      const std::vector<Exit>& targets = breaks ? activations_.back().breaks : activations_.back().continues;
      if (targets.empty()) fail(stmt.pos, std::string("`") + (breaks ? "break" : "continue") + "` outside of a loop");
      const Exit target = targets.back();
      run_cleanups(target.scopes);
      jump(target.block);
      return place(new_block());
    }
    case Stmt::Kind::kGoto:
      if (expression_only_) fail(stmt.pos, kNoLoops);
      return lower_goto(stmt);
    case Stmt::Kind::kLabel: return lower_label(stmt);
    case Stmt::Kind::kGuard: return lower_guard(stmt);
    case Stmt::Kind::kSwitch: return lower_switch(stmt);
    case Stmt::Kind::kCase:
    case Stmt::Kind::kDefault: {
      const auto target = activations_.back().cases.find(&stmt);
      if (target == activations_.back().cases.end()) fail(stmt.pos, "a case outside of a switch");
      const int block = target->second;
      jump(block);
      return place(block);
    }
  }
}

void Lowering::pause() {
  if (!pauses_) return;
  Expr at;
  at.pos = at.end = at_;
  emit(Op::kPause, at);
}

void Lowering::loop(const Stmt& stmt) {
  if (expression_only_) fail(stmt.pos, kNoLoops);
  open_scope(&stmt);
  if (stmt.init != nullptr) statement(*stmt.init);
  const int body = new_block(), test = new_block(), after = new_block();
  const int next = stmt.kind == Stmt::Kind::kFor ? new_block() : test;
  jump(stmt.kind == Stmt::Kind::kDo ? body : test);
  const auto lower_test = [&] {
    place(test);
    pause();
    if (stmt.expr != nullptr) {
      condition(*stmt.expr, body, after);
    } else {
      jump(body);
    }
  };
  if (stmt.kind != Stmt::Kind::kDo) lower_test();
  place(body);
  activations_.back().breaks.push_back({after, activations_.back().scopes.size()});
  activations_.back().continues.push_back({next, activations_.back().scopes.size()});
  statement(*stmt.body);
  activations_.back().breaks.pop_back();
  activations_.back().continues.pop_back();
  at_ = stmt.pos;
  jump(next);
  if (stmt.kind == Stmt::Kind::kFor) {
    place(next);
    if (stmt.step != nullptr) effect(*stmt.step);
    jump(test);
  }
  if (stmt.kind == Stmt::Kind::kDo) lower_test();
  place(after);
  close_scope();
}

void Lowering::lower_return(const Stmt& stmt) {
  const Activation& activation = activations_.back();
  if (activation.ast == nullptr) fail(stmt.pos, "`return` outside of a function");
  if (stmt.expr != nullptr) {
    if (activation.result == kNoVirtual) {
      fail(stmt.pos, "`" + std::string(activation.ast->name) + "` returns nothing, so `return` takes no value");
    }
    const Value result = convert(value(*stmt.expr), activation.ast->result, *stmt.expr);
    if (result.kind == Value::Kind::kLocalPointer) fail(stmt.pos, "the address of a local cannot be returned");
    const int slots = slot_count(activation.ast->result);
    for (int i = 0; i < slots; ++i) {
      IrInstr& move = emit(Op::kMove, *stmt.expr);
      move.a = result.kind == Value::Kind::kWord ? result.op : reg(result.slot + i);
      move.dst = activations_.back().result + i;
      move.passes_on = result.kind == Value::Kind::kLocalStruct;
    }
  } else if (activation.result != kNoVirtual) {
    fail(stmt.pos, "`" + std::string(activation.ast->name) + "` must return a value");
  }
  run_cleanups(0);
  jump(activations_.back().exit);
  place(new_block());
}

void Lowering::declaration(const Declarator& written) {
  if (written.is_static) {
    check_undeclared(written.name, written.pos);
    Local local;
    local.shared = declare_static(written, activations_.back().ast != nullptr ? activations_.back().ast->name : std::string_view{});
    local.type = local.shared->type;
    activations_.back().scopes.back()[written.name] = local;
    return;
  }
  Declarator declarator = written;
  const Initialiser* init = declarator.init;
  if (declarator.type.base == Type::Base::kAuto) {
    if (init == nullptr || init->value == nullptr) fail(declarator.pos, "__auto_type needs an initialiser");
    declarator.type = type_of(*init->value);
    if (declarator.type.is_array()) declarator.type = declarator.type.element().pointer();
    if (declarator.type.is_void()) fail(declarator.pos, "this initialiser has no value");
    if (declarator.type.base == Type::Base::kWord && !declarator.type.is_pointer()) declarator.type = counted_type(declarator.type);
  } else {
    declarator.type = resolved(declarator.type, declarator.pos);
  }
  declare_local(declarator);
  if (declarator.cleanup.empty()) return;
  const Local* local = find_local(declarator.name);
  if (local == nullptr || local->alias || !local->type.is_scalar())
    fail(declarator.pos, "what is freed at the end of a scope is a number or a pointer");
  const bool is_class = declarator.cleanup.starts_with("class_");
  add_cleanup(is_class ? std::string(declarator.cleanup) : "__free_" + std::string(declarator.cleanup), word_value(local->type, reg(local->slot)),
              declarator.pos);
}

void Lowering::declare_local(const Declarator& declarator) {
  const Type& type = declarator.type;
  if (declarator.init != nullptr && declarator.init->value != nullptr && type.is_pointer()) {
    const Value init = value(*declarator.init->value);
    if (init.kind == Value::Kind::kLocalPointer) {
      const FunctionAst* ast = activations_.back().ast;
      if (ast != nullptr && ast->changed.count(declarator.name) > 0) {
        fail(declarator.pos, "`" + std::string(declarator.name) + "` is given the address of a local, so it cannot be changed");
      }
      check_undeclared(declarator.name, declarator.pos);
      Local local;
      local.type = type;
      local.alias = convert(init, type, *declarator.init->value);
      activations_.back().scopes.back()[declarator.name] = local;
      return;
    }
    const Value converted = convert(init, type, *declarator.init->value);
    const int slot = declare(declarator.name, type, declarator.type_text, declarator.pos).slot;
    return assign_slot(slot, converted.op, declarator.init->value);
  }
  if (declarator.init == nullptr) {
    const int slot = declare(declarator.name, type, declarator.type_text, declarator.pos).slot;
    return unset(slot, slot_count(type), declarator.pos, "`" + std::string(declarator.name) + "` is read before it has a value");
  }
  // The initialiser is evaluated before the name is in scope for it to change.
  checked_local_type(type, declarator.pos);
  if (declarator.init->value != nullptr && type.is_scalar()) {
    const Value converted = convert(value(*declarator.init->value), type, *declarator.init->value);
    const int slot = declare(declarator.name, type, declarator.type_text, declarator.pos).slot;
    return assign_slot(slot, converted.op, declarator.init->value);
  }
  const int slot = declare(declarator.name, type, declarator.type_text, declarator.pos).slot;
  initialise(type, slot, *declarator.init);
}

/// A variable for the screen, or the scalars in it one level down.
void Lowering::show_variable(const std::string& name, const Type& type, const std::string& type_text, int slot) {
  const Type element = type.element();
  const int slots = slot_count(element);
  for (int i = 0; i < (type.is_array() ? type.count : 1); ++i) {
    const std::string one = type.is_array() ? name + '[' + std::to_string(i) + ']' : name;
    if (!element.is_struct()) {
      ir_.variables.push_back({one, type_text, frame_, slot + i});
      continue;
    }
    for (const Member& member : element.structure->members) {
      if (slot_count(member.type) != 1) continue;
      ir_.variables.push_back({one + "." + std::string(member.name), member.type_text, frame_, slot + i * slots + member.slot});
    }
  }
}

void Lowering::clear(const Type& type, int slot, SourcePos pos) {
  Expr at;
  at.pos = at.end = pos;
  for (int i = 0; i < slot_count(type); ++i) assign_slot(slot + i, constant(0), &at);
}

void Lowering::initialise(const Type& type, int slot, const Initialiser& init) {
  if (init.value != nullptr) {
    const Value from = value(*init.value);
    if (from.kind == Value::Kind::kLocalStruct) {
      if (!(from.type == type))
        fail(init.pos, "incompatible types: a `" + type_text(type) + "` cannot be made from a `" + type_text(from.type) + "`");
      for (int i = 0; i < slot_count(type); ++i) copy_slot(slot + i, from.slot + i, init.value);
      return;
    }
    const Value converted = convert(from, type, *init.value);
    if (converted.kind != Value::Kind::kWord) fail(init.pos, "the address of a local cannot be stored in a struct");
    return assign_slot(slot, converted.op, init.value);
  }
  if (type.is_array()) return initialise_array(type, slot, init);
  if (!type.is_struct()) {
    if (init.items.size() == 1 && init.items[0].member.empty()) return initialise(type, slot, *init.items[0].init);
    fail(init.pos, "braces initialise a struct, and this is a `" + type_text(type) + "`");
  }
  clear(type, slot, init.pos);
  std::size_t next = 0;
  for (const Initialiser::Item& item : init.items) {
    if (item.index != nullptr) fail(item.pos, "`" + type_text(type) + "` has members, not elements");
    const std::vector<Member>& members = type.structure->members;
    std::size_t number = next;
    if (!item.member.empty()) {
      number = 0;
      while (number < members.size() && members[number].name != item.member) ++number;
    }
    if (number >= members.size()) {
      fail(item.pos, item.member.empty() ? "more values than `" + type_text(type) + "` has members"
                                         : "`" + type_text(type) + "` has no member `" + std::string(item.member) + "`");
    }
    initialise(members[number].type, slot + members[number].slot, *item.init);
    next = number + 1;
  }
}

}  // namespace vmalab
