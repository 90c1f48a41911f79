// SPDX-License-Identifier: GPL-2.0-only
#include "check/block.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <cstdlib>
#include <cstring>
#include <new>

namespace vmalab::check {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{1} << 21;

}  // namespace

Block::Block(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  const std::size_t unit = bytes >= kHugePage ? kHugePage : kLine;
  // aligned_alloc() wants a whole number of units; the rest of the last huge page is never touched.
  const std::size_t whole = (bytes + unit - 1) / unit * unit;
  void* data = std::aligned_alloc(unit, whole);
  if (data == nullptr) throw std::bad_alloc();
#ifdef __linux__
  // The tables are hit at random: with small pages each hit would also miss the TLB. A refusal costs only speed.
  if (unit == kHugePage) static_cast<void>(madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE));
#endif
  std::memset(data, 0, bytes);
  data_.reset(static_cast<std::byte*>(data));
}

void Block::Free::operator()(std::byte* data) const { std::free(data); }

}  // namespace vmalab::check
