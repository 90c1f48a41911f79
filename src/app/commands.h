// SPDX-License-Identifier: GPL-2.0-only
// One struct a command: what was asked of it, as plain data, and run(), which returns the exit code, or bad input as a
// Diagnostic that main prints. Everything that CLI11 knows stays in command_line.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "machine/property.h"
#include "run/chosen_steps.h"
#include "run/origin.h"
#include "run/workspace.h"

namespace vmalab::app {

/// Exit codes, the same for every command.
enum ExitCode : int {
  kExitOk = 0,
  kExitViolation = 1,   ///< the run broke a check
  kExitBadInput = 2,    ///< what was asked for cannot be done; the message says why
  kExitIncomplete = 3,  ///< a check was stopped or ran out of memory before it knew
  kExitInterrupted = 130,
};

/// What runs: a scenario, and the C under it.
struct Subject {
  std::string target;                           ///< scenario name, .toml file, trace file or link; empty: the default scenario
  int readers = 0, writers = 0, detachers = 0;  ///< the standard scenario; or any number of them (any_numbers.h)
  bool standard = false;                        ///< one of them was given, be it 0
  Overrides overrides;
  CodeChoice code;
  bool goes_on = false;                  ///< a trace or link, see Origin::goes_on
  std::vector<std::string> patch_files;  ///< or "-"; in order: what code.patches is read from

  /// Where the session comes from; `otherwise` when no scenario is named, and no variant that names one.
  Origin origin(const char* otherwise = kDefaultScenario) const;
};

/// How to search.
struct SearchChoice {
  bool symmetry = true, partial_order = true;
  int jobs = 0;        ///< 0: one a core
  int memory_mib = 0;  ///< 0: most of what is free
};

/// How far to look for an answer.
struct BudgetChoice {
  std::uint64_t states = 1'000'000;
  int jobs = 0;        ///< 0: one a core
  int memory_mib = 0;  ///< 0: most of what is free
};

/// How the window looks.
struct LookChoice {
  std::optional<bool> light;    ///< else as it was the last time, or dark
  std::optional<double> scale;  ///< else as it was the last time, or 1
  bool stage = false;           ///< stage mode
  std::string panel;            ///< this one fills the window
  std::string beside;           ///< what runs by the same schedule, side by side (see what_to_put_beside), or a branch by its name
  std::string lesson;           ///< this lesson is taken; `at` is then a step of it
  std::optional<int> at;        ///< the step to look at: of the run that was asked for, or of the whole demo
};

struct RunCommand {
  Subject subject;
  StepChoice steps;
  bool interactive = false;
  std::filesystem::path record;
  bool force = false, link = false, json = false;
  std::string web;  ///< the address that the link is put behind; empty: none
  int delay_ms = 0;
  Result<int> run(const Workspace& workspace) const;
  /// Runs what is open: its demo, schedule, random steps, or by hand, as the command says.
  Result<int> play(Document document, const Workspace& workspace) const;
  /// Reads commands from standard input until `quit` or its end. `seen`: who steers knows the run up to here.
  Result<int> steer(Session session, const Workspace& workspace, bool seen = false) const;
};
/// Applies the steps that were asked for, without printing anything.
Result<void> advance(const StepChoice& steps, Document& document);
/// The run that was asked for: a recorded one, or these steps of a scenario, or its demo.
Result<Document> open_run(const Subject& subject, const StepChoice& steps, const Workspace& workspace);

struct OpenCommand {
  Subject subject;
  StepChoice steps;
  LookChoice look;
  int width = 0, height = 0;  ///< 0: as it was the last time
  bool fullscreen = false;
  std::optional<bool> motion;     ///< else as it was the last time, or as the desktop asks for
  bool notes = false;             ///< prints the speaker's notes as one steps
  bool errors_in_window = false;  ///< what cannot be opened is no reason not to open the window
  Result<int> run(const Workspace& workspace) const;
};

struct ShotCommand {
  Subject subject;
  StepChoice steps;
  LookChoice look;
  std::filesystem::path output;
  int width = 1280, height = 720;
  std::uint64_t states = 0;  ///< of the panel `map`: as it is when so many are counted; 0: all
  Result<int> run(const Workspace& workspace) const;
};

struct ExportCommand {
  Subject subject;
  StepChoice steps;
  std::filesystem::path output;  ///< its extension says the format
  std::string range;             ///< "12-40"; empty: every step
  int columns = 80;
  bool only_shared = false, force = false;
  // Of moving pictures:
  LookChoice look;
  int width = 1280, height = 720;  ///< that is drawn
  int output_width = 0;            ///< of the file's pictures, at most; 0: as they are drawn
  std::size_t most_bytes = 0;      ///< 0: whatever it takes
  int pace_ms = 700;               ///< that a step stands
  Result<int> run(const Workspace& workspace) const;
};

/// What is written in films: pictures and moving pictures.
struct FilmCommand {
  std::vector<std::filesystem::path> files;
  std::filesystem::path output;  ///< in the place of those that the film names
  bool force = false;
  Result<int> run(const Workspace& workspace) const;
};

struct ReplayCommand {
  Subject subject;               ///< its target is the trace or link; other code than its own may be named
  bool goes_on = false;          ///< beyond the first step that differs, along the nearest run
  std::filesystem::path output;  ///< where the run is written as it is now
  bool force = false, json = false;
  int delay_ms = 0;
  Result<int> run(const Workspace& workspace) const;
};

/// What the author of a trace says of it. Steps are of the branch that is shown.
struct EditCommand {
  std::string trace;
  std::optional<std::string> title;
  std::vector<std::string> captions, notes, markers;  ///< "12=TEXT", of a caption also "12-16=TEXT"; an empty text takes it away
  std::vector<std::string> remove_captions;           ///< steps
  std::string order;                                  ///< of the markers, with commas between them
  std::string branch, selected;                       ///< the branch to show, and the step
  std::filesystem::path output;                       ///< empty: in place
  bool force = false, list = false, json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// Who made a value so, why a thread waits, why a property is false.
struct WhyCommand {
  Subject subject;
  StepChoice steps;
  std::string step;   ///< a number, or "end"
  std::string what;   ///< a value (view/place_text.h), a thread, or a property
  bool next = false;  ///< of a value: who reads and writes it next, in place of who made it so
  int links = 8;      ///< of the chain back
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct CheckCommand {
  Subject subject;
  SearchChoice search;
  bool all = false;                    ///< every scenario, one after the other
  bool bisect = false;                 ///< exit codes as `git bisect run` takes them
  bool report = false;                 ///< a text to paste under a patch
  std::vector<std::string> series;     ///< like patches: judged commit by commit
  std::string find;                    ///< C expression: look for a state instead of judging the checks
  std::vector<const Property*> judge;  ///< only these; empty: all
  std::filesystem::path trace_file;
  bool force = false, json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct CompareCommand {
  Subject subject;
  SearchChoice search;
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// Litmus tests in the kernel's format, judged one by one.
struct LitmusCommand {
  std::vector<std::filesystem::path> files;
  std::filesystem::path trace_file;  ///< of the witness; empty: none
  bool no_lb = false, force = false;
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// What can still come of a run.
struct FuturesCommand {
  Subject subject;
  StepChoice steps;
  BudgetChoice budget;
  std::optional<int> at;               ///< after this step; else only the point of no return is told
  std::vector<const Property*> judge;  ///< about a violation of these; empty: of any
  std::string find;                    ///< C expression: about a state, and no violation
  bool another_ending = false;         ///< instead: the nearest run from there that comes out otherwise
  std::string to_line;                 ///< or to where a thread stands at FILE:LINE,
  std::string thread;                  ///< and this one; empty: any
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// The shortest run with the same violation.
struct MinimizeCommand {
  Subject subject;
  StepChoice steps;
  BudgetChoice budget;
  std::vector<const Property*> judge;  ///< the first violation of one of these; empty: the first
  std::string find;                    ///< C expression: to a state, and no violation
  std::filesystem::path output;
  bool force = false, json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// The state space by depth and class of vm_refcnt.
struct MapCommand {
  Subject subject;
  StepChoice steps;  ///< the run that is marked on it; a recorded one, or none, where none are asked for
  SearchChoice search;
  std::string vma;  ///< whose vm_refcnt; empty: the first
  std::string to;   ///< "12:FLAG+1" or "breaking": the shortest run there
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// Two bodies of C under one schedule. What is given once is of the second, the first being the lock as it is.
struct DiffCommand {
  std::string target;                                   ///< scenario, or a run that was recorded; empty: the scenario that the second variant names
  StepChoice steps;                                     ///< of a scenario; of a recorded run its own
  std::vector<std::string> variants, kernels, lockdep;  ///< at most two of each
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct ParseCommand {
  Subject subject;  ///< its code and overrides
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct ScenariosCommand {
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

/// What captions and stories claim of the machine, against what it does.
struct CaptionsCommand {
  Subject subject;
  Result<int> run(const Workspace& workspace) const;
};

struct LessonsCommand {
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct LessonCommand {
  std::string name;         ///< of the course, or a .toml file; empty: the first that is not done
  bool check = false;       ///< do not play it: what in it does the machine contradict? Empty name: in all of them
  std::optional<int> step;  ///< from 1; else where the last time ended
  bool again = false;       ///< from the first step
  bool fast = false;        ///< pass over what is marked as known
  Result<int> run(const Workspace& workspace) const;
};

struct VariantsCommand {
  bool json = false;
  Result<int> run(const Workspace& workspace) const;
};

struct NewCommand {
  std::string name;
  std::string from;  ///< the scenario that it starts from; empty: a template
  bool force = false;
  Result<int> run(const Workspace& workspace) const;
};

/// `completion scenarios`, `variants` and `lessons`: a name a line and, behind a tab, what it is.
struct NamesCommand {
  std::string what;
  Result<int> run(const Workspace& workspace) const;
};

/// `help scenarios`, `help lessons`.
struct GuideCommand {
  bool lessons = false;
  Result<int> run(const Workspace& workspace) const;
};

using Command = std::variant<OpenCommand, RunCommand, EditCommand, ReplayCommand, ScenariosCommand, ParseCommand, CheckCommand, CaptionsCommand,
                             LessonsCommand, LessonCommand, VariantsCommand, CompareCommand, MapCommand, DiffCommand, FuturesCommand, MinimizeCommand,
                             WhyCommand, ShotCommand, ExportCommand, FilmCommand, LitmusCommand, NewCommand, NamesCommand, GuideCommand>;

}  // namespace vmalab::app
