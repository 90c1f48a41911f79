// SPDX-License-Identifier: GPL-2.0-only
// What is put beside the open document: other code that follows its schedule, or another branch. The open document is the first side
// and leads: whatever is stepped, undone or travelled there is followed here. One cursor goes through the rows of both; where only
// the second takes a step the first stands still.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "run/workspace.h"
#include "view/beside_view.h"

namespace vmalab {

class SideBySide {
 public:
  bool open() const { return runs_.has_value(); }
  /// Error: the threads do not match; what was open stays.
  Result<void> put(const Document& first, Document second);
  /// Precondition: not the active branch.
  void put_branch(const Session& session, int branch);
  void close() { *this = SideBySide(); }

  /// Takes over what the session has done since, so much of it that a frame has room for it. Cheap where that is nothing.
  void follow(const Session& session);
  /// There is more to take over.
  bool behind(const Session& session) const { return second_ && steps_ + 1 < static_cast<int>(session.path().size()); }
  /// Takes over all of it.
  void catch_up(const Session& session);
  const TwoRuns& runs() const { return *runs_; }
  /// What is beside; null: a branch is.
  const Document* second() const { return second_ ? &*second_ : nullptr; }
  /// The same, to be put beside something else.
  std::optional<Document> take_second() { return std::exchange(second_, std::nullopt); }
  int branch() const { return branch_; }  ///< that is beside; -1: another document is

  int row() const { return row_; }
  int last_row() const { return static_cast<int>(runs_->rows().size()) - 1; }
  /// Clamped. Returns the step of the first side there, where its session has to go.
  int seek(int row);
  /// At the cursor. What has come to differ flashes from now on.
  const BesideView& view(VmaId vma);
  void pass(double seconds) { since_ += seconds; }
  /// Of what has just come to differ: 0 to 1, three times, and 1 from then on.
  float flash() const;
  bool flashing() const { return open() && since_ < kFlashSeconds; }

 private:
  static constexpr double kFlashSeconds = 1.2;
  static constexpr int kPiece = 500;  ///< steps that are taken over in a frame
  void begin(const Session& session);

  std::optional<TwoRuns> runs_;
  std::optional<Document> second_;
  std::optional<Machine> first_;  ///< of the open document
  std::array<std::string, 2> names_;
  int branch_ = -1, active_ = -1;
  std::array<NodeId, 2> tips_{};  ///< of both branches, as they were
  NodeId followed_ = kRootNode;   ///< the last step of the path that was taken
  int steps_ = 0;                 ///< of it
  int of_ = 0;                    ///< how many there are to take, while there are more
  int row_ = 0;
  std::uint64_t version_ = 0;  ///< of the rows
  struct {
    std::uint64_t version = 0;
    int row = -1, vma = -1;
    BesideView view;
  } shown_;
  double since_ = kFlashSeconds;
};

}  // namespace vmalab
