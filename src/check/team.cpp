// SPDX-License-Identifier: GPL-2.0-only
#include "check/team.h"

#include <exception>

namespace vmalab::check {

Team::Team(int size) {
  try {
    for (int i = 1; i < size; ++i) threads_.emplace_back([this, i] { work(i); });
  } catch (const std::exception&) {  // no thread, or no memory for one
  }
}

Team::~Team() {
  share_ = nullptr;
  ++piece_;
  piece_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::run(const std::function<void(int)>& share) {
  if (!threads_.empty()) {
    share_ = &share;
    busy_ = static_cast<int>(threads_.size());
    ++piece_;
    piece_.notify_all();
  }
  share(0);
  for (int busy = busy_; busy != 0; busy = busy_) busy_.wait(busy);
}

void Team::work(int self) {
  for (std::uint32_t done = 0;; ++done) {
    piece_.wait(done);
    if (share_ == nullptr) return;
    (*share_)(self);
    if (--busy_ == 0) busy_.notify_one();
  }
}

}  // namespace vmalab::check
