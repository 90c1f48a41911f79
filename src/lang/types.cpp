// SPDX-License-Identifier: GPL-2.0-only
#include "lang/types.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vmalab {
namespace {

constexpr std::array kWordTypes{
    WordType{"refcount_t", "refs", "atomic_t", true},
    WordType{"atomic_t", "counter", "int", true},
    WordType{"atomic_long_t", "counter", "long", true},
    WordType{"atomic64_t", "counter", "long", true},
    WordType{"spinlock_t", {}, {}, false},
    WordType{"raw_spinlock_t", {}, {}, false},
    WordType{"struct mutex", {}, {}, false},
    WordType{"seqcount_t", "sequence", "unsigned int", true},
    WordType{"struct rcuwait", "task", "struct task_struct *", false},
    WordType{"struct rw_semaphore", {}, {}, false},
    WordType{"struct maple_tree", {}, {}, false},
    WordType{"struct rcu_head", {}, {}, false},
    WordType{"struct lockdep_map", {}, {}, false},
};

constexpr Type integer(Type::Base base) {
  Type type;
  type.base = base;
  return type;
}
constexpr Type sized(Type::Base base, std::uint8_t bytes) {
  Type type = integer(base);
  type.bytes = bytes;
  return type;
}
constexpr Type kInt = integer(Type::Base::kInt), kUnsigned = integer(Type::Base::kUnsigned);
constexpr Type kLong = sized(Type::Base::kInt, 8), kUnsignedLong = sized(Type::Base::kUnsigned, 8);
constexpr Type kS8 = sized(Type::Base::kInt, 1), kU8 = sized(Type::Base::kUnsigned, 1);
constexpr Type kS16 = sized(Type::Base::kInt, 2), kU16 = sized(Type::Base::kUnsigned, 2);

// clang-format off
constexpr std::array<std::pair<std::string_view, Type>, 40> kIntegerNames{{
    {"u32", kUnsigned},       {"u64", kUnsignedLong},       {"s32", kInt},          {"s64", kLong},
    {"__u32", kUnsigned},     {"__u64", kUnsignedLong},     {"__s32", kInt},        {"__s64", kLong},
    {"uint32_t", kUnsigned},  {"uint64_t", kUnsignedLong},  {"int32_t", kInt},      {"int64_t", kLong},
    {"size_t", kUnsignedLong},    {"ssize_t", kLong},        {"uintptr_t", kUnsignedLong}, {"intptr_t", kLong},
    {"uint", kUnsigned},      {"ulong", kUnsignedLong},     {"gfp_t", kUnsigned},   {"pgoff_t", kUnsignedLong},
    {"vm_flags_t", kUnsignedLong}, {"pid_t", kInt},         {"vm_fault_t", kUnsigned}, {"ptrdiff_t", kLong},
    {"u8", kU8},  {"s8", kS8},  {"__u8", kU8},  {"__s8", kS8},  {"uint8_t", kU8},  {"int8_t", kS8},
    {"u16", kU16}, {"s16", kS16}, {"__u16", kU16}, {"__s16", kS16}, {"uint16_t", kU16}, {"int16_t", kS16}, {"umode_t", kU16},
    {"__le32", kUnsigned},    {"fmode_t", kUnsigned},   {"loff_t", kLong},
}};
// clang-format on

}  // namespace

Type int_type() { return kInt; }
Type unsigned_type() { return kUnsigned; }
Type long_type(bool is_unsigned) { return is_unsigned ? kUnsignedLong : kLong; }
Type common_type(const Type& a, const Type& b) {
  if (!a.is_wide() && !b.is_wide()) return a.is_unsigned() || b.is_unsigned() ? kUnsigned : kInt;
  const auto is_unsigned = [](const Type& type) { return type.is_pointer() || (type.is_wide() && type.is_unsigned()); };
  return long_type(is_unsigned(a) || is_unsigned(b));
}
Type counted_type(const Type& type) { return type.word->member_type == "long" ? kUnsignedLong : kUnsigned; }
Type promoted(const Type& type) { return type.is_narrow() ? kInt : type; }
Type bool_type() { return integer(Type::Base::kBool); }

Type object_pointer(ObjectKind kind) {
  Type type;
  type.pointers = 1;
  for (const ObjectInfo& object : object_table()) {
    if (object.kind != kind) continue;
    type.base = Type::Base::kObject;
    type.object = &object;
  }
  return type;
}

int slot_count(const Type& type) {
  const int one = type.pointers == 0 && type.structure != nullptr ? type.structure->slots : 1;
  return type.is_array() ? one * type.count : one;
}

std::optional<Word> size_of(const Type& type) {
  if (type.is_array()) {
    const std::optional<Word> one = size_of(type.element());
    return one ? std::optional<Word>(*one * type.count) : std::nullopt;
  }
  if (type.is_pointer()) return 8;
  switch (type.base) {
    case Type::Base::kBool: return 1;
    case Type::Base::kInt:
    case Type::Base::kUnsigned: return type.bytes != 0 ? type.bytes : 4;
    case Type::Base::kWord: return type.word->counts ? std::optional<Word>(4) : std::nullopt;
    case Type::Base::kStruct: break;
    default: return std::nullopt;
  }
  Word size = 0, widest = 1;
  for (const Member& member : type.structure->members) {
    const std::optional<Word> bytes = size_of(member.type);
    if (!bytes) return std::nullopt;
    Type innermost = member.type.element();
    const Word align = std::min<Word>(8, innermost.is_struct() ? 8 : size_of(innermost).value_or(8));
    widest = std::max(widest, align);
    size = (size + align - 1) / align * align + *bytes;
  }
  return (size + widest - 1) / widest * widest;
}

std::string type_text(const Type& type) {
  std::string text;
  switch (type.base) {
    case Type::Base::kVoid: text = "void"; break;
    case Type::Base::kInt: text = type.bytes == 1 ? "signed char" : type.bytes == 2 ? "short" : "int"; break;
    case Type::Base::kUnsigned: text = type.bytes == 1 ? "unsigned char" : type.bytes == 2 ? "unsigned short" : "unsigned int"; break;
    case Type::Base::kBool: text = "bool"; break;
    case Type::Base::kObject: text = "struct " + std::string(type.object->struct_name); break;
    case Type::Base::kWord: text = type.word->name; break;
    case Type::Base::kStruct: text = "struct " + std::string(type.structure->name); break;
    case Type::Base::kUnknown: text = "struct " + std::string(type.unknown); break;
    case Type::Base::kTypeof: text = "typeof(...)"; break;
    case Type::Base::kAuto: text = "__auto_type"; break;
  }
  if (type.pointers > 0) text += ' ' + std::string(type.pointers, '*');
  if (type.is_array()) text += '[' + std::to_string(type.count) + ']';
  return text;
}

Type named_type(std::string_view spelled) {
  Type type;
  while (!spelled.empty() && (spelled.back() == '*' || spelled.back() == ' ')) {
    if (spelled.back() == '*') ++type.pointers;
    spelled.remove_suffix(1);
  }
  if (const WordType* word = find_word_type(spelled)) {
    type.base = Type::Base::kWord;
    type.word = word;
  } else if (spelled.starts_with("struct ")) {
    type.object = find_object(spelled.substr(7));
    type.base = Type::Base::kObject;
  } else {
    type.base = spelled == "int" || spelled == "long" ? Type::Base::kInt : Type::Base::kUnsigned;
    if (spelled.ends_with("long")) type.bytes = 8;
  }
  return type;
}

const WordType* find_word_type(std::string_view name) {
  for (const WordType& word : kWordTypes) {
    if (word.name == name) return &word;
  }
  return nullptr;
}

const Type* find_integer_name(std::string_view name) {
  for (const auto& [known, type] : kIntegerNames) {
    if (known == name) return &type;
  }
  return nullptr;
}

bool converts(const Type& from, const Type& to) {
  if (to.is_bool()) return from.is_scalar();
  if (from.is_integer() || to.is_integer()) return from.is_integer() && to.is_integer();
  if (!from.is_pointer() || !to.is_pointer()) return from == to;
  const auto is_void_pointer = [](const Type& type) { return type.base == Type::Base::kVoid && type.pointers == 1; };
  if (is_void_pointer(from) || is_void_pointer(to)) return true;
  // An int and an unsigned are the same word.
  if (from.pointers == 1 && from.pointers == to.pointers && from.pointee().is_integer() && to.pointee().is_integer()) {
    const auto narrow = [](const Type& type) { return type.is_narrow() ? type.bytes : 0; };
    return from.pointee().is_bool() == to.pointee().is_bool() && narrow(from.pointee()) == narrow(to.pointee());
  }
  return from == to;
}

}  // namespace vmalab
