// SPDX-License-Identifier: GPL-2.0-only
#include "ui/fonts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/platform.h"
#include "ui/compat.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

// Latin, dashes and quotes, bullet, middle dot, ellipsis, arrows, mathematical signs, geometric shapes, check marks.
constexpr std::array<ImWchar, 15> kRanges{0x20,   0xff,   0x2010, 0x203a, 0x2190, 0x21ff, 0x2200, 0x22ff,
                                          0x25a0, 0x25ff, 0x2713, 0x2718, 0x23f8, 0x23fa, 0};

// File names in the order of preference; the same typeface comes as .otf, .ttf and variable font on different systems.
constexpr std::array<std::string_view, 6> kRegular{"Inter-Regular.otf", "Inter-Regular.ttf", "InterVariable.ttf",
                                                   "Inter.ttf",         "Inter-roman.ttf",   "DejaVuSans.ttf"};
constexpr std::array<std::string_view, 4> kSemibold{"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "Inter-Bold.otf", "DejaVuSans-Bold.ttf"};
constexpr std::array<std::string_view, 3> kMono{"JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular.otf", "DejaVuSansMono.ttf"};
constexpr std::array<std::string_view, 3> kMonoBold{"JetBrainsMono-Bold.ttf", "JetBrainsMono-Bold.otf", "DejaVuSansMono-Bold.ttf"};
constexpr std::string_view kSymbols = "DejaVuSans.ttf";
constexpr std::string_view kMonoSymbols = "DejaVuSansMono.ttf";
constexpr int kMaxFiles = 50000;  ///< a folder tree larger than this is not a font folder

using FilesByName = std::map<std::string, fs::path, std::less<>>;

FilesByName list_fonts(const std::vector<fs::path>& folders) {
  FilesByName files;
  int seen = 0;
  for (const fs::path& folder : folders) {
    std::error_code error;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && it != fs::recursive_directory_iterator() && seen < kMaxFiles; it.increment(error), ++seen) {
      const fs::path& file = it->path();
      const std::string extension = file.extension().string();
      std::error_code ignored;
      if ((extension == ".ttf" || extension == ".otf") && it->is_regular_file(ignored)) {
        files.emplace(file.filename().string(), file);
      }
    }
  }
  return files;
}

fs::path first_of(const FilesByName& files, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto it = files.find(name); it != files.end()) return it->second;
  }
  return {};
}

/// AddFontFromFileTTF asserts on a file it cannot open, so the file is read here and handed over.
struct FontData {
  std::string bytes;
};
std::optional<FontData> read_font(const fs::path& file) {
  if (file.empty()) return std::nullopt;
  std::FILE* stream = std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return std::nullopt;
  FontData data;
  std::array<char, 65536> block{};
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), stream)) > 0;) data.bytes.append(block.data(), n);
  const bool ok = std::ferror(stream) == 0;
  std::fclose(stream);
  // The magic numbers of TrueType and OpenType: the rasteriser asserts on anything else.
  const std::string_view magic = std::string_view(data.bytes).substr(0, 4);
  const bool known = magic == std::string_view("\0\1\0\0", 4) || magic == "OTTO" || magic == "true";
  if (!ok || !known) return std::nullopt;
  return data;
}

/// What was found, read once for the life of the process: a zoom must not search the disk again.
struct Faces {
  std::optional<FontData> regular, semibold, mono, mono_bold, symbols, mono_symbols;
  std::string notice;
};

Faces load_faces() {
  const FilesByName files = list_fonts(platform::font_folders());
  Faces faces;
  const fs::path regular = first_of(files, kRegular);
  const fs::path mono = first_of(files, kMono);
  faces.regular = read_font(regular);
  faces.semibold = read_font(first_of(files, kSemibold));
  faces.mono = read_font(mono);
  faces.mono_bold = read_font(first_of(files, kMonoBold));
  if (regular.filename() != kSymbols) faces.symbols = read_font(first_of(files, std::array{kSymbols}));
  if (mono.filename() != kMonoSymbols) faces.mono_symbols = read_font(first_of(files, std::array{kMonoSymbols}));
  if (!faces.regular || !faces.mono) {
    faces.notice = "No typeface was found. Install fonts-inter and fonts-jetbrains-mono for a readable screen.";
  } else if (!regular.filename().string().starts_with("Inter") || !mono.filename().string().starts_with("JetBrains")) {
    faces.notice = "Inter or JetBrains Mono is missing, DejaVu takes its place. Install fonts-inter and fonts-jetbrains-mono.";
  }
  return faces;
}

const Faces& faces() {
  static const Faces loaded = load_faces();
  return loaded;
}

/// ImGui's own typeface has ASCII alone: what else the window writes is shown by the sign that comes nearest, not by a question mark.
void show_in_ascii(const Font& font) {
  constexpr std::array<std::pair<ImWchar, char>, 11> kNearest{{{0x2026, '.'},
                                                               {0x203a, '>'},
                                                               {0x2192, '>'},
                                                               {0x2212, '-'},
                                                               {0x2013, '-'},
                                                               {0x2014, '-'},
                                                               {0x2260, '#'},
                                                               {0x201c, '"'},
                                                               {0x201d, '"'},
                                                               {0x2019, '\''},
                                                               {0xb7, '.'}}};
  for (const auto& [sign, nearest] : kNearest) font.font->AddRemapChar(sign, static_cast<ImWchar>(nearest));
}

ImFontConfig borrowed_config() {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;  // the bytes belong to faces()
  config.OversampleH = config.OversampleV = 1;
  config.PixelSnapH = true;
  return config;
}

/// ImGui 1.86 draws glyphs into blocks of 256 KiB, 4 bytes a pixel, and does not look whether one fits: a glyph is at most as wide and
/// high as this leaves.
constexpr float kLargest = 180;

Font add_font(ImFontAtlas& atlas, const std::optional<FontData>& face, const std::optional<FontData>& symbols, float wanted,
              const ImWchar* ranges = kRanges.data()) {
  const float size = std::min(wanted, kLargest);
  if (!face) {
    ImFontConfig config;
    config.SizePixels = std::max(10.0F, std::round(size));
    return {atlas.AddFontDefault(&config), config.SizePixels};
  }
  const auto add = [&](const FontData& data, bool merge) {
    ImFontConfig config = borrowed_config();
    config.MergeMode = merge;
    // The atlas only reads the bytes; its interface predates const.
    return atlas.AddFontFromMemoryTTF(const_cast<char*>(data.bytes.data()), static_cast<int>(data.bytes.size()), size, &config, ranges);
  };
  ImFont* font = add(*face, false);
  if (symbols) add(*symbols, true);
  return {font, size};
}

}  // namespace

FontFiles find_font_files(const std::vector<fs::path>& folders) {
  const FilesByName files = list_fonts(folders);
  return {first_of(files, kRegular), first_of(files, kSemibold), first_of(files, kMono), first_of(files, kMonoBold)};
}

Fonts build_fonts(ImFontAtlas& atlas, float em, bool stage) {
  atlas.Clear();
  compat::use_freetype(atlas);
  atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  compat::set_atlas_width(atlas, em > 28 ? 4096 : 2048);
  const Faces& face = faces();
  const std::optional<FontData>& semibold = face.semibold ? face.semibold : face.regular;
  const std::optional<FontData>& mono_bold = face.mono_bold ? face.mono_bold : face.mono;
  Fonts fonts;
  fonts.em = em;
  fonts.body = add_font(atlas, face.regular, face.symbols, em);
  fonts.small = add_font(atlas, face.regular, face.symbols, std::round(0.88F * em));
  fonts.bold = add_font(atlas, semibold, face.symbols, em);
  fonts.title = add_font(atlas, semibold, face.symbols, std::round(1.25F * em));
  fonts.huge = add_font(atlas, semibold, face.symbols, std::round(2.1F * em));
  constexpr static std::array<ImWchar, 3> kLatin{0x20, 0x7e, 0};
  fonts.display = stage ? add_font(atlas, semibold, std::nullopt, std::round(5 * em), kLatin.data()) : fonts.huge;
  fonts.code = add_font(atlas, face.mono, face.mono_symbols, std::round(0.97F * em));
  fonts.code_small = add_font(atlas, face.mono, face.mono_symbols, std::round(0.86F * em));
  fonts.code_bold = add_font(atlas, mono_bold, face.mono_symbols, std::round(0.97F * em));
  fonts.notice = face.notice;
  if (!compat::finish_atlas(atlas)) {
    // A font file the rasteriser refuses: the built-in one always works.
    atlas.Clear();
    const Font plain = add_font(atlas, std::nullopt, std::nullopt, em);
    fonts.body = fonts.small = fonts.bold = fonts.title = fonts.huge = fonts.display = fonts.code = fonts.code_small = fonts.code_bold = plain;
    fonts.notice = "The system's typefaces could not be drawn, so this is ImGui's own.";
    compat::finish_atlas(atlas);
  }
  for (const Font* font :
       {&fonts.body, &fonts.small, &fonts.bold, &fonts.title, &fonts.huge, &fonts.display, &fonts.code, &fonts.code_small, &fonts.code_bold}) {
    if (!face.regular && !face.mono) show_in_ascii(*font);
  }
  compat::set_default_font(fonts.body.font, fonts.body.size);
  return fonts;
}

WithFont::WithFont(const Font& font) { compat::push_font(font.font, font.size); }
WithFont::~WithFont() { ImGui::PopFont(); }

}  // namespace vmalab
