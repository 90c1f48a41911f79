// SPDX-License-Identifier: GPL-2.0-only
// How long one frame takes with a history of 100,000 steps: preparing rows and ImGui alone, and with drawing by
// whatever OpenGL there is (software, where there is no GPU). No waiting for the screen.
//
//   vmalab_frame_bench ASSETS [STEPS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "app/platform/desktop/offscreen.h"
#include "run/scheduler.h"
#include "ui/workbench.h"

namespace {

using Clock = std::chrono::steady_clock;

template <typename F>
void measure(const char* what, int frames, F frame) {
  std::vector<double> times;
  for (int i = 0; i < frames; ++i) {
    const auto start = Clock::now();
    frame(i);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%-44s median %7.3f ms   95%% %7.3f ms   worst %7.3f ms\n", what, times[times.size() / 2], times[times.size() * 95 / 100],
              times.back());
}

/// Two threads that never end: the history is as long as one wants it.
constexpr const char* kEndless =
    "title = \"endless\"\nstory = \"Two threads take turns.\"\n"
    "[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
    "[[thread]]\nname = \"a\"\nrun = \"forever(vma0)\"\n[[thread]]\nname = \"b\"\nrun = \"forever(vma0)\"\n";
constexpr const char* kCode = "void forever(struct vm_area_struct *vma)\n{\n\tfor (;;)\n\t\tvma->vm_lock_seq = vma->vm_lock_seq + 1;\n}\n";

int fail_with(const vmalab::Diagnostic& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace vmalab;
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s ASSETS [STEPS]\n", argv[0]);
    return 2;
  }
  const int steps = argc > 2 ? std::atoi(argv[2]) : 100000;
  auto scenario = parse_scenario(kEndless, "endless", "frame_bench.cpp");
  if (!scenario) return fail_with(scenario.error());
  auto code = CodeBase::load_texts({{"frame_bench.c", kCode}}, scenario->config);
  if (!code) return fail_with(code.error());
  auto machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return fail_with(machine.error());
  Session session(std::move(*machine));
  const auto chance = random_scheduler(1);
  for (int i = 0; i < steps && take_step(session, *chance); ++i) {
  }
  const auto bench = std::make_unique<Workbench>(Workspace(argv[1]), WorkbenchOptions{}, Document{{}, std::move(session), true, {}});
  std::printf("history of %d steps, 1280x720\n", bench->session().depth());
  const float width = 1280, height = 720;
  {
    ImGuiContext* context = ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    const auto frame = [&](int) {
      bench->prepare_fonts(width, height);
      ImGui::GetIO().DisplaySize = {width, height};
      ImGui::GetIO().DeltaTime = 1.0F / 60;
      ImGui::NewFrame();
      bench->frame(width, height, 1.0 / 60);
      ImGui::Render();
    };
    for (int i = 0; i < 3; ++i) frame(i);
    measure("prepare + ImGui, at rest", 300, frame);
    measure("prepare + ImGui, a new step each frame", 300, [&](int i) {
      bench->run(CommandId::kRandomStep);
      frame(i);
    });
    measure("prepare + ImGui, travelling anywhere", 300, [&](int i) {
      bench->travel_to(static_cast<int>(static_cast<long long>(i) * 7919 * 31 % steps));
      frame(i);
    });
    bench->panels.timeline.zoom = TimelineState::kLeastZoom;
    measure("prepare + ImGui, the whole history in view", 300, frame);
    std::printf("%d vertices a frame\n", ImGui::GetDrawData()->TotalVtxCount);
    ImGui::DestroyContext(context);
  }
  Result<Offscreen> screen = Offscreen::create(static_cast<int>(width), static_cast<int>(height));
  if (!screen) {
    std::printf("drawing not measured: %s\n", screen.error().message.c_str());
    return 0;
  }
  bench->appearance().forget_fonts();
  for (int i = 0; i < 3; ++i) screen->draw_frame(*bench, 1.0 / 60);
  measure("the same and drawn off-screen, at rest", 60, [&](int) { screen->draw_frame(*bench, 1.0 / 60); });
  measure("the same and drawn, a new step each frame", 60, [&](int) {
    bench->run(CommandId::kRandomStep);
    screen->draw_frame(*bench, 1.0 / 60);
  });
  return 0;
}
