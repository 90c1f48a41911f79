// SPDX-License-Identifier: GPL-2.0-only
#include "app/lesson_player.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "app/check_support.h"
#include "app/commands.h"
#include "app/player.h"
#include "app/state_table.h"
#include "base/platform.h"
#include "base/words.h"
#include "machine/describe.h"
#include "run/schedule.h"

namespace vmalab::app {

namespace {

/// Choices have letters: many of them are numbers themselves.
char letter(std::size_t choice) { return static_cast<char>('a' + choice); }

}  // namespace

std::filesystem::path lessons_file() {
  const std::optional<std::filesystem::path> folder = platform::state_folder();
  return folder ? *folder / "lessons.json" : std::filesystem::path();
}

LessonPlayer::LessonPlayer(LessonRun lesson, std::string following, const Workspace& workspace, KeptProgress& kept)
    : lesson_(std::move(lesson)), following_(std::move(following)), workspace_(workspace), kept_(kept) {
  colors_.on = stdout_wants_colors();
}

std::span<const LessonPlayer::Command> LessonPlayer::commands() {
  static constexpr Command table[] = {
      {"next n", "", "go on, when nothing is left to be done here; so does Enter", &LessonPlayer::next},
      {"back", "", "the step before", &LessonPlayer::back},
      {"skip", "", "go on without doing what is asked", &LessonPlayer::skip},
      {"hint h", "", "towards a goal: the next step of a shortest way from here", &LessonPlayer::hint},
      {"way", "", "a whole shortest way to the goal", &LessonPlayer::way},
      {"undo u", "", "towards a goal: take the last steps back", &LessonPlayer::undo},
      {"again", "", "this step of the lesson from its beginning", &LessonPlayer::again},
      {"here s", "", "say it again, with the state", &LessonPlayer::here},
      {"list l", "", "what each thread would do next, and why one waits", &LessonPlayer::list},
      {"play p", "", "free play from here: `quit` there comes back to the lesson", &LessonPlayer::play},
      {"fast", "", "the fast track: pass over what is marked as known; again: do not", &LessonPlayer::track},
      {"help ?", "", "this list", &LessonPlayer::help},
      {"quit q exit", "", "leave; the place is kept", &LessonPlayer::quit},
  };
  return table;
}

std::string LessonPlayer::paragraph(const std::string& text, const std::string& indent) const {
  std::string out;
  for (const std::string& line : wrap(text, std::min<std::size_t>(screen_width(), 88) - indent.size())) out += indent + line + "\n";
  return out;
}

Result<std::string> LessonPlayer::help() {
  std::string out = paragraph(
      "Answer a question by a letter or by the answer's words. Towards a goal step threads: r1 or r1,w1 or r1*3, and w1! for a fatal signal.");
  return out + help_text(commands(), screen_width());
}

/// The session for the step, and the session where the step begins.
Result<std::string> LessonPlayer::enter() {
  for (const bool fresh : {false, true}) {
    if (fresh || !document_ || !lesson_.plays_on(document_->session)) {
      Result<Document> opened = workspace_.open(lesson_.origin());
      if (!opened) return tl::unexpected(opened.error());
      document_.emplace(std::move(*opened));
    }
    if (Result<void> stood = lesson_.stand(document_->session); !stood) return tl::unexpected(stood.error());
    if (!lesson_.shows_too_much(document_->session)) break;
  }
  if (Result<void> known = find_out(); !known) return tl::unexpected(known.error());
  keep();
  return page();
}

/// What is looked for, with how far it is; Ctrl-C stops it.
Result<void> LessonPlayer::find_out() {
  const Result<void> known = lesson_.search_to_end(document_->session, show_progress_of_long);
  clear_progress();
  return known;
}

void LessonPlayer::keep() {
  if (const Result<void> kept = kept_.keep(lesson_); !kept) spdlog::warn("not kept: {}", kept.error().to_string());
}

std::vector<std::string> LessonPlayer::rows() { return state_rows(machine(), document_->session.state(), screen_width() - 4, colors_); }

std::string LessonPlayer::state() {
  std::string out;
  for (const std::string& row : rows()) out += "    " + row + "\n";
  return out;
}

/// What each line that begins an object or a thread says now, with what goes on below it, unless it said so before.
std::string LessonPlayer::state_since(const std::vector<std::string>& before) {
  const auto blocks = [](const std::vector<std::string>& rows) {
    std::vector<std::string> out;
    for (const std::string& row : rows) {
      if (out.empty() || !row.starts_with(' ')) out.emplace_back();
      out.back() += "    " + row + "\n";
    }
    return out;
  };
  const std::vector<std::string> known = blocks(before);
  std::string out;
  for (const std::string& block : blocks(rows())) {
    if (std::find(known.begin(), known.end(), block) == known.end()) out += block;
  }
  return out;
}

std::string LessonPlayer::told(const std::vector<Told>& sentences) const {
  std::string text;
  for (const Told& sentence : sentences) text += (text.empty() ? "" : " ") + sentence.text;
  return text.empty() ? "" : paragraph(text);
}

/// The steps on the way from a node to the cursor, the last `most` of them.
std::string LessonPlayer::taken(NodeId from, std::size_t most) {
  const Session& session = document_->session;
  std::vector<std::string> lines;
  for (NodeId node = session.cursor(); node != from && node != kRootNode; node = session.parent(node)) {
    const StepInfo& info = session.info(node);
    const std::string& name = machine().scenario().threads[info.action.thread.value].name;
    std::string line = "    " + colors_.thread(info.action.thread.value, padded(name, 4)) + step_text(machine(), info) + "\n";
    for (const Property* check : properties_in(info.violations)) line += "        " + colors_.bad(violation_text(machine(), info, *check)) + "\n";
    lines.push_back(std::move(line));
  }
  std::string out;
  if (lines.size() > most) {
    out = "    " + colors_.dim("(" + plural(lines.size() - most, "step") + " before)") + "\n";
    lines.resize(most);
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) out += *line;
  return out;
}

std::string LessonPlayer::page() {
  constexpr std::size_t kMostSteps = 6;
  const LessonShown shown = lesson_.shown(document_->session);
  const Scenario& scenario = machine().scenario();
  std::string out = "\n" + colors_.bold(shown.lesson) + colors_.dim("   step " + std::to_string(shown.step) + " of " + std::to_string(shown.steps)) +
                    "\n\n";
  if (lesson_.here().begins) {
    std::string who = scenario.title + (lesson_.here().variant.empty() ? "" : ", with " + code_name(machine().code()));
    out += paragraph(who + ". " + words::joined(scenario.threads, [](const ThreadSetup& t) { return t.name + " runs " + t.call; }) + ".", "    ");
  }
  // The text was true where the step began: what the student has done since stands below it.
  const bool tries = shown.kind == LessonStep::Kind::kBreak && !shown.done && document_->session.cursor() != lesson_.start();
  if (!tries) {
    if (!lesson_.here().run.empty()) out += taken(lesson_.before(), kMostSteps);
    out += state() + "\n";
  } else if (lesson_.here().begins) {
    out += "\n";
  }
  out += told(shown.text);
  if (shown.kind == LessonStep::Kind::kPredict) {
    out += (shown.text.empty() ? "" : "\n") + paragraph(shown.ask);
    for (std::size_t i = 0; i < shown.choices.size(); ++i)
      out += "  " + colors_.bold(std::string(1, letter(i))) + "  " + shown.choices[i].text + "\n";
  }
  if (shown.kind == LessonStep::Kind::kBreak) {
    out += (shown.text.empty() ? "" : "\n") + colors_.bold(paragraph(shown.ask));
    out += paragraph("The goal: " + shown.goal + "." +
                     (tries || shown.done ? ""
                                          : " The shortest way there has " + plural(static_cast<std::size_t>(shown.least.value_or(0)), "step") +
                                                "; `hint` gives one of them."));
  }
  if (tries) out += "\nYour steps so far:\n" + taken(lesson_.start(), kMostSteps) + "\n" + state() + "\n" + way_from_here(shown.moves);
  if (shown.was_right) out += outcome();
  return out;
}

/// How far the goal is after so many steps of the student's.
std::string LessonPlayer::way_from_here(int moves) {
  const Result<GoalWay> way = shortest_way(machine(), document_->session.state(), lesson_.here().goal, show_progress_of_long);
  clear_progress();
  if (!way) return {};
  if (!*way) {
    return paragraph("After " + std::string(moves == 1 ? "this step" : "these steps") +
                     " the goal cannot be reached any more: `undo` takes back what you did last, `again` all of it.");
  }
  return paragraph("From here the shortest way has " + plural((*way)->size(), "step") + "; `hint` gives one of them.");
}

/// What came of an answer, or of the steps to a goal.
std::string LessonPlayer::outcome() {
  using Mark = LessonShown::Choice::Mark;
  const LessonShown shown = lesson_.shown(document_->session);
  std::string out = "\n";
  if (shown.kind == LessonStep::Kind::kPredict) {
    for (const LessonShown::Choice& choice : shown.choices) {
      if (choice.mark == Mark::kWrong) out += "You said: " + choice.text + ". ";
    }
    for (const LessonShown::Choice& choice : shown.choices) {
      if (choice.mark == Mark::kRight) out += colors_.bold(*shown.was_right ? "Right: " + choice.text : "The machine says: " + choice.text) + "\n";
    }
  } else {
    out += colors_.bold(*shown.was_right ? "Reached in " + plural(static_cast<std::size_t>(shown.moves), "step") + "; the shortest way has " +
                                               std::to_string(shown.least.value_or(0)) + "."
                                         : "This is a shortest way.") +
           "\n";
  }
  return out + told(shown.explanation);
}

std::string LessonPlayer::over() {
  std::string out = "\n" + paragraph("That was the last step of this lesson." +
                                     (lesson_.asked() == 0
                                          ? std::string()
                                          : " You were right " + std::to_string(lesson_.right()) + " of " + std::to_string(lesson_.asked()) +
                                                words::plural(static_cast<std::uint64_t>(lesson_.asked()), " time") + "."));
  if (!following_.empty()) out += "The next one: vmalab lesson " + following_ + "\n";
  return out;
}

Result<std::string> LessonPlayer::next() {
  if (const Result<void> moved = lesson_.next(); !moved) {
    if (!lesson_.finished()) return tl::unexpected(moved.error());
    keep();
    quit_ = true;
    return over();
  }
  return enter();
}

Result<std::string> LessonPlayer::skip() {
  if (const Result<void> moved = lesson_.skip(); !moved) {
    keep();
    quit_ = true;
    return over();
  }
  return enter();
}

Result<std::string> LessonPlayer::back() {
  if (!lesson_.previous()) return fail("this is the first step");
  return enter();
}

Result<std::string> LessonPlayer::hint() {
  if (Result<void> asked = lesson_.hint(document_->session); !asked) return tl::unexpected(asked.error());
  if (Result<void> given = find_out(); !given) return tl::unexpected(given.error());
  return paragraph(lesson_.shown(document_->session).hint);
}

Result<std::string> LessonPlayer::way() {
  constexpr std::size_t kMost = 200;
  if (Result<void> asked = lesson_.show_way(document_->session); !asked) return tl::unexpected(asked.error());
  if (Result<void> shown = find_out(); !shown) return tl::unexpected(shown.error());
  return taken(lesson_.start(), kMost) + "\n" + state() + outcome();
}

Result<std::string> LessonPlayer::undo() {
  Session& session = document_->session;
  if (lesson_.here().kind != LessonStep::Kind::kBreak || lesson_.shown(session).done) return fail("there are no steps of yours to take back");
  const std::vector<std::string> before = rows();
  if (session.cursor() == lesson_.start() || !session.undo()) return fail("this is where you began");
  lesson_.moved(session);
  return (session.cursor() == lesson_.start() ? "Where you began:\n" : "After your step " + std::to_string(lesson_.shown(session).moves) + ":\n") +
         state_since(before);
}

Result<std::string> LessonPlayer::again() {
  lesson_.go_to(lesson_.step());
  return enter();
}

Result<std::string> LessonPlayer::here() { return page(); }
Result<std::string> LessonPlayer::list() { return choices_text(document_->session, colors_, screen_width()); }

Result<std::string> LessonPlayer::play() {
  if (Result<void> printed = print(paragraph("Free play: nothing that you do here changes the lesson. `quit` comes back to it.")); !printed) {
    return tl::unexpected(printed.error());
  }
  const Result<int> played = RunCommand().steer(document_->session, workspace_, true);
  if (!played) return tl::unexpected(played.error());
  return "\nBack in the lesson.\n" + page();
}

Result<std::string> LessonPlayer::track() {
  lesson_.set_fast(!lesson_.fast());
  return std::string(lesson_.fast() ? "The fast track: steps that are marked as known are passed over.\n" : "Every step is told.\n");
}

Result<std::string> LessonPlayer::quit() {
  quit_ = true;
  return std::string();
}

Result<std::string> LessonPlayer::answer(std::size_t choice) {
  constexpr std::size_t kMostSteps = 8;
  const NodeId before = document_->session.cursor();
  if (Result<void> answered = lesson_.answer(choice, document_->session); !answered) return tl::unexpected(answered.error());
  keep();
  const bool moved = document_->session.cursor() != before;
  return (moved ? taken(before, kMostSteps) + state() : "") + outcome();
}

Result<std::string> LessonPlayer::steps(const std::string& schedule) {
  Session& session = document_->session;
  const Result<std::vector<Action>> actions = parse_schedule(machine(), schedule);
  if (!actions) {
    Diagnostic error = actions.error();
    error.message += " (`help` lists the commands)";
    return tl::unexpected(error);
  }
  if (lesson_.here().kind != LessonStep::Kind::kBreak) return fail("no steps of yours are asked for here; `play` lets you try what you like");
  if (lesson_.shown(session).done) return fail("the goal is reached; `next` goes on, `play` lets you try what you like");
  const Session::OneCommand one_command(session);
  const NodeId from = session.cursor();
  const std::vector<std::string> before = rows();
  const auto taken_now = [&] { return taken(from, actions->size()) + state_since(before); };
  for (const Action& action : *actions) {
    if (const Result<NodeId> done = session.apply(action); !done) {
      // What was possible has been done and is shown; the message is about the rest.
      if (Result<void> printed = print(taken_now()); !printed) return tl::unexpected(printed.error());
      return tl::unexpected(done.error());
    }
    lesson_.moved(session);
    if (lesson_.shown(session).done) {
      keep();
      return taken_now() + outcome();
    }
  }
  return taken_now();
}

Result<std::string> LessonPlayer::execute(const std::string& line) {
  const std::string word(words::trimmed(line));
  if (word.empty()) return next();
  if (const Command* command = find_command(commands(), word)) return (this->*command->action)();
  if (lesson_.here().kind == LessonStep::Kind::kPredict) {
    const LessonShown shown = lesson_.shown(document_->session);
    for (std::size_t i = 0; i < shown.choices.size(); ++i) {
      if (words::lower(shown.choices[i].text) == words::lower(word)) return answer(i);
    }
    for (std::size_t i = 0; i < shown.choices.size(); ++i) {
      if (word == std::string(1, letter(i))) return answer(i);
    }
    if (!shown.done)
      return fail("answer by a letter from a to " + std::string(1, letter(shown.choices.size() - 1)) + ", or `skip` (`help` lists the commands)");
  }
  return steps(word);
}

Result<int> LessonPlayer::run() {
  catch_interrupts();
  const bool prompt = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  Result<std::string> entered = enter();
  if (!entered) return tl::unexpected(entered.error());
  std::string text = (kept_.trouble.empty() ? "" : kept_.trouble + "\n") + *entered;
  if (prompt) text += "\n`help` lists the commands.\n";
  bool failed = false;
  std::string line;
  for (;;) {
    if (prompt && !quit_) text += "\nlesson> ";
    if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
    text.clear();
    if (quit_ || !std::getline(std::cin, line) || interrupted()) break;
    spdlog::info("command: {}", line);
    Result<std::string> answer = execute(line);
    failed = failed || !answer;
    text = answer ? std::move(*answer) : answer.error().to_string() + "\n";
  }
  if (prompt && !quit_) (void)print("\n");
  // A script of commands has to know whether all of them worked; a person at the prompt has seen it.
  return static_cast<int>(failed && !prompt ? kExitBadInput : kExitOk);
}

}  // namespace vmalab::app
