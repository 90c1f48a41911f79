// SPDX-License-Identifier: GPL-2.0-only
#include "app/command_line.h"
#include "app/any_numbers.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "app/command_table.h"
#include "app/completions.h"
#include "app/help_texts.h"
#include "app/man_page.h"
#include "app/shared_options.h"
#include "app/version.h"
#include "app/window.h"
#include "base/numbers.h"
#include "export/format.h"
#include "lang/spelling.h"

namespace vmalab::app {
namespace {

constexpr const char* kPictures = "Pictures";  ///< of `export`: what only pictures listen to

bool is_command(const CLI::App& app, const std::string& word) {
  const std::vector<const CLI::App*> all = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(all.begin(), all.end(), [&](const CLI::App* sub) { return sub->get_name() == word; });
}

/// CLI11 would only say that an argument was not expected.
std::string unknown_command_text(const CLI::App& app, const std::string& word) {
  std::string text = "There is no command \"" + word + "\".";
  const CLI::App* nearest = nullptr;
  std::size_t best = word.size() / 2 + 2;
  std::string all;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    all += (all.empty() ? "" : ", ") + sub->get_name();
    if (const std::size_t distance = edit_distance(word, sub->get_name()); distance < best) {
      best = distance;
      nearest = sub;
    }
  }
  if (nearest != nullptr) return text + " Did you mean \"" + nearest->get_name() + "\"?\n";
  return text + " Commands: " + all + ".\nTo run a scenario: vmalab run " + word + "\n";
}

/// Of an option that stands before a command, or without one: where it belongs. Empty: none does that a command has.
std::string misplaced_option_text(const CLI::App& app, const std::vector<std::string>& words, std::size_t first_word) {
  const auto name_of = [](const std::string& word) { return word.substr(0, word.find('=')); };
  const auto has = [&](const CLI::App& in, const std::string& word) { return in.get_option_no_throw(name_of(word)) != nullptr; };
  const auto end = words.begin() + static_cast<std::ptrdiff_t>(first_word);
  const auto option = std::find_if(words.begin(), end, [&](const std::string& word) { return word.size() > 1 && word[0] == '-' && !has(app, word); });
  if (option == end) return {};
  const auto typed = std::find_if(option, words.end(), [&](const std::string& word) { return is_command(app, word); });
  std::string command = typed == words.end() || !has(*app.get_subcommand(*typed), *option) ? "" : *typed;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command.empty() && has(*sub, *option)) command = sub->get_name();  // the first of them is `open`
  }
  if (command.empty()) return {};
  std::string line = "vmalab " + command;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (word != typed) line += " " + *word;
  }
  return name_of(*option) + " belongs behind a command. Did you mean `" + line + "`?\n";
}

/// "800K", "5M" into the number of bytes; the complaint, or nothing.
std::string bytes_of(std::string& text) {
  constexpr std::string_view kUnits = "KMG";
  std::string_view digits = text;
  const char unit = digits.empty() ? '0' : static_cast<char>(std::toupper(static_cast<unsigned char>(digits.back())));
  const std::size_t power = kUnits.find(unit);
  if (power != std::string_view::npos) digits.remove_suffix(1);
  const std::optional<int> number = whole_number(digits);
  if (!number || *number == 0) return "\"" + text + "\" is no size; expected a number of bytes, or one with K, M or G behind it: 800K, 5M";
  std::uint64_t bytes = static_cast<std::uint64_t>(*number);
  for (std::size_t i = 0; power != std::string_view::npos && i <= power; ++i) bytes *= 1024;
  text = std::to_string(bytes);
  return {};
}

/// CLI11 fills in the command that a subcommand stands for, and its callback makes it the one to run.
struct Parser {
  Everywhere everywhere;
  OpenCommand open;
  RunCommand run;
  ReplayCommand replay;
  ScenariosCommand scenarios;
  ParseCommand parse;
  CheckCommand check;
  CaptionsCommand captions;
  LessonsCommand lessons;
  LessonCommand lesson;
  VariantsCommand variants;
  CompareCommand compare;
  FuturesCommand futures;
  MinimizeCommand minimize;
  WhyCommand causes;
  MapCommand map;
  DiffCommand diff;
  ShotCommand shot;
  ExportCommand exports;
  EditCommand edit;
  FilmCommand film;
  LitmusCommand litmus;
  NewCommand fresh;
  NamesCommand completion;

  CLI::App app{"VMA Lock Lab: watch, steer and question the Linux per-VMA lock.", "vmalab"};
  std::optional<Command> command;
  std::string problem;  ///< what more than one option together has against it
  bool wants_version = false;
  std::string text;  ///< to print in a command's place
  std::string size_text, open_size_text, export_size_text;

  Parser() {
    app.footer("Examples:\n" + program_examples() + "\n" + exit_codes());
    app.set_version_flag("--version", version_text());
    app.require_subcommand(0, 1);
    app.fallthrough();
    app.add_option("--assets", everywhere.assets, "Folder with kernel/, scenarios/ and variants/")->option_text("DIR");
    app.add_option("--log-level", everywhere.log_level, "trace, debug, info, warn (the default), error or off")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
        ->option_text("LEVEL");
    app.add_option("--log-file", everywhere.log_file, "Append a log there, for a bug report")->option_text("FILE");
    add_open();
    add_run();
    add_replay();
    add_scenarios();
    add_parse();
    add_check();
    add_captions();
    add_lessons();
    add_variants();
    add_compare();
    add_futures();
    add_minimize();
    add_why();
    add_map();
    add_diff();
    add_shot();
    add_export();
    add_edit();
    add_film();
    add_litmus();
    add_new();
    add_completion();
    app.add_subcommand("version", "Say which version this is")->footer("")->callback([this] { wants_version = true; });
    add_help();
  }

  static std::string version_text() { return std::string("vmalab ") + kVersion + " (" + kRevision + ")"; }

  /// Without a footer of its own a command would show the program's.
  template <typename Any>
  CLI::App& add(Any& which, const char* name, const char* help, const std::string& footer = "") {
    CLI::App& sub = *app.add_subcommand(name, help)->footer(footer);
    sub.callback([this, &which] {
      if constexpr (requires { which.subject; }) {
        problem = problem_of(which.subject);
        bool takes_any = std::is_same_v<Any, CheckCommand> || std::is_same_v<Any, MapCommand>;
        if constexpr (std::is_same_v<Any, ShotCommand>) takes_any = which.look.panel == "map";
        if (!takes_any && has_any_number(which.subject))
          problem =
              "any number of threads is of `vmalab check`, `vmalab map` and `vmalab shot --panel map`; a run needs a number of readers, writers and detachers.";
      }
      if constexpr (requires { problem_of(which); }) {
        if (const std::string more = problem_of(which); problem.empty()) problem = more;
      }
      command = which;
    });
    return sub;
  }

  void add_open() {
    CLI::App& sub = add(open, "open", "Open the window (without a display: play in the terminal)");
    add_target(sub, open.subject, "SCENARIO|TRACE|LINK", "What to open; the default is writer-waits-for-a-reader");
    add_scenario_options(sub, open.subject);
    add_step_options(sub, open.steps);
    add_look_options(sub, open.look);
    add_at_option(sub, open.look);
    sub.add_option("--size", open_size_text, "Width and height of the window; the default is as it was the last time")->option_text("WxH");
    sub.add_flag("--fullscreen", open.fullscreen, "Fill the screen")->option_text(" ");
    sub.add_option_function<std::string>(
           "--motion", [this](const std::string& word) { open.motion = word == "on"; },
           "See what moves go to its new place; the default is as the last time, or as the desktop asks for")
        ->check(CLI::IsMember({"on", "off"}))
        ->option_text("on|off");
    sub.add_flag("--notes", open.notes, "Print the speaker's notes and the caption to come as one steps, for whoever shows it to a room")
        ->option_text(" ");
    sub.add_flag("--errors-in-window", open.errors_in_window, "Say there what cannot be opened, for where nobody sees a terminal")->option_text(" ");
  }

  void add_run() {
    CLI::App& sub = add(run, "run", "Run a scenario in the terminal");
    add_target(sub, run.subject, "SCENARIO|LINK", "Scenario name, .toml file or link");
    add_scenario_options(sub, run.subject);
    add_step_options(sub, run.steps);
    sub.add_flag("-i,--interactive", run.interactive, "Steer it by hand: type r1, w1, back, list, help");
    sub.add_option("--record", run.record, "Record the run there as it happens")->option_text("FILE");
    sub.add_flag("--force", run.force, "Record over an existing file");
    CLI::Option* link = sub.add_flag("--link", run.link, "Print the run as one short line that `vmalab open` takes");
    sub.add_option("--web", run.web, "With --link: as an address of the site that `./run web` builds, which stands at BASE")
        ->option_text("BASE")
        ->needs(link)
        ->check([](const std::string& base) {
          return base.find('#') == std::string::npos ? std::string() : "the # of an address is what the link is put behind";
        });
    sub.add_flag("--json", run.json, "Print every step and state as JSON");
    sub.add_option("--delay", run.delay_ms, "Wait so long after each step")->check(CLI::Range(0, 60'000))->option_text("MS");
  }

  void add_replay() {
    CLI::App& sub = add(replay, "replay", "Recompute a recorded trace or a link and check every step");
    sub.add_option("TRACE|LINK", replay.subject.target, "`vmalab run --record`, `vmalab check --trace` and the window write traces")
        ->option_text(" ")
        ->required();
    add_code_options(sub, replay.subject, "In other code: the same threads, step by step, as far as they do the same");
    sub.add_flag("--continue", replay.goes_on, "Where a step differs go on along the nearest run: the fewest steps changed, inserted and left out")
        ->option_text(" ");
    sub.add_option("-o,--output", replay.output, "Write the run as it is now: what is the same, and the way on")->option_text("FILE");
    sub.add_flag("--force", replay.force, "Write over an existing file")->option_text(" ");
    sub.add_flag("--json", replay.json, "Print every step and state as JSON");
    sub.add_option("--delay", replay.delay_ms, "Wait so long after each step")->check(CLI::Range(0, 60'000))->option_text("MS");
  }

  void add_scenarios() { add(scenarios, "scenarios", "List the scenarios", guide_hint()).add_flag("--json", scenarios.json, "As JSON"); }

  void add_parse() {
    CLI::App& sub = add(parse, "parse", "List the lock's functions and whether each can run; exit code 1 if one cannot");
    CodeChoice& code = parse.subject.code;
    sub.add_option("--kernel", code.kernel, "Load this Linux tree in the model's place")->check(not_blank)->option_text("DIR");
    add_code_option(sub, parse.subject);
    add_patch_option(sub, parse.subject, "Options");
    sub.add_option("--variant", code.variant, "Load this variant (a name, or a C file) last")->option_text("NAME");
    sub.add_option_function<std::string>(
           "--lockdep", [this](const std::string& word) { parse.subject.overrides.lockdep = word == "on"; }, "With or without lockdep")
        ->check(CLI::IsMember({"on", "off"}))
        ->option_text("on|off");
    sub.add_flag("--json", parse.json, "As JSON");
  }

  static void add_any_option(CLI::App& sub, Subject& subject, const char* target) {
    sub.add_flag_callback(
           "--any", [&subject] { subject.target = kLifecycle; },
           "For any number of readers, writers, killable writers, unmappers and attachers of one VMA, for ever")
        ->excludes(sub.get_option(target))
        ->option_text(" ");
  }

  void add_check() {
    CLI::App& sub = add(check, "check", "Judge every check over all interleavings, or find a state", check_help());
    add_target(sub, check.subject, "SCENARIO", "What to check; the default is standard-3-1-1, what a --variant names, or with --kernel all of them");
    add_scenario_options(sub, check.subject);
    add_search_options(sub, check.search);
    add_any_option(sub, check.subject, "SCENARIO");
    sub.add_flag("--all", check.all, "Every scenario; what --kernel does when no scenario is named");
    sub.add_option("--series", check.series,
                   "Judge this series (mailboxes or patches, in order: v3-*.patch) commit by commit; a SCENARIO stands before it")
        ->check(not_blank)
        ->option_text("FILE...")
        ->expected(1, CLI::detail::expected_max_vector_size);
    sub.add_flag("--bisect", check.bisect, "Exit codes for `git bisect run`: 0 good, 1 bad, 125 for what cannot be judged");
    sub.add_flag("--report", check.report, "Print what one would paste under a patch");
    sub.add_option("--find", check.find, "Find the shortest way to a state where this C expression is true")->check(not_blank)->option_text("EXPR");
    add_judge_option(sub, check.judge, "Judge only these checks and go on when others break: a second bug behind a first");
    sub.add_option("--trace", check.trace_file, "Save what was found as a trace")->option_text("FILE");
    sub.add_flag("--force", check.force, "Save over an existing file");
    sub.add_flag("--json", check.json, "The report as one JSON object");
  }

  void add_captions() {
    CLI::App& sub = add(captions, "captions", "Run each demo and check what its captions and story say of the machine", guide_hint());
    add_target(sub, captions.subject, "SCENARIO", "One scenario; the default is all of them, and all variants");
    add_scenario_options(sub, captions.subject);
  }

  void add_lessons() {
    add(lessons, "lessons", "List the lessons, and how far you are in each").add_flag("--json", lessons.json, "As JSON");
    CLI::App& sub = add(lesson, "lesson", "Take a lesson in the terminal, or check one that you wrote", lesson_hint());
    sub.add_option("LESSON", lesson.name, "A lesson, or a .toml file; the default is the first that is not done")->option_text(" ");
    sub.add_flag("--check", lesson.check,
                 "Name each sentence that the machine contradicts, and each goal that cannot be met; the default is all lessons");
    sub.add_option("--step", lesson.step, "Begin at this step; the default is where you were")->option_text("N");
    sub.add_flag("--again", lesson.again, "Begin at the first step");
    sub.add_flag("--fast", lesson.fast, "Pass over steps that are marked as known");
  }

  void add_variants() {
    add(variants, "variants", "List the historical and deliberate bugs that can be checked").add_flag("--json", variants.json, "As JSON");
  }

  void add_compare() {
    CLI::App& sub = add(compare, "compare", "Check that a Linux tree does what the model does, scenario by scenario", compare_help());
    add_target(sub, compare.subject, "SCENARIO", "One scenario; the default is all of them");
    add_scenario_options(sub, compare.subject);
    add_search_options(sub, compare.search);
    sub.add_flag("--json", compare.json, "As JSON");
  }

  void add_futures() {
    CLI::App& sub = add(futures, "futures", "Say whether a violation or a goal can still be avoided, and since which step of a run not",
                        futures_help());
    add_target(sub, futures.subject, "SCENARIO|TRACE|LINK", "Whose run; of a scenario its demo, where no steps are asked for");
    add_scenario_options(sub, futures.subject);
    add_step_options(sub, futures.steps);
    sub.add_option_function<int>(
           "--at", [this](int n) { futures.at = n; }, "After this step of the run: what each step that can come next leads to")
        ->check(CLI::Range(0, 100'000'000))
        ->option_text("STEP");
    add_judge_option(sub, futures.judge, "About violations of these checks only; a run goes on when others break");
    sub.add_option("--find", futures.find, "About a state where this C expression is true, and no violation")->check(not_blank)->option_text("EXPR");
    sub.add_flag("--another-ending", futures.another_ending, "Instead, the nearest run from there that ends in another outcome")->option_text(" ");
    sub.add_option("--to-line", futures.to_line, "Instead, the nearest run from there in which a thread comes to this line, by any schedule")
        ->check(not_blank)
        ->option_text("FILE:LINE");
    sub.add_option("--thread", futures.thread, "With --to-line: this thread")->check(not_blank)->option_text("NAME");
    sub.add_flag("--json", futures.json, "As one JSON object");
    add_budget_options(sub, futures.budget, false);
  }

  void add_minimize() {
    CLI::App& sub = add(minimize, "minimize", "Find the shortest run with the same violation, or to the same goal", minimize_help());
    add_target(sub, minimize.subject, "SCENARIO|TRACE|LINK", "The run to make short; of a scenario its demo, where no steps are asked for");
    add_scenario_options(sub, minimize.subject);
    add_step_options(sub, minimize.steps);
    add_judge_option(sub, minimize.judge, "The first violation of one of these checks; the default is the first there is");
    sub.add_option("--find", minimize.find, "To a state where this C expression is true, and no violation")->check(not_blank)->option_text("EXPR");
    sub.add_option("-o,--output", minimize.output, "Save it as a trace")->option_text("FILE");
    sub.add_flag("--force", minimize.force, "Save over an existing file");
    sub.add_flag("--json", minimize.json, "As one JSON object");
    add_budget_options(sub, minimize.budget, true);
  }

  void add_why() {
    CLI::App& sub = add(causes, "why", "Say who made a value so, why a thread waits or why a check is false, at a step of a run", why_help());
    add_target(sub, causes.subject, "SCENARIO|TRACE|LINK", "A scenario, trace or link; of a scenario its demo, where no steps are asked for");
    sub.add_option("STEP", causes.step, "After which step: a number, 0 for the start, or end")->option_text(" ");
    sub.add_option("WHAT", causes.what, "A value, a thread or a check")->option_text(" ");
    add_scenario_options(sub, causes.subject);
    add_step_options(sub, causes.steps);
    sub.add_flag("--next", causes.next, "Of a value: who reads it next, writes it, changes it");
    sub.add_option("--back", causes.links, "How many steps the chain of causes goes back; the default is 8")
        ->check(CLI::Range(1, 100'000))
        ->option_text("N");
    sub.add_flag("--json", causes.json, "As JSON");
    // RUN may be left out where options say what runs.
    sub.parse_complete_callback([this] {
      const bool runs_something = causes.subject.standard || !causes.subject.code.variant.empty();
      if (!runs_something || !causes.what.empty() || causes.step.empty()) return;
      causes.what = std::move(causes.step);
      causes.step = std::move(causes.subject.target);
      causes.subject.target.clear();
    });
  }

  void add_map() {
    CLI::App& sub = add(map, "map", "Count the states that can be reached, by depth and class of vm_refcnt", map_help());
    add_target(sub, map.subject, "SCENARIO|TRACE|LINK", "Whose states; a run that comes with it, or by the options of a run, is marked");
    add_scenario_options(sub, map.subject);
    add_any_option(sub, map.subject, "SCENARIO|TRACE|LINK");
    add_step_options(sub, map.steps);
    add_search_options(sub, map.search);
    sub.add_option("--vma", map.vma, "By the vm_refcnt of this VMA; the default is the first")->check(not_blank)->option_text("NAME");
    sub.add_option("--to", map.to, "Print the shortest run to a cell (12:FLAG+1), or to the nearest broken check (breaking), as a schedule")
        ->check(not_blank)
        ->option_text("CELL");
    sub.add_flag("--json", map.json, "As JSON");
  }

  void add_diff() {
    CLI::App& sub = add(diff, "diff", "Run two bodies of C under one schedule, and say where they part", diff_help());
    sub.add_option("RUN", diff.target, "SCENARIO|TRACE: whose schedule; of a scenario its demo, where no steps are asked for")->option_text(" ");
    const auto twice = [&](const char* name, std::vector<std::string>& values, const char* value, const char* help) {
      return sub.add_option(name, values, help)->check(not_blank)->option_text(value)->expected(1)->allow_extra_args(false)->take_all();
    };
    twice("--variant", diff.variants, "NAME", "A variant (a name in assets/variants, or a C file); `none` is the lock without one");
    twice("--kernel", diff.kernels, "DIR", "A Linux tree in the model's place");
    twice("--lockdep", diff.lockdep, "on|off", "With or without lockdep")->check(CLI::IsMember({"on", "off"}));
    add_step_options(sub, diff.steps);
    sub.add_flag("--json", diff.json, "As JSON");
  }

  void add_shot() {
    CLI::App& sub = add(shot, "shot",
                        has_window() ? "Draw the window into a PNG file; needs no display" : "Draw the window into a PNG file: not in this build");
    add_target(sub, shot.subject, "SCENARIO|TRACE|LINK", "What to draw");
    add_scenario_options(sub, shot.subject);
    add_any_option(sub, shot.subject, "SCENARIO|TRACE|LINK");
    add_step_options(sub, shot.steps);
    sub.add_option("-o,--output", shot.output, "The PNG file")->option_text("FILE")->required();
    sub.add_option("--size", size_text, "Width and height in pixels; the default is 1280x720")->option_text("WxH");
    sub.add_option("--states", shot.states, "With --panel map: the map as it is when so many states are counted; the default is all")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
        ->option_text("N");
    add_look_options(sub, shot.look);
    add_at_option(sub, shot.look);
  }

  void add_export() {
    CLI::App& sub = add(exports, "export", "Write a run as a page, a drawing, a transcript, a diagram or data for other programs", export_help());
    add_target(sub, exports.subject, "SCENARIO|TRACE|LINK", "Whose run; of a scenario its demo, where no steps are asked for");
    add_scenario_options(sub, exports.subject);
    add_step_options(sub, exports.steps);
    sub.add_option("-o,--output", exports.output, "The file to write; its extension says the format")->option_text("FILE")->required();
    sub.add_option("--range", exports.range, "Only these steps of the run: 12-40, 12-, -40 or 12")->check(not_blank)->option_text("A-B");
    sub.add_option("--columns", exports.columns, "Width of a transcript; the default is 80")->option_text("N");
    sub.add_flag(
           "--only-shared", exports.only_shared,
           "Keep of a transcript what a race depends on: all but steps that write nothing. Of those stay what read a value that another thread gave "
           "or changed while it was in use, what ended in a sleep, and where a caption, note or chapter begins")
        ->option_text(" ");
    sub.add_flag("--force", exports.force, "Write over an existing file");
    if (has_window()) add_picture_options(sub);
  }
  void add_litmus() {
    CLI::App& sub = add(litmus, "litmus", "Run litmus tests of the kernel's memory model", litmus_help());
    sub.add_option("FILE", litmus.files, "A litmus test in C, or several")->option_text("FILE...")->required();
    sub.add_option("--trace", litmus.trace_file, "Save a shortest way to the condition of the one test; `vmalab open FILE` shows it")
        ->check(not_blank)
        ->option_text("FILE");
    sub.add_flag("--force", litmus.force, "Save over an existing file");
    sub.add_flag("--no-lb", litmus.no_lb, "Postpone no load: load buffering is not shown");
    sub.add_flag("--json", litmus.json, "Print the results as JSON");
  }

  void add_film() {
    CLI::App& sub = add(film, "film", "Draw films: runs told shot by shot, from a file", film_help());
    sub.add_option("FILE", film.files, "A film, or several")->option_text("FILE...")->required();
    sub.add_option("-o,--output", film.output, "Write this one file, in the place of those that the film names")->option_text("FILE");
    sub.add_flag("--force", film.force, "Write over existing files");
  }
  void add_picture_options(CLI::App& sub) {
    const char* group = kPictures;
    const std::vector<CLI::Option*> before = sub.get_options();
    sub.add_option("--size", export_size_text, "Width and height that are drawn; the default is 1280x720")->option_text("WxH")->group(group);
    sub.add_option("--width", exports.output_width, "Make the pictures smaller, to this width")
        ->check(CLI::Range(160, 8192))
        ->option_text("N")
        ->group(group);
    sub.add_option("--max-size", exports.most_bytes, "Make them smaller until the file has at most so many bytes: 800K, 5M")
        ->transform(CLI::Validator(bytes_of, ""))
        ->option_text("BYTES")
        ->group(group);
    sub.add_option("--pace", exports.pace_ms, "How long a step stands, in milliseconds; the default is 700. A caption stands until it is read")
        ->check(CLI::Range(20, 60'000))
        ->option_text("MS")
        ->group(group);
    add_look_options(sub, exports.look);
    for (CLI::Option* option : sub.get_options()) {
      if (std::find(before.begin(), before.end(), option) == before.end()) option->group(group);
    }
  }

  void add_edit() {
    CLI::App& sub = add(edit, "edit", "Change what the author of a trace says of it: title, captions, notes, markers");
    sub.add_option("TRACE", edit.trace, "The trace file; it is changed in place, whole or not at all, where no -o is given")
        ->option_text("FILE")
        ->required();
    sub.add_option_function<std::string>(
           "--title", [this](const std::string& title) { edit.title = title; }, "Of the run; an empty one takes it away")
        ->option_text("TEXT");
    const auto repeated = [&](const char* name, std::vector<std::string>& texts, const char* value, const char* help) {
      sub.add_option(name, texts, help)->option_text(value)->expected(1)->allow_extra_args(false)->take_all();
    };
    repeated(
        "--caption", edit.captions, "STEP=TEXT",
        "From this step until the next caption, or until what it claims is not so any more; 12-16=TEXT for these steps. An empty text takes it away. What stands in braces behind a "
        "sentence is checked: 12=\"r1 is in. {vma0->vm_refcnt == 2}\"");
    repeated("--note", edit.notes, "STEP=TEXT", "For the speaker, from this step on; step 0 is the start");
    repeated("--mark", edit.markers, "STEP=NAME", "A name for this step, a chapter of the talk");
    repeated("--remove-caption", edit.remove_captions, "STEP", "The caption that begins with this step");
    sub.add_option("--reorder", edit.order, "Markers in the order of the talk, by their names or steps; those that are not named come behind them")
        ->check(not_blank)
        ->option_text("A,B,...");
    sub.add_option("--branch", edit.branch, "Count the steps along this branch, and show it")->check(not_blank)->option_text("NAME");
    sub.add_option("--select", edit.selected, "The step that is shown when the trace is opened")->check(not_blank)->option_text("STEP");
    sub.add_option("-o,--output", edit.output, "Write another file, and leave this one as it is")->option_text("FILE");
    sub.add_flag("--force", edit.force, "Write over an existing file");
    sub.add_flag("--list", edit.list, "Print what is there in the end")->option_text(" ");
    sub.add_flag("--json", edit.json, "With --list: as JSON")->option_text(" ");
  }

  void add_new() {
    CLI::App& sub = add(fresh, "new", "Write a scenario of your own to begin with: NAME.toml and its C, NAME.c", guide_hint());
    sub.add_option("NAME", fresh.name, "Letters, digits, - and _; the files go into the current folder")->option_text(" ")->required();
    sub.add_option("--from", fresh.from, "Start from this scenario, with the functions of its threads to be changed")
        ->check(not_blank)
        ->option_text("SCENARIO");
    sub.add_flag("--force", fresh.force, "Write over existing files");
  }

  void add_completion() {
    CLI::App& sub = *app.add_subcommand("completion", "Print what a shell needs to complete commands, options and names")->footer("");
    sub.add_option("SHELL", completion.what, "A shell: its script; scenarios, variants, lessons: their names, as the scripts ask for them")
        ->check(CLI::IsMember({"bash", "zsh", "fish", "scenarios", "variants", "lessons"}))
        ->option_text(" ")
        ->required();
    sub.callback([this] {
      if (completion.what == "bash") text = bash_completion(command_table(app));
      if (completion.what == "zsh") text = zsh_completion(command_table(app));
      if (completion.what == "fish") text = fish_completion(command_table(app));
      if (text.empty()) command = completion;
    });
  }

  /// `help` is answered before anything is parsed, so that it needs no options that a command requires; here it is for the table.
  void add_help() {
    std::vector<std::string> topics{"scenarios", "lessons", "man"};
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) topics.push_back(sub->get_name());
    app.add_subcommand("help", "Say more of a command; scenarios, lessons: how to write one; man: the man page, for man(1)")
        ->footer("")
        ->add_option("TOPIC", "A command, scenarios, lessons or man")
        ->check(CLI::IsMember(topics))
        ->option_text(" ");
  }

  // Rules that take more than one option; empty when all is well.
  std::string problem_of(const Subject& subject) const {
    if (subject.standard && !subject.target.empty()) {
      return "\"" + std::string(subject.target == kLifecycle ? "--any" : subject.target) +
             "\" and --readers, --writers, --detachers each say what to run: give one of them.";
    }
    if (subject.code.kernel.empty() && !subject.patch_files.empty()) return "--patch needs --kernel DIR, the tree that it is for.";
    return {};
  }
  std::string problem_of(const RunCommand& c) const {
    if (c.force && c.record.empty()) return "--force needs --record FILE.";
    if (c.interactive && c.json) return "--interactive and --json cannot be combined.";
    return {};
  }
  std::string problem_of(const ReplayCommand& c) const { return c.force && c.output.empty() ? "--force needs -o FILE." : ""; }
  std::string problem_of(const CheckCommand& c) const {
    const bool tree = !c.subject.code.kernel.empty();
    if (c.force && c.trace_file.empty()) return "--force needs --trace FILE.";
    if (c.all && (c.subject.standard || !c.subject.target.empty() || !c.find.empty()))
      return "--all checks every scenario: no scenario and no --find with it.";
    if (!tree && !c.series.empty()) return "--series needs --kernel DIR, the tree that it is for.";
    if (!tree && c.bisect) return "--bisect needs --kernel DIR, the tree whose commits are judged: `--kernel .` in `git bisect run`.";
    if (!c.find.empty() && (!c.series.empty() || c.report)) return "--find looks for one state; --series and --report judge the checks.";
    if (has_any_number(c.subject) && (!c.find.empty() || c.all || c.report || c.bisect || !c.series.empty()))
      return "Any number of threads is proved of one scenario: no --find, --all, --report, --bisect or --series with it.";
    if (c.report && c.json) return "--report and --json are two ways to say the same: give one of them.";
    if (!c.trace_file.empty() && !c.series.empty()) return "--trace and --series cannot be combined: check the commit by itself, with --patch.";
    return {};
  }
  std::string problem_of(const MapCommand& c) const {
    if (has_any_number(c.subject) && !c.to.empty())
      return "--to prints a run, and none goes to states that stand for any number: `vmalab check` with the same options looks for one that breaks a check.";
    return {};
  }
  std::string problem_of(const FuturesCommand& c) const {
    const bool nearest = c.another_ending || !c.to_line.empty();
    if (c.another_ending && !c.to_line.empty()) return "--another-ending and --to-line ask for different runs: give one of them.";
    if (nearest && (!c.judge.empty() || !c.find.empty())) return "--judge and --find are about what can be avoided, not about the nearest run.";
    if (!c.thread.empty() && c.to_line.empty()) return "--thread says who comes to the line of --to-line.";
    return !c.find.empty() && !c.judge.empty() ? "--find asks about a state, --judge about violations: give one of them." : "";
  }
  std::string problem_of(const MinimizeCommand& c) const {
    if (c.force && c.output.empty()) return "--force needs -o FILE.";
    return !c.find.empty() && !c.judge.empty() ? "--find asks for a state, --judge for violations: give one of them." : "";
  }
  std::string problem_of(const DiffCommand& c) const {
    if (c.variants.size() > 2 || c.kernels.size() > 2 || c.lockdep.size() > 2) return "diff is of two: give each option once or twice.";
    return {};
  }
  std::string problem_of(const LessonCommand& c) const {
    if (c.check && (c.step || c.again || c.fast)) return "--check plays nothing: no --step, --again or --fast with it.";
    return {};
  }
  std::string problem_of(const WhyCommand& c) const {
    return c.what.empty() ? "why needs a run, a step of it and what is asked about: vmalab why race.jsonl 14 'vma0->vm_refcnt'." : "";
  }
  std::string problem_of(const FilmCommand& c) const {
    return c.files.size() > 1 && !c.output.empty() ? "--output is one file, and there is more than one film." : "";
  }
  /// A lesson brings its scenario.
  template <typename Look>
  static std::string lesson_problem(const Look& c) {
    const bool more = !c.subject.target.empty() || c.subject.standard || c.subject.code.named() || c.steps.any() || c.steps.limit;
    return !c.look.lesson.empty() && more ? "--lesson brings its scenario and its steps: no other with it." : "";
  }
  std::string problem_of(ShotCommand& c) const {
    if (c.look.stage && !c.look.panel.empty() && c.look.panel != "causes")
      return "On the stage no panel fills the window: draw " + c.look.panel + " without --stage.";
    if (c.look.stage && c.look.scale) return "On the stage the type has the size that a room needs: --scale is for without --stage.";
    const std::string why = lesson_problem(c);
    return why.empty() ? read_size(size_text, c.width, c.height) : why;
  }
  std::string problem_of(OpenCommand& c) const {
    const std::string why = lesson_problem(c);
    return why.empty() ? read_size(open_size_text, c.width, c.height) : why;
  }
  /// What another format would listen to is not dropped in silence.
  std::string problem_of(ExportCommand& c) const {
    const bool picture = find_picture_format(c.output) != nullptr, transcript = c.output.extension() == ".txt" || c.output.extension() == ".md";
    const bool known = picture || find_export_format(c.output) != nullptr;
    for (const CLI::Option* option : app.get_subcommand("export")->get_options()) {
      const std::string name = option->get_name();
      const bool of_transcripts = name == "--columns" || name == "--only-shared", of_pictures = option->get_group() == kPictures;
      if (!known || option->count() == 0 || (of_transcripts ? transcript : !of_pictures || picture)) continue;
      return name + " is of " + (of_transcripts ? "transcripts (.txt, .md)" : "pictures") + ", and " + c.output.string() + " is none.";
    }
    return read_size(export_size_text, c.width, c.height);
  }

  /// Why it is none; empty when it is, or nothing was given.
  static std::string read_size(const std::string& text, int& width, int& height) {
    if (text.empty()) return {};
    if (const std::optional<std::pair<int, int>> size = parse_size(text)) {
      std::tie(width, height) = *size;
      return {};
    }
    return "--size is WIDTHxHEIGHT, 320x200 to 8192x8192; got \"" + text + "\".";
  }
};

/// The word behind the first that is `word`; empty when there is none.
std::string word_after(int argc, const char* const* argv, std::string_view word) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == word) return argv[i + 1];
  }
  return {};
}

/// Where the first word is that is neither an option nor the value of one that may stand before the command; 0: there is none.
int first_word(int argc, const char* const* argv) {
  constexpr std::array<std::string_view, 3> with_value = {"--assets", "--log-level", "--log-file"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (std::find(with_value.begin(), with_value.end(), word) != with_value.end()) {
      ++i;
    } else if (word.empty() || word.front() != '-') {
      return i;
    }
  }
  return 0;
}

}  // namespace

Origin Subject::origin(const char* otherwise) const {
  Origin origin;
  origin.text = standard ? "standard-" + std::to_string(readers) + "-" + std::to_string(writers) + "-" + std::to_string(detachers) : target;
  origin.what = standard ? Origin::What::kName : what_is(target);
  origin.code = code;
  origin.overrides = overrides;
  origin.otherwise = otherwise;
  origin.goes_on = goes_on && origin.recorded() && !code.named() && !overrides.any();
  return origin;
}

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  ParsedCommandLine out;
  Parser parser;
  std::vector<const char*> words(argv, argv + argc);
  const int first = first_word(argc, argv);
  const std::vector<std::string> typed(argv + std::min(argc, 1), argv + argc);
  if (const std::string misplaced = misplaced_option_text(parser.app, typed, first > 0 ? static_cast<std::size_t>(first) - 1 : typed.size());
      !misplaced.empty()) {
    out.text = "vmalab: " + misplaced;
    out.exit_code = kExitBadInput;
    return out;
  }
  if (const std::string word = first > 0 ? argv[first] : ""; word == "help") {
    const std::string about = word_after(argc, argv, "help");
    out.everywhere.assets = word_after(argc, argv, "--assets");
    if (about == "scenarios" || about == "lessons") {
      out.command = GuideCommand{about == "lessons"};
    } else if (about == "man") {
      out.text = man_page(command_table(parser.app));
      out.exactly = true;
    } else if (is_command(parser.app, about)) {
      out.text = parser.app.get_subcommand(about)->help("vmalab");
    } else if (about.empty()) {
      out.text = parser.app.help();
    } else {
      out.text = "vmalab: " + unknown_command_text(parser.app, about);
      out.exit_code = kExitBadInput;
    }
    return out;
  } else if (!is_command(parser.app, word) && what_is(word) != Origin::What::kName) {
    words.insert(words.begin() + first, "open");  // a file or a link, as a file manager gives it
  } else if (!word.empty() && !is_command(parser.app, word)) {
    out.text = "vmalab: " + unknown_command_text(parser.app, word);
    out.exit_code = kExitBadInput;
    return out;
  }
  try {
    parser.app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::CallForHelp&) {
    const std::vector<CLI::App*> used = parser.app.get_subcommands();
    out.text = used.empty() ? parser.app.help() : used.front()->help("vmalab");
    return out;
  } catch (const CLI::CallForVersion& version) {
    out.text = std::string(version.what()) + "\n";
    return out;
  } catch (const CLI::ParseError& error) {
    out.text = std::string("vmalab: ") + error.what() + "\n`vmalab --help` lists commands and options.\n";
    out.exit_code = kExitBadInput;
    return out;
  }
  if (!parser.problem.empty()) {
    out.text = "vmalab: " + parser.problem + "\n";
    out.exit_code = kExitBadInput;
    return out;
  }
  if (parser.wants_version) parser.text = Parser::version_text() + "\n";
  if (!parser.text.empty()) {
    out.text = parser.text;
    out.exactly = !parser.wants_version;
    return out;
  }
  out.everywhere = parser.everywhere;
  for (int i = 0; i < argc; ++i) out.everywhere.command_line += (i == 0 ? "" : " ") + std::string(argv[i]);
  out.command = parser.command.value_or(OpenCommand());
  return out;
}

}  // namespace vmalab::app
