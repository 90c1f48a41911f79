// SPDX-License-Identifier: GPL-2.0-only
// `vmalab open` and `vmalab shot`: the window, and a picture of it.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>

#include "app/any_numbers.h"
#include "app/commands.h"
#include "app/lesson_player.h"
#include "app/platform/desktop/offscreen.h"
#include "app/platform/desktop/window.h"
#include "app/player.h"
#include "app/window/background_drawing.h"
#include "app/window/pictures.h"
#include "base/platform.h"
#include "ui/workbench.h"
#include "view/speaker_view.h"

namespace vmalab::app {
namespace {

/// What brings the window, where there is none.
constexpr const char* kAdvice =
    "For the window, run the same command in a graphical session (DISPLAY or WAYLAND_DISPLAY set; over the network: ssh -X). "
    "`vmalab run -i` steers a run here, `vmalab shot -o lab.png` draws the window to a file.";

Result<std::unique_ptr<Workbench>> make_workbench(const Subject& subject, const StepChoice& steps, const LookChoice& look, const Workspace& workspace,
                                                  Remembered remembered = {}, std::filesystem::path lessons = {}) {
  Result<Document> document = workspace.open(subject.origin());
  if (!document) return tl::unexpected(document.error());
  StepChoice taken = steps;
  const bool lesson = !look.lesson.empty();
  if ((look.at || !look.beside.empty()) && !lesson && !document->origin.recorded() && !steps.any() && !steps.limit)
    taken.demo = !document->session.machine().scenario().demo.empty();
  if (Result<void> advanced = advance(taken, *document); !advanced) return tl::unexpected(advanced.error());
  const int last = static_cast<int>(document->session.path().size()) - 1;
  if (look.at && !lesson && *look.at > last) {
    return fail("there is no step " + std::to_string(*look.at) + ": the run has " + std::to_string(last), "--at");
  }
  if (look.at && !lesson) document->session.go_to_depth(*look.at);
  Result<std::unique_ptr<Workbench>> bench = workbench_on(std::move(*document), subject, look, workspace, std::move(remembered), std::move(lessons));
  if (!bench || !lesson) return bench;
  const Result<void> begun = (*bench)->begin_lesson(look.lesson, look.at ? std::optional(*look.at - 1) : std::nullopt);
  if (!begun) return tl::unexpected(begun.error());
  return bench;
}

/// The speaker's notes, on the terminal that the window was started from.
class NotesOnTerminal {
 public:
  explicit NotesOnTerminal(const Workbench& bench) : bench_(bench) {}
  /// Prints what is new.
  void look() {
    if (serial_ != bench_.documents().serial()) {
      serial_ = bench_.documents().serial();
      notes_ = speaker_notes(bench_.scenario());
    }
    std::string text = speaker_text(bench_.session(), bench_.player().demo(), notes_);
    if (text == printed_) return;
    printed_ = std::move(text);
    if (!print("\n" + std::string(screen_width(), '-') + "\n" + fitted(printed_, screen_width()) + "\n")) spdlog::warn("the notes cannot be printed");
  }

 private:
  const Workbench& bench_;
  std::uint64_t serial_ = 0;
  SpeakerNotes notes_;
  std::string printed_;
};

/// What the window remembers, in the place that this desktop has for it.
struct Memory {
  std::filesystem::path file;
  Remembered what;
  std::string trouble;

  Memory() {
    const std::optional<std::filesystem::path> folder = platform::state_folder();
    if (!folder) return;
    file = *folder / "window.json";
    if (Result<Remembered> read = read_remembered(file)) {
      what = std::move(*read);
      return;
    } else {
      trouble = "What the window remembered is not used: " + read.error().message + ".";
    }
    // It is somebody's: what is remembered from now on does not take its place.
    std::error_code error;
    std::filesystem::rename(file, file.string() + ".old", error);
    if (!error) trouble += " It is kept as " + file.string() + ".old";
  }
  /// Where it is another thing than before. At once: who knows how the window will end.
  void keep(Remembered now) {
    if (file.empty() || now == what) return;
    what = std::move(now);
    if (const Result<void> written = write_remembered(file, what); !written) spdlog::warn("not remembered: {}", written.error().to_string());
  }
};

/// What the picture shows, and how to have another one where nothing was asked for.
std::string drawn_text(const Workbench& bench, const ShotCommand& shot) {
  const Session& session = bench.session();
  const int last = static_cast<int>(session.path().size()) - 1;
  if (bench.tutor().on()) {
    const LessonRun& lesson = bench.tutor().run();
    return lesson.lesson().title + ", step " + std::to_string(lesson.step() + 1) + " of the lesson";
  }
  std::string text = run_title(session) + ", ";
  text += last == 0 ? "before the first step" : "step " + std::to_string(session.depth()) + " of " + std::to_string(last);
  const bool asked = shot.steps.any() || shot.steps.limit || shot.look.at || !shot.look.beside.empty();
  if (last == 0 && !asked) {
    text += session.machine().scenario().demo.empty() ? "; --schedule or --random takes some" : "; --demo shows its end, --at STEP a step of it";
  }
  return text;
}

}  // namespace

Result<int> OpenCommand::run(const Workspace& workspace) const {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) {
    return play_instead_of_window(*this, workspace, "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).", kAdvice);
  }
  Memory memory;
  const Remembered before = memory.what;
  Subject opened = subject;
  opened.goes_on = true;
  const bool nothing_asked = subject.target.empty() && !subject.standard && subject.code.variant.empty() && !steps.any();
  if (nothing_asked) opened.target = before.scenario;
  Result<std::unique_ptr<Workbench>> bench = make_workbench(opened, steps, look, workspace, before, lessons_file());
  // What was open the last time may be gone.
  std::string gone;
  if (!bench && nothing_asked) {
    gone = "What was open the last time is not there now: " + bench.error().message + ".";
    bench = make_workbench(subject, steps, look, workspace, before, lessons_file());
  }
  if (!bench && errors_in_window) {
    const std::string why = bench.error().to_string();
    spdlog::warn("{}", why);
    bench = make_workbench({}, {}, {}, workspace, before, lessons_file());
    if (bench) (*bench)->notices().say(NoticeKind::kError, why);
  }
  if (!bench) return tl::unexpected(bench.error());
  if (!gone.empty()) (*bench)->notices().say(NoticeKind::kWarning, gone, NoticeAbout::kOpening);
  if (!memory.trouble.empty()) (*bench)->notices().say(NoticeKind::kWarning, memory.trouble);
  std::vector<std::string> drawn;
  for (const PictureFormat& format : picture_formats()) drawn.emplace_back(format.extension);
  (*bench)->exporting().drawn_by(std::move(drawn), drawing_in_background(workspace));
  if (fullscreen && !(*bench)->wants_fullscreen()) (*bench)->toggle_fullscreen();
  (*bench)->motion().set_on(before.motion.value_or(!platform::reduced_motion()));
  if (motion) (*bench)->choose_motion(*motion);
  spdlog::info("opening the window on {}", (*bench)->scenario().name);
  WindowOptions options;
  if (before.width >= 320 && before.height >= 200) options.width = before.width, options.height = before.height;
  if (width > 0) options.width = width, options.height = height;
  NotesOnTerminal on_terminal(**bench);
  if (notes) options.drawn = [&on_terminal] { on_terminal.look(); };
  const auto remember = [&] {
    Remembered now = (*bench)->remembered();
    now.width = options.width;
    now.height = options.height;
    memory.keep(std::move(now));
  };
  options.rests = remember;
  if (Result<void> shown = run_window(**bench, options); !shown) {
    return play_instead_of_window(*this, workspace, shown.error().message, kAdvice);
  }
  remember();
  return static_cast<int>(kExitOk);
}

Result<int> ShotCommand::run(const Workspace& workspace) const {
  Result<std::unique_ptr<Workbench>> bench = make_workbench(with_one_of_each(subject), steps, look, workspace);
  if (!bench) return tl::unexpected(bench.error());
  if (look.panel == panel_info(PanelId::kStateMap).name) {
    StateSpace& space = (*bench)->state_space();
    space.show_any_number(any_threads_of(subject, (*bench)->scenario()));
    if (states != 0) space.most = states;
    space.follow((*bench)->session());
    space.wait();
  }
  if (Result<void> saved = save_picture(**bench, width, height, output); !saved) {
    return tl::unexpected(saved.error());
  }
  spdlog::info("drew {} at {}x{}", output.string(), width, height);
  if (Result<void> told = tell_written(output, drawn_text(**bench, *this)); !told) return tl::unexpected(told.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
