// SPDX-License-Identifier: GPL-2.0-only
#include "app/player.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "app/state_text.h"
#include "machine/describe.h"

namespace vmalab::app {
namespace {

constexpr std::size_t kLeft = 54, kRight = 43;
constexpr std::string_view kGap = " | ";

volatile std::sig_atomic_t interrupt_flag = 0;

}  // namespace

Result<void> print(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return fail(std::string("cannot write to standard output: ") + std::strerror(errno));
  }
  return {};
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupt_flag = 1; };
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // without SA_RESTART, so that a wait or a prompt ends
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_flag != 0; }

void wait_ms(int milliseconds) {
  if (milliseconds <= 0 || interrupted()) return;
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
  nanosleep(&time, nullptr);
}

std::string opening_text(const Machine& machine, const State& initial, const Colors& colors) {
  const Scenario& scenario = machine.scenario();
  std::string out = colors.bold(scenario.title.empty() ? scenario.name : scenario.title) + "\n";
  if (const std::string code = code_name(machine.code()); !code.empty()) out += "With the code of: " + code + "\n";
  for (const std::string& line : wrap(scenario.story, 100)) out += line + "\n";
  out += "\n";
  std::vector<std::string> left = {"Threads:"};
  for (std::size_t t = 0; t < scenario.threads.size(); ++t) {
    left.push_back("  " + colors.thread(static_cast<int>(t), scenario.threads[t].name) + "  " + scenario.threads[t].call);
  }
  return out + beside(left, state_rows(machine, initial, kRight, colors), kLeft, kGap) + "\n";
}

std::string step_block(const Machine& machine, int number, const StepInfo& info, const State& after,
                       std::string_view caption, const Colors& colors) {
  const int thread = info.action.thread.value;
  const std::string& name = machine.scenario().threads[static_cast<std::size_t>(thread)].name;
  const CodePlace place = place_of(machine, info);
  constexpr std::size_t indent = 10;
  const std::string margin(indent, ' ');
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), ' ');

  std::vector<std::string> left;
  const std::string where = place.line == 0 ? std::string("a fatal signal")
                                            : place.function + "  " + place.file.substr(place.file.rfind('/') + 1) + ":" +
                                                  std::to_string(place.line);
  std::string lead = digits + " " + padded(colors.thread(thread, name), 4) + " ";
  for (const std::string& line : wrap(where, kLeft - indent)) {
    left.push_back(lead + line);
    lead = margin;
  }
  if (!place.source.empty()) left.push_back(margin + colors.dim(shortened(place.source, kLeft - indent)));
  for (const std::string& line : wrap(step_text(machine, info), kLeft - indent)) left.push_back(margin + line);
  for (const CheckInfo& check : checks_in(info.violations)) {
    const std::string text = "VIOLATED " + std::string(check.name) + ": " + violation_text(machine, info, check.id);
    for (const std::string& line : wrap(text, kLeft - indent)) left.push_back(margin + colors.bad(line));
  }
  std::string out;
  for (const std::string& line : wrap(caption, 98)) out += colors.bold("# " + line) + "\n";
  return out + beside(left, state_rows(machine, after, kRight, colors), kLeft, kGap) + "\n";
}

std::string closing_text(const Machine& machine, const State& state, int steps, CheckSet violations,
                         const Colors& colors) {
  std::string out = std::to_string(steps) + (steps == 1 ? " step. " : " steps. ");
  if (machine.all_done(state)) {
    out += "All threads are done.\n";
  } else {
    out += "Not finished:\n";
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id{static_cast<std::uint8_t>(t)};
      if (machine.done(state, id)) continue;
      const std::string& name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
      const std::string text = machine.can_step(state, id) ? "can go on: " + next_step_text(machine, state, id)
                                                           : blocked_text(machine, state, id);
      std::string lead = "  " + padded(colors.thread(t, name), 5);
      for (const std::string& line : wrap(text, 92)) {
        out += lead + line + "\n";
        lead.assign(7, ' ');
      }
    }
  }
  if (violations == 0) return out + "No check was violated.\n";
  for (const CheckInfo& check : checks_in(violations)) {
    for (const std::string& line : wrap("Violated: " + std::string(check.name) + " (" + std::string(check.statement) + ")", 100)) {
      out += colors.bad(line) + "\n";
    }
  }
  return out;
}

std::string choices_text(const Machine& machine, const State& state, const Colors& colors) {
  std::string out;
  const auto add = [&](int thread, const std::string& name, const std::string& text) {
    std::string lead = "  " + padded(colors.thread(thread, name), 6);
    for (const std::string& line : wrap(text, 92)) {
      out += lead + line + "\n";
      lead.assign(8, ' ');
    }
  };
  ActionList actions;
  machine.enabled(state, actions);
  for (const Action& action : actions) {
    add(action.thread.value, action_name(machine, action), action_text(machine, state, action));
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    const std::string& name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
    if (machine.done(state, id)) {
      add(t, name, "done");
    } else if (!machine.can_step(state, id)) {
      add(t, name, "cannot step: " + blocked_text(machine, state, id));
    }
  }
  return out;
}

}  // namespace vmalab::app
