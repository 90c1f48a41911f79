// SPDX-License-Identifier: GPL-2.0-only
// C types of the subset: 32-bit integers, bool, pointers, the kernel objects of layout.h, the one-word kernel
// types inside them (refcount_t, struct rcuwait, ...), and structs that live in locals.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/layout.h"
#include "lang/program.h"

namespace vmalab {

/// A kernel type that is one shared word, and its only member if C code names it.
struct WordType {
  std::string_view name;    ///< "refcount_t", "struct rcuwait"
  std::string_view member;  ///< "sequence", "task", or empty
  std::string_view member_type;
  bool counts = false;  ///< as a value it is a plain number
};

struct StructType;
struct Expr;

struct Type {
  enum class Base : std::uint8_t {
    kVoid,
    kInt,
    kUnsigned,
    kBool,
    kObject,
    kWord,
    kStruct,
    kUnknown,
    kTypeof,  ///< that of an expression, which the lowering finds out
    kAuto,    ///< that of the initialiser
  };
  Base base = Base::kVoid;
  std::uint8_t pointers = 0;
  std::uint8_t bytes = 0;                 ///< of an integer, in the kernel: 8 for sizeof alone, 1 and 2 of narrow ones
  std::uint16_t count = 0;                ///< an array of so many; 0: no array
  const ObjectInfo* object = nullptr;     ///< kObject
  const WordType* word = nullptr;         ///< kWord
  const StructType* structure = nullptr;  ///< kStruct
  std::string_view unknown;               ///< kUnknown: the name of a struct nobody can look into
  const Expr* of = nullptr;               ///< kTypeof

  bool is_array() const { return count > 0; }
  bool is_pointer() const { return pointers > 0 && count == 0; }
  bool is_void() const { return base == Base::kVoid && pointers == 0; }
  bool is_bool() const { return base == Base::kBool && pointers == 0 && count == 0; }
  bool is_struct() const { return base == Base::kStruct && pointers == 0 && count == 0; }
  bool is_integer() const { return pointers == 0 && count == 0 && (base == Base::kInt || base == Base::kUnsigned || base == Base::kBool); }
  /// char, short, u8 and the like: what does not fit wraps around when it is stored, and what is read is an int.
  bool is_narrow() const { return is_integer() && (bytes == 1 || bytes == 2); }
  bool is_scalar() const { return is_pointer() || is_integer(); }
  bool is_wide() const { return bytes == 8 && (is_integer() && !is_array()); }
  /// Compared and shifted as unsigned.
  bool is_unsigned() const { return is_pointer() || base == Base::kUnsigned; }
  Type pointee() const {
    Type type = *this;
    --type.pointers;
    return type;
  }
  Type pointer() const {
    Type type = *this;
    ++type.pointers;
    return type;
  }
  Type element() const {
    Type type = *this;
    type.count = 0;
    return type;
  }
  friend bool operator==(const Type& a, const Type& b) {
    return a.base == b.base && a.pointers == b.pointers && a.count == b.count && a.object == b.object && a.word == b.word &&
           a.structure == b.structure && a.unknown == b.unknown && a.of == b.of;
  }
};

constexpr int kMaxArray = 64;               ///< elements of an array
constexpr std::uint16_t kUnsized = 0xffff;  ///< `[]`, until the initialiser is read

struct Member {
  std::string_view name;
  Type type;
  std::string type_text;
  int slot = 0;  ///< number of the member's first scalar within the struct
};
/// A struct of the C text; as a local it is as many registers as it has scalars.
struct StructType {
  std::string_view name;
  SourcePos pos;
  std::vector<Member> members;
  int slots = 0;
};

Type int_type();
Type unsigned_type();
Type bool_type();
/// Of the result of an operator on two numbers, or pointers, that C makes the same before.
Type common_type(const Type& a, const Type& b);
Type long_type(bool is_unsigned);
/// Of the number in an atomic_t and the like.
Type counted_type(const Type& type);
/// What a value of this type is once it was read: of a narrow integer an int.
Type promoted(const Type& type);
Type object_pointer(ObjectKind kind);
int slot_count(const Type& type);  ///< scalars in a local of this type
/// What sizeof gives in a 64-bit kernel; nullopt for a type whose layout is not known.
std::optional<Word> size_of(const Type& type);
std::string type_text(const Type& type);

/// A type by name as layout.h spells types of fields: "unsigned int", "struct mm_struct *", "refcount_t".
Type named_type(std::string_view spelled);
const WordType* find_word_type(std::string_view name);
/// Typedef names that C code of the kernel uses for integers.
const Type* find_integer_name(std::string_view name);

/// Whether a value of type `from` may become one of type `to` without a cast.
bool converts(const Type& from, const Type& to);
/// Types of the two sides of a comparison or a choice agree well enough for C.
inline bool comparable(const Type& a, const Type& b) { return converts(a, b) || converts(b, a); }

}  // namespace vmalab
