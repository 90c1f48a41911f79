// SPDX-License-Identifier: GPL-2.0-only
// Getting a rebuilt font atlas into OpenGL.
#pragma once

#include <imgui.h>
#if __has_include(<backends/imgui_impl_opengl3.h>)
#include <backends/imgui_impl_opengl3.h>
#else
#include <imgui_impl_opengl3.h>
#endif

#include "ui/compat.h"

namespace vmalab {

/// To be called between frames after Lab::prepare_fonts() has returned true.
inline void upload_fonts() {
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

}  // namespace vmalab
