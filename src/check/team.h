// SPDX-License-Identifier: GPL-2.0-only
// Threads that do their shares of one piece of work at the same time, again and again. Between two pieces they sleep, and
// only the caller runs: what they did is then his to read.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace vmalab::check {

class Team {
 public:
  /// @param size the caller of run() included; on a computer that gives no more threads it becomes smaller
  explicit Team(int size);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }
  /// Calls share(i) for every i below size(), at the same time, and returns when all have returned. share(0) runs in the
  /// caller. `share` must not throw.
  void run(const std::function<void(int)>& share);

 private:
  void work(int self);

  std::vector<std::thread> threads_;
  const std::function<void(int)>* share_ = nullptr;  ///< nullptr: the end
  std::atomic<std::uint32_t> piece_{0};              ///< number of the current piece
  std::atomic<int> busy_{0};                         ///< threads that have not finished it
};

}  // namespace vmalab::check
