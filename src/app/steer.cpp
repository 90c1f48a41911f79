// SPDX-License-Identifier: GPL-2.0-only
// `vmalab run --interactive`: a person steers the run with words.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <span>

#include "app/commands.h"
#include "app/player.h"
#include "app/state_table.h"
#include "app/typed_commands.h"
#include "base/words.h"
#include "machine/describe.h"
#include "run/link.h"
#include "run/recorder.h"
#include "run/schedule.h"
#include "run/scheduler.h"

namespace vmalab::app {
namespace {

class Steering {
 public:
  Steering(const RunCommand& command, Session session, const Workspace& workspace)
      : command_(command), session_(std::move(session)), workspace_(workspace) {
    colors_.on = stdout_wants_colors();
    chance_ = random_scheduler(1);
  }
  Result<int> run(bool seen);

 private:
  using Command = TypedCommand<Result<std::string> (Steering::*)(const std::string& argument)>;
  static std::span<const Command> commands();

  Result<std::string> execute(const std::string& line);
  Result<std::string> help(const std::string&);
  Result<std::string> list(const std::string&);
  Result<std::string> show(const std::string&);
  Result<std::string> back(const std::string& argument);
  Result<std::string> forward(const std::string& argument);
  Result<std::string> restart(const std::string&);
  Result<std::string> undo(const std::string&);
  Result<std::string> redo(const std::string&);
  Result<std::string> until(const std::string& argument);
  Result<std::string> random(const std::string& argument);
  Result<std::string> demo(const std::string& argument);
  Result<std::string> where(const std::string& argument);
  Result<std::string> branches(const std::string&);
  Result<std::string> branch(const std::string& argument);
  Result<std::string> compare(const std::string& argument);
  Result<std::string> link(const std::string&);
  Result<std::string> record(const std::string& argument);
  Result<std::string> save(const std::string& argument);
  Result<std::string> quit(const std::string&);

  Result<std::string> step_all(const std::vector<Action>& actions, std::string_view caption);
  Result<int> count(const std::string& argument) const;
  Result<int> branch_number(const std::string& argument) const;
  Result<ThreadId> thread(const std::string& name) const;
  /// The steps between two places on the active branch that were just taken.
  std::string taken_since(int depth, std::string_view caption = {});
  std::string here();
  const Machine& machine() const { return session_.machine(); }

  const RunCommand& command_;
  Session session_;
  const Workspace& workspace_;
  Colors colors_;
  std::unique_ptr<Scheduler> chance_;
  std::optional<Recorder> recording_;
  std::optional<Diagnostic> recording_error_;
  std::string last_line_;
  bool quit_ = false;
};

std::span<const Steering::Command> Steering::commands() {
  static constexpr Command table[] = {
      {"list l", "", "what can happen next, and why threads wait", &Steering::list},
      {"show s", "", "the state here", &Steering::show},
      {"where", "[THREAD]", "call stack and next step", &Steering::where},
      {"until u", "THREAD", "step a thread until it waits, is done, or breaks a check", &Steering::until},
      {"demo d", "[N]", "the demo's next step, or next N", &Steering::demo},
      {"random", "[N]", "one random step, or N", &Steering::random},
      {"back b", "[N]", "a step back, or N", &Steering::back},
      {"forward f", "[N]", "forward again on this branch", &Steering::forward},
      {"restart", "", "back to the start; nothing is forgotten", &Steering::restart},
      {"undo", "", "take the last command back", &Steering::undo},
      {"redo", "", "and do it again", &Steering::redo},
      {"branches", "", "the ways taken so far", &Steering::branches},
      {"branch", "N", "go to the tip of branch N", &Steering::branch},
      {"compare", "N", "this branch and branch N: where they part, what differs", &Steering::compare},
      {"link", "", "this run as one line for `vmalab open`", &Steering::link},
      {"record", "FILE", "record this run, from its start, as it goes on", &Steering::record},
      {"save", "FILE", "save the steps up to here as a trace", &Steering::save},
      {"help h ?", "", "this list", &Steering::help},
      {"quit q exit", "", "leave", &Steering::quit},
  };
  return table;
}

Result<std::string> Steering::help(const std::string&) {
  std::string out;
  for (const std::string& line : wrap("Type threads to step them: r1 or r1,w1 or r1*3, and w1! for a fatal signal. Enter repeats.", screen_width())) {
    out += line + "\n";
  }
  return out + help_text(commands(), screen_width());
}

Result<std::string> Steering::list(const std::string&) { return choices_text(session_, colors_, screen_width()); }

Result<std::string> Steering::show(const std::string&) { return here(); }

std::string Steering::here() {
  std::string out = "At step " + std::to_string(session_.depth()) + ".\n";
  for (const std::string& row : state_rows(machine(), session_.state(), screen_width() - 4, colors_)) out += "  " + row + "\n";
  return out;
}

Result<int> Steering::count(const std::string& argument) const {
  if (argument.empty()) return 1;
  int n = 0;
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), n);
  if (error != std::errc() || end != argument.data() + argument.size() || n < 1) {
    return fail("\"" + argument + "\" is not a number of steps");
  }
  return n;
}

Result<ThreadId> Steering::thread(const std::string& name) const {
  if (const std::optional<ThreadId> found = machine().find_thread(name)) return *found;
  const std::string known = words::joined(machine().scenario().threads, &ThreadSetup::name);
  return fail(name.empty() ? "which thread? There are " + known : "there is no thread \"" + name + "\"; there are " + known);
}

std::string Steering::taken_since(int depth, std::string_view caption) {
  std::string out;
  const std::vector<NodeId>& path = session_.path();
  for (int d = depth + 1; d <= session_.depth(); ++d) {
    const NodeId node = path[static_cast<std::size_t>(d)];
    out += step_block(machine(), d, session_.info(node), session_.state_at(node), caption, colors_, screen_width());
    caption = {};
  }
  return out;
}

Result<std::string> Steering::step_all(const std::vector<Action>& actions, std::string_view caption) {
  const int before = session_.depth();
  for (const Action& action : actions) {
    Result<NodeId> node = session_.apply(action);
    if (node) continue;
    // What was possible has been done and is shown; the message is about the rest.
    if (Result<void> printed = print(taken_since(before, caption)); !printed) return tl::unexpected(printed.error());
    return tl::unexpected(node.error());
  }
  return taken_since(before, caption);
}

Result<std::string> Steering::back(const std::string& argument) {
  const Result<int> n = count(argument);
  if (!n) return tl::unexpected(n.error());
  if (session_.depth() == 0) return fail("this is the start");
  session_.go_to_depth(session_.depth() - std::min(*n, session_.depth()));
  return here();
}

Result<std::string> Steering::forward(const std::string& argument) {
  const Result<int> n = count(argument);
  if (!n) return tl::unexpected(n.error());
  const int before = session_.depth();
  const int tip = static_cast<int>(session_.path().size()) - 1;
  if (before == tip) return fail("this is the end of the branch");
  session_.go_to_depth(before + std::min(*n, tip - before));
  return taken_since(before);
}

Result<std::string> Steering::restart(const std::string&) {
  session_.restart();
  return here();
}

Result<std::string> Steering::undo(const std::string&) {
  if (!session_.undo()) return fail("there is nothing to undo");
  return here();
}

Result<std::string> Steering::redo(const std::string&) {
  if (!session_.redo()) return fail("there is nothing to do again");
  return here();
}

Result<std::string> Steering::until(const std::string& argument) {
  const Result<ThreadId> id = thread(argument);
  if (!id) return tl::unexpected(id.error());
  const int before = session_.depth();
  if (session_.run_until_blocked(*id) == 0) {
    if (machine().done(session_.state(), *id)) return fail(argument + " is done");
    return fail(argument + " cannot step: " + blocked_text(machine(), session_.state(), *id));
  }
  std::string out = taken_since(before);
  if (machine().done(session_.state(), *id)) return out + argument + " is done.\n";
  if (machine().can_step(session_.state(), *id)) return out;
  return out + argument + " stops: " + blocked_text(machine(), session_.state(), *id) + "\n";
}

Result<std::string> Steering::random(const std::string& argument) {
  const Result<int> n = count(argument);
  if (!n) return tl::unexpected(n.error());
  const int before = session_.depth();
  for (int i = 0; i < *n && !interrupted(); ++i) {
    if (!take_step(session_, *chance_)) break;
  }
  if (session_.depth() == before) return fail("nothing can happen any more");
  return taken_since(before);
}

Result<std::string> Steering::demo(const std::string& argument) {
  const Result<int> n = count(argument);
  if (!n) return tl::unexpected(n.error());
  const Result<Demo> script = Demo::of(machine());
  if (!script) return tl::unexpected(script.error());
  std::string out;
  for (int i = 0; i < *n; ++i) {
    const Demo::Step* next = script->next(session_);
    if (next == nullptr && !out.empty()) return out;
    if (next == nullptr) return fail(demo_scheduler(*script)->why_not_further(session_));
    const std::string_view caption = next->begins_line ? machine().scenario().demo[static_cast<std::size_t>(next->line)].caption : std::string_view();
    Result<std::string> text = step_all({next->action}, caption);
    if (!text) {
      // What was possible has been done and is shown.
      if (Result<void> printed = print(out); !printed) return tl::unexpected(printed.error());
      return text;
    }
    out += *text;
  }
  return out;
}

Result<std::string> Steering::where(const std::string& argument) {
  std::vector<ThreadId> ids;
  if (argument.empty()) {
    for (int t = 0; t < machine().thread_count(); ++t) ids.push_back(thread_id(t));
  } else {
    const Result<ThreadId> id = thread(argument);
    if (!id) return tl::unexpected(id.error());
    ids.push_back(*id);
  }
  std::string out;
  for (const ThreadId id : ids) {
    out += colors_.thread(id.value, machine().scenario().threads[id.value].name) + "  ";
    if (machine().done(session_.state(), id)) {
      out += "done\n";
      continue;
    }
    const Program& program = machine().program(id);
    const Pc pc = Machine::pc(session_.state(), id);
    std::string stack;
    for (const std::uint16_t frame : program.stack_at(pc)) stack += (stack.empty() ? "" : " > ") + program.frames[frame].function;
    const CodePlace place = place_of(machine(), id, pc);
    out += stack + "\n    " + place.file + ":" + std::to_string(place.line) + "  " + colors_.dim(place.source) +
           "\n    next: " + next_step_text(machine(), session_.state(), id) + "\n";
  }
  return out;
}

Result<std::string> Steering::branches(const std::string&) {
  std::string out;
  for (std::size_t i = 0; i < session_.branches().size(); ++i) {
    const Session::Branch& branch = session_.branches()[i];
    out += (static_cast<int>(i) == session_.active_branch() ? "* " : "  ") + std::to_string(i + 1) + "  " + branch.name + ": " +
           std::to_string(session_.depth(branch.tip)) + " steps" +
           (i == 0 ? std::string() : ", leaves at step " + std::to_string(session_.depth(branch.fork))) + "\n";
  }
  return out;
}

Result<int> Steering::branch_number(const std::string& argument) const {
  const Result<int> n = count(argument);
  const int last = static_cast<int>(session_.branches().size());
  if (argument.empty() || !n || *n > last) return fail("give the number of a branch, 1 to " + std::to_string(last));
  return *n - 1;
}

Result<std::string> Steering::branch(const std::string& argument) {
  const Result<int> n = branch_number(argument);
  if (!n) return tl::unexpected(n.error());
  session_.select_branch(*n);
  return here();
}

Result<std::string> Steering::compare(const std::string& argument) {
  const Result<int> n = branch_number(argument);
  if (!n) return tl::unexpected(n.error());
  const Session::Difference difference = session_.compare_branches(session_.active_branch(), *n);
  std::string out;
  for (const std::string& line : difference.lines) out += line + "\n";
  return out;
}

Result<std::string> Steering::link(const std::string&) {
  Result<std::string> text = link_text(session_, workspace_.assets());
  if (text) *text += "\n";
  return text;
}

Result<std::string> Steering::record(const std::string& argument) {
  if (argument.empty()) return fail("record where? record FILE");
  if (recording_) return fail("already recording to " + recording_->file().string());
  Result<Recorder> started = Recorder::start(argument, session_, command_.force);
  if (!started) return tl::unexpected(started.error());
  recording_.emplace(std::move(*started));
  recording_error_.reset();
  return "Recording to " + argument + ".\n";
}

Result<std::string> Steering::save(const std::string& argument) {
  if (argument.empty()) return fail("save where? save FILE");
  if (Result<void> saved = save_trace(argument, session_, command_.force); !saved) return tl::unexpected(saved.error());
  return "Saved " + std::to_string(session_.node_count() - 1) + " steps to " + argument + ".\n";
}

Result<std::string> Steering::quit(const std::string&) {
  quit_ = true;
  return std::string();
}

Result<std::string> Steering::execute(const std::string& line) {
  const std::size_t start = line.find_first_not_of(" \t\r");
  if (start == std::string::npos) return std::string();
  const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
  const std::string word = line.substr(start, end - start);
  if (const Command* command = find_command(commands(), word)) {
    const std::size_t argument = line.find_first_not_of(" \t\r", end);
    const std::string rest = argument == std::string::npos ? "" : line.substr(argument, line.find_last_not_of(" \t\r") + 1 - argument);
    return (this->*command->action)(rest);
  }
  Result<std::vector<Action>> actions = parse_schedule(machine(), line.substr(start));
  if (!actions) {
    Diagnostic error = actions.error();
    error.message += " (`help` lists the commands)";
    return tl::unexpected(error);
  }
  return step_all(*actions, {});
}

Result<int> Steering::run(bool seen) {
  catch_interrupts();
  const bool prompt = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  if (!command_.record.empty()) {
    Result<std::string> started = record(command_.record.string());
    if (!started) return tl::unexpected(started.error());
  }
  std::string text = (seen ? here() : opening_text(session_, colors_, screen_width()) + taken_since(0)) + *list({});
  if (prompt) text += "`help` lists the commands.\n";
  bool failed = false;
  std::string line;
  for (;;) {
    if (prompt) text += "vmalab> ";
    if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    text.clear();
    if (!std::getline(std::cin, line) || interrupted()) break;
    if (prompt && line.empty()) line = last_line_;
    last_line_ = line;
    spdlog::info("command: {}", line);
    Result<std::string> answer = execute(line);
    if (answer) {
      text = std::move(*answer);
    } else {
      failed = true;
      text = answer.error().to_string() + "\n";
      spdlog::info("error: {}", answer.error().to_string());
    }
    if (recording_ && !recording_error_) {
      if (Result<bool> branched = recording_->follow(session_, session_.cursor()); !branched) {
        recording_error_ = branched.error();
        text += "The recording has stopped: " + recording_error_->to_string() + "\n";
      } else if (*branched) {
        text += "This is another branch: recording goes on in " + recording_->file().string() + ".\n";
      }
    }
    if (quit_) break;
  }
  if (prompt && !quit_) (void)print("\n");
  if (recording_ && !recording_error_) {
    if (Result<void> closed = recording_->finish(); !closed) recording_error_ = closed.error();
  }
  if (recording_error_) return tl::unexpected(*recording_error_);
  // A script of commands has to know whether all of them worked; a person at the prompt has seen it.
  if (failed && !prompt) return static_cast<int>(kExitBadInput);
  for (const NodeId node : session_.path()) {
    if (node != kRootNode && session_.info(node).violations != 0) return static_cast<int>(kExitViolation);
  }
  return static_cast<int>(kExitOk);
}

}  // namespace

Result<int> RunCommand::steer(Session session, const Workspace& workspace, bool seen) const {
  return Steering(*this, std::move(session), workspace).run(seen);
}

}  // namespace vmalab::app
