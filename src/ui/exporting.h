// SPDX-License-Identifier: GPL-2.0-only
// Writing the run as a file for others. What is text is written at once. What is drawn takes a while, and is drawn beside the window by
// whoever the place has for it; the sentences about how it went are notices.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "export/recorded_run.h"
#include "ui/notices.h"
#include "ui/theme.h"

namespace vmalab {

class Exporting {
 public:
  struct Look {
    ThemeId theme = ThemeId::kDark;
    bool stage = false;
  };
  struct Wish {
    std::filesystem::path file;
    StepRange range;
    Look look;
  };
  /// Destroyed before it has finished: it stops, and leaves nothing.
  class Drawing {
   public:
    virtual ~Drawing() = default;
    /// Nothing while it goes on.
    virtual std::optional<Result<void>> finished() = 0;
  };
  using Draw = std::function<Result<std::unique_ptr<Drawing>>(const Session& session, const Wish& wish)>;

  Exporting(std::filesystem::path assets, Notices& notices) : assets_(std::move(assets)), notices_(notices) {}
  /// Who draws what ends in one of these, ".webp".
  void drawn_by(std::vector<std::string> extensions, Draw draw);
  /// Every extension that there is, as a list.
  std::string extensions() const;

  /// "race.html", or "race.html 12-40" for a range of steps. Errors: an extension or a range that is none, a file that is there.
  Result<void> write(const std::string& words, const Session& session, Look look);
  bool drawing() const { return drawing_ != nullptr; }
  void stop();
  /// Says so when the drawing has finished.
  void poll();

 private:
  std::filesystem::path assets_;
  Notices& notices_;
  std::vector<std::string> drawn_;  ///< extensions
  Draw draw_;
  std::unique_ptr<Drawing> drawing_;
  std::filesystem::path file_;  ///< that is being drawn
};

}  // namespace vmalab
