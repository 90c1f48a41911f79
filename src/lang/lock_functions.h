// SPDX-License-Identifier: GPL-2.0-only
// The functions of the per-VMA lock, and how much of a loaded code base can run: what `vmalab parse` prints.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/codebase.h"
#include "lang/token.h"

namespace vmalab {

/// Every function (and statement-expression macro) the protocol consists of, in reading order.
std::span<const std::string_view> lock_functions();
bool is_lock_function(std::string_view name);

/// The options that the C is configured with, besides CONFIG_LOCKDEP, which a scenario turns on or off.
std::span<const std::string_view> configured_options();
/// A clause on that for a verdict.
std::string configuration_text();
/// A clause on what is the simulator's, whatever a tree has in its place.
std::string simulated_text();

/// Whether every kernel with the vm_refcnt lock, Linux 6.15 and later, has this function: a tree in which it cannot be found
/// has it elsewhere, and not: does without it.
bool is_in_every_kernel(std::string_view name);
/// Whether what holds rests on what this function of the lock does, so that a verdict with the model's in the place of the
/// tree's would be one on the model. All of mmap_lock.[ch] but the assertions, which only ever complain. rcuwait is, like
/// refcount_t and rwsem, a primitive of the kernel that the lock uses: the tree's runs where the tree has it.
bool is_core(const SourceFile& file, std::string_view name);

/// Whether this is a file of the model with functions of the lock, and not of what surrounds it.
bool is_model_lock_file(const SourceFile& file);
/// A file that has the lock, and none of its users.
bool is_lock_file(const SourceFile& file);
/// A function that the simulator runs under a name of its own, and not one that stands in for the kernel's.
bool is_simulators_own(const SourceFile& file, std::string_view name);

struct ParseReport {
  std::string name;
  bool lowered = false;
  bool lacking = false;  ///< the loaded kernel does not have it, and need not
  int visible = 0;       ///< visible instructions once every call is inlined
  std::string file;      ///< of the definition; empty when no loaded file has one
  int line = 0;
  SourceFile::Origin origin = SourceFile::Origin::kModel;
  Diagnostic reason;  ///< why it could not be lowered
};
std::vector<ParseReport> report_lock_functions(const CodeBase& code);

/// Code anywhere else that changes a vm_refcnt by hand is a lock of its own.
bool counts_references(const std::vector<Token>& tokens);

}  // namespace vmalab
