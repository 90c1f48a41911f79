// SPDX-License-Identifier: GPL-2.0-only
// An Origin is where a session comes from, as plain data: what was asked for, with which code and under which overrides.
// Opening it again gives the same session, as far as the files are the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/kernel_tree.h"
#include "machine/ordering.h"

namespace vmalab {

constexpr const char* kDefaultScenario = "writer-waits-for-a-reader";

/// The C that a scenario runs.
struct CodeChoice {
  std::filesystem::path kernel;            ///< a Linux tree on top of the model; empty: the model alone
  std::vector<TreePatch> patches;          ///< on that tree, in order
  std::shared_ptr<const KernelTree> tree;  ///< `kernel` with `patches` as it was read once; null: to be read
  std::vector<std::filesystem::path> own;  ///< C files after the scenario's own
  std::string variant;                     ///< name in assets/variants, or a C file; loaded last; empty: none
  std::vector<std::string> stubs;          ///< "NAME" or "NAME=VALUE,...": what stands in for functions that no file defines

  /// Some code is asked for by name.
  bool named() const { return !kernel.empty() || !own.empty() || !variant.empty() || !stubs.empty(); }
};

/// What stands above the scenario and its variant.
struct Overrides {
  std::optional<bool> lockdep;
  bool signals = false;  ///< fatal signals may come, whatever the scenario says
  std::optional<Ordering> ordering;

  bool any() const { return lockdep.has_value() || signals || ordering.has_value(); }
};

struct Origin {
  enum class What : std::uint8_t { kName, kFile, kLink, kTrace };
  What what = What::kName;
  /// kName: a scenario of the assets or "standard-R-W-D"; empty: the scenario that the variant names, or `otherwise`. kFile: a
  /// scenario file or a litmus test. kLink: the link, with whatever mail it was in. kTrace: a trace file.
  std::string text;
  CodeChoice code;      ///< for scenarios: traces and links bring theirs
  Overrides overrides;  ///< the same
  std::string otherwise = kDefaultScenario;
  /// So many of each thread of the scenario (machine/any_threads.h), and no run that comes with it; empty: as it says.
  std::vector<int> numbers;
  /// kTrace, kLink: where a step is another one now, in other code perhaps (`code`, `overrides`), it goes on along the nearest run.
  bool goes_on = false;

  /// A run comes with it: links and traces.
  bool recorded() const { return what == What::kLink || what == What::kTrace; }
};

/// What a word from a command line or a text field is: a link has its scheme in it, a scenario file ends in .toml, a litmus test in .litmus, a trace
/// is another file that is there, ends in .jsonl or has a slash in it, and anything else is a name.
Origin::What what_is(std::string_view text);

}  // namespace vmalab
