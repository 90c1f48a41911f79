// SPDX-License-Identifier: GPL-2.0-only
// The header of a variant: what it may say, what is wrong with a bad one, and whose story is told.
#include "machine/variants.h"

#include <doctest/doctest.h>

#include "machine/describe.h"
#include "machine/machine.h"

namespace vmalab {
namespace {

const std::string kHeader =
    "// SPDX-License-Identifier: GPL-2.0-only\n"
    "// variant: nap\n"
    "// title: A nap\n"
    "// story: It sleeps\n"
    "//   and sleeps.\n"
    "// breaks: no-stuck, exclusion\n"
    "// scenario: standard-1-0-0\n";
/// As a variant has to: it replaces something.
const std::string kBody = "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n\tvma_refcount_put(vma);\n}\n";

std::string error_of(const std::string& text) {
  const Result<Variant> variant = parse_variant(text, "nap.c");
  return variant ? "" : variant.error().file + ":" + std::to_string(variant.error().line) + ": " + variant.error().message;
}

CodeBase model_with(const std::string& variant_text) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  if (!variant_text.empty()) texts.push_back({"variants/nap.c", variant_text, SourceFile::Origin::kVariant});
  return CodeBase::load_texts(std::move(texts), {}).value();
}

}  // namespace

TEST_CASE("a variant's header is read, lines that continue included") {
  const Result<Variant> variant = parse_variant(kHeader +
                                                    "// config: seq_bits=4, signals, lockdep=off, ordering=lkmm\n// goal: vma0->vm_refcnt == 2\n"
                                                    "// demo: r1*2,r1: two steps:\n//   and one more\n// demo: r1: the last\n" +
                                                    kBody,
                                                "nap.c");
  REQUIRE(variant);
  CHECK(variant->name == "nap");
  CHECK(variant->story == "It sleeps and sleeps.");
  CHECK(variant->breaks == std::vector{&properties::kNoStuck, &properties::kExclusion});
  CHECK(variant->seq_bits == 4);
  CHECK(variant->signals);
  CHECK(variant->lockdep == false);
  CHECK(variant->ordering == Ordering::kLkmm);
  CHECK(variant->goal == "vma0->vm_refcnt == 2");
  REQUIRE(variant->demo.size() == 2);
  CHECK(variant->demo[0].action == "r1*2,r1");
  CHECK(variant->demo[0].caption == "two steps: and one more");
  const Result<Scenario> scenario = scenario_of(*variant, VMALAB_TEST_ASSETS);
  REQUIRE(scenario);
  CHECK(scenario->seq_bits == 4);
  CHECK(scenario->signals);
  CHECK_FALSE(scenario->config.lockdep);
  CHECK(scenario->ordering == Ordering::kLkmm);
}

TEST_CASE("what is wrong with a header is said with its line") {
  CHECK(error_of(kHeader + kBody).empty());
  CHECK(error_of(kBody) == "nap.c:1: the header has no \"// variant: ...\" line");
  CHECK(error_of(kHeader + "// colour: red\n") == "nap.c:8: a variant's header has no key \"colour\"");
  CHECK(error_of(kHeader + "// breaks: everything\n") == "nap.c:8: there is no check \"everything\"");
  CHECK(error_of(kHeader + "// config: seq_bits=1\n") == "nap.c:8: seq_bits is a number from 2 to 32");
  CHECK(error_of(kHeader + "// config: ordering=tso\n") == "nap.c:8: ordering is sc, lkmm or lkmm+lb");
  CHECK(error_of(kHeader + "// config: fast\n").find("nap.c:8: config is") == 0);
  CHECK(error_of(kHeader + "// demo: r1 does it\n").find("nap.c:8: a line of the demo is") == 0);
  CHECK_FALSE(load_variant("/no/such/file.c"));
  CHECK_FALSE(find_variant(VMALAB_TEST_ASSETS, "no-such-variant"));
}

TEST_CASE("a variant tells its own story where it says it shows, and takes the captions from others") {
  const Scenario own = standard_scenario(1, 0, 0).value();
  Scenario other = own;
  other.name = "another";
  other.demo = {{"r1", "What the code without a variant does."}};
  const CodeBase code = model_with(kHeader + "// demo: r1: r1 begins\n" + kBody);
  CHECK(code_name(code) == "variant nap");
  CHECK(code_name(model_with("")).empty());

  const Machine told = Machine::build(own, code).value();
  CHECK(told.scenario().story == "It sleeps and sleeps.");
  REQUIRE(told.scenario().demo.size() == 1);
  CHECK(told.scenario().demo[0].caption == "r1 begins");
  const Result<Variant> narrow = parse_variant(kHeader + "// config: seq_bits=3, signals, lockdep=off\n" + kBody, "nap.c");
  REQUIRE(narrow);
  Scenario configured = own;
  configure(configured, *narrow);
  CHECK(configured.seq_bits == 3);
  CHECK(configured.signals);
  CHECK_FALSE(configured.config.lockdep);
  const Machine elsewhere = Machine::build(other, code).value();
  CHECK(elsewhere.scenario().story == other.story);
  REQUIRE(elsewhere.scenario().demo.size() == 1);
  CHECK(elsewhere.scenario().demo[0].caption.empty());
  CHECK(Machine::build(other, model_with("")).value().scenario().demo[0].caption == other.demo[0].caption);
}

}  // namespace vmalab
