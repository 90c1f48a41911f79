// SPDX-License-Identifier: GPL-2.0-only
// The program as a person meets it: the built executable, run on good and on bad input.
#include "app/test_typing.h"

#include <nlohmann/json.hpp>

namespace vmalab::testing {
namespace {

using nlohmann::json;

const std::string kScenario = "writer-waits-for-a-reader";

}  // namespace

TEST_CASE("help and version") {
  const Outcome help = type("vmalab --help");
  CHECK(help.code == 0);
  CHECK(contains(help.out, "vmalab run writer-waits-for-a-reader"));
  CHECK(contains(type("vmalab run --help").out, "--schedule"));
  CHECK(contains(type("vmalab version").out, "vmalab 0"));
}

TEST_CASE("a wrong word on the command line") {
  check_refused("vmalab relpay x", "Did you mean \"replay\"?");
  check_refused("vmalab frobnicate", "There is no command \"frobnicate\"");
  check_refused("vmalab run --nonsense", "--nonsense");
  check_refused("vmalab shot two-readers --stage --panel memory -o x.png", "draw memory without --stage");
  check_refused("vmalab shot two-readers --stage --scale 2 -o x.png", "--scale is for without --stage");
  check_refused("vmalab run --random many", "many");
  check_refused("vmalab run --readers 99", "--readers");
  check_refused("vmalab run " + kScenario + " --readers 1", "give one of them");
  check_refused("vmalab run --demo --random 1", "excludes");
  check_refused("vmalab shot " + kScenario + " -o x.png --size 12", "--size");
  check_refused("vmalab run --log-level loud", "loud");
  check_refused("vmalab --variant no-wake", "Did you mean `vmalab open --variant no-wake`?");
  check_refused("vmalab --judge=exclusion check two-readers", "Did you mean `vmalab check --judge=exclusion two-readers`?");
  check_refused("vmalab --nonsense", "--nonsense");
}

TEST_CASE("unknown scenario, thread, variant, kernel tree, assets") {
  check_refused("vmalab run writer-waits-for-a-raeder", "writer-waits-for-a-reader");
  check_refused("vmalab run missing.toml", "missing.toml");
  check_refused("vmalab run " + kScenario + " --schedule r1,r9", "r9");
  check_refused("vmalab run --readers 1 --variant nothing-like-it", "nothing-like-it");
  check_refused("vmalab run --readers 1 --kernel /dev/null/none", "/dev/null/none");
  check_refused("vmalab --assets /dev/null/none scenarios", "/dev/null/none");
  check_refused("VMALAB_ASSETS=/dev/null/none; vmalab scenarios", "/dev/null/none");
}

TEST_CASE("schedules that cannot happen") {
  check_refused("vmalab run --readers 1 --schedule 'r1,r1*'", "r1*");
  check_refused("vmalab run --readers 1 --schedule 'r1*999999999999'", "r1*999999999999");
  check_refused("vmalab run --readers 1 --schedule 'r1!'", "r1");
  // Without a writer the reader finishes, and then cannot step.
  check_refused("vmalab run --readers 1 --schedule 'r1*5000'", "cannot happen");
}

TEST_CASE("a scenario file with a mistake is named with its line") {
  std::ofstream(file_named("bad.toml")) << "title = \"x\"\nthreads = [\n";
  check_refused("vmalab run " + file_named("bad.toml"), "bad.toml:");
}

TEST_CASE("C with a mistake is named with its line") {
  std::ofstream(file_named("bad.c")) << "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n\treturn 1 +;\n}\n";
  check_refused("vmalab run --readers 1 --variant " + file_named("bad.c"), "bad.c:3:");
}

TEST_CASE("the list of scenarios") {
  const Outcome outcome = type("vmalab scenarios --json");
  REQUIRE(outcome.code == 0);
  const json list = json::parse(outcome.out);
  REQUIRE(list["scenarios"].size() >= 14);
  bool has_default = false;
  for (const json& scenario : list["scenarios"]) {
    has_default = has_default || scenario["name"] == kScenario;
    CHECK(!scenario["title"].get<std::string>().empty());
    // Each plays its own demo to the end without a word on steps.
    const Outcome run = type("vmalab run --json " + scenario["name"].get<std::string>());
    CAPTURE(run.err);
    CHECK(run.code == 0);
  }
  CHECK(has_default);
}

TEST_CASE("a run as text fits 100 columns and has no colours in a file") {
  const Outcome outcome = type("vmalab run " + kScenario);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "FLAG+2"));
  CHECK(contains(outcome.out, "All threads are done."));
  CHECK(!contains(outcome.out, "\x1b["));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 104, line);
}

TEST_CASE("a run as JSON") {
  const Outcome outcome = type("vmalab run --json --readers 1 --writers 1 --random 3");
  REQUIRE(outcome.code == 0);
  const json run = json::parse(outcome.out);
  CHECK(run["scenario"] == "standard-1-1-0");
  REQUIRE(!run["steps"].empty());
  const json& first = run["steps"][0];
  CHECK(first["n"] == 1);
  CHECK(!first["function"].get<std::string>().empty());
  CHECK(first["line"].get<int>() > 0);
  CHECK(first["state"]["vmas"][0]["name"] == "vma0");
  CHECK(run["violations"].empty());
  CHECK(run["all_done"] == true);
  CHECK(run["final"]["vmas"][0]["vm_refcnt"] == 1);
  // The same seed is the same run, another limit cuts it.
  CHECK(type("vmalab run --json --readers 1 --writers 1 --random 3").out == outcome.out);
  CHECK(json::parse(type("vmalab run --json --readers 1 --writers 1 --random 3 --steps 2").out)["steps"].size() == 2);
}

TEST_CASE("recording, replaying, and a link say the same") {
  const std::string file = file_named("run.jsonl");
  const Outcome recorded = type("vmalab run --json --readers 2 --writers 1 --random 5 --record " + file);
  REQUIRE(recorded.code == 0);
  const Outcome replayed = type("vmalab replay --json " + file);
  REQUIRE(replayed.code == 0);
  CHECK(json::parse(recorded.out)["steps"] == json::parse(replayed.out)["steps"]);
  CHECK(json::parse(replayed.out)["complete"] == true);

  const Outcome link = type("vmalab run --readers 2 --writers 1 --random 5 --link");
  REQUIRE(link.code == 0);
  const std::string text = link.out.substr(0, link.out.find('\n'));
  const Outcome again = type("vmalab run --json '" + text + "'");
  CHECK(again.err.empty());
  CHECK(json::parse(again.out)["steps"] == json::parse(recorded.out)["steps"]);
  const Outcome address = type("vmalab run --readers 2 --writers 1 --random 5 --link --web https://lab.example/vma/");
  CHECK(address.out == "https://lab.example/vma/#" + text + "\n");
  CHECK(json::parse(type("vmalab run --json '" + address.out.substr(0, address.out.size() - 1) + "'").out)["steps"] ==
        json::parse(again.out)["steps"]);
  check_refused("vmalab run two-readers --web https://lab.example/", "--link");
  check_refused("vmalab run two-readers --link --web https://lab.example/#there", "#");
  check_refused("vmalab run --lockdep off --json '" + text + "'", "a link brings its own code and configuration");
  check_refused("vmalab run vmalab:1:x", "link");
}

TEST_CASE("options that change the scenario are in the recording") {
  const std::string file = file_named("signals.jsonl");
  const std::string schedule = "r1,r1!,r1";
  REQUIRE(type("vmalab run --readers 1 --signals --lockdep off --schedule '" + schedule + "' --record " + file).code == 0);
  const Outcome replayed = type("vmalab replay --json " + file);
  CAPTURE(replayed.err);
  REQUIRE(replayed.code == 0);
  CHECK(json::parse(replayed.out)["steps"][1]["do"] == "r1!");
}

TEST_CASE("a recording is not written over, and a full disk is noticed") {
  const std::string file = file_named("there.jsonl");
  std::ofstream(file) << "mine\n";
  check_refused("vmalab run --readers 1 --record " + file, "there.jsonl");
  CHECK(contents(file) == "mine\n");
  CHECK(type("vmalab run --readers 1 --force --record " + file).code == 0);
  check_refused("vmalab run --readers 1 --record /dev/null/none/x.jsonl", "/dev/null/none/x.jsonl");
  check_refused("vmalab run --readers 1 --force --record /dev/full", "/dev/full");
  check_refused("vmalab run --readers 1 --log-file /dev/null/none/log", "/dev/null/none/log");
}

TEST_CASE("standard output that cannot be written is an error") {
  check_refused("vmalab run --readers 1 >/dev/full", "cannot write to standard output");
  check_refused("vmalab scenarios >/dev/full", "cannot write to standard output");
  check_refused("vmalab scenarios --json >&-", "cannot write to standard output");
}

TEST_CASE("traces that were cut, changed or are something else") {
  const std::string file = file_named("whole.jsonl");
  REQUIRE(type("vmalab run --readers 1 --writers 1 --random 2 --record " + file).code == 0);
  const std::string whole = contents(file);

  std::ofstream(file_named("cut.jsonl"), std::ios::binary) << whole.substr(0, whole.size() - 10);
  const Outcome cut = type("vmalab replay --json " + file_named("cut.jsonl"));
  CHECK(cut.code == 0);
  CHECK(contains(cut.err, "cut"));
  CHECK(json::parse(cut.out)["complete"] == false);

  // The last step's line: its fingerprint no longer fits what the machine computes.
  std::string changed = whole;
  const std::size_t last = changed.rfind('\n', changed.size() - 2);
  const std::size_t before = changed.rfind('\n', last - 1);
  std::size_t digit = changed.find_last_of("0123456789", last);
  REQUIRE(digit > before);
  changed[digit] = changed[digit] == '1' ? '2' : '1';
  std::ofstream(file_named("changed.jsonl"), std::ios::binary) << changed;
  check_refused("vmalab replay " + file_named("changed.jsonl"), "changed.jsonl");

  std::ofstream(file_named("deep.jsonl")) << std::string(200'000, '[') << "\n";
  check_refused("vmalab replay " + file_named("deep.jsonl"), "deep.jsonl");
  std::ofstream(file_named("empty.jsonl")).flush();
  check_refused("vmalab replay " + file_named("empty.jsonl"), "empty.jsonl");
  check_refused("vmalab replay /dev/null/none.jsonl", "/dev/null/none.jsonl");
  check_refused("vmalab replay " + folder().string(), folder().string());
  check_refused("vmalab run " + file, "vmalab replay");
}

TEST_CASE("other policies choose the steps, and each run can be told again") {
  for (const std::string policy : {"--random 3", "--pct 3", "--round-robin"}) {
    CAPTURE(policy);
    const Outcome told = type("vmalab run --readers 2 --writers 1 " + policy + " --link");
    CHECK(told.code == 0);
    CHECK(contains(type("vmalab run '" + told.out.substr(0, told.out.find('\n')) + "'").out, "All threads are done."));
    CHECK(type("vmalab run --readers 2 --writers 1 " + policy + " --link").out == told.out);
  }
  check_refused("vmalab run two-readers --pct 1 --round-robin", "excludes");
  check_refused("vmalab run two-readers --schedule r1?1", "goes only one way");
}

TEST_CASE("opening without a display plays the demo and says how to get the window") {
  const Outcome outcome = type("vmalab");
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "All threads are done."));
  CHECK(contains(outcome.out + outcome.err, VMALAB_HAS_WINDOW != 0 ? "DISPLAY" : "VMALAB_UI=OFF"));
}

#if VMALAB_HAS_WINDOW
TEST_CASE("a display that does not answer is no display") {
  const Outcome outcome = type("DISPLAY=:9876 vmalab open --readers 1");
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "Playing in the terminal instead."));
}

TEST_CASE("pictures") {
  const std::string file = file_named("two.png");
  const Outcome outcome = type("vmalab shot two-readers --steps 4 --size 800x600 --theme light -o " + file);
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(contains(outcome.out, file + ": Two readers at once, step 4 of 4\n"));
  CHECK(contains(type("vmalab shot two-readers -o " + file).out, "before the first step; --demo shows its end, --at STEP a step of it\n"));
  CHECK(contains(type("vmalab shot two-readers --at 0 -o " + file).out, "step 0 of "));
  CHECK(type("vmalab shot two-readers -o /dev/stdout | head -c 4").out.substr(1, 3) == "PNG");
  REQUIRE(type("vmalab shot two-readers --steps 4 --size 800x600 --theme light -o " + file).code == 0);
  const std::string picture = contents(file);
  REQUIRE(picture.size() > 1000);
  CHECK(picture.substr(1, 3) == "PNG");
  // Width and height stand in the header, most significant byte first.
  CHECK(static_cast<unsigned char>(picture[18]) * 256 + static_cast<unsigned char>(picture[19]) == 800);
  CHECK(static_cast<unsigned char>(picture[22]) * 256 + static_cast<unsigned char>(picture[23]) == 600);
  check_refused("vmalab shot two-readers -o /dev/null/none/x.png", "/dev/null/none/x.png");
  check_refused("vmalab shot two-readers -o /dev/full", "/dev/full");
  check_refused("vmalab shot two-readers --panel tree -o " + file, "{threads,vma,");
  // Side by side: a variant, lockdep the other way; what cannot be put there is said.
  const std::string beside = file_named("beside.png");
  CHECK(type("vmalab shot --variant no-flag --beside none --stage -o " + beside).code == 0);
  CHECK(type("vmalab shot two-readers --at 4 --beside lockdep -o " + beside).code == 0);
  check_refused("vmalab shot two-readers --beside writer-alone -o " + beside,
                "the threads do not match: two-readers has r1 and r2, writer-alone has w1");
  check_refused("vmalab shot two-readers --beside no-such-thing -o " + beside, "no-such-thing");
  check_refused("vmalab shot two-readers --beside main -o " + beside, "'main' is the branch that is shown");
  check_refused("vmalab shot two-readers --at 100 -o " + file, "there is no step 100: the run has");
  check_refused("vmalab shot two-readers --steps 3 --at 4 -o " + file, "the run has 3");
  check_refused("vmalab shot two-readers --schedule r1*2,r5 -o " + file, "r5");
  CHECK(contents(file) == picture);
}
#endif

TEST_CASE("a build without the window plays in the terminal, draws nothing, and advises nothing that it cannot do") {
  const Outcome opened = type("vmalab_without_window open two-readers");
  CHECK(opened.code == 0);
  CHECK(contains(opened.out, "All threads are done."));
  CHECK(contains(opened.out + opened.err, "VMALAB_UI=OFF"));
  CHECK(contains(opened.out, "vmalab run -i"));
  CHECK_FALSE(contains(opened.out, "ssh -X"));
  CHECK_FALSE(contains(type("vmalab_without_window --help").out, "vmalab shot"));
  CHECK_FALSE(contains(type("vmalab_without_window export --help").out, ".webp"));
  check_refused("vmalab_without_window shot two-readers -o " + file_named("x.png"), "without the window");
  check_refused("vmalab_without_window film any.toml", "without the window");
  check_refused("vmalab_without_window export two-readers -o " + file_named("none.gif"), "extension");
  CHECK(type("vmalab_without_window export two-readers -o " + file_named("bare.txt")).code == 0);
  CHECK(type("vmalab_without_window check two-readers").code == 0);
}

TEST_CASE("the log has what a bug report needs") {
  const std::string log = file_named("log");
  REQUIRE(type("vmalab run --readers 1 --log-file " + log).code == 0);
  const std::string text = contents(log);
  for (const char* part : {"vmalab 0", "command line: ", "standard-1-0-0", "model ", "exit code 0"}) CHECK(contains(text, part));
}

TEST_CASE("steering by hand") {
  const std::string file = file_named("steered.jsonl");
  const Outcome outcome = type("printf '%s\\n' list r1 'r1*2' 'back 2' where branches link 'until r1' undo redo 'record " + file +
                               "' w1 'back 2' w1 help quit | vmalab run -i --readers 1 --writers 1");
  CAPTURE(outcome.out);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "vmalab:"));
  CHECK(contains(outcome.out, "At step 1."));
  CHECK(contains(outcome.out, "r1 is done."));
  const Outcome replayed = type("vmalab replay --json " + file);
  CHECK(replayed.code == 0);
  CHECK(json::parse(replayed.out)["complete"] == true);
  CHECK(json::parse(replayed.out)["steps"].back()["thread"] == "w1");
  // Stepping from the past goes on in a second file.
  const Outcome second = type("vmalab replay --json " + file_named("steered-2.jsonl"));
  CHECK(second.code == 0);
  CHECK(json::parse(second.out)["steps"].size() == json::parse(replayed.out)["steps"].size() - 1);

  // A script with a mistake in it goes on, and says so at the end.
  const Outcome mistaken = type("printf '%s\\n' r7 nonsense back r1 | vmalab run -i --readers 1 --writers 1");
  CHECK(mistaken.code == 2);
  CHECK(contains(mistaken.out, "r7"));
  CHECK(contains(mistaken.out, "this is the start"));
}

TEST_CASE("Ctrl-C ends a run and keeps its recording whole") {
  const std::string file = file_named("interrupted.jsonl");
  const Outcome outcome = type(std::string("'") + VMALAB_EXECUTABLE + "' run --delay 200 --record " + file + " " + kScenario +
                               " & sleep 0.7; kill -TERM $!; wait $!");
  CHECK(outcome.code == 130);
  const Outcome replayed = type("vmalab replay --json " + file);
  CHECK(replayed.code == 0);
  CHECK(json::parse(replayed.out)["complete"] == true);
}

TEST_CASE("what parse reports") {
  const Outcome outcome = type("vmalab parse --json");
  REQUIRE(outcome.code == 0);
  const json report = json::parse(outcome.out);
  bool found = false;
  for (const json& function : report["functions"]) {
    CAPTURE(function.dump());
    CHECK(function["lowered"] == true);
    if (function["name"] == "vma_start_read") {
      found = true;
      CHECK(function["visible"].get<int>() >= 6);
    }
  }
  CHECK(found);
}

}  // namespace vmalab::testing
