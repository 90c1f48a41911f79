// SPDX-License-Identifier: GPL-2.0-only
// The Workbench is the window without a window: it holds the documents, the player, notices, appearance and overlays, and
// carries out commands. It needs an ImGui context and nothing of GL, so tests drive it as a person does.
//
// A frame is: prepare_fonts() before ImGui::NewFrame(), then NewFrame(), frame(), Render(). Keys go to
// handle_key() between frames. Bad input becomes a notice in the window; nothing here exits or throws.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "run/beside.h"
#include "ui/actions.h"
#include "ui/appearance.h"
#include "ui/authoring.h"
#include "ui/checks.h"
#include "ui/documents.h"
#include "ui/exporting.h"
#include "ui/foresight.h"
#include "ui/keys.h"
#include "ui/menu_bar.h"
#include "ui/motion.h"
#include "ui/notices.h"
#include "ui/open_list.h"
#include "ui/overlay.h"
#include "ui/panel_cache.h"
#include "ui/panel_state.h"
#include "ui/picker.h"
#include "ui/player.h"
#include "ui/recording.h"
#include "ui/remembered.h"
#include "ui/side_by_side.h"
#include "ui/stage.h"
#include "ui/state_space.h"
#include "ui/tutor.h"
#include "ui/widgets.h"
#include "view/story.h"

namespace vmalab {

struct WorkbenchOptions {
  CodeChoice code;                           ///< what scenarios run that are opened from the window; a variant is the document's
  Overrides overrides;                       ///< what stands above those scenarios
  std::filesystem::path trace_folder = ".";  ///< where runs are saved and exported unless another folder is typed
  std::filesystem::path recordings{};        ///< where recordings go; empty: there, too
  std::filesystem::path lessons_file{};      ///< how far the person is in the lessons; empty: not kept
  ThemeId theme = ThemeId::kDark;
  double zoom = 1;
  Remembered remembered;  ///< of the last time; theme and zoom stand above it
};

class Workbench final : public Actions {
 public:
  Workbench(Workspace workspace, WorkbenchOptions options, Document document);
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  // ---- its parts
  const Documents& documents() const { return documents_; }
  Player& player() { return player_; }
  const Player& player() const { return player_; }
  Notices& notices() { return notices_; }
  const Notices& notices() const { return notices_; }
  Appearance& appearance() { return appearance_; }
  const Appearance& appearance() const { return appearance_; }
  Motion& motion() { return motion_; }
  const Motion& motion() const { return motion_; }
  /// And remembers it: what the desktop asks for does not count any more.
  void choose_motion(bool on);
  Overlay& overlay() { return overlay_; }
  const Overlay& overlay() const { return overlay_; }
  Authoring& authoring() { return authoring_; }
  const Authoring& authoring() const { return authoring_; }
  const Recording& recording() const { return recording_; }
  /// Its file is one of those that were open before.
  void stop_recording();
  /// Where this run is saved unless something else is typed.
  std::filesystem::path offered_file() const { return new_trace_file(trace_folder_, scenario()); }
  Exporting& exporting() { return exporting_; }
  const Exporting& exporting() const { return exporting_; }
  /// As things are now, for the next time.
  Remembered remembered() const;
  /// Scenarios whose demo was seen to its end.
  const std::set<std::string>& seen() const { return remembered_.seen; }
  /// The whole screen, as far as the place has one.
  bool wants_fullscreen() const { return fullscreen_ || stage_.on(); }
  void toggle_fullscreen() { fullscreen_ = !fullscreen_; }
  /// Files that were open before, the newest first.
  const std::vector<std::string>& recent() const { return remembered_.recent; }
  /// What the open dialog offers, and the menu.
  OpenList& open_list() { return open_list_; }
  /// The row of the open dialog: a file is opened, a folder is what is typed on from.
  void take_open_row(const OpenRow& row);
  MenuBar& menus() { return menus_; }
  /// What stands there is done.
  void choose(const MenuRow& row);
  /// Files were dropped on the window: the first is opened.
  void dropped(const std::vector<std::string>& files);
  const Stage& stage() const { return stage_; }
  void enter_stage();
  void leave_stage();
  const Tutor& tutor() const { return tutor_; }
  Checks& checks() { return checks_; }
  const Checks& checks() const { return checks_; }
  const Foresight& foresight() const { return foresight_; }
  /// Something is found out a little each frame.
  bool finds_out() const { return foresight_.busy() || tutor_.searching() || (side_by_side_.open() && side_by_side_.behind(session())); }
  /// What the panels remember.
  PanelStates panels;
  const WidgetLog& widgets() const { return widgets_; }

  // ---- what is open
  const Session& session() const { return documents_.current().session; }
  const Machine& machine() const { return session().machine(); }
  const State& state() const { return session().state(); }
  const Scenario& scenario() const { return machine().scenario(); }
  const std::string& thread_name(ThreadId t) const { return scenario().threads[t.value].name; }
  ThreadId selected_thread() const { return selected_; }
  /// The step that led to the cursor; null at the root.
  const StepInfo* last_step() const { return session().depth() == 0 ? nullptr : &session().info(session().cursor()); }
  /// Demo caption of the step that led to the cursor, while the run follows the demo; empty otherwise.
  const Caption& demo_caption() const;
  /// The step to come: of the run that is there already, of the demo, of the selected thread, or of the first that can.
  /// Nothing when no thread can go on.
  std::optional<NextAction> next_action() const;
  /// What "Quiz me" asks about the step to come. Nothing when it is off or there is none.
  std::optional<Question> question() const;
  int source_file() const { return shown_file(session(), selected_, panels.source); }

  // ---- documents; an error leaves what is open as it is
  /// A scenario by name, a scenario file, a trace or a link.
  Result<void> open(std::string_view text);
  void open_or_tell(std::string_view text);
  /// Reads what is open again, and walks the same run in it.
  void reload();
  /// Loads a variant and opens the scenario it names; row 0 goes back to the code without one.
  void choose_variant(int row);
  Result<void> save_run(const std::filesystem::path& file);
  /// The run as a link, in the clipboard.
  void copy_link();

  // ---- the run
  bool can(CommandId id) const override;
  void run(CommandId id) override;
  bool apply(Action action) override;
  bool step(ThreadId t) { return apply({Action::Kind::kStep, t}); }
  bool send_signal(ThreadId t) { return apply({Action::Kind::kSignal, t}); }
  void take_next() override;
  bool demo_step();            ///< what the demo does next; a notice when the code in use lets it go no further
  void demo_to_caption_end();  ///< all steps of the caption that comes next or is under way; one command to undo
  bool random_step() { return step_by(player_.chance()); }
  void step_over(ThreadId t) override;
  void step_out(ThreadId t) override;
  void until_blocked(ThreadId t) override;
  void run_to_line(ThreadId t, int file, int line) override;
  void travel_to(int depth) override;
  void go_to(NodeId node) override;
  void select_branch(int branch) override;
  void rename_branch(int branch, std::string name);
  void restart();
  /// Take back the last command; behind the first one, the change of the scenario, the code or the trace.
  void undo();
  void redo();
  bool can_undo() const { return session().can_undo() || documents_.can_go_back(); }
  bool can_redo() const { return session().can_redo() || documents_.can_go_forward(); }

  // ---- what is looked at
  void select_thread(ThreadId t) override;
  void select_vma(int vma) override;
  void ask_why(Place place) override;
  void ask_why(ThreadId t) override;
  void ask_why(const Property& property) override;
  bool value_on_screen(Place place) override;
  void point_at(Place place) override { panels.causes.pointing = place; }
  void move_source_cursor(int lines);
  void answer(std::size_t choice) override;
  void toggle_recording();
  void quit();

  // ---- the value that is asked about (workbench_causes.cpp)
  void until_change();    ///< along the run; at its end what comes next is done, until the value is another one
  void back_to_change();  ///< to the step that gave it the value that it has at the cursor

  // ---- lessons (workbench_lesson.cpp)
  /// Of the course, or a .toml file; `step`: from 0, else where the last time ended. An error leaves no lesson.
  Result<void> begin_lesson(std::string_view name, std::optional<int> step = {});
  /// Says which cannot be read.
  void read_lessons();
  void lesson_next(bool skip);
  void lesson_back();
  void lesson_answer(std::size_t choice) override;
  void lesson_reveal();
  void lesson_hint();
  void lesson_way();
  void lesson_free_or_back();
  void lesson_fast();
  void leave_lesson();

  // ---- the map of the state space (workbench_map.cpp)
  StateSpace& state_space() { return state_space_; }
  const StateSpace& state_space() const { return state_space_; }
  bool map_shown() const { return !stage_.on() && panels.arrangement.filled() == PanelId::kStateMap; }
  check::MapPlace map_place() const;  ///< that was chosen, else where the run is, else the start
  void map_to_breaking();
  void map_go();
  void map_zoom(float by);

  // ---- two runs side by side (workbench_beside.cpp)
  SideBySide& side_by_side() { return side_by_side_; }
  const SideBySide& side_by_side() const { return side_by_side_; }
  /// Under the schedule of what is open. Error: it cannot be opened, or its threads do not match; what was beside stays.
  Result<void> put_beside(const Beside& what);
  void put_beside_or_tell(const Beside& what);
  void put_branch_beside(int branch);
  bool beside_shown() const { return side_by_side_.open() && panels.arrangement.filled() == PanelId::kSideBySide; }
  void close_beside();
  void swap_sides();  ///< what is beside is what is open now, with the run that it has taken there, and the other way round
  void to_parting();
  void seek_row(int row) override;
  /// All but the active one.
  std::vector<PickerRow> branch_list() const;

  // ---- the checker
  void show_checks(Checks::Section section);
  /// Looks for the nearest state where the expression is not zero. The name is for people.
  void find_state(std::string name, std::string expression);
  void find_typed_state();  ///< what stands in the find box
  /// Makes the trace of the newest answer a branch with a name, and puts the cursor where it begins.
  void open_found_run();
  /// What nobody has a run for yet is looked for while the window goes on; what is found becomes a branch.
  void seek_other_ending();
  void seek_line(ThreadId t, int file, int line);
  void seek_shortest();
  void stop_seeking();

  // ---- frames and input
  bool prepare_fonts(float width, float height);  ///< see Appearance
  void frame(float width, float height, double dt);
  /// True when the key was used. While a text field has the keyboard only Escape and Enter get here.
  bool handle_key(Key key, Mods mods);
  /// The list that was opened begins at what is open.
  void choose_current_row();
  /// Of the list that is open.
  std::vector<PickerRow> list_rows() const;
  /// Of those that wait for the letters before them; to be called when the overlay has been drawn.
  void next_overlay_key();
  /// The overlay's row or text is what the person wants.
  void accept_overlay();
  /// In how many seconds after a frame the next one is due if nobody does anything: infinity when the picture holds.
  double next_frame_in() const;
  bool quit_wanted() const { return quit_; }
  /// How text gets into the clipboard; ImGui's own when not set.
  void on_copy(std::function<void(const std::string&)> copy) { copy_ = std::move(copy); }

 private:
  void remember_file();
  void follow_vma(bool jumped);
  void opened();     ///< another document
  void came_back();  ///< one that was open before
  void moved();      ///< the cursor may have moved
  bool step_by(Scheduler& scheduler);
  bool play_step();
  bool has_step_on_line(ThreadId t, int file, int line);  ///< and says so if not
  void run_until(ThreadId t, const std::function<bool(const Session&)>& predicate);
  bool handle_key_in_find_box(Key key);
  bool handle_key_on_stage(Key key);
  bool handle_key_in_causes(Key key, Mods mods);
  bool handle_key_in_lesson(Key key, Mods mods);
  Result<void> enter_lesson_step();
  void enter_or_tell();
  void after_lesson();
  void show_spots();
  void reload_lesson();
  /// What is beside, while what is open is read again.
  struct KeptBeside {
    bool open = false, filled = false;
    Beside what;
    std::optional<Document> document;
    std::string branch;
  };
  KeptBeside keep_beside();
  void put_beside_again(KeptBeside kept);
  void left_the_lesson();  ///< another document was opened: the lesson waits
  bool handle_key_in_overlay(Key key, Mods mods);
  void poll_checks();
  void look_ahead();
  void look_for_way();
  void sought(const Result<void>& begun, const char* what);
  bool open_branch(NodeId from, const std::vector<Action>& run, const std::string& name);
  void poll_map();
  bool handle_key_on_map(Key key, Mods mods);
  bool handle_key_beside(Key key, Mods mods);

  static constexpr int kSettlingFrames = 4;

  Notices notices_;
  Documents documents_;
  Appearance appearance_;
  Motion motion_;
  Player player_;
  std::filesystem::path trace_folder_;
  Recording recording_;
  Exporting exporting_;
  Overlay overlay_;
  Authoring authoring_;
  Stage stage_;
  Tutor tutor_;
  Remembered remembered_;
  OpenList open_list_;
  MenuBar menus_;
  bool fullscreen_ = false;
  Checks checks_;
  Foresight foresight_;
  StateSpace state_space_;
  SideBySide side_by_side_;
  Beside put_beside_;     ///< what was asked for; nothing where the sides were swapped since
  bool cramped_ = false;  ///< the last frame was smaller than what shows all panels
  WidgetLog widgets_;
  PanelCache cache_;
  ThreadId selected_;
  /// Of the demo, for the document and the cursor that they were made for.
  mutable Caption caption_;
  mutable std::pair<std::uint64_t, NodeId> captioned_{0, kNoNode};
  mutable std::shared_ptr<const Talk> captioned_talk_;
  mutable bool captioned_without_demo_ = false;
  bool quit_asked_ = false;         ///< with an unsaved talk: the second time it is meant
  NodeId seen_cursor_ = kRootNode;  ///< cursor that moved() last saw
  int settling_ = 0;                ///< frames to be drawn though nothing moves
  bool quit_ = false;
  std::function<void(const std::string&)> copy_;
};

}  // namespace vmalab
