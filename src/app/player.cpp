// SPDX-License-Identifier: GPL-2.0-only
#include "app/player.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "app/state_table.h"
#include "machine/describe.h"
#include "view/messages.h"

namespace vmalab::app {
namespace {

constexpr std::string_view kGap = " | ";

volatile std::sig_atomic_t interrupt_flag = 0;
bool the_reader_is_gone = false;

/// How a block of text and the state beside it share the width.
struct Columns {
  explicit Columns(std::size_t all) : width(all) {}
  std::size_t width;
  bool stacked() const { return width < 72; }
  std::size_t left() const { return stacked() ? width : (width - kGap.size()) * 54 / 97; }
  std::size_t right() const { return stacked() ? width - indent() : width - kGap.size() - left(); }
  std::size_t indent() const { return width < 48 ? 2 : 10; }  ///< of what stands below a step's first line
  std::string put(const std::vector<std::string>& block, const std::vector<std::string>& state) const {
    if (!stacked()) return beside(block, state, left(), kGap);
    std::string out;
    for (const std::string& line : block) out += line + "\n";
    for (const std::string& line : state) out += std::string(indent(), ' ') + line + "\n";
    return out;
  }
};

}  // namespace

void keep_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is the one that is missing.
    const int fd = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (fd != stream) std::abort();  // no descriptors at all: nothing that follows could work
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is told like a disk that is full
}

bool reader_gone() { return the_reader_is_gone; }

void end_by_broken_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);
}

void print_error(std::string_view text) {
  const std::string shown = for_terminal(isatty(STDERR_FILENO) != 0 ? fitted(text, screen_width()) : text);
  static_cast<void>(std::fwrite(shown.data(), 1, shown.size(), stderr));
}

Result<void> print(std::string_view text) {
  // JSON is for programs, whatever the screen; through a pipe a sentence stays on its line, where it is looked for.
  const bool fits = isatty(STDOUT_FILENO) != 0 || screen_width() < kFullWidth;
  return print_exactly(!fits || text.starts_with('{') || text.starts_with('[') ? std::string(text) : fitted(text, screen_width()));
}

Result<void> print_exactly(std::string_view text) {
  const std::string shown = for_terminal(text);
  errno = 0;
  if (std::fwrite(shown.data(), 1, shown.size(), stdout) != shown.size() || std::fflush(stdout) != 0) {
    the_reader_is_gone = the_reader_is_gone || errno == EPIPE;
    return fail(std::string("cannot write to standard output: ") + std::strerror(errno));
  }
  return {};
}

Result<void> tell_written(const std::filesystem::path& file, const std::string& what) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  return print_exactly(file.string() + ": " + what + "\n");
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

std::string opening_text(const Session& session, const Colors& colors, std::size_t width) {
  const Machine& machine = session.machine();
  const State& initial = machine.initial();
  const Columns columns(width);
  const Scenario& scenario = machine.scenario();
  std::string out;
  for (const std::string& line : wrap(run_title(session).empty() ? scenario.name : run_title(session), width)) out += colors.bold(line) + "\n";
  if (const std::string code = code_name(machine.code()); !code.empty()) {
    for (const std::string& line : wrap("With the code of: " + code, width)) out += line + "\n";
  }
  for (const std::string& line : wrap(scenario.story, width)) out += line + "\n";
  out += "\n";
  std::vector<std::string> left = {"Threads:"};
  for (std::size_t t = 0; t < scenario.threads.size(); ++t) {
    const std::string& name = scenario.threads[t].name;
    const std::size_t room = columns.left() - std::min(columns.left() - 1, display_width(name) + 4);
    std::string lead = "  " + colors.thread(static_cast<int>(t), name) + "  ";
    for (const std::string& line : wrap(scenario.threads[t].call, room)) {
      left.push_back(lead + line);
      lead.assign(display_width(name) + 4, ' ');
    }
  }
  return out + columns.put(left, state_rows(machine, initial, columns.right(), colors)) + "\n";
}

std::string step_block(const Machine& machine, int number, const StepInfo& info, const State& after, std::string_view caption, const Colors& colors,
                       std::size_t width) {
  const Columns columns(width);
  const int thread = info.action.thread.value;
  const std::string& name = machine.scenario().threads[static_cast<std::size_t>(thread)].name;
  const CodePlace place = place_of(machine, info);
  const std::size_t indent = columns.indent(), room = columns.left() - indent;
  const std::string margin(indent, ' ');
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), ' ');

  std::vector<std::string> left;
  const std::string where = place.line == 0 ? std::string("a fatal signal")
                                            : place.function + "  " + place.file.substr(place.file.rfind('/') + 1) + ":" + std::to_string(place.line);
  std::string lead = digits + " " + padded(colors.thread(thread, name), 4) + " ";
  if (display_width(lead) > 10) {  // a long name has a line of its own
    left.push_back(lead);
    lead = margin;
  }
  for (const std::string& line : wrap(where, columns.left() - std::max<std::size_t>(indent, display_width(lead)))) {
    left.push_back(lead + line);
    lead = margin;
  }
  if (!place.source.empty()) left.push_back(margin + colors.dim(shortened(place.source, room)));
  for (const std::string& line : wrap(step_text(machine, info), room)) left.push_back(margin + line);
  for (const Property* check : properties_in(info.violations)) {
    const std::string text = "VIOLATED " + std::string(check->name) + ": " + violation_text(machine, info, *check);
    for (const std::string& line : wrap(text, room)) left.push_back(margin + colors.bad(line));
  }
  std::string out;
  for (const std::string& line : wrap(caption, width - 2)) out += colors.bold("# " + line) + "\n";
  return out + columns.put(left, state_rows(machine, after, columns.right(), colors)) + "\n";
}

std::string closing_text(const Machine& machine, const State& state, int steps, PropertySet violations, const Colors& colors, std::size_t width) {
  std::string out = std::to_string(steps) + (steps == 1 ? " step. " : " steps. ");
  if (machine.all_done(state)) {
    out += "All threads are done.\n";
  } else {
    out += "Not finished:\n";
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      if (machine.done(state, id)) continue;
      const std::string& name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
      const std::string text = machine.can_step(state, id) ? "can go on: " + next_step_text(machine, state, id) : blocked_text(machine, state, id);
      std::string lead = "  " + padded(colors.thread(t, name), 5);
      for (const std::string& line : wrap(text, width - 8)) {
        out += lead + line + "\n";
        lead.assign(7, ' ');
      }
    }
  }
  if (violations == 0) return out + "No check was violated.\n";
  for (const Property* check : properties_in(violations)) {
    for (const std::string& line : wrap("Violated: " + std::string(check->name) + " (" + std::string(check->statement) + ")", width)) {
      out += colors.bad(line) + "\n";
    }
  }
  return out;
}

std::string choices_text(const Session& session, const Colors& colors, std::size_t width) {
  const Machine& machine = session.machine();
  const State& state = session.state();
  const MessageHistory messages = messages_of(session);
  std::string out;
  const auto add = [&](int thread, const std::string& name, const std::string& text) {
    std::string lead = "  " + padded(colors.thread(thread, name), 6);
    for (const std::string& line : wrap(text, width - 8)) {
      out += lead + line + "\n";
      lead.assign(8, ' ');
    }
  };
  ActionList actions;
  machine.enabled(state, actions);
  for (const Action& action : actions) {
    // Who wrote what it may read is known of the run, and not of a state.
    const std::vector<WayRow> ways = action.kind == Action::Kind::kStep ? way_rows(machine, state, action.thread, messages, session.depth())
                                                                        : std::vector<WayRow>();
    if (!ways.empty()) {
      std::string text = ways[action.choice].text;
      text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
      add(action.thread.value, action_name(machine, action), text + ".");
      continue;
    }
    add(action.thread.value, action_name(machine, action), action_text(machine, state, action));
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    const std::string& name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
    if (machine.done(state, id)) {
      add(t, name, activity_text(machine, state, id));
    } else if (!machine.can_step(state, id)) {
      add(t, name, "cannot step: " + blocked_text(machine, state, id));
    }
  }
  return out;
}

}  // namespace vmalab::app
