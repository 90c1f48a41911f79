// SPDX-License-Identifier: GPL-2.0-only
// Drawing a run as the window shows it, into memory. Only in a build with the window.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/commands.h"
#include "export/recorded_run.h"
#include "film/animation.h"
#include "ui/workbench.h"

namespace vmalab::app {

/// A window on the document as it stands. Error: a panel that there is not.
Result<std::unique_ptr<Workbench>> workbench_on(Document document, const Subject& subject, const LookChoice& look, const Workspace& workspace,
                                                Remembered remembered = {}, std::filesystem::path lessons_file = {});

struct PictureFormat {
  std::string_view extension, what;
};
/// What is drawn and not written: .png, .webp, .gif, .mp4.
std::span<const PictureFormat> picture_formats();
/// By the end of the file's name; null: none of them.
const PictureFormat* find_picture_format(const std::filesystem::path& file);

/// Who makes moving pictures of that extension; null: nobody.
Encoder find_moving_format(const std::filesystem::path& file);
/// "threads, vma, ..."
std::string panel_names();

/// The bytes of the file that was asked for. `progress` as for every export.
Result<std::string> draw_run(const ExportCommand& command, const Workspace& workspace, Document document, StepRange range,
                             const RecordedRun::Progress& progress);

}  // namespace vmalab::app
