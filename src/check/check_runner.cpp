// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_runner.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace vmalab {

struct CheckRunner::Job {
  std::mutex mutex;
  check::Progress progress;
  std::optional<Result<check::CheckReport>> result;
  std::atomic<bool> stop = false, ended = false;
  std::thread thread;

  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() {
    stop = true;
    if (thread.joinable()) thread.join();
  }
  void run(const Machine& machine, check::CheckOptions options);
};

void CheckRunner::Job::run(const Machine& machine, check::CheckOptions options) {
  options.progress = [this, also = std::move(options.progress)](const check::Progress& now) {
    {
      const std::lock_guard lock(mutex);
      progress = now;
    }
    const bool go_on = !also || also(now);
    return go_on && !stop;
  };
  // Memory may run out in here; that must cost the person the check, not the window.
  Result<check::CheckReport> found = [&]() -> Result<check::CheckReport> {
    try {
      return check::run_check(machine, options);
    } catch (const std::exception& error) {
      return fail(std::string("The check could not be finished: ") + error.what() + ".");
    }
  }();
  const std::lock_guard lock(mutex);
  result = std::move(found);
  ended = true;
}

CheckRunner::CheckRunner() = default;
CheckRunner::~CheckRunner() = default;

void CheckRunner::start(Machine machine, check::CheckOptions options) {
  drop();
  job_ = std::make_unique<Job>();
  job_->thread = std::thread([job = job_.get(), machine = std::move(machine), options = std::move(options)] { job->run(machine, options); });
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
    job_->stop = true;
    retired_.push_back(std::move(job_));
  }
  sweep();
}

void CheckRunner::sweep() {
  std::erase_if(retired_, [](const std::unique_ptr<Job>& job) { return job->ended.load(); });
}

}  // namespace vmalab
