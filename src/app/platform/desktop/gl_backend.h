// SPDX-License-Identifier: GPL-2.0-only
// ImGui's OpenGL backend, and what differs in it between versions.
#pragma once

#include <dlfcn.h>
#include <imgui.h>
#if __has_include(<backends/imgui_impl_opengl3.h>)
#include <backends/imgui_impl_opengl3.h>
#else
#include <imgui_impl_opengl3.h>
#endif

#include "ui/compat.h"

namespace vmalab {

/// ImGui_ImplOpenGL3_Init() that can be called again after a shutdown. 1.92.2 to 1.92.4 let go of the library on a shutdown
/// and keep its functions' addresses; so it is held here for the life of the process.
inline bool init_gl_backend() {
#if IMGUI_VERSION_NUM >= 19220 && IMGUI_VERSION_NUM < 19250
  for (const char* library : {"libOpenGL.so.0", "libGL.so.1", "libGLX.so.0", "libEGL.so.1"}) (void)::dlopen(library, RTLD_LAZY | RTLD_LOCAL);
#endif
  compat::survive_mistakes();
  return ImGui_ImplOpenGL3_Init("#version 330");
}

/// To be called between frames after Workbench::prepare_fonts() has returned true.
inline void upload_fonts() {
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

}  // namespace vmalab
