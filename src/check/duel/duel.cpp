// SPDX-License-Identifier: GPL-2.0-only
// The checker against Spin and Rumur, side by side: for each R,W,D of the standard scenario it builds the Promela twin
// (twin.pml) with and without Spin's partial-order reduction and the Murphi twin (twin.m) with and without symmetry, runs all
// tools, checks that verdict and reached values of vm_refcnt agree, and prints one table. Needs a C compiler on the path,
// and `spin` and `rumur`, either of which may be missing.
//
//   vmalab_duel [--assets DIR] [--twins DIR] [R,W,D ...]      default: 3,1,1 4,1,1 5,1,1
//
// Run by hand, never as a test.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "check/any/any_search.h"
#include "check/checker.h"
#include "machine/machine.h"

namespace {

using vmalab::Word;

constexpr Word kTwinFlag = 64;

/// A value of the twins' vm_refcnt as the model has it.
Word real_value(Word twin) { return twin >= kTwinFlag ? vmalab::kExcludeReadersFlag + twin - kTwinFlag : twin; }

struct Row {
  std::string tool;
  std::uint64_t states = 0;
  double seconds = 0, mib = 0;
  bool passed = false, complete = true;
  std::set<Word> values;
};

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return text;
  std::array<char, 4096> buffer;
  while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), n);
  pclose(pipe);
  return text;
}

double number_before(const std::string& text, const std::string& marker) {
  const auto at = text.find(marker);
  if (at == std::string::npos) return 0;
  const auto line = text.rfind('\n', at) + 1;
  return std::strtod(text.c_str() + line, nullptr);
}

double number_after(const std::string& text, const std::string& marker) {
  const auto at = text.find(marker);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + marker.size(), nullptr);
}

bool have(const std::string& tool) { return !output_of("command -v " + tool).empty(); }

/// Runs the Promela twin; `extra` are compiler flags.
Row run_spin(const std::filesystem::path& twins, const std::filesystem::path& dir, const std::array<int, 3>& rwd, const std::string& name,
             const std::string& extra) {
  std::ostringstream build;
  build << "cd '" << dir.string() << "' && spin -a -DR=" << rwd[0] << " -DW=" << rwd[1] << " -DD=" << rwd[2] << " '" << (twins / "twin.pml").string()
        << "' && cc -O2 -w -DSAFETY -DMEMLIM=16000 " << extra << " -o pan pan.c";
  Row row;
  row.tool = name;
  const std::string built = output_of(build.str());
  if (!std::filesystem::exists(dir / "pan")) {
    std::cerr << "the twin did not build: " << built << "\n";
    std::exit(2);
  }
  const std::string out = output_of("cd '" + dir.string() + "' && ./pan -m1000000");
  row.states = static_cast<std::uint64_t>(number_before(out, " states, stored"));
  row.seconds = number_after(out, "pan: elapsed time ");
  row.mib = number_before(out, "total actual memory usage");
  row.passed = out.find("errors: 0") != std::string::npos;
  row.complete = out.find("Search not completed") == std::string::npos && out.find("out of memory") == std::string::npos;
  std::istringstream values(out.substr(std::min(out.size(), out.find("vm_refcnt:") + 10)));
  for (Word v; values >> v;) row.values.insert(real_value(v));
  std::filesystem::remove(dir / "pan");
  return row;
}

/// How often `what` stands in a text.
std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// Runs the Murphi twin, sizes and types of threads put before it and the values to look for behind it.
Row run_rumur(const std::filesystem::path& twins, const std::filesystem::path& dir, const std::array<int, 3>& rwd, const std::string& name,
              bool symmetry) {
  std::ofstream model(dir / "twin.m");
  model << "const R: " << rwd[0] << "; W: " << rwd[1] << "; D: " << rwd[2] << ";\ntype\n";
  for (const auto& [type, size] : {std::pair{"reader_t", "R"}, {"writer_t", "W"}, {"detacher_t", "D"}}) {
    model << "  " << type << ": " << (symmetry ? "scalarset(" : "1..") << size << (symmetry ? ");\n" : ";\n");
  }
  model << std::ifstream(twins / "twin.m").rdbuf();
  std::vector<Word> values;
  for (Word v = 0; v <= static_cast<Word>(rwd[0]) + 2; ++v) values.insert(values.end(), {v, kTwinFlag + v});
  for (const Word v : values) model << "cover \"vm_refcnt is " << v << "\" ref = " << v << ";\n";
  model.close();

  // One thread: the others here are measured on one core.
  const std::string built = output_of("cd '" + dir.string() + "' && rumur --threads 1 --deadlock-detection stuck --symmetry-reduction " +
                                      (symmetry ? "exhaustive" : "off") +
                                      " --output twin.c twin.m && cc -O2 -w -std=c11 -mcx16 -o twin twin.c -lpthread");
  Row row;
  row.tool = name;
  if (!std::filesystem::exists(dir / "twin")) {
    std::cerr << "the Murphi twin did not build: " << built << "\n";
    std::exit(2);
  }
  const auto started = std::chrono::steady_clock::now();
  const std::string out = output_of("cd '" + dir.string() + "' && ./twin");
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto explored = out.find("State Space Explored:");
  row.complete = explored != std::string::npos;
  if (row.complete) row.states = std::strtoull(out.c_str() + out.find_first_of("0123456789", explored), nullptr, 10);
  for (const Word v : values) {
    if (out.find("\"vm_refcnt is " + std::to_string(v) + "\" hit") != std::string::npos) row.values.insert(real_value(v));
  }
  // A value that is not reached is counted as an error, too.
  const auto status = out.find("Status:");
  const auto errors = out.find("No error found", std::min(out.size(), status)) != std::string::npos
                          ? 0.0
                          : std::strtod(out.c_str() + std::min(out.size(), out.find_first_of("0123456789", std::min(out.size(), status))), nullptr);
  row.passed = static_cast<std::size_t>(errors) == count(out, "\" not hit");
  std::filesystem::remove(dir / "twin");
  return row;
}

/// The scenario, some of whose threads stand for any number of them.
Row run_any(const vmalab::CodeBase& code, const std::string& name, vmalab::Scenario scenario, const vmalab::check::Crowd& crowd) {
  Row row;
  row.tool = name;
  const auto machine = vmalab::Machine::build(std::move(scenario), code);
  if (!machine) return row;
  vmalab::check::AnySearch search(*machine, crowd, ~vmalab::bit_of(vmalab::properties::kTermination), 0);
  vmalab::check::drive(search, nullptr);
  const vmalab::check::AnyResult& result = search.result();
  row.states = result.states;
  row.seconds = result.seconds;
  row.mib = static_cast<double>(result.bytes) / 1048576;
  row.passed = result.end == vmalab::check::AnyResult::End::kComplete;
  return row;
}

Row run_vmalab(const vmalab::Machine& machine, const std::string& name, bool reductions, int jobs) {
  vmalab::check::CheckOptions options;
  options.symmetry = options.partial_order = reductions;
  options.jobs = jobs;
  const auto report = vmalab::check::run_check(machine, options);
  Row row;
  row.tool = name;
  if (!report) {
    std::cerr << report.error().to_string() << "\n";
    std::exit(2);
  }
  row.states = report->states;
  row.seconds = report->seconds;
  row.mib = report->table_mib;
  row.passed = report->verdict == vmalab::check::CheckReport::Verdict::kPass;
  row.complete = report->verdict != vmalab::check::CheckReport::Verdict::kIncomplete;
  row.values.insert(report->refcnt_values.begin(), report->refcnt_values.end());
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path assets = VMALAB_SOURCE_DIR "/assets";
  std::filesystem::path twins = VMALAB_SOURCE_DIR "/src/check/duel";
  std::vector<std::array<int, 3>> sizes;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    std::array<int, 3> rwd{};
    if (arg == "--assets" && i + 1 < argc) {
      assets = argv[++i];
    } else if (arg == "--twins" && i + 1 < argc) {
      twins = argv[++i];
    } else if (std::sscanf(arg.c_str(), "%d,%d,%d", &rwd[0], &rwd[1], &rwd[2]) == 3) {
      sizes.push_back(rwd);
    } else {
      std::cerr << "usage: vmalab_duel [--assets DIR] [--twins DIR] [R,W,D ...]\n";
      return 2;
    }
  }
  if (sizes.empty()) sizes = {{3, 1, 1}, {4, 1, 1}, {5, 1, 1}};
  const auto code = vmalab::CodeBase::load_model(assets, {});
  if (!code) {
    std::cerr << code.error().to_string() << "\n";
    return 2;
  }
  std::string dir_name = (std::filesystem::temp_directory_path() / "vmalab-duel-XXXXXX").string();
  if (!mkdtemp(dir_name.data())) {
    std::perror("mkdtemp");
    return 2;
  }
  const std::filesystem::path dir = dir_name;

  bool agree = true;
  std::printf("%-8s %-34s %14s %9s %9s %12s %8s\n", "R,W,D", "tool", "states", "seconds", "MiB", "states/s", "bytes/st");
  for (const auto& rwd : sizes) {
    auto scenario = vmalab::standard_scenario(rwd[0], rwd[1], rwd[2]);
    if (!scenario) {
      std::cerr << scenario.error().to_string() << "\n";
      return 2;
    }
    const auto machine = vmalab::Machine::build(*scenario, *code);
    if (!machine) {
      std::cerr << machine.error().to_string() << "\n";
      return 2;
    }
    std::vector<Row> rows;
    if (have("spin")) {
      rows.push_back(run_spin(twins, dir, rwd, "spin", ""));
      rows.push_back(run_spin(twins, dir, rwd, "spin, no reduction", "-DNOREDUCE"));
    }
    if (have("rumur")) {
      rows.push_back(run_rumur(twins, dir, rwd, "rumur, symmetry", true));
      rows.push_back(run_rumur(twins, dir, rwd, "rumur, no symmetry", false));
    }
    rows.push_back(run_vmalab(*machine, "vmalab, reductions, all cores", true, 0));
    rows.push_back(run_vmalab(*machine, "vmalab, reductions, one core", true, 1));
    if (rwd[0] + rwd[1] + rwd[2] <= 6) rows.push_back(run_vmalab(*machine, "vmalab, no reductions, one core", false, 1));
    const auto standard = [](int r, int w, int d) { return vmalab::standard_scenario(r, w, d).value(); };
    const auto thread = [](int t) { return vmalab::thread_id(t); };
    rows.push_back(run_any(*code, "vmalab, any readers", standard(1, rwd[1], rwd[2]), {thread(0), {}, {vmalab::kNoThread}}));
    rows.push_back(run_any(*code, "vmalab, any of everybody", standard(1, 1, 2), {thread(0), {thread(1), thread(2)}, thread(3)}));
    for (const Row& row : rows) {
      std::printf("%d,%d,%-4d %-34s %14llu %9.2f %9.0f %12.0f %8.0f%s\n", rwd[0], rwd[1], rwd[2], row.tool.c_str(),
                  static_cast<unsigned long long>(row.states), row.seconds, row.mib,
                  row.seconds > 0 ? static_cast<double>(row.states) / row.seconds : 0.0,
                  row.states > 0 ? row.mib * 1048576 / static_cast<double>(row.states) : 0.0, row.complete ? "" : "  not completed");
      const Row& first = rows.front();
      const bool same_values = row.values.empty() || row.values == first.values;  // of any number there are others
      if (row.complete && first.complete && (row.passed != first.passed || !same_values)) {
        std::printf("  DISAGREES with %s on %s\n", first.tool.c_str(), row.passed != first.passed ? "the verdict" : "the values of vm_refcnt");
        agree = false;
      }
    }
    std::fflush(stdout);
  }
  std::filesystem::remove_all(dir);
  std::printf(agree ? "verdicts and vm_refcnt values agree\n" : "NOT in agreement\n");
  return agree ? 0 : 1;
}
