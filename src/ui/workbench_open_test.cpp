// SPDX-License-Identifier: GPL-2.0-only
// Opening, saving and loading again: what is open afterwards, and that bad input becomes a notice.
#include "ui/workbench.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "run/link_text.h"
#include "run/trace_file.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("a scenario of one's own is read again from its file, and a variant keeps its configuration") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::filesystem::path file = screen.folder() / "mine.toml";
  const auto write = [&](const std::string& title) {
    std::ofstream(file) << "title = \"" << title << "\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
                        << "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  };
  write("First");
  REQUIRE(bench.open(file.string()));
  bench.run(CommandId::kStep);
  bench.run(CommandId::kStep);
  write("Second");
  bench.run(CommandId::kReload);
  CHECK(bench.scenario().title == "Second");
  CHECK(bench.session().depth() == 2);
  CHECK(bench.notices().all().back().text == "Reloaded.");
  write("\"");
  bench.run(CommandId::kReload);
  CHECK(bench.scenario().title == "Second");
  CHECK(bench.notices().all().back().kind == NoticeKind::kError);

  const auto created = testing::open_bench("sequence-comes-round", "seq-wraps");
  CHECK(created->scenario().seq_bits == 2);
  created->run(CommandId::kReload);
  CHECK(created->scenario().seq_bits == 2);
}

TEST_CASE("an unwritable folder is a notice and the run goes on") {
  TestScreen screen;
  WorkbenchOptions options;
  std::ofstream(screen.folder() / "file") << "no folder";
  options.recordings = screen.folder() / "file" / "there";
  const auto bench = testing::open_bench("writer-waits-for-a-reader", {}, options);
  bench->toggle_recording();
  CHECK_FALSE(bench->recording().on());
  REQUIRE_FALSE(bench->notices().empty());
  CHECK(bench->notices().all().back().kind == NoticeKind::kError);
  CHECK(bench->step(bench->selected_thread()));
}

TEST_CASE("bad input is a notice, and the session stays") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  bench.run(CommandId::kDemoStep);
  const std::uint64_t serial = bench.documents().serial();
  CHECK_FALSE(bench.open("no-such-scenario"));
  CHECK_FALSE(bench.open((screen.folder() / "missing.jsonl").string()));
  CHECK_FALSE(bench.open("vmalab:nonsense"));
  std::ofstream(screen.folder() / "broken.jsonl") << "{\"not\": \"a trace\"}\n";
  CHECK_FALSE(bench.open((screen.folder() / "broken.jsonl").string()));
  CHECK(bench.documents().serial() == serial);
  CHECK(bench.session().depth() == 1);

  // The same through the text field.
  screen.key(Key::kO, {.ctrl = true});
  screen.type("/nowhere/run.jsonl");
  screen.key(Key::kEnter);
  CHECK(bench.overlay().open());
  CHECK(bench.overlay().text == "/nowhere/run.jsonl");
  CHECK(bench.overlay().error.find("/nowhere/run.jsonl") != std::string::npos);
  CHECK(bench.documents().serial() == serial);
  screen.key(Key::kEscape);
  CHECK_FALSE(bench.overlay().open());

  // A step that cannot happen.
  bench.until_blocked(bench.selected_thread());
  CHECK_FALSE(bench.step(bench.selected_thread()));
  CHECK(screen.has_notice("cannot step"));
}

TEST_CASE("of files that are dropped the first is opened, and what is no trace is told until another document is there") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string notes = (screen.folder() / "notes.txt").string(), saved = (screen.folder() / "saved.jsonl").string();
  std::ofstream(notes) << "no trace\n";
  REQUIRE(bench.save_run(saved));
  bench.dropped({});
  bench.dropped({notes});
  CHECK(screen.has_notice(notes));
  CHECK(bench.notices().all().back().kind == NoticeKind::kError);
  CHECK(screen.has_notice("What can be dropped here: a trace"));
  const std::string picture = (screen.folder() / "lock.png").string();
  std::ofstream(picture) << "\x89PNG\r\n";
  bench.dropped({picture});
  CHECK(screen.has_notice("this is a picture (PNG), no vmalab trace"));
  CHECK(bench.documents().current().origin.what == Origin::What::kName);
  bench.dropped({saved, notes});
  CHECK(bench.documents().current().origin.what == Origin::What::kTrace);
  CHECK_FALSE(screen.has_notice(notes));
  CHECK(screen.has_notice("the first of 2 is opened, " + saved));
}

TEST_CASE("what was recorded is among the files that can be opened again") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kR, {.ctrl = true});
  bench.demo_step();
  CHECK(bench.recent().empty());
  screen.key(Key::kR, {.ctrl = true});
  REQUIRE(bench.recent().size() == 1);
  CHECK(bench.open(bench.recent().front()));
  CHECK(bench.session().path().size() == 2);
}

TEST_CASE("a link brings back the same run") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 4; ++i) bench.run(CommandId::kDemoStep);
  const StateValue before = bench.state();
  screen.key(Key::kL, {.ctrl = true});
  REQUIRE(screen.copied().starts_with("vmalab:"));
  bench.restart();
  REQUIRE(bench.open(screen.copied()));
  CHECK(bench.session().depth() == 4);
  CHECK(equal_states(bench.state(), before, bench.machine().thread_count()));
}

TEST_CASE("saving writes a trace that opens again, and never overwrites") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 3; ++i) bench.run(CommandId::kDemoStep);
  screen.key(Key::kS, {.ctrl = true});
  screen.key(Key::kEnter);
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(screen.folder())) file = entry.path();
  REQUIRE_FALSE(file.empty());
  const Result<void> again = save_trace(file, bench.session());
  CHECK_FALSE(again);
  bench.restart();
  REQUIRE(bench.open(file.string()));
  CHECK(bench.session().depth() == 3);
}

TEST_CASE("reloading keeps the run") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 5; ++i) bench.run(CommandId::kDemoStep);
  const std::uint64_t serial = bench.documents().serial();
  screen.key(Key::kF5);
  CHECK(bench.documents().serial() != serial);
  CHECK(bench.session().depth() == 5);
  CHECK(screen.has_notice("Reloaded"));
}

TEST_CASE("reloading edited code stops before the first step that differs, offers the nearest run, and drops the demo") {
  const testing::Folder folder;
  std::filesystem::copy(VMALAB_TEST_ASSETS, folder.path(), std::filesystem::copy_options::recursive);
  const auto made = testing::open_bench("writer-waits-for-a-reader", {}, {}, folder.path());
  Workbench& bench = *made;
  for (int i = 0; i < 20; ++i) bench.run(CommandId::kDemoStep);
  const auto edit = [&](const std::string& from, const std::string& to) {
    const std::filesystem::path file = folder.path() / "kernel" / "mmap_lock.h";
    std::ifstream in(file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream(file) << text.replace(at, from.size(), to);
  };
  edit("\tdown_write(&mm->mmap_lock);\n\tmm_lock_seqcount_begin(mm);", "\tmm_lock_seqcount_begin(mm);\n\tdown_write(&mm->mmap_lock);");
  bench.run(CommandId::kReload);
  const Notice& notice = bench.notices().all().back();
  CHECK(notice.kind == NoticeKind::kWarning);
  CHECK(notice.text.find("Reloaded. Step ") == 0);
  CHECK(notice.text.find("The nearest run goes on from step " + std::to_string(bench.session().depth())) != std::string::npos);
  CHECK(notice.text.find("breaks seq-parity") != std::string::npos);
  CHECK(bench.last_step()->violations == 0);  // it stops before what differs, and the way on is there
  while (bench.last_step()->violations == 0 && bench.session().depth() + 1 < static_cast<int>(bench.session().path().size()))
    bench.run(CommandId::kForward);
  CHECK(bench.last_step()->violations == bit_of(properties::kSeqParity));
  CHECK(bench.demo_caption().text.empty());

  // A file that does not compile is refused; the complaint goes when it is mended.
  edit("mm_lock_seqcount_begin(mm);\n\tdown_write", "mm_lock_seqcount_begin(mm;\n\tdown_write");
  bench.run(CommandId::kReload);
  CHECK(bench.notices().all().back().text.find("Not reloaded") == 0);
  edit("mm_lock_seqcount_begin(mm;", "mm_lock_seqcount_begin(mm);");
  bench.run(CommandId::kReload);
  for (const Notice& n : bench.notices().all()) CHECK(n.text.find("Not reloaded") == std::string::npos);
}

TEST_CASE("reloading is about what is open, not about what was open before it") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  for (int i = 0; i < 3; ++i) bench.run(CommandId::kDemoStep);
  const std::filesystem::path trace = screen.folder() / "two-readers.jsonl";
  REQUIRE(save_trace(trace, bench.session()));
  bench.run(CommandId::kCopyLink);
  const std::string link = screen.copied();
  const std::string model = bench.machine().code().hash();

  const std::filesystem::path mine = screen.folder() / "mine.toml";
  std::ofstream(mine) << "title = \"Mine\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
                      << "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  for (const std::string& recorded : {trace.string(), link}) {
    CAPTURE(recorded);
    // A scenario file was open, and it was looked at with a variant.
    REQUIRE(bench.open(mine.string()));
    screen.key(Key::kV, {.ctrl = true});
    REQUIRE(screen.click("picker/detach-no-wait"));
    REQUIRE(bench.machine().code().hash() != model);
    REQUIRE(bench.open(recorded));
    CHECK(bench.session().depth() == 3);
    screen.key(Key::kF5);
    CHECK(bench.scenario().name == "two-readers");
    CHECK(bench.machine().code().hash() == model);
    CHECK(bench.session().depth() == 3);
    // What is chosen next runs the code that is seen, too.
    REQUIRE(bench.open("writer-alone"));
    CHECK(bench.machine().code().hash() == model);
  }
}

TEST_CASE("a link that does not fit any more opens with the nearest run as the way on") {
  TestScreen screen;
  for (int i = 0; i < 4; ++i) screen.bench().run(CommandId::kStep);
  screen.bench().copy_link();
  link_text_format::Fields link = testing::must(link_text_format::split(screen.copied()));
  link.fields[5] += ",r1.90";  // schedule
  const std::string longer = link_text_format::join(link.version, link.fields);
  Workbench& bench = screen.bench();
  REQUIRE(bench.open(longer));
  const std::string news = bench.notices().all().back().text;
  CHECK(news.find("The nearest run goes on from step") != std::string::npos);
  CHECK(bench.session().depth() >= 4);
  CHECK(bench.player().demo().empty());  // its captions are of another run
  const std::size_t steps = bench.session().path().size();
  bench.run(CommandId::kReload);
  CHECK(bench.session().path().size() == steps);
}

TEST_CASE("a trace or a link recorded with a variant brings it along, and reloading keeps it") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  bench.run(CommandId::kDemoStep);
  bench.run(CommandId::kDemoStep);
  const std::string hash = bench.machine().code().hash();
  const std::filesystem::path trace = screen.folder() / "no-wake.jsonl";
  REQUIRE(save_trace(trace, bench.session()));
  bench.run(CommandId::kCopyLink);
  const std::string link = screen.copied();
  for (const std::string& recorded : {trace.string(), link}) {
    CAPTURE(recorded);
    screen.key(Key::kV, {.ctrl = true});
    REQUIRE(screen.click("picker/none"));
    REQUIRE(bench.machine().code().hash() != hash);
    REQUIRE(bench.open(recorded));
    CHECK(bench.machine().code().hash() == hash);
    screen.key(Key::kF5);
    CHECK(bench.machine().code().hash() == hash);
    CHECK(bench.session().depth() == 2);
    // The picker shows it as the one that runs.
    screen.key(Key::kV, {.ctrl = true});
    CHECK(screen.key(Key::kEnter));
    CHECK(bench.machine().code().hash() == hash);
  }
}

TEST_CASE("Undo comes back to what was open before, Redo goes there again") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string first = bench.scenario().name;
  for (int i = 0; i < 5; ++i) bench.run(CommandId::kDemoStep);
  screen.key(Key::kN);
  const std::string second = bench.scenario().name;
  CHECK(second != first);
  bench.run(CommandId::kDemoStep);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(bench.session().depth() == 0);
  CHECK(bench.scenario().name == second);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(bench.scenario().name == first);
  CHECK(bench.session().depth() == 5);
  CHECK(screen.has_notice("as it was left"));
  screen.key(Key::kZ, {.ctrl = true, .shift = true});
  CHECK(bench.scenario().name == second);

  // A variant is left the same way.
  const std::string model = bench.machine().code().hash();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  const std::string no_wait = bench.machine().code().hash();
  bench.run(CommandId::kDemoStep);
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/none"));
  REQUIRE(bench.machine().code().hash() == model);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(bench.machine().code().hash() == no_wait);
  CHECK(bench.session().depth() == 1);
  screen.key(Key::kF5);
  CHECK(bench.machine().code().hash() == no_wait);
}

}  // namespace vmalab
