// SPDX-License-Identifier: GPL-2.0-only
// The one table of commands. The menu bar, the keyboard, the toolbar and the help overlay are all drawn from it; a command
// that is not in the table does not exist.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ui/keys.h"

namespace vmalab {

class Workbench;

// clang-format off
enum class CommandId : std::uint8_t {
  // File
  kPickScenario, kNewStandard, kNextScenario, kPreviousScenario, kPickVariant, kReload, kOpenTrace, kSaveTrace, kRecord, kCopyLink, kExport, kStopDrawing, kQuit,
  // Run
  kStep, kStepOver, kStepOut, kUntilBlocked, kSignal, kDemoStep, kDemoCaption, kRandomStep, kPlay, kFaster, kSlower, kScheduler,
  kRunToLine, kSeekLine, kNextThread, kPreviousThread,
  // History
  kBack, kForward, kBack10, kForward10, kEnd, kRestart, kUndo, kRedo, kNextBranch, kPreviousBranch,
  kTakeFork, kRenameBranch, kWhy, kNextValue, kPreviousValue, kUntilChange, kBackToChange,
  kCompareBranches, kVariantBeside, kLockdepBeside, kOpenBeside, kSideBySide, kToParting, kSwapSides, kCloseBeside,
  // Talk
  kSayCaption, kSayNote, kSayChapter, kSayTitle, kTalkList, kTakeAway, kNextChapter, kPreviousChapter, kChapterEarlier, kChapterLater,
  // Check
  kCheckAll, kProveAny, kCheckOthers, kCancelCheck, kFindState, kFromHere, kOpenRun, kLookAhead, kOtherEnding, kShortestRun, kEvidence, kStateMap, kMapBreaking, kMapGo, kMapAny,
  // View
  kTheme, kBigger, kSmaller, kNormalSize, kNextVma, kDetail, kFoldCard, kFollow, kLineUp, kLineDown, kNextFile, kPreviousFile,
  kShowDiff, kZoomIn, kZoomOut, kFitTimeline, kEarlier, kLater, kLanesUp, kLanesDown, kPinLane, kFoldLane, kLegend, kQuestions, kNextPanel,
  kFillPanel, kFillNext, kStage, kFullscreen, kMotion, kCloseNotice,
  // Help
  kHelp, kLessons, kLessonNext, kLessonSkip, kLessonBack, kLessonHint, kLessonWay, kLessonFree, kLessonFast, kLessonLeave, kMenuBar,
  kCount
};
// clang-format on

/// While what fills the window a key may mean something else there.
enum class Where : std::uint8_t { kAnywhere, kMap };

struct Command {
  CommandId id;
  std::string_view name;      ///< "step": stable, for tests and logs
  std::string_view title;     ///< menu text: "Step"
  std::string_view sentence;  ///< what it does, for help and tooltips
  std::string_view menu;      ///< "Run"
  Shortcut shortcut;
  bool (*enabled)(const Workbench&);
  void (*run)(Workbench&);
  Where where = Where::kAnywhere;  ///< its key is for
};
std::span<const Command> command_table();  ///< in the order of CommandId
const Command& command(CommandId id);
/// Why it cannot be done now, as a sentence; empty: it can, or there is nothing to say (Escape, with nothing to close).
std::string why_disabled(const Workbench& bench, CommandId id);
/// The command of a shortcut, or null. Digits are no commands: they select threads.
const Command* find_command(Shortcut shortcut, Where where = Where::kAnywhere);

}  // namespace vmalab
