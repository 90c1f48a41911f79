// SPDX-License-Identifier: GPL-2.0-only
#include "machine/scenario.h"
#include "machine/scenario_keys.h"
#include "machine/speaker_notes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/test_text.h"

namespace vmalab {
namespace {

using testing::contains;

constexpr const char* kWhole = R"toml(title = "A title"
order = 7
story = "A story. It is true."
story_claims = ["no claim", "vma0->vm_refcnt == 1"]
notes = "Speak up."
code = ["a.c", "lib/b.c"]
lockdep = false
seq_bits = 3
signals = true
type_stable = false
[[mm]]
name = "mm0"
count = 2
lock_seq = 4
[[mm]]
name = "mm1"
[[vma]]
name = "vma0"
mm = "mm0"
start = 0x2000
end = 0x4000
[[vma]]
name = "vma1"
mm = "mm0"
attached = false
[[vma]]
name = "vma2"
mm = ""
[[thread]]
name = "r1"
run = "reader(mm0, 0x2000)"
[[goal]]
name = "a goal"
text = "what it teaches"
expr = "vma0->vm_refcnt == 2"
reachable = false
must = false
steps = 7
[[demo]]
do = "r1*3"
caption = "Three steps."
note = "Point at r1."
claims = ["did: r1 finds vma0"]
[expect]
final = ["thread_done(r1)"]
violations = ["no-stuck"]
all_done = false
states = 12345
)toml";

Result<Scenario> parse(const std::string& text) { return parse_scenario(text, "test", "test.toml"); }

/// The error of a text that must have one; `place` is the text the error must point at.
std::string error_of(const std::string& text, const std::string& place = {}) {
  const auto scenario = parse(text);
  REQUIRE_FALSE(scenario.has_value());
  const Diagnostic& d = scenario.error();
  CHECK(d.file == "test.toml");
  CHECK(d.line > 0);
  CHECK(d.column > 0);
  if (!place.empty()) {
    CHECK(d.source_line.substr(static_cast<std::size_t>(d.column - 1), place.size()) == place);
  }
  return d.message;
}

/// A small valid scenario with one line more.
std::string with(const std::string& head, const std::string& tail = {}) {
  return "title = \"t\"\n" + head + "\n[[mm]]\nname = \"mm0\"\n[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0)\"\n" + tail + "\n";
}

}  // namespace

TEST_CASE("every key of the table stands in the text that has every key, and is read from it") {
  const Scenario whole = parse(kWhole).value();
  for (const TomlKey& key : scenario_format().keys) {
    CAPTURE(key.name);
    const std::string text = kWhole;
    const bool table = contains(text, "[" + std::string(key.name) + "]");
    CHECK((table || contains(text, "\n" + std::string(key.name) + " = ") || text.starts_with(std::string(key.name) + " = ")));
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(scenario_format().title_of(key.table).empty());
    // Given a value of no kind at all it is an error about this key and no other: so the reader looks at it.
    const std::string head = key.table.empty() ? "" : key.table == "expect" ? "[expect]\n" : "[[" + std::string(key.table) + "]]\n";
    const auto odd = parse(head + std::string(key.name) + " = 1979-05-27\n");
    REQUIRE_FALSE(odd.has_value());
    CHECK((contains(odd.error().message, "'" + std::string(key.name) + "'") || contains(odd.error().message, "[" + std::string(key.name) + "]") ||
           contains(odd.error().message, "needs '")));
  }
  CHECK_FALSE(whole.goals[0].reachable);
  CHECK_FALSE(whole.goals[0].must);
  CHECK(whole.goals[0].steps == 7);
  CHECK(whole.expect.states == 12345);
  CHECK(whole.code.size() == 2);
  CHECK_FALSE(whole.type_stable);
  CHECK(whole.code[1].path == "lib/b.c");
  CHECK(whole.code[1].place.line == 6);
}

TEST_CASE("every key is read") {
  const Scenario s = parse(kWhole).value();
  CHECK(s.name == "test");
  CHECK(s.title == "A title");
  CHECK(s.order == 7);
  CHECK(s.story == "A story. It is true.");
  CHECK_FALSE(s.config.lockdep);
  CHECK(s.seq_bits == 3);
  CHECK(s.signals);
  REQUIRE(s.mms.size() == 2);
  CHECK(s.mms[0].count == 2);
  CHECK(s.mms[0].lock_seq == 4);
  CHECK(s.mms[1].count == 1);
  REQUIRE(s.vmas.size() == 3);
  CHECK(s.vmas[0].start == 0x2000);
  CHECK(s.vmas[0].end == 0x4000);
  CHECK(s.vmas[0].attached);
  CHECK(s.vmas[1].start == 0x1000);
  CHECK_FALSE(s.vmas[1].attached);
  CHECK(s.vmas[2].mm.empty());
  CHECK_FALSE(s.vmas[2].attached);
  REQUIRE(s.threads.size() == 1);
  CHECK(s.threads[0].name == "r1");
  CHECK(s.threads[0].call == "reader(mm0, 0x2000)");
  REQUIRE(s.goals.size() == 1);
  CHECK(s.goals[0].expression == "vma0->vm_refcnt == 2");
  REQUIRE(s.demo.size() == 1);
  CHECK(s.demo[0].action == "r1*3");
  CHECK(s.demo[0].caption == "Three steps.");
  CHECK(s.demo[0].claims == std::vector<std::string>{"did: r1 finds vma0"});
  CHECK(s.story_claims == std::vector<std::string>{"no claim", "vma0->vm_refcnt == 1"});
  CHECK(s.expect.final_state == std::vector<std::string>{"thread_done(r1)"});
  CHECK(s.expect.violations == std::vector<std::string>{"no-stuck"});
  CHECK_FALSE(s.expect.all_done);
  CHECK(s.toml == kWhole);
  const std::vector<ObjectName> names = object_names(s);
  REQUIRE(names.size() == 6);
  CHECK(names[1].name == "mm1");
  CHECK(names[1].address == mm_address(1));
  CHECK(names[4].address == vma_address(2));
  CHECK(names[5].address == task_address(0));
  const SpeakerNotes notes = speaker_notes(s);
  CHECK(notes.opening == "Speak up.");
  CHECK(notes.captions == std::vector<std::string>{"Point at r1."});
}

TEST_CASE("a scenario that came through a mail or a word processor is refused by the name of what is wrong") {
  const auto says = [](const std::string& text, const std::string& place, const std::string& part) {
    CAPTURE(text);
    CHECK(contains(error_of(text, place), part));
  };
  says("title = \xe2\x80\x9ct\xe2\x80\x9d\n", "\xe2\x80\x9c", "a left double quotation mark (U+201C)");
  says("title\xc2\xa0= \"t\"\n", "\xc2\xa0", "a no-break space (U+00A0)");
  says("title = \"t\"\n\xe2\x80\x8border = 1\n", "\xe2\x80\x8b", "a zero-width space (U+200B)");
  says("title = \"t\"\norder = 1\xe2\x80\xaf\n", "\xe2\x80\xaf", "a narrow no-break space (U+202F)");
  says("title = \"t\"\n\xef\xbb\xbforder = 1\n", "\xef\xbb\xbf", "a byte order mark (U+FEFF)");
  says(
      "title = \"t\"\norder = \xe2\x80\x93"
      "1\n",
      "\xe2\x80\x93", "an en dash (U+2013)");
  says("title = \"caf\xe9\"\n", "\xe9", "a byte that is no UTF-8 (0xe9)");
  says("title = \"t\x1b[2J\"\n", "\x1b", "an escape character (U+001B)");
  says("# \x07\ntitle = \"t\"\n", "\x07", "a control character (U+0007)");
  says("> title = \"t\"\n", ">", "quoted mail");
  says("title =3D \"t\"\n", "=3D", "quoted-printable");
  says("title = &quot;t&quot;\n", "&", "HTML");
  says("title =\n\"t\"\n", "=", "soft line end");
  says("title = \"t=\nu\"\n", "\"t=", "soft line end");
  says("title = \"t\nstory = 'x'\n", "\"t", "does not end on its line");
  says("title = 't\n", "'t", "does not end on its line");
  says("story = \"\"\"t\n", "\"\"\"t", "has no end");
  says("title = \"t\" \"u\"\n", "\"u\"", "no text in quotes can begin here");
  says("title = \"t\" u\n", "u", "no more can follow it");
  says("\"\"\"title\"\"\" = 1\n", "\"\"\"title", "cannot be a key");
  says("title = " + std::string(100, '[') + "\n", "[", "brackets are open");
  says(std::string("\xff\xfet\0", 4), "", "UTF-16");
  // What is no damage: a byte order mark at the start, CR LF, and anything in strings and comments.
  CHECK(parse(with("'order' = 3\nlockdep = true # \"x")));
  std::string text = "\xef\xbb\xbf" + with("story = \"\"\"a \xe2\x80\x9cquote\xe2\x80\x9d\xc2\xa0\xef\xbf\xbd \\\"\"\"\" # \xe2\x80\x8b");
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) text.insert(at, "\r");
  CHECK(contains(parse(text).value().story, "\xe2\x80\x9cquote\xe2\x80\x9d"));
}

TEST_CASE("what the library holds for white space or reads past is an error and no accident") {
  // Shapes that reach the library's tables of characters behind a quote that begins no string of TOML's.
  for (const std::string text :
       {"n=7'\xef\xbb\xbe=", "n=2\"\xef\xbb\xbd=\"", "a=1\"\xe1\x9a\x81", "x=true'\xe2\x81\x9e'", "[t]\"\xe2\x80\x8c", "d=1979-05-27\"\xef\xbe\xbf",
        "k='''a'''\"\xef\xbb\xbd", "\"a\\\n\xef\xbb\xbd", "a=\"\\", "a=\"\\\n\"", "a='''", "''''''", "a.'b'\"c\"=1", "[[['a']]"}) {
    CAPTURE(text);
    CHECK_FALSE(parse(text).has_value());
    CHECK_FALSE(parse("title = \"t\"\n" + text + "\n").has_value());
  }
}

TEST_CASE("what is not understood is an error with a place") {
  CHECK(contains(error_of("title = "), "not TOML"));
  CHECK(contains(error_of(with("tittle = 1"), "tittle"), "unknown key 'tittle' in the scenario; it has title, order"));
  CHECK(contains(error_of(with("", "nice = 5"), "nice"), "unknown key 'nice' in [[thread]]; it has name, run and count"));
  CHECK(contains(error_of(with("signals = 1"), "1"), "true or false"));
  CHECK(contains(error_of(with("seq_bits = 1"), "1"), "from 2 to 32"));
  CHECK(contains(error_of(with("seq_bits = 33"), "33"), "from 2 to 32"));
  CHECK(contains(error_of(with("seq_bits = 4.5"), "4.5"), "whole number"));
  CHECK(contains(error_of(with("order = \"x\""), "\"x\""), "whole number"));
  CHECK(contains(error_of(with("story = 5"), "5"), "a text in quotes"));
  CHECK(contains(error_of("story = \"no title\"\n[[thread]]\nname=\"a\"\nrun=\"f()\"\n"), "needs 'title'"));
  CHECK(contains(error_of("title = \"t\"\n"), "at least one [[thread]]"));
  CHECK(contains(error_of("title = \"t\"\nmm = 3\n", "3"), "tables: [[mm]]"));
  CHECK(contains(error_of("title = \"t\"\nthread = [1]\n", "1"), "expected a table"));
  CHECK(contains(error_of("title = \"t\"\nexpect = 1\n", "1"), "a table: [expect]"));
  CHECK(contains(error_of(with("", "[[thread]]\nname = \"r1\"\nrun = \"f()\""), "\"r1\""), "two objects named 'r1'"));
  CHECK(contains(error_of(with("", "[[thread]]\nname = \"mm0\"\nrun = \"f()\""), "\"mm0\""), "two objects named 'mm0'"));
  CHECK(contains(error_of(with("", "[[thread]]\nname = \"r-1\"\nrun = \"f()\"")), "cannot be a name"));
  CHECK(contains(error_of(with("", "[[thread]]\nname = \"r2\"")), "needs 'run'"));
  CHECK(contains(error_of(with("", "[[thread]]\nname = \"r2\"\nrun = \"\"")), "is empty"));
  CHECK(contains(error_of(with("", "[[mm]]\nname = \"mm1\"\ncount = 0")), "from 1"));
  CHECK(contains(error_of(with("", "[[mm]]\nname = \"mm1\"\nlock_seq = 3"), "3"), "even"));
  CHECK(contains(error_of(with("seq_bits = 3", "[[mm]]\nname = \"mm1\"\nlock_seq = 8"), "8"), "from 0 to 6"));
  CHECK(contains(error_of(with("", "[expect]\nviolations = [\"refcnt\"]")), "no check named 'refcnt'"));
  CHECK(contains(error_of(with("", "[expect]\nfinal = \"x\"")), "list of texts"));
  CHECK(contains(error_of(with("", "[expect]\nfinal = [1]"), "1"), "no text"));
}

TEST_CASE("characters beyond ASCII stand in texts and comments, and nowhere else") {
  // Found by fuzzing: the TOML library's table of white space is undefined on some of them.
  CHECK(contains(error_of("title =---QP\xc2\xa7\xd2\xb3icense\n", "\xc2\xa7"), "only in a text in quotes or a comment"));
  CHECK(contains(error_of("title = \"\"\"a\"\"\"\" \xd2\xb3\n"), "not TOML"));
  CHECK(contains(error_of("title = 'a' \xd2\xb3\n"), "only in a text"));
  for (const char* line : {"# \xd2\xb3", "story = \"\xd2\xb3 \\\" \xd2\xb3\"", "story = '\xd2\xb3'", "story = \"\"\"\n\"\xd2\xb3\"\n\"\"\"\"\"",
                           "story = '''\n'\xd2\xb3\n'''"}) {
    CAPTURE(line);
    CHECK(parse(with(line)).has_value());
  }
  CHECK(parse("\xef\xbb\xbf" + with("")).has_value());
}

TEST_CASE("a key of very many parts is refused before anybody follows it") {
  std::string key = "a";
  for (int i = 0; i < 100000; ++i) key += ".a";
  CHECK(contains(error_of("title = \"t\"\n" + key + " = 1\n"), "more than 64 parts"));
  CHECK(contains(error_of("title = \"t\"\n[" + key + "]\n"), "more than 64 parts"));
  CHECK(parse(with("story = \"a.b.c.d." + key + "\"")).has_value());
}

TEST_CASE("VMAs that cannot be") {
  const auto vma = [](const std::string& keys) { return with("", "[[vma]]\nname = \"v\"\n" + keys); };
  CHECK(parse(vma("mm = \"mm0\"\nstart = 0x7000\nend = 0x8000")).has_value());
  CHECK(contains(error_of(vma("")), "needs 'mm'"));
  CHECK(contains(error_of(vma("mm = \"mm9\""), "\"mm9\""), "no [[mm]] named 'mm9'"));
  CHECK(contains(error_of(vma("mm = \"\"\nattached = true")), "cannot be attached"));
  CHECK(contains(error_of(vma("mm = \"mm0\"\nstart = 0x1800"), "0x1800"), "page-aligned"));
  CHECK(contains(error_of(vma("mm = \"mm0\"\nend = 0x9000"), "0x9000"), "to 32768"));
  CHECK(contains(error_of(vma("mm = \"mm0\"\nstart = -4096"), "-4096"), "from 0"));
  CHECK(contains(error_of(vma("mm = \"mm0\"\nstart = 0x2000")), "empty"));
  const std::string second = "mm = \"mm0\"\n[[vma]]\nname = \"u\"\nmm = \"mm0\"\nstart = 0\nend = 0x1000\n";
  CHECK(parse(vma(second)).has_value());
  CHECK(contains(error_of(vma(second + "[[vma]]\nname = \"w\"\nmm = \"mm0\"\nstart = 0x1000\nend = 0x3000")), "w overlaps v"));
  CHECK(parse(vma(second + "[[vma]]\nname = \"w\"\nmm = \"mm0\"\nattached = false")).has_value());
}

TEST_CASE("limits") {
  std::string threads, mms, vmas;
  for (int i = 2; i <= 17; ++i) {
    const std::string n = std::to_string(i);
    threads += "[[thread]]\nname = \"r" + n + "\"\nrun = \"f()\"\n";
    if (i <= 16) CHECK(parse(with("", threads)).has_value());
    mms += "[[mm]]\nname = \"m" + n + "\"\n";
    vmas += "[[vma]]\nname = \"v" + n + "\"\nmm = \"\"\n";
    if (i == 4) CHECK(parse(with("", mms + vmas)).has_value());
  }
  CHECK(contains(error_of(with("", threads)), "too many threads: a scenario has at most 16"));
  CHECK(contains(error_of(with("", mms)), "too many mms"));
  CHECK(contains(error_of(with("", vmas)), "too many VMAs"));
}

TEST_CASE("damaged text is an error or another scenario, never a crash") {
  const std::string whole = kWhole;
  for (std::size_t n = 0; n < whole.size(); n += 3) {
    (void)parse(whole.substr(0, n));
    for (const char c : {'\0', '"', '[', '\xff', '9'}) {
      std::string changed = whole;
      changed[n] = c;
      (void)parse(changed);
    }
  }
  CHECK_FALSE(parse(std::string(5000, '[')).has_value());
  CHECK_FALSE(parse("title = \"t\"\norder = 99999999999999999999999\n").has_value());
}

TEST_CASE("standard scenarios") {
  const Scenario s = standard_scenario(2, 1, 1).value();
  CHECK(s.name == "standard-2-1-1");
  REQUIRE(s.threads.size() == 4);
  CHECK(s.threads[1].name == "r2");
  CHECK(s.threads[1].call == "reader(mm0, 0x1000)");
  CHECK(s.threads[2].call == "writer(mm0, 0x1000)");
  CHECK(s.threads[3].name == "d1");
  CHECK(s.threads[3].call == "detacher(mm0, 0x1000)");
  CHECK(s.demo.empty());
  CHECK_FALSE(s.goals.empty());
  const Scenario again = parse_scenario(s.toml, s.name, "again").value();
  CHECK(again.threads.size() == 4);
  CHECK(again.title == s.title);
  CHECK(standard_scenario(0, 1, 0).value().goals.empty());
  CHECK(standard_scenario(16, 0, 0).has_value());
  for (const auto& [r, w, d] : {std::array{0, 0, 0}, {17, 0, 0}, {8, 8, 1}, {-1, 2, 0}, {2000000000, 2000000000, 5}}) {
    CHECK_FALSE(standard_scenario(r, w, d).has_value());
  }
}

TEST_CASE("scenarios are found by name, path and number") {
  const std::filesystem::path assets = std::filesystem::temp_directory_path() / "vmalab-scenario-test";
  std::filesystem::create_directories(assets / "scenarios");
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(assets / "scenarios" / name) << text; };
  write("two-readers.toml", with("order = 2"));
  write("writer-alone.toml", with("order = 1"));
  CHECK(find_scenario(assets, "two-readers").value().name == "two-readers");
  CHECK(find_scenario("/nowhere", (assets / "scenarios/two-readers.toml").string()).value().name == "two-readers");
  CHECK(find_scenario(assets, "standard-3-0-1").value().threads.size() == 4);
  CHECK(find_scenario(assets, "std-1-1-0").value().name == "standard-1-1-0");
  for (const char* bad : {"standard-3-0", "standard-3-0-1-", "standard--1-1-1", "standard-0-0-0", "std-99999999999-0-0", "standard-"}) {
    CHECK_FALSE(find_scenario(assets, bad).has_value());
  }
  CHECK(contains(find_scenario(assets, assets.string()).error().message, "this is a directory, not a scenario"));
  const std::string message = find_scenario(assets, "tow-reader").error().message;
  CHECK(message.find("two-readers") < message.find("writer-alone"));
  CHECK_FALSE(find_scenario(assets, "../scenarios/two-readers").has_value());
  CHECK_FALSE(find_scenario(assets, "missing.toml").has_value());
  CHECK_FALSE(find_scenario("/nowhere", "two-readers").has_value());

  const auto all = list_scenarios(assets).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "writer-alone");
  write("broken.toml", "title = ");
  const auto broken = list_scenarios(assets);
  REQUIRE_FALSE(broken.has_value());
  CHECK(contains(broken.error().file, "broken.toml"));
  std::filesystem::remove_all(assets);
}

TEST_CASE("the scenarios that come with the program can be read") {
  const auto all = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(all.has_value());
  CHECK(all->size() >= 14);
  for (const Scenario& s : *all) {
    CAPTURE(s.name);
    CHECK_FALSE(s.story.empty());
    CHECK_FALSE(s.demo.empty());
    CHECK(s.order < 1000000);
  }
}

}  // namespace vmalab
