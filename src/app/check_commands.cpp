// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check` and `vmalab variants`: what holds over all interleavings.
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>
#include <set>

#include "app/check_support.h"
#include "app/commands.h"
#include "app/player.h"
#include "app/stub_check.h"
#include "check/report.h"
#include "machine/variants.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDefaultCheck = "standard-3-1-1";

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
      Result<StubbedCheck> checked = check_all_values(loaded->session.machine(), check_options(options));
      clear_progress();
      if (!checked) return tl::unexpected(checked.error());
      const Machine& machine = checked->machine;
      const check::CheckReport* const report = &checked->report;
      const bool violated = report->verdict == check::CheckReport::Verdict::kViolation;
      tally.bad += violated;
      tally.incomplete += report->verdict == check::CheckReport::Verdict::kIncomplete;
      model_functions.insert(report->model_functions.begin(), report->model_functions.end());
      rows.push_back(Json::parse(with_stubs(check::report_json(machine, *report), *checked)));
      if (violated) {
        line += " VIOLATION of " + std::string(check_info(*report->check).name) + ", " + plural(report->trace.size(), "step") + "\n";
        if (tally.bad == 1) line += check::trace_text(machine, *report) + checked->text;
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
  const bool nothing_named = options.target.empty() && !options.standard() && options.find.empty();
  if (options.all || (nothing_named && !options.kernel.empty())) return check_everything(options, assets);
  Result<Loaded> loaded = load_target(options, assets, kDefaultCheck);
  if (!loaded) return tl::unexpected(loaded.error());
  spdlog::info("checking {} with model {}", loaded->session.machine().scenario().name, loaded->session.machine().code().hash());
  catch_interrupts();
  Result<StubbedCheck> checked = check_all_values(loaded->session.machine(), check_options(options));
  clear_progress();
  if (!checked) return tl::unexpected(checked.error());
  const Machine& machine = checked->machine;
  const check::CheckReport* const report = &checked->report;
  spdlog::info("{}: {} states in {:.2f} s", check::verdict_name(report->verdict), report->states, report->seconds);
  std::string text = options.json ? with_stubs(check::report_json(machine, *report), *checked) + "\n"
                                  : machine.scenario().name + ": " + check::report_text(machine, *report) + checked->text;
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
    const std::size_t indent = screen_width() < 60 ? 4 : 22;
    std::string lead = colors.bold(padded(v.name, 20)) + "  ";
    if (indent == 4) lead += "\n    ";
    for (const std::string& line : wrap(v.title, screen_width() - indent)) {
      out += lead + line + "\n";
      lead.assign(indent, ' ');
    }
    for (const std::string& line : wrap("breaks " + breaks + " on " + v.scenario, screen_width() - indent)) out += lead + colors.dim(line) + "\n";
    list.push_back({{"name", v.name}, {"title", v.title}, {"story", v.story}, {"breaks", std::move(names)}, {"goal", v.goal}, {"scenario", v.scenario}, {"demo", !v.demo.empty()}});
  }
  for (const std::string& line : wrap("vmalab run --variant NAME plays one, vmalab check --variant NAME finds what it breaks.", screen_width())) {
    out += colors.dim(line) + "\n";
  }
  if (options.json) out = Json{{"variants", std::move(list)}}.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
