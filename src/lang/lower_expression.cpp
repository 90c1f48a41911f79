// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>

#include "lang/builtins.h"
#include "lang/lowering_nesting.h"
#include "lang/spelling.h"

namespace vmalab {

bool Lowering::is_named_register(const Operand& op) const { return is_register(op) && op.value < named_.size() && named_[op.value]; }

Operand Lowering::copied(Operand op, const Expr& at) { return is_named_register(op) ? compute(Op::kMove, op, Operand{}, at) : op; }

Value Lowering::value(const Expr& expr) {
  Value result = any_value(expr);
  if (result.kind == Value::Kind::kVoid) fail(expr.pos, "this has no value");
  return result;
}

void Lowering::effect(const Expr& expr) { (void)any_value(expr); }

Operand Lowering::word(const Expr& expr) {
  const Value result = value(expr);
  if (result.kind != Value::Kind::kWord) fail(expr.pos, "the address of a local may only be passed to a parameter, or read and written through");
  return result.op;
}

Value Lowering::any_value(const Expr& expr) {
  const Nesting nesting(*this, expr.pos);
  switch (expr.kind) {
    case Expr::Kind::kNumber: return word_value(expr.type, constant(expr.value));
    case Expr::Kind::kString: return {Value::Kind::kText, {}, {}, -1, expr.text};
    case Expr::Kind::kName: return name(expr);
    case Expr::Kind::kUnary: return unary(expr);
    case Expr::Kind::kBinary: return binary(expr);
    case Expr::Kind::kAssign: return assign(expr);
    case Expr::Kind::kConditional: return conditional(expr);
    case Expr::Kind::kComma: effect(*expr.a); return any_value(*expr.b);
    case Expr::Kind::kCall: return call(expr);
    case Expr::Kind::kMember:
    case Expr::Kind::kIndex:
    case Expr::Kind::kArrow: return load(place_of(expr), expr);
    case Expr::Kind::kSizeof:
    case Expr::Kind::kSizeofType: return size(expr);
    case Expr::Kind::kGeneric: return generic(expr);
    case Expr::Kind::kContainer: return container(expr);
    case Expr::Kind::kCompound: return load(place_of(expr), expr);
    case Expr::Kind::kCast: {
      const Type type = resolved(expr.type, expr.pos);
      if (type.is_void()) {
        effect(*expr.a);
        return {};
      }
      Value from = value(*expr.a);
      if (type.is_bool()) return convert(from, type, expr);
      if (type.is_narrow() && from.kind == Value::Kind::kWord) {
        from.type = unsigned_type();
        return word_value(int_type(), convert(from, type, expr).op);
      }
      if (!type.is_scalar() || from.kind == Value::Kind::kLocalStruct) fail(expr.pos, "this cast is not supported");
      // A pointer to a local stands for registers, so what it points at cannot become something else.
      if (from.kind == Value::Kind::kLocalPointer) return convert(from, type, expr);
      from.op = widened(from.op, from.type, type, expr);
      from.type = type;
      return from;
    }
    case Expr::Kind::kPreStep:
    case Expr::Kind::kPostStep: return step(expr);
    case Expr::Kind::kStatement: return statement_expression(expr);
  }
  return {};
}

Value Lowering::name(const Expr& expr) {
  if (const Local* local = find_local(expr.name)) {
    if (local->alias) return *local->alias;
    if (local->shared) return load(*local->shared, expr);
    LValue place;
    place.type = local->type;
    place.slot = local->slot;
    return load(place, expr);
  }
  // What the scenario calls its objects is for what people type, not for the C that runs.
  const bool typed = activations_.empty() || stub_text_ || (expression_only_ && activations_.size() == 1);
  if (typed) {
    for (const ObjectName& object : objects_) {
      if (object.name == expr.name) return word_value(object_pointer(address_kind(object.address)), constant(object.address));
    }
    // As every text of ours writes it.
    if (expr.name == "FLAG") return word_value(unsigned_type(), constant(kExcludeReadersFlag));
  }
  if (expr.name == "__vmalab_current") {
    if (expression_only_) fail(expr.pos, "an expression is not run by a thread, so there is no `current`");
    return word_value(object_pointer(ObjectKind::kTask), Operand{Operand::Kind::kSelf, 0, 0});
  }
  // A few names only the kernel proper defines, passed to primitives that ignore them.
  if (expr.name == "__vmalab_opaque") return word_value(unsigned_type(), constant(0));
  if (declarations_.find_function(expr.name) != nullptr) fail(expr.pos, "function pointers are not supported");
  if (const std::optional<LValue> variable = global_of(expr.name, expr.pos)) return load(*variable, expr);
  std::string message = "undeclared identifier `" + std::string(expr.name) + "`";
  for (const ObjectName& object : objects_) {
    const auto owner = std::find_if(object_table().begin(), object_table().end(),
                                    [&](const ObjectInfo& info) { return info.kind == address_kind(object.address); });
    if (!typed || owner == object_table().end() || find_field(*owner, expr.name) == nullptr) continue;
    fail(expr.pos, message + "; did you mean `" + object.name + "->" + std::string(expr.name) + "`?");
  }
  if (typed && !objects_.empty()) {
    message += "; there are";
    for (std::size_t i = 0; i < objects_.size(); ++i) message += (i == 0 ? " " : ", ") + objects_[i].name;
  }
  fail(expr.pos, message);
}

LValue Lowering::target_of(const Value& pointer, SourcePos pos) {
  if (!pointer.type.is_pointer()) fail(pos, "a `" + type_text(pointer.type) + "` is not a pointer");
  if (pointer.type.pointers == 0) fail(pos, "an array is used by its elements here");
  LValue place;
  place.type = pointer.type.pointee();
  if (pointer.kind == Value::Kind::kLocalPointer) {
    place.slot = pointer.slot;
    return place;
  }
  if (place.type.base == Type::Base::kStruct && !place.type.is_pointer()) {
    fail(pos, "a `" + type_text(place.type) + "` exists only as a local, and this pointer is not the address of one");
  }
  place.shared = true;
  place.address = pointer.op;
  return place;
}

LValue Lowering::member_of(LValue object, std::string_view name, SourcePos pos) {
  const Type type = object.type;
  const auto unknown = [&]() {
    std::vector<std::string_view> known;
    if (type.base == Type::Base::kStruct) {
      for (const Member& member : type.structure->members) known.push_back(member.name);
    } else if (type.base == Type::Base::kObject) {
      for (const FieldInfo& field : type.object->fields) known.push_back(field.name);
    } else if (type.base == Type::Base::kWord && !type.word->member.empty()) {
      known.push_back(type.word->member);
    }
    fail(pos, "`" + type_text(type) + "` has no member `" + std::string(name) + "` here" + did_you_mean(name, known));
  };
  if (type.is_pointer()) fail(pos, "a `" + type_text(type) + "` is a pointer: use `->`");
  if (type.is_array()) fail(pos, "a `" + type_text(type) + "` is an array: its elements have members");
  switch (type.base) {
    case Type::Base::kStruct:
      for (const Member& member : type.structure->members) {
        if (member.name != name) continue;
        object.type = member.type;
        object.slot += member.slot;
        return object;
      }
      unknown();
      break;
    case Type::Base::kObject: {
      const FieldInfo* field = find_field(*type.object, name);
      if (field == nullptr && object.shared) {
        if (const std::optional<LValue> added = added_field(object, name, pos)) return *added;
      }
      if (field == nullptr) unknown();
      object.type = named_type(field->type);
      object.address = at_field(object.address, static_cast<unsigned>(field->number));
      return object;
    }
    case Type::Base::kWord:
      if (type.word->member != name) unknown();
      object.type = named_type(type.word->member_type);
      return object;
    default: unknown();
  }
  return object;
}

LValue Lowering::place_of(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::kName: {
      const Local* local = find_local(expr.name);
      if (local == nullptr && declarations_.find_function(expr.name) == nullptr) {
        if (const std::optional<LValue> variable = global_of(expr.name, expr.pos)) return *variable;
      }
      if (local == nullptr) {
        (void)name(expr);  // says so when it is not known at all
        fail(expr.pos, "not an lvalue: `" + std::string(expr.name) + "` cannot be assigned to");
      }
      if (local->alias) fail(expr.pos, "`" + std::string(expr.name) + "` stands for the address of a local and cannot be changed");
      if (local->shared) return *local->shared;
      LValue place;
      place.type = local->type;
      place.slot = local->slot;
      return place;
    }
    case Expr::Kind::kMember: {
      const bool global = expr.a->kind == Expr::Kind::kName && find_local(expr.a->name) == nullptr &&
                          declarations_.find_variable(expr.a->name) == nullptr;
      if (global || expr.a->kind == Expr::Kind::kCall || expr.a->kind == Expr::Kind::kStatement) {
        const Value from = value(*expr.a);
        LValue place;
        place.type = from.type;
        place.slot = from.slot;
        if (from.kind == Value::Kind::kLocalStruct || from.type.is_pointer()) return member_of(place, expr.name, expr.name_pos);
      }
      return member_of(place_of(*expr.a), expr.name, expr.name_pos);
    }
    case Expr::Kind::kIndex: return element_of(expr);
    case Expr::Kind::kCompound: {
      const Type type = resolved(expr.type, expr.pos);
      checked_local_type(type, expr.pos);
      LValue place;
      place.type = type;
      place.slot = new_named(slot_count(type));
      initialise(type, place.slot, *expr.init);
      return place;
    }
    case Expr::Kind::kArrow: return member_of(target_of(value(*expr.a), expr.a->pos), expr.name, expr.name_pos);
    case Expr::Kind::kUnary:
      if (is_op(expr.op, "*")) return target_of(value(*expr.a), expr.a->pos);
      break;
    default: break;
  }
  fail(expr.pos, "not an lvalue: this has no address");
}

Value Lowering::load(const LValue& place, const Expr& at, Order order) {
  if (place.type.is_array()) return decayed(place);
  if (!place.shared) {
    const int slot = place.elements > 0 ? gather(place, at) : place.slot;
    return place.type.is_scalar() ? word_value(promoted(place.type), reg(slot)) : struct_value(place.type, slot);
  }
  Type type = place.type;
  if (!type.is_pointer() && type.base == Type::Base::kWord) {
    if (!type.word->counts) fail(at.pos, "a `" + type_text(type) + "` is no plain number; there are functions for it");
    type = counted_type(type);
  } else if (!type.is_scalar()) {
    fail(at.pos, "a whole `" + type_text(type) + "` cannot be read at once");
  }
  const int dst = new_virtual();
  IrInstr& instr = emit(Op::kLoad, at);
  instr.order = order;
  instr.a = place.address;
  instr.dst = dst;
  return word_value(promoted(type), reg(dst));
}

void Lowering::store(const LValue& place, const Value& from, const Expr& at, Order order) {
  if (place.type.is_array()) fail(at.pos, "not an lvalue: an array cannot be assigned to as a whole");
  if (!place.shared) {
    if (from.kind == Value::Kind::kLocalStruct) {
      if (!(from.type == place.type))
        fail(at.pos, "incompatible types: a `" + type_text(place.type) + "` cannot be made from a `" + type_text(from.type) + "`");
      if (place.elements > 0) return scatter(place, from, at);
      for (int i = 0; i < slot_count(place.type); ++i) copy_slot(place.slot + i, from.slot + i, &at);
      return;
    }
    const Value converted = convert(from, place.type, at);
    if (converted.kind != Value::Kind::kWord) fail(at.pos, "the address of a local may only be passed to a parameter that is never changed");
    if (place.elements > 0) return scatter(place, converted, at);
    return assign_slot(place.slot, converted.op, &at);
  }
  if (expression_only_) fail(at.pos, "an expression may look at the state, not change it");
  Type type = place.type;
  if (!type.is_pointer() && type.base == Type::Base::kWord) {
    if (!type.word->counts) fail(at.pos, "a `" + type_text(type) + "` is no plain number; there are functions for it");
    type = counted_type(type);
  }
  const Value converted = convert(from, type, at);
  if (converted.kind != Value::Kind::kWord) fail(at.pos, "the address of a local cannot be stored in shared memory");
  IrInstr& instr = emit(Op::kStore, at);
  instr.order = order;
  instr.a = place.address;
  instr.b = converted.op;
}

Value Lowering::convert(const Value& from, const Type& type, const Expr& at) {
  Value to = from;
  if (from.kind == Value::Kind::kText) fail(at.pos, "a text is no value here");
  const bool null = from.kind == Value::Kind::kWord && is_constant(from.op) && from.op.value == 0 && type.is_pointer();
  if (!null && !converts(from.type, type)) {
    fail(at.pos, "incompatible types: a `" + type_text(from.type) + "` does not become a `" + type_text(type) + "` by itself");
  }
  if (from.kind == Value::Kind::kLocalPointer && type.is_pointer() && type.pointee().is_void()) {
    fail(at.pos, "the address of a local cannot become a `void *`");
  }
  to.type = type;
  if (from.kind == Value::Kind::kWord) to.op = widened(from.op, from.type, type, at);
  if (type.is_bool() && !from.type.is_bool()) {
    if (from.kind == Value::Kind::kLocalPointer) return word_value(type, constant(1));
    to.op = is_constant(from.op) ? constant(from.op.value != 0) : compute(Op::kBool, from.op, Operand{}, at);
  }
  if (type.is_narrow() && !from.type.is_narrow()) {
    const Word bits = type.bytes * 8u;
    to.op = compute(Op::kAnd, from.op, constant((1u << bits) - 1), at);
    if (!type.is_unsigned()) to.op = compute(Op::kSar, compute(Op::kShl, to.op, constant(32 - bits), at), constant(32 - bits), at);
  }
  return to;
}

Value Lowering::unary(const Expr& expr) {
  if (is_op(expr.op, "&")) {
    const LValue place = place_of(*expr.a);
    if (place.type.is_array()) return decayed(place);
    if (place.shared) return word_value(place.type.pointer(), place.address);
    if (place.elements > 0) fail(expr.pos, "the address of a local array's element needs an index that is known");
    return pointer_value(place.type.pointer(), place.slot);
  }
  if (is_op(expr.op, "*")) return load(place_of(expr), expr);
  const Value from = value(*expr.a);
  if (is_op(expr.op, "!")) {
    if (from.kind == Value::Kind::kLocalPointer) return word_value(int_type(), constant(0));
    if (from.kind != Value::Kind::kWord) fail(expr.pos, "`!` needs a number or a pointer");
    return word_value(int_type(), compute(Op::kNot, from.op, Operand{}, expr));
  }
  if (from.kind != Value::Kind::kWord || !from.type.is_integer()) fail(expr.pos, "this operator needs a number");
  const Type type = common_type(from.type, from.type);
  if (is_op(expr.op, "-")) return word_value(type, compute(Op::kNegate, from.op, Operand{}, expr, type.is_wide()));
  if (is_op(expr.op, "~")) return word_value(type, compute(Op::kComplement, from.op, Operand{}, expr));
  return word_value(type, from.op);  // unary +
}

Value Lowering::binary(const Expr& expr) {
  if (is_op(expr.op, "&&") || is_op(expr.op, "||")) return logical(expr);
  Value a = value(*expr.a);
  if (expr.b->has_effects && a.kind == Value::Kind::kWord) a.op = copied(a.op, *expr.a);
  const Value b = value(*expr.b);
  return arithmetic(expr.op, a, b, expr);
}

void Lowering::condition(const Expr& expr, int yes, int no, bool negated) {
  if (expr.kind == Expr::Kind::kBinary && (is_op(expr.op, "&&") || is_op(expr.op, "||"))) {
    const bool both = is_op(expr.op, "&&");
    const int second = new_block();
    condition(*expr.a, both ? second : yes, both ? no : second);
    place(second);
    return condition(*expr.b, yes, no);
  }
  if (expr.kind == Expr::Kind::kUnary && is_op(expr.op, "!")) return condition(*expr.a, no, yes, !negated);
  const Value test = value(expr);
  if (test.kind == Value::Kind::kLocalPointer) return jump(yes);
  if (test.kind != Value::Kind::kWord) fail(expr.pos, "a condition is a number or a pointer");
  branch(test.op, yes, no, expr.pos, expr.end, negated);
}

Value Lowering::logical(const Expr& expr) {
  const int yes = new_block(), no = new_block(), after = new_block();
  const int result = new_virtual();
  condition(expr, yes, no);
  for (const bool outcome : {true, false}) {
    place(outcome ? yes : no);
    IrInstr& move = emit(Op::kMove, expr);
    move.a = constant(outcome);
    move.dst = result;
    jump(after);
  }
  place(after);
  return word_value(int_type(), reg(result));
}

Value Lowering::conditional(const Expr& expr) {
  const int yes = new_block(), no = new_block(), after = new_block();
  const int result = new_virtual();
  Value first;
  if (expr.b == nullptr) {
    // `a ?: b` evaluates a once.
    first = value(*expr.a);
    if (first.kind != Value::Kind::kWord) fail(expr.pos, "`?:` chooses between numbers or pointers");
    first.op = copied(first.op, *expr.a);
    branch(first.op, yes, no, expr.a->pos, expr.a->end);
  } else {
    condition(*expr.a, yes, no);
  }
  place(yes);
  if (expr.b != nullptr) first = any_value(*expr.b);
  const bool is_void = first.kind == Value::Kind::kVoid;
  if (!is_void) {
    if (first.kind != Value::Kind::kWord) fail(expr.pos, "`?:` chooses between numbers or pointers");
    IrInstr& move = emit(Op::kMove, expr.b != nullptr ? *expr.b : *expr.a);
    move.a = first.op;
    move.dst = result;
  }
  jump(after);
  place(no);
  const Value second = any_value(*expr.c);
  if (!is_void) {
    if (second.kind != Value::Kind::kWord) fail(expr.pos, "`?:` chooses between numbers or pointers");
    IrInstr& move = emit(Op::kMove, *expr.c);
    move.a = second.op;
    move.dst = result;
  }
  jump(after);
  place(after);
  if (is_void) return {};
  Type type = int_type();
  if (first.type.is_pointer() || second.type.is_pointer()) {
    const bool first_void = first.type.base == Type::Base::kVoid || !first.type.is_pointer();
    type = first_void && second.type.is_pointer() ? second.type : first.type;
    if (!comparable(first.type, second.type) && first.type.is_pointer() && second.type.is_pointer()) {
      fail(expr.pos, "incompatible types: a `" + type_text(first.type) + "` and a `" + type_text(second.type) + "` do not go together");
    }
  } else if (first.type.is_bool() && second.type.is_bool()) {
    type = bool_type();
  } else {
    type = common_type(first.type, second.type);
  }
  return word_value(type, reg(result));
}

Value Lowering::assign(const Expr& expr) {
  if (expression_only_) fail(expr.pos, "an expression may look at the state, not change it");
  if (expr.op == 0) {
    const LValue place = place_of(*expr.a);
    Value from = value(*expr.b);
    store(place, from, expr);
    if (place.type.is_narrow() || place.type.is_bool()) return word_value(int_type(), convert(from, place.type, expr).op);
    if (place.shared || place.elements > 0 || from.kind != Value::Kind::kWord) return from;
    return word_value(place.type, reg(place.slot));
  }
  const LValue place = place_of(*expr.a);
  Value old = load(place, *expr.a);
  if (old.kind != Value::Kind::kWord) fail(expr.pos, "this operator needs a number");
  if (expr.b->has_effects) old.op = copied(old.op, *expr.a);
  if (old.type.is_bool()) old.type = int_type();
  const Value result = arithmetic(expr.op, old, value(*expr.b), expr);
  store(place, result, expr);
  if (place.type.is_narrow() || place.type.is_bool()) return word_value(int_type(), convert(result, place.type, expr).op);
  return place.shared || place.elements > 0 ? result : word_value(place.type, reg(place.slot));
}

Value Lowering::step(const Expr& expr) {
  if (expression_only_) fail(expr.pos, "an expression may look at the state, not change it");
  const LValue place = place_of(*expr.a);
  Value old = load(place, *expr.a);
  if (old.kind != Value::Kind::kWord || !old.type.is_integer()) fail(expr.pos, "this operator needs a number");
  const bool post = expr.kind == Expr::Kind::kPostStep;
  if (post) old.op = copied(old.op, *expr.a);
  if (old.type.is_bool()) old.type = int_type();
  const Value result = arithmetic(expr.op, old, word_value(int_type(), constant(1)), expr);
  store(place, result, expr);
  if ((place.type.is_narrow() || place.type.is_bool()) && !post) return word_value(int_type(), convert(result, place.type, expr).op);
  return post ? old : result;
}

}  // namespace vmalab
