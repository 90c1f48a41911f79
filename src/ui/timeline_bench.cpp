// SPDX-License-Identifier: GPL-2.0-only
// How much of a frame's time the timeline panel takes, with twelve threads and a history of 100,000 steps: preparing it and ImGui's
// part of it, without any drawing by a GPU.
//
//   vmalab_timeline_bench ASSETS [STEPS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "run/scheduler.h"
#include "ui/panels.h"
#include "ui/workbench.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kThreads = 12;
constexpr const char* kCode =
    "void forever(struct vm_area_struct *vma)\n{\n\tint was;\n\n\tfor (;;) {\n"
    "\t\tif (__vmalab_ref_inc_limited_acquire(&vma->vm_refcnt, &was, 100))\n\t\t\t__vmalab_ref_sub_and_test(1, &vma->vm_refcnt, &was);\n"
    "\t\tvma->vm_lock_seq = vma->vm_lock_seq + 1;\n\t}\n}\n";

std::string scenario_text() {
  std::string text = "title = \"endless\"\nstory = \"Threads take turns.\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n";
  for (int t = 0; t < kThreads; ++t) text += "[[thread]]\nname = \"t" + std::to_string(t) + "\"\nrun = \"forever(vma0)\"\n";
  return text;
}

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
  auto scenario = parse_scenario(scenario_text(), "endless", "timeline_bench.cpp");
  if (!scenario) return fail_with(scenario.error());
  auto code = CodeBase::load_texts({{"timeline_bench.c", kCode}}, scenario->config);
  if (!code) return fail_with(code.error());
  auto machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return fail_with(machine.error());
  Session session(std::move(*machine));
  const auto chance = random_scheduler(1);
  for (int i = 0; i < steps && take_step(session, *chance); ++i) {
  }
  Workbench bench(Workspace(argv[1]), WorkbenchOptions{}, Document{{}, std::move(session), true, {}});
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // as with OpenGL
  PanelCache cache;
  Motion motion;
  WidgetLog widgets;
  TimelineState& state = bench.panels.timeline;
  const ThreadId selected{};
  const PanelContext context{bench.documents(), bench.appearance(), selected, cache, motion, widgets, bench};
  std::printf("history of %d steps, %d threads\n", bench.session().depth(), kThreads);
  const auto measure = [&](const char* what, float width, float height, int frames, auto before) {
    std::vector<double> times;
    for (int i = 0; i < frames + 3; ++i) {
      bench.prepare_fonts(std::max(width, 1280.0F), std::max(width * 9 / 16, 720.0F));
      ImGui::GetIO().DisplaySize = {width, height};
      ImGui::GetIO().DeltaTime = 1.0F / 60;
      ImGui::NewFrame();
      before(i);
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize({width, height});
      ImGui::Begin("timeline", nullptr, ImGuiWindowFlags_NoDecoration);
      widgets.begin_frame();
      const auto start = Clock::now();
      draw_timeline(context, state, 0);
      if (i >= 3) times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      ImGui::End();
      ImGui::Render();
    }
    std::sort(times.begin(), times.end());
    std::printf("%-46s %4.0fx%-4.0f median %6.3f ms   95%% %6.3f ms   %d vertices\n", what, width, height, times[times.size() / 2],
                times[times.size() * 95 / 100], ImGui::GetDrawData()->TotalVtxCount);
  };
  const auto nothing = [](int) {};
  const auto travel = [&](int i) { bench.travel_to(static_cast<int>(static_cast<long long>(i) * 7919 * 31 % steps)); };
  const auto new_step = [&](int) { bench.run(CommandId::kRandomStep); };
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{800, 170}, {1280, 720}, {3840, 1200}}) {
    state = {};
    bench.run(CommandId::kEnd);
    measure("shapes, at rest", width, height, 200, nothing);
    measure("shapes, a new step each frame", width, height, 200, new_step);
    measure("shapes, travelling anywhere", width, height, 200, travel);
    state.zoom = 0.1F;
    measure("cells of about two pixels, at rest", width, height, 200, nothing);
    state.fit = true;
    measure("the whole run in view, at rest", width, height, 200, nothing);
    bench.run(CommandId::kEnd);
    measure("the whole run in view, a new step each frame", width, height, 200, new_step);
  }
  ImGui::DestroyContext();
  return 0;
}
