// SPDX-License-Identifier: GPL-2.0-only
// What links carry: opening one runs what it was made of, or refuses and names what is missing.
#include <doctest/doctest.h>

#include "base/test_text.h"
#include "machine/describe.h"
#include "machine/variants.h"
#include "run/link.h"
#include "run/link_text.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/test_machines.h"

namespace vmalab::testing {
namespace {

namespace fs = std::filesystem;

const fs::path& assets() {
  static const fs::path kAssets = VMALAB_TEST_ASSETS;
  return kAssets;
}

std::string link_of(const Machine& machine, std::string_view schedule) {
  return must(link_text(machine, must(parse_schedule(machine, schedule)), assets()));
}

std::string refusal(const std::string& link, const fs::path& where = assets()) {
  const Result<Link> parsed = parse_link(link);
  if (!parsed) return parsed.error().message;
  const Result<LinkedRun> run = open_link(*parsed, where);
  return run ? "no error" : run.error().message;
}

/// The same steps do the same in both, and the same C runs.
void check_same(const Machine& machine, const std::string& link) {
  CAPTURE(link);
  const Result<LinkedRun> opened = open_link(must(parse_link(link)), assets());
  if (!opened) FAIL(opened.error().to_string());
  CHECK(opened->notice.empty());
  CHECK(opened->session.machine().code().hash() == machine.code().hash());
  CHECK(opened->session.machine().scenario().toml == machine.scenario().toml);
  CHECK(opened->session.machine().scenario().seq_bits == machine.scenario().seq_bits);
  CHECK(opened->session.machine().scenario().signals == machine.scenario().signals);
  CHECK(opened->session.machine().code().config() == machine.code().config());
  StateValue a = machine.initial(), b = opened->session.machine().initial();
  CHECK(equal_states(a, b, machine.thread_count()));
  for (const Action action : opened->session.actions_to(opened->session.cursor())) {
    StepInfo info;
    machine.step(a, action, info);
    opened->session.machine().step(b, action, info);
  }
  CHECK(equal_states(a, b, machine.thread_count()));
}

Machine variant_machine(const std::string& name, const std::string& scenario = {}) {
  const Variant variant = must(find_variant(assets(), name));
  Scenario s = scenario.empty() ? must(scenario_of(variant, assets())) : must(find_scenario(assets(), scenario));
  return must(Machine::build(s, must(CodeBase::load_model(assets(), s.config, variant.file))));
}

}  // namespace

TEST_CASE("the demo of every variant passes through a link") {
  for (const Variant& variant : must(list_variants(assets()))) {
    const Machine machine = variant_machine(variant.name);
    std::vector<Action> actions;
    StateValue state = machine.initial();
    const Demo demo = must(Demo::of(machine));
    for (const Demo::Step& next : demo.steps()) {
      if (!why_not(machine, state, next.action).empty()) break;
      StepInfo info;
      machine.step(state, next.action, info);
      actions.push_back(next.action);
    }
    const std::string link = must(link_text(machine, actions, assets()));
    CHECK(must(parse_link(link)).variant == variant.name);
    CHECK(link.size() < 1000);
    check_same(machine, link);
  }
}

TEST_CASE("a variant on another scenario, lockdep, signals and the width of the sequence pass through a link") {
  check_same(variant_machine("no-wake", "two-readers"), link_of(variant_machine("no-wake", "two-readers"), "r1*2"));
  Scenario scenario = must(standard_scenario(2, 1, 1));
  scenario.signals = true;
  scenario.config.lockdep = false;
  scenario.seq_bits = 3;
  const Machine machine = must(Machine::build(scenario, must(CodeBase::load_model(assets(), scenario.config))));
  check_same(machine, link_of(machine, "r1,w1!,r2*3,d1"));
  const Link link = must(parse_link(link_of(machine, "r1")));
  CHECK(link.scenario == "standard-2-1-1");
  CHECK_FALSE(link.lockdep);
  CHECK(link.signals);
  CHECK(link.seq_bits == 3);
  CHECK(link.toml.empty());
}

TEST_CASE("the memory ordering and the ways that steps went pass through a link") {
  Scenario scenario = must(standard_scenario(1, 1, 0));
  scenario.ordering = Ordering::kLkmm;
  Session session(must(Machine::build(scenario, must(CodeBase::load_model(assets(), scenario.config)))));
  while (session.machine().choices(session.state(), *session.machine().find_thread("r1")) == 1) {
    const bool on = session.apply({Action::Kind::kStep, *session.machine().find_thread("w1")}).has_value();
    REQUIRE((on || session.apply({Action::Kind::kStep, *session.machine().find_thread("r1")}).has_value()));
  }
  REQUIRE(session.apply({Action::Kind::kStep, *session.machine().find_thread("r1"), 1}).has_value());
  const std::string link = must(link_text(session, assets()));
  const LinkedRun opened = must(open_link(must(parse_link(link)), assets()));
  CHECK(opened.session.machine().ordering() == Ordering::kLkmm);
  CHECK(opened.session.actions_to(opened.session.cursor()) == session.actions_to(session.cursor()));
}

TEST_CASE("an own scenario and own C are carried") {
  const Machine own_code = small_machine();
  check_same(own_code, link_of(own_code, "a,b,b,a"));
  // A scenario of one's own under the name of a shipped one is carried too.
  Scenario scenario = must(parse_scenario(must(find_scenario(assets(), "two-readers")).toml + "\n# mine\n", "two-readers", "mine"));
  const Machine mine = model_machine(scenario);
  const Link link = must(parse_link(link_of(mine, "r1,r2")));
  CHECK(link.toml == scenario.toml);
  CHECK(link.code.empty());
  check_same(mine, link_of(mine, "r1,r2"));
  // One's own variant: the model is named, the variant carried.
  const Folder folder;
  const std::string variant = read_all(assets() / "variants/no-wake.c") + "/* mine */\n";
  write_all(folder / "mine.c", variant);
  Scenario standard = must(standard_scenario(1, 1, 0));
  const Machine with_variant = must(Machine::build(standard, must(CodeBase::load_model(assets(), {}, folder / "mine.c"))));
  const std::string text = link_of(with_variant, "r1*3,w1*2");
  CHECK(text.size() < 3000);
  const Link parsed = must(parse_link(text));
  CHECK(parsed.toml.empty());
  CHECK(parsed.code.back().text == variant);
  CHECK_FALSE(parsed.code.front().text);
  check_same(with_variant, text);
  // And without any assets at all the link carries everything.
  const Result<std::string> all = link_text(small_machine(), {}, {});
  REQUIRE(all);
  CHECK(open_link(must(parse_link(*all)), {}));
}

TEST_CASE("what cannot be carried is said, with what can") {
  std::string code(kSmallCode);
  std::uint64_t dice = 1;  // text that does not pack
  for (int i = 0; i < 40'000; ++i) {
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    code += i % 60 == 0 ? "\n// " : std::string(1, static_cast<char>('!' + (dice >> 33U) % 90));
  }
  const Result<std::string> link = link_text(machine_from(kSmallScenario, code + "\n"), {}, assets());
  REQUIRE_FALSE(link);
  CHECK(contains(link.error().message, "a link cannot carry this run"));
  CHECK(contains(link.error().message, "--record"));
  const Result<std::string> bytes = link_text(machine_from(kSmallScenario, "// caf\xe9\n" + std::string(kSmallCode)), {}, assets());
  REQUIRE_FALSE(bytes);
  CHECK(contains(bytes.error().message, "no UTF-8"));
}

TEST_CASE("a link whose variant, scenario or model is not here any more is refused by that name, or does the very same") {
  const std::string schedule = "r1*3,w1*4";
  const std::string link = link_of(variant_machine("no-recheck", "standard-1-1-0"), schedule);
  {
    OwnAssets own;
    fs::rename(own.path / "variants/no-recheck.c", own.path / "variants/renamed.c");
    CHECK(contains(refusal(link, own.path), "variant \"no-recheck\", and there is none of that name here"));
  }
  {
    OwnAssets own;
    own.append("variants/no-recheck.c", "/* a remark */\n");
    const Result<LinkedRun> run = open_link(must(parse_link(link)), own.path);
    REQUIRE(run);  // another text, and every step does what it did
    CHECK(contains(run->notice, "no-recheck"));
    CHECK(contains(run->notice, "every step of this run does what it did"));
  }
  {
    OwnAssets own;
    write_all(own.path / "variants/no-recheck.c", read_all(assets() / "variants/no-flag.c"));
    const Machine run = variant_machine("no-recheck", "standard-1-1-0");
    std::string whole;  // far enough for the difference to show
    const std::string error = refusal(link_of(run, "w1*6,r1*2"), own.path);
    if (error != "no error") CHECK(contains(error, "no-recheck"));
  }
  {
    OwnAssets own;
    fs::remove(own.path / "scenarios/two-readers.toml");
    CHECK(contains(refusal(link_of(model_machine(must(find_scenario(assets(), "two-readers"))), "r1"), own.path), "'two-readers'"));
  }
}

TEST_CASE("a run that comes out differently is refused") {
  const std::string link = link_of(small_machine(), "a,b,b,a");
  Link parsed = must(parse_link(link));
  parsed.run_hash = "0123456789abcdef";
  CHECK(contains(open_link(parsed, assets()).error().message, "comes out differently here"));
  parsed = must(parse_link(link));
  parsed.schedule = "a,a,a";
  CHECK(contains(open_link(parsed, assets()).error().message, "goes no further here than step 2"));
  parsed.schedule = "zz";
  CHECK(contains(open_link(parsed, assets()).error().message, "not possible here"));
}

TEST_CASE("where the C has changed a link goes on along the nearest run, and says what it cannot know") {
  Session session(model_machine(must(standard_scenario(1, 1, 0))));
  Talk talk;
  finish_randomly(session);
  const auto steps = static_cast<int>(session.path().size()) - 1;
  must(talk.set_caption(1, 0, "First."));
  session.retell(talk);
  const Link link = must(parse_link(must(link_text(session, assets()))));
  SUBCASE("nothing has changed") {
    const LinkedRun same = must(continue_link(link, assets()));
    CHECK_FALSE(same.differs);
    CHECK(same.notice.empty());
    CHECK(same.session.talk() == talk);
  }
  SUBCASE("a step cannot happen any more") {
    Link longer = link;
    longer.marks.clear();  // as in links of old
    longer.schedule += ",r1*2";
    CHECK(contains(open_link(longer, assets()).error().message, "`vmalab replay --continue` it"));
    const LinkedRun run = must(continue_link(longer, assets()));
    CHECK(run.differs);
    CHECK(run.session.depth() == steps);  // before the first that differs
    CHECK(run.session.talk() == talk);
    CHECK(contains(run.notice, "Step " + std::to_string(steps + 1) + " (r1) cannot happen any more"));
    CHECK(contains(run.notice, "2 left out"));
    CHECK(contains(run.notice, "The link does not say what its steps did"));
  }
  SUBCASE("every step can happen, and one does something else") {
    Link other = link;
    other.run_hash = "0123456789abcdef";
    const LinkedRun run = must(continue_link(other, assets()));
    CHECK(run.differs);
    CHECK(run.session.depth() == steps);
    CHECK(contains(run.notice, "comes out differently here, and it does not say at which step"));
  }
  SUBCASE("one step does something else, by its mark") {
    OwnAssets own;
    std::string code = read_all(own.path / "kernel/mmap_lock.c");
    const std::string store = "\tWRITE_ONCE(vma->vm_lock_seq, seq);\n";
    const std::size_t at = code.find(store);
    REQUIRE(at != std::string::npos);
    write_all(own.path / "kernel/mmap_lock.c", code.insert(at, store));
    const LinkedRun run = must(continue_link(link, own.path));
    CHECK(run.differs);
    CHECK(contains(run.notice, "1 inserted"));
    CHECK(contains(run.notice, "is another one than it was"));
    // It stands before the second of the two stores.
    const Session& now = run.session;
    CHECK(step_text(now.machine(), now.info(now.cursor())) == "vma0->vm_lock_seq UINT_MAX -> 1");
    CHECK(step_text(now.machine(), now.info(now.path()[static_cast<std::size_t>(now.depth()) + 1])) == "vma0->vm_lock_seq 1 -> 1");
  }
  SUBCASE("other C is named: the steps are compared with what they do in the link's own") {
    const auto with_variant = [](Scenario scenario) {
      const CodeConfig config = scenario.config;
      return Machine::build(std::move(scenario), must(CodeBase::load_model(assets(), config, assets() / "variants/no-flag.c")));
    };
    const LinkedRun run = must(continue_link(link, assets(), with_variant));
    CHECK(run.differs);
    CHECK(contains(run.notice, "no longer"));
    CHECK(contains(run.notice, "The nearest run goes on"));
    CHECK_FALSE(contains(run.notice, "not known"));
    CHECK(run.session.depth() + 1 < static_cast<int>(run.session.path().size()));
    Link unknown = link;
    unknown.run_hash = "0123456789abcdef";
    CHECK(contains(must(continue_link(unknown, assets(), with_variant)).notice, "What the steps did is not known"));
  }
  SUBCASE("the scenario has lost a thread: its steps are left out, and it is named") {
    const Machine two = model_machine(must(standard_scenario(2, 0, 0)));
    Link of_two = must(parse_link(link_of(two, "r1*3,r2*2,r1*2")));
    CHECK(contains(of_two.scenario, "standard-2-0-0"));
    of_two.scenario = "standard-1-0-0";
    CHECK(contains(open_link(of_two, assets()).error().message, "r2"));
    const LinkedRun run = must(continue_link(of_two, assets()));
    CHECK(run.differs);
    CHECK(run.session.depth() == 3);
    CHECK(static_cast<int>(run.session.path().size()) - 1 == 5);
    CHECK(contains(run.notice, "Step 4 was of a thread that is no more."));
    CHECK(contains(run.notice, "2 left out"));
    CHECK(contains(run.notice, "The scenario here has no thread named r2."));
    CHECK_FALSE(contains(run.notice, "runs it in another way"));
  }
  SUBCASE("branches, and what no continuation mends") {
    Link branched = link;
    branched.branches = {{1, "r1*2,w1"}};
    CHECK(must(continue_link(branched, assets())).session.branches().size() == 2);
    branched.branches = {{99, "r1"}};
    CHECK(contains(continue_link(branched, assets()).error().message, "a branch after step 99"));
    branched.branches = {{1, "r1:"}};
    CHECK(contains(continue_link(branched, assets()).error().message, "cannot be read"));
    Link told = link;
    told.talk = R"({"captions":[[99,0,"x"]]})";
    CHECK(contains(continue_link(told, assets()).error().message, "the talk in the link is wrong"));
  }
}

TEST_CASE("links of version 1 run with the C they were made with, or not at all") {
  Link link;
  link.version = 1;
  link.scenario = "standard-1-1-0";
  link.code_hash = must(CodeBase::load_model(assets(), {})).hash();
  link.schedule = "r1*2,w1";
  CHECK(must(open_link(link, assets())).notice.empty());
  link.code_hash = "0cd4093a30561f9c";  // the model that the first links were made with
  CHECK(open_link(link, assets()));
  link.code_hash = "0123456789abcdef";
  CHECK(contains(open_link(link, assets()).error().message, "which links of version 1 do not carry"));
  const CodeBase variant = must(CodeBase::load_model(assets(), {}, assets() / "variants/no-wake.c"));
  CHECK(contains(open_link(link, assets(), variant).error().message, "not with what is named here"));
  link.code_hash = variant.hash();
  CHECK(open_link(link, assets(), variant));
  CHECK_FALSE(open_link(link, assets()));
}

TEST_CASE("a link names what vmalab ships with and no file") {
  const auto with_names = [](const std::string& scenario, const std::string& variant) {
    return link_text_format::join(
        2, {link_text_format::escape(scenario), link_text_format::escape(variant), "lb32", "0123456789abcdef", "0123456789abcdef", "", ""});
  };
  for (const std::string name : {"/etc/passwd", "/etc/passwd.toml", "../scenarios/two-readers", "../../x.toml", "x.toml", "./two-readers",
                                 "two-readers.toml", ".", "..", "a\nb"}) {
    CAPTURE(name);
    CHECK(contains(refusal(with_names(name, "")), "a link can name no"));
    CHECK(contains(refusal(with_names("two-readers", name)), "a link can name no other file"));
    Link old;
    old.version = 1;
    old.scenario = name;
    old.code_hash = "0cd4093a30561f9c";
    CHECK(contains(open_link(old, assets()).error().message, "a link can name no"));
  }
  for (const std::string path :
       {"/etc/passwd", "kernel/../../../etc/passwd.h", "kernel/a/b.h", "variants/..c", "../kernel/types.h", "kernel/types.txt"}) {
    CAPTURE(path);
    const std::string packed = link_text_format::pack("{\"code\":[{\"path\":\"" + path + "\"}]}");
    CHECK(contains(refusal(link_text_format::join(2, {"two-readers", "", "lb32", "0123456789abcdef", "0123456789abcdef", "", packed})),
                   "none that vmalab ships with"));
  }
  for (const std::string text :
       {"[]", "{\"toml\":1}", "{\"code\":{}}", "{\"code\":[]}", "{\"code\":[1]}", "{\"code\":[{\"path\":\"a.c\",\"text\":1}]}",
        "{\"code\":[{\"path\":\"a.c\",\"text\":\"\",\"origin\":\"moon\"}]}", "{"}) {
    CAPTURE(text);
    const std::string link = link_text_format::join(2, {"x", "", "lb32", "0123456789abcdef", "0123456789abcdef", "", link_text_format::pack(text)});
    CHECK(contains(refusal(link), "the texts in the link are not what a link carries"));
  }
  for (const std::string options : {"", "l", "x", "lb1", "lb33", "lb", "b99999999999"}) {
    CHECK_FALSE(parse_link(link_text_format::join(2, {"two-readers", "", options, "0123456789abcdef", "0123456789abcdef", "", ""})));
  }
}

TEST_CASE("a link carries branches, the talk and the selected step, and without branches is as older programs read it") {
  Session session(machine_from(kSmallScenario));
  for (const char* thread : {"a", "b", "b"}) must(session.apply(step_of(session.machine(), thread)));
  CHECK(must(link_text(session, assets())) == must(link_text(session.machine(), session.actions_to(session.cursor()), assets())));
  Talk talk;
  must(talk.set_title("Two count \xe2\x80\x93 one is lost"));
  must(talk.set_caption(2, 0, "Both read 0."));
  must(talk.set_marker(3, "End"));
  session.retell(talk);
  CHECK(must(link_text(session, assets())).starts_with("vmalab:2:"));
  session.go_to(1);
  must(session.apply(step_of(session.machine(), "a")));
  session.rename_branch(0, "lost");
  session.go_to(2);
  const std::string text = must(link_text(session, assets()));
  CHECK(text.starts_with("vmalab:3:"));
  const Session opened = must(open_link(must(parse_link("> " + text + "\n")), assets())).session;
  CHECK(opened.talk() == talk);
  CHECK(opened.cursor() == 2);
  REQUIRE(opened.branches().size() == 2);
  CHECK(opened.branches()[0].name == "lost");
  CHECK(opened.branches()[1].fork == 1);
  CHECK(must(link_text(opened, assets())) == text);
}

TEST_CASE("hostile branches and talks of a link are refused") {
  Session session(machine_from(kSmallScenario));
  for (const char* thread : {"a", "b"}) must(session.apply(step_of(session.machine(), thread)));
  const Link good = must(parse_link(must(link_text(session, assets()))));
  const auto error = [&](std::size_t from, const std::string& schedule, const std::string& said) {
    Link link = good;
    link.branches = {{from, schedule}};
    link.talk = said;
    const Result<LinkedRun> run = open_link(link, assets());
    return run ? std::string("no error") : run.error().message;
  };
  CHECK(contains(error(3, "a", ""), "a branch after step 3, and only 2 steps before it"));
  CHECK(contains(error(1, "b", ""), "is there already, as step 2"));
  CHECK(contains(error(1, "zz", ""), "not possible here"));
  CHECK(contains(error(1, "a", ""), "comes out differently here"));
  Link told = good;
  told.talk = R"({"captions":[[9,0,"x"]]})";
  CHECK(contains(open_link(told, assets()).error().message, "the talk in the link is wrong: item 1 of its \"captions\" is for number 9"));
}

TEST_CASE("a talk that a link has no room for is said, with what has") {
  Session session(machine_from(kEndlessScenario));
  std::uint64_t dice = 7;
  Talk talk;
  for (NodeId node = 1; node <= 50; ++node) {
    must(session.apply(step_of(session.machine(), "a")));
    std::string noise;
    for (int i = 0; i < 990; ++i) {
      dice = dice * 6364136223846793005U + 1442695040888963407U;
      noise += static_cast<char>('a' + (dice >> 40U) % 26);
    }
    must(talk.set_caption(node, 0, noise));
  }
  session.retell(talk);
  const Result<std::string> link = link_text(session, assets());
  REQUIRE_FALSE(link);
  CHECK(contains(link.error().message, "a link cannot carry this run"));
  CHECK(contains(link.error().message, "much of it is what is said of it"));
  CHECK(contains(link.error().message, "--record FILE"));
}

}  // namespace vmalab::testing
