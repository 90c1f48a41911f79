// SPDX-License-Identifier: GPL-2.0-only
#include "app/any_numbers.h"

#include <array>
#include <utility>

#include "base/words.h"
#include "machine/any_threads.h"

namespace vmalab::app {
namespace {

/// Readers, writers, detachers: how many, and what one is called.
std::array<std::pair<int, const char*>, 3> standard_kinds(const Subject& subject) {
  return {{{subject.readers, "reader"}, {subject.writers, "writer"}, {subject.detachers, "detacher"}}};
}

}  // namespace

bool has_any_number(const Subject& subject) {
  if (subject.target == kLifecycle) return true;
  for (const auto& kind : standard_kinds(subject)) {
    if (kind.first == kAnyNumber) return true;
  }
  return false;
}

Subject with_one_of_each(Subject subject) {
  if (subject.target == kLifecycle) subject.target += "1-1-1-1-1";
  for (int* count : {&subject.readers, &subject.writers, &subject.detachers}) *count = *count == kAnyNumber ? 1 : *count;
  return subject;
}

std::vector<bool> any_threads_of(const Subject& subject, const Scenario& scenario) {
  if (subject.target == kLifecycle) return std::vector<bool>(scenario.threads.size(), true);
  if (!has_any_number(subject)) return any_threads(scenario);
  std::vector<bool> any;
  for (const auto& [count, one] : standard_kinds(subject))
    any.resize(any.size() + static_cast<std::size_t>(count == kAnyNumber ? 1 : count), count == kAnyNumber);
  return any;
}

std::string any_title(const Subject& subject, const std::string& scenario, const std::string& crowd) {
  if (subject.target == kLifecycle) return crowd + " of one VMA, for ever and with fatal signals at any time";
  if (!has_any_number(subject)) return scenario + ", " + crowd;
  const auto kind_text = [](const std::pair<int, const char*>& kind) {
    if (kind.first == kAnyNumber) return "any number of " + std::string(kind.second) + "s";
    return std::to_string(kind.first) + " " + words::plural(static_cast<std::uint64_t>(kind.first), kind.second);
  };
  return words::joined(standard_kinds(subject), kind_text) + " on one VMA";
}

}  // namespace vmalab::app
