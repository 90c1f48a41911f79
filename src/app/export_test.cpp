// SPDX-License-Identifier: GPL-2.0-only
// `vmalab export` as it is typed: what it writes of which run, and how it refuses.
#include "app/test_typing.h"

namespace vmalab {
namespace {

using namespace testing;

/// Types it and gives what was written.
std::string exported(const std::string& words, const std::string& name) {
  const std::string file = file_named(name);
  fs::remove(file);
  const Outcome outcome = type("vmalab export " + words + " -o " + file);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, file + ": "));
  return contents(file);
}

TEST_CASE("a run is exported by the extension of the file: a demo, a variant's, a schedule, a trace, a link") {
  CHECK(contains(exported("two-readers", "a.txt"), "Two readers"));
  CHECK(contains(exported("--variant put-wakes-freed-mm", "b.md"), "VIOLATED no-use-after-free"));
  CHECK(contains(exported("--readers 1 --writers 1 --schedule 'r1*4,w1'", "c.txt"), "vma0->vm_refcnt 1 -> 2"));
  CHECK(contains(exported("--readers 1 --writers 1 --random 7", "d.mmd"), "sequenceDiagram"));
  const std::string trace = file_named("e.jsonl");
  REQUIRE(type("vmalab run two-readers --schedule 'r1*5' --record " + trace).code == 0);
  const std::string recorded = exported(trace, "e.itf.json");
  CHECK(contains(recorded, "\"index\":5"));
  CHECK(!contains(recorded, "\"index\":6"));
  const std::string link = type("vmalab run two-readers --schedule 'r1*5' --link").out;
  CHECK(exported("'" + link.substr(0, link.find('\n')) + "'", "f.itf.json") == recorded);
  CHECK(contains(exported(trace + " --range 2-3", "g.txt"), "Steps 2 to 3 of 5."));
}

TEST_CASE("bad words to export are refused, and nothing is written") {
  const std::string out = file_named("out.txt");
  check_refused("vmalab export two-readers -o " + file_named("out.xyz"), ".html, .svg");
  check_refused("vmalab export two-readers -o " + file_named("out"), "extension");
  check_refused("vmalab export two-readers -o " + out + " --range 5-2", "ends before it begins");
  check_refused("vmalab export two-readers -o " + out + " --range 1-1000", "the run has steps 1 to");
  check_refused("vmalab export two-readers -o " + out + " --range nonsense", "no range of steps");
  check_refused("vmalab export two-readers -o " + out + " --columns 10", "--columns");
  check_refused("vmalab export no-such-scenario -o " + out, "no-such-scenario");
  check_refused("vmalab export --readers 1 -o " + out, "--schedule");
  check_refused("vmalab export two-readers -o /no/such/folder/out.txt", "/no/such/folder");
  check_refused("vmalab export two-readers", "--output");
  CHECK(!fs::exists(out));
}

TEST_CASE("a file that is there is kept, unless it is to be written over") {
  const std::string mine = write("mine.txt", "mine");
  check_refused("vmalab export two-readers -o " + mine, "--force");
  CHECK(contents(mine) == "mine");
  CHECK(type("vmalab export two-readers --force -o " + mine).code == 0);
  CHECK(contains(contents(mine), "Two readers"));
  // A disk without room: an error, and what was there stays.
  const Outcome full = type("vmalab export two-readers --force -o " + mine + ".txt && (ulimit -f 1; vmalab export two-readers --force -o " + mine +
                            ".html)");
  CHECK(full.code != 0);
  CHECK(!fs::exists(mine + ".html"));
  check_refused("ln -sf /dev/full " + file_named("full.txt") + "; vmalab export two-readers --force -o " + file_named("full.txt"), "full.txt");
}

TEST_CASE("moving pictures are the window's own, the same every time, within the size asked for") {
  if (VMALAB_HAS_WINDOW == 0) {
    check_refused("vmalab export two-readers -o " + file_named("none.gif"), "extension");
    return;
  }
  const std::string words = "two-readers --range 1-4 --size 640x360 --stage ";
  const std::string webp = exported(words, "a.webp");
  CHECK(webp.substr(0, 4) == "RIFF");
  CHECK(webp.substr(8, 4) == "WEBP");
  CHECK(exported(words, "b.webp") == webp);
  CHECK(exported(words + "--pace 300", "c.webp") != webp);
  const std::string gif = exported(words + "--width 320 --max-size 200K", "a.gif");
  CHECK(gif.substr(0, 6) == "GIF89a");
  CHECK(static_cast<unsigned char>(gif[6]) + 256 * static_cast<unsigned char>(gif[7]) == 320);
  CHECK(gif.size() <= 200'000);
  CHECK(exported(words, "a.png").substr(1, 3) == "PNG");
  check_refused("vmalab export " + words + " --max-size 10q -o " + file_named("tiny.gif"), "\"10q\" is no size; expected");
  check_refused("vmalab export " + words + " --max-size 100 -o " + file_named("tiny.gif"), "--max-size");
  check_refused("vmalab export " + words + " --panel nonsense -o " + file_named("tiny.gif"), "--panel");
  CHECK(!fs::exists(file_named("tiny.gif")));
  const Outcome film = type("command -v ffmpeg >/dev/null || exit 77; vmalab export " + words + " -o " + file_named("a.mp4"));
  if (film.code != 77) CHECK(contains(contents(file_named("a.mp4")).substr(0, 32), "ftyp"));
  check_refused("PATH=/nowhere; vmalab export " + words + " -o " + file_named("b.mp4"), "ffmpeg");
}

TEST_CASE("a film writes all of its files beside it, or none, and no others than were asked for") {
  const std::string text =
      "scenario = \"two-readers\"\nsize = \"640x360\"\noutputs = [\"two.gif\", \"two.txt\"]\n"
      "[[shot]]\nsteps = 2\n[[shot]]\nstage = true\nsteps = 2\npicture = \"two.png\"\n";
  const std::string film = write("films/two.toml", text);
  if (VMALAB_HAS_WINDOW == 0) {
    check_refused("vmalab film " + film, "without the window");
    return;
  }
  CHECK(type("vmalab film " + film).code == 0);
  const std::string gif = contents(file_named("films/two.gif"));
  CHECK(gif.substr(0, 6) == "GIF89a");
  CHECK(contents(file_named("films/two.png")).substr(1, 3) == "PNG");
  CHECK(contains(contents(file_named("films/two.txt")), "Two readers"));
  // The same file gives the same bytes; what is there is written over only when that is asked for.
  check_refused("vmalab film " + film, "exists already");
  CHECK(type("vmalab film --force " + film).code == 0);
  CHECK(contents(file_named("films/two.gif")) == gif);
  CHECK(type("vmalab film " + film + " -o " + file_named("films/three.webp")).code == 0);  // the shot's picture is not written
  CHECK(contents(file_named("films/three.webp")).substr(8, 4) == "WEBP");
  CHECK(type("vmalab film " + film + " -o " + file_named("films/last.png")).code == 0);
  CHECK(contents(file_named("films/last.png")) == contents(file_named("films/two.png")));
  check_refused("vmalab film " + film + " -o " + file_named("films/three.xyz") + " --force", "--output: error: the extension says what is written");
  // Side by side: another picture than of the run alone, and a panel of a shot takes its place.
  const auto pictured = [&](const std::string& name, const std::string& beside, const std::string& panel) {
    const std::string words = "variant = \"no-flag\"\n" + beside + "size = \"800x450\"\n[[shot]]\n" + panel + "steps = 3\npicture = \"" + name +
                              "\"\n";
    CHECK(type("vmalab film --force " + write("films/pair.toml", words)).code == 0);
    return contents(file_named("films/" + name));
  };
  const std::string pair = pictured("pair.png", "beside = \"none\"\n", ""), alone = pictured("alone.png", "", "");
  CHECK(pair != alone);
  CHECK(pictured("desk.png", "beside = \"none\"\n", "panel = \"\"\n") == alone);
  // One that cannot be written is enough.
  const std::string other = write("films/other.toml",
                                  "scenario = \"two-readers\"\noutputs = [\"one.gif\", \"no/such/folder/two.gif\"]\n[[shot]]\nsteps = 1\n");
  check_refused("vmalab film " + other, "no/such/folder");
  CHECK(!fs::exists(file_named("films/one.gif")));
  check_refused("vmalab film --force " + write("films/bad.toml", text + "panel = \"nonsense\"\n"), "bad.toml:10");
  check_refused("vmalab film " + write("films/beside.toml",
                                       "scenario = \"two-readers\"\nbeside = \"writer-alone\"\noutputs = [\"a.gif\"]\n"
                                       "[[shot]]\nsteps = 1\n"),
                "beside.toml:2");
  check_refused("vmalab film " + write("films/none.toml", "scenario = \"two-readers\"\n[[shot]]\nsteps = 1\n"), "nothing comes of this film");
  check_refused("vmalab film " + write("films/odd.toml", "scenario = \"two-readers\"\noutputs = [\"a.xyz\"]\n[[shot]]\nsteps = 1\n"), "odd.toml:2");
}

TEST_CASE("the help of export names every extension") {
  const std::string help = type("vmalab export --help").out;
  for (const char* extension : {".html", ".svg", ".txt", ".md", ".mmd", ".json", ".itf.json"}) CHECK(contains(help, extension));
}

}  // namespace
TEST_CASE("what another format would listen to is refused, and nothing is written") {
  for (const auto& [name, options] : {std::pair{"a.html", "--only-shared"}, std::pair{"a.svg", "--columns 60"}, std::pair{"a.mmd", "--columns=60"}}) {
    check_refused("vmalab export two-readers -o " + file_named(name) + " " + options, "is of transcripts (.txt, .md)");
    CHECK_FALSE(fs::exists(file_named(name)));
  }
#if VMALAB_HAS_WINDOW
  for (const char* options : {"--max-size 5K", "--width 400", "--stage", "--panel vma", "--pace 100", "--theme light", "--size 640x480"}) {
    check_refused("vmalab export two-readers -o " + file_named("a.txt") + " " + options, "is of pictures");
  }
  check_refused("vmalab export two-readers -o " + file_named("a.png") + " --only-shared", "is of transcripts");
#endif
}

TEST_CASE("each example of a command's help that needs no file of its own does what it says") {
  int examples = 0;
  for (const char* command : {"futures", "minimize", "why", "map", "diff"}) {
    std::istringstream lines(type("vmalab help " + std::string(command)).out);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  vmalab ") || contains(line, ".jsonl") || contains(line, "~/")) continue;
      const std::string words = line.substr(2, line.find("  ", 2) - 2);
      CAPTURE(words);
      const Outcome outcome = type(words);
      CHECK_MESSAGE((outcome.code == 0 || outcome.code == 1), outcome.err);
      ++examples;
    }
  }
  CHECK(examples >= 9);
}

}  // namespace vmalab
