// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check`, `vmalab variants` and `vmalab compare`: what holds over all interleavings.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "app/commands.h"
#include "app/player.h"
#include "check/compare.h"
#include "check/report.h"
#include "machine/variants.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDefaultCheck = "standard-3-1-1";

/// One line on standard error, rewritten in place, when that is a terminal.
bool show_progress(const check::Progress& p) {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) {
    std::fprintf(stderr, "\r\033[K%llu states, %.0f a second, level %d, %llu to expand, %.0f MiB  (Ctrl-C stops)",
                 static_cast<unsigned long long>(p.states), p.seconds > 0 ? static_cast<double>(p.states) / p.seconds : 0.0,
                 p.depth, static_cast<unsigned long long>(p.frontier), static_cast<double>(p.bytes) / (1 << 20));
    std::fflush(stderr);
  }
  return !interrupted();
}

void clear_progress() {
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

check::CheckOptions check_options(const Options& options) {
  check::CheckOptions o;
  o.symmetry = options.symmetry;
  o.partial_order = options.partial_order;
  o.jobs = options.jobs;
  o.memory_mib = static_cast<std::size_t>(options.memory_mib);
  o.goal = options.find;
  o.only = options.judge;
  o.progress = show_progress;
  return o;
}

int exit_code(const check::CheckReport& report) {
  switch (report.verdict) {
    case check::CheckReport::Verdict::kPass:
    case check::CheckReport::Verdict::kGoalUnreachable: return kExitOk;
    case check::CheckReport::Verdict::kViolation:
    case check::CheckReport::Verdict::kGoalFound: return kExitViolation;
    case check::CheckReport::Verdict::kIncomplete: return kExitIncomplete;
  }
  return kExitOk;
}

Result<void> save(const Options& options, const Machine& machine, const check::CheckReport& report) {
  Session session(machine);
  for (const Action& action : report.trace) {
    if (auto node = session.apply(action); !node) return tl::unexpected(node.error());
  }
  return save_trace(options.trace_file, session, options.force);
}

/// A line on what the tree did not have; empty when it had all.
std::string not_in_the_tree(const std::set<std::string>& functions) {
  std::string text;
  for (const std::string& name : functions) text += (text.empty() ? "not in the kernel tree's files, so the model's: " : ", ") + name;
  return text.empty() ? text : text + "\n";
}

/// What a check of everything runs: the shipped scenarios and some standard ones.
Result<std::vector<std::string>> all_scenarios(const std::filesystem::path& assets) {
  Result<std::vector<Scenario>> shipped = list_scenarios(assets);
  if (!shipped) return tl::unexpected(shipped.error());
  std::vector<std::string> names;
  for (const Scenario& s : *shipped) names.push_back(s.name);
  for (const char* standard : {"standard-2-1-0", "standard-2-0-1", "standard-2-1-1", "standard-1-2-1"}) names.push_back(standard);
  return names;
}

std::string plural(std::size_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

/// What came of several scenarios: a violation counts more than something that could not run, and that more than something
/// that was not completed.
struct Tally {
  std::size_t bad = 0, cannot_run = 0, incomplete = 0;
  int exit_code() const { return bad > 0 ? kExitViolation : cannot_run > 0 ? kExitBadInput : incomplete > 0 ? kExitIncomplete : kExitOk; }
};

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out + "\n";
}

/// The end of a scenario's line, and the error below it unless it has been `told` before.
std::string cannot_run(const Diagnostic& error, std::set<std::string>& told) {
  const std::string because = error.function.empty() ? "" : ", because of " + error.function + "()";
  return " CANNOT RUN" + because + "\n" + (told.insert(error.to_string()).second ? indented(error.to_string()) : "");
}

/// Every scenario, a line each; the run of the first violation.
Result<int> check_everything(const Options& options, const std::filesystem::path& assets) {
  // What is wrong with the code as a whole is said once.
  if (Result<CodeBase> code = load_code(options, assets, {}); !code) return tl::unexpected(code.error());
  Result<std::vector<std::string>> names = all_scenarios(assets);
  if (!names) return tl::unexpected(names.error());
  catch_interrupts();
  Json rows = Json::array();
  Tally tally;
  std::set<std::string> model_functions, told;
  for (const std::string& name : *names) {
    Options one = options;
    one.target = name;
    Result<Loaded> loaded = load_target(one, assets);
    std::string line = padded(name, 34);
    if (!loaded) {
      ++tally.cannot_run;
      rows.push_back({{"scenario", name}, {"verdict", "cannot-run"}, {"error", loaded.error().to_string()}});
      line += cannot_run(loaded.error(), told);
    } else {
      const Machine& machine = loaded->session.machine();
      Result<check::CheckReport> report = check::run_check(machine, check_options(options));
      clear_progress();
      if (!report) return tl::unexpected(report.error());
      const bool violated = report->verdict == check::CheckReport::Verdict::kViolation;
      tally.bad += violated;
      tally.incomplete += report->verdict == check::CheckReport::Verdict::kIncomplete;
      model_functions.insert(report->model_functions.begin(), report->model_functions.end());
      rows.push_back(Json::parse(check::report_json(machine, *report)));
      if (violated) {
        line += " VIOLATION of " + std::string(check_info(*report->check).name) + ", " + plural(report->trace.size(), "step") + "\n";
        if (tally.bad == 1) line += check::trace_text(machine, *report);
        if (tally.bad == 1 && !options.trace_file.empty()) {
          if (Result<void> saved = save(options, machine, *report); !saved) return tl::unexpected(saved.error());
          line += "  saved: vmalab open " + options.trace_file.string() + "\n";
        }
      } else {
        line += " " + std::string(check::verdict_name(report->verdict)) + ", " + plural(report->states, "state") + "\n";
      }
    }
    if (!options.json) {
      if (Result<void> printed = print(line); !printed) return tl::unexpected(printed.error());
    }
    if (interrupted()) {
      ++tally.incomplete;
      break;
    }
  }
  const char* verdict = tally.bad > 0 ? "violation" : tally.cannot_run > 0 ? "cannot-run" : tally.incomplete > 0 ? "incomplete" : "pass";
  std::string last = plural(rows.size(), "scenario") + " checked";
  last += tally.bad > 0 ? ", " + std::to_string(tally.bad) + " with a violation; `vmalab check NAME` with the same options shows the run of one" : "";
  last += tally.cannot_run > 0 ? ", " + std::to_string(tally.cannot_run) + " that cannot run" : "";
  last += tally.incomplete > 0 ? ", not all completed" : "";
  last += std::string(verdict) == "pass" ? ": every check holds in every interleaving of each\n" : "\n";
  last += not_in_the_tree(model_functions);
  if (options.json) {
    last = Json{{"verdict", verdict}, {"model_functions", model_functions}, {"scenarios", std::move(rows)}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  return tally.exit_code();
}

}  // namespace

Result<int> check_command(const Options& options, const std::filesystem::path& assets) {
  // Before a long search, not after it.
  std::error_code ignored;
  if (!options.force && !options.trace_file.empty() && std::filesystem::exists(options.trace_file, ignored)) {
    return fail("the file exists already; --force replaces it", options.trace_file.string());
  }
  if (const std::filesystem::path folder = options.trace_file.parent_path(); !folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return fail("there is no such folder to save the trace in", options.trace_file.string());
  }
  const bool nothing_named = options.target.empty() && !options.standard() && options.variant.empty() && options.find.empty();
  if (options.all || (nothing_named && !options.kernel.empty())) return check_everything(options, assets);
  Result<Loaded> loaded = load_target(options, assets, kDefaultCheck);
  if (!loaded) return tl::unexpected(loaded.error());
  const Machine& machine = loaded->session.machine();
  spdlog::info("checking {} with model {}", machine.scenario().name, machine.code().hash());
  catch_interrupts();
  Result<check::CheckReport> report = check::run_check(machine, check_options(options));
  clear_progress();
  if (!report) return tl::unexpected(report.error());
  spdlog::info("{}: {} states in {:.2f} s", check::verdict_name(report->verdict), report->states, report->seconds);
  std::string text = options.json ? check::report_json(machine, *report) + "\n"
                                  : machine.scenario().name + ": " + check::report_text(machine, *report);
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  if (!options.trace_file.empty()) {
    std::string note = "no trace is saved: there is no way to show\n";
    if (!report->trace.empty()) {
      if (Result<void> saved = save(options, machine, *report); !saved) return tl::unexpected(saved.error());
      note = "saved: vmalab open " + options.trace_file.string() + "\n";
    }
    if (!options.json) {
      if (Result<void> printed = print(note); !printed) return tl::unexpected(printed.error());
    }
  }
  return exit_code(*report);
}

Result<int> variants_command(const Options& options, const std::filesystem::path& assets) {
  Result<std::vector<Variant>> variants = list_variants(assets);
  if (!variants) return tl::unexpected(variants.error());
  std::string out;
  Json list = Json::array();
  const Colors colors{!options.json && stdout_wants_colors()};
  for (const Variant& v : *variants) {
    std::string breaks;
    Json names = Json::array();
    for (const CheckId id : v.breaks) {
      breaks += (breaks.empty() ? "" : ", ") + std::string(check_info(id).name);
      names.push_back(check_info(id).name);
    }
    out += colors.bold(padded(v.name, 20)) + "  " + v.title + "\n" + std::string(22, ' ') + colors.dim("breaks " + breaks + " on " + v.scenario) + "\n";
    list.push_back({{"name", v.name}, {"title", v.title}, {"story", v.story}, {"breaks", std::move(names)}, {"goal", v.goal}, {"scenario", v.scenario}, {"demo", !v.demo.empty()}});
  }
  out += colors.dim("vmalab run --variant NAME plays one, vmalab check --variant NAME finds what it breaks.") + "\n";
  if (options.json) out = Json{{"variants", std::move(list)}}.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

Result<int> compare_command(const Options& options, const std::filesystem::path& assets) {
  if (options.kernel.empty()) return fail("compare needs --kernel DIR, the Linux tree to compare the model with");
  if (Result<CodeBase> code = load_code(options, assets, {}); !code) return tl::unexpected(code.error());
  std::vector<std::string> names{options.target};
  if (options.target.empty() && !options.standard()) {
    Result<std::vector<std::string>> all = all_scenarios(assets);
    if (!all) return tl::unexpected(all.error());
    names = std::move(*all);
  }
  catch_interrupts();
  Json rows = Json::array();
  Tally tally;
  std::set<std::string> model_functions, told;
  for (const std::string& name : names) {
    Options on_model = options;
    on_model.target = name;
    on_model.kernel.clear();
    on_model.variant.clear();
    Options on_tree = options;
    on_tree.target = name;
    Result<Loaded> model = load_target(on_model, assets);
    if (!model) return tl::unexpected(model.error());
    const Machine& a = model->session.machine();
    const std::string& scenario = a.scenario().name;
    Result<Loaded> tree = load_target(on_tree, assets);
    std::string text = padded(scenario, 34);
    if (!tree) {
      ++tally.cannot_run;
      rows.push_back({{"scenario", scenario}, {"same", false}, {"error", tree.error().to_string()}});
      text += cannot_run(tree.error(), told);
    } else {
      const Machine& b = tree->session.machine();
      Result<check::Comparison> c = check::compare(a, b, check_options(options));
      clear_progress();
      if (!c) return tl::unexpected(c.error());
      const bool incomplete = c->model.verdict == check::CheckReport::Verdict::kIncomplete ||
                              c->tree.verdict == check::CheckReport::Verdict::kIncomplete;
      tally.incomplete += incomplete;
      tally.bad += !c->same && !incomplete;
      model_functions.insert(c->tree.model_functions.begin(), c->tree.model_functions.end());
      rows.push_back({{"scenario", scenario}, {"same", c->same}, {"difference", c->difference},
                      {"model", Json::parse(check::report_json(a, c->model))},
                      {"tree", Json::parse(check::report_json(b, c->tree))}});
      char numbers[120];
      std::snprintf(numbers, sizeof numbers, " %-10s %9llu / %-9llu states, %zu values, %zu edges\n", c->same ? "same" : incomplete ? "INCOMPLETE" : "DIFFERENT",
                    static_cast<unsigned long long>(c->model.states), static_cast<unsigned long long>(c->tree.states),
                    c->tree.refcnt_values.size(), c->tree.refcnt_edges.size());
      text += numbers;
      if (!c->same) {
        text += "  " + c->difference + "\n";
        check::CheckReport shown = c->shown_on_tree ? c->tree : c->model;
        shown.trace = c->trace;
        text += check::trace_text(c->shown_on_tree ? b : a, shown);
      }
    }
    if (!options.json) {
      if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    }
    if (interrupted()) {
      ++tally.incomplete;
      break;
    }
  }
  std::string last = tally.incomplete > 0 ? "not everything could be searched; " : "";
  last += tally.bad > 0 ? plural(tally.bad, "scenario") + (tally.bad == 1 ? " differs" : " differ") : "the tree and the model agree";
  if (tally.cannot_run > 0) last += (tally.bad > 0 ? "; " : " wherever the tree can run; ") + plural(tally.cannot_run, "scenario") + " cannot run on it";
  last += "\n" + not_in_the_tree(model_functions);
  if (options.json) {
    last = Json{{"scenarios", std::move(rows)}, {"same", tally.bad == 0 && tally.cannot_run == 0}, {"complete", tally.incomplete == 0 && tally.cannot_run == 0},
                {"model_functions", model_functions}}.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  return tally.exit_code();
}

}  // namespace vmalab::app
