// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/platform.h"

namespace vmalab::platform {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// A folder that stands for the root of a computer's files.
class Computer {
 public:
  Computer() : root_(std::filesystem::temp_directory_path() / ("vmalab-memory-" + std::to_string(::getpid()))) {}
  ~Computer() { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::size_t available() const { return available_memory(root_.string()); }

 private:
  std::filesystem::path root_;
};

TEST_CASE("what is available is what the kernel says") {
  Computer computer;
  CHECK(computer.available() == 4096 * kMiB);
  computer.write("proc/meminfo", "MemTotal:  8388608 kB\nMemFree:  1024 kB\nMemAvailable:  2097152 kB\n");
  CHECK(computer.available() == 2048 * kMiB);
  computer.write("proc/self/cgroup", "");
  CHECK(computer.available() == 2048 * kMiB);
}

TEST_CASE("a control group leaves less, and so does one above it") {
  Computer computer;
  computer.write("proc/meminfo", "MemAvailable:  2097152 kB\n");
  computer.write("proc/self/cgroup", "4:memory:/old\n0::/user/session\n");
  computer.write("sys/fs/cgroup/user/session/memory.max", "max\n");
  CHECK(computer.available() == 2048 * kMiB);
  computer.write("sys/fs/cgroup/user/memory.max", std::to_string(512 * kMiB));
  CHECK(computer.available() == 512 * kMiB);
  computer.write("sys/fs/cgroup/user/memory.current", std::to_string(200 * kMiB));
  CHECK(computer.available() == 312 * kMiB);
  computer.write("sys/fs/cgroup/user/memory.stat", "anon 1\nfile " + std::to_string(50 * kMiB) + "\ninactive_file 7\n");
  CHECK(computer.available() == 362 * kMiB);
  computer.write("sys/fs/cgroup/user/session/memory.max", "1000\n");
  computer.write("sys/fs/cgroup/user/session/memory.current", "2000\n");
  CHECK(computer.available() == 0);
}

TEST_CASE("a container sees its group as the root") {
  Computer computer;
  computer.write("proc/self/cgroup", "0::/\n");
  computer.write("sys/fs/cgroup/memory.max", std::to_string(100 * kMiB));
  CHECK(computer.available() == 100 * kMiB);
}

TEST_CASE("this computer has memory, and this process uses some") {
  CHECK(available_memory() > kMiB);
  CHECK(peak_memory_mib() > 1);
}

}  // namespace
}  // namespace vmalab::platform
