// SPDX-License-Identifier: GPL-2.0-only
#include "lang/lowering_nesting.h"

namespace vmalab {
namespace {

constexpr const char* kNoLoops = "an expression over a state has to end, so nothing that it calls may loop or go to a label";

}  // namespace

void Lowering::block(const Stmt& stmt) {
  activations_.back().scopes.emplace_back();
  for (const Stmt* inner : stmt.list) statement(*inner);
  activations_.back().scopes.pop_back();
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
      const std::vector<int>& targets = breaks ? activations_.back().breaks : activations_.back().continues;
      if (targets.empty()) fail(stmt.pos, std::string("`") + (breaks ? "break" : "continue") + "` outside of a loop");
      jump(targets.back());
      return place(new_block());
    }
    case Stmt::Kind::kGoto: {
      if (expression_only_) fail(stmt.pos, kNoLoops);
      Activation::Label& target = label(stmt.name);
      target.used = stmt.pos;
      jump(target.block);
      return place(new_block());
    }
    case Stmt::Kind::kLabel: {
      Activation::Label& target = label(stmt.name);
      if (target.placed) fail(stmt.pos, "the label `" + std::string(stmt.name) + "` is there twice");
      target.placed = true;
      jump(target.block);
      place(target.block);
      if (stmt.body != nullptr) statement(*stmt.body);
      return;
    }
    case Stmt::Kind::kSwitch:
    case Stmt::Kind::kCase:
    case Stmt::Kind::kDefault: fail(stmt.pos, "`switch` is not supported; write it with `if`");
  }
}

Lowering::Activation::Label& Lowering::label(std::string_view name) {
  Activation::Label& found = activations_.back().labels[name];
  if (found.block < 0) found.block = new_block();
  return found;
}

void Lowering::loop(const Stmt& stmt) {
  if (expression_only_) fail(stmt.pos, kNoLoops);
  activations_.back().scopes.emplace_back();
  if (stmt.init != nullptr) statement(*stmt.init);
  const int body = new_block(), test = new_block(), after = new_block();
  const int next = stmt.kind == Stmt::Kind::kFor ? new_block() : test;
  jump(stmt.kind == Stmt::Kind::kDo ? body : test);
  const auto lower_test = [&] {
    place(test);
    if (stmt.expr != nullptr) {
      condition(*stmt.expr, body, after);
    } else {
      jump(body);
    }
  };
  if (stmt.kind != Stmt::Kind::kDo) lower_test();
  place(body);
  activations_.back().breaks.push_back(after);
  activations_.back().continues.push_back(next);
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
  activations_.back().scopes.pop_back();
}

void Lowering::lower_return(const Stmt& stmt) {
  const Activation& activation = activations_.back();
  if (activation.ast == nullptr) fail(stmt.pos, "`return` outside of a function");
  if (stmt.expr != nullptr) {
    if (activation.result == kNoVirtual) {
      fail(stmt.pos, "`" + std::string(activation.ast->name) + "` returns nothing, so `return` takes no value");
    }
    const Value result = convert(value(*stmt.expr), activation.ast->result, *stmt.expr);
    if (result.kind != Value::Kind::kWord) fail(stmt.pos, "the address of a local cannot be returned");
    IrInstr& move = emit(Op::kMove, *stmt.expr);
    move.a = result.op;
    move.dst = activations_.back().result;
  } else if (activation.result != kNoVirtual) {
    fail(stmt.pos, "`" + std::string(activation.ast->name) + "` must return a value");
  }
  jump(activations_.back().exit);
  place(new_block());
}

void Lowering::declaration(const Declarator& declarator) {
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
    declare(declarator.name, type, declarator.type_text, declarator.pos);
    return;
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

void Lowering::clear(const Type& type, int slot, SourcePos pos) {
  Expr at;
  at.pos = at.end = pos;
  for (int i = 0; i < slot_count(type); ++i) assign_slot(slot + i, constant(0), &at);
}

void Lowering::initialise(const Type& type, int slot, const Initialiser& init) {
  if (init.value != nullptr) {
    const Value from = value(*init.value);
    if (from.kind == Value::Kind::kLocalStruct) {
      if (!(from.type == type)) fail(init.pos, "a `" + type_text(type) + "` cannot be made from a `" + type_text(from.type) + "`");
      for (int i = 0; i < slot_count(type); ++i) assign_slot(slot + i, reg(from.slot + i), init.value);
      return;
    }
    const Value converted = convert(from, type, *init.value);
    if (converted.kind != Value::Kind::kWord) fail(init.pos, "the address of a local cannot be stored in a struct");
    return assign_slot(slot, converted.op, init.value);
  }
  if (type.base != Type::Base::kStruct || type.pointers != 0) {
    if (init.items.size() == 1 && init.items[0].member.empty()) return initialise(type, slot, *init.items[0].init);
    fail(init.pos, "braces initialise a struct, and this is a `" + type_text(type) + "`");
  }
  clear(type, slot, init.pos);
  std::size_t next = 0;
  for (const Initialiser::Item& item : init.items) {
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
