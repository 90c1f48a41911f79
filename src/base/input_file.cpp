// SPDX-License-Identifier: GPL-2.0-only
#include "base/input_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vmalab {
namespace {

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  return nullptr;
}

/// Why it could not be opened, and where on its path nothing is any more.
std::string why_not(const std::filesystem::path& file, int number) {
  std::string why = std::strerror(number);
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(file, error);
  if (number != ENOENT || error || std::filesystem::is_symlink(there, error)) return why;
  std::filesystem::path missing;
  while (there.has_parent_path() && there != there.parent_path() && !std::filesystem::exists(there, error)) {
    missing = there.filename();
    there = there.parent_path();
  }
  return why + "; what exists is the folder " + there.string() + ", and " + missing.string() + " is not in it";
}

}  // namespace

Result<int> open_input(const std::filesystem::path& file, const std::string& what) {
  const auto refuse = [&](mode_t mode) {
    return fail(std::string("this is ") + kind_of(mode) + ", not " + what + (S_ISFIFO(mode) ? "; save what comes through it in a file first" : ""),
                file.string());
  };
  // Looked at before it is opened: to open a device may already do something.
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && kind_of(status.st_mode) != nullptr) return refuse(status.st_mode);
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return fail(what + " cannot be read: " + why_not(file, errno), file.string());
  if (::fstat(fd, &status) != 0 || kind_of(status.st_mode) != nullptr) {
    ::close(fd);
    return refuse(status.st_mode);
  }
  return fd;
}

Result<std::string> read_stream(int fd, const std::string& name, const std::string& what, std::size_t most) {
  std::string text;
  constexpr std::size_t kPiece = std::size_t{64} << 10U;
  for (;;) {
    const std::size_t have = text.size();
    text.resize(have + kPiece);
    const ssize_t got = ::read(fd, text.data() + have, kPiece);
    const int number = errno;
    text.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && number == EINTR) continue;
    if (got < 0 && (number == EAGAIN || number == EWOULDBLOCK)) {
      pollfd more{fd, POLLIN, 0};
      ::poll(&more, 1, -1);
      continue;
    }
    if (got < 0) return fail(what + " cannot be read: " + std::strerror(number), name);
    if (text.size() > most) return fail("the file is too large to be " + what + ": more than " + std::to_string(most) + " bytes", name);
    if (got == 0) return text;
  }
}

Result<std::string> read_input(const std::filesystem::path& file, const std::string& what, std::size_t most) {
  const Result<int> fd = open_input(file, what);
  if (!fd) return tl::unexpected(fd.error());
  Result<std::string> text = read_stream(*fd, file.string(), what, most);
  ::close(*fd);
  return text;
}

Result<std::string> read_piped(const std::filesystem::path& file, const std::string& what, std::size_t most) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISFIFO(status.st_mode)) return read_input(file, what, most);
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(what + " cannot be read: " + why_not(file, errno), file.string());
  Result<std::string> text = read_stream(fd, file.string(), what, most);
  ::close(fd);
  return text;
}

}  // namespace vmalab
