// SPDX-License-Identifier: GPL-2.0-only
#include "app/load.h"

#include <system_error>

#include "machine/variants.h"
#include "machine/scenario.h"

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

Result<Scenario> choose_scenario(const Options& options, const fs::path& assets, const std::string& name, const char* otherwise) {
  if (options.standard()) return standard_scenario(options.readers, options.writers, options.detachers);
  if (name.empty() && !options.variant.empty()) {
    const Result<fs::path> file = find_variant_file(assets, options.variant);
    if (!file) return tl::unexpected(file.error());
    // Any C file may be a variant; one with a header says where it shows what it breaks.
    if (has_variant_header(*file)) {
      const Result<Variant> variant = load_variant(*file);
      if (!variant) return tl::unexpected(variant.error());
      return scenario_of(*variant, assets);
    }
  }
  return find_scenario(assets, name.empty() ? otherwise : name);
}

}  // namespace

void adjust_scenario(Scenario& scenario, const Options& options) {
  if (options.signals) scenario.signals = true;
  if (options.lockdep) scenario.config.lockdep = *options.lockdep;
}

bool looks_like_link(const std::string& text) { return text.find("vmalab:") != std::string::npos; }

bool looks_like_trace(const std::string& text) {
  const fs::path path(text);
  const std::string extension = path.extension().string();
  if (extension == ".toml" || looks_like_link(text)) return false;
  std::error_code ignored;
  return extension == ".jsonl" || fs::is_regular_file(path, ignored);
}

Result<std::optional<fs::path>> variant_file(const Options& options, const fs::path& assets) {
  if (options.variant.empty()) return std::optional<fs::path>();
  Result<fs::path> file = find_variant_file(assets, options.variant);
  if (!file) return tl::unexpected(file.error());
  return std::optional<fs::path>(std::move(*file));
}

Result<CodeBase> load_code(const Options& options, const fs::path& assets, const CodeConfig& config) {
  const Result<std::optional<fs::path>> variant = variant_file(options, assets);
  if (!variant) return tl::unexpected(variant.error());
  if (!options.kernel.empty()) return CodeBase::load_kernel(assets, options.kernel, config, *variant);
  return CodeBase::load_model(assets, config, *variant);
}

Result<Loaded> load_target(const Options& options, const fs::path& assets, const char* otherwise) {
  if (!options.standard() && looks_like_trace(options.target)) {
    if (!options.kernel.empty() || !options.variant.empty() || options.signals || options.lockdep) {
      return fail("a trace brings its own code and configuration: --kernel, --variant, --signals and --lockdep are for scenarios", options.target);
    }
    Result<Replayed> replayed = replay_trace(options.target);
    if (!replayed) return tl::unexpected(replayed.error());
    return Loaded{std::move(replayed->session), true, replayed->complete, {}, replayed->notice};
  }
  std::optional<Link> link;
  if (looks_like_link(options.target)) {
    Result<Link> parsed = parse_link(options.target);
    if (!parsed) return tl::unexpected(parsed.error());
    link = std::move(*parsed);
  }
  Result<Scenario> scenario = choose_scenario(options, assets, link ? link->scenario : options.target, otherwise);
  if (!scenario) return tl::unexpected(scenario.error());
  if (link) {
    scenario->config.lockdep = link->lockdep;
    scenario->signals = link->signals;
  }
  adjust_scenario(*scenario, options);
  Result<CodeBase> code = load_code(options, assets, scenario->config);
  if (!code) return tl::unexpected(code.error());
  Result<Machine> machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return tl::unexpected(machine.error());
  Loaded loaded{Session(std::move(*machine)), false, true, {}, {}};
  if (link) {
    loaded.link_schedule = link->schedule;
    const std::string hash = loaded.session.machine().code().hash();
    if (hash != link->model_hash) {
      loaded.notice = "the link was made with other C code (" + link->model_hash + ", this is " + hash +
                      "): its steps may do something else now";
    }
  }
  return loaded;
}

}  // namespace vmalab::app
