// SPDX-License-Identifier: GPL-2.0-only
// Chrome's trace event format, which Perfetto reads: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
//
// Step n lasts from n-1 to n milliseconds, and what holds in the state behind it begins at n: as on the timeline. A thread's track has
// the functions that it is in, nested, its steps in them, and its waits; below it is a track for each thing that it holds, since holds do
// not nest. Chapters and captions of the talk have a track each, above. Events are written in the order of time.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/json.h"
#include "export/format.h"
#include "machine/look.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;
using timeline::Time;

constexpr int kProcess = 1, kChapters = 1, kCaptions = 2, kFirstThread = 10, kTracksOfThread = 100;
constexpr Time kMicroseconds = 1000;  ///< a step

class TraceEvents {
 public:
  explicit TraceEvents(const RecordedRun& run) : run_(run), stacks_(static_cast<std::size_t>(run.machine().thread_count())) {}

  Result<std::string> write() {
    const StateValue begin = run_.begins_in();
    const State& state = begin;
    now_ = run_.range().first - 1;
    metadata("process_name", kProcess, "name", run_.title());
    if (!run_.chapters().empty()) {
      metadata("thread_name", kChapters, "name", "chapters");
      metadata("thread_sort_index", kChapters, "sort_index", -2);
    }
    metadata("thread_name", kCaptions, "name", "captions");
    metadata("thread_sort_index", kCaptions, "sort_index", -1);
    find_changes();
    for (int t = 0; t < run_.machine().thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      metadata("thread_name", track_of(id), "name", run_.thread_name(id));
      metadata("thread_sort_index", track_of(id), "sort_index", track_of(id));
      if (!run_.machine().done(state, id)) enter(id, pc_in(state, id));
      update_spans(id);
    }
    counters();
    const Result<void> walked = run_.walk([this](const RecordedStep& step) { add(step); });
    if (!walked) return tl::unexpected(walked.error());
    close();
    text_ += "\n],\"displayTimeUnit\":\"ms\",\"otherData\":{\"title\":" + text_of(run_.title()) + ",\"unit\":\"1 ms is one step\"}}\n";
    return std::move(text_);
  }

 private:
  static int track_of(ThreadId t) { return kFirstThread + t.value * kTracksOfThread; }
  static std::string text_of(const Json& value) { return json_text(value); }

  void put(const Json& event) {
    text_ += text_.empty() ? "{\"traceEvents\":[\n" : ",\n";
    text_ += text_of(event);
  }
  template <typename Value>
  void metadata(const char* name, int track, const char* key, const Value& value) {
    put({{"name", name}, {"ph", "M"}, {"pid", kProcess}, {"tid", track}, {"args", {{key, value}}}});
  }
  void begin(int track, std::string_view category, std::string_view name, Json args = Json::object()) {
    Json event{{"name", name}, {"cat", category}, {"ph", "B"}, {"pid", kProcess}, {"tid", track}, {"ts", now_ * kMicroseconds}};
    if (!args.empty()) event["args"] = std::move(args);
    put(event);
  }
  void end(int track) { put({{"ph", "E"}, {"pid", kProcess}, {"tid", track}, {"ts", now_ * kMicroseconds}}); }

  /// The functions that the thread is in, before the instruction.
  void enter(ThreadId t, Pc pc) {
    const Program& program = run_.machine().program(t);
    std::vector<std::uint16_t>& open = stacks_[t.value];
    const std::vector<std::uint16_t> stack = program.stack_at(pc);
    const auto same = static_cast<std::size_t>(std::mismatch(open.begin(), open.end(), stack.begin(), stack.end()).first - open.begin());
    leave(t, same);
    for (std::size_t i = same; i < stack.size(); ++i) {
      begin(track_of(t), "function", program.frames[stack[i]].function);
      open.push_back(stack[i]);
    }
  }
  void leave(ThreadId t, std::size_t depth) {
    for (; stacks_[t.value].size() > depth; stacks_[t.value].pop_back()) end(track_of(t));
  }

  void add(const RecordedStep& step) {
    const ThreadId t = step.info.action.thread;
    now_ = step.number - 1;
    if (!step.chapter.empty()) told(kChapters, "chapter", step.chapter);
    if (!step.caption.empty()) told(kCaptions, "caption", step.caption);
    Json args{{"step", step.number}, {"kind", mark_name(step.mark)}};
    if (step.place.line > 0) args["at"] = step.place.file + ":" + std::to_string(step.place.line);
    // A signal is nothing that its thread does: it may come while the thread waits.
    if (step.mark == Mark::kSignal) {
      put({{"name", step.text},
           {"cat", "signal"},
           {"ph", "i"},
           {"s", "t"},
           {"pid", kProcess},
           {"tid", track_of(t)},
           {"ts", now_ * kMicroseconds},
           {"args", args}});
    } else {
      put({{"name", step.text},
           {"cat", "step"},
           {"ph", "X"},
           {"pid", kProcess},
           {"tid", track_of(t)},
           {"ts", now_ * kMicroseconds},
           {"dur", kMicroseconds},
           {"args", args}});
    }
    flows(step);
    now_ = step.number;
    for (const Property* property : properties_in(step.broken)) {
      put({{"name", "VIOLATED " + std::string(property->name)},
           {"cat", "violation"},
           {"ph", "i"},
           {"s", "g"},
           {"pid", kProcess},
           {"tid", track_of(t)},
           {"ts", now_ * kMicroseconds},
           {"args", {{"step", step.number}, {"how", violation_text(run_.machine(), step.info, *property)}}}});
    }
    const auto [changed, unchanged] = std::equal_range(changes_.begin(), changes_.end(), Change{now_, {}},
                                                       [](const Change& a, const Change& b) { return a.at < b.at; });
    // Whoever waits no more has stopped before it enters another function.
    for (auto it = changed; it != unchanged; ++it) update_waits(it->thread, false);
    if (step.info.finished) {
      leave(t, 0);
    } else if (step.mark != Mark::kSignal) {
      enter(t, pc_in(step.after, t));
    }
    for (auto it = changed; it != unchanged; ++it) update_spans(it->thread);
    counters();
  }

  /// Until the next one of its track.
  void told(int track, std::string_view category, std::string_view text) {
    bool& open = held_[track];
    if (open) end(track);
    begin(track, category, text);
    open = true;
  }

  /// When a thread's holds or waits change.
  void find_changes() {
    for (int i = 0; i < run_.machine().thread_count(); ++i) {
      const ThreadId t = thread_id(i);
      for (const timeline::Span& span : run_.timeline().timeline().spans(run_.timeline().track(t), now_, run_.range().last + 1)) {
        changes_.push_back({span.begin, t});
        if (span.end != timeline::kOpen) changes_.push_back({span.end, t});
      }
    }
    std::sort(changes_.begin(), changes_.end());
    changes_.erase(std::unique(changes_.begin(), changes_.end()), changes_.end());
  }

  /// An arrow from the step that wakes to what the other thread is in.
  void flows(const RecordedStep& step) {
    for (const timeline::Flow& flow : run_.timeline().timeline().flows(step.number, step.number + 1)) {
      if (static_cast<Mark>(flow.category) == Mark::kOlder) continue;  // it begins at another time
      const std::string_view name = mark_name(static_cast<Mark>(flow.category));
      const Time middle = now_ * kMicroseconds + kMicroseconds / 2;
      const auto at = [&](timeline::TrackId track) { return track_of({static_cast<std::uint8_t>(track)}); };
      ++flows_;
      put({{"name", name}, {"cat", "wake"}, {"ph", "s"}, {"id", flows_}, {"pid", kProcess}, {"tid", at(flow.from)}, {"ts", middle}});
      put({{"name", name}, {"cat", "wake"}, {"ph", "f"}, {"bp", "e"}, {"id", flows_}, {"pid", kProcess}, {"tid", at(flow.to)}, {"ts", middle}});
    }
  }

  /// The wait that the thread is in begins or ends; with `begin_too` false it may only end.
  void update_waits(ThreadId t, bool begin_too) {
    std::optional<Mark> waits;
    for (const Mark mark : {Mark::kAsleep, Mark::kWaitsForLock}) {
      if (holds(t, mark, timeline::kNoObject)) waits = mark;
    }
    std::optional<Mark>& open = waits_[t.value];
    if (open && open != waits) {
      end(track_of(t));
      open.reset();
    }
    if (begin_too && waits && !open) {
      begin(track_of(t), "wait", mark_name(*waits));
      open = waits;
    }
  }

  void update_spans(ThreadId t) {
    update_waits(t, true);
    int number = 1;
    const auto update = [&](Mark mark, std::int32_t object, const std::string& name) {
      const int track = track_of(t) + number++;
      const bool on = holds(t, mark, object);
      bool& open = held_[track];
      if (on == open) return;
      open = on;
      if (!on) return end(track);
      if (named_.insert(track).second) {
        metadata("thread_name", track, "name", run_.thread_name(t) + ": " + name);
        metadata("thread_sort_index", track, "sort_index", track);
      }
      begin(track, "hold", name);
    };
    for (const Mark mark : {Mark::kMmapRead, Mark::kMmapWrite, Mark::kRcu}) update(mark, timeline::kNoObject, std::string(mark_name(mark)));
    for (const Mark mark : {Mark::kReference, Mark::kReadLock, Mark::kWriteLock, Mark::kExcludes}) {
      for (int v = 0; v < run_.timeline().vma_count(); ++v) {
        update(mark, v, std::string(mark_name(mark)) + " (" + address_text(run_.machine(), vma_address(v)) + ")");
      }
    }
  }

  bool holds(ThreadId t, Mark mark, std::int32_t object) const { return run_.timeline().holds(t, mark, static_cast<int>(now_), object); }

  /// FLAG is a bit far above the count: each has a curve of its own, or none would be seen.
  void counters() {
    for (int v = 0; v < run_.timeline().vma_count(); ++v) {
      const VmaId id = vma_id(v);
      if (!run_.timeline().moves(id)) continue;
      const Word value = run_.timeline().refcnt(id, static_cast<int>(now_));
      const auto [known, is_new] = counts_.try_emplace(v, value);
      if (!is_new && known->second == value) continue;
      known->second = value;
      put({{"name", run_.timeline().timeline().track(run_.timeline().track(id)).name},
           {"ph", "C"},
           {"pid", kProcess},
           {"ts", now_ * kMicroseconds},
           {"args", {{"count", value & ~kExcludeReadersFlag}, {"FLAG", (value & kExcludeReadersFlag) != 0 ? 1 : 0}}}});
    }
  }

  /// What is open at the end of the range ends there.
  void close() {
    for (int i = 0; i < run_.machine().thread_count(); ++i) {
      const ThreadId t = thread_id(i);
      if (waits_[t.value]) end(track_of(t));
      leave(t, 0);
    }
    for (const auto& [track, open] : held_) {
      if (open) end(track);
    }
  }

  struct Change {
    Time at;
    ThreadId thread;
    auto operator<=>(const Change&) const = default;
  };

  const RecordedRun& run_;
  std::string text_;
  Time now_ = 0;
  int flows_ = 0;
  std::vector<std::vector<std::uint16_t>> stacks_;  ///< frames that are open, by thread
  std::map<std::uint8_t, std::optional<Mark>> waits_;
  std::vector<Change> changes_;
  std::map<int, bool> held_;  ///< by track, chapters and captions too
  std::set<int> named_;
  std::map<int, Word> counts_;  ///< by VMA
};

}  // namespace

Result<std::string> write_trace_events(const RecordedRun& run, const ExportOptions&) { return TraceEvents(run).write(); }

}  // namespace vmalab
