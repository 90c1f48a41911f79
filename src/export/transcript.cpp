// SPDX-License-Identifier: GPL-2.0-only
// A race as kernel people draw it in commit messages: a column a thread, a line a step, the state of the lock between turns. Only one
// thread moves at a time, so a line may reach into the columns to its right.
#include <algorithm>

#include "base/text_hygiene.h"
#include "base/text_layout.h"
#include "base/words.h"
#include "export/format.h"
#include "export/race_steps.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

constexpr int kNarrowest = 40, kWidest = 1000;
// A step's text gets at least so many characters, more where its column is wide; columns come closer before it is cut to the least.
constexpr std::size_t kNarrowestText = 24, kWidestText = 46, kLeastApart = 4;

class Transcript {
 public:
  Transcript(const RecordedRun& run, const ExportOptions& options)
      : run_(run), width_(static_cast<std::size_t>(options.columns)), only_shared_(options.only_shared) {}

  Result<std::string> write() {
    margin_ = std::to_string(run_.range().last).size() + 2;
    place_columns();
    vmas_.resize(shown_vmas(run_.machine()).size());
    note_state(run_.begins_in());
    if (only_shared_) needed_ = race_looks(run_);
    const Result<void> walked = run_.walk([this](const RecordedStep& step) { add(step); });
    if (!walked) return tl::unexpected(walked.error());
    state();
    return out_;
  }

 private:
  /// Threads that move in the range have a column.
  void place_columns() {
    const int threads = run_.machine().thread_count();
    offset_.assign(static_cast<std::size_t>(threads), 0);
    function_.assign(static_cast<std::size_t>(threads), {});
    std::vector<std::size_t> moving;
    for (int n = run_.range().first; n <= run_.range().last; ++n) {
      const std::size_t t = run_.session().info(run_.session().path()[static_cast<std::size_t>(n)]).action.thread.value;
      if (std::find(moving.begin(), moving.end(), t) == moving.end()) moving.push_back(t);
    }
    std::sort(moving.begin(), moving.end());
    const std::size_t room = width_ - margin_, others = moving.size() - 1;
    const std::size_t least = std::clamp(room - std::min(room, others * kLeastApart), kNarrowestText, kWidestText);
    const std::size_t apart = others == 0 ? room : std::min(room / moving.size(), (room - least) / others);
    text_width_ = std::max(least, apart > 2 ? apart - 2 : apart);
    for (std::size_t i = 0; i < moving.size(); ++i) offset_[moving[i]] = margin_ + i * apart;
    heads(moving, apart);
  }

  /// Names above their columns: on one line where there is room, else like stairs.
  void heads(const std::vector<std::size_t>& moving, std::size_t apart) {
    std::string names, rules;
    for (const std::size_t t : moving) {
      const std::string name = printable(run_.machine().scenario().threads[t].name);
      const std::string rule(display_width(name), '=');
      if (display_width(name) + 1 > apart && moving.size() > 1) {
        out_ += names.empty() ? "" : names + "\n" + rules + "\n";
        names = rules = {};
      }
      names = padded(names, offset_[t]) + name;
      rules = padded(rules, offset_[t]) + rule;
    }
    out_ += names + "\n" + rules + "\n";
  }

  void add(const RecordedStep& step) {
    const ThreadId t = step.info.action.thread;
    const bool begins_something = !step.caption.empty() || !step.chapter.empty() ||
                                  run_.session().talk().note(run_.session().path()[static_cast<std::size_t>(step.number)]) != nullptr;
    if (begins_something) {
      state();
      out_ += paragraph(step.chapter) + paragraph(step.caption);
    }
    if (turn_ && *turn_ != t) state();
    note_state(step.after);
    const bool private_step = step.mark == Mark::kRead || step.mark == Mark::kOther || step.mark == Mark::kSleeps;
    const bool sleeps = run_.timeline().holds(t, Mark::kAsleep, step.number);
    const bool needed = !only_shared_ || begins_something || needed_[static_cast<std::size_t>(step.number - run_.range().first)];
    if (private_step && !needed && step.broken == 0 && !step.info.finished && !sleeps) return;
    turn_ = t;
    function(step);
    const std::string number = std::to_string(step.number);
    std::string lead = std::string(margin_ - 2 - number.size(), ' ') + number;
    const std::string text = (step.place.line > 0 ? std::to_string(step.place.line) + ": " : std::string()) + step.text +
                             (sleeps ? "; " + run_.thread_name(t) + " sleeps" : "");
    put(t, lead, "  ", text);
    for (const Property* property : properties_in(step.broken)) {
      for (const std::string& line :
           wrap("VIOLATED " + std::string(property->name) + ": " + violation_text(run_.machine(), step.info, *property), width_ - 2)) {
        out_ += "! " + printable(line) + "\n";
      }
    }
  }

  std::string paragraph(std::string_view text) const {
    if (text.empty()) return {};
    std::string out = "\n";
    for (const std::string& line : wrap(printable(text), width_)) out += line + "\n";
    return out;
  }

  /// In a line of its own, where it is another than in the thread's line before.
  void function(const RecordedStep& step) {
    if (step.place.line == 0) return;
    const std::string name = step.place.function + "() [" + step.place.file.substr(step.place.file.rfind('/') + 1) + "]";
    std::string& known = function_[step.info.action.thread.value];
    if (name == known) return;
    known = name;
    put(step.info.action.thread, "", "", name);
  }

  void put(ThreadId t, std::string lead, const std::string& indent, std::string_view text) {
    std::size_t room = std::min(text_width_, width_ - offset_[t.value]) - indent.size();
    const std::vector<std::string> lines = display_width(text) <= room ? std::vector{printable(text)} : wrap(printable(text), room - 2);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out_ += padded(lead, offset_[t.value]) + indent + (i == 0 ? "" : "  ") + lines[i] + "\n";
      lead.clear();
    }
  }

  void note_state(const State& state) {
    for (std::size_t v = 0; v < vmas_.size(); ++v) {
      const VmaView view = vma_view(run_.machine(), state, nullptr, vma_id(v), 0);
      std::string text = view.name + ": free";
      if (view.allocated) {
        const std::string holders = words::joined(view.holders, [](const HolderRow& row) { return row.text; });
        text = view.name + "->vm_refcnt = " + refcount_text(view.refcnt) + (holders.empty() ? "" : " (" + holders + ")") +
               (view.seq_equal ? "; " + view.seq_meaning : "");
      }
      vmas_[v].now = text;
    }
  }

  /// What has changed since it was last told.
  void state() {
    for (Known& vma : vmas_) {
      if (vma.now == vma.told) continue;
      vma.told = vma.now;
      std::string lead = std::string(margin_, ' ') + "-- ";
      for (const std::string& line : wrap(printable(vma.now), width_ - lead.size())) {
        out_ += lead + line + "\n";
        lead.assign(lead.size(), ' ');
      }
    }
  }

  struct Known {
    std::string now, told;
  };

  const RecordedRun& run_;
  std::size_t width_, margin_ = 0, text_width_ = 0;
  bool only_shared_;
  std::string out_;
  std::vector<bool> needed_;           ///< by step of the range, where only those are asked for
  std::vector<std::size_t> offset_;    ///< of its column, by thread
  std::vector<std::string> function_;  ///< the last that was told, by thread
  std::vector<Known> vmas_;
  std::optional<ThreadId> turn_;
};

Result<void> check_columns(const ExportOptions& options) {
  if (options.columns >= kNarrowest && options.columns <= kWidest) return {};
  return fail("--columns is a width of " + std::to_string(kNarrowest) + " to " + std::to_string(kWidest) + " characters, got " +
              std::to_string(options.columns));
}

std::string paragraphs(const RecordedRun& run, std::size_t width) {
  std::string out;
  const auto add = [&](std::string_view text) {
    if (text.empty()) return;
    for (const std::string& line : wrap(printable(text), width)) out += line + "\n";
    out += "\n";
  };
  add(run.machine().scenario().story);
  for (const std::string& term : run.terms()) add(term);
  return out;
}

}  // namespace

Result<std::string> write_text(const RecordedRun& run, const ExportOptions& options) {
  if (const Result<void> checked = check_columns(options); !checked) return tl::unexpected(checked.error());
  Result<std::string> body = Transcript(run, options).write();
  if (!body) return body;
  std::string out;
  for (const std::string& line : wrap(printable(run.title()), static_cast<std::size_t>(options.columns))) out += line + "\n";
  return out + "\n" + paragraphs(run, static_cast<std::size_t>(options.columns)) + *body;
}

Result<std::string> write_markdown(const RecordedRun& run, const ExportOptions& options) {
  if (const Result<void> checked = check_columns(options); !checked) return tl::unexpected(checked.error());
  Result<std::string> body = Transcript(run, options).write();
  if (!body) return body;
  // Whatever the run says, it does not end the block.
  std::size_t longest = 2, ticks = 0;
  for (const char c : *body) longest = std::max(longest, ticks = c == '`' ? ticks + 1 : 0);
  const std::string fence(longest + 1, '`');
  std::string text = paragraphs(run, static_cast<std::size_t>(options.columns));
  for (std::size_t at = 0; (at = text.find_first_of("\\`*_<>[]#|", at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return "# " + printable(run.title()) + "\n\n" + text + fence + "text\n" + *body + fence + "\n";
}

}  // namespace vmalab
