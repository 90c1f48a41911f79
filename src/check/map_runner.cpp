// SPDX-License-Identifier: GPL-2.0-only
#include "check/map_runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "base/background.h"
#include "check/any/any_map.h"
#include "check/parts.h"

namespace vmalab {
namespace {

using namespace std::chrono_literals;

/// How often a growing map is handed over.
constexpr auto kBetweenMaps = 60ms;

}  // namespace

struct MapRunner::Job {
  Job(Machine m, check::CheckOptions o, std::uint64_t most_states, std::vector<bool> any_threads)
      : machine(std::move(m)),
        options(std::move(o)),
        most(most_states),
        any(std::move(any_threads)),
        background(in_background([this](std::uint64_t units) { return piece(units); })) {}

  struct Question {
    VmaId vma;
    check::MapPlace place;
    bool breaking = false;
  };

  const Machine machine;
  const check::CheckOptions options;
  const std::uint64_t most;
  const std::vector<bool> any;
  std::mutex mutex;
  std::condition_variable settled;
  // Under the mutex:
  News news;
  std::vector<MapStep> steps;
  std::optional<Question> question;
  bool given_up = false, stopped = false, idle = false;
  bool dead = false;  ///< nothing is answered any more
  std::atomic<bool> ended{false};

  // Of the pieces:
  std::unique_ptr<check::MapSearch> of_scenario;  ///< one of the two
  std::unique_ptr<check::AnyMap> of_any;
  check::MapOfStates* search = nullptr;  ///< it
  const Machine* walked = nullptr;       ///< the one whose states it knows
  std::optional<check::Components> components;
  std::vector<check::CollapsedState> tuples;
  std::vector<OnMap> tree;
  std::chrono::steady_clock::time_point handed_over{};
  std::unique_ptr<check::MapSearch::Way> way;
  Question looking;
  bool done = false, looked_again = false, placed = false, changed = true;

  std::unique_ptr<Background> background;  // last: the others are there when it begins

  Background::Next piece(std::uint64_t units);
  Background::Next work(std::uint64_t units);
  Background::Next end();
  Result<void> begin();
  void place(const State& state);
};

Background::Next MapRunner::Job::end() {
  settled.notify_all();
  ended = true;
  return Background::Next::kEnded;
}

Background::Next MapRunner::Job::piece(std::uint64_t units) {
  try {
    return work(units);
  } catch (const std::exception&) {  // memory ran out: what was handed over stays
    const std::lock_guard lock(mutex);
    news.done = dead = true;
    news.finding = false;
    news.end = check::SearchEnd::kMemory;
  }
  return end();
}

void MapRunner::Job::place(const State& state) {
  tuples.push_back(components->split(state));
  const auto classes = check::ClassCode::of(walked->limits().vmas, [&](int v) { return state.vmas[static_cast<std::size_t>(v)][VmaField::kRefcnt]; });
  tree.push_back({search->depth_of(state).value_or(-1), classes});
}

Result<void> MapRunner::Job::begin() {
  if (!any.empty()) {
    Result<std::unique_ptr<check::AnyMap>> map = check::AnyMap::of(machine, any, options);
    if (!map) return tl::unexpected(map.error());
    of_any = std::move(*map);
    search = of_any.get();
    walked = &of_any->machine();
  } else {
    of_scenario = std::make_unique<check::MapSearch>(machine, options);
    search = of_scenario.get();
    walked = &machine;
  }
  components.emplace(*walked);
  place(walked->initial());
  return {};
}

Background::Next MapRunner::Job::work(std::uint64_t units) {
  if (search == nullptr) {
    if (const Result<void> begun = begin(); !begun) {
      const std::lock_guard lock(mutex);
      news.refused = check::not_decided_sentence(begun.error());
      news.done = dead = true;
      news.finding = false;
      return end();
    }
  }
  std::vector<MapStep> fresh;
  {
    const std::lock_guard lock(mutex);
    if (given_up) return end();
    const bool something = !steps.empty() || question || (stopped && !done);
    idle = done && !way && !changed && !something;
    if (idle) {
      settled.notify_all();
      return Background::Next::kWaits;
    }
    fresh.swap(steps);
    if (question) {
      looking = *question;
      question.reset();
      if (of_scenario) way = of_scenario->way_to(looking.vma, looking.place, looking.breaking);
    }
    if (stopped && !done) {
      search->stop();
      if (way) way->stop();
    }
  }
  for (const MapStep& step : fresh) {
    StateValue state(components->join(tuples[step.from]));
    StepInfo info;
    walked->step(state, step.action, info);
    place(state);
    placed = changed = true;
  }
  std::shared_ptr<const Found> found;
  if (way) {
    if (way->advance({units}) == check::Status::kDone) {
      if (way->run()) found = std::make_shared<const Found>(Found{looking.vma, looking.place, looking.breaking, *way->run()});
      way.reset();
      changed = true;
    }
  } else if (!done) {
    const std::uint64_t counted = most != 0 ? search->map().sum().states : 0;
    done = search->advance({most > counted ? std::min(units, most - counted) : units}) == check::Status::kDone;
    // Not where all are counted, and whether threads can finish is still asked.
    const std::uint64_t now_counted = most != 0 ? search->map().sum().states : 0;
    const bool more = of_any ? search->progress().frontier != 0 : now_counted < search->progress().states;
    if (!done && most != 0 && now_counted >= most && more) {
      search->stop();
      done = true;
    }
    changed = true;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!done && !found && !placed && now - handed_over < kBetweenMaps) return Background::Next::kMore;
  handed_over = now;
  // What was not met before may have been met by now.
  for (std::size_t i = 0; i < tree.size() && !looked_again; ++i) {
    if (tree[i].depth < 0) tree[i].depth = search->depth_of(components->join(tuples[i])).value_or(-1);
  }
  looked_again = done;
  auto map = std::make_shared<const check::StateMap>(search->map());
  auto copy = std::make_shared<const std::vector<OnMap>>(tree);
  const std::lock_guard lock(mutex);
  news.map = std::move(map);
  news.tree = std::move(copy);
  news.progress = search->progress();
  news.done = done;
  news.end = done ? search->end() : check::SearchEnd::kComplete;
  news.finding = way != nullptr || question.has_value();
  if (of_any) news.crowd = of_any->crowd();
  if (of_any && done) news.refused = of_any->refused();
  if (found) news.found = std::move(found);
  placed = changed = false;
  return Background::Next::kMore;
}

MapRunner::MapRunner() = default;
MapRunner::~MapRunner() = default;

void MapRunner::start(Machine machine, check::CheckOptions options, std::uint64_t most, std::vector<bool> any) {
  drop();
  options.progress = nullptr;
  job_ = std::make_unique<Job>(std::move(machine), std::move(options), most, std::move(any));
}

void MapRunner::add(std::vector<MapStep> steps) {
  if (!job_ || steps.empty()) return;
  {
    const std::lock_guard lock(job_->mutex);
    job_->steps.insert(job_->steps.end(), steps.begin(), steps.end());
  }
  job_->background->wake();
}

void MapRunner::find(VmaId vma, check::MapPlace place, bool breaking) {
  if (!job_) return;
  {
    const std::lock_guard lock(job_->mutex);
    job_->question = Job::Question{vma, place, breaking};
    job_->news.finding = true;
  }
  job_->background->wake();
}

MapRunner::News MapRunner::poll() {
  std::erase_if(retired_, [](const std::unique_ptr<Job>& job) { return job->ended.load(); });
  if (!job_) return {};
  const std::lock_guard lock(job_->mutex);
  News news = job_->news;
  job_->news.map = nullptr;
  job_->news.tree = nullptr;
  job_->news.found = nullptr;
  return news;
}

void MapRunner::wait() {
  if (!job_) return;
  std::unique_lock lock(job_->mutex);
  job_->settled.wait(lock, [&] { return job_->dead || (job_->idle && job_->steps.empty() && !job_->question); });
}

void MapRunner::stop() {
  if (!job_) return;
  {
    const std::lock_guard lock(job_->mutex);
    job_->stopped = true;
  }
  job_->background->wake();
}

void MapRunner::drop() {
  if (job_) {
    {
      const std::lock_guard lock(job_->mutex);
      job_->given_up = true;
    }
    job_->background->wake();
    retired_.push_back(std::move(job_));
  }
  std::erase_if(retired_, [](const std::unique_ptr<Job>& job) { return job->ended.load(); });
}

}  // namespace vmalab
