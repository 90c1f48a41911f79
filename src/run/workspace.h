// SPDX-License-Identifier: GPL-2.0-only
// The Workspace is the only way to a session: it finds scenarios, code, traces and links, and builds what runs.
// The window and every command open through it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "lang/codebase.h"
#include "machine/scenario.h"
#include "run/origin.h"
#include "run/session.h"

namespace vmalab {

/// What is open: a session and where it came from.
struct Document {
  Origin origin;         ///< a name that was left open is filled in
  Session session;       ///< at the start; what was recorded, a trace or a link: at its last step
  bool complete = true;  ///< false: a trace without its closing line
  bool differs = false;  ///< a trace or link that goes on along another run than was recorded, see Origin::goes_on
  std::string notice;    ///< what the user should know: a cut-off trace, a model that changed since; else empty
};

class Workspace {
 public:
  /// `assets`: the folder with kernel/, scenarios/ and variants/.
  explicit Workspace(std::filesystem::path assets) : assets_(std::move(assets)) {}
  const std::filesystem::path& assets() const { return assets_; }

  /// Errors say what was asked for, what was found and what to do; nothing is half open.
  Result<Document> open(const Origin& origin) const;
  /// The same origin again, every file read anew.
  Result<Document> reload(const Document& document) const;

  /// The code that a scenario with this configuration would run.
  Result<CodeBase> code(const CodeChoice& choice, const Scenario& scenario) const;
  /// What runs of a scenario with the code and the overrides of an origin.
  Result<Machine> build(const Origin& origin, Scenario scenario) const;

 private:
  Result<Document> open_trace(const Origin& origin) const;
  Result<Document> open_link(const Origin& origin) const;
  Result<Document> open_scenario(const Origin& origin) const;
  Result<Document> open_with_numbers(const Origin& origin) const;
  Result<Document> open_litmus(const Origin& origin) const;

  std::filesystem::path assets_;
};

}  // namespace vmalab
