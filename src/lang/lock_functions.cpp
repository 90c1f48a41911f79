// SPDX-License-Identifier: GPL-2.0-only
#include "lang/lock_functions.h"

#include <algorithm>
#include <array>

namespace vmalab {
namespace {

// clang-format off
constexpr std::array<std::string_view, 38> kFunctions{
    "lock_vma_under_rcu", "vma_start_read", "vma_start_read_locked", "vma_start_read_locked_nested", "vma_end_read", "vma_refcount_put",
    "__vma_refcount_put_return", "__vma_are_readers_excluded",
    "vma_start_write", "vma_start_write_killable", "__vma_start_write", "__vma_start_exclude_readers", "__vma_end_exclude_readers",
    "__is_vma_write_locked", "vma_end_write_all",
    "vma_mark_attached", "vma_mark_detached", "__vma_exclude_readers_for_detach", "vma_lock_init",
    "vma_assert_write_locked", "vma_assert_locked", "vma_assert_stabilised", "vma_assert_attached", "vma_assert_detached",
    "mmap_write_lock", "mmap_write_lock_killable", "mmap_write_unlock", "mmap_write_downgrade",
    "mmap_read_lock", "mmap_read_lock_killable", "mmap_read_trylock", "mmap_read_unlock",
    "mmap_assert_locked", "mmap_assert_write_locked",
    "rcuwait_wait_event", "prepare_to_rcuwait", "finish_rcuwait", "rcuwait_wake_up",
};
// clang-format on

// clang-format off
constexpr std::array<std::string_view, 17> kInEveryKernel{
    "lock_vma_under_rcu", "vma_start_read", "vma_end_read", "vma_start_write", "__vma_start_write", "vma_end_write_all", "vma_mark_attached",
    "vma_mark_detached", "vma_lock_init", "mmap_write_lock", "mmap_write_lock_killable", "mmap_write_unlock", "mmap_write_downgrade",
    "mmap_read_lock", "mmap_read_unlock", "vma_refcount_put", "rcuwait_wake_up",
};
// clang-format on

/// Visible instructions inside the frames of `name`, wherever it is on the stack.
int visible_inside(const Program& program, std::string_view name) {
  int count = 0;
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    if (!op_info(program.code[pc].op).visible) continue;
    const std::vector<std::uint16_t> stack = program.stack_at(static_cast<Pc>(pc));
    count += std::any_of(stack.begin(), stack.end(), [&](std::uint16_t frame) { return program.frames[frame].function == name; });
  }
  return count;
}

/// Where a tree has functions of the lock and none of its users; elsewhere they are known by their names.
constexpr std::array<std::string_view, 4> kTreeLockFiles{"include/linux/mmap_lock.h", "mm/mmap_lock.c", "include/linux/rcuwait.h", "kernel/exit.c"};

/// Those of a 64-bit kernel that the lock and its users depend on.
constexpr std::array<std::string_view, 6> kOptions{"CONFIG_PER_VMA_LOCK", "CONFIG_MMU",      "CONFIG_SMP",
                                                   "CONFIG_64BIT",        "CONFIG_DEBUG_VM", "CONFIG_LOCK_MM_AND_FIND_VMA"};

}  // namespace

std::span<const std::string_view> configured_options() { return kOptions; }

std::string configuration_text() {
  std::string text = "configuration: ";
  for (const std::string_view option : kOptions) (text += option.substr(7)) += ", ";
  return text + "LOCKDEP as the scenario has it, and no other option";
}

std::string simulated_text() {
  return "the simulator's, whatever the tree has: the threads, RCU, the scheduler, rwsem (without a queue: no reader waits behind a writer that waits), "
         "refcount_t, seqcount_t, the maple tree, the slab; a sleeper is woken only by code that is shown or by a fatal signal, preempt_disable() "
         "forbids nothing, fields that are not the lock's are not judged";
}

std::span<const std::string_view> lock_functions() { return kFunctions; }
bool is_lock_function(std::string_view name) { return std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end(); }

bool is_in_every_kernel(std::string_view name) { return std::find(kInEveryKernel.begin(), kInEveryKernel.end(), name) != kInEveryKernel.end(); }

bool is_model_lock_file(const SourceFile& file) {
  return file.origin == SourceFile::Origin::kModel &&
         (file.path.find("mmap_lock.") != std::string::npos || file.path.find("rcuwait.") != std::string::npos);
}

bool is_lock_file(const SourceFile& file) {
  if (file.origin != SourceFile::Origin::kKernelTree) return is_model_lock_file(file);
  return std::find(kTreeLockFiles.begin(), kTreeLockFiles.end(), file.path) != kTreeLockFiles.end();
}

bool is_simulators_own(const SourceFile& file, std::string_view name) {
  if (file.origin != SourceFile::Origin::kModel) return false;
  if (file.path == "kernel/vma.c") return name == "vma_erase";
  const bool threads = file.path == "kernel/threads.c" || file.path == "kernel/users.c";
  return threads && name != "vm_area_dup" && name != "exit_mmap" && (!name.starts_with("uffd_") || name == "uffd_mover");
}

bool is_core(const SourceFile& file, std::string_view name) {
  return is_model_lock_file(file) && file.path.find("rcuwait.") == std::string::npos && name.find("assert") == std::string_view::npos;
}

std::vector<ParseReport> report_lock_functions(const CodeBase& code) {
  std::vector<ParseReport> reports;
  for (const std::string_view name : kFunctions) {
    ParseReport report;
    report.name = std::string(name);
    const Result<Program> program = code.lower_function(name);
    SourcePos where;
    if (const CodeBase::Function* function = code.find(name)) where = function->definition;
    if (program) {
      report.lowered = true;
      report.visible = program->visible_count();
      if (where.line == 0) {
        // A macro: its frame says where it is, and only what is inside it counts.
        for (const Frame& frame : program->frames) {
          if (frame.function == name) where = frame.definition;
        }
        report.visible = visible_inside(*program, name);
      }
    } else {
      report.reason = program.error();
      report.lacking = !program.error().lacks.empty();
    }
    if (where.line != 0) {
      report.file = code.files()[where.file].path;
      report.line = static_cast<int>(where.line);
      report.origin = code.files()[where.file].origin;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

bool counts_references(const std::vector<Token>& tokens) {
  const auto mentions = [&](auto wanted) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) { return wanted(token.text); });
  };
  const auto changes = [](std::string_view name) {
    return name.find("refcount_") != name.npos && name != "refcount_read" && name.find("dec") == name.npos && name.find("sub") == name.npos;
  };
  return mentions([](std::string_view name) { return name == "vm_refcnt"; }) && mentions(changes);
}

}  // namespace vmalab
