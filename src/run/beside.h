// SPDX-License-Identifier: GPL-2.0-only
// What is put beside an open document, to be run under the same schedule: its scenario in other code, or another document.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "run/workspace.h"

namespace vmalab {

struct Beside {
  std::optional<std::string> variant{};  ///< a name in assets/variants, or a C file; empty or "none": the code without one
  std::optional<std::string> kernel{};   ///< the folder of a Linux tree; empty: the model
  std::optional<bool> lockdep{};
  std::string document{};  ///< a scenario, a scenario file, a trace or a link: as it is, without its own steps

  bool any() const { return variant || kernel || lockdep || !document.empty(); }
};
/// What a person typed: the name of a variant, `none`, `lockdep` for the other way, the folder of a Linux tree, a C file, or a document.
Beside what_to_put_beside(const Workspace& workspace, const Document& open, const std::string& text);

/// Errors: as for opening it.
Result<Document> open_beside(const Workspace& workspace, const Document& open, const Beside& what);
/// What the two are called in sentences, by what differs: "the lock as it is" and "no-wake", "lockdep on" and "lockdep off".
std::array<std::string, 2> names_of(const Document& open, const Document& beside);

}  // namespace vmalab
