// SPDX-License-Identifier: GPL-2.0-only
#include "ui/theme.h"

#include <algorithm>
#include <cmath>

#include "ui/colour_vision.h"
#include "ui/compat.h"

namespace vmalab {
namespace {

/// 0xRRGGBB as it is written everywhere into ImGui's byte order.
constexpr Colour rgb(std::uint32_t hex) { return IM_COL32(hex >> 16 & 0xff, hex >> 8 & 0xff, hex & 0xff, 0xff); }

constexpr std::array<Colour, kThreadHues> rgb(const std::array<std::uint32_t, kThreadHues>& hexes) {
  std::array<Colour, kThreadHues> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = rgb(hexes[i]);
  return out;
}

constexpr Theme kDarkTheme{
    .id = ThemeId::kDark,
    .background = rgb(kDarkPalette.background),
    .panel = rgb(kDarkPalette.panel),
    .raised = rgb(kDarkPalette.raised),
    .raised_hover = rgb(0x2a323d),
    .raised_active = rgb(0x364150),
    .border = rgb(kDarkPalette.border),
    .outline = rgb(kDarkPalette.outline),
    .text = rgb(kDarkPalette.text),
    .text_dim = rgb(kDarkPalette.text_dim),
    .text_faint = rgb(0x9aa4b2),
    .accent = rgb(0xd3dbe6),
    .on_accent = rgb(0x0f1216),
    .good = rgb(0xa6cbb0),
    .bad = rgb(kDarkPalette.bad),
    .glow = rgb(0x33301f),
    .selection = rgb(kDarkPalette.selection),
    .code_text = rgb(0xe3e7ed),
    .code_keyword = rgb(kDarkPalette.code_keyword),
    .code_type = rgb(kDarkPalette.code_type),
    .code_function = rgb(kDarkPalette.code_function),
    .code_macro = rgb(kDarkPalette.code_macro),
    .code_number = rgb(kDarkPalette.code_number),
    .code_string = rgb(kDarkPalette.code_string),
    .code_comment = rgb(kDarkPalette.code_comment),
    .code_line = rgb(0x232a34),
    .threads = rgb(kDarkPalette.threads),
};

constexpr Theme kLightTheme{
    .id = ThemeId::kLight,
    .background = rgb(kLightPalette.background),
    .panel = rgb(kLightPalette.panel),
    .raised = rgb(kLightPalette.raised),
    .raised_hover = rgb(0xe6ebf0),
    .raised_active = rgb(0xd6dde5),
    .border = rgb(kLightPalette.border),
    .outline = rgb(kLightPalette.outline),
    .text = rgb(kLightPalette.text),
    .text_dim = rgb(kLightPalette.text_dim),
    .text_faint = rgb(0x5f6977),
    .accent = rgb(0x2b3542),
    .on_accent = rgb(0xffffff),
    .good = rgb(0x3c5c47),
    .bad = rgb(kLightPalette.bad),
    .glow = rgb(0xf8f1da),
    .selection = rgb(kLightPalette.selection),
    .code_text = rgb(0x1c2128),
    .code_keyword = rgb(kLightPalette.code_keyword),
    .code_type = rgb(kLightPalette.code_type),
    .code_function = rgb(kLightPalette.code_function),
    .code_macro = rgb(kLightPalette.code_macro),
    .code_number = rgb(kLightPalette.code_number),
    .code_string = rgb(kLightPalette.code_string),
    .code_comment = rgb(kLightPalette.code_comment),
    .code_line = rgb(0xeef2f6),
    .threads = rgb(kLightPalette.threads),
};

}  // namespace

const Theme& theme(ThemeId id) { return id == ThemeId::kDark ? kDarkTheme : kLightTheme; }

Colour Theme::lane() const { return mix(panel, background, 0.6F); }
Colour Theme::model_line() const { return mix(panel, text, id == ThemeId::kDark ? 0.07F : 0.05F); }
Colour Theme::broken_wash() const { return mix(panel, bad, id == ThemeId::kDark ? 0.16F : 0.12F); }
Colour Theme::thread_wash(ThreadId t) const { return mix(panel, thread(t), id == ThemeId::kDark ? 0.15F : 0.11F); }
Colour Theme::thread_fill(ThreadId t) const { return mix(panel, thread(t), id == ThemeId::kDark ? 0.3F : 0.28F); }

Colour Theme::refcnt_class(RefcntClass c) const {
  constexpr auto kLast = static_cast<float>(RefcntClass::kOther);
  return mix(text_faint, text, static_cast<float>(c) / kLast);
}

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
