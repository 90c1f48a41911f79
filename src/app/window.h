// SPDX-License-Identifier: GPL-2.0-only
// The part of the program that needs a window: what is said here, and OpenCommand, ShotCommand and FilmCommand. The folder
// window/ has it; without_window.cpp stands in its place where VMALAB_UI is off.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "export/recorded_run.h"

namespace vmalab {
class Reel;
}

namespace vmalab::app {

bool has_window();

/// What is drawn and not written, by the extension of the file.
struct PictureFormat {
  std::string_view extension, what;
  /// Of moving pictures, as encode_within() takes it; null: it is a single one.
  Result<std::string> (*encode)(const Reel& reel, const std::function<bool()>& keep_going);
};
/// Empty without a window.
std::span<const PictureFormat> picture_formats();
/// By the end of the file's name; null: none of them.
const PictureFormat* find_picture_format(const std::filesystem::path& file);

/// The bytes of the file that was asked for, which is one of picture_formats(). `progress` as for every export.
Result<std::string> draw_run(const ExportCommand& command, const Workspace& workspace, Document document, StepRange range,
                             const RecordedRun::Progress& progress);

/// What --panel takes. Empty without a window.
std::vector<std::string> panel_words();

/// Every key of a film, for `vmalab film --help`.
std::string film_help();

/// What OpenCommand does where it gets no window, for this reason, and what to do about it.
Result<int> play_instead_of_window(const OpenCommand& command, const Workspace& workspace, const std::string& reason, const std::string& advice);

}  // namespace vmalab::app
