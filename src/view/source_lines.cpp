// SPDX-License-Identifier: GPL-2.0-only
#include "view/source_lines.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace vmalab {
namespace {

constexpr std::array<std::string_view, 26> kKeywords{"break",    "case",   "const",        "continue", "default", "do",      "else",
                                                     "enum",     "extern", "for",          "goto",     "if",      "inline",  "__always_inline",
                                                     "return",   "sizeof", "static",       "struct",   "switch",  "typedef", "union",
                                                     "volatile", "while",  "__must_check", "typeof",   "__force"};
constexpr std::array<std::string_view, 17> kTypes{"int", "unsigned", "signed", "long",       "short",      "char",   "void",  "bool",      "u8",
                                                  "u16", "u32",      "u64",    "refcount_t", "seqcount_t", "size_t", "gfp_t", "vm_flags_t"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Kernel macros are written in capitals: READ_ONCE, VM_REFCNT_LIMIT.
bool is_shouting(std::string_view word) {
  bool letters = false;
  for (const char c : word) {
    if (std::islower(static_cast<unsigned char>(c)) != 0) return false;
    letters = letters || std::isupper(static_cast<unsigned char>(c)) != 0;
  }
  return letters && word.size() > 1;
}

std::string expand(std::string_view line) {
  std::string text;
  text.reserve(line.size() + 8);
  for (const char c : line) {
    if (c == '\t') {
      text.append(kTabWidth - text.size() % kTabWidth, ' ');
    } else if (c != '\r') {
      text += c;
    }
  }
  // The backslash that continues a macro stands far to the right in its file; here it would only fold the line.
  if (text.size() > 1 && text.back() == '\\') {
    const std::size_t last = text.find_last_not_of(' ', text.size() - 2);
    text.resize(last == std::string::npos ? 0 : last + 1);
    text += last == std::string::npos ? "\\" : " \\";
  }
  return text;
}

/// Colours one line at a time; remembers what reaches over the end of a line.
class Highlighter {
 public:
  SourceLine line(std::string_view written) {
    SourceLine out;
    out.text = expand(written);
    const std::string_view text = out.text;
    const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
    const bool directive = continued_ || (!in_comment_ && start < text.size() && text[start] == '#');
    bool first_word = true;
    std::size_t at = 0;
    after_struct_ = false;
    while (at < text.size()) {
      const std::size_t from = at;
      TokenKind kind = TokenKind::kText;
      if (in_comment_ || text.substr(at, 2) == "/*") {
        const std::size_t end = text.find("*/", in_comment_ ? at : at + 2);
        in_comment_ = end == std::string_view::npos;
        at = in_comment_ ? text.size() : end + 2;
        kind = TokenKind::kComment;
      } else if (text.substr(at, 2) == "//") {
        at = text.size();
        kind = TokenKind::kComment;
      } else if (text[at] == '"' || text[at] == '\'') {
        at = end_of_string(text, at);
        kind = TokenKind::kString;
      } else if (is_word(text[at])) {
        while (at < text.size() && is_word(text[at])) ++at;
        kind = word_kind(text, from, at, directive && !continued_ && first_word);
        first_word = false;
      } else {
        if (text[at] == '#' && directive) kind = TokenKind::kMacro;
        ++at;
      }
      while (at < text.size() && text[at] == ' ') ++at;
      add(out, from, at, kind);
    }
    continued_ = directive && !text.empty() && text.back() == '\\';
    return out;
  }

 private:
  static std::size_t end_of_string(std::string_view text, std::size_t at) {
    const char quote = text[at++];
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
    return std::min(at + 1, text.size());
  }

  TokenKind word_kind(std::string_view text, std::size_t from, std::size_t to, bool directive_name) {
    const std::string_view word = text.substr(from, to - from);
    const bool named_struct = std::exchange(after_struct_, word == "struct" || word == "enum" || word == "union");
    if (directive_name) return TokenKind::kMacro;
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) return TokenKind::kNumber;
    if (named_struct) return TokenKind::kType;
    if (std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end()) return TokenKind::kKeyword;
    if (std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end()) return TokenKind::kType;
    if (is_shouting(word)) return TokenKind::kMacro;
    const std::size_t next = text.find_first_not_of(' ', to);
    if (next != std::string_view::npos && text[next] == '(') return TokenKind::kFunction;
    return TokenKind::kText;
  }

  static void add(SourceLine& out, std::size_t from, std::size_t to, TokenKind kind) {
    if (!out.tokens.empty() && out.tokens.back().kind == kind) {
      out.tokens.back().last = static_cast<int>(to);
    } else {
      out.tokens.push_back({static_cast<int>(from), static_cast<int>(to), kind});
    }
  }

  bool in_comment_ = false;
  bool continued_ = false;  ///< inside a #define that goes on after a backslash
  bool after_struct_ = false;
};

}  // namespace

int expanded_column(std::string_view line, int column) {
  int at = 0;
  const std::size_t end = std::min(line.size(), static_cast<std::size_t>(std::max(column - 1, 0)));
  for (std::size_t i = 0; i < end; ++i) at += line[i] == '\t' ? kTabWidth - at % kTabWidth : 1;
  return at;
}

int written_column(std::string_view line, int expanded) {
  int at = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    at += line[i] == '\t' ? kTabWidth - at % kTabWidth : 1;
    if (at > expanded) return static_cast<int>(i) + 1;
  }
  return static_cast<int>(line.size()) + 1;
}

std::vector<SourceLine> highlight(const std::vector<std::string_view>& lines) {
  Highlighter highlighter;
  std::vector<SourceLine> out;
  out.reserve(lines.size());
  for (const std::string_view line : lines) out.push_back(highlighter.line(line));
  return out;
}

std::vector<SourceRow> fold(const std::vector<SourceLine>& lines, int columns) {
  columns = std::max(columns, 20);
  std::vector<SourceRow> rows;
  rows.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& text = lines[i].text;
    const int length = static_cast<int>(text.size());
    const std::size_t word = text.find_first_not_of(' ');
    // The parts of a folded line stand a little to the right of where it began.
    const int hang = std::min(static_cast<int>(word == std::string::npos ? 0 : word) + kTabWidth, columns / 2);
    int from = 0;
    do {
      const int indent = from == 0 ? 0 : hang;
      int to = std::min(length, from + columns - indent);
      if (to < length) {
        // After a blank or an opening bracket, but not in the indentation.
        const std::size_t place = text.find_last_of(" (", static_cast<std::size_t>(to) - 1);
        if (place != std::string::npos && static_cast<int>(place) > from && place > word) to = static_cast<int>(place) + 1;
      }
      rows.push_back({static_cast<int>(i) + 1, from, to, indent});
      from = to;
    } while (from < length);
  }
  return rows;
}

int row_of_line(const std::vector<SourceRow>& rows, int line) {
  const auto it = std::lower_bound(rows.begin(), rows.end(), line, [](const SourceRow& row, int l) { return row.line < l; });
  return static_cast<int>(it - rows.begin());
}

std::vector<SourceMarker> source_markers(const Machine& machine, const State& state, ThreadId selected, const StepInfo* last) {
  const std::vector<SourceFile>& files = machine.code().files();
  const auto known = [&](const SourcePos& pos) { return pos.line > 0 && pos.file < files.size() && pos.line <= files[pos.file].lines.size(); };
  const auto text = [&](const SourcePos& pos) { return files[pos.file].lines[pos.line - 1]; };
  std::vector<SourceMarker> markers;
  const auto mark = [&](ThreadId id, const Instr& instr) {
    if (!known(instr.pos)) return;
    SourceMarker marker{id, instr.pos.file, static_cast<int>(instr.pos.line), 0, 0, machine.can_step(state, id), false};
    marker.first = expanded_column(text(instr.pos), instr.pos.column);
    marker.last = std::max(expanded_column(text(instr.pos), instr.end.column), marker.first);
    markers.push_back(marker);
  };
  if (last != nullptr && last->action.kind == Action::Kind::kStep && (last->violations != 0 || machine.done(state, last->action.thread))) {
    mark(last->action.thread, machine.program(last->action.thread).code[last->pc]);
    if (!markers.empty()) markers.back().past = true;
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    if (machine.done(state, id)) continue;
    const Program& program = machine.program(id);
    mark(id, program.code[Machine::pc(state, id)]);
    if (id != selected) continue;
    for (const std::uint16_t frame : program.stack_at(Machine::pc(state, id))) {
      const SourcePos& call = program.frames[frame].call;
      if (known(call)) markers.push_back({id, call.file, static_cast<int>(call.line), 0, 0, true, true});
    }
  }
  return markers;
}

namespace {

std::string_view order_word(const Instr& instr) {
  switch (instr.op) {
    case Op::kSeqBegin: return "store, smp_wmb";
    case Op::kSeqEnd: return "smp_wmb, store";
    case Op::kUseVma:
    case Op::kChangeVma: return "plain";
    case Op::kPause:
    case Op::kSlabAlloc:
    case Op::kSlabFree:
    case Op::kSignalPending: return {};
    default: break;
  }
  switch (instr.order) {
    case Order::kAcquire: return "acquire";
    case Order::kRelease: return "release";
    case Order::kFull: return "full barrier";
    case Order::kPlain: return "plain";
    case Order::kOnce:
    case Order::kRelaxed:
    case Order::kVoid: break;
  }
  return "relaxed";
}

}  // namespace

std::vector<std::string> access_orders(const Program& program, int file, int line_count) {
  std::vector<std::string> lines(static_cast<std::size_t>(line_count) + 1);
  for (const Instr& instr : program.code) {
    const bool fence = instr.op == Op::kFence && instr.order == Order::kFull;
    if ((!op_info(instr.op).visible && !fence) || instr.pos.file != file || instr.pos.line >= lines.size()) continue;
    const std::string word(order_word(instr));
    std::string& line = lines[instr.pos.line];
    if (!word.empty() && line.find(word) == std::string::npos) line += (line.empty() ? "" : ", ") + word;
  }
  return lines;
}

bool orders_something(std::string_view words) {
  return !words.empty() && words != "plain" && words != "relaxed" && words != "plain, relaxed" && words != "relaxed, plain";
}

std::vector<bool> runnable_lines(const Program& program, int file, int line_count) {
  std::vector<bool> lines(static_cast<std::size_t>(line_count) + 1);
  const auto add = [&](const SourcePos& pos) {
    if (pos.file == file && pos.line < lines.size()) lines[pos.line] = true;
  };
  for (const Instr& instr : program.code) {
    if (!op_info(instr.op).visible) continue;
    add(instr.pos);
    for (std::uint16_t frame = instr.frame; frame != 0; frame = program.frames[frame].parent) add(program.frames[frame].call);
  }
  return lines;
}

}  // namespace vmalab
