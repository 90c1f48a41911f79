// SPDX-License-Identifier: GPL-2.0-only
#include "app/shared_options.h"
#include "app/any_numbers.h"

#include <CLI/CLI.hpp>
#include <array>

#include "app/window.h"
#include "base/words.h"
#include "lang/stubs.h"

namespace vmalab::app {
namespace {

/// CLI::Range takes a NaN for a number of every range.
std::string is_scale(const std::string& text) {
  double scale = 0;
  return CLI::detail::lexical_cast(text, scale) && scale >= 0.5 && scale <= 4 ? "" : "is not a number from 0.5 to 4";
}

void add_jobs(CLI::App& sub, int& jobs, const char* group) {
  sub.add_option("--jobs", jobs, "Workers; the default is one a core")->check(CLI::Range(1, 256))->option_text("N")->group(group);
}

void add_memory(CLI::App& sub, int& memory_mib, const char* group) {
  sub.add_option("--memory", memory_mib, "Stop with a report before the tables need more; the default is most of what is free")
      ->check(CLI::Range(1, 1 << 24))
      ->option_text("MIB")
      ->group(group);
}

}  // namespace

std::string not_blank(const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos ? "is empty" : ""; }

void add_target(CLI::App& sub, Subject& o, const char* what, const char* help) { sub.add_option(what, o.target, help)->option_text(" "); }

CLI::Option* add_code_option(CLI::App& sub, Subject& o) {
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

void add_patch_option(CLI::App& sub, Subject& o, const char* group) {
  sub.add_option("--patch", o.patch_files,
                 "Apply this patch (a diff, or a mail with one) to the tree in memory; may be given again, - is standard input")
      ->check(not_blank)
      ->option_text("FILE")
      ->group(group)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_code_options(CLI::App& sub, Subject& o, const char* group) {
  sub.add_option_function<std::string>(
         "--lockdep", [&o](const std::string& word) { o.overrides.lockdep = word == "on"; },
         "Build the kernel code with or without lockdep; the scenario says what is usual")
      ->check(CLI::IsMember({"on", "off"}))
      ->option_text("on|off")
      ->group(group);
  sub.add_option_function<std::string>(
         "--ordering", [&o](const std::string& word) { o.overrides.ordering = find_ordering(word); },
         "What loads may return: sc the newest value (the default), lkmm older ones as well, as the kernel's memory model allows; lkmm+lb: they may also be postponed")
      ->check(CLI::IsMember({"sc", "lkmm", "lkmm+lb"}))
      ->option_text("sc|lkmm|lkmm+lb")
      ->group(group);
  sub.add_flag("--signals", o.overrides.signals, "Fatal signals may come at any time")->group(group);
  sub.add_option("--kernel", o.code.kernel, "Run the functions of this Linux tree in the model's place")
      ->check(not_blank)
      ->option_text("DIR")
      ->group(group);
  add_code_option(sub, o)->group(group);
  sub.add_option_function<std::vector<std::string>>(
         "--stub", [&o](const std::vector<std::string>& stubs) { o.code.stubs.insert(o.code.stubs.end(), stubs.begin(), stubs.end()); },
         "Stand in for a function that no file defines; without a VALUE `check` tries " + std::string(kStubTries) + "; repeatable")
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

void add_scenario_options(CLI::App& sub, Subject& o) {
  const char* group = "What runs";
  const CLI::Validator count_or_any(
      [](std::string& text) {
        const std::string wrong = text == "any" ? "" : CLI::Range(0, 16)(text);
        return wrong.empty() ? wrong : wrong + ", and not `any`";
      },
      "");
  const auto number = [&o](const std::string& text) {
    o.standard = true;
    return text == "any" ? kAnyNumber : std::stoi(text);
  };
  const auto count_of = [number](int& into) { return [&into, number](const std::string& text) { into = number(text); }; };
  sub.add_option_function<std::string>("--readers", count_of(o.readers),
                                       "Standard scenario with so many readers; `any` (of check and map): for every number of them at once")
      ->check(count_or_any)
      ->option_text("R")
      ->group(group);
  sub.add_option_function<std::string>("--writers", count_of(o.writers), "... and so many writers, or any")
      ->check(count_or_any)
      ->option_text("W")
      ->group(group);
  sub.add_option_function<std::string>("--detachers", count_of(o.detachers), "... and so many detachers, or any")
      ->check(count_or_any)
      ->option_text("D")
      ->group(group);
  add_code_options(sub, o, group);
}

void add_step_options(CLI::App& sub, StepChoice& o) {
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
         "--steps", [&o](int n) { o.limit = n; }, "Stop after so many steps")
      ->check(CLI::Range(0, 100'000'000))
      ->option_text("N")
      ->group(group);
}

void add_look_options(CLI::App& sub, LookChoice& o) {
  sub.add_option_function<std::string>(
         "--theme", [&o](const std::string& word) { o.light = word == "light"; },
         "Colours; the default is dark, or in the window as they were the last time")
      ->check(CLI::IsMember({"light", "dark"}))
      ->option_text("light|dark");
  sub.add_flag("--stage", o.stage, "Stage mode: caption, lock word and timeline for a room to see")->option_text(" ");
  const std::vector<std::string> panels = panel_words();
  CLI::Option* panel = sub.add_option("--panel", o.panel, "One panel fills the window: " + words::list(panels) + "; causes stand over the others")
                           ->option_text("NAME");
  if (!panels.empty()) panel->check(CLI::IsMember(panels));
  sub.add_option(
         "--beside", o.beside,
         "Side by side under one schedule: a variant's name or none, lockdep (the other way), the folder of a Linux tree, a C file, a scenario, "
         "a trace, or a branch of the run; where they part, unless --at says otherwise")
      ->check(not_blank)
      ->option_text("WHAT");
  sub.add_option("--scale", o.scale, "Larger or smaller text; the default is 1, or in the window as it was the last time")
      ->check(is_scale)
      ->option_text("X");
}

void add_at_option(CLI::App& sub, LookChoice& o) {
  sub.add_option("--lesson", o.lesson, "Take this lesson: a name, or a .toml file")->check(not_blank)->option_text("LESSON");
  sub.add_option_function<int>(
         "--at", [&o](int n) { o.at = n; }, "Look at this step of the run, of the demo where no steps are asked for, or of the lesson")
      ->check(CLI::Range(0, 100'000'000))
      ->option_text("STEP");
}

void add_search_options(CLI::App& sub, SearchChoice& o) {
  const char* group = "How to search";
  add_jobs(sub, o.jobs, group);
  add_memory(sub, o.memory_mib, group);
  sub.add_flag_callback(
         "--no-symmetry", [&o] { o.symmetry = false; }, "Do not treat identical threads as one")
      ->group(group);
  sub.add_flag_callback(
         "--no-partial-order", [&o] { o.partial_order = false; }, "Do not merge independent reads into the step before")
      ->group(group);
}

void add_budget_options(CLI::App& sub, BudgetChoice& o, bool jobs) {
  const char* group = "How far to look";
  sub.add_option("--states", o.states, "Look at no more states than these; the default is 1000000")
      ->check(CLI::Range(1, 1'000'000'000))
      ->option_text("N")
      ->group(group);
  if (jobs) add_jobs(sub, o.jobs, group);
  add_memory(sub, o.memory_mib, group);
}

void add_judge_option(CLI::App& sub, std::vector<const Property*>& judge, const std::string& help) {
  std::vector<std::string> names;
  for (const Property* property : kProperties) names.emplace_back(property->name);
  sub.add_option_function<std::vector<std::string>>(
         "--judge",
         [&judge](const std::vector<std::string>& chosen) {
           for (const std::string& name : chosen) judge.push_back(find_property(name));
         },
         help)
      ->delimiter(',')
      ->check(CLI::IsMember(names))
      ->option_text("NAME,...");
}

}  // namespace vmalab::app
