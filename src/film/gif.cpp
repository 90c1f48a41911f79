// SPDX-License-Identifier: GPL-2.0-only
#include <gif_lib.h>
#include <libimagequant.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>

#include "film/animation.h"

namespace vmalab {
namespace {

constexpr int kColours = 256, kTransparent = kColours - 1;

std::uint32_t colour_at(const Image& image, std::size_t pixel) {
  const std::uint8_t* p = &image.rgb[pixel * 3];
  return static_cast<std::uint32_t>(p[0]) << 16U | static_cast<std::uint32_t>(p[1]) << 8U | p[2];
}

struct Destroy {
  void operator()(liq_attr* it) const { liq_attr_destroy(it); }
  void operator()(liq_histogram* it) const { liq_histogram_destroy(it); }
  void operator()(liq_result* it) const { liq_result_destroy(it); }
  void operator()(liq_image* it) const { liq_image_destroy(it); }
};
template <typename Thing>
using Owned = std::unique_ptr<Thing, Destroy>;

/// One palette for the whole reel, and which of its colours each colour becomes.
struct Palette256 {
  std::array<GifColorType, kColours> colours{};
  std::unordered_map<std::uint32_t, std::uint8_t> index;
};

Result<Palette256> palette_of(const Reel& reel) {
  std::unordered_map<std::uint32_t, unsigned> count;
  for (const ReelFrame& frame : reel.frames()) {
    const std::size_t pixels = frame.part.rgb.size() / 3;
    for (std::size_t i = 0; i < pixels; ++i) ++count[colour_at(frame.part, i)];
  }
  // In the order of their values: the order in a hash table is nobody's.
  std::vector<std::pair<std::uint32_t, unsigned>> colours(count.begin(), count.end());
  std::sort(colours.begin(), colours.end());
  Palette256 out;
  const auto set = [&](std::size_t i, std::uint8_t r, std::uint8_t g, std::uint8_t b) { out.colours[i] = {r, g, b}; };
  if (colours.size() < kColours) {
    for (std::size_t i = 0; i < colours.size(); ++i) {
      const std::uint32_t c = colours[i].first;
      set(i, static_cast<std::uint8_t>(c >> 16U), static_cast<std::uint8_t>(c >> 8U), static_cast<std::uint8_t>(c));
      out.index[c] = static_cast<std::uint8_t>(i);
    }
    return out;
  }
  const Owned<liq_attr> attributes(liq_attr_create());
  liq_set_max_colors(attributes.get(), kColours - 1);
  const Owned<liq_histogram> histogram(liq_histogram_create(attributes.get()));
  std::vector<liq_histogram_entry> entries;
  std::vector<liq_color> row;
  for (const auto& [c, n] : colours) {
    const liq_color colour{static_cast<unsigned char>(c >> 16U), static_cast<unsigned char>(c >> 8U), static_cast<unsigned char>(c), 255};
    entries.push_back({colour, n});
    row.push_back(colour);
  }
  liq_result* made = nullptr;
  if (liq_histogram_add_colors(histogram.get(), attributes.get(), entries.data(), static_cast<int>(entries.size()), 0) != LIQ_OK ||
      liq_histogram_quantize(histogram.get(), attributes.get(), &made) != LIQ_OK) {
    return fail("the colours of the pictures cannot be made fewer");
  }
  const Owned<liq_result> result(made);
  liq_set_dithering_level(result.get(), 0);
  const Owned<liq_image> line(liq_image_create_rgba(attributes.get(), row.data(), static_cast<int>(row.size()), 1, 0));
  std::vector<std::uint8_t> which(row.size());
  if (line == nullptr || liq_write_remapped_image(result.get(), line.get(), which.data(), which.size()) != LIQ_OK) {
    return fail("the colours of the pictures cannot be made fewer");
  }
  const liq_palette* palette = liq_get_palette(result.get());
  for (std::size_t i = 0; i < palette->count; ++i) set(i, palette->entries[i].r, palette->entries[i].g, palette->entries[i].b);
  for (std::size_t i = 0; i < row.size(); ++i) out.index[colours[i].first] = which[i];
  return out;
}

int append(GifFileType* file, const GifByteType* bytes, int count) {
  static_cast<std::string*>(file->UserData)->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  return count;
}

class Writer {
 public:
  ~Writer() {
    if (file_ != nullptr) EGifCloseFile(file_, nullptr);
  }

  Result<std::string> write(const Reel& reel, const Palette256& palette, const KeepGoing& keep_going) {
    int error = 0;
    file_ = EGifOpen(&bytes_, append, &error);
    if (file_ == nullptr) return fail(std::string("a GIF cannot be begun: ") + GifErrorString(error));
    EGifSetGifVersion(file_, true);
    const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(GifMakeMapObject(kColours, palette.colours.data()), GifFreeMapObject);
    if (EGifPutScreenDesc(file_, reel.width(), reel.height(), 8, 0, map.get()) == GIF_ERROR || !loop_for_ever()) return failed();
    std::vector<GifByteType> before(static_cast<std::size_t>(reel.width()) * static_cast<std::size_t>(reel.height()), kTransparent);
    for (const ReelFrame& frame : reel.frames()) {
      if (!keep_going()) return fail("stopped");
      if (!put(frame, palette, before, reel.width())) return failed();
    }
    GifFileType* file = std::exchange(file_, nullptr);
    if (EGifCloseFile(file, &error) == GIF_ERROR) return fail(std::string("a GIF cannot be ended: ") + GifErrorString(error));
    return std::move(bytes_);
  }

 private:
  tl::unexpected<Diagnostic> failed() const { return fail(std::string("a GIF cannot be written: ") + GifErrorString(file_->Error)); }

  bool loop_for_ever() {
    const std::array<GifByteType, 3> how{1, 0, 0};
    return EGifPutExtensionLeader(file_, APPLICATION_EXT_FUNC_CODE) == GIF_OK && EGifPutExtensionBlock(file_, 11, "NETSCAPE2.0") == GIF_OK &&
           EGifPutExtensionBlock(file_, 3, how.data()) == GIF_OK && EGifPutExtensionTrailer(file_) == GIF_OK;
  }

  /// Pixels that stay are written as transparent, which makes long runs of one value.
  bool put(const ReelFrame& frame, const Palette256& palette, std::vector<GifByteType>& before, int width) {
    GraphicsControlBlock control{DISPOSE_DO_NOT, false, std::max(2, frame.milliseconds / 10), kTransparent};
    std::array<GifByteType, 4> packed{};
    EGifGCBToExtension(&control, packed.data());
    if (EGifPutExtension(file_, GRAPHICS_EXT_FUNC_CODE, 4, packed.data()) == GIF_ERROR ||
        EGifPutImageDesc(file_, frame.left, frame.top, frame.part.width, frame.part.height, false, nullptr) == GIF_ERROR) {
      return false;
    }
    std::vector<GifByteType> line(static_cast<std::size_t>(frame.part.width));
    for (int y = 0; y < frame.part.height; ++y) {
      for (std::size_t x = 0; x < line.size(); ++x) {
        GifByteType& known =
            before[static_cast<std::size_t>(frame.top + y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(frame.left) + x];
        const GifByteType now = palette.index.at(colour_at(frame.part, static_cast<std::size_t>(y) * line.size() + x));
        line[x] = now == known ? static_cast<GifByteType>(kTransparent) : now;
        known = now;
      }
      if (EGifPutLine(file_, line.data(), frame.part.width) == GIF_ERROR) return false;
    }
    return true;
  }

  std::string bytes_;
  GifFileType* file_ = nullptr;
};

}  // namespace

Result<std::string> encode_gif(const Reel& reel, const KeepGoing& keep_going) {
  const Result<Palette256> palette = palette_of(reel);
  if (!palette) return tl::unexpected(palette.error());
  return Writer().write(reel, *palette, keep_going);
}

}  // namespace vmalab
