// SPDX-License-Identifier: GPL-2.0-only
#include "run/link.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/input_file.h"
#include "base/text_hygiene.h"
#include "base/words.h"
#include "machine/describe.h"
#include "machine/scenario.h"
#include "run/link_text.h"
#include "run/rerun.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/talk_claims.h"
#include "run/talk_text.h"
#include "run/trace_format.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;
namespace format = link_text_format;
using Json = nlohmann::json;

constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxShippedFile = std::size_t{8} << 20U;

/// Links of version 1 say nothing about their C but its hash. These are the model's of the versions that made them, with
/// lockdep and without: such a run is the plain model's, and not one of a variant or a kernel tree.
constexpr std::array<std::string_view, 2> kOldModels = {"0cd4093a30561f9c", "b75e3a0337cc6a3b"};

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// Of a file that vmalab ships with: "kernel/types.h". Nothing that could lead out of the assets folder.
bool is_shipped_path(std::string_view path) {
  for (const std::string_view folder : {"kernel/", "variants/", "scenarios/"}) {
    if (path.substr(0, folder.size()) != folder) continue;
    const std::string_view name = path.substr(folder.size());
    return name.size() > 2 && (name.ends_with(".c") || name.ends_with(".h")) && is_word(name.substr(0, name.size() - 2));
  }
  return false;
}

/// What the assets have under this name; empty when there is nothing.
std::optional<std::string> shipped_text(const fs::path& assets, const std::string& path) {
  if (assets.empty() || !is_shipped_path(path)) return std::nullopt;
  Result<std::string> text = read_input(assets / path, "a C file", kMaxShippedFile);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

/// A scenario by its name alone.
Result<Scenario> shipped_scenario(const fs::path& assets, const std::string& name) {
  if (!is_word(name)) {
    return fail("the link names the scenario \"" + printable(name) +
                "\", which is no name of one that vmalab ships with: a link can name no other file");
  }
  Result<Scenario> scenario = find_scenario(assets, name);
  if (!scenario && scenario.error().file.empty()) {
    return fail("the link's scenario is missing here: " + scenario.error().message.substr(0, scenario.error().message.find("; a path ends")));
  }
  return scenario;
}

Result<fs::path> shipped_variant(const fs::path& assets, const std::string& name) {
  const std::string path = "variants/" + name + ".c";
  if (!is_word(name))
    return fail("the link names the variant \"" + printable(name) +
                "\", which is no name of one that vmalab ships with: a link can name no other file");
  if (!shipped_text(assets, path))
    return fail("the link runs the variant \"" + name +
                "\", and there is none of that name here: it was renamed, or belongs to another version of vmalab");
  return assets / path;
}

/// What a run did, whatever its program counters were and whatever was checked: which action, on what, from what to what.
class RunSum {
 public:
  explicit RunSum(const Machine& machine) : machine_(machine) {
    for (const ObjectName& object : machine.objects()) add(object.name);
  }
  void add(const StepInfo& info) {
    add(action_name(machine_, info.action));
    add(info.action.kind == Action::Kind::kSignal ? std::string_view("signal") : op_info(info.op).name);
    add(info.address == 0 ? std::string() : word_name(machine_, info.address));
    for (const Word word : {info.old_value, info.new_value, info.result, Word{info.woken}, Word{info.finished}}) add(std::to_string(word));
  }
  std::string text() const { return trace_format::hex16(sum_); }

 private:
  void add(std::string_view part) {
    sum_ = trace_format::chain_sum(sum_, part);
    sum_ = trace_format::chain_sum(sum_, std::string_view("\0", 1));
  }
  const Machine& machine_;
  std::uint64_t sum_ = trace_format::kFirstSum;
};

/// In a link r1*3 is r1.3: no name of a thread has a dot, and Markdown leaves it alone.
std::string linked_schedule(const Machine& machine, const std::vector<Action>& actions) {
  std::string text = schedule_text(machine, actions);
  std::replace(text.begin(), text.end(), '*', '.');
  return format::escape(text, ",.");
}

std::string options_text(const Machine& machine) {
  const Scenario& scenario = machine.scenario();
  std::string text = machine.code().config().lockdep ? "l" : "";
  if (scenario.signals) text += "s";
  if (scenario.ordering != Ordering::kSc) text += scenario.ordering == Ordering::kLkmm ? "m" : "p";
  return text + "b" + std::to_string(scenario.seq_bits);
}

/// The error is the reason alone.
Result<void> read_options(std::string_view text, Link& link) {
  const std::size_t bits = link.version == 1 ? text.size() : std::min(text.find('b'), text.size());
  if (text.substr(0, bits).find_first_not_of("lsmp") != std::string_view::npos) return fail("the link has unknown options");
  link.lockdep = text.substr(0, bits).find('l') != std::string_view::npos;
  link.signals = text.substr(0, bits).find('s') != std::string_view::npos;
  if (text.substr(0, bits).find('m') != std::string_view::npos) link.ordering = Ordering::kLkmm;
  if (text.substr(0, bits).find('p') != std::string_view::npos) link.ordering = Ordering::kLkmmLb;
  if (link.version == 1) return {};
  const std::string_view number = text.substr(std::min(bits + 1, text.size()));
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), link.seq_bits);
  if (error != std::errc() || end != number.data() + number.size() || link.seq_bits < 2 || link.seq_bits > 32) {
    return fail("the link does not say how wide the sequence is, 2 to 32 bits");
  }
  return {};
}

/// One a step: step_mark().
constexpr std::string_view kMarks = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a link has of the session beside the first line of steps.
Result<void> read_session(const Json& json, Link& link) {
  const auto wrong = [] { return fail("the branches in the link are not what a link carries"); };
  if (json.contains("talk")) link.talk = json["talk"].dump();
  if (json.contains("did")) {
    if (!json["did"].is_string()) return wrong();
    for (const char c : json["did"].get_ref<const std::string&>()) {
      const std::size_t mark = kMarks.find(c);
      if (mark == std::string_view::npos) return wrong();
      link.marks.push_back(static_cast<std::uint8_t>(mark));
    }
  }
  if (!json.contains("branches")) return {};
  if (!json["branches"].is_array()) return wrong();
  for (const Json& branch : json["branches"]) {
    if (!branch.is_array() || branch.size() != 2 || !branch[0].is_number_unsigned() || !branch[1].is_string()) return wrong();
    const auto from = branch[0].get<std::uint64_t>();
    if (from > kMaxScheduleActions) return wrong();
    link.branches.push_back({static_cast<std::size_t>(from), branch[1].get<std::string>()});
  }
  return {};
}

Result<void> read_texts(const std::string& packed, Link& link) {
  const Result<std::string> text = format::unpack(packed);
  if (!text) return tl::unexpected(text.error());
  const auto wrong = [] { return fail("the texts in the link are not what a link carries"); };
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return wrong();
  if (json.contains("toml")) {
    if (!json["toml"].is_string()) return wrong();
    link.toml = json["toml"].get<std::string>();
  }
  if (Result<void> read = read_session(json, link); !read) return read;
  if (!json.contains("code")) return {};
  if (!json["code"].is_array() || json["code"].empty() || json["code"].size() > trace_format::kMaxCodeFiles) return wrong();
  for (const Json& file : json["code"]) {
    if (!file.is_object() || !file.contains("path") || !file["path"].is_string()) return wrong();
    Link::Code code;
    code.path = file["path"].get<std::string>();
    if (file.contains("text")) {
      if (!file["text"].is_string() || !file.contains("origin") || !file["origin"].is_string()) return wrong();
      const auto* const known = std::find(std::begin(trace_format::kOrigins), std::end(trace_format::kOrigins), file["origin"].get<std::string>());
      if (known == std::end(trace_format::kOrigins)) return wrong();
      code.origin = static_cast<SourceFile::Origin>(known - std::begin(trace_format::kOrigins));
      code.text = file["text"].get<std::string>();
    } else if (!is_shipped_path(code.path)) {
      return fail("the link names the file \"" + printable(code.path) + "\", which is none that vmalab ships with");
    }
    link.code.push_back(std::move(code));
  }
  return {};
}

bool same(const CodeBase::Text& a, const CodeBase::Text& b) { return a.path == b.path && a.text == b.text; }

/// The variant's name when the code is the model of these assets and at most one variant of theirs.
std::optional<std::string> known_code(const Machine& machine, const fs::path& assets) {
  if (assets.empty()) return std::nullopt;
  const std::vector<CodeBase::Text> texts = machine.code().texts();
  std::string variant;
  if (!texts.empty() && texts.back().origin == SourceFile::Origin::kVariant) {
    const fs::path path = texts.back().path;
    variant = path.stem().string();
    if (!is_shipped_path(texts.back().path) || path.parent_path() != "variants") return std::nullopt;
  }
  const Result<CodeBase> code = CodeBase::load_model(assets, machine.code().config(),
                                                     variant.empty() ? std::optional<fs::path>() : assets / texts.back().path);
  if (!code) return std::nullopt;
  const std::vector<CodeBase::Text> known = code->texts();
  return std::equal(texts.begin(), texts.end(), known.begin(), known.end(), same) ? std::optional(variant) : std::nullopt;
}

Result<CodeBase> linked_code(const Link& link, const fs::path& assets) {
  const CodeConfig config{link.lockdep};
  if (link.code.empty()) {
    if (link.variant.empty()) return CodeBase::load_model(assets, config);
    const Result<fs::path> variant = shipped_variant(assets, link.variant);
    if (!variant) return tl::unexpected(variant.error());
    return CodeBase::load_model(assets, config, *variant);
  }
  std::vector<CodeBase::Text> texts;
  for (const Link::Code& file : link.code) {
    CodeBase::Text text{file.path, {}, file.origin};
    if (file.text) {
      text.text = *file.text;
    } else if (std::optional<std::string> shipped = shipped_text(assets, file.path)) {
      text.text = std::move(*shipped);
      if (file.path.starts_with("variants/")) text.origin = SourceFile::Origin::kVariant;
    } else {
      return fail("the link runs the file " + file.path + ", and there is none of that name here: it belongs to another version of vmalab");
    }
    texts.push_back(std::move(text));
  }
  return CodeBase::load_texts(std::move(texts), config);
}

/// Whether the C is the one that the link was made with; what to say if a run of other C is to be told. An error when nobody can know.
Result<std::string> judge_code(const Link& link, const std::string& hash, bool given) {
  if (hash == link.code_hash) return std::string();
  const std::string both = "(hash " + link.code_hash + ", here " + hash + ")";
  if (link.version == 1) {
    if (!given && std::find(kOldModels.begin(), kOldModels.end(), link.code_hash) != kOldModels.end()) {
      return "the link was made with the model of an earlier version of vmalab " + both + ": the steps are the same, what they do may have changed";
    }
    return fail(
        "the link was made with other C code " + both +
        (given
             ? ": not with what is named here"
             : ": with a variant, a kernel tree or another model, which links of version 1 do not carry. Name it with --variant or --kernel, or ask for a new link or a trace"));
  }
  const std::string what = link.variant.empty() ? "the model here" : "the model or the variant " + link.variant + " here";
  return what + " is not the text that the link was made with " + both;
}

/// The scenario as it ran.
Result<Scenario> linked_scenario(const Link& link, const fs::path& assets) {
  if (link.scenario.find('/') != std::string::npos || link.scenario.ends_with(".toml")) {
    return fail("the link names the scenario \"" + printable(link.scenario) + "\", which is a path: a link can name no file");
  }
  Result<Scenario> scenario = link.toml.empty() ? shipped_scenario(assets, link.scenario)
                                                : parse_scenario(link.toml, link.scenario, "scenario in the link");
  if (!scenario) return scenario;
  scenario->config.lockdep = link.lockdep;
  scenario->signals = link.signals;
  scenario->ordering = link.ordering;
  if (link.seq_bits != 0) scenario->seq_bits = link.seq_bits;
  return scenario;
}

/// What a link says, ready to take its first step.
struct LinkedMachine {
  Machine machine;
  std::string other_code;  ///< how the C is another one than the link was made with; empty: it is the same
  std::string why() const { return other_code.empty() ? "this vmalab runs it in another way than the one that made the link" : other_code; }
};
Result<LinkedMachine> linked_machine(const Link& link, const fs::path& assets, const std::optional<CodeBase>& given) {
  Result<Scenario> scenario = linked_scenario(link, assets);
  if (!scenario) return tl::unexpected(scenario.error());
  Result<CodeBase> code = given ? Result<CodeBase>(*given) : linked_code(link, assets);
  if (!code) return tl::unexpected(code.error());
  Result<std::string> other_code = judge_code(link, code->hash(), given.has_value());
  if (!other_code) return tl::unexpected(other_code.error());
  Result<Machine> machine = Machine::build(std::move(*scenario), std::move(*code));
  if (!machine) return tl::unexpected(machine.error());
  return LinkedMachine{std::move(*machine), std::move(*other_code)};
}

std::string no_such_step(const Link::Branch& branch, std::size_t steps) {
  return "the link has a branch after step " + std::to_string(branch.from) + ", and only " + std::to_string(steps) + " steps before it";
}

/// Which threads stepped, and of what they did the marks. `gone`: threads that the scenario does not have here.
Result<PastRun> past_run(const Link& link, const Machine& machine, std::vector<std::string>& gone) {
  PastRun run;
  const auto take = [&](std::size_t from, const std::string& schedule) -> Result<void> {
    Result<std::vector<Action>> actions = parse_old_schedule(machine, schedule, gone);
    if (!actions) return fail("the link's steps cannot be read: " + actions.error().message);
    for (const Action action : *actions) {
      run.steps.push_back({static_cast<NodeId>(from), action, {}, PastRun::kUnknown});
      if (run.steps.size() <= link.marks.size()) run.steps.back().mark = link.marks[run.steps.size() - 1];
      from = run.steps.size();
    }
    return {};
  };
  if (Result<void> taken = take(kRootNode, link.schedule); !taken) return tl::unexpected(taken.error());
  for (const Link::Branch& branch : link.branches) {
    if (branch.from > run.steps.size()) return fail(no_such_step(branch, run.steps.size()));
    if (Result<void> taken = take(branch.from, branch.schedule); !taken) return tl::unexpected(taken.error());
  }
  if (const Result<void> told = complete(run, link.talk); !told) return fail("the talk in the link is wrong: " + told.error().message);
  return run;
}

void add_faults(const Session& session, std::string& notice) {
  for (const std::string& fault : talk_faults(session)) notice += (notice.empty() ? "" : "; ") + fault;
}

}  // namespace

Result<std::string> link_text(const Machine& machine, const std::vector<Action>& actions, const fs::path& assets) {
  Session session(machine);
  for (const Action action : actions) {
    if (const Result<NodeId> done = session.apply(action); !done) return tl::unexpected(done.error());
  }
  return link_text(session, assets);
}

Result<std::string> link_text(const Session& session, const fs::path& assets) {
  const Machine& machine = session.machine();
  const Scenario& scenario = machine.scenario();
  const std::optional<std::string> variant = known_code(machine, assets);
  Json carried = Json::object();
  const Result<Scenario> shipped = is_word(scenario.name) ? find_scenario(assets, scenario.name) : fail("not shipped");
  if (!shipped || shipped->toml != scenario.toml) carried["toml"] = scenario.toml;
  if (!variant) {
    Json code = Json::array();
    for (const CodeBase::Text& text : machine.code().texts()) {
      Json file = {{"path", text.path}};
      if (shipped_text(assets, text.path) != text.text) {
        file["origin"] = trace_format::kOrigins[static_cast<std::size_t>(text.origin)];
        file["text"] = text.text;
      }
      code.push_back(std::move(file));
    }
    carried["code"] = std::move(code);
  }
  // Branch by branch: steps that follow one another in the order in which they were taken.
  RunSum sum(machine);
  std::vector<std::pair<NodeId, std::vector<Action>>> lines(1);
  for (NodeId node = 1; node < session.node_count(); ++node) {
    if (session.parent(node) != node - 1) lines.emplace_back(session.parent(node), std::vector<Action>());
    lines.back().second.push_back(session.info(node).action);
    sum.add(session.info(node));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) carried["branches"].push_back({lines[i].first, schedule_text(machine, lines[i].second)});
  if (session.node_count() > 1) {
    std::string did;
    for (NodeId node = 1; node < session.node_count(); ++node) did += kMarks[step_mark(machine, session.info(node))];
    carried["did"] = std::move(did);
  }
  const std::string talk = talk_text(session);
  if (!talk.empty()) carried["talk"] = Json::parse(talk);
  const std::string instead = "; `--record FILE` makes a trace, which carries everything, and so does saving the run";
  std::string packed;
  if (!carried.empty()) {
    std::string texts;
    try {
      texts = carried.dump();
    } catch (const Json::exception&) {
      return fail("a link cannot carry this run's C: it has bytes that are no UTF-8" + instead);
    }
    // What does not fit packed need not be packed: text shrinks to a tenth at best.
    packed = texts.size() > format::kMaxPackedText ? texts : format::pack(texts);
  }
  const std::string link = format::join(lines.size() > 1 ? kLinkVersion : kUnbranchedLinkVersion,
                                        {format::escape(scenario.name), format::escape(variant.value_or("")), options_text(machine),
                                         machine.code().hash(), sum.text(), linked_schedule(machine, lines.front().second), packed});
  if (link.size() > kMostLinkBytes) {
    const bool tree = code_name(machine.code()).starts_with("Linux tree");
    const std::string most = tree                 ? "; most of it is the C of the Linux tree"
                             : lines.size() > 1   ? "; it has " + std::to_string(session.branches().size()) + " branches"
                             : talk.size() > 4096 ? "; much of it is what is said of it"
                                                  : "";
    return fail("a link cannot carry this run: it would be " + std::to_string(link.size()) + " characters long, and " +
                std::to_string(kMostLinkBytes) + " is the most" + most + instead);
  }
  return link;
}

Result<Link> parse_link(std::string_view text) {
  Result<format::Fields> split = format::split(text);
  if (!split) return tl::unexpected(std::move(split.error()));
  std::vector<std::string>& fields = split->fields;
  Link link;
  link.version = split->version;
  const std::size_t wanted = link.version == 1 ? 4 : 7;
  if (fields.size() != wanted) return fail("the link has another number of fields than its version has");
  if (link.version == 1) fields.insert(fields.begin() + 1, std::string());
  if (link.version == 1) std::swap(fields[2], fields[3]);
  // scenario, variant, options, hash of the C, and in version 2 sum of the run; steps
  if (fields[0].empty() || fields[0].size() > kMaxNameBytes || !format::unescape(fields[0], link.scenario))
    return fail("the link does not name a scenario");
  if (fields[1].size() > kMaxNameBytes || !format::unescape(fields[1], link.variant)) return fail("the link's name of a variant is none");
  if (Result<void> read = read_options(fields[2], link); !read) return tl::unexpected(read.error());
  link.code_hash = fields[3];
  if (!trace_format::parse_hex16(link.code_hash)) return fail("the link's hash of the model is not 16 hexadecimal digits");
  if (link.version == 1) {
    link.schedule = fields[4];
    return link;
  }
  link.run_hash = fields[4];
  if (!trace_format::parse_hex16(link.run_hash)) return fail("the link's sum of the run is not 16 hexadecimal digits");
  if (!format::unescape(fields[5], link.schedule)) return fail("the link's steps have a % without two digits");
  if (!fields[6].empty()) {
    if (Result<void> read = read_texts(fields[6], link); !read) return tl::unexpected(read.error());
  }
  return link;
}

Result<LinkedRun> open_link(const Link& link, const fs::path& assets, const std::optional<CodeBase>& given) {
  Result<LinkedMachine> made = linked_machine(link, assets, given);
  if (!made) return tl::unexpected(made.error());
  const std::string why = made->why();
  const std::string instead =
      "; ask for a trace (--record), which carries its C, or `vmalab replay --continue` it: that goes on along the nearest run";
  Session session(std::move(made->machine));
  RunSum sum(session.machine());
  const auto take = [&](const std::string& schedule) -> Result<void> {
    Result<std::vector<Action>> actions = parse_schedule(session.machine(), schedule);
    if (!actions) {
      const std::string other = made->other_code.empty() ? "the scenario here is not the one that the link was made of" : made->other_code;
      return fail("the link's run is not possible here: " + actions.error().message + "; " + other + instead);
    }
    for (const Action action : *actions) {
      const std::size_t steps = session.node_count() - 1;
      const Result<NodeId> done = session.apply(action);
      if (!done)
        return fail("the link's run goes no further here than step " + std::to_string(steps) + ": " + done.error().message + "; " + why + instead);
      if (session.node_count() != steps + 2)
        return fail("the link's step " + std::to_string(steps + 1) + " is there already, as step " + std::to_string(*done));
      sum.add(session.info(*done));
    }
    return {};
  };
  if (Result<void> taken = take(link.schedule); !taken) return tl::unexpected(taken.error());
  for (const Link::Branch& branch : link.branches) {
    if (branch.from >= session.node_count()) return fail(no_such_step(branch, session.node_count() - 1));
    session.go_to(static_cast<NodeId>(branch.from));
    if (Result<void> taken = take(branch.schedule); !taken) return tl::unexpected(taken.error());
  }
  if (link.version > 1 && sum.text() != link.run_hash) return fail("the link's run comes out differently here: " + why + instead);
  std::string notice = std::move(made->other_code);
  if (link.version > 1 && !notice.empty()) notice += "; every step of this run does what it did";
  if (!link.talk.empty()) {
    if (const Result<void> told = tell(session, link.talk); !told) return fail("the talk in the link is wrong: " + told.error().message);
  }
  add_faults(session, notice);
  return LinkedRun{std::move(session), std::move(notice)};
}

Result<LinkedRun> continue_link(const Link& link, const fs::path& assets, const std::function<Result<Machine>(Scenario)>& other) {
  Result<LinkedRun> as_made = open_link(link, assets);
  if (as_made && !other) return as_made;
  std::string why;
  Result<Machine> machine = [&]() -> Result<Machine> {
    if (other) {
      Result<Scenario> scenario = linked_scenario(link, assets);
      return scenario ? other(std::move(*scenario)) : tl::unexpected(scenario.error());
    }
    Result<LinkedMachine> own = linked_machine(link, assets, {});
    if (!own) return tl::unexpected(own.error());
    why = own->why();
    return std::move(own->machine);
  }();
  if (!machine) return tl::unexpected(machine.error());
  std::vector<std::string> gone;
  const Result<PastRun> old = as_made ? past_run(as_made->session) : past_run(link, *machine, gone);
  if (!old) return tl::unexpected(old.error());
  LinkedRun out{Session(std::move(*machine)), {}};
  const Rerun again = rerun(out.session, *old);
  out.differs = !as_made || !again.as_it_was();
  out.notice = again.text();
  const auto say = [&](const std::string& sentence) { out.notice += (out.notice.empty() ? "" : " ") + sentence; };
  if (!gone.empty()) say("The scenario here has no " + words::plural(gone.size(), "thread") + " named " + words::list(gone) + ".");
  if (!as_made && other) say("What the steps did is not known, for the link's own run cannot be had: " + as_made.error().message + ".");
  if (!as_made && !other && gone.empty()) {
    const bool marked = link.marks.size() >= old->steps.size();
    say(again.as_it_was() ? "The link's run comes out differently here, and it does not say at which step: " + why + "."
        : marked          ? "What differs: " + why + "."
                          : "The link does not say what its steps did, so an earlier one may be another one, too: " + why + ".");
  }
  add_faults(out.session, out.notice);
  return out;
}

}  // namespace vmalab
