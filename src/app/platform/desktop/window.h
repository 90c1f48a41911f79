// SPDX-License-Identifier: GPL-2.0-only
// The window: GLFW and OpenGL 3.3 around a Workbench. Draws on demand: it sleeps until there is input or
// something moves.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "ui/workbench.h"

namespace vmalab {

struct WindowOptions {
  int width = 1280, height = 720;  ///< times the monitor's scale; afterwards as the person left it
  std::function<void()> drawn;     ///< after each frame
  std::function<void()> rests;     ///< after a frame when nobody did anything since; the size is as it is now
  int max_frames = 0;              ///< closes by itself after so many frames (smoke test); 0: never
};

/// Runs until the window is closed. An error means that it never opened: no display or no OpenGL; the caller may
/// go on in the terminal.
Result<void> run_window(Workbench& bench, WindowOptions& options);

/// Our name of a key; kNone for keys that no command uses. `printed` is what the keyboard's layout has on the key
/// (glfwGetKeyName), so that Ctrl+Z is where the person reads Z; null when it prints nothing.
Key key_from_glfw(int code, const char* printed);

}  // namespace vmalab
