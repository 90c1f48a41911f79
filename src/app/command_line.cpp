// SPDX-License-Identifier: GPL-2.0-only
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "app/options.h"
#include "app/version.h"
#include "lang/builtins.h"
#include "lang/spelling.h"

namespace vmalab::app {
namespace {

constexpr const char* kExamples = R"(
Examples:
  vmalab                                        open the window on the default scenario
  vmalab scenarios                              what there is to run
  vmalab run writer-waits-for-a-reader          play its demo in the terminal
  vmalab run -i --readers 2 --writers 1         steer two readers and a writer by hand
  vmalab run --readers 1 --writers 1 --random 7 --record race.jsonl
  vmalab replay race.jsonl                      recompute a recording, step by step
  vmalab open race.jsonl                        the same in the window
  vmalab run two-readers --schedule r1*3,r2 --link    a run as one line of text, for a mail
  vmalab check --readers 3 --writers 1 --detachers 1    every interleaving, every check
  vmalab check --variant no-wake --trace bug.jsonl      the shortest way into a bug, as a trace
  vmalab check --kernel ~/linux                 the same with the functions of a kernel tree
  vmalab parse --kernel ~/linux                 which lock functions of a kernel tree can run
@  vmalab shot two-readers --steps 4 -o two.png  a picture of the window, no display needed
  vmalab new mine                               a scenario of your own to begin with; then: vmalab check mine.toml
  vmalab help scenarios                         how to write one: keys, functions, primitives, checks

Exit codes: 0 all well, 1 a check was violated or a state found, 2 bad input, 3 not completed. `vmalab COMMAND --help` says more.
Lines are as wide as the terminal or $COLUMNS says, at most 100; NO_COLOR, CLICOLOR=0 and TERM=dumb turn colours off.
)";

constexpr const char* kCheckExamples = R"(
Examples:
  vmalab check --readers 3 --writers 1 --detachers 1
  vmalab check --variant put-wakes-freed-mm --trace race.jsonl     then: vmalab open race.jsonl
  vmalab check --kernel ~/linux                                    every scenario, before sending a patch
  vmalab check --kernel ~/linux --patch fix.patch --report         the same with a patch, as a text to paste under it
  vmalab check --kernel ~/linux --series v3.mbox                   each commit of a series
  git bisect run vmalab check --bisect --kernel .                  the first bad commit
  vmalab check --find 'vma0->vm_refcnt == FLAG + 3'                the shortest way to a state

Exit codes: 0 pass, 1 a violation or the state was found, 2 bad input (or an internal error, which says so), 3 not completed.
)";

constexpr const char* kCompareHelp = R"(
"The same" has two levels, and both are decided over all interleavings.
  outcomes  the verdict of every check, the states it can end in (shared memory, what the threads return), which VMA each
            thread used or changed and what the VMA was then, the values and changes of vm_refcnt
  accesses  every access to shared memory, thread by thread: location, operation, value
Two loads the other way round are other accesses with the same outcomes; a check left out shows in the outcomes. For the first
difference there is a shortest run. What could not be searched is neither the same nor different.

Exit codes: 0 the same outcomes, other accesses or not; 1 another outcome; 2 bad input, or code that cannot run; 3 not completed.
)";

constexpr const char* kGuideHint =
    "\n`vmalab help scenarios` prints how to write one: every key, the functions that threads can run, primitives, checks.\n";

/// A help text without the lines that begin with @, or without the @, if this build has no window or has one.
std::string for_this_build(std::string text) {
  for (std::size_t at = text.find("\n@"); at != std::string::npos; at = text.find("\n@", at)) {
    text.erase(at + 1, VMALAB_HAS_WINDOW != 0 ? 1 : text.find('\n', at + 1) - at);
  }
  return text;
}

/// What --find understands.
std::string expression_help() {
  std::string text =
      "\nEXPR is C over the state: objects by their names in the scenario (vma0, mm0, r1), their fields (vma0->vm_refcnt,\n"
      "vma0->vm_lock_seq, mm0->mm_lock_seq.sequence), the kernel's constants (VM_REFCNT_EXCLUDE_READERS_FLAG, or FLAG), and\n";
  for (const QueryName& query : query_table()) {
    std::string call = std::string(query.name) + "(";
    for (const char argument : query.arguments) {
      if (call.back() != '(') call += ", ";
      call += argument == 't' ? "r1" : argument == 'v' ? "vma0" : argument == 'm' ? "mm0" : "vma_start_read";
    }
    call += ")";
    call.resize(std::max<std::size_t>(call.size(), 34), ' ');
    text += "  " + call + "  " + std::string(query.meaning) + "\n";
  }
  return text;
}

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

/// For options whose empty value would silently mean the default.
std::string not_blank(const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos ? "is empty" : ""; }

/// CLI::Range takes a NaN for a number of every range.
std::string is_scale(const std::string& text) {
  double scale = 0;
  return CLI::detail::lexical_cast(text, scale) && scale >= 0.5 && scale <= 4 ? "" : "is not a number from 0.5 to 4";
}

void add_target(CLI::App& sub, Options& o, const char* what, const char* help) { sub.add_option(what, o.target, help)->option_text(" "); }

CLI::Option* add_code_option(CLI::App& sub, Options& o) {
  return sub
      .add_option_function<std::vector<std::string>>(
          "--code", [&o](const std::vector<std::string>& files) { o.code.own.insert(o.code.own.end(), files.begin(), files.end()); },
          "Load this C file of your own after the model or the tree; repeatable. `vmalab help scenarios` tells what it can use")
      ->check(not_blank)
      ->option_text("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_patch_option(CLI::App& sub, Options& o, const char* group) {
  sub.add_option("--patch", o.patch_files,
                 "Apply this patch (a diff, or a mail with one) to the tree in memory; may be given again, - is standard input")
      ->check(not_blank)
      ->option_text("FILE")
      ->group(group)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_scenario_options(CLI::App& sub, Options& o) {
  const char* group = "What runs";
  const auto count = CLI::Range(0, 16);
  const auto count_of = [&o](int& into) {
    return [&o, &into](int n) {
      into = n;
      o.counts_given = true;
    };
  };
  sub.add_option_function<int>("--readers", count_of(o.readers), "Standard scenario with so many readers")
      ->check(count)
      ->option_text("R")
      ->group(group);
  sub.add_option_function<int>("--writers", count_of(o.writers), "... and so many writers")->check(count)->option_text("W")->group(group);
  sub.add_option_function<int>("--detachers", count_of(o.detachers), "... and so many detachers")->check(count)->option_text("D")->group(group);
  sub.add_option_function<std::string>(
         "--lockdep", [&o](const std::string& word) { o.overrides.lockdep = word == "on"; },
         "Build the kernel code with or without lockdep; the scenario says what is usual")
      ->check(CLI::IsMember({"on", "off"}))
      ->option_text("on|off")
      ->group(group);
  sub.add_flag("--signals", o.overrides.signals, "Fatal signals may come at any time")->group(group);
  sub.add_option("--kernel", o.code.kernel, "Run the functions of this Linux tree in the model's place")
      ->check(not_blank)
      ->option_text("DIR")
      ->group(group);
  add_code_option(sub, o)->group(group);
  sub.add_option_function<std::vector<std::string>>(
         "--stub", [&o](const std::vector<std::string>& stubs) { o.code.stubs.insert(o.code.stubs.end(), stubs.begin(), stubs.end()); },
         "Stand in for a function that no file defines; without a VALUE `check` tries every one of its type; repeatable")
      ->check(not_blank)
      ->option_text("NAME[=VALUE,...]")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group(group);
  add_patch_option(sub, o, group);
  sub.add_option("--variant", o.code.variant, "Load this variant (a name in assets/variants, or a C file) last")
      ->check(not_blank)
      ->option_text("NAME")
      ->group(group);
}

void add_step_options(CLI::App& sub, Options& o) {
  const char* group = "Which steps";
  CLI::Option* schedule = sub.add_option_function<std::string>(
                                 "--schedule", [&o](const std::string& text) { o.schedule = text; },
                                 "Threads in order: r1,r1,w1 or r1*2,w1; w1! sends w1 a fatal signal")
                              ->option_text("LIST")
                              ->group(group);
  const auto seeded = [&o](Policy policy) {
    return [&o, policy](std::uint64_t seed) {
      o.policy = policy;
      o.seed = seed;
    };
  };
  CLI::Option* random = sub.add_option_function<std::uint64_t>("--random", seeded(Policy::kRandom),
                                                               "Choose each step at random; the same seed gives the same run")
                            ->option_text("SEED")
                            ->group(group);
  CLI::Option* pct = sub.add_option_function<std::uint64_t>("--pct", seeded(Policy::kPct),
                                                            "Random priorities that change at few steps (PCT): finds deep races sooner")
                         ->option_text("SEED")
                         ->group(group);
  CLI::Option* round_robin = sub.add_flag_callback(
                                    "--round-robin", [&o] { o.policy = Policy::kRoundRobin; }, "Each thread that can step, one step in turn")
                                 ->option_text(" ")
                                 ->group(group);
  CLI::Option* demo = sub.add_flag("--demo", o.demo, "The scenario's demo (the default where there is one)")->option_text(" ")->group(group);
  const std::array<CLI::Option*, 5> ways{schedule, random, pct, round_robin, demo};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    for (std::size_t k = i + 1; k < ways.size(); ++k) ways[i]->excludes(ways[k]);
  }
  sub.add_option_function<int>(
         "--steps", [&o](int n) { o.steps = n; }, "Stop after so many steps")
      ->check(CLI::Range(0, 100'000'000))
      ->option_text("N")
      ->group(group);
}

void add_look_options(CLI::App& sub, Options& o) {
  sub.add_option_function<std::string>(
         "--theme", [&o](const std::string& word) { o.light = word == "light"; }, "Colours; the default is dark")
      ->check(CLI::IsMember({"light", "dark"}))
      ->option_text("light|dark");
  sub.add_option("--scale", o.scale, "Larger or smaller text; the default is 1")->check(is_scale)->option_text("X");
}

void add_search_options(CLI::App& sub, Options& o) {
  const char* group = "How to search";
  sub.add_option("--jobs", o.jobs, "Workers; the default is one a core")->check(CLI::Range(1, 256))->option_text("N")->group(group);
  sub.add_option("--memory", o.memory_mib, "Stop with a report before the tables need more; the default is most of what is free")
      ->check(CLI::Range(1, 1 << 24))
      ->option_text("MIB")
      ->group(group);
  sub.add_flag_callback(
         "--no-symmetry", [&o] { o.symmetry = false; }, "Do not treat identical threads as one")
      ->group(group);
  sub.add_flag_callback(
         "--no-partial-order", [&o] { o.partial_order = false; }, "Do not merge independent reads into the step before")
      ->group(group);
}

struct Parser {
  Options options;
  CLI::App app{"VMA Lock Lab: watch, steer and question the Linux per-VMA lock.", "vmalab"};
  std::string size_text;

  Parser() {
    Options& o = options;
    app.footer(for_this_build(kExamples));
    app.set_version_flag("--version", std::string("vmalab ") + kVersion + " (" + kRevision + ")");
    app.require_subcommand(0, 1);
    app.fallthrough();
    app.add_option("--assets", o.assets, "Folder with kernel/, scenarios/ and variants/")->option_text("DIR");
    app.add_option("--log-level", o.log_level, "trace, debug, info, warn (the default), error or off")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
        ->option_text("LEVEL");
    app.add_option("--log-file", o.log_file, "Append a log there, for a bug report")->option_text("FILE");

    CLI::App* open = app.add_subcommand("open", "Open the window (without a display: play in the terminal)");
    add_target(*open, o, "SCENARIO|TRACE|LINK", "What to open; the default is writer-waits-for-a-reader");
    add_scenario_options(*open, o);
    add_step_options(*open, o);
    add_look_options(*open, o);
    open->callback([&o] { o.command = CommandName::kOpen; });

    CLI::App* run = app.add_subcommand("run", "Run a scenario in the terminal");
    add_target(*run, o, "SCENARIO|LINK", "Scenario name, .toml file or link");
    add_scenario_options(*run, o);
    add_step_options(*run, o);
    run->add_flag("-i,--interactive", o.interactive, "Steer it by hand: type r1, w1, back, list, help");
    run->add_option("--record", o.record, "Record the run there as it happens")->option_text("FILE");
    run->add_flag("--force", o.force, "Record over an existing file");
    run->add_flag("--link", o.link, "Print the run as one short line that `vmalab open` takes");
    run->add_flag("--json", o.json, "Print every step and state as JSON");
    run->add_option("--delay", o.delay_ms, "Wait so long after each step")->check(CLI::Range(0, 60'000))->option_text("MS");
    run->callback([&o] { o.command = CommandName::kRun; });

    CLI::App* replay = app.add_subcommand("replay", "Recompute a recorded trace and check every step");
    replay->add_option("FILE", o.target, "A trace: `vmalab run --record`, `vmalab check --trace` and the window write them")
        ->option_text(" ")
        ->required();
    replay->add_flag("--json", o.json, "Print every step and state as JSON");
    replay->add_option("--delay", o.delay_ms, "Wait so long after each step")->check(CLI::Range(0, 60'000))->option_text("MS");
    replay->callback([&o] { o.command = CommandName::kReplay; });

    CLI::App* scenarios = app.add_subcommand("scenarios", "List the scenarios");
    scenarios->add_flag("--json", o.json, "As JSON");
    scenarios->callback([&o] { o.command = CommandName::kScenarios; });

    CLI::App* parse = app.add_subcommand("parse", "List the lock's functions and whether each can run; exit code 1 if one cannot");
    parse->add_option("--kernel", o.code.kernel, "Load this Linux tree in the model's place")->check(not_blank)->option_text("DIR");
    add_code_option(*parse, o);
    add_patch_option(*parse, o, "Options");
    parse->add_option("--variant", o.code.variant, "Load this variant (a name, or a C file) last")->option_text("NAME");
    parse
        ->add_option_function<std::string>(
            "--lockdep", [&o](const std::string& word) { o.overrides.lockdep = word == "on"; }, "With or without lockdep")
        ->check(CLI::IsMember({"on", "off"}))
        ->option_text("on|off");
    parse->add_flag("--json", o.json, "As JSON");
    parse->callback([&o] { o.command = CommandName::kParse; });

    CLI::App* check = app.add_subcommand("check", "Judge every check over all interleavings, or find a state");
    add_target(*check, o, "SCENARIO", "What to check; the default is standard-3-1-1, what a --variant names, or with --kernel all of them");
    add_scenario_options(*check, o);
    add_search_options(*check, o);
    check->add_flag("--all", o.all, "Every scenario; what --kernel does when no scenario is named");
    check
        ->add_option("--series", o.series,
                     "Judge this series (mailboxes or patches, in order: v3-*.patch) commit by commit; a SCENARIO stands before it")
        ->check(not_blank)
        ->option_text("FILE...")
        ->expected(1, CLI::detail::expected_max_vector_size);
    check->add_flag("--bisect", o.bisect, "Exit codes for `git bisect run`: 0 good, 1 bad, 125 for what cannot be judged");
    check->add_flag("--report", o.report, "Print what one would paste under a patch");
    check->add_option("--find", o.find, "Find the shortest way to a state where this C expression is true")->check(not_blank)->option_text("EXPR");
    std::vector<std::string> names;
    for (const CheckInfo& info : check_table()) names.emplace_back(info.name);
    check
        ->add_option_function<std::vector<std::string>>(
            "--judge",
            [&o](const std::vector<std::string>& chosen) {
              for (const std::string& name : chosen) o.judge.push_back(*find_check(name));
            },
            "Judge only these checks and go on when others break: a second bug behind a first")
        ->delimiter(',')
        ->check(CLI::IsMember(names))
        ->option_text("NAME,...");
    check->add_option("--trace", o.trace_file, "Save what was found as a trace")->option_text("FILE");
    check->add_flag("--force", o.force, "Save over an existing file");
    check->add_flag("--json", o.json, "The report as one JSON object");
    check->callback([&o] { o.command = CommandName::kCheck; });

    CLI::App* variants = app.add_subcommand("variants", "List the historical and deliberate bugs that can be checked");
    variants->add_flag("--json", o.json, "As JSON");
    variants->callback([&o] { o.command = CommandName::kVariants; });

    CLI::App* compare = app.add_subcommand("compare", "Check that a Linux tree does what the model does, scenario by scenario");
    add_target(*compare, o, "SCENARIO", "One scenario; the default is all of them");
    add_scenario_options(*compare, o);
    add_search_options(*compare, o);
    compare->add_flag("--json", o.json, "As JSON");
    compare->callback([&o] { o.command = CommandName::kCompare; });

    CLI::App* shot = app.add_subcommand(
        "shot", VMALAB_HAS_WINDOW != 0 ? "Draw the window into a PNG file; needs no display" : "Draw the window into a PNG file: not in this build");
    add_target(*shot, o, "SCENARIO|TRACE|LINK", "What to draw");
    add_scenario_options(*shot, o);
    add_step_options(*shot, o);
    shot->add_option("-o,--output", o.output, "The PNG file")->option_text("FILE")->required();
    shot->add_option("--size", size_text, "Width and height in pixels; the default is 1280x720")->option_text("WxH");
    add_look_options(*shot, o);
    shot->callback([&o] { o.command = CommandName::kShot; });

    CLI::App* fresh = app.add_subcommand("new", "Write a scenario of your own to begin with: NAME.toml and its C, NAME.c");
    fresh->add_option("NAME", o.target, "Letters, digits, - and _; the files go into the current folder")->option_text(" ")->required();
    fresh->add_option("--from", o.from, "Start from this scenario, with the functions of its threads to be changed")
        ->check(not_blank)
        ->option_text("SCENARIO");
    fresh->add_flag("--force", o.force, "Write over existing files");
    fresh->callback([&o] { o.command = CommandName::kNew; });

    app.add_subcommand("version", "Say which version this is")->callback([&o] { o.command = CommandName::kVersion; });
    // A command without a footer of its own would show the program's.
    for (CLI::App* sub : app.get_subcommands({})) {
      sub->footer(sub == check                       ? expression_help() + kCheckExamples
                  : sub == compare                   ? kCompareHelp
                  : sub == scenarios || sub == fresh ? kGuideHint
                                                     : "");
    }
  }

  /// Rules that take more than one option; empty when all is well.
  std::string check() {
    Options& o = options;
    if (o.standard() && !o.target.empty()) {
      return "\"" + o.target + "\" and --readers, --writers, --detachers each say what to run: give one of them.";
    }
    if (o.force && o.record.empty() && o.trace_file.empty() && o.command != CommandName::kNew) {
      return o.command == CommandName::kCheck ? "--force needs --trace FILE." : "--force needs --record FILE.";
    }
    if (o.all && (o.standard() || !o.target.empty() || !o.find.empty())) return "--all checks every scenario: no scenario and no --find with it.";
    if (o.code.kernel.empty() && !o.patch_files.empty()) return "--patch needs --kernel DIR, the tree that it is for.";
    if (o.code.kernel.empty() && !o.series.empty()) return "--series needs --kernel DIR, the tree that it is for.";
    if (o.code.kernel.empty() && o.bisect) return "--bisect needs --kernel DIR, the tree whose commits are judged: `--kernel .` in `git bisect run`.";
    if (!o.find.empty() && (!o.series.empty() || o.report)) return "--find looks for one state; --series and --report judge the checks.";
    if (o.report && o.json) return "--report and --json are two ways to say the same: give one of them.";
    if (!o.trace_file.empty() && !o.series.empty()) return "--trace and --series cannot be combined: check the commit by itself, with --patch.";
    if (o.interactive && o.json) return "--interactive and --json cannot be combined.";
    if (!size_text.empty()) {
      int used = 0;
      if (std::sscanf(size_text.c_str(), "%5dx%5d%n", &o.width, &o.height, &used) != 2 || used != static_cast<int>(size_text.size()) ||
          o.width < 320 || o.height < 200 || o.width > 8192 || o.height > 8192) {
        return "--size is WIDTHxHEIGHT, 320x200 to 8192x8192; got \"" + size_text + "\".";
      }
    }
    return {};
  }
};

/// The word behind the first that is `word`; empty when there is none.
std::string word_after(int argc, const char* const* argv, std::string_view word) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == word) return argv[i + 1];
  }
  return {};
}

/// The first word that is neither an option nor the value of one that may stand before the command.
std::string first_word(int argc, const char* const* argv) {
  constexpr std::array<std::string_view, 3> with_value = {"--assets", "--log-level", "--log-file"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (std::find(with_value.begin(), with_value.end(), word) != with_value.end()) {
      ++i;
    } else if (word.empty() || word.front() != '-') {
      return std::string(word);
    }
  }
  return {};
}

}  // namespace

Origin origin_of(const Options& options, const char* otherwise) {
  Origin origin;
  origin.text = options.target;
  if (options.standard()) {
    origin.text = "standard-" + std::to_string(options.readers) + "-" + std::to_string(options.writers) + "-" + std::to_string(options.detachers);
  }
  origin.what = options.standard() ? Origin::What::kName : what_is(options.target);
  origin.code = options.code;
  origin.overrides = options.overrides;
  origin.otherwise = otherwise;
  return origin;
}

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  ParsedCommandLine out;
  Parser parser;
  if (const std::string word = first_word(argc, argv); word == "help") {
    const std::string about = word_after(argc, argv, "help");
    parser.options.assets = word_after(argc, argv, "--assets");
    if (about == "scenarios") {
      parser.options.command = CommandName::kGuide;
      out.options = parser.options;
    } else if (is_command(parser.app, about)) {
      out.text = parser.app.get_subcommand(about)->help("vmalab");
    } else if (about.empty()) {
      out.text = parser.app.help();
    } else {
      out.text = "vmalab: " + unknown_command_text(parser.app, about);
      out.exit_code = kExitBadInput;
    }
    return out;
  } else if (!word.empty() && !is_command(parser.app, word)) {
    out.text = "vmalab: " + unknown_command_text(parser.app, word);
    out.exit_code = kExitBadInput;
    return out;
  }
  try {
    parser.app.parse(argc, argv);
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
  if (const std::string problem = parser.check(); !problem.empty()) {
    out.text = "vmalab: " + problem + "\n";
    out.exit_code = kExitBadInput;
    return out;
  }
  for (int i = 0; i < argc; ++i) parser.options.command_line += (i == 0 ? "" : " ") + std::string(argv[i]);
  out.options = parser.options;
  return out;
}

}  // namespace vmalab::app
