// SPDX-License-Identifier: GPL-2.0-only
#include "film/film.h"

#include <array>
#include <tuple>

#include "base/input_file.h"
#include "base/numbers.h"
#include "run/chosen_steps.h"
#include "run/claims.h"
#include "run/demo.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

constexpr std::array kKeys{
    TomlKey{"", "title", "what is shown, in the place of the scenario's title"},
    TomlKey{"", "scenario", "the name of a scenario, or standard-2-1-0; or `trace`, or a `variant` that names one"},
    TomlKey{"", "variant", "the name of a variant"},
    TomlKey{"", "trace", "a recorded run, beside the film"},
    TomlKey{"", "beside",
            "what is put beside it, side by side: a variant, `none` for the lock as it is, `lockdep` for the other way, a C file, a Linux tree"},
    TomlKey{"", "size", "\"WIDTHxHEIGHT\" that is drawn; \"1280x720\" is the usual"},
    TomlKey{"", "width", "pictures in files are made smaller, to this width"},
    TomlKey{"", "pace", "milliseconds that a step stands; 700 is the usual. A caption stands until it is read"},
    TomlKey{"", "outputs", "the files that come of it, beside the film: .webp, .gif, .mp4, and whatever `vmalab export` writes"},
    TomlKey{"", "shot", "a part of the film, one table [[shot]] after the other; at least one"},

    TomlKey{"shot", "do", "steps of its own, \"r1*3\": what is said over them are `caption` and `claims`, as in [[demo]]"},
    TomlKey{"shot", "caption", "a sentence or two over `do`"},
    TomlKey{"shot", "claims", "what each sentence says of the machine"},
    TomlKey{"shot", "steps", "so many of the next steps of the demo or the trace, with their captions; 0 shows what is there"},
    TomlKey{"shot", "stage", "true: stage mode; it stays until it is false"},
    TomlKey{"shot", "panel", "the panel that fills the window, until it is another, or \"\""},
    TomlKey{"shot", "scale", "larger or smaller text: \"0.5\" to \"4\""},
    TomlKey{"shot", "theme", "\"dark\" or \"light\""},
    TomlKey{"shot", "hold", "milliseconds that its last picture stands"},
    TomlKey{"shot", "picture", "a .png of its last picture, beside the film"},
};
constexpr std::array<TomlTitle, 2> kTitles{{{"", "the film"}, {"shot", "[[shot]]"}}};
constexpr TomlFormat kFormat{kKeys, kTitles};

class FilmReader {
 public:
  explicit FilmReader(Film& out) : film_(out) {}

  void read(TomlTable& t) {
    film_.title = t.text("title", false);
    film_.scenario = t.text("scenario", false);
    film_.variant = t.text("variant", false);
    film_.trace = t.text("trace", false);
    film_.run_place = t.place(!film_.trace.empty() ? "trace" : !film_.scenario.empty() ? "scenario" : "variant");
    const int said = (film_.scenario.empty() ? 0 : 1) + (film_.trace.empty() ? 0 : 1);
    if (said == 0 && film_.variant.empty()) t.error("scenario", "a film needs 'scenario', 'variant' or 'trace'");
    if (said == 2 || (!film_.trace.empty() && !film_.variant.empty()))
      t.error("trace", "a trace brings its scenario and its code: 'trace' stands alone");
    film_.beside = t.text("beside", false);
    film_.beside_place = t.place("beside");
    size(t);
    film_.output_width = static_cast<int>(t.number("width", 160, 8192, 0));
    film_.pace = static_cast<int>(t.number("pace", 20, 60'000, film_.pace));
    std::vector<TomlPlace> places;
    const std::vector<std::string> outputs = t.texts("outputs", &places);
    for (std::size_t i = 0; i < outputs.size(); ++i) film_.outputs.push_back({outputs[i], places[i]});
    t.tables("shot", [this](TomlTable& one) { shot(one); });
    t.finish();
    if (film_.shots.empty()) t.error("shot", "a film needs at least one [[shot]]");
  }

 private:
  void size(TomlTable& t) {
    if (!t.has("size")) return;
    if (const std::optional<std::pair<int, int>> size = parse_size(t.text("size", true))) {
      std::tie(film_.width, film_.height) = *size;
    } else {
      t.error("size", "'size' is \"WIDTHxHEIGHT\", 320x200 to 8192x8192");
    }
  }

  void shot(TomlTable& t) {
    FilmShot shot;
    shot.place = t.place("");
    shot.own.action = t.text("do", false);
    shot.own.place = t.place("do");
    shot.own.caption = t.text("caption", false);
    shot.own.claims = t.texts("claims");
    shot.steps = static_cast<int>(t.number("steps", 0, 1'000'000, 0));
    shot.steps_place = t.place("steps");
    if (t.has("do") && t.has("steps")) t.error("steps", "a [[shot]] has either 'do' or 'steps'");
    if (!t.has("do") && (t.has("caption") || t.has("claims"))) t.error("caption", "'caption' and 'claims' are said over 'do'");
    if (!film_.shots.empty() && t.has("do") != film_.tells_itself()) {
      t.error(t.has("do") ? "do" : "steps", "either every [[shot]] has 'do', or none: a film tells itself, or shows a demo or a trace");
    }
    if (t.has("stage")) shot.stage = t.flag("stage", false);
    if (t.has("panel")) shot.panel = t.text("panel", false);
    shot.panel_place = t.place("panel");
    if (t.has("theme")) {
      const std::string theme = t.text("theme", true);
      if (theme != "dark" && theme != "light") t.error("theme", "'theme' is \"dark\" or \"light\"");
      shot.light = theme == "light";
    }
    if (t.has("scale")) {
      const std::string scale = t.text("scale", true);
      char* end = nullptr;
      const double number = std::strtod(scale.c_str(), &end);
      if (scale.empty() || *end != '\0' || !(number >= 0.5 && number <= 4)) t.error("scale", "'scale' is a number in quotes, \"0.5\" to \"4\"");
      shot.scale = number;
    }
    if (t.has("hold")) shot.hold = static_cast<int>(t.number("hold", 0, 600'000, 0));
    shot.picture = t.text("picture", false);
    shot.picture_place = t.place("picture");
    if (!shot.picture.empty() && !shot.picture.ends_with(".png")) t.error("picture", "'picture' is a file that ends in .png");
    film_.shots.push_back(std::move(shot));
  }

  Film& film_;
};

/// The scenario with the film's shots in the place of its demo.
Scenario retold(Scenario scenario, const Film& film) {
  scenario.demo.clear();
  scenario.story.clear();
  scenario.story_claims.clear();
  for (const FilmShot& shot : film.shots) scenario.demo.push_back(shot.own);
  scenario.toml = film.toml;
  scenario.origin = film.name;
  return scenario;
}

Result<FilmRun> run_own_steps(const Film& film, Document document, const Workspace& workspace) {
  const Machine& before = document.session.machine();
  Result<Machine> machine = Machine::build(retold(before.scenario(), film), before.code());
  if (!machine) return tl::unexpected(machine.error());
  Prover prover(workspace);
  const Result<std::vector<Diagnostic>> faults = check_captions(*machine, prover);
  if (!faults) return tl::unexpected(faults.error());
  if (!faults->empty()) return tl::unexpected(faults->front());
  const Result<Demo> demo = Demo::of(*machine);
  if (!demo) return tl::unexpected(demo.error());
  document.session = Session(std::move(*machine));
  FilmRun out{std::move(document), std::vector<int>(film.shots.size())};
  for (const Demo::Step& step : demo->steps()) {
    const FilmShot& shot = film.shots[static_cast<std::size_t>(step.line)];
    const Result<NodeId> applied = out.document.session.apply(step.action);
    if (!applied) return tl::unexpected(film.error(shot.own.place, "this cannot happen here: " + applied.error().message));
    out.ends[static_cast<std::size_t>(step.line)] = out.document.session.depth();
  }
  return out;
}

Result<FilmRun> run_given_steps(const Film& film, Document document) {
  Session& session = document.session;
  if (!document.origin.recorded() && !session.machine().scenario().demo.empty()) {
    StepChoice demo;
    demo.demo = true;
    if (const Result<std::string> taken = take_steps(demo, session); !taken) return tl::unexpected(taken.error());
  }
  const int there = static_cast<int>(session.path().size()) - 1;
  FilmRun out{std::move(document), {}};
  int end = 0;
  for (const FilmShot& shot : film.shots) {
    end += shot.steps;
    if (end > there) {
      return tl::unexpected(film.error(
          shot.steps_place, "the run has fewer steps: the shots have come to step " + std::to_string(end) + ", and it has " + std::to_string(there)));
    }
    out.ends.push_back(end);
  }
  return out;
}

}  // namespace

const TomlFormat& film_format() { return kFormat; }

Result<Film> parse_film(std::string_view toml, std::string_view name) {
  Film film;
  film.toml = toml;
  film.name = name;
  if (std::optional<Diagnostic> error = read_toml(toml, name, kFormat, [&](TomlTable& t) { FilmReader(film).read(t); }))
    return tl::unexpected(*error);
  return film;
}

Result<Film> load_film(const std::filesystem::path& file) {
  const Result<std::string> text = read_input(file, "a film", kMostBytes);
  if (!text) return tl::unexpected(text.error());
  Result<Film> film = parse_film(*text, file.string());
  if (film) film->file = file;
  return film;
}

Result<FilmRun> run_of(const Film& film, const Workspace& workspace) {
  Origin origin;
  origin.text = film.scenario;
  origin.code.variant = film.variant;
  if (!film.trace.empty()) {
    origin.what = Origin::What::kTrace;
    origin.text = film.path_of(film.trace).string();
  } else if (film.scenario.ends_with(".toml")) {
    origin.what = Origin::What::kFile;
    origin.text = film.path_of(film.scenario).string();
  }
  Result<Document> document = workspace.open(origin);
  if (!document) {
    // What is wrong in another file is told there.
    if (document.error().line > 0) return tl::unexpected(document.error());
    return tl::unexpected(film.error(film.run_place, document.error().message));
  }
  Result<FilmRun> run = film.tells_itself() ? run_own_steps(film, std::move(*document), workspace) : run_given_steps(film, std::move(*document));
  if (run && !film.title.empty()) {
    Talk talk = run->document.session.talk();
    if (const Result<void> set = talk.set_title(film.title); !set) return tl::unexpected(film.error(film.run_place, set.error().message));
    run->document.session.retell(std::move(talk));
  }
  return run;
}

}  // namespace vmalab
