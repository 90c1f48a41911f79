// SPDX-License-Identifier: GPL-2.0-only
#include "app/window/pictures.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "app/platform/desktop/ffmpeg.h"
#include "base/platform.h"
#include "base/words.h"
#include "film/shots.h"
#include "run/beside.h"

namespace vmalab::app {
namespace {

constexpr std::string_view kCauses = "causes";  ///< over the panels, and none of them

constexpr std::array kFormats{
    PictureFormat{".webp", "the window, step by step, every pixel as it is", encode_webp},
    PictureFormat{".gif", "the same in 255 colours, for where nothing else moves", encode_gif},
    PictureFormat{".mp4", "the same as a film, where there is a program ffmpeg", encode_mp4},
    PictureFormat{".png", "the window after the last step", nullptr},
};

/// The window takes the steps of `run`, as if somebody played it: nothing is seen before it happens.
Result<std::string> moving_pictures(const ExportCommand& command, Encoder encode, const Session& run, Workbench& bench, Offscreen& screen,
                                    StepRange range, const RecordedRun::Progress& progress) {
  Pace pace;
  pace.step = command.pace_ms;
  const std::vector<Shot> shots = shots_of(RecordedRun(run, range), pace);
  Reel reel;
  int done = 0;
  const auto keep_going = [&] { return progress(done, static_cast<int>(shots.size())); };
  for (const Shot& shot : shots) {
    if (!keep_going()) return fail("stopped");
    ++done;
    const Result<Image> image = draw_step(bench, screen, run, shot.step);
    if (!image) return tl::unexpected(image.error());
    reel.add(*image, shot.milliseconds);
  }
  return encode_within(reel, encode, {command.output_width, command.most_bytes}, keep_going);
}

}  // namespace

Result<void> put_beside(Workbench& bench, const std::string& text) {
  const auto& branches = bench.session().branches();
  const auto branch = std::find_if(branches.begin(), branches.end(), [&](const Session::Branch& b) { return b.name == text; });
  if (branch != branches.end()) {
    const int index = static_cast<int>(branch - branches.begin());
    if (index == bench.session().active_branch()) return fail("'" + text + "' is the branch that is shown", "--beside");
    bench.put_branch_beside(index);
    return {};
  }
  return bench.put_beside(what_to_put_beside(bench.documents().workspace(), bench.documents().current(), text));
}

bool has_window() { return true; }

std::span<const PictureFormat> picture_formats() { return kFormats; }

const PictureFormat* find_picture_format(const std::filesystem::path& file) {
  for (const PictureFormat& format : kFormats) {
    if (file.extension() == format.extension) return &format;
  }
  return nullptr;
}

std::string panel_names() {
  return words::joined(panel_table(), [](const PanelInfo& info) { return std::string(info.name); });
}

std::vector<std::string> panel_words() {
  std::vector<std::string> words;
  for (const PanelInfo& info : panel_table()) words.emplace_back(info.name);
  words.emplace_back(kCauses);
  return words;
}

Result<std::unique_ptr<Workbench>> workbench_on(Document document, const Subject& subject, const LookChoice& look, const Workspace& workspace,
                                                Remembered remembered, std::filesystem::path lessons_file) {
  const std::optional<PanelId> panel = find_panel(look.panel);
  WorkbenchOptions options;
  options.code = subject.code;
  options.overrides = subject.overrides;
  options.theme = look.light ? (*look.light ? ThemeId::kLight : ThemeId::kDark) : remembered.theme.value_or(ThemeId::kDark);
  options.zoom = look.scale.value_or(remembered.zoom);
  options.remembered = std::move(remembered);
  options.lessons_file = std::move(lessons_file);
  if (const auto folder = platform::data_folder()) options.recordings = *folder / "recordings";
  if (!document.notice.empty()) spdlog::warn("{}", document.notice);
  auto bench = std::make_unique<Workbench>(workspace, std::move(options), std::move(document));
  if (look.stage) bench->enter_stage();
  if (panel) bench->panels.arrangement.fill(panel);
  bench->panels.causes.wanted = look.panel == kCauses;
  if (!look.beside.empty()) {
    if (Result<void> put = put_beside(*bench, look.beside); !put) return tl::unexpected(put.error());
    if (!look.at) bench->to_parting();
  }
  return bench;
}

Result<Image> draw_step(Workbench& bench, Offscreen& screen, const Session& run, int step) {
  while (bench.session().depth() < step) bench.apply(run.info(run.path()[static_cast<std::size_t>(bench.session().depth()) + 1]).action);
  return screen.draw(bench);
}

Result<std::string> draw_run(const ExportCommand& command, const Workspace& workspace, Document document, StepRange range,
                             const RecordedRun::Progress& progress) {
  const Encoder encode = find_picture_format(command.output)->encode;
  const Session run = document.session;
  if (encode != nullptr) document.session = Session(run.machine());
  Result<std::unique_ptr<Workbench>> bench = workbench_on(std::move(document), command.subject, command.look, workspace);
  if (!bench) return tl::unexpected(bench.error());
  Result<Offscreen> screen = Offscreen::create(command.width, command.height);
  if (!screen) return tl::unexpected(screen.error());
  (*bench)->motion().set_on(false);
  if (encode != nullptr) return moving_pictures(command, encode, run, **bench, *screen, range, progress);
  (*bench)->travel_to(range.last);
  const Result<Image> image = screen->draw(**bench);
  if (!image) return tl::unexpected(image.error());
  return encode_png(command.output_width > 0 ? scaled(*image, command.output_width) : *image);
}

}  // namespace vmalab::app
