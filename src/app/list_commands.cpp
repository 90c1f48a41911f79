// SPDX-License-Identifier: GPL-2.0-only
// `vmalab scenarios`, `vmalab completion` and `vmalab parse`: what there is to run, and how much of a kernel tree can.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "lang/lock_functions.h"
#include "lesson/lesson.h"
#include "machine/chapters.h"
#include "machine/scenario.h"
#include "machine/variants.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json_text(json, 1) + "\n"; }

Result<int> print_and(const std::string& text, int code) {
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return code;
}

/// A name and what it stands for, which goes on below itself, or below the name where that is too narrow.
std::string row(const std::string& name, const std::string& text) {
  constexpr std::size_t kLeast = 24;
  const std::size_t all = std::max(screen_width(), display_width(name) + 2 + std::min(display_width(text), kLeast));
  const bool below = all > screen_width();
  const std::size_t indent = below ? 4 : display_width(name) + 2;
  std::string out = below ? name + "\n" : "", lead = below ? std::string(indent, ' ') : name + "  ";
  for (const std::string& line : wrap(text, screen_width() - indent)) {
    out += lead + line + "\n";
    lead.assign(indent, ' ');
  }
  return out;
}

const char* origin_name(SourceFile::Origin origin) {
  switch (origin) {
    case SourceFile::Origin::kModel: return "model";
    case SourceFile::Origin::kKernelTree: return "kernel tree";
    case SourceFile::Origin::kVariant: return "variant";
    case SourceFile::Origin::kExpression: return "expression";
    case SourceFile::Origin::kOwn: return "own code";
  }
  return "";
}

}  // namespace

Result<int> ScenariosCommand::run(const Workspace& workspace) const {
  Result<std::vector<Scenario>> scenarios = list_scenarios(workspace.assets());
  if (!scenarios) return tl::unexpected(scenarios.error());
  const Result<std::vector<Chapter>> chapters = list_chapters(workspace.assets());
  if (!chapters) return tl::unexpected(chapters.error());
  if (json) {
    Json list = Json::array();
    for (const Scenario& s : *scenarios) {
      Json threads = Json::array();
      for (const ThreadSetup& t : s.threads) threads.push_back({{"name", t.name}, {"call", t.call}});
      list.push_back({{"name", s.name},
                      {"title", s.title},
                      {"chapter", chapter_of(*chapters, s.name)},
                      {"story", s.story},
                      {"threads", std::move(threads)},
                      {"signals", s.signals},
                      {"lockdep", s.config.lockdep},
                      {"demo", !s.demo.empty()},
                      {"default", s.name == kDefaultScenario}});
    }
    return print_and(dump({{"scenarios", std::move(list)}}), kExitOk);
  }
  std::size_t width = 0;
  for (const Scenario& s : *scenarios) width = std::max(width, s.name.size());
  Colors colors{stdout_wants_colors()};
  std::string out;
  const auto list = [&](const std::string& chapter) {
    for (const Scenario& s : *scenarios) {
      if (chapter_of(*chapters, s.name) != chapter) continue;
      out += row(colors.bold(padded(s.name, width)), s.title + (s.name == kDefaultScenario ? " (the default)" : ""));
    }
  };
  for (const Chapter& chapter : *chapters) {
    out += (out.empty() ? "" : "\n") + chapter.title + "\n";
    list(chapter.title);
  }
  list("");
  return print_and(out, kExitOk);
}

Result<int> NamesCommand::run(const Workspace& workspace) const {
  std::string out;
  const auto add = [&](const auto& all) {
    for (const auto& one : all) out += one.name + "\t" + one.title + "\n";
  };
  if (what == "scenarios") {
    const Result<std::vector<Scenario>> scenarios = list_scenarios(workspace.assets());
    if (!scenarios) return tl::unexpected(scenarios.error());
    add(*scenarios);
  } else if (what == "lessons") {
    const Result<LessonList> list = list_lessons(workspace.assets());
    if (!list) return tl::unexpected(list.error());
    add(list->lessons);
  } else {
    const Result<std::vector<Variant>> variants = list_variants(workspace.assets());
    if (!variants) return tl::unexpected(variants.error());
    add(*variants);
  }
  if (Result<void> printed = print_exactly(out); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

Result<int> ParseCommand::run(const Workspace& workspace) const {
  Scenario none;
  if (subject.overrides.lockdep) none.config.lockdep = *subject.overrides.lockdep;
  Result<CodeBase> code = workspace.code(subject.code, none);
  if (!code) return tl::unexpected(code.error());
  const std::vector<ParseReport> reports = report_lock_functions(*code);
  std::size_t width = 0;
  int lowered = 0, there = 0;
  for (const ParseReport& report : reports) {
    width = std::max(width, report.name.size());
    lowered += report.lowered ? 1 : 0;
    there += report.lacking ? 0 : 1;
  }
  const int exit_code = lowered == there ? kExitOk : kExitViolation;
  if (json) {
    Json list = Json::array();
    for (const ParseReport& report : reports) {
      list.push_back({{"name", report.name},
                      {"lowered", report.lowered},
                      {"visible", report.visible},
                      {"origin", origin_name(report.origin)},
                      {"file", report.file},
                      {"line", report.line},
                      {"lacking", report.lacking},
                      {"reason", report.lowered ? std::string() : report.reason.to_string()}});
    }
    return print_and(dump({{"model_hash", code->hash()}, {"lockdep", none.config.lockdep}, {"functions", std::move(list)}}), exit_code);
  }
  Colors colors{stdout_wants_colors()};
  std::string out = colors.dim(padded("function", width) + "  steps  from") + "\n";
  for (const ParseReport& report : reports) {
    const std::string steps = report.lowered ? std::to_string(report.visible) : "-";
    out += padded(report.name, width) + "  " + std::string(5 - std::min<std::size_t>(5, steps.size()), ' ') + steps + "  ";
    out += report.lacking     ? std::string("this kernel does not have it")
           : report.line == 0 ? std::string("-")
                              : report.file + ":" + std::to_string(report.line);
    if (report.line != 0 && report.origin != SourceFile::Origin::kModel) out += colors.dim(std::string(" (") + origin_name(report.origin) + ")");
    out += "\n";
    if (!report.lowered && !report.lacking) {
      const std::string reason = report.reason.to_string();
      for (std::size_t at = 0; at < reason.size();) {
        const std::size_t end = std::min(reason.find('\n', at), reason.size());
        out += "    " + colors.bad(reason.substr(at, end - at)) + "\n";
        at = end + 1;
      }
    }
  }
  out += std::to_string(lowered) + " of " + std::to_string(there) + " functions can run.\n";
  if (!subject.code.kernel.empty()) {
    std::string from_model;
    for (const ParseReport& report : reports) {
      if (report.lowered && report.origin == SourceFile::Origin::kModel) from_model += (from_model.empty() ? "" : ", ") + report.name;
    }
    if (subject.code.tree) {
      for (const std::string& note : subject.code.tree->patch_notes()) out += "patch: " + note + "\n";
    }
    if (!from_model.empty()) out += "Not in the kernel tree's files, so the model's: " + from_model + "\n";
  }
  return print_and(out, exit_code);
}

}  // namespace vmalab::app
