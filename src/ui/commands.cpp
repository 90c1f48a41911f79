// SPDX-License-Identifier: GPL-2.0-only
#include "ui/commands.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/platform.h"
#include "run/beside.h"
#include "run/schedule.h"
#include "ui/browser_keys.h"
#include "ui/picker.h"
#include "ui/workbench.h"
#include "view/branches.h"

namespace vmalab {
namespace {

/// What the commands do.
struct CommandActions {
  static bool always(const Workbench&) { return true; }
  static bool can_step(const Workbench& bench) { return bench.machine().can_step(bench.state(), bench.selected_thread()); }
  static bool any_enabled(const Workbench& bench) {
    ActionList actions;
    bench.machine().enabled(bench.state(), actions);
    return actions.count > 0;
  }
  static bool can_signal(const Workbench& bench) {
    ActionList actions;
    bench.machine().enabled(bench.state(), actions);
    return actions.contains({Action::Kind::kSignal, bench.selected_thread()});
  }
  static bool has_demo_step(const Workbench& bench) { return bench.player().next_in_demo(bench.session()).has_value(); }
  static bool can_play(const Workbench& bench) { return bench.player().playing() || after_cursor(bench) || any_enabled(bench); }
  static bool before_cursor(const Workbench& bench) { return bench.session().depth() > 0; }
  static bool after_cursor(const Workbench& bench) { return bench.session().depth() + 1 < static_cast<int>(bench.session().path().size()); }
  static bool many_threads(const Workbench& bench) { return bench.machine().thread_count() > 1; }
  static bool many_branches(const Workbench& bench) { return bench.session().branches().size() > 1; }
  static bool many_vmas(const Workbench& bench) { return bench.scenario().vmas.size() > 1; }
  static bool many_files(const Workbench& bench) { return bench.machine().code().files().size() > 1; }
  static bool many_scenarios(const Workbench& bench) { return bench.documents().scenarios().size() > 1; }
  static bool has_notice(const Workbench& bench) {
    return !bench.notices().empty() || bench.overlay().open() || bench.panels.causes.open() || bench.panels.arrangement.filled().has_value();
  }
  static bool has_line(const Workbench& bench) { return bench.panels.source.cursor_line > 0 && can_step(bench); }
  static bool can_undo(const Workbench& bench) { return bench.can_undo(); }
  static bool can_redo(const Workbench& bench) { return bench.can_redo(); }

  static void pick_scenario(Workbench& bench) {
    bench.overlay().show(Overlay::Kind::kScenarios);
    bench.choose_current_row();
  }
  static void new_standard(Workbench& bench) { bench.overlay().show(Overlay::Kind::kStandard); }
  template <int kStep>
  static void other_scenario(Workbench& bench) {
    const int count = static_cast<int>(bench.documents().scenarios().size());
    const int row = bench.documents().scenario_row();
    const int next = row < 0 ? 0 : (row + kStep + count) % count;
    bench.open_or_tell(bench.documents().scenarios()[static_cast<std::size_t>(next)].name);
  }
  static void pick_variant(Workbench& bench) {
    bench.overlay().show(Overlay::Kind::kVariants);
    bench.choose_current_row();
  }
  static void reload(Workbench& bench) { bench.reload(); }
  static void open_trace(Workbench& bench) {
    bench.open_list().look_again();
    bench.overlay().show(Overlay::Kind::kOpen);
  }
  static void save_trace(Workbench& bench) {
    bench.overlay().show(Overlay::Kind::kSave);
    bench.overlay().put(bench.offered_file().string());
  }
  static bool has_steps(const Workbench& bench) { return bench.session().path().size() > 1; }
  static bool is_drawing(const Workbench& bench) { return bench.exporting().drawing(); }
  static void export_run(Workbench& bench) {
    bench.overlay().show(Overlay::Kind::kExport);
    bench.overlay().put(bench.offered_file().replace_extension(".html").string());
  }
  static void stop_drawing(Workbench& bench) { bench.exporting().stop(); }
  static void record(Workbench& bench) { bench.toggle_recording(); }
  static void copy_link(Workbench& bench) { bench.copy_link(); }
  static void quit(Workbench& bench) { bench.quit(); }

  static void step(Workbench& bench) { bench.step(bench.selected_thread()); }
  static void step_over(Workbench& bench) { bench.step_over(bench.selected_thread()); }
  static void step_out(Workbench& bench) { bench.step_out(bench.selected_thread()); }
  static void until_blocked(Workbench& bench) { bench.until_blocked(bench.selected_thread()); }
  static void signal(Workbench& bench) { bench.send_signal(bench.selected_thread()); }
  static void demo_step(Workbench& bench) { bench.demo_step(); }
  static void demo_caption(Workbench& bench) { bench.demo_to_caption_end(); }
  static void random_step(Workbench& bench) { bench.random_step(); }
  static void play(Workbench& bench) { bench.player().playing() ? bench.player().stop() : bench.player().play(); }
  static void faster(Workbench& bench) { bench.player().set_speed(bench.player().speed() + 1); }
  static void slower(Workbench& bench) { bench.player().set_speed(bench.player().speed() - 1); }
  static void scheduler(Workbench& bench) {
    bench.player().set_policy(static_cast<Policy>((static_cast<int>(bench.player().policy()) + 1) % static_cast<int>(Policy::kCount)));
  }
  static void run_to_line(Workbench& bench) { bench.run_to_line(bench.selected_thread(), bench.source_file(), bench.panels.source.cursor_line); }
  static void seek_line(Workbench& bench) { bench.seek_line(bench.selected_thread(), bench.source_file(), bench.panels.source.cursor_line); }
  static void other_ending(Workbench& bench) { bench.seek_other_ending(); }
  static void shortest_run(Workbench& bench) { bench.seek_shortest(); }
  template <int kStep>
  static void other_thread(Workbench& bench) {
    const int count = bench.machine().thread_count();
    bench.select_thread(thread_id((bench.selected_thread().value + kStep + count) % count));
  }

  template <int kSteps>
  static void travel(Workbench& bench) {
    bench.travel_to(bench.session().depth() + kSteps);
  }
  static void to_end(Workbench& bench) { bench.travel_to(static_cast<int>(bench.session().path().size()) - 1); }
  static void restart(Workbench& bench) { bench.restart(); }
  static void undo(Workbench& bench) { bench.undo(); }
  static void redo(Workbench& bench) { bench.redo(); }
  template <int kStep>
  static void other_branch(Workbench& bench) {
    const int count = static_cast<int>(bench.session().branches().size());
    bench.select_branch((bench.session().active_branch() + kStep + count) % count);
  }
  /// The fork that is nearest; of two, the earlier.
  static void take_fork(Workbench& bench) {
    const std::vector<ForkMark> forks = fork_marks(bench.session());
    const auto away = [&](const ForkMark& fork) { return std::abs(fork.depth - bench.session().depth()); };
    const auto nearest = std::min_element(forks.begin(), forks.end(), [&](const ForkMark& a, const ForkMark& b) { return away(a) < away(b); });
    if (nearest != forks.end()) bench.go_to(nearest->to);
  }
  static void rename_branch(Workbench& bench) {
    bench.overlay().show(Overlay::Kind::kRename);
    bench.overlay().put(bench.session().branches()[static_cast<std::size_t>(bench.session().active_branch())].name);
  }
  static bool has_step(const Workbench& bench) { return bench.session().depth() > 0; }
  static bool has_chapters(const Workbench& bench) { return !bench.session().talk().markers().empty(); }
  static bool has_chapter_here(const Workbench& bench) { return bench.authoring().chapter_here().has_value(); }
  static bool says_something_here(const Workbench& bench) { return bench.authoring().says_something_at(bench.session().cursor()); }
  template <Overlay::Kind kKind>
  static void say(Workbench& bench) {
    bench.authoring().ask(kKind, bench.session().cursor());
  }
  static void talk_list(Workbench& bench) { bench.overlay().show(Overlay::Kind::kTalk); }
  static void take_away(Workbench& bench) { bench.authoring().take_away(bench.session().cursor()); }
  template <int kBy>
  static void other_chapter(Workbench& bench) {
    bench.authoring().go_to_chapter(kBy);
  }
  template <int kBy>
  static void move_chapter(Workbench& bench) {
    if (const std::optional<std::size_t> chapter = bench.authoring().chapter_here()) bench.authoring().move_chapter(*chapter, kBy);
  }
  static bool asks_of_value(const Workbench& bench) {
    const CausesState& causes = bench.panels.causes;
    return causes.open() && !causes.asked.back().thread && causes.asked.back().property == nullptr;
  }
  static void why(Workbench& bench) {
    const CausesState& causes = bench.panels.causes;
    if (const std::optional<Place> place = causes.chosen ? causes.chosen : causes.pointed) return bench.ask_why(*place);
    const PropertySet broken = bench.last_step() == nullptr ? bench.machine().initial_violations() : bench.last_step()->violations;
    if (broken != 0) return bench.ask_why(*properties_in(broken).front());
    bench.ask_why(Place::word(vma_address(bench.panels.vma.vma)));
  }
  template <int kBy>
  static void other_value(Workbench& bench) {
    bench.panels.causes.choose(kBy);
  }
  static void until_change(Workbench& bench) { bench.until_change(); }
  static void back_to_change(Workbench& bench) { bench.back_to_change(); }
  /// Where there is only one other, that one.
  static void compare_branches(Workbench& bench) {
    const std::vector<PickerRow> others = bench.branch_list();
    if (others.size() == 1) return bench.put_branch_beside(others.front().index);
    bench.overlay().show(Overlay::Kind::kBranches);
  }
  static void variant_beside(Workbench& bench) { bench.overlay().show(Overlay::Kind::kVariantBeside); }
  static void lockdep_beside(Workbench& bench) { bench.put_beside_or_tell({.lockdep = !bench.machine().code().config().lockdep}); }
  static void open_beside(Workbench& bench) { bench.overlay().show(Overlay::Kind::kOpenBeside); }
  static bool something_beside(const Workbench& bench) { return bench.side_by_side().open(); }
  static void side_by_side(Workbench& bench) {
    Arrangement& arrangement = bench.panels.arrangement;
    arrangement.fill(arrangement.filled() == PanelId::kSideBySide ? std::nullopt : std::optional(PanelId::kSideBySide));
  }
  static bool has_parting(const Workbench& bench) { return something_beside(bench) && bench.side_by_side().runs().parting().has_value(); }
  static void to_parting(Workbench& bench) { bench.to_parting(); }
  static void swap_sides(Workbench& bench) { bench.swap_sides(); }
  static void close_beside(Workbench& bench) { bench.close_beside(); }

  static void change_theme(Workbench& bench) {
    bench.appearance().set_theme(bench.appearance().theme_id() == ThemeId::kDark ? ThemeId::kLight : ThemeId::kDark);
  }
  static void bigger(Workbench& bench) { bench.appearance().set_zoom(bench.appearance().zoom() * 1.1); }
  static void smaller(Workbench& bench) { bench.appearance().set_zoom(bench.appearance().zoom() / 1.1); }
  static void normal_size(Workbench& bench) { bench.appearance().set_zoom(1); }
  static void next_vma(Workbench& bench) { bench.select_vma((bench.panels.vma.vma + 1) % static_cast<int>(bench.scenario().vmas.size())); }
  static void fold_card(Workbench& bench) {
    bool& collapsed = bench.panels.threads.collapsed[bench.selected_thread().value];
    collapsed = !collapsed;
  }
  static void detail(Workbench& bench) {
    bench.panels.threads.detail = static_cast<ThreadsState::Detail>((static_cast<int>(bench.panels.threads.detail) + 1) % 3);
  }
  static void follow(Workbench& bench) {
    bench.panels.source.follow = bench.panels.timeline.follow = !bench.panels.source.follow;
    if (bench.panels.source.follow) bench.panels.source.file = -1;
  }
  template <int kStep>
  static void other_line(Workbench& bench) {
    bench.move_source_cursor(kStep);
  }
  template <int kStep>
  static void other_file(Workbench& bench) {
    const int count = static_cast<int>(bench.machine().code().files().size());
    bench.panels.source.file = (bench.source_file() + kStep + count) % count;
    bench.panels.source.follow = false;
    bench.panels.source.cursor_line = 1;
    bench.panels.source.scroll_to_cursor = true;
    bench.panels.tab = Tab::kSource;
  }
  static void show_diff(Workbench& bench) {
    bench.panels.source.show_diff = !bench.panels.source.show_diff;
    bench.panels.tab = Tab::kSource;
  }
  static void zoom_in(Workbench& bench) { bench.map_shown() ? bench.map_zoom(1.25F) : void(bench.panels.timeline.zoom_by *= 1.25F); }
  static void zoom_out(Workbench& bench) { bench.map_shown() ? bench.map_zoom(0.8F) : void(bench.panels.timeline.zoom_by /= 1.25F); }
  static void fit_timeline(Workbench& bench) {
    if (bench.map_shown()) return bench.state_space().show_all();
    TimelineState& timeline = bench.panels.timeline;
    timeline.fit = !timeline.fit;
    if (!timeline.fit) timeline.zoom = 1;
  }
  template <int kQuarters>
  static void scroll(Workbench& bench) {
    bench.panels.timeline.first += 0.25F * kQuarters * bench.panels.timeline.visible;
  }
  template <int kLanes>
  static void scroll_lanes(Workbench& bench) {
    bench.panels.timeline.lane_scroll += kLanes;
  }
  static void pin_lane(Workbench& bench) { bench.panels.timeline.lanes.pinned ^= 1U << bench.selected_thread().value; }
  static void fold_lane(Workbench& bench) { bench.panels.timeline.lanes.folded ^= 1U << bench.selected_thread().value; }
  static void legend(Workbench& bench) { bench.panels.timeline.legend = !bench.panels.timeline.legend; }
  static void questions(Workbench& bench) { bench.panels.lesson.questions = !bench.panels.lesson.questions; }
  static void next_panel(Workbench& bench) {
    PanelStates& panels = bench.panels;
    // What is seen of it: a press that changes nothing of that would be none.
    const auto seen = [&panels] {
      if (panels.places == Places::kOne) return std::pair(panels.tab, Tab::kCount);
      const bool classes_apart = panels.places == Places::kClassesApart && panels.corner == Tab::kClassMap;
      return std::pair(panels.tab == Tab::kChecks ? Tab::kChecks : Tab::kSource, classes_apart ? Tab::kMemory : panels.corner);
    };
    for (const auto before = seen(); seen() == before;) {
      panels.tab = static_cast<Tab>((static_cast<int>(panels.tab) + 1) % static_cast<int>(Tab::kCount));
      if (panels.tab == Tab::kMessages && bench.machine().weak() == nullptr) continue;
      if (panels.tab == Tab::kMemory || panels.tab == Tab::kClassMap || panels.tab == Tab::kStateMap || panels.tab == Tab::kMessages)
        panels.corner = panels.tab;
    }
  }

  static void fill_panel(Workbench& bench) { bench.panels.arrangement.fill_or_return(); }
  static void fill_next(Workbench& bench) { bench.panels.arrangement.fill_next(); }

  static void state_map(Workbench& bench) {
    Arrangement& arrangement = bench.panels.arrangement;
    arrangement.fill(arrangement.filled() == PanelId::kStateMap ? std::nullopt : std::optional(PanelId::kStateMap));
  }
  static bool on_map(const Workbench& bench) { return bench.map_shown(); }
  static bool map_chosen(const Workbench& bench) {
    return bench.map_shown() && bench.state_space().selected.has_value() && !bench.state_space().any_number();
  }
  static void map_breaking(Workbench& bench) { bench.map_to_breaking(); }
  static void map_go(Workbench& bench) { bench.map_go(); }
  static void map_any(Workbench& bench) { bench.state_space().show_any_or_own(bench.scenario()); }
  static void fullscreen(Workbench& bench) { bench.toggle_fullscreen(); }
  static void motion(Workbench& bench) {
    bench.choose_motion(!bench.motion().on());
    bench.notices().say(NoticeKind::kInfo, bench.motion().on() ? "Motion is on: what a step moves is seen to go to its place."
                                                               : "Motion is off: what a step moves is at its place at once.");
  }
  static void stage(Workbench& bench) { bench.stage().on() ? bench.leave_stage() : bench.enter_stage(); }

  static bool not_checking(const Workbench& bench) { return !bench.checks().running(); }
  static bool checking(const Workbench& bench) { return (bench.checks().running() && !bench.checks().cancelled()) || bench.foresight().seeking(); }
  static bool has_found_run(const Workbench& bench) { return bench.checks().answer() && bench.checks().answer()->has_run(); }
  static void check_all(Workbench& bench) {
    bench.show_checks(Checks::Section::kChecks);
    bench.checks().judge(bench.session());
  }
  static void prove_any(Workbench& bench) {
    bench.show_checks(Checks::Section::kChecks);
    bench.checks().prove(bench.session());
  }
  static bool others_open(const Workbench& bench) { return !bench.checks().running() && bench.checks().others_open(); }
  static void check_others(Workbench& bench) {
    bench.show_checks(Checks::Section::kChecks);
    bench.checks().judge_others(bench.session());
  }
  static void cancel_check(Workbench& bench) {
    bench.stop_seeking();
    bench.checks().cancel();
  }
  static void find_state(Workbench& bench) {
    bench.show_checks(Checks::Section::kFind);
    bench.checks().focus_find = true;
  }
  static void from_here(Workbench& bench) { bench.checks().from_here = !bench.checks().from_here; }
  static void open_run(Workbench& bench) { bench.open_found_run(); }
  static void look_ahead(Workbench& bench) { bench.show_checks(Checks::Section::kNext); }
  static void evidence(Workbench& bench) { bench.show_checks(Checks::Section::kEvidence); }
  static void close(Workbench& bench) {
    if (bench.overlay().open()) return bench.overlay().close();
    if (bench.panels.causes.open()) return bench.panels.causes.close();
    if (!bench.notices().empty()) return bench.notices().close_newest();
    if (bench.panels.arrangement.filled() == PanelId::kSideBySide) return bench.close_beside();
    bench.panels.arrangement.fill(std::nullopt);
  }
  static bool at_the_desk(const Workbench& bench) { return !bench.stage().on(); }
  static void menus(Workbench& bench) { bench.menus().open(bench, 0); }
  static void help(Workbench& bench) { bench.overlay().show(Overlay::Kind::kHelp); }
  static bool in_lesson(const Workbench& bench) { return bench.tutor().on(); }
  static bool lesson_leads(const Workbench& bench) { return bench.tutor().leads(); }
  static bool lesson_back_there(const Workbench& bench) {
    return bench.tutor().leads() && (bench.tutor().run().step() > 0 || bench.tutor().run().over());
  }
  static bool lesson_goal_open(const Workbench& bench) {
    return bench.tutor().leads() && !bench.tutor().run().over() && bench.tutor().run().here().kind == LessonStep::Kind::kBreak &&
           bench.tutor().run().task_open();
  }
  static void lessons(Workbench& bench) {
    bench.read_lessons();
    bench.overlay().show(Overlay::Kind::kLessons);
    bench.choose_current_row();
  }
  static void lesson_next(Workbench& bench) { bench.lesson_next(false); }
  static void lesson_skip(Workbench& bench) { bench.lesson_next(true); }
  static void lesson_back(Workbench& bench) { bench.lesson_back(); }
  static void lesson_hint(Workbench& bench) { bench.lesson_hint(); }
  static void lesson_way(Workbench& bench) { bench.lesson_way(); }
  static void lesson_free(Workbench& bench) { bench.lesson_free_or_back(); }
  static void lesson_fast(Workbench& bench) { bench.lesson_fast(); }
  static void lesson_leave(Workbench& bench) { bench.leave_lesson(); }
};

using A = CommandActions;
constexpr Mods kPlain{}, kCtrl{.ctrl = true}, kShift{.shift = true}, kCtrlShift{.ctrl = true, .shift = true}, kAlt{.alt = true};

// clang-format off
constexpr std::array<Command, static_cast<std::size_t>(CommandId::kCount)> kCommands{{
    {CommandId::kPickScenario, "scenarios", "Choose a scenario\xe2\x80\xa6", "List the scenarios and open one.", "File",
     {Key::kP, kCtrl}, A::always, A::pick_scenario},
    {CommandId::kNewStandard, "standard", "New standard scenario\xe2\x80\xa6", "As many readers, writers and detachers as you like on one VMA.",
     "File", {Key::kN, kCtrl}, A::always, A::new_standard},
    {CommandId::kNextScenario, "next-scenario", "Next scenario", "Open the scenario that comes next in teaching order.", "File",
     {Key::kN, kPlain}, A::many_scenarios, A::other_scenario<1>},
    {CommandId::kPreviousScenario, "previous-scenario", "Previous scenario", "Open the scenario before this one.", "File",
     {Key::kN, kShift}, A::many_scenarios, A::other_scenario<-1>},
    {CommandId::kPickVariant, "variants", "Choose a variant\xe2\x80\xa6", "Run with a historical bug in the code, and see its diff.", "File",
     {Key::kV, kCtrl}, A::always, A::pick_variant},
    {CommandId::kReload, "reload", "Reload scenario and C", "Read the scenario and the C again, as they are on disk now; in a lesson the lesson, too.", "File",
     {Key::kF5, kPlain}, A::always, A::reload},
    {CommandId::kOpenTrace, "open", "Open a trace or a link\xe2\x80\xa6", "Replay a recorded file, or a link from a mail.", "File",
     {Key::kO, kCtrl}, A::always, A::open_trace},
    {CommandId::kSaveTrace, "save", "Save this run\xe2\x80\xa6", "Write the run as a trace file: its branches, captions, notes, and this step.", "File",
     {Key::kS, kCtrl}, A::always, A::save_trace},
    {CommandId::kRecord, "record", "Record", "Write every step to a trace file of its own as it happens (~/.local/share/vmalab/recordings); again to stop.", "File",
     {Key::kR, kCtrl}, A::always, A::record},
    {CommandId::kCopyLink, "copy-link", "Copy link", "Put the run into the clipboard as a short text for a mail or a chat.", "File",
     {Key::kL, kCtrl}, A::always, A::copy_link},
    {CommandId::kExport, "export", "Export\xe2\x80\xa6", "Write the run as a page, a drawing, a transcript or moving pictures.", "File",
     {Key::kE, kCtrl}, A::has_steps, A::export_run},
    {CommandId::kStopDrawing, "stop-drawing", "Stop drawing", "End what an export draws beside the window; nothing is left of it.", "File",
     {Key::kE, kCtrlShift}, A::is_drawing, A::stop_drawing},
    {CommandId::kQuit, "quit", "Quit", "Close the window.", "File", {Key::kQ, kCtrl}, A::always, A::quit},

    {CommandId::kStep, "step", "Step", "The selected thread makes one shared access.", "Run", {Key::kSpace, kPlain},
     A::can_step, A::step},
    {CommandId::kStepOver, "over", "Over", "The selected thread runs to its next line, over calls.", "Run",
     {Key::kF10, kPlain}, A::can_step, A::step_over},
    {CommandId::kStepOut, "out", "Out", "The selected thread runs until it has left the function it is in.", "Run",
     {Key::kF11, kShift}, A::can_step, A::step_out},
    {CommandId::kUntilBlocked, "until-blocked", "Until blocked", "The selected thread runs until it must wait or is done.", "Run",
     {Key::kB, kPlain}, A::can_step, A::until_blocked},
    {CommandId::kSignal, "signal", "Send signal", "Send a fatal signal to the selected thread.", "Run", {Key::kK, kPlain},
     A::can_signal, A::signal},
    {CommandId::kDemoStep, "demo-step", "Demo step", "Do what the scenario's demo does next.", "Run", {Key::kEnter, kPlain},
     A::has_demo_step, A::demo_step},
    {CommandId::kDemoCaption, "demo-caption", "Demo caption", "All steps of the demo's next caption at once, or what is left of this one.", "Run",
     {Key::kEnter, kCtrl}, A::has_demo_step, A::demo_caption},
    {CommandId::kRandomStep, "random-step", "Random step", "A random thread makes one shared access.", "Run",
     {Key::kR, kPlain}, A::any_enabled, A::random_step},
    {CommandId::kPlay, "play", "Play", "Go forward by itself; beyond the end of the branch the scheduler chooses.", "Run",
     {Key::kP, kPlain}, A::can_play, A::play},
    {CommandId::kFaster, "faster", "Faster", "Play more steps a second.", "Run", {Key::kPeriod, kPlain}, A::always, A::faster},
    {CommandId::kSlower, "slower", "Slower", "Play fewer steps a second.", "Run", {Key::kComma, kPlain}, A::always, A::slower},
    {CommandId::kScheduler, "scheduler", "Change scheduler",
     "Who chooses while playing: the demo, random, PCT, round robin, or the selected thread alone.", "Run",
     {Key::kS, kPlain}, A::always, A::scheduler},
    {CommandId::kRunToLine, "run-to-line", "Run to line", "The selected thread runs to the marked line of the source.", "Run",
     {Key::kG, kPlain}, A::has_line, A::run_to_line},
    {CommandId::kSeekLine, "seek-line", "To line by any schedule", "The nearest run in which the selected thread comes to the marked line, as a branch.",
     "Run", {Key::kG, kShift}, A::has_line, A::seek_line},
    {CommandId::kNextThread, "next-thread", "Next thread", "Select the next thread; 1 to 9 select one directly.", "Run",
     {Key::kTab, kPlain}, A::many_threads, A::other_thread<1>},
    {CommandId::kPreviousThread, "previous-thread", "Previous thread", "Select the thread before.", "Run",
     {Key::kTab, kShift}, A::many_threads, A::other_thread<-1>},

    {CommandId::kBack, "back", "Back", "One step back in time. Nothing is lost.", "History", {Key::kLeft, kPlain},
     A::before_cursor, A::travel<-1>},
    {CommandId::kForward, "forward", "Forward", "One step forward along this branch.", "History", {Key::kRight, kPlain},
     A::after_cursor, A::travel<1>},
    {CommandId::kBack10, "back-10", "Back 10", "Ten steps back.", "History", {Key::kPageUp, kPlain}, A::before_cursor,
     A::travel<-10>},
    {CommandId::kForward10, "forward-10", "Forward 10", "Ten steps forward along this branch.", "History",
     {Key::kPageDown, kPlain}, A::after_cursor, A::travel<10>},
    {CommandId::kEnd, "end", "To the end", "To the last step of this branch.", "History", {Key::kEnd, kPlain},
     A::after_cursor, A::to_end},
    {CommandId::kRestart, "restart", "Restart", "Back to the start. The branch stays.", "History", {Key::kHome, kPlain},
     A::before_cursor, A::restart},
    {CommandId::kUndo, "undo", "Undo", "Take back the last command, travelling and another scenario included.", "History", {Key::kZ, kCtrl},
     A::can_undo, A::undo},
    {CommandId::kRedo, "redo", "Redo", "Do again what was undone.", "History", {Key::kZ, kCtrlShift}, A::can_redo, A::redo},
    {CommandId::kNextBranch, "next-branch", "Next branch", "To the tip of the next branch of this history.", "History",
     {Key::kDown, kCtrl}, A::many_branches, A::other_branch<1>},
    {CommandId::kPreviousBranch, "previous-branch", "Previous branch", "To the tip of the branch before.", "History",
     {Key::kUp, kCtrl}, A::many_branches, A::other_branch<-1>},
    {CommandId::kTakeFork, "fork", "Take the fork", "To the first step of the branch that leaves this one nearest to here.", "History",
     {Key::kY, kPlain}, A::many_branches, A::take_fork},
    {CommandId::kRenameBranch, "rename-branch", "Rename branch\xe2\x80\xa6", "Give this branch a name.", "History",
     {Key::kF2, kPlain}, A::always, A::rename_branch},
    {CommandId::kWhy, "why", "Why is it so?",
     "Who made the value under the mouse so, or that the keys have chosen; else why a check is broken here, or the chosen VMA's vm_refcnt is what it is.",
     "History", {Key::kQ, kShift}, A::always, A::why},
    {CommandId::kNextValue, "next-value", "Next value", "Choose the next value that is on the screen, to be asked about.", "History",
     {Key::kSlash, kPlain}, A::always, A::other_value<1>},
    {CommandId::kPreviousValue, "previous-value", "Previous value", "Choose the value before.", "History", {Key::kSlash, kShift}, A::always,
     A::other_value<-1>},
    {CommandId::kUntilChange, "until-change", "Run until it changes", "Go on until the value that is asked about changes.", "History",
     {Key::kRightBracket, kShift}, A::asks_of_value, A::until_change},
    {CommandId::kBackToChange, "back-to-change", "Back to when it changed", "Go back to the step that gave the value that is asked about.",
     "History", {Key::kLeftBracket, kShift}, A::asks_of_value, A::back_to_change},
    {CommandId::kCompareBranches, "compare", "Compare with a branch\xe2\x80\xa6", "Another branch and this one side by side: one run until they part.",
     "History", {Key::kC, kPlain}, A::many_branches, A::compare_branches},
    {CommandId::kVariantBeside, "variant-beside", "Compare with a variant\xe2\x80\xa6", "The same schedule in other code, side by side, in lockstep until they part.",
     "History", {Key::kC, kShift}, A::always, A::variant_beside},
    {CommandId::kLockdepBeside, "lockdep-beside", "Compare with lockdep the other way", "The same schedule with lockdep off, or on, side by side.",
     "History", {Key::kC, kCtrlShift}, A::always, A::lockdep_beside},
    {CommandId::kOpenBeside, "open-beside", "Compare with a tree or a file\xe2\x80\xa6", "A Linux tree, C of your own, a scenario or a trace under the schedule of this run.",
     "History", {Key::kO, kCtrlShift}, A::always, A::open_beside},
    {CommandId::kSideBySide, "side-by-side", "Side by side", "What is compared fills the window, or goes back.", "History",
     {Key::kU, kCtrl}, A::something_beside, A::side_by_side},
    {CommandId::kToParting, "to-parting", "To where they part", "The first step that is not the same in both.", "History", {Key::kU, kPlain},
     A::has_parting, A::to_parting},
    {CommandId::kSwapSides, "swap-sides", "Swap the sides", "What is beside is steered, and what was steered follows.", "History", {Key::kU, kShift},
     A::something_beside, A::swap_sides},
    {CommandId::kCloseBeside, "close-beside", "Compare no more", "What is beside goes away; so does Esc.", "History", {Key::kU, kCtrlShift},
     A::something_beside, A::close_beside},

    {CommandId::kSayCaption, "say-caption", "Caption at this step\xe2\x80\xa6", "Your words from this step on, in place of the demo's; with a claim behind a sentence they are checked.",
     "Talk", {Key::kW, kPlain}, A::has_step, A::say<Overlay::Kind::kSayCaption>},
    {CommandId::kSayNote, "say-note", "Note at this step\xe2\x80\xa6", "For the speaker alone, from this step on (`vmalab open --notes`).", "Talk",
     {Key::kW, kShift}, A::always, A::say<Overlay::Kind::kSayNote>},
    {CommandId::kSayChapter, "say-chapter", "Chapter at this step\xe2\x80\xa6", "A name for this step, as a chapter of the talk; or another name.", "Talk",
     {Key::kJ, kPlain}, A::always, A::say<Overlay::Kind::kSayChapter>},
    {CommandId::kSayTitle, "say-title", "Title of this run\xe2\x80\xa6", "In place of the scenario's, on the screen and in everything that is written.", "Talk",
     {Key::kF2, kShift}, A::always, A::say<Overlay::Kind::kSayTitle>},
    {CommandId::kTalkList, "talk", "What is said\xe2\x80\xa6", "Title, chapters, captions and notes: go there, change, reorder, take away.", "Talk",
     {Key::kT, kShift}, A::always, A::talk_list},
    {CommandId::kTakeAway, "take-away", "Take away what is said here", "The caption, the note and the chapter of this step.", "Talk",
     {Key::kDelete, kPlain}, A::says_something_here, A::take_away},
    {CommandId::kNextChapter, "next-chapter", "Next chapter", "To the step of the chapter that comes next in the talk.", "Talk",
     {Key::kPageDown, kCtrl}, A::has_chapters, A::other_chapter<1>},
    {CommandId::kPreviousChapter, "previous-chapter", "Previous chapter", "To the step of the chapter before.", "Talk",
     {Key::kPageUp, kCtrl}, A::has_chapters, A::other_chapter<-1>},
    {CommandId::kChapterEarlier, "chapter-earlier", "Chapter earlier in the talk", "The chapter of this step changes places with the one before it.", "Talk",
     {Key::kUp, kAlt}, A::has_chapter_here, A::move_chapter<-1>},
    {CommandId::kChapterLater, "chapter-later", "Chapter later in the talk", "The chapter of this step changes places with the one behind it.", "Talk",
     {Key::kDown, kAlt}, A::has_chapter_here, A::move_chapter<1>},

    {CommandId::kCheckAll, "check", "Check all interleavings", "Judge every check over every order in which the threads can run.",
     "Check", {Key::kF9, kPlain}, A::not_checking, A::check_all},
    {CommandId::kProveAny, "prove-any", "Prove for any number", "Judge every check for any number of the threads at once, coming and going for ever.",
     "Check", {Key::kF9, kAlt}, A::not_checking, A::prove_any},
    {CommandId::kCheckOthers, "check-others", "Check the others", "A check is broken: go on with those that are still open.", "Check",
     {Key::kF9, kCtrl}, A::others_open, A::check_others},
    {CommandId::kCancelCheck, "cancel-check", "Cancel the check", "Stop what is searched, and keep what a check knows so far.", "Check",
     {Key::kF9, kShift}, A::checking, A::cancel_check},
    {CommandId::kFindState, "find", "Find a state\xe2\x80\xa6", "Ask for a state in C and get the shortest way there.", "Check",
     {Key::kF, kCtrl}, A::always, A::find_state},
    {CommandId::kFromHere, "from-here", "Check from here", "Ask what can still happen from this step on, instead of from the start.",
     "Check", {Key::kH, kPlain}, A::always, A::from_here},
    {CommandId::kOpenRun, "open-run", "Open as a run", "Make what was found a branch of the history, to be stepped through.", "Check",
     {Key::kO, kPlain}, A::has_found_run, A::open_run},
    {CommandId::kLookAhead, "next-steps", "Next steps", "Show where each of the next steps leads.", "Check", {Key::kA, kPlain},
     A::always, A::look_ahead},
    {CommandId::kOtherEnding, "other-ending", "Another ending", "The nearest run from here that comes out otherwise, as a branch.", "Check",
     {Key::kA, kShift}, A::has_steps, A::other_ending},
    {CommandId::kShortestRun, "shortest-run", "Shortest with this violation", "The shortest run with the violation of this one, as a branch.", "Check",
     {Key::kO, kShift}, A::has_steps, A::shortest_run},
    {CommandId::kEvidence, "evidence", "Evidence", "Show what the newest verdict rests on.", "Check", {Key::kE, kPlain}, A::always,
     A::evidence},
    {CommandId::kStateMap, "state-map", "State space",
     "All states that can be reached, by steps and vm_refcnt, and the run's way through them: fills the window, or goes back.", "Check",
     {Key::kM, kCtrl}, A::always, A::state_map},
    {CommandId::kMapBreaking, "map-breaking", "On the map: what breaks", "Choose the next cell of the state space that breaks a check, and so on round.", "Check",
     {Key::kN, kPlain}, A::on_map, A::map_breaking, Where::kMap},
    {CommandId::kMapGo, "map-go", "On the map: go there", "A shortest run to the cell that the arrows have chosen; into what breaks there, if something does.",
     "Check", {Key::kEnter, kPlain}, A::map_chosen, A::map_go, Where::kMap},
    {CommandId::kMapAny, "map-any", "On the map: any number of threads", "The states that stand for any number of the threads, of which many are \xe2\x80\x9cmany\xe2\x80\x9d; or those of this scenario alone.",
     "Check", {Key::kA, kPlain}, A::on_map, A::map_any, Where::kMap},

    {CommandId::kTheme, "theme", "Light or dark", "Change between the dark and the light theme.", "View", {Key::kT, kPlain},
     A::always, A::change_theme},
    {CommandId::kBigger, "bigger", "Bigger", "Everything larger.", "View", {Key::kPlus, kCtrl}, A::always, A::bigger},
    {CommandId::kSmaller, "smaller", "Smaller", "Everything smaller.", "View", {Key::kMinus, kCtrl}, A::always, A::smaller},
    {CommandId::kNormalSize, "normal-size", "Normal size", "The size that suits the window.", "View", {Key::k0, kCtrl},
     A::always, A::normal_size},
    {CommandId::kNextVma, "next-vma", "Next VMA", "Show the next VMA in the VMA panel and the class map.", "View",
     {Key::kV, kPlain}, A::many_vmas, A::next_vma},
    {CommandId::kDetail, "detail", "Detail of next steps", "Cards show the next function, line, or single access.", "View",
     {Key::kD, kPlain}, A::always, A::detail},
    {CommandId::kFoldCard, "fold", "Fold card", "Show less of the selected thread, or more again.", "View", {Key::kM, kPlain},
     A::always, A::fold_card},
    {CommandId::kFollow, "follow", "Follow", "Keep the source on the selected thread, and the timeline on the present.", "View",
     {Key::kF, kPlain}, A::always, A::follow},
    {CommandId::kLineUp, "line-up", "Line up", "Move the mark in the source up; the diff and the checks scroll.", "View", {Key::kUp, kPlain}, A::always,
     A::other_line<-1>},
    {CommandId::kLineDown, "line-down", "Line down", "Move the mark in the source down; the diff and the checks scroll.", "View", {Key::kDown, kPlain},
     A::always, A::other_line<1>},
    {CommandId::kNextFile, "next-file", "Next file", "Show the next file of the C that runs.", "View",
     {Key::kRightBracket, kPlain}, A::many_files, A::other_file<1>},
    {CommandId::kPreviousFile, "previous-file", "Previous file", "Show the file before.", "View", {Key::kLeftBracket, kPlain},
     A::many_files, A::other_file<-1>},
    {CommandId::kShowDiff, "diff", "Variant as a diff", "Show what a variant changes in the code below it.", "View",
     {Key::kX, kPlain}, A::always, A::show_diff},
    {CommandId::kZoomIn, "zoom-in", "Widen the timeline", "Fewer steps, more room for each; of the state space where that fills the window.", "View", {Key::kPlus, kPlain},
     A::always, A::zoom_in},
    {CommandId::kZoomOut, "zoom-out", "Narrow the timeline", "More steps, less room for each; of the state space where that fills the window.", "View", {Key::kMinus, kPlain},
     A::always, A::zoom_out},
    {CommandId::kFitTimeline, "fit", "Fit the timeline", "The whole run in view, or the whole state space; again: the usual width.", "View", {Key::kF, kShift},
     A::always, A::fit_timeline},
    {CommandId::kEarlier, "earlier", "Timeline to the left", "Show earlier steps; the run stays where it is.", "View",
     {Key::kLeft, kShift}, A::always, A::scroll<-1>},
    {CommandId::kLater, "later", "Timeline to the right", "Show later steps; the run stays where it is.", "View",
     {Key::kRight, kShift}, A::always, A::scroll<1>},
    {CommandId::kLanesUp, "lanes-up", "Lanes up", "Where the timeline has more lanes than room: those above.", "View",
     {Key::kUp, kShift}, A::always, A::scroll_lanes<-1>},
    {CommandId::kLanesDown, "lanes-down", "Lanes down", "Where the timeline has more lanes than room: those below.", "View",
     {Key::kDown, kShift}, A::always, A::scroll_lanes<1>},
    {CommandId::kPinLane, "pin-lane", "Pin lane", "Keep the selected thread's lane on top, or let it go.", "View",
     {Key::kL, kPlain}, A::always, A::pin_lane},
    {CommandId::kFoldLane, "fold-lane", "Fold lane", "The selected thread's lane as a strip, or whole again.", "View",
     {Key::kL, kShift}, A::always, A::fold_lane},
    {CommandId::kLegend, "legend", "Legend", "What the marks of the timeline mean.", "View", {Key::kI, kPlain}, A::always, A::legend},
    {CommandId::kQuestions, "questions", "Quiz me", "Ask \xe2\x80\x9cwhat will it be next?\xe2\x80\x9d before a step.", "View",
     {Key::kQ, kPlain}, A::always, A::questions},
    {CommandId::kNextPanel, "next-panel", "Next panel", "Checks or source; memory, classes or state space; where the window is narrow, the VMA too.", "View",
     {Key::kF6, kPlain}, A::always, A::next_panel},
    {CommandId::kFillPanel, "fill-panel", "Fill the window", "The panel under the mouse fills the window, or goes back; so does a double click on its title.",
     "View", {Key::kZ, kPlain}, A::always, A::fill_panel},
    {CommandId::kFillNext, "fill-next", "Fill with the next panel", "Another panel fills the window.", "View", {Key::kZ, kShift}, A::always,
     A::fill_next},
    {CommandId::kStage, "stage", "Stage", "For a room to see: caption, lock word and timeline in large type on the whole screen.", "View",
     {Key::kF11, kPlain}, A::always, A::stage},
    {CommandId::kFullscreen, "fullscreen", "Full screen", "The desk on the whole screen, and back.", "View", {Key::kEnter, {.alt = true}}, A::always,
     A::fullscreen},
    {CommandId::kMotion, "motion", "Motion", "See what moves go to its new place, or have it there at once.", "View", {Key::kM, kShift}, A::always,
     A::motion},
    {CommandId::kCloseNotice, "close", "Close message", "Close what lies on top, or the newest message; a panel that fills the window goes back.", "View",
     {Key::kEscape, kPlain}, A::has_notice, A::close},

    {CommandId::kHelp, "help", "Keys and commands", "All commands with their keys.", "Help", {Key::kF1, kPlain}, A::always,
     A::help},
    {CommandId::kLessons, "lessons", "Lessons\xe2\x80\xa6", "Learn the lock step by step, with questions that the machine answers.", "Help",
     {Key::kF7, kPlain}, A::always, A::lessons},
    {CommandId::kLessonNext, "lesson-next", "Next step of the lesson", "Go on with the lesson; so do Enter and Page Down.", "Help",
     {Key::kF8, kPlain}, A::lesson_leads, A::lesson_next},
    {CommandId::kLessonSkip, "lesson-skip", "Skip this step of the lesson", "Go on without doing what is asked.", "Help", {Key::kF8, kCtrl},
     A::lesson_leads, A::lesson_skip},
    {CommandId::kLessonBack, "lesson-back", "Step of the lesson before", "One step of the lesson back; so does Page Up.", "Help",
     {Key::kF8, kShift}, A::lesson_back_there, A::lesson_back},
    {CommandId::kLessonHint, "lesson-hint", "Hint", "Towards a goal of the lesson: the next step of a shortest way from here; so does H.", "Help",
     {Key::kF3, kPlain}, A::lesson_goal_open, A::lesson_hint},
    {CommandId::kLessonWay, "lesson-way", "Show a way", "A whole shortest way to the goal of the lesson.", "Help", {Key::kF3, kShift},
     A::lesson_goal_open, A::lesson_way},
    {CommandId::kLessonFree, "lesson-free", "Free play, and back", "Try what you like: the lesson keeps its place, and the same key goes back to it.",
     "Help", {Key::kF4, kPlain}, A::in_lesson, A::lesson_free},
    {CommandId::kLessonFast, "lesson-fast", "Fast track", "Pass over the steps of a lesson that are marked as known.", "Help", {Key::kF4, kShift},
     A::in_lesson, A::lesson_fast},
    {CommandId::kLessonLeave, "lesson-leave", "Leave the lesson", "The place in it is kept.", "Help", {Key::kF7, kShift}, A::in_lesson,
     A::lesson_leave},
    {CommandId::kMenuBar, "menus", "Menus", "Into the menus by keyboard: arrows walk, Enter runs, Esc leaves. Alt with a menu's first letter opens that one.", "Help", {Key::kAlt, kPlain},
     A::at_the_desk, A::menus},
}};
// clang-format on

/// Keys that are a browser's own, and what their commands have instead where the window is in one. As a rule Alt and Shift with the letter, or with
/// the digit of the F key.
struct InBrowser {
  CommandId id;
  Shortcut shortcut;
  std::string_view sentence{};  ///< empty: the same
};
constexpr Mods kAltShift{.shift = true, .alt = true};
// clang-format off
constexpr std::array<InBrowser, 34> kInBrowser{{
    {CommandId::kPickScenario, {Key::kP, kAltShift}},
    {CommandId::kNewStandard, {Key::kN, kAltShift}},
    {CommandId::kPickVariant, {Key::kV, kAltShift}},
    {CommandId::kReload, {Key::k5, kAltShift}},
    {CommandId::kOpenTrace, {Key::kO, kAltShift}},
    {CommandId::kSaveTrace, {Key::kS, kAltShift}, "The run as a trace file, for you to keep: its branches, captions, notes, and this step."},
    {CommandId::kRecord, {Key::kR, kAltShift}, "Write every step to a trace file of its own as it happens; again to stop, and to get it."},
    {CommandId::kCopyLink, {Key::kL, kAltShift}, "Put the address of this run, at this step, into the clipboard."},
    {CommandId::kExport, {Key::kE, kAltShift}, "Write the run as a page, a drawing or a transcript."},
    {CommandId::kStopDrawing, {Key::kD, kAltShift}},
    {CommandId::kQuit, {Key::kQ, kAltShift}},
    {CommandId::kStepOver, {Key::kRight, kAltShift}},
    {CommandId::kStepOut, {Key::kUp, kAltShift}},
    {CommandId::kNextThread, {Key::kRight, kCtrl}},
    {CommandId::kPreviousThread, {Key::kLeft, kCtrl}},
    {CommandId::kLockdepBeside, {Key::kC, kAltShift}},
    {CommandId::kOpenBeside, {Key::kK, kAltShift}},
    {CommandId::kSideBySide, {Key::kU, kAltShift}},
    {CommandId::kCloseBeside, {Key::kX, kAltShift}},
    {CommandId::kNextChapter, {Key::kPageDown, kAlt}},
    {CommandId::kPreviousChapter, {Key::kPageUp, kAlt}},
    {CommandId::kFindState, {Key::kF, kAltShift}},
    {CommandId::kStateMap, {Key::kM, kAltShift}},
    {CommandId::kBigger, {Key::kPlus, kAlt}},
    {CommandId::kSmaller, {Key::kMinus, kAlt}},
    {CommandId::kNormalSize, {Key::k0, kAlt}},
    {CommandId::kNextPanel, {Key::k6, kAltShift}},
    {CommandId::kStage, {Key::kEnter, kAltShift}},
    {CommandId::kHelp, {Key::k1, kAltShift}},
    {CommandId::kLessons, {Key::k7, kAltShift}},
    {CommandId::kLessonLeave, {Key::kW, kAltShift}},
    {CommandId::kLessonHint, {Key::k3, kAltShift}},
    {CommandId::kLessonWay, {Key::kY, kAltShift}},
    {CommandId::kMenuBar, {Key::kA, kAltShift}, "Into the menus by keyboard: arrows walk, Enter runs, Esc leaves."},
}};
// clang-format on

using Table = std::array<Command, kCommands.size()>;
constexpr Table table_in_browser() {
  Table table = kCommands;
  for (const InBrowser& other : kInBrowser) {
    Command& command = table[static_cast<std::size_t>(other.id)];
    command.shortcut = other.shortcut;
    if (!other.sentence.empty()) command.sentence = other.sentence;
  }
  return table;
}
constexpr Table kCommandsInBrowser = table_in_browser();

const Table& table() {
  static const Table& here = platform::browser_keys() ? kCommandsInBrowser : kCommands;
  return here;
}

constexpr bool in_order() {
  for (std::size_t i = 0; i < kCommands.size(); ++i) {
    if (static_cast<std::size_t>(kCommands[i].id) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by CommandId");

std::string keys_of(CommandId id) { return shortcut_text(command(id).shortcut); }

std::string why_not_step(const Workbench& bench) {
  return why_not(bench.machine(), bench.state(), {Action::Kind::kStep, bench.selected_thread()}) + ".";
}

std::string why_no_demo_step(const Workbench& bench) {
  const Demo& demo = bench.player().demo();
  if (demo.empty()) return "there is no demo here.";
  if (!demo.followed(bench.session())) return "the run has left the demo. " + keys_of(CommandId::kRestart) + " goes back to where it begins.";
  if (const Demo::Step* next = demo.next(bench.session())) return why_not(bench.machine(), bench.state(), next->action) + ".";
  return "the demo is at its end.";
}

std::string why_no_goal(const Workbench& bench) {
  if (!bench.tutor().on()) return "no lesson is being taken. " + keys_of(CommandId::kLessons) + " lists them.";
  if (!bench.tutor().leads()) return "the lesson is left for free play. " + keys_of(CommandId::kLessonFree) + " goes back to it.";
  const LessonShown shown = bench.tutor().run().shown(bench.session());
  if (shown.kind == LessonStep::Kind::kPredict && !shown.done) {
    return "this is a question, to be answered with 1 to " + std::to_string(shown.choices.size()) + "; " + keys_of(CommandId::kLessonSkip) +
           " skips it. There are hints where something has to be reached.";
  }
  return "nothing has to be reached here.";
}

std::string why_not_line(const Workbench& bench) {
  return bench.panels.source.cursor_line > 0 ? why_not_step(bench) : "mark a line of the source first, by a click or with Up and Down.";
}

std::string why_no_run(const Workbench& bench) { return bench.machine().all_done(bench.state()) ? "all threads are done." : "no thread can go on."; }

/// What stands in the way of the commands that one of these enables.
struct Obstacle {
  bool (*enabled)(const Workbench&);
  std::string (*why)(const Workbench&);
};
using Bench = const Workbench&;
constexpr std::array<Obstacle, 34> kObstacles{{
    {A::can_step, why_not_step},
    {A::any_enabled, why_no_run},
    {A::can_play, why_no_run},
    {A::can_signal,
     [](Bench b) {
       return why_not(b.machine(), b.state(), {Action::Kind::kSignal, b.selected_thread()}) + ".";
     }},
    {A::has_demo_step, why_no_demo_step},
    {A::has_line, why_not_line},
    {A::before_cursor, [](Bench) { return std::string("this is the start."); }},
    {A::has_step, [](Bench) { return std::string("this is the start, there is no step yet."); }},
    {A::has_steps, [](Bench) { return std::string("no step has been taken yet."); }},
    {A::after_cursor, [](Bench) { return std::string("this is the last step of the branch."); }},
    {A::many_threads, [](Bench) { return std::string("there is only one thread."); }},
    {A::many_branches, [](Bench) { return std::string("there is only one branch."); }},
    {A::many_vmas, [](Bench) { return std::string("there is only one VMA."); }},
    {A::many_files, [](Bench) { return std::string("there is only one file."); }},
    {A::many_scenarios, [](Bench) { return std::string("there is no other scenario."); }},
    {A::can_undo, [](Bench) { return std::string("there is nothing to take back."); }},
    {A::can_redo, [](Bench) { return std::string("nothing was taken back."); }},
    {A::has_chapters, [](Bench) { return "there are no chapters. " + keys_of(CommandId::kSayChapter) + " begins one."; }},
    {A::has_chapter_here, [](Bench) { return std::string("no chapter begins at this step."); }},
    {A::says_something_here, [](Bench) { return std::string("nothing is said at this step."); }},
    {A::asks_of_value, [](Bench) { return "ask about a value first, by a click on it or with " + keys_of(CommandId::kWhy) + "."; }},
    {A::something_beside, [](Bench) { return "nothing is beside this run. " + keys_of(CommandId::kVariantBeside) + " puts a variant there."; }},
    {A::has_parting, [](Bench b) { return std::string(A::something_beside(b) ? "they have not parted." : "nothing is beside this run."); }},
    {A::not_checking, [](Bench) { return "a check is running. " + keys_of(CommandId::kCancelCheck) + " stops it."; }},
    {A::others_open, [](Bench) { return std::string("no check was left open by one that is violated."); }},
    {A::checking, [](Bench) { return std::string("no check is running."); }},
    {A::has_found_run, [](Bench) { return std::string("no run was found. A check that is violated has one, and a state that was found."); }},
    {A::is_drawing, [](Bench) { return std::string("nothing is being drawn."); }},
    {A::on_map, [](Bench) { return "the map is not shown. " + keys_of(CommandId::kStateMap) + " shows it."; }},
    {A::map_chosen, [](Bench) { return std::string("nothing is chosen on the map."); }},
    {A::at_the_desk, [](Bench) { return "the stage has no menus. " + keys_of(CommandId::kStage) + " goes back to the desk."; }},
    {A::in_lesson, why_no_goal},
    {A::lesson_leads, why_no_goal},
    {A::lesson_goal_open, why_no_goal},
}};

}  // namespace

std::string why_disabled(const Workbench& bench, CommandId id) {
  const Command& what = command(id);
  if (what.enabled(bench)) return {};
  if (what.enabled == A::lesson_back_there) return A::lesson_leads(bench) ? "this is the first step of the lesson." : why_no_goal(bench);
  const auto found = std::find_if(kObstacles.begin(), kObstacles.end(), [&](const Obstacle& one) { return one.enabled == what.enabled; });
  return found == kObstacles.end() ? std::string() : found->why(bench);
}

std::span<const Command> command_table() { return table(); }
std::span<const Command> commands_in_browser() { return kCommandsInBrowser; }

const Command& command(CommandId id) {
  assert(id < CommandId::kCount);
  return table()[static_cast<std::size_t>(id)];
}

const Command* find_command(Shortcut shortcut, Where where) {
  const auto it = std::find_if(table().begin(), table().end(),
                               [&](const Command& c) { return c.shortcut.key != Key::kNone && c.shortcut == shortcut && c.where == where; });
  return it == table().end() ? nullptr : &*it;
}

}  // namespace vmalab
