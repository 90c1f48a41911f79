// SPDX-License-Identifier: GPL-2.0-only
#include "ui/theme.h"

#include <algorithm>
#include <cmath>

#include "ui/compat.h"

namespace vmalab {
namespace {

/// 0xRRGGBB as it is written everywhere into ImGui's byte order.
constexpr Colour rgb(std::uint32_t hex) { return IM_COL32(hex >> 16 & 0xff, hex >> 8 & 0xff, hex & 0xff, 0xff); }

// The first eight of each come from Okabe and Ito's palette, moved in lightness until they can carry text.
constexpr Theme kDarkTheme{
    .id = ThemeId::kDark,
    .background = rgb(0x0f1216),
    .panel = rgb(0x171b21),
    .raised = rgb(0x222831),
    .raised_hover = rgb(0x2d3541),
    .raised_active = rgb(0x3a4453),
    .border = rgb(0x333b47),
    .text = rgb(0xeef1f5),
    .text_dim = rgb(0xaab4c2),
    .text_faint = rgb(0x7b8697),
    .accent = rgb(0x6cb6ff),
    .on_accent = rgb(0x0b1016),
    .good = rgb(0x5fd38d),
    .warning = rgb(0xf5c451),
    .bad = rgb(0xff8578),
    .glow = rgb(0x5a4a12),
    .selection = rgb(0x25405c),
    .code_text = rgb(0xe3e7ed),
    .code_keyword = rgb(0xd6a6ff),
    .code_type = rgb(0x74d3d8),
    .code_function = rgb(0x8ec7ff),
    .code_macro = rgb(0xffb27a),
    .code_number = rgb(0xf0d68a),
    .code_string = rgb(0xa5d894),
    .code_comment = rgb(0x8f9bab),
    .code_line = rgb(0x232a34),
    .threads = {rgb(0x5cb8ef), rgb(0xf2a33a), rgb(0x31c794), rgb(0xe88cc4), rgb(0xf0e25a), rgb(0xff7f50), rgb(0x8ea4ff), rgb(0xd0d5dc), rgb(0xb79cff),
                rgb(0x5fd4d6), rgb(0xa6d854), rgb(0xffb0a3), rgb(0xd9b98c), rgb(0x93b7d1), rgb(0xc9c66b), rgb(0xff9cc8)},
    .classes = {rgb(0x9aa5b4), rgb(0x5fd38d), rgb(0x5cb8ef), rgb(0xe88cc4), rgb(0xf0e25a), rgb(0xf2a33a), rgb(0xff8578)},
};

constexpr Theme kLightTheme{
    .id = ThemeId::kLight,
    .background = rgb(0xe9ecf0),
    .panel = rgb(0xffffff),
    .raised = rgb(0xf0f3f6),
    .raised_hover = rgb(0xe2e7ed),
    .raised_active = rgb(0xd0d8e1),
    .border = rgb(0xc6ced8),
    .text = rgb(0x14181e),
    .text_dim = rgb(0x48525f),
    .text_faint = rgb(0x707b89),
    .accent = rgb(0x0a60c2),
    .on_accent = rgb(0xffffff),
    .good = rgb(0x14703a),
    .warning = rgb(0x855200),
    .bad = rgb(0xb3261e),
    .glow = rgb(0xffe9a3),
    .selection = rgb(0xcfe3fa),
    .code_text = rgb(0x1c2128),
    .code_keyword = rgb(0x7a2fb0),
    .code_type = rgb(0x0a6570),
    .code_function = rgb(0x0b559e),
    .code_macro = rgb(0x9a4208),
    .code_number = rgb(0x6b5300),
    .code_string = rgb(0x1f6b2c),
    .code_comment = rgb(0x5c6774),
    .code_line = rgb(0xeef2f6),
    .threads = {rgb(0x0a5ca0), rgb(0xa85905), rgb(0x027348), rgb(0xb42b74), rgb(0x4a4002), rgb(0x5c0a02), rgb(0x0f10b0), rgb(0x444a54), rgb(0x7438bd),
                rgb(0x0a6b75), rgb(0x4a6b10), rgb(0xab3455), rgb(0x75552f), rgb(0x3a647f), rgb(0x63631a), rgb(0xa83284)},
    .classes = {rgb(0x56606d), rgb(0x14703a), rgb(0x0b67a3), rgb(0xa5307a), rgb(0x6b5d00), rgb(0xa34b00), rgb(0xb3261e)},
};

double channel(int value) {
  const double c = value / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Colour colour) {
  return 0.2126 * channel(static_cast<int>(colour >> IM_COL32_R_SHIFT & 0xff)) +
         0.7152 * channel(static_cast<int>(colour >> IM_COL32_G_SHIFT & 0xff)) +
         0.0722 * channel(static_cast<int>(colour >> IM_COL32_B_SHIFT & 0xff));
}

}  // namespace

const Theme& theme(ThemeId id) { return id == ThemeId::kDark ? kDarkTheme : kLightTheme; }

Colour Theme::model_line() const { return mix(panel, warning, id == ThemeId::kDark ? 0.10F : 0.07F); }
Colour Theme::thread_wash(ThreadId t) const { return mix(panel, thread(t), id == ThemeId::kDark ? 0.18F : 0.14F); }

Colour with_alpha(Colour colour, float alpha) {
  const auto a = static_cast<std::uint32_t>(std::lround(255.0F * std::clamp(alpha, 0.0F, 1.0F)));
  return (colour & ~IM_COL32_A_MASK) | a << IM_COL32_A_SHIFT;
}

Colour mix(Colour a, Colour b, float share_of_b) {
  Colour result = 0;
  for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT}) {
    const auto from = static_cast<float>(a >> shift & 0xff);
    const auto to = static_cast<float>(b >> shift & 0xff);
    result |= static_cast<Colour>(std::lround(from + (to - from) * share_of_b)) << shift;
  }
  return result | IM_COL32_A_MASK;
}

double contrast(Colour a, Colour b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

void apply_theme(const Theme& theme, float em) {
  ImGuiStyle style;
  style.WindowPadding = {0.6F * em, 0.45F * em};
  style.FramePadding = {0.55F * em, 0.28F * em};
  style.ItemSpacing = {0.5F * em, 0.35F * em};
  style.ItemInnerSpacing = {0.35F * em, 0.3F * em};
  style.CellPadding = {0.4F * em, 0.15F * em};
  style.IndentSpacing = 1.1F * em;
  style.ScrollbarSize = 0.75F * em;
  style.GrabMinSize = 0.8F * em;
  const float hairline = std::max(1.0F, std::round(em / 16));
  style.WindowBorderSize = style.ChildBorderSize = style.PopupBorderSize = hairline;
  style.FrameBorderSize = 0;
  style.WindowRounding = style.ChildRounding = style.PopupRounding = 0.4F * em;
  style.FrameRounding = style.GrabRounding = style.TabRounding = 0.3F * em;
  style.ScrollbarRounding = 0.4F * em;
  style.DisabledAlpha = 0.45F;
  const auto set = [&](ImGuiCol slot, Colour colour) { style.Colors[slot] = to_vec4(colour); };
  (theme.id == ThemeId::kDark) ? ImGui::StyleColorsDark(&style) : ImGui::StyleColorsLight(&style);
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.text_dim);
  set(ImGuiCol_WindowBg, theme.background);
  set(ImGuiCol_ChildBg, with_alpha(theme.panel, 0));
  set(ImGuiCol_PopupBg, theme.panel);
  set(ImGuiCol_Border, theme.border);
  set(ImGuiCol_FrameBg, theme.raised);
  set(ImGuiCol_FrameBgHovered, theme.raised_hover);
  set(ImGuiCol_FrameBgActive, theme.raised_active);
  set(ImGuiCol_MenuBarBg, theme.background);
  set(ImGuiCol_ScrollbarBg, with_alpha(theme.panel, 0));
  set(ImGuiCol_ScrollbarGrab, theme.raised_active);
  set(ImGuiCol_ScrollbarGrabHovered, theme.text_faint);
  set(ImGuiCol_ScrollbarGrabActive, theme.text_dim);
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent);
  set(ImGuiCol_Button, theme.raised);
  set(ImGuiCol_ButtonHovered, theme.raised_hover);
  set(ImGuiCol_ButtonActive, theme.raised_active);
  set(ImGuiCol_Header, theme.selection);
  set(ImGuiCol_HeaderHovered, theme.raised_hover);
  set(ImGuiCol_HeaderActive, theme.raised_active);
  set(ImGuiCol_Separator, theme.border);
  set(ImGuiCol_Tab, theme.raised);
  set(ImGuiCol_TabHovered, theme.raised_hover);
  set(compat::kColTabSelected, theme.selection);
  set(ImGuiCol_TableBorderLight, theme.border);
  set(ImGuiCol_TableBorderStrong, theme.border);
  set(ImGuiCol_TableHeaderBg, theme.raised);
  set(ImGuiCol_TextSelectedBg, theme.selection);
  set(compat::kColFocus, theme.accent);
  ImGui::GetStyle() = style;
}

}  // namespace vmalab
