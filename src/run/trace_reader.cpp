// SPDX-License-Identifier: GPL-2.0-only
// Reading a trace is three passes over what somebody gave us, each trusting the one before: the lines and their
// checksums, then the JSON in them, then the machine built from it. Damage is found before anything is built.
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/input_file.h"
#include "base/text_hygiene.h"
#include "run/rerun.h"
#include "run/schedule.h"
#include "run/talk_claims.h"
#include "run/talk_text.h"
#include "run/trace_file.h"
#include "run/trace_format.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;
namespace format = trace_format;
using Json = nlohmann::json;

constexpr const char* kGoesOn = "; `vmalab replay --continue` goes on from there along the nearest run";

/// Lines of a file, each bounded in length.
class LineReader {
 public:
  enum class Status : std::uint8_t { kLine, kPartial /* the file ends within the line */, kEnd, kTooLong, kError };

  explicit LineReader(int fd) : fd_(fd) {}
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader() { ::close(fd_); }

  /// `line` comes without its line end.
  Status next(std::string& line, std::size_t limit) {
    line.clear();
    for (;;) {
      if (at_ == size_) {
        const ssize_t got = ::read(fd_, buffer_.data(), buffer_.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Status::kError;
        if (got == 0) return line.empty() ? Status::kEnd : Status::kPartial;
        at_ = 0;
        size_ = static_cast<std::size_t>(got);
      }
      const char* const begin = buffer_.data() + at_;
      const auto* const stop = static_cast<const char*>(std::memchr(begin, '\n', size_ - at_));
      const std::size_t count = stop == nullptr ? size_ - at_ : static_cast<std::size_t>(stop - begin);
      if (line.size() + count > limit) return Status::kTooLong;
      line.append(begin, count);
      at_ += count;
      if (stop != nullptr) {
        ++at_;
        return Status::kLine;
      }
    }
  }

 private:
  int fd_;
  std::array<char, 1U << 16U> buffer_;
  std::size_t at_ = 0, size_ = 0;
};

/// What the lines say, before any of it has been built or run.
struct Recorded {
  std::string scenario_name, scenario_toml;
  CodeConfig config;
  int seq_bits = 32;
  bool signals = false;
  Ordering ordering = Ordering::kSc;
  std::vector<CodeBase::Text> code;
  std::string model_hash;
  int version = kTraceVersion;
  std::uint64_t fingerprint = 0;
  struct Step {
    std::uint32_t action;  ///< index into actions
    NodeId from;           ///< the step before it
    std::uint64_t fingerprint;
  };
  std::vector<std::string> actions;  ///< the different ones
  std::vector<std::string> words;    ///< of each step, where they are kept
  bool keeps_words = false;
  std::vector<Step> steps;
  bool closed = false;
  std::string talk;  ///< JSON; empty: none
  int cut_line = 0;  ///< the line in which a file that is not closed ends
  bool cut_within = false;
  bool comparable() const { return version >= kFirstComparableTraceVersion; }
};

int line_of_step(std::size_t step) { return static_cast<int>(step) + 1; }

/// True when the line ends in the checksum of the text before it.
bool guarded(std::string_view line, std::uint64_t before, std::uint64_t& sum) {
  if (line.size() <= format::kSumBytes) return false;
  const std::string_view body = line.substr(0, line.size() - format::kSumBytes);
  const std::string_view tail = line.substr(body.size());
  if (tail.substr(0, format::kSumKey.size()) != format::kSumKey || tail.substr(tail.size() - format::kSumEnd.size()) != format::kSumEnd) {
    return false;
  }
  sum = format::chain_sum(before, body);
  return format::parse_hex16(tail.substr(format::kSumKey.size(), format::kHexDigits)) == sum;
}

/// True when a text without a line end begins with a whole line: then it was not cut off but changed.
bool line_and_more(std::string_view text, std::uint64_t before) {
  std::uint64_t sum = before;
  std::size_t summed = 0;
  for (std::size_t at = text.find(format::kSumKey); at != std::string_view::npos; at = text.find(format::kSumKey, at + 1)) {
    sum = format::chain_sum(sum, text.substr(summed, at - summed));
    summed = at;
    const std::string_view tail = text.substr(at, format::kSumBytes);
    if (at + format::kSumBytes < text.size() && tail.substr(format::kSumKey.size() + format::kHexDigits) == format::kSumEnd &&
        format::parse_hex16(tail.substr(format::kSumKey.size(), format::kHexDigits)) == sum) {
      return true;
    }
  }
  return false;
}

/// Looks through a text of JSON in one pass, before anything is built from it: bounded in depth, in width and in the number
/// of values, each key once.
class Watch : public nlohmann::json_sax<Json> {
 public:
  explicit Watch(std::size_t most_values) : most_values_(most_values) {}
  const std::string& complaint() const { return complaint_; }

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& key) override {
    std::vector<std::string>& known = keys_.back();
    if (known.size() == format::kMaxKeys) return refuse("an object in it has more than " + std::to_string(format::kMaxKeys) + " keys");
    if (std::find(known.begin(), known.end(), key) != known.end()) return refuse("its key \"" + key.substr(0, 40) + "\" comes twice");
    known.push_back(key);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return refuse("it is not a JSON object"); }

 private:
  bool refuse(std::string complaint) {
    if (complaint_.empty()) complaint_ = std::move(complaint);
    return false;
  }
  bool value() { return ++values_ <= most_values_ || refuse("its JSON has more than " + std::to_string(most_values_) + " values"); }
  bool open() {
    if (keys_.size() == static_cast<std::size_t>(format::kMaxNesting)) return refuse("its JSON is nested too deeply");
    keys_.emplace_back();
    return value();
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  std::size_t most_values_, values_ = 0;
  std::vector<std::vector<std::string>> keys_;  ///< of the objects that are open; empty for an array
  std::string complaint_;
};

/// A JSON object without surprises. The error is the reason alone. Linear in the text.
Result<Json> parse_object(std::string_view text) {
  Watch watch(format::kMaxValues);
  if (!Json::sax_parse(text, &watch)) return fail(watch.complaint().empty() ? "it is not a JSON object" : watch.complaint());
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return fail("it is not a JSON object");
  return json;
}

/// Reads members of an object and keeps the first complaint.
class Members {
 public:
  Members(const Json& json, std::string& complaint) : json_(json), complaint_(complaint) {}

  const Json* find(const char* key, Json::value_t type, const char* what) {
    if (!complaint_.empty()) return nullptr;
    const auto it = json_.is_object() ? json_.find(key) : json_.end();
    if (!json_.is_object() || it == json_.end()) {
      complaint_ = std::string("\"") + key + "\" is missing";
    } else if (it->type() != type) {
      complaint_ = std::string("\"") + key + "\" is not " + what;
    } else {
      return &*it;
    }
    return nullptr;
  }
  std::string text(const char* key) {
    const Json* value = find(key, Json::value_t::string, "a text");
    return value == nullptr ? std::string() : value->get<std::string>();
  }
  bool flag(const char* key) {
    const Json* value = find(key, Json::value_t::boolean, "true or false");
    return value != nullptr && value->get<bool>();
  }
  std::uint64_t number(const char* key, std::uint64_t least, std::uint64_t most) {
    const Json* value = find(key, Json::value_t::number_unsigned, "a whole number");
    const std::uint64_t number = value == nullptr ? least : value->get<std::uint64_t>();
    if (number >= least && number <= most) return number;
    complaint_ = std::string("\"") + key + "\" is not between " + std::to_string(least) + " and " + std::to_string(most);
    return least;
  }
  std::uint64_t hex(const char* key) {
    const std::string digits = text(key);
    const std::optional<std::uint64_t> value = format::parse_hex16(digits);
    if (!value && complaint_.empty()) complaint_ = std::string("\"") + key + "\" is not 16 hexadecimal digits";
    return value.value_or(0);
  }

 private:
  const Json& json_;
  std::string& complaint_;
};

/// Undoes what the writer does to C files that are not UTF-8; nothing when a character is no byte.
std::optional<std::string> utf8_to_latin1(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += text[i];
    } else if (byte > 0xc3 || i + 1 == text.size()) {
      return std::nullopt;
    } else {
      out += static_cast<char>((byte & 0x3U) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3fU));
    }
  }
  return out;
}

/// The complaint, or empty.
std::string read_header(const Json& json, Recorded& out) {
  std::string complaint;
  Members header(json, complaint);
  static const Json kNone = Json::object();
  const auto object = [&](const char* key) -> const Json& {
    const Json* found = header.find(key, Json::value_t::object, "an object");
    return found == nullptr ? kNone : *found;
  };
  Members scenario(object("scenario"), complaint);
  out.scenario_name = scenario.text("name");
  out.scenario_toml = scenario.text("toml");
  // The name is what a reload looks for: it must not lead to a file.
  if (out.scenario_name.find('/') != std::string::npos || out.scenario_name.ends_with(".toml")) return "the \"name\" of its scenario is a path";
  Members config(object("config"), complaint);
  out.config.lockdep = config.flag("lockdep");
  out.seq_bits = static_cast<int>(config.number("seq_bits", 2, 32));
  out.signals = config.flag("signals");
  out.version = static_cast<int>(header.number("vmalab_trace", kOldestReadableTraceVersion, kWeakTraceVersion));
  if (out.version >= kWeakTraceVersion) {
    const std::optional<Ordering> ordering = find_ordering(config.text("ordering"));
    if (!ordering && complaint.empty()) complaint = "\"ordering\" is no memory ordering that is known";
    out.ordering = ordering.value_or(Ordering::kSc);
  }
  out.model_hash = header.text("model_hash");
  out.fingerprint = header.hex("fingerprint");
  const Json* code = header.find("code", Json::value_t::array, "a list");
  if (code != nullptr && code->size() > format::kMaxCodeFiles) complaint = "\"code\" has too many files";
  if (!complaint.empty()) return complaint;
  for (const Json& item : *code) {
    Members file(item, complaint);
    CodeBase::Text text;
    text.path = file.text("path");
    const std::string origin = file.text("origin");
    text.text = file.text("text");
    if (!complaint.empty()) return complaint + " in \"code\"";
    const auto* const known = std::find(std::begin(format::kOrigins), std::end(format::kOrigins), origin);
    if (known == std::end(format::kOrigins)) return "\"origin\" of a file in \"code\" is none of model, kernel, variant, expression, own";
    text.origin = static_cast<SourceFile::Origin>(known - std::begin(format::kOrigins));
    if (item.contains("encoding")) {
      const std::optional<std::string> path = utf8_to_latin1(text.path);
      const std::optional<std::string> bytes = utf8_to_latin1(text.text);
      if (file.text("encoding") != "latin1" || !path || !bytes) return "\"encoding\" of a file in \"code\" is not latin1";
      text.path = *path;
      text.text = *bytes;
    }
    out.code.push_back(std::move(text));
  }
  return {};
}

std::string read_step(const Json& json, Recorded& out) {
  std::string complaint;
  Members line(json, complaint);
  const std::uint64_t expected = out.steps.size() + 1;
  const std::uint64_t n = line.number("n", 0, kMaxTraceSteps);
  const std::string action = line.text("do");
  const std::uint64_t print = line.hex("fp");
  if (!complaint.empty()) return complaint;
  if (n != expected) return "it says it is step " + std::to_string(n);
  std::uint64_t from = out.steps.size();
  if (out.version >= kTraceVersion && json.contains("from")) {
    from = line.number("from", 0, out.steps.size());
    if (!complaint.empty()) return complaint;
  }
  if (action.size() > format::kMaxActionBytes) return "the name of its action is too long";
  auto known = std::find(out.actions.begin(), out.actions.end(), action);
  if (known == out.actions.end()) {
    // Each thread has a step, which may go several ways, and a signal; a file with more names than that is not one of ours.
    const bool way = action.find(':') != std::string::npos;
    const auto alike = std::count_if(out.actions.begin(), out.actions.end(),
                                     [&](const std::string& name) { return (name.find(':') != std::string::npos) == way; });
    if (alike >= (way ? 255 : 2) * kMaxThreads) return "there are no more than " + std::to_string(kMaxThreads) + " threads";
    known = out.actions.insert(known, action);
  }
  out.steps.push_back({static_cast<std::uint32_t>(known - out.actions.begin()), static_cast<NodeId>(from), print});
  if (out.keeps_words) out.words.push_back(json.contains("what") && json["what"].is_string() ? json["what"].get<std::string>() : std::string());
  return {};
}

/// What a file is that begins so, where it is one of those that an export makes, or nothing.
std::string_view known_format(std::string_view begin) {
  struct Format {
    std::string_view begin, what;
  };
  constexpr Format kFormats[] = {{"\x89PNG", "a picture (PNG)"},      {"\xff\xd8\xff", "a picture (JPEG)"},
                                 {"GIF8", "a picture (GIF)"},         {"RIFF", "a picture (WebP)"},
                                 {"<svg", "a drawing (SVG)"},         {"<?xml", "XML, such as a drawing"},
                                 {"<!doctype html", "a page (HTML)"}, {"<!DOCTYPE html", "a page (HTML)"},
                                 {"<html", "a page (HTML)"},          {"%PDF", "a PDF"}};
  for (const Format& format : kFormats) {
    if (begin.starts_with(format.begin)) return format.what;
  }
  return begin.substr(std::min<std::size_t>(begin.size(), 4)).starts_with("ftyp") ? "a film (MP4)" : std::string_view();
}

/// The complaint about the first line's format and version, or empty.
std::string wrong_version(std::string_view line) {
  if (line.substr(0, format::kMagic.size()) != format::kMagic) {
    if (const std::string_view what = known_format(line); !what.empty()) {
      return "this is " + std::string(what) +
             ", no vmalab trace: what an export has drawn or written cannot be played back; `vmalab run --record FILE` writes a trace";
    }
    const std::string damage = damage_in(line.substr(0, 64));
    return "this is no vmalab trace: it does not begin with " + std::string(format::kMagic) + (damage.empty() ? "" : "; " + damage) +
           "; `vmalab run --record FILE` writes one";
  }
  const std::string_view rest = line.substr(format::kMagic.size());
  const std::string_view number = rest.substr(0, std::min(rest.find_first_of(",}"), rest.size()));
  const std::string shown = printable(number.substr(0, 20));
  const std::string reads = "; this one reads " + std::to_string(kOldestReadableTraceVersion) + ".." + std::to_string(kWeakTraceVersion);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos || (number.size() > 1 && number.front() == '0')) {
    return "this is no vmalab trace: the number of its format is " +
           (shown.empty() ? "missing" : shown + ", which is no whole number as it is written in a trace") + reads;
  }
  const int version = number.size() > 6 ? 1'000'000 : std::stoi(std::string(number));
  if (version > kWeakTraceVersion) return "written by a newer vmalab (format " + shown + ")" + reads;
  if (version < kOldestReadableTraceVersion) return "written by an older vmalab (format " + shown + ")" + reads;
  return {};
}

/// Why a line that does not carry its checksum is no line of a trace.
std::string what_damaged(const std::string& line, bool header) {
  std::string why = "its checksum does not match";
  if (line.back() == '\r') return "its line end was changed to CR LF";
  if (line.front() == '>') return why + ": it begins with >, as the lines of a quoted mail do";
  // A step has no such character of its own; the header has texts that may.
  if (const std::string damage = header ? "" : damage_in(line); !damage.empty()) return why + ": " + damage;
  if (line.back() == '=' || !line.ends_with(format::kSumEnd)) {
    why += ": the line was broken or changed at its end, as mail programs do with long lines; send a trace as a file, or packed";
  }
  return why;
}

/// Lines, checksums and JSON.
Result<Recorded> read_lines(LineReader& reader, const std::string& name, bool keep_words) {
  Recorded out;
  out.keeps_words = keep_words;
  std::string line;
  std::uint64_t sum = format::kFirstSum;
  for (int number = 1;; ++number) {
    const bool header = number == 1;
    const auto error = [&](const std::string& why) { return fail(why, name, number); };
    const std::string place = header ? "the header" : "step " + std::to_string(out.steps.size() + 1);
    const std::size_t limit = header ? format::kMaxHeaderBytes : format::kMaxLineBytes;
    const LineReader::Status status = reader.next(line, limit);
    if (status == LineReader::Status::kError) return fail(std::string("cannot read the trace: ") + std::strerror(errno), name);
    if (header && status == LineReader::Status::kEnd) return fail("the file is empty: it is no trace", name);
    if (header) line.erase(0, line.size() - without_byte_order_mark(line).size());
    if (header && !line.empty() && line.substr(0, format::kMagic.size()) != format::kMagic.substr(0, line.size())) {
      return error(wrong_version(line));
    }
    if (status == LineReader::Status::kTooLong) return error(place + " is longer than " + std::to_string(limit) + " bytes");
    if (status == LineReader::Status::kEnd) {
      if (!out.closed) out.cut_line = number - 1;
      return out;
    }
    if (out.closed) return error("there is more after the closing line");
    if (status == LineReader::Status::kPartial) {
      if (header) return error("the file is cut off in its first line, the one that tells what ran: nothing can be replayed");
      if (line_and_more(line, sum)) return error(place + " is damaged: its line end was changed");
      out.cut_line = number;
      out.cut_within = true;
      return out;
    }
    if (header) {
      if (std::string complaint = wrong_version(line); !complaint.empty()) return error(complaint);
    }
    const bool closing = line.rfind(R"({"end":)", 0) == 0;
    const std::string what = closing ? "the closing line" : place;
    std::uint64_t line_sum = 0;
    if (!guarded(line, sum, line_sum)) return error(what + " is damaged: " + (line.empty() ? "it is an empty line" : what_damaged(line, header)));
    sum = line_sum;
    const Result<Json> json = parse_object(line);
    if (!json) return error(what + " is wrong: " + json.error().message);
    std::string complaint;
    if (header) {
      complaint = read_header(*json, out);
    } else if (closing) {
      Members end(*json, complaint);
      const std::uint64_t steps = end.number("end", 0, kMaxTraceSteps);
      if (complaint.empty() && steps != out.steps.size()) {
        complaint = "it counts " + std::to_string(steps) + " steps, and there are " + std::to_string(out.steps.size());
      }
      if (complaint.empty() && json->contains("talk")) out.talk = (*json)["talk"].dump();
      out.closed = true;
    } else if (out.steps.size() == kMaxTraceSteps) {
      complaint = "a trace has at most " + std::to_string(kMaxTraceSteps) + " steps";
    } else {
      complaint = read_step(*json, out);
    }
    if (!complaint.empty()) return error(what + " is wrong: " + complaint);
  }
}

/// A complaint about a text in the trace, with the trace named as where the text is.
tl::unexpected<Diagnostic> embedded(Diagnostic diagnostic, const std::string& name, const char* what) {
  const std::string inner = diagnostic.file;
  diagnostic.file = name + (inner.empty() || inner == name ? "" : " (" + inner + ")");
  diagnostic.message = std::string("the ") + what + " in this trace cannot be used: " + diagnostic.message;
  return tl::unexpected(std::move(diagnostic));
}

Result<Scenario> recorded_scenario(const Recorded& recorded, const std::string& name) {
  Result<Scenario> scenario = parse_scenario(recorded.scenario_toml, recorded.scenario_name, "scenario");
  if (!scenario) return embedded(std::move(scenario.error()), name, "scenario");
  scenario->config = recorded.config;
  scenario->seq_bits = recorded.seq_bits;
  scenario->signals = recorded.signals;
  scenario->ordering = recorded.ordering;
  return scenario;
}

Result<Machine> build_machine(Recorded& recorded, const std::string& name) {
  Result<Scenario> scenario = recorded_scenario(recorded, name);
  if (!scenario) return tl::unexpected(std::move(scenario.error()));
  Result<CodeBase> code = CodeBase::load_texts(std::move(recorded.code), recorded.config);
  if (!code) return embedded(std::move(code.error()), name, "C code");
  if (code->hash() != recorded.model_hash) {
    return fail("the header is wrong: its C code has the hash " + code->hash() + ", and it says another one", name, 1);
  }
  Result<Machine> machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return embedded(std::move(machine.error()), name, "scenario or its C code");
  return machine;
}

/// Each name of an action means the same at every step.
std::vector<Result<std::vector<Action>>> parse_actions(const Machine& machine, const Recorded& recorded) {
  std::vector<Result<std::vector<Action>>> actions;
  for (const std::string& text : recorded.actions) {
    const bool single = !text.empty() && text.find_first_of("*, \t\r\n") == std::string::npos;
    actions.push_back(single ? parse_schedule(machine, text) : fail("\"do\" is not one action"));
  }
  return actions;
}

Result<Recorded> read_file(const fs::path& file, bool keep_words) {
  const Result<int> fd = open_input(file, "a trace");
  if (!fd) return tl::unexpected(fd.error());
  LineReader reader(*fd);
  return read_lines(reader, file.string(), keep_words);
}

std::string notice_of(const Recorded& recorded, const fs::path& file) {
  std::string notice;
  if (!recorded.closed) {
    notice = file.filename().string() + " is cut off " + (recorded.cut_within ? "in" : "after") + " line " + std::to_string(recorded.cut_line) +
             ": replayed " + std::to_string(recorded.steps.size()) + " whole " + (recorded.steps.size() == 1 ? "step" : "steps");
  }
  if (!recorded.comparable()) {
    notice += (notice.empty() ? "" : "; ") + file.filename().string() + " is of format " + std::to_string(recorded.version) +
              ": its steps are replayed, and the states cannot be compared with the recorded ones; record it again to have that";
  }
  return notice;
}

void add_faults(const Session& session, std::string& notice) {
  for (const std::string& fault : talk_faults(session)) notice += (notice.empty() ? "" : "; ") + fault;
}

}  // namespace

Result<Replayed> continue_trace(const fs::path& file, const std::function<Result<Machine>(Scenario)>& other) {
  const std::string name = file.string();
  Result<Recorded> recorded = read_file(file, true);
  if (!recorded) return tl::unexpected(std::move(recorded.error()));
  Result<Machine> machine = [&]() -> Result<Machine> {
    if (!other) return build_machine(*recorded, name);
    Result<Scenario> scenario = recorded_scenario(*recorded, name);
    if (!scenario) return tl::unexpected(std::move(scenario.error()));
    return other(std::move(*scenario));
  }();
  if (!machine) return tl::unexpected(std::move(machine.error()));
  const std::vector<Result<std::vector<Action>>> actions = parse_actions(*machine, *recorded);
  PastRun old;
  for (std::size_t i = 0; i < recorded->steps.size(); ++i) {
    const Recorded::Step& step = recorded->steps[i];
    PastRun::Step past{step.from, {}, std::move(recorded->words[i]), PastRun::kUnknown};
    if (const Result<std::vector<Action>>& action = actions[step.action]) {
      past.action = action->front();
    } else if (!other) {
      return fail("step " + std::to_string(i + 1) + " (" + recorded->actions[step.action] + "): " + action.error().message, name,
                  line_of_step(i + 1));
    } else {
      past.action.thread.value = kNoThread;  // of a thread that is no more
    }
    if (!other && recorded->comparable()) past.fingerprint = step.fingerprint;
    old.steps.push_back(std::move(past));
  }
  if (Result<void> told = complete(old, recorded->talk); !told) {
    return fail("the talk in the closing line is wrong: " + told.error().message, name, line_of_step(recorded->steps.size() + 1));
  }
  Replayed out{Session(std::move(*machine)), static_cast<int>(old.steps.size()), recorded->closed, false, notice_of(*recorded, file)};
  const Rerun again = rerun(out.session, old);
  out.differs = !again.as_it_was();
  if (const std::string text = again.text(); !text.empty()) out.notice += (out.notice.empty() ? "" : "; ") + text;
  add_faults(out.session, out.notice);
  return out;
}

Result<Replayed> replay_trace(const fs::path& file) {
  const std::string name = file.string();
  Result<Recorded> recorded = read_file(file, false);
  if (!recorded) return tl::unexpected(std::move(recorded.error()));
  Result<Machine> machine = build_machine(*recorded, name);
  if (!machine) return tl::unexpected(std::move(machine.error()));
  if (recorded->comparable() && fingerprint(machine->initial(), machine->thread_count()) != recorded->fingerprint) {
    return fail("step 0, the initial state, is not the one that was recorded: this vmalab runs the scenario in another way", name, 1);
  }

  const std::vector<Result<std::vector<Action>>> actions = parse_actions(*machine, *recorded);
  Replayed out{Session(std::move(*machine)), 0, recorded->closed, false, notice_of(*recorded, file)};
  for (std::size_t i = 0; i < recorded->steps.size(); ++i) {
    const Recorded::Step& step = recorded->steps[i];
    const std::string& text = recorded->actions[step.action];
    const auto error = [&](const std::string& why) {
      return fail("step " + std::to_string(i + 1) + " (" + text + "): " + why, name, line_of_step(i + 1));
    };
    const Result<std::vector<Action>>& action = actions[step.action];
    if (!action) return error(action.error().message);
    if (step.from != out.session.cursor()) out.session.go_to(step.from);
    if (const Result<NodeId> done = out.session.apply(action->front()); !done) return error(done.error().message + kGoesOn);
    if (out.session.node_count() != i + 2) return error("it is there already, as step " + std::to_string(out.session.cursor()));
    const std::uint64_t now = fingerprint(out.session.state(), out.session.machine().thread_count());
    if (recorded->comparable() && now != step.fingerprint) {
      return error("the state after it is not the one that was recorded (" + format::hex16(now) + ", recorded " + format::hex16(step.fingerprint) +
                   ")" + kGoesOn);
    }
    ++out.steps;
  }
  if (!recorded->talk.empty()) {
    if (const Result<void> told = tell(out.session, recorded->talk); !told) {
      return fail("the talk in the closing line is wrong: " + told.error().message, name, line_of_step(recorded->steps.size() + 1));
    }
  }
  add_faults(out.session, out.notice);
  return out;
}

}  // namespace vmalab
