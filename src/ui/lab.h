// SPDX-License-Identifier: GPL-2.0-only
// The Lab is the window without a window: it owns the Session and everything the screen remembers, lays the
// panels out, and carries out commands. It needs an ImGui context and nothing of GL, so tests drive it as a person does.
//
// A frame is: prepare_fonts() before ImGui::NewFrame(), then NewFrame(), frame(), Render(). Keys go to
// handle_key() between frames. Bad input becomes a notice in the window; nothing here exits or throws.
// There is always a document.
#pragma once

#include <array>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/variants.h"
#include "run/scheduler.h"
#include "run/workspace.h"
#include "ui/checks.h"
#include "ui/commands.h"
#include "ui/fonts.h"
#include "ui/keys.h"
#include "ui/panel_state.h"
#include "view/story.h"
#include "ui/theme.h"
#include "ui/widgets.h"

namespace vmalab {

struct LabOptions {
  CodeChoice code;           ///< what scenarios run that are opened from the window; a variant is the document's
  Overrides overrides;       ///< what stands above those scenarios
  std::filesystem::path trace_folder = ".";  ///< where recordings go
  ThemeId theme = ThemeId::kDark;
  double zoom = 1;
};

enum class NoticeKind : std::uint8_t { kInfo, kWarning, kError };
struct Notice {
  NoticeKind kind = NoticeKind::kInfo;
  std::string text;
  double age = 0;     ///< seconds shown; info fades, errors stay until closed
  bool about_reload = false;  ///< void after the next reload
};

/// Steps a second while playing.
inline constexpr std::array kSpeeds{0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 60.0};

class Recorder;
struct PanelCache;

class Lab {
 public:
  Lab(Workspace workspace, LabOptions options, Document document);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  // ---- what panels read
  const Document& document() const { return *document_; }
  const Session& session() const { return document_->session; }
  const Machine& machine() const { return session().machine(); }
  /// Whose code runs when it is not the model alone, and how much of it is; empty for the model.
  const std::string& code_badge() const { return code_badge_; }
  const State& state() const { return session().state(); }
  const Scenario& scenario() const { return machine().scenario(); }
  /// The step that led to the cursor; null at the root.
  const StepInfo* last_step() const;
  /// Changes whenever the session is replaced: caches of an older serial are void.
  std::uint64_t session_serial() const { return session_serial_; }
  const Theme& theme() const { return vmalab::theme(theme_); }
  const Fonts& fonts() const { return fonts_; }
  float em() const { return fonts_.em; }
  ThreadId selected_thread() const { return selected_; }
  const std::string& thread_name(ThreadId t) const { return scenario().threads[t.value].name; }
  /// Seconds since the cursor last moved: what just changed glows while this is small. A large number off-screen.
  double since_move() const { return since_move_; }
  /// 1 just after a move, 0 when the glow is over. Off-screen pictures keep it at 1.
  float glow() const;
  /// Demo caption of the step that led to the cursor, while the run follows the demo; empty otherwise.
  Caption demo_caption() const;
  /// The step to come: of the run that is there already, of the demo, of the selected thread, or of the first that can.
  /// Nothing when no thread can go on.
  std::optional<NextAction> next_action() const;
  /// What "Ask me" asks about the step to come. Nothing when it is off or there is none.
  std::optional<Question> question() const;
  void answer(std::size_t choice);   ///< once for each question, index into Question::choices
  /// The demo's next action and caption, if the run has followed the demo so far.
  const DemoStep* next_demo_step() const;
  std::optional<Action> next_demo_action() const;

  // ---- commands; panels never touch the session
  bool can(CommandId id) const;
  void run(CommandId id);          ///< nothing happens when it is not enabled
  bool apply(Action action);       ///< one step or signal; on error a notice, false
  void take_next();                ///< next_action()
  bool demo_step();                ///< what the demo does next; a notice when the code in use lets it go no further
  void demo_to_caption_end();      ///< all steps of the caption that comes next or is under way; one command to undo
  bool step(ThreadId t) { return apply({Action::Kind::kStep, t}); }
  bool send_signal(ThreadId t) { return apply({Action::Kind::kSignal, t}); }
  void step_over(ThreadId t);      ///< until t is on another line of the same function, or left it
  void step_out(ThreadId t);       ///< until t has left the function it is in
  void until_blocked(ThreadId t);
  void run_to_line(ThreadId t, int file, int line);  ///< until t's next step is there, or it blocks
  void travel_to(int depth);       ///< on the active branch
  void go_to(NodeId node);
  void select_branch(int branch);
  void select_thread(ThreadId t);
  void select_vma(int vma);
  void rename_branch(int branch, std::string name);
  void restart();
  /// Take back the last command; behind the first one, the change of the scenario, the code or the trace.
  void undo();
  void redo();
  bool can_undo() const;
  bool can_redo() const;
  bool random_step();
  void set_theme(ThemeId theme);
  void set_zoom(double zoom);
  void set_speed(int index);       ///< into kSpeeds, clamped
  void set_policy(Policy policy);
  Policy policy() const { return policy_; }
  bool playing() const { return playing_; }
  /// A scenario by name, a scenario file, a trace or a link. An error leaves the session as it is.
  Result<void> open(std::string_view text);
  void start_recording();
  void stop_recording();
  bool recording() const { return recorder_ != nullptr; }
  void set_notice(NoticeKind kind, std::string text);
  void close_notice();
  const std::deque<Notice>& notices() const { return notices_; }

  /// Index into CodeBase::files() of what the source panel shows: the chosen file, or where the selected thread is.
  int source_file() const;
  void move_source_cursor(int lines);

  // ---- panels' memory
  ThreadsState threads_state;
  VmaPanelState vma_state;
  SourceState source_state;
  TimelineState timeline_state;
  LessonState lesson_state;
  std::shared_ptr<PanelCache> panel_cache;  ///< made by the panels when they first draw
  Checks checks;

  // ---- the checker
  void show_checks(Checks::Section section);
  /// Looks for the nearest state where the expression is not zero. The name is for people.
  void find_state(std::string name, std::string expression);
  void find_typed_state();         ///< what stands in the find box
  /// Makes the trace of the newest answer a branch with a name, and puts the cursor where it begins.
  void open_found_run();

  // ---- widgets
  void mark(std::string_view name, bool enabled = true);  ///< the widget drawn last
  void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool enabled = true);
  const WidgetLog& widgets() const { return widgets_; }

  // ---- frames and input
  /// The em for a window of this size and the zoom that is set.
  float wanted_em(float width, float height) const;
  /// Builds the font atlas when the wanted em has changed; true: the renderer must upload it again.
  bool prepare_fonts(float width, float height);
  /// The atlas belongs to another ImGui context now: the next prepare_fonts() builds it.
  void forget_fonts() { fonts_outdated_ = true; }
  void frame(float width, float height, double dt);
  /// True when the key was used. While a text field has the keyboard only Escape and Enter get here.
  bool handle_key(Key key, Mods mods);
  /// Something moves by itself (playing, a glow, a search): draw again within a frame's time.
  bool animating() const;
  bool quit_wanted() const { return quit_; }
  /// Pictures: no glow that fades, no blinking.
  void set_still(bool still) { still_ = still; }
  /// How text gets into the clipboard; ImGui's own when not set.
  void on_copy(std::function<void(const std::string&)> copy) { copy_ = std::move(copy); }

 private:
  friend struct CommandActions;   // commands.cpp: the actions of the table
  friend struct Screen;           // screen.cpp: draws menu, toolbar, status, overlays

  void adopt(Document document);
  void replace_document(Document document);
  /// The open one goes to `where`, for Undo or Redo to come back to; one without a step is not kept.
  void put_away(std::deque<Document>& where);
  void bring_back(std::deque<Document>& from, std::deque<Document>& to);
  void moved();
  void play(double dt);
  bool play_step();
  /// What the window opens when it is given this text: with the code and the overrides that it was started with.
  Origin origin_for(std::string_view text) const;
  void open_or_tell(std::string_view name);
  bool handle_key_in_find_box(Key key);
  void reload();
  /// Loads a variant and opens the scenario it names; row 0 goes back to the code without one.
  void choose_variant(int row);
  int variant_row() const;
  void restyle();
  int scenario_row() const;             ///< of the open scenario in scenarios_, -1 when it is not there
  std::filesystem::path new_trace_path() const;
  void show_source() { tab_ = kSourceTab; }
  void accept_overlay();
  void record_node(NodeId node);
  bool step_by(Scheduler& scheduler);
  void poll_checks();

  Workspace workspace_;
  LabOptions options_;
  std::optional<Document> document_;   ///< always one, once constructed
  std::deque<Document> earlier_, later_;
  std::uint64_t session_serial_ = 0;
  std::string code_badge_;
  static constexpr int kSettlingFrames = 4;
  int settling_ = 0;               ///< frames to be drawn though nothing moves
  std::vector<Scenario> scenarios_;    ///< of the assets, for the picker
  std::vector<Variant> variants_;  ///< the same; row 0 of the picker is v4 without one
  ThemeId theme_ = ThemeId::kDark;
  double zoom_ = 1;
  Fonts fonts_;
  ThreadId selected_;
  WidgetLog widgets_;
  std::deque<Notice> notices_;
  std::unique_ptr<Recorder> recorder_;

  // playing
  bool playing_ = false;
  int speed_ = 1;                       ///< index into kSpeeds
  double play_clock_ = 0;
  Policy policy_ = Policy::kDemo;
  std::unique_ptr<Scheduler> scheduler_, chance_;   ///< who chooses while playing; who chooses a random step

  Demo demo_;

  // overlays: one at a time, none modal
  enum class Overlay : std::uint8_t { kNone, kScenarios, kVariants, kOpen, kSave, kRename, kCompare, kHelp } overlay_ = Overlay::kNone;
  std::string overlay_text_;            ///< text field of the overlay
  bool overlay_opened_ = false;         ///< this frame: give the field the keyboard
  int picker_row_ = 0;
  static constexpr int kSourceTab = 2, kChecksTab = 3;
  int tab_ = 0;                         ///< 0 VMA, 1 class map, 2 source, 3 checks; wide windows: checks or source

  double since_move_ = 1e9;
  NodeId seen_cursor_ = kRootNode;      ///< cursor that moved() last saw
  bool fonts_outdated_ = true;
  bool still_ = false;
  bool quit_ = false;
  std::function<void(const std::string&)> copy_;
};

}  // namespace vmalab
