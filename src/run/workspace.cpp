// SPDX-License-Identifier: GPL-2.0-only
#include "run/workspace.h"

#include <system_error>
#include <utility>

#include "base/input_file.h"
#include "litmus/litmus.h"
#include "machine/any_threads.h"
#include "machine/describe.h"
#include "machine/variants.h"
#include "run/link.h"
#include "run/link_text.h"
#include "run/trace_file.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

/// What a recording is refused with where other code is asked for.
std::string own_code_is_brought() {
  return " brings its own code and configuration: --kernel, --variant, --code, --stub, --signals, --ordering and --lockdep are for scenarios; `vmalab "
         "replay` runs it in other code";
}

/// The file that a choice names as its variant, and what its header says: any C file may be a variant, and need not have one.
struct ChosenVariant {
  std::optional<fs::path> file;
  std::optional<Variant> header;
};

Result<ChosenVariant> choose_variant(const CodeChoice& choice, const fs::path& assets) {
  ChosenVariant chosen;
  if (choice.variant.empty()) return chosen;
  Result<fs::path> file = find_variant_file(assets, choice.variant);
  if (!file) return tl::unexpected(file.error());
  chosen.file = std::move(*file);
  if (has_variant_header(*chosen.file)) {
    Result<Variant> header = load_variant(*chosen.file);
    if (!header) return tl::unexpected(header.error());
    chosen.header = std::move(*header);
  }
  return chosen;
}

Result<Stubs> parse_stub_list(const std::vector<std::string>& texts) {
  Stubs stubs;
  for (const std::string& text : texts) {
    Result<Stubs::Stub> stub = parse_stub(text);
    if (!stub) return tl::unexpected(stub.error());
    if (stubs.find(stub->name) != nullptr)
      return fail("--stub " + stub->name + " is there twice; several values go into one: --stub " + stub->name + "=0,1");
    stubs.stubs.push_back(std::move(*stub));
  }
  return stubs;
}

Result<CodeBase> load_code(const CodeChoice& choice, const ChosenVariant& variant, const Scenario& scenario, const fs::path& assets) {
  CodeBase::Extra extra(variant.file);
  Result<std::vector<CodeBase::Text>> own = own_code(scenario, choice.own);
  if (!own) return tl::unexpected(own.error());
  extra.own = std::move(*own);
  Result<CodeBase> code = choice.kernel.empty() ? CodeBase::load_model(assets, scenario.config, extra)
                          : choice.tree         ? CodeBase::load_kernel(assets, *choice.tree, scenario.config, extra)
                                                : CodeBase::load_kernel(assets, choice.kernel, scenario.config, extra, choice.patches);
  if (!code || choice.stubs.empty()) return code;
  Result<Stubs> stubs = parse_stub_list(choice.stubs);
  if (!stubs) return tl::unexpected(stubs.error());
  return code->with_stubs(std::move(*stubs));
}

}  // namespace

Origin::What what_is(std::string_view text) {
  if (link_text_format::mentions_link(text)) return Origin::What::kLink;
  const fs::path path{std::string(text)};
  const std::string extension = path.extension().string();
  if (extension == ".toml" || extension == ".litmus") return Origin::What::kFile;
  std::error_code ignored;
  const bool is_path = text.find('/') != std::string_view::npos;
  return is_path || extension == ".jsonl" || fs::is_regular_file(path, ignored) ? Origin::What::kTrace : Origin::What::kName;
}

Result<Document> Workspace::open(const Origin& origin) const {
  if (!origin.numbers.empty()) return open_with_numbers(origin);
  switch (origin.what) {
    case Origin::What::kTrace: return open_trace(origin);
    case Origin::What::kLink: return open_link(origin);
    case Origin::What::kName:
    case Origin::What::kFile: break;
  }
  return fs::path(origin.text).extension() == ".litmus" ? open_litmus(origin) : open_scenario(origin);
}

Result<Document> Workspace::open_with_numbers(const Origin& origin) const {
  Origin as_it_is = origin;
  as_it_is.numbers.clear();
  Result<Document> document = open(as_it_is);
  if (!document) return document;
  const Machine& base = document->session.machine();
  Result<Scenario> scenario = with_numbers(base.scenario(), origin.numbers);
  if (!scenario) return tl::unexpected(scenario.error());
  Origin opened = document->origin;
  // One that is made by numbers has a name for these.
  if (opened.what == Origin::What::kName && scenario->name != base.scenario().name)
    opened.text = scenario->name;
  else
    opened.numbers = origin.numbers;
  Result<Machine> machine = Machine::build(std::move(*scenario), base.code());
  if (!machine) return tl::unexpected(machine.error());
  return Document{std::move(opened), Session(std::move(*machine)), true, false, document->notice};
}

/// It stands at the start; the demo is a way to an end that meets the condition.
Result<Document> Workspace::open_litmus(const Origin& origin) const {
  if (origin.code.named() || origin.overrides.lockdep || origin.overrides.signals) {
    return fail("a litmus test brings its own code: of the options for scenarios only --ordering is for it", origin.text);
  }
  const Result<std::string> text = read_input(origin.text, "a litmus test", litmus::kMostBytes);
  if (!text) return tl::unexpected(text.error());
  Result<litmus::Test> test = litmus::parse(*text, origin.text);
  if (!test) return tl::unexpected(test.error());
  if (origin.overrides.ordering) test->scenario.ordering = *origin.overrides.ordering;
  const Result<Machine> machine = litmus::machine_of(*test, assets_);
  if (!machine) return tl::unexpected(machine.error());
  const Result<litmus::Outcome> outcome = litmus::run(*test, *machine, litmus::kMostStates);
  if (!outcome) return tl::unexpected(outcome.error());
  Result<Machine> told = litmus::told(*test, *machine, *outcome, assets_);
  if (!told) return tl::unexpected(told.error());
  return Document{origin, Session(std::move(*told)), true, false, {}};
}

Result<Document> Workspace::reload(const Document& document) const {
  Origin origin = document.origin;
  origin.code.tree.reset();
  return open(origin);
}

Result<CodeBase> Workspace::code(const CodeChoice& choice, const Scenario& scenario) const {
  const Result<ChosenVariant> variant = choose_variant(choice, assets_);
  if (!variant) return tl::unexpected(variant.error());
  return load_code(choice, *variant, scenario, assets_);
}

Result<Document> Workspace::open_trace(const Origin& origin) const {
  const bool other_code = origin.code.named() || origin.overrides.any();
  if (origin.goes_on) {
    // What has not changed needs no words to be compared.
    if (Result<Replayed> replayed = other_code ? fail("") : replay_trace(origin.text)) {
      return Document{origin, std::move(replayed->session), replayed->complete, false, std::move(replayed->notice)};
    }
    Result<Replayed> replayed = other_code ? continue_trace(origin.text, [&](Scenario scenario) { return build(origin, std::move(scenario)); })
                                           : continue_trace(origin.text);
    if (!replayed) return tl::unexpected(replayed.error());
    return Document{origin, std::move(replayed->session), replayed->complete, replayed->differs, std::move(replayed->notice)};
  }
  if (other_code) {
    return fail("a trace" + own_code_is_brought(), origin.text);
  }
  Result<Replayed> replayed = replay_trace(origin.text);
  if (!replayed) return tl::unexpected(replayed.error());
  return Document{origin, std::move(replayed->session), replayed->complete, false, std::move(replayed->notice)};
}

Result<Document> Workspace::open_link(const Origin& origin) const {
  const Result<Link> link = parse_link(origin.text);
  if (!link) return tl::unexpected(link.error());
  const CodeChoice& choice = origin.code;
  if (origin.goes_on && link->version > 1) {
    const auto other = [&](Scenario scenario) { return build(origin, std::move(scenario)); };
    Result<LinkedRun> run = choice.named() || origin.overrides.any() ? continue_link(*link, assets_, other) : continue_link(*link, assets_);
    if (!run) return tl::unexpected(run.error());
    return Document{origin, std::move(run->session), true, run->differs, std::move(run->notice)};
  }
  const bool names_code = !choice.kernel.empty() || !choice.variant.empty() || !choice.own.empty();
  if (origin.overrides.any() || !choice.stubs.empty() || (names_code && link->version > 1)) {
    return fail("a link" + own_code_is_brought());
  }
  std::optional<CodeBase> given;  // links of version 1 carry none
  if (names_code) {
    Scenario configured;
    configured.config.lockdep = link->lockdep;
    Result<CodeBase> loaded = code(choice, configured);
    if (!loaded) return tl::unexpected(loaded.error());
    given = std::move(*loaded);
  }
  Result<LinkedRun> run = vmalab::open_link(*link, assets_, given);
  if (!run) return tl::unexpected(run.error());
  return Document{origin, std::move(run->session), true, false, std::move(run->notice)};
}

Result<Document> Workspace::open_scenario(const Origin& origin) const {
  const Result<ChosenVariant> variant = choose_variant(origin.code, assets_);
  if (!variant) return tl::unexpected(variant.error());
  Origin opened = origin;
  if (opened.text.empty()) opened.text = variant->header ? variant->header->scenario : origin.otherwise;
  Result<Scenario> scenario = find_scenario(assets_, opened.text);
  if (!scenario) return tl::unexpected(scenario.error());
  Result<Machine> machine = build(opened, std::move(*scenario));
  if (!machine) return tl::unexpected(machine.error());
  std::string notice = stub_notice(*machine);
  return Document{std::move(opened), Session(std::move(*machine)), true, false, std::move(notice)};
}

Result<Machine> Workspace::build(const Origin& origin, Scenario scenario) const {
  const Result<ChosenVariant> variant = choose_variant(origin.code, assets_);
  if (!variant) return tl::unexpected(variant.error());
  // The variant stands above the scenario, and what the user says above both.
  if (variant->header) configure(scenario, *variant->header);
  if (origin.overrides.signals) scenario.signals = true;
  if (origin.overrides.ordering) scenario.ordering = *origin.overrides.ordering;
  if (origin.overrides.lockdep) scenario.config.lockdep = *origin.overrides.lockdep;
  Result<CodeBase> loaded = load_code(origin.code, *variant, scenario, assets_);
  if (!loaded) return tl::unexpected(loaded.error());
  Result<Machine> machine = Machine::build(std::move(scenario), std::move(*loaded));
  if (!machine) return tl::unexpected(machine.error());
  if (Result<void> checked = machine->check_expressions(); !checked) return tl::unexpected(checked.error());
  return machine;
}

}  // namespace vmalab
