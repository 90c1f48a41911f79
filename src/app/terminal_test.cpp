// SPDX-License-Identifier: GPL-2.0-only
// What reaches a terminal, a pipe, a full disk or a stream that is closed; and what is given in place of a file.
#include <nlohmann/json.hpp>

#include "app/test_typing.h"
#include "app/text.h"

using namespace vmalab::testing;
using json = nlohmann::json;
using vmalab::display_width;

namespace {

/// A scenario whose every text tries to steer the terminal.
std::string hostile_scenario() {
  const std::string file = file_named("hostile.toml");
  std::ofstream(file) << R"toml(title = "\u001b[2J\u001b]0;owned\u0007 a title \u001b[1;36m"
story = "a \u001b[31mred\u001b[0m \u009b31m story \u202e turned \u007f"
[[mm]]
name = "mm0"
[[vma]]
name = "vma0"
mm = "mm0"
[[thread]]
name = "r1"
run = "reader(mm0, 0x1000)"
[[demo]]
do = "r1"
caption = "\u001b]52;c;ZXZpbA==\u0007"
[[goal]]
name = "\u001b[5mgoal"
expr = "1"
)toml";
  return file;
}

/// Nothing but line ends, tabs and text; a terminal may have our own colours besides.
void check_clean(std::string text, bool colours = false) {
  if (colours) {
    for (const std::string code : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;36m"}) {
      for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code)) text.erase(at, code.size());
    }
  }
  CAPTURE(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || c == 0xff;
    const bool c1 = c == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (control || c1) FAIL("a control character at " << at << ": " << static_cast<int>(c));
  }
  CHECK_FALSE(contains(text, "\xe2\x80\xae"));
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    most = std::max(most, display_width(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return most;
}

}  // namespace

TEST_CASE("no control character of any input reaches a terminal") {
  const std::string file = hostile_scenario();
  const std::string trace = file_named("hostile.jsonl");
  for (const std::string& command :
       {"vmalab run " + file, "vmalab run --json " + file, "vmalab run --force --record " + trace + " " + file, "vmalab replay " + trace,
        "vmalab check " + file, "vmalab check --json " + file,
        "printf 'list\\nr1\\n\\033[2J\\nsave /none/\\033]0;x\\007\\nwhere\\n' | vmalab run -i " + file, "vmalab run --link " + file,
        "vmalab open " + file, std::string("vmalab run \"$(printf 'name\\033[2J\\302\\233\\377')\""), std::string("vmalab \"$(printf 'x\\033[2J')\""),
        std::string("vmalab run --readers 1 --schedule \"$(printf 'r\\0331')\""),
        std::string("vmalab replay \"$(printf '/none/\\033[2J\\r.jsonl')\""), std::string("vmalab run --variant \"$(printf '\\033[2J')\""),
        std::string("vmalab run --readers \"$(printf '\\033[2J')\"")}) {
    CAPTURE(command);
    const Outcome outcome = type(command);
    check_clean(outcome.out);
    check_clean(outcome.err);
    const Outcome coloured = type("export CLICOLOR_FORCE=1 TERM=xterm; " + command);
    check_clean(coloured.out, true);
  }
  const Outcome shown = type("vmalab run " + file);
  CHECK(contains(shown.out, "\\u001b[2J\\u001b]0;owned\\u0007 a title"));
  CHECK(contains(shown.out, "\\u009b31m story"));
  // In JSON the escapes stand for the same characters.
  CHECK(json::parse(type("vmalab run --json " + file).out)["title"].get<std::string>().substr(0, 4) == "\x1b[2J");
  // C with bytes that are no text, in an error's source line and in a header.
  std::ofstream(file_named("odd.c"))
      << "// variant: odd\n// title: \x1b]0;x\x07\n// story: s\n// breaks: no-stuck\n// scenario: two-readers\nvoid vma_end_read(struct vm_area_struct *vma)\n{\n\tnothing(\"\x1b[2J\x9b\"); /* \xff */\n}\n";
  const Outcome odd = type("vmalab run --variant " + file_named("odd.c"));
  CHECK(odd.code == 2);
  check_clean(odd.err);
}

TEST_CASE("colours are only for a terminal that wants them") {
  CHECK_FALSE(contains(type("TERM=xterm vmalab run two-readers").out, "\x1b"));
  CHECK(contains(type("export CLICOLOR_FORCE=1; vmalab run two-readers").out, "\x1b[1;36mr1\x1b[0m"));
  CHECK_FALSE(contains(type("export CLICOLOR_FORCE=1 NO_COLOR=1; vmalab run two-readers").out, "\x1b"));
  CHECK_FALSE(contains(type("export CLICOLOR_FORCE=0; vmalab run two-readers").out, "\x1b"));
}

TEST_CASE("no line is wider than the screen") {
  const std::string plain = type("vmalab run writer-waits-for-a-reader").out;
  CHECK(widest(plain) <= 100);
  CHECK(type("export COLUMNS=wide; vmalab run writer-waits-for-a-reader").out == plain);
  CHECK(type("export COLUMNS=0; vmalab run writer-waits-for-a-reader").out == plain);
  CHECK(type("export COLUMNS=500; vmalab run writer-waits-for-a-reader").out == plain);
  std::string names =
      "title = \"A title of many words that go on and on so that it does not fit into any line of a screen that is narrow\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"a_vma_with_a_rather_long_name\"\nmm = \"mm0\"\n";
  for (const char* name : {"a_thread_with_a_very_long_name", "r2"})
    names += std::string("[[thread]]\nname = \"") + name + "\"\nrun = \"reader(mm0, 0x1000)\"\n";
  std::ofstream(file_named("long.toml")) << names;
  for (const std::size_t columns : {120, 100, 80, 72, 60, 40}) {
    CAPTURE(columns);
    const std::string set = "export COLUMNS=" + std::to_string(columns) + "; ";
    for (const std::string& command : {std::string("vmalab run writer-waits-for-a-reader"), std::string("vmalab run --variant put-wakes-freed-mm"),
                                       "vmalab run --random 3 " + file_named("long.toml"), std::string("vmalab scenarios"),
                                       std::string("vmalab variants"), std::string("printf 'list\\nshow\\nhelp\\n' | vmalab run -i two-readers")}) {
      CAPTURE(command);
      if (columns < 60 && command != "vmalab run writer-waits-for-a-reader" && command != "vmalab variants") continue;  // a name is not broken in two
      CHECK(widest(type(set + command).out) <= columns);
    }
  }
  // At 80 the state stands beside the steps; below 72 it stands under them.
  CHECK(contains(type("export COLUMNS=80; vmalab run two-readers").out, " | "));
  CHECK_FALSE(contains(type("export COLUMNS=60; vmalab run two-readers").out, " | "));
}

TEST_CASE("a closed standard stream is never a file of ours") {
  for (const std::string closed : {">&-", "<&-", "2>&-", ">&- 2>&-", "<&- >&-", "<&- 2>&-", "<&- >&- 2>&-"}) {
    CAPTURE(closed);
    const std::string file = file_named("closed.jsonl"), log = file_named("closed.log");
    fs::remove(file);
    const Outcome run = type("vmalab run two-readers --record " + file + " --log-file " + log + " " + closed);
    const bool no_output = contains(" " + closed, " >&-");
    CHECK(run.code == (no_output ? 2 : 0));
    CHECK(fs::exists(file) == !no_output);
    if (!no_output) CHECK(type("vmalab replay " + file).code == 0);
    CHECK_FALSE(contains(contents(log), "Two readers at once\n"));
    CHECK(type("vmalab scenarios " + closed).code == (no_output ? 2 : 0));
  }
  // An old recording is not touched by a run that cannot say anything.
  const std::string old = file_named("old.jsonl");
  REQUIRE(type("vmalab run two-readers --record " + old).code == 0);
  const std::string before = contents(old);
  CHECK(type("vmalab run writer-waits-for-a-reader --force --record " + old + " >&-").code == 2);
  CHECK(contents(old) == before);
}

TEST_CASE("a reader that goes away ends the run quietly, and the recording is whole") {
  const std::string file = file_named("pipe.jsonl");
  const Outcome run = type("vmalab run writer-waits-for-a-reader --record " + file + " | head -n 1");
  CHECK(run.code == 0);
  CHECK(run.err.empty());
  const Outcome replayed = type("vmalab replay --json " + file);
  CHECK(replayed.code == 0);
  CHECK(json::parse(replayed.out)["complete"] == true);
  CHECK(type("vmalab run writer-waits-for-a-reader --json | head -c 10").err.empty());
  CHECK(type("(trap '' PIPE; vmalab run writer-waits-for-a-reader | head -n 1)").err.empty());
}

TEST_CASE("a full disk is told with the file, and is an error") {
  const std::string trace = file_named("whole.jsonl");
  REQUIRE(type("vmalab run two-readers --force --record " + trace).code == 0);
  for (const std::string& command : {std::string("run two-readers --json"), std::string("check two-readers --json"), "replay " + trace}) {
    check_refused("vmalab " + command + " >/dev/full", "cannot write to standard output: No space left on device");
  }
  check_refused("vmalab run two-readers --force --record /dev/full", "/dev/full: error:");
  check_refused("vmalab check --variant no-wake --force --trace /dev/full", "/dev/full: error:");
  check_refused("vmalab run two-readers --log-file /dev/full", "/dev/full");
  // A file that was there stays when the new one does not fit.
  const std::string file = file_named("limited.jsonl");
  REQUIRE(type("vmalab run two-readers --record " + file).code == 0);
  const std::string before = contents(file);
  check_refused("(ulimit -f 8; trap '' XFSZ; vmalab check --variant no-wake --force --trace " + file + ")", file);
  CHECK(contents(file) == before);
  check_refused("(ulimit -f 8; trap '' XFSZ; vmalab run writer-waits-for-a-reader --force --record " + file + ")", file);
  CHECK(contents(file) == before);
}

TEST_CASE("what is no file is refused at once wherever a file is read") {
  const std::string pipe = file_named("a-pipe");
  REQUIRE(type("mkfifo " + pipe + " " + pipe + ".toml " + pipe + ".jsonl " + pipe + ".c").code == 0);
  const auto soon = [](const std::string& command, const std::string& part) {
    check_refused("timeout 20 '" + std::string(VMALAB_EXECUTABLE) + "' " + command, part);
  };
  soon("replay " + pipe, "this is a pipe, not a trace");
  soon("open " + pipe + ".jsonl", "this is a pipe, not a trace");
  soon("run " + pipe + ".toml", "this is a pipe, not a scenario");
  soon("check " + pipe + ".toml", "this is a pipe, not a scenario");
  soon("run --variant " + pipe + ".c", "this is a pipe, not a C file");
  soon("replay /dev/zero", "this is a device, not a trace");
  soon("replay /dev/tty", "/dev/tty");
  soon("run --variant /dev/zero", "this is a device, not a C file");
  soon("replay " + folder().string(), "this is a directory, not a trace");
  soon("run --variant " + folder().string(), "this is a directory, not a C file");
  REQUIRE(type("mkdir " + file_named("folder.toml")).code == 0);
  soon("run " + file_named("folder.toml"), "this is a directory, not a scenario");
}

TEST_CASE("a link carries what ran, and says at once what it cannot carry") {
  const auto link_of = [](const std::string& options) {
    const Outcome made = type("vmalab run " + options + " --link");
    CAPTURE(made.err);
    REQUIRE(made.out.starts_with("vmalab:2:"));
    return made.out.substr(0, made.out.find('\n'));
  };
  const std::string cve = link_of("--variant put-wakes-freed-mm");
  const Outcome opened = type("vmalab run '" + cve + "'");
  CHECK(opened.code == 1);
  CHECK(contains(opened.out, "With the code of: variant put-wakes-freed-mm"));
  CHECK(contains(opened.out, "no-use-after-free"));
  CHECK(opened.err.empty());
  const Outcome own = type("vmalab run '" + link_of(hostile_scenario() + " --schedule 'r1*2'") + "' --json");
  CHECK(own.code == 0);
  CHECK(json::parse(own.out)["steps"].size() == 2);
  check_refused("vmalab run '" + cve + "' --variant no-wake", "a link brings its own code");
  check_refused("vmalab run '" + cve + "' --signals", "a link brings its own code");
  // What was recorded as a trace can become a link again.
  const std::string trace = file_named("own.jsonl");
  REQUIRE(type("vmalab run --variant no-wake --record " + trace).code == 1);
  const json replayed = json::parse(type("vmalab replay --json " + trace).out);
  CHECK(type("vmalab run '" + replayed["link"].get<std::string>() + "'").code == 1);
  std::ofstream(file_named("long.c")) << "/*\n"
                                      <<
      [] {
        std::string text;
        unsigned dice = 1;
        for (int i = 0; i < 60'000; ++i) {
          dice = dice * 1103515245U + 12345U;
          text += i % 70 == 0 ? '\n' : static_cast<char>('a' + (dice >> 16U) % 26);
        }
        return text;
      }() << "*/\nvoid vma_end_read(struct vm_area_struct *vma)\n{\n\tvma_refcount_put(vma);\n}\n";
  const std::string with = "vmalab run two-readers --variant " + file_named("long.c");
  check_refused(with + " --link", "a link cannot carry this run");
  check_refused(with + " --link", "--record FILE");
  CHECK(json::parse(type(with + " --json").out).contains("no_link"));
}

TEST_CASE("a thread that goes for another try is shown in the function it is in") {
  const std::string run = "vmalab run standard-1-0-1 --schedule 'r1,d1*33,r1*3'";
  const std::string text = type(run).out;
  const std::size_t last = text.rfind("37 r1");
  REQUIRE(last != std::string::npos);
  CHECK(contains(type("export COLUMNS=100; " + run + " | tr -s ' \\n' ' '").out, "-EAGAIN"));
  CHECK_FALSE(contains(text.substr(last), "about to run"));
  const json steps = json::parse(type(run + " --json").out)["steps"];
  CHECK(contains(steps.back()["text"].get<std::string>(), "vma_start_read() gives -EAGAIN, and lock_vma_under_rcu() goes round again"));
  CHECK(
      contains(steps.back()["state"]["threads"][0]["activity"].get<std::string>(), "in lock_vma_under_rcu(), about to look 0x1000 up in mm0->mm_mt"));
}

TEST_CASE("the launcher finds its tree through links") {
  // A tree with the real launcher and commands that only say what they were asked.
  const fs::path tree = folder() / "a tree", fake = folder() / "fake";
  fs::create_directories(tree / "third_party");
  fs::create_directories(fake);
  fs::copy_file(fs::path(VMALAB_TEST_ASSETS).parent_path() / "run", tree / "run");
  std::ofstream(tree / "third_party/packages.txt");
  std::ofstream(fake / "dpkg-query") << "#!/bin/sh\n";
  std::ofstream(fake / "cmake") << "#!/bin/sh\nmkdir -p '" << (tree / "build/bin").string() << "'\nprintf '#!/bin/sh\\necho \"started $0 $*\"\\n' >'"
                                << (tree / "build/bin/vmalab").string() << "'\nchmod +x '" << (tree / "build/bin/vmalab").string() << "'\n";
  const std::string links = "mkdir -p '" + (folder() / "links/deep").string() + "'; cd '" + (folder() / "links").string() + "'; chmod +x '" +
                            (fake / "cmake").string() + "' '" + (fake / "dpkg-query").string() + "'; export PATH='" + fake.string() +
                            "':\"$PATH\"; ln -sf ../'a tree'/run near; ln -sf '" + (tree / "run").string() +
                            "' far; ln -sf ../near deep/chain; ln -sfn ../'a tree' folder; ";
  for (const std::string how : {"./near version", "./far version", "deep/chain version", "cd deep; ./chain version",
                                "cd /; \"$OLDPWD\"/deep/chain version", "folder/run version"}) {
    CAPTURE(how);
    const Outcome outcome = type(links + how);
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK(outcome.out == "started " + (tree / "build/bin/vmalab").string() + " version\n");
    CHECK_FALSE(fs::exists(folder() / "links/build"));
  }
}

TEST_CASE("without a display the window's advice is of this build") {
  const Outcome opened = type("vmalab open two-readers");
  CHECK(opened.code == 0);
  CHECK(contains(opened.out, "vmalab run -i"));
  CHECK(contains(opened.out, "ssh -X") == (VMALAB_HAS_WINDOW != 0));
  CHECK(contains(opened.out, "vmalab shot") == (VMALAB_HAS_WINDOW != 0));
  CHECK(contains(type("vmalab --help").out, "vmalab shot") == (VMALAB_HAS_WINDOW != 0));
}
