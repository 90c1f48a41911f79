// SPDX-License-Identifier: GPL-2.0-only
// Whose code a session runs: which functions of the lock come from the kernel tree that is loaded, and which from the
// model or a variant in their place. A verdict is about these and no others.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

struct LockCode {
  bool has_tree = false;
  std::string kernel;                          ///< "Linux 7.3.4", or "the Linux tree" when it does not say which
  std::set<std::string> tree, model, variant;  ///< functions of the lock; without a tree: only what is in the model or a variant
  std::set<std::string> model_core;            ///< of `model`, those that the tree's verdict rests on (is_core())
  std::set<std::string> left_out;              ///< assertions of the threads that the tree does not have: they ran without
  std::size_t count() const { return tree.size() + model.size() + variant.size(); }
  void add(const LockCode& other);  ///< what another scenario ran on the same code
};

/// The functions of the lock that the threads' programs hold, or of them those that `ran(program, pc)` says have run.
LockCode lock_code(const Machine& machine, const std::function<bool(std::size_t program, std::size_t pc)>& ran = {});

/// "37 of 37 functions of the lock from Linux 7.3.4", with what the others are and whose; empty without a tree.
std::string lock_code_text(const LockCode& code);
/// code_name() with how much of what can run is the tree's, for a badge: "Linux 7.3.4, 37 of 37".
std::string lock_code_badge(const Machine& machine);

}  // namespace vmalab
