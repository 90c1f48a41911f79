// SPDX-License-Identifier: GPL-2.0-only
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>

#include "film/animation.h"

namespace vmalab {
namespace {

/// Fast, and within a few percent of the smallest that there is for pictures like these.
constexpr int kMethod = 1;
constexpr float kEffort = 30;

}  // namespace

Result<std::string> encode_webp(const Reel& reel, const KeepGoing& keep_going) {
  WebPAnimEncoderOptions options;
  WebPConfig config;
  if (WebPAnimEncoderOptionsInit(&options) == 0 || WebPConfigInit(&config) == 0) return fail("libwebp is of another version than was built with");
  config.lossless = 1;
  config.method = kMethod;
  config.quality = kEffort;
  const std::unique_ptr<WebPAnimEncoder, decltype(&WebPAnimEncoderDelete)> encoder(WebPAnimEncoderNew(reel.width(), reel.height(), &options),
                                                                                   WebPAnimEncoderDelete);
  if (encoder == nullptr) return fail("a WebP animation of this size cannot be begun");
  int time = 0;
  const Result<void> played = reel.play([&](const Image& image, int milliseconds) -> Result<void> {
    if (!keep_going()) return fail("stopped");
    WebPPicture picture;
    if (WebPPictureInit(&picture) == 0) return fail("libwebp is of another version than was built with");
    picture.use_argb = 1;
    picture.width = image.width;
    picture.height = image.height;
    const bool added = WebPPictureImportRGB(&picture, image.rgb.data(), image.width * 3) != 0 &&
                       WebPAnimEncoderAdd(encoder.get(), &picture, time, &config) != 0;
    WebPPictureFree(&picture);
    if (!added) return fail(std::string("a picture cannot be encoded: ") + WebPAnimEncoderGetError(encoder.get()));
    time += milliseconds;
    return {};
  });
  if (!played) return tl::unexpected(played.error());
  WebPData data;
  WebPDataInit(&data);
  if (WebPAnimEncoderAdd(encoder.get(), nullptr, time, nullptr) == 0 || WebPAnimEncoderAssemble(encoder.get(), &data) == 0) {
    return fail(std::string("the animation cannot be put together: ") + WebPAnimEncoderGetError(encoder.get()));
  }
  std::string bytes(reinterpret_cast<const char*>(data.bytes), data.size);
  WebPDataClear(&data);
  return bytes;
}

}  // namespace vmalab
