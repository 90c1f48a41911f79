// SPDX-License-Identifier: GPL-2.0-only
// `vmalab edit` as it is typed: what it changes, what it refuses, and that everything that shows a recording shows it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "app/test_typing.h"

namespace vmalab {
namespace {

using namespace testing;

using nlohmann::json;

std::string recorded(const std::string& name) {
  const std::string trace = file_named(name);
  REQUIRE(type("vmalab run two-readers --schedule 'r1*4,r2*4' --record " + trace + " --force").code == 0);
  return trace;
}

json listed(const std::string& trace) { return json::parse(type("vmalab edit " + trace + " --list --json").out); }

}  // namespace

TEST_CASE("edit says of a trace what its author says, and every way to show it shows that") {
  const std::string trace = recorded("edit.jsonl");
  const Outcome edited = type("vmalab edit " + trace +
                              " --title 'Two = many' --caption '2-3=r1 looks = sees.' --caption '5=Then r2.' --note '0=Breathe.' --note '5=Wait.'"
                              " --mark '5=Second' --mark '1=First' --select 4");
  CAPTURE(edited.err);
  REQUIRE(edited.code == 0);
  CHECK(edited.out == trace + ": 8 steps, a title, 2 captions, 2 notes, 2 markers\n");
  const json list = listed(trace);
  CHECK(list["title"] == "Two = many");
  CHECK(list["selected"] == 4);
  CHECK(list["captions"] == json::parse(R"([{"step":2,"steps":2,"text":"r1 looks = sees."},{"step":5,"text":"Then r2."}])"));
  CHECK(list["notes"] == json::parse(R"([{"step":0,"text":"Breathe."},{"step":5,"text":"Wait."}])"));
  CHECK(list["markers"] == json::parse(R"([{"step":5,"name":"Second"},{"step":1,"name":"First"}])"));
  const Outcome replayed = type("vmalab replay " + trace);
  CHECK(replayed.code == 0);
  CHECK(contains(replayed.out, "Two = many"));
  CHECK(contains(replayed.out, "r1 looks = sees."));
  CHECK(contains(replayed.out, "Then r2."));
  const json told = json::parse(type("vmalab replay --json " + trace).out);
  CHECK(told["title"] == "Two = many");
  CHECK(told["steps"].size() == 8);
  CHECK(told["steps"][1]["caption"] == "r1 looks = sees.");
  CHECK_FALSE(told["steps"][2].contains("caption"));
  for (const std::string extension : {"txt", "html", "svg", "mmd", "json", "md"}) {
    CAPTURE(extension);
    const std::string file = file_named("edit." + extension);
    REQUIRE(type("vmalab export " + trace + " -o " + file + " --force").code == 0);
    CHECK(contains(contents(file), "r1 looks = sees."));
  }
  // The link of it says the same.
  const std::string link = told["link"];
  const json again = json::parse(type("vmalab run --json '" + link + "'").out);
  CHECK(again["title"] == "Two = many");
  CHECK(again["steps"] == told["steps"]);
}

TEST_CASE("edit takes away, reorders, and writes another file") {
  const std::string trace = recorded("edit2.jsonl"), other = file_named("edit2-other.jsonl");
  REQUIRE(type("vmalab edit " + trace + " --caption 1=A --caption 2=B --mark 1=one --mark 2=two --mark 3=three").code == 0);
  const std::string before = contents(trace);
  REQUIRE(type("vmalab edit " + trace + " --remove-caption 1 --mark 2= --reorder three,1 -o " + other).code == 0);
  CHECK(contents(trace) == before);
  const json list = listed(other);
  CHECK(list["captions"] == json::parse(R"([{"step":2,"text":"B"}])"));
  CHECK(list["markers"] == json::parse(R"([{"step":3,"name":"three"},{"step":1,"name":"one"}])"));
  CHECK(contains(type("vmalab edit " + other + " --list").out, "markers:\n  3  three\n  1  one\n"));
}

TEST_CASE("what cannot be edited is refused with what there is, and the file stays as it was") {
  const std::string trace = recorded("edit3.jsonl");
  REQUIRE(type("vmalab edit " + trace + " --caption 3=A --mark 3=here").code == 0);
  const std::string before = contents(trace);
  const std::string edit = "vmalab edit " + trace + " ";
  check_refused(edit, "nothing is to be changed");
  check_refused(edit + "--title good --caption 9=late", "it has 0, the start, to 8");
  check_refused(edit + "--caption -1=x", "no step");
  check_refused(edit + "--caption 0=x", "a caption begins with a step");
  check_refused(edit + "--caption 4-2=x", "ends before it begins");
  check_refused(edit + "--caption nonsense", "STEP=TEXT");
  check_refused(edit + "--caption =x", "no step");
  check_refused(edit + "--caption \"4=$(printf 'a\\033[2J')\"", "U+001B");
  check_refused(edit + "--caption \"4=$(printf '%02000d' 0)\"", "1000 is the most");
  check_refused(edit + "--note 2-3=x", "one step");
  check_refused(edit + "--remove-caption 4", "they begin with 3");
  check_refused(edit + "--reorder there", "there is here");
  check_refused(edit + "--branch other", "there is main");
  check_refused(edit + "--reorder here,3", "stands before it already");
  check_refused(edit + "--reorder here,", "\"\" is no marker");
  check_refused(edit + "--mark 4=3 --reorder 3", "\"3\" is more than one marker");
  check_refused(edit + "--select 99", "to 8");
  check_refused(edit + "--title x -o " + file_named("no/such/folder"), "no/such/folder");
  CHECK(contents(trace) == before);
  const std::string there = recorded("edit4.jsonl");
  check_refused(edit + "--title x -o " + there, "exists already");
  check_refused("vmalab edit " + file_named("none.jsonl") + " --title x", "none.jsonl");
}

TEST_CASE("a caption's claim is checked when it is said and when the trace is read, and words without one are the author's") {
  const std::string trace = recorded("claims.jsonl");
  const std::string edit = "vmalab edit " + trace + " ";
  const std::string before = contents(trace);
  check_refused(edit + "--caption '3=Seven. {vma0->vm_refcnt == 7}'", "does not hold after step 3 (vma0->vm_refcnt == 7)");
  check_refused(edit + "--caption '3=Seven. {vma0->no == 7}'", "vma0->no");
  check_refused(edit + "--caption '3=Seven. {vma0->vm_refcnt'", "in braces");
  check_refused(edit + "--caption '3=Ever. {always: vma0->vm_refcnt == 1}'", "all interleavings");
  CHECK(contents(trace) == before);
  REQUIRE(type(edit + "--caption '4=r1 is in. {vma0->vm_refcnt == 2}' --caption '2=Look.'").code == 0);
  CHECK(listed(trace)["captions"][1]["claims"] == json::parse(R"(["vma0->vm_refcnt == 2"])"));
  CHECK(contains(type(edit + "--list").out, "4  r1 is in. {vma0->vm_refcnt == 2}"));
  const Outcome replayed = type("vmalab replay " + trace);
  CHECK(contains(replayed.out, "Author: Look."));
  CHECK(contains(replayed.out, "r1 is in."));
  CHECK_FALSE(contains(replayed.out, "Author: r1 is in."));
  for (const std::string extension : {"txt", "html", "svg", "mmd", "json", "md"}) {
    CAPTURE(extension);
    const std::string file = file_named("claims." + extension);
    REQUIRE(type("vmalab export " + trace + " -o " + file + " --force").code == 0);
    CHECK(contains(contents(file), "Author: Look."));
    CHECK_FALSE(contains(contents(file), "Author: r1 is in."));
  }
  // A page tells how to open the run with all that is said of it.
  CHECK(contains(contents(file_named("claims.html")), "vmalab:2:two-readers"));
  const json told = json::parse(type("vmalab replay --json " + trace).out);
  CHECK(contains(contents(file_named("claims.html")), told["link"].get<std::string>()));
}

TEST_CASE("replay in other code says at which step and why it differs, and goes on along the nearest run") {
  const std::string trace = file_named("other.jsonl"), out = file_named("other-now.jsonl");
  REQUIRE(type("vmalab run two-readers --schedule 'r1*9,r2*9' --record " + trace + " --force").code == 0);
  REQUIRE(type("vmalab edit " + trace + " --caption '1=First.'").code == 0);
  CHECK(type("vmalab replay " + trace + " --lockdep on").code == 0);  // what it was
  const std::string other = "vmalab replay " + trace + " --variant no-recheck ";
  check_refused(other, "The nearest run goes on from step ");
  check_refused(other, "is another one: ");
  check_refused(other + "-o " + out, "--continue goes on");
  check_refused("vmalab replay " + trace + " --force", "--force needs -o");
  const Outcome went_on = type(other + "--continue --force -o " + out);
  CHECK(went_on.code == 0);
  CHECK(contains(went_on.err, "The nearest run goes on from step "));
  CHECK(contains(went_on.out, "Author: First."));
  CHECK(type("vmalab replay " + out).code == 0);  // it brings the other code
  CHECK(listed(out)["captions"].size() == 1);
  check_refused(other + "--continue -o " + out, "exists already");
  check_refused("vmalab open " + trace + " --variant no-recheck", "`vmalab replay` runs it in other code");

  // A link, too.
  const std::string made = type("vmalab run two-readers --schedule 'r1*9,r2*9' --link").out, link = "'" + made.substr(0, made.find('\n')) + "'";
  CHECK(type("vmalab replay " + link).code == 0);
  check_refused("vmalab replay " + link + " --variant no-recheck", "--continue goes on");
  const Outcome linked = type("vmalab replay " + link + " --variant no-recheck --continue");
  CHECK(linked.code == 0);
  CHECK(contains(linked.err, "The nearest run goes on from step "));
  check_refused("vmalab run " + link + " --variant no-recheck", "`vmalab replay` runs it in other code");

  // What the other run breaks is said of the first step that breaks it, which the recorded run had, too.
  const std::string late = file_named("backs-off.jsonl");
  REQUIRE(type("vmalab run reader-backs-off --demo --record " + late + " --force").code == 0);
  const Outcome breaks = type("vmalab replay " + late + " --variant no-recheck --continue");
  const std::size_t violated = breaks.out.find("VIOLATED exclusion");
  REQUIRE(violated != std::string::npos);
  const std::size_t step = breaks.out.rfind("\n\n", violated) + 2;
  const int number = std::stoi(breaks.out.substr(step, 5));
  CHECK(contains(breaks.err, "There step " + std::to_string(number) + " breaks exclusion"));
}

}  // namespace vmalab
