// SPDX-License-Identifier: GPL-2.0-only
// What the window has to tell the user, newest last. Information fades, the rest stays until it is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace vmalab {

enum class NoticeKind : std::uint8_t { kInfo, kWarning, kError };
/// What makes a notice void: the next reload, another document, a window that is large enough, another command or step.
enum class NoticeAbout : std::uint8_t { kNothing, kReload, kOpening, kSize, kCommand };
struct Notice {
  NoticeKind kind = NoticeKind::kInfo;
  std::string text;
  double age = 0;  ///< seconds shown
  NoticeAbout about = NoticeAbout::kNothing;
};

class Notices {
 public:
  /// The same text is not there twice; of many the oldest go.
  void say(NoticeKind kind, std::string text, NoticeAbout about = NoticeAbout::kNothing);
  void close_newest();
  void close(std::size_t index);
  void forget(NoticeAbout about);
  /// `dt` seconds have gone by.
  void pass(double dt);
  const std::deque<Notice>& all() const { return notices_; }
  bool empty() const { return notices_.empty(); }
  /// One of them will go by itself.
  bool fading() const;

 private:
  std::deque<Notice> notices_;
};

}  // namespace vmalab
