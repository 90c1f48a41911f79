// SPDX-License-Identifier: GPL-2.0-only
#include "run/beside.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/link.h"
#include "run/test_machines.h"
#include "run/trace_file.h"

namespace vmalab {
namespace {

using testing::must;

Document open(const std::string& text, const std::string& variant = {}) {
  Origin origin;
  origin.what = what_is(text);
  origin.text = text;
  origin.code.variant = variant;
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin));
}

Document beside(const Document& document, const Beside& what) { return must(open_beside(Workspace(VMALAB_TEST_ASSETS), document, what)); }

}  // namespace

TEST_CASE("the same scenario in a variant, and back in the code without one") {
  const Document lock = open("two-readers"), changed = beside(lock, {.variant = "no-recheck"});
  CHECK(changed.session.machine().scenario().name == "two-readers");
  CHECK(names_of(lock, changed) == std::array<std::string, 2>{"the lock as it is", "no-recheck"});
  const Document back = beside(changed, {.variant = "none"});
  CHECK(back.session.machine().code().hash() == lock.session.machine().code().hash());
}

TEST_CASE("lockdep the other way, also of a link and a trace, whose code and scenario stay") {
  const Document changed = open("", "no-wake");
  testing::Folder folder;
  const std::string trace = (folder.path() / "run.jsonl").string();
  must(save_trace(trace, changed.session));
  const std::string link = must(link_text(changed.session, VMALAB_TEST_ASSETS));
  for (const std::string& text : {trace, link}) {
    CAPTURE(text);
    const Document recorded = open(text), off = beside(recorded, {.lockdep = false});
    CHECK_FALSE(off.session.machine().code().config().lockdep);
    CHECK(names_of(recorded, off) == std::array<std::string, 2>{"lockdep on", "lockdep off"});
    CHECK(off.session.machine().scenario().name == changed.session.machine().scenario().name);
    // Without the variant that it was recorded in.
    const Document lock = beside(recorded, {.variant = "none"});
    CHECK(names_of(recorded, lock) == std::array<std::string, 2>{"no-wake", "the lock as it is"});
  }
}

TEST_CASE("beside a recording with C of its own that C stays, in a variant and without one") {
  const testing::Folder folder;
  testing::write_all(folder / "own.c", "int own_value(void) { return 1; }\n");
  Origin origin;
  origin.what = what_is("two-readers");
  origin.text = "two-readers";
  origin.code.variant = "no-recheck";
  origin.code.own = {folder / "own.c"};
  const Document own = must(Workspace(VMALAB_TEST_ASSETS).open(origin));
  const std::string trace = (folder / "run.jsonl").string();
  must(save_trace(trace, own.session));
  const Document recorded = open(trace), lock = beside(recorded, {.variant = "none"}), other = beside(recorded, {.variant = "no-flag"});
  CHECK(names_of(recorded, lock) == std::array<std::string, 2>{"no-recheck", "the lock as it is"});
  CHECK(names_of(recorded, other) == std::array<std::string, 2>{"no-recheck", "no-flag"});
  for (const Document* document : {&lock, &other}) {
    const std::vector<CodeBase::Text> texts = document->session.machine().code().texts();
    CHECK(std::any_of(texts.begin(), texts.end(), [](const CodeBase::Text& text) { return text.origin == SourceFile::Origin::kOwn; }));
  }
}

TEST_CASE("what a person types is a tree, a C file or a document") {
  const Workspace workspace(VMALAB_TEST_ASSETS);
  const Document lock = open("two-readers");
  const auto typed = [&](const std::string& text) { return what_to_put_beside(workspace, lock, text); };
  CHECK(typed(VMALAB_TEST_ASSETS).kernel);
  CHECK(typed("mine.c").variant == "mine.c");
  CHECK(typed("no-wake").variant == "no-wake");
  CHECK(typed("lockdep").lockdep == false);
  CHECK(typed("two-readers").document == "two-readers");
  const Document other = beside(lock, typed("writer-alone"));
  CHECK(names_of(lock, other) == std::array<std::string, 2>{"two-readers", "writer-alone"});
  CHECK_FALSE(open_beside(workspace, lock, {.variant = "no-such-variant"}));
  CHECK_FALSE(open_beside(workspace, lock, typed("no-such-scenario")));
}

}  // namespace vmalab
