// SPDX-License-Identifier: GPL-2.0-only
// The page on scenarios (`vmalab help scenarios`): it is complete, its examples run, and what it offers can be called.
#include "app/test_typing.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

namespace vmalab::testing {

using nlohmann::json;

TEST_CASE("the page on scenarios: complete, reachable, and its examples run") {
  const Outcome page = type("vmalab help scenarios");
  REQUIRE(page.code == 0);
  CHECK(page.out.find("{{") == std::string::npos);
  CHECK(contains(type("vmalab --help").out, "vmalab help scenarios"));
  CHECK(contains(type("vmalab scenarios --help").out, "vmalab help scenarios"));
  CHECK(contains(type("vmalab help check").out, "--stub"));
  check_refused("vmalab help nonsense", "There is no command \"nonsense\"");
  // Every macro of the primitives but the machine's own, and every function that a thread can run.
  const std::string kernel = std::string(VMALAB_TEST_ASSETS) + "/kernel/";
  std::istringstream primitives(contents(kernel + "primitives.h")), threads(contents(kernel + "threads.c"));
  int count = 0;
  for (std::string line; std::getline(primitives, line);) {
    if (!line.starts_with("#define ")) continue;
    std::string name = line.substr(8, line.find_first_of(" \t(", 8) - 8);
    if (const std::string family = "__vmalab_any_"; name.starts_with(family)) name = name.substr(family.size()) + "*";
    if (name.starts_with("__vmalab_") || name.starts_with("__VMALAB_")) continue;
    CHECK_MESSAGE((contains(page.out, " " + name + "\n") || contains(page.out, " " + name + " ") || contains(page.out, " " + name + "(")), name);
    ++count;
  }
  CHECK(count > 60);
  for (const std::string machine : {"__vmalab", "__VMALAB", "({", "\\", "src/", "(_T"}) CHECK_MESSAGE(!contains(page.out, machine), machine);
  for (std::string line; std::getline(threads, line);) {
    if (line.starts_with("void ")) CHECK_MESSAGE(contains(page.out, line), line);
  }
  CHECK(contains(page.out, "    void forker(struct mm_struct *parent, struct mm_struct *child, unsigned long first, unsigned long second)\n"));
  CHECK_FALSE(contains(page.out, "    static "));
  const json checks = json::parse(type("vmalab check --json --readers 1").out);
  for (const json& check : checks["vacuous_checks"]) CHECK(contains(page.out, check.get<std::string>()));
  CHECK(contains(page.out, "holds_write_lock(r1, vma0)"));
  // Every block with the name of a file is that file; every scenario among them does what it expects.
  const std::string marker = "\n```";
  int scenarios = 0;
  std::vector<std::string> names;
  for (std::size_t at = page.out.find(marker); at != std::string::npos;) {
    const std::size_t begin = page.out.find('\n', at + 1), end = page.out.find(marker, begin);
    std::istringstream info(page.out.substr(at + marker.size(), begin - at - marker.size()));
    std::string language, name;
    info >> language >> name;
    REQUIRE_FALSE(name.empty());
    write("page/" + name, page.out.substr(begin + 1, end + 1 - begin - 1));
    names.push_back(name);
    at = page.out.find(marker, end + marker.size());
  }
  for (const std::string& name : names) {
    if (!name.ends_with(".toml")) continue;
    const std::string text = contents(folder() / "page" / name);
    const Outcome outcome = type("vmalab check --json " + file_named("page/" + name));
    CAPTURE(outcome.err);
    ++scenarios;
    if (outcome.code == 0)
      CHECK_FALSE(contains(text, "violations"));
    else
      CHECK(contains(text, "violations = [\"" + json::parse(outcome.out)["check"].get<std::string>() + "\"]"));
  }
  CHECK(scenarios >= 1);
  const json parsed = json::parse(type("vmalab check --judge no-stuck --json " + file_named("page/walk.toml")).out);
  CHECK(parsed["check"] == "no-stuck");
}

namespace {

/// The names that a section of the page lists, as `name(parameter, ...)`.
std::vector<std::string> listed(const std::string& page, const std::string& title) {
  std::istringstream section(page.substr(page.find("\n## " + title + "\n") + title.size() + 5));
  std::vector<std::string> names;
  for (std::string line; std::getline(section, line) && !line.starts_with("## ");) {
    if (!line.starts_with("    ")) continue;
    for (std::size_t at = 4; at < line.size();) {
      const std::size_t end = std::min(line.find("  ", at), line.size());
      names.push_back(line.substr(at, end - at));
      at = end + 2;
    }
  }
  return names;
}

/// What to write for a parameter of one of them.
std::string argument(const std::string& function, const std::string& parameter) {
  // clang-format off
  static const std::map<std::string, std::string> by_function = {
      {"ARRAY_SIZE a", "numbers"}, {"xchg v", "1"}, {"xchg_relaxed v", "1"}, {"xchg_acquire v", "1"}, {"xchg_release v", "1"},
      {"rcu_assign_pointer value", "current"}, {"RCU_INIT_POINTER value", "NULL"},
      {"READ_ONCE x", "vma->vm_lock_seq"}, {"WRITE_ONCE x", "vma->vm_lock_seq"}, {"smp_store_mb x", "vma->vm_lock_seq"},
      {"data_race x", "vma->vm_lock_seq"}, {"EXPORT_SYMBOL x", "f"}, {"EXPORT_SYMBOL_GPL x", "f"}, {"ERR_PTR error", "-EINTR"},
      {"PTR_ERR p", "vma"}, {"IS_ERR p", "vma"}, {"IS_ERR_OR_NULL p", "vma"}, {"kfree p", "vma"}, {"kfree_rcu p", "vma"},
      {"no_free_ptr p", "mine"}, {"return_ptr p", "mine"}, {"for_each_vma vmi", "vmi"}, {"for_each_vma_range vmi", "vmi"},
      {"lockdep_assert_held lock", "&mm->mmap_lock"}, {"lockdep_assert_not_held lock", "&mm->mmap_lock"},
      {"lockdep_is_held lock", "&mm->mmap_lock"}, {"down_write_nest_lock lock", "&mm->mmap_lock"}, {"mutex_init lock", "&a_mutex"},
      {"raw_seqcount_try_begin start", "number"}, {"mmap_lock_speculate_try_begin seq", "&number"}, {"MA_STATE name", "fresh"}, {"VMA_ITERATOR name", "fresh"},
      {"prepare_to_rcuwait w", "&mm->vma_writer_wait"}, {"RCU_LOCKDEP_WARN text", "\"text\""}, {"mtree_load mt", "&mm->mm_mt"},
  };
  // clang-format on
  // clang-format off
  static const std::map<std::string, std::string> any = {
      {"p", "&vma->vm_lock_seq"}, {"oldp", "&old"}, {"r", "&vma->vm_refcnt"}, {"v", "&count"}, {"s", "&mm->mm_lock_seq"}, {"sem", "&mm->mmap_lock"},
      {"lock", "&a_spinlock"}, {"map", "&vma->vmlock_dep_map"}, {"mas", "&mas"}, {"vmi", "&vmi"}, {"mt", "&mm->mm_mt"}, {"task", "current"},
      {"condition", "vma->vm_lock_seq == 7"}, {"w", "&mm->vma_writer_wait"}, {"vma", "vma"}, {"mm", "mm"}, {"entry", "mine"},
      {"object", "vma"}, {"cache", "vm_area_cachep"}, {"flags", "number"}, {"member", "rcu"}, {"state", "TASK_KILLABLE"}, {"reset_refcnt", "false"},
  };
  // clang-format on
  if (const auto found = by_function.find(function + " " + parameter); found != by_function.end()) return found->second;
  if (parameter == "p" && (function.starts_with("rcu_") || function == "RCU_INIT_POINTER")) return "mm->vma_writer_wait.task";
  if (const auto found = any.find(parameter); found != any.end()) return found->second;
  return "1";
}

/// `cmpxchg(p, old, new)` with arguments.
std::string call(const std::string& name) {
  if (name.starts_with("guard(") || name.starts_with("scoped_guard(")) {
    std::string text = name;
    const std::string lock = contains(name, "mutex") ? "&a_mutex" : "&a_spinlock";
    for (const auto& [parameter, value] : {std::pair<std::string, std::string>{"sem)", "&mm->mmap_lock)"}, {"lock)", lock + ")"}}) {
      const std::size_t at = text.rfind(parameter);
      if (at != std::string::npos && (text[at - 1] == '(' || text[at - 1] == ' ')) text.replace(at, parameter.size(), value);
    }
    return text;
  }
  const std::size_t open = name.find('(');
  std::string function = name.substr(0, open), arguments;
  if (open == std::string::npos) return function;
  std::istringstream parameters(name.substr(open + 1, name.rfind(')') - open - 1));
  for (std::string parameter; std::getline(parameters, parameter, ',');) {
    parameter.erase(0, parameter.find_first_not_of(' '));
    if (parameter == "...") continue;
    arguments += (arguments.empty() ? "" : ", ") +
                 (function.starts_with("mutex_") && parameter == "lock" ? std::string("&a_mutex") : argument(function, parameter));
  }
  // Any name of a family.
  if (function.ends_with("*")) function.replace(function.size() - 1, 1, function.ends_with("_*") ? "some" : "_some");
  return function + "(" + arguments + ")";
}

}  // namespace

TEST_CASE("all that the page offers to C of one's own can be called") {
  const std::string page = type("vmalab help scenarios").out;
  std::vector<std::string> names = listed(page, "Primitives");
  CHECK(names.size() > 300);
  for (const std::string& name : listed(page, "The lock's functions")) names.push_back(name);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  for (const std::string there :
       {"guard(rwsem_read)(sem)", "scoped_guard(rcu)", "scoped_guard(mutex_try, lock)", "trace_*(...)", "WARN*(condition, ...)",
        "atomic_fetch_add(i, v)", "mas_find(mas, max)", "lock_vma_under_rcu(mm, address)", "mmap_write_lock(mm)"}) {
    CHECK_MESSAGE(std::count(names.begin(), names.end(), there) == 1, there);
  }
  std::string code = "static atomic_t count;\nstatic spinlock_t a_spinlock;\nstatic struct mutex a_mutex;\n", threads;
  std::vector<std::string> calls;
  for (const std::string& name : names) {
    if (name.starts_with("call_rcu") || name.find("free_rcu") != std::string::npos) continue;  // they need a field of type struct rcu_head
    const std::string text = name == "fallthrough" ? "switch (number) { case 1: number = 2; fallthrough; default: number = 3; }" : call(name);
    code += "static struct vm_area_struct *f" + std::to_string(calls.size()) +
            "(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n"
            "\tunsigned int number = 1, old = 1, numbers[2] = { 1, 2 };\n\tstruct vm_area_struct *mine = vma;\n"
            "\tstruct ma_state mas = { .tree = &mm->mm_mt };\n\tstruct vma_iterator vmi = { .mas = { .tree = &mm->mm_mt } };\n\n\t" +
            text +
            ";\n\treturn mine;\n}\n"
            "void t" +
            std::to_string(calls.size()) + "(struct mm_struct *mm)\n{\n\tf" + std::to_string(calls.size()) + "(mm, vma_lookup(mm, 0x1000));\n}\n";
    calls.push_back(text);
  }
  // Fifteen threads a scenario.
  write("offered.c", code);
  for (std::size_t first = 0; first < calls.size(); first += 15) {
    for (std::size_t i = first; i < std::min(calls.size(), first + 15); ++i) {
      threads += thread("t" + std::to_string(i), "t" + std::to_string(i) + "(mm0)");
    }
    const Outcome outcome = type("vmalab run --steps 0 " + write("offered.toml", scenario("code = [\"offered.c\"]", std::exchange(threads, {}))));
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
  }
}

}  // namespace vmalab::testing
