// SPDX-License-Identifier: GPL-2.0-only
// `vmalab compare`: the model and a kernel tree, scenario by scenario.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "app/check_support.h"
#include "app/commands.h"
#include "app/player.h"
#include "check/compare.h"
#include "check/report.h"

namespace vmalab::app {

using Json = nlohmann::ordered_json;

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
