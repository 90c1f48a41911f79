// SPDX-License-Identifier: GPL-2.0-only
// `vmalab open` and `vmalab shot`: the window, and a picture of it. Where there can be no window the run is played
// in the terminal.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>

#include "app/commands.h"
#include "app/player.h"
#if VMALAB_HAS_WINDOW
#include "ui/lab.h"
#include "ui/offscreen.h"
#include "ui/window.h"
#endif

namespace vmalab::app {
namespace {

/// Time to read a step when a demo plays in a terminal in place of the window.
constexpr int kReadingDelay = 700;

Result<int> play_instead_of_window(const Options& options, const std::filesystem::path& assets, const std::string& reason) {
  spdlog::info("no window: {}", reason);
  Result<Loaded> loaded = load_target(options, assets);
  if (!loaded) return tl::unexpected(loaded.error());
  Options in_terminal = options;
  if (isatty(STDOUT_FILENO) != 0 && options.delay_ms == 0) in_terminal.delay_ms = kReadingDelay;
  if (Result<void> printed = print("No window: " + reason + "\nPlaying in the terminal instead.\n\n"); !printed) {
    return tl::unexpected(printed.error());
  }
  Result<int> code = play(in_terminal, std::move(*loaded));
  if (!code) return code;
  // Only what this build can do.
#if VMALAB_HAS_WINDOW
  const std::string how =
      "For the window, run the same command in a graphical session (DISPLAY or WAYLAND_DISPLAY set; over the network: ssh -X). "
      "`vmalab run -i` steers a run here, `vmalab shot -o lab.png` draws the window to a file.";
#else
  const std::string how = "`vmalab run -i` steers a run here. For the window, build without -DVMALAB_UI=OFF, as ./run does.";
#endif
  std::string advice = "\n";
  for (const std::string& line : wrap(how, screen_width())) advice += line + "\n";
  if (Result<void> printed = print(advice); !printed) return tl::unexpected(printed.error());
  return code;
}

#if VMALAB_HAS_WINDOW
Result<std::unique_ptr<Lab>> make_lab(const Options& options, const std::filesystem::path& assets) {
  Result<Loaded> loaded = load_target(options, assets);
  if (!loaded) return tl::unexpected(loaded.error());
  if (Result<void> advanced = advance(options, *loaded); !advanced) return tl::unexpected(advanced.error());
  Result<std::optional<std::filesystem::path>> variant = variant_file(options, assets);
  if (!variant) return tl::unexpected(variant.error());
  LabOptions lab_options;
  lab_options.assets = assets;
  lab_options.variant = *variant;
  lab_options.code = options.code;
  lab_options.stubs = loaded->from_trace ? Stubs{} : loaded->session.machine().code().stubs();
  if (!options.kernel.empty()) lab_options.kernel = options.kernel;
  lab_options.patches = options.patch_texts;
  lab_options.theme = options.light ? ThemeId::kLight : ThemeId::kDark;
  lab_options.zoom = options.scale;
  if (std::filesystem::path(options.target).extension() == ".toml") lab_options.source = options.target;
  lab_options.adjust = [options](Scenario& scenario) { adjust_scenario(scenario, options); };
  std::unique_ptr<Lab> lab = Lab::with_session(std::move(lab_options), std::move(loaded->session));
  if (!loaded->notice.empty()) {
    spdlog::warn("{}", loaded->notice);
    lab->set_notice(NoticeKind::kWarning, loaded->notice);
  }
  return lab;
}
#endif

}  // namespace

#if VMALAB_HAS_WINDOW
Result<int> open_command(const Options& options, const std::filesystem::path& assets) {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) {
    return play_instead_of_window(options, assets, "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).");
  }
  Result<std::unique_ptr<Lab>> lab = make_lab(options, assets);
  if (!lab) return tl::unexpected(lab.error());
  spdlog::info("opening the window on {}", (*lab)->scenario().name);
  if (Result<void> shown = run_window(**lab); !shown) {
    return play_instead_of_window(options, assets, shown.error().message);
  }
  return static_cast<int>(kExitOk);
}

Result<int> shot_command(const Options& options, const std::filesystem::path& assets) {
  Result<std::unique_ptr<Lab>> lab = make_lab(options, assets);
  if (!lab) return tl::unexpected(lab.error());
  (*lab)->set_still(true);
  if (Result<void> saved = save_picture(**lab, options.width, options.height, options.output); !saved) {
    return tl::unexpected(saved.error());
  }
  spdlog::info("drew {} at {}x{}", options.output.string(), options.width, options.height);
  return static_cast<int>(kExitOk);
}
#else
Result<int> open_command(const Options& options, const std::filesystem::path& assets) {
  return play_instead_of_window(options, assets, "this vmalab was built without it (VMALAB_UI=OFF).");
}

Result<int> shot_command(const Options&, const std::filesystem::path&) {
  return fail("this vmalab was built without the window (VMALAB_UI=OFF) and cannot draw it");
}
#endif

}  // namespace vmalab::app
