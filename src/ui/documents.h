// SPDX-License-Identifier: GPL-2.0-only
// The documents of the window: the one that is open, those that Undo and Redo come back to, and what there is to choose from.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/chapters.h"
#include "machine/variants.h"
#include "run/workspace.h"

namespace vmalab {

class Documents {
 public:
  /// Scenarios opened from the window run `code` under `overrides`; the variant is the open document's.
  Documents(Workspace workspace, CodeChoice code, Overrides overrides, Document document);

  const Workspace& workspace() const { return workspace_; }
  const Document& current() const { return *current_; }
  Session& session() { return current_->session; }
  /// Changes whenever another document is open: what was computed for an older serial is void.
  std::uint64_t serial() const { return serial_; }
  /// Whose code runs when it is not the model alone, and how much of it is; empty for the model.
  const std::string& code_badge() const { return code_badge_; }

  /// A scenario by name, a scenario file, a trace or a link. An error leaves the open document as it is.
  Result<void> open(std::string_view text);
  /// Just this one.
  void take(Document document) { replace(std::move(document)); }
  /// From just there, whatever code and overrides the window has.
  Result<void> open(const Origin& origin);
  /// What is open, with so many of each of its threads, at the start.
  Result<void> open_with(const std::vector<int>& numbers);
  /// The standard scenario of so many threads, with these overrides.
  Result<void> open_standard(int readers, int writers, int detachers, Overrides overrides);
  /// A row of the list of variants: opens the scenario that the variant names; row 0 goes back to the code without one. The title
  /// of the variant comes back, or nothing for row 0.
  Result<std::optional<std::string>> choose_variant(int row);
  /// Reads the open document and the list of scenarios again.
  Result<void> reload();
  bool can_go_back() const { return !earlier_.empty(); }
  bool can_go_forward() const { return !later_.empty(); }
  void go_back() { bring_back(earlier_, later_); }  ///< to the document that was open before
  void go_forward() { bring_back(later_, earlier_); }

  const std::vector<Scenario>& scenarios() const { return scenarios_; }
  /// In the order of the chapters; those that stand in none come last.
  const std::vector<Chapter>& chapters() const { return chapters_; }
  const std::vector<Variant>& variants() const { return variants_; }
  int scenario_row() const;  ///< of the open scenario in scenarios(), -1 when it is not there
  int variant_row() const;   ///< 0: no variant runs; -1: one that is not in the list
  /// Why a list could not be read; empty when both were.
  const std::string& trouble() const { return trouble_; }

 private:
  Origin origin_for(std::string_view text) const;
  void replace(Document document);
  void put_away(std::deque<Document>& where);  ///< one without a step and a word is not kept
  void bring_back(std::deque<Document>& from, std::deque<Document>& to);
  void adopt(Document document);

  Workspace workspace_;
  CodeChoice code_;
  Overrides overrides_;
  std::optional<Document> current_;  ///< always one
  std::deque<Document> earlier_, later_;
  std::uint64_t serial_ = 0;
  std::string code_badge_, trouble_;
  std::vector<Chapter> chapters_;
  std::vector<Scenario> scenarios_;
  std::vector<Variant> variants_;
};

}  // namespace vmalab
