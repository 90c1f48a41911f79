// SPDX-License-Identifier: GPL-2.0-only
#include "view/place_text.h"

#include <algorithm>

#include "base/text_hygiene.h"
#include "base/words.h"
#include "machine/describe.h"
#include "machine/state.h"
#include "view/source_values.h"

namespace vmalab {
namespace {

using Kind = Place::Kind;

const std::string& thread_name(const Machine& machine, ThreadId t) { return machine.scenario().threads[t.value].name; }

/// Every word that has a name.
std::vector<Word> named_words(const Machine& machine) {
  std::vector<Word> words;
  for (const ObjectName& object : machine.objects()) {
    for (const ObjectInfo& kind : object_table()) {
      if (kind.kind != address_kind(object.address)) continue;
      for (const FieldInfo& field : kind.fields) {
        const bool has_word = kind.kind != ObjectKind::kVma || field.number < static_cast<int>(VmaField::kCount);
        if (has_word) words.push_back(make_address(kind.kind, address_object(object.address), field.number));
      }
    }
    for (const ExtraWords::Entry& extra : machine.extra_words().entries()) {
      if (extra.kind == address_kind(object.address)) words.push_back(make_address(extra.kind, address_object(object.address), extra.field));
    }
  }
  for (const ExtraWords::Entry& extra : machine.extra_words().entries()) {
    if (extra.kind == ObjectKind::kGlobal) words.push_back(global_address(extra.field));
  }
  return words;
}

Result<NamedPlaces> of_thread(const Machine& machine, const State& state, ThreadId t, const std::string& expression, std::string_view name) {
  std::vector<NamedValue> values = values_named(machine, state, t, expression);
  if (values.empty()) {
    std::vector<std::string> there;
    for (const NamedValue& variable : variables_of(machine, state, t)) there.push_back(variable.name);
    const std::string where = thread_name(machine, t) + " has no value \"" + printable(expression) + "\" at this step";
    return fail(where + (there.empty() ? ": no variable of it has one" : "; it has " + words::list(there)), printable(name));
  }
  const NamedValue& value = values.front();
  if (!value.place) return fail(value.name + " is " + value.value + " in the text of the program: nobody wrote it", printable(name));
  return NamedPlaces{std::string(name), {*value.place}, true, {}};
}

}  // namespace

std::string place_name(const Machine& machine, const State& state, Place place) {
  const auto whose = [&](const std::string& what) { return thread_name(machine, place.owner()) + "'s " + what; };
  const auto vma = [&] { return address_text(machine, place.what); };
  switch (place.kind) {
    case Kind::kWord: return word_name(machine, place.what);
    case Kind::kRegister: {
      const std::optional<NamedValue> variable = variable_in(machine, state, place.owner(), place.what);
      return variable ? thread_name(machine, place.owner()) + ":" + variable->name : std::string();
    }
    case Kind::kSignal: return whose("fatal signal");
    case Kind::kAllocated: return vma() + "'s place in the slab";
    case Kind::kAttached: return vma() + "'s attach reference";
    case Kind::kReferences: return whose("references on " + vma());
    case Kind::kReadLock: return whose("read lock of " + vma());
    case Kind::kWriteLock: return whose("write lock of " + vma());
    case Kind::kExcluding: return whose("FLAG in " + vma());
    case Kind::kLockdep: return whose("hold of " + vma() + " in lockdep");
    case Kind::kHeld: return whose("hold of " + word_name(machine, place.what));
    case Kind::kRcu: return whose("RCU read section");
    case Kind::kStatus: return whose("status");
    case Kind::kPc: return whose("place");
    case Kind::kCount: break;
  }
  return {};
}

std::string place_value(const Machine& machine, const State& state, Place place) {
  const Word value = value_of(machine, state, place);
  const auto held = [&](bool is) { return std::string(is ? "held" : "not held"); };
  switch (place.kind) {
    case Kind::kWord: return word_text(machine, place.what, value);
    case Kind::kRegister: {
      const std::optional<NamedValue> variable = variable_in(machine, state, place.owner(), place.what);
      return variable                                                          ? variable->value
             : value >= kExcludeReadersFlag && value < 2 * kExcludeReadersFlag ? refcount_text(value)
                                                                               : address_text(machine, value);
    }
    case Kind::kSignal: return value != 0 ? "pending" : "none";
    case Kind::kAllocated: return value != 0 ? "in use" : "free";
    case Kind::kAttached: return value != 0 ? "attached" : "detached";
    case Kind::kReferences: return std::to_string(value);
    case Kind::kReadLock:
    case Kind::kWriteLock:
    case Kind::kLockdep: return held(value != 0);
    case Kind::kExcluding: return value != 0 ? "up" : "not up";
    case Kind::kHeld: return value == kHeldForWrite ? "for write" : value == kHeldForRead ? "for read" : "not held";
    case Kind::kRcu: return value != 0 ? "inside" : "outside";
    case Kind::kStatus:
      switch (static_cast<ThreadStatus>(value)) {
        case ThreadStatus::kCanStep: return "can go on";
        case ThreadStatus::kWaits: return "waits";
        case ThreadStatus::kAsleep: return "sleeps";
        case ThreadStatus::kDone: return "done";
      }
      break;
    case Kind::kPc: return place_text(machine, place.owner(), static_cast<Pc>(value));
    case Kind::kCount: break;
  }
  return {};
}

std::string place_sentence(const Machine& machine, const State& state, Place place) {
  const Word value = value_of(machine, state, place);
  const std::string vma = address_text(machine, place.what), text = place_value(machine, state, place);
  const auto thread = [&](const std::string& does, const std::string& does_not) {
    return thread_name(machine, place.owner()) + " " + (value != 0 ? does : does_not);
  };
  switch (place.kind) {
    case Kind::kSignal: return (value != 0 ? "a" : "no") + std::string(" fatal signal is pending for ") + thread_name(machine, place.owner());
    case Kind::kAllocated: return vma + (value != 0 ? " is in use" : " is in the slab's pool");
    case Kind::kAttached: return vma + " is " + text;
    case Kind::kReferences: return thread("has " + text + words::plural(value, " reference"), "has no reference") + " on " + vma;
    case Kind::kReadLock: return thread("holds", "does not hold") + " the read lock of " + vma;
    case Kind::kWriteLock: return thread("holds", "does not hold") + " the write lock of " + vma;
    case Kind::kExcluding: return thread("keeps readers of " + vma + " out: FLAG is its own", "does not keep readers of " + vma + " out");
    case Kind::kLockdep: return thread("holds", "does not hold") + " " + vma + ", as far as lockdep knows";
    case Kind::kHeld: return thread("holds " + word_name(machine, place.what) + " " + text, "does not hold " + word_name(machine, place.what));
    case Kind::kRcu: return thread("is inside RCU", "is outside RCU");
    case Kind::kStatus: return thread_name(machine, place.owner()) + (static_cast<ThreadStatus>(value) == ThreadStatus::kDone ? " is " : " ") + text;
    case Kind::kPc: return thread_name(machine, place.owner()) + " stands at " + text;
    default: break;
  }
  const std::string name = place_name(machine, state, place);
  return (name.empty() ? "a value of " + thread_name(machine, place.owner()) : name) + " is " + text;
}

Result<NamedPlaces> places_named(const Machine& machine, const State& state, std::string_view name) {
  for (const Word word : named_words(machine)) {
    if (word_name(machine, word) == name) return NamedPlaces{std::string(name), {Place::word(word)}, true, {}};
  }
  const std::size_t colon = name.find(':');
  if (const auto t = machine.find_thread(name.substr(0, colon)); t && colon != std::string_view::npos) {
    return of_thread(machine, state, *t, std::string(name.substr(colon + 1)), name);
  }
  Result<Program> expression = machine.expression(name, "value");
  if (!expression) return tl::unexpected(expression.error());
  NamedPlaces out{std::string(name), {}, false, std::nullopt};
  std::vector<Place> read;
  const Word value = machine.evaluate(*expression, state, &read);
  for (const Place place : read) add_once(out.places, place);
  // "vma0->vm_mm->mm_lock_seq.sequence" is a word like any other when it gives what it read last, and says nothing more.
  const std::vector<Instr>& code = expression->code;
  const bool plain = std::all_of(code.begin(), code.end(), [](const Instr& i) { return i.op == Op::kLoad || i.op == Op::kEnd || i.op == Op::kMove; });
  if (plain && !read.empty() && value == value_of(machine, state, read.back())) {
    out.one = read.size() == 1;
    if (!out.one) out.expression = std::move(*expression);
    return out;
  }
  out.expression = std::move(*expression);
  return out;
}

std::vector<std::string> names_of_places(const Machine& machine, const State& state) {
  std::vector<std::string> names;
  for (const Word word : named_words(machine)) names.push_back(word_name(machine, word));
  for (int i = 0; i < machine.thread_count(); ++i) {
    const ThreadId t = thread_id(i);
    for (const NamedValue& variable : variables_of(machine, state, t)) names.push_back(thread_name(machine, t) + ":" + variable.name);
  }
  return names;
}

}  // namespace vmalab
