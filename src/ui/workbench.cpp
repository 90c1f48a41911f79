// SPDX-License-Identifier: GPL-2.0-only
#include "ui/workbench.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "lang/on_line.h"
#include "machine/describe.h"
#include "run/link.h"
#include "run/rerun.h"
#include "run/schedule.h"
#include "run/trace_file.h"
#include "ui/screen.h"

namespace vmalab {
namespace {

constexpr int kMostSteps = 10000;  ///< of one command

}  // namespace

Workbench::Workbench(Workspace workspace, WorkbenchOptions options, Document document)
    : documents_(std::move(workspace), std::move(options.code), options.overrides, std::move(document)),
      appearance_(options.theme, options.zoom),
      player_([this] { return selected_; }),
      trace_folder_(std::move(options.trace_folder)),
      recording_(options.recordings.empty() ? trace_folder_ : std::move(options.recordings), notices_),
      exporting_(documents_.workspace().assets(), notices_),
      authoring_(documents_, recording_, notices_, overlay_, *this),
      tutor_(std::move(options.lessons_file)),
      remembered_(std::move(options.remembered)),
      fullscreen_(remembered_.fullscreen) {
  motion_.set_on(remembered_.motion.value_or(true));
  panels.arrangement.splits = clamped(remembered_.splits);
  if (!documents_.trouble().empty()) notices_.say(NoticeKind::kWarning, documents_.trouble());
  remember_file();
  opened();
}

Workbench::~Workbench() { recording_.stop(); }

// ---- documents

void Workbench::opened() {
  notices_.forget(NoticeAbout::kOpening);
  authoring_.opened();
  stop_recording();
  documents_.session().on_new_step([this](NodeId node) { recording_.follow(session(), node); });
  seen_cursor_ = session().cursor();
  motion_.settle();
  panels.threads.collapsed = {};
  panels.threads.scroll_to = -1;
  panels.vma = {};
  checks_.forget();
  state_space_.show_any_number({});
  close_beside();
  panels.source.file = -1;
  panels.source.cursor_line = 0;
  panels.source.follow = true;
  panels.timeline.opened();
  panels.causes.close();
  // What is new where memory is weaker is seen at once, and is nothing elsewhere.
  if (machine().weak() != nullptr) panels.corner = Tab::kMessages;
  if (machine().weak() == nullptr && panels.corner == Tab::kMessages) panels.corner = Tab::kMemory;
  panels.lesson.answer.clear();
  Result<Demo> demo = Demo::of(machine());
  if (!demo) notices_.say(NoticeKind::kWarning, "There is no demo. " + demo.error().to_string(), NoticeAbout::kOpening);
  const bool tells = demo && !documents_.current().differs;  // its captions were written for the code before
  player_.open(tells ? std::move(*demo) : Demo());
  captioned_ = {0, kNoNode};
  selected_ = {};
  if (last_step() != nullptr) {
    follow_vma(true);
    selected_ = last_step()->action.thread;
  } else if (!player_.demo().empty()) {
    selected_ = player_.demo().steps().front().action.thread;
  }
  if (machine().initial_violations() != 0) {
    notices_.say(NoticeKind::kError, "The scenario already starts in a state that breaks a check.", NoticeAbout::kOpening);
  }
  if (!documents_.current().notice.empty()) notices_.say(NoticeKind::kWarning, documents_.current().notice, NoticeAbout::kOpening);
}

Result<void> Workbench::open(std::string_view text) {
  Result<void> done = documents_.open(text);
  if (!done) return done;
  left_the_lesson();
  remember_file();
  opened();
  return done;
}

/// The file that is open, if it is one.
void Workbench::remember_file() {
  const Origin& origin = documents_.current().origin;
  std::error_code error;
  if (origin.what == Origin::What::kFile || origin.what == Origin::What::kTrace) {
    remembered_.opened(std::filesystem::absolute(origin.text, error).string());
  }
}

Remembered Workbench::remembered() const {
  Remembered now = remembered_;
  now.theme = appearance_.theme_id();
  now.zoom = appearance_.zoom();
  now.splits = panels.arrangement.splits;
  now.fullscreen = fullscreen_;
  const Origin& origin = documents_.current().origin;
  now.scenario = origin.what == Origin::What::kName ? scenario().name : "";
  return now;
}

void Workbench::open_or_tell(std::string_view text) {
  if (const Result<void> done = open(std::string(text)); !done) notices_.say(NoticeKind::kError, done.error().to_string(), NoticeAbout::kOpening);
}

void Workbench::dropped(const std::vector<std::string>& files) {
  if (files.empty()) return;
  if (files.size() > 1) {
    notices_.say(NoticeKind::kInfo, "One file at a time: the first of " + std::to_string(files.size()) + " is opened, " + files.front() + ".");
  }
  if (const Result<void> done = open(files.front()); !done) {
    notices_.say(NoticeKind::kError,
                 done.error().to_string() + " What can be dropped here: a trace (.jsonl), a scenario (.toml), a litmus test (.litmus).",
                 NoticeAbout::kOpening);
  }
}

void Workbench::reload() {
  notices_.forget(NoticeAbout::kReload);
  if (tutor_.leads()) return reload_lesson();
  const std::string stopped = checks_.running() ? " The check was stopped." : "";
  // What the run did, in words: two machines share no other language.
  const PastRun old = past_run(session());
  const bool unsaved = authoring_.unsaved();
  if (const Result<void> done = documents_.reload(); !done) {
    notices_.say(NoticeKind::kError, "Not reloaded, the old code still runs. " + done.error().to_string(), NoticeAbout::kReload);
    return;
  }
  authoring_.reloading();
  KeptBeside beside = keep_beside();
  opened();
  // A trace or a link has brought its steps; what was done since is walked again, and all of another scenario.
  documents_.session().restart();
  const Rerun again = rerun(documents_.session(), old);
  authoring_.reloaded(unsaved);
  if (!again.as_it_was()) player_.drop_demo();  // its captions were written for the code before
  put_beside_again(std::move(beside));
  moved();
  const std::string news = again.text();
  notices_.say(again.as_it_was() && again.lost_texts == 0 ? NoticeKind::kInfo : NoticeKind::kWarning,
               "Reloaded." + (news.empty() ? "" : " " + news) + stopped, NoticeAbout::kReload);
}

void Workbench::choose_variant(int row) {
  const Result<std::optional<std::string>> chosen = documents_.choose_variant(row);
  if (!chosen) {
    notices_.say(NoticeKind::kError, "The code stays as it was. " + chosen.error().to_string());
    return;
  }
  opened();
  panels.source.show_diff = chosen->has_value();
  notices_.say(NoticeKind::kInfo, *chosen ? **chosen + ". Check all interleavings to see what it breaks." : "The code without a variant.");
}

Result<void> Workbench::save_run(const std::filesystem::path& file) {
  Result<void> saved = save_trace(file, session());
  if (saved) {
    authoring_.kept();
    notices_.say(NoticeKind::kInfo, "Saved " + file.string());
  }
  return saved;
}

void Workbench::copy_link() {
  const Result<std::string> text = link_text(session(), documents_.workspace().assets());
  if (!text) {
    notices_.say(NoticeKind::kError, "There is no link. " + text.error().message);
    return;
  }
  if (copy_) {
    copy_(*text);
  } else {
    ImGui::SetClipboardText(text->c_str());
  }
  authoring_.kept();
  constexpr std::size_t kShown = 200;
  notices_.say(NoticeKind::kInfo, "Copied " + (text->size() > kShown ? text->substr(0, kShown) + "..." : *text));
}

void Workbench::choose_motion(bool on) {
  motion_.set_on(on);
  remembered_.motion = on;
}

void Workbench::quit() {
  quit_ = quit_asked_ || !authoring_.unsaved();
  quit_asked_ = true;
  if (!quit_)
    notices_.say(NoticeKind::kWarning, "What you said of this run is not saved: " + shortcut_text(command(CommandId::kSaveTrace).shortcut) +
                                           " saves it, " + shortcut_text(command(CommandId::kQuit).shortcut) + " once more quits.");
}

void Workbench::toggle_recording() {
  if (!recording_.on()) return recording_.start(session());
  stop_recording();
  authoring_.kept();
}

void Workbench::stop_recording() {
  std::error_code error;
  if (const std::filesystem::path file = recording_.stop(); !file.empty()) remembered_.opened(std::filesystem::absolute(file, error).string());
}

// ---- what panels read

const Caption& Workbench::demo_caption() const {
  const std::pair<std::uint64_t, NodeId> now{documents_.serial(), session().cursor()};
  if (captioned_ != now || captioned_talk_ != session().shared_talk() || captioned_without_demo_ != player_.demo().empty()) {
    captioned_ = now;
    captioned_without_demo_ = player_.demo().empty();
    captioned_talk_ = session().shared_talk();
    caption_ = player_.demo().caption(session());
  }
  return caption_;
}

std::optional<Question> Workbench::question() const {
  if (!panels.lesson.questions) return std::nullopt;
  const std::optional<NextAction> next = next_action();
  if (!next) return std::nullopt;
  return make_question(machine(), state(), next->action, vma_id(panels.vma.vma));
}

void Workbench::answer(std::size_t choice) {
  const std::optional<Question> asked = question();
  if (!asked || choice >= asked->choices.size() || !panels.lesson.answer.empty()) return;
  panels.lesson.answer = asked->choices[choice].text;
  ++panels.lesson.asked;
  panels.lesson.right += asked->choices[choice].right ? 1 : 0;
}

std::optional<NextAction> Workbench::next_action() const {
  const auto next = static_cast<std::size_t>(session().depth()) + 1;
  if (next < session().path().size()) return NextAction{session().info(session().path()[next]).action, NextAction::By::kRun};
  if (const std::optional<Action> action = player_.next_in_demo(session())) return NextAction{*action, NextAction::By::kDemo};
  if (machine().can_step(state(), selected_)) return NextAction{{Action::Kind::kStep, selected_}, NextAction::By::kThread};
  ActionList enabled;
  machine().enabled(state(), enabled);
  for (const Action& action : enabled) {
    if (action.kind == Action::Kind::kStep) return NextAction{action, NextAction::By::kThread};
  }
  return std::nullopt;
}

void Workbench::take_next() {
  const std::optional<NextAction> next = next_action();
  if (!next) return;
  if (next->by == NextAction::By::kRun) {
    travel_to(session().depth() + 1);
  } else if (next->by == NextAction::By::kDemo) {
    demo_step();
  } else {
    apply(next->action);
  }
}

void Workbench::move_source_cursor(int lines) {
  if (panels.tab == Tab::kChecks) {
    checks_.scroll += static_cast<float>(lines);
    return;
  }
  if (panels.source.show_diff) {
    panels.source.diff_scroll += static_cast<float>(lines);
    return;
  }
  const int file = source_file();
  const int count = static_cast<int>(machine().code().files()[static_cast<std::size_t>(file)].lines.size());
  int line = panels.source.cursor_line;
  if (line == 0) line = static_cast<int>(machine().program(selected_).code[Machine::pc(state(), selected_)].pos.line);
  panels.source.file = file;
  panels.source.follow = false;
  panels.source.cursor_line = std::clamp(line + lines, 1, std::max(count, 1));
  panels.source.scroll_to_cursor = true;
  panels.tab = Tab::kSource;
}

// ---- commands

bool Workbench::can(CommandId id) const { return command(id).enabled(*this); }

void Workbench::run(CommandId id) {
  const Command& what = command(id);
  notices_.forget(NoticeAbout::kCommand);
  if (what.enabled(*this)) return what.run(*this);
  if (const std::string why = why_disabled(*this, id); !why.empty())
    notices_.say(NoticeKind::kInfo, std::string(what.title) + ": " + why, NoticeAbout::kCommand);
}

/// The story is where something happens to a VMA.
/// Step by step it is the VMA of this step, if it touches one: what a person has chosen stays. After a jump it is the one touched last.
void Workbench::follow_vma(bool jumped) {
  if (!panels.source.follow) return;
  for (int depth = session().depth(); depth > 0; --depth) {
    const Word address = session().info(session().path()[static_cast<std::size_t>(depth)]).address;
    if (address_kind(address) == ObjectKind::kVma) return select_vma(address_object(address));
    if (!jumped) return;
  }
}

/// To be called after everything that may have moved the cursor.
void Workbench::moved() {
  if (session().cursor() == seen_cursor_) return;
  const int by = session().depth() - session().depth(seen_cursor_);
  const bool forward = by > 0;
  seen_cursor_ = session().cursor();
  notices_.forget(NoticeAbout::kCommand);
  motion_.begin(forward);
  panels.lesson.answer.clear();
  if (panels.source.follow) panels.source.file = -1;
  follow_vma(std::abs(by) != 1);
  if (const std::optional<std::size_t> done = player_.demo().followed(session()); done && *done == player_.demo().steps().size() && *done > 0) {
    remembered_.seen.insert(scenario().name);
  }
  if (tutor_.leads() && tutor_.run().plays_on(session())) {
    const bool open = tutor_.run().task_open();
    tutor_.run().moved(session());
    if (open && !tutor_.run().task_open()) tutor_.keep();
  }
  if (forward && last_step()->violations != 0) player_.stop();  // the story line says what is broken
}

bool Workbench::apply(Action action) {
  const Result<NodeId> done = documents_.session().apply(action);
  if (!done) {
    notices_.say(NoticeKind::kWarning, done.error().message, NoticeAbout::kCommand);
    return false;
  }
  select_thread(action.thread);
  moved();
  return true;
}

bool Workbench::demo_step() {
  const std::optional<Action> action = player_.next_in_demo(session());
  if (!action || !apply(*action)) return false;
  if (const Demo::Step* next = player_.demo().next(session())) {
    const std::string why = why_not(machine(), state(), next->action);
    if (!why.empty()) notices_.say(NoticeKind::kWarning, "The demo goes no further with this code: " + why);
  }
  return true;
}

void Workbench::demo_to_caption_end() {
  const Demo::Step* next = player_.demo().next(session());
  if (next == nullptr) return;
  const Session::OneCommand one_command(documents_.session());
  const int line = next->line;
  while (next != nullptr && next->line == line && demo_step() && last_step()->violations == 0) next = player_.demo().next(session());
}

void Workbench::step_over(ThreadId t) {
  const Program& program = machine().program(t);
  const Instr& here = program.code[Machine::pc(state(), t)];
  const std::uint16_t frame = here.frame;
  const SourcePos pos = here.pos;
  run_until(t, [&](const Session& s) {
    const Pc pc = Machine::pc(s.state(), t);
    const Instr& now = program.code[pc];
    if (now.frame == frame) return now.pos.line != pos.line || now.pos.file != pos.file;
    const std::vector<std::uint16_t> stack = program.stack_at(pc);
    return std::find(stack.begin(), stack.end(), frame) == stack.end();
  });
}

void Workbench::step_out(ThreadId t) {
  const Program& program = machine().program(t);
  const std::uint16_t frame = program.code[Machine::pc(state(), t)].frame;
  run_until(t, [&](const Session& s) {
    const std::vector<std::uint16_t> stack = program.stack_at(Machine::pc(s.state(), t));
    return std::find(stack.begin(), stack.end(), frame) == stack.end();
  });
}

void Workbench::until_blocked(ThreadId t) {
  run_until(t, [](const Session&) { return false; });
}

void Workbench::run_until(ThreadId t, const std::function<bool(const Session&)>& predicate) {
  documents_.session().run_until(t, predicate, kMostSteps);
  select_thread(t);
  moved();
}

void Workbench::run_to_line(ThreadId t, int file, int line) {
  if (!machine().can_step(state(), t)) {
    notices_.say(NoticeKind::kWarning, thread_name(t) + " cannot step: " + blocked_text(machine(), state(), t));
    return;
  }
  if (!has_step_on_line(t, file, line)) return;
  const auto is_there = [&](const State& s) { return is_on_line(machine().program(t), Machine::pc(s, t), file, line); };
  // Tried beside the run first: what nobody asked for would take the place of the steps that lie ahead.
  StateValue ahead(state());
  bool left = !is_there(ahead), there = false;
  StepInfo info;
  int steps = 0;
  for (; !there && steps < kMostSteps && info.violations == 0 && machine().can_step(ahead, t); ++steps) {
    machine().step(ahead, {Action::Kind::kStep, t}, info);
    there = left && is_there(ahead);
    left = left || !is_there(ahead);
  }
  if (there) {
    documents_.session().run_until_blocked(t, steps);
    select_thread(t);
    return moved();
  }
  const char* why = info.violations != 0       ? " breaks a check"
                    : machine().done(ahead, t) ? " finishes"
                    : steps < kMostSteps       ? " has to wait"
                                               : " goes on";
  notices_.say(NoticeKind::kInfo, thread_name(t) + why + " without reaching line " + std::to_string(line) + ", so it stays where it is.");
}

bool Workbench::has_step_on_line(ThreadId t, int file, int line) {
  if (vmalab::has_step_on_line(machine().program(t), file, line)) return true;
  notices_.say(NoticeKind::kInfo, thread_name(t) + " makes no step on line " + std::to_string(line) + ", so it stays where it is.");
  return false;
}

void Workbench::travel_to(int depth) {
  const int before = session().depth();
  documents_.session().go_to_depth(depth);
  // Step by step, who acts is looked at.
  if (session().depth() == before + 1) select_thread(last_step()->action.thread);
  if (session().depth() == before - 1) select_thread(next_action()->action.thread);
  moved();
}
void Workbench::go_to(NodeId node) {
  documents_.session().go_to(node);
  moved();
}
void Workbench::restart() {
  documents_.session().restart();
  player_.stop();
  moved();
}
void Workbench::undo() {
  if (!session().can_undo() && documents_.can_go_back()) {
    documents_.go_back();
    return came_back();
  }
  documents_.session().undo();
  moved();
  authoring_.changed();
}

void Workbench::redo() {
  if (!session().can_redo() && documents_.can_go_forward()) {
    documents_.go_forward();
    return came_back();
  }
  documents_.session().redo();
  moved();
  authoring_.changed();
}

void Workbench::came_back() {
  left_the_lesson();
  opened();
  notices_.say(NoticeKind::kInfo, "Back in \xe2\x80\x9c" + scenario().title + "\xe2\x80\x9d, as it was left.");
}

/// One step as the policy has it; what keeps it from one is told.
bool Workbench::step_by(Scheduler& scheduler) {
  const std::optional<Action> action = scheduler.next(session());
  if (action) return apply(*action);
  if (std::string why = scheduler.why_not_further(session()); !why.empty()) {
    if (player_.policy() == Policy::kDemo && &scheduler == &player_.scheduler()) why += " S goes on with another scheduler, Home begins anew.";
    notices_.say(NoticeKind::kInfo, why);
  }
  return false;
}

void Workbench::select_branch(int branch) {
  if (branch < 0 || branch >= static_cast<int>(session().branches().size())) return;
  documents_.session().select_branch(branch);
  moved();
}
void Workbench::rename_branch(int branch, std::string name) {
  if (branch < 0 || branch >= static_cast<int>(session().branches().size())) return;
  documents_.session().rename_branch(branch, std::move(name));
}

void Workbench::select_thread(ThreadId t) {
  if (t.value >= machine().thread_count()) return;
  selected_ = t;
  panels.threads.scroll_to = t.value;
  if (panels.source.follow) {
    panels.source.file = -1;
    panels.source.cursor_line = 0;
  }
}
void Workbench::select_vma(int vma) {
  if (vma >= 0 && vma < kMaxVmas) panels.vma.vma = vma;
}

// ---- playing

bool Workbench::play_step() {
  if (session().depth() + 1 < static_cast<int>(session().path().size())) {
    travel_to(session().depth() + 1);
    return true;
  }
  return player_.policy() == Policy::kDemo && player_.next_in_demo(session()) ? demo_step() : step_by(player_.scheduler());
}

double Workbench::next_frame_in() const {
  constexpr double kFrame = 1.0 / 60, kProgress = 0.05, kBlink = 0.4;
  if (motion_.moving() || settling_ > 0 || (side_by_side_.flashing() && motion_.on())) return kFrame;
  double next = std::max(player_.next_step_in(), kFrame);
  if (checks_.running() || state_space_.busy()) next = std::min(next, kProgress);
  if (finds_out()) next = std::min(next, kFrame);
  if (exporting_.drawing()) next = std::min(next, kBlink);
  // The text cursor blinks; messages fade.
  if (ImGui::GetIO().WantTextInput || notices_.fading()) next = std::min(next, kBlink);
  return next;
}

// ---- frames and input

bool Workbench::prepare_fonts(float width, float height) {
  const std::optional<PanelId> filled = panels.arrangement.filled();
  appearance_.set_filled(filled && *filled != PanelId::kSideBySide);
  const bool first = appearance_.em() == 0;
  if (!appearance_.prepare_fonts(width, height)) return false;
  if (first && !appearance_.fonts().notice.empty()) notices_.say(NoticeKind::kWarning, appearance_.fonts().notice);
  return true;
}

void Workbench::frame(float width, float height, double dt) {
  for (int steps = player_.due(dt); steps > 0 && player_.playing(); --steps) {
    if (!play_step()) player_.stop();
  }
  poll_checks();
  look_ahead();
  look_for_way();
  poll_map();
  exporting_.poll();
  checks_.typing = false;  // until the find box is drawn and says otherwise
  if (authoring_.take_news()) settling_ = kSettlingFrames;
  settling_ = std::max(0, settling_ - 1);
  motion_.pass(dt);
  side_by_side_.follow(session());
  side_by_side_.pass(dt);
  notices_.pass(std::min(dt, 1.0));  // nobody has read a message before its first frame
  widgets_.begin_frame();
  const bool cramped = width < 640 || height < 360;
  if (cramped && !cramped_)
    notices_.say(NoticeKind::kWarning, "Too small to show everything: Z fills the window with one panel.", NoticeAbout::kSize);
  if (!cramped) notices_.forget(NoticeAbout::kSize);
  cramped_ = cramped;
  Screen{*this, {documents_, appearance_, selected_, cache_, motion_, widgets_, *this, foresight_}}.draw(width, height);
  widgets_.list_key = Key::kNone;
}

}  // namespace vmalab
