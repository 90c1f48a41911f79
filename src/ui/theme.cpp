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

// The thread colours were searched for: CIEDE2000 of at least 13 between any two, for each kind of eyes, each readable on every
// surface it meets, of even strength, blue, amber, green, mauve, moss and violet in both themes.
constexpr Theme kDarkTheme{
    .id = ThemeId::kDark,
    .background = rgb(0x0f1216),
    .panel = rgb(0x171b21),
    .raised = rgb(0x222831),
    .raised_hover = rgb(0x2a323d),
    .raised_active = rgb(0x364150),
    .border = rgb(0x333b47),
    .outline = rgb(0x717b8a),
    .text = rgb(0xeef1f5),
    .text_dim = rgb(0xb6bfcb),
    .text_faint = rgb(0x9aa4b2),
    .accent = rgb(0xd3dbe6),
    .on_accent = rgb(0x0f1216),
    .good = rgb(0xa6cbb0),
    .bad = rgb(0xfe7b7b),
    .glow = rgb(0x33301f),
    .selection = rgb(0x26364a),
    .code_text = rgb(0xe3e7ed),
    .code_keyword = rgb(0xcbbcdb),
    .code_type = rgb(0xaecacd),
    .code_function = rgb(0xb9c8e0),
    .code_macro = rgb(0xd8c4ad),
    .code_number = rgb(0xd3caa8),
    .code_string = rgb(0xb6ccae),
    .code_comment = rgb(0xa3acb9),
    .code_line = rgb(0x232a34),
    .threads = {rgb(0x729cf4), rgb(0xfccf73), rgb(0x90f5d9), rgb(0xd685ac), rgb(0x9da43a), rgb(0xdbc5ff)},
};

constexpr Theme kLightTheme{
    .id = ThemeId::kLight,
    .background = rgb(0xeceff3),
    .panel = rgb(0xffffff),
    .raised = rgb(0xf0f3f6),
    .raised_hover = rgb(0xe6ebf0),
    .raised_active = rgb(0xd6dde5),
    .border = rgb(0xc6ced8),
    .outline = rgb(0x7f8895),
    .text = rgb(0x14181e),
    .text_dim = rgb(0x434d5a),
    .text_faint = rgb(0x5f6977),
    .accent = rgb(0x2b3542),
    .on_accent = rgb(0xffffff),
    .good = rgb(0x3c5c47),
    .bad = rgb(0xce1800),
    .glow = rgb(0xf8f1da),
    .selection = rgb(0xdfe9f4),
    .code_text = rgb(0x1c2128),
    .code_keyword = rgb(0x584a64),
    .code_type = rgb(0x2f5357),
    .code_function = rgb(0x3a4d69),
    .code_macro = rgb(0x684d37),
    .code_number = rgb(0x574f30),
    .code_string = rgb(0x3c573d),
    .code_comment = rgb(0x565f6c),
    .code_line = rgb(0xeef2f6),
    .threads = {rgb(0x1263d3), rgb(0x662600), rgb(0x02573e), rgb(0x9a4c7b), rgb(0x596e29), rgb(0x48246f)},
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
