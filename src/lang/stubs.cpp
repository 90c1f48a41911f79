// SPDX-License-Identifier: GPL-2.0-only
#include "lang/stubs.h"

#include <algorithm>

#include "base/words.h"

namespace vmalab {
namespace {

constexpr std::string_view kHeading = "// Stand-ins for functions that no file defines (--stub).";
constexpr std::string_view kStub = "// stub ", kThread = "// thread ";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// At commas outside of parentheses.
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  std::size_t first = 0;
  int depth = 0;
  for (std::size_t at = 0; at <= list.size(); ++at) {
    if (at < list.size() && list[at] == '(') ++depth;
    if (at < list.size() && list[at] == ')') --depth;
    if (at < list.size() && (list[at] != ',' || depth > 0)) continue;
    items.emplace_back(trimmed(list.substr(first, at - first)));
    first = at + 1;
  }
  return items;
}

}  // namespace

const Stubs::Stub* Stubs::find(std::string_view name) const {
  const auto found = std::find_if(stubs.begin(), stubs.end(), [&](const Stub& stub) { return stub.name == name; });
  return found == stubs.end() ? nullptr : &*found;
}

std::string Stubs::text() const {
  std::string out = std::string(kHeading) + "\n";
  for (const Stub& stub : stubs) out += std::string(kStub) + stub.name + (stub.values.empty() ? "" : "=" + words::joined(stub.values)) + "\n";
  for (const auto& [thread, values] : given) {
    if (!values.empty()) out += std::string(kThread) + thread + "=" + words::joined(values) + "\n";
  }
  return out;
}

Result<Stubs::Stub> parse_stub(std::string_view text) {
  const std::size_t equals = text.find('=');
  Stubs::Stub stub;
  stub.name = std::string(trimmed(text.substr(0, equals)));
  if (!words::is_identifier(stub.name))
    return fail("--stub is NAME or NAME=VALUE,...: the name of a function, and C constants; got \"" + std::string(text) + "\"");
  if (equals == std::string_view::npos) return stub;
  stub.values = split(text.substr(equals + 1));
  for (const std::string& value : stub.values) {
    const bool plain = std::none_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (value.empty() || !plain)
      return fail("--stub " + std::string(text) + ": a value is missing; leave out the = to try " + std::string(kStubTries));
  }
  return stub;
}

Result<Stubs> parse_stubs(std::string_view text) {
  Stubs out;
  int number = 0;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line == kHeading || line.empty()) continue;
    if (line.starts_with(kStub)) {
      Result<Stubs::Stub> stub = parse_stub(line.substr(kStub.size()));
      if (!stub) return fail(stub.error().message, std::string(kStubFile), number + 1, 1);
      if (out.find(stub->name) == nullptr) {
        out.stubs.push_back(std::move(*stub));
        continue;
      }
    } else if (const std::size_t equals = line.find('='); line.starts_with(kThread) && equals != std::string_view::npos) {
      out.given[std::string(line.substr(kThread.size(), equals - kThread.size()))] = split(line.substr(equals + 1));
      continue;
    }
    return fail("expected `// stub NAME=VALUE, ...` or `// thread NAME=VALUE, ...`, each name once", std::string(kStubFile), number + 1, 1);
  }
  return out;
}

}  // namespace vmalab
