// SPDX-License-Identifier: GPL-2.0-only
#include "run/workspace.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "run/link.h"
#include "run/test_machines.h"
#include "run/trace_file.h"

using namespace vmalab;
using namespace vmalab::testing;

namespace {

const Workspace& workspace() {
  static const Workspace workspace{VMALAB_TEST_ASSETS};
  return workspace;
}

Origin origin(std::string text, std::string variant = {}) {
  Origin origin;
  origin.what = what_is(text);
  origin.text = std::move(text);
  origin.code.variant = std::move(variant);
  return origin;
}

constexpr const char* kMine = R"toml(title = "Mine"
lockdep = true
[[mm]]
name = "mm0"
[[vma]]
name = "vma0"
mm = "mm0"
[[thread]]
name = "r1"
run = "reader(mm0, 0x1000)"
)toml";

}  // namespace

TEST_CASE("what a word names") {
  CHECK(what_is("two-readers") == Origin::What::kName);
  CHECK(what_is("standard-2-1-0") == Origin::What::kName);
  CHECK(what_is("not/there.toml") == Origin::What::kFile);
  CHECK(what_is("not/there.jsonl") == Origin::What::kTrace);
  CHECK(what_is("> see VMALAB:2:two-readers") == Origin::What::kLink);
  CHECK(what_is("no/such/place") == Origin::What::kTrace);
  CHECK(what_is("") == Origin::What::kName);
}

TEST_CASE("a scenario that is not named is the one that the variant names, or the default") {
  CHECK(must(workspace().open(origin(""))).session.machine().scenario().name == kDefaultScenario);
  const Document shown = must(workspace().open(origin("", "no-wake")));
  CHECK(shown.session.machine().scenario().name == "standard-1-1-0");
  CHECK(shown.origin.text == "standard-1-1-0");
  Origin other = origin("");
  other.otherwise = "two-readers";
  CHECK(must(workspace().open(other)).session.machine().scenario().name == "two-readers");
  CHECK(must(workspace().open(origin("two-readers", "no-wake"))).session.machine().scenario().name == "two-readers");
}

TEST_CASE("a variant stands above the scenario, and the user's word above both") {
  const Folder folder;
  const std::filesystem::path variant = folder.path() / "quiet.c";
  std::ofstream(variant)
      << "// variant: quiet\n// title: a\n// story: b\n// breaks: exclusion\n// scenario: two-readers\n// config: lockdep=off, signals, seq_bits=3\n";
  const Document plain = must(workspace().open(origin("two-readers")));
  CHECK(plain.session.machine().code().config().lockdep);
  CHECK_FALSE(plain.session.machine().scenario().signals);
  for (const char* scenario : {"two-readers", "writer-alone", ""}) {
    CAPTURE(scenario);
    Origin with = origin(scenario, variant.string());
    const Document configured = must(workspace().open(with));
    CHECK_FALSE(configured.session.machine().code().config().lockdep);
    CHECK(configured.session.machine().scenario().signals);
    CHECK(configured.session.machine().scenario().seq_bits == 3);
    with.overrides.lockdep = true;
    CHECK(must(workspace().open(with)).session.machine().code().config().lockdep);
  }
}

TEST_CASE("reloading opens the same origin again, whatever it was") {
  const Folder folder;
  const std::filesystem::path mine = folder.path() / "mine.toml", trace = folder.path() / "run.jsonl";
  std::ofstream(mine) << kMine;
  Origin with = origin(mine.string(), "no-wake");
  with.overrides.lockdep = false;
  with.overrides.signals = true;
  Document document = must(workspace().open(with));
  const std::string hash = document.session.machine().code().hash();
  REQUIRE(document.session.apply(step_of(document.session.machine(), "r1")));
  REQUIRE(save_trace(trace, document.session));
  const std::string link = must(link_text(document.session.machine(), document.session.actions_to(document.session.cursor()), workspace().assets()));

  std::ofstream(mine) << "# edited\n" << kMine;
  const Document again = must(workspace().reload(document));
  CHECK(again.session.machine().code().hash() == hash);
  CHECK(again.session.machine().scenario().signals);
  CHECK(again.session.machine().scenario().toml.starts_with("# edited"));

  std::filesystem::remove(mine);
  CHECK_FALSE(workspace().reload(document));
  // Traces and links carry the scenario, the variant and the overrides.
  for (const std::string& recorded : {trace.string(), link}) {
    CAPTURE(recorded);
    const Document opened = must(workspace().open(origin(recorded)));
    for (const Document& one : {must(workspace().reload(opened)), opened}) {
      CHECK(one.session.depth() == 1);
      CHECK(one.session.machine().code().hash() == hash);
      CHECK(one.session.machine().scenario().name == "mine");
      CHECK(one.session.machine().scenario().signals);
      CHECK_FALSE(one.session.machine().code().config().lockdep);
    }
  }
}

TEST_CASE("a scenario opens with other numbers of its threads, and reloads so") {
  Origin many = origin("two-readers");
  many.numbers = {0, 3};
  const Document opened = must(workspace().open(many));
  const Scenario& scenario = opened.session.machine().scenario();
  REQUIRE(scenario.threads.size() == 3);
  CHECK(scenario.threads[2].name == "r2_3");
  CHECK(scenario.title.ends_with("(no r1, 3 r2)"));
  CHECK(must(workspace().reload(opened)).session.machine().thread_count() == 3);
  // What is made by numbers has a name of its own.
  Origin standard = origin("standard-1-1-0", "no-wake");
  standard.numbers = {2, 0};
  const Document named = must(workspace().open(standard));
  CHECK(named.origin.text == "standard-2-0-0");
  CHECK(named.origin.numbers.empty());
  CHECK(named.origin.code.variant == "no-wake");
  many.numbers = {1, 1, 1};
  CHECK(workspace().open(many).error().message == "it has 2 threads");
}

TEST_CASE("errors say what was asked for, what there is and what to do") {
  const auto message = [](const Origin& asked) {
    const Result<Document> opened = workspace().open(asked);
    REQUIRE_FALSE(opened);
    return opened.error().to_string();
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(message(origin("two-reader")), "two-readers"));
  CHECK(has(message(origin("two-readers", "no-wak")), "no-wake"));
  CHECK(has(message(origin("nowhere/mine.toml")), "nowhere/mine.toml"));
  CHECK(has(message(origin("nowhere/run.jsonl")), "nowhere/run.jsonl"));
  CHECK(has(message(origin("vmalab:nonsense")), "link"));
  Origin trace = origin("nowhere/run.jsonl", "no-wake");
  CHECK(has(message(trace), "brings its own code"));
  Origin link = origin("vmalab:nonsense");
  link.overrides.signals = true;
  CHECK_FALSE(workspace().open(link));
  Origin kernel = origin("two-readers");
  kernel.code.kernel = "/nowhere/linux";
  CHECK(has(message(kernel), "/nowhere/linux"));
  Origin stub = origin("two-readers");
  stub.code.stubs = {"f=1", "f=2"};
  CHECK(has(message(stub), "--stub f is there twice"));
}
