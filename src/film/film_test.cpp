// SPDX-License-Identifier: GPL-2.0-only
#include "film/film.h"

#include <doctest/doctest.h>

#include "export/test_runs.h"
#include "run/demo.h"

namespace vmalab {
namespace {

using testing::must;

const std::string kOwn =
    "scenario = \"two-readers\"\n"
    "[[shot]]\n"
    "do = \"r1*4\"\n"
    "caption = \"r1 has a reference.\"\n"
    "claims = [\"references(r1, vma0) == 1\"]\n"
    "[[shot]]\n"
    "do = \"r2\"\n"
    "stage = true\n"
    "hold = 900\n";

Result<FilmRun> run(const std::string& text) {
  const Result<Film> film = parse_film(text, "film.toml");
  if (!film) return tl::unexpected(film.error());
  return run_of(*film, Workspace(VMALAB_TEST_ASSETS));
}
/// The text with one part replaced.
std::string with(std::string text, const std::string& part, const std::string& by) {
  text.replace(text.find(part), part.size(), by);
  return text;
}
void check_refused(const std::string& text, int line, const std::string& part) {
  CAPTURE(text);
  const Result<FilmRun> refused = run(text);
  REQUIRE(!refused);
  CAPTURE(refused.error().to_string());
  CHECK(refused.error().file == "film.toml");
  CHECK(refused.error().line == line);
  CHECK(refused.error().message.find(part) != std::string::npos);
}

TEST_CASE("a film tells itself: its steps and captions stand in the place of the demo's") {
  const FilmRun film = must(run(kOwn));
  CHECK(film.ends == std::vector<int>{4, 5});
  const Session& session = film.document.session;
  CHECK(session.depth() == 5);
  CHECK(must(Demo::of(session.machine())).steps().size() == 5);
  CHECK(session.machine().scenario().demo[0].caption == "r1 has a reference.");
  CHECK(must(run("title = \"My race\"\n" + std::string(kOwn))).document.session.talk().title() == "My race");
}

TEST_CASE("a film shows a demo, or a part of it") {
  const FilmRun film = must(run("scenario = \"two-readers\"\n[[shot]]\nsteps = 0\n[[shot]]\nsteps = 3\n[[shot]]\nsteps = 2\n"));
  CHECK(film.ends == std::vector<int>{0, 3, 5});
  const FilmRun variant = must(run("variant = \"put-wakes-freed-mm\"\n[[shot]]\nsteps = 114\n"));
  CHECK(variant.document.session.info(variant.document.session.path()[114]).violations != 0);
}

TEST_CASE("a film is refused at its line") {
  check_refused("[[shot]]\nsteps = 1\n", 1, "needs 'scenario'");
  check_refused("scenario = \"two-readers\"\n", 1, "at least one [[shot]]");
  check_refused("scenario = \"two-reader\"\n[[shot]]\nsteps = 1\n", 1, "two-readers");
  check_refused("scenario = \"two-readers\"\n[[shot]]\nsteps = 900\n", 3, "the run has");
  check_refused(with(kOwn, "r1*4", "r1*400"), 3, "goes no further than step 12");
  check_refused(with(kOwn, "r1*4", "r9"), 3, "r9");
  check_refused(with(kOwn, "== 1\"", "== 2\""), 3, "r1 has a reference.");
  check_refused(with(kOwn, "claims", "clams"), 5, "clams");
  check_refused(with(kOwn, "claims = [\"references(r1, vma0) == 1\"]\n", ""), 3, "claim");
  check_refused(with(kOwn, "do = \"r2\"", "steps = 1"), 7, "either every [[shot]] has 'do', or none");
  check_refused(with(kOwn, "stage = true", "picture = \"a.gif\""), 8, ".png");
  check_refused(with(kOwn, "stage = true", "theme = \"blue\""), 8, "dark");
  check_refused(with(kOwn, "stage = true", "scale = \"nan\""), 8, "0.5");
  check_refused("size = \"9x9\"\n" + kOwn, 1, "WIDTHxHEIGHT");
  check_refused("trace = \"a.jsonl\"\n" + kOwn, 1, "stands alone");
  check_refused("trace = \"not-there.jsonl\"\n[[shot]]\nsteps = 1\n", 1, "No such file");
  CHECK(!load_film("/no/such/film.toml"));
}

}  // namespace
}  // namespace vmalab
