// SPDX-License-Identifier: GPL-2.0-only
#include "machine/lock_code.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "machine/scenario.h"

using namespace vmalab;

namespace {

const std::filesystem::path kAssets = VMALAB_TEST_ASSETS;

Machine machine(const char* tree, const char* variant) {
  Result<Scenario> scenario = standard_scenario(1, 1, 0);
  REQUIRE(scenario);
  std::optional<std::filesystem::path> file;
  if (variant != nullptr) file = kAssets / "variants" / variant;
  Result<CodeBase> code = tree == nullptr ? CodeBase::load_model(kAssets, scenario->config, file)
                                          : CodeBase::load_kernel(kAssets, kAssets / ".." / "src/lang/testdata/trees" / tree, scenario->config, file);
  REQUIRE_MESSAGE(code, code.error().to_string());
  Result<Machine> built = Machine::build(std::move(*scenario), std::move(*code));
  REQUIRE_MESSAGE(built, built.error().to_string());
  return std::move(*built);
}

}  // namespace

TEST_CASE("whose functions run: the model's, a tree's, a variant's on top of it") {
  const LockCode of_model = lock_code(machine(nullptr, nullptr));
  CHECK_FALSE(of_model.has_tree);
  CHECK(of_model.model.count("vma_start_read") == 1);
  CHECK(lock_code_text(of_model).empty());

  const LockCode of_tree = lock_code(machine("7.0", nullptr));
  CHECK(of_tree.model.empty());
  CHECK(of_tree.tree.count("vma_start_read") == 1);
  const std::string n = std::to_string(of_tree.count());
  CHECK(lock_code_text(of_tree) == n + " of " + n + " functions of the lock from Linux 7.0");
  CHECK(lock_code_badge(machine("7.0", nullptr)) == "Linux 7.0, " + n + " of " + n);

  const LockCode varied = lock_code(machine("7.0", "no-wake.c"));
  CHECK(varied.variant.size() == 1);
  CHECK(varied.tree.count(*varied.variant.begin()) == 0);

  // Nothing ran, nothing is named.
  CHECK(lock_code(machine("7.0", nullptr), [](std::size_t, std::size_t) { return false; }).count() == 0);
}
