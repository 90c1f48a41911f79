// SPDX-License-Identifier: GPL-2.0-only
// Variants: historical or deliberate bugs, each a C file in assets/variants that redefines one or two functions and
// says at its top, in `// key: value` lines, what it breaks and on which scenario that shows:
//
//   // variant: no-wake
//   // title: put never wakes
//   // story: one or more sentences,
//   //   continued on lines that begin like this
//   // breaks: no-stuck
//   // steps: 28                   (of the shortest trace to each check that it breaks, for tests)
//   // scenario: standard-1-1-0
//   // config: seq_bits=2          (optional: seq_bits=N, signals, lockdep=off, ordering=lkmm; separated by commas)
//   // demo: r1*3,w1: what these steps do
//   //   (optional, a line for each part of the bug's own demo, in place of the scenario's)
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/property.h"
#include "machine/scenario.h"

namespace vmalab {

struct Variant {
  std::string name, title, story;
  std::vector<const Property*> breaks;  ///< the check that must break: the first is the one on the shortest trace
  std::vector<int> steps;               ///< of the shortest trace to each of them; those at the end may be missing
  std::string goal;                     ///< `breaks: goal: EXPR`: a state that must be reachable, besides
  std::string scenario;                 ///< name in assets/scenarios or standard-R-W-D
  std::optional<int> seq_bits;
  bool signals = false;
  std::optional<bool> lockdep;
  std::optional<Ordering> ordering;
  std::vector<std::string> story_claims;  ///< `claim:` lines before the first `demo:`; those after one are its caption's
  std::vector<DemoStep> demo;
  std::filesystem::path file;
};

/// Errors name the line of the header that is wrong or the key that is missing.
Result<Variant> parse_variant(const std::string& text, const std::filesystem::path& file);
Result<Variant> load_variant(const std::filesystem::path& file);
/// It begins with a header that has a `// variant:` line: it says what it is about, rightly or wrongly.
bool has_variant_header(const std::filesystem::path& file);
/// By name in assets/variants, or a path to any C file, also below assets: "lessons/v3-spelling.c"; an unknown name's error lists those there are.
Result<std::filesystem::path> find_variant_file(const std::filesystem::path& assets, std::string_view name);
/// The same, and it must have such a header.
Result<Variant> find_variant(const std::filesystem::path& assets, std::string_view name);
/// All of the folder, by name.
Result<std::vector<Variant>> list_variants(const std::filesystem::path& assets);
/// A variant stands above any scenario that runs it: its width of the sequence, its signals, its lockdep and
/// the ordering under which it shows are part of the bug.
void configure(Scenario& scenario, const Variant& variant);
/// The scenario the variant names, configured.
Result<Scenario> scenario_of(const Variant& variant, const std::filesystem::path& assets);
/// The story is that of the code as it is: the scenario that a variant among the code names gets the variant's story and demo,
/// and elsewhere the demo keeps its steps and loses its captions, which would not be true. Own files that the scenario does not
/// name take the captions away in the same way; files that only add to the code leave everything as it is.
void adapt_story(Scenario& scenario, const CodeBase& code);
/// An error about the demo, or without a place about the story, of a scenario that adapt_story() has been over: in the variant's file
/// where that tells it.
Diagnostic error_in_story(const Scenario& scenario, const CodeBase& code, ScenarioPlace place, std::string message);

}  // namespace vmalab
