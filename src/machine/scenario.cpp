// SPDX-License-Identifier: GPL-2.0-only
#include "machine/scenario.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>
#include <system_error>
#include <tuple>

#include "base/input_file.h"
#include "base/words.h"
#include "lang/own_code.h"
#include "lang/spelling.h"
#include "lang/token.h"
#include "machine/toml_table.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxFileSize = 1 << 20;

/// The numbers of "standard-2-1-1", with the prefix "standard-".
template <std::size_t kCount>
std::optional<std::array<int, kCount>> numbers_of(std::string_view name, std::string_view prefix) {
  if (name.substr(0, prefix.size()) != prefix) return std::nullopt;
  std::array<int, kCount> numbers{};
  const char* at = name.data() + prefix.size();
  const char* const end = name.data() + name.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '-')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(numbers) : std::nullopt;
}

/// Threads of one function that are made by their number.
struct Numbered {
  int count;
  const char* letter;
  const char* function;
};
constexpr const char* kOneVma =
    "[[mm]]\nname = \"mm0\"\n\n"
    "[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\nstart = 0x1000\nend = 0x2000\n";

std::string threads_text(const std::vector<Numbered>& kinds) {
  std::ostringstream out;
  for (const Numbered& kind : kinds) {
    for (int i = 1; i <= kind.count; ++i) {
      out << "\n[[thread]]\nname = \"" << kind.letter << i << "\"\nrun = \"" << kind.function << "(mm0, 0x1000)\"\n";
    }
  }
  return out.str();
}

Result<void> check_numbers(const std::vector<Numbered>& kinds) {
  int threads = 0;
  for (const Numbered& kind : kinds) {
    if (kind.count < 0 || kind.count > kMaxThreads) {
      return fail("a standard scenario has 0 to " + std::to_string(kMaxThreads) + " threads of a kind, not " + std::to_string(kind.count));
    }
    threads += kind.count;
  }
  if (threads >= 1 && threads <= kMaxThreads) return {};
  return fail("a standard scenario has 1 to " + std::to_string(kMaxThreads) + " threads in all, not " + std::to_string(threads));
}

/// The whole life of a VMA under one mmap_lock: page faults, changes that may be killed or not, munmap() and mmap() of the same
/// object at the same place.
Result<Scenario> lifecycle_scenario(const std::array<int, 5>& numbers, std::string name) {
  const auto [readers, writers, killable, unmappers, attachers] = numbers;
  const std::vector<Numbered> kinds{{readers, "r", "reader"},
                                    {writers, "w", "writer"},
                                    {killable, "k", "writer_killable"},
                                    {unmappers, "u", "unmapper"},
                                    {attachers, "a", "attacher"}};
  if (const Result<void> fits = check_numbers(kinds); !fits) return tl::unexpected(fits.error());
  std::string text =
      "title = \"The life of one VMA\"\n"
      "story = \"Readers lock the VMA under RCU, use it and leave, or give up. Writers change it; those that are killable give up "
      "when a fatal signal comes. Unmappers detach it, erase it from the tree and free it; attachers take the object from the slab and map it "
      "again at the same place. Fatal signals may come at any time.\"\nsignals = true\n\n" +
      std::string(kOneVma) + threads_text(kinds);
  Result<Scenario> scenario = parse_scenario(text, name, name);
  if (scenario) scenario->origin.clear();  // nobody has seen this text: its lines are no places
  return scenario;
}

Result<std::vector<std::filesystem::path>> scenario_files(const std::filesystem::path& assets) {
  const std::filesystem::path folder = assets / "scenarios";
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".toml") files.push_back(it->path());
  }
  if (error) return fail("the scenarios cannot be read: " + error.message(), folder.string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string nearest(const std::vector<std::filesystem::path>& files, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.stem().string());
  const auto score = [&](const std::string& candidate) {
    const bool part = !name.empty() && candidate.find(name) != std::string::npos;
    return part ? 0 : edit_distance(candidate, name);
  };
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return score(a) < score(b); });
  if (names.size() > 3) names.resize(3);
  return words::joined(names);
}

struct StandardGoal {
  bool applies;
  const char* name;
  const char* text;
  const char* expression;
};

}  // namespace

std::vector<ObjectName> object_names(const Scenario& scenario) {
  std::vector<ObjectName> names;
  int number = 0;
  for (const MmSetup& mm : scenario.mms) names.push_back({mm.name, mm_address(number++)});
  number = 0;
  for (const VmaSetup& vma : scenario.vmas) names.push_back({vma.name, vma_address(number++)});
  number = 0;
  for (const ThreadSetup& thread : scenario.threads) names.push_back({thread.name, task_address(number++)});
  return names;
}

Result<Scenario> load_scenario(const std::filesystem::path& file) {
  const Result<std::string> text = read_input(file, "a scenario", kMaxFileSize);
  if (!text) return tl::unexpected(text.error());
  Result<Scenario> scenario = parse_scenario(*text, file.stem().string(), file.string());
  if (scenario) scenario->file = file;
  return scenario;
}

Diagnostic error_in_scenario(const Scenario& scenario, ScenarioPlace place, std::string message, std::size_t offset) {
  if (scenario.origin.empty()) return fail(std::move(message), scenario.name).value();
  return error_in_toml(scenario.toml, scenario.origin, place, std::move(message), offset);
}

Result<std::vector<CodeBase::Text>> own_code(const Scenario& scenario, const std::vector<std::filesystem::path>& more) {
  if (!scenario.code.empty() && scenario.file.empty()) {
    return tl::unexpected(error_in_scenario(scenario, scenario.code.front().place,
                                            "the scenario names C files of its own, and was not read from a file that they could stand beside"));
  }
  std::vector<std::filesystem::path> files;
  for (const CodeFile& code : scenario.code) {
    if (!is_below(scenario.file.parent_path() / code.path, scenario.file.has_parent_path() ? scenario.file.parent_path() : ".")) {
      return tl::unexpected(error_in_scenario(
          scenario, code.place, "'" + code.path + "' is not in the scenario's folder or below it; --code FILE loads a file from anywhere"));
    }
    files.push_back(scenario.file.parent_path() / code.path);
    std::error_code error;
    if (std::filesystem::is_regular_file(files.back(), error)) continue;
    const bool folder = std::filesystem::is_directory(files.back(), error);
    return tl::unexpected(
        error_in_scenario(scenario, code.place,
                          (folder ? "'" + code.path + "' is a folder; 'code' names C files" : "there is no C file '" + code.path + "'") + " (" +
                              files.back().lexically_normal().string() + "); paths begin in the scenario's folder"));
  }
  files.insert(files.end(), more.begin(), more.end());
  return read_own_code(files);
}

Result<Scenario> find_scenario(const std::filesystem::path& assets, std::string_view name) {
  for (const std::string_view prefix : {"standard-", "std-"}) {
    if (const auto numbers = numbers_of<3>(name, prefix)) return standard_scenario((*numbers)[0], (*numbers)[1], (*numbers)[2]);
  }
  if (const auto numbers = numbers_of<5>(name, "lifecycle-")) return lifecycle_scenario(*numbers, std::string(name));
  const std::filesystem::path as_path{std::string(name)};
  if (as_path.extension() == ".toml") return load_scenario(as_path);
  const auto files = scenario_files(assets);
  if (!files) return tl::unexpected(files.error());
  for (const auto& file : *files) {
    if (file.stem() == as_path) return load_scenario(file);
  }
  if (std::error_code ignored; std::filesystem::is_directory(as_path, ignored))
    return fail("this is a directory, not a scenario; a path ends in .toml, and names are those that `vmalab scenarios` lists", std::string(name));
  const std::string near = nearest(*files, name);
  return fail("there is no scenario named '" + std::string(name) + "'" + (near.empty() ? "" : "; the nearest are " + near) +
              "; a path ends in .toml, and standard-2-1-1 is two readers, a writer and a detacher");
}

Result<std::vector<Scenario>> list_scenarios(const std::filesystem::path& assets) {
  const auto files = scenario_files(assets);
  if (!files) return tl::unexpected(files.error());
  std::vector<Scenario> scenarios;
  for (const auto& file : *files) {
    auto scenario = load_scenario(file);
    if (!scenario) return tl::unexpected(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  std::stable_sort(scenarios.begin(), scenarios.end(),
                   [](const Scenario& a, const Scenario& b) { return std::tie(a.order, a.name) < std::tie(b.order, b.name); });
  return scenarios;
}

Result<Scenario> standard_scenario(int readers, int writers, int detachers) {
  const std::vector<Numbered> kinds{{readers, "r", "reader"}, {writers, "w", "writer"}, {detachers, "d", "detacher"}};
  if (const Result<void> fits = check_numbers(kinds); !fits) return tl::unexpected(fits.error());
  const std::string name = "standard-" + std::to_string(readers) + "-" + std::to_string(writers) + "-" + std::to_string(detachers);
  const auto counted = [](int count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); };

  std::ostringstream out;
  out << "title = \"" << counted(readers, "reader") << ", " << counted(writers, "writer") << ", " << counted(detachers, "detacher")
      << " on one VMA\"\n"
      << "story = \"Readers lock the VMA under RCU, use it and leave, or give up. Writers take mmap_lock for write, look the VMA "
         "up, write-lock it and change it. Detachers do the same, then mark it detached and erase it from the tree. Whoever "
         "finds no VMA just leaves.\"\n\n"
      << kOneVma << threads_text(kinds);

  const bool both = readers > 0 && writers + detachers > 0;
  const StandardGoal goals[] = {
      {readers > 1, "Two readers at once", "vm_refcnt counts the attach reference and one for each reader.", "vma0->vm_refcnt == 3"},
      {both, "Somebody waits for a reader", "FLAG is set and more than the attach reference is left.",
       "vma0->vm_refcnt > VM_REFCNT_EXCLUDE_READERS_FLAG + 1"},
      {both, "A transient reference", "A reader has raised vm_refcnt of a VMA that is write-locked; its second check will turn it away.",
       "vma0->vm_refcnt == 2 && vma0->vm_lock_seq == mm0->mm_lock_seq.sequence"},
      {readers > 0 && detachers > 0, "FLAG+1 while detaching",
       "The same number as an exclusive writer's, but the 1 is a reader: the attach reference is gone.",
       "vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1 && !attach_reference(vma0)"},
      {detachers > 0, "Detached", "No reader can raise vm_refcnt any more.", "vma0->vm_refcnt == 0"},
  };
  for (const StandardGoal& goal : goals) {
    if (!goal.applies) continue;
    out << "\n[[goal]]\nname = \"" << goal.name << "\"\ntext = \"" << goal.text << "\"\nexpr = \"" << goal.expression << "\"\n";
  }
  Result<Scenario> scenario = parse_scenario(out.str(), name, name);
  if (scenario) scenario->origin.clear();  // nobody has seen this text: its lines are no places
  return scenario;
}

}  // namespace vmalab
