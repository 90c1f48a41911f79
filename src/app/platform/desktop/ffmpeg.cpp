// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/ffmpeg.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/input_file.h"

extern char** environ;

namespace vmalab {
namespace {

constexpr int kPicturesPerSecond = 10;  ///< nothing moves between steps
constexpr std::size_t kMostBytes = std::size_t{1} << 31U;

/// A folder of its own that is gone at the end.
struct Scratch {
  std::string path = (std::filesystem::temp_directory_path() / "vmalab-film-XXXXXX").string();
  bool made = ::mkdtemp(path.data()) != nullptr;
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (made) std::filesystem::remove_all(path, ignored);
  }
};

/// The program, fed through a pipe; what it complains of goes into a file.
class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pipe_ >= 0) ::close(pipe_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  bool start(std::vector<std::string> words, const std::string& complaints) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, complaints.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int error = posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    pipe_ = ends[1];
    if (error != 0) pid_ = -1;
    errno = error;
    return error == 0;
  }
  bool feed(const std::vector<std::uint8_t>& bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t written = ::write(pipe_, &bytes[at], bytes.size() - at);
      if (written > 0) {
        at += static_cast<std::size_t>(written);
      } else if (errno != EINTR) {
        return false;
      }
    }
    return true;
  }
  /// True: it has ended well.
  bool finish() {
    ::close(std::exchange(pipe_, -1));
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace

Result<std::string> encode_mp4(const Reel& reel, const KeepGoing& keep_going) {
  const Scratch scratch;
  if (!scratch.made) return fail(std::string("no folder for the film can be made: ") + std::strerror(errno), scratch.path);
  const std::string film = scratch.path + "/film.mp4", complaints = scratch.path + "/complaints";
  Child ffmpeg;
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
      fed = ffmpeg.feed(image.rgb);
    }
    return {};
  });
  if (!played) return tl::unexpected(played.error());
  if (!ffmpeg.finish() || !fed) {
    const Result<std::string> said = read_input(complaints, "what ffmpeg said", std::size_t{1} << 20U);
    return fail("ffmpeg could not make the film" + (said && !said->empty() ? ": " + said->substr(0, said->find('\n')) : std::string()), "ffmpeg");
  }
  return read_input(film, "a film", kMostBytes);
}

}  // namespace vmalab
