// SPDX-License-Identifier: GPL-2.0-only
#include "app/load.h"

#include <system_error>

#include "app/stub_check.h"
#include "lang/text_hygiene.h"
#include "machine/scenario.h"
#include "machine/variants.h"
#include "trace/link.h"

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

bool looks_like_link(const std::string& text) {
  std::string plain = without_traces_of_mail(text);
  for (char& c : plain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return plain.find("vmalab:") != std::string::npos;
}

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

Result<CodeBase> load_code(const Options& options, const fs::path& assets, const Scenario& scenario) {
  const Result<std::optional<fs::path>> variant = variant_file(options, assets);
  if (!variant) return tl::unexpected(variant.error());
  CodeBase::Extra extra(*variant);
  Result<std::vector<CodeBase::Text>> own = own_code(scenario, options.code);
  if (!own) return tl::unexpected(own.error());
  extra.own = std::move(*own);
  Result<CodeBase> code = options.kernel.empty() ? CodeBase::load_model(assets, scenario.config, extra)
                          : options.tree         ? CodeBase::load_kernel(assets, *options.tree, scenario.config, extra)
                                                 : CodeBase::load_kernel(assets, options.kernel, scenario.config, extra);
  if (!code || options.stubs.empty()) return code;
  Stubs stubs;
  for (const std::string& text : options.stubs) {
    Result<Stubs::Stub> stub = parse_stub(text);
    if (!stub) return tl::unexpected(stub.error());
    if (stubs.find(stub->name) != nullptr) return fail("--stub " + stub->name + " is there twice; several values go into one: --stub " + stub->name + "=0,1");
    stubs.stubs.push_back(std::move(*stub));
  }
  return code->with_stubs(std::move(stubs));
}

namespace {

Result<Loaded> load_link(const Options& options, const fs::path& assets) {
  const Result<Link> link = parse_link(options.target);
  if (!link) return tl::unexpected(link.error());
  std::optional<CodeBase> given;
  const bool names_code = !options.kernel.empty() || !options.variant.empty() || !options.code.empty();
  if (options.signals || options.lockdep || !options.stubs.empty() || (names_code && link->version > 1)) {
    return fail("a link brings its own code and configuration: --kernel, --variant, --code, --stub, --signals and --lockdep are for scenarios");
  }
  if (names_code) {
    Scenario configured;
    configured.config.lockdep = link->lockdep;
    Result<CodeBase> code = load_code(options, assets, configured);
    if (!code) return tl::unexpected(code.error());
    given = std::move(*code);
  }
  Result<LinkedRun> run = open_link(*link, assets, given);
  if (!run) return tl::unexpected(run.error());
  return Loaded{Session(std::move(run->machine)), false, true, link->schedule, run->notice, assets};
}

}  // namespace

Result<Loaded> load_target(const Options& options, const fs::path& assets, const char* otherwise) {
  if (!options.standard() && looks_like_link(options.target)) return load_link(options, assets);
  if (!options.standard() && looks_like_trace(options.target)) {
    if (!options.kernel.empty() || !options.variant.empty() || !options.code.empty() || !options.stubs.empty() || options.signals || options.lockdep) {
      return fail("a trace brings its own code and configuration: --kernel, --variant, --code, --stub, --signals and --lockdep are for scenarios", options.target);
    }
    Result<Replayed> replayed = replay_trace(options.target);
    if (!replayed) return tl::unexpected(replayed.error());
    return Loaded{std::move(replayed->session), true, replayed->complete, {}, replayed->notice, assets};
  }
  Result<Scenario> scenario = choose_scenario(options, assets, options.target, otherwise);
  if (!scenario) return tl::unexpected(scenario.error());
  adjust_scenario(*scenario, options);
  Result<CodeBase> code = load_code(options, assets, *scenario);
  if (!code) return tl::unexpected(code.error());
  Result<Machine> machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return tl::unexpected(machine.error());
  if (Result<void> checked = machine->check_expressions(); !checked) return tl::unexpected(checked.error());
  std::string notice = stub_notice(*machine);
  return Loaded{Session(std::move(*machine)), false, true, {}, std::move(notice), assets};
}

}  // namespace vmalab::app
