// SPDX-License-Identifier: GPL-2.0-only
// Kernel trees as a person meets them: verdicts that name the code they are about, patches, series, git bisect.
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/test_typing.h"

namespace vmalab::testing {
namespace {

using nlohmann::json;

const fs::path kTrees = fs::path(VMALAB_TEST_ASSETS) / ".." / "src/lang/testdata/trees";

/// A copy of a fixture tree.
std::string copy_of(const std::string& fixture, const std::string& name) {
  fs::remove_all(folder() / name);
  fs::copy(kTrees / fixture, folder() / name, fs::copy_options::recursive);
  return file_named(name);
}

void edit(const std::string& tree, const std::string& file, const std::string& from, const std::string& to) {
  std::string text = contents(fs::path(tree) / file);
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  std::ofstream(fs::path(tree) / file, std::ios::binary) << text;
}

/// What `diff -ru` says of two edits of the 7.0 fixture's mmap_lock.h.
std::string patch_of(const std::string& name, const std::string& from, const std::string& to) {
  const std::string a = copy_of("7.0", "a"), b = copy_of("7.0", "b");
  edit(b, "include/linux/mmap_lock.h", from, to);
  const std::string file = file_named(name);
  (void)type("cd " + folder().string() + "; diff -ru a b > " + file);
  return file;
}

const std::string kWakes = "\tif (__vma_are_readers_excluded(left))\n";
const std::string kNeverWakes = "\tif (0 && __vma_are_readers_excluded(left))\n";
const std::string kComment = "\tint left;\n";
const std::string kCommented = "\tint left; /* what is left */\n";

}  // namespace

TEST_CASE("a verdict on a tree says whose code ran, what did not, and what is never judged") {
  const std::string tree = copy_of("7.0", "seven");
  const Outcome outcome = type("vmalab check --kernel " + tree);
  CAPTURE(outcome.out);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "functions of the lock from Linux 7.0"));
  CHECK(contains(outcome.out, "Memory ordering is not judged"));
  CHECK(contains(outcome.out, "run by no scenario, so not judged: "));
  const json all = json::parse(type("vmalab check --json --kernel " + tree).out);
  CHECK(all["kernel"] == "Linux 7.0");
  CHECK(all["functions_run"] == all["functions_run_from_tree"]);
  CHECK(all["memory_ordering"] == "not judged");
  CHECK(!all["functions_not_run"].empty());
  CHECK(all.contains("lines_not_reached"));
}

TEST_CASE("a core function that the tree does not show: no pass, and the function is named") {
  const std::string tree = copy_of("7.0", "moved");
  std::string text = contents(fs::path(tree) / "include/linux/mmap_lock.h");
  const std::size_t begin = text.find("static inline void vma_mark_attached"), end = text.find("\n}\n", begin) + 3;
  std::ofstream(fs::path(tree) / "include/linux/mmap_lock.h") << text.substr(0, begin) << "void vma_mark_attached(struct vm_area_struct *vma);\n"
                                                              << text.substr(end);
  const Outcome outcome = type("vmalab check attach-new-vma --kernel " + tree);
  CAPTURE(outcome.out);
  CHECK(outcome.code == 3);
  CHECK(contains(outcome.out, "vma_mark_attached() is not found in it, and the model's ran instead"));
  CHECK(type("vmalab check attach-new-vma --bisect --kernel " + tree).code == 125);
  CHECK(type("vmalab check --kernel " + tree).code == 3);
}

TEST_CASE("patches in memory, and a report to paste") {
  const std::string tree = copy_of("7.0", "base");
  const std::string bad = patch_of("bad.patch", kWakes, kNeverWakes), good = patch_of("good.patch", kComment, kCommented);
  CHECK(type("vmalab check munmap-waits-for-a-reader --kernel " + tree + " --patch " + good).code == 0);
  CHECK(type("vmalab check munmap-waits-for-a-reader --kernel " + tree + " --patch " + good + " --patch " + bad).code == 1);
  CHECK(type("cat " + bad + " | vmalab check munmap-waits-for-a-reader --kernel " + tree + " --patch -").code == 1);
  CHECK(type("vmalab run writer-alone --kernel " + tree + " --patch " + bad).code == 0);
  CHECK(type("vmalab parse --kernel " + tree + " --patch " + bad).code == 0);
  CHECK(type("vmalab compare munmap-waits-for-a-reader --kernel " + tree + " --patch " + bad).code == 1);
  check_refused("vmalab check --kernel " + tree + " --patch " + bad + " --patch " + bad, "it seems to be in the tree already");
  check_refused("vmalab check --kernel " + tree + " --patch " + tree + "/Makefile", "is no patch");
  check_refused("vmalab check --kernel " + tree + " --patch " + tree, "is a directory");
  check_refused("vmalab check --kernel " + tree + " --patch " + file_named("none.patch"), "No such file");
  check_refused("vmalab check --patch " + bad, "--patch needs --kernel");

  const Outcome report = type("vmalab check munmap-waits-for-a-reader --report --kernel " + tree + " --patch " + bad);
  CAPTURE(report.out);
  CHECK(report.code == 1);
  for (const char* part :
       {"Tree:      Linux 7.0", "bad.patch", "Verdict:   violation", "Scenarios: munmap-waits-for-a-reader", "Not judged:", "Memory ordering"})
    CHECK(contains(report.out, part));
  std::istringstream lines(report.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() < 80);
}

TEST_CASE("what a patch changes and nothing ran is named, and the verdict is no pass") {
  const std::string a = copy_of("7.0", "a"), b = copy_of("7.0", "b");
  const std::string before = "int dup_mmap(struct mm_struct *mm)\n{\n\tvma_start_write(mm);\n\treturn 0;\n}\n";
  for (const std::string& tree : {a, b}) std::ofstream(fs::path(tree) / "mm/mmap.c") << before;
  edit(b, "mm/mmap.c", "\tvma_start_write(mm);\n", "");
  const auto diff = [&](const std::string& name) {
    (void)type("cd " + folder().string() + "; diff -ruN a b > " + name);
    return file_named(name);
  };
  const std::string why = "the patch changes dup_mmap(), which no scenario runs: not judged";
  const std::string with = " --kernel " + a + " --patch " + diff("fork.patch");
  const Outcome all = type("vmalab check" + with);
  CAPTURE(all.out);
  CAPTURE(all.err);
  CHECK(all.code == 3);
  CHECK(contains(all.out, why));
  CHECK_FALSE(contains(all.out, "every check holds"));
  const Outcome one = type("vmalab check two-readers" + with);
  CHECK(one.code == 3);
  CHECK(contains(one.out, "the patch changes dup_mmap(), which this scenario does not run: not judged"));
  CHECK(type("vmalab check two-readers --bisect" + with).code == 125);
  const json of_one = json::parse(type("vmalab check two-readers --json" + with).out);
  CHECK(of_one["verdict"] == "incomplete");
  CHECK(of_one["patch_not_judged"].size() == 1);
  const Outcome report = type("vmalab check two-readers --report" + with);
  CHECK(report.code == 3);
  CHECK(contains(report.out, "Verdict:   incomplete"));
  CHECK(contains(report.out, "the patch changes dup_mmap()"));
  const Outcome series = type("vmalab check two-readers --kernel " + a + " --series " + file_named("fork.patch"));
  CHECK(series.code == 3);
  CHECK(contains(series.out, why));

  // A comment is no change; a function that runs is judged, and a file that is not read is not.
  std::ofstream(fs::path(b) / "mm/mmap.c") << "/* forks */\n" << before;
  CHECK(type("vmalab check two-readers --kernel " + a + " --patch " + diff("comment.patch")).code == 0);
  std::ofstream(fs::path(b) / "mm/mmap.c") << before;
  edit(b, "mm/mmap_lock.c", "\tfound = mas_walk(&mas);\n", "\tfound = (mas_walk(&mas));\n");
  CHECK(type("vmalab check two-readers --kernel " + a + " --patch " + diff("runs.patch")).code == 0);
  std::ofstream(fs::path(a) / "mm/madvise.c") << "int advice;\n";
  std::ofstream(fs::path(b) / "mm/madvise.c") << "int advices;\n";
  const Outcome other = type("vmalab check two-readers --kernel " + a + " --patch " + diff("other.patch"));
  CHECK(other.code == 3);
  CHECK(contains(other.out, "the patch changes mm/madvise.c, which is not read: not judged"));
}

TEST_CASE("lines that a patch changes in functions that run are judged where they were reached, and named where not") {
  const std::string a = copy_of("7.0", "lines-a");
  const auto judged = [&](const std::string& file, const std::string& from, const std::string& to) {
    const std::string b = copy_of("7.0", "lines-b");
    edit(b, file, from, to);
    (void)type("cd " + folder().string() + "; diff -ruN lines-a lines-b > lines.patch");
    const Outcome outcome = type("vmalab check two-readers --kernel " + a + " --patch " + file_named("lines.patch"));
    return std::to_string(outcome.code) + " " + outcome.out;
  };
  const std::string header = "include/linux/mmap_lock.h";
  const std::string walk = "\tfound = mas_walk(&mas);\n";
  CHECK(judged("mm/mmap_lock.c", walk, "\tfound = (mas_walk(&mas));\n").starts_with("0"));
  // A way out that no run takes.
  const std::string out = judged("mm/mmap_lock.c", walk, walk + "\tif (found && found->vm_mm == NULL)\n\t\treturn NULL;\n");
  CHECK_MESSAGE(out.starts_with("3"), out);
  CHECK(contains(out, "which this scenario does not reach: not judged"));
  const std::string guard = judged(header, "mmap_read_lock(_T), mmap_read_unlock(_T))", "mmap_read_lock(_T), mmap_write_unlock(_T))");
  CHECK_MESSAGE(guard.starts_with("3"), guard);
  CHECK(contains(guard, "class_mmap_read_lock_destructor()"));
  const std::string off = judged("mm/mmap_lock.c", walk, "#ifdef CONFIG_PREEMPT_RT\n\tschedule();\n#endif\n" + walk);
  CHECK_MESSAGE(off.starts_with("3"), off);
  CHECK(contains(off, "which the configuration that is judged leaves out: not judged"));
}

TEST_CASE("what the machine cannot compute is no violation") {
  const std::string tree = copy_of("7.0", "wide");
  edit(
      tree, "include/linux/mmap_lock.h", "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n",
      "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n\tunsigned long wide = READ_ONCE(vma->vm_lock_seq);\n\n\tif (wide == 7)\n\t\treturn;\n");
  const Outcome outcome = type("vmalab check two-readers --kernel " + tree);
  CHECK_MESSAGE(outcome.code == 3, outcome.out);
  CHECK(contains(outcome.out, "this cannot be judged: r"));
  CHECK(contains(outcome.out, "computes a number of more than 32 bits, which is not simulated, in vma_end_read()"));
  CHECK(type("vmalab check two-readers --bisect --kernel " + tree).code == 125);
  // Whatever is judged: nothing is known of what comes behind it.
  for (const char* asked : {"--judge exclusion", "--judge termination", "--find 'vma0->vm_refcnt == 9'"}) {
    const Outcome open = type("vmalab check two-readers " + std::string(asked) + " --kernel " + tree);
    CHECK_MESSAGE(open.code == 3, open.out);
    CHECK_MESSAGE(contains(open.out, "this cannot be judged: r"), open.out);
    CHECK(contains(open.out, "which is not simulated, in vma_end_read()"));
  }
  // What comes before it is.
  CHECK(type("vmalab check two-readers --find 'vma0->vm_refcnt == 3' --kernel " + tree).code == 1);
}

TEST_CASE("an assertion that only some kernels evaluate may change nothing") {
  const std::string tree = copy_of("7.0", "asserts");
  edit(
      tree, "include/linux/mmap_lock.h", "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n",
      "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n\tVM_WARN_ON_ONCE(refcount_read(&vma->vm_refcnt) == 0 || refcount_dec_and_test(&vma->vm_refcnt));\n");
  const Outcome outcome = type("vmalab check two-readers --kernel " + tree);
  CHECK(outcome.code == 2);
  CHECK_MESSAGE(
      contains(outcome.err, "only a kernel that is built for debugging evaluates what VM_WARN_ON_ONCE() is given, and `refcount_dec_and_test`"),
      outcome.err);
}

TEST_CASE("a series is judged commit by commit") {
  const std::string tree = copy_of("7.0", "base");
  const std::string good = contents(patch_of("good.patch", kComment, kCommented)), bad = contents(patch_of("bad.patch", kWakes, kNeverWakes));
  const auto mail = [](int n, const std::string& subject, const std::string& body) {
    return "From 0123 Mon Sep 17 00:00:00 2001\nFrom: a@b.example\nSubject: [PATCH " + std::to_string(n) + "/2] " + subject + "\n\ntext\n---\n" +
           body + "-- \n2\n\n";
  };
  const std::string series = file_named("series.mbox");
  std::ofstream(series) << mail(0, "cover", "") << mail(1, "say what is left", good) << mail(2, "wake nobody", bad);
  const Outcome outcome = type("vmalab check munmap-waits-for-a-reader --kernel " + tree + " --series " + series);
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "1/2 say what is left\n    pass"));
  CHECK(contains(outcome.out, "2/2 wake nobody\n    violation"));
  const json commits = json::parse(type("vmalab check munmap-waits-for-a-reader --json --kernel " + tree + " --series " + series).out)["commits"];
  REQUIRE(commits.size() == 2);
  CHECK(commits[0]["verdict"] == "pass");
  CHECK(commits[1]["verdict"] == "violation");

  // As git format-patch leaves it: a file a mail, the cover letter first; and with the scenario after an option that takes files.
  const std::string cover = file_named("0000-cover.patch"), first = file_named("0001.patch");
  std::ofstream(cover) << mail(0, "cover", "");
  std::ofstream(first) << mail(1, "say what is left", good);
  const Outcome files = type("vmalab check munmap-waits-for-a-reader --kernel " + tree + " --series " + cover + " " + first);
  CHECK(files.code == 3);
  CHECK(contains(files.out, "1/1 say what is left\n    pass"));
  CHECK(contains(files.out, "\nmail 2 of 2 is not here: not judged\n"));
  CHECK(type("vmalab check --kernel " + tree + " --patch " + first + " munmap-waits-for-a-reader").code == 0);
  check_refused("vmalab check munmap-waits-for-a-reader --kernel " + tree + " --series " + cover, "no");
}

TEST_CASE("in a series the notes on a patch stand with its commit") {
  const std::string tree = copy_of("7.0", "base");
  const auto moved = [](std::string patch, const std::string& from, const std::string& to) {
    REQUIRE(contains(patch, from));
    return patch.replace(patch.find(from), from.size(), to);
  };
  const std::string comment = contents(patch_of("comment.patch", kComment, kCommented));
  const std::size_t at = comment.find("@@ -") + 4, end = comment.find(' ', at);
  const std::string range = comment.substr(at, end - at);
  // The first applies elsewhere than it says and changes no code, the second is of a file that is not there.
  const std::string first = moved(comment, "-" + range, "-1" + range);
  const std::string other = "--- a/mm/no.c\n+++ b/mm/no.c\n@@ -1 +1 @@\n-a\n+b\n";
  const std::string judged = contents(patch_of("judged.patch", kWakes, "\tif (1 && __vma_are_readers_excluded(left))\n"));
  for (const auto& [name, text] : {std::pair("n1", first), std::pair("n2", judged + other)}) std::ofstream(file_named(name)) << text;
  const std::string command = "vmalab check two-readers --kernel " + tree + " --series " + file_named("n1") + " " + file_named("n2");
  const std::string out = type(command).out;
  CAPTURE(out);
  const std::size_t second = out.find("\n2/2 ");
  REQUIRE(second != std::string::npos);
  const std::string of_first = out.substr(0, second), of_second = out.substr(second);
  CHECK(contains(of_first, "\n    patch: include/linux/mmap_lock.h: hunk @@"));
  CHECK(contains(of_first, "\n    patch: changes no line of what is judged here"));
  CHECK(contains(of_second, "\n    patch: left out, since this tree does not have it: mm/no.c\n"));
  CHECK_FALSE(contains(of_second, "hunk @@"));
  CHECK_FALSE(contains(of_second, "changes no line"));
  const json commits = json::parse(type(command + " --json").out)["commits"];
  CHECK(commits[0]["patch_notes"].size() == 2);
  CHECK(commits[1]["patch_notes"].size() == 1);
}

TEST_CASE("mails of a series that are absent are named, and the verdict is no pass") {
  const std::string tree = copy_of("7.0", "base");
  const std::string good = contents(patch_of("good.patch", kComment, kCommented)), bad = contents(patch_of("bad.patch", kWakes, kNeverWakes));
  const auto mail = [&](const std::string& tag, const std::string& body) {
    return "From 0123 Mon Sep 17 00:00:00 2001\nFrom: a@b.example\nSubject: [PATCH " + tag + "] mm: x\n\ntext\n---\n" + body + "-- \n2\n\n";
  };
  const std::string file = file_named("gap.mbox");
  const auto check = [&](const std::string& mails, const std::string& options) {
    std::ofstream(file) << mails;
    return type("vmalab check munmap-waits-for-a-reader --kernel " + tree + " " + options + " --series " + file);
  };
  const std::string said = "mails 2 to 4 and 6 of 6 are not here: not judged";
  const Outcome gap = check(mail("v2 1/6", good) + mail("v2 5/6", ""), "");
  CAPTURE(gap.out);
  CHECK(gap.code == 3);
  CHECK(contains(gap.out, "1/1 mm: x\n    pass"));
  CHECK(contains(gap.out, "\n" + said + "\nmail 5 of 6 is no patch: "));
  CHECK(contains(check(mail("v2 1/6", good) + mail("v2 5/6", ""), "--report").out, "\n\nSeries:    " + said + "\n"));
  const json report = json::parse(check(mail("1/5", good), "--json").out);
  CHECK(report["commits"][0]["verdict"] == "pass");
  CHECK(report["not_judged"] == json{"mails 2 to 5 of 5 are not here: not judged"});
  CHECK(check(mail("2/2", bad), "").code == 1);
  // A letter may be absent, and mails without numbers or of a whole series say nothing; another total is another series.
  CHECK(check(mail("1/1", good), "").code == 0);
  CHECK(check(mail("v3", good), "").code == 0);
  CHECK(contains(check(mail("1/2", good) + mail("3/3", ""), "").out, "\nmail 2 of 2 is not here: not judged\nmails 1 and 2 of 3 are not here"));
}

TEST_CASE("what no scenario reached is named, be it part of a line, a jump, or behind a condition that never holds") {
  const std::string tree = copy_of("7.0", "unreached"), file = "mm/mmap_lock.c";
  std::string text = contents(fs::path(tree) / file);
  const std::size_t at = text.find("\t", text.find("\n\n", text.find("next = vma_start_read(mm, next);")));
  REQUIRE(at != std::string::npos);
  const auto line_of = [&](const std::string& part) {
    return static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(part)), '\n')) + 1;
  };
  text.insert(
      at,
      "\tif (!IS_ERR_OR_NULL(next) && next->vm_end == 0x77771) return NULL;\n"
      "\tif (!IS_ERR_OR_NULL(next) && next->vm_end == 0x77772)\n\t\tgoto again;\n"
      "\tif (IS_ENABLED(CONFIG_NO_SUCH_THING))\n\t\tvma_end_read(next);\n\tif (!IS_ENABLED(CONFIG_NEITHER_THIS))\n\t\t(void)READ_ONCE(mm->mm_lock_seq.sequence);\n");
  std::ofstream(fs::path(tree) / file) << text;
  const json report = json::parse(type("vmalab check --json --kernel " + tree).out);
  CHECK(report["verdict"] == "pass");
  std::map<int, json> lines;
  for (const json& line : report["lines_not_reached"]) {
    if (line["file"] == file) lines[line["line"].get<int>()] = line;
  }
  for (const char* part : {"0x77771", "0x77772", "IS_ENABLED(CONFIG_NO_SUCH_THING)"}) {
    CAPTURE(part);
    REQUIRE(lines.count(line_of(part)) == 1);
    CHECK(lines[line_of(part)].contains("column"));
  }
  CHECK(lines[line_of("0x77772")]["always"] == true);  // its first part, which says that there is a VMA
  CHECK(lines[line_of("IS_ENABLED(CONFIG_NO_SUCH_THING)")]["always"] == false);
  CHECK(lines[line_of("!IS_ENABLED(CONFIG_NEITHER_THIS)")]["always"] == true);
  CHECK(contains(type("vmalab check --kernel " + tree).out, "where the condition was always false"));
}

TEST_CASE("a patch that never ends or never comes is refused, one through a pipe is read") {
  const std::string tree = copy_of("7.0", "piped");
  const std::string pipe = file_named("pipe"), comment = patch_of("piped.patch", kComment, kCommented);
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const std::string command = "vmalab check munmap-waits-for-a-reader --kernel " + tree + " --patch ";
  check_refused(command + "/dev/zero", "this is a device, not a patch");
  check_refused("yes | " + command + "-", "too large to be a patch");
  check_refused(command + pipe, "is empty: expected a patch");
  CHECK(type("(sleep 0.2; cat " + comment + ") > " + pipe + " & sleep 0.1; " + command + pipe).code == type(command + comment).code);
  check_refused("vmalab run two-readers --record " + pipe, "a pipe that nobody reads");
  check_refused("vmalab check two-readers --log-file " + pipe, "a pipe that nobody reads");
  fs::remove(pipe);
}

TEST_CASE("a tree that calls a function otherwise than the model, or has it otherwise: not judged, and the function is named") {
  const auto not_judged = [](const std::string& command, const std::string& function) {
    const Outcome one = type("vmalab check two-readers --kernel " + command);
    CAPTURE(one.out);
    CAPTURE(one.err);
    CHECK(one.code == 3);
    CHECK(contains(one.out, "two-readers: not judged: "));
    CHECK(contains(one.out, "how " + function + "() is called"));
    CHECK(type("vmalab check two-readers --bisect --kernel " + command).code == 125);
    const json report = json::parse(type("vmalab check two-readers --json --kernel " + command).out);
    CHECK(report["verdict"] == "incomplete");
    CHECK(contains(report["reason"].get<std::string>(), function + "()"));
  };
  // The kernel's vma_erase() takes less than the model's, and the file that has it is not read.
  const std::string calls = copy_of("7.0", "calls");
  edit(calls, "mm/mmap_lock.c", "\tfound = mas_walk(&mas);\n", "\tfound = mas_walk(&mas);\n\tvma_erase(found);\n");
  not_judged(calls, "vma_erase");
  // The threads of the scenarios know lock_vma_under_rcu() with two arguments.
  const std::string has_it = copy_of("7.0", "has-it");
  edit(has_it, "mm/mmap_lock.c", "lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)",
       "lock_vma_under_rcu(struct mm_struct *mm, unsigned long address, int how)");
  not_judged(has_it, "lock_vma_under_rcu");
  CHECK(contains(type("vmalab check --kernel " + has_it).out, "no verdict: the code that is loaded and the simulator's do not agree"));
  CHECK(type("vmalab compare two-readers --kernel " + has_it).code == 3);
  // A stub gives an int where nothing that is read declares the function.
  const std::string stubbed = copy_of("7.0", "stubbed");
  edit(stubbed, "mm/mmap_lock.c", "\tfound = mas_walk(&mas);\n", "\tfound = another_walk(&mas);\n");
  check_refused("vmalab check two-readers --kernel " + stubbed, "--stub another_walk stands in");
  not_judged(stubbed + " --stub another_walk", "another_walk");
  const Outcome all = type("vmalab check --stub another_walk --kernel " + stubbed);
  CHECK(all.code == 3);
  CHECK_FALSE(contains(all.out, "CANNOT RUN"));
  CHECK(contains(all.out, "another_walk()"));
  // A value that is none is a mistake of whoever gave it.
  CHECK(type("vmalab check two-readers --stub another_walk=nonsense --kernel " + stubbed).code == 2);
}

TEST_CASE("one scenario on a tree names the functions that it did not run, and a comparison what is not applicable") {
  const std::string tree = (kTrees / "6.18").string();
  const Outcome one = type("vmalab check two-readers --kernel " + tree);
  CAPTURE(one.out);
  CHECK(one.code == 0);
  CHECK(contains(one.out, "of the tree's lock not run by this scenario, so not judged:"));
  CHECK(contains(one.out, "__vma_start_write()"));
  const json names = json::parse(type("vmalab check two-readers --json --kernel " + tree).out)["functions_not_run"];
  CHECK(std::any_of(names.begin(), names.end(), [](const json& f) { return f["name"] == "vma_mark_detached"; }));
  CHECK(std::none_of(names.begin(), names.end(), [](const json& f) { return f["name"] == "lock_vma_under_rcu"; }));
  CHECK_FALSE(contains(type("vmalab check two-readers").out, "so not judged"));

  const Outcome nothing = type("vmalab compare killable-writer-killed --kernel " + tree);
  CHECK(nothing.code == 0);
  CHECK(contains(nothing.out, "nothing was compared; 1 scenario is not applicable to this kernel"));
  const json none = json::parse(type("vmalab compare killable-writer-killed --json --kernel " + tree).out);
  CHECK(none["same"] == false);
  CHECK(none["not_applicable"] == 1);
}

TEST_CASE("goals and what a scenario expects are read before it runs, on a tree as on the model") {
  const std::string tree = (kTrees / "6.18").string();
  const std::string start =
      "title = \"Mine\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  const auto with = [&](const std::string& text) {
    std::ofstream(file_named("goals.toml")) << start << text;
    return file_named("goals.toml");
  };
  const auto goal = [](const std::string& expression) { return "[[goal]]\nname = \"g\"\nexpr = \"" + expression + "\"\n"; };
  for (const char* command : {"check", "run", "open"}) {
    CAPTURE(command);
    const std::string on_tree = std::string("vmalab ") + command + " --kernel " + tree + " ";
    check_refused(on_tree + with(goal("vma0->vm_refcntt == 1")), "goals.toml:12:");
    check_refused(on_tree + with(goal("in_function(r1, no_such_function)")), "goals.toml:12:25: error: goal \"g\": expected the name of a function");
    check_refused(on_tree + with("[expect]\nfinal = [\"thread_done(r7)\"]\n"), "goals.toml:11:");
  }
  // What this kernel lacks is no mistake: nobody is ever in it.
  const std::string lacks = with(goal("in_function(r1, vma_start_write_killable)"));
  CHECK(type("vmalab check --kernel " + tree + " " + lacks).code == 0);
  CHECK(type("vmalab check " + lacks).code == 0);
  CHECK(type("vmalab check --kernel " + tree + " --find 'in_function(r1, vma_start_write_killable)' " + lacks).code == 0);
}

TEST_CASE("a kernel without a function: its scenarios are not applicable, which is no failure") {
  const std::string tree = copy_of("7.0", "no-killable");
  std::string text = contents(fs::path(tree) / "include/linux/mmap_lock.h");
  const std::size_t name = text.find("vma_start_write_killable"), begin = text.rfind("static inline", name), end = text.find("\n}\n", name) + 3;
  std::ofstream(fs::path(tree) / "include/linux/mmap_lock.h") << text.substr(0, begin) << text.substr(end);
  const Outcome one = type("vmalab check killable-writer-killed --kernel " + tree);
  CAPTURE(one.out);
  CHECK(one.code == 0);
  CHECK(contains(one.out, "not applicable: needs vma_start_write_killable(), which this kernel does not have"));
  CHECK(type("vmalab check killable-writer-killed --bisect --kernel " + tree).code == 125);
  const json all = json::parse(type("vmalab check --json --kernel " + tree).out);
  CHECK(all["verdict"] == "pass");
  int not_applicable = 0;
  for (const json& row : all["scenarios"]) not_applicable += row["verdict"] == "not-applicable";
  CHECK(not_applicable >= 3);
}

TEST_CASE("a tree that was meant and not named is no verdict on the model") {
  // A variable of a script that is not set.
  for (const char* command : {"check", "check --all", "parse", "compare", "run writer-alone"}) {
    CAPTURE(command);
    check_refused(std::string("vmalab ") + command + " --kernel ''", "--kernel: is empty");
    check_refused(std::string("vmalab ") + command + " --kernel ' '", "--kernel: is empty");
  }
  CHECK(type("vmalab check --bisect --kernel ''").code == 125);
  const Outcome bisect = type("vmalab check writer-alone --bisect");
  CHECK(bisect.code == 125);
  CHECK(contains(bisect.err, "--bisect needs --kernel DIR"));
}

TEST_CASE("git bisect run finds the commit that broke the lock") {
  if (type("git --version").code != 0) return;
  const std::string repository = copy_of("6.12", "bisected");
  const std::string git = "cd " + repository + " && git -c user.name=x -c user.email=x@x.example -c init.defaultBranch=main ";
  REQUIRE(type(git + "init -q && git add -A && git -c user.name=x -c user.email=x@x.example commit -qm 'another lock'").code == 0);
  const auto commit = [&](const std::string& subject) {
    CHECK(type(git + "add -A && git -c user.name=x -c user.email=x@x.example commit -qm '" + subject + "'").code == 0);
  };
  for (const char* folder : {"include", "mm", "kernel"}) fs::remove_all(fs::path(repository) / folder);
  fs::copy(kTrees / "7.0", repository, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  commit("good");
  edit(repository, "include/linux/mmap_lock.h", kComment, kCommented);
  commit("still good");
  edit(repository, "include/linux/mmap_lock.h", kCommented, "\tasm(\"nop\");\n" + kCommented);
  commit("cannot be judged");
  edit(repository, "include/linux/mmap_lock.h", "\tasm(\"nop\");\n", "");
  commit("good again");
  edit(repository, "include/linux/mmap_lock.h", kWakes, kNeverWakes);
  commit("the bug");
  edit(repository, "include/linux/mmap_lock.h", kCommented, kComment);
  commit("later");
  const std::string check = std::string("'") + VMALAB_EXECUTABLE + "' check munmap-waits-for-a-reader --bisect --kernel .";
  const Outcome outcome = type("cd " + repository + " && git bisect start HEAD HEAD~5 && git bisect run " + check);
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CHECK(contains(outcome.out, "is the first bad commit"));
  CHECK(contains(outcome.out, "the bug"));
  CHECK(type("vmalab check --bisect --kernel " + (kTrees / "6.12").string()).code == 125);
  CHECK(type("vmalab check --bisect --kernel " + file_named("nowhere")).code == 125);
}

}  // namespace vmalab::testing
