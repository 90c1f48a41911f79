// SPDX-License-Identifier: GPL-2.0-only
#include "ui/notices.h"

#include <doctest/doctest.h>

namespace vmalab {

TEST_CASE("information fades, warnings and errors stay until they are closed") {
  Notices notices;
  notices.say(NoticeKind::kInfo, "done\n");
  notices.say(NoticeKind::kError, "broken");
  notices.say(NoticeKind::kWarning, "old", NoticeAbout::kReload);
  CHECK(notices.fading());
  CHECK(notices.all().front().text == "done");
  notices.pass(5);
  CHECK(notices.all().size() == 3);
  notices.pass(5);
  CHECK(notices.all().size() == 2);
  CHECK_FALSE(notices.fading());
  notices.forget(NoticeAbout::kOpening);
  CHECK(notices.all().size() == 2);
  notices.forget(NoticeAbout::kReload);
  REQUIRE(notices.all().size() == 1);
  CHECK(notices.all().front().text == "broken");
  notices.close(7);
  notices.close(0);
  notices.close_newest();
  CHECK(notices.empty());
}

TEST_CASE("a text is not there twice, and of many notices the oldest go") {
  Notices notices;
  for (const char* text : {"a", "b", "a", "c", "d", "e"}) notices.say(NoticeKind::kError, text);
  REQUIRE(notices.all().size() == 4);
  CHECK(notices.all().front().text == "a");
  CHECK(notices.all().back().text == "e");
}

}  // namespace vmalab
