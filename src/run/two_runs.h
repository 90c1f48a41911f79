// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C under one schedule: the lock and a variant of it, two kernel trees, lockdep on and off. They go in lockstep until
// they part: an action can happen in the one alone, changes something else, has another result or breaks other checks, or leaves
// other values or other holds behind. Programs of different code have other registers and lines, so those alone are no difference.
//
// A look is a step that writes nothing and never waits: a load, an assertion's glance at a lock. Where the one has looks that the
// other has not, such as those of assertions without lockdep, it takes them alone and both meet again at the next step that is
// the same in both. What a look has seen matters as soon as another step follows from it: there they part.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"
#include "run/session.h"

namespace vmalab {

struct DifferingField {
  Word address = 0;  ///< as StateField has it
  std::string name;
  std::array<std::string, 2> values;
};
/// The values that differ between two states, by name; what only one of the two has a name for is left out.
std::vector<DifferingField> differing_fields(const Machine& first, const State& a, const Machine& second, const State& b);

struct Parting {
  enum class Why : std::uint8_t { kStart, kNotEnabled, kInstruction, kResult, kChecks, kState, kSchedule };
  Why why = Why::kState;
  int row = 0;                         ///< of TwoRuns::rows(): the first that is not the same; 0: they begin in other states
  std::string text;                    ///< in a sentence
  std::vector<DifferingField> fields;  ///< after that row, in each as far as it took it
};
/// "start", "not-enabled", "instruction", "result", "checks", "state", "schedule".
std::string_view why_name(Parting::Why why);

class TwoRuns {
 public:
  /// A step of both, or of one.
  struct Row {
    std::array<int, 2> depth{};     ///< how many steps each has taken after it
    std::array<bool, 2> stepped{};  ///< who took one in it
    bool both() const { return stepped[0] && stepped[1]; }
  };

  /// Both at their starts. Error: the threads of the two do not match.
  /// @param names what the two are called in sentences: "no-wake", "the lock as it is"
  /// @param lead whose schedule it is, 0 or 1: that one takes exactly its steps, the other also looks of its own
  static Result<TwoRuns> begin(Machine first, Machine second, std::array<std::string, 2> names, std::size_t lead = 0);
  /// Two branches of a session: one schedule until they fork, and then each its own.
  static TwoRuns of_branches(const Session& session, int a, int b);

  /// The next action of the schedule. Behind the parting each takes it where it can.
  void take(Action action);

  const std::array<std::string, 2>& names() const { return names_; }
  const std::array<Session, 2>& sessions() const { return sessions_; }  ///< at their ends
  const std::vector<Row>& rows() const { return rows_; }                ///< the first is the start
  const std::optional<Parting>& parting() const { return parting_; }    ///< nullopt: they have not parted
  int common() const { return common_; }                                ///< steps that are the same in both, one after the other
  /// Rows that only one of the two took before they parted, all of them looks.
  const std::vector<int>& looks_alone() const { return looks_alone_; }
  int left_out() const { return left_out_; }  ///< steps of the schedule that could happen in neither, before they parted
  /// The first row after which the lead has taken so many steps.
  int row_of(int lead_depth) const;
  NodeId node(std::size_t side, int row) const;  ///< of its session, after that row
  StateValue state_at(std::size_t side, int row) const { return sessions_[side].state_at(node(side, row)); }
  /// Of the step that a side took in the row; null: it took none.
  const StepInfo* step(std::size_t side, int row) const;

 private:
  TwoRuns(std::array<Session, 2> sessions, std::array<std::string, 2> names, std::size_t lead);

  /// What a thread is about to do: looks, and then a step that is none, or why there is none.
  struct Ahead {
    std::optional<StepInfo> step;  ///< nullopt: it waits there, or is done
    Op op = Op::kEnd;
    bool done = false;
  };
  std::vector<Ahead> ahead(std::size_t side, Action action) const;
  struct Meeting {
    std::array<std::size_t, 2> looks{};  ///< that each takes before both come to the same
  };
  std::optional<Meeting> meeting(const std::array<std::vector<Ahead>, 2>& ahead) const;
  void alone(std::size_t side, Action action);
  bool holds_differ(ThreadId t);
  void together(Action action);
  bool catch_up();
  bool checks_agree();
  void part(Parting::Why why, int row, const std::string& in_a, const std::string& in_b);
  int last_row() const { return static_cast<int>(rows_.size()) - 1; }
  void part_at(Action action, bool can_lead, bool can_other);
  void add_row(bool first, bool second);
  std::string told(std::size_t side, const std::string& otherwise) const;

  std::array<Session, 2> sessions_;
  std::array<std::string, 2> names_;
  std::size_t lead_ = 0;
  std::vector<Row> rows_{Row{}};
  std::optional<Parting> parting_;
  int common_ = 0, left_out_ = 0;
  std::vector<int> looks_alone_;
  std::array<PropertySet, 2> broken_{};  ///< so far
};

}  // namespace vmalab
