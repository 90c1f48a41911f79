// SPDX-License-Identifier: GPL-2.0-only
#include "base/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace vmalab {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;
constexpr int kAttempts = 100;

Diagnostic cannot(const fs::path& file, int number) {
  return Diagnostic{std::string("cannot be written: ") + std::strerror(number), file.string(), 0, 0, {}};
}

/// Closes in any case. 0, or the errno of what went wrong; the last block may meet a full disk only at the end.
int write_all(int fd, std::string_view bytes) {
  int number = 0;
  while (!bytes.empty() && number == 0) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written > 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (written == 0)
      number = ENOSPC;
    else if (errno != EINTR)
      number = errno;
  }
  return ::close(fd) != 0 && number == 0 ? errno : number;
}

}  // namespace

Result<void> check_output(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  if (S_ISDIR(status.st_mode)) return fail("this is a folder, not a file to write to", file.string());
  if (S_ISSOCK(status.st_mode)) return fail("this is a socket, not a file to write to", file.string());
  if (!S_ISFIFO(status.st_mode)) return {};
  // To open a pipe for writing waits for a reader, which may never come.
  const int fd = ::open(file.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENXIO) return fail("this is a pipe that nobody reads", file.string());
  if (fd < 0) return tl::unexpected(cannot(file, errno));
  ::close(fd);
  return {};
}

Result<PendingFile> PendingFile::write(const fs::path& file, std::string_view bytes, bool overwrite) {
  if (Result<void> can = check_output(file); !can) return tl::unexpected(can.error());
  struct stat status {};
  const bool exists = ::stat(file.c_str(), &status) == 0;
  PendingFile pending;
  int fd = -1;
  if (exists && !S_ISREG(status.st_mode)) {
    fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  } else {
    if (exists && !overwrite) return fail("the file exists already and is not overwritten", file.string());
    if (exists && ::access(file.c_str(), W_OK) != 0) return tl::unexpected(cannot(file, errno));
    std::error_code failed;
    // The file that a symbolic link names is replaced, not the link.
    pending.file_ = exists ? fs::canonical(file, failed) : file;
    if (failed) return tl::unexpected(cannot(file, failed.value()));
    for (int attempt = 0; fd < 0 && attempt < kAttempts; ++attempt) {
      pending.part_ = pending.file_;
      pending.part_ += ".part" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
      fd = ::open(pending.part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
      if (fd < 0 && errno != EEXIST) break;
    }
    if (fd < 0)
      pending.part_.clear();
    else if (exists)
      static_cast<void>(::fchmod(fd, status.st_mode & 0777U));
  }
  if (fd < 0) return tl::unexpected(cannot(file, errno));
  if (const int number = write_all(fd, bytes); number != 0) return tl::unexpected(cannot(file, number));
  return pending;
}

PendingFile::PendingFile(PendingFile&& other) noexcept : file_(std::move(other.file_)), part_(std::exchange(other.part_, {})) {}

PendingFile::~PendingFile() {
  if (!part_.empty()) ::unlink(part_.c_str());
}

Result<void> PendingFile::commit() {
  if (part_.empty()) return {};
  if (::rename(part_.c_str(), file_.c_str()) != 0) return tl::unexpected(cannot(file_, errno));
  part_.clear();
  return {};
}

Result<void> write_output(const fs::path& file, std::string_view bytes, bool overwrite) {
  Result<PendingFile> pending = PendingFile::write(file, bytes, overwrite);
  if (!pending) return tl::unexpected(pending.error());
  return pending->commit();
}

}  // namespace vmalab
