// SPDX-License-Identifier: GPL-2.0-only
// The kernel's guards (include/linux/cleanup.h) as functions: DEFINE_GUARD and its relatives name a lock, and
// class_NAME_constructor() and class_NAME_destructor() take it and let it go. guard(), scoped_guard() and __free() call them.
#include "lang/declarations.h"

namespace vmalab {
namespace {

/// The arguments of the invocation whose parenthesis opens at `at`; `at` is then after the closing one.
std::vector<std::vector<Token>> arguments_of(const std::vector<Token>& tokens, std::size_t& at) {
  const std::size_t opened = at;
  std::vector<std::vector<Token>> arguments(1);
  int open = 0;
  for (; at < tokens.size(); ++at) {
    const Token& token = tokens[at];
    if (token.is("(") || token.is("{") || token.is("[")) ++open;
    if (token.is(")") || token.is("}") || token.is("]")) --open;
    if (open == 0) {
      ++at;
      return arguments;
    }
    if (open == 1 && at == opened) continue;
    if (open == 1 && token.is(",")) {
      arguments.emplace_back();
    } else {
      arguments.back().push_back(token);
    }
  }
  throw CompileError{tokens[opened].pos, "this `(` is never closed"};
}

}  // namespace

std::size_t Declarations::add_guard(const std::vector<Token>& tokens, std::size_t at) {
  const Token& form = tokens[at];
  std::size_t after = at + 1;
  const std::vector<std::vector<Token>> arguments = arguments_of(tokens, after);
  const auto word = [&](std::string_view text) {
    Token token = form;
    token.kind = text == "(" || text == ")" || text == "*" || text == ";" || text == "?" || text == ":" || text == "=" ? TokenKind::kPunct
                                                                                                                       : TokenKind::kIdentifier;
    token.text = text;
    return token;
  };
  const auto add = [](std::vector<Token>& to, const std::vector<Token>& from) { to.insert(to.end(), from.begin(), from.end()); };
  const auto text = [&](std::initializer_list<std::string_view> words) {
    std::vector<Token> made;
    for (const std::string_view one : words) made.push_back(word(one));
    return made;
  };
  const std::size_t needed = form.is("DEFINE_FREE") || form.is("DEFINE_GUARD_COND") || form.is("DEFINE_LOCK_GUARD_0") ? 3 : 4;
  if (arguments.size() < needed || arguments[0].size() != 1) {
    throw CompileError{form.pos, std::string(form.text) + " takes a name and " + std::to_string(needed - 1) + " more arguments"};
  }
  const std::string name(arguments[0][0].text);
  const auto destructor = [&](const std::string& function, const std::vector<Token>& type, const std::vector<Token>& unlock, bool if_taken) {
    std::vector<Token> body = if_taken ? text({"if", "(", "_T", ")"}) : std::vector<Token>{};
    add(body, text({"{"}));
    body.back().kind = TokenKind::kPunct;
    add(body, unlock);
    add(body, text({";", "}"}));
    body.back().kind = TokenKind::kPunct;
    std::vector<Token> parameter = type;
    add(parameter, text({"_T"}));
    make_function(function, form, text({"void"}), std::move(parameter), std::move(body));
  };
  if (form.is("DEFINE_FREE")) {
    destructor("__free_" + name, arguments[1], arguments[2], false);
    return after;
  }
  if (form.is("DEFINE_GUARD_COND")) {
    // DEFINE_GUARD_COND(name, _suffix, take it or not[, what the result _RET is when it was taken])
    const auto base = guards_.find(name);
    if (base == guards_.end() || arguments[1].size() != 1) return after;
    const std::string whole = name + std::string(arguments[1][0].text);
    std::vector<Token> body = text({"int", "_RET", "=", "("});
    add(body, arguments[2]);
    add(body, text({")", ";", "return", "("}));
    add(body, arguments.size() > 3 ? arguments[3] : text({"_RET"}));
    add(body, text({")", "?", "_T", ":", "NULL", ";"}));
    std::vector<Token> parameter = base->second.type;
    add(parameter, text({"_T"}));
    make_function("class_" + whole + "_constructor", form, base->second.type, std::move(parameter), std::move(body));
    destructor("class_" + whole + "_destructor", base->second.type, base->second.unlock, true);
    return after;
  }
  Guard guard;
  std::vector<Token> lock;
  if (form.is("DEFINE_LOCK_GUARD_0")) {
    guard.type = text({"int"});
    lock = arguments[1];
    guard.unlock = arguments[2];
  } else {
    guard.type = arguments[1];
    lock = arguments[2];
    guard.unlock = arguments[3];
    if (form.is("DEFINE_LOCK_GUARD_1")) {
      // There the lock is a member of the guard: _T->lock is what is _T here.
      guard.type.push_back(word("*"));
      for (std::vector<Token>* part : {&lock, &guard.unlock}) {
        for (std::size_t i = 0; i + 2 < part->size(); ++i) {
          if ((*part)[i].is("_T") && (*part)[i + 1].is("->") && (*part)[i + 2].is("lock")) {
            part->erase(part->begin() + static_cast<std::ptrdiff_t>(i + 1), part->begin() + static_cast<std::ptrdiff_t>(i + 3));
          }
        }
      }
    }
  }
  const bool nothing = form.is("DEFINE_LOCK_GUARD_0");
  std::vector<Token> body = lock;
  Token one = word("1");
  one.kind = TokenKind::kNumber;
  add(body, text({";", "return"}));
  body.push_back(nothing ? one : word("_T"));
  add(body, text({";"}));
  std::vector<Token> parameter = nothing ? text({"void"}) : guard.type;
  if (!nothing) add(parameter, text({"_T"}));
  make_function("class_" + name + "_constructor", form, guard.type, std::move(parameter), std::move(body));
  destructor("class_" + name + "_destructor", guard.type, guard.unlock, !nothing);
  guards_[name] = std::move(guard);
  return after;
}

/// Defines a function as if a file had its text.
void Declarations::make_function(std::string name, const Token& at, std::vector<Token> result, std::vector<Token> parameter,
                                 std::vector<Token> body) {
  Function function;
  function.name = made_names_.emplace_back(std::move(name));
  function.pos = at.pos;
  function.body_end = at.end;
  for (const Token& token : body) {
    if (token.pos.file == at.pos.file && token.pos.line > function.body_end.line) function.body_end = token.end;
  }
  function.order = order_++;
  const auto put = [&](std::string_view text, TokenKind kind) {
    Token token = at;
    token.kind = kind;
    token.text = text;
    function.tokens.push_back(token);
  };
  function.tokens = std::move(result);
  put(function.name, TokenKind::kIdentifier);
  put("(", TokenKind::kPunct);
  function.tokens.insert(function.tokens.end(), parameter.begin(), parameter.end());
  put(")", TokenKind::kPunct);
  put("{", TokenKind::kPunct);
  function.tokens.insert(function.tokens.end(), body.begin(), body.end());
  put("}", TokenKind::kPunct);
  preprocessor_.add_function_name(function.name);
  functions_[function.name] = std::move(function);
}

}  // namespace vmalab
