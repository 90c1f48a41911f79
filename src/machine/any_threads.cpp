// SPDX-License-Identifier: GPL-2.0-only
#include "machine/any_threads.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace vmalab {
namespace {

/// A table of a TOML text with its header, or what stands before the first.
struct Section {
  std::string header;  ///< "[[thread]]"; empty: before the first
  std::string text;    ///< with the header
};

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  return line;
}

/// Each line with its end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::vector<Section> sections_of(std::string_view toml) {
  std::vector<Section> sections(1);
  bool in_string = false;
  for (const std::string_view line : lines_of(toml)) {
    if (const std::string_view bare = trimmed(line); !in_string && !bare.empty() && bare.front() == '[') {
      sections.push_back({std::string(bare.substr(0, bare.rfind(']') + 1)), {}});
    }
    sections.back().text += line;
    for (const std::string_view quotes : {"\"\"\"", "'''"}) {
      for (std::size_t at = line.find(quotes); at != std::string_view::npos; at = line.find(quotes, at + quotes.size())) in_string = !in_string;
    }
  }
  return sections;
}

/// The line sets the key.
bool sets(std::string_view line, std::string_view key) {
  line = trimmed(line);
  return line.substr(0, key.size()) == key && !trimmed(line.substr(key.size())).empty() && trimmed(line.substr(key.size())).front() == '=';
}

/// Of a scenario that is made by numbers, "standard-2-1-0": that with others. Nothing for one that somebody wrote.
std::optional<Result<Scenario>> made_with(const Scenario& scenario, const std::vector<int>& counts) {
  for (const auto& [prefix, letters] : {std::pair<std::string_view, std::string_view>{"standard-", "rwd"}, {"lifecycle-", "rwkua"}}) {
    if (scenario.name.compare(0, prefix.size(), prefix) != 0) continue;
    const Result<Scenario> made = find_scenario({}, scenario.name);
    if (!made || made->toml != scenario.toml) return std::nullopt;
    std::string name(prefix);
    for (const char letter : letters) {
      int count = 0;
      for (std::size_t t = 0; t < counts.size(); ++t) count += scenario.threads[t].name.front() == letter ? counts[t] : 0;
      name += (name.back() == '-' ? "" : "-") + std::to_string(count);
    }
    return find_scenario({}, name);
  }
  return std::nullopt;
}

/// The line of the title, which says so, too.
std::string with_numbers_said(std::string_view line, const Scenario& scenario, const std::vector<int>& counts) {
  std::string numbers;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    if (counts[t] == 1) continue;
    numbers += (numbers.empty() ? "" : ", ") + (counts[t] == 0 ? "no" : std::to_string(counts[t])) + " " + scenario.threads[t].name;
  }
  std::string out(line);
  const std::size_t end = out.rfind('"');
  const bool one_line = end != std::string::npos && std::count(out.begin(), out.end(), '"') == 2;
  return numbers.empty() || !one_line ? out : out.insert(end, " (" + numbers + ")");
}

Result<Scenario> written_with(const Scenario& scenario, const std::vector<int>& counts) {
  const std::vector<Section> sections = sections_of(scenario.toml);
  const auto written = static_cast<std::size_t>(
      std::count_if(sections.begin(), sections.end(), [](const Section& section) { return section.header == "[[thread]]"; }));
  if (written != scenario.threads.size()) return fail("the threads of this scenario cannot be counted anew", scenario.name);
  std::string text;
  std::size_t thread = 0;
  for (const Section& section : sections) {
    if (section.header.empty()) {
      for (const std::string_view line : lines_of(section.text))
        text += sets(line, "title") ? with_numbers_said(line, scenario, counts) : std::string(line);
      text += "\n";
      continue;
    }
    if (section.header == "[[mm]]" || section.header == "[[vma]]") text += section.text + "\n";
    if (section.header != "[[thread]]") continue;
    const std::string& name = scenario.threads[thread].name;
    for (int n = 1; n <= counts[thread]; ++n) {
      for (const std::string_view line : lines_of(section.text)) {
        if (sets(line, "count")) continue;
        text += sets(line, "name") ? "name = \"" + name + (n > 1 ? "_" + std::to_string(n) : "") + "\"\n" : std::string(line);
      }
      text += "\n";
    }
    ++thread;
  }
  Result<Scenario> out = parse_scenario(text, scenario.name, scenario.name);
  if (out) out->file = scenario.file;
  return out;
}

}  // namespace

std::vector<bool> any_threads_or_all(const Scenario& scenario) {
  std::vector<bool> any = any_threads(scenario);
  return any.empty() ? std::vector<bool>(scenario.threads.size(), true) : any;
}

Result<Scenario> with_numbers(const Scenario& scenario, const std::vector<int>& counts) {
  if (counts.size() != scenario.threads.size()) return fail("it has " + std::to_string(scenario.threads.size()) + " threads", scenario.name);
  const std::optional<Result<Scenario>> made = made_with(scenario, counts);
  Result<Scenario> out = made ? *made : written_with(scenario, counts);
  if (!out) return out;
  out->origin.clear();  // nobody has seen this text: its lines are no places
  out->config = scenario.config;
  out->signals = scenario.signals;
  out->ordering = scenario.ordering;
  out->seq_bits = scenario.seq_bits;
  out->type_stable = scenario.type_stable;
  return out;
}

}  // namespace vmalab
