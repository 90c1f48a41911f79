// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check`, `vmalab variants` and `vmalab compare`: what holds over all interleavings.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

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

}  // namespace

Result<int> check_command(const Options& options, const std::filesystem::path& assets) {
  // Before a long search, not after it.
  std::error_code ignored;
  if (!options.force && !options.trace_file.empty() && std::filesystem::exists(options.trace_file, ignored)) {
    return fail("the file exists already; --force replaces it", options.trace_file.string());
  }
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
  if (!options.trace_file.empty() && !report->trace.empty()) {
    if (Result<void> saved = save(options, machine, *report); !saved) return tl::unexpected(saved.error());
    if (!options.json) {
      if (Result<void> printed = print("saved: vmalab open " + options.trace_file.string() + "\n"); !printed) {
        return tl::unexpected(printed.error());
      }
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
  std::vector<std::string> names;
  if (!options.target.empty() || options.standard()) {
    names = {options.target};
  } else {
    Result<std::vector<Scenario>> all = list_scenarios(assets);
    if (!all) return tl::unexpected(all.error());
    for (const Scenario& s : *all) names.push_back(s.name);
    for (const char* standard : {"standard-2-1-0", "standard-2-0-1", "standard-2-1-1", "standard-1-2-1"}) names.push_back(standard);
  }
  catch_interrupts();
  Json rows = Json::array();
  int differing = 0;
  bool incomplete = false;
  for (const std::string& name : names) {
    Options on_model = options;
    on_model.target = name;
    on_model.kernel.clear();
    on_model.variant.clear();
    Options on_tree = options;
    on_tree.target = name;
    Result<Loaded> model = load_target(on_model, assets);
    if (!model) return tl::unexpected(model.error());
    Result<Loaded> tree = load_target(on_tree, assets);
    if (!tree) return tl::unexpected(tree.error());
    const Machine& a = model->session.machine();
    const Machine& b = tree->session.machine();
    Result<check::Comparison> c = check::compare(a, b, check_options(options));
    clear_progress();
    if (!c) return tl::unexpected(c.error());
    const std::string& scenario = a.scenario().name;
    incomplete = incomplete || c->model.verdict == check::CheckReport::Verdict::kIncomplete ||
                 c->tree.verdict == check::CheckReport::Verdict::kIncomplete;
    if (options.json) {
      rows.push_back({{"scenario", scenario}, {"same", c->same}, {"difference", c->difference},
                      {"model", Json::parse(check::report_json(a, c->model))},
                      {"tree", Json::parse(check::report_json(b, c->tree))}});
    } else {
      char line[200];
      std::snprintf(line, sizeof line, "%-34s %-10s %9llu / %-9llu states, %zu values, %zu edges\n", scenario.c_str(),
                    c->same ? "same" : "DIFFERENT", static_cast<unsigned long long>(c->model.states),
                    static_cast<unsigned long long>(c->tree.states), c->tree.refcnt_values.size(), c->tree.refcnt_edges.size());
      std::string text = line;
      if (!c->same) {
        text += "  " + c->difference + "\n";
        check::CheckReport shown = c->shown_on_tree ? c->tree : c->model;
        shown.trace = c->trace;
        text += check::trace_text(c->shown_on_tree ? b : a, shown);
      }
      if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    }
    differing += !c->same;
    if (interrupted()) break;
  }
  std::string last = differing == 0 ? "the tree and the model agree\n" : std::to_string(differing) + " scenario(s) differ\n";
  if (incomplete) last = "not everything could be searched; " + last;
  if (options.json) last = Json{{"scenarios", std::move(rows)}, {"same", differing == 0}, {"complete", !incomplete}}.dump(1) + "\n";
  if (Result<void> printed = print(last); !printed) return tl::unexpected(printed.error());
  return differing > 0 ? kExitViolation : incomplete ? kExitIncomplete : kExitOk;
}

}  // namespace vmalab::app
