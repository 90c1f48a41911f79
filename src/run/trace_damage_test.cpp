// SPDX-License-Identifier: GPL-2.0-only
// Traces that were cut off, changed, or written to do harm: each is an error that names file and line, or a
// replay of what is whole. Never anything else.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/test_text.h"
#include "run/session.h"
#include "run/test_machines.h"
#include "run/trace_file.h"
#include "run/trace_format.h"

namespace vmalab::testing {
namespace {

using Json = nlohmann::ordered_json;
namespace format = trace_format;

std::string small_trace() {
  const Folder folder;
  Session s(small_machine());
  for (const char* thread : {"a", "b", "b", "a"}) must(s.apply(step_of(s.machine(), thread)));
  if (!save_trace(folder / "t", s)) std::abort();
  return read_all(folder / "t");
}

/// Lines of a trace without their checksums.
std::vector<std::string> bodies_of(const std::string& trace) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < trace.size();) {
    const std::size_t end = trace.find('\n', at);
    out.push_back(trace.substr(at, end - at - format::kSumBytes));
    at = end + 1;
  }
  return out;
}

/// A trace whose checksums are right, whatever its lines say.
std::string sealed(const std::vector<std::string>& bodies) {
  std::string out;
  std::uint64_t sum = format::kFirstSum;
  for (const std::string& body : bodies) {
    sum = format::chain_sum(sum, body);
    out += body;
    out.append(format::kSumKey).append(format::hex16(sum)).append(format::kSumEnd).append("\n");
  }
  return out;
}

std::string replay_error(const std::string& trace) {
  const Folder folder;
  write_all(folder / "t", trace);
  const auto replayed = replay_trace(folder / "t");
  if (replayed) return "no error";
  CHECK(contains(replayed.error().file, (folder / "t").string()));
  return std::to_string(replayed.error().line) + ": " + replayed.error().message;
}

std::string with_header(const std::function<void(Json&)>& change) {
  std::vector<std::string> bodies = bodies_of(small_trace());
  Json header = Json::parse(bodies[0] + "}");
  change(header);
  bodies[0] = header.dump();
  bodies[0].pop_back();
  return sealed(bodies);
}

std::string with_line(std::size_t line, std::string body) {
  std::vector<std::string> bodies = bodies_of(small_trace());
  bodies[line - 1] = std::move(body);
  return sealed(bodies);
}

}  // namespace

TEST_CASE("sealing is what the writer does") {
  const std::string trace = small_trace();
  CHECK(sealed(bodies_of(trace)) == trace);
  CHECK(replay_error(trace) == "no error");
}

TEST_CASE("a trace cut off anywhere replays to its last whole line and says so") {
  const std::string trace = small_trace();
  const std::size_t header = trace.find('\n') + 1;
  const Folder folder;
  for (std::size_t size = 0; size < trace.size(); ++size) {
    CAPTURE(size);
    const std::string cut = trace.substr(0, size);
    write_all(folder / "t", cut);
    const auto replayed = replay_trace(folder / "t");
    const auto lines = static_cast<int>(std::count(cut.begin(), cut.end(), '\n'));
    if (size < header) {
      REQUIRE_FALSE(replayed);
      REQUIRE(replayed.error().file == (folder / "t").string());
      REQUIRE(replayed.error().line == (size == 0 ? 0 : 1));
      continue;
    }
    REQUIRE(replayed);
    REQUIRE_FALSE(replayed->complete);
    REQUIRE(replayed->steps == lines - 1);
    REQUIRE(replayed->session.depth() == lines - 1);
    const bool within = cut.back() != '\n';
    REQUIRE(contains(replayed->notice, within ? "t is cut off in line " + std::to_string(lines + 1) + ": replayed"
                                              : "t is cut off after line " + std::to_string(lines) + ": replayed"));
  }
}

TEST_CASE("every changed byte is found, and its line is named") {
  const std::string trace = small_trace();
  const Folder folder;
  int line = 1;
  for (std::size_t at = 0; at < trace.size(); ++at) {
    const std::string_view others = trace[at] == '\n' ? std::string_view("\r \0", 3) : std::string_view("\n\0\xff", 3);
    for (const char other : {static_cast<char>(trace[at] ^ 1), static_cast<char>(trace[at] ^ 0x80), others[0], others[1], others[2]}) {
      if (other == trace[at]) continue;
      std::string changed = trace;
      changed[at] = other;
      write_all(folder / "t", changed);
      const auto replayed = replay_trace(folder / "t");
      CAPTURE(at);
      REQUIRE_FALSE(replayed);
      REQUIRE(replayed.error().file == (folder / "t").string());
      REQUIRE(replayed.error().line == line);
    }
    if (trace[at] == '\n') ++line;
  }
}

TEST_CASE("a damaged step is named") {
  std::string trace = small_trace();
  trace[trace.find(R"("n":3)") + 4] = '4';
  CHECK(replay_error(trace) == "4: step 3 is damaged: its checksum does not match");
  trace = small_trace();
  trace[trace.find(R"({"end")") + 7] = '7';
  CHECK(replay_error(trace) == "6: the closing line is damaged: its checksum does not match");
}

TEST_CASE("lines that are missing, doubled, swapped or added are found") {
  std::vector<std::string> lines;
  const std::string trace = small_trace();
  for (std::size_t at = 0; at < trace.size();) {
    const std::size_t end = trace.find('\n', at) + 1;
    lines.push_back(trace.substr(at, end - at));
    at = end;
  }
  REQUIRE(lines.size() == 6);
  const auto joined = [&](std::initializer_list<std::size_t> order) {
    std::string out;
    for (const std::size_t i : order) out += lines[i];
    return out;
  };
  CHECK(contains(replay_error(joined({0, 1, 3, 4, 5})), "3: step 2 is damaged"));
  CHECK(contains(replay_error(joined({0, 1, 1, 2, 3, 4, 5})), "3: step 2 is damaged"));
  CHECK(contains(replay_error(joined({0, 2, 1, 3, 4, 5})), "2: step 1 is damaged"));
  CHECK(contains(replay_error(joined({0, 1, 2, 3, 5})), "5: the closing line is damaged"));
  CHECK(contains(replay_error(joined({0, 1, 2, 3, 4, 5, 5})), "7: there is more after the closing line"));
  CHECK(contains(replay_error(trace + "x"), "7: there is more after the closing line"));
  CHECK(contains(replay_error(joined({1, 2, 3})), "1: this is no vmalab trace"));
}

TEST_CASE("characters that programs put into a line are named") {
  const std::string trace = small_trace();
  const std::size_t second = trace.find('\n') + 1;
  for (const auto& [bytes, name] :
       {std::pair("\xe2\x80\x8b", "a zero-width space (U+200B)"), std::pair("\xe2\x80\x9c", "a left double quotation mark (U+201C)"),
        std::pair("\xc2\xa0", "a no-break space (U+00A0)")}) {
    std::string changed = trace;
    changed.insert(second + 4, bytes);
    CAPTURE(name);
    CHECK(contains(replay_error(changed), "2: step 1 is damaged: "));
    CHECK(contains(replay_error(changed), name));
  }
}

TEST_CASE("line ends that a mail program changed are recognised") {
  std::string trace;
  for (const char c : small_trace()) trace += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(replay_error(trace) == "1: the header is damaged: its line end was changed to CR LF");
}

TEST_CASE("what is not a trace is called so") {
  CHECK(replay_error("") == "0: the file is empty: it is no trace");
  CHECK(contains(replay_error("\n"), "1: this is no vmalab trace"));
  CHECK(contains(replay_error("hello"), "1: this is no vmalab trace"));
  CHECK(contains(replay_error(std::string(1000, '\0')), "1: this is no vmalab trace"));
  CHECK(contains(replay_error("\x89PNG\r\n\x1a\n"), "1: this is a picture (PNG), no vmalab trace"));
  CHECK(contains(replay_error("<!doctype html><title>a run</title>\n"), "1: this is a page (HTML), no vmalab trace"));
  CHECK(replay_error("\xef\xbb\xbf" + small_trace()) == "no error");
  CHECK(contains(replay_error("\xef\xbb\xbf\xef\xbb\xbf" + small_trace()), "a byte order mark (U+FEFF)"));
  CHECK(contains(replay_error("> " + small_trace()), "it begins with >, as the lines of a quoted mail do"));
  CHECK(contains(replay_error("  " + small_trace()), "it begins with blanks"));
  CHECK(contains(replay_error("\xc2\xa0" + small_trace()), "a no-break space (U+00A0)"));
  CHECK(contains(replay_error("{\xe2\x80\x9cvmalab_trace\xe2\x80\x9d:2}\n"), "a left double quotation mark (U+201C)"));
  CHECK(contains(replay_error("{&quot;vmalab_trace&quot;:2}\n"), "&quot;, a character reference of HTML"));
  CHECK(contains(replay_error(std::string("\xff\xfe{\0\"\0v\0", 8)), "UTF-16"));
  CHECK(contains(replay_error("{\"vmalab_trace\":"), "1: the file is cut off in its first line"));
  CHECK(contains(replay_error("{\"vmalab_trace\":x}\n"), "1: this is no vmalab trace"));
  // What could wait for ever or never end is not even opened.
  CHECK(contains(replay_trace("/dev/zero").error().message, "this is a device, not a trace"));
  CHECK(contains(replay_trace("/dev/null").error().message, "this is a device, not a trace"));
}

/// A file whose first line begins as that of a trace in a format and goes on with `rest`.
std::string in_format(const std::string& format, const std::string& rest) { return "{\"vmalab_trace\":" + format + rest; }

TEST_CASE("a trace of format 2 is replayed, and says that its states are not compared") {
  std::vector<std::string> bodies = bodies_of(small_trace());
  bodies[0].replace(bodies[0].find(":3,"), 3, ":2,");
  const auto fp = [](std::string& body) { return body.find("\"fp\":\"") + 6; };
  bodies[1].replace(fp(bodies[1]), 4, "abcd");
  const Folder folder;
  write_all(folder / "old.jsonl", sealed(bodies));
  const auto replayed = replay_trace(folder / "old.jsonl");
  REQUIRE(replayed);
  CHECK(replayed->complete);
  CHECK(contains(replayed->notice, "old.jsonl is of format 2"));
  bodies[0].replace(bodies[0].find(":2,"), 3, ":3,");
  CHECK(contains(replay_error(sealed(bodies)), "is not the one that was recorded"));
}

TEST_CASE("other versions are refused with the range that is read") {
  const std::string reads = "; this one reads " + std::to_string(kOldestReadableTraceVersion) + ".." + std::to_string(kWeakTraceVersion);
  const std::string newer = std::to_string(kWeakTraceVersion + 1);
  const std::string older = std::to_string(kOldestReadableTraceVersion - 1);
  CHECK(replay_error(in_format(newer, ",\"anything\":[[[[")).substr(0, 3) == "1: ");
  CHECK(replay_error(in_format(newer, ",\"anything\":1}\n")) == "1: written by a newer vmalab (format " + newer + ")" + reads);
  CHECK(contains(replay_error(in_format("99999999999999999999999999999999", "}\n")), "1: written by a newer vmalab (format 99999"));
  CHECK(replay_error(in_format(older, "}\n")) == "1: written by an older vmalab (format " + older + ")" + reads);
  for (const std::string odd : {"-1", "1.5", "2.5", "2.0", "02", "\"2\"", "1e400", "null", "[2]", "2 ", "+2", "0x2"}) {
    CHECK(contains(replay_error(in_format(odd, ",\"anything\":1}\n")),
                   "1: this is no vmalab trace: the number of its format is " + odd + ", which is no whole number"));
  }
}

TEST_CASE("a header with the wrong contents says what is wrong") {
  const auto error = [](const std::function<void(Json&)>& change) { return replay_error(with_header(change)); };
  CHECK(error([](Json&) {}) == "no error");
  CHECK(error([](Json& h) { h.erase("scenario"); }) == "1: the header is wrong: \"scenario\" is missing");
  CHECK(error([](Json& h) { h["scenario"] = 1; }) == "1: the header is wrong: \"scenario\" is not an object");
  for (const char* path : {"/etc/x.toml", "../x", "x.toml"}) {
    CHECK(error([&](Json& h) { h["scenario"]["name"] = path; }) == "1: the header is wrong: the \"name\" of its scenario is a path");
  }
  CHECK(error([](Json& h) { h["scenario"]["toml"] = nullptr; }) == "1: the header is wrong: \"toml\" is not a text");
  CHECK(error([](Json& h) { h["config"]["lockdep"] = 1; }) == "1: the header is wrong: \"lockdep\" is not true or false");
  CHECK(error([](Json& h) { h["config"]["seq_bits"] = 1; }) == "1: the header is wrong: \"seq_bits\" is not between 2 and 32");
  CHECK(error([](Json& h) { h["config"]["seq_bits"] = 1e300; }) == "1: the header is wrong: \"seq_bits\" is not a whole number");
  CHECK(error([](Json& h) { h["config"]["seq_bits"] = -3; }) == "1: the header is wrong: \"seq_bits\" is not a whole number");
  CHECK(error([](Json& h) { h["code"] = Json::object(); }) == "1: the header is wrong: \"code\" is not a list");
  CHECK(error([](Json& h) { h["code"][0] = 7; }) == "1: the header is wrong: \"path\" is missing in \"code\"");
  CHECK(contains(error([](Json& h) { h["code"][0]["origin"] = "moon"; }), "\"origin\" of a file"));
  CHECK(contains(error([](Json& h) { h["code"][0]["encoding"] = "utf-16"; }), "\"encoding\" of a file"));
  CHECK(contains(error([](Json& h) {
                   h["code"][0]["encoding"] = "latin1";
                   h["code"][0]["text"] = "\xe2\x82\xac";
                 }),
                 "\"encoding\" of a file"));
  CHECK(contains(error([](Json& h) {
                   for (int i = 0; i < 300; ++i) h["code"].push_back(1);
                 }),
                 "\"code\" has too many files"));
  CHECK(contains(error([](Json& h) { h["model_hash"] = "0000000000000000"; }), "1: the header is wrong: its C code has the hash"));
  CHECK(error([](Json& h) { h["fingerprint"] = "xyz"; }) == "1: the header is wrong: \"fingerprint\" is not 16 hexadecimal digits");
  CHECK(contains(error([](Json& h) { h["fingerprint"] = "0123456789abcdef"; }), "1: step 0, the initial state, is not the one that was recorded"));
}

TEST_CASE("scenario and code that do not build are said to come from the trace") {
  const auto error = [](const std::function<void(Json&)>& change) { return replay_error(with_header(change)); };
  CHECK(contains(error([](Json& h) { h["scenario"]["toml"] = "[[["; }), "the scenario in this trace cannot be used: "));
  CHECK(contains(error([](Json& h) { h["scenario"]["toml"] = ""; }), "in this trace cannot be used: "));
  CHECK(contains(error([](Json& h) { h["scenario"]["toml"] = std::string(100000, '['); }), "the scenario in this trace cannot be used: "));
  const auto with_code = [&](const std::string& code) {
    return error([&](Json& h) {
      h["code"][0]["text"] = code;
      h["model_hash"] = must(CodeBase::load_texts({{"small.c", code}}, {})).hash();
    });
  };
  CHECK(contains(with_code("int x;\n"), "in this trace cannot be used: "));
  CHECK(contains(with_code("void count(struct vm_area_struct *vma) { count(vma); }\n"), "in this trace cannot be used: "));
  CHECK(contains(with_code("void count(struct vm_area_struct *vma) { " + std::string(20000, '(') + "; }\n"), "in this trace cannot be used: "));
  std::string doubling = "#define X0 vma->vm_lock_seq = 1;\n";
  for (int i = 1; i <= 60; ++i) {
    const std::string before = "X" + std::to_string(i - 1);
    doubling += "#define X" + std::to_string(i) + " " + before + " " + before + "\n";
  }
  CHECK(contains(with_code(doubling + "void count(struct vm_area_struct *vma) { X60 }\n"), "in this trace cannot be used: "));
  CHECK(contains(error([](Json& h) { h["code"][0]["text"] = std::string("void count(struct vm_area_struct *vma) { \0 }\n", 46); }),
                 "the C code in this trace cannot be used: "));
}

TEST_CASE("steps with the wrong contents say what is wrong") {
  const std::string fp = R"(,"fp":"0123456789abcdef")";
  CHECK(replay_error(with_line(3, R"({"n":7,"do":"b")" + fp)) == "3: step 2 is wrong: it says it is step 7");
  CHECK(replay_error(with_line(3, R"({"n":2e0,"do":"b")" + fp)) == "3: step 2 is wrong: \"n\" is not a whole number");
  CHECK(contains(replay_error(with_line(3, R"({"n":99999999999999999999999999999,"do":"b")" + fp)), "3: step 2 is wrong: "));
  CHECK(contains(replay_error(with_line(3, R"({"n":1e99999,"do":"b")" + fp)), "3: step 2 is wrong: it is not a JSON object"));
  CHECK(replay_error(with_line(3, R"({"n":2,"do":7)" + fp)) == "3: step 2 is wrong: \"do\" is not a text");
  CHECK(replay_error(with_line(3, R"({"n":2,"do":"b","fp":"12")")) == "3: step 2 is wrong: \"fp\" is not 16 hexadecimal digits");
  CHECK(replay_error(with_line(3, R"({"n":2,"do":"b","do":"a")" + fp)) == "3: step 2 is wrong: its key \"do\" comes twice");
  std::string wide = R"({"n":2,"do":"b")" + fp;
  for (int i = 0; i < 40; ++i) wide += ",\"k" + std::to_string(i) + "\":0";
  CHECK(replay_error(with_line(3, wide)) == "3: step 2 is wrong: an object in it has more than 32 keys");
  CHECK(replay_error(with_line(3, "[1")) == "3: step 2 is wrong: it is not a JSON object");
  CHECK(contains(replay_error(with_line(3, "{\"n\":2,\"do\":\"\xff\"" + fp)), "3: step 2 is wrong: it is not a JSON object"));
  CHECK(contains(replay_error(with_line(3, std::string("{\"n\":2,\"do\":\"\0\"", 15) + fp)), "3: step 2 is wrong: it is not a JSON object"));
  CHECK(replay_error(with_line(3, R"({"n":2,"do":"b","x":)" + std::string(20000, '['))) == "3: step 2 is wrong: its JSON is nested too deeply");
  CHECK(replay_error(with_line(3, R"({"n":2,"do":")" + std::string(100, 'b') + "\"" + fp)) ==
        "3: step 2 is wrong: the name of its action is too long");
  CHECK(replay_error(with_line(3, std::string(100000, ' '))) == "3: step 2 is longer than 65536 bytes");
  CHECK(replay_error(with_line(6, R"({"end":3)")) == "6: the closing line is wrong: it counts 3 steps, and there are 4");
  CHECK(replay_error(with_line(6, R"({"end":"4")")) == "6: the closing line is wrong: \"end\" is not a whole number");

  CHECK(contains(replay_error(with_line(3, R"({"n":2,"do":"zz")" + fp)), "3: step 2 (zz): item 1 of the schedule, \"zz\""));
  CHECK(replay_error(with_line(3, R"({"n":2,"do":"a*1000000")" + fp)) == "3: step 2 (a*1000000): \"do\" is not one action");
  CHECK(contains(replay_error(with_line(3, R"({"n":2,"do":"")" + fp)), "\"do\" is not one action"));
  CHECK(contains(replay_error(with_line(3, R"({"n":2,"do":"a\u0000")" + fp)), "3: step 2 (a"));
  CHECK(contains(replay_error(with_line(3, R"({"n":2,"do":"b")" + fp)), "3: step 2 (b): the state after it is not the one that was recorded"));
  CHECK(contains(replay_error(with_line(5, R"({"n":4,"do":"b")" + fp)), "5: step 4 (b): b cannot step: it has finished; possible now: a"));
}

TEST_CASE("a file with endless different actions is stopped") {
  std::vector<std::string> bodies = bodies_of(small_trace());
  bodies.resize(1);
  for (int i = 1; i <= 100; ++i) {
    bodies.push_back(R"({"n":)" + std::to_string(i) + R"(,"do":"t)" + std::to_string(i) + R"(","fp":"0123456789abcdef")");
  }
  CHECK(contains(replay_error(sealed(bodies)), "34: step 33 is wrong: there are no more than 16 threads"));
}

TEST_CASE("a header without an end is refused at its limit") {
  std::string endless = in_format(std::to_string(kTraceVersion), ",\"x\":\"");
  endless.resize(format::kMaxHeaderBytes + 10, 'x');
  CHECK(replay_error(endless) == "1: the header is longer than 16777216 bytes");
}

TEST_CASE("one action too many is refused, and a long trace is read in seconds") {
  std::vector<std::string> bodies = bodies_of(small_trace());
  const std::string last = bodies[4];
  bodies.resize(4);
  // The checksums are right and the steps are numbered, so that only the machine can refuse them.
  for (int i = 4; i <= 20000; ++i) {
    bodies.push_back(R"({"n":)" + std::to_string(i) + R"(,"do":"a","fp":"0123456789abcdef")");
  }
  CHECK(contains(replay_error(sealed(bodies)), "5: step 4 (a): the state after it is not the one that was recorded"));
  for (int i = 20001; i <= kMaxTraceSteps + 1; ++i) {
    bodies.push_back(R"({"n":)" + std::to_string(i) + R"(,"do":"a","fp":"0123456789abcdef")");
  }
  CHECK(contains(replay_error(sealed(bodies)), "1000002: step 1000001 is wrong: a trace has at most 1000000 steps"));
}

TEST_CASE("a line that a mail program folded is told apart from one that was changed") {
  std::string trace = small_trace();
  trace.insert(72, "\n");
  CHECK(contains(replay_error(trace), "as mail programs do with long lines"));
  trace = small_trace();
  trace.insert(72, "=\n");
  CHECK(contains(replay_error(trace), "as mail programs do with long lines"));
}

TEST_CASE("the time to refuse a header grows with its length alone") {
  const auto seconds = [](const std::string& text) {
    const auto begin = std::chrono::steady_clock::now();
    CHECK(replay_error(text) != "no error");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto header = [](const std::string& item, std::size_t bytes) {
    std::string list;
    while (list.size() < bytes) list += (list.empty() ? "" : ",") + item;
    std::string line = "{\"vmalab_trace\":3,\"code\":[" + list + "]";
    const std::string sum = trace_format::hex16(trace_format::chain_sum(trace_format::kFirstSum, line));
    return line + ",\"sum\":\"" + sum + "\"}\n";
  };
  constexpr std::size_t kMuch = std::size_t{15} << 20U;
  for (const std::string item : {"{}", "[]", "0", "{\"a\":{}}", "\"\"", "1e9", "{\"path\":\"x\"}", "[[[[[[]]]]]]"}) {
    CAPTURE(item);
    CHECK(seconds(header(item, kMuch)) < 20);  // a quadratic one takes hours
  }
  std::string sums = small_trace();
  sums.resize(sums.find('\n') + 1);
  while (sums.size() < sums.find('\n') + 60'000) sums += ",\"sum\":\"0123456789abcdef\"}";
  CHECK(seconds("x" + sums) < 20);
}

}  // namespace vmalab::testing
