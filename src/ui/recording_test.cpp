// SPDX-License-Identifier: GPL-2.0-only
#include "ui/recording.h"

#include <doctest/doctest.h>

#include <fstream>

#include "run/test_machines.h"

namespace vmalab {

using namespace testing;

TEST_CASE("a recording follows the session into files of its folder, and tells how it went") {
  const Folder folder;
  Notices notices;
  const std::filesystem::path kept = folder.path() / "share" / "recordings";
  Recording recording(kept, notices);
  Session session(small_machine());
  recording.follow(session, session.cursor());
  CHECK(recording.stop().empty());
  CHECK(notices.empty());
  CHECK_FALSE(std::filesystem::exists(kept));
  recording.start(session);
  REQUIRE(recording.on());
  const auto chance = random_scheduler(1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(take_step(session, *chance));
    recording.follow(session, session.cursor());
  }
  const std::filesystem::path first = recording.stop();
  CHECK_FALSE(recording.on());
  CHECK(notices.all().back().text == "Recorded 3 steps to " + first.string());
  CHECK(first.parent_path() == kept);
  CHECK(must(replay_trace(first)).steps == 3);
}

TEST_CASE("what cannot be recorded is told, and the session goes on") {
  const Folder folder;
  Notices notices;
  std::ofstream(folder.path() / "file") << "no folder";
  Recording recording(folder.path() / "file" / "there", notices);
  Session session(small_machine());
  recording.start(session);
  CHECK_FALSE(recording.on());
  REQUIRE_FALSE(notices.empty());
  CHECK(notices.all().back().kind == NoticeKind::kError);
}

}  // namespace vmalab
