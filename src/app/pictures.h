// SPDX-License-Identifier: GPL-2.0-only
// Drawing a run as the window shows it, into memory. Only in a build with the window.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/commands.h"
#include "app/platform/desktop/offscreen.h"
#include "export/recorded_run.h"
#include "film/animation.h"
#include "ui/workbench.h"

namespace vmalab::app {

/// A window on the document as it stands. Error: a panel that there is not.
Result<std::unique_ptr<Workbench>> workbench_on(Document document, const Subject& subject, const LookChoice& look, const Workspace& workspace,
                                                Remembered remembered = {}, std::filesystem::path lessons_file = {});

/// What is drawn and not written, by the extension of the file.
struct PictureFormat {
  std::string_view extension, what;
  Encoder encode;  ///< of moving pictures; null: it is a single one
};
std::span<const PictureFormat> picture_formats();
/// By the end of the file's name; null: none of them.
const PictureFormat* find_picture_format(const std::filesystem::path& file);
/// "threads, vma, ..."
std::string panel_names();

/// Takes the steps of `run` that the window has not taken yet, up to and with this one, and draws it.
Result<Image> draw_step(Workbench& bench, Offscreen& screen, const Session& run, int step);
/// The bytes of the file that was asked for. `progress` as for every export.
Result<std::string> draw_run(const ExportCommand& command, const Workspace& workspace, Document document, StepRange range,
                             const RecordedRun::Progress& progress);

}  // namespace vmalab::app
