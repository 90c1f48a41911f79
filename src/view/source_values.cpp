// SPDX-License-Identifier: GPL-2.0-only
#include "view/source_values.h"
#include "machine/state.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "view/vma_view.h"

namespace vmalab {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// "a->b.c" as names.
std::vector<std::string> members(const std::string& expression) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '.') {
      parts.emplace_back();
    } else if (expression[i] == '-') {
      parts.emplace_back();
      ++i;
    } else {
      parts.back() += expression[i];
    }
  }
  return parts;
}

std::string word_as(const Machine& machine, const std::string& type, Word value) {
  if (type.find('*') != std::string::npos) return address_text(machine, value);
  if (type == "bool") return value == 0 ? "false" : "true";
  if (type.find("unsigned") == std::string::npos && is_error_pointer(value)) {
    return std::to_string(static_cast<std::int32_t>(value));
  }
  if (value == ~Word{0}) return "UINT_MAX";
  return spaced_refcount(value);
}

std::optional<Word> read_field(const State& state, ObjectKind kind, int object, int field) {
  const auto i = static_cast<std::size_t>(object);
  switch (kind) {
    case ObjectKind::kMm:
      if (object < kMaxMms && field < static_cast<int>(MmField::kCount)) return state.mms[i].fields[static_cast<std::size_t>(field)];
      break;
    case ObjectKind::kVma:
      if (object < kMaxVmas && field < static_cast<int>(VmaField::kCount)) return state.vmas[i].fields[static_cast<std::size_t>(field)];
      break;
    case ObjectKind::kTask:
      if (object < kMaxThreads) return state.threads[i].task_state;
      break;
    case ObjectKind::kGlobal:
      if (field < kMaxGlobals) return state.globals[static_cast<std::size_t>(field)];
      break;
    case ObjectKind::kNone: break;
  }
  return std::nullopt;
}

struct Found {
  const Variable* variable;
  std::uint16_t frame;
  Word value;
  std::optional<Place> place;
};

std::optional<Place> place_of(ThreadId t, const Operand& o) {
  if (o.kind != Operand::Kind::kRegister || o.field != 0) return std::nullopt;
  return Place::of_thread(Place::Kind::kRegister, t, o.value);
}

std::optional<Found> find_variable(const Machine& machine, const State& state, ThreadId t, const std::vector<std::uint16_t>& frames,
                                   const std::string& name) {
  const Program& program = machine.program(t);
  const Pc pc = state.thread(t).pc;
  for (const std::uint16_t frame : frames) {
    for (const Variable& variable : program.variables) {
      if (variable.frame != frame || variable.name != name) continue;
      for (const Variable::Place& place : variable.places) {
        if (pc >= place.first && pc < place.last) return Found{&variable, frame, machine.operand(state, t, place.where), place_of(t, place.where)};
      }
    }
  }
  return std::nullopt;
}

std::vector<std::uint16_t> innermost_first(const Machine& machine, const State& state, ThreadId t) {
  if (machine.done(state, t)) return {};
  std::vector<std::uint16_t> stack = machine.program(t).stack_at(state.thread(t).pc);
  std::reverse(stack.begin(), stack.end());
  return stack;
}

/// The frames of the stack whose function has this line, innermost first.
std::vector<std::uint16_t> frames_with(const Machine& machine, const State& state, ThreadId t, int file, int line) {
  const Program& program = machine.program(t);
  std::vector<std::uint16_t> stack = innermost_first(machine, state, t);
  const auto outside = [&](std::uint16_t frame) {
    const CodeBase::Function* function = machine.code().find(program.frames[frame].function);
    const SourcePos begin = program.frames[frame].definition;
    if (static_cast<int>(begin.file) != file || static_cast<int>(begin.line) > line) return true;
    // A macro has no body that the code base knows: it ends where the next function begins, near enough.
    return function != nullptr && function->definition == begin && static_cast<int>(function->body_end.line) < line;
  };
  stack.erase(std::remove_if(stack.begin(), stack.end(), outside), stack.end());
  return stack;
}

/// That field of every object of a kind that has one of this name.
std::vector<NamedValue> everywhere(const Machine& machine, const State& state, const std::string& name) {
  std::vector<NamedValue> values;
  for (const ObjectInfo& object : object_table()) {
    const FieldInfo* field = find_field(object, name);
    if (field == nullptr) continue;
    for (const ObjectName& candidate : machine.objects()) {
      if (address_kind(candidate.address) != object.kind) continue;
      const int number = address_object(candidate.address);
      if (object.kind == ObjectKind::kVma && state.vmas[static_cast<std::size_t>(number)].allocated == 0) continue;
      const std::optional<Word> value = read_field(state, object.kind, number, field->number);
      if (!value) continue;
      const Word address = make_address(object.kind, number, field->number);
      values.push_back({candidate.name + "->" + name, word_text(machine, address, *value), {}, Place::word(address)});
    }
  }
  return values;
}

/// What a name leads to from a variable of these frames: empty when it leads to nothing, nullopt when it begins with no variable.
std::optional<std::vector<NamedValue>> reached_through(const Machine& machine, const State& state, ThreadId t,
                                                       const std::vector<std::uint16_t>& frames, const std::string& expression) {
  const std::vector<std::string> parts = members(expression);
  const Program& program = machine.program(t);
  const auto in_frame = [&](const Found& found) { return "in " + program.frames[found.frame].function + ", " + found.variable->type; };

  const std::vector<NamedValue> none;
  // A member of a local struct is a variable of its own: "ves.detached".
  std::optional<Found> base;
  std::size_t used = 0;
  for (std::size_t take = std::min<std::size_t>(parts.size(), 2); take >= 1 && !base; --take) {
    base = find_variable(machine, state, t, frames, take == 2 ? parts[0] + "." + parts[1] : parts[0]);
    used = take;
  }
  if (!base) return std::nullopt;
  if (used == parts.size())
    return std::vector{NamedValue{expression, word_as(machine, base->variable->type, base->value), in_frame(*base), base->place}};

  Word value = base->value;
  std::string where, text;
  std::optional<Place> last;
  for (std::size_t i = used; i < parts.size(); ++i) {
    const ObjectKind kind = address_kind(value);
    const FieldInfo* field = nullptr;
    for (const ObjectInfo& object : object_table()) {
      if (object.kind == kind) field = find_field(object, parts[i]);
    }
    // What is inside a primitive (rcuwait's task, a sequence count's number) is the primitive's one word: the word
    // that was read last, or the one that a pointer to the primitive points at.
    if (field == nullptr) {
      if (i + 1 != parts.size()) return none;
      if (!where.empty()) break;
      const std::optional<Word> word = read_field(state, kind, address_object(value), address_field(value));
      if (!word) return none;
      where = word_name(machine, value);
      last = Place::word(value);
      text = word_text(machine, value, *word);
      break;
    }
    const std::optional<Word> read = read_field(state, kind, address_object(value), field->number);
    if (!read) return none;
    where = address_text(machine, make_address(kind, address_object(value))) + "->" + parts[i];
    last = Place::word(make_address(kind, address_object(value), field->number));
    text = word_text(machine, last->what, *read);
    value = *read;
  }
  return std::vector{NamedValue{expression, text, where, last}};
}

}  // namespace

std::string expression_at(std::string_view line, int column) {
  auto at = static_cast<std::size_t>(std::max(column - 1, 0));
  if (at >= line.size() || !is_word(line[at])) return {};
  std::size_t first = at, last = at;
  while (last < line.size() && is_word(line[last])) ++last;
  for (;;) {
    while (first > 0 && is_word(line[first - 1])) --first;
    std::size_t before = first;
    if (before >= 2 && line.substr(before - 2, 2) == "->") {
      before -= 2;
    } else if (before >= 1 && line[before - 1] == '.') {
      before -= 1;
    } else {
      break;
    }
    if (before == 0 || !is_word(line[before - 1])) break;
    first = before - 1;
  }
  const std::string_view found = line.substr(first, last - first);
  if (std::isdigit(static_cast<unsigned char>(found[0])) != 0) return {};
  return std::string(found);
}

std::vector<NamedValue> values_at(const Machine& machine, const State& state, ThreadId t, int file, int line, int column) {
  const std::vector<SourceFile>& files = machine.code().files();
  if (file < 0 || file >= static_cast<int>(files.size())) return {};
  const SourceFile& source = files[static_cast<std::size_t>(file)];
  if (line < 1 || line > static_cast<int>(source.lines.size())) return {};
  const std::string expression = expression_at(source.lines[static_cast<std::size_t>(line) - 1], column);
  if (expression.empty()) return {};
  const std::vector<std::uint16_t> frames = frames_with(machine, state, t, file, line);
  return reached_through(machine, state, t, frames, expression).value_or(everywhere(machine, state, members(expression).back()));
}

std::vector<NamedValue> values_named(const Machine& machine, const State& state, ThreadId t, const std::string& expression) {
  return reached_through(machine, state, t, innermost_first(machine, state, t), expression).value_or(std::vector<NamedValue>());
}

std::vector<NamedValue> variables_of(const Machine& machine, const State& state, ThreadId t) {
  std::vector<NamedValue> values;
  const std::vector<std::uint16_t> frames = innermost_first(machine, state, t);
  for (const std::uint16_t frame : frames) {
    for (const Variable& variable : machine.program(t).variables) {
      const auto same = [&](const NamedValue& value) { return value.name == variable.name; };
      if (variable.frame != frame || std::any_of(values.begin(), values.end(), same)) continue;
      const auto found = reached_through(machine, state, t, frames, variable.name);
      if (found && !found->empty()) values.push_back(found->front());
    }
  }
  return values;
}

std::optional<NamedValue> variable_in(const Machine& machine, const State& state, ThreadId t, Word number) {
  const Pc pc = state.thread(t).pc;
  for (const std::uint16_t frame : innermost_first(machine, state, t)) {
    for (const Variable& variable : machine.program(t).variables) {
      if (variable.frame != frame) continue;
      for (const Variable::Place& place : variable.places) {
        const bool here = pc >= place.first && pc < place.last && place_of(t, place.where) == Place::of_thread(Place::Kind::kRegister, t, number);
        if (here)
          return NamedValue{variable.name, word_as(machine, variable.type, machine.operand(state, t, place.where)), variable.type,
                            place_of(t, place.where)};
      }
    }
  }
  return std::nullopt;
}

}  // namespace vmalab
