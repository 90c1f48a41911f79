// SPDX-License-Identifier: GPL-2.0-only
// Drawing a run as the window shows it, into memory.
#pragma once

#include <memory>
#include <string>

#include "app/platform/desktop/offscreen.h"
#include "app/window.h"
#include "ui/workbench.h"

namespace vmalab::app {

/// A window on the document as it stands. Error: a panel that there is not.
Result<std::unique_ptr<Workbench>> workbench_on(Document document, const Subject& subject, const LookChoice& look, const Workspace& workspace,
                                                Remembered remembered = {}, std::filesystem::path lessons_file = {});

/// "threads, vma, ..."
std::string panel_names();

/// Beside what is open: a branch of the run by its name, or what else can run by its schedule, as what_to_put_beside() reads it.
Result<void> put_beside(Workbench& bench, const std::string& text);

/// Takes the steps of `run` that the window has not taken yet, up to and with this one, and draws it.
Result<Image> draw_step(Workbench& bench, Offscreen& screen, const Session& run, int step);

}  // namespace vmalab::app
