// SPDX-License-Identifier: GPL-2.0-only
// What differs between Dear ImGui 1.86 (Debian 12) and 1.92, in one place. Nothing else in the project asks for
// IMGUI_VERSION_NUM, but for gl_backend.h, which only files that draw with OpenGL include.
#pragma once

#include <imgui.h>

#if __has_include(<imgui_freetype.h>)
#include <imgui_freetype.h>
#define VMALAB_HAS_FREETYPE 1
#elif __has_include(<misc/freetype/imgui_freetype.h>)
#include <misc/freetype/imgui_freetype.h>
#define VMALAB_HAS_FREETYPE 1
#else
#define VMALAB_HAS_FREETYPE 0
#endif

namespace vmalab::compat {

#if IMGUI_VERSION_NUM >= 19090
constexpr ImGuiCol kColTabSelected = ImGuiCol_TabSelected;
#else
constexpr ImGuiCol kColTabSelected = ImGuiCol_TabActive;
#endif
#if IMGUI_VERSION_NUM >= 19140
constexpr ImGuiCol kColFocus = ImGuiCol_NavCursor;
#else
constexpr ImGuiCol kColFocus = ImGuiCol_NavHighlight;
#endif

/// A mistake in the use of ImGui goes to its log: nobody's lesson ends with it. Tests let it abort.
inline void survive_mistakes() {
#if IMGUI_VERSION_NUM >= 19130
  ImGui::GetIO().ConfigErrorRecoveryEnableAssert = false;
  ImGui::GetIO().ConfigErrorRecoveryEnableTooltip = false;
#endif
}

/// FreeType is crisper than stb_truetype at text sizes.
inline void use_freetype([[maybe_unused]] ImFontAtlas& atlas) {
#if VMALAB_HAS_FREETYPE
#if IMGUI_VERSION_NUM >= 19200
  atlas.SetFontLoader(ImGuiFreeType::GetFontLoader());
#else
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
#endif
#endif
}

/// 1.92 sizes its atlas itself.
inline void set_atlas_width([[maybe_unused]] ImFontAtlas& atlas, [[maybe_unused]] int width) {
#if IMGUI_VERSION_NUM < 19200
  atlas.TexDesiredWidth = width;
#endif
}

/// Rasterises now what is rasterised beforehand; returns false when that failed.
inline bool finish_atlas(ImFontAtlas& atlas) {
#if IMGUI_VERSION_NUM >= 19200
  if ((ImGui::GetIO().BackendFlags & ImGuiBackendFlags_RendererHasTextures) != 0) return true;
#endif
  return atlas.Build();
}

inline void push_font(ImFont* font, [[maybe_unused]] float size) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, size);
#else
  ImGui::PushFont(font);
#endif
}

/// Makes `font` what is drawn with when nothing is pushed.
inline void set_default_font(ImFont* font, [[maybe_unused]] float size) {
  ImGui::GetIO().FontDefault = font;
#if IMGUI_VERSION_NUM >= 19200
  ImGui::GetStyle().FontSizeBase = size;
#endif
}

inline void set_mouse_position(ImVec2 position) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMousePosEvent(position.x, position.y);
#else
  ImGui::GetIO().MousePos = position;
#endif
}
inline void set_mouse_button(int mouse_button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseButtonEvent(mouse_button, down);
#else
  ImGui::GetIO().MouseDown[mouse_button] = down;
#endif
}
inline void add_wheel(float lines) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseWheelEvent(0.0F, lines);
#else
  ImGui::GetIO().MouseWheel += lines;
#endif
}

}  // namespace vmalab::compat
