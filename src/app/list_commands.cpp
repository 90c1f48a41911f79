// SPDX-License-Identifier: GPL-2.0-only
// `vmalab scenarios` and `vmalab parse`: what there is to run, and how much of a kernel tree can.
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "lang/lock_functions.h"
#include "machine/scenario.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Result<int> print_and(const std::string& text, int code) {
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return code;
}

}  // namespace

Result<int> scenarios_command(const Options& options, const std::filesystem::path& assets) {
  Result<std::vector<Scenario>> scenarios = list_scenarios(assets);
  if (!scenarios) return tl::unexpected(scenarios.error());
  if (options.json) {
    Json list = Json::array();
    for (const Scenario& s : *scenarios) {
      Json threads = Json::array();
      for (const ThreadSetup& t : s.threads) threads.push_back({{"name", t.name}, {"call", t.call}});
      list.push_back({{"name", s.name}, {"title", s.title}, {"story", s.story}, {"threads", std::move(threads)},
                      {"signals", s.signals}, {"lockdep", s.config.lockdep}, {"demo", !s.demo.empty()},
                      {"default", s.name == kDefaultScenario}});
    }
    return print_and(dump({{"scenarios", std::move(list)}}), kExitOk);
  }
  std::size_t width = 0;
  for (const Scenario& s : *scenarios) width = std::max(width, s.name.size());
  Colors colors{stdout_wants_colors()};
  std::string out;
  for (const Scenario& s : *scenarios) {
    out += colors.bold(padded(s.name, width)) + "  " + s.title + (s.name == kDefaultScenario ? " (the default)" : "") + "\n";
  }
  return print_and(out, kExitOk);
}

}  // namespace vmalab::app
