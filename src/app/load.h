// SPDX-License-Identifier: GPL-2.0-only
// From the command line's words to a machine: scenarios by name or file, standard scenarios, links, traces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "lang/result.h"
#include "machine/machine.h"
#include "trace/session.h"
#include "trace/trace_file.h"

namespace vmalab::app {

/// What `options.target` turned out to be.
struct Loaded {
  Session session;              ///< at the start, or for a trace at its last step
  bool from_trace = false;
  bool complete = true;         ///< a trace with its closing line
  std::string link_schedule;    ///< of a link: the steps it asks for
  std::string notice;           ///< cut-off trace, a model that changed since the link was made; else empty
  std::filesystem::path assets;  ///< what a new link need not carry; empty when there are none
};

/// A link may come with the words or brackets of the mail it was in.
bool looks_like_link(const std::string& text);
/// A file that is no scenario: traces are known by being there and not ending in .toml.
bool looks_like_trace(const std::string& text);

/// The options that stand above the scenario; a trace's header and a link carry the outcome.
void adjust_scenario(Scenario& scenario, const Options& options);
/// The code that the options ask for: the model or a kernel tree, the scenario's own files and those of --code, and a variant.
Result<CodeBase> load_code(const Options& options, const std::filesystem::path& assets, const Scenario& scenario);
/// The file that --variant stands for, if it was given.
Result<std::optional<std::filesystem::path>> variant_file(const Options& options, const std::filesystem::path& assets);
/// Scenario (by name, file or "standard-R-W-D"), link or trace; when none is given the scenario that the variant names, or
/// `otherwise`.
Result<Loaded> load_target(const Options& options, const std::filesystem::path& assets, const char* otherwise = kDefaultScenario);

}  // namespace vmalab::app
