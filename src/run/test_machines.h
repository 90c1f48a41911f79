// SPDX-License-Identifier: GPL-2.0-only
// For tests and benchmarks only: machines of a few lines of C, and of the model.
#pragma once

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "machine/machine.h"
#include "run/scheduler.h"

namespace vmalab::testing {

/// The value, or an exception with the error's text: it ends the test.
template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return std::move(*result);
}

inline void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().to_string());
}

constexpr std::string_view kSmallCode =
    "void count(struct vm_area_struct *vma)\n"
    "{\n"
    "\tunsigned int n = vma->vm_lock_seq;\n"
    "\n"
    "\tvma->vm_lock_seq = n + 1;\n"
    "}\n"
    "void forever(struct vm_area_struct *vma)\n"
    "{\n"
    "\tfor (;;)\n"
    "\t\tvma->vm_lock_seq = vma->vm_lock_seq + 1;\n"
    "}\n";

/// Two threads that lose an update when they meet, as every reader knows them.
constexpr std::string_view kSmallScenario =
    "title = \"small\"\nstory = \"Two count.\"\nsignals = true\n"
    "[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
    "[[thread]]\nname = \"a\"\nrun = \"count(vma0)\"\n[[thread]]\nname = \"b\"\nrun = \"count(vma0)\"\n";

constexpr std::string_view kEndlessScenario =
    "title = \"endless\"\nstory = \"Two never end.\"\n"
    "[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
    "[[thread]]\nname = \"a\"\nrun = \"forever(vma0)\"\n[[thread]]\nname = \"b\"\nrun = \"forever(vma0)\"\n";

inline Machine machine_from(std::string_view toml, std::string_view code = kSmallCode, std::string name = "small") {
  Scenario scenario = must(parse_scenario(toml, std::move(name), "test"));
  return must(Machine::build(std::move(scenario), must(CodeBase::load_texts({{"small.c", std::string(code)}}, {}))));
}
inline Machine small_machine() { return machine_from(kSmallScenario); }

inline Machine model_machine(Scenario scenario) {
  const CodeConfig config = scenario.config;
  return must(Machine::build(std::move(scenario), must(CodeBase::load_model(VMALAB_TEST_ASSETS, config))));
}

inline Action step_of(const Machine& machine, std::string_view thread) { return {Action::Kind::kStep, *machine.find_thread(thread)}; }

/// Random steps until nothing can happen.
inline void finish_randomly(Session& session, std::uint64_t seed = 1) {
  const auto chance = random_scheduler(seed);
  while (take_step(session, *chance)) {
  }
}

/// A folder of its own for the files of one test, removed at its end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "vmalab-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A copy of the assets that a test may change.
struct OwnAssets {
  Folder folder;
  std::filesystem::path path = folder / "assets";
  OwnAssets() { std::filesystem::copy(VMALAB_TEST_ASSETS, path, std::filesystem::copy_options::recursive); }
  void append(const std::string& file, const std::string& text) const { std::ofstream(path / file, std::ios::app) << text; }
};

inline std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}
inline void write_all(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace vmalab::testing
