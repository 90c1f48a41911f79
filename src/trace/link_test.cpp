// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include "trace/session.h"
#include "trace/test_machines.h"
#include "trace/trace_file.h"

namespace vmalab::testing {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string error_of(std::string_view text) {
  const auto link = parse_link(text);
  return link ? "no error" : link.error().message;
}

const Machine& machine() {
  static const Machine kMachine = machine_from(kSmallScenario, kSmallCode, "two count: 100%");
  return kMachine;
}

std::string sample() { return link_text(machine(), must(parse_schedule(machine(), "a*2,b!,b,a,b,a,b*17"))); }

void check_sample(std::string_view text) {
  CAPTURE(text);
  const auto link = parse_link(text);
  if (!link) FAIL(link.error().message);
  CHECK(link->scenario == "two count: 100%");
  CHECK(link->model_hash == machine().code().hash());
  CHECK(link->lockdep);
  CHECK(link->signals);
  CHECK(link->schedule == "a*2,b!,b,a,b,a,b*17");
}

}  // namespace

TEST_CASE("a link brings back scenario, hash, options and schedule") {
  const std::string link = sample();
  CHECK(link.rfind("vmalab:1:two%20count%3A%20100%25:" + machine().code().hash() + ":ls:a*2,b!,b,a,b,a,b*17:", 0) == 0);
  check_sample(link);
  CHECK(must(parse_link(link_text(machine(), {}))).schedule.empty());
}

TEST_CASE("a mail may wrap, quote and surround a link") {
  const std::string link = sample();
  check_sample("See <" + link + ">, please.");
  check_sample("A vmalab: link, as vmalab:1:\nsays, is " + link + " and works.");
  check_sample(link + "abc 123");
  for (std::size_t at = 8; at < link.size(); ++at) {
    const std::string head = link.substr(0, at), tail = link.substr(at);
    check_sample(head + "\n" + tail);
    check_sample(head + "\r\n  " + tail);
    check_sample("> " + head + "\n> > " + tail + "\n> regards");
    check_sample(head + "=\n" + tail);
    check_sample(head + "=\r\n" + tail);
  }
}

TEST_CASE("a link that is cut off or changed anywhere is an error") {
  const std::string link = sample();
  for (std::size_t size = 0; size < link.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(parse_link(link.substr(0, size)));
  }
  CHECK(contains(error_of(link.substr(0, 60)), "the link is cut off"));
  for (std::size_t at = 0; at < link.size(); ++at) {
    CAPTURE(at);
    for (const char other : {'a', '0', ':', '%', '\0', '\n', '\xff', static_cast<char>(link[at] ^ 1), static_cast<char>(link[at] ^ 0x20)}) {
      std::string changed = link;
      changed[at] = other;
      if (other != link[at]) REQUIRE_FALSE(parse_link(changed));
    }
  }
}

TEST_CASE("hostile texts in a link's place are errors") {
  CHECK(contains(error_of(""), "no link in this text"));
  CHECK(contains(error_of("hello"), "no link in this text"));
  CHECK(contains(error_of("vmalab:"), "cut off"));
  CHECK(contains(error_of("vmalab::::::00000000"), "damaged"));
  CHECK(contains(error_of("vmalab:2:x"), "the link is of version 2; this vmalab reads version 1"));
  CHECK(contains(error_of("vmalab:1:a:b:c:d:e:f:g:h"), "cut off"));
  CHECK(contains(error_of("vmalab:1:" + std::string(3 << 20, 'x')), "longer than"));
  CHECK(error_of("vmalab:1:" + std::string(3 << 20, ' ')) != "no error");
  std::string many;
  for (int i = 0; i < 100000; ++i) many += "vmalab:1:";
  CHECK(error_of(many) != "no error");
}

TEST_CASE("a standard scenario's link names it") {
  const Machine m = model_machine(must(standard_scenario(2, 1, 1)));
  const Link link = must(parse_link(link_text(m, {step_of(m, "r1")})));
  CHECK(link.scenario == "standard-2-1-1");
  CHECK_FALSE(link.signals);
  CHECK(link.schedule == "r1");
}

}  // namespace vmalab::testing
