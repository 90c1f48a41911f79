// SPDX-License-Identifier: GPL-2.0-only
// base/background.h where there are threads.
#include "base/background.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace vmalab {
namespace {

/// So many that asking for the next piece costs nothing, and so few that nobody waits long for one to end.
constexpr std::uint64_t kUnits = 1U << 13U;

class Thread final : public Background {
 public:
  explicit Thread(Piece piece) : piece_(std::move(piece)), thread_([this] { run(); }) {}
  ~Thread() override {
    {
      const std::lock_guard lock(mutex_);
      given_up_ = true;
    }
    woken_.notify_all();
    thread_.join();
  }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      work_ = true;
    }
    woken_.notify_all();
  }

 private:
  void run() {
    for (Next next = Next::kWaits; next != Next::kEnded;) {
      {
        std::unique_lock lock(mutex_);
        if (next == Next::kWaits) woken_.wait(lock, [this] { return work_ || given_up_; });
        if (given_up_) return;
        work_ = false;
      }
      next = piece_(kUnits);
    }
  }

  const Piece piece_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool work_ = true, given_up_ = false;  ///< under the mutex
  std::thread thread_;                   // last: the others are there when it begins
};

}  // namespace

std::unique_ptr<Background> in_background(Background::Piece piece) { return std::make_unique<Thread>(std::move(piece)); }

}  // namespace vmalab
