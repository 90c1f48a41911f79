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
  std::vector<std::size_t> readers;
  std::vector<std::vector<std::size_t>>& kinds = out.kinds_;
  for (std::size_t t = 0; t < threads; ++t) {
    if (!any[t]) continue;
    const auto alike = [&](const std::vector<std::size_t>& kind) {
      return machine.program_index(thread_id(t)) == machine.program_index(thread_id(kind.front()));
    };
    if (!queues(machine, thread_id(t))) {
      if (!readers.empty() && !alike(readers)) {
        return tl::unexpected(error_in_scenario(machine.scenario(), machine.scenario().threads[t].place,
                                                "there cannot be any number of both " + machine.program(thread_id(readers.front())).label + " and " +
                                                    machine.program(thread_id(t)).label +
                                                    ": they are not alike, and neither begins with mmap_lock held for write"));
      }
      readers.push_back(t);
    } else if (const auto kind = std::find_if(kinds.begin(), kinds.end(), alike); kind != kinds.end()) {
      kind->push_back(t);
    } else {
      kinds.push_back({t});
    }
  }
  const bool has_queues = !kinds.empty();
  if (!readers.empty()) kinds.insert(kinds.begin(), readers);

  // One of each kind, and one more of the last queue: it stands for those that have ended.
  std::vector<int> counts(threads, 1);
  for (const std::vector<std::size_t>& kind : kinds) {
    for (const std::size_t t : kind) counts[t] = t == kind.front() ? 1 : 0;
  }
  if (has_queues) counts[kinds.back().front()] = 2;
  const auto number_of = [&](std::size_t t) {
    return thread_id(std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(t), 0));
  };
  for (std::size_t t = 0; t < threads; ++t) out.stands_for_.push_back(number_of(t));
  for (const std::vector<std::size_t>& kind : kinds) {
    const ThreadId stands = number_of(kind.front());
    for (const std::size_t t : kind) out.stands_for_[t] = stands;
    if (&kind == &kinds.front() && !readers.empty())
      out.crowd_.readers = stands;
    else
      out.crowd_.queues.push_back(stands);
  }
  if (has_queues) out.crowd_.ended = thread_id(out.crowd_.queues.back().value + 1);
  Result<Scenario> scenario = with_numbers(machine.scenario(), counts);
  if (!scenario) return tl::unexpected(scenario.error());
  Result<Machine> of_search = Machine::build(std::move(*scenario), machine.code());
  if (!of_search) return tl::unexpected(of_search.error());
  out.machine_ = std::make_shared<const Machine>(std::move(*of_search));
  return out;
}

/// Those of the base first, and what is more is like the last.
std::vector<int> AnyScenario::counts(const Numbers& numbers) const {
  std::vector<int> counts(stands_for_.size(), 1);
  std::size_t queue = 0;
  for (const std::vector<std::size_t>& kind : kinds_) {
    int left = &kind == &kinds_.front() && crowd_.has_readers() ? numbers.readers : numbers.queued[queue++];
    for (const std::size_t t : kind) {
      counts[t] = t == kind.back() ? left : std::min(left, 1);
      left -= counts[t];
    }
  }
  return counts;
}

Result<Machine> AnyScenario::with(const Numbers& numbers) const {
  const std::vector<int> counts = this->counts(numbers);
  if (std::accumulate(counts.begin(), counts.end(), 0) == 0) return fail("a scenario has at least one thread", base_->scenario().name);
  Result<Scenario> scenario = with_numbers(base_->scenario(), counts);
  if (!scenario) return tl::unexpected(scenario.error());
  return Machine::build(std::move(*scenario), base_->code());
}

AnyCheck::With AnyScenario::maker() const {
  return [copy = *this](const Numbers& numbers) { return copy.with(numbers); };
}

}  // namespace vmalab::check
