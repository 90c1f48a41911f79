// SPDX-License-Identifier: GPL-2.0-only
// The man page, the shells' completions and what a file manager knows of us, against what the program says and does itself.
#include <set>
#include <vector>

#include "app/test_typing.h"
#include "run/trace_format.h"

namespace vmalab::testing {
namespace {

/// The first words of the lines of a help text that stand below a heading, two columns in.
std::vector<std::string> listed(const std::string& help, const std::string& heading) {
  std::vector<std::string> names;
  std::istringstream lines(help.substr(std::min(help.find(heading), help.size())));
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && !line.empty();) {
    if (line.starts_with("  ") && line[2] != ' ') names.push_back(line.substr(2, line.find_first_of(" ,", 2) - 2));
  }
  return names;
}

std::vector<std::string> commands() { return listed(type("vmalab --help").out, "\nSubcommands:"); }

/// Each option of a command that has a long name, as its help lists them.
std::set<std::string> options_of(const std::string& command) {
  std::set<std::string> names;
  std::istringstream lines(type("vmalab help " + command).out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("--");
    if (line.starts_with("  -") && at <= 5) names.insert(line.substr(at, line.find_first_of(" ,", at) - at));
  }
  return names;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin);
  return from == std::string::npos ? "" : text.substr(from, text.find(end, from + begin.size()) - from);
}

/// As the man page has it.
std::string typed(const std::string& text) {
  std::string out = "\\fB";
  for (const char c : text) out += c == '-' ? std::string("\\-") : std::string(1, c);
  return out + "\\fP";
}

/// What bash offers behind these words, the last of which is being typed.
std::set<std::string> offered(const std::string& words) {
  const std::string bash = ". <(\"$PROGRAM\" completion bash); COMP_WORDS=(\"$PROGRAM\" " + words +
                           "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _vmalab; printf \"%s\\n\" \"${COMPREPLY[@]}\"";
  const Outcome outcome = type("cd '" + folder().string() + "'; PROGRAM='" + VMALAB_EXECUTABLE + "' bash -c '" + bash + "'");
  CHECK_MESSAGE(outcome.err.empty(), outcome.err);
  std::set<std::string> out;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) out.insert(line);
  return out;
}

}  // namespace

TEST_CASE("the man page and the completions know every command and every option") {
  const std::vector<std::string> all = commands();
  REQUIRE(all.size() >= 14);
  const std::string man = type("vmalab help man").out, zsh = type("vmalab completion zsh").out, fish = type("vmalab completion fish").out;
  const std::string behind_commands = between(man, "\n.SH WHAT RUNS\n", "\n.SH EXAMPLES\n");
  const std::set<std::string> first = offered("\"\"");
  std::size_t options = 0;
  for (const std::string& command : all) {
    CAPTURE(command);
    const std::string in_man = between(man, "\n.SS " + typed(command) + "\n", "\n.S"), in_zsh = between(zsh, "\n        " + command + ")\n", ";;");
    CHECK(!in_man.empty());
    CHECK(!in_zsh.empty());
    CHECK(contains(fish, "-n __fish_use_subcommand -a " + command + " "));
    CHECK(first.contains(command));
    const std::set<std::string> in_bash = offered(command + " --");
    for (const std::string& option : options_of(command)) {
      CAPTURE(option);
      ++options;
      CHECK((contains(in_man, typed(option)) || contains(behind_commands, typed(option))));
      CHECK((contains(in_zsh, "'" + option) || contains(in_zsh, ")" + option) || contains(in_zsh, "'*" + option)));
      const std::string fish_line = " -l " + option.substr(2) + " ";
      const std::size_t line = fish.find("complete -c vmalab -n '__fish_seen_subcommand_from " + command + "'");
      CHECK((line != std::string::npos && contains(fish.substr(line), fish_line)));
      CHECK(in_bash.contains(option));
    }
  }
  CHECK(options > 100);
  for (const std::string& option : options_of("")) {
    CHECK(contains(behind_commands, typed(option)));
    CHECK(offered("--").contains(option));
  }
}

TEST_CASE("names and files are completed where they are asked for") {
  write("mine.toml", "");
  write("race.jsonl", "");
  write("mine.c", "");
  fs::create_directories(folder() / "two folders");
  CHECK(offered("run writer-a") == std::set<std::string>{"writer-alone"});
  CHECK(offered("check --variant no-w") == std::set<std::string>{"no-wake"});
  CHECK(offered("check --variant = no-w") == std::set<std::string>{"no-wake"});
  CHECK(offered("--assets somewhere check --variant mi") == std::set<std::string>{"mine.c"});
  CHECK(offered("check --judge no-use-after-f").size() == 1);
  CHECK(offered("check --judge no-deadlock,no-use-after-f").begin()->starts_with("no-deadlock,no-use-after-f"));
  CHECK(offered("run mi") == std::set<std::string>{"mine.toml"});
  CHECK(offered("run ra") == std::set<std::string>{""});
  CHECK(offered("open ra") == std::set<std::string>{"race.jsonl"});
  CHECK(offered("ra") == std::set<std::string>{"race.jsonl"});
  CHECK(offered("check --kernel tw") == std::set<std::string>{"two folders"});
  CHECK(offered("run --lockdep o") == std::set<std::string>{"off", "on"});
  CHECK(offered("run --steps m") == std::set<std::string>{""});
  CHECK(offered("lesson the-second") == std::set<std::string>{"the-second-look"});
  CHECK(offered("lesson mi") == std::set<std::string>{"mine.toml"});
  CHECK(offered("open --lesson the-second") == std::set<std::string>{"the-second-look"});
  CHECK(offered("help che") == std::set<std::string>{"check"});
#if VMALAB_HAS_WINDOW
  // What is offered is what the help and the error name.
  const std::set<std::string> panels = offered("shot --panel \"\"");
  CHECK(panels.contains("messages"));
  CHECK(panels.contains("causes"));
  const std::string help = type("vmalab help shot").out, refused = type("vmalab shot --panel nonsense -o x.png").err;
  for (const std::string& panel : panels) CHECK((contains(help, panel) && contains(refused, panel)));
#endif
  // A script has no line that a narrow screen has broken.
  CHECK(type("COLUMNS=40 vmalab completion bash").out == type("vmalab completion bash").out);
  CHECK(type("COLUMNS=40 vmalab completion scenarios").out == type("vmalab completion scenarios").out);
  check_refused("vmalab completion csh", "csh");
  check_refused("vmalab completion", "SHELL");
}

TEST_CASE("a file or a link opens without a command") {
  const std::string trace = file_named("alone.jsonl");
  REQUIRE(type("vmalab run two-readers --record " + trace).code == 0);
  const Outcome opened = type("vmalab " + trace);
  CHECK(opened.code == 0);
  CHECK(contains(opened.out, "Playing in the terminal instead."));
  CHECK(opened.out == type("vmalab open " + trace).out);
  CHECK(type("vmalab --log-level warn " + trace + " --steps 1").code == type("vmalab open " + trace + " --steps 1").code);
  REQUIRE(type("cp '" + std::string(VMALAB_TEST_ASSETS) + "/scenarios/two-readers.toml' " + file_named("own.toml")).code == 0);
  CHECK(contains(type("vmalab " + file_named("own.toml")).out, "All threads are done."));
  const std::string link = type("vmalab run two-readers --link").out;
  CHECK(type("vmalab '" + link.substr(0, link.find('\n')) + "'").code == 0);
  check_refused("vmalab missing.toml", "missing.toml");
  check_refused("vmalab missing.jsonl", "missing.jsonl");
}

TEST_CASE("a trace is known by its first bytes") {
  const std::string trace = file_named("known.jsonl");
  REQUIRE(type("vmalab run two-readers --record " + trace).code == 0);
  std::string magic = between(contents(fs::path(VMALAB_DESKTOP_FILES) / "vmalab.xml"), "offset=\"0\" value=\"", "\"/>");
  magic.erase(0, std::string("offset=\"0\" value=\"").size());
  for (std::size_t at = magic.find("&quot;"); at != std::string::npos; at = magic.find("&quot;")) magic.replace(at, 6, "\"");
  CHECK(magic == trace_format::kMagic);
  CHECK(contents(trace).starts_with(magic));
}

}  // namespace vmalab::testing
