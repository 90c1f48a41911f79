// SPDX-License-Identifier: GPL-2.0-only
// Arrays. A local one is as many registers; an index that is not known chooses among them by comparing. A shared one is as
// many words in a row. An index out of range is a violation of no-warning, as UBSAN reports it.
#include "lang/lowering.h"

namespace vmalab {

/// The address of an array's first element.
Value Lowering::decayed(const LValue& place) {
  if (place.elements > 0) throw CompileError{at_, "an array inside an element that a variable chooses is not supported"};
  const Type pointer = place.type.element().pointer();
  Value first = place.shared ? word_value(pointer, place.address) : pointer_value(pointer, place.slot);
  first.count = place.type.count;
  return first;
}

void Lowering::check_index(Operand index, int count, const Expr& at) {
  warn_if(compute(Op::kLeU, constant(static_cast<Word>(count)), index, at), "an index outside of an array of " + std::to_string(count), at);
}

LValue Lowering::element_of(const Expr& expr) {
  const Value array = value(*expr.a);
  if (!array.type.is_pointer()) fail(expr.a->pos, "a `" + type_text(array.type) + "` is no array");
  const Value index = value(*expr.b);
  if (index.kind != Value::Kind::kWord || !index.type.is_integer()) fail(expr.b->pos, "an index is a number");
  const bool known = is_constant(index.op);
  if (array.count == 0) {
    if (known && index.op.value == 0) return target_of(array, expr.pos);
    fail(expr.pos, "only an array has elements; this is a `" + type_text(array.type) + "`");
  }
  if (known && index.op.value >= static_cast<Word>(array.count)) {
    fail(expr.b->pos, "this array has " + std::to_string(array.count) + " elements, so there is no element " +
                          std::to_string(static_cast<std::int32_t>(index.op.value)));
  }
  LValue place;
  place.type = array.type.pointee();
  if (!known) check_index(index.op, array.count, expr);
  if (array.kind == Value::Kind::kWord) {
    place.shared = true;
    place.address = known ? at_field(array.op, index.op.value) : compute(Op::kAdd, array.op, index.op, expr);
    return place;
  }
  const int stride = slot_count(place.type);
  place.slot = array.slot;
  if (known) {
    place.slot += static_cast<int>(index.op.value) * stride;
  } else {
    place.elements = array.count;
    place.stride = stride;
    place.index = copied(index.op, *expr.b);
  }
  return place;
}

/// Reads the element that the index chooses: first of as many registers as it has.
int Lowering::gather(const LValue& place, const Expr& at) {
  const int slots = slot_count(place.type), first = ir_.virtual_count, after = new_block();
  ir_.virtual_count += slots;
  for (int i = 0; i < place.elements * place.stride; ++i) ir_.elements.push_back(place.slot + i);
  for (int k = 0; k < place.elements; ++k) {
    const int hit = new_block(), next = new_block();
    if (k + 1 < place.elements) {
      branch(compute(Op::kEq, place.index, constant(static_cast<Word>(k)), at), hit, next, at.pos, at.end);
    } else {
      jump(hit);
    }
    this->place(hit);
    for (int i = 0; i < slots; ++i) {
      IrInstr& move = emit(Op::kMove, at);
      move.a = reg(place.slot + k * place.stride + i);
      move.dst = first + i;
      move.passes_on = slots > 1;
    }
    jump(after);
    this->place(next);
  }
  jump(after);
  this->place(after);
  return first;
}

void Lowering::scatter(const LValue& place, const Value& from, const Expr& at) {
  const int slots = slot_count(place.type), after = new_block();
  for (int i = 0; i < place.elements * place.stride; ++i) ir_.elements.push_back(place.slot + i);
  for (int k = 0; k < place.elements; ++k) {
    const int hit = new_block(), next = new_block();
    branch(compute(Op::kEq, place.index, constant(static_cast<Word>(k)), at), hit, next, at.pos, at.end);
    this->place(hit);
    for (int i = 0; i < slots; ++i) {
      const int slot = place.slot + k * place.stride + i;
      if (from.kind == Value::Kind::kWord)
        assign_slot(slot, from.op, &at);
      else
        copy_slot(slot, from.slot + i, &at);
    }
    jump(after);
    this->place(next);
  }
  jump(after);
  this->place(after);
}

void Lowering::initialise_array(const Type& type, int slot, const Initialiser& init) {
  clear(type, slot, init.pos);
  const Type element = type.element();
  Word next = 0;
  for (const Initialiser::Item& item : init.items) {
    if (!item.member.empty()) fail(item.pos, "an array has elements, not members");
    if (item.index != nullptr) {
      const Operand index = word(*item.index);
      if (!is_constant(index)) fail(item.index->pos, "the index of an initialiser is a constant");
      next = index.value;
    }
    if (next >= type.count) fail(item.pos, "this array has only " + std::to_string(type.count) + " elements");
    initialise(element, slot + static_cast<int>(next) * slot_count(element), *item.init);
    ++next;
  }
}

}  // namespace vmalab
