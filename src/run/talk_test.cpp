// SPDX-License-Identifier: GPL-2.0-only
// What an author says of a run, and that a recording carries all of it: texts, branches, the selected step.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/test_text.h"
#include "run/demo.h"
#include "run/recorder.h"
#include "run/talk_text.h"
#include "run/test_machines.h"
#include "run/trace_file.h"
#include "run/trace_format.h"

namespace vmalab::testing {
namespace {

/// a b b a, and b a from step 1 on; step 2 of the first one is selected.
Session told_session() {
  Session session(small_machine());
  for (const char* thread : {"a", "b", "b", "a"}) must(session.apply(step_of(session.machine(), thread)));
  session.go_to(1);
  for (const char* thread : {"a", "b"}) must(session.apply(step_of(session.machine(), thread)));
  session.rename_branch(0, "lost update");
  Talk talk;
  must(talk.set_title("Two count \xe2\x80\x93 and one is lost"));
  must(talk.set_caption(1, 0, "Both read \"0\"."));
  must(talk.set_caption(3, 2, "And both write 1."));
  must(talk.set_caption(5, 0, "Another way."));
  must(talk.set_note(kRootNode, "Breathe."));
  must(talk.set_note(4, "Wait for questions."));
  must(talk.set_marker(4, "The end"));
  must(talk.set_marker(1, "The beginning"));
  session.retell(talk);
  session.go_to(2);
  return session;
}

std::string told_trace() {
  const Folder folder;
  must(save_trace(folder / "t", told_session()));
  return read_all(folder / "t");
}

void check_same(const Session& a, const Session& b) {
  REQUIRE(a.node_count() == b.node_count());
  for (NodeId node = 1; node < a.node_count(); ++node) {
    CHECK(a.parent(node) == b.parent(node));
    CHECK(a.info(node).action == b.info(node).action);
  }
  REQUIRE(a.branches().size() == b.branches().size());
  for (std::size_t i = 0; i < a.branches().size(); ++i) {
    CHECK(a.branches()[i].name == b.branches()[i].name);
    CHECK(a.branches()[i].tip == b.branches()[i].tip);
    CHECK(a.branches()[i].fork == b.branches()[i].fork);
  }
  CHECK(a.active_branch() == b.active_branch());
  CHECK(a.cursor() == b.cursor());
  CHECK(a.talk() == b.talk());
}

/// What replay says of the told trace with another line in the place of the one that begins so, its checksums right.
std::string error_of(std::string_view begins, const std::string& other, int line) {
  namespace format = trace_format;
  std::string trace = told_trace(), out;
  std::uint64_t sum = format::kFirstSum;
  for (std::size_t at = 0; at < trace.size();) {
    const std::size_t end = trace.find('\n', at);
    std::string body = trace.substr(at, end - at - format::kSumBytes);
    if (body.starts_with(begins)) body = other;
    sum = format::chain_sum(sum, body);
    out += body;
    out.append(format::kSumKey).append(format::hex16(sum)).append(format::kSumEnd).append("\n");
    at = end + 1;
  }
  const Folder folder;
  write_all(folder / "t", out);
  const Result<Replayed> replayed = replay_trace(folder / "t");
  if (replayed) return "no error";
  CHECK(replayed.error().line == line);
  return replayed.error().message;
}

std::string error_of(const std::string& talk) { return error_of(R"({"end")", R"({"end":6,"talk":)" + talk, 8); }

}  // namespace

TEST_CASE("a trace carries the talk, every branch and the selected step, and saving it again changes no byte") {
  const Folder folder;
  const Session session = told_session();
  must(save_trace(folder / "t", session));
  const Replayed replayed = must(replay_trace(folder / "t"));
  check_same(session, replayed.session);
  CHECK(replayed.steps == 6);
  CHECK(replayed.notice.empty());
  must(save_trace(folder / "again", replayed.session));
  CHECK(read_all(folder / "t") == read_all(folder / "again"));
  CHECK(contains(read_all(folder / "t"), "{\"vmalab_trace\":4,"));
}

TEST_CASE("a trace without branches is of the format that older programs read, and as it was without a talk") {
  const Folder folder;
  Session session(small_machine());
  for (const char* thread : {"a", "b"}) must(session.apply(step_of(session.machine(), thread)));
  must(save_trace(folder / "plain", session));
  const std::string plain = read_all(folder / "plain");
  CHECK(contains(plain, "{\"vmalab_trace\":3,"));
  CHECK(contains(plain, "\n{\"end\":2,\"sum\":"));
  Talk talk;
  must(talk.set_title("Two count"));
  session.retell(talk);
  session.back();
  must(save_trace(folder / "told", session));
  const std::string told = read_all(folder / "told");
  CHECK(told.substr(0, told.find("{\"end\"")) == plain.substr(0, plain.find("{\"end\"")));
  CHECK(contains(told, R"({"end":2,"talk":{"title":"Two count","at":1},"sum":)"));
  CHECK(must(replay_trace(folder / "told")).session.cursor() == 1);
}

TEST_CASE("branches of any shape come back as they were") {
  const Folder folder;
  Session session(machine_from(kEndlessScenario));
  std::uint64_t dice = 3;
  for (int i = 0; i < 400; ++i) {
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    if (dice >> 60U < 4) session.go_to(static_cast<NodeId>((dice >> 33U) % session.node_count()));
    if (dice >> 60U == 5) session.select_branch(static_cast<int>((dice >> 33U) % session.branches().size()));
    must(session.apply(step_of(session.machine(), dice >> 59U & 1U ? "a" : "b")));
  }
  session.go_to(100);
  must(save_trace(folder / "t", session));
  check_same(session, must(replay_trace(folder / "t")).session);
}

TEST_CASE("a told trace that is cut off anywhere, or has a byte changed, is an error or what is whole of it") {
  const std::string trace = told_trace();
  const Folder folder;
  const std::size_t header = trace.find('\n') + 1;
  for (std::size_t size = 0; size < trace.size(); ++size) {
    write_all(folder / "t", trace.substr(0, size));
    const auto replayed = replay_trace(folder / "t");
    CAPTURE(size);
    REQUIRE(replayed.has_value() == (size >= header));
    if (replayed) REQUIRE_FALSE(replayed->complete);
    if (replayed) REQUIRE(replayed->session.talk().empty());
  }
  for (std::size_t at = header; at < trace.size(); ++at) {
    std::string changed = trace;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_all(folder / "t", changed);
    CAPTURE(at);
    REQUIRE_FALSE(replay_trace(folder / "t"));
  }
}

TEST_CASE("a talk that was made to do harm is refused in words") {
  CHECK(error_of("{}") == "no error");
  CHECK(error_of(R"({"unheard":[1]})") == "no error");
  CHECK(error_of("7") == "the talk in the closing line is wrong: it is not a JSON object");
  CHECK(contains(error_of(R"({"title":"a\u001b[2Jb"})"), "U+001B) in it"));
  CHECK(contains(error_of(R"({"title":"a\u202eb"})"), "the title has "));
  CHECK(contains(error_of(R"({"title":"a\nb"})"), "the title has a line end in it"));
  CHECK(contains(error_of(R"({"title":" "})"), "the title is blank"));
  CHECK(contains(error_of(R"({"title":7})"), "its \"title\" is not a text"));
  CHECK(contains(error_of(R"({"captions":[[7,0,"late"]]})"), "item 1 of its \"captions\" is for number 7, and 6 is the last"));
  CHECK(contains(error_of(R"({"captions":[[1,0,"a"],[0,0,"b"]]})"), "item 2 of its \"captions\" is wrong: a caption begins with a step"));
  CHECK(contains(error_of(R"({"captions":[[-1,0,"a"]]})"), "is not a number, how many steps, and a text"));
  CHECK(contains(error_of(R"({"captions":[[1,-1,"a"]]})"), "it does not say for how many steps"));
  CHECK(contains(error_of(R"({"captions":[[1,99999999999,"a"]]})"), "it does not say for how many steps"));
  CHECK(contains(error_of(R"({"captions":{"1":"a"}})"), "its \"captions\" is not a list"));
  CHECK(contains(error_of(R"({"captions":[[]]})"), "item 1 of its \"captions\" is not"));
  CHECK(contains(error_of(R"({"notes":[[1,"\u0007"]]})"), "the note has "));
  CHECK(contains(error_of(R"({"notes":[[1,7]]})"), "is not a number and a text"));
  CHECK(contains(error_of(R"({"markers":[[99,"a"]]})"), "item 1 of its \"markers\" is for number 99"));
  CHECK(contains(error_of(R"({"names":[[2,"a"]]})"), "item 1 of its \"names\" is for number 2, and 1 is the last"));
  CHECK(contains(error_of(R"({"names":[[1,""]]})"), "the name is empty"));
  CHECK(contains(error_of(R"({"branch":2})"), "its \"branch\" is 2, and 1 is the last"));
  CHECK(contains(error_of(R"({"branch":0,"at":6})"), "its \"at\" is step 6, which is not on its branch"));
  CHECK(contains(error_of(R"({"at":7})"), "its \"at\" is 7, and 6 is the last"));
  CHECK(contains(error_of(R"({"at":1e2})"), "its \"at\" is not a whole number"));
  std::string many = R"({"captions":[)";
  for (int i = 0; i < 301; ++i) many += std::string(i == 0 ? "" : ",") + R"([1,0,"x"])";
  CHECK(contains(error_of(many + "]}"), "has more than 300 items"));
  many = R"({"captions":[[1,0,")" + std::string(Talk::kMostCaption + 1, 'x');
  CHECK(contains(error_of(many + "\"]]}"), "the caption has 1001 bytes; 1000 is the most"));
}

TEST_CASE("100,000 captions are refused at the limit of a line") {
  std::string many = R"({"captions":[)";
  for (int i = 0; i < 100'000; ++i) many += std::string(i == 0 ? "" : ",") + R"([1,0,"x"])";
  CHECK(contains(error_of(many + "]}"), "is longer than 65536 bytes"));
}

TEST_CASE("steps that follow themselves or what is to come are refused, and a step that is there already") {
  const auto error = [](const std::string& from, const std::string& action) {
    return error_of(R"({"n":5,)", R"({"n":5,"from":)" + from + R"(,"do":")" + action + R"(","fp":"0123456789abcdef")", 6);
  };
  CHECK(contains(error("5", "a"), "\"from\" is not between 0 and 4"));
  CHECK(contains(error("99999999999999", "a"), "\"from\" is not between 0 and 4"));
  CHECK(contains(error("\"1\"", "a"), "\"from\" is not a whole number"));
  CHECK(contains(error("1", "b"), "it is there already, as step 2"));
}

TEST_CASE("a talk has limits, and what is refused changes nothing") {
  Talk talk;
  CHECK_FALSE(talk.set_title(std::string(201, 'x')));
  CHECK_FALSE(talk.set_title("\xff"));
  CHECK(talk.empty());
  for (NodeId node = 1; node <= Talk::kMostEntries; ++node) must(talk.set_marker(node, "m"));
  const Result<void> more = talk.set_marker(1000, "m");
  REQUIRE_FALSE(more);
  CHECK(more.error().message == "a talk has at most 300 markers");
  must(talk.set_marker(7, ""));
  must(talk.set_marker(1000, "m"));
  CHECK(talk.markers().size() == 300);
  NodeId node = 1;
  Result<void> set;
  while ((set = talk.set_note(node, std::string(Talk::kMostNote, '"')))) ++node;
  CHECK(contains(set.error().message, "the talk would be too long for a recording"));
  CHECK(talk.note(node) == nullptr);
  CHECK(talk.note(node - 1) != nullptr);
}

TEST_CASE("the fullest talk fits into a trace") {
  const Folder folder;
  Session session(machine_from(kEndlessScenario));
  for (int i = 0; i < 400; ++i) must(session.apply(step_of(session.machine(), "a")));
  Talk talk;
  for (NodeId node = 1; node <= Talk::kMostEntries; ++node) {
    if (!talk.set_caption(node, 9, std::string(90, '"')) || !talk.set_note(node, "\n\n.") || !talk.set_marker(node, "\\\\")) break;
  }
  session.retell(talk);
  must(save_trace(folder / "t", session));
  CHECK(must(replay_trace(folder / "t")).session.talk() == talk);
}

TEST_CASE("the order of markers is the author's") {
  Talk talk;
  for (const NodeId node : {5U, 2U, 9U}) must(talk.set_marker(node, "m" + std::to_string(node)));
  CHECK(talk.move_marker(2, 0));
  CHECK(talk.markers()[0].at == 9);
  CHECK(talk.markers()[1].at == 5);
  CHECK(talk.move_marker(0, 1));
  CHECK(talk.markers()[0].at == 5);
  CHECK_FALSE(talk.move_marker(0, 3));
}

TEST_CASE("a change of the talk is taken back and done again like a step") {
  Session session = told_session();
  const Talk before = session.talk();
  Talk after = before;
  must(after.set_caption(2, 0, "New."));
  session.retell(after);
  session.go_to(4);
  CHECK(session.undo());
  CHECK(session.talk() == after);
  CHECK(session.undo());
  CHECK(session.talk() == before);
  CHECK(session.cursor() == 2);
  CHECK(session.redo());
  CHECK(session.talk() == after);
}

TEST_CASE("the author's captions stand where they were put, above the demo's, and end with their steps") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "two-readers"))));
  const Demo demo = must(Demo::of(session.machine()));
  while (const Demo::Step* step = demo.next(session)) must(session.apply(step->action));
  const std::vector<Demo::Standing> plain = demo.captions(session);
  REQUIRE(plain.size() > 1);
  REQUIRE(plain[0].begin == 1);
  REQUIRE(plain[0].end > 3);
  Talk talk;
  must(talk.set_caption(2, 1, "Mine."));
  must(talk.set_caption(3, 0, "Mine too."));
  session.retell(talk);
  const std::vector<Demo::Standing> told = demo.captions(session);
  REQUIRE(told.size() == plain.size() + 2);
  CHECK(told[0].end == 2);
  CHECK(told[1].text == "Mine.");
  CHECK(told[1].by_author);
  CHECK(told[1].end == 3);
  CHECK(told[2].text == "Mine too.");
  CHECK(told[2].end == plain[1].begin);
  CHECK(told[3].text == plain[1].text);
  session.go_to_depth(2);
  CHECK(demo.caption(session).text == "Mine.");
  CHECK(demo.caption(session).by_author);
  session.go_to_depth(1);
  CHECK(demo.caption(session).text == plain[0].text);
  CHECK_FALSE(demo.caption(session).by_author);
}

TEST_CASE("a recording that follows the run ends with the talk of its own steps") {
  const Folder folder;
  Session session(small_machine());
  Recorder recorder = must(Recorder::start(folder / "run.jsonl", session));
  for (const char* thread : {"a", "b", "b"}) must(recorder.follow(session, must(session.apply(step_of(session.machine(), thread)))));
  Talk talk;
  must(talk.set_title("Recorded"));
  must(talk.set_caption(3, 0, "Third."));
  session.retell(talk);
  session.go_to(1);
  must(recorder.follow(session, must(session.apply(step_of(session.machine(), "a")))));
  must(recorder.finish());
  const Session first = must(replay_trace(folder / "run.jsonl")).session, second = must(replay_trace(folder / "run-2.jsonl")).session;
  CHECK(first.talk().captions().size() == 1);
  CHECK(second.talk().captions().empty());
  CHECK(second.talk().title() == "Recorded");
  CHECK(second.node_count() == 3);
}

}  // namespace vmalab::testing
