// SPDX-License-Identifier: GPL-2.0-only
// Shared words that the code brings along (static variables, fields that it adds to an mm or a VMA), and what asks for the
// type of an expression: typeof, sizeof, _Generic.
#include "lang/lowering.h"

namespace vmalab {
namespace {

ExtraWords::Use use_of(const Type& type) {
  if (type.pointers > 0) return ExtraWords::Use::kPointer;
  if (type.base != Type::Base::kWord) return ExtraWords::Use::kWord;
  if (type.word->name == "struct rcu_head") return ExtraWords::Use::kHead;
  return type.word->name == "struct rw_semaphore" ? ExtraWords::Use::kRwsem : ExtraWords::Use::kWord;
}

std::string capacity_text(ObjectKind kind) { return std::to_string(ExtraWords::capacity(kind)); }

/// Words of a variable or field of this type; 0 when it cannot be shared memory.
int word_count(const Type& type) {
  const Type element = type.element();
  const bool word = element.is_scalar() || (element.base == Type::Base::kWord && element.pointers == 0);
  return !word ? 0 : type.is_array() ? type.count : 1;
}

}  // namespace

/// A static variable: its words, initialised as its text says.
LValue Lowering::declare_static(const Declarator& declarator, std::string_view owner) {
  const Type type = resolved(declarator.type, declarator.pos);
  const int count = word_count(type);
  if (count == 0)
    fail(declarator.pos, "a static variable of type `" + type_text(type) + "` is not supported: only integers, pointers, locks and arrays of them");
  const std::string name = (owner.empty() ? "" : std::string(owner) + "::") + std::string(declarator.name);
  std::optional<int> number = words_.find(ObjectKind::kGlobal, name);
  if (!number) {
    if (expression_only_) fail(declarator.pos, "no thread of this scenario uses `" + name + "`");
    std::vector<Word> initial(static_cast<std::size_t>(count));
    const auto constant_of = [&](const Initialiser& init) {
      if (init.value == nullptr) {
        if (init.items.empty()) return Word{0};
        fail(init.pos, "a static variable is initialised with a constant");
      }
      const Value from = value(*init.value);
      if (from.kind != Value::Kind::kWord || !is_constant(from.op)) fail(init.pos, "a static variable is initialised with a constant");
      return type.element().is_narrow() ? convert(from, type.element(), *init.value).op.value : from.op.value;
    };
    if (declarator.init != nullptr && type.is_array()) {
      std::size_t next = 0;
      for (const Initialiser::Item& item : declarator.init->items) {
        if (item.index != nullptr) next = word(*item.index).value;
        if (next >= initial.size()) fail(item.pos, "this array has only " + std::to_string(initial.size()) + " elements");
        initial[next++] = constant_of(*item.init);
      }
    } else if (declarator.init != nullptr) {
      initial[0] = constant_of(*declarator.init);
    }
    number = words_.add(ObjectKind::kGlobal, name, initial, use_of(type));
  }
  if (!number)
    fail(declarator.pos, "static variables take up more than the " + capacity_text(ObjectKind::kGlobal) + " words that there are for them");
  LValue place;
  place.shared = true;
  place.type = type;
  place.address = constant(global_address(*number));
  return place;
}

std::optional<LValue> Lowering::global_of(std::string_view name, SourcePos pos) {
  const Stmt* declaration = declarations_.parse_variable(name);
  if (declaration == nullptr) return std::nullopt;
  for (const Declarator& declarator : declaration->declarations) {
    if (declarator.name == name) return declare_static(declarator, {});
  }
  fail(pos, "`" + std::string(name) + "` is a variable whose declaration is not understood");
}

/// A field that files declare, but that layout.h does not have.
std::optional<LValue> Lowering::added_field(const LValue& object, std::string_view name, SourcePos pos) {
  const ObjectInfo& info = *object.type.object;
  const std::optional<Declarator> field = declarations_.find_object_field(info.struct_name, name);
  if (!field) return std::nullopt;
  const int count = word_count(field->type);
  if (count == 0) {
    fail(pos,
         "`" + std::string(name) + "` of struct " + std::string(info.struct_name) + " is a `" + type_text(field->type) + "`, which is not simulated");
  }
  if (ExtraWords::capacity(info.kind) == 0)
    fail(pos, "fields of struct " + std::string(info.struct_name) + " other than those that the simulator has are not simulated");
  std::optional<int> number = words_.find(info.kind, name);
  if (!number && expression_only_) fail(pos, "no thread of this scenario uses the field `" + std::string(name) + "`");
  if (!number) number = words_.add(info.kind, name, std::vector<Word>(static_cast<std::size_t>(count)), use_of(field->type));
  if (!number) {
    fail(pos, "no room for the field `" + std::string(name) + "`: the threads of a scenario can use " + capacity_text(info.kind) +
                  " words of struct " + std::string(info.struct_name) + " beyond those that the simulator has");
  }
  LValue place = object;
  place.type = field->type;
  place.address = at_field(object.address, static_cast<unsigned>(*number));
  return place;
}

/// The type of an expression that is not evaluated: what it makes goes nowhere.
Type Lowering::type_of(const Expr& expr) {
  IrProgram aside = std::move(ir_);
  ir_ = IrProgram();
  ir_.blocks.emplace_back();
  ir_.layout.push_back(0);
  ir_.virtual_count = aside.virtual_count;
  ir_.frames = std::move(aside.frames);
  const std::size_t frames = ir_.frames.size();
  const int current = current_;
  const std::uint16_t frame = frame_;
  const SourcePos at = at_;
  current_ = 0;
  auto labels = activations_.empty() ? decltype(Activation::labels){} : activations_.back().labels;

  using Kind = Expr::Kind;
  Type type;
  const bool place = expr.kind == Kind::kMember || expr.kind == Kind::kArrow || expr.kind == Kind::kIndex ||
                     (expr.kind == Kind::kUnary && expr.op == op_code("*"));
  const Local* local = expr.kind == Kind::kName ? find_local(expr.name) : nullptr;
  if (local != nullptr) {
    type = local->shared ? local->shared->type : local->type;
  } else if (place) {
    type = place_of(expr).type;
  } else {
    // An array stands for its first element only where its value is asked for.
    const std::optional<LValue> global = expr.kind == Kind::kName ? global_of(expr.name, expr.pos) : std::nullopt;
    type = global ? global->type : any_value(expr).type;
  }

  if (!activations_.empty()) activations_.back().labels = std::move(labels);
  aside.frames = std::move(ir_.frames);
  aside.frames.resize(frames);
  ir_ = std::move(aside);
  current_ = current;
  frame_ = frame;
  at_ = at;
  return type;
}

/// The type itself, where it was written as typeof.
Type Lowering::resolved(const Type& type, SourcePos pos) {
  if (type.base == Type::Base::kAuto) fail(pos, "__auto_type needs an initialiser");
  if (type.base != Type::Base::kTypeof) return type;
  Type found = type_of(*type.of);
  if (found.is_void()) fail(pos, "this typeof is that of something without a value");
  if (type.pointers > 0 && found.is_array()) fail(pos, "a pointer to an array is not supported");
  found.pointers = static_cast<std::uint8_t>(found.pointers + type.pointers);
  if (type.is_array()) found.count = type.count;
  if (found.base == Type::Base::kWord && found.pointers == 0 && found.word->counts) found = counted_type(found);
  return found;
}

Value Lowering::generic(const Expr& expr) {
  Type wanted = type_of(*expr.a);
  const Expr* otherwise = nullptr;
  for (std::size_t i = 0; i < expr.types.size(); ++i) {
    if (expr.types[i].is_void()) {
      otherwise = expr.arguments[i];
    } else if (resolved(expr.types[i], expr.pos) == wanted) {
      return any_value(*expr.arguments[i]);
    }
  }
  if (otherwise == nullptr) fail(expr.pos, "none of these is for a `" + type_text(wanted) + "`");
  return any_value(*otherwise);
}

Value Lowering::size(const Expr& expr) {
  const Type type = expr.kind == Expr::Kind::kSizeofType ? resolved(expr.type, expr.pos) : type_of(*expr.a);
  const std::optional<Word> bytes = size_of(type);
  if (!bytes) fail(expr.pos, "the size of a `" + type_text(type) + "` is not known");
  return word_value(long_type(true), constant(*bytes));
}

}  // namespace vmalab
