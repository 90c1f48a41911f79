// SPDX-License-Identifier: GPL-2.0-only
// `vmalab film`: draws what a film says, and writes the files that come of it, all or none.
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <cstdio>

#include "app/commands.h"
#include "app/help_texts.h"

#include "app/platform/desktop/offscreen.h"
#include "app/player.h"
#include "app/text.h"
#include "app/window/pictures.h"
#include "base/output_file.h"
#include "export/format.h"
#include "film/animation.h"
#include "film/film.h"
#include "film/shots.h"

namespace vmalab::app {

namespace {

/// Draws a film, and has its files.
class Studio {
 public:
  /// @param pictures the shots' pictures are written as well
  Studio(const Film& film, const Workspace& workspace, std::vector<FilmOutput> outputs, bool pictures)
      : film_(film), workspace_(workspace), outputs_(std::move(outputs)), shot_pictures_(pictures) {}

  /// Before the work, not after it.
  Result<void> check(bool force) const {
    std::vector<std::filesystem::path> files;
    for (const FilmOutput& output : outputs_) {
      files.push_back(path_of(output));
      if (find_picture_format(output.file) != nullptr || find_export_format(output.file) != nullptr) continue;
      const std::string why = "the extension says what is written, and " + output.file + " has none of " + known_extensions();
      return output.place.line > 0 ? tl::unexpected(film_.error(output.place, why)) : fail(why, "--output");
    }
    for (const FilmShot& shot : film_.shots) {
      if (shot_pictures_ && !shot.picture.empty()) files.push_back(film_.path_of(shot.picture));
    }
    if (files.empty()) return fail("nothing comes of this film: give it 'outputs' or a 'picture', or say -o FILE", film_.name);
    for (const std::filesystem::path& file : files) {
      if (Result<void> can = check_output(file); !can) return can;
      std::error_code error;
      if (!force && std::filesystem::is_regular_file(file, error)) return fail("the file exists already; --force writes over it", file.string());
    }
    return {};
  }

  Result<void> draw() {
    Result<FilmRun> run = run_of(film_, workspace_);
    if (!run) return tl::unexpected(run.error());
    const Session whole = run->document.session;
    run->document.session = Session(whole.machine());
    Talk titled;
    if (const Result<void> set = titled.set_title(whole.talk().title()); !set) return set;
    run->document.session.retell(std::move(titled));
    Result<std::unique_ptr<Workbench>> bench = workbench_on(std::move(run->document), {}, {}, workspace_);
    if (!bench) return tl::unexpected(bench.error());
    Result<Offscreen> screen = Offscreen::create(film_.width, film_.height);
    if (!screen) return tl::unexpected(screen.error());
    (*bench)->motion().set_on(false);
    if (!film_.beside.empty()) {
      if (const Result<void> put = put_beside(**bench, film_.beside); !put)
        return tl::unexpected(film_.error(film_.beside_place, "this cannot be put beside it: " + put.error().message));
    }
    if (Result<void> shot = shoot(whole, run->ends, **bench, *screen); !shot) return shot;
    return encode(whole);
  }

  /// A file that is there already is written over, only where that was asked for.
  Result<void> write(bool force) {
    std::vector<PendingFile> pending;
    for (const auto& [file, bytes] : files_) {
      Result<PendingFile> one = PendingFile::write(file, bytes, force);
      if (!one) return tl::unexpected(one.error());
      pending.push_back(std::move(*one));
    }
    for (PendingFile& file : pending) {
      if (Result<void> done = file.commit(); !done) return done;
    }
    for (const auto& [file, bytes] : files_) {
      if (Result<void> told = tell_written(file, size_text(bytes.size())); !told) return told;
    }
    return {};
  }
  std::size_t file_count() const { return files_.size(); }

 private:
  std::filesystem::path path_of(const FilmOutput& output) const {
    return output.place.line > 0 ? film_.path_of(output.file) : std::filesystem::path(output.file);
  }
  Result<std::string> png(const Image& image) const { return encode_png(film_.output_width > 0 ? scaled(image, film_.output_width) : image); }

  Result<void> shoot(const Session& whole, const std::vector<int>& ends, Workbench& bench, Offscreen& screen) {
    Pace pace;
    pace.step = film_.pace;
    const std::vector<Shot> times = whole.path().size() > 1 ? shots_of(RecordedRun(whole), pace) : std::vector<Shot>{{0, pace.opening}};
    int step = 0;
    for (std::size_t i = 0; i < film_.shots.size(); ++i) {
      const FilmShot& shot = film_.shots[i];
      if (Result<void> aimed = aim(bench, shot); !aimed) return aimed;
      // Every step has its picture, and a shot without a step that of what is there.
      const bool still = ends[i] == step;
      for (step += still ? 0 : 1; step <= ends[i]; ++step) {
        if (!keep_going()) return fail("stopped");
        const Result<Image> image = draw_step(bench, screen, whole, step);
        if (!image) return tl::unexpected(image.error());
        const bool last = step == ends[i];
        const int usual = still ? pace.opening : times[static_cast<std::size_t>(step)].milliseconds;
        reel_.add(*image, last && shot.hold ? *shot.hold : usual);
        if (last && shot_pictures_ && !shot.picture.empty()) {
          Result<std::string> bytes = png(*image);
          if (!bytes) return tl::unexpected(bytes.error());
          files_.emplace_back(film_.path_of(shot.picture), std::move(*bytes));
        }
        last_ = std::move(*image);
      }
      step = ends[i];
    }
    return {};
  }

  Result<void> aim(Workbench& bench, const FilmShot& shot) const {
    if (shot.light) bench.appearance().set_theme(*shot.light ? ThemeId::kLight : ThemeId::kDark);
    if (shot.scale) bench.appearance().set_zoom(*shot.scale);
    if (shot.stage && *shot.stage != bench.stage().on()) *shot.stage ? bench.enter_stage() : bench.leave_stage();
    if (shot.panel) {
      const std::optional<PanelId> panel = find_panel(*shot.panel);
      if (!shot.panel->empty() && !panel)
        return tl::unexpected(film_.error(shot.panel_place, "there is no panel '" + *shot.panel + "'; there are " + panel_names()));
      bench.panels.arrangement.fill(panel);
    }
    return {};
  }

  Result<void> encode(const Session& whole) {
    for (const FilmOutput& output : outputs_) {
      ExportOptions options;
      options.assets = workspace_.assets();
      const ExportFormat* text = find_export_format(output.file);
      const Encoder moving = text != nullptr ? nullptr : find_picture_format(output.file)->encode;
      Result<std::string> bytes = text != nullptr     ? text->write(RecordedRun(whole), options)
                                  : moving == nullptr ? png(last_)
                                                      : encode_within(reel_, moving, {film_.output_width, 0}, [this] { return keep_going(); });
      if (!bytes) return tl::unexpected(bytes.error());
      files_.emplace_back(path_of(output), std::move(*bytes));
    }
    return {};
  }

  bool keep_going() {
    if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r%s: picture %d  (Ctrl-C stops)", film_.name.c_str(), ++pictures_);
    return !interrupted();
  }

  const Film& film_;
  const Workspace& workspace_;
  std::vector<FilmOutput> outputs_;
  Reel reel_;
  Image last_;  ///< its picture is what a .png shows
  std::vector<std::pair<std::filesystem::path, std::string>> files_;
  bool shot_pictures_;
  int pictures_ = 0;
};

}  // namespace

std::string film_help() {
  std::string text = "\nA film is a TOML file with these keys:\n";
  std::string_view table;
  for (const TomlKey& key : film_format().keys) {
    if (key.table != table) text += "in " + std::string(film_format().title_of(key.table)) + ":\n";
    table = key.table;
    text += "  " + padded(key.name, 10) + std::string(key.meaning) + "\n";
  }
  return text + "\nExample:\n  vmalab film assets/films/demo.toml -o demo.webp\n";
}

Result<int> FilmCommand::run(const Workspace& workspace) const {
  catch_interrupts();
  for (const std::filesystem::path& file : files) {
    const Result<Film> film = load_film(file);
    if (!film) return tl::unexpected(film.error());
    Studio studio(*film, workspace, output.empty() ? film->outputs : std::vector<FilmOutput>{{output.string(), {}}}, output.empty());
    if (const Result<void> checked = studio.check(force); !checked) return tl::unexpected(checked.error());
    const Result<void> drawn = studio.draw();
    if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r\033[K");
    if (interrupted()) return static_cast<int>(kExitInterrupted);
    if (!drawn) return tl::unexpected(drawn.error());
    if (const Result<void> written = studio.write(force); !written) return tl::unexpected(written.error());
    spdlog::info("{}: {} files", file.string(), studio.file_count());
  }
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
