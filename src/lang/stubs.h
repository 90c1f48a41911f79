// SPDX-License-Identifier: GPL-2.0-only
// Stubs: what stands in for functions that no loaded file defines, calls that leave the lock's files. A stub evaluates its
// arguments and gives a value. A value is fixed for each call of each thread's program, so that every run, and every trace
// of it, can be told and repeated; who wants several values builds a machine for each choice (app/stub_check.h).
//
// In texts (CodeBase::texts(), traces) stubs are a file of their own, kStubFile, that says all of this in comments.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vmalab {

struct Stubs {
  struct Stub {
    std::string name;
    std::vector<std::string> values;  ///< C constants, or names of objects; empty: kStubTries
  };
  std::vector<Stub> stubs;
  /// By thread: the value of each of its stubbed calls, in the order of the code once every call is inlined. A call beyond the
  /// end of the list gives the first of its values.
  std::map<std::string, std::vector<std::string>> given;

  bool empty() const { return stubs.empty(); }
  const Stub* find(std::string_view name) const;
  /// As the file kStubFile says it.
  std::string text() const;
};

inline constexpr std::string_view kStubFile = "stubs";

/// What a stub gives that has no values of its own: not every value of its type, and who reads a verdict has to know.
inline constexpr std::string_view kStubTries = "0, 1 and -EINTR (a number), false and true (a bool), NULL and each object of its kind (a pointer)";

/// Undoes Stubs::text().
Result<Stubs> parse_stubs(std::string_view text);
/// "NAME" or "NAME=VALUE,...", as --stub takes them.
Result<Stubs::Stub> parse_stub(std::string_view text);

}  // namespace vmalab
