// SPDX-License-Identifier: GPL-2.0-only
#include "ui/lab.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "machine/lock_code.h"
#include "run/recorder.h"
#include "run/trace_file.h"
#include "ui/compat.h"
#include "ui/layout.h"
#include "view/story.h"
#include "ui/screen.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

constexpr double kGlowSeconds = 1.2;
constexpr double kInfoSeconds = 6;
constexpr std::size_t kMaxNotices = 4;
constexpr std::size_t kMaxPutAway = 8;
constexpr int kStepLimit = 10000;  ///< of one "run until ..." command

}  // namespace

Lab::Lab(Workspace workspace, LabOptions options, Document document)
    : workspace_(std::move(workspace)), options_(std::move(options)), theme_(options_.theme), zoom_(options_.zoom) {
  // A folder that cannot be listed costs the picker its rows, not the person their session.
  if (auto list = list_scenarios(workspace_.assets())) {
    scenarios_ = std::move(*list);
  } else {
    set_notice(NoticeKind::kWarning, "The list of scenarios could not be read. " + list.error().to_string());
  }
  if (auto list = list_variants(workspace_.assets())) {
    variants_ = std::move(*list);
  } else {
    set_notice(NoticeKind::kWarning, "The list of variants could not be read. " + list.error().to_string());
  }
  adopt(std::move(document));
}

Lab::~Lab() {
  if (recording()) stop_recording();
}

/// Another document; the one that was open is kept, for Undo to come back to.
void Lab::replace_document(Document document) {
  put_away(earlier_);
  later_.clear();
  adopt(std::move(document));
}

void Lab::put_away(std::deque<Document>& where) {
  if (recording()) stop_recording();
  if (document_->session.path().size() <= 1) return;
  where.push_back(std::move(*document_));
  if (where.size() > kMaxPutAway) where.pop_front();
}

void Lab::bring_back(std::deque<Document>& from, std::deque<Document>& to) {
  put_away(to);
  Document back = std::move(from.back());
  from.pop_back();
  back.notice.clear();  // it was read when the document was opened
  adopt(std::move(back));
  set_notice(NoticeKind::kInfo, "Back in \xe2\x80\x9c" + scenario().title + "\xe2\x80\x9d, as it was left.");
}

void Lab::adopt(Document document) {
  document_.emplace(std::move(document));
  code_badge_ = lock_code_badge(machine());
  ++session_serial_;
  document_->session.on_new_step([this](NodeId node) { record_node(node); });
  selected_ = ThreadId{};
  playing_ = false;
  seen_cursor_ = document_->session.cursor();
  since_move_ = 1e9;
  threads_state.collapsed = {};
  threads_state.scroll_to = -1;
  vma_state.vma = 0;
  vma_state.reachable_edges.reset();
  checks.forget();
  source_state.file = -1;
  source_state.cursor_line = 0;
  source_state.follow = true;
  timeline_state.first = 0;
  timeline_state.follow = true;
  timeline_state.dragging = false;
  lesson_state.answer.clear();

  demo_ = {};
  if (Result<Demo> demo = Demo::of(machine())) {
    demo_ = std::move(*demo);
  } else {
    set_notice(NoticeKind::kWarning, "There is no demo. " + demo.error().to_string());
  }
  chance_ = random_scheduler(1);
  set_policy(demo_.empty() ? Policy::kRandom : Policy::kDemo);
  if (document_->session.depth() > 0) {
    selected_ = last_step()->action.thread;
  } else if (!demo_.empty()) {
    selected_ = demo_.steps().front().action.thread;
  }
  if (machine().initial_violations() != 0) {
    set_notice(NoticeKind::kError, "The scenario already starts in a state that breaks a check.");
  }
  if (!document_->notice.empty()) set_notice(NoticeKind::kWarning, document_->notice);
}

Origin Lab::origin_for(std::string_view text) const {
  Origin origin;
  origin.what = what_is(text);
  origin.text = text;
  if (origin.recorded()) return origin;
  origin.code = options_.code;
  origin.code.variant = document_->origin.code.variant;
  origin.overrides = options_.overrides;
  return origin;
}

Result<void> Lab::open(std::string_view text) {
  Result<Document> document = workspace_.open(origin_for(text));
  if (!document) return tl::unexpected(document.error());
  replace_document(std::move(*document));
  return {};
}

void Lab::open_or_tell(std::string_view name) {
  const std::string copy(name);  // the name may live in what is replaced
  if (const Result<void> opened = open(copy); !opened) set_notice(NoticeKind::kError, opened.error().to_string());
}

void Lab::reload() {
  std::erase_if(notices_, [](const Notice& n) { return n.about_reload; });
  const std::string stopped = checks.running() ? " The check was stopped." : "";
  // What the run did, in words: two machines share no other language.
  struct Step {
    Action action;
    std::string did;
    CheckSet violations;
  };
  std::vector<Step> steps;
  for (int d = 1; d <= document_->session.depth(); ++d) {
    const StepInfo& info = document_->session.info(document_->session.path()[static_cast<std::size_t>(d)]);
    steps.push_back({info.action, step_text(machine(), info), info.violations});
  }
  if (auto list = list_scenarios(workspace_.assets())) scenarios_ = std::move(*list);
  Result<Document> reloaded = workspace_.reload(*document_);
  if (!reloaded) {
    set_notice(NoticeKind::kError, "Not reloaded, the old code still runs. " + reloaded.error().to_string());
    notices_.back().about_reload = true;
    return;
  }
  reloaded->session.restart();
  replace_document(std::move(*reloaded));
  // The same run again, as far as it goes in the new code.
  std::string news;
  {
    const Session::OneCommand one_command(document_->session);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::string here = " step " + std::to_string(i + 1);
      if (const Result<NodeId> node = document_->session.apply(steps[i].action); !node) {
        news += " The run goes no further than step " + std::to_string(i) + ": " + node.error().message;
        break;
      }
      const std::string did = step_text(machine(), *last_step());
      const auto broken = static_cast<CheckSet>(last_step()->violations & ~steps[i].violations);
      if (news.empty() && did != steps[i].did) news = " From" + here + " on it is another run: \xe2\x80\x9c" + did + "\xe2\x80\x9d, no longer \xe2\x80\x9c" + steps[i].did + "\xe2\x80\x9d.";
      if (broken != 0) {
        for (const CheckInfo& check : checks_in(broken)) news += " Now" + here + " breaks " + std::string(check.name) + ".";
        break;
      }
    }
  }
  if (!news.empty()) demo_ = {};  // its captions were written for the code before
  moved();
  set_notice(news.empty() ? NoticeKind::kInfo : NoticeKind::kWarning, "Reloaded." + news + stopped);
  notices_.back().about_reload = true;
}

void Lab::choose_variant(int row) {
  if (row < 0 || row > static_cast<int>(variants_.size())) return;
  const Variant* variant = row == 0 ? nullptr : &variants_[static_cast<std::size_t>(row - 1)];
  const Origin& now = document_->origin;
  Origin origin = origin_for(variant != nullptr ? variant->scenario : now.recorded() ? scenario().name : now.text);
  origin.code.variant = variant == nullptr ? "" : variant->name;
  Result<Document> document = workspace_.open(origin);
  if (!document) {
    set_notice(NoticeKind::kError, "The code stays as it was. " + document.error().to_string());
    return;
  }
  replace_document(std::move(*document));
  source_state.show_diff = variant != nullptr;
  set_notice(NoticeKind::kInfo, variant == nullptr ? "The code without a variant." : variant->title + ". Check all interleavings to see what it breaks.");
}

int Lab::variant_row() const {
  for (const SourceFile& file : machine().code().files()) {
    if (file.origin != SourceFile::Origin::kVariant) continue;
    const auto it = std::find_if(variants_.begin(), variants_.end(), [&](const Variant& v) { return v.file.filename() == std::filesystem::path(file.path).filename(); });
    return it == variants_.end() ? -1 : static_cast<int>(it - variants_.begin()) + 1;
  }
  return 0;
}

int Lab::scenario_row() const {
  const auto it = std::find_if(scenarios_.begin(), scenarios_.end(), [&](const Scenario& s) { return s.name == scenario().name; });
  return it == scenarios_.end() ? -1 : static_cast<int>(it - scenarios_.begin());
}

// ---- what panels read

std::optional<Question> Lab::question() const {
  if (!lesson_state.questions) return std::nullopt;
  const std::optional<NextAction> next = next_action();
  if (!next) return std::nullopt;
  return make_question(machine(), state(), next->action, VmaId{static_cast<std::uint8_t>(vma_state.vma)});
}

void Lab::answer(std::size_t choice) {
  const std::optional<Question> asked = question();
  if (!asked || choice >= asked->choices.size() || !lesson_state.answer.empty()) return;
  lesson_state.answer = asked->choices[choice].text;
  ++lesson_state.asked;
  lesson_state.right += asked->choices[choice].right ? 1 : 0;
}

const StepInfo* Lab::last_step() const {
  return document_->session.depth() == 0 ? nullptr : &document_->session.info(document_->session.cursor());
}

float Lab::glow() const {
  if (still_) return document_->session.depth() > 0 ? 1.0F : 0.0F;
  return static_cast<float>(std::clamp(1.0 - since_move_ / kGlowSeconds, 0.0, 1.0));
}

Caption Lab::demo_caption() const { return demo_.caption(session()); }

std::optional<NextAction> Lab::next_action() const {
  const auto next = static_cast<std::size_t>(document_->session.depth()) + 1;
  if (next < document_->session.path().size()) return NextAction{document_->session.info(document_->session.path()[next]).action, NextAction::By::kRun};
  if (const std::optional<Action> action = next_demo_action()) return NextAction{*action, NextAction::By::kDemo};
  if (machine().can_step(state(), selected_)) return NextAction{{Action::Kind::kStep, selected_}, NextAction::By::kThread};
  ActionList enabled;
  machine().enabled(state(), enabled);
  for (const Action& action : enabled) {
    if (action.kind == Action::Kind::kStep) return NextAction{action, NextAction::By::kThread};
  }
  return std::nullopt;
}

void Lab::take_next() {
  const std::optional<NextAction> next = next_action();
  if (!next) return;
  if (next->by == NextAction::By::kRun) {
    travel_to(document_->session.depth() + 1);
  } else if (next->by == NextAction::By::kDemo) {
    demo_step();
  } else {
    apply(next->action);
  }
}

const DemoStep* Lab::next_demo_step() const {
  const Demo::Step* next = demo_.next(session());
  return next == nullptr ? nullptr : &scenario().demo[static_cast<std::size_t>(next->line)];
}

std::optional<Action> Lab::next_demo_action() const {
  const Demo::Step* next = demo_.next(session());
  if (next == nullptr || !why_not(machine(), state(), next->action).empty()) return std::nullopt;
  return next->action;
}

int Lab::source_file() const {
  if (source_state.file >= 0) return std::min(source_state.file, static_cast<int>(machine().code().files().size()) - 1);
  const StepInfo* last = last_step();
  const bool looks_back = last != nullptr && last->action == Action{Action::Kind::kStep, selected_} &&
                          (last->violations != 0 || machine().done(state(), selected_));
  return machine().program(selected_).code[looks_back ? last->pc : state().thread(selected_).pc].pos.file;
}

void Lab::move_source_cursor(int lines) {
  if (tab_ == kChecksTab) {
    checks.scroll += static_cast<float>(lines);
    return;
  }
  if (source_state.show_diff) {
    source_state.diff_scroll += static_cast<float>(lines);
    return;
  }
  const int file = source_file();
  const int count = static_cast<int>(machine().code().files()[static_cast<std::size_t>(file)].lines.size());
  int line = source_state.cursor_line;
  if (line == 0) line = static_cast<int>(machine().program(selected_).code[state().thread(selected_).pc].pos.line);
  source_state.file = file;
  source_state.follow = false;
  source_state.cursor_line = std::clamp(line + lines, 1, std::max(count, 1));
  source_state.scroll_to_cursor = true;
  show_source();
}

// ---- commands

bool Lab::can(CommandId id) const { return command(id).enabled(*this); }

void Lab::run(CommandId id) {
  const Command& what = command(id);
  if (what.enabled(*this)) what.run(*this);
}

/// To be called after everything that may have moved the cursor.
void Lab::moved() {
  if (document_->session.cursor() == seen_cursor_) return;
  const bool forward = document_->session.depth() > document_->session.depth(seen_cursor_);
  seen_cursor_ = document_->session.cursor();
  since_move_ = -1;  // the frame to come is the first; the time before it does not count
  lesson_state.answer.clear();
  if (source_state.follow) source_state.file = -1;
  if (forward && last_step()->violations != 0) playing_ = false;  // the story line says what is broken
}

bool Lab::apply(Action action) {
  const Result<NodeId> done = document_->session.apply(action);
  if (!done) {
    set_notice(NoticeKind::kWarning, done.error().message);
    return false;
  }
  select_thread(action.thread);
  moved();
  return true;
}

bool Lab::demo_step() {
  const std::optional<Action> action = next_demo_action();
  if (!action || !apply(*action)) return false;
  if (const Demo::Step* next = demo_.next(session())) {
    const std::string why = why_not(machine(), state(), next->action);
    if (!why.empty()) set_notice(NoticeKind::kWarning, "The demo goes no further with this code: " + why);
  }
  return true;
}

void Lab::demo_to_caption_end() {
  const Demo::Step* next = demo_.next(session());
  if (next == nullptr) return;
  const Session::OneCommand one_command(document_->session);
  const int line = next->line;
  while (next != nullptr && next->line == line && demo_step() && last_step()->violations == 0) next = demo_.next(session());
}

void Lab::step_over(ThreadId t) {
  const Program& program = machine().program(t);
  const Instr& here = program.code[state().thread(t).pc];
  const std::uint16_t frame = here.frame;
  const SourcePos pos = here.pos;
  document_->session.run_until(
      t,
      [&](const Session& s) {
        const Pc pc = s.state().thread(t).pc;
        const Instr& now = program.code[pc];
        if (now.frame == frame) return now.pos.line != pos.line || now.pos.file != pos.file;
        const std::vector<std::uint16_t> stack = program.stack_at(pc);
        return std::find(stack.begin(), stack.end(), frame) == stack.end();
      },
      kStepLimit);
  select_thread(t);
  moved();
}

void Lab::step_out(ThreadId t) {
  const Program& program = machine().program(t);
  const std::uint16_t frame = program.code[state().thread(t).pc].frame;
  document_->session.run_until(
      t,
      [&](const Session& s) {
        const std::vector<std::uint16_t> stack = program.stack_at(s.state().thread(t).pc);
        return std::find(stack.begin(), stack.end(), frame) == stack.end();
      },
      kStepLimit);
  select_thread(t);
  moved();
}

void Lab::until_blocked(ThreadId t) {
  document_->session.run_until_blocked(t, kStepLimit);
  select_thread(t);
  moved();
}

void Lab::run_to_line(ThreadId t, int file, int line) {
  const Program& program = machine().program(t);
  const auto there = [&](const Session& s) {
    const SourcePos pos = program.code[s.state().thread(t).pc].pos;
    return static_cast<int>(pos.file) == file && static_cast<int>(pos.line) == line;
  };
  if (!machine().can_step(state(), t)) {
    set_notice(NoticeKind::kWarning, thread_name(t) + " cannot step: " + blocked_text(machine(), state(), t));
    return;
  }
  document_->session.run_until(t, there, kStepLimit);
  if (!there(session())) {
    set_notice(NoticeKind::kInfo, thread_name(t) + " stopped without coming to line " + std::to_string(line) + ".");
  }
  select_thread(t);
  moved();
}

void Lab::travel_to(int depth) {
  const int before = document_->session.depth();
  document_->session.go_to_depth(depth);
  // Step by step, who acts is looked at.
  if (document_->session.depth() == before + 1) select_thread(last_step()->action.thread);
  if (document_->session.depth() == before - 1) select_thread(next_action()->action.thread);
  moved();
}
void Lab::go_to(NodeId node) {
  document_->session.go_to(node);
  moved();
}
void Lab::restart() {
  document_->session.restart();
  playing_ = false;
  moved();
}
bool Lab::can_undo() const { return document_->session.can_undo() || !earlier_.empty(); }
bool Lab::can_redo() const { return document_->session.can_redo() || !later_.empty(); }

void Lab::undo() {
  if (!document_->session.can_undo() && !earlier_.empty()) return bring_back(earlier_, later_);
  document_->session.undo();
  moved();
}
void Lab::redo() {
  if (!document_->session.can_redo() && !later_.empty()) return bring_back(later_, earlier_);
  document_->session.redo();
  moved();
}
bool Lab::random_step() { return step_by(*chance_); }

/// One step as the policy has it; what keeps it from one is told.
bool Lab::step_by(Scheduler& scheduler) {
  const std::optional<Action> action = scheduler.next(session());
  if (action) return apply(*action);
  if (const std::string why = scheduler.why_not_further(session()); !why.empty()) set_notice(NoticeKind::kInfo, why);
  return false;
}

void Lab::set_policy(Policy policy) {
  policy_ = policy;
  switch (policy) {
    case Policy::kDemo: scheduler_ = demo_scheduler(demo_); break;
    case Policy::kRandom: scheduler_ = random_scheduler(1); break;
    case Policy::kPct: scheduler_ = pct_scheduler(1); break;
    case Policy::kRoundRobin: scheduler_ = round_robin_scheduler(); break;
    case Policy::kSelectedThread: scheduler_ = selected_thread_scheduler([this] { return selected_; }); break;
    case Policy::kCount: break;
  }
}

void Lab::select_branch(int branch) {
  if (branch < 0 || branch >= static_cast<int>(document_->session.branches().size())) return;
  document_->session.select_branch(branch);
  moved();
}
void Lab::rename_branch(int branch, std::string name) {
  if (branch < 0 || branch >= static_cast<int>(document_->session.branches().size())) return;
  document_->session.rename_branch(branch, std::move(name));
}

void Lab::select_thread(ThreadId t) {
  if (t.value >= machine().thread_count()) return;
  selected_ = t;
  threads_state.scroll_to = t.value;
  if (source_state.follow) {
    source_state.file = -1;
    source_state.cursor_line = 0;
  }
}
void Lab::select_vma(int vma) {
  if (vma >= 0 && vma < kMaxVmas) vma_state.vma = vma;
}

void Lab::set_theme(ThemeId theme) {
  theme_ = theme;
  if (fonts_.em > 0) restyle();
}
void Lab::set_zoom(double zoom) { zoom_ = std::clamp(zoom, 0.6, 3.0); }
void Lab::set_speed(int index) { speed_ = std::clamp(index, 0, static_cast<int>(kSpeeds.size()) - 1); }

// ---- recording

std::filesystem::path Lab::new_trace_path() const {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y%m%d-%H%M%S", &local);
  const std::string name = scenario().name + "-" + stamp.data();
  std::filesystem::path file = options_.trace_folder / (name + ".jsonl");
  std::error_code ignored;
  for (int number = 2; std::filesystem::exists(file, ignored); ++number) {
    file.replace_filename(name + "-" + std::to_string(number) + ".jsonl");
  }
  return file;
}

void Lab::start_recording() {
  if (recording()) return;
  Result<Recorder> recorder = Recorder::start(new_trace_path(), session());
  if (!recorder) {
    set_notice(NoticeKind::kError, "Not recording. " + recorder.error().to_string());
    return;
  }
  recorder_ = std::make_unique<Recorder>(std::move(*recorder));
  set_notice(NoticeKind::kInfo, "Recording to " + recorder_->file().string());
}

void Lab::stop_recording() {
  if (!recording()) return;
  const std::unique_ptr<Recorder> recorder = std::move(recorder_);
  if (const Result<void> done = recorder->finish(); !done) {
    set_notice(NoticeKind::kError, "The recording has no end. " + done.error().to_string());
    return;
  }
  set_notice(NoticeKind::kInfo, "Recorded " + std::to_string(recorder->steps()) + " steps to " + recorder->file().string());
}

void Lab::record_node(NodeId node) {
  if (!recording()) return;
  const Result<bool> recorded = recorder_->follow(document_->session, node);
  if (!recorded) {
    recorder_.reset();
    set_notice(NoticeKind::kError, "Recording stopped; the run itself is whole. " + recorded.error().to_string());
  } else if (*recorded) {
    set_notice(NoticeKind::kInfo, "A new branch: recording goes on in " + recorder_->file().string());
  }
}

// ---- notices

void Lab::set_notice(NoticeKind kind, std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::erase_if(notices_, [&](const Notice& n) { return n.text == text; });
  notices_.push_back({kind, std::move(text), 0});
  while (notices_.size() > kMaxNotices) notices_.pop_front();
}

void Lab::close_notice() {
  if (!notices_.empty()) notices_.pop_back();
}

// ---- playing

void Lab::play(double dt) {
  if (!playing_) return;
  play_clock_ += std::min(dt, 0.5);
  const double every = 1 / kSpeeds[static_cast<std::size_t>(speed_)];
  while (playing_ && play_clock_ >= every) {
    play_clock_ -= every;
    if (!play_step()) playing_ = false;
  }
}

bool Lab::play_step() {
  if (document_->session.depth() + 1 < static_cast<int>(document_->session.path().size())) {
    travel_to(document_->session.depth() + 1);
    return true;
  }
  return policy_ == Policy::kDemo && next_demo_action() ? demo_step() : step_by(*scheduler_);
}

bool Lab::animating() const {
  if (playing_ || checks.running() || settling_ > 0) return true;
  return !still_ && since_move_ < kGlowSeconds;
}

// ---- frames and input

void Lab::mark(std::string_view name, bool enabled) { mark_rect(name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), enabled); }

void Lab::mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool enabled) {
  const bool visible = ImGui::IsRectVisible(min, max);
  const ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 clip_min = draw->GetClipRectMin(), clip_max = draw->GetClipRectMax();
  const bool clipped = min.x < clip_min.x - 1 || min.y < clip_min.y - 1 || max.x > clip_max.x + 1 || max.y > clip_max.y + 1;
  widgets_.mark(name, min, max, enabled, visible, clipped);
}

float Lab::wanted_em(float width, float height) const {
  return std::clamp(std::round(base_em(width, height) * static_cast<float>(zoom_)), 9.0F, 128.0F);
}

bool Lab::prepare_fonts(float width, float height) {
  const float em = wanted_em(width, height);
  if (em == fonts_.em && !fonts_outdated_) return false;
  const bool first = fonts_.em == 0;
  fonts_ = build_fonts(*ImGui::GetIO().Fonts, em);
  fonts_outdated_ = false;
  restyle();
  if (first && !fonts_.notice.empty()) set_notice(NoticeKind::kWarning, fonts_.notice);
  return true;
}

void Lab::restyle() {
  apply_theme(theme(), fonts_.em);
  compat::set_default_font(fonts_.body.font, fonts_.body.size);
}

void Lab::frame(float width, float height, double dt) {
  play(dt);
  poll_checks();
  checks.typing = false;  // until the find box is drawn and says otherwise
  settling_ = std::max(0, settling_ - 1);
  since_move_ = since_move_ < 0 ? 0 : since_move_ + dt;
  for (Notice& notice : notices_) notice.age += dt;
  std::erase_if(notices_, [](const Notice& n) { return n.kind == NoticeKind::kInfo && n.age > kInfoSeconds; });
  widgets_.begin_frame();
  Screen{*this}.draw(width, height);
}

bool Lab::handle_key(Key key, Mods mods) {
  if (overlay_ != Overlay::kNone) {
    if (key == Key::kEnter) {
      accept_overlay();
      return true;
    }
    const bool variants = overlay_ == Overlay::kVariants;
    if ((variants || overlay_ == Overlay::kScenarios) && (key == Key::kUp || key == Key::kDown)) {
      const int last = static_cast<int>(variants ? variants_.size() : scenarios_.size() - 1);
      picker_row_ = std::clamp(picker_row_ + (key == Key::kDown ? 1 : -1), 0, std::max(last, 0));
      return true;
    }
  }
  if (checks.typing && (mods == Mods{} || key == Key::kEscape) && handle_key_in_find_box(key)) return true;
  const bool writing = ImGui::GetCurrentContext() != nullptr && ImGui::GetIO().WantTextInput;
  const bool types_nothing = key == Key::kEscape || (key >= Key::kF1 && key <= Key::kF12);
  if (writing && !types_nothing) return false;
  if (mods == Mods{} && key >= Key::k0 && key <= Key::k9) {
    const int digit = static_cast<int>(key) - static_cast<int>(Key::k0);
    select_thread(ThreadId{static_cast<std::uint8_t>(digit == 0 ? 9 : digit - 1)});
    return true;
  }
  if (mods == Mods{.shift = true} && key >= Key::k1 && key <= Key::k9 && lesson_state.questions) {
    answer(static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::k1));
    return true;
  }
  const Command* what = find_command({key, mods});
  if (what == nullptr) return false;
  run(what->id);
  return true;
}

void Lab::accept_overlay() {
  const Overlay overlay = std::exchange(overlay_, Overlay::kNone);
  const std::string text = overlay_text_;
  switch (overlay) {
    case Overlay::kScenarios:
      if (picker_row_ < static_cast<int>(scenarios_.size())) open_or_tell(scenarios_[static_cast<std::size_t>(picker_row_)].name);
      break;
    case Overlay::kVariants: choose_variant(picker_row_); break;
    case Overlay::kOpen: {
      if (text.empty()) break;
      const Result<void> opened = open(text);
      if (!opened) set_notice(NoticeKind::kError, opened.error().to_string());
      break;
    }
    case Overlay::kSave: {
      if (text.empty()) break;
      const Result<void> saved = save_trace(text, document_->session);
      if (!saved) {
        set_notice(NoticeKind::kError, saved.error().to_string());
      } else {
        set_notice(NoticeKind::kInfo, "Saved " + text);
      }
      break;
    }
    case Overlay::kRename:
      if (!text.empty()) rename_branch(document_->session.active_branch(), text);
      break;
    case Overlay::kNone:
    case Overlay::kCompare:
    case Overlay::kHelp: break;
  }
}

}  // namespace vmalab
