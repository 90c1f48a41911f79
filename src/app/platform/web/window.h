// SPDX-License-Identifier: GPL-2.0-only
// The window in a tab: what the page tells it comes in by the functions of page.cpp, one after the other, and a frame is drawn when the
// page asks for one. Sizes and places are in the pixels of the canvas.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/platform/mouse_queue.h"
#include "base/result.h"
#include "ui/workbench.h"

namespace vmalab {

class TabWindow {
 public:
  /// On the page's canvas. Error: there is no WebGL 2.
  static Result<std::unique_ptr<TabWindow>> open(std::string_view canvas);
  ~TabWindow();
  TabWindow(const TabWindow&) = delete;
  TabWindow& operator=(const TabWindow&) = delete;

  void show(std::unique_ptr<Workbench> bench);
  Workbench& bench() { return *bench_; }
  const Workbench& bench() const { return *bench_; }

  /// `density`: pixels of the canvas in one of CSS.
  void resize(int width, int height, float density);
  /// `key` and `code` as in KeyboardEvent. True: it was used, and is none of the browser's.
  bool key(std::string_view key, std::string_view code, Mods mods, bool down);
  void text(std::string_view utf8);
  void pointer(ImVec2 at);
  void button(int number, bool down, ImVec2 at);
  void wheel(float across, float lines);
  void focus(bool has);
  /// The graphics driver has lost all that was drawn, and this context is a new one.
  void restored();

  /// Draws, when something moves or has happened; `now` in milliseconds. In how many milliseconds the next frame is due if nobody does anything;
  /// negative: the picture holds.
  double frame(double now);
  /// Something happened: the next frames are drawn.
  void wake();
  bool rests() const { return frames_wanted_ == 0; }
  /// Where text is typed now.
  bool writing() const;
  const char* cursor() const;  ///< of the mouse, as CSS names it

 private:
  TabWindow() = default;
  void draw(double dt);

  int context_ = 0;
  std::unique_ptr<Workbench> bench_;
  MouseQueue mouse_;
  ImVec2 size_{0, 0};
  float density_ = 1;
  double before_ = 0;
  int frames_wanted_ = 0;
  bool alt_alone_ = false;  ///< it is held, and nothing else has happened since
};

/// Our name of a key; kNone for keys that no command uses. By what it prints, so that a letter is where the person reads it; else by its place.
Key key_from_event(std::string_view key, std::string_view code);

}  // namespace vmalab
