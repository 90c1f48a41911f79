// SPDX-License-Identifier: GPL-2.0-only
#include "lang/declarations.h"

#include <algorithm>
#include <array>

#include "lang/lock_functions.h"

namespace vmalab {
namespace {

constexpr std::array<std::string_view, 12> kNotAFunction{"__attribute__",     "__printf",          "__acquires",      "__releases",
                                                         "__must_hold",       "__section",         "__aligned",       "if",
                                                         "__acquires_shared", "__releases_shared", "__cond_acquires", "while"};

/// Position after the closing bracket that matches the one at `at`. Outside function bodies brackets that do not match are
/// an error wherever they stand: from there on nobody could tell what belongs to what.
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

bool is_lock_definition(const Token& token) {
  return token.is("DEFINE_SPINLOCK") || token.is("DEFINE_RAW_SPINLOCK") || token.is("DEFINE_MUTEX") || token.is("DECLARE_RWSEM");
}

bool is_guard_definition(const std::vector<Token>& tokens, std::size_t at) {
  constexpr std::array<std::string_view, 5> kForms{"DEFINE_GUARD", "DEFINE_GUARD_COND", "DEFINE_LOCK_GUARD_0", "DEFINE_LOCK_GUARD_1", "DEFINE_FREE"};
  return at + 1 < tokens.size() && tokens[at + 1].is("(") && std::find(kForms.begin(), kForms.end(), tokens[at].text) != kForms.end();
}

/// How many types are being looked up for the sake of one: a chain without an end is no type.
class Depth {
 public:
  explicit Depth(int& depth) : depth_(depth) { ++depth_; }
  ~Depth() { --depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  bool too_deep() const { return depth_ > 64; }

 private:
  int& depth_;
};

}  // namespace

bool is_annotation(std::string_view name) { return std::find(kNotAFunction.begin(), kNotAFunction.end(), name) != kNotAFunction.end(); }

void Declarations::take_away(std::string_view name) {
  if (functions_.erase(name) > 0) taken_away_.insert(name);
}

Declarations::Declarations() {
  for (const std::string_view option : configured_options()) preprocessor_.define_constant(option);
  preprocessor_.define_constant("__KERNEL__");
  preprocessor_.define_constant("BITS_PER_LONG", "64");
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
            Variable& variable = variables_[tokens[at].text];
            variable.name = tokens[at].text;
            variable.pos = tokens[at].pos;
            variable.tokens.assign(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(at + 1));
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
        structure = Struct();
        structure.pos = tokens[at + 1].pos;
        structure.tokens = slice(body + 1, last - 1);
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
    alias = Typedef();
    alias.tokens = slice(first + 1, last);
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
      variables_[variable.name] = std::move(variable);
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
      variables_[variable.name] = variable;
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
    enum_constants_[tokens[name].text] = value++;
    ++at;
  }
}

const Declarations::Function* Declarations::find_function(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

const Declarations::Function* Declarations::find_function(std::string_view name, std::uint16_t from) const {
  const Function* everybodys = find_function(name);
  const auto own = statics_.find({name, from});
  const bool redefined = everybodys != nullptr && everybodys->pos.file > last_tree_file_;  // by a variant, or somebody's own code
  if (own == statics_.end() || redefined || (everybodys != nullptr && everybodys->pos == own->second.pos)) return everybodys;
  return &own->second;
}

void Declarations::begin_tree_file(std::uint16_t file, bool has_statics) {
  if (first_tree_file_ < 0) first_tree_file_ = file;
  last_tree_file_ = file;
  has_statics_ = has_statics;
}

std::optional<Type> Declarations::prototype_result(std::string_view name) const {
  const auto found = prototypes_.find(name);
  if (found == prototypes_.end()) return std::nullopt;
  FunctionAst ast;
  try {
    // The name itself may be a macro; only the type before it is expanded.
    const std::span<const Token> type(found->second.data(), found->second.size() - 1);
    std::vector<Token> tokens = preprocessor_.expand(type, ast.pool);
    tokens.push_back(found->second.back());
    return Parser(tokens, *this, ast, found->second.back().pos).parse_typedef().second;
  } catch (const CompileError&) {
    return std::nullopt;
  }
}

const FunctionAst& Declarations::parse(const Function& function) const {
  std::unique_ptr<FunctionAst>& ast = parsed_[&function];
  if (ast != nullptr) return *ast;
  auto fresh = std::make_unique<FunctionAst>();
  const std::vector<Token> tokens = preprocessor_.expand(function.tokens, fresh->pool);
  Parser(tokens, *this, *fresh, function.pos).parse_function();
  fresh->name = function.name;
  fresh->of_the_lock = function.of_the_lock;
  ast = std::move(fresh);
  return *ast;
}

const Declarations::Variable* Declarations::find_variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

const Stmt* Declarations::parse_variable(std::string_view name) const {
  const Variable* variable = find_variable(name);
  if (variable == nullptr) return nullptr;
  std::unique_ptr<FunctionAst>& ast = parsed_variables_[variable->name];
  if (ast == nullptr) {
    auto fresh = std::make_unique<FunctionAst>();
    std::vector<Token> tokens = variable->tokens;
    Token end = tokens.back();
    end.kind = TokenKind::kPunct;
    end.text = ";";
    tokens.push_back(end);
    if (!tokens.front().is("static")) {
      // Of one file or of all: it is the same word.
      Token keyword = tokens.front();
      keyword.kind = TokenKind::kIdentifier;
      keyword.text = "static";
      tokens.insert(tokens.begin(), keyword);
    }
    tokens = preprocessor_.expand(tokens, fresh->pool);
    fresh->body = Parser(tokens, *this, *fresh, variable->pos).parse_variable();
    ast = std::move(fresh);
  }
  return ast->body;
}

std::optional<Declarator> Declarations::find_object_field(std::string_view object, std::string_view field) const {
  const auto found = object_fields_.find(object);
  if (found == object_fields_.end()) return std::nullopt;
  const std::vector<Token>& tokens = found->second;
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    const bool ends = at + 1 == tokens.size() || tokens[at + 1].is(";") || tokens[at + 1].is("[") || tokens[at + 1].is(":") || tokens[at + 1].is(",");
    if (tokens[at].text != field || !ends) continue;
    std::size_t first = at;
    while (first > 0 && !tokens[first - 1].is(";") && !tokens[first - 1].is("{") && !tokens[first - 1].is("}")) --first;
    std::size_t last = at + 1;
    if (last < tokens.size() && tokens[last].is("[")) last = after_group(tokens, last, tokens.size());
    std::vector<Token> text(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.begin() + static_cast<std::ptrdiff_t>(last));
    auto& ast = field_asts_.emplace_back(std::make_unique<FunctionAst>());
    text = preprocessor_.expand(text, ast->pool);
    return Parser(text, *this, *ast, tokens[at].pos).parse_field();
  }
  return std::nullopt;
}

bool Declarations::lacks_field(std::string_view object, std::string_view field) const {
  const auto found = object_fields_.find(object);
  return found != object_fields_.end() &&
         std::none_of(found->second.begin(), found->second.end(), [&](const Token& token) { return token.is(field); });
}

void Declarations::check_known_fields(std::uint16_t file) const {
  for (const auto& entry : object_fields_) {
    const std::string_view object = entry.first;
    const std::vector<Token>& tokens = entry.second;
    for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
      if (tokens[at].pos.file != file || tokens[at].kind != TokenKind::kIdentifier || tokens[at - 1].is("}")) continue;
      const FieldInfo* const field = find_field(*find_object(object), tokens[at].text);
      const Token& next = tokens[at + 1];
      const bool cut = next.is(":") || next.is("[");
      const bool ends = cut || next.is(";") || next.is(",") || next.kind == TokenKind::kIdentifier;  // an attribute
      if (field == nullptr || !ends) continue;
      std::size_t first = at;
      while (first > 0 && !tokens[first - 1].is(";") && !tokens[first - 1].is("{") && !tokens[first - 1].is("}")) --first;
      // `atomic_t users, count`: the type stands before the first name, and the stars before each.
      std::size_t name = first;
      while (name < at && !tokens[name + 1].is(",")) ++name;
      std::size_t stars = at;
      while (stars > first && tokens[stars - 1].is("*")) --stars;
      std::size_t last = std::min(name, stars);
      while (last > first && tokens[last - 1].is("*")) --last;
      std::string type;
      const auto add = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
          const bool says_nothing = tokens[i].is("const") || tokens[i].is("volatile") || tokens[i].text.starts_with("__");
          if (!says_nothing) type += (type.empty() ? "" : " ") + std::string(tokens[i].text);
        }
      };
      add(first, last);
      add(stars, at);
      const Type* const integer = find_integer_name(type == "unsigned" ? "u32" : type);
      const bool same = type == field->type || (integer != nullptr && integer->bytes == 0 && *integer == named_type(field->type));
      if (same && !cut) continue;
      throw CompileError{tokens[at].pos, std::string(field->name) + " of struct " + std::string(object) + " is `" + type +
                                             (next.is(":")   ? "` of some bits"
                                              : next.is("[") ? "` in an array"
                                                             : "`") +
                                             " here, and `" + std::string(field->type) +
                                             "` in the simulator: what runs would not be this lock, so it cannot be judged"};
    }
  }
}

const StructType* Declarations::find_struct(std::string_view name) const {
  const Depth depth(depth_);
  const auto found = structs_.find(name);
  if (found == structs_.end() || depth.too_deep()) return nullptr;
  Struct& structure = found->second;
  if (structure.type != nullptr) return structure.type.get();
  // A struct that points at itself, or one that the subset cannot hold, can still be pointed at.
  if (structure.busy) return nullptr;
  structure.busy = true;
  try {
    auto type = std::make_unique<StructType>();
    type->name = found->first;
    type->pos = structure.pos;
    structure.ast = std::make_unique<FunctionAst>();
    const std::vector<Token> tokens = preprocessor_.expand(structure.tokens, structure.ast->pool);
    Parser(tokens, *this, *structure.ast, structure.pos).parse_members(*type);
    structure.type = std::move(type);
  } catch (const CompileError&) {
    return nullptr;  // stays busy: it is not tried again
  }
  structure.busy = false;
  return structure.type.get();
}

const Type* Declarations::find_typedef(std::string_view name) const {
  const Depth depth(depth_);
  const auto found = typedefs_.find(name);
  if (found == typedefs_.end() || found->second.busy || depth.too_deep()) return nullptr;
  Typedef& alias = found->second;
  if (!alias.parsed) {
    alias.parsed = alias.busy = true;
    try {
      alias.ast = std::make_unique<FunctionAst>();
      const std::vector<Token> tokens = preprocessor_.expand(alias.tokens, alias.ast->pool);
      alias.type = Parser(tokens, *this, *alias.ast, alias.tokens.front().pos).parse_typedef().second;
      alias.usable = true;
    } catch (const CompileError&) {
      alias.usable = false;
    }
    alias.busy = false;
  }
  return alias.usable ? &alias.type : nullptr;
}

const long long* Declarations::find_enum_constant(std::string_view name) const {
  const auto found = enum_constants_.find(name);
  return found == enum_constants_.end() ? nullptr : &found->second;
}

}  // namespace vmalab
