// SPDX-License-Identifier: GPL-2.0-only
// The speaker is told what belongs to the caption that the room sees, and what comes next; off the demo, that there is nothing.
#include "view/speaker_view.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/test_machines.h"
#include "run/workspace.h"

namespace vmalab {
namespace {

const char* const kTold = R"toml(title = "Told"
notes = """
Ask who has seen
a page fault."""
[[mm]]
name = "mm0"
[[vma]]
name = "vma0"
mm = "mm0"
[[thread]]
name = "r1"
run = "reader(mm0, 0x1000)"
[[demo]]
do = "r1*3"
caption = "r1 looks."
note = "Point at the numbers."
[[demo]]
do = "r1"
caption = "r1 counts."
)toml";

}  // namespace

TEST_CASE("notes go with the demo") {
  const testing::Folder folder;
  testing::write_all(folder / "told.toml", kTold);
  Origin origin;
  origin.what = Origin::What::kFile;
  origin.text = (folder / "told.toml").string();
  Result<Document> document = Workspace(VMALAB_TEST_ASSETS).open(origin);
  REQUIRE(document);
  Session& session = document->session;
  const SpeakerNotes notes = speaker_notes(session.machine().scenario());
  const Demo demo = Demo::of(session.machine()).value();
  CHECK(notes.captions == std::vector<std::string>{"Point at the numbers.", ""});
  CHECK(speaker_text(session, demo, notes) == "Told\n\nNote  Ask who has seen a page fault.\n\nNext  r1 looks.");
  const auto step = [&] { REQUIRE(session.apply(demo.next(session)->action)); };
  step();
  const std::string first = speaker_text(session, demo, notes);
  CHECK(first == "1 of 2  r1 looks.\n\nNote  Point at the numbers.\n\nNext  r1 counts.");
  step();
  step();
  CHECK(speaker_text(session, demo, notes) == first);
  step();
  CHECK(speaker_text(session, demo, notes) == "2 of 2  r1 counts.\n\nThis is the last caption.");
  REQUIRE(session.apply({Action::Kind::kStep, ThreadId{0}}));
  CHECK(speaker_text(session, demo, notes).find("not the demo's") != std::string::npos);
}

TEST_CASE("a variant's demo has none of the scenario's notes") {
  Scenario scenario = parse_scenario(kTold, "told", "told.toml").value();
  scenario.demo[0].caption = "the variant's";
  CHECK(speaker_notes(scenario).empty());
}

TEST_CASE("what a lecturer shows has notes") {
  for (const char* name : {"writer-waits-for-a-reader", "two-readers", "detach-meets-reader-before-flag", "recycled-vma", "recycled-vma-and-exit"}) {
    CAPTURE(std::string(name));
    const Result<Scenario> scenario = find_scenario(VMALAB_TEST_ASSETS, name);
    REQUIRE(scenario);
    const SpeakerNotes notes = speaker_notes(*scenario);
    CHECK_FALSE(notes.opening.empty());
    CHECK(std::count_if(notes.captions.begin(), notes.captions.end(), [](const std::string& note) { return !note.empty(); }) >= 2);
  }
}

TEST_CASE("an author's notes and captions go before the demo's") {
  Session session(testing::machine_from(testing::kSmallScenario));
  for (const char* thread : {"a", "b", "b"}) testing::must(session.apply(testing::step_of(session.machine(), thread)));
  Talk talk;
  testing::must(talk.set_title("My talk"));
  testing::must(talk.set_caption(2, 0, "b reads too."));
  testing::must(talk.set_note(kRootNode, "Breathe.\nSlowly."));
  testing::must(talk.set_note(3, "Wait."));
  session.retell(talk);
  const Demo none;
  CHECK(speaker_text(session, none, {}) == "Step 3  b reads too.\n\nNote  Wait.\n\nThis is the last caption.");
  session.go_to_depth(2);
  CHECK(speaker_text(session, none, {}) == "Step 2  b reads too.\n\nNote  Breathe. Slowly.\n\nThis is the last caption.");
  session.restart();
  CHECK(speaker_text(session, none, {}) == "My talk\n\nNote  Breathe. Slowly.\n\nNext  Step 2  b reads too.");
}

}  // namespace vmalab
