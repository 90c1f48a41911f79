// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/output_file.h"
#include "machine/describe.h"
#include "run/talk_text.h"
#include "run/trace_file.h"
#include "run/trace_format.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;
namespace format = trace_format;
using Json = nlohmann::ordered_json;

std::string system_error(int number) { return std::strerror(number); }

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

/// JSON holds UTF-8 only, and C files may hold anything: then each byte is written as one character.
std::string latin1_to_utf8(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xc0U | byte >> 6U);
      out += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  return out;
}

Json header_of(const Machine& machine, int version) {
  const Scenario& scenario = machine.scenario();
  Json code = Json::array();
  for (const CodeBase::Text& text : machine.code().texts()) {
    const std::string_view origin = format::kOrigins[static_cast<std::size_t>(text.origin)];
    if (is_utf8(text.path) && is_utf8(text.text)) {
      code.push_back({{"path", text.path}, {"origin", origin}, {"text", text.text}});
    } else {
      code.push_back({{"path", latin1_to_utf8(text.path)}, {"origin", origin}, {"encoding", "latin1"}, {"text", latin1_to_utf8(text.text)}});
    }
  }
  Json config{{"lockdep", machine.code().config().lockdep}, {"seq_bits", scenario.seq_bits}, {"signals", scenario.signals}};
  if (scenario.ordering != Ordering::kSc) {
    version = kWeakTraceVersion;
    config["ordering"] = ordering_name(scenario.ordering);
  }
  return Json{{"vmalab_trace", version},
              {"scenario", {{"name", scenario.name}, {"toml", scenario.toml}}},
              {"config", std::move(config)},
              {"code", std::move(code)},
              {"model_hash", machine.code().hash()},
              {"fingerprint", format::hex16(fingerprint(machine.initial(), machine.thread_count()))}};
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

struct TraceWriter::Impl {
  Impl(int descriptor, fs::path path) : fd(descriptor), file(std::move(path)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (!unpublished.empty()) ::unlink(unpublished.c_str());
    if (!old.empty()) ::unlink(old.c_str());
  }

  static Result<std::unique_ptr<Impl>> open(const fs::path& file, bool overwrite);
  Result<void> write_line(const Json& json);
  Result<void> publish();

  Descriptor fd;
  fs::path file;
  fs::path unpublished;  ///< where the bytes are while they are not at `file`; removed with the writer
  fs::path target;       ///< `file`, symbolic links followed
  fs::path old;          ///< the file that was replaced, until the new one is whole
  bool regular = true;
  std::uint64_t sum = format::kFirstSum;
  off_t whole_bytes = 0;  ///< of whole lines
  int steps = 0;
  bool finished = false;
  std::optional<Diagnostic> error;
};

Result<std::unique_ptr<TraceWriter::Impl>> TraceWriter::Impl::open(const fs::path& file, bool overwrite) {
  struct stat status {};
  const bool exists = ::stat(file.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return fail("this is a directory, not a file to write a trace to", file.string());
  if (Result<void> can = check_output(file); !can) return tl::unexpected(can.error());
  const auto cannot = [&](int number) { return fail("cannot write the trace: " + system_error(number), file.string()); };
  if (exists && !S_ISREG(status.st_mode)) {  // a device or a pipe: there is nothing to overwrite
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return cannot(errno);
    auto impl = std::make_unique<Impl>(fd, file);
    impl->regular = false;
    return impl;
  }
  constexpr mode_t kMode = 0666;
  if (!exists || !overwrite) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, kMode);
    if (fd < 0 && errno == EEXIST) return fail("the file exists already and is not overwritten", file.string());
    if (fd < 0) return cannot(errno);
    auto impl = std::make_unique<Impl>(fd, file);
    impl->unpublished = file;
    return impl;
  }
  // The new trace is written beside the old one and takes its place when there is something to take it.
  std::error_code failed;
  const fs::path target = fs::canonical(file, failed);
  if (failed) return cannot(failed.value());
  if (::access(target.c_str(), W_OK) != 0) return cannot(errno);
  for (int attempt = 0;; ++attempt) {
    fs::path beside = target;
    beside += ".new" + std::to_string(::getpid()) + '-' + std::to_string(attempt);
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, kMode);
    if (fd < 0 && errno == EEXIST && attempt < 100) continue;
    if (fd < 0) return cannot(errno);
    static_cast<void>(::fchmod(fd, status.st_mode & 0777U));
    auto impl = std::make_unique<Impl>(fd, file);
    impl->unpublished = std::move(beside);
    impl->target = target;
    return impl;
  }
}

Result<void> TraceWriter::Impl::publish() {
  if (!target.empty() && !finished) {
    // Kept under another name while there may still be no room for the new one. Where that is not possible it is let go.
    old = unpublished;
    old += ".old";
    if (::link(target.c_str(), old.c_str()) != 0) old.clear();
  }
  if (!target.empty() && ::rename(unpublished.c_str(), target.c_str()) != 0) {
    error = Diagnostic{"cannot replace the trace: " + system_error(errno), file.string(), 0, 0, {}};
    return tl::unexpected(*error);
  }
  unpublished.clear();
  return {};
}

Result<void> TraceWriter::Impl::write_line(const Json& json) {
  if (error) return tl::unexpected(*error);
  std::string line = json_text(json);
  line.pop_back();
  const std::uint64_t line_sum = format::chain_sum(sum, line);
  line.append(format::kSumKey).append(format::hex16(line_sum)).append(format::kSumEnd).append("\n");
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t written = ::write(fd.get(), line.data() + done, line.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      const int number = written == 0 ? ENOSPC : errno;
      const bool restored = !old.empty() && ::rename(old.c_str(), target.c_str()) == 0;
      if (restored) old.clear();
      error = Diagnostic{"cannot write the trace: " + system_error(number) +
                             (restored ? std::string("; the file that was there is as it was")
                                       : "; the file holds " + std::to_string(steps) + (steps == 1 ? " step" : " steps")),
                         file.string(),
                         0,
                         0,
                         {}};
      // Half a line does no harm to a reader, but a whole file is better.
      if (regular && ::ftruncate(fd.get(), whole_bytes) != 0) fd.close();
      return tl::unexpected(*error);
    }
  }
  sum = line_sum;
  whole_bytes += static_cast<off_t>(line.size());
  return {};
}

TraceWriter::TraceWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TraceWriter::TraceWriter(TraceWriter&&) noexcept = default;
TraceWriter& TraceWriter::operator=(TraceWriter&&) noexcept = default;
TraceWriter::~TraceWriter() = default;

int TraceWriter::steps() const { return impl_->steps; }

Result<TraceWriter> TraceWriter::start(const fs::path& file, const Machine& machine, bool overwrite, int version) {
  const Json header = header_of(machine, version);
  Result<std::unique_ptr<Impl>> impl = Impl::open(file, overwrite);
  if (!impl) return tl::unexpected(std::move(impl.error()));
  if (Result<void> written = (*impl)->write_line(header); !written) return tl::unexpected(std::move(written.error()));
  if (static_cast<std::size_t>((*impl)->whole_bytes) > format::kMaxHeaderBytes) {
    return fail("the scenario and its C code are too long for a trace", file.string());
  }
  return TraceWriter(std::move(*impl));
}

Result<void> TraceWriter::publish() { return impl_->publish(); }

Result<TraceWriter> TraceWriter::create(const fs::path& file, const Machine& machine, bool overwrite) {
  Result<TraceWriter> writer = start(file, machine, overwrite);
  if (!writer) return writer;
  if (Result<void> published = writer->publish(); !published) return tl::unexpected(std::move(published.error()));
  return writer;
}

Result<void> TraceWriter::append(const Machine& machine, const StepInfo& info, const State& after) { return append(machine, info, after, {}); }

Result<void> TraceWriter::append(const Machine& machine, const StepInfo& info, const State& after, std::optional<NodeId> from) {
  if (impl_->error) return tl::unexpected(*impl_->error);
  if (impl_->finished) return fail("the trace is closed already", impl_->file.string());
  if (impl_->steps >= kMaxTraceSteps) {
    return fail("a trace holds at most " + std::to_string(kMaxTraceSteps) + " steps", impl_->file.string());
  }
  Json line = {{"n", impl_->steps + 1}};
  if (from) line["from"] = *from;
  line["do"] = action_name(machine, info.action);
  if (info.action.kind == Action::Kind::kStep) line["at"] = place_text(machine, info.action.thread, info.pc);
  line["what"] = step_text(machine, info);
  if (info.violations != 0) {
    Json broke = Json::array();
    for (const Property* check : properties_in(info.violations)) broke.push_back(check->name);
    line["broke"] = std::move(broke);
  }
  line["fp"] = format::hex16(fingerprint(after, machine.thread_count()));
  if (Result<void> written = impl_->write_line(line); !written) return written;
  ++impl_->steps;
  return {};
}

Result<void> TraceWriter::finish(const std::string& talk) {
  if (impl_->error) return tl::unexpected(*impl_->error);
  if (impl_->finished) return {};
  Json line = {{"end", impl_->steps}};
  const bool fits = talk.size() + format::kSumBytes + line.dump().size() + 16 <= format::kMaxLineBytes;
  if (!talk.empty() && fits) line["talk"] = Json::parse(talk);
  if (Result<void> written = impl_->write_line(line); !written) return written;
  impl_->finished = true;
  if (!impl_->old.empty()) ::unlink(impl_->old.c_str());
  impl_->old.clear();
  if (!fits)
    return fail(
        "what is said of the run is too long for a trace, " + std::to_string(talk.size()) + " bytes: shorten the names of its branches or its notes",
        impl_->file.string());
  return {};
}

Result<void> save_trace(const fs::path& file, const Session& session, bool overwrite) {
  const Machine& machine = session.machine();
  const bool branched = session.branches().size() > 1;
  Result<TraceWriter> writer = TraceWriter::start(file, machine, overwrite, branched ? kTraceVersion : kUnbranchedTraceVersion);
  if (!writer) return tl::unexpected(std::move(writer.error()));
  StateValue state = machine.initial();
  for (NodeId node = 1; node < session.node_count(); ++node) {  // a step's number is its node's
    const NodeId from = session.parent(node);
    if (from != node - 1) state = session.state_at(from);
    StepInfo info;
    machine.step(state, session.info(node).action, info);
    if (Result<void> written = writer->append(machine, info, state, from == node - 1 ? std::nullopt : std::optional(from)); !written) return written;
  }
  if (Result<void> finished = writer->finish(talk_text(session)); !finished) return finished;
  return writer->publish();
}

Result<void> save_trace(const fs::path& file, const Machine& machine, const std::vector<Action>& run, bool overwrite) {
  Session session(machine);
  for (const Action& action : run) {
    if (const Result<NodeId> node = session.apply(action); !node) return tl::unexpected(node.error());
  }
  return save_trace(file, session, overwrite);
}

}  // namespace vmalab
