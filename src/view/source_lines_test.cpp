// SPDX-License-Identifier: GPL-2.0-only
#include "view/source_lines.h"
#include "machine/look.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "run/session.h"
#include "run/test_machines.h"
#include "view/source_diff.h"
#include "view/source_values.h"

namespace vmalab {
namespace {

using testing::model_machine;
using testing::must;

TokenKind kind_of(const SourceLine& line, std::string_view word) {
  const auto at = static_cast<int>(line.text.find(word));
  REQUIRE(at >= 0);
  for (const TokenRun& token : line.tokens) {
    if (at >= token.first && at < token.last) return token.kind;
  }
  FAIL("no token covers the word");
  return TokenKind::kText;
}

}  // namespace

TEST_CASE("C gets its colours, comments over several lines too") {
  const std::vector<SourceLine> lines = highlight({"static int f(struct mm_struct *mm) /* from here", " * to here */ return READ_ONCE(x) + 0x10;",
                                                   "#define TWICE(x) \\", "\tdo_it(x, \"a string\") // end"});
  CHECK(kind_of(lines[0], "static") == TokenKind::kKeyword);
  CHECK(kind_of(lines[0], "int") == TokenKind::kType);
  CHECK(kind_of(lines[0], "f(") == TokenKind::kFunction);
  CHECK(kind_of(lines[0], "mm_struct") == TokenKind::kType);
  CHECK(kind_of(lines[0], "from here") == TokenKind::kComment);
  CHECK(kind_of(lines[1], "to here") == TokenKind::kComment);
  CHECK(kind_of(lines[1], "return") == TokenKind::kKeyword);
  CHECK(kind_of(lines[1], "READ_ONCE") == TokenKind::kMacro);
  CHECK(kind_of(lines[1], "0x10") == TokenKind::kNumber);
  CHECK(kind_of(lines[2], "define") == TokenKind::kMacro);
  CHECK(kind_of(lines[3], "a string") == TokenKind::kString);
  CHECK(kind_of(lines[3], "// end") == TokenKind::kComment);
}

TEST_CASE("tokens cover each line of the model from end to end") {
  const CodeBase code = must(CodeBase::load_model(VMALAB_TEST_ASSETS, {}));
  for (const SourceFile& file : code.files()) {
    for (const SourceLine& line : highlight(file.lines)) {
      int at = line.tokens.empty() ? 0 : line.tokens.front().first;
      for (const TokenRun& token : line.tokens) {
        CHECK(token.first == at);
        CHECK(token.last > token.first);
        at = token.last;
      }
      if (!line.tokens.empty()) CHECK(at == static_cast<int>(line.text.size()));
    }
  }
}

TEST_CASE("columns go to and fro across tabs") {
  const std::string_view line = "\tif (x)\t\treturn;";
  CHECK(expanded_column(line, 1) == 0);
  CHECK(expanded_column(line, 2) == 4);
  for (int column = 1; column <= static_cast<int>(line.size()); ++column) {
    CHECK(written_column(line, expanded_column(line, column)) == column);
  }
}

TEST_CASE("folding loses nothing and keeps every row in the width") {
  const CodeBase code = must(CodeBase::load_model(VMALAB_TEST_ASSETS, {}));
  for (const int columns : {20, 33, 48, 100}) {
    for (const SourceFile& file : code.files()) {
      const std::vector<SourceLine> lines = highlight(file.lines);
      const std::vector<SourceRow> rows = fold(lines, columns);
      std::vector<std::string> joined(lines.size());
      for (const SourceRow& row : rows) {
        CHECK(row.indent + row.last - row.first <= columns);
        joined[static_cast<std::size_t>(row.line) - 1] += lines[static_cast<std::size_t>(row.line) - 1].text.substr(
            static_cast<std::size_t>(row.first), static_cast<std::size_t>(row.last - row.first));
      }
      for (std::size_t i = 0; i < lines.size(); ++i) REQUIRE(joined[i] == lines[i].text);
      for (int line = 1; line <= static_cast<int>(lines.size()); ++line) {
        const SourceRow& row = rows[static_cast<std::size_t>(row_of_line(rows, line))];
        CHECK(row.line == line);
        CHECK(row.first == 0);
      }
    }
  }
}

TEST_CASE("each thread has its mark where its next access is written, the selected one its calls too") {
  const auto chance = random_scheduler(1);
  const Machine machine = model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "writer-waits-for-a-reader")));
  Session session(machine);
  for (int i = 0; i < 30; ++i) {
    const ThreadId selected{0};
    const std::vector<SourceMarker> markers = source_markers(machine, session.state(), selected);
    int callers = 0;
    for (const SourceMarker& marker : markers) {
      const std::vector<std::string_view>& lines = machine.code().files()[static_cast<std::size_t>(marker.file)].lines;
      REQUIRE(marker.line >= 1);
      REQUIRE(marker.line <= static_cast<int>(lines.size()));
      if (marker.caller) {
        ++callers;
        CHECK(marker.thread == selected);
        CHECK(runnable_lines(machine.program(marker.thread), marker.file, static_cast<int>(lines.size()))[static_cast<std::size_t>(marker.line)]);
        continue;
      }
      CHECK(marker.last > marker.first);
      const std::vector<bool> runnable = runnable_lines(machine.program(marker.thread), marker.file, static_cast<int>(lines.size()));
      CHECK(runnable[static_cast<std::size_t>(marker.line)]);
    }
    if (!machine.done(session.state(), selected)) {
      const auto depth = machine.program(selected).stack_at(Machine::pc(session.state(), selected)).size();
      CHECK(callers == static_cast<int>(depth) - 1);
    }
    if (!take_step(session, *chance)) break;
  }
}

TEST_CASE("the step just made has its mark when it was its thread's last") {
  const auto chance = random_scheduler(1);
  const Machine machine = model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "writer-waits-for-a-reader")));
  Session session(machine);
  int last_steps = 0;
  while (take_step(session, *chance)) {
    const StepInfo& info = session.info(session.cursor());
    const bool was_last = machine.done(session.state(), info.action.thread);
    const std::vector<SourceMarker> markers = source_markers(machine, session.state(), info.action.thread, &info);
    const auto past = std::count_if(markers.begin(), markers.end(), [](const SourceMarker& m) { return m.past; });
    CHECK(past == (was_last ? 1 : 0));
    if (!was_last) continue;
    ++last_steps;
    REQUIRE(markers.front().past);
    CHECK(markers.front().thread == info.action.thread);
    CHECK(markers.front().line == static_cast<int>(machine.program(info.action.thread).code[info.pc].pos.line));
  }
  CHECK(last_steps == 2);
}

TEST_CASE("the expression under the mouse") {
  const std::string_view line = "\tif (ves->vma->vm_refcnt == target && a.b)";
  const auto at = [&](std::string_view word) { return expression_at(line, static_cast<int>(line.find(word)) + 1); };
  CHECK(at("ves") == "ves");
  CHECK(at("vma->") == "ves->vma");
  CHECK(at("vm_refcnt") == "ves->vma->vm_refcnt");
  CHECK(at("target") == "target");
  CHECK(at("b)") == "a.b");
  CHECK(expression_at(line, 1).empty());
  CHECK(expression_at(line, 400).empty());
  CHECK(expression_at("x = 10;", 5).empty());
}

TEST_CASE("names have the values that the selected thread sees") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "writer-waits-for-a-reader"))));
  const Machine& machine = session.machine();
  const ThreadId w1 = *machine.find_thread("w1");
  // Until it stands in the function that has `target`, with FLAG set.
  session.run_until(w1, [&](const Session& s) { return refcnt_in(s.state(), VmaId{0}) > kExcludeReadersFlag; });
  REQUIRE(refcnt_in(session.state(), VmaId{0}) > kExcludeReadersFlag);
  const CodeBase::Function* function = machine.code().find("__vma_start_exclude_readers");
  REQUIRE(function != nullptr);
  const int file = function->definition.file;
  const std::vector<std::string_view>& lines = machine.code().files()[static_cast<std::size_t>(file)].lines;
  const auto look = [&](std::string_view needle, std::string_view name) {
    for (auto line = function->definition.line; line <= function->body_end.line; ++line) {
      const std::size_t found = lines[line - 1].find(needle);
      if (found == std::string_view::npos) continue;
      const std::size_t column = lines[line - 1].find(name, found);
      return values_at(machine, session.state(), w1, file, static_cast<int>(line), static_cast<int>(column) + 1);
    }
    FAIL("the line is not there");
    return std::vector<NamedValue>{};
  };
  const std::vector<NamedValue> field = look("vma->vm_mm->vma_writer_wait", "vma_writer_wait");
  REQUIRE(field.size() == 1);
  CHECK(field[0].note == "mm0->vma_writer_wait");
  const std::vector<NamedValue> pointer = look("vma->vm_mm->vma_writer_wait", "vma->");
  REQUIRE(pointer.size() == 1);
  CHECK(pointer[0].value == "vma0");
  const std::vector<NamedValue> target = look("== target", "target");
  REQUIRE(target.size() == 1);
  CHECK(target[0].value == "FLAG + 1");

  // Through a pointer to a primitive: w is &mm->vma_writer_wait.
  const Program& program = machine.program(w1);
  const auto next = [&](const Session& s) -> const Instr& { return program.code[Machine::pc(s.state(), w1)]; };
  session.run_until(w1, [&](const Session& s) { return program.frames[next(s).frame].function == "prepare_to_rcuwait"; });
  const SourcePos pos = next(session).pos;
  const std::string_view line = machine.code().files()[pos.file].lines[pos.line - 1];
  REQUIRE(line.find("w->task") != std::string_view::npos);
  const std::vector<NamedValue> task = values_at(machine, session.state(), w1, pos.file, static_cast<int>(pos.line),
                                                 static_cast<int>(line.find("task,")) + 1);
  REQUIRE(task.size() == 1);
  CHECK(task[0].name == "w->task");
  CHECK(task[0].value == "NULL");
  CHECK(task[0].note == "mm0->vma_writer_wait");
}

TEST_CASE("a diff is the shortest, and gives both sides back") {
  const std::vector<std::string_view> before{"a", "b", "c", "d"}, after{"a", "x", "c", "d", "e"};
  const std::vector<DiffLine> diff = diff_lines(before, after);
  std::vector<std::string> left, right;
  int changes = 0;
  for (const DiffLine& line : diff) {
    if (line.kind != DiffLine::Kind::kAdded) left.push_back(line.text);
    if (line.kind != DiffLine::Kind::kRemoved) right.push_back(line.text);
    changes += line.kind != DiffLine::Kind::kSame ? 1 : 0;
  }
  CHECK(left == std::vector<std::string>(before.begin(), before.end()));
  CHECK(right == std::vector<std::string>(after.begin(), after.end()));
  CHECK(changes == 3);
}

TEST_CASE("every variant's diff changes something and names what it changes") {
  int variants = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(VMALAB_TEST_ASSETS) / "variants")) {
    if (entry.path().extension() != ".c") continue;
    CAPTURE(entry.path().string());
    const CodeBase code = must(CodeBase::load_model(VMALAB_TEST_ASSETS, {}, entry.path()));
    const std::vector<DiffLine> diff = variant_diff(code);
    ++variants;
    if (diff.empty()) continue;  // one that changes a number of the scenario and no C
    CHECK(diff[0].kind == DiffLine::Kind::kHeading);
    CHECK(diff[0].text.find("instead of") != std::string::npos);
    CHECK(std::any_of(diff.begin(), diff.end(),
                      [](const DiffLine& l) { return l.kind == DiffLine::Kind::kAdded || l.kind == DiffLine::Kind::kRemoved; }));
    // The part that stayed the same is what makes it a diff.
    CHECK(std::any_of(diff.begin(), diff.end(), [](const DiffLine& l) { return l.kind == DiffLine::Kind::kSame; }));
  }
  CHECK(variants > 5);
  const CodeBase code = must(
      CodeBase::load_model(VMALAB_TEST_ASSETS, {}, std::filesystem::path(VMALAB_TEST_ASSETS) / "variants" / "put-wakes-freed-mm.c"));
  const std::vector<DiffLine> whole = variant_diff(code), near = near_changes(whole, 3);
  const auto count = [](const std::vector<DiffLine>& lines, DiffLine::Kind kind) {
    return std::count_if(lines.begin(), lines.end(), [kind](const DiffLine& l) { return l.kind == kind; });
  };
  for (const auto kind : {DiffLine::Kind::kHeading, DiffLine::Kind::kAdded, DiffLine::Kind::kRemoved}) CHECK(count(near, kind) == count(whole, kind));
  CHECK(count(near, DiffLine::Kind::kGap) > 0);
  CHECK(near.size() < whole.size());
  // Never more than three unchanged lines between a change and a gap.
  int same = 0;
  for (const DiffLine& line : near) {
    same = line.kind == DiffLine::Kind::kSame ? same + 1 : 0;
    CHECK(same <= 6);
  }
  CHECK(near_changes(whole, whole.size()).size() == whole.size());
  CHECK(variant_diff(must(CodeBase::load_model(VMALAB_TEST_ASSETS, {}))).empty());
}

}  // namespace vmalab
