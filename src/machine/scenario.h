// SPDX-License-Identifier: GPL-2.0-only
// A scenario: the objects and their start values, the threads and the C function each runs, the story, the
// scripted demo and the outcome it is expected to have. Written as TOML (assets/scenarios, format in
// scenario_toml.cpp) or built by standard_scenario().
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/codebase.h"
#include "machine/ordering.h"

namespace vmalab {

/// Where in the scenario's text something is written; line 0: nowhere.
struct ScenarioPlace {
  int line = 0, column = 0;
};

struct MmSetup {
  std::string name;
  Word count = 1;     ///< mm_count at the start
  Word lock_seq = 0;  ///< mm_lock_seq at the start
};
struct VmaSetup {
  std::string name;
  std::string mm;  ///< owner; empty: a free object of the pool
  Word start = 0x1000, end = 0x2000;
  bool attached = true;  ///< vm_refcnt 1 and in the tree; false: allocated, detached, not in the tree
};
struct ThreadSetup {
  std::string name;       ///< "r1": schedules, captions and the window use it
  std::string call;       ///< "reader(mm0, 0x1000)"
  ScenarioPlace place{};  ///< of the call
  bool rcu = false;       ///< nobody wrote it: it runs the callbacks of call_rcu(), and Machine::build() makes it where there are any
};
struct Goal {
  std::string name, text;      ///< a title, and what it teaches
  std::string expression;      ///< C over the state
  ScenarioPlace place{};       ///< of the expression
  bool reachable = true;       ///< false: a search is expected to find that there is no way
  bool must = false;           ///< code that leaves no way there has lost what it is for
  std::optional<int> steps{};  ///< that the shortest way is expected to have
};
struct DemoStep {
  std::string action;                 ///< as in a schedule: "r1", "w1!" (a fatal signal), "r1*3" (three steps)
  std::string caption;                ///< one or two sentences for the audience
  ScenarioPlace place{};              ///< of the action
  std::vector<std::string> claims{};  ///< what each sentence of the caption says of the machine (run/claims.h)
};
/// What must be true when the demo has run; tests verify it.
struct Expectation {
  std::vector<std::string> final_state;     ///< C expressions, each non-zero
  std::vector<ScenarioPlace> final_places;  ///< of each of them
  std::vector<std::string> violations;      ///< check names; empty: none
  bool all_done = true;                     ///< every thread has finished
  std::optional<std::uint64_t> states;      ///< that a search without reductions is expected to find
};
/// A C file of the scenario's own, as written: relative to the folder of the scenario file.
struct CodeFile {
  std::string path;
  ScenarioPlace place{};
};
struct Scenario {
  std::string name;  ///< file name without .toml; what the command line takes
  std::string title;
  int order = 1000000;                    ///< place in the teaching order
  std::string story;                      ///< a few sentences
  std::vector<std::string> story_claims;  ///< what each of them says, at some step of the demo
  std::vector<CodeFile> code;             ///< its own C, loaded after the model or the tree and before a variant
  CodeConfig config;
  int seq_bits = 32;                  ///< width of the sequence counters, 2..32
  bool signals = false;               ///< fatal signals may come at any time
  Ordering ordering = Ordering::kSc;  ///< what memory does with the order of accesses
  bool type_stable = true;            ///< the slab of VMAs is SLAB_TYPESAFE_BY_RCU
  std::vector<MmSetup> mms;
  std::vector<VmaSetup> vmas;
  std::vector<ThreadSetup> threads;
  std::vector<Goal> goals;
  std::vector<DemoStep> demo;
  Expectation expect;
  std::string toml;            ///< the text it was read from, or equivalent text: traces carry it
  std::string origin;          ///< what the text is called in errors; empty: nobody wrote it, and its lines are no places
  std::filesystem::path file;  ///< it was read from; empty: from no file
};

/// What C in a scenario may mention: every mm, VMA and thread by its name.
std::vector<ObjectName> object_names(const Scenario& scenario);

/// An error about something written in the scenario: at `place`, its line shown, `offset` characters into the text there.
Diagnostic error_in_scenario(const Scenario& scenario, ScenarioPlace place, std::string message, std::size_t offset = 0);
/// Reads the C files that the scenario names, and then `more`. Errors: as read_own_code(); a file that is not there at the
/// place where the scenario names it.
Result<std::vector<CodeBase::Text>> own_code(const Scenario& scenario, const std::vector<std::filesystem::path>& more = {});

/// `origin` names the text in errors.
Result<Scenario> parse_scenario(std::string_view toml, std::string name, std::string_view origin);
Result<Scenario> load_scenario(const std::filesystem::path& file);
/// Looks NAME up in assets/scenarios, or reads it as a path when it ends in .toml; "standard-2-1-1" (or "std-2-1-1") is
/// standard_scenario(2, 1, 1); "lifecycle-2-1-0-1-1" has readers, writers, killable writers, munmap() and mmap(). An unknown name's error lists the
/// nearest ones.
Result<Scenario> find_scenario(const std::filesystem::path& assets, std::string_view name);
/// Every scenario of the folder, in the teaching order (field `order`, then name).
Result<std::vector<Scenario>> list_scenarios(const std::filesystem::path& assets);

/// One mm, one VMA; threads r1.., w1.., d1... At least one thread, at most kMaxThreads in all.
Result<Scenario> standard_scenario(int readers, int writers, int detachers);

}  // namespace vmalab
