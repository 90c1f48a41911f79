// SPDX-License-Identifier: GPL-2.0-only
#include "lang/kernel_tree.h"
#include "base/test_text.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "lang/lang_test_support.h"
#include "lang/lock_functions.h"
#include "lang/tree_index.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

using testing::contains;

namespace fs = std::filesystem;

const fs::path kAssets = VMALAB_TEST_ASSETS;
const fs::path kTrees = kAssets / ".." / "src" / "lang" / "testdata" / "trees";

/// A copy of a fixture tree that a test may edit; gone at the end.
struct Copy {
  fs::path path;
  explicit Copy(const std::string& fixture)
      : path(fs::temp_directory_path() / ("vmalab-tree-test-" + std::to_string(::getpid()) + "-" + (fixture.empty() ? "empty" : fixture))) {
    fs::remove_all(path);
    if (fixture.empty())
      fs::create_directories(path);
    else
      fs::copy(kTrees / fixture, path, fs::copy_options::recursive);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    std::error_code error;
    fs::remove_all(path, error);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read(name);
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    write(name, text);
  }
  /// Takes the text from `from` to the end of the function out, and returns it.
  std::string cut(const std::string& name, const std::string& from) const {
    std::string text = read(name);
    const std::size_t begin = text.find(from);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = text.find("\n}\n", begin) + 3;
    const std::string function = text.substr(begin, end - begin);
    write(name, text.substr(0, begin) + text.substr(end));
    return function;
  }
};

Result<CodeBase> load(const fs::path& folder, bool lockdep = true, const std::vector<TreePatch>& patches = {}) {
  CodeConfig config;
  config.lockdep = lockdep;
  return CodeBase::load_kernel(kAssets, folder, config, {}, patches);
}
std::string refusal(const fs::path& folder) {
  const Result<CodeBase> code = load(folder);
  return code ? "loaded" : code.error().to_string();
}
SourceFile::Origin origin(const CodeBase& code, const char* name) {
  const CodeBase::Function* function = code.find(name);
  REQUIRE_MESSAGE(function != nullptr, name);
  return function->origin;
}
constexpr auto kTree = SourceFile::Origin::kKernelTree;

}  // namespace

TEST_CASE("the version that a Makefile says") {
  CHECK(kernel_version("VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nEXTRAVERSION =\n") == "7.3.4");
  CHECK(kernel_version("VERSION=6\nPATCHLEVEL=16\nSUBLEVEL=0\nEXTRAVERSION=-rc1\nVERSION = 9\n") == "6.16-rc1");
  CHECK(kernel_version("all:\n\techo\n") == "");
  CHECK(kernel_version("VERSION = $(shell rm)\nPATCHLEVEL = 1\n") == "");
}

TEST_CASE("each age of the lock is found in its own files") {
  struct Age {
    const char *tree, *version, *function, *file;
  };
  for (const Age& age :
       {Age{"6.15", "6.15", "vma_start_read", "include/linux/mm.h"}, Age{"6.15", "6.15", "lock_vma_under_rcu", "mm/memory.c"},
        Age{"6.16-rc1", "6.16-rc1", "vma_start_read", "include/linux/mmap_lock.h"}, Age{"6.18", "6.18", "vma_start_read", "mm/mmap_lock.c"},
        Age{"7.0", "7.0", "rcuwait_wake_up", "kernel/exit.c"}, Age{"7.0", "7.0", "finish_rcuwait", "kernel/rcu/update.c"}}) {
    CAPTURE(age.tree);
    for (const bool lockdep : {true, false}) {
      const Result<CodeBase> code = load(kTrees / age.tree, lockdep);
      REQUIRE_MESSAGE(code, code.error().to_string());
      CHECK(code->kernel_version() == age.version);
      CHECK(code->has_tree());
      const CodeBase::Function* function = code->find(age.function);
      REQUIRE(function != nullptr);
      CHECK(code->files()[function->definition.file].path == age.file);
      // The line is that of the tree, whatever was left out above it.
      std::ifstream in(kTrees / age.tree / age.file);
      std::string line;
      for (std::uint32_t n = 0; n < function->definition.line; ++n) std::getline(in, line);
      CHECK(contains(line, age.function));
      for (const CodeBase::Function* f : code->functions()) CHECK_FALSE(is_core(code->files()[f->definition.file], f->name));
    }
  }
}

TEST_CASE("what a kernel does not have is not the model's either") {
  const Result<CodeBase> code = load(kTrees / "6.18");
  REQUIRE(code);
  CHECK(code->find("vma_start_write_killable") == nullptr);
  const Result<Program> program = code->lower_call("writer_killable(mm0, 0x1000)", objects());
  REQUIRE(!program);
  CHECK(program.error().lacks == "vma_start_write_killable");
  CHECK(contains(program.error().message, "needs vma_start_write_killable(), which this kernel does not have"));
  // The same after a trace has carried the texts elsewhere.
  const Result<CodeBase> again = CodeBase::load_texts(code->texts(), code->config());
  REQUIRE(again);
  CHECK(again->hash() == code->hash());
  CHECK(again->kernel_version() == "6.18");
  CHECK(again->lower_call("writer_killable(mm0, 0x1000)", objects()).error().lacks == "vma_start_write_killable");
}

TEST_CASE("other locks, no lock and half a lock are refused with what was found") {
  CHECK(contains(refusal(kTrees / "6.12"), "(Linux 6.12) has the rwsem lock of Linux 6.4 to 6.14: struct vma_lock, include/linux/mm_types.h:"));
  CHECK(contains(refusal(kTrees / "no-such"), "there is no such folder"));
  CHECK(contains(refusal(kTrees / "README.md"), "is a file"));
  const Copy empty("");
  CHECK(contains(refusal(empty.path), "this is no Linux source tree"));
  empty.write("include/linux/mmap_lock.h", "/* nothing */\n");
  empty.write("mm/mmap_lock.c", "/* nothing */\n");
  CHECK(contains(refusal(empty.path), "no per-VMA lock here"));
  const Copy half("7.0");
  half.write("mm/mmap_lock.c", "/* nothing */\n");
  CHECK(contains(refusal(half.path),
                 "the vm_refcnt lock of this tree (Linux 7.0) is not all here: vma_start_read() and __vma_start_write() are not in "));
}

TEST_CASE("a function that was moved is found, one that is missing is the model's and no less than that") {
  const Copy moved("7.0");
  std::string attached = moved.cut("include/linux/mmap_lock.h", "static inline void vma_mark_attached");
  moved.replace("include/linux/mmap_lock.h", "static inline void vma_mark_detached",
                "void vma_mark_attached(struct vm_area_struct *vma);\nstatic inline void vma_mark_detached");
  moved.write(
      "mm/vma.c",
      "#include \"vma.h\"\nstatic int helper_of_it(int n)\n{\n\treturn n;\n}\n\n/* Not asked for. */\nint unrelated(struct folio *f)\n{\n\treturn f->x;\n}\n" +
          attached.substr(std::string("static inline ").size()));
  Result<CodeBase> code = load(moved.path);
  REQUIRE_MESSAGE(code, code.error().to_string());
  CHECK(code->files()[code->find("vma_mark_attached")->definition.file].path == "mm/vma.c");
  CHECK(code->find("unrelated") == nullptr);
  CHECK(code->find("helper_of_it") == nullptr);
  // What it uses comes with it.
  moved.replace("mm/vma.c", "refcount_set_release(&vma->vm_refcnt, 1)", "refcount_set_release(&vma->vm_refcnt, helper_of_it(1))");
  code = load(moved.path);
  REQUIRE(code);
  CHECK(origin(*code, "helper_of_it") == kTree);
  CHECK(code->lower_function("vma_mark_attached"));

  fs::remove(moved.path / "mm/vma.c");
  code = load(moved.path);
  REQUIRE(code);
  CHECK(origin(*code, "vma_mark_attached") == SourceFile::Origin::kModel);
  CHECK(is_core(code->files()[code->find("vma_mark_attached")->definition.file], "vma_mark_attached"));
}

TEST_CASE("two definitions of one function are refused, unless #ifdef chooses") {
  const Copy twice("7.0");
  twice.write("mm/vma.c", "void vma_end_read(struct vm_area_struct *vma)\n{\n}\n");
  const std::string text = refusal(twice.path);
  CHECK(contains(text, "mm/vma.c:1:1: error: vma_end_read() is defined twice"));
  CHECK(contains(text, "include/linux/mmap_lock.h:"));
  twice.write("mm/vma.c", "#ifdef CONFIG_NOT_SET\nvoid vma_end_read(struct vm_area_struct *vma)\n{\n}\n#endif\n");
  CHECK(refusal(twice.path) == "loaded");
}

TEST_CASE("static functions of one name in two files are each file's own") {
  const Copy tree("7.0");
  tree.write(
      "mm/vma.c",
      "static bool helper(struct vm_area_struct *vma)\n{\n\treturn vma->vm_lock_seq == 1;\n}\n\nint of_vma_c(struct vm_area_struct *vma)\n{\n\treturn helper(vma) ? vma->vm_lock_seq : 1;\n}\n");
  tree.write(
      "mm/mmap.c",
      "static bool helper(struct vm_area_struct *vma)\n{\n\tvma->vm_lock_seq = 2;\n\treturn true;\n}\n\nint of_mmap_c(struct vm_area_struct *vma)\n{\n\treturn helper(vma) + vma->vm_lock_seq;\n}\n");
  const Result<CodeBase> code = CodeBase::load_kernel(kAssets, tree.path, {});
  if (!code) FAIL(code.error().to_string());
  const auto stores = [&](const std::string& call) {
    const Result<Program> program = code->lower_call(call, objects());
    if (!program) FAIL(program.error().to_string());
    return listing(*program).find("store") != std::string::npos;
  };
  CHECK_FALSE(stores("of_vma_c(vma0)"));
  CHECK(stores("of_mmap_c(vma0)"));
}

TEST_CASE("of what two files of a tree define under one name it is not guessed which is meant") {
  const auto lowered = [](const std::string& first, const std::string& second, const std::string& use) {
    const Copy tree("7.0");
    const std::string looks = "(struct vm_area_struct *vma)\n{\n\tREAD_ONCE(vma->vm_lock_seq);\n";
    tree.write("mm/vma.c", first + "\nint of_vma_c" + looks + use + "}\n");
    tree.write("mm/mmap.c", second + "\nvoid of_mmap_c" + looks + "}\n");
    const Result<CodeBase> code = CodeBase::load_kernel(kAssets, tree.path, {});
    if (!code) return code.error().message;
    const Result<Program> program = code->lower_call("of_vma_c(vma0)", objects());
    return program ? std::string("lowered") : program.error().message;
  };
  const std::string counter = "static int counter;", use = "\tcounter++;\n\treturn counter;\n";
  CHECK(lowered(counter, "", use) == "lowered");
  const std::string two = lowered(counter, counter, use);
  CHECK_MESSAGE(contains(two, "another file defines another `counter`"), two);
  CHECK_MESSAGE(contains(two, "mm/vma.c:1"), two);
  CHECK(lowered(counter, counter, "\treturn 1;\n") == "lowered");
  const std::string pair = "struct pair {\n\tint a, b;\n};", swapped = "struct pair {\n\tint b, a;\n};",
                    make = "\tstruct pair p = { 1, 2 };\n\treturn p.a;\n";
  CHECK(lowered(pair, pair, make) == "lowered");
  CHECK(contains(lowered(pair, swapped, make), "another `pair`"));
  CHECK(contains(lowered("typedef int count_t;", "typedef u8 count_t;", "\tcount_t n = 256;\n\treturn n;\n"), "another `count_t`"));
  CHECK(contains(lowered("enum { LOW = 1 };", "enum { LOW = 2 };", "\treturn LOW;\n"), "another `LOW`"));
  CHECK(lowered("enum { LOW = 1 };", "enum { LOW = 1 };", "\treturn LOW;\n") == "lowered");
}

TEST_CASE("fields that a tree has beyond the simulator's are words of their own") {
  const Copy tree("7.0");
  tree.replace("include/linux/mm_types.h", "struct vm_area_struct {", "struct vm_area_struct {\n\tu8 vm_probe;");
  tree.write("mm/vma.c", "int probe(struct vm_area_struct *vma)\n{\n\tvma->vm_probe = 300;\n\treturn vma->vm_lock_seq;\n}\n");
  const Result<CodeBase> code = CodeBase::load_kernel(kAssets, tree.path, {});
  if (!code) FAIL(code.error().to_string());
  const Result<Program> program = code->lower_call("probe(vma0)", objects());
  if (!program) FAIL(program.error().to_string());
  CHECK(listing(*program).find(" 44") != std::string::npos);
}

TEST_CASE("a tree with a patch on top, its files untouched") {
  const Copy tree("7.0");
  const std::string before = tree.read("include/linux/mmap_lock.h");
  const std::string patch =
      "--- a/include/linux/mmap_lock.h\n+++ b/include/linux/mmap_lock.h\n@@ -101,4 +101,5 @@\n \tif (left == 0)\n \t\treturn;\n+\t/* patched */\n \tif (__vma_are_readers_excluded(left))\n \t\trcuwait_wake_up(&owner->vma_writer_wait);\n";
  const Result<CodeBase> code = load(tree.path, true, {{"p.patch", patch}});
  REQUIRE_MESSAGE(code, code.error().to_string());
  CHECK(code->hash() != load(tree.path)->hash());
  CHECK(tree.read("include/linux/mmap_lock.h") == before);
  CHECK(load(tree.path, true, {{"p.patch", "no patch\n"}}).error().to_string() ==
        "p.patch: error: is no patch: it has no line that begins with `diff --git` or `--- ` and `+++ ` and no hunk after it");
}

TEST_CASE("files that cannot be read, or are no text, end in one message") {
  const Copy tree("7.0");
  fs::remove(tree.path / "mm/mmap_lock.c");
  fs::create_directories(tree.path / "mm/mmap_lock.c");
  CHECK(contains(refusal(tree.path), "is not a file that can be read as C"));
  fs::remove(tree.path / "mm/mmap_lock.c");
  REQUIRE(std::system(("mkfifo '" + (tree.path / "mm/mmap_lock.c").string() + "'").c_str()) == 0);
  CHECK(contains(refusal(tree.path), "is not a file that can be read as C"));
  fs::remove(tree.path / "mm/mmap_lock.c");
  tree.write("mm/mmap_lock.c", "#ifdef X\n");
  CHECK(contains(refusal(tree.path), "mm/mmap_lock.c:1:1: error: this #if has no #endif"));
  tree.write("mm/memory.c", std::string(1000, '\0') + "}}}}((((\n");
  tree.write("mm/mmap_lock.c", "\n");
  CHECK(contains(refusal(tree.path), "mm/memory.c:1:1: error: a zero byte"));
  tree.write("mm/memory.c", "}}}}((((\n");
  CHECK(contains(refusal(tree.path), "not all here"));
}

TEST_CASE("single definitions are taken out of a file, each on its own line") {
  const std::string text =
      "#ifndef GUARD\n#define GUARD\n#define ONE 1 /* a comment that\n  goes on */\n#define TWO(x) \\\n\t((x) + ONE)\n#ifdef CONFIG_LOCKDEP\nint f(void)\n{\n\treturn TWO(1);\n}\n#else\n"
      "int f(void) { return 0; }\n#endif\n#ifdef CONFIG_X\nint g;\n#endif\nstruct s { int a; };\nenum e { A, B = 3 };\nstatic int v = 7;\n#endif\n";
  const std::vector<Token> tokens = tokenize(text, 0);
  Preprocessor preprocessor;
  preprocessor.define_constant("CONFIG_LOCKDEP");
  std::vector<TreeItem> items = index_items(preprocessor.read(tokens, {}));
  for (const TreeItem& item : index_macros(tokens, preprocessor)) items.push_back(item);
  std::string names;
  for (const TreeItem& item : items) names += std::string(item.name) + ":" + std::to_string(item.line) + " ";
  CHECK(names == "f:8 s:18 e:19 A:19 B:19 v:20 GUARD:2 ONE:3 TWO:5 ");
  std::erase_if(items, [](const TreeItem& item) { return item.name != "f" && item.name != "ONE"; });
  CHECK(
      reduced_text(split_lines(text), tokens, items) ==
      "#ifndef GUARD\n\n#define ONE 1 /* a comment that\n  goes on */\n\n\n#ifdef CONFIG_LOCKDEP\nint f(void)\n{\n\treturn TWO(1);\n}\n#else\n\n#endif\n\n\n\n\n\n\n#endif\n");
}
