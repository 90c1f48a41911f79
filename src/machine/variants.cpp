// SPDX-License-Identifier: GPL-2.0-only
#include "machine/variants.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/input_file.h"
#include "base/text_hygiene.h"

#include "base/words.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t{8} << 20U;

std::vector<std::string_view> items(std::string_view list) {
  std::vector<std::string_view> result;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (const auto item = words::trimmed(list.substr(0, comma)); !item.empty()) result.push_back(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return result;
}

/// One `// key: value` of the header, continuation lines joined.
struct Entry {
  std::string key, value;
  int line = 0;
};

std::vector<Entry> header_of(std::istream& in) {
  std::vector<Entry> entries;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    std::string_view line = words::trimmed(number == 1 ? without_byte_order_mark(text) : std::string_view(text));
    if (line.substr(0, 2) != "//") break;
    line.remove_prefix(2);
    if (line.substr(0, 3) == "   " && !entries.empty()) {
      entries.back().value += " " + std::string(words::trimmed(line));
      continue;
    }
    line = words::trimmed(line);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.substr(0, 4) == "SPDX") continue;
    entries.push_back({std::string(line.substr(0, colon)), std::string(words::trimmed(line.substr(colon + 1))), number});
  }
  return entries;
}

/// Empty when all is well.
std::string apply(Variant& variant, const Entry& entry) {
  if (entry.key == "variant") {
    variant.name = entry.value;
  } else if (entry.key == "title") {
    variant.title = entry.value;
  } else if (entry.key == "story") {
    variant.story = entry.value;
  } else if (entry.key == "scenario") {
    variant.scenario = entry.value;
  } else if (entry.key == "goal") {
    variant.goal = entry.value;
  } else if (entry.key == "demo") {
    const auto colon = entry.value.find(':');
    if (colon == std::string::npos) return "a line of the demo is steps, a colon and what they do: \"r1*3: r1 finds the VMA\"";
    variant.demo.push_back({std::string(words::trimmed(std::string_view(entry.value).substr(0, colon))),
                            std::string(words::trimmed(std::string_view(entry.value).substr(colon + 1))),
                            {entry.line, 1}});
  } else if (entry.key == "claim") {
    (variant.demo.empty() ? variant.story_claims : variant.demo.back().claims).push_back(entry.value);
  } else if (entry.key == "breaks") {
    for (const std::string_view name : items(entry.value)) {
      const Property* property = find_property(name);
      if (property == nullptr) return "there is no check \"" + std::string(name) + "\"";
      variant.breaks.push_back(property);
    }
  } else if (entry.key == "steps") {
    for (const std::string_view item : items(entry.value)) {
      int steps = 0;
      const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), steps);
      if (error != std::errc{} || end != item.data() + item.size() || steps < 0) return "steps is a number for each check that breaks";
      variant.steps.push_back(steps);
    }
  } else if (entry.key == "config") {
    for (const std::string_view item : items(entry.value)) {
      if (item == "signals") {
        variant.signals = true;
      } else if (item == "lockdep=off") {
        variant.lockdep = false;
      } else if (item == "lockdep=on") {
        variant.lockdep = true;
      } else if (item.substr(0, 9) == "seq_bits=") {
        int bits = 0;
        const auto digits = item.substr(9);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc{} || end != digits.data() + digits.size() || bits < 2 || bits > 32) {
          return "seq_bits is a number from 2 to 32";
        }
        variant.seq_bits = bits;
      } else if (item.substr(0, 9) == "ordering=") {
        variant.ordering = find_ordering(item.substr(9));
        if (!variant.ordering) return "ordering is sc, lkmm or lkmm+lb";
      } else {
        return "config is seq_bits=N, signals, lockdep=on|off or ordering=lkmm, not \"" + std::string(item) + "\"";
      }
    }
  } else {
    return "a variant's header has no key \"" + entry.key + "\"";
  }
  return {};
}

}  // namespace

Result<Variant> load_variant(const std::filesystem::path& file) {
  const Result<std::string> text = read_input(file, "a C file", kMaxFileSize);
  if (!text) return tl::unexpected(text.error());
  return parse_variant(*text, file);
}

bool has_variant_header(const std::filesystem::path& file) {
  const Result<std::string> text = read_input(file, "a C file", kMaxFileSize);
  if (!text) return false;
  std::istringstream in(*text);
  const std::vector<Entry> entries = header_of(in);
  return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) { return entry.key == "variant"; });
}

Result<Variant> parse_variant(const std::string& text, const std::filesystem::path& file) {
  std::istringstream in(text);
  Variant variant;
  variant.file = file;
  for (const Entry& entry : header_of(in)) {
    if (const std::string problem = apply(variant, entry); !problem.empty()) return fail(problem, file.string(), entry.line, 1);
  }
  for (const auto& [key, missing] : {std::pair{"variant", variant.name.empty()},
                                     {"title", variant.title.empty()},
                                     {"scenario", variant.scenario.empty()},
                                     {"breaks", variant.breaks.empty() && variant.goal.empty()}}) {
    if (missing) return fail(std::string("the header has no \"// ") + key + ": ...\" line", file.string(), 1, 1);
  }
  return variant;
}

Result<std::vector<Variant>> list_variants(const std::filesystem::path& assets) {
  std::vector<Variant> variants;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(assets / "variants", error)) {
    if (entry.path().extension() != ".c") continue;
    auto variant = load_variant(entry.path());
    if (!variant) return tl::unexpected(variant.error());
    variants.push_back(std::move(*variant));
  }
  if (error) return fail("cannot list the variants: " + error.message(), (assets / "variants").string());
  std::sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) { return a.name < b.name; });
  return variants;
}

Result<std::filesystem::path> find_variant_file(const std::filesystem::path& assets, std::string_view name) {
  std::error_code error;
  const std::filesystem::path folder = assets / "variants";
  for (const std::filesystem::path& file : {folder / (std::string(name) + ".c"), assets / name, std::filesystem::path(name)}) {
    if (std::filesystem::is_regular_file(file, error)) return file;
  }
  const std::filesystem::path named{std::string(name)};
  if (std::filesystem::exists(named, error)) {
    if (const Result<std::string> text = read_input(named, "a C file", kMaxFileSize); !text) return tl::unexpected(text.error());
  }
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".c") names.push_back(it->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  std::string known;
  for (const std::string& one : names) known += (known.empty() ? "; there are " : ", ") + one;
  return fail("there is no variant \"" + std::string(name) + "\"" + known + "; or give a C file");
}

Result<Variant> find_variant(const std::filesystem::path& assets, std::string_view name) {
  const Result<std::filesystem::path> file = find_variant_file(assets, name);
  if (!file) return tl::unexpected(file.error());
  return load_variant(*file);
}

void configure(Scenario& scenario, const Variant& variant) {
  if (variant.seq_bits) scenario.seq_bits = *variant.seq_bits;
  if (variant.signals) scenario.signals = true;
  if (variant.lockdep) scenario.config.lockdep = *variant.lockdep;
  if (variant.ordering) scenario.ordering = *variant.ordering;
}

Result<Scenario> scenario_of(const Variant& variant, const std::filesystem::path& assets) {
  Result<Scenario> scenario = find_scenario(assets, variant.scenario);
  if (scenario) configure(*scenario, variant);
  return scenario;
}

namespace {

void clear_captions(Scenario& scenario) {
  for (DemoStep& step : scenario.demo) {
    step.caption.clear();
    step.claims.clear();
  }
}

/// The variant that the file is, if it is one of this scenario.
std::optional<Variant> variant_of(const Scenario& scenario, const SourceFile& file) {
  if (file.origin != SourceFile::Origin::kVariant) return std::nullopt;
  Result<Variant> variant = parse_variant(file.text, file.path);
  return variant && variant->scenario == scenario.name ? std::optional(std::move(*variant)) : std::nullopt;
}

}  // namespace

Diagnostic error_in_story(const Scenario& scenario, const CodeBase& code, ScenarioPlace place, std::string message) {
  for (const SourceFile& file : code.files()) {
    const std::optional<Variant> variant = variant_of(scenario, file);
    if (!variant || (variant->demo.empty() && place.line > 0)) continue;
    Diagnostic error{std::move(message), file.path, place.line, 0, {}};
    if (place.line > 0 && static_cast<std::size_t>(place.line) <= file.lines.size())
      error.source_line = file.lines[static_cast<std::size_t>(place.line) - 1];
    return error;
  }
  return error_in_scenario(scenario, place, std::move(message));
}

void adapt_story(Scenario& scenario, const CodeBase& code) {
  const auto names_it = [&scenario](const SourceFile& file) {
    return std::any_of(scenario.code.begin(), scenario.code.end(), [&](const CodeFile& own) {
      return std::filesystem::path(own.path).filename() == std::filesystem::path(file.path).filename();
    });
  };
  for (const SourceFile& file : code.files()) {
    if (file.origin == SourceFile::Origin::kOwn && file.replaces && !names_it(file)) {
      clear_captions(scenario);
    }
    if (file.origin != SourceFile::Origin::kVariant) continue;
    const Result<Variant> variant = parse_variant(file.text, file.path);
    const bool its_own = variant && variant->scenario == scenario.name;
    if (!variant && !file.replaces) continue;  // it only adds to the code
    if (its_own) {
      scenario.story = variant->story;
      scenario.story_claims = variant->story_claims;
    }
    if (its_own && !variant->demo.empty()) {
      scenario.demo = variant->demo;
    } else {
      clear_captions(scenario);
    }
  }
}

}  // namespace vmalab
