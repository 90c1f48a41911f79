// SPDX-License-Identifier: GPL-2.0-only
#include "lang/unified_diff.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>

#include "base/test_text.h"

using namespace vmalab;

namespace {

using testing::contains;

/// Ten lines: "line 1" to "line 10".
std::string ten_lines() {
  std::string text;
  for (int i = 1; i <= 10; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

const std::string kChange =
    "diff --git a/mm/x.c b/mm/x.c\nindex 1..2 100644\n--- a/mm/x.c\n+++ b/mm/x.c\n@@ -3,5 +3,5 @@ int f(void)\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n";

struct Tree {
  std::map<std::string, std::string> files{{"mm/x.c", ten_lines()}};
  PatchedFiles patched{[this](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = files.find(path);
    return found == files.end() ? std::optional<std::string>() : std::optional(found->second);
  }};
  std::vector<std::string> notes;

  std::string apply(const std::string& patch) {
    const Result<std::vector<FileDiff>> diff = parse_diff(patch, "p.patch");
    if (!diff) return diff.error().to_string();
    const Result<void> applied = patched.apply(*diff, "p.patch", notes);
    return applied ? "" : applied.error().to_string();
  }
  std::string text(const std::string& path) const { return patched.read(path)->value_or("(none)"); }
};

}  // namespace

TEST_CASE("a hunk applies where it says, and a hunk elsewhere says so") {
  Tree tree;
  CHECK(tree.apply(kChange) == "");
  CHECK(contains(tree.text("mm/x.c"), "line 4\nline five\nline 6\n"));
  CHECK(tree.notes.empty());

  Tree moved;
  moved.files["mm/x.c"] = "new 1\nnew 2\n" + ten_lines();
  CHECK(moved.apply(kChange) == "");
  CHECK(contains(moved.text("mm/x.c"), "line 4\nline five\nline 6\n"));
  REQUIRE(moved.notes.size() == 1);
  CHECK(moved.notes[0] == "mm/x.c: hunk @@ -3,5 +3,5 @@ applied 2 lines further down");
}

TEST_CASE("a hunk that went elsewhere and fits in more places than one says where") {
  const auto note = [](const std::string& before, const std::string& between, int times, const std::string& hunk) {
    Tree tree;
    tree.files["mm/x.c"] = before;
    for (int i = 0; i < times; ++i) tree.files["mm/x.c"] += "same\n" + between;
    CHECK(tree.apply("--- a/mm/x.c\n+++ b/mm/x.c\n" + hunk) == "");
    return tree.notes.empty() ? std::string() : tree.notes[0];
  };
  const std::string change = "-same\n+other\n", at_one = "@@ -1 +1 @@\n" + change;
  CHECK(note("a\n", "b\n", 2, at_one) == "mm/x.c: hunk @@ -1 +1 @@ applied 1 line further down; it also fits at line 4");
  CHECK(note("a\n", "b\n", 3, at_one) == "mm/x.c: hunk @@ -1 +1 @@ applied 1 line further down; it also fits at lines 4 and 6");
  CHECK(contains(note("a\n", "", 9, at_one), "; it also fits at lines 3, 4, 5, 6 and 4 more"));
  // Of the two that are as near as each other one is taken, and the other said.
  CHECK(note("", "b\n", 2, "@@ -2 +2 @@\n" + change) == "mm/x.c: hunk @@ -2 +2 @@ applied 1 line further down; it also fits at line 1");
  CHECK(note("a\n", "b\n", 1, at_one) == "mm/x.c: hunk @@ -1 +1 @@ applied 1 line further down");
  CHECK(note("", "b\n", 3, at_one).empty());
}

TEST_CASE("a hunk that does not fit names file, hunk and the first line that differs, nothing is changed") {
  Tree tree;
  tree.files["mm/x.c"].replace(tree.files["mm/x.c"].find("line 6"), 6, "line vi");
  const std::string error = tree.apply(kChange);
  CHECK(contains(error, "p.patch:5:1: "));
  CHECK(contains(error, "hunk @@ -3,5 +3,5 @@ does not apply to mm/x.c: line 6 is `line vi`, expected `line 6`"));
  CHECK(contains(tree.text("mm/x.c"), "line 5\n"));

  Tree blanks;
  blanks.files["mm/x.c"].replace(blanks.files["mm/x.c"].find("line 6"), 6, "\tline 6");
  CHECK(contains(blanks.apply(kChange), "they differ in blanks alone"));
  Tree smart;
  smart.files["mm/x.c"].replace(smart.files["mm/x.c"].find("line 6"), 6, "li\"ne 6");
  std::string changed = kChange;
  changed.replace(changed.find("line 6"), 6, "li\xe2\x80\x9cne 6");
  CHECK(contains(smart.apply(changed), "in what is expected there is a left double quotation mark (U+201C) at character 3"));
  Tree binary;
  CHECK(contains(binary.apply("diff --git a/mm/x.c b/mm/x.c\nindex 1..2 100644\nGIT binary patch\ndelta 6\nNcm\n"),
                 "has what it changes in mm/x.c as binary data"));

  Tree twice;
  CHECK(twice.apply(kChange) == "");
  CHECK(contains(twice.apply(kChange), "it seems to be in the tree already"));
  // One good file does not stay changed when another fails.
  Tree half;
  half.files["mm/y.c"] = "other\n";
  CHECK(contains(half.apply(kChange + "--- a/mm/y.c\n+++ b/mm/y.c\n@@ -1 +1 @@\n-one\n+two\n"), "does not apply to mm/y.c"));
  CHECK(half.text("mm/x.c") == ten_lines());
}

TEST_CASE("patches as they are written: plain diffs, dates, no prefix, several hunks, new and deleted and renamed files") {
  Tree tree;
  CHECK(
      tree.apply(
          "--- mm/x.c\t2024-01-01 00:00:00\n+++ mm/x.c\t2024-01-02\n@@ -1,2 +1,3 @@\n line 1\n+line 1.5\n line 2\n@@ -9,2 +10 @@\n-line 9\n line 10\n") ==
      "");
  CHECK(contains(tree.text("mm/x.c"), "line 1\nline 1.5\nline 2\n"));
  CHECK(!contains(tree.text("mm/x.c"), "line 9"));
  CHECK(tree.notes.empty());
  CHECK(
      tree.apply(
          "diff --git a/mm/new.c b/mm/new.c\nnew file mode 100644\n--- /dev/null\n+++ b/mm/new.c\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n") ==
      "");
  CHECK(tree.text("mm/new.c") == "one\ntwo");
  CHECK(contains(tree.apply("--- /dev/null\n+++ b/mm/x.c\n@@ -0,0 +1 @@\n+one\n"), "creates mm/x.c, which is in the tree already"));
  CHECK(tree.apply("diff --git a/mm/new.c b/mm/moved.c\nsimilarity index 100%\nrename from mm/new.c\nrename to mm/moved.c\n") == "");
  CHECK(tree.text("mm/new.c") == "(none)");
  CHECK(tree.text("mm/moved.c") == "one\ntwo");
  CHECK(
      tree.apply(
          "diff --git a/mm/moved.c b/mm/moved.c\ndeleted file mode 100644\n--- a/mm/moved.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n\\ No newline at end of file\n") ==
      "");
  CHECK(tree.text("mm/moved.c") == "(none)");
}

TEST_CASE("the end of a file without a newline, CR LF, and blanks that a mailer took") {
  Tree tree;
  tree.files["mm/x.c"] = "a\n\nb";
  CHECK(
      tree.apply(
          "--- a/mm/x.c\r\n+++ b/mm/x.c\r\n@@ -1,3 +1,3 @@\r\n a\r\n\r\n-b\r\n\\ No newline at end of file\r\n+c\r\n\\ No newline at end of file\r\n") ==
      "");
  CHECK(tree.text("mm/x.c") == "a\n\nc");
  CHECK(tree.apply("--- a/mm/x.c\n+++ b/mm/x.c\n@@ -3 +3 @@\n-c\n\\ No newline at end of file\n+d\n") == "");
  CHECK(tree.text("mm/x.c") == "a\n\nd\n");
}

TEST_CASE("what is not in the tree is left out and named, a patch for another tree is refused") {
  Tree tree;
  CHECK(tree.apply(kChange + "--- a/mm/other.c\n+++ b/mm/other.c\n@@ -1 +1 @@\n-a\n+b\n") == "");
  REQUIRE(tree.notes.size() == 1);
  CHECK(contains(tree.notes[0], "left out, since this tree does not have it: mm/other.c"));
  CHECK(contains(tree.apply("--- a/mm/other.c\n+++ b/mm/other.c\n@@ -1 +1 @@\n-a\n+b\n"),
                 "nothing that this patch changes is in this tree: mm/other.c"));
  // A path that leads out of the tree is never read.
  bool read = false;
  PatchedFiles watched([&](const std::string& path) -> Result<std::optional<std::string>> {
    read = read || path.find("..") != std::string::npos || path.starts_with("/");
    return std::optional<std::string>();
  });
  std::vector<std::string> notes;
  for (const char* path : {"a/../../etc/passwd", "/etc/passwd", "../x"}) {
    const auto diff = parse_diff(std::string("--- ") + path + "\n+++ " + path + "\n@@ -1 +1 @@\n-a\n+b\n", "p");
    REQUIRE(diff);
    CHECK(!watched.apply(*diff, "p", notes));
  }
  CHECK(!read);
}

TEST_CASE("what is no patch, or a damaged one, is said in one sentence") {
  const auto error = [](const std::string& text) {
    const auto diff = parse_diff(text, "p");
    return diff ? std::string("no error") : diff.error().to_string();
  };
  CHECK(contains(error("hello\n"), "p: error: is no patch"));
  CHECK(contains(error(""), "is no patch"));
  CHECK(contains(error(std::string(1000, '\0')), "is no patch"));
  CHECK(contains(error("--- a/x\n+++ b/x\n"), "is no patch"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n"),
                 "the patch is cut off in this hunk of b/x: 2 old and 2 new lines of it are missing"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a line that\nwas broken\n b\n"), "p:5:1: error: this line does not belong to the hunk"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -1,99999999999 +1 @@\n a\n"), "header is damaged"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -a +b @@\n a\n"), "header is damaged"));
  CHECK(contains(error("@@ -1 +1 @@\n-a\n+b\n"), "this hunk belongs to no file"));
  CHECK(contains(error("> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -a\n> +b\n"), "its lines begin with >, as those of a mail that somebody answers do"));
  CHECK(contains(error("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n"), "changes no line of any file, only modes"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n\xc2\xa0"
                       "b\n"),
                 "p:5:1: error: this line does not belong to the hunk"));
  CHECK(contains(error("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n\xc2\xa0"
                       "b\n"),
                 "there is a no-break space (U+00A0) at character 1, which was put there on the way"));
  // Every truncation of a good patch ends in an error or a whole hunk, never in an accident.
  for (std::size_t n = 0; n < kChange.size(); ++n) (void)error(kChange.substr(0, n));
}

TEST_CASE("hunks made to be slow to place end soon") {
  std::string text, patch = "--- a/mm/x.c\n+++ b/mm/x.c\n@@ -1,40001 +1,40001 @@\n";
  for (int i = 0; i < 80'000; ++i) text += "x\n";
  for (int i = 0; i < 40'000; ++i) patch += " x\n";
  patch += "-y\n+z\n";
  Tree tree;
  tree.files["mm/x.c"] = text;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(contains(tree.apply(patch), "does not apply to mm/x.c"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}
