// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: any bytes as a C file after the primitives. Each is a code base or an error that names the place.
//   cmake --preset fuzz && cmake --build --preset fuzz
//   build-fuzz/bin/vmalab_code_fuzz -max_len=4096 corpus/ assets/kernel assets/variants
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "lang/codebase.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmalab;
  static const std::string primitives = [] {
    std::ifstream in(VMALAB_FUZZ_ASSETS "/kernel/primitives.h");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Result<CodeBase> code = CodeBase::load_texts({{"primitives.h", primitives}, {"input.c", text}}, {});
  if (!code) {
    if (code.error().to_string().empty()) std::abort();
    return 0;
  }
  int lowered = 0;
  for (const CodeBase::Function* function : code->functions()) {
    if (function->definition.file == 0) continue;
    (void)code->lower_function(function->name);
    if (++lowered == 6) break;
  }
  (void)code->lower_call("reader(mm0, 0x1000)", {{"mm0", mm_address(0)}});
  return 0;
}
