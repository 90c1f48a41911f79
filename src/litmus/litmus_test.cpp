// SPDX-License-Identifier: GPL-2.0-only
#include "litmus/litmus.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "machine/state.h"

namespace vmalab::litmus {
namespace {

const std::filesystem::path kTestData = std::filesystem::path(VMALAB_TEST_ASSETS) / "../src/litmus/testdata";

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kTestData)) {
    if (entry.path().extension() == ".litmus") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The message and the line of what is refused.
Diagnostic refused(const std::string& text) {
  const Result<Test> test = parse(text, "t.litmus");
  REQUIRE_FALSE(test.has_value());
  return test.error();
}

const std::string kHead = "C t\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\n";

}  // namespace

TEST_CASE("each rule of the memory model has a test, and the answer is the expected one") {
  const auto files = test_files();
  REQUIRE(files.size() >= 27);
  for (const std::filesystem::path& file : files) {
    CAPTURE(file.filename().string());
    const Result<Test> test = parse(text_of(file), file.string());
    REQUIRE(test.has_value());
    REQUIRE(test->expected.has_value());
    const Result<Machine> machine = machine_of(*test, VMALAB_TEST_ASSETS);
    REQUIRE_MESSAGE(machine.has_value(), machine.error().to_string());
    const Result<Outcome> outcome = run(*test, *machine, 100'000);
    REQUIRE(outcome.has_value());
    CHECK(answer_name(outcome->answer) == answer_name(*test->expected));

    // With nothing forgotten but what no thread can read: the same answer by as many steps.
    const Result<Outcome> all = run(*test, machine->remembering(), 100'000);
    REQUIRE(all.has_value());
    CHECK(all->answer == outcome->answer);
    CHECK(all->witness.size() == outcome->witness.size());
    CHECK(all->states >= outcome->states);

    // The witness leads where it is said to.
    if (outcome->answer == Answer::kNever) continue;
    StateValue state = machine->initial();
    for (const Action& action : outcome->witness) {
      ActionList enabled;
      machine->enabled(state, enabled);
      REQUIRE(enabled.contains(action));
      StepInfo info;
      machine->execute(state, action, info);
    }
    CHECK(machine->all_done(state));
    CHECK(machine->evaluate(machine->expression(test->condition, "condition").value(), state) != 0);
  }
}

TEST_CASE("under sc a test sees what interleaving alone can show") {
  Test test = parse(text_of(kTestData / "sb-relaxed.litmus"), "sb-relaxed.litmus").value();
  CHECK(run(test, machine_of(test, VMALAB_TEST_ASSETS).value(), 1000).value().answer == Answer::kSometimes);
  test.scenario.ordering = Ordering::kSc;
  CHECK(run(test, machine_of(test, VMALAB_TEST_ASSETS).value(), 1000).value().answer == Answer::kNever);
}

TEST_CASE("what is not supported is refused by its line") {
  CHECK(refused("PPC t\n").line == 1);
  CHECK(refused("C t\n{ 0:r1=5; }\nP0(int *x) { }\nexists (x=1)\n").message.find("registers that have a value") != std::string::npos);
  const Diagnostic loop = refused("C t\n{}\nP0(int *x)\n{\n\twhile (READ_ONCE(*x))\n\t\t;\n}\nexists (x=1)\n");
  CHECK(loop.line == 5);
  CHECK(loop.message == "loops are not supported: `while`");
  CHECK(refused("C t\n{}\nP0(struct srcu_struct *s)\n{\n\tint r = srcu_read_lock(s);\n}\nexists (0:r=1)\n").message.starts_with("SRCU"));
  CHECK(refused(kHead + "filter (x=1)\nexists (x=1)\n").line == 7);
  CHECK(refused(kHead + "exists (y=1)\n").message == "there is no variable `y`");
  CHECK(refused(kHead + "exists (3:r1=1)\n").message == "there is no process 3");
  CHECK(refused(kHead + "exists (x=1\n").message == "expected `)`");
  CHECK(refused(kHead).message.starts_with("expected `exists`"));
  CHECK(refused("C t\n{}\nP0(int *x)\n{\n").message == "this bracket is never closed");
}

TEST_CASE("C that is not understood is told at its place in the test") {
  const Test test = parse("C t\n{}\nP0(int *x)\n{\n\tint r = no_such_call(x);\n}\nexists (0:r=1)\n", "t.litmus").value();
  const Result<Machine> machine = machine_of(test, VMALAB_TEST_ASSETS);
  REQUIRE_FALSE(machine.has_value());
  CHECK(machine.error().file == "t.litmus");
  CHECK(machine.error().line == 5);
}

TEST_CASE("no damage to a test makes the reader do anything but refuse it or read it") {
  const std::string whole = text_of(test_files().front());
  for (std::size_t n = 0; n <= whole.size(); ++n) (void)parse(whole.substr(0, n), "t.litmus");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x15);
    (void)parse(damaged, "t.litmus");
  }
}

}  // namespace vmalab::litmus
