// SPDX-License-Identifier: GPL-2.0-only
// For tests only: a person in front of a Workbench, without any GL. Clicks go to widgets by the names they were marked with.
#pragma once

#include <doctest/doctest.h>
#include <imgui.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "run/test_machines.h"
#include "ui/compat.h"
#include "ui/workbench.h"

namespace vmalab::testing {

/// The window on a scenario of `assets`, with a variant or without.
inline std::unique_ptr<Workbench> open_bench(std::string_view scenario, std::string variant = {}, WorkbenchOptions options = {},
                                             const std::filesystem::path& assets = VMALAB_TEST_ASSETS) {
  Origin origin;
  origin.what = what_is(scenario);
  origin.text = scenario;
  origin.code.variant = std::move(variant);
  const Workspace workspace(assets);
  Result<Document> document = workspace.open(origin);
  if (!document) {
    std::fprintf(stderr, "%s\n", document.error().to_string().c_str());
    std::abort();
  }
  return std::make_unique<Workbench>(workspace, std::move(options), std::move(*document));
}

class TestScreen {
 public:
  explicit TestScreen(std::string_view scenario = "writer-waits-for-a-reader", float width = 1280, float height = 720)
      : width_(width), height_(height), context_(ImGui::CreateContext()) {
    WorkbenchOptions options;
    options.trace_folder = folder_.path();
    show(open_bench(scenario, {}, std::move(options)));
  }
  TestScreen(std::unique_ptr<Workbench> bench, float width, float height) : width_(width), height_(height), context_(ImGui::CreateContext()) {
    show(std::move(bench));
  }
  TestScreen(const TestScreen&) = delete;
  TestScreen& operator=(const TestScreen&) = delete;
  ~TestScreen() {
    bench_.reset();
    ImGui::DestroyContext(context_);
  }

  Workbench& bench() { return *bench_; }
  const Session& session() const { return bench_->session(); }
  const std::string& copied() const { return copied_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  void frames(int count, double dt = 1.0 / 60) {
    for (int i = 0; i < count; ++i) {
      bench_->prepare_fonts(width_, height_);
      ImGuiIO& io = ImGui::GetIO();
      io.DisplaySize = {width_, height_};
      io.DeltaTime = static_cast<float>(dt);
      ImGui::NewFrame();
      bench_->frame(width_, height_, dt);
      ImGui::Render();
    }
  }
  bool key(Key key, Mods mods = {}) {
    const bool used = bench_->handle_key(key, mods);
    frames(3);  // ImGui knows one frame late that a text field is gone
    return used;
  }
  void type(std::string_view text) {
    for (const char c : text) ImGui::GetIO().AddInputCharacter(static_cast<unsigned char>(c));
    frames(3);
  }
  /// Another size of the window.
  void resize(float width, float height) {
    width_ = width;
    height_ = height;
    frames(3);
  }
  void move_to(ImVec2 at) {
    compat::set_mouse_position(at);
    frames(2);
  }
  void button(bool down) {
    compat::set_mouse_button(0, down);
    frames(2);
  }
  static ImVec2 middle(const Widget& w) { return {0.5F * (w.min.x + w.max.x), 0.5F * (w.min.y + w.max.y)}; }
  /// False, and a failed check, when there is no such widget where a mouse could reach it.
  bool click(std::string_view mark) {
    const Widget* widget = bench_->widgets().find(mark);
    INFO("clicking " << std::string(mark));
    CHECK(widget != nullptr);
    if (widget == nullptr) return false;
    CHECK(widget->visible);
    if (!widget->visible) return false;
    move_to(middle(*widget));
    button(true);
    button(false);
    return true;
  }
  /// Drawn in the newest frame.
  bool shows(std::string_view mark) const { return bench_->widgets().all().contains(mark); }
  void wheel(float lines) {
    compat::add_wheel(lines);
    frames(2);
  }
  void drag(ImVec2 from, ImVec2 to, int mouse_button = 0) {
    const auto hold = [&](bool down) {
      compat::set_mouse_button(mouse_button, down);
      frames(2);
    };
    move_to(from);
    hold(true);
    for (int i = 1; i <= 8; ++i) {
      const float share = static_cast<float>(i) / 8;
      move_to({from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share});
    }
    hold(false);
  }
  bool has_notice(std::string_view part) const {
    for (const Notice& notice : bench_->notices().all()) {
      if (notice.text.find(part) != std::string::npos) return true;
    }
    return false;
  }

 private:
  void show(std::unique_ptr<Workbench> bench) {
    ImGui::SetCurrentContext(context_);
    ImGui::GetIO().IniFilename = nullptr;
    bench_ = std::move(bench);
    bench_->on_copy([this](const std::string& text) { copied_ = text; });
    frames(3);
  }

  float width_, height_;
  Folder folder_;
  ImGuiContext* context_;
  std::unique_ptr<Workbench> bench_;
  std::string copied_;
};

}  // namespace vmalab::testing
