// SPDX-License-Identifier: GPL-2.0-only
// Ready-made goals as C over the objects of a scenario. Declared in checks_view.h.
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "base/words.h"
#include "view/checks_view.h"

namespace vmalab {
namespace {

constexpr std::string_view kFlag = "VM_REFCNT_EXCLUDE_READERS_FLAG";

/// a || b || c, each in brackets when there are several.
std::string any_of(std::vector<std::string> parts) {
  if (parts.size() > 1) {
    for (std::string& part : parts) part = "(" + part + ")";
  }
  return words::joined(parts, {}, " || ");
}

/// The call mentions the name as a whole word.
bool mentions(std::string_view call, std::string_view name) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = call.find(name); at != std::string_view::npos; at = call.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !in_word(call[at - 1])) && (end == call.size() || !in_word(call[end]))) return true;
  }
  return false;
}

/// Threads that take a VMA's read lock, by the name of what they run, or all others.
std::vector<std::string> threads_that_read(const Scenario& scenario, bool read) {
  std::vector<std::string> names;
  for (const ThreadSetup& thread : scenario.threads) {
    const std::string_view function = std::string_view(thread.call).substr(0, thread.call.find('('));
    if ((function.find("read") != std::string_view::npos) == read) names.push_back(thread.name);
  }
  return names;
}

std::string spurious(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (const VmaSetup& vma : scenario.vmas) {
    for (const std::string& thread : threads_that_read(scenario, false)) {
      parts.push_back("thread_woken(" + thread + ") && excluding_readers(" + thread + ", " + vma.name + ") && " + vma.name +
                      "->vm_refcnt != " + std::string(kFlag) + " + attach_reference(" + vma.name + ")");
    }
  }
  return any_of(std::move(parts));
}

std::string flag_plus_one(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (const VmaSetup& vma : scenario.vmas) {
    parts.push_back(vma.name + "->vm_refcnt == " + std::string(kFlag) + " + 1 && !attach_reference(" + vma.name + ")");
  }
  return any_of(std::move(parts));
}

std::string two_shut_out(const Scenario& scenario) {
  const std::vector<std::string> names = threads_that_read(scenario, true);
  if (names.size() < 2) return {};
  std::vector<std::string> parts;
  for (const VmaSetup& vma : scenario.vmas) {
    std::vector<std::string> outside;
    for (const std::string& name : names) {
      outside.push_back("(in_function(" + name + ", vma_start_read) && references(" + name + ", " + vma.name + ") == 0)");
    }
    // Once the sequence says "locked", it is the first look that turns readers away.
    parts.push_back("(" + vma.name + "->vm_refcnt & " + std::string(kFlag) + ") && " + vma.name + "->vm_lock_seq != " + vma.name +
                    "->vm_mm->mm_lock_seq.sequence && " + words::joined(outside, {}, " + ") + " >= 2");
  }
  return any_of(std::move(parts));
}

std::string false_locked(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (const VmaSetup& vma : scenario.vmas) {
    for (const MmSetup& mm : scenario.mms) {
      std::string part = vma.name + "->vm_mm == " + mm.name + " && attach_reference(" + vma.name + ") && " + vma.name +
                         "->vm_lock_seq == " + mm.name + "->mm_lock_seq.sequence";
      for (const ThreadSetup& thread : scenario.threads) part += " && !holds_write_lock(" + thread.name + ", " + vma.name + ")";
      parts.push_back(std::move(part));
    }
  }
  return any_of(std::move(parts));
}

std::string other_mm(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (const ThreadSetup& thread : scenario.threads) {
    std::vector<std::string> strange;
    for (const MmSetup& mm : scenario.mms) {
      if (!mentions(thread.call, mm.name)) strange.push_back(mm.name);
    }
    // A thread that names no mm, or every mm, has no strange one.
    if (strange.empty() || strange.size() == scenario.mms.size()) continue;
    for (const VmaSetup& vma : scenario.vmas) {
      for (const std::string& mm : strange) {
        parts.push_back("references(" + thread.name + ", " + vma.name + ") > 0 && " + vma.name + "->vm_mm == " + mm);
      }
    }
  }
  return any_of(std::move(parts));
}

}  // namespace

std::vector<ReadyGoal> ready_goals(const Scenario& scenario) {
  std::vector<ReadyGoal> goals;
  for (const Goal& goal : scenario.goals) goals.push_back({goal.name, goal.text, goal.expression, true});
  const auto add = [&](std::string name, std::string text, std::string expression, std::string_view missing) {
    if (std::any_of(goals.begin(), goals.end(),
                    [&](const ReadyGoal& g) { return g.name == name || (g.expression == expression && !expression.empty()); })) {
      return;
    }
    if (expression.empty()) text += " " + std::string(missing);
    goals.push_back({std::move(name), std::move(text), std::move(expression), false});
  };
  add("Spurious wakeup", "A thread that waits for readers to leave has been woken, and they have not left.", spurious(scenario),
      "This scenario has no thread that shuts readers out.");
  add("FLAG+1 while detaching", "The value a writer waits for, but the attach reference is gone: the 1 is a reader's.", flag_plus_one(scenario),
      "This scenario has no VMA.");
  add("Two readers shut out by FLAG", "Two readers are on their way in, the sequence does not say \"locked\" yet: FLAG alone stops them.",
      two_shut_out(scenario), "This scenario has fewer than two readers.");
  add("False locked by wrap-around",
      "vm_lock_seq equals mm_lock_seq and nobody has write-locked the VMA: a sequence that is narrow enough has come round.", false_locked(scenario),
      "This scenario has no VMA.");
  add("Reader of another mm", "A thread holds a reference on a VMA that belongs to an mm it has nothing to do with.", other_mm(scenario),
      "Every thread of this scenario knows every mm.");
  return goals;
}

}  // namespace vmalab
