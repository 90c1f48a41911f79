// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>

#include "lang/arithmetic.h"
#include "lang/lowering.h"

namespace vmalab {
namespace {

constexpr int kMaxCallDepth = 64;
constexpr std::size_t kMaxEmitted = 200'000;
constexpr std::size_t kMaxFrames = 20'000;
/// The member of struct ma_state (primitives.h) that holds an IteratorState.
constexpr std::string_view kIteratorMember = "section";

/// Changes a word that a lock can be made of: a count, a sequence, a pointer; not mmap_lock, a task or the tree.
bool changes_words(Op op) { return op >= Op::kStore && op <= Op::kAtomic; }

}  // namespace

Lowering::Lowering(const Declarations& declarations, const std::vector<ObjectName>& objects, ExtraWords& words, const Stubs* stubs,
                   const std::vector<std::string>* given)
    : declarations_(declarations), objects_(objects), words_(words), stubs_(stubs), given_(given) {
  ir_.blocks.emplace_back();
  ir_.layout.push_back(0);
  // References to an activation stay good while calls inside it come and go.
  activations_.reserve(kMaxCallDepth + 2);
}

IrProgram Lowering::run_call(const Expr& call, const std::string& label) {
  if (call.kind != Expr::Kind::kCall) fail(call.pos, "a thread runs one call, such as `reader(mm0, 0x1000)`");
  const Declarations::Function* function = declarations_.find_function(call.name);
  if (function == nullptr) {
    if (declarations_.is_taken_away(call.name)) fail_for_lack_of(call.pos, call.name);
    fail(call.pos, declarations_.is_prototype(call.name) ? "`" + std::string(call.name) + "` is declared, but no loaded file has its body"
                                                         : "there is no function `" + std::string(call.name) + "`");
  }
  std::vector<Value> arguments;
  for (const Expr* argument : call.arguments) arguments.push_back(value(*argument));
  for (const IrBlock& block : ir_.blocks) {
    if (!block.code.empty()) fail(call.pos, "a thread's arguments are objects of the scenario and numbers, not something to compute");
  }
  const FunctionAst& ast = declarations_.parse(*function);
  if (arguments.size() != ast.parameters.size()) {
    fail(call.pos,
         "`" + std::string(call.name) + "` takes " + std::to_string(ast.parameters.size()) + " arguments, not " + std::to_string(arguments.size()));
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].kind != Value::Kind::kWord || !is_constant(arguments[i].op)) {
      fail(call.arguments[i]->pos, "a thread's arguments are objects of the scenario and numbers");
    }
    arguments[i] = convert(arguments[i], ast.parameters[i].type, *call.arguments[i]);
  }
  ir_.entry = std::string(call.name);
  ir_.label = label;
  const Value result = inline_body(ast, arguments, SourcePos{});
  return finish(result.kind == Value::Kind::kWord ? result.op : Operand{});
}

IrProgram Lowering::run_function(const Declarations::Function& function) {
  const FunctionAst& ast = declarations_.parse(function);
  ir_.entry = ir_.label = std::string(function.name);
  std::vector<Value> arguments;
  for (const Declarator& parameter : ast.parameters) {
    Value argument;
    argument.type = parameter.type;
    const Type& type = parameter.type;
    const bool to_local = type.pointers == 1 && (type.base == Type::Base::kStruct || type.pointee().is_integer());
    argument.kind = to_local ? Value::Kind::kLocalPointer : type.is_struct() ? Value::Kind::kLocalStruct : Value::Kind::kWord;
    const int slots = to_local ? slot_count(type.pointee()) : slot_count(type);
    argument.slot = new_named(slots);
    for (int i = 0; i < slots; ++i) ir_.inputs.push_back(argument.slot + i);
    if (argument.kind == Value::Kind::kWord) argument.op = reg(argument.slot);
    arguments.push_back(argument);
  }
  const Value result = inline_body(ast, arguments, SourcePos{});
  return finish(result.kind == Value::Kind::kWord ? result.op : Operand{});
}

IrProgram Lowering::run_expression(const Expr& expression, const std::string& label) {
  ir_.entry = "expression";
  ir_.label = label;
  expression_only_ = true;
  enter_frame("expression", SourcePos{}, expression.pos);
  activations_.emplace_back();
  activations_.back().scopes.emplace_back();
  const Value result = value(expression);
  if (result.kind != Value::Kind::kWord) fail(expression.pos, "this expression has no value that can be compared");
  for (const IrBlock& block : ir_.blocks) {
    for (const IrInstr& instr : block.code) {
      const bool looks = is_pure(instr) || instr.op == Op::kLoad || instr.op == Op::kTreeLoad || instr.op == Op::kRwsemIsLocked ||
                         instr.op == Op::kSignalPending || instr.op == Op::kQuery || instr.op == Op::kFence;
      if (!looks) {
        fail(instr.pos, "an expression may look at the state, not change it");
      }
    }
  }
  return finish(result.op);
}

IrProgram Lowering::finish(Operand result) {
  const int last = new_block();
  jump(last);
  place(last);
  IrEnd& term = ir_.blocks.back().term;
  term.kind = IrEnd::Kind::kEnd;
  term.value = result;
  if (!activations_.empty() && activations_.front().ast != nullptr) {
    term.pos = activations_.front().ast->body_end;
    term.end = term.pos;
    ++term.end.column;
  }
  find_stubs_in_loops();
  report_unset_reads(ir_);
  return std::move(ir_);
}

void Lowering::enter_frame(std::string_view function, SourcePos call, SourcePos definition) {
  if (ir_.frames.size() >= kMaxFrames) fail(call, "too many calls once every call is inlined");
  Frame frame;
  frame.function = std::string(function);
  frame.parent = ir_.frames.empty() ? std::uint16_t{0} : frame_;
  frame.call = call;
  frame.definition = definition;
  frame_ = static_cast<std::uint16_t>(ir_.frames.size());
  ir_.frames.push_back(std::move(frame));
}

Value Lowering::call_function(const Declarations::Function& function, const std::vector<Value>& arguments, const Expr& at) {
  const FunctionAst& ast = declarations_.parse(function);
  for (const Activation& active : activations_) {
    if (active.ast == &ast) fail(at.pos, "`" + std::string(function.name) + "` calls itself; recursion cannot be inlined");
  }
  if (activations_.size() >= kMaxCallDepth) fail(at.pos, "calls are nested too deeply here");
  if (arguments.size() != ast.parameters.size()) {
    throw CompileError{
        at.pos,
        "`" + std::string(function.name) + "` takes " + std::to_string(ast.parameters.size()) + " arguments, not " + std::to_string(arguments.size()),
        {},
        std::string(function.name)};
  }
  std::vector<Value> converted;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    try {
      converted.push_back(convert(arguments[i], ast.parameters[i].type, *at.arguments[i]));
    } catch (CompileError& error) {
      error.callee = function.name;
      throw;
    }
  }
  return inline_body(ast, converted, at.pos);
}

/// Virtual registers of variables, as opposed to those of values that are computed once.
int Lowering::new_named(int count) {
  const int first = ir_.virtual_count;
  ir_.virtual_count += count;
  named_.resize(static_cast<std::size_t>(ir_.virtual_count));
  for (int i = 0; i < count; ++i) named_[static_cast<std::size_t>(first + i)] = true;
  return first;
}

Value Lowering::inline_body(const FunctionAst& ast, const std::vector<Value>& arguments, SourcePos call) {
  const std::uint16_t caller_frame = frame_;
  const std::size_t stores_before = stores_;
  enter_frame(ast.name, call, ast.pos);
  activations_.emplace_back();
  Activation& activation = activations_.back();
  activation.ast = &ast;
  activation.scopes.emplace_back();
  activation.exit = new_block();
  if (!ast.result.is_void()) {
    if (!ast.result.is_scalar() && !ast.result.is_struct()) fail(ast.pos, "a function cannot return a `" + type_text(ast.result) + "`");
    activation.result = ir_.virtual_count;
    ir_.virtual_count += slot_count(ast.result);
    unset(activation.result, slot_count(ast.result), ast.body_end,
          "the value of " + std::string(ast.name) + "() is used, which came to its end without a return");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) bind_parameter(activations_.back(), ast.parameters[i], arguments[i]);
  const int exit = activations_.back().exit;
  const int result_slot = activations_.back().result;
  block(*ast.body);
  for (const auto& [name, target] : activations_.back().labels) {
    if (!target.placed) fail(target.used, "there is no label `" + std::string(name) + "` in `" + std::string(ast.name) + "`");
  }
  at_ = ast.body_end;
  jump(exit);
  place(exit);

  Value result;
  if (result_slot != kNoVirtual)
    result = ast.result.is_struct() ? struct_value(ast.result, result_slot) : word_value(promoted(ast.result), reg(result_slot));
  leave_lock_code(ast, arguments, result, stores_before);
  if (activations_.size() > 1) activations_.pop_back();  // the outermost says where the program ends
  frame_ = caller_frame;
  return result;
}

void Lowering::bind_parameter(Activation& activation, const Declarator& parameter, const Value& argument) {
  if (parameter.name.empty()) return;
  if (parameter.type.is_struct() && argument.kind == Value::Kind::kLocalStruct) {
    const Local copy = declare(parameter.name, parameter.type, parameter.type_text, parameter.pos);
    Expr from;
    from.pos = from.end = parameter.pos;
    for (int i = 0; i < slot_count(parameter.type); ++i) copy_slot(copy.slot + i, argument.slot + i, &from);
    return;
  }
  if (!parameter.type.is_scalar()) {
    fail(parameter.pos, "a parameter of type `" + type_text(parameter.type) + "` is not supported; pass its address");
  }
  check_undeclared(parameter.name, parameter.pos);
  Local local;
  local.type = parameter.type;
  if (argument.kind == Value::Kind::kLocalPointer) {
    if (activation.ast->changed.count(parameter.name) > 0) {
      fail(parameter.pos, "`" + std::string(parameter.name) + "` is given the address of a local, so it cannot be changed");
    }
    local.alias = argument;
    activation.scopes.back().emplace(parameter.name, local);
    // What it points at is shown under the pointer's name.
    const Type target = parameter.type.pointee();
    if (target.is_struct()) {
      for (const Member& member : target.structure->members) {
        if (slot_count(member.type) != 1) continue;
        ir_.variables.push_back(
            {std::string(parameter.name) + "->" + std::string(member.name), member.type_text, frame_, argument.slot + member.slot});
      }
    } else {
      ir_.variables.push_back({"*" + std::string(parameter.name), type_text(target), frame_, argument.slot});
    }
    return;
  }
  Local& fresh = declare(parameter.name, parameter.type, parameter.type_text, parameter.pos);
  Expr at;
  at.pos = at.end = parameter.pos;
  assign_slot(fresh.slot, argument.op, &at);
}

/// Where a function of the lock returns to one of its users, what the thread holds is decided: by counts, not by names, so that
/// the lock of any kernel, and a patch's new way in, are judged alike. A user's own lookup is judged by what it returns, too.
void Lowering::leave_lock_code(const FunctionAst& ast, const std::vector<Value>& arguments, const Value& result, std::size_t stores_before) {
  const auto callers_end = activations_.end() - 1;
  if (std::any_of(activations_.begin(), callers_end, [](const Activation& a) { return a.ast != nullptr && a.ast->of_the_lock; })) return;
  const Type vma = object_pointer(ObjectKind::kVma), mm = object_pointer(ObjectKind::kMm);
  std::uint32_t what = 0;
  if (ast.of_the_lock) what |= kMayTakeWriteLock;
  Operand of_mm, address, of_vma, returned;
  if (result.kind == Value::Kind::kWord && result.type == vma) returned = result.op;
  const bool may_fail = result.kind == Value::Kind::kWord && result.type == int_type();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Declarator& parameter = ast.parameters[i];
    const bool walks = parameter.type.pointers == 1 && parameter.type.base == Type::Base::kStruct;
    if (walks) what |= kAddressOrNext;
    if (arguments[i].kind != Value::Kind::kWord) continue;
    const Operand& op = arguments[i].op;
    const auto first = [&](Operand& place) { return place.kind == Operand::Kind::kNone; };
    if (parameter.type == mm && first(of_mm)) of_mm = op;
    if (parameter.type == vma && first(of_vma)) of_vma = op;
    const bool is_address = parameter.type.is_integer() && parameter.type_text.find("long") != std::string::npos;
    if (is_address && first(address)) address = op;
  }
  const bool lookup = returned.kind != Operand::Kind::kNone && of_mm.kind != Operand::Kind::kNone;
  if (stores_ == stores_before || !(ast.of_the_lock || lookup)) return;
  if (lookup) what |= kIsLookup;
  if (!lookup || address.kind == Operand::Kind::kNone)
    what &= ~static_cast<std::uint32_t>(kAddressOrNext);
  else if ((what & kAddressOrNext) == 0)
    what |= kAddressInside;
  Expr at;
  at.pos = at.end = ast.body_end;
  IrInstr& instr = emit(Op::kLockReturn, at);
  instr.imm = may_fail ? what | kZeroIsSuccess : what;
  instr.a = may_fail ? result.op : returned;
  instr.b = of_mm;
  instr.c = address;
  instr.d = of_vma;
}

/// The thread gives RCU or mmap_lock back: maple states that it found there may have nothing to stand on any more.
void Lowering::leave_section(const Expr& at) {
  const auto leave = [&](int slot) {
    IrInstr& instr = emit(Op::kIteratorLeave, at);
    instr.a = reg(slot);
    instr.dst = slot;
  };
  const auto visit = [&](const auto& self, const Type& type, int slot) -> void {
    if (type.base != Type::Base::kStruct || type.pointers > 0 || type.structure == nullptr) return;
    for (const Member& member : type.structure->members) {
      if (type.structure->name == "ma_state" && member.name == kIteratorMember) leave(slot + member.slot);
      self(self, member.type, slot + member.slot);
    }
  };
  for (const Activation& activation : activations_) {
    for (const Scope& scope : activation.scopes) {
      for (const auto& [name, local] : scope) {
        if (!local.alias) visit(visit, local.type, local.slot);
      }
    }
  }
}

Lowering::Local* Lowering::find_local(std::string_view name) {
  if (activations_.empty()) return nullptr;
  std::vector<Scope>& scopes = activations_.back().scopes;
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (const auto found = scope->find(name); found != scope->end()) return &found->second;
  }
  return nullptr;
}

const Type& Lowering::checked_local_type(const Type& type, SourcePos pos) const {
  const Type element = type.element();
  const bool good = element.is_scalar() || element.is_struct();
  if (!good) fail(pos, "a local of type `" + type_text(type) + "` is not supported");
  return type;
}

void Lowering::check_undeclared(std::string_view name, SourcePos pos) const {
  if (activations_.back().scopes.back().count(name) > 0) fail(pos, "redeclaration of `" + std::string(name) + "` in this scope");
}

Lowering::Local& Lowering::declare(std::string_view name, const Type& type, const std::string& type_text, SourcePos pos) {
  checked_local_type(type, pos);
  Local local;
  local.type = type;
  check_undeclared(name, pos);
  local.slot = new_named(slot_count(type));
  show_variable(std::string(name), type, type_text, local.slot);
  Scope& scope = activations_.back().scopes.back();
  return scope[name] = local;
}

int Lowering::new_block() {
  ir_.blocks.emplace_back();
  return static_cast<int>(ir_.blocks.size()) - 1;
}

void Lowering::place(int block) {
  ir_.layout.push_back(block);
  current_ = block;
}

void Lowering::jump(int block) {
  IrEnd& term = ir_.blocks[static_cast<std::size_t>(current_)].term;
  term.kind = IrEnd::Kind::kJump;
  term.yes = block;
  term.frame = frame_;
  term.pos = term.end = at_;
}

void Lowering::branch(Operand condition, int yes, int no, SourcePos pos, SourcePos end, bool negated) {
  IrEnd& term = ir_.blocks[static_cast<std::size_t>(current_)].term;
  term.kind = IrEnd::Kind::kBranch;
  term.value = condition;
  term.yes = yes;
  term.no = no;
  term.negated = negated;
  term.frame = frame_;
  term.pos = pos;
  term.end = end;
}

IrInstr& Lowering::emit(Op op, const Expr& at) {
  if (++emitted_ > kMaxEmitted) fail(at.pos, "this program is too large once every call is inlined");
  IrInstr instr;
  instr.op = op;
  instr.frame = frame_;
  instr.pos = at.pos;
  instr.end = at.end;
  stores_ += changes_words(op);
  std::vector<IrInstr>& code = ir_.blocks[static_cast<std::size_t>(current_)].code;
  code.push_back(instr);
  return code.back();
}

/// @param wide the numbers have 64 bits
Operand Lowering::compute(Op op, Operand a, Operand b, const Expr& at, bool wide) {
  if (is_arithmetic(op) && is_constant(a) && (b.kind == Operand::Kind::kNone || is_constant(b)) && fits(op, wide, a.value, b.value)) {
    return constant(vmalab::arithmetic(op, wide, a.value, b.value));
  }
  const int dst = new_virtual();
  IrInstr& instr = emit(op, at);
  instr.a = a;
  instr.b = b;
  instr.imm = wide;
  instr.dst = dst;
  return reg(dst);
}

/// A violation of no-warning where the condition is met.
void Lowering::warn_if(Operand condition, std::string what, const Expr& at) {
  IrInstr& warn = emit(Op::kWarn, at);
  warn.a = condition;
  warn.imm = static_cast<std::uint32_t>(ir_.strings.size());
  ir_.strings.push_back(std::move(what));
}

/// As a part of something larger, which may be copied before all of it has a value.
void Lowering::copy_slot(int slot, int from, const Expr* at) {
  assign_slot(slot, reg(from), at);
  std::vector<IrInstr>& code = ir_.blocks[static_cast<std::size_t>(current_)].code;
  code[code.size() - 2].passes_on = true;
}

/// From here on these registers have no value; `what` is a read of one.
void Lowering::unset(int slot, int count, SourcePos pos, const std::string& what) {
  if (expression_only_) return;
  const auto name = static_cast<int>(ir_.unset_names.size());
  ir_.unset_names.push_back("undefined behaviour: " + what);
  Expr at;
  at.pos = at.end = pos;
  for (int i = 0; i < count; ++i) {
    IrInstr& mark = emit(Op::kMove, at);
    mark.is_note = true;
    mark.dst = slot + i;
    mark.unset_name = name;
  }
}

void Lowering::assign_slot(int slot, Operand value, const Expr* at) {
  const Expr nowhere;
  IrInstr& move = emit(Op::kMove, at != nullptr ? *at : nowhere);
  move.a = value;
  move.dst = slot;
  IrInstr& note = emit(Op::kMove, at != nullptr ? *at : nowhere);
  note.is_note = true;
  note.dst = slot;
  note.a = reg(slot);
}

}  // namespace vmalab
