// SPDX-License-Identifier: GPL-2.0-only
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>

#include "base/platform.h"

namespace vmalab::platform {
namespace {

/// The number in a file of one number; nothing when there is none, as for "max".
std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

/// The number behind a name in a file of names and numbers.
std::optional<std::uint64_t> number_of(const std::string& name, const std::string& path) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    std::uint64_t number = 0;
    if (word == name && file >> number) return number;
  }
  return std::nullopt;
}

/// What the group in this folder leaves. Cached file pages count as used there, but are given back when needed.
std::optional<std::uint64_t> left_in_group(const std::string& folder) {
  const auto limit = number_in(folder + "/memory.max");
  if (!limit) return std::nullopt;
  const std::uint64_t used = number_in(folder + "/memory.current").value_or(0);
  const std::uint64_t cached = number_of("file", folder + "/memory.stat").value_or(0);
  const std::uint64_t kept = used - std::min(used, cached);
  return *limit - std::min(*limit, kept);
}

/// The path of this process's group: the line "0::/path" of /proc/self/cgroup.
std::string own_group(const std::string& root) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return {};
}

}  // namespace

std::size_t available_memory(const std::string& root) {
  std::uint64_t available = std::uint64_t{4} << 30;
  if (const auto kib = number_of("MemAvailable:", root + "/proc/meminfo")) available = *kib << 10;
  for (std::string group = own_group(root);; group.erase(group.rfind('/'))) {
    if (group.ends_with('/')) group.pop_back();
    if (const auto left = left_in_group(root + "/sys/fs/cgroup" + group)) available = std::min(available, *left);
    if (group.empty() || group.find('/') == std::string::npos) break;
  }
  return available;
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace vmalab::platform
