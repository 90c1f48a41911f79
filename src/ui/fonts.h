// SPDX-License-Identifier: GPL-2.0-only
// Typefaces: Inter for the interface and JetBrains Mono for code, found on the system; else DejaVu; else ImGui's
// own, with a notice. All sizes are multiples of the em, the size of the body font in pixels.
#pragma once

#include <imgui.h>

#include <filesystem>
#include <string>
#include <vector>

namespace vmalab {

/// One typeface at one size. On ImGui 1.92+ a font has no size of its own, so the two always go together.
struct Font {
  ImFont* font = nullptr;
  float size = 0;
};

/// The fonts of the atlas that is built now.
struct Fonts {
  float em = 0;                         ///< pixels
  Font body, small, bold, title, huge;  ///< 1, 0.88, 1 (semibold), 1.25 (semibold), 2.1 em (semibold)
  Font display;                         ///< on the stage 5 em (semibold), Latin letters and digits alone; else as huge
  Font code, code_small, code_bold;     ///< 0.97, 0.86, 0.97 em
  std::string notice;                   ///< empty, or which typeface was missing and what to install
};

/// Clears the atlas and fills it. The caller makes the renderer upload it again.
Fonts build_fonts(ImFontAtlas& atlas, float em, bool stage = false);

/// Files that were chosen, for the log and the tests; empty strings where nothing was found.
struct FontFiles {
  std::filesystem::path regular, semibold, mono, mono_bold;
};
/// `folders`: where to look, first match wins; each is searched with its subfolders.
FontFiles find_font_files(const std::vector<std::filesystem::path>& folders);

/// While it lives, text is drawn in this font.
class WithFont {
 public:
  explicit WithFont(const Font& font);
  ~WithFont();
  WithFont(const WithFont&) = delete;
  WithFont& operator=(const WithFont&) = delete;
};

}  // namespace vmalab
