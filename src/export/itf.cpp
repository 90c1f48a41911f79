// SPDX-License-Identifier: GPL-2.0-only
// The Informal Trace Format of Apalache (https://apalache-mc.org/docs/adr/015adr-trace.html), which the viewers of the TLA+ world read: a
// list of states, each with the same variables. `action` and `text` say which step led to the state.
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "export/format.h"
#include "view/state_json.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;

/// Lists of objects that have names become records of them; integers become what ITF has for integers of any size.
Json itf_value(const Json& value) {
  if (value.is_number_integer()) return Json{{"#bigint", std::to_string(value.get<std::int64_t>())}};
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [key, inner] : value.items()) out[key] = itf_value(inner);
    return out;
  }
  if (!value.is_array()) return value;
  const bool named = !value.empty() && value.front().is_object() && value.front().contains("name");
  Json out = named ? Json::object() : Json::array();
  for (const Json& inner : value) {
    if (named) {
      Json record = itf_value(inner);
      record.erase("name");
      out[inner["name"].get<std::string>()] = std::move(record);
    } else {
      out.push_back(itf_value(inner));
    }
  }
  return out;
}

std::string state_text(const Machine& machine, const State& state, int index, const std::string& action, const std::string& text,
                       const Json& broken) {
  Json out{{"#meta", {{"index", index}}}, {"action", action}, {"text", text}, {"violated", broken}};
  out.update(itf_value(state_json(machine, state)));
  return json_text(out);
}

}  // namespace

Result<std::string> write_itf(const RecordedRun& run, const ExportOptions&) {
  const Json head{{"format", "ITF"}, {"format-description", "https://apalache-mc.org/docs/adr/015adr-trace.html"}, {"description", run.title()}};
  const Json vars{"action", "text", "violated", "vmas", "mms", "threads"};
  std::string out = "{\"#meta\":" + json_text(head) + ",\n\"vars\":" + vars.dump() + ",\n\"states\":[\n";
  int index = 0;
  out += state_text(run.machine(), run.begins_in(), index++, "", "", Json::array());
  const Result<void> walked = run.walk([&](const RecordedStep& step) {
    out += ",\n" + state_text(run.machine(), step.after, index++, action_name(run.machine(), step.info.action), step.text,
                              violation_names(step.info.violations));
  });
  if (!walked) return tl::unexpected(walked.error());
  return out + "\n]}\n";
}

}  // namespace vmalab
