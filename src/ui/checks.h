// SPDX-License-Identifier: GPL-2.0-only
// What the panel "Checks and finder" knows and does, apart from drawing: the questions asked of the checker, the
// answers that came, and what the person is typing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/check_runner.h"
#include "run/session.h"
#include "view/checks_view.h"

namespace vmalab {

class Checks {
 public:
  enum class Section : std::uint8_t { kChecks, kFind, kNext, kEvidence, kCount };

  /// What is asked, and from where in the history.
  struct Question {
    std::string name;  ///< of a goal; empty: judge the checks
    std::string expression;
    NodeId from = kRootNode;
    int depth = 0;            ///< of `from`
    bool any_number = false;  ///< of threads
  };
  struct Answer {
    Question question;
    check::CheckReport report;
    std::optional<CheckRunner::Any> any{};  ///< of a check for any number of threads
    bool has_run() const { return !report.trace.empty(); }
    std::string branch_name() const;  ///< "counterexample: no-stuck", "goal: spurious wakeup"
    std::string where() const;        ///< "the start", "step 12"
  };

  /// All interleavings from the start, or from the cursor when from_here is on.
  void judge(const Session& session);
  /// For any number of the threads, from the start.
  void prove(const Session& session);
  /// A search ends at the first check that it finds broken: this one goes on with those that were not decided by it.
  void judge_others(const Session& session);
  /// The newest judgement found a check broken, and others are open.
  bool others_open() const;
  /// Its counterexample becomes the newest answer, to be opened.
  void show_counterexample(const Property& check);
  /// The nearest state where the expression is not zero.
  void find(const Session& session, std::string name, std::string expression);
  /// What stands in the find box; a ready-made goal that was not changed keeps its name.
  void find_typed(const Session& session);
  void cancel() { runner_.cancel(); }
  /// The text in the box is another one: what was wrong with the old one is no news.
  void edited() { error_.clear(); }
  bool running() const { return runner_.running(); }
  bool cancelled() const { return runner_.cancelled(); }
  /// Takes over what is new from the background; true when an answer or an error came.
  bool poll();
  /// Another session: what is known is about something else.
  void forget();

  const check::Progress& progress() const { return progress_; }
  const std::optional<Question>& asked() const { return asked_; }  ///< the question that runs now
  /// Of the newest judgement: one for each check that was found broken, and what was found of the rest.
  const std::vector<Answer>& judged() const { return judged_; }
  const std::optional<Answer>& verdicts() const { return verdicts_; }  ///< of the last check from the start
  const std::optional<Answer>& answer() const { return answer_; }      ///< the newest, to any question
  const std::string& error() const { return error_; }                  ///< of the newest question; empty when it had an answer

  // What the panel remembers.
  Section section = Section::kChecks;
  bool from_here = false;
  bool focus_find = false;                 ///< give the find box the keyboard in the next frame
  bool leave_find = false;                 ///< take it away
  int focus_wait = 0;                      ///< frames until it has it for certain
  std::array<char, 2048> text{};           ///< of the find box
  std::size_t cursor = 0;                  ///< in it
  std::optional<std::size_t> move_cursor;  ///< where the cursor has to go
  bool selecting = false;                  ///< some of the text is selected: nothing is offered for it
  bool typing = false;                     ///< the find box has the keyboard
  bool list_hovered = false;               ///< the mouse is over the completions: they stay while it clicks
  std::optional<std::string> kept;         ///< what stood in the box when Escape was pressed: ImGui would take it back
  int completion = 0;                      ///< the row that Tab takes
  bool keep_focus = false;                 ///< the box keeps the keyboard while its question is answered
  bool enter_opens = false;                ///< the box has found a run and gave the keyboard back: Enter, if it comes next, opens it
  float scroll = 0;                        ///< lines that the page shall move in the next frame
  bool offers = false;                     ///< there are rows
  bool chose = false;                      ///< by an arrow key: Enter takes the row, too
  bool take = false;                       ///< take the row in the next frame
  const Property* opened = nullptr;        ///< the check whose statement is shown

  void set_text(std::string_view wanted);
  std::string_view typed() const { return text.data(); }

 private:
  Question from_where(const Session& session) const;
  void ask(const Session& session, Question question, std::vector<const Property*> only = {});

  CheckRunner runner_;
  check::Progress progress_;
  std::optional<Question> asked_;
  std::optional<Answer> verdicts_, answer_;
  std::vector<Answer> judged_;
  bool goes_on_ = false;  ///< the question that runs now is about what judged_ left open
  std::string error_;
};

}  // namespace vmalab
