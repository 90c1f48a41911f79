// SPDX-License-Identifier: GPL-2.0-only
// The claims of an author's captions: how they are typed, what they are judged by, and that nothing false is told as checked.
#include <doctest/doctest.h>

#include "base/test_text.h"
#include "run/link.h"
#include "run/talk_claims.h"
#include "run/test_machines.h"
#include "run/trace_file.h"

namespace vmalab::testing {
namespace {

const Workspace& workspace() {
  static const Workspace kWorkspace(VMALAB_TEST_ASSETS);
  return kWorkspace;
}

Session two_readers(int steps) {
  Origin origin;
  origin.text = "two-readers";
  Session session = must(workspace().open(origin)).session;
  for (int i = 0; i < steps; ++i) must(session.apply(step_of(session.machine(), "r1")));
  return session;
}

/// The first step after which vm_refcnt is 2.
int reading(const Session& session) {
  for (int depth = 1; depth < static_cast<int>(session.path().size()); ++depth) {
    if (session.info(session.path()[static_cast<std::size_t>(depth)]).new_value == 2) return depth;
  }
  return -1;
}

void say(Session& session, int depth, int steps, std::string_view typed) {
  const WrittenCaption written = must(read_caption(typed));
  Talk talk = session.talk();
  must(talk.set_caption(session.path()[static_cast<std::size_t>(depth)], steps, written.text, written.claims));
  session.retell(std::move(talk));
}

}  // namespace

TEST_CASE("claims stand in braces behind their sentences") {
  const WrittenCaption plain = must(read_caption("r1 is in. Now w1."));
  CHECK(plain.text == "r1 is in. Now w1.");
  CHECK(plain.claims.empty());
  const WrittenCaption one = must(read_caption("r1 is in. {vma0->vm_refcnt == 2} Now w1."));
  CHECK(one.text == "r1 is in. Now w1.");
  CHECK(one.claims == std::vector<std::string>{"vma0->vm_refcnt == 2", "no claim"});
  CHECK(must(read_caption("r1 is {1} in.")).claims == std::vector<std::string>{"1"});
  CHECK(must(read_caption("r1 is in. {no claim}")).claims.empty());
  CHECK(must(read_caption("")).text.empty());
  for (const char* wrong : {"a {b", "a }", "{1} a.", "a. {1} {2}", "a. {{1}}", "a. {}", "a. {1} b. }"}) {
    CAPTURE(wrong);
    CHECK_FALSE(read_caption(wrong));
  }
  Talk talk;
  must(talk.set_caption(1, 0, one.text, one.claims));
  const WrittenCaption again = must(read_caption(written_caption(*talk.caption(1))));
  CHECK(again.text == one.text);
  CHECK(again.claims == one.claims);
}

TEST_CASE("a caption's claims hold after its last step, or the words are the author's") {
  Session session = two_readers(6);
  const int in = reading(session);
  REQUIRE(in > 1);
  const Demo none;
  say(session, in, 0, "r1 has counted itself. {vma0->vm_refcnt == 2}");
  session.go_to_depth(in);
  CHECK(talk_faults(session).empty());
  CHECK(none.caption(session).checked);
  CHECK(none.caption(session).by_author);
  REQUIRE(none.caption(session).sentences.size() == 1);
  CHECK(none.caption(session).sentences[0].holds);

  SUBCASE("false, or without a claim: not checked") {
    say(session, in, 0, "Nobody is in. {vma0->vm_refcnt == 1}");
    CHECK_FALSE(none.caption(session).checked);
    CHECK_FALSE(none.caption(session).sentences[0].holds);
    REQUIRE(talk_faults(session).size() == 1);
    CHECK(contains(talk_faults(session)[0], "the caption of step " + std::to_string(in)));
    CHECK(contains(talk_faults(session)[0], "does not hold after step " + std::to_string(in) + " (vma0->vm_refcnt == 1)"));
    say(session, in, 0, "r1 is in. {vma0->vm_refcnt == 2} How nice.");
    CHECK(talk_faults(session).empty());
    CHECK_FALSE(none.caption(session).checked);
    say(session, in, 0, "r1 is in.");
    CHECK_FALSE(none.caption(session).checked);
    CHECK(none.caption(session).sentences.empty());
  }
  SUBCASE("over several steps it need not hold before the last") {
    say(session, in - 1, 2, "r1 counts itself. {vma0->vm_refcnt == 2; did: vm_refcnt 1 -> 2}");
    CHECK(talk_faults(session).empty());
    session.go_to_depth(in - 1);
    CHECK(none.caption(session).checked);
    CHECK_FALSE(none.caption(session).sentences[0].holds);
    say(session, in - 1, 1, "r1 counts itself. {did: vm_refcnt 1 -> 2}");
    CHECK(talk_faults(session).size() == 1);
  }
  SUBCASE("what cannot be read, or is about all interleavings, is named") {
    say(session, in, 0, "r1 is in. {vma0->nothing == 2}");
    CHECK(contains(talk_faults(session).at(0), "vma0->nothing"));
    say(session, in, 0, "r1 is in. {always: vma0->vm_refcnt == 2}");
    CHECK(contains(talk_faults(session).at(0), "all interleavings"));
  }
  SUBCASE("a trace and a link carry it, and say when it is false") {
    const Folder folder;
    must(save_trace(folder / "good", session));
    const Replayed good = must(replay_trace(folder / "good"));
    CHECK(good.notice.empty());
    CHECK(good.session.talk() == session.talk());
    say(session, in, 0, "Nobody is in. {vma0->vm_refcnt == 1}");
    must(save_trace(folder / "bad", session));
    CHECK(contains(must(replay_trace(folder / "bad")).notice, "does not hold"));
    Origin link;
    link.what = Origin::What::kLink;
    link.text = must(link_text(session, workspace().assets()));
    const Document opened = must(workspace().open(link));
    CHECK(opened.session.talk() == session.talk());
    CHECK(contains(opened.notice, "does not hold"));
  }
}

TEST_CASE("a caption without a number of steps is told as long as what it claims is so") {
  Session session = two_readers(1);
  while (session.machine().can_step(session.state(), thread_id(0))) must(session.apply(step_of(session.machine(), "r1")));
  const int in = reading(session), last = session.depth();
  int out = in;  // the first step after which the count is another one
  while (session.info(session.path()[static_cast<std::size_t>(out)]).new_value != 1) ++out;
  const Demo none;
  const auto told_at = [&](int depth) {
    session.go_to_depth(depth);
    return !none.caption(session).text.empty();
  };
  const auto ends = [&] { return none.captions(session).at(0).end; };
  REQUIRE(out > in + 1);
  REQUIRE(last >= out);
  say(session, in, 0, "r1 is counted. {vma0->vm_refcnt == 2}");
  CHECK(ends() == out);
  CHECK(told_at(out - 1));
  CHECK_FALSE(told_at(out));
  CHECK(talk_faults(session).empty());
  session.go_to_depth(out - 1);
  CHECK(none.caption(session).of == 1);  // it is no caption that is under way
  say(session, in, 0, "r1 is counted. {did: vm_refcnt 1 -> 2; never: vm_refcnt 2 -> 1}");
  CHECK(ends() == out);
  say(session, in, 0, "r1 is counted. {did: vm_refcnt 1 -> 2}");
  CHECK(ends() == Demo::kToTheEnd);
  CHECK(told_at(last));
  // Nothing is claimed, or what is claimed never was so: the author's word stands.
  say(session, in, 0, "r1 is counted.");
  CHECK(ends() == Demo::kToTheEnd);
  say(session, in, 0, "Nobody is in. {vma0->vm_refcnt == 1}");
  CHECK(ends() == Demo::kToTheEnd);
  CHECK_FALSE(none.caption(session).checked);
}

TEST_CASE("claims go with the sentences, and there is an end to them") {
  Talk talk;
  CHECK_FALSE(talk.set_caption(1, 0, "One. Two.", {"1"}));
  CHECK_FALSE(talk.set_caption(1, 0, "One.", {""}));
  CHECK_FALSE(talk.set_caption(1, 0, "One.", {std::string(Talk::kMostClaim + 1, 'x')}));
  CHECK(talk.empty());
}

}  // namespace vmalab::testing
