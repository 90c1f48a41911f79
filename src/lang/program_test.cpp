// SPDX-License-Identifier: GPL-2.0-only
#include "lang/program.h"

#include <doctest/doctest.h>

#include <set>

#include "base/result.h"
#include "lang/builtins.h"

using namespace vmalab;

TEST_CASE("every op has a name and a sentence of its own") {
  std::set<std::string_view> names;
  REQUIRE(op_table().size() == static_cast<std::size_t>(Op::kCount));
  for (const OpInfo& info : op_table()) {
    CHECK(names.insert(info.name).second);
    CHECK(info.sentence.ends_with("."));
    CHECK(&op_info(info.op) == &info);
    // Local ops neither wait nor touch what others see.
    if (!info.visible) CHECK_FALSE(info.may_block);
    if (!info.visible) CHECK_FALSE(info.writes);
  }
  CHECK(op_info(Op::kLoad).visible);
  CHECK_FALSE(op_info(Op::kRcuLock).visible);
}

TEST_CASE("objects and fields are found by name and by number") {
  const ObjectInfo* vma = find_object("vm_area_struct");
  REQUIRE(vma != nullptr);
  const FieldInfo* field = find_field(*vma, "vm_lock_seq");
  REQUIRE(field != nullptr);
  CHECK(field == find_field(ObjectKind::kVma, static_cast<int>(VmaField::kLockSeq)));
  CHECK(find_object("page") == nullptr);
  CHECK(find_field(*vma, "vm_flags") == nullptr);
  CHECK(find_field(ObjectKind::kVma, 5) == nullptr);
  for (const ObjectInfo& object : object_table()) {
    for (const FieldInfo& info : object.fields) CHECK(find_field(object.kind, info.number) == &info);
  }
}

TEST_CASE("addresses, NULL and error pointers are told apart") {
  CHECK(address_kind(vma_address(2, VmaField::kMm)) == ObjectKind::kVma);
  CHECK(address_object(vma_address(2, VmaField::kMm)) == 2);
  CHECK(address_field(vma_address(2, VmaField::kMm)) == 2);
  CHECK(address_kind(0) == ObjectKind::kNone);
  CHECK(address_kind(0x1000) == ObjectKind::kNone);
  CHECK(address_kind(static_cast<Word>(-11)) == ObjectKind::kNone);
  CHECK(is_error_pointer(static_cast<Word>(-4095)));
  CHECK_FALSE(is_error_pointer(static_cast<Word>(-4096)));
}

TEST_CASE("builtins and questions have names of their own") {
  std::set<std::string_view> names;
  for (const Builtin& builtin : builtin_table()) {
    CHECK(names.insert(builtin.name).second);
    CHECK(find_builtin(builtin.name) == &builtin);
  }
  for (const QueryName& query : query_table()) CHECK(names.insert(query.name).second);
  CHECK(find_builtin("down_write") == nullptr);
}

TEST_CASE("a diagnostic says as much as it knows") {
  CHECK(Diagnostic{"odd", "", 0, 0, ""}.to_string() == "error: odd");
  CHECK(Diagnostic{"odd", "a.c", 0, 0, ""}.to_string() == "a.c: error: odd");
  CHECK(Diagnostic{"odd", "a.c", 3, 0, ""}.to_string() == "a.c:3: error: odd");
  CHECK(Diagnostic{"odd", "a.c", 3, 2, "xyz"}.to_string() == "a.c:3:2: error: odd\n  xyz\n   ^");
  CHECK(Diagnostic{"odd", "a.c", 1, 1, std::string("\x1b[2J", 4)}.to_string() == "a.c:1:1: error: odd\n  ?[2J\n  ^");
}
