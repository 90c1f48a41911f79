// SPDX-License-Identifier: GPL-2.0-only
// The checker against Spin, side by side: for each R,W,D of the standard scenario it builds the Promela twin
// (twin.pml) with and without Spin's partial-order reduction, runs both tools, checks that verdict and reached
// values of vm_refcnt agree, and prints one table. Needs `spin` and a C compiler on the path.
//
//   vmalab_spin_bench [--assets DIR] [--twin twin.pml] [R,W,D ...]      default: 3,1,1 4,1,1 5,1,1
//
// Run by hand, never as a test.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "check/checker.h"
#include "machine/machine.h"

namespace {

using vmalab::Word;

constexpr Word kTwinFlag = 64;

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

/// Runs the twin; `extra` are compiler flags.
Row run_spin(const std::filesystem::path& twin, const std::filesystem::path& dir, const std::array<int, 3>& rwd,
             const std::string& name, const std::string& extra) {
  std::ostringstream build;
  build << "cd '" << dir.string() << "' && spin -a -DR=" << rwd[0] << " -DW=" << rwd[1] << " -DD=" << rwd[2] << " '"
        << twin.string() << "' && cc -O2 -w -DSAFETY -DMEMLIM=16000 " << extra << " -o pan pan.c";
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
  for (Word v; values >> v;) row.values.insert(v >= kTwinFlag ? vmalab::kExcludeReadersFlag + v - kTwinFlag : v);
  std::filesystem::remove(dir / "pan");
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
  std::filesystem::path twin = VMALAB_SOURCE_DIR "/src/check/spin/twin.pml";
  std::vector<std::array<int, 3>> sizes;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    std::array<int, 3> rwd{};
    if (arg == "--assets" && i + 1 < argc) {
      assets = argv[++i];
    } else if (arg == "--twin" && i + 1 < argc) {
      twin = argv[++i];
    } else if (std::sscanf(arg.c_str(), "%d,%d,%d", &rwd[0], &rwd[1], &rwd[2]) == 3) {
      sizes.push_back(rwd);
    } else {
      std::cerr << "usage: vmalab_spin_bench [--assets DIR] [--twin FILE] [R,W,D ...]\n";
      return 2;
    }
  }
  if (sizes.empty()) sizes = {{3, 1, 1}, {4, 1, 1}, {5, 1, 1}};
  const auto code = vmalab::CodeBase::load_model(assets, {});
  if (!code) {
    std::cerr << code.error().to_string() << "\n";
    return 2;
  }
  std::string dir_name = (std::filesystem::temp_directory_path() / "vmalab-spin-XXXXXX").string();
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
    rows.push_back(run_spin(twin, dir, rwd, "spin", ""));
    rows.push_back(run_spin(twin, dir, rwd, "spin, no reduction", "-DNOREDUCE"));
    rows.push_back(run_vmalab(*machine, "vmalab, reductions, all cores", true, 0));
    rows.push_back(run_vmalab(*machine, "vmalab, reductions, one core", true, 1));
    if (rwd[0] + rwd[1] + rwd[2] <= 6) rows.push_back(run_vmalab(*machine, "vmalab, no reductions, one core", false, 1));
    for (const Row& row : rows) {
      std::printf("%d,%d,%-4d %-34s %14llu %9.2f %9.0f %12.0f %8.0f%s\n", rwd[0], rwd[1], rwd[2], row.tool.c_str(),
                  static_cast<unsigned long long>(row.states), row.seconds, row.mib,
                  row.seconds > 0 ? static_cast<double>(row.states) / row.seconds : 0.0,
                  row.states > 0 ? row.mib * 1048576 / static_cast<double>(row.states) : 0.0,
                  row.complete ? "" : "  not completed");
      if (row.complete && rows[0].complete && (row.passed != rows[0].passed || row.values != rows[0].values)) {
        std::printf("  DISAGREES with spin on %s\n", row.passed != rows[0].passed ? "the verdict" : "the values of vm_refcnt");
        agree = false;
      }
    }
    std::fflush(stdout);
  }
  std::filesystem::remove_all(dir);
  std::printf(agree ? "verdicts and vm_refcnt values agree\n" : "NOT in agreement\n");
  return agree ? 0 : 1;
}
