// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/ffmpeg.h"

#include <cmath>
#include <cstring>

#include "app/platform/desktop/child_process.h"
#include "base/input_file.h"

namespace vmalab {
namespace {

constexpr int kPicturesPerSecond = 10;  ///< nothing moves between steps
constexpr std::size_t kMostBytes = std::size_t{1} << 31U;

}  // namespace

Result<std::string> encode_mp4(const Reel& reel, const KeepGoing& keep_going) {
  const ScratchFolder scratch;
  if (!scratch.made()) return fail(std::string("no folder for the film can be made: ") + std::strerror(errno), scratch.path());
  const std::string film = scratch.path() + "/film.mp4", complaints = scratch.path() + "/complaints";
  ChildProcess ffmpeg;
  const std::string size = std::to_string(reel.width()) + "x" + std::to_string(reel.height());
  // One thread and no dates, so that the same pictures give the same bytes; H.264 needs even sides.
  if (!ffmpeg.start({"ffmpeg",
                     "-v",
                     "error",
                     "-y",
                     "-f",
                     "rawvideo",
                     "-pix_fmt",
                     "rgb24",
                     "-s",
                     size,
                     "-r",
                     std::to_string(kPicturesPerSecond),
                     "-i",
                     "-",
                     "-an",
                     "-vf",
                     "pad=ceil(iw/2)*2:ceil(ih/2)*2",
                     "-c:v",
                     "libx264",
                     "-preset",
                     "veryfast",
                     "-crf",
                     "18",
                     "-pix_fmt",
                     "yuv420p",
                     "-threads",
                     "1",
                     "-fflags",
                     "+bitexact",
                     "-flags:v",
                     "+bitexact",
                     "-map_metadata",
                     "-1",
                     "-movflags",
                     "+faststart",
                     film},
                    complaints)) {
    return fail("an .mp4 needs the program ffmpeg, which is not there; .webp and .gif need nothing", "ffmpeg");
  }
  bool fed = true;
  double due = 0;
  int shown = 0;
  const Result<void> played = reel.play([&](const Image& image, int milliseconds) -> Result<void> {
    due += milliseconds * kPicturesPerSecond / 1000.0;
    for (; fed && shown < std::lround(due); ++shown) {
      if (!keep_going()) return fail("stopped");
      fed = ffmpeg.feed(image.rgb.data(), image.rgb.size());
    }
    return {};
  });
  if (!played) return tl::unexpected(played.error());
  if (!ffmpeg.wait() || !fed) {
    const Result<std::string> said = read_input(complaints, "what ffmpeg said", std::size_t{1} << 20U);
    return fail("ffmpeg could not make the film" + (said && !said->empty() ? ": " + said->substr(0, said->find('\n')) : std::string()), "ffmpeg");
  }
  return read_input(film, "a film", kMostBytes);
}

}  // namespace vmalab
