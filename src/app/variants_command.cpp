// SPDX-License-Identifier: GPL-2.0-only
// `vmalab variants`: the historical and deliberate bugs.
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "machine/variants.h"

namespace vmalab::app {

using Json = nlohmann::ordered_json;

Result<int> VariantsCommand::run(const Workspace& workspace) const {
  Result<std::vector<Variant>> variants = list_variants(workspace.assets());
  if (!variants) return tl::unexpected(variants.error());
  std::string out;
  Json list = Json::array();
  const Colors colors{!json && stdout_wants_colors()};
  for (const Variant& v : *variants) {
    std::string breaks;
    Json names = Json::array();
    for (const Property* property : v.breaks) {
      breaks += (breaks.empty() ? "" : ", ") + std::string(property->name);
      names.push_back(property->name);
    }
    const std::size_t indent = screen_width() < 60 ? 4 : 22;
    const std::string under = v.ordering ? " under " + std::string(ordering_name(*v.ordering)) : "";
    std::string lead = colors.bold(padded(v.name, 20)) + "  ";
    if (indent == 4) lead += "\n    ";
    for (const std::string& line : wrap(v.title, screen_width() - indent)) {
      out += lead + line + "\n";
      lead.assign(indent, ' ');
    }
    for (const std::string& line : wrap("breaks " + breaks + " on " + v.scenario + under, screen_width() - indent))
      out += lead + colors.dim(line) + "\n";
    list.push_back({{"name", v.name},
                    {"title", v.title},
                    {"story", v.story},
                    {"breaks", std::move(names)},
                    {"goal", v.goal},
                    {"scenario", v.scenario},
                    {"ordering", ordering_name(v.ordering.value_or(Ordering::kSc))},
                    {"demo", !v.demo.empty()}});
  }
  for (const std::string& line : wrap("vmalab run --variant NAME plays one, vmalab check --variant NAME finds what it breaks.", screen_width())) {
    out += colors.dim(line) + "\n";
  }
  if (json) out = json_text(Json{{"variants", std::move(list)}}, 1) + "\n";
  if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
