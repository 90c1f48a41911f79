// SPDX-License-Identifier: GPL-2.0-only
// How much of a frame's time is our own: preparing what the panels show and ImGui's part of it, without any drawing by a GPU, with
// twelve threads and a history of 100,000 steps. Two milliseconds of a processor is what it may take, whoever else uses it. Run by hand.
//
//   vmalab_frame_bench ASSETS [STEPS]
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "ui/endless_run.h"
#include "ui/workbench.h"

namespace {

using namespace vmalab;

constexpr int kThreads = 12;

/// Of this thread alone: what is searched beside the window is not the frame's.
double milliseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

int fail_with(const Diagnostic& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
  return 1;
}

struct Bench {
  Workbench& workbench;
  float width = 0, height = 0;

  void frame() const {
    workbench.prepare_fonts(width, height);
    ImGui::GetIO().DisplaySize = {width, height};
    ImGui::GetIO().DeltaTime = 1.0F / 60;
    ImGui::NewFrame();
    workbench.frame(width, height, 1.0 / 60);
    ImGui::Render();
  }
  template <typename F>
  void measure(const char* what, F before) const {
    constexpr int kFrames = 100, kWarm = 4;
    std::vector<double> times;
    for (int i = 0; i < kWarm + kFrames; ++i) {
      before(i);
      const double start = milliseconds();
      frame();
      if (i >= kWarm) times.push_back(milliseconds() - start);
    }
    std::sort(times.begin(), times.end());
    std::printf("  %-34s median %6.3f ms   95%% %6.3f ms   worst %6.3f ms   %6d vertices\n", what, times[times.size() / 2],
                times[times.size() * 95 / 100], times.back(), ImGui::GetDrawData()->TotalVtxCount);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s ASSETS [STEPS]\n", argv[0]);
    return 2;
  }
  const int steps = argc > 2 ? std::atoi(argv[2]) : 100000;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("vmalab-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const Workspace workspace(argv[1]);
  Result<Document> document = testing::endless_run(workspace, folder, kThreads, steps);
  std::filesystem::remove_all(folder);
  if (!document) return fail_with(document.error());
  Workbench workbench(workspace, WorkbenchOptions{}, std::move(*document));
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // as with OpenGL
  PanelStates& panels = workbench.panels;
  const auto nothing = [](int) {};
  const auto new_step = [&](int) { workbench.run(CommandId::kRandomStep); };
  const auto travel = [&](int i) { workbench.travel_to(static_cast<int>(static_cast<long long>(i) * 7919 * 31 % steps)); };
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{1920, 1080}, {3840, 2160}}) {
    const Bench bench{workbench, width, height};
    workbench.run(CommandId::kEnd);
    std::printf("%.0fx%.0f, %d steps, %d threads\n", width, height, workbench.session().depth(), kThreads);
    for (const bool other_tabs : {false, true}) {
      panels.tab = other_tabs ? Tab::kChecks : Tab::kSource;
      panels.corner = other_tabs ? Tab::kClassMap : Tab::kMemory;
      bench.measure(other_tabs ? "checks and classes, at rest" : "all panels, at rest", nothing);
      bench.measure("  a new step each frame", new_step);
      bench.measure("  travelling anywhere", travel);
      workbench.run(CommandId::kEnd);
      panels.timeline.zoom = 0.1F;
      bench.measure("  cells of about two pixels", nothing);
      panels.timeline.fit = true;
      bench.measure("  the whole run in view", nothing);
      bench.measure("  the same, a new step each frame", new_step);
      panels.timeline = {};
    }
    for (const PanelInfo& info : panel_table()) {
      panels.arrangement.fill(info.id);
      bench.measure((std::string(info.name) + " alone, a new step").c_str(), new_step);
    }
    panels.arrangement.fill(std::nullopt);
    workbench.enter_stage();
    bench.measure("stage, a new step", new_step);
    workbench.leave_stage();
  }
  ImGui::DestroyContext();
  return 0;
}
