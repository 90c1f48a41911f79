// SPDX-License-Identifier: GPL-2.0-only
// Every scenario's last step, drawn by the real off-screen renderer. What was drawn is judged by the widgets that
// were marked and the words that were prepared; of the pixels only that the panels are not empty.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "app/platform/desktop/offscreen.h"
#include "ui/layout.h"
#include "ui/test_screen.h"

namespace vmalab {
namespace {

constexpr int kWidth = 1280, kHeight = 720;

/// Different colours inside a rectangle, up to `enough`.
std::size_t colours_in(const Image& image, const Rect& rect, std::size_t enough) {
  std::set<std::uint32_t> seen;
  for (int y = static_cast<int>(rect.min.y); y < static_cast<int>(rect.max.y); ++y) {
    for (int x = static_cast<int>(rect.min.x); x < static_cast<int>(rect.max.x) && seen.size() < enough; ++x) {
      const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 3;
      seen.insert(static_cast<std::uint32_t>(image.rgb[at] << 16 | image.rgb[at + 1] << 8 | image.rgb[at + 2]));
    }
  }
  return seen.size();
}

}  // namespace

TEST_CASE("a size that cannot be is refused before any driver is asked") {
  for (const auto& [width, height] : {std::pair{0, 0}, std::pair{-5, 100}, std::pair{100000, 720}, std::pair{1280, 1}}) {
    const Result<Offscreen> made = Offscreen::create(width, height);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find(std::to_string(width) + "x" + std::to_string(height)) != std::string::npos);
  }
}

TEST_CASE("every scenario's last step can be drawn") {
  Result<Offscreen> screen = Offscreen::create(kWidth, kHeight);
  if (!screen) {
    MESSAGE("skipped, no off-screen OpenGL here: " << screen.error().message);
    return;
  }
  const Result<std::vector<Scenario>> scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios);
  for (const Scenario& scenario : *scenarios) {
    CAPTURE(scenario.name);
    const auto bench = testing::open_bench(scenario.name);
    bench->motion().set_on(false);
    while (bench->can(CommandId::kDemoStep)) bench->run(CommandId::kDemoStep);
    CHECK(bench->session().depth() > 0);
    const Result<Image> image = screen->draw(*bench);
    REQUIRE(image);
    REQUIRE(image->rgb.size() == static_cast<std::size_t>(kWidth) * kHeight * 3);

    const Layout layout = compute_layout(kWidth, kHeight, bench->appearance().em());
    for (const Rect& rect : {layout.threads, layout.vma, layout.source, layout.corner, layout.timeline, layout.lesson}) {
      CHECK(colours_in(*image, rect, 20) >= 20);
    }
    for (const char* name : {"threads", "vma", "source", "memory", "timeline", "lesson"}) {
      CHECK(bench->widgets().find(std::string("panel/") + name) != nullptr);
    }
    // The caption of the last step stands there, and each thread has its card.
    CHECK(bench->demo_caption().text == scenario.demo.back().caption);
    for (const ThreadSetup& thread : scenario.threads) {
      CAPTURE(thread.name);
      CHECK(bench->widgets().find("threads/" + thread.name + "/card") != nullptr);
    }
  }
}

TEST_CASE("the same moment gives the same picture") {
  Result<Offscreen> screen = Offscreen::create(640, 480);
  if (!screen) {
    MESSAGE("skipped, no off-screen OpenGL here: " << screen.error().message);
    return;
  }
  const auto bench = testing::open_bench("writer-waits-for-a-reader");
  bench->motion().set_on(false);
  for (int i = 0; i < 5; ++i) bench->run(CommandId::kDemoStep);
  const Result<Image> first = screen->draw(*bench), second = screen->draw(*bench);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->rgb == second->rgb);
}

}  // namespace vmalab
