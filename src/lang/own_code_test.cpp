// SPDX-License-Identifier: GPL-2.0-only
#include "lang/own_code.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "base/test_text.h"

namespace vmalab {
namespace {

using testing::contains;

namespace fs = std::filesystem;

/// A folder of C files, gone at the end of the test.
struct Folder {
  fs::path root = fs::temp_directory_path() / "vmalab-own-code-test";
  Folder() {
    fs::remove_all(root);
    fs::create_directories(root / "lib");
  }
  ~Folder() { fs::remove_all(root); }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(root / name) << text;
    return root / name;
  }
};

std::string error_of(const std::vector<fs::path>& files) {
  const auto read = read_own_code(files);
  REQUIRE_FALSE(read.has_value());
  return read.error().to_string();
}

}  // namespace

TEST_CASE("what a file includes comes before it, and no file comes twice") {
  const Folder folder;
  folder.write("lib/base.h", "#define BASE 1\n");
  folder.write("lib/helpers.h", "#include \"base.h\"\n#include <linux/mm.h>\n#define HELP (BASE + 1)\n");
  const fs::path fork = folder.write("fork.c", "/* #include \"none.h\" */\n#include \"lib/helpers.h\"\nvoid f(void) { }\n");
  const fs::path both = folder.write("both.c", "#include \"lib/../lib/base.h\"\n");
  const auto texts = read_own_code({fork, both, fork}).value();
  REQUIRE(texts.size() == 4);
  CHECK(texts[0].path == (folder.root / "lib/base.h").string());
  CHECK(texts[1].path == (folder.root / "lib/helpers.h").string());
  CHECK(texts[2].path == fork.string());
  CHECK(texts[3].path == both.string());
  for (const CodeBase::Text& text : texts) CHECK(text.origin == SourceFile::Origin::kOwn);
  // The same code has the same hash wherever its folder is.
  std::vector<CodeBase::Text> elsewhere = texts;
  for (CodeBase::Text& text : elsewhere) text.path = "/else/" + fs::path(text.path).filename().string();
  CHECK(CodeBase::load_texts(texts, {}).value().hash() == CodeBase::load_texts(elsewhere, {}).value().hash());
}

TEST_CASE("what cannot be loaded as own code says why, and where it is asked for") {
  const Folder folder;
  CHECK(contains(error_of({folder.root / "none.c"}), "none.c: error: a C file cannot be read: No such file or directory"));
  CHECK(contains(error_of({folder.root / "lib"}), "is a directory, not a C file"));
  CHECK(contains(error_of({"/dev/null"}), "this is a device, not a C file"));
  const fs::path missing = folder.write("missing.c", "int x;\n#include \"none.h\"\n");
  CHECK(contains(error_of({missing}), "missing.c:2:10: error: there is no file \"none.h\" beside this one"));
  const fs::path self = folder.write("self.c", "#include \"self.c\"\n");
  CHECK(contains(error_of({self}), "self.c:1:10: error: this file includes itself"));
  const fs::path a = folder.write("a.h", "#include \"b.h\"\n");
  folder.write("b.h", "#include \"lib/../a.h\"\n");
  CHECK(contains(error_of({a}), "b.h:1:10: error: the #includes go in a circle"));
  const fs::path away = folder.write("lib/away.c", "#include \"../missing.c\"\n");
  CHECK(contains(error_of({away}), "away.c:1:10: error: this file is not in "));
  CHECK(contains(error_of({folder.write("root.c", "#include \"/etc/passwd\"\n")}), "root.c:1:10: error: this file is not in "));
  fs::create_symlink("/etc/passwd", folder.root / "linked.h");
  CHECK(contains(error_of({folder.write("link.c", "#include \"linked.h\"\n")}), "link.c:1:10: error: this file is not in "));
  folder.write("big.c", std::string((1u << 20) + 1, ' '));
  CHECK(contains(error_of({folder.root / "big.c"}), "too large"));
}

TEST_CASE("of an own file everything has to be understood") {
  const auto refusal = [](const std::string& text) {
    const auto code = CodeBase::load_texts({{"kernel/threads.c", "void old(void) { }\n"}, {"mine.c", text, SourceFile::Origin::kOwn}}, {});
    return code ? std::string("loaded") : code.error().to_string();
  };
  const std::string fn = "#define FN(n) void n(void) { }\n";
  CHECK(contains(refusal(fn + "FN(old)\n"), "mine.c:2:1: error: what the macro FN defines here is not followed"));
  CHECK(contains(refusal("#define FN(n) void n(void)\nFN(old) { }\n"), "mine.c:2:1: error: what the macro FN defines"));
  CHECK(contains(refusal("#define NAME old\nvoid NAME(void) { }\n"), "mine.c:2:6: error: NAME is a macro (line 1)"));
  CHECK(contains(refusal("void (old)(void) { }\n"), "mine.c:1:1: error: "));
  CHECK(contains(refusal("void old(n) int n; { }\n"), "mine.c:1:20: error: this block belongs to nothing"));
  CHECK(contains(refusal("SOMETHING(old);\n"), "mine.c:1:1: error: `SOMETHING` outside of a function"));
  CHECK(contains(refusal("root:x:0:0:root\n"), "mine.c:1:1: error: what begins here is no C declaration"));
  CHECK(
      refusal(
          "#define NOTHING(n)\nNOTHING(1)\nEXPORT_SYMBOL(old);\nMODULE_LICENSE(\"GPL\");\nint f(int n);\nstatic int x = 1;\nstruct s { int a; };\n") ==
      "loaded");
}

TEST_CASE("a function of an own file stands in another's place, or beside it") {
  const auto code = CodeBase::load_texts({{"kernel/threads.c", "int old(void) { return 1; }\n"},
                                          {"mine.c", "int old(void) { return 2; }\n", SourceFile::Origin::kOwn},
                                          {"more.c", "int more(void) { return 3; }\n", SourceFile::Origin::kOwn}},
                                         {})
                        .value();
  CHECK(code.find("old")->replaces);
  CHECK(code.find("old")->origin == SourceFile::Origin::kOwn);
  CHECK_FALSE(code.find("more")->replaces);
  CHECK(code.files()[1].replaces);
  CHECK_FALSE(code.files()[2].replaces);
}

}  // namespace vmalab
