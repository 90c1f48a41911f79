// SPDX-License-Identifier: GPL-2.0-only
// A film as it is written: a TOML file (assets/films) that says which run is shown, shot by shot, how each is seen and what is said over it,
// and which files come of it. The same file always gives the same bytes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/scenario.h"
#include "machine/toml_table.h"
#include "run/session.h"
#include "run/workspace.h"

namespace vmalab {

struct FilmShot {
  TomlPlace place;
  // What happens: either the film's own steps, with what is said over them, or the next ones of the demo or the trace.
  DemoStep own;   ///< `own.action` is empty: none
  int steps = 0;  ///< of the demo or the trace
  TomlPlace steps_place;
  // How it is seen; what is not said stays as it was.
  std::optional<std::string> panel;  ///< "": each has its place
  std::optional<bool> stage, light;
  std::optional<double> scale;
  TomlPlace panel_place;
  std::optional<int> hold;  ///< milliseconds that its last picture stands; else until the caption is read
  std::string picture;      ///< .png of its last picture
  TomlPlace picture_place;
};

struct FilmOutput {
  std::string file;  ///< as it is written
  TomlPlace place;
};

struct Film {
  std::string title;  ///< in the place of the scenario's; empty: that
  std::string scenario, variant, trace;
  TomlPlace run_place;
  std::string beside;  ///< see what_to_put_beside(); empty: nothing
  TomlPlace beside_place;
  int width = 1280, height = 720;
  int pace = 700;  ///< milliseconds that a step stands
  int output_width = 0;
  std::vector<FilmOutput> outputs;
  std::vector<FilmShot> shots;
  std::string toml, name;      ///< the text, and what it is called in errors
  std::filesystem::path file;  ///< it was read from

  /// The steps are the film's own.
  bool tells_itself() const { return !shots.empty() && !shots.front().own.action.empty(); }
  Diagnostic error(TomlPlace where, std::string message) const { return error_in_toml(toml, name, where, std::move(message)); }
  /// A file that the film names: relative to the film's own folder.
  std::filesystem::path path_of(const std::string& written) const { return file.parent_path() / written; }
};

/// Every key of the file, for the page that explains it.
const TomlFormat& film_format();
/// `name` is what the text is called in errors.
Result<Film> parse_film(std::string_view toml, std::string_view name);
Result<Film> load_film(const std::filesystem::path& file);

/// The run that the film shows, and after how many steps each shot ends. A film that tells itself has its captions in the place of the
/// scenario's demo. Errors: what cannot be opened, a step that cannot happen, a caption that the machine contradicts, each with its line
/// in the film.
struct FilmRun {
  Document document;
  std::vector<int> ends;
};
Result<FilmRun> run_of(const Film& film, const Workspace& workspace);

}  // namespace vmalab
