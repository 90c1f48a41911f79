// SPDX-License-Identifier: GPL-2.0-only
#include "ui/notices.h"

#include <algorithm>
#include <utility>

namespace vmalab {
namespace {

constexpr double kInfoSeconds = 6;
constexpr std::size_t kMost = 4;

}  // namespace

void Notices::say(NoticeKind kind, std::string text, NoticeAbout about) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::erase_if(notices_, [&](const Notice& n) { return n.text == text; });
  notices_.push_back({kind, std::move(text), 0, about});
  while (notices_.size() > kMost) notices_.pop_front();
}

void Notices::close_newest() {
  if (!notices_.empty()) notices_.pop_back();
}

void Notices::close(std::size_t index) {
  if (index < notices_.size()) notices_.erase(notices_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Notices::forget(NoticeAbout about) {
  std::erase_if(notices_, [about](const Notice& n) { return n.about == about; });
}

void Notices::pass(double dt) {
  for (Notice& notice : notices_) notice.age += dt;
  std::erase_if(notices_, [](const Notice& n) { return n.kind == NoticeKind::kInfo && n.age > kInfoSeconds; });
}

bool Notices::fading() const {
  return std::any_of(notices_.begin(), notices_.end(), [](const Notice& n) { return n.kind == NoticeKind::kInfo; });
}

}  // namespace vmalab
