// SPDX-License-Identifier: GPL-2.0-only
// What the window has to tell the user, newest last. Information fades, the rest stays until it is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace vmalab {

enum class NoticeKind : std::uint8_t { kInfo, kWarning, kError };
struct Notice {
  NoticeKind kind = NoticeKind::kInfo;
  std::string text;
  double age = 0;             ///< seconds shown
  bool about_reload = false;  ///< void after the next reload
};

class Notices {
 public:
  /// The same text is not there twice; of many the oldest go.
  void say(NoticeKind kind, std::string text, bool about_reload = false);
  void close_newest();
  void close(std::size_t index);
  void forget_reload();
  /// `dt` seconds have gone by.
  void pass(double dt);
  const std::deque<Notice>& all() const { return notices_; }
  bool empty() const { return notices_.empty(); }

 private:
  std::deque<Notice> notices_;
};

}  // namespace vmalab
