// SPDX-License-Identifier: GPL-2.0-only
#include "lang/declarations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lang/lock_functions.h"

namespace vmalab {
namespace {

constexpr std::array<std::string_view, 12> kNotAFunction{"__attribute__",     "__printf",          "__acquires",      "__releases",
                                                         "__must_hold",       "__section",         "__aligned",       "if",
                                                         "__acquires_shared", "__releases_shared", "__cond_acquires", "while"};

/// Position after the brace that closes the one at `at`. Inside, only braces count: what else is wrong in a body is said,
/// with its place, by whoever needs that function.
std::size_t after_block(const std::vector<Token>& tokens, std::size_t at, std::size_t end) {
  const std::size_t opened = at;
  int depth = 0;
  for (; at < end; ++at) {
    if (tokens[at].is("{")) ++depth;
    if (tokens[at].is("}") && --depth == 0) return at + 1;
  }
  throw CompileError{tokens[opened].pos, "this brace is never closed"};
}

bool same_text(const std::vector<Token>& a, const std::vector<Token>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Token& x, const Token& y) { return x.text == y.text; });
}

bool is_lock_definition(const Token& token) {
  return token.is("DEFINE_SPINLOCK") || token.is("DEFINE_RAW_SPINLOCK") || token.is("DEFINE_MUTEX") || token.is("DECLARE_RWSEM");
}

bool is_guard_definition(const std::vector<Token>& tokens, std::size_t at) {
  constexpr std::array<std::string_view, 5> kForms{"DEFINE_GUARD", "DEFINE_GUARD_COND", "DEFINE_LOCK_GUARD_0", "DEFINE_LOCK_GUARD_1", "DEFINE_FREE"};
  return at + 1 < tokens.size() && tokens[at + 1].is("(") && std::find(kForms.begin(), kForms.end(), tokens[at].text) != kForms.end();
}

}  // namespace

std::size_t after_group(const std::vector<Token>& tokens, std::size_t at, std::size_t end) {
  std::vector<std::size_t> open;
  for (; at < end; ++at) {
    if (tokens[at].kind != TokenKind::kPunct || tokens[at].text.size() != 1) continue;
    const char c = tokens[at].text[0];
    if (c == '(' || c == '{' || c == '[') open.push_back(at);
    if (c == ')' || c == '}' || c == ']') {
      const char opened = tokens[open.back()].text[0];
      if (c != (opened == '(' ? ')' : opened == '{' ? '}' : ']')) {
        throw CompileError{tokens[at].pos, std::string("this `") + c + "` does not close the `" + opened + "` of line " +
                                               std::to_string(tokens[open.back()].pos.line)};
      }
      open.pop_back();
      if (open.empty()) return at + 1;
    }
  }
  throw CompileError{tokens[open.front()].pos, "this `" + std::string(tokens[open.front()].text) + "` is never closed"};
}

bool is_annotation(std::string_view name) { return std::find(kNotAFunction.begin(), kNotAFunction.end(), name) != kNotAFunction.end(); }

void Declarations::take_away(std::string_view name) {
  if (functions_.erase(name) > 0) taken_away_.insert(name);
}

Declarations::Declarations() {
  for (const std::string_view option : configured_options()) preprocessor_.define_constant(option);
  preprocessor_.define_constant("__KERNEL__");
  preprocessor_.define_constant("BITS_PER_LONG", "64");
}

void Declarations::begin_tree_file(std::uint16_t file, bool has_statics) {
  if (first_tree_file_ < 0) first_tree_file_ = file;
  last_tree_file_ = file;
  has_statics_ = has_statics;
}

/// Two files of a kernel, or of somebody's own, define something of the same name: which one is meant depends on the file that
/// says it, and that is not followed.
void Declarations::note_rival(Kind kind, std::string_view name, SourcePos before, SourcePos now, bool same) {
  owners_[now.file] = owner_;
  const auto had = owners_.find(before.file);
  const bool is_rival = before.line > 0 && before.file != now.file && owner_ != Owner::kModel && had != owners_.end() && had->second == owner_;
  if (is_rival && !same) {
    rivals_[{kind, name}] = {before, now};
  } else if (!is_rival) {
    rivals_.erase({kind, name});
  }
}

/// Outside of everything, `NAME(...)` that does not stand behind a type.
void Declarations::refuse_what_a_macro_defines(const Token& name, Owner owner) const {
  const Macro* const macro = preprocessor_.find(name.text);
  const bool nothing = (macro != nullptr && (macro->locked || macro->body.empty())) || name.text.starts_with("MODULE_") ||
                       name.text.starts_with("EXPORT_");
  if (owner == Owner::kModel || nothing || is_lock_definition(name) || is_annotation(name.text)) return;
  if (macro != nullptr) {
    throw CompileError{name.pos, "what the macro " + std::string(name.text) + " defines here is not followed: write it out"};
  }
  if (owner == Owner::kOwn && preprocessor_.find_family(name.text) == nullptr) {
    throw CompileError{name.pos, "`" + std::string(name.text) + "` outside of a function is neither a declaration nor a macro that is known"};
  }
}

void Declarations::add_file(const std::vector<Token>& tokens, Owner owner) {
  owner_ = owner;
  std::size_t first = 0;
  std::size_t at = 0;
  const std::size_t end = tokens.size();
  bool assigned = false;
  while (at < end) {
    const Token& token = tokens[at];
    if (at == first && is_guard_definition(tokens, at)) {
      first = at = add_guard(tokens, at);
      continue;
    }
    if (token.is("=")) assigned = true;
    if (at == first && token.kind == TokenKind::kIdentifier && at + 1 < end && tokens[at + 1].is("(")) refuse_what_a_macro_defines(token, owner);
    if (token.is("(") || token.is("[")) {
      at = after_group(tokens, at, end);
    } else if (token.is(";")) {
      add_item(tokens, first, at, at);
      first = ++at;
      assigned = false;
    } else if (token.is("{")) {
      const std::size_t body = at;
      at = after_block(tokens, at, end);
      if (assigned) continue;
      const bool is_tag = std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(body),
                                      [](const Token& t) { return t.is("struct") || t.is("union") || t.is("enum") || t.is("typedef"); });
      if (add_function(tokens, first, at, body)) {
        first = at;
      } else if (!is_tag) {
        if (owner != Owner::kModel) {
          throw CompileError{tokens[body].pos, "this block belongs to nothing that is understood: a function is `type name(parameters) { ... }`"};
        }
        first = at;
      } else {
        add_item(tokens, first, at, body);
        // What follows up to the semicolon are variables of that type, or attributes.
        for (; at < end && !tokens[at].is(";"); at = tokens[at].is("{") || tokens[at].is("(") ? after_group(tokens, at, end) : at + 1) {
          if (tokens[at].kind == TokenKind::kIdentifier && !tokens[first].is("typedef") && !tokens[at].text.starts_with("__")) {
            Variable variable;
            variable.name = tokens[at].text;
            variable.pos = tokens[at].pos;
            variable.tokens.assign(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(at + 1));
            keep(std::move(variable));
          }
        }
        first = at = std::min(at + 1, end);
      }
    } else if (token.is(")") || token.is("]") || token.is("}")) {
      throw CompileError{token.pos, "this `" + std::string(token.text) + "` closes nothing"};
    } else {
      ++at;
    }
  }
  while (first < end && tokens[first].kind == TokenKind::kEnd) ++first;
  if (owner == Owner::kOwn && first < end) throw CompileError{tokens[first].pos, "what begins here is no C declaration, or has no end"};
}

bool Declarations::add_function(const std::vector<Token>& tokens, std::size_t first, std::size_t last, std::size_t body) {
  // The last `name (...)` with something like a type before it; what a macro such as DEFINE_GUARD(...) left in
  // front of it is not part of the function.
  std::size_t name = body;
  for (std::size_t at = first; at + 1 < body;) {
    const bool call = tokens[at].kind == TokenKind::kIdentifier && tokens[at + 1].is("(");
    if (call && at > first && (tokens[at - 1].kind == TokenKind::kIdentifier || tokens[at - 1].is("*")) && !is_annotation(tokens[at].text)) {
      name = at;
    }
    at = tokens[at].is("(") ? after_group(tokens, at, body) : at + 1;
  }
  if (name == body) return false;
  std::size_t begin = name;
  while (begin > first && !tokens[begin - 1].is(")") && !tokens[begin - 1].is("}")) --begin;
  const Macro* const macro = preprocessor_.find(tokens[name].text);
  if (macro != nullptr && !macro->locked && macro->definition.file == tokens[name].pos.file && macro->definition.line < tokens[name].pos.line &&
      !(macro->body.size() == 1 && macro->body[0].is(macro->name))) {
    throw CompileError{tokens[name].pos, std::string(macro->name) + " is a macro (line " + std::to_string(macro->definition.line) +
                                             "): the function that is defined here has another name, which is not followed"};
  }
  if (is_tree_file(tokens[name].pos.file) && preprocessor_.was_missing(tokens[name].text)) {
    throw CompileError{tokens[name].pos,
                       "this is only one " + std::string(tokens[name].text) +
                           "(): an #ifdef asks for another, which an architecture may have in files that are not read, so this tree "
                           "cannot be judged"};
  }
  Function function;
  function.name = tokens[name].text;
  function.pos = tokens[name].pos;
  function.body_end = tokens[last - 1].pos;
  function.order = order_++;
  function.tokens.assign(tokens.begin() + static_cast<std::ptrdiff_t>(begin), tokens.begin() + static_cast<std::ptrdiff_t>(last));
  preprocessor_.add_function_name(function.name);
  taken_away_.erase(function.name);
  const bool is_static = std::any_of(function.tokens.begin(), function.tokens.begin() + static_cast<std::ptrdiff_t>(name - begin),
                                     [](const Token& token) { return token.is("static"); });
  if (has_statics_ && is_static && function.pos.file == last_tree_file_) {
    statics_[{function.name, function.pos.file}] = function;
    const Function* other = find_function(function.name);
    if (other != nullptr && other->pos.file != function.pos.file && other->pos.file >= first_tree_file_) return true;
  }
  functions_[function.name] = std::move(function);
  return true;
}

void Declarations::add_item(const std::vector<Token>& tokens, std::size_t first, std::size_t last, std::size_t body) {
  const auto slice = [&](std::size_t from, std::size_t to) {
    return std::vector<Token>(tokens.begin() + static_cast<std::ptrdiff_t>(from), tokens.begin() + static_cast<std::ptrdiff_t>(to));
  };
  if (first >= last) return;
  if (body < last) {
    for (std::size_t at = first; at + 1 < body; ++at) {
      if (tokens[at].is("struct") && tokens[at + 1].kind == TokenKind::kIdentifier) {
        if (find_object(tokens[at + 1].text) != nullptr) {
          std::vector<Token>& fields = object_fields_[tokens[at + 1].text];
          fields.insert(fields.end(), tokens.begin() + static_cast<std::ptrdiff_t>(body + 1), tokens.begin() + static_cast<std::ptrdiff_t>(last - 1));
          return;
        }
        Struct& structure = structs_[tokens[at + 1].text];
        const Struct before = std::exchange(structure, Struct());
        structure.pos = tokens[at + 1].pos;
        structure.tokens = slice(body + 1, last - 1);
        note_rival(Kind::kStruct, tokens[at + 1].text, before.pos, structure.pos, same_text(before.tokens, structure.tokens));
        return;
      }
    }
    if (std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(body),
                    [](const Token& t) { return t.is("enum"); })) {
      add_enum(tokens, body, last);
    }
    return;
  }
  if (tokens[first].is("typedef")) {
    if (last - first < 3 || tokens[last - 1].kind != TokenKind::kIdentifier) return;
    Typedef& alias = typedefs_[tokens[last - 1].text];
    const Typedef before = std::exchange(alias, Typedef());
    alias.tokens = slice(first + 1, last);
    const SourcePos was = before.tokens.empty() ? SourcePos() : before.tokens.front().pos;
    note_rival(Kind::kTypedef, tokens[last - 1].text, was, alias.tokens.front().pos, same_text(before.tokens, alias.tokens));
    return;
  }
  const bool is_lock = std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(last),
                                   is_lock_definition);
  for (std::size_t at = first + 1; !is_lock && at + 1 < last && !tokens[at].is("="); ++at) {
    if (tokens[at].kind == TokenKind::kIdentifier && tokens[at + 1].is("(") &&
        (tokens[at - 1].kind == TokenKind::kIdentifier || tokens[at - 1].is("*"))) {
      prototypes_[tokens[at].text] = slice(first, at + 1);
      return;
    }
  }
  add_variable(tokens, first, last);
}

void Declarations::keep(Variable variable) {
  Variable& kept = variables_[variable.name];
  note_rival(Kind::kVariable, variable.name, kept.pos, variable.pos, false);
  kept = std::move(variable);
}

/// What is left: `static int x`, `static int x = 1`, `static DEFINE_SPINLOCK(lock)`. A name is kept even when its type is
/// not in the subset; whoever uses it is told so.
void Declarations::add_variable(const std::vector<Token>& tokens, std::size_t first, std::size_t last) {
  if (tokens[first].is("extern") || tokens[first].kind != TokenKind::kIdentifier) return;
  Variable variable;
  for (std::size_t at = first; at < last && !tokens[at].is("=") && !tokens[at].is("["); ++at) {
    if (is_lock_definition(tokens[at]) && at + 2 < last && tokens[at + 1].is("(")) {
      // As `static spinlock_t lock`: what it is initialised to is free.
      variable.name = tokens[at + 2].text;
      variable.pos = tokens[at + 2].pos;
      const std::string_view structure = tokens[at].is("DEFINE_MUTEX") ? "mutex" : tokens[at].is("DECLARE_RWSEM") ? "rw_semaphore" : "";
      const auto add = [&](std::string_view text) {
        variable.tokens.push_back(tokens[at]);
        variable.tokens.back().text = text;
      };
      add("static");
      if (!structure.empty()) add("struct");
      add(structure.empty() ? "spinlock_t" : structure);
      variable.tokens.push_back(tokens[at + 2]);
      keep(std::move(variable));
      return;
    }
    if (tokens[at].is("(") || tokens[at].is("{")) return;
    if (tokens[at].is(",")) break;
  }
  variable.tokens.assign(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(last));
  // The name of each declarator is the last before its `=`, `[` or comma.
  for (std::size_t at = first + 1, name = 0; at <= last; ++at) {
    const bool ends = at == last || tokens[at].is(",") || tokens[at].is("=") || tokens[at].is("[");
    if (ends && name != 0) {
      variable.name = tokens[name].text;
      variable.pos = tokens[name].pos;
      preprocessor_.give_way(variable.name);
      keep(variable);
      name = 0;
    }
    while (at < last && !tokens[at].is(",") && ends)
      at = tokens[at].is("(") || tokens[at].is("{") || tokens[at].is("[") ? after_group(tokens, at, last) : at + 1;
    if (!ends && tokens[at].kind == TokenKind::kIdentifier) name = at;
  }
}

void Declarations::add_enum(const std::vector<Token>& tokens, std::size_t body, std::size_t end) {
  long long value = 0;
  for (std::size_t at = body + 1; at + 1 < end;) {
    const std::size_t name = at;
    while (at + 1 < end && !tokens[at].is(",")) at = tokens[at].is("(") ? after_group(tokens, at, end - 1) : at + 1;
    if (tokens[name].kind != TokenKind::kIdentifier) return;
    preprocessor_.give_way(tokens[name].text);  // a macro that was there before
    if (name + 1 < at && tokens[name + 1].is("=")) {
      try {
        TextPool pool;
        const std::span<const Token> text(tokens.data() + name + 2, at - name - 2);
        value = evaluate_condition(preprocessor_.expand(text, pool), tokens[name].pos);
      } catch (const CompileError&) {
        return;  // an enum that needs more than arithmetic; using its names is reported as unknown
      }
    }
    EnumConstant& constant = enum_constants_[tokens[name].text];
    note_rival(Kind::kEnumConstant, tokens[name].text, constant.pos, tokens[name].pos, constant.value == value);
    constant = {value++, tokens[name].pos};
    ++at;
  }
}

}  // namespace vmalab
