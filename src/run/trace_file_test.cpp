// SPDX-License-Identifier: GPL-2.0-only
// Writing and reading back, and everything that stops a trace from being written.
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <algorithm>
#include <csignal>
#include <iterator>

#include "base/test_text.h"
#include "run/session.h"
#include "run/test_machines.h"
#include "run/trace_file.h"

namespace vmalab::testing {
namespace {

Session small_run() {
  Session s(small_machine());
  for (const char* thread : {"a", "b", "b", "a"}) REQUIRE(s.apply(step_of(s.machine(), thread)));
  return s;
}

}  // namespace

TEST_CASE("a saved session replays to the same place") {
  const Folder folder;
  Session s(model_machine(must(standard_scenario(2, 1, 1))));
  finish_randomly(s, 5);
  REQUIRE(save_trace(folder / "t.jsonl", s));
  const auto replayed = replay_trace(folder / "t.jsonl");
  if (!replayed) FAIL(replayed.error().to_string());
  CHECK(replayed->complete);
  CHECK(replayed->notice.empty());
  CHECK(replayed->steps == s.depth());
  CHECK(replayed->session.actions_to(replayed->session.cursor()) == s.actions_to(s.cursor()));
  CHECK(equal_states(replayed->session.state(), s.state(), s.machine().thread_count()));
  CHECK(replayed->session.machine().code().hash() == s.machine().code().hash());
  CHECK(replayed->session.machine().scenario().title == s.machine().scenario().title);
}

TEST_CASE("a run under lkmm is saved with its ordering and the ways that its steps went") {
  const Folder folder;
  Scenario scenario = must(standard_scenario(2, 1, 0));
  scenario.ordering = Ordering::kLkmm;
  Session s(model_machine(scenario));
  while (s.apply(step_of(s.machine(), "w1"))) {
  }
  // The reader's first look at vm_lock_seq may miss what the writer has stored there.
  Action older = step_of(s.machine(), "r1");
  REQUIRE(s.apply(older));
  older.choice = 1;
  REQUIRE(s.apply(older));
  finish_randomly(s);
  const std::vector<Action> actions = s.actions_to(s.cursor());
  REQUIRE(std::any_of(actions.begin(), actions.end(), [](const Action& action) { return action.choice != 0; }));
  REQUIRE(save_trace(folder / "t.jsonl", s));
  CHECK(read_all(folder / "t.jsonl").starts_with("{\"vmalab_trace\":" + std::to_string(kWeakTraceVersion)));
  const auto replayed = replay_trace(folder / "t.jsonl");
  if (!replayed) FAIL(replayed.error().to_string());
  CHECK(replayed->session.machine().ordering() == Ordering::kLkmm);
  CHECK(replayed->session.actions_to(replayed->session.cursor()) == actions);
  CHECK(fingerprint(replayed->session.state(), 3) == fingerprint(s.state(), 3));
}

TEST_CASE("what is saved again after a replay is the same file") {
  const Folder folder;
  REQUIRE(save_trace(folder / "1", small_run()));
  REQUIRE(save_trace(folder / "2", must(replay_trace(folder / "1")).session));
  CHECK(read_all(folder / "1") == read_all(folder / "2"));
}

TEST_CASE("each line is in the file as soon as the step is") {
  const auto chance = random_scheduler(1);
  const Folder folder;
  Session s(small_machine());
  TraceWriter writer = must(TraceWriter::create(folder / "t", s.machine()));
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(take_step(s, *chance));
    REQUIRE(writer.append(s.machine(), s.info(s.cursor()), s.state()));
    const auto replayed = must(replay_trace(folder / "t"));
    CHECK(replayed.steps == i);
    CHECK_FALSE(replayed.complete);
    CHECK(replayed.notice ==
          "t is cut off after line " + std::to_string(i + 1) + ": replayed " + std::to_string(i) + (i == 1 ? " whole step" : " whole steps"));
  }
  CHECK(writer.steps() == 3);
  REQUIRE(writer.finish());
  REQUIRE(writer.finish());
  CHECK(must(replay_trace(folder / "t")).complete);
  CHECK_FALSE(writer.append(s.machine(), s.info(s.cursor()), s.state()));
}

TEST_CASE("signals, settings and C files in any encoding survive") {
  const Folder folder;
  Scenario scenario = must(parse_scenario(kSmallScenario, "na\"me\n", "test"));
  scenario.seq_bits = 3;
  const CodeConfig no_lockdep{false};
  Session s(must(Machine::build(
      scenario,
      must(CodeBase::load_texts({{"caf\xe9.c", "/* caf\xe9 \x01 */\n" + std::string(kSmallCode), SourceFile::Origin::kVariant}}, no_lockdep)))));
  REQUIRE(s.apply({Action::Kind::kSignal, ThreadId{1}}));
  REQUIRE(s.apply({Action::Kind::kStep, ThreadId{1}}));
  REQUIRE(save_trace(folder / "t", s));
  const auto replayed = replay_trace(folder / "t");
  if (!replayed) FAIL(replayed.error().to_string());
  const Machine& m = replayed->session.machine();
  CHECK(m.scenario().name == "na\"me\n");
  CHECK(m.scenario().seq_bits == 3);
  CHECK(m.scenario().signals);
  CHECK_FALSE(m.code().config().lockdep);
  CHECK(m.code().texts().front().path == "caf\xe9.c");
  CHECK(m.code().texts().front().text == s.machine().code().texts().front().text);
  CHECK(m.code().texts().front().origin == SourceFile::Origin::kVariant);
  CHECK(replayed->steps == 2);
}

TEST_CASE("a step that breaks a check is recorded with its name") {
  const Folder folder;
  REQUIRE(save_trace(folder / "t", small_run()));
  CHECK(contains(read_all(folder / "t"), R"("broke":["seq-write-rule"])"));
  CHECK(contains(read_all(folder / "t"), R"("at":"small.c:3 count")"));
}

TEST_CASE("an existing file is not overwritten unless asked for") {
  const Folder folder;
  write_all(folder / "t", "precious");
  const auto refused = TraceWriter::create(folder / "t", small_machine());
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().to_string(), "exists already"));
  CHECK(contains(refused.error().to_string(), (folder / "t").string()));
  CHECK_FALSE(save_trace(folder / "t", small_run()));
  CHECK(read_all(folder / "t") == "precious");
  REQUIRE(save_trace(folder / "t", small_run(), true));
  CHECK(must(replay_trace(folder / "t")).steps == 4);
  std::filesystem::create_symlink("t", folder / "link");
  REQUIRE(save_trace(folder / "link", small_run(), true));
  CHECK(std::filesystem::is_symlink(folder / "link"));
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  CHECK_FALSE(save_trace(folder / "dangling", small_run(), true));
}

TEST_CASE("a full disk is an error every time, and the session keeps its steps") {
  const Session s = small_run();
  const auto saved = save_trace("/dev/full", s, true);
  REQUIRE_FALSE(saved);
  CHECK(contains(saved.error().to_string(), "/dev/full: error: cannot write the trace: No space left on device"));
  CHECK_FALSE(TraceWriter::create("/dev/full", s.machine()));
  CHECK(std::filesystem::is_character_file("/dev/full"));
  CHECK(s.depth() == 4);
}

TEST_CASE("when the disk fills while recording, what is whole stays and replays") {
  const auto chance = random_scheduler(1);
  const Folder folder;
  Session s(small_machine());
  TraceWriter writer = must(TraceWriter::create(folder / "t", s.machine()));
  REQUIRE(take_step(s, *chance));
  REQUIRE(writer.append(s.machine(), s.info(s.cursor()), s.state()));
  write_all(folder / "kept", "old");
  TraceWriter over = must(TraceWriter::create(folder / "kept", s.machine(), true));
  CHECK(read_all(folder / "kept") != "old");
  const auto old_size = std::filesystem::file_size(folder / "t");
  // A file size limit stands in for a full disk: the write gets part of the line in, and then fails.
  rlimit old{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{std::min<rlim_t>(old_size, std::filesystem::file_size(folder / "kept")) + 20, old.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  REQUIRE(take_step(s, *chance));
  const auto failed = writer.append(s.machine(), s.info(s.cursor()), s.state());
  const auto failed_over = over.append(s.machine(), s.info(s.cursor()), s.state());
  const auto saved = save_trace(folder / "other", s);
  write_all(folder / "old", "old");
  const auto replaced = save_trace(folder / "old", s, true);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(failed);
  CHECK(contains(failed.error().message, "File too large; the file holds 1 step"));
  CHECK(std::filesystem::file_size(folder / "t") == old_size);
  CHECK_FALSE(writer.append(s.machine(), s.info(s.cursor()), s.state()));
  CHECK_FALSE(writer.finish());
  CHECK(writer.steps() == 1);
  CHECK(must(replay_trace(folder / "t")).steps == 1);
  CHECK(s.depth() == 2);
  REQUIRE_FALSE(failed_over);
  CHECK(contains(failed_over.error().message, "the file that was there is as it was"));
  CHECK(read_all(folder / "kept") == "old");
  CHECK_FALSE(saved);
  CHECK_FALSE(std::filesystem::exists(folder / "other"));
  CHECK_FALSE(replaced);
  CHECK(read_all(folder / "old") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 3);
}

TEST_CASE("paths that cannot be written or read are errors that name them") {
  const Folder folder;
  CHECK(contains(save_trace(folder / "no/such/t", small_run()).error().to_string(), "no/such/t: error: cannot write the trace: "));
  CHECK(contains(save_trace(folder.path(), small_run(), true).error().message, "directory"));
  CHECK(contains(replay_trace(folder.path()).error().message, "directory"));
  CHECK(contains(replay_trace(folder / "missing").error().to_string(), "missing: error: a trace cannot be read: No such file"));
  CHECK_FALSE(save_trace("", small_run()));
  CHECK_FALSE(replay_trace(""));
}

}  // namespace vmalab::testing
