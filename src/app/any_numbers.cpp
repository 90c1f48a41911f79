// SPDX-License-Identifier: GPL-2.0-only
#include "app/any_numbers.h"

#include "base/words.h"

namespace vmalab::app {

bool has_any_number(const Subject& subject) {
  return subject.any_readers || subject.writers == kAnyNumber || subject.detachers == kAnyNumber || subject.target == kLifecycle;
}

AnyNumbers::AnyNumbers(const Subject& subject) {
  if (subject.target == kLifecycle) {
    prefix_ = kLifecycle;
    for (const char* one : {"reader", "writer", "killable writer", "unmapper", "attacher"}) kinds_.push_back({kAnyNumber, one});
  } else {
    prefix_ = "standard-";
    kinds_ = {{subject.any_readers ? kAnyNumber : subject.readers, "reader"}, {subject.writers, "writer"}, {subject.detachers, "detacher"}};
  }
}

std::string AnyNumbers::name(const std::vector<int>& counts) const {
  return prefix_ + words::joined(
                       counts, [](int n) { return std::to_string(n); }, "-");
}

/// One of each, and one more of the last kind that queues: it stands for those that have ended.
std::vector<int> AnyNumbers::counts_of_search() const {
  std::vector<int> counts;
  std::size_t last = 0;
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    if (kinds_[k].count == kAnyNumber) last = k;
    counts.push_back(kinds_[k].count == kAnyNumber ? 1 : kinds_[k].count);
  }
  if (last > 0) ++counts[last];
  return counts;
}
std::string AnyNumbers::of_search() const { return name(counts_of_search()); }

std::string AnyNumbers::with(const check::Numbers& numbers) const {
  std::vector<int> counts;
  std::size_t queue = 0;
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    const bool any = kinds_[k].count == kAnyNumber;
    counts.push_back(!any ? kinds_[k].count : k == 0 ? numbers.readers : numbers.queued[queue++]);
  }
  return name(counts);
}

check::Crowd AnyNumbers::crowd() const {
  check::Crowd crowd;
  const std::vector<int> counts = counts_of_search();
  int thread = 0;
  for (std::size_t k = 0; k < kinds_.size(); thread += counts[k++]) {
    if (kinds_[k].count != kAnyNumber) continue;
    if (k == 0) {
      crowd.readers = thread_id(thread);
    } else {
      crowd.queues.push_back(thread_id(thread));
      crowd.ended = thread_id(thread + counts[k] - 1);
    }
  }
  return crowd;
}

std::string AnyNumbers::title(const Machine& machine) const {
  if (prefix_ == kLifecycle) {
    return check::crowd_text(machine, crowd()) + " of one VMA, for ever and with fatal signals at any time";
  }
  return words::joined(kinds_,
                       [](const Kind& kind) {
                         return kind.count == kAnyNumber
                                    ? "any number of " + std::string(kind.one) + "s"
                                    : std::to_string(kind.count) + " " + words::plural(static_cast<std::uint64_t>(kind.count), kind.one);
                       }) +
         " on one VMA";
}

}  // namespace vmalab::app
