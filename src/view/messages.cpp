// SPDX-License-Identifier: GPL-2.0-only
#include "view/messages.h"

#include <algorithm>

#include "machine/describe.h"
#include "machine/look.h"

namespace vmalab {

void MessageHistory::append(const StepInfo& info, int depth) {
  if (!info.wrote) return;
  std::vector<Message>& order = written_[info.address];
  // It stands before as many as were newer; the first message is not in the list.
  const std::size_t at = order.size() - std::min<std::size_t>(order.size(), info.newer);
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), {info.new_value, depth, info.action.thread});
}

void MessageHistory::truncate(int depth) {
  for (auto& [address, order] : written_) std::erase_if(order, [depth](const Message& message) { return message.depth > depth; });
}

std::vector<MessageHistory::Message> MessageHistory::of(const Machine& machine, Word address, int depth) const {
  std::vector<Message> messages{{word_in(machine.initial(), address), 0, {}}};
  if (const auto found = written_.find(address); found != written_.end()) {
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(messages), [depth](const Message& m) { return m.depth <= depth; });
  }
  return messages;
}

std::optional<MessageHistory::Message> MessageHistory::older_read(const Machine& machine, const StepInfo& info, int depth) const {
  if (info.newer == 0 || info.kind == Way::Kind::kPostpone || (info.wrote && info.old_value == info.new_value)) return std::nullopt;
  const bool stores = info.op == Op::kStore || info.op == Op::kRefSet || info.op == Op::kSetTaskState;
  const std::vector<Message> messages = of(machine, info.address, depth - 1);
  if (stores || info.newer >= messages.size()) return std::nullopt;
  return messages[messages.size() - 1 - info.newer];
}

std::vector<Word> MessageHistory::written() const {
  std::vector<Word> words;
  for (const auto& [address, order] : written_) {
    if (!order.empty()) words.push_back(address);
  }
  return words;
}

MessageHistory messages_of(const Session& session) {
  MessageHistory history;
  for (int depth = 1; depth <= session.depth(); ++depth) history.append(session.info(session.path()[static_cast<std::size_t>(depth)]), depth);
  return history;
}

namespace {

std::string origin_text(const Machine& machine, const MessageHistory::Message& message) {
  if (message.depth == 0) return "from the start";
  return machine.scenario().threads[message.writer.value].name + ", step " + std::to_string(message.depth);
}

}  // namespace

std::vector<WordRow> word_rows(const Machine& machine, const State& state, const MessageHistory& history, int depth) {
  const std::vector<WordMessages> words = machine.memory(state);
  std::vector<WordRow> rows;
  for (const WordMessages& word : words) {
    const std::vector<MessageHistory::Message> known = history.of(machine, word.address, depth);
    WordRow row{word_name(machine, word.address), {}};
    bool older_is_read = false;
    for (std::size_t newer = 0; newer < word.messages.size(); ++newer) {
      const std::size_t number = word.messages.size() - 1 - newer;
      MessageRow message;
      message.newest = newer == 0;
      message.value = word_text(machine, word.address, word.messages[number].value);
      message.origin = newer < known.size() ? origin_text(machine, known[known.size() - 1 - newer]) : "";
      for (std::size_t t = 0; t < word.oldest.size(); ++t) {
        if (word.oldest[t] != WordMessages::kNever && word.oldest[t] <= number) message.readers.push_back({static_cast<std::uint8_t>(t)});
      }
      older_is_read = older_is_read || (newer > 0 && !message.readers.empty());
      for (const auto& [address, at] : word.messages[number].carries) {
        const auto other = std::find_if(words.begin(), words.end(), [a = address](const WordMessages& w) { return w.address == a; });
        if (other == words.end() || at >= other->messages.size()) continue;
        message.carries += (message.carries.empty() ? "" : ", ") + word_name(machine, address) + " " +
                           word_text(machine, address, other->messages[at].value);
      }
      row.messages.push_back(std::move(message));
    }
    if (older_is_read) rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<WayRow> way_rows(const Machine& machine, const State& state, ThreadId thread, const MessageHistory& history, int depth) {
  std::vector<WayRow> rows;
  if (machine.weak() == nullptr || !machine.can_step(state, thread)) return rows;
  const std::vector<Way> ways = machine.ways(state, thread);
  if (ways.size() < 2) return rows;
  const std::string next = next_step_text(machine, state, thread);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Way& way = ways[i];
    WayRow row;
    row.action = {Action::Kind::kStep, thread, static_cast<std::uint8_t>(i)};
    if (way.kind == Way::Kind::kPostpone) {
      row.value = "later";
    } else if (way.address == 0) {
      row.value = "go on";
    } else {
      const std::vector<MessageHistory::Message> messages = history.of(machine, way.address, depth);
      const MessageHistory::Message& message = messages[messages.size() - 1 - std::min<std::size_t>(way.newer, messages.size() - 1)];
      row.origin = origin_text(machine, message);
      row.value = (way.reads ? "" : "behind ") + word_text(machine, way.address, way.value);
      if (way.kind == Way::Kind::kFinish) row.value = word_name(machine, way.address) + ": " + row.value;
    }
    row.text = way_text(machine, way, next) + (row.origin.empty() ? "" : " (" + row.origin + ")");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace vmalab
