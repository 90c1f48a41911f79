// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_runner.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "base/background.h"

namespace vmalab {

struct CheckRunner::Job {
  Job(Machine m, check::CheckOptions o)
      : machine(std::move(m)), options(std::move(o)), background(in_background([this](std::uint64_t units) { return piece(units); })) {}

  const Machine machine;
  check::CheckOptions options;
  std::mutex mutex;
  check::Progress progress;
  std::optional<Result<check::CheckReport>> result;
  std::atomic<bool> stop = false, given_up = false, ended = false;
  std::unique_ptr<check::Check> check;
  std::chrono::steady_clock::time_point told{};
  std::unique_ptr<Background> background;  // last: the others are there when it begins

  Background::Next piece(std::uint64_t units);
  std::optional<Result<check::CheckReport>> advance(std::uint64_t units);
};

/// Its end, when it has come.
std::optional<Result<check::CheckReport>> CheckRunner::Job::advance(std::uint64_t units) {
  constexpr std::chrono::milliseconds kInterval{100};
  if (!check) {
    Result<std::unique_ptr<check::Check>> begun = check::Check::begin(machine, options);
    if (!begun) return Result<check::CheckReport>(tl::unexpected(begun.error()));
    check = std::move(*begun);
    units = 1;
  }
  if (stop) check->stop();
  if (check->advance({units}) == check::Status::kDone) return check->report();
  const auto now = std::chrono::steady_clock::now();
  if (now - told < kInterval) return std::nullopt;
  told = now;
  const check::Progress news = check->progress();
  if (options.progress && !options.progress(news)) check->stop();
  const std::lock_guard lock(mutex);
  progress = news;
  return std::nullopt;
}

Background::Next CheckRunner::Job::piece(std::uint64_t units) {
  if (given_up) {
    ended = true;
    return Background::Next::kEnded;
  }
  // Memory may run out in here; that must cost the person the check, not the window.
  std::optional<Result<check::CheckReport>> found = [&]() -> std::optional<Result<check::CheckReport>> {
    try {
      return advance(units);
    } catch (const std::exception& error) {
      return Result<check::CheckReport>(fail(std::string("The check could not be finished: ") + error.what() + "."));
    }
  }();
  if (!found) return Background::Next::kMore;
  check.reset();
  const std::lock_guard lock(mutex);
  result = std::move(found);
  ended = true;
  return Background::Next::kEnded;
}

CheckRunner::CheckRunner() = default;
CheckRunner::~CheckRunner() = default;

void CheckRunner::start(Machine machine, check::CheckOptions options) {
  drop();
  job_ = std::make_unique<Job>(std::move(machine), std::move(options));
}

CheckRunner::News CheckRunner::poll() {
  News news;
  sweep();
  if (!job_) return news;
  {
    const std::lock_guard lock(job_->mutex);
    news.progress = job_->progress;
    if (job_->result) news.result = std::move(*job_->result);
  }
  if (news.result) job_.reset();
  return news;
}

void CheckRunner::cancel() {
  if (running()) job_->stop = true;
}

bool CheckRunner::cancelled() const { return running() && job_->stop; }

void CheckRunner::drop() {
  if (running()) {
    job_->given_up = true;
    retired_.push_back(std::move(job_));
  }
  sweep();
}

void CheckRunner::sweep() {
  std::erase_if(retired_, [](const std::unique_ptr<Job>& job) { return job->ended.load(); });
}

}  // namespace vmalab
