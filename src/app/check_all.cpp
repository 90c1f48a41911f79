// SPDX-License-Identifier: GPL-2.0-only
#include "app/check_all.h"

#include <cctype>

#include "app/check_terms.h"
#include "app/kernel_option.h"
#include "app/player.h"
#include "app/stub_check.h"
#include "app/text.h"
#include "app/version.h"
#include "base/words.h"
#include "check/report.h"
#include "lang/lock_functions.h"
#include "machine/any_threads.h"
#include "run/trace_file.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 79;
/// The clause as a sentence, and what follows from it.
std::string ordering_sentence(Ordering ordering) {
  std::string text = std::string(check::ordering_clause(ordering)) +
                     (ordering == Ordering::kSc ? ", so a barrier that is missing is not found." : ".");
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// Lines of at most kWidth. What stands before the column of the indent, a label or a number, is kept as it is, and so are the
/// spaces that a line begins with.
std::string wrapped(const std::string& text, const std::string& indent = {}) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string lead = text.substr(at, std::min(indent.size(), end - at));
    lead.erase(lead.find_last_of(' ') + 1);
    const std::string rest = text.substr(at + lead.size(), end - at - lead.size());
    const std::string own(std::min(rest.find_first_not_of(' '), rest.size()), ' ');
    lead += own;
    for (const std::string& line : wrap(rest, kWidth - indent.size() - own.size())) {
      out += lead + line + "\n";
      lead = indent + own;
    }
    at = end + 1;
  }
  return out;
}

}  // namespace

const char* Judgement::verdict() const {
  if (tally.bad > 0) return "violation";
  if (tally.cannot_run > 0) return "cannot-run";
  return tally.incomplete > 0 || judged() == 0 || !unjudged.empty() ? "incomplete" : "pass";
}

int Judgement::exit_code() const {
  return tally.bad == 0 && tally.cannot_run == 0 && (judged() == 0 || !unjudged.empty()) ? kExitIncomplete : tally.exit_code();
}

std::string Judgement::sentence() const {
  std::string text = plural(judged(), "scenario") + " checked";
  if (tally.bad > lost) text += ", " + std::to_string(tally.bad - lost) + " with a violation";
  if (lost > 0) text += ", " + std::to_string(lost) + " in which what must be able to happen cannot";
  if (tally.cannot_run > 0) text += ", " + std::to_string(tally.cannot_run) + " that cannot run";
  if (not_applicable > 0) text += ", " + std::to_string(not_applicable) + " not applicable to this kernel";
  if (misfits > 0) text += ", " + std::to_string(misfits) + " not judged";
  if (tally.incomplete > 0) text += reason.empty() ? ", not all completed" : ", no verdict: " + reason;
  for (const std::string& change : unjudged) text += "; " + change;
  if (std::string(verdict()) == "pass") {
    text += ": " + check::hold_text(only) + " in every interleaving of each";
  }
  return text;
}

check::CheckOptions check_options(const CheckCommand& command) {
  check::CheckOptions options = check_options(command.search);
  options.goal = command.find;
  options.only = command.judge;
  return options;
}

Result<void> save_found(const CheckCommand& command, const Machine& machine, const check::CheckReport& report) {
  return save_trace(command.trace_file, machine, report.trace, command.force);
}

Result<Judgement> judge_all(const CheckCommand& command, const Workspace& workspace, const std::vector<std::string>& names,
                            const std::function<Result<void>(const std::string&)>& say) {
  Judgement judgement;
  judgement.only = command.judge;
  judgement.ordering = command.subject.overrides.ordering.value_or(Ordering::kSc);
  Tally& tally = judgement.tally;
  std::set<std::string> told;
  for (const std::string& name : names) {
    Subject one = command.subject;
    if (!name.empty()) one.target = name;
    Result<Document> loaded = workspace.open(one.origin());
    if (loaded && !any_threads(loaded->session.machine().scenario()).empty()) {
      return fail("'count = \"any\"' is judged by `vmalab check " + name + "` alone: no --report or --series with it", name);
    }
    ++judgement.scenarios;
    const std::string shown = loaded ? loaded->session.machine().scenario().name : name.empty() ? "this scenario" : name;
    std::string line = padded(shown, 34);
    if (!loaded && !loaded.error().lacks.empty()) {
      ++judgement.not_applicable;
      judgement.lacking.push_back(shown + ": " + loaded.error().message);
      judgement.rows.push_back({{"scenario", shown}, {"verdict", "not-applicable"}, {"needs", loaded.error().lacks}});
      line += " not applicable: " + loaded.error().message + "\n";
    } else if (!loaded && !loaded.error().misfit.empty()) {
      ++tally.incomplete;
      ++judgement.misfits;
      if (judgement.reason.empty()) judgement.reason = why_not_judged(loaded.error());
      judgement.rows.push_back(
          {{"scenario", shown}, {"verdict", "incomplete"}, {"reason", why_not_judged(loaded.error())}, {"error", loaded.error().to_string()}});
      line += not_judged(loaded.error(), told);
    } else if (!loaded) {
      ++tally.cannot_run;
      judgement.rows.push_back({{"scenario", shown}, {"verdict", "cannot-run"}, {"error", loaded.error().to_string()}});
      line += cannot_run(loaded.error(), told);
    } else {
      Result<StubbedCheck> checked = check_all_values(loaded->session.machine(), check_options(command));
      clear_progress();
      if (!checked) return tl::unexpected(checked.error());
      const Machine& machine = checked->machine;
      const check::CheckReport* const report = &checked->report;
      const bool violated = report->verdict == check::CheckReport::Verdict::kViolation;
      const bool lost = report->verdict == check::CheckReport::Verdict::kGoalLost;
      tally.bad += violated || lost;
      judgement.lost += lost;
      if (report->verdict == check::CheckReport::Verdict::kIncomplete) {
        ++tally.incomplete;
        if (judgement.reason.empty()) judgement.reason = report->reason;
      }
      judgement.lock_code.add(report->lock_code);
      judgement.reach.add(*report);
      judgement.ordering = report->ordering;
      judgement.rows.push_back(Json::parse(with_stubs(check::report_json(machine, *report), *checked)));
      if (violated) {
        line += " VIOLATION of " + std::string(report->check->name) + ", " + plural(report->trace.size(), "step") + "\n";
        if (tally.bad - judgement.lost == 1) {
          line += check::trace_text(machine, *report) + checked->text;
          judgement.first_violation = line;
          if (!command.trace_file.empty()) {
            if (Result<void> saved = save_found(command, machine, *report); !saved) return tl::unexpected(saved.error());
            line += "  saved: vmalab open " + command.trace_file.string() + "\n";
          }
        }
      } else if (lost) {
        line += " LOST: \"" + report->lost_goal + "\", which must be able to happen, cannot\n";
        if (judgement.first_violation.empty()) judgement.first_violation = line;
      } else {
        line += " " + std::string(check::verdict_name(report->verdict)) + ", " + plural(report->states, "state") + "\n";
      }
    }
    if (Result<void> said = say(line); !said) return tl::unexpected(said.error());
    if (interrupted()) {
      ++tally.incomplete;
      if (judgement.reason.empty()) judgement.reason = "it was stopped";
      break;
    }
  }
  if (command.subject.code.tree) judgement.patch_notes = command.subject.code.tree->patch_notes();
  if (command.subject.code.tree) {
    const Result<CodeBase> code = workspace.code(command.subject.code, {});
    judgement.unjudged = judgement.reach.unjudged_changes(*command.subject.code.tree, code ? &*code : nullptr, "no scenario runs");
  }
  return judgement;
}

std::string patch_notes_text(const Judgement& judgement, const std::string& indent) {
  std::string text;
  for (const std::string& note : judgement.patch_notes) text += wrapped(indent + "patch: " + note, indent);
  return text;
}

std::string judgement_notes(const CheckCommand& command, const Judgement& judgement, const CodeBase& code) {
  std::string text;
  for (const std::string& term : check_terms(command.subject, command.judge)) text += wrapped(term);
  if (judgement.lock_code.has_tree) {
    text += wrapped(lock_code_text(judgement.lock_code));
    text += wrapped(configuration_text());
    text += wrapped(simulated_text());
    for (const std::string& paragraph : judgement.reach.paragraphs(code)) text += wrapped(paragraph);
  }
  return text + wrapped(ordering_sentence(judgement.ordering));
}

std::string judgement_report(const CheckCommand& command, const Judgement& judgement, const CodeBase& code) {
  std::string text = std::string("Checked with VMA Lock Lab ") + kVersion + " (" + kRevision + ")\n";
  if (judgement.lock_code.has_tree) text += wrapped("Tree:      " + judgement.lock_code.kernel, "           ");
  for (const TreePatch& patch : command.subject.code.patches) {
    for (const std::string& subject : patch_subjects(patch)) text += wrapped("Patch:     " + subject, "           ");
  }
  for (const std::string& note : judgement.patch_notes) text += wrapped("           " + note, "           ");
  for (const std::string& term : check_terms(command.subject, command.judge)) text += wrapped("With:      " + term, "           ");
  if (judgement.lock_code.has_tree) text += wrapped("With:      " + configuration_text(), "           ");
  text += wrapped("Verdict:   " + std::string(judgement.verdict()) + "; " + judgement.sentence(), "           ");
  std::string scenarios;
  for (const Json& row : judgement.rows) {
    const std::string verdict = row["verdict"].get<std::string>();
    scenarios += (scenarios.empty() ? "" : ", ") + row["scenario"].get<std::string>() + (verdict == "pass" ? "" : " (" + verdict + ")");
  }
  text += wrapped("Scenarios: " + scenarios, "           ");
  if (!judgement.first_violation.empty()) text += "\n" + wrapped(judgement.first_violation, "               ");
  text += "\nNot judged:\n" + wrapped("- " + ordering_sentence(judgement.ordering), "  ");
  if (judgement.lock_code.has_tree) {
    text += wrapped("- Any code but " + lock_code_text(judgement.lock_code), "  ");
    text += wrapped("- What is " + simulated_text(), "  ");
    for (const std::string& paragraph : judgement.reach.paragraphs(code)) text += wrapped("- " + paragraph, "  ");
  }
  for (const std::string& lack : judgement.lacking) text += wrapped("- " + lack, "  ");
  return text;
}

std::string series_report(const std::vector<std::string>& not_judged) {
  std::string text;
  for (const std::string& sentence : not_judged) text += (text.empty() ? "\n" : "") + wrapped("Series:    " + sentence, "           ");
  return text;
}

}  // namespace vmalab::app
