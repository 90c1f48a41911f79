// SPDX-License-Identifier: GPL-2.0-only
#include "run/schedule.h"

#include <algorithm>
#include <charconv>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/look.h"

namespace vmalab {
namespace {

std::string thread_names(const Machine& machine, const std::vector<ThreadId>& threads) {
  return words::joined(threads, [&](ThreadId t) { return machine.scenario().threads[t.value].name; });
}

std::string possible_now(const Machine& machine, const State& state) {
  ActionList list;
  machine.enabled(state, list);
  const std::string names = words::joined(list, [&](Action action) { return action_name(machine, action); });
  return "; possible now: " + (names.empty() ? "nothing" : names);
}

std::string why_thread_waits(const Machine& machine, const State& state, ThreadId t) {
  const Blocked blocked = machine.blocked(state, t);
  const std::string holders = thread_names(machine, blocked.holders);
  switch (blocked.reason) {
    case Blocked::Reason::kDone: return "it has finished";
    case Blocked::Reason::kMmapLock: {
      const bool write = write_locked_in(state, blocked.mm);
      std::string out = "it waits for mmap_lock of " + machine.scenario().mms[blocked.mm.value].name + ", held for " + (write ? "write" : "read");
      return holders.empty() ? out : out + " by " + holders;
    }
    case Blocked::Reason::kSleeping: {
      std::string out = "it sleeps until somebody wakes it";
      return holders.empty() ? out : out + ", which " + holders + " could bring about";
    }
    case Blocked::Reason::kLock: return "it waits for a lock" + (holders.empty() ? std::string() : " that " + holders + " holds");
    case Blocked::Reason::kGracePeriod: return "it waits for those inside RCU" + (holders.empty() ? std::string() : ": " + holders);
    case Blocked::Reason::kNot: break;
  }
  return "it is not its turn";
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::string out = "\"";
  for (const char c : text.substr(0, kShown)) out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return out + (text.size() > kShown ? "...\"" : "\"");
}

constexpr std::string_view kSeparators = ", \t\n\r";

struct Item {
  Action action;
  std::size_t count = 1;
};

/// One item without its separators; the error is the reason alone. `gone`: see parse_old_schedule(); null: every thread has to be there.
Result<Item> parse_item(const Machine& machine, std::string_view text, std::vector<std::string>* gone) {
  Item item;
  const std::size_t star = text.find_first_of("*.");  // a link writes r1.3, which Markdown leaves alone
  if (star != std::string_view::npos) {
    const std::string_view number = text.substr(star + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), item.count);
    if (error == std::errc::result_out_of_range || (error == std::errc{} && item.count > kMaxScheduleActions)) {
      return fail("it repeats more than " + std::to_string(kMaxScheduleActions) + " times");
    }
    if (error != std::errc{} || end != number.data() + number.size() || item.count == 0) {
      return fail("after * comes the number of steps, as in r1*3");
    }
    text = text.substr(0, star);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    const std::string_view number = text.substr(mark + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), item.action.choice);
    if (error != std::errc{} || end != number.data() + number.size()) return fail("after ? comes which way the step goes, 0 to 255, as in r1?2");
    text = text.substr(0, mark);
  }
  if (!text.empty() && text.back() == '!') {
    item.action.kind = Action::Kind::kSignal;
    text.remove_suffix(1);
  }
  const std::optional<ThreadId> thread = machine.find_thread(text);
  if (!thread && gone != nullptr && words::is_identifier(text)) {
    if (std::find(gone->begin(), gone->end(), text) == gone->end()) gone->emplace_back(text);
    item.action.thread = ThreadId{kNoThread};
    return item;
  }
  if (!thread) {
    return fail("no thread is called " + quoted(text) + "; there are " + words::joined(machine.scenario().threads, &ThreadSetup::name));
  }
  item.action.thread = *thread;
  if (item.action.kind == Action::Kind::kSignal && !machine.scenario().signals) {
    return fail("! sends a fatal signal, and the scenario does not allow signals");
  }
  return item;
}

Result<std::vector<Action>> parse(const Machine& machine, std::string_view text, std::vector<std::string>* gone) {
  std::vector<Action> actions;
  std::size_t number = 0;
  for (std::size_t at = text.find_first_not_of(kSeparators); at < text.size(); at = text.find_first_not_of(kSeparators, at)) {
    const std::string_view word = text.substr(at, std::min(text.find_first_of(kSeparators, at), text.size()) - at);
    ++number;
    const auto error = [&](const std::string& why) {
      return fail("item " + std::to_string(number) + " of the schedule, " + quoted(word) + " at character " + std::to_string(at + 1) + ": " + why);
    };
    const Result<Item> item = parse_item(machine, word, gone);
    if (!item) return error(item.error().message);
    if (item->count > kMaxScheduleActions - actions.size()) {
      return error("the schedule has more than " + std::to_string(kMaxScheduleActions) + " steps");
    }
    actions.insert(actions.end(), item->count, item->action);
    at += word.size();
  }
  return actions;
}

}  // namespace

std::string why_not(const Machine& machine, const State& state, Action action) {
  if (action.thread.value >= machine.thread_count()) {
    return "there is no thread number " + std::to_string(action.thread.value) + possible_now(machine, state);
  }
  ActionList list;
  machine.enabled(state, list);
  if (list.contains(action)) return {};
  const std::string& name = machine.scenario().threads[action.thread.value].name;
  if (action.choice != 0 && list.contains({action.kind, action.thread})) {
    const int ways = action.kind == Action::Kind::kStep ? machine.choices(state, action.thread) : 1;
    return action_name(machine, action) + " cannot happen: this step goes " + (ways == 1 ? "only one way" : "ways 0 to " + std::to_string(ways - 1)) +
           possible_now(machine, state);
  }
  std::string why;
  if (action.kind == Action::Kind::kStep) {
    why = name + " cannot step: " + why_thread_waits(machine, state, action.thread);
  } else {
    why = name + " cannot get a signal: ";
    if (!machine.scenario().signals) {
      why += "the scenario does not allow signals";
    } else if (machine.done(state, action.thread)) {
      why += "it has finished";
    } else {
      why += "a fatal signal is already pending";
    }
  }
  return why + possible_now(machine, state);
}

Result<std::vector<Action>> parse_schedule(const Machine& machine, std::string_view text) { return parse(machine, text, nullptr); }

Result<std::vector<Action>> parse_old_schedule(const Machine& machine, std::string_view text, std::vector<std::string>& gone) {
  return parse(machine, text, &gone);
}

std::string schedule_text(const Machine& machine, const std::vector<Action>& actions) {
  std::string out;
  for (std::size_t i = 0; i < actions.size();) {
    std::size_t end = i + 1;
    while (end < actions.size() && actions[end] == actions[i] && end - i < kMaxScheduleActions) ++end;
    const std::string name = action_name(machine, actions[i]);
    if (i > 0) out += ',';
    out += name;
    if (end - i > 1) out += '*' + std::to_string(end - i);
    i = end;
  }
  return out;
}

}  // namespace vmalab
