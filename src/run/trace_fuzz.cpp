// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: any bytes as the lines of a trace, their checksums put right (or the fuzzer would never get past them), and as a
// link in a mail. See src/lang/code_fuzz.cpp.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "run/link.h"
#include "run/trace_file.h"
#include "run/trace_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmalab;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string lines;
  std::uint64_t sum = trace_format::kFirstSum;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '}') line.remove_suffix(1);
    sum = trace_format::chain_sum(sum, line);
    lines.append(line).append(trace_format::kSumKey).append(trace_format::hex16(sum)).append(trace_format::kSumEnd).append("\n");
    at = end + 1;
  }
  static std::string path = (std::filesystem::temp_directory_path() / "vmalab-trace-XXXXXX").string();
  static const int file = ::mkstemp(path.data());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, lines.data(), lines.size(), 0) < 0) std::abort();
  const Result<Replayed> replayed = replay_trace(path);
  if (!replayed && replayed.error().to_string().empty()) std::abort();
  (void)parse_link(text);
  return 0;
}
