// SPDX-License-Identifier: GPL-2.0-only
#include "export/recorded_run.h"

#include <doctest/doctest.h>

#include "export/format.h"
#include "export/test_runs.h"
#include "machine/look.h"

namespace vmalab {
namespace {

using testing::demo_of;
using testing::endless_run;

TEST_CASE("a range is two numbers with a dash, one of them, or one step") {
  CHECK(parse_range("12-40", 60) == StepRange{12, 40});
  CHECK(parse_range("12-", 60) == StepRange{12, 60});
  CHECK(parse_range("-40", 60) == StepRange{1, 40});
  CHECK(parse_range("12", 60) == StepRange{12, 12});
  CHECK(parse_range("60-60", 60) == StepRange{60, 60});
  for (const char* bad : {"", "-", "0-3", "0", "5-61", "61", "40-12", "a-b", "1-2-3", "1..3", " 1-2", "99999999999", "-1-"}) {
    CAPTURE(bad);
    const Result<StepRange> range = parse_range(bad, 60);
    REQUIRE(!range);
    CHECK(range.error().message.find("steps 1 to 60") != std::string::npos);
  }
}

TEST_CASE("a walk gives each step of the range with the states around it") {
  const Session session = demo_of("writer-waits-for-a-reader");
  const auto steps = static_cast<int>(session.path().size()) - 1;
  int expected = 10;
  const RecordedRun run(session, {10, steps});
  REQUIRE(run.walk([&](const RecordedStep& step) {
    CHECK(step.number == expected++);
    const NodeId node = session.path()[static_cast<std::size_t>(step.number)];
    const StateValue before = session.state_at(session.parent(node)), after = session.state_at(node);
    CHECK(refcnt_in(before, VmaId{0}) == refcnt_in(step.before, VmaId{0}));
    CHECK(refcnt_in(after, VmaId{0}) == refcnt_in(step.after, VmaId{0}));
    CHECK(step.text == step_text(session.machine(), session.info(node)));
    // The range begins where a caption does.
    CHECK((step.number != 10 || step.caption.substr(0, 11) == "w1 looks th"));
  }));
  CHECK(expected == steps + 1);
  CHECK(run.terms() == std::vector<std::string>{"Steps 10 to " + std::to_string(steps) + " of " + std::to_string(steps) + "."});
}

TEST_CASE("a range in the middle of a caption begins with that caption") {
  const Session session = demo_of("writer-waits-for-a-reader");
  std::string first;
  REQUIRE(RecordedRun(session, {12, 14}).walk([&](const RecordedStep& step) {
    if (step.number == 12) first = step.caption;
    if (step.number > 12) CHECK(step.caption.empty());
  }));
  CHECK(first.substr(0, 11) == "w1 looks th");
}

TEST_CASE("a broken check is named once, at the step that broke it") {
  const Session session = demo_of("", "put-wakes-freed-mm");
  int broken = 0;
  REQUIRE(RecordedRun(session).walk([&](const RecordedStep& step) { broken += step.broken != 0 ? 1 : 0; }));
  CHECK(broken == 1);
}

TEST_CASE("every format can be stopped, and then gives nothing") {
  const Session session = endless_run(1000);
  const auto stop_soon = [](int, int) { return false; };
  ExportOptions options;
  options.assets = VMALAB_TEST_ASSETS;
  for (const ExportFormat& format : export_formats()) {
    CAPTURE(format.extension);
    const Result<std::string> text = format.write(RecordedRun(session, {1, 1000}, stop_soon), options);
    if (format.extension == ".svg") continue;  // it reads the timeline, which does not take long
    REQUIRE(!text);
    CHECK(text.error().message == "stopped");
  }
}

TEST_CASE("what a format writes of a run is always the same, and says its title") {
  const Session session = demo_of("writer-waits-for-a-reader");
  ExportOptions options;
  options.assets = VMALAB_TEST_ASSETS;
  for (const ExportFormat& format : export_formats()) {
    CAPTURE(format.extension);
    const std::string text = testing::must(format.write(RecordedRun(session), options));
    CHECK(text == testing::must(format.write(RecordedRun(session), options)));
    CHECK(text.find("A writer waits for a reader") != std::string::npos);
    CHECK(text.size() < 300'000);
  }
}

TEST_CASE("a format is known by the end of the name") {
  CHECK(find_export_format("a.json")->extension == ".json");
  CHECK(find_export_format("a.itf.json")->extension == ".itf.json");
  CHECK(find_export_format("x/y.html")->extension == ".html");
  for (const char* none : {"a", "a.xml", ".json", "json", "", "a.json/b"}) CHECK(find_export_format(none) == nullptr);
}

}  // namespace
}  // namespace vmalab
