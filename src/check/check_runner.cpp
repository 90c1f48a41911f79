// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_runner.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "base/background.h"
#include "check/any/any_scenario.h"
#include "machine/any_threads.h"

namespace vmalab {

struct CheckRunner::Job {
  Job(Machine m, check::CheckOptions o, bool a)
      : machine(std::move(m)),
        options(std::move(o)),
        any_number(a),
        background(in_background([this](std::uint64_t units) { return piece(units); })) {}

  const Machine machine;
  check::CheckOptions options;
  const bool any_number;
  std::mutex mutex;
  check::Progress progress;
  std::optional<Result<check::CheckReport>> result;
  std::atomic<bool> stop = false, given_up = false, ended = false;
  std::unique_ptr<check::Check> check;
  std::optional<check::AnyScenario> scenario;  ///< of any_check, which refers to it
  std::unique_ptr<check::AnyCheck> any_check;
  std::optional<Any> any;
  std::chrono::steady_clock::time_point told{};
  std::unique_ptr<Background> background;  // last: the others are there when it begins

  Background::Next piece(std::uint64_t units);
  std::optional<Result<check::CheckReport>> advance(std::uint64_t units);
  std::optional<Result<check::CheckReport>> advance_any(std::uint64_t units);
  void tell(check::Work& work);
};

/// Its end, when it has come.
std::optional<Result<check::CheckReport>> CheckRunner::Job::advance(std::uint64_t units) {
  if (any_number) return advance_any(units);
  if (!check) {
    Result<std::unique_ptr<check::Check>> begun = check::Check::begin(machine, options);
    if (!begun) return Result<check::CheckReport>(tl::unexpected(begun.error()));
    check = std::move(*begun);
    units = 1;
  }
  if (stop) check->stop();
  if (check->advance({units}) == check::Status::kDone) return check->report();
  tell(*check);
  return std::nullopt;
}

std::optional<Result<check::CheckReport>> CheckRunner::Job::advance_any(std::uint64_t units) {
  if (!any_check) {
    Result<check::AnyScenario> of = check::AnyScenario::of(machine, any_threads_or_all(machine.scenario()));
    if (!of) return Result<check::CheckReport>(fail(check::not_decided_sentence(of.error())));
    scenario = std::move(*of);
    any_check = std::make_unique<check::AnyCheck>(scenario->machine(), scenario->crowd(), scenario->maker(), check::AnyOptions{});
    units = 1;
  }
  if (stop) any_check->stop();
  if (any_check->advance({units}) == check::Status::kDone) {
    const Result<check::AnyReport> report = any_check->report();
    if (!report) return Result<check::CheckReport>(tl::unexpected(report.error()));
    any = Any{check::result_sentence(scenario->machine(), *report), check::basis_text(scenario->machine(), *report), {}, {}};
    if (report->verdict == check::AnyReport::Verdict::kViolation) {
      any->threads = check::numbers_text(scenario->machine(), scenario->crowd(), report->numbers);
      any->numbers = scenario->counts(report->numbers);
    }
    return Result<check::CheckReport>(check::as_check_report(scenario->machine(), *report));
  }
  tell(*any_check);
  return std::nullopt;
}

void CheckRunner::Job::tell(check::Work& work) {
  constexpr std::chrono::milliseconds kInterval{100};
  const auto now = std::chrono::steady_clock::now();
  if (now - told < kInterval) return;
  told = now;
  const check::Progress news = work.progress();
  if (options.progress && !options.progress(news)) work.stop();
  const std::lock_guard lock(mutex);
  progress = news;
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
  any_check.reset();
  const std::lock_guard lock(mutex);
  result = std::move(found);
  ended = true;
  return Background::Next::kEnded;
}

CheckRunner::CheckRunner() = default;
CheckRunner::~CheckRunner() = default;

void CheckRunner::start(Machine machine, check::CheckOptions options) {
  drop();
  job_ = std::make_unique<Job>(std::move(machine), std::move(options), false);
}

void CheckRunner::start_any(Machine machine) {
  drop();
  job_ = std::make_unique<Job>(std::move(machine), check::CheckOptions{}, true);
}

CheckRunner::News CheckRunner::poll() {
  News news;
  sweep();
  if (!job_) return news;
  {
    const std::lock_guard lock(job_->mutex);
    news.progress = job_->progress;
    if (job_->result) news.result = std::move(*job_->result);
    if (job_->result) news.any = std::move(job_->any);
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
