// SPDX-License-Identifier: GPL-2.0-only
// What the files define, by name, parsed when somebody asks for it.
#include <algorithm>
#include <utility>

#include "lang/declarations.h"

namespace vmalab {
namespace {

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

/// Whoever asks for it does not say in which file.
void Declarations::refuse_rivals(Kind kind, std::string_view name) const {
  const auto found = rivals_.find({kind, name});
  if (found == rivals_.end()) return;
  CompileError error{found->second.second, "another file defines another `" + std::string(name) + "`: which of them is meant is not followed"};
  error.other = found->second.first;
  throw error;
}

const Declarations::Variable* Declarations::find_variable(std::string_view name) const {
  refuse_rivals(Kind::kVariable, name);
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
  refuse_rivals(Kind::kStruct, name);
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
  refuse_rivals(Kind::kTypedef, name);
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
  refuse_rivals(Kind::kEnumConstant, name);
  const auto found = enum_constants_.find(name);
  return found == enum_constants_.end() ? nullptr : &found->second.value;
}

}  // namespace vmalab
