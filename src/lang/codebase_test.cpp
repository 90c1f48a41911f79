// SPDX-License-Identifier: GPL-2.0-only
#include "lang/codebase.h"

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <set>

#include "lang/lang_test_support.h"
#include "lang/lock_functions.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

namespace fs = std::filesystem;

const fs::path kAssets = VMALAB_TEST_ASSETS;

/// A folder that is gone at the end of the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("vmalab-lang-test-" + std::to_string(::getpid()));
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path, error);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
};

CodeBase model(bool lockdep) {
  CodeConfig config;
  config.lockdep = lockdep;
  Result<CodeBase> loaded = CodeBase::load_model(kAssets, config);
  if (!loaded) FAIL(loaded.error().to_string());
  return *loaded;
}

}  // namespace

TEST_CASE("every function of the lock lowers from the model") {
  for (const bool lockdep : {true, false}) {
    const CodeBase base = model(lockdep);
    CHECK(base.files().front().path == "kernel/primitives.h");
    std::set<std::string> names;
    for (const ParseReport& report : report_lock_functions(base)) {
      CAPTURE(report.name);
      CHECK(names.insert(report.name).second);
      CHECK_MESSAGE(report.lowered, report.reason.to_string());
      CHECK(report.line > 0);
      CHECK(report.origin == SourceFile::Origin::kModel);
    }
    CHECK(names.size() == lock_functions().size());
  }
}

TEST_CASE("the model's readers and writers have known sizes") {
  const CodeBase base = model(true);
  const auto sizes = [&](const std::string& call) {
    const Result<Program> program = base.lower_call(call, objects());
    if (!program) FAIL(program.error().to_string());
    CHECK(program->register_count <= 6);
    CHECK(program->code.back().op == Op::kEnd);
    return program->visible_count();
  };
  CHECK(sizes("reader(mm0, 0x1000)") == 29);
  CHECK(sizes("writer(mm0, 0x1000)") > 20);
  CHECK(sizes("detacher(mm0, 0x1000)") > 40);
}

TEST_CASE("every frame and position of a program is in the loaded files") {
  const CodeBase base = model(true);
  const Result<Program> program = base.lower_call("detacher(mm0, 0x1000)", objects());
  REQUIRE(program);
  REQUIRE(program->live_in.size() == program->code.size());
  for (const Instr& instr : program->code) {
    REQUIRE(instr.frame < program->frames.size());
    if (!op_info(instr.op).visible) continue;
    REQUIRE(instr.pos.file < base.files().size());
    const SourceFile& file = base.files()[instr.pos.file];
    REQUIRE(instr.pos.line >= 1);
    REQUIRE(instr.pos.line <= file.lines.size());
    CHECK(instr.pos.column <= file.lines[instr.pos.line - 1].size());
    CHECK(instr.end.line == instr.pos.line);
    CHECK(instr.end.column > instr.pos.column);
    CHECK(instr.end.column <= file.lines[instr.pos.line - 1].size() + 1);
  }
  for (std::size_t f = 1; f < program->frames.size(); ++f) CHECK(program->frames[f].parent < f);
}

TEST_CASE("a later file redefines functions, macros and structs, also for code before it") {
  std::vector<CodeBase::Text> texts{
      {"a.c", "#define N 1\nstruct s { int a; };\nstatic int g(void) { return N; }\nint f(void) { struct s s = { 5 }; return g() + s.a; }",
       SourceFile::Origin::kModel},
      {"b.c", "#undef N\n#define N 20\nstatic int g(void) { return N * 2; }", SourceFile::Origin::kVariant}};
  const Result<CodeBase> base = CodeBase::load_texts(texts, {});
  REQUIRE(base);
  CHECK(run(*base->lower_call("f()", {})).result == 45);
  REQUIRE(base->find("g") != nullptr);
  CHECK(base->find("g")->origin == SourceFile::Origin::kVariant);
  CHECK(base->find("g")->definition == SourcePos{1, 12, 3});
  CHECK(base->find("f")->origin == SourceFile::Origin::kModel);
  CHECK(base->find("h") == nullptr);
  CHECK(base->functions().size() == 2);
  CHECK(base->functions()[0]->name == "f");
}

TEST_CASE("a tree puts nothing in the place of what the simulator runs") {
  const auto with = [](const std::string& text, SourceFile::Origin origin) {
    return CodeBase::load_texts({{"kernel/threads.c", "void fast(int n) { }\nvoid slow(int n) { }\n", SourceFile::Origin::kModel},
                                 {"kernel/users.c", "void exit_mmap(int n) { }\n", SourceFile::Origin::kModel},
                                 {"mm/lock.c", text, origin}},
                                {});
  };
  const auto tree = SourceFile::Origin::kKernelTree;
  for (const char* text :
       {"int n;\nstatic inline void fast(int n) { }\n", "int n;\n#define fast(n) do { } while (0)\n", "int n;\nint fast(void) { return 1; }\n"}) {
    CAPTURE(text);
    const Result<CodeBase> code = with(text, tree);
    REQUIRE(!code);
    CHECK(code.error().file == "mm/lock.c");
    CHECK(code.error().line == 2);
    CHECK(code.error().message.find("a function of its own that is called fast()") != std::string::npos);
  }
  CHECK(with("void exit_mmap(int n) { }\nvoid mine(int n) { }\nvoid fast(int n);\n", tree));
  CHECK(with("void fast(int n) { }\n", SourceFile::Origin::kOwn));
  CHECK(with("void fast(int n) { }\n", SourceFile::Origin::kVariant));
}

TEST_CASE("the hash knows every text and the configuration, and texts load again") {
  const auto hash = [](const std::string& path, const std::string& text, bool lockdep) {
    CodeConfig config;
    config.lockdep = lockdep;
    return CodeBase::load_texts({{path, text, SourceFile::Origin::kModel}}, config)->hash();
  };
  std::set<std::string> hashes{hash("a.c", "int f(void) { return 1; }", true), hash("a.c", "int f(void) { return 2; }", true),
                               hash("b.c", "int f(void) { return 1; }", true), hash("a.c", "int f(void) { return 1; }", false)};
  CHECK(hashes.size() == 4);
  const CodeBase base = model(false);
  CHECK(base.hash().size() == 16);
  const Result<CodeBase> again = CodeBase::load_texts(base.texts(), base.config());
  REQUIRE(again);
  CHECK(again->hash() == base.hash());
  CHECK(listing(*again->lower_call("reader(mm0, 0x1000)", objects())) == listing(*base.lower_call("reader(mm0, 0x1000)", objects())));
}

TEST_CASE("the top level of a file may hold what the subset lacks") {
  const std::string text = R"(
#include <linux/anything.h>
EXPORT_SYMBOL(nothing);
DEFINE_GUARD(lock, struct mm_struct *, a(_T), b(_T))
DEFINE_GUARD_COND(lock, _try, c(_T))
static inline __must_check int g(int n) __releases(lock)
{
	return n + LATER;
}
static const struct ops table = { .call = g, .list = { 1, 2 } };
union odd { int a; float b; };
struct bits { unsigned int a : 3; } __attribute__((packed));
typedef unsigned int word_t;
typedef struct bits *bits_t;
enum { FIRST, SECOND = 5, LATER };
extern int declared(int n), other;
struct mm_struct { int not_the_real_one; };
word_t *const __must_check
f(struct vm_area_struct *vma) { word_t w = g(1); return (void *)(w == 7); }
int array[3] = { 1, 2, 3 };
)";
  const Program p = lower(text, "f(vma0)");
  CHECK(listing(p) == "0 end 1\n");
  CHECK(error_of("struct mm_struct { int mine; };\nint f(struct vm_area_struct *vma) { return vma->vm_mm->yours; }").find("no member `yours`") !=
        std::string::npos);
}

TEST_CASE("a kernel tree goes on top of the model") {
  const Folder tree;
  const auto model_file = [](const char* name) {
    std::ifstream in(kAssets / "kernel" / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::string header = model_file("mmap_lock.h");
  for (const char* function : {"static inline void vma_refcount_put(", "static inline void vma_end_read("}) {
    const std::size_t begin = header.find(function);
    REQUIRE(begin != std::string::npos);
    header.erase(begin, header.find("\n}\n", begin) + 3 - begin);
  }
  tree.write(
      "include/linux/mm_types.h",
      "#define VM_REFCNT_LIMIT 77\n#define VM_REFCNT_EXCLUDE_READERS_FLAG (1U << 30)\n#define helper(x) (x)\n"
      "struct vm_area_struct { int x; unsigned long vm_start, vm_end; struct mm_struct *vm_mm; unsigned int vm_lock_seq; refcount_t vm_refcnt; };\nint not_taken(void) { return 1; }\n");
  tree.write(
      "include/linux/mmap_lock.h",
      "#if 0 && SOMETHING(ODD)\n#endif\n#define READ_ONCE(x)  __vmalab_load_once(x)\n" + header +
          "#ifdef CONFIG_PER_VMA_LOCK\nstatic inline int of_the_tree(struct vm_area_struct *vma)\n{\n\treturn READ_ONCE(vma->vm_start) + VM_REFCNT_LIMIT;\n}\n#endif\n");
  tree.write("mm/mmap_lock.c", "static inline void vma_end_read(struct vm_area_struct *vma) { use_vma(vma); }\n" + model_file("mmap_lock.c"));
  const Result<CodeBase> base = CodeBase::load_kernel(kAssets, tree.path, {});
  if (!base) FAIL(base.error().to_string());
  CHECK(base->find("of_the_tree")->origin == SourceFile::Origin::kKernelTree);
  CHECK(base->find("vma_end_read")->origin == SourceFile::Origin::kKernelTree);
  CHECK(base->find("vma_refcount_put")->origin == SourceFile::Origin::kModel);
  CHECK(base->find("not_taken") == nullptr);
  CHECK(listing(*base->lower_call("of_the_tree(vma0)", objects())) == "0 load r0 = vma0.vm_start once\n1 add r0 = r0 77\n2 end r0\n");
  CHECK(base->lower_call("vma_end_read(vma0)", objects())->visible_count() == 1);

  // What would not run as it stands there is refused, with its place.
  const std::string good = "static inline void vma_end_read(struct vm_area_struct *vma) { use_vma(vma); }\n" + model_file("mmap_lock.c");
  const auto refusal = [&](const std::string& added) {
    tree.write("mm/mmap_lock.c", added + good);
    const Result<CodeBase> code = CodeBase::load_kernel(kAssets, tree.path, {});
    return code ? std::string("loaded") : position(code.error());
  };
  CHECK(refusal("#define READ_ONCE(x) broken\n").starts_with("mm/mmap_lock.c:1:9: READ_ONCE is a primitive of the simulator"));
  CHECK(refusal("static inline void refcount_add(int i, refcount_t *r) { }\n").starts_with("mm/mmap_lock.c:1:20: refcount_add is a primitive"));
  CHECK(refusal("#undef smp_mb\n").starts_with("mm/mmap_lock.c:1:8: smp_mb is a primitive"));
  CHECK(refusal(
            "#define likely(x) __builtin_expect(!!(x), 1)\n#define unlikely(cond) __builtin_expect(!!(cond), 0)\n#define swap(a, b) mine(a, b)\n") ==
        "loaded");
  CHECK(refusal("#define NULL ((void *)0)\n#define ULONG_MAX (~0UL)\n#define BIT(nr) (UL(1) << (nr))\n") == "loaded");
  for (const char* other : {"#define unlikely(x) 0\n", "#define likely(x) (!(x))\n", "#undef likely\n#define likely(x) (x)\n",
                            "#define likely(x) __builtin_expect(!(x), 1)\n", "#define NULL ((void *)1)\n", "#define BIT(nr) (2UL << (nr))\n",
                            "#define IS_ENABLED(option) 0\n"}) {
    CAPTURE(other);
    CHECK(refusal(other).starts_with("mm/mmap_lock.c:1:"));
    CHECK(refusal(other).find(" is a primitive of the simulator") != std::string::npos);
  }
  const std::string user = "static inline unsigned int user(void) { return MOST; }\n";
  CHECK(refusal("#define MOST 1\n" + user + "#undef MOST\n#define MOST 2\n")
            .starts_with("mm/mmap_lock.c:3:8: MOST changes its meaning here, and user() was written"));
  CHECK(refusal("#define MOST 1\n" + user + "#define MOST 1\n") == "loaded");
  CHECK(refusal("#define MOST 1\n#undef MOST\n#define MOST 2\n" + user) == "loaded");
  // A macro behind the function of its name means other calls than the function does.
  CHECK(refusal(user + "#define user() 3\n").starts_with("mm/mmap_lock.c:2:9: user is a macro here, and a function of this tree as well (line 1"));
  CHECK(refusal(user + "#define user user\n") == "loaded");
  // A field of another type than the machine's is another lock.
  const auto fields = [&](const std::string& text) { return refusal("struct vm_area_struct {\n\tstruct {\n\t\t" + text + "\n\t};\n};\n"); };
  CHECK(fields("unsigned char vm_lock_seq;")
            .starts_with("mm/mmap_lock.c:3:17: vm_lock_seq of struct vm_area_struct is `unsigned char` here, and `unsigned int`"));
  CHECK(fields("unsigned int vm_lock_seq : 8;")
            .starts_with("mm/mmap_lock.c:3:16: vm_lock_seq of struct vm_area_struct is `unsigned int` of some bits"));
  CHECK(fields("atomic_t vm_refcnt;").starts_with("mm/mmap_lock.c:3:12: vm_refcnt of struct vm_area_struct is `atomic_t` here"));
  CHECK(fields("refcount_t vm_refcnt ____cacheline_aligned_in_smp;") == "loaded");
  CHECK(fields("const u32 vm_lock_seq;") == "loaded");
  CHECK(fields("struct mm_struct __rcu *vm_mm;") == "loaded");
  CHECK(fields("u64 vm_lock_seq;").starts_with("mm/mmap_lock.c:3:7: vm_lock_seq"));
  CHECK(refusal("struct mm_struct { struct rw_semaphore *mmap_lock; };\n").starts_with("mm/mmap_lock.c:1:41: mmap_lock of struct mm_struct"));
  CHECK(
      refusal(
          "struct mm_struct { struct rw_semaphore mmap_lock; seqcount_t mm_lock_seq; struct rcuwait vma_writer_wait; struct maple_tree mm_mt; atomic_t mm_users, mm_count; };\n") ==
      "loaded");
  CHECK(refusal("struct mm_struct { atomic_t mm_users, *mm_count; };\n").find("mm_count of struct mm_struct is `atomic_t *` here") !=
        std::string::npos);
  CHECK(refusal("struct vm_area_struct { struct mm_struct *other, *vm_mm; };\n") == "loaded");
  CHECK(refusal("#if UNKNOWN(1, 2)\nvoid g(void) { }\n#endif\n")
            .starts_with("mm/mmap_lock.c:1:5: this condition cannot be evaluated: no file that is read defines `UNKNOWN`"));
  CHECK(refusal("#if defined(UNKNOWN) && UNKNOWN(1)\n#endif\n#if THREAD_SIZE > 1\n#endif\n")
            .starts_with("mm/mmap_lock.c:3:5: this condition cannot be evaluated"));
  CHECK(refusal("#if CONFIG_NOT_SET > 1 || !defined(__KERNEL__) || BITS_PER_LONG != 64 || !defined(CONFIG_64BIT)\n#error no\n#endif\n") == "loaded");
}

TEST_CASE("what a tree means is what runs, or the tree is refused") {
  const fs::path fixture = fs::path(VMALAB_TEST_ASSETS) / "../src/lang/testdata/trees/newest";
  const auto with = [&](const std::string& file, const std::string& from, const std::string& to) {
    const Folder tree;
    fs::copy(fixture, tree.path, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    std::ifstream in(tree.path / file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    tree.write(file, text.replace(at, from.size(), to));
    const Result<CodeBase> code = CodeBase::load_kernel(kAssets, tree.path, {});
    if (!code) return position(code.error());
    const Result<Program> limit = code->lower_expression("VM_REFCNT_LIMIT", {}, "limit");
    return limit ? "limit " + listing(*limit) : position(limit.error());
  };
  const std::string types = "include/linux/mm_types.h", lock = "include/linux/mmap_lock.h", limit = "#define VM_REFCNT_LIMIT";
  const auto starts = [](const std::string& text, const std::string& beginning) { return text.starts_with(beginning); };
  // A constant is the tree's however it is defined, and never the model's.
  CHECK(with(types, limit, "enum { VM_REFCNT_LIMIT = 77 };\n#define NOBODYS") == "limit 0 end 77\n");
  CHECK(starts(with(types, limit, "#define NOBODYS"), "include/linux/mmap_lock.h:"));
  // One macro for all files, so one that changes between them cannot be followed; nor can one that others are made of.
  CHECK(starts(with("mm/mmap_lock.c", "#include", "#undef VM_REFCNT_LIMIT\n#define VM_REFCNT_LIMIT 1\n#include"), "mm/mmap_lock.c:"));
  CHECK(starts(with("mm/mmap_lock.c", "#include", "#undef VM_REFCNT_EXCLUDE_READERS_BIT\n#define VM_REFCNT_EXCLUDE_READERS_BIT 1\n#include"),
               "mm/mmap_lock.c:"));
  CHECK(with("mm/mmap_lock.c", "#include", "#define ONLY_HERE 1\n#undef ONLY_HERE\n#define ONLY_HERE 2\n#include").starts_with("limit"));
  // What an #ifdef would find depends on what comes first.
  CHECK(starts(with("mm/mmap_lock.c", "#include", "#define A_QUESTION\n#include"), "limit"));
  CHECK(starts(with(lock, "static inline void vma_end_read(", "#ifndef vma_end_read\n#endif\nstatic inline void vma_end_read("), lock + ":"));
  // What could define a function, and fields that are not there.
  CHECK(starts(with(lock, "static inline void vma_end_read(",
                    "#define FN(n) static inline void n(struct vm_area_struct *vma)\nFN(vma_end_read2) { }\nstatic inline void vma_end_read("),
               lock + ":"));
  CHECK(starts(with(types, "vm_lock_seq;", "vm_seq;"), "include/linux/mmap_lock.h:"));
  // Arguments that nobody evaluates here.
  const std::string begin = "static inline void vma_end_read(struct vm_area_struct *vma)\n{\n";
  CHECK(with(lock, begin, begin + "\tpr_info(\"%u %d\", refcount_read(&vma->vm_refcnt), vma->vm_start == 1);\n").starts_with("limit"));
  const Result<CodeBase> model = CodeBase::load_model(kAssets, {});
  for (const char* effect : {"vma->vm_lock_seq = 0", "vma->vm_start++", "refcount_dec_and_test(&vma->vm_refcnt)", "vma_refcount_put(vma)"}) {
    std::vector<CodeBase::Text> texts = model->texts();
    texts.push_back(
        {"mine.c", "void mine(struct vm_area_struct *vma) { pr_info(\"%d\", " + std::string(effect) + "); }\n", SourceFile::Origin::kOwn});
    const Result<Program> program = CodeBase::load_texts(texts, {})->lower_call("mine(vma0)", objects());
    CAPTURE(effect);
    CHECK((!program && program.error().message.find("does not evaluate this argument") != std::string::npos));
  }
}

TEST_CASE("what is no kernel tree, and files that cannot be read") {
  const Folder folder;
  const auto error = [](const Result<CodeBase>& result) { return result ? std::string("no error") : result.error().to_string(); };
  CHECK(error(CodeBase::load_kernel(kAssets, folder.path / "none", {})).find("no such folder") != std::string::npos);
  CHECK(error(CodeBase::load_kernel(kAssets, folder.path, {})).find("this is no Linux source tree") != std::string::npos);
  CHECK(error(CodeBase::load_model(folder.path, {})).find("primitives.h") != std::string::npos);
  CHECK(error(CodeBase::load_model(kAssets, {}, folder.path / "missing.c")).find("missing.c") != std::string::npos);
  CHECK(error(CodeBase::load_model(kAssets, {}, folder.path)).find("directory") != std::string::npos);
  folder.write("broken.c", "int f(void) { return 1; }\n/* no end");
  CHECK(error(CodeBase::load_model(kAssets, {}, folder.path / "broken.c"))
            .starts_with((folder.path / "broken.c").string() + ":2:1: error: this comment has no end"));
}

TEST_CASE("every variant of the model loads, and its threads lower") {
  int variants = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kAssets / "variants")) {
    if (entry.path().extension() != ".c") continue;
    CAPTURE(entry.path().string());
    const Result<CodeBase> base = CodeBase::load_model(kAssets, {}, entry.path());
    if (!base) FAIL(base.error().to_string());
    for (const char* call : {"reader(mm0, 0x1000)", "writer(mm0, 0x1000)", "detacher(mm0, 0x1000)"}) {
      const Result<Program> program = base->lower_call(call, objects());
      CHECK_MESSAGE(program.has_value(), (program ? "" : program.error().to_string()));
    }
    ++variants;
  }
  CHECK(variants >= 12);
}

TEST_CASE("one function on its own has parameters of any value") {
  const CodeBase base = code(
      "struct s { int a; };\nint f(struct s *s, int *p, struct vm_area_struct *vma, int n) { s->a += *p; return vma->vm_start + n + s->a; }\n"
      "#define wait(c) ({ int r = c; r; })\nint g(struct vm_area_struct *vma) { return wait(vma->vm_end); }\n#define unused(c) ({ c; })\n");
  const Result<Program> program = base.lower_function("f");
  if (!program) FAIL(program.error().to_string());
  CHECK(program->visible_count() == 1);
  CHECK(program->register_count == 4);
  CHECK(base.lower_function("wait")->entry == "g");
  CHECK(base.lower_function("unused").error().message.find("no loaded function uses") != std::string::npos);
  CHECK(base.lower_function("h").error().message.find("no loaded file has a body") != std::string::npos);
}

TEST_CASE("an empty code base has nothing to run") {
  const CodeBase none;
  CHECK_FALSE(none.lower_call("f()", {}));
  CHECK_FALSE(none.lower_function("f"));
  CHECK_FALSE(none.lower_expression("1", {}, "goal"));
  CHECK(none.functions().empty());
}

TEST_CASE("what the kernel's headers give every file is there for the model and for own code") {
  const std::string text =
      "static int helped(struct mm_struct *mm)\n{\n"
      "\tint a = 3, b = INT_MAX;\n\n\tswap(a, b);\n"
      "\tif (max(a, b) != INT_MAX || min_t(u8, 0x1ff, 7) != 7 || clamp(9, 1, 4) != 4 || LONG_MIN >= 0)\n\t\treturn 1;\n"
      "\tscoped_guard(mmap_read_lock, mm)\n\t\tuse_vma(NULL);\n"
      "\tguard(mmap_write_lock)(mm);\n"
      "\tset_current_state(TASK_INTERRUPTIBLE);\n\tif (signal_pending(current))\n\t\treturn TASK_IDLE;\n\treturn 0;\n}\n";
  CodeBase::Extra extra;
  extra.own.push_back({"helped.c", text, SourceFile::Origin::kOwn});
  const Result<CodeBase> loaded = CodeBase::load_model(kAssets, {}, extra);
  if (!loaded) FAIL(loaded.error().to_string());
  const Result<Program> program = loaded->lower_call("helped(mm0)", objects());
  if (!program) FAIL(program.error().to_string());
  CHECK(listing(*program).find("down_read") != std::string::npos);
  CHECK(listing(*program).find("up_write") != std::string::npos);
}
