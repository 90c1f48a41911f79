// SPDX-License-Identifier: GPL-2.0-only
// The drawing and the page as text; that a browser shows and plays them is tested in browser_test.mjs.
#include "export/drawing.h"

#include <doctest/doctest.h>

#include "export/format.h"
#include "export/test_runs.h"

namespace vmalab {
namespace {

using testing::count_of;
using testing::demo_of;
using testing::must;

/// Whether the elements of an XML text open and close in order.
bool well_formed(std::string_view text) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = text.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    const std::string name(tag.substr(tag.starts_with('/') ? 1 : 0, tag.find_first_of(" \n", 1) - (tag.starts_with('/') ? 1 : 0)));
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

TEST_CASE("a drawing has a mark a step, its words as text, and is well-formed") {
  const Session session = demo_of("writer-waits-for-a-reader");
  const auto steps = static_cast<int>(session.path().size()) - 1;
  const std::string svg = must(write_svg(RecordedRun(session), {}));
  CHECK(well_formed(svg));
  for (const char* word : {">A writer waits for a reader<", ">FLAG + 2<", ">r1<", ">w1<", ">asleep<", ">step<"}) CHECK(count_of(svg, word) >= 1);
  const Drawing part = draw_timeline(RecordedRun(session), false);
  CHECK(count_of(part.svg, "class='mark t") == steps);
  CHECK(count_of(part.svg, "<style>") == 0);
  CHECK(part.bottom > part.top + 100);
}

TEST_CASE("a drawing of a violation joins its two ends") {
  const std::string svg = must(write_svg(RecordedRun(demo_of("", "put-wakes-freed-mm")), {}));
  CHECK(well_formed(svg));
  CHECK(count_of(svg, "class='violation'") == 1);
  CHECK(count_of(svg, "class='joins'") == 1);
  CHECK(count_of(svg, "no-use-after-free<") == 1);
}

TEST_CASE("a drawing of a long run does not grow with it") {
  const Session session = testing::endless_run(20'000);
  const std::string all = must(write_svg(RecordedRun(session), {}));
  CHECK(well_formed(all));
  CHECK(all.size() < 200'000);
  CHECK(count_of(all, "Each 57 steps are drawn as one") == 1);
  CHECK(count_of(all, "class='band'") == 0);  // vm_refcnt stands still
}

TEST_CASE("where vm_refcnt changes all the time in a long run, no line says that it has one value") {
  Session session(
      testing::machine_from(testing::kEndlessScenario,
                            "void forever(struct vm_area_struct *vma)\n{\n\twhile (true) {\n\t\t__vmalab_ref_add(1, &vma->vm_refcnt, 0);\n"
                            "\t\t__vmalab_ref_sub_and_test(1, &vma->vm_refcnt, 0);\n\t}\n}\n"));
  const auto chance = random_scheduler(1);
  while (session.depth() < 20'000 && take_step(session, *chance)) {
  }
  REQUIRE(session.depth() == 20'000);
  const std::string all = must(write_svg(RecordedRun(session), {}));
  CHECK(well_formed(all));
  CHECK(count_of(all, "class='band'") >= 1);
  CHECK(count_of(all, "class='stairs") == 0);
  CHECK(count_of(all, ">1 to 3<") == 1);
  CHECK(count_of(must(write_svg(RecordedRun(demo_of("writer-waits-for-a-reader")), {})), "class='band'") == 0);
}

TEST_CASE("a page is one file: nothing comes from elsewhere, and no text can leave its place") {
  ExportOptions options;
  options.assets = VMALAB_TEST_ASSETS;
  Session session(testing::machine_from(
      "title = \"</script><script>alert(1)</script>\"\nstory = \"a & b < c @DATA@ @NONE@\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
      "[[thread]]\nname = \"a\"\nrun = \"count(vma0)\"\n"));
  testing::finish_randomly(session);
  const std::string page = must(write_html(RecordedRun(session), options));
  CHECK(count_of(page, "alert(1)</script>") == 0);
  CHECK(count_of(page, "<script") == 2);
  CHECK(count_of(page, "</script>") == 2);
  CHECK(count_of(page, "a &amp; b &lt; c @DATA@ @NONE@") == 1);
  for (const char* outside : {"src=", "href=\"", "url(http", "@import", "fetch("}) {
    CAPTURE(outside);
    CHECK(count_of(page, outside) == 0);
  }
}

TEST_CASE("a page of a demo is small, that of a long run has its end and says so") {
  ExportOptions options;
  options.assets = VMALAB_TEST_ASSETS;
  const std::string page = must(write_html(RecordedRun(demo_of("", "put-wakes-freed-mm")), options));
  CHECK(page.size() < 300'000);
  CHECK(count_of(page, "<tr data-step=") == 114);
  CHECK(count_of(page, "vmalab open 'vmalab:2:recycled-vma-and-exit:put-wakes-freed-mm:") == 1);
  const std::string window = must(write_html(RecordedRun(testing::endless_run(5000)), options));
  CHECK(count_of(window, "<tr data-step=") == 2000);
  CHECK(count_of(window, "vmalab open") == 0);
  CHECK(count_of(window, "Steps 3001 to 5000 of 5000.") == 1);
}

TEST_CASE("a page and a transcript have the chapters of the talk, in its order, those of the range") {
  Session session = demo_of("two-readers");
  Talk talk;
  must(talk.set_marker(session.path()[4], "Then <this>"));
  must(talk.set_marker(session.path()[2], "First that"));
  session.retell(talk);
  const RecordedRun run(session);
  const std::string page = must(write_html(run, {.assets = VMALAB_TEST_ASSETS}));
  const std::size_t first = page.find("data-at='4' title='1'>1. Then &lt;this&gt;</a>"),
                    second = page.find("data-at='2' title='2'>2. First that</a>");
  CHECK(first != std::string::npos);
  CHECK(second != std::string::npos);
  CHECK(first < second);
  CHECK(count_of(page, "<tr class='chapter'") == 2);
  CHECK(count_of(must(write_text(run, {})), "\n1. Then <this>\n") == 1);
  CHECK(RecordedRun(session, {3, 5}).chapters().size() == 1);
  // Drawings have them in the order of the steps: by a line over the lanes, and among the captions; a part of a page by the line alone.
  const std::string svg = must(write_svg(run, {}));
  CHECK(count_of(svg, "class='starts'") == 2);
  CHECK(svg.find("class='chapter'>2....<") < svg.find("class='chapter'>1. Then &lt;this&gt;<"));  // there is no room for more
  CHECK(count_of(svg, "class='chapter'>2. First that<") == 1);
  CHECK(count_of(draw_timeline(run, false).svg, "1. Then &lt;this&gt;<") == 1);
  CHECK(count_of(must(write_svg(RecordedRun(demo_of("two-readers")), {})), "class='starts'") == 0);
  const std::string diagram = must(write_mermaid(run, {}));
  CHECK(count_of(diagram, "Note over T0,T1: \xe2\x80\x94 2. First that \xe2\x80\x94\n") == 1);
  CHECK(count_of(diagram, ": \xe2\x80\x94 1. Then #60;this> \xe2\x80\x94\n") == 1);
  CHECK(count_of(must(write_html(RecordedRun(demo_of("two-readers")), {.assets = VMALAB_TEST_ASSETS})), "id='chapters'") == 0);
}

TEST_CASE("a page whose template is not there is refused with its name") {
  ExportOptions options;
  options.assets = "/nowhere";
  const Result<std::string> page = write_html(RecordedRun(demo_of("two-readers")), options);
  REQUIRE(!page);
  CHECK(page.error().to_string().find("run.html") != std::string::npos);
}

}  // namespace
}  // namespace vmalab
