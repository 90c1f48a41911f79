// SPDX-License-Identifier: GPL-2.0-only
#include "lang/preprocessor.h"

#include <algorithm>

namespace vmalab {
namespace {

constexpr std::string_view kFamily = "__vmalab_any_";

std::size_t line_end(const std::vector<Token>& tokens, std::size_t at) {
  while (at < tokens.size() && !tokens[at].line_start) ++at;
  return at;
}

Token number_token(bool value, const Token& where) {
  Token token = where;
  token.kind = TokenKind::kNumber;
  token.text = value ? "1" : "0";
  return token;
}

bool alike(const Macro& a, const Macro& b) {
  const auto same = [](const Token& x, const Token& y) { return x.text == y.text; };
  return a.parameters == b.parameters && std::equal(a.body.begin(), a.body.end(), b.body.begin(), b.body.end(), same);
}

std::string body_of(const Macro& macro) {
  std::string text;
  for (const Token& token : macro.body) {
    const bool parameter = macro.parameters.size() == 1 && token.is(macro.parameters.front());
    text += parameter ? "x" : std::string(token.text);
  }
  return text;
}

}  // namespace

void Preprocessor::define_constant(std::string_view name, std::string_view value) {
  Macro macro;
  macro.name = name;
  macro.locked = true;
  Token one;
  one.kind = TokenKind::kNumber;
  one.text = value;
  macro.body.push_back(one);
  macros_[name] = std::move(macro);
}

const Macro* Preprocessor::find(std::string_view name) const {
  const auto found = macros_.find(name);
  return found == macros_.end() ? nullptr : &found->second;
}

const Macro* Preprocessor::find_family(std::string_view name) const {
  // A value has 32 bits, so the wide atomics are the narrow ones.
  for (const std::string_view wide : {"atomic_long_", "atomic64_"}) {
    if (name.starts_with(wide) && functions_.count(name) == 0) return find("atomic_" + std::string(name.substr(wide.size())));
  }
  std::string_view best;
  for (const std::string_view prefix : families_) {
    if (name.starts_with(prefix) && prefix.size() > best.size()) best = prefix;
  }
  if (best.empty() || functions_.count(name) > 0) return nullptr;
  const auto made = members_.find(name);
  if (made != members_.end()) return &made->second;
  const auto rule = std::find_if(macros_.begin(), macros_.end(),
                                 [&](const auto& entry) { return entry.first.starts_with(kFamily) && entry.first.substr(kFamily.size()) == best; });
  if (rule == macros_.end()) return nullptr;
  Macro& member = members_[std::string(name)];
  member = rule->second;
  member.name = members_.find(name)->first;
  member_names_.push_back('"' + std::string(name) + '"');
  for (Token& token : member.body) {
    if (!token.is("__vmalab_name")) continue;
    token.kind = TokenKind::kString;
    token.text = member_names_.back();
  }
  return &member;
}

bool Preprocessor::is_statement_macro(const Macro& macro, int depth) const {
  if (!macro.function_like || macro.body.size() < 4 || depth > 8) return false;
  const std::vector<Token>& body = macro.body;
  if (body[0].is("(") && body[1].is("{")) return true;
  if (body[0].kind != TokenKind::kIdentifier || !body[1].is("(") || !body.back().is(")")) return false;
  const Macro* inner = find(body[0].text);
  return inner != nullptr && inner->name != macro.name && is_statement_macro(*inner, depth + 1);
}

bool Preprocessor::may_write(std::string_view name) const {
  const auto has = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (has("is_") || has("held") || has("assert") || name == "refcount_read" || (name.starts_with("atomic") && name.ends_with("_read"))) return false;
  if (functions_.count(name) > 0) return true;
  const Macro* const macro = find(name);
  if (macro == nullptr || !macro->locked) return false;
  for (const char* part : {"inc", "dec",  "add",   "sub", "set",  "xchg", "lock", "store", "WRITE", "put",
                           "get", "wake", "_and_", "_or", "grab", "drop", "free", "alloc", "start", "end"}) {
    if (has(part)) return true;
  }
  return false;
}

void Preprocessor::give_way(std::string_view name) {
  const auto found = macros_.find(name);
  if (found != macros_.end() && !found->second.locked) macros_.erase(found);
}

void Preprocessor::define(std::span<const Token> line, const FileRules& rules) {
  if (line.empty() || line[0].kind != TokenKind::kIdentifier) return;
  Macro macro;
  macro.name = line[0].text;
  macro.definition = line[0].pos;
  macro.locked = rules.lock;
  std::size_t at = 1;
  if (at < line.size() && line[at].is("(") && !line[at].space_before) {
    macro.function_like = true;
    for (++at; at < line.size() && !line[at].is(")"); ++at) {
      if (line[at].is("...")) {
        macro.variadic = true;
        macro.parameters.push_back("__VA_ARGS__");
      } else if (line[at].kind == TokenKind::kIdentifier) {
        // `args...` names the variable arguments.
        macro.parameters.push_back(line[at].text);
        if (at + 1 < line.size() && line[at + 1].is("...")) {
          macro.variadic = true;
          ++at;
        }
      } else if (!line[at].is(",")) {
        break;
      }
    }
    if (at >= line.size() || !line[at].is(")")) {
      if (rules.lenient) return;
      throw CompileError{line[0].pos, "the parameter list of this macro does not end"};
    }
    ++at;
  }
  if (rules.constants_only && macro.function_like) return;
  // Answered by the machine, whatever a file says.
  const bool asks = macro.name == "IS_ENABLED" || macro.name == "IS_BUILTIN" || macro.name == "IS_REACHABLE" || macro.name == "IS_MODULE";
  if (asks && rules.strict) refused_.push_back({line[0], {}});
  macro.body.assign(line.begin() + static_cast<std::ptrdiff_t>(at), line.end());
  if (const auto asked = missing_.find(macro.name); rules.strict && asked != missing_.end() && asked->second.file != macro.definition.file) {
    throw CompileError{line[0].pos, std::string(macro.name) + " is defined here, and a file that was read before asks whether it is (its line " +
                                        std::to_string(asked->second.line) +
                                        "): what it would find in the kernel is not known, so this tree cannot be judged"};
  }
  const auto existing = macros_.find(macro.name);
  if (existing != macros_.end()) {
    if (existing->second.locked && !rules.may_unlock) {
      if (!alike(existing->second, macro)) refused_.push_back({line[0], body_of(macro)});
      return;
    }
    if (rules.strict && of_the_tree_.count(macro.name) > 0) {
      if (!alike(existing->second, macro)) changed_.push_back(line[0]);
    }
    if (rules.strict) of_the_tree_.insert(macro.name);
    existing->second = std::move(macro);
    return;
  }
  if (macro.name.starts_with(kFamily) && macro.name.size() > kFamily.size() && macro.function_like)
    families_.push_back(macro.name.substr(kFamily.size()));
  if (rules.strict) of_the_tree_.insert(macro.name);
  macros_.emplace(macro.name, std::move(macro));
}

/// What an #ifdef asks.
bool Preprocessor::is_defined(const Token& name, const FileRules& rules) {
  const bool defined = find(name.text) != nullptr;
  if (!defined && rules.strict) missing_.emplace(name.text, name.pos);
  return defined;
}

bool Preprocessor::condition(std::span<const Token> line, const FileRules& rules) {
  const SourcePos where = line.empty() ? SourcePos{} : line.front().pos;
  try {
    // defined(X) is answered before expansion, which would replace X.
    std::vector<Token> answered;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!line[i].is("defined")) {
        answered.push_back(line[i]);
        continue;
      }
      const bool paren = i + 1 < line.size() && line[i + 1].is("(");
      const std::size_t name = i + (paren ? 2 : 1);
      if (name >= line.size()) throw CompileError{line[i].pos, "`defined` needs a name"};
      answered.push_back(number_token(is_defined(line[name], rules), line[i]));
      i = name + (paren ? 1 : 0);
    }
    TextPool pool;
    return evaluate_condition(expand(answered, pool), where, rules.strict) != 0;
  } catch (const CompileError&) {
    if (!rules.lenient || rules.strict) throw;
    return false;
  }
}

std::vector<Token> Preprocessor::read(const std::vector<Token>& tokens, const FileRules& rules) {
  struct If {
    SourcePos pos;
    bool outer_active, taken, active;
    bool has_else = false;
  };
  std::vector<If> ifs;
  std::vector<Token> out;
  bool active = true;
  for (std::size_t at = 0; at < tokens.size() && tokens[at].kind != TokenKind::kEnd;) {
    if (!tokens[at].line_start || !tokens[at].is("#")) {
      if (active) out.push_back(tokens[at]);
      ++at;
      continue;
    }
    const SourcePos pos = tokens[at].pos;
    const std::size_t end = line_end(tokens, at + 1);
    const std::span<const Token> line(tokens.data() + at + 1, end - at - 1);
    at = end;
    if (line.empty()) continue;
    const std::string_view name = line[0].text;
    const std::span<const Token> rest = line.subspan(1);
    if (name == "if" || name == "ifdef" || name == "ifndef") {
      bool value = false;
      if (active && name == "if") {
        value = condition(rest, rules);
      } else if (active) {
        if (rest.empty()) throw CompileError{pos, "expected a name after #" + std::string(name)};
        value = is_defined(rest[0], rules) == (name == "ifdef");
      }
      ifs.push_back({pos, active, value, active && value});
      active = ifs.back().active;
    } else if (name == "elif" || name == "else") {
      if (ifs.empty()) throw CompileError{pos, "#" + std::string(name) + " without #if"};
      If& top = ifs.back();
      if (top.has_else) throw CompileError{pos, "#" + std::string(name) + " behind the #else of this #if"};
      top.has_else = name == "else";
      const bool value = top.outer_active && !top.taken && (name == "else" || condition(rest, rules));
      top.taken = top.taken || value;
      active = top.active = value;
    } else if (name == "endif") {
      if (ifs.empty()) throw CompileError{pos, "#endif without #if"};
      active = ifs.back().outer_active;
      ifs.pop_back();
    } else if (!active) {
      continue;
    } else if (name == "define") {
      define(rest, rules);
    } else if (name == "undef" && !rest.empty()) {
      const auto found = macros_.find(rest[0].text);
      const bool locked = found != macros_.end() && found->second.locked && !rules.may_unlock;
      if (locked)
        refused_.push_back({rest[0], {}});
      else if (found != macros_.end()) {
        if (rules.strict && of_the_tree_.count(found->first) > 0) changed_.push_back(rest[0]);
        macros_.erase(found);
      }
    } else if (name == "error" && !rules.lenient) {
      throw CompileError{pos, "the file refuses this configuration with #error"};
    }
    // #include, #pragma and the rest: which files are read, and in which order, is not the text's to say.
  }
  if (!ifs.empty()) throw CompileError{ifs.back().pos, "this #if has no #endif"};
  return out;
}

}  // namespace vmalab
