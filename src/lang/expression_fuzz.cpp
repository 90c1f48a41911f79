// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: any bytes as a goal, and as a thread's call, over the model. See code_fuzz.cpp.
#include <cstdint>
#include <cstdlib>

#include "lang/codebase.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmalab;
  static const CodeBase code = CodeBase::load_model(VMALAB_FUZZ_ASSETS, {}).value();
  static const std::vector<ObjectName> objects{{"mm0", mm_address(0)}, {"vma0", vma_address(0)}, {"r1", task_address(0)}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Program> goal = code.lower_expression(text, objects, "goal");
  if (!goal && goal.error().to_string().empty()) std::abort();
  (void)code.lower_call(text, objects);
  return 0;
}
