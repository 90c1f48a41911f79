// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/text_hygiene.h"
#include "base/text_layout.h"
#include "export/drawing.h"
#include "export/format.h"
#include "view/palette.h"
#include "view/timeline_lanes.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using timeline::Time;

// Pixels.
constexpr double kLabel = 118, kMargin = 16, kWidestStep = 22, kLeastStep = 3, kRoom = 1064, kLeastRoom = 560;
constexpr double kCounterHeight = 66, kLaneHeight = 46, kGap = 6, kRuler = 22, kLine = 18, kWordsApart = 150;
constexpr double kBarTop = 8, kBarHeight = 20, kFontWidth = 7.0;  ///< of a character of 12 px
constexpr std::size_t kCaptionColumns = 150;

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  std::string out = text.data();
  return out.ends_with(".0") ? out.substr(0, out.size() - 2) : out;
}

std::string shape_id(Mark mark) { return "m" + std::to_string(static_cast<int>(shape_of(mark))); }

/// What a shape looks like around (0, 0), about 10 pixels wide. Rules about what a shape is in do not reach it where it is used: what is no
/// more than the colour of its surroundings stands in it.
std::string_view shape_path(Shape shape) {
  switch (shape) {
    case Shape::kDot: return "<circle r='3.4'/>";
    case Shape::kSquare: return "<rect x='-4' y='-4' width='8' height='8'/>";
    case Shape::kDiamond: return "<path d='M0-5.6 5.6 0 0 5.6-5.6 0z'/>";
    case Shape::kCross: return "<path d='M-4.5-4.5 4.5 4.5M4.5-4.5-4.5 4.5' style='fill:none;stroke:var(--c);stroke-width:2.4'/>";
    case Shape::kGo: return "<path d='M-4-5.5 6 0-4 5.5z'/>";
    case Shape::kPause: return "<path d='M-4.5-5h3.2v10h-3.2zM1.3-5h3.2v10h-3.2z'/>";
    case Shape::kDash: return "<rect x='-4' y='-1' width='8' height='2'/>";
    case Shape::kBolt: return "<path d='M2-7-5 1h4l-2 6 7-8h-4z'/>";
    case Shape::kAlarm: return "<path d='M0-7 7 6H-7z'/>";
    case Shape::kRing: return "<circle r='4' style='fill:none;stroke:var(--c);stroke-width:2.4'/>";
    default: return {};
  }
}

class Picture {
 public:
  Picture(const RecordedRun& run, bool alone)
      : run_(run),
        timeline_(run.timeline().timeline()),
        chapters_(run.chapters()),
        alone_(alone),
        first_(run.range().first - 1),
        end_(run.range().last + 1) {
    const double steps = static_cast<double>(end_ - first_);
    step_ = std::clamp(kRoom / steps, kLeastStep / 4096, kWidestStep);
    grain_ = step_ >= kLeastStep ? 1 : static_cast<Time>(std::ceil(kLeastStep / step_));
    width_ = kLabel + std::max(steps * step_, kLeastRoom) + kMargin;
    std::stable_sort(chapters_.begin(), chapters_.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  }

  Drawing draw() {
    if (alone_) title();
    if (!chapters_.empty()) y_ += kLine;
    top_ = y_ += run_.timeline().violations().empty() ? 8 : 20;
    for (const TimelineLane& lane : timeline_lanes(run_.timeline(), VmaId{0}, {})) lane.counter ? counter(lane) : thread(lane);
    const double bottom = y_ - kGap;
    chapters();
    flows();
    violations();
    ruler();
    legend();
    if (alone_) captions();
    y_ += kMargin / 2;
    std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' class='vmalab' viewBox='0 0 " + number(width_) + " " + number(y_) + "' width='" +
                      number(width_) + "' height='" + number(y_) + "' role='img' aria-label='Timeline'>\n";
    if (alone_) svg += "<style>" + colour_variables() + drawing_style() + "</style>\n<rect width='100%' height='100%' class='ground'/>\n";
    svg += "<defs>";
    for (const Mark mark : legend_of(timeline_)) {
      if (const std::string_view path = shape_path(shape_of(mark)); !path.empty())
        svg += "<g id='" + shape_id(mark) + "'>" + std::string(path) + "</g>";
    }
    svg +=
        "<pattern id='hatch' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><path d='M0 0v6' class='hatched'/></pattern>"
        "<marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7' orient='auto'><path d='M0 0 8 4 0 8z' class='tip'/></marker>"
        "</defs>\n";
    return {svg + out_ + "</svg>\n", kLabel, step_, top_, bottom};
  }

 private:
  double x(Time at) const { return kLabel + static_cast<double>(std::clamp(at, first_, end_) - first_) * step_; }
  double middle(Time at) const { return x(at) + step_ / 2; }

  void text(double at_x, double at_y, std::string_view what, const std::string& kind) {
    out_ += "<text x='" + number(at_x) + "' y='" + number(at_y) + "' class='" + kind + "'>" + markup_escaped(printable(what)) + "</text>\n";
  }
  void box(double left, double top, double right, double height, const std::string& kind) {
    out_ += "<rect x='" + number(left) + "' y='" + number(top) + "' width='" + number(std::max(right - left, 0.5)) + "' height='" + number(height) +
            "' class='" + kind + "'/>\n";
  }
  void path(const std::string& d, const std::string& kind, const std::string& more = {}) {
    out_ += "<path d='" + d + "' class='" + kind + "'" + more + "/>\n";
  }

  void title() {
    y_ = 30;
    text(kMargin, y_, run_.title(), "title");
    for (const std::string& term : run_.terms()) text(kMargin, y_ += kLine, term, "dim");
    y_ += 6;
  }

  /// vm_refcnt as stairs, FLAG in the upper half and in its owner's colour; where many steps are drawn as one, a band from its least to its
  /// greatest value in them.
  void counter(const TimelineLane& lane) {
    const VmaId vma{lane.number};
    const Word greatest = run_.timeline().greatest_count(vma);
    const double foot = y_ + kCounterHeight - 8, height = kCounterHeight - 26;
    box(kLabel, y_, x(end_), kCounterHeight, "lane");
    const std::string name = timeline_.track(lane.track).name;
    text(kMargin, y_ + 20, name.substr(0, name.find('.')), "name");
    text(kMargin, y_ + 36, name.substr(name.find('.') + 1), "dim");
    double last_y = -1, free_from = 0;
    for (const timeline::Sample& sample : timeline_.samples(lane.track, first_, end_, grain_)) {
      const auto value = static_cast<Word>(sample.high);
      const double level = foot - height * static_cast<double>(refcnt_height(value, greatest));
      const double low = foot - height * static_cast<double>(refcnt_height(static_cast<Word>(sample.low), greatest));
      const double left = x(sample.begin), right = x(sample.end);
      if (low != level) {
        path("M" + number(left) + " " + number(level) + "H" + number(right) + "V" + number(low) + "H" + number(left) + "z", "band");
        const std::string label = spaced_refcount(static_cast<Word>(sample.low)) + " to " + spaced_refcount(value);
        const double room = static_cast<double>(label.size()) * kFontWidth;
        if (left >= free_from && right - left >= room) {
          text(left + 3, level - 5, label, "value");
          free_from = left + 3 + room;
        }
        last_y = level;
        continue;
      }
      const std::optional<ThreadId> owner = run_.timeline().flag_owner(vma, static_cast<int>(std::max(sample.begin, first_)));
      std::string d = last_y >= 0 && last_y != level ? "M" + number(left) + " " + number(last_y) + "V" + number(level)
                                                     : "M" + number(left) + " " + number(level);
      d += "H" + number(right);
      path(d, "stairs " + (owner ? colour_class(*owner) : std::string("ink")));
      const std::string label = spaced_refcount(value);
      if (left >= free_from && sample.low == sample.high && right - left >= static_cast<double>(label.size()) * 3 && left != free_from - 1) {
        text(left + 3, level - 5, label, "value");
        free_from = left + 3 + static_cast<double>(label.size()) * kFontWidth;
      }
      last_y = level;
    }
    y_ += kCounterHeight + kGap;
  }

  void thread(const TimelineLane& lane) {
    const ThreadId t{lane.number};
    const std::string colour = colour_class(t);
    box(kLabel, y_, x(end_), kLaneHeight, "lane");
    box(kMargin, y_ + 8, kMargin + 5, kLaneHeight - 16, "fill " + colour);
    text(kMargin + 12, y_ + 26, run_.thread_name(t), "name");
    std::vector<timeline::Span> spans = timeline_.spans(lane.track, first_, end_, grain_);
    std::stable_sort(spans.begin(), spans.end(),
                     [](const timeline::Span& a, const timeline::Span& b) { return weight_of(mark(a.category)) < weight_of(mark(b.category)); });
    for (const timeline::Span& span : spans) draw_span(span, colour);
    const double centre = y_ + kBarTop + kBarHeight / 2;
    for (const timeline::Instant& instant : timeline_.instants(lane.track, first_ + 1, end_, grain_)) {
      const Mark what = mark(instant.category);
      if (what == Mark::kViolation || shape_path(shape_of(what)).empty()) continue;
      if (grain_ > 1) {
        box(x(instant.first), centre - 5, x(instant.last), 10, "fill " + colour);
      } else {
        const double scale = std::min(1.0, step_ / 12);
        out_ += "<use href='#" + shape_id(what) + "' transform='translate(" + number(middle(instant.first)) + " " + number(centre) + ")" +
                (scale < 1 ? " scale(" + std::to_string(scale).substr(0, 4) + ")" : "") + "' class='mark " + colour + "'/>\n";
      }
    }
    centres_.resize(std::max<std::size_t>(centres_.size(), t.value + std::size_t{1}));
    centres_[t.value] = centre;
    y_ += kLaneHeight + kGap;
  }

  static Mark mark(timeline::Category category) { return static_cast<Mark>(category); }

  void draw_span(const timeline::Span& span, const std::string& colour) {
    const double left = x(span.begin), right = span.end == timeline::kOpen ? x(end_) : x(span.end);
    const double top = y_ + kBarTop;
    switch (mark(span.category)) {
      case Mark::kReference: box(left, top, right, kBarHeight, "hollow " + colour); break;
      case Mark::kReadLock: box(left, top, right, kBarHeight, "light " + colour); break;
      case Mark::kWriteLock: box(left, top, right, kBarHeight, "full " + colour); break;
      case Mark::kExcludes: box(left, top - 4, right, kBarHeight + 8, "frame " + colour); break;
      case Mark::kMmapRead: box(left, top + kBarHeight + 8, right, 2, "fill " + colour); break;
      case Mark::kMmapWrite: box(left, top + kBarHeight + 7, right, 4, "fill " + colour); break;
      case Mark::kRcu: box(left, top - 5, right, 1, "fill " + colour); break;
      case Mark::kPostponed:
        for (double at = left; at < right; at += 8) box(at, top + kBarHeight / 2.0 - 1, std::min(at + 4, right), 2, "fill " + colour);
        break;
      case Mark::kAsleep:
      case Mark::kWaitsForLock: box(left, top + 4, right, kBarHeight - 8, "waits"); break;
      default: break;
    }
  }

  void flows() {
    for (const timeline::Flow& flow : timeline_.flows(first_ + 1, end_)) {
      if (flow.from >= centres_.size() || flow.to >= centres_.size()) continue;
      const double from = centres_[flow.from], to = centres_[flow.to], down = to > from ? 9 : -9;
      if (mark(flow.category) == Mark::kOlder) {
        path("M" + number(middle(std::max(flow.begin, first_ + 1))) + " " + number(from) + "L" + number(middle(flow.at)) + " " + number(to - down),
             "arrow faint", " marker-end='url(#tip)'");
        continue;
      }
      path("M" + number(middle(flow.at)) + " " + number(from + down) + "V" + number(to - down),
           mark(flow.category) == Mark::kWoke ? "arrow" : "arrow faint", " marker-end='url(#tip)'");
    }
  }

  /// A line over all lanes where one begins, and above it its name as far as there is room until the next.
  void chapters() {
    const double foot = top_ - (run_.timeline().violations().empty() ? 6 : 18);
    for (std::size_t i = 0; i < chapters_.size(); ++i) {
      const double at = x(chapters_[i].step), room = (i + 1 < chapters_.size() ? x(chapters_[i + 1].step) : width_ - kMargin) - at - 8;
      path("M" + number(at) + " " + number(foot - 10) + "V" + number(y_ - kGap), "starts");
      if (room >= 2 * kFontWidth) text(at + 4, foot, shortened(chapters_[i].name, static_cast<std::size_t>(room / kFontWidth)), "chapter");
    }
  }

  /// Over all lanes, and joined with what the step clashes with.
  void violations() {
    double drawn = -1e9, told = -1e9;  // x of the last line, and of the last one with words
    for (const Violation& violation : run_.timeline().violations()) {
      const double at = middle(violation.depth);
      if (violation.depth <= first_ || violation.depth >= end_ || at - drawn < kLeastStep) continue;
      drawn = at;
      path("M" + number(at) + " " + number(top_) + "V" + number(y_ - kGap), "violation");
      if (at - told < kWordsApart) continue;
      told = at;
      const bool right_half = at > width_ / 2;
      text(at + (right_half ? -5 : 5), top_ - 2, violation.property->name, right_half ? "bad end" : "bad");
      if (violation.thread.value < centres_.size()) {
        const double here = centres_[violation.thread.value];
        out_ += "<use href='#" + shape_id(Mark::kViolation) + "' transform='translate(" + number(at) + " " + number(here - 2) +
                ")' class='mark broken'/>\n";
        if (violation.other && violation.other->depth > first_ && violation.other->thread.value < centres_.size()) {
          const double there = centres_[violation.other->thread.value], from = middle(violation.other->depth);
          path("M" + number(from) + " " + number(there) + "L" + number(at) + " " + number(here), "joins");
          text(from + (right_half ? -5 : 5), there - 12, violation.other->what, right_half ? "bad end" : "bad");
        }
      }
    }
  }

  void ruler() {
    const int apart = ruler_interval(static_cast<float>(34 / step_));
    for (Time at = first_; at < end_; ++at) {
      if (at % apart != 0) continue;
      path("M" + number(middle(at)) + " " + number(y_ - 2) + "v5", "tick");
      const std::string step = std::to_string(at);
      text(std::min(middle(at), width_ - 4 - static_cast<double>(step.size()) * kFontWidth / 2), y_ + 16, step, "dim middle");
    }
    text(kMargin, y_ + 16, "step", "dim");
    y_ += kRuler;
  }

  void legend() {
    double at = kLabel;
    y_ += 16;
    for (const Mark what : legend_of(timeline_)) {
      const std::string name(mark_name(what));
      const double wide = 30 + static_cast<double>(name.size()) * 6.6;
      if (at + wide > width_ - kMargin) at = kLabel, y_ += kLine + 2;
      sample(what, at + 8, y_ - 4);
      text(at + 20, y_, name, "dim");
      at += wide;
    }
    if (grain_ > 1)
      text(kLabel, y_ += kLine + 2,
           "Each " + std::to_string(grain_) +
               " steps are drawn as one: of vm_refcnt the least to the greatest value in them, of marks that there are some.",
           "dim");
    y_ += 6;
  }
  void sample(Mark what, double at_x, double at_y) {
    if (!shape_path(shape_of(what)).empty()) {
      out_ += "<use href='#" + shape_id(what) + "' transform='translate(" + number(at_x) + " " + number(at_y) + ") scale(0.85)' class='mark " +
              (what == Mark::kViolation ? "broken" : "ink") + "'/>\n";
      return;
    }
    const double left = at_x - 8, right = at_x + 8;
    switch (what) {
      case Mark::kReference: return box(left, at_y - 6, right, 12, "hollow ink");
      case Mark::kReadLock: return box(left, at_y - 6, right, 12, "light ink");
      case Mark::kWriteLock: return box(left, at_y - 6, right, 12, "full ink");
      case Mark::kExcludes: return box(left, at_y - 6, right, 12, "frame ink");
      case Mark::kMmapRead: return box(left, at_y - 1, right, 2, "fill ink");
      case Mark::kMmapWrite: return box(left, at_y - 2, right, 4, "fill ink");
      case Mark::kRcu: return box(left, at_y, right, 1, "fill ink");
      case Mark::kPostponed: return box(left, at_y, left + 6, 2, "fill ink"), box(left + 10, at_y, right, 2, "fill ink");
      case Mark::kAsleep:
      case Mark::kWaitsForLock: return box(left, at_y - 6, right, 12, "waits");
      default:
        return path("M" + number(left) + " " + number(at_y) + "H" + number(right), what == Mark::kWoke ? "arrow" : "arrow faint",
                    " marker-end='url(#tip)'");
    }
  }

  void captions() {
    y_ += 12;
    auto chapter = chapters_.begin();
    const auto chapters_until = [&](Time step) {
      for (; chapter != chapters_.end() && chapter->step <= step; ++chapter) text(kLabel, y_ += kLine + 4, chapter->name, "chapter");
    };
    for (const timeline::Caption& caption : timeline_.captions(first_ + 1, end_)) {
      chapters_until(caption.begin);
      const Time first = std::max(caption.begin, first_ + 1), last = std::min(caption.end, end_) - 1;
      std::string lead = last > first ? "steps " + std::to_string(first) + "-" + std::to_string(last) : "step " + std::to_string(first);
      for (const std::string& line : wrap(told_caption(caption), kCaptionColumns)) {
        y_ += kLine;
        if (!lead.empty()) text(kMargin, y_, lead, "dim");
        text(kLabel, y_, line, "caption");
        lead.clear();
      }
    }
    chapters_until(end_);
  }

  const RecordedRun& run_;
  const timeline::Timeline& timeline_;
  std::vector<RecordedRun::Chapter> chapters_;  ///< by their steps
  bool alone_;
  Time first_, end_, grain_ = 1;
  double step_ = 0, width_ = 0, y_ = 0, top_ = 0;
  std::vector<double> centres_;  ///< of the lanes, by thread
  std::string out_;
};

std::string hex(std::uint32_t colour) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%06x", colour & 0xffffffU);
  return text.data();
}

std::string variables(const Palette& palette) {
  std::string out = "--ground:" + hex(palette.background) + ";--panel:" + hex(palette.panel) + ";--raised:" + hex(palette.raised) +
                    ";--border:" + hex(palette.border) + ";--outline:" + hex(palette.outline) + ";--text:" + hex(palette.text) +
                    ";--dim:" + hex(palette.text_dim) + ";--bad:" + hex(palette.bad) + ";--select:" + hex(palette.selection) +
                    ";--keyword:" + hex(palette.code_keyword) + ";--type:" + hex(palette.code_type) + ";--function:" + hex(palette.code_function) +
                    ";--macro:" + hex(palette.code_macro) + ";--number:" + hex(palette.code_number) + ";--string:" + hex(palette.code_string) +
                    ";--comment:" + hex(palette.code_comment) + ";";
  for (std::size_t i = 0; i < palette.threads.size(); ++i) out += "--t" + std::to_string(i) + ":" + hex(palette.threads[i]) + ";";
  return out;
}

}  // namespace

std::string colour_class(ThreadId t) { return "t" + std::to_string(t.value % kThreadHues); }

std::string colour_variables() {
  std::string out = ":root{" + variables(kLightPalette) + "}\n@media(prefers-color-scheme:dark){:root:not([data-theme=light]){" +
                    variables(kDarkPalette) + "}}\n:root[data-theme=dark]{" + variables(kDarkPalette) + "}\n";
  for (int i = 0; i < kThreadHues; ++i) out += ".t" + std::to_string(i) + "{--c:var(--t" + std::to_string(i) + ")}";
  return out + "\n";
}

std::string drawing_style() {
  return ".vmalab{font:12px Inter,'DejaVu Sans',system-ui,sans-serif;--c:var(--text)}"
         ".vmalab text{fill:var(--text)}.vmalab .title{font-size:20px;font-weight:600}.vmalab .name{font-size:14px;font-weight:600}"
         ".vmalab .dim{fill:var(--dim);font-size:12px}.vmalab .middle{text-anchor:middle}.vmalab .end{text-anchor:end}.vmalab .value{font-size:12px}"
         ".vmalab .caption{font-size:13px}.vmalab .chapter{font-size:13px;font-weight:600}.vmalab .starts{stroke:var(--dim);stroke-dasharray:2 3}.vmalab .bad{fill:var(--bad);font-weight:600}.vmalab .ground{fill:var(--panel)}.vmalab .lane{fill:var(--raised)}"
         ".vmalab .ink{--c:var(--text)}.vmalab .fill,.vmalab .mark{fill:var(--c)}"
         ".vmalab .mark{stroke:var(--raised);stroke-width:1;paint-order:stroke}.vmalab .hollow{fill:none;stroke:var(--c);stroke-width:1.4}"
         ".vmalab .light{fill:var(--c);fill-opacity:.3;stroke:var(--c);stroke-width:1}.vmalab .full{fill:var(--c);fill-opacity:.75}"
         ".vmalab .frame{fill:none;stroke:var(--c);stroke-width:2.4}.vmalab .waits{fill:url(#hatch)}.vmalab .hatched{stroke:var(--outline);stroke-width:2.4}"
         ".vmalab .band{fill:var(--text);fill-opacity:.22;stroke:var(--text);stroke-width:1}"
         ".vmalab .stairs{fill:none;stroke:var(--c);stroke-width:2.4}.vmalab .arrow{fill:none;stroke:var(--text);stroke-width:1.6}.vmalab .faint{stroke-dasharray:3 3}"
         ".vmalab .tip{fill:var(--text)}.vmalab .tick{stroke:var(--outline)}.vmalab .violation{stroke:var(--bad);stroke-width:2.4}"
         ".vmalab .joins{fill:none;stroke:var(--bad);stroke-width:2;stroke-dasharray:5 4}.vmalab .broken{--c:var(--bad)}";
}

Drawing draw_timeline(const RecordedRun& run, bool alone) { return Picture(run, alone).draw(); }

Result<std::string> write_svg(const RecordedRun& run, const ExportOptions&) {
  return "<?xml version='1.0' encoding='UTF-8'?>\n" + draw_timeline(run, true).svg;
}

}  // namespace vmalab
