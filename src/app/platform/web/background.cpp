// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/web/background.h"

#include <emscripten/emscripten.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/background.h"

namespace vmalab {
namespace {

class Pieces;
std::vector<Pieces*>& all() {
  static std::vector<Pieces*> list;
  return list;
}

class Pieces final : public Background {
 public:
  explicit Pieces(Piece piece) : piece_(std::move(piece)) { all().push_back(this); }
  ~Pieces() override { all().erase(std::find(all().begin(), all().end(), this)); }
  void wake() override {
    if (next_ == Next::kWaits) next_ = Next::kMore;
  }
  bool busy() const { return next_ == Next::kMore; }
  /// Does one, and sizes the next so that it takes a few milliseconds.
  void work() {
    constexpr double kShort = 2, kLong = 5;
    constexpr std::uint64_t kMost = 1U << 13U;
    const double begin = emscripten_get_now();
    next_ = piece_(units_);
    const double took = emscripten_get_now() - begin;
    if (took < kShort) units_ = std::min(2 * units_, kMost);
    if (took > kLong) units_ = std::max<std::uint64_t>(units_ / 2, 1);
  }

 private:
  const Piece piece_;
  Next next_ = Next::kMore;
  std::uint64_t units_ = 32;
};

}  // namespace

std::unique_ptr<Background> in_background(Background::Piece piece) { return std::make_unique<Pieces>(std::move(piece)); }

bool work_in_background(double milliseconds) {
  const double until = emscripten_get_now() + milliseconds;
  const auto busy = [](const Pieces* pieces) { return pieces->busy(); };
  // A piece neither makes nor destroys one.
  for (std::size_t turn = 0; emscripten_get_now() < until && std::any_of(all().begin(), all().end(), busy); ++turn) {
    Pieces* pieces = all()[turn % all().size()];
    if (pieces->busy()) pieces->work();
  }
  return std::any_of(all().begin(), all().end(), busy);
}

}  // namespace vmalab
