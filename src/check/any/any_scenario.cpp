// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_scenario.h"

#include <algorithm>
#include <numeric>

#include "machine/any_threads.h"
#include "machine/memory.h"

namespace vmalab::check {
namespace {

/// Its first step is to wait for mmap_lock for write.
bool queues(const Machine& machine, ThreadId t) {
  const Instr& first = machine.program(t).code[Machine::pc(machine.initial(), t)];
  return (first.op == Op::kDownWrite || first.op == Op::kDownWriteKillable) && is_mmap_lock(machine.operand(machine.initial(), t, first.a));
}

}  // namespace

Result<AnyScenario> AnyScenario::of(const Machine& machine, std::vector<bool> any) {
  const std::string& name = machine.scenario().name;
  if (machine.limits().grace_periods) return fail("the code waits for RCU readers, which it does for each by name", name);
  const auto threads = static_cast<std::size_t>(machine.thread_count());
  AnyScenario out;
  out.base_ = std::make_shared<const Machine>(machine);
  any.resize(threads, any.empty());
  out.any_ = any;
  std::vector<std::size_t> queues_first;
  std::optional<std::size_t> readers;
  for (std::size_t t = 0; t < threads; ++t) {
    if (!any[t]) continue;
    const auto alike = [&](std::size_t other) { return machine.program_index(thread_id(t)) == machine.program_index(thread_id(other)); };
    if (queues(machine, thread_id(t))) {
      if (std::none_of(queues_first.begin(), queues_first.end(), alike)) queues_first.push_back(t);
    } else if (!readers) {
      readers = t;
    } else if (!alike(*readers)) {
      return fail("there cannot be any number of both " + machine.program(thread_id(*readers)).label + " and " + machine.program(thread_id(t)).label +
                      ": they are not alike, and neither begins with mmap_lock held for write",
                  name);
    }
  }
  out.has_readers_ = readers.has_value();
  if (readers) out.first_.push_back(*readers);
  out.first_.insert(out.first_.end(), queues_first.begin(), queues_first.end());

  // One of each kind, and one more of the last queue: it stands for those that have ended.
  std::vector<int> counts(threads);
  for (std::size_t t = 0; t < threads; ++t) counts[t] = any[t] ? 0 : 1;
  for (const std::size_t first : out.first_) counts[first] = 1;
  if (!queues_first.empty()) counts[queues_first.back()] = 2;
  const auto number_of = [&](std::size_t t) {
    return thread_id(std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(t), 0));
  };
  if (readers) out.crowd_.readers = number_of(*readers);
  for (const std::size_t first : queues_first) out.crowd_.queues.push_back(number_of(first));
  if (!queues_first.empty()) out.crowd_.ended = thread_id(out.crowd_.queues.back().value + 1);
  Result<Scenario> scenario = with_numbers(machine.scenario(), counts);
  if (!scenario) return tl::unexpected(scenario.error());
  Result<Machine> of_search = Machine::build(std::move(*scenario), machine.code());
  if (!of_search) return tl::unexpected(of_search.error());
  out.machine_ = std::make_shared<const Machine>(std::move(*of_search));
  return out;
}

Result<Machine> AnyScenario::with(const Numbers& numbers) const {
  std::vector<int> counts(any_.size());
  for (std::size_t t = 0; t < any_.size(); ++t) counts[t] = any_[t] ? 0 : 1;
  for (std::size_t k = 0; k < first_.size(); ++k) {
    counts[first_[k]] = has_readers_ && k == 0 ? numbers.readers : numbers.queued[k - (has_readers_ ? 1 : 0)];
  }
  if (std::accumulate(counts.begin(), counts.end(), 0) == 0) return fail("a scenario has at least one thread", base_->scenario().name);
  Result<Scenario> scenario = with_numbers(base_->scenario(), counts);
  if (!scenario) return tl::unexpected(scenario.error());
  return Machine::build(std::move(*scenario), base_->code());
}

AnyCheck::With AnyScenario::maker() const {
  return [copy = *this](const Numbers& numbers) { return copy.with(numbers); };
}

}  // namespace vmalab::check
