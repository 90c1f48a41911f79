// SPDX-License-Identifier: GPL-2.0-only
// Sentences and what they claim: a true one holds where it stands, a false or unmarked one is named with its place.
#include "run/claims.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "machine/variants.h"
#include "run/demo.h"
#include "run/session.h"
#include "run/test_machines.h"
#include "run/title_claim.h"
#include "run/workspace.h"

namespace vmalab {
namespace {

using testing::must;

using List = std::vector<std::string>;

/// A reader beside nobody, whose only caption is this one.
Result<Machine> told(const std::string& steps, const std::string& caption, const std::string& claims, const std::string& story = "") {
  const std::string toml =
      "title = \"t\"\n" + story +
      "\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n"
      "[[demo]]\ndo = \"" +
      steps + "\"\ncaption = \"" + caption + "\"\n" + claims + "\n";
  Result<Scenario> scenario = parse_scenario(toml, "told", "told.toml");
  if (!scenario) return tl::unexpected(scenario.error());
  return testing::model_machine(std::move(*scenario));
}

List faults(const Result<Machine>& machine) {
  REQUIRE(machine.has_value());
  Prover prover{Workspace(VMALAB_TEST_ASSETS)};
  const Result<std::vector<Diagnostic>> found = check_captions(*machine, prover);
  if (!found) return {"error: " + found.error().to_string()};
  List out;
  for (const Diagnostic& fault : *found) out.push_back(fault.to_string());
  return out;
}

bool one_fault(const List& found, const std::string& part) {
  INFO((found.empty() ? "none" : found.front()));
  return found.size() == 1 && found.front().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a text falls into its sentences") {
  CHECK(sentences("").empty());
  CHECK(sentences("One. Two? Three!") == List{"One.", "Two?", "Three!"});
  CHECK(sentences("vma->vm_mm is 0x1000.\nIt (so it is said.) stays:  2.0 of 3.") ==
        List{"vma->vm_mm is 0x1000.", "It (so it is said.)", "stays: 2.0 of 3."});
  CHECK(sentences("No full stop") == List{"No full stop"});
}

TEST_CASE("claims hold after the caption's last step, or happened in it, or never did") {
  const std::string caption = "One reference more.";
  for (const char* good : {"references(r1, vma0) == 1", "vma0->vm_refcnt == 2; did: r1 vma0->vm_refcnt 1 -> 2", "never: wakes", "no claim",
                           "did: r1 finds vma0; references(r1, vma0)"}) {
    CAPTURE(good);
    CHECK(faults(told("r1*4", caption, "claims = [\"" + std::string(good) + "\"]")).empty());
  }
  for (const char* bad : {"references(r1, vma0) == 2", "vma0->vm_refcnt == 2; did: r1 vma0->vm_refcnt 2 -> 3", "never: finds vma0",
                          "did: r2 finds vma0", "holds_read_lock(r1, vma0)"}) {
    CAPTURE(bad);
    CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"" + std::string(bad) + "\"]")), "does not hold after step 4"));
  }
  CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"no such thing\"]")), "error: "));
  CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"\"]")), "a claim is C over the state"));
}

TEST_CASE("a claim of all interleavings is decided by the checker") {
  const std::string caption = "So it is in every run.";
  for (const char* good : {"always: vma0->vm_refcnt <= 2", "can: references(r1, vma0) == 1", "holds: all", "holds: exclusion, no-stuck",
                           "same as: no-wake; always: mm0->mm_lock_seq.sequence == 0", "other than: use-after-unlock"}) {
    CAPTURE(good);
    CHECK(faults(told("r1*4", caption, "claims = [\"" + std::string(good) + "\"]")).empty());
  }
  for (const char* bad :
       {"always: vma0->vm_refcnt == 1", "can: vma0->vm_refcnt == 3", "breaks: exclusion", "other than: no-wake", "same as: use-after-unlock"}) {
    CAPTURE(bad);
    CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"" + std::string(bad) + "\"]")), "is not so: "));
  }
  CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"always: vma0->vm_refcnt == 1\"]")), "(the run is r1*4)"));
  for (const char* unreadable : {"always: nothing like this", "breaks: everything", "same as: no-such-variant"}) {
    CAPTURE(unreadable);
    CHECK(one_fault(faults(told("r1*4", caption, "claims = [\"" + std::string(unreadable) + "\"]")), "(in "));
  }
  CHECK(faults(told("r1*4", "", "", "story = \"It is so.\"\nstory_claims = [\"always: vma0->vm_refcnt <= 2\"]")).empty());
  CHECK(one_fault(faults(told("r1*4", "", "", "story = \"It is so.\"\nstory_claims = [\"always: vma0->vm_refcnt <= 1\"]")), "is not so"));
}

TEST_CASE("every sentence has its claim") {
  const List none = faults(told("r1*4", "One. Two.", ""));
  CHECK(one_fault(none, "told.toml:"));
  CHECK(one_fault(none, "2 sentences and 0 claims"));
  CHECK(one_fault(faults(told("r1*4", "One. Two.", "claims = [\"no claim\"]")), "2 sentences and 1 claim"));
  CHECK(one_fault(faults(told("r1*4", "One.", "claims = [\"no claim\", \"no claim\"]")), "1 sentence and 2 claims"));
  CHECK(faults(told("r1*4", "", "")).empty());
  CHECK(one_fault(faults(told("r1*4", "", "", "story = \"It is so.\"")), "the story has 1 sentence and 0 claims"));
}

TEST_CASE("a title rests on a sentence of the story that has a claim") {
  const auto titled = [](const std::string& title) {
    return told("r1*4", "", "", "story = \"It is so. Oh.\"\nstory_claims = [\"title: " + title + "\", \"vma0->vm_refcnt == 2\", \"no claim\"]");
  };
  CHECK(faults(titled("1")).empty());
  CHECK(faults(titled("no claim")).empty());
  CHECK(one_fault(faults(titled("2")), "which has no claim"));
  for (const char* wrong : {"3", "0", "vma0->vm_refcnt == 2"}) CHECK(one_fault(faults(titled(wrong)), "expected the number of the story's sentence"));
}

TEST_CASE("every title that comes with the program has a claim or is marked as none") {
  const auto has_claim = [](std::vector<std::string> story_claims) { return !title_claim(story_claims).empty(); };
  for (const Scenario& scenario : must(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    CHECK(has_claim(scenario.story_claims));
  }
  for (const Variant& variant : must(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    CHECK(has_claim(variant.story_claims));
  }
}

TEST_CASE("a story's sentence holds at some step of the demo") {
  const auto story = [](const std::string& claim) { return told("r1*4", "", "", "story = \"It is so.\"\nstory_claims = [\"" + claim + "\"]"); };
  for (const char* good : {"vma0->vm_refcnt == 1", "vma0->vm_refcnt == 2", "did: r1 finds vma0", "never: wakes", "no claim"})
    CHECK(faults(story(good)).empty());
  for (const char* bad : {"vma0->vm_refcnt == 3", "did: wakes", "never: finds vma0"}) {
    CHECK(one_fault(faults(story(bad)), "holds at no step of the demo"));
  }
}

TEST_CASE("while the steps of a caption are under way, only those sentences are told that hold") {
  const Result<Machine> machine = told("r1*4", "r1 finds vma0. It has a reference. So it goes.",
                                       "claims = [\"did: r1 finds vma0\", \"references(r1, vma0) == 1\", \"no claim\"]");
  REQUIRE(machine.has_value());
  const Result<Demo> demo = Demo::of(*machine);
  REQUIRE(demo.has_value());
  Session session(*machine);
  const auto holding = [&] {
    List out;
    for (const Told& sentence : demo->caption(session).sentences) {
      if (sentence.holds) out.push_back(sentence.text);
    }
    return out;
  };
  CHECK(holding().empty());
  for (int step = 1; step <= 4; ++step) {
    REQUIRE(session.apply(demo->next(session)->action).has_value());
    List expected{"r1 finds vma0."};
    if (step == 4) expected.push_back("It has a reference.");
    expected.push_back("So it goes.");
    CHECK(holding() == expected);
  }
}

}  // namespace vmalab
