// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Memory for a part of a large table.
#pragma once

#include <cstddef>
#include <memory>

namespace vmalab::check {

/// Zeroed bytes that begin on a cache line; large ones lie on huge pages where the system gives them.
class Block {
 public:
  Block() = default;
  /// Throws std::bad_alloc.
  explicit Block(std::size_t bytes);
  std::byte* data() const { return data_.get(); }
  /// What was asked for.
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* data) const;
  };
  std::unique_ptr<std::byte[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace vmalab::check
