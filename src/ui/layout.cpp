// SPDX-License-Identifier: GPL-2.0-only
#include "ui/layout.h"

#include <algorithm>
#include <cmath>

namespace vmalab {
namespace {

/// A window of a few lines has no room for anything; then the fixed rows give way too.
float row(float ems, float height, float em) { return std::round(std::min(ems * em, 0.09F * height * ems)); }

}  // namespace

float base_em(float width, float height) {
  const float scale = std::min(width / 1280.0F, height / 720.0F);
  // A window of twice the size shows a half more each way. A smaller one would become illegible by the same rule.
  const float power = scale > 1 ? 0.65F : 0.9F;
  return std::clamp(17.0F * std::pow(std::max(scale, 0.01F), power), 12.0F, 96.0F);
}

float menu_height(float height, float em) { return row(is_low(height, em) ? 1.75F : 2.0F, height, em); }

Layout compute_layout(float width, float height, float em, const Splits& splits, float lesson_wanted, bool taken) {
  Layout layout;
  const bool low = is_low(height, em);
  const float gap = std::round((low ? 0.3F : 0.4F) * em);
  const float left = gap, right = std::max(width - gap, gap);
  const float menu = menu_height(height, em), toolbar = row(low ? 2.0F : 2.3F, height, em), status = row(low ? 1.45F : 1.7F, height, em);
  layout.menu = {{0, 0}, {width, menu}};
  layout.toolbar = {{left, menu}, {right, menu + toolbar}};
  layout.status = {{0, height - status}, {width, height}};

  const float top = menu + toolbar;
  layout.main = {{left, top}, {right, std::max(height - status, top)}};
  const float room = std::max(height - status - top, 0.0F);
  float strip = std::round(std::min(std::max(splits.strip * height, 9.5F * em), std::max(low ? 0.33F : 0.38F, splits.strip) * room));
  // A story or a lesson takes of what is above it, but for what shows number, references and sequence numbers of a VMA.
  float most = lesson_wanted > kCaptionHeight ? std::clamp(room - strip - 2 * gap - 7.5F * em, 0.205F * room, 0.3F * room) : 0.205F * room;
  // Where few lines fit, a lesson that is taken comes before everything else.
  if (taken && most < kLeastLessonHeight * em) {
    most = std::min(lesson_wanted * em, 0.48F * room);
    strip = std::min(strip, std::round(0.24F * room));
  }
  const float lesson = std::round(std::min(lesson_wanted * em, most));
  const float strip_top = height - status - strip;
  const float lesson_top = strip_top - gap - lesson;
  const float main_bottom = std::max(lesson_top - gap, top);
  layout.lesson = {{left, lesson_top}, {right, lesson_top + lesson}};

  const float inner = std::max(right - left, 0.0F);
  layout.tabs = inner < 62 * em;
  if (layout.tabs) {
    const float split = std::round(left + 0.42F * inner);
    layout.threads = {{left, top}, {split, main_bottom}};
    layout.vma = {{split + gap, top}, {right, main_bottom}};
    layout.corner = layout.source = layout.vma;
    layout.timeline = {{left, strip_top}, {right, height - status}};
    return layout;
  }
  const float first = std::round(left + splits.first * inner);
  const float second = std::round(left + splits.second * inner);
  layout.threads = {{left, top}, {first, main_bottom}};
  layout.vma = {{first + gap, top}, {second, main_bottom}};
  layout.source = {{second + gap, top}, {right, main_bottom}};
  if (main_bottom - top >= 32 * em) {
    const float high = std::round(std::clamp(0.34F * (main_bottom - top), 10.5F * em, 15 * em));
    layout.classes = {{layout.vma.min.x, main_bottom - high}, layout.vma.max};
    layout.vma.max.y = layout.classes.min.y - gap;
  }
  layout.timeline = {{left, strip_top}, {second, height - status}};
  layout.corner = {{second + gap, strip_top}, {right, height - status}};
  return layout;
}

}  // namespace vmalab
