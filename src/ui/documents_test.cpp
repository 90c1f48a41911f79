// SPDX-License-Identifier: GPL-2.0-only
#include "ui/documents.h"

#include <doctest/doctest.h>

#include "run/scheduler.h"
#include "run/test_machines.h"

namespace vmalab {
namespace {

using testing::must;

Documents open_documents(const std::string& scenario, Overrides overrides = {}) {
  const Workspace workspace(VMALAB_TEST_ASSETS);
  Origin origin;
  origin.text = scenario;
  origin.overrides = overrides;
  return Documents(workspace, {}, overrides, must(workspace.open(origin)));
}

const std::string& name(const Documents& documents) { return documents.current().session.machine().scenario().name; }

void step(Documents& documents) { REQUIRE(take_step(documents.session(), *random_scheduler(1))); }

}  // namespace

TEST_CASE("what was open before can be come back to, if it had a step") {
  Documents documents = open_documents("two-readers");
  const std::uint64_t serial = documents.serial();
  REQUIRE(documents.open("writer-alone"));
  CHECK(documents.serial() != serial);
  CHECK_FALSE(documents.can_go_back());
  step(documents);
  REQUIRE(documents.open("downgrade"));
  REQUIRE(documents.can_go_back());
  step(documents);
  documents.go_back();
  CHECK(name(documents) == "writer-alone");
  CHECK(documents.current().session.depth() == 1);
  documents.go_forward();
  CHECK(name(documents) == "downgrade");
  CHECK_FALSE(documents.can_go_forward());
  CHECK_FALSE(documents.open("no-such-thing"));
  CHECK(name(documents) == "downgrade");
}

TEST_CASE("the overrides of the command line stand above every scenario that the window opens") {
  Documents documents = open_documents("two-readers", {.lockdep = false, .signals = true, .ordering = {}});
  REQUIRE(documents.open("writer-alone"));
  CHECK_FALSE(documents.current().session.machine().code().config().lockdep);
  CHECK(documents.current().session.machine().scenario().signals);
}

TEST_CASE("a variant opens the scenario that it names, and row 0 leaves it") {
  Documents documents = open_documents("two-readers");
  CHECK(documents.variant_row() == 0);
  REQUIRE(documents.variants().size() > 3);
  const Variant variant = documents.variants()[2];
  CHECK(must(documents.choose_variant(3)) == variant.title);
  CHECK(name(documents) == variant.scenario);
  CHECK(documents.variant_row() == 3);
  CHECK_FALSE(documents.code_badge().empty());
  REQUIRE(documents.open("writer-alone"));
  CHECK(documents.variant_row() == 3);
  CHECK_FALSE(must(documents.choose_variant(0)));
  CHECK(documents.variant_row() == 0);
  CHECK(name(documents) == "writer-alone");
  CHECK(documents.scenarios()[static_cast<std::size_t>(documents.scenario_row())].name == "writer-alone");
}

}  // namespace vmalab
