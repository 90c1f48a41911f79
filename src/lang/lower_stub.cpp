// SPDX-License-Identifier: GPL-2.0-only
// Calls that a stub stands in for.
#include <algorithm>

#include "lang/lowering.h"

namespace vmalab {
namespace {

constexpr std::uint16_t kTypedText = 0xffff;

}  // namespace

/// The value a text stands for, as the type: a constant.
Operand Lowering::stub_value(const Stubs::Stub& stub, const std::string& text, const Type& type, const Expr& at) {
  const std::string said = "--stub " + stub.name + "=" + text + ": ";
  FunctionAst ast;
  Value given;
  stub_text_ = true;
  try {
    const std::vector<Token> raw = tokenize(text, kTypedText);
    const std::vector<Token> tokens = declarations_.preprocessor().expand(raw, ast.pool);
    SourcePos start;
    start.file = kTypedText;
    start.line = start.column = 1;
    const Expr* expression = Parser(tokens, declarations_, ast, start).parse_whole_expression();
    given = value(*expression);
    if (given.kind == Value::Kind::kWord) given = convert(given, type, *expression);
  } catch (const CompileError& error) {
    fail(at.pos, said + error.message);
  }
  stub_text_ = false;
  if (given.kind != Value::Kind::kWord || !is_constant(given.op))
    fail(at.pos, said + "expected a constant, or the name of an object of the scenario");
  return given.op;
}

/// What a stub without values of its own gives (kStubTries).
std::vector<std::string> Lowering::tried_values_of(const Stubs::Stub& stub, const Type& type, const Expr& at) const {
  if (type.is_bool()) return {"false", "true"};
  if (type.is_integer()) return {"0", "1", "-EINTR"};  // success, something, an error
  if (!type.is_pointer()) fail(at.pos, "--stub " + stub.name + " cannot give a `" + type_text(type) + "`: a number or a pointer it can");
  std::vector<std::string> values{"NULL"};
  if (type.base != Type::Base::kObject || type.pointers != 1) return values;
  for (const ObjectName& object : objects_) {
    if (address_kind(object.address) == type.object->kind) values.push_back(object.name);
  }
  return values;
}

Value Lowering::call_stub(const Stubs::Stub& stub, const Expr& expr) {
  for (const Expr* argument : expr.arguments) (void)any_value(*argument);
  const Type type = declarations_.prototype_result(expr.name).value_or(int_type());
  if (type.is_void()) {
    if (!stub.values.empty())
      fail(expr.pos, "--stub " + stub.name + "=" + stub.values.front() + ": the function is declared as void and gives no value");
    return {};
  }
  StubCall call;
  call.function = stub.name;
  call.pos = expr.pos;
  call.options = stub.values.empty() ? tried_values_of(stub, type, expr) : stub.values;
  const std::size_t number = ir_.stub_calls.size();
  call.value = given_ != nullptr && number < given_->size() ? (*given_)[number] : call.options.front();
  // A register, though the value is known: which calls there are must not depend on what is given.
  const Operand value = stub_value(stub, call.value, type, expr);
  call.block = current_;
  ir_.stub_calls.push_back(std::move(call));
  IrInstr& move = emit(Op::kMove, expr);
  move.a = value;
  move.dst = new_virtual();
  return word_value(type, reg(move.dst));
}

/// Which stubs are called again and again: their blocks can be reached from themselves.
void Lowering::find_stubs_in_loops() {
  for (StubCall& call : ir_.stub_calls) {
    std::vector<bool> seen(ir_.blocks.size());
    std::vector<int> open{call.block};
    while (!open.empty() && !call.in_loop) {
      const IrEnd& end = ir_.blocks[static_cast<std::size_t>(open.back())].term;
      open.pop_back();
      for (const int next : {end.yes, end.no}) {
        if (next < 0) continue;
        call.in_loop = call.in_loop || next == call.block;
        if (!seen[static_cast<std::size_t>(next)]) open.push_back(next);
        seen[static_cast<std::size_t>(next)] = true;
      }
    }
  }
}

}  // namespace vmalab
