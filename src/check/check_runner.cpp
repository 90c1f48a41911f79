// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_runner.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <utility>

namespace vmalab {

struct CheckRunner::Job {
  std::mutex mutex;
  check::Progress progress;
  std::optional<Result<check::CheckReport>> result;
  std::atomic<bool> ended = false;
};

void CheckRunner::start(Machine machine, check::CheckOptions options) {
  drop();
  auto job = std::make_shared<Job>();
  job_ = job;
  thread_ = std::jthread([job, machine = std::move(machine), options = std::move(options)](const std::stop_token& stop) mutable {
    options.progress = [&job, &stop, also = std::move(options.progress)](const check::Progress& progress) {
      {
        const std::lock_guard lock(job->mutex);
        job->progress = progress;
      }
      const bool go_on = !also || also(progress);
      return go_on && !stop.stop_requested();
    };
    // Memory may run out in here; that must cost the person the check, not the window.
    Result<check::CheckReport> result = [&]() -> Result<check::CheckReport> {
      try {
        return check::run_check(machine, options);
      } catch (const std::exception& error) {
        return fail(std::string("The check could not be finished: ") + error.what() + ".");
      }
    }();
    const std::lock_guard lock(job->mutex);
    job->result = std::move(result);
    job->ended = true;
  });
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
  if (news.result) {
    thread_.join();
    job_.reset();
  }
  return news;
}

void CheckRunner::cancel() {
  if (running()) thread_.request_stop();
}

void CheckRunner::drop() {
  if (running()) {
    thread_.request_stop();
    retired_.push_back({std::move(job_), std::move(thread_)});
    job_.reset();
  }
  sweep();
}

void CheckRunner::sweep() {
  std::erase_if(retired_, [](const Retired& retired) { return retired.job->ended.load(); });
}

}  // namespace vmalab
