// SPDX-License-Identifier: GPL-2.0-only
// The parser's guard against hostile nesting; shared by the parser's two source files.
#pragma once

#include "lang/parser.h"

namespace vmalab {

class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (++parser_.nesting_ > kMax) {
      --parser_.nesting_;
      parser_.fail("this is nested more than " + std::to_string(kMax) + " levels deep");
    }
  }
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  static constexpr int kMax = 400;
  Parser& parser_;
};

}  // namespace vmalab
