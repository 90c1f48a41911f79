// SPDX-License-Identifier: GPL-2.0-only
// A sequence diagram for Mermaid: threads and the objects that they touch as participants, each step a message. A thread's line is
// drawn as active while it holds a read or write lock on a VMA.
#include <algorithm>

#include "base/text_layout.h"
#include "export/format.h"

namespace vmalab {
namespace {

constexpr std::size_t kCaptionWidth = 64;

/// Characters that mean something to Mermaid, as it wants them written.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '#' || c == ';' || c == '%' || c == '<' || c == '"' || c == '{' || c == '}' || c == '\\') {
      out += "#" + std::to_string(static_cast<int>(c)) + ";";
    } else {
      out += c == '\n' || c == '\t' ? ' ' : c;
    }
  }
  return out;
}

class Diagram {
 public:
  explicit Diagram(const RecordedRun& run) : run_(run) {}

  Result<std::string> write() {
    active_.resize(static_cast<std::size_t>(run_.machine().thread_count()));
    now_ = run_.range().first - 1;
    for (std::size_t t = 0; t < active_.size(); ++t) activate(t);
    const Result<void> walked = run_.walk([this](const RecordedStep& step) { add(step); });
    if (!walked) return tl::unexpected(walked.error());
    for (std::size_t t = 0; t < active_.size(); ++t) {
      if (active_[t]) line("deactivate " + participant(t));
    }
    std::string head = "---\ntitle: \"" + escaped(run_.title()) + "\"\n---\nsequenceDiagram\n";
    for (const std::string& term : run_.terms()) head += "  %% " + term + "\n";
    for (std::size_t t = 0; t < active_.size(); ++t)
      head += "  participant " + participant(t) + " as " + escaped(run_.machine().scenario().threads[t].name) + "\n";
    for (const std::string& object : objects_) head += "  participant " + object_id(object) + " as " + escaped(object) + "\n";
    return head + body_;
  }

 private:
  static std::string participant(std::size_t t) { return "T" + std::to_string(t); }
  std::string object_id(const std::string& object) {
    const auto found = std::find(objects_.begin(), objects_.end(), object);
    const auto number = found - objects_.begin();
    if (found == objects_.end()) objects_.push_back(object);
    return "O" + std::to_string(number);
  }
  void line(const std::string& text) { body_ += "  " + text + "\n"; }

  void add(const RecordedStep& step) {
    const auto t = static_cast<std::size_t>(step.info.action.thread.value);
    now_ = step.number;
    if (!step.chapter.empty()) note("\xe2\x80\x94 " + step.chapter + " \xe2\x80\x94");
    if (!step.caption.empty()) note(step.caption);
    const std::string number = std::to_string(step.number) + ". ";
    if (step.mark == Mark::kSignal) {
      line("Note over " + participant(t) + ": " + number + escaped(step.text));
    } else if (step.info.wake_target < active_.size() && step.info.wake_target != t) {
      line(participant(t) + (step.info.woken == kNoThread ? "--x" : "->>") + participant(step.info.wake_target) + ": " + number + escaped(step.text));
    } else {
      message(step, participant(t), number);
    }
    for (const Property* property : properties_in(step.broken)) line("Note over " + participant(t) + ": VIOLATED " + escaped(property->name));
    for (std::size_t i = 0; i < active_.size(); ++i) activate(i);
  }

  /// Across all threads.
  void note(std::string_view words) {
    std::string text;
    for (const std::string& part : wrap(words, kCaptionWidth)) text += (text.empty() ? "" : "<br/>") + escaped(part);
    line("Note over " + everybody() + ": " + text);
  }

  void message(const RecordedStep& step, const std::string& thread, const std::string& number) {
    const std::string word = step.info.address == 0 ? std::string() : word_name(run_.machine(), step.info.address);
    const std::string object = word.substr(0, word.find("->"));
    const std::vector<ThreadSetup>& threads = run_.machine().scenario().threads;
    const bool of_a_thread = std::any_of(threads.begin(), threads.end(), [&](const ThreadSetup& setup) { return setup.name == object; });
    if (object.empty() || of_a_thread) return line("Note over " + thread + ": " + number + escaped(step.text));
    const char* arrow = step.mark == Mark::kRead ? "-->>" : step.mark == Mark::kRefused ? "-x" : "->>";
    line(thread + arrow + object_id(object) + ": " + number + escaped(step.text));
  }

  std::string everybody() const { return active_.size() == 1 ? participant(0) : participant(0) + "," + participant(active_.size() - 1); }

  void activate(std::size_t t) {
    const ThreadId thread = thread_id(t);
    bool holds = false;
    for (const Mark mark : {Mark::kReadLock, Mark::kWriteLock}) {
      for (int v = 0; v < run_.timeline().vma_count(); ++v) {
        holds = holds || run_.timeline().holds(thread, mark, now_, v);
      }
    }
    if (holds != active_[t]) line((holds ? "activate " : "deactivate ") + participant(t));
    active_[t] = holds;
  }

  const RecordedRun& run_;
  int now_ = 0;
  std::string body_;
  std::vector<std::string> objects_;
  std::vector<bool> active_;
};

}  // namespace

Result<std::string> write_mermaid(const RecordedRun& run, const ExportOptions&) { return Diagram(run).write(); }

}  // namespace vmalab
