// SPDX-License-Identifier: GPL-2.0-only
// What the checks of several scenarios together reached of a kernel tree's lock, and what none of them did: a fault there
// would have gone unseen, so the verdict names it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "check/checker.h"
#include "lang/kernel_tree.h"

namespace vmalab::app {

class TreeReach {
 public:
  void add(const check::CheckReport& report);

  struct Function {
    std::string name, file;
    int line = 0;
    bool shares = false;  ///< it makes a shared access, or it cannot run at all: worth naming
  };
  /// Functions of the tree's files that nothing ran.
  std::vector<Function> not_run(const CodeBase& code) const;
  struct Line : check::CheckReport::Line {
    std::uint32_t column = 0;  ///< where something is that nothing ran, though something of the line ran; 0: all of the line
    std::string always;        ///< "true" or "false": what the condition at `column` was whenever it ran
  };
  /// Lines of functions that ran, that no scenario reached or none reached in full: `if (a && b) return c;`.
  std::vector<Line> not_reached() const;

  /// "WHO, so not judged: f(), g()", one line however long; empty when all of them ran.
  std::string functions_text(const CodeBase& code, const std::string& who) const;
  /// What a patch changes and nothing that ran shows: "the patch changes f() and g(), which no scenario runs: not judged", a
  /// sentence for the functions, one for files that are not read. `ran_by`: "which no scenario runs".
  std::vector<std::string> unjudged_changes(const KernelTree& tree, const CodeBase* code, const std::string& ran_by) const;
  /// For people, to be wrapped by who prints them: the functions, and the lines, each of these in a line of its own. Empty when
  /// everything was reached.
  std::vector<std::string> paragraphs(const CodeBase& code) const;
  nlohmann::ordered_json functions_json(const CodeBase& code) const;
  nlohmann::ordered_json lines_json() const;

 private:
  std::set<std::string> ran_;
  struct Columns {
    std::string function;
    std::map<std::uint32_t, check::CheckReport::Part> parts;
  };
  std::map<std::pair<std::string, std::uint32_t>, Columns> lines_;  ///< by file and line
};

}  // namespace vmalab::app
