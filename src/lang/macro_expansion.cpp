// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <array>
#include <memory>

#include "lang/preprocessor.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxTokens = 2'000'000;
constexpr std::size_t kMaxMadeText = 1'000'000;
constexpr int kMaxDepth = 60;

/// Text that is being read: the input, or what a macro put in its place.
struct Stream {
  const Token* at;
  const Token* end;
  const Macro* macro = nullptr;  ///< not expanded again while this is being read
  MacroUse* alias = nullptr;     ///< set when the text is one invocation of a statement-expression macro
  bool fresh = true;             ///< nothing has been read from it yet
  std::shared_ptr<std::vector<Token>> owned;
};

struct Argument {
  std::vector<Token> raw;
  std::vector<Token> expanded;
  bool is_expanded = false;
};

bool is_assignment(const Token& token) {
  constexpr std::array<std::string_view, 13> kOperators{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"};
  return token.kind == TokenKind::kPunct && std::find(kOperators.begin(), kOperators.end(), token.text) != kOperators.end();
}

class Expander {
 public:
  Expander(const Preprocessor& preprocessor, TextPool& pool) : preprocessor_(preprocessor), pool_(pool) {}

  void run(std::span<const Token> input, std::vector<Token>& out, int depth) {
    if (depth > kMaxDepth) throw CompileError{input.front().pos, "macro invocations are nested too deeply here"};
    std::vector<Stream> stack;
    stack.push_back({input.data(), input.data() + input.size(), nullptr, nullptr, true, nullptr});
    Token token;
    MacroUse* alias = nullptr;
    while (take(stack, token, alias)) {
      if (token.kind != TokenKind::kIdentifier || token.no_expand) {
        emit(out, token);
        continue;
      }
      const bool asks = token.text == "IS_ENABLED" || token.text == "IS_BUILTIN" || token.text == "IS_REACHABLE" || token.text == "IS_MODULE";
      if (asks && next_is_paren(stack)) {
        answer_is_enabled(stack, token, out);
        continue;
      }
      const Macro* macro = preprocessor_.find(token.text);
      if (macro == nullptr && next_is_paren(stack)) macro = preprocessor_.find_family(token.text);
      if (macro == nullptr || (macro->function_like && !next_is_paren(stack))) {
        emit(out, token);
        continue;
      }
      if (std::find(active_.begin(), active_.end(), macro) != active_.end()) {
        token.no_expand = true;
        emit(out, token);
        continue;
      }
      std::vector<Argument> arguments;
      SourcePos end = token.end;
      if (macro->function_like) arguments = collect(stack, *macro, token, end);
      stack.push_back(substitute(*macro, arguments, token, end, alias, depth));
      active_.push_back(macro);
      if (stack.size() > 1000) throw CompileError{token.pos, "macros are nested too deeply here"};
    }
  }

 private:
  void count(SourcePos pos) {
    if (++produced_ > kMaxTokens) {
      throw CompileError{pos, "macro expansion grows beyond " + std::to_string(kMaxTokens) + " tokens here"};
    }
  }
  void count_text(const std::string& text, SourcePos pos) {
    made_text_ += text.size();
    if (made_text_ > kMaxMadeText) throw CompileError{pos, "the texts that macros make here grow too long"};
  }
  void emit(std::vector<Token>& out, const Token& token) {
    count(token.pos);
    out.push_back(token);
  }

  void pop(std::vector<Stream>& stack) {
    if (stack.back().macro != nullptr) {
      const auto found = std::find(active_.rbegin(), active_.rend(), stack.back().macro);
      if (found != active_.rend()) active_.erase(std::next(found).base());
    }
    stack.pop_back();
  }

  bool take(std::vector<Stream>& stack, Token& token, MacroUse*& alias) {
    while (!stack.empty() && stack.back().at == stack.back().end) pop(stack);
    if (stack.empty()) return false;
    Stream& top = stack.back();
    alias = top.fresh ? top.alias : nullptr;
    top.fresh = false;
    token = *top.at++;
    return true;
  }

  static bool next_is_paren(const std::vector<Stream>& stack) {
    for (auto stream = stack.rbegin(); stream != stack.rend(); ++stream) {
      if (stream->at != stream->end) return stream->at->is("(");
    }
    return false;
  }

  std::vector<Argument> collect(std::vector<Stream>& stack, const Macro& macro, const Token& name, SourcePos& end) {
    std::vector<Argument> arguments(1);
    Token token;
    MacroUse* alias = nullptr;
    take(stack, token, alias);  // the parenthesis that next_is_paren() saw
    int open = 1;
    while (true) {
      if (!take(stack, token, alias)) {
        throw CompileError{name.pos, "the invocation of " + std::string(macro.name) + " has no closing parenthesis"};
      }
      count(name.pos);
      if (token.pos.file == name.pos.file && token.pos.line == name.pos.line && token.end.column > end.column) end = token.end;
      if (token.is("(")) ++open;
      if (token.is(")") && --open == 0) break;
      const bool in_rest = macro.variadic && arguments.size() == macro.parameters.size();
      if (open == 1 && token.is(",") && !in_rest) {
        arguments.emplace_back();
        continue;
      }
      arguments.back().raw.push_back(token);
    }
    if (macro.parameters.empty() && arguments.size() == 1 && arguments[0].raw.empty()) arguments.clear();
    if (macro.variadic && arguments.size() + 1 == macro.parameters.size()) arguments.emplace_back();
    if (arguments.size() != macro.parameters.size()) {
      throw CompileError{name.pos, "the macro " + std::string(macro.name) + " takes " + std::to_string(macro.parameters.size()) + " arguments, not " +
                                       std::to_string(arguments.size())};
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) refuse_dropped_effect(macro, i, arguments[i].raw, name);
    return arguments;
  }

  /// What a primitive has no use for is not evaluated, which must make no difference.
  void refuse_dropped_effect(const Macro& macro, std::size_t parameter, const std::vector<Token>& argument, const Token& name) const {
    const std::string_view wanted = macro.parameters[parameter];
    const bool used = std::any_of(macro.body.begin(), macro.body.end(), [&](const Token& token) { return token.is(wanted); });
    // A kernel without CONFIG_DEBUG_VM, or without lockdep, does not look at it either.
    const bool debugs = name.text.starts_with("VM_WARN") || name.text.starts_with("VM_BUG") || name.text.starts_with("lockdep_assert");
    if ((used && !debugs) || !macro.locked) return;
    for (std::size_t i = 0; i < argument.size(); ++i) {
      const bool call = argument[i].kind == TokenKind::kIdentifier && i + 1 < argument.size() && argument[i + 1].is("(");
      if (!is_assignment(argument[i]) && !(call && preprocessor_.may_write(argument[i].text))) continue;
      throw CompileError{argument[i].pos, (used ? "only a kernel that is built for debugging evaluates what " + std::string(name.text) + "() is given"
                                                : "the simulator's " + std::string(name.text) + "() does not evaluate this argument") +
                                              ", and `" + std::string(argument[i].text) +
                                              "` would change something: write it in a statement of its own"};
    }
  }

  void answer_is_enabled(std::vector<Stream>& stack, const Token& name, std::vector<Token>& out) {
    Token token;
    MacroUse* alias = nullptr;
    take(stack, token, alias);
    Token option;
    take(stack, option, alias);
    if (option.kind != TokenKind::kIdentifier || !take(stack, token, alias) || !token.is(")")) {
      throw CompileError{name.pos, std::string(name.text) + " takes one option, such as CONFIG_LOCKDEP"};
    }
    Token answer = name;
    answer.kind = TokenKind::kNumber;
    answer.text = !name.is("IS_MODULE") && preprocessor_.find(option.text) != nullptr ? "1" : "0";
    if (token.pos.line == name.pos.line && token.pos.file == name.pos.file) answer.end = token.end;
    emit(out, answer);
  }

  static int parameter_index(const Macro& macro, const Token& token) {
    if (token.kind != TokenKind::kIdentifier) return -1;
    const auto found = std::find(macro.parameters.begin(), macro.parameters.end(), token.text);
    return found == macro.parameters.end() ? -1 : static_cast<int>(found - macro.parameters.begin());
  }

  Stream substitute(const Macro& macro, std::vector<Argument>& arguments, const Token& name, SourcePos end, MacroUse* alias, int depth) {
    const bool statement = preprocessor_.is_statement_macro(macro);
    const bool opens = statement && macro.body[0].is("(");
    if (statement && alias == nullptr) alias = &pool_.uses.emplace_back(MacroUse{macro.name, name.pos, macro.definition});
    auto text = std::make_shared<std::vector<Token>>();
    const auto place = [&](Token token) {
      if (!statement) {
        token.pos = name.pos;
        token.end = end;
      }
      return token;
    };
    const std::vector<Token>& body = macro.body;
    for (std::size_t i = 0; i < body.size(); ++i) {
      const bool pastes = i + 1 < body.size() && body[i + 1].is("##");
      if (body[i].is("#") && macro.function_like && i + 1 < body.size() && parameter_index(macro, body[i + 1]) >= 0) {
        const int p = parameter_index(macro, body[++i]);
        text->push_back(place(stringify(arguments[static_cast<std::size_t>(p)].raw, body[i])));
        count(name.pos);
        continue;
      }
      if (body[i].is("##") && i > 0 && i + 1 < body.size() && !text->empty()) {
        paste(macro, arguments, body[++i], *text, name);
        continue;
      }
      const int p = macro.function_like ? parameter_index(macro, body[i]) : -1;
      if (p < 0) {
        text->push_back(place(body[i]));
        count(name.pos);
        continue;
      }
      Argument& argument = arguments[static_cast<std::size_t>(p)];
      if (!pastes && !argument.is_expanded) {
        if (!argument.raw.empty()) run(argument.raw, argument.expanded, depth + 1);
        argument.is_expanded = true;
      }
      bool first = true;
      for (Token token : pastes ? argument.raw : argument.expanded) {
        if (first) token.space_before = body[i].space_before;
        first = false;
        text->push_back(token);
        count(name.pos);
      }
    }
    if (opens && !text->empty()) text->front().use = alias;
    const bool passes_on = statement && !opens;
    return {text->data(), text->data() + text->size(), &macro, passes_on ? alias : nullptr, true, text};
  }

  void paste(const Macro& macro, std::vector<Argument>& arguments, const Token& right, std::vector<Token>& text, const Token& name) {
    const int p = parameter_index(macro, right);
    std::vector<Token> tokens{right};
    if (p >= 0) tokens = arguments[static_cast<std::size_t>(p)].raw;
    if (tokens.empty()) {
      // `, ## __VA_ARGS__` drops the comma when there are no variable arguments.
      if (text.back().is(",")) text.pop_back();
      return;
    }
    if (!text.back().is(",")) {
      std::string& joined = pool_.strings.emplace_back(std::string(text.back().text) + std::string(tokens[0].text));
      count_text(joined, name.pos);
      text.back().text = joined;
      tokens.erase(tokens.begin());
    }
    for (const Token& token : tokens) {
      count(name.pos);
      text.push_back(token);
    }
  }

  Token stringify(const std::vector<Token>& tokens, const Token& where) {
    std::string& text = pool_.strings.emplace_back("\"");
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && tokens[i].space_before) text += ' ';
      for (const char c : tokens[i].text) {
        if ((c == '"' || c == '\\') && (tokens[i].kind == TokenKind::kString || tokens[i].kind == TokenKind::kChar)) text += '\\';
        text += c;
      }
    }
    text += '"';
    count_text(text, where.pos);
    Token token = where;
    token.kind = TokenKind::kString;
    token.text = text;
    return token;
  }

  const Preprocessor& preprocessor_;
  TextPool& pool_;
  std::vector<const Macro*> active_;
  std::size_t produced_ = 0;
  std::size_t made_text_ = 0;
};

}  // namespace

std::vector<Token> Preprocessor::expand(std::span<const Token> tokens, TextPool& pool) const {
  std::vector<Token> out;
  out.reserve(tokens.size());
  if (!tokens.empty()) Expander(*this, pool).run(tokens, out, 0);
  return out;
}

}  // namespace vmalab
