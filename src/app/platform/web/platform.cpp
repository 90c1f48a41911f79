// SPDX-License-Identifier: GPL-2.0-only
// A browser's tab: files in memory, of which page.js keeps those below /home in the browser's own storage, and one thread.
#include "base/platform.h"

#include <emscripten/em_asm.h>
#include <emscripten/heap.h>

namespace vmalab::platform {

std::optional<std::filesystem::path> executable() { return std::nullopt; }
std::vector<std::filesystem::path> font_folders() { return {"/fonts"}; }
std::filesystem::path home_folder() { return "/home"; }
std::optional<std::filesystem::path> state_folder() { return "/home/state"; }
std::optional<std::filesystem::path> data_folder() { return std::nullopt; }

bool reduced_motion() {
  return EM_ASM_INT({ return globalThis.matchMedia && matchMedia('(prefers-reduced-motion: reduce)').matches ? 1 : 0; }) != 0;
}
bool browser_keys() { return true; }

/// Of what a module of 32 bits may ever have; the browser may give less, and then the end comes as it does when memory runs out.
std::size_t available_memory(const std::string&) { return emscripten_get_heap_max() - emscripten_get_heap_size(); }
double peak_memory_mib() { return static_cast<double>(emscripten_get_heap_size()) / (1U << 20U); }

}  // namespace vmalab::platform
