// SPDX-License-Identifier: GPL-2.0-only
#include "machine/test_run.h"

#include "machine/state.h"

namespace vmalab::testing {

Word Run::refcnt() const { return words().vmas[0][VmaField::kRefcnt]; }
const Holds& Run::holds(std::size_t thread) const { return words().threads[thread].holds[0]; }
bool Run::write_locked(std::size_t thread) const { return holds(thread).write_locked != 0; }
Word Run::reg(std::size_t thread, std::size_t number) const { return words().threads[thread].registers[number]; }

}  // namespace vmalab::testing
