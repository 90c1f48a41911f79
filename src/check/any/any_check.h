// SPDX-License-Identifier: GPL-2.0-only
// A check for any number of threads: the search for all numbers at once (any_search.h), and where that meets a violation, exact
// checks with the threads that it met on the way, and 0, 1, 2, ... readers, which show it with as few as it takes, or do not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/any/any_search.h"
#include "check/checker.h"

namespace vmalab::check {

struct AnyOptions {
  std::vector<const Property*> only;  ///< judge these alone; empty: all
  int jobs = 0;                       ///< of the exact checks; 0: one a core
  std::size_t memory_mib = 0;         ///< 0: three quarters of platform::available_memory()
  int most_readers = 6;               ///< of the exact checks
};

/// How many there are of the threads that there is any number of.
struct Numbers {
  int readers = 0;
  std::vector<int> queued;  ///< by Crowd::queues
};

struct AnyReport {
  enum class Verdict {
    kProved,      ///< what is decided this way holds for every number
    kViolation,   ///< with so many, and no fewer readers: `concrete`
    kNotProved,   ///< the search met a violation that no exact check confirms: it may be none
    kPremise,     ///< the code tells numbers apart, or readers
    kIncomplete,  ///< it was stopped, or memory ended
  };
  Verdict verdict = Verdict::kProved;
  std::string reason;                      ///< kIncomplete: what ended it; kNotProved: how far exact checks went
  std::vector<const Property*> proved;     ///< kProved
  std::vector<const Property*> undecided;  ///< not decided this way

  AnyResult search;
  CheckReport evidence;  ///< of the search: values, edges, lines, whose functions ran, what nothing exercised
  Crowd crowd;
  Numbers numbers;                         ///< kViolation
  CheckReport concrete;                    ///< kViolation
  std::shared_ptr<const Machine> machine;  ///< kViolation: the one of `concrete`
};

class AnyCheck final : public Work {
 public:
  /// A machine with so many, and all else the same. Error: there is no room for so many.
  using With = std::function<Result<Machine>(const Numbers&)>;
  /// @param machine must outlive the check
  /// @param crowd threads of it
  AnyCheck(const Machine& machine, const Crowd& crowd, With with, const AnyOptions& options);
  ~AnyCheck() override;

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;
  /// When advance() has said kDone. Errors: as Check::report().
  Result<AnyReport> report() const;

 private:
  void search_ended();
  void next_number();
  void number_known();
  void more_numbers();

  const Machine& machine_;
  With with_;
  AnyOptions options_;
  std::unique_ptr<AnySearch> search_;
  AnyReport report_;
  std::shared_ptr<const Machine> concrete_machine_;
  std::unique_ptr<Check> exact_;
  Numbers numbers_;  ///< the next to try
  bool one_more_ = false;
  bool done_ = false, stopped_ = false;
  std::optional<Diagnostic> error_;
};

/// "proved", "violation", "not-proved", "not-decided", "incomplete"
std::string_view verdict_name(AnyReport::Verdict verdict);
/// "any number of readers and writers": by the functions that they run.
std::string crowd_text(const Machine& machine, const Crowd& crowd);
/// "2 readers and 1 writer"
std::string numbers_text(const Machine& machine, const Crowd& crowd, const Numbers& numbers);
/// What a proof for any number does not say more than, in a clause: "one VMA object, fewer than VM_REFCNT_LIMIT references at a time, ..."
std::string bounds_text(const Machine& machine, const Crowd& crowd);
/// The verdict in a sentence.
std::string result_sentence(const Machine& machine, const AnyReport& report);
/// What the verdict rests on, in two sentences for a lecturer to read out.
std::string basis_text(const Machine& machine, const AnyReport& report);
/// For those who show checks of one machine: what was proved as a pass with its evidence, a violation as that of those who show it, all else
/// as not decided.
CheckReport as_check_report(const Machine& machine, const AnyReport& report);
/// Several lines, as report_text() of an exact check; the first says the verdict alone.
std::string report_text(const Machine& machine, const AnyReport& report);
/// One JSON object on one line.
std::string report_json(const Machine& machine, const AnyReport& report);

}  // namespace vmalab::check
