// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cctype>
#include <map>

#include "litmus/litmus.h"

namespace vmalab::litmus {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return std::string(text);
}

/// Every run of white space is a blank.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank || out.back() != ' ') out += blank ? ' ' : c;
  }
  return out;
}

struct Refused {
  std::size_t at;
  std::string why;
};

/// A shared variable: its C type, with the stars that belong to it, and what it has at the start.
struct Variable {
  std::string type;
  std::string initial;
};

struct Process {
  std::vector<std::string> parameters;         ///< names
  std::size_t begin = 0, open = 0, close = 0;  ///< of its text: the name, the brace, the last brace
  std::vector<std::string> registers;          ///< that the condition asks for
  std::vector<std::string> atoms;              ///< conditions on its registers, bit by bit of what it returns
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(without_comments(text)), original_(text) { test_.file = file; }

  Result<Test> parse() {
    try {
      header();
      initial_values();
      processes();
      condition();
      return finish();
    } catch (const Refused& refused) {
      Diagnostic error;
      error.file = test_.file;
      error.line = static_cast<int>(
                       std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(refused.at, text_.size())), '\n')) +
                   1;
      error.message = refused.why;
      return tl::unexpected(std::move(error));
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw Refused{at_, why}; }

  /// Comments become blanks: every place stays where it is.
  static std::string without_comments(std::string_view text) {
    std::string out(text);
    const auto blank = [&out](std::size_t from, std::size_t to) {
      for (; from < to && from < out.size(); ++from) out[from] = out[from] == '\n' ? '\n' : ' ';
    };
    for (std::size_t i = 0; i + 1 < out.size(); ++i) {
      const std::string_view rest = std::string_view(out).substr(i);
      if (rest.starts_with("//")) {
        blank(i, std::min(out.find('\n', i), out.size()));
      } else if (rest.starts_with("/*")) {
        const std::size_t end = out.find("*/", i + 2);
        blank(i, end == std::string::npos ? out.size() : end + 2);
      } else if (rest.starts_with("(*") && (rest.size() < 3 || std::isspace(static_cast<unsigned char>(rest[2])) != 0 || rest[2] == 0x2a)) {
        const std::size_t end = out.find("*)", i + 2);
        if (end != std::string::npos) blank(i, end + 2);
      }
    }
    return out;
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool take(std::string_view what) {
    skip();
    if (!std::string_view(text_).substr(at_).starts_with(what)) return false;
    if (is_word(what.back()) && at_ + what.size() < text_.size() && is_word(text_[at_ + what.size()])) return false;
    at_ += what.size();
    return true;
  }
  void expect(std::string_view what) {
    if (!take(what)) refuse("expected `" + std::string(what) + "`");
  }
  std::string word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == at_) refuse("expected a name or a number");
    const std::string found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
  }
  /// The place of what closes the bracket at `open`.
  std::size_t closing(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; i < text_.size(); ++i) {
      if (std::string_view("([{").find(text_[i]) != std::string_view::npos) ++depth;
      if (std::string_view(")]}").find(text_[i]) != std::string_view::npos && --depth == 0) return i;
    }
    throw Refused{open, "this bracket is never closed"};
  }

  void header() {
    if (!take("C")) refuse("expected a litmus test in C: its first word is `C`");
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    test_.name = trimmed(std::string_view(text_).substr(at_, end - at_));
    if (test_.name.empty()) refuse("expected the name of the test");
    for (const std::string_view result : {"Always", "Sometimes", "Never"}) {
      for (std::size_t at = original_.find("Result:"); at != std::string_view::npos; at = original_.find("Result:", at + 1)) {
        if (!trimmed(original_.substr(at + 7, 40)).starts_with(result)) continue;
        test_.expected = result == "Always" ? Answer::kAlways : result == "Never" ? Answer::kNever : Answer::kSometimes;
      }
    }
    at_ = std::min(text_.find('{', end), text_.size());
    if (at_ == text_.size()) refuse("expected `{`: what the variables are at the start");
  }

  /// "int *x": the type without qualifiers and the name.
  std::pair<std::string, std::string> declarator(std::string_view text) const {
    std::string declared = trimmed(text);
    if (const std::size_t bracket = declared.find('['); bracket != std::string::npos) refuse("arrays are not supported");
    std::size_t begin = declared.size();
    while (begin > 0 && is_word(declared[begin - 1])) --begin;
    const std::string name = declared.substr(begin);
    if (name.empty()) refuse("expected a variable");
    std::string type;
    std::string_view rest = std::string_view(declared).substr(0, begin);
    for (std::size_t i = 0; i < rest.size();) {
      if (is_word(rest[i])) {
        std::size_t end = i;
        while (end < rest.size() && is_word(rest[end])) ++end;
        const std::string_view part = rest.substr(i, end - i);
        if (part == "intptr_t") {
          type += "long ";
        } else if (part != "volatile" && part != "const" && part != "_Atomic") {
          type += std::string(part) + " ";
        }
        i = end;
      } else {
        if (rest[i] == '*') type += '*';
        ++i;
      }
    }
    return {trimmed(type), name};
  }

  void initial_values() {
    const std::size_t end = closing(at_);
    ++at_;
    while (skip(), at_ < end) {
      const std::size_t stop = std::min(text_.find(';', at_), end);
      const std::string item = trimmed(std::string_view(text_).substr(at_, stop - at_));
      if (item.find(':') != std::string::npos) refuse("registers that have a value at the start are not supported");
      const std::size_t equals = item.find('=');
      auto [type, name] = declarator(std::string_view(item).substr(0, equals));
      std::string initial = equals == std::string::npos ? "" : trimmed(std::string_view(item).substr(equals + 1));
      if (initial.starts_with("ATOMIC_INIT(")) initial = initial.substr(12, initial.size() - 13);
      if (!initial.empty() && (std::isalpha(static_cast<unsigned char>(initial[0])) != 0 || initial[0] == '_')) initial = "&" + initial;
      variables_[name] = {type, initial};
      at_ = stop + 1;
    }
    at_ = end + 1;
  }

  void processes() {
    for (;;) {
      skip();
      const std::string name = "P" + std::to_string(processes_.size());
      if (!std::string_view(text_).substr(at_).starts_with(name + "(") && !std::string_view(text_).substr(at_).starts_with(name + " (")) break;
      Process process;
      process.begin = at_;
      at_ = text_.find('(', at_);
      const std::size_t close = closing(at_);
      ++at_;
      while (skip(), at_ < close) {
        const std::size_t stop = std::min(text_.find(',', at_), close);
        auto [type, parameter] = declarator(std::string_view(text_).substr(at_, stop - at_));
        if (type == "void" || (type.empty() && parameter == "void")) break;
        if (type.empty() || type.back() != '*') refuse("the parameter `" + parameter + "` is no pointer to a shared variable");
        type.pop_back();
        Variable& variable = variables_[parameter];
        if (variable.type.empty() || std::count(type.begin(), type.end(), '*') > std::count(variable.type.begin(), variable.type.end(), '*'))
          variable.type = trimmed(type);
        process.parameters.push_back(parameter);
        at_ = stop + 1;
      }
      at_ = close + 1;
      skip();
      if (at_ >= text_.size() || text_[at_] != '{') refuse("expected `{`: what " + name + " does");
      process.open = at_;
      process.close = closing(at_);
      refuse_in(process);
      at_ = process.close + 1;
      processes_.push_back(std::move(process));
    }
    if (processes_.empty()) refuse("expected `P0(`: the first process");
  }

  void refuse_in(const Process& process) {
    for (std::size_t i = process.open; i < process.close; ++i) {
      if (!is_word(text_[i]) || (i > 0 && is_word(text_[i - 1]))) continue;
      at_ = i;
      const std::string found = word();
      if (found == "while" || found == "for" || found == "do") refuse("loops are not supported: `" + found + "`");
      if (found.starts_with("srcu_") || found == "synchronize_srcu") refuse("SRCU is not supported: `" + found + "`");
    }
  }

  /// Declarations of registers (r1) that the process uses without one, as herd7 allows.
  std::string undeclared(const Process& process) const {
    std::map<std::string, bool> declared;
    for (const std::string& name : process.registers) declared[name] = false;
    std::string before;
    for (std::size_t i = process.open; i < process.close;) {
      if (!is_word(text_[i])) {
        if (text_[i] != '*' && std::isspace(static_cast<unsigned char>(text_[i])) == 0) before = text_[i];
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < process.close && is_word(text_[end])) ++end;
      const std::string found = text_.substr(i, end - i);
      const bool reg = found.size() > 1 && found[0] == 'r' &&
                       std::all_of(found.begin() + 1, found.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
      if (reg) declared[found] = declared[found] || is_word(before[0]) || before == ",";
      before = found;
      i = end;
    }
    std::string out;
    for (const auto& [name, is] : declared) {
      if (!is) out += " int " + name + ";";
    }
    return out;
  }

  // ---- the condition, as C

  std::string either() {
    std::string left = both();
    while (take("\\/")) left = "(" + left + " || " + both() + ")";
    return left;
  }
  std::string both() {
    std::string left = one();
    while (take("/\\")) left = "(" + left + " && " + one() + ")";
    return left;
  }
  std::string one() {
    if (take("~") || take("not")) return "!" + one();
    if (take("true")) return "1";
    if (take("false")) return "0";
    if (take("(")) {
      std::string inner = either();
      expect(")");
      return "(" + inner + ")";
    }
    return atom();
  }
  std::string value(bool& address) {
    skip();
    const bool minus = take("-");
    address = take("&");
    std::string text = word();
    address = address || (std::isdigit(static_cast<unsigned char>(text[0])) == 0);
    if (address && variables_.find(text) == variables_.end()) refuse("there is no variable `" + text + "`");
    return (minus ? "-" : "") + text;
  }
  std::string atom() {
    const bool bracket = take("[") || take("*");
    skip();
    if (at_ < text_.size() && text_[at_] == 'P' && at_ + 1 < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0) ++at_;
    const std::size_t begin = at_;
    const std::string first = word();
    if (!take(":")) {
      if (bracket) (void)take("]");
      if (variables_.find(first) == variables_.end()) refuse("there is no variable `" + first + "`");
      bool equal = true;
      comparison(equal);
      bool address = false;
      const std::string v = value(address);
      std::string compared = "(*(unsigned int *)&" + first + " == ";
      compared += address ? "(unsigned int)&" + v + ")" : "(unsigned int)(" + v + "))";
      return equal ? compared : "!" + compared;
    }
    const std::size_t number = std::all_of(first.begin(), first.end(), [](unsigned char c) { return std::isdigit(c) != 0; }) && first.size() < 3
                                   ? static_cast<std::size_t>(std::stoi(first))
                                   : processes_.size();
    if (number >= processes_.size()) {
      at_ = begin;
      refuse("there is no process " + first);
    }
    Process& process = processes_[number];
    const std::string reg = word();
    process.registers.push_back(reg);
    bool equal = true;
    comparison(equal);
    bool address = false;
    const std::string v = value(address);
    if (address && std::find(process.parameters.begin(), process.parameters.end(), v) == process.parameters.end()) process.parameters.push_back(v);
    const std::string compared = "((unsigned long)" + reg + " == (unsigned long)(" + v + "))";
    const auto known = std::find(process.atoms.begin(), process.atoms.end(), compared);
    const auto bit = known - process.atoms.begin();
    if (known == process.atoms.end()) process.atoms.push_back(compared);
    if (bit >= 31) refuse("more conditions on one process than can be followed");
    return std::string(equal ? "" : "!") + "((thread_result(P" + first + ") >> " + std::to_string(bit) + ") & 1)";
  }
  void comparison(bool& equal) {
    if (take("==") || take("=")) return;
    equal = false;
    if (!take("!=") && !take("<>")) refuse("expected `=`");
  }

  void condition() {
    for (;;) {
      if (take("locations")) {
        skip();
        at_ = closing(at_) + 1;
        (void)take(";");
      } else if (take("filter")) {
        refuse("`filter` is not supported");
      } else {
        break;
      }
    }
    skip();
    const std::size_t begin = at_;
    if (!take("exists") && !take("~exists") && !take("forall")) {
      if (!(take("~") && take("exists"))) refuse("expected `exists`, `~exists` or `forall`");
    }
    test_.condition = either();
    test_.asked = one_line(std::string_view(text_).substr(begin, at_ - begin));
    skip();
  }

  /// `intptr_t r3=x;`, x being the address of a variable: C asks for a cast, herd's dialect does not.
  static std::string with_casts(std::string body, const Process& process) {
    constexpr std::string_view kType = "intptr_t";
    for (std::size_t at = body.find(kType); at != std::string::npos; at = body.find(kType, at + 1)) {
      std::size_t i = at + kType.size();
      const auto blanks = [&] {
        while (i < body.size() && std::isspace(static_cast<unsigned char>(body[i])) != 0) ++i;
      };
      const auto name = [&] {
        const std::size_t begin = i;
        while (i < body.size() && is_word(body[i])) ++i;
        return body.substr(begin, i - begin);
      };
      blanks();
      (void)name();
      blanks();
      if (i >= body.size() || body[i] != '=') continue;
      ++i;
      blanks();
      const std::size_t value = i;
      const std::string from = name();
      blanks();
      const bool address = std::find(process.parameters.begin(), process.parameters.end(), from) != process.parameters.end();
      if (address && i < body.size() && body[i] == ';') body.insert(value, "(intptr_t)");
    }
    return body;
  }

  Result<Test> finish() {
    // The C keeps its lines, so that errors are told where they are.
    std::string code(text_.size(), ' ');
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n') code[i] = '\n';
    }
    // One that another points at is declared before it.
    for (const auto& [name, variable] : std::map(variables_)) {
      if (variable.initial.starts_with("&")) variables_[variable.initial.substr(1)];
    }
    std::string head;
    std::map<std::string, Variable> left = variables_;
    while (!left.empty()) {
      auto next = std::find_if(left.begin(), left.end(), [&](const auto& v) {
        return !v.second.initial.starts_with("&") || v.second.initial.substr(1) == v.first || left.find(v.second.initial.substr(1)) == left.end();
      });
      if (next == left.end()) next = left.begin();
      const std::string type = next->second.type.empty() ? "int" : next->second.type;
      head += "static " + type + (type.back() == '*' ? "" : " ") + next->first + (next->second.initial.empty() ? "" : " = " + next->second.initial) +
              "; ";
      left.erase(next);
    }
    std::string text;
    std::size_t done = 0;
    for (std::size_t p = 0; p < processes_.size(); ++p) {
      const Process& process = processes_[p];
      text += code.substr(done, process.begin - done);
      std::string parameters, arguments;
      for (const std::string& name : process.parameters) {
        const std::string type = variables_[name].type.empty() ? "int" : variables_[name].type;
        parameters += (parameters.empty() ? "" : ", ") + type + " *" + name;
        arguments += (arguments.empty() ? "&" : ", &") + name;
      }
      std::string result;
      for (std::size_t a = 0; a < process.atoms.size(); ++a) result += (a == 0 ? "" : " | ") + process.atoms[a] + " << " + std::to_string(a);
      const std::string signature = text_.substr(process.begin, process.open - process.begin);
      text += std::string(static_cast<std::size_t>(std::count(signature.begin(), signature.end(), '\n')), '\n');
      text += "unsigned int P" + std::to_string(p) + "(" + (parameters.empty() ? "void" : parameters) + ")";
      text += "{" + undeclared(process) + with_casts(text_.substr(process.open + 1, process.close - process.open - 1), process) + "return " +
              (result.empty() ? "0" : result) + "; }";
      done = process.close + 1;
      ThreadSetup thread;
      thread.name = "P" + std::to_string(p);
      thread.call = thread.name + "(" + arguments + ")";
      test_.scenario.threads.push_back(std::move(thread));
    }
    test_.code = head + text + "\n";
    test_.scenario.name = test_.scenario.title = test_.name;
    test_.scenario.ordering = Ordering::kLkmmLb;
    return std::move(test_);
  }

  std::string text_;
  std::string_view original_;
  std::size_t at_ = 0;
  Test test_;
  std::map<std::string, Variable> variables_;
  std::vector<Process> processes_;
};

}  // namespace

Result<Test> parse(std::string_view text, const std::string& file) { return Parser(text, file).parse(); }

}  // namespace vmalab::litmus
