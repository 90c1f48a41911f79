// SPDX-License-Identifier: GPL-2.0-only
#include "ui/memory_layout.h"

#include <algorithm>
#include <cmath>

namespace vmalab {
namespace {

using Kind = MemoryArrow::Kind;

constexpr float kLowBox = 2.9F;  // an mm's tree and its lock stand one below the other from here on
constexpr float kLeastRow = 1.75F, kGoodRow = 7.2F, kMostRow = 9, kSlab = 0.65F, kStrip = 1.5F, kLeastLane = 0.24F, kMostLane = 1.1F;

float middle(const Rect& r, bool across) { return across ? 0.5F * (r.min.x + r.max.x) : 0.5F * (r.min.y + r.max.y); }

bool is_of_thread(Kind kind) { return kind == Kind::kVmaOfThread || kind == Kind::kMmOfThread || kind == Kind::kTouch; }

class Maker {
 public:
  Maker(const MemoryView& view, ImVec2 room, float unit, float name_width)
      : view_(view), u_(unit), mms_(view.mms.size()), vmas_(view.vmas.size()), rows_(mms_ + 1), name_width_(name_width) {
    out_.size = room;
  }

  MemoryLayout make() {
    heights();
    columns();
    boxes();
    threads();
    ports();
    out_.ways.resize(view_.arrows.size());
    for (std::size_t i = 0; i < view_.arrows.size(); ++i) {
      switch (view_.arrows[i].kind) {
        case Kind::kTree: tree(i); break;
        case Kind::kOwner: owner(i); break;
        default: break;
      }
    }
    for (std::size_t v = 0; v < vmas_; ++v) into_vma(v);
    beside_mms();
    return std::move(out_);
  }

 private:
  std::size_t row_of(std::optional<MmId> owner) const { return owner ? owner->value : mms_; }
  float lanes() const { return static_cast<float>(std::max<std::size_t>(vmas_ + mms_, 1)); }

  void heights() {
    const auto mms = static_cast<float>(mms_);
    const float least = (mms + 1) * kLeastRow * u_ + lanes() * kLeastLane * u_ + (kStrip + 0.4F) * u_;
    out_.size.y = std::max(out_.size.y, least);
    const float spare = (out_.size.y - (kStrip + 0.4F + (mms + 1) * kLeastRow) * u_) / lanes();
    lane_ = std::min(std::clamp(0.11F * out_.size.y / lanes(), kLeastLane * u_, kMostLane * u_), spare);
    const float rest = (kStrip + 0.4F) * u_ + lanes() * lane_;
    // What is free has less to say: the slab is lower than an mm.
    const float room = out_.size.y - rest;
    row_ = std::min((room - std::max(kLeastRow * u_, room * kSlab / (mms + kSlab))) / std::max(mms, 1.0F), kMostRow * u_);
    slab_ = std::max(kLeastRow * u_, kSlab * row_);
    // An mm and what is in it have more to say.
    if (row_ < kGoodRow * u_) {
      slab_ = std::max(kLeastRow * u_, std::min(slab_, room - mms * kGoodRow * u_));
      row_ = (room - slab_) / std::max(mms, 1.0F);
    }
    // Where all are low, it needs as much as they do.
    if (row_ < 3 * u_) row_ = slab_ = (mms * row_ + slab_) / (mms + 1);
    top_ = std::max(0.5F * (room - mms * row_ - slab_), 0.0F);
    above_ = std::clamp(0.2F * slab_, 0.3F * u_, 0.9F * u_);
    below_ = std::clamp(0.17F * slab_, 0.25F * u_, 0.9F * u_);
    bus_ = top_ + mms * row_ + slab_ + 0.2F * u_;
    out_.low = row_ - above_ - below_ < kLowBox * u_;
  }

  void columns() {
    const float count = static_cast<float>(std::max<std::size_t>(vmas_, 1));
    gutter_ = (vmas_ > 2 ? 1.2F : 3.2F) * u_;
    aisle_ = std::clamp(0.06F * out_.size.x, 1.6F * u_, 3.2F * u_);
    // In a low row an mm has all it says in one line.
    const float share = vmas_ > 2 ? 0.34F : out_.low ? 0.42F : 0.36F;
    mm_width_ = std::clamp(share * out_.size.x, name_width_ + 5.5F * u_, name_width_ + 14 * u_);
    const float least = mm_width_ + aisle_ + count * (3.2F * u_ + gutter_) + 0.6F * u_;
    out_.size.x = std::max(out_.size.x, least);
    vma_width_ = std::min((out_.size.x - mm_width_ - aisle_ - 0.6F * u_) / count - gutter_, 24 * u_);
    left_ = 0.5F * (out_.size.x - mm_width_ - aisle_ - count * (vma_width_ + gutter_));
  }

  float height(std::size_t row) const { return row == mms_ ? slab_ : row_; }
  float row_top(std::size_t row) const { return top_ + static_cast<float>(row) * row_; }
  float column(std::size_t vma) const { return left_ + mm_width_ + aisle_ + static_cast<float>(vma) * (vma_width_ + gutter_); }
  Rect box(float x, float width, std::size_t row) const {
    return {{x, row_top(row) + above_}, {x + width, row_top(row) + height(row) - below_ - 0.08F * u_}};
  }

  void boxes() {
    for (std::size_t row = 0; row < rows_; ++row) {
      out_.bands.push_back({{0, row_top(row)}, {out_.size.x, row_top(row) + height(row) - 0.08F * u_}});
      out_.mms.push_back(box(left_, mm_width_, row));
      if (row == mms_) break;
      const Rect& mm = out_.mms.back();
      const float pad = 0.3F * u_, line = std::min(1.15F * u_, mm.height() - 0.3F * u_);
      const float from = mm.min.x + name_width_ + 2 * pad, to = mm.max.x - pad - (out_.low ? 0.42F * mm_width_ : 0);
      const float y = out_.low ? middle(mm, false) - 0.5F * line : mm.min.y + 0.2F * u_;
      out_.trees.push_back({{from, y}, {std::max(std::min(to, from + 12 * u_), from + 2 * u_), y + line}});
      const float slot = std::min(out_.low ? 0.14F * mm.width() : 3.6F * u_, 0.4F * mm.width()),
                  half = std::min(0.58F * u_, (out_.low ? 0.42F : 0.2F) * mm.height()), slot_y = mm.min.y + (out_.low ? 0.5F : 0.75F) * mm.height();
      out_.waiters.push_back({{mm.max.x - pad - slot, slot_y - half}, {mm.max.x - pad, slot_y + half}});
    }
    for (std::size_t v = 0; v < vmas_; ++v) {
      out_.vmas.push_back(box(column(v), vma_width_, row_of(view_.vmas[v].owner)));
      out_.vmas_before.push_back(box(column(v), vma_width_, row_of(view_.vmas[v].owner_before)));
    }
  }

  void threads() {
    const auto count = static_cast<float>(std::max<std::size_t>(view_.threads.size(), 1));
    const float width = std::min(out_.size.x / count, 5 * u_), gap = std::min(0.12F * width, 0.5F * u_);
    const float from = 0.5F * (out_.size.x - count * width), bottom = out_.size.y - std::max(top_, 0.05F * u_);
    for (std::size_t t = 0; t < view_.threads.size(); ++t) {
      const float x = from + static_cast<float>(t) * width;
      out_.threads.push_back({{x + 0.5F * gap, bottom - (kStrip - 0.1F) * u_}, {x + width - 0.5F * gap, bottom}});
    }
  }

  /// The arrows that begin or end at each thread share out its upper edge.
  void ports() {
    ports_.resize(view_.threads.size());
    for (std::size_t i = 0; i < view_.arrows.size(); ++i) {
      for (const ThreadId t : view_.arrows[i].threads) ports_[t.value].push_back(i);
    }
  }
  ImVec2 port(ThreadId t, std::size_t arrow) const {
    const std::vector<std::size_t>& all = ports_[t.value];
    const auto index = static_cast<float>(std::find(all.begin(), all.end(), arrow) - all.begin());
    const Rect& box = out_.threads[t.value];
    const float share = (index + 1) / (static_cast<float>(all.size()) + 1);
    return {box.min.x + share * box.width(), box.min.y};
  }

  /// Where the pointers of a row run, a little apart for each VMA.
  float lane_above(std::size_t row, std::size_t vma) const { return row_top(row) + above_ * (0.35F + 0.4F * apart(vma)); }
  float lane_below(std::size_t row, std::size_t vma) const { return row_top(row) + height(row) - 0.08F * u_ - below_ * (0.75F - 0.4F * apart(vma)); }
  float apart(std::size_t vma) const { return vmas_ < 2 ? 0.5F : static_cast<float>(vma) / static_cast<float>(vmas_ - 1); }

  void tree(std::size_t i) {
    const MemoryArrow& arrow = view_.arrows[i];
    const std::size_t m = arrow.mm->value, v = arrow.vma->value, row = row_of(view_.vmas[v].owner);
    const Rect& to = out_.vmas[v];
    const auto& pages = view_.mms[m].pages;
    const auto first = static_cast<float>(std::find(pages.begin(), pages.end(), arrow.vma) - pages.begin());
    const float x = out_.trees[m].min.x + (first + 0.5F) * out_.trees[m].width() / kMaxPages, end = to.min.x + 0.3F * to.width();
    std::vector<ImVec2>& way = out_.ways[i].trunk;
    way = {{x, out_.mms[m].min.y}, {x, lane_above(m, v)}};
    if (row != m) {
      const float between = to.min.x - 0.3F * u_;
      way.push_back({between, lane_above(m, v)});
      way.push_back({between, lane_above(row, v)});
    }
    way.push_back({end, lane_above(row, v)});
    way.push_back({end, to.min.y});
  }

  void owner(std::size_t i) {
    const MemoryArrow& arrow = view_.arrows[i];
    const std::size_t m = arrow.mm->value, v = arrow.vma->value;
    const Rect &from = out_.vmas[v], &to = out_.mms[m];
    // Left of the waiter's slot, which is another pointer.
    const float y = lane_below(m, v),
                end = std::max(out_.waiters[m].min.x - (0.5F + 0.6F * static_cast<float>(vmas_ - 1 - v)) * u_, to.min.x + 0.5F * u_),
                begin = from.min.x + 0.3F * from.width();
    out_.ways[i].trunk = {{begin, from.max.y}, {begin, y}, {end, y}, {end, to.max.y}};
  }

  float lane(std::size_t number, float offset) const { return bus_ + (static_cast<float>(number) + 0.5F + offset) * lane_; }

  void come_in(std::size_t i, ImVec2 rail) {
    MemoryLayout::Way& way = out_.ways[i];
    way.rail_left = way.rail_right = rail;
    for (const ThreadId t : view_.arrows[i].threads) {
      const ImVec2 from = port(t, i);
      way.stubs.push_back({t, from, {from.x, rail.y}});
      way.rail_left.x = std::min(way.rail_left.x, from.x);
      way.rail_right.x = std::max(way.rail_right.x, from.x);
    }
    way.trunk.insert(way.trunk.begin(), rail);
  }

  void into_vma(std::size_t v) {
    std::vector<std::size_t> in;
    for (std::size_t i = 0; i < view_.arrows.size(); ++i) {
      if (is_of_thread(view_.arrows[i].kind) && view_.arrows[i].vma && view_.arrows[i].vma->value == v) in.push_back(i);
    }
    const Rect& to = out_.vmas[v];
    const auto count = static_cast<float>(in.size());
    for (std::size_t n = 0; n < in.size(); ++n) {
      // Further out means higher up, so that they do not cross.
      const float share = (static_cast<float>(n) + 1) / (count + 1), x = to.max.x + std::max(share, 0.3F) * gutter_;
      const float y = to.max.y - share * to.height();
      out_.ways[in[n]].trunk = {{x, y}, {to.max.x, y}};
      come_in(in[n], {x, lane(v, 1.2F * (share - 0.5F))});
    }
  }

  /// What runs down between the mms and the first column: the waiters, and threads' pointers to mms.
  void beside_mms() {
    struct Item {
      std::size_t arrow;
      float y;
    };
    std::vector<Item> items;
    for (std::size_t m = 0; m < mms_; ++m) {
      std::vector<std::size_t> here;
      for (std::size_t i = 0; i < view_.arrows.size(); ++i) {
        const MemoryArrow& arrow = view_.arrows[i];
        if (arrow.mm && arrow.mm->value == m && !arrow.vma && is_of_thread(arrow.kind)) here.push_back(i);
      }
      const Rect& mm = out_.mms[m];
      for (std::size_t n = 0; n < here.size(); ++n) {
        const float share = static_cast<float>(n + 1) / static_cast<float>(here.size() + 1);
        items.push_back({here[n], mm.min.y + (0.05F + 0.5F * share) * mm.height()});
      }
      for (std::size_t i = 0; i < view_.arrows.size(); ++i) {
        const bool waits = view_.arrows[i].kind == Kind::kWaiter && view_.arrows[i].mm->value == m;
        if (waits) items.push_back({i, mm.min.y + 0.75F * mm.height()});
      }
    }
    // The lower it begins, the nearer to the mms it goes down.
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.y > b.y; });
    for (std::size_t n = 0; n < items.size(); ++n) {
      const auto [i, y] = items[n];
      const MemoryArrow& arrow = view_.arrows[i];
      const std::size_t m = arrow.mm->value;
      const float share = static_cast<float>(n + 1) / static_cast<float>(items.size() + 1);
      const float edge = out_.mms[m].max.x, x = edge + 0.25F * u_ + share * (aisle_ - 0.7F * u_);
      const bool waits = arrow.kind == Kind::kWaiter;
      const float along = lane(vmas_ + m, waits ? 0.25F : -0.25F);
      if (waits) {
        const ImVec2 end = port(arrow.threads.front(), i);
        out_.ways[i].trunk = {{edge, y}, {x, y}, {x, along}, {end.x, along}, end};
      } else {
        out_.ways[i].trunk = {{x, y}, {edge, y}};
        come_in(i, {x, along});
      }
    }
  }

  const MemoryView& view_;
  float u_;
  std::size_t mms_, vmas_, rows_;
  float name_width_;
  float lane_ = 0, row_ = 0, slab_ = 0, top_ = 0, above_ = 0, below_ = 0, bus_ = 0;
  float left_ = 0, mm_width_ = 0, aisle_ = 0, gutter_ = 0, vma_width_ = 0;
  std::vector<std::vector<std::size_t>> ports_;
  MemoryLayout out_;
};

float distance(ImVec2 a, ImVec2 b, ImVec2 point) {
  const ImVec2 d{b.x - a.x, b.y - a.y};
  const float length = d.x * d.x + d.y * d.y;
  const float t = length > 0 ? std::clamp(((point.x - a.x) * d.x + (point.y - a.y) * d.y) / length, 0.0F, 1.0F) : 0;
  return std::hypot(point.x - a.x - t * d.x, point.y - a.y - t * d.y);
}

}  // namespace

ImVec2 memory_room(const MemoryView& view) {
  const auto mms = static_cast<float>(view.mms.size()), vmas = static_cast<float>(view.vmas.size()),
             threads = static_cast<float>(view.threads.size());
  // Many threads are many references, in more lines than one.
  const float row = 5.6F + 1.2F * std::ceil(std::max(threads - 6, 0.0F) / 4);
  return {std::max(14 + vmas * 12.5F, 2.4F * threads), mms * row + 3.6F + (mms + vmas) * 0.5F + 2};
}

MemoryLayout memory_layout(const MemoryView& view, ImVec2 room, float unit, float name_width) { return Maker(view, room, unit, name_width).make(); }

float distance(const MemoryLayout::Way& way, ImVec2 point) {
  float least = 1e9F;
  for (std::size_t i = 1; i < way.trunk.size(); ++i) least = std::min(least, distance(way.trunk[i - 1], way.trunk[i], point));
  for (const MemoryLayout::Way::Stub& stub : way.stubs) least = std::min(least, distance(stub.from, stub.to, point));
  return way.stubs.empty() ? least : std::min(least, distance(way.rail_left, way.rail_right, point));
}

}  // namespace vmalab
