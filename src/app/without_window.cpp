// SPDX-License-Identifier: GPL-2.0-only
// In the place of the folder window/, in a build without a window.
#include "app/window.h"

namespace vmalab::app {
namespace {

tl::unexpected<Diagnostic> cannot_draw() { return fail("this vmalab was built without the window (VMALAB_UI=OFF) and cannot draw it"); }

}  // namespace

bool has_window() { return false; }

std::span<const PictureFormat> picture_formats() { return {}; }
const PictureFormat* find_picture_format(const std::filesystem::path&) { return nullptr; }
Result<std::string> draw_run(const ExportCommand&, const Workspace&, Document, StepRange, const RecordedRun::Progress&) { return cannot_draw(); }
std::vector<std::string> panel_words() { return {}; }
std::string film_help() { return "\nNot in this build, which has no window.\n"; }

Result<int> OpenCommand::run(const Workspace& workspace) const {
  return play_instead_of_window(*this, workspace, "this vmalab was built without it (VMALAB_UI=OFF).",
                                "`vmalab run -i` steers a run here. For the window, build without -DVMALAB_UI=OFF, as ./run does.");
}
Result<int> ShotCommand::run(const Workspace&) const { return cannot_draw(); }
Result<int> FilmCommand::run(const Workspace&) const { return cannot_draw(); }

}  // namespace vmalab::app
