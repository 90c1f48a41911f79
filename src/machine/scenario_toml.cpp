// SPDX-License-Identifier: GPL-2.0-only
// The TOML form of a scenario. The keys, and what each means, are in scenario_keys.cpp.
#include <algorithm>
#include <optional>
#include <set>

#include "machine/any_threads.h"
#include "machine/property.h"
#include "machine/scenario.h"
#include "machine/scenario_keys.h"
#include "machine/speaker_notes.h"
#include "machine/words.h"

namespace vmalab {
namespace {

using Names = std::vector<std::string_view>;

constexpr Word kAddressEnd = Word{kMaxPages} << kPageShift;

/// Reads one scenario; the order of the members is the order of the file.
class ScenarioReader {
 public:
  ScenarioReader(Scenario& out, SpeakerNotes& notes) : scenario_(out), notes_(notes) {}

  void read(TomlTable& root) {
    scenario_.title = root.text("title", true);
    scenario_.order = static_cast<int>(root.number("order", 0, 1000000, 1000000));
    scenario_.story = root.text("story", false);
    scenario_.story_claims = root.texts("story_claims");
    notes_.opening = root.text("notes", false);
    code(root);
    scenario_.config.lockdep = root.flag("lockdep", true);
    scenario_.seq_bits = static_cast<int>(root.number("seq_bits", 2, 32, 32));
    scenario_.signals = root.flag("signals", false);
    scenario_.type_stable = root.flag("type_stable", true);
    root.tables("mm", [this](TomlTable& t) { mm(t); });
    root.tables("vma", [this](TomlTable& t) { vma(t); });
    root.tables("thread", [this](TomlTable& t) { thread(t); });
    root.tables("goal", [this](TomlTable& t) { goal(t); });
    root.tables("demo", [this](TomlTable& t) {
      scenario_.demo.push_back({t.text("do", true), t.text("caption", false), t.place("do"), t.texts("claims")});
      notes_.captions.push_back(t.text("note", false));
    });
    root.table("expect", [this](TomlTable& t) { expect(t); });
    root.finish();
    if (scenario_.threads.empty()) root.error("title", "a scenario needs at least one [[thread]]");
  }

  const std::vector<bool>& any() const { return any_; }

 private:
  void code(TomlTable& root) {
    std::vector<ScenarioPlace> places;
    const std::vector<std::string> paths = root.texts("code", &places);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (paths[i].empty()) root.error("code", "'code' of the scenario names a file without a name; expected the name of a C file");
      scenario_.code.push_back({paths[i], places[i]});
    }
  }

  std::string object_name(TomlTable& t) {
    std::string name = t.text("name", true);
    if (!name.empty() && !words::is_identifier(name)) {
      t.error("name", "'" + name + "' cannot be a name: C expressions mention it; expected letters, digits and _, a letter first");
    }
    if (!name.empty() && !names_.insert(name).second) t.error("name", "there are two objects named '" + name + "'");
    return name;
  }
  void limit(TomlTable& t, std::size_t count, int most, const char* what) {
    if (count > static_cast<std::size_t>(most)) {
      t.error("name", "too many " + std::string(what) + ": a scenario has at most " + std::to_string(most));
    }
  }

  void mm(TomlTable& t) {
    MmSetup mm;
    mm.name = object_name(t);
    mm.count = static_cast<Word>(t.number("count", 1, 1000, 1));
    const std::int64_t most = (std::int64_t{1} << scenario_.seq_bits) - 2;
    mm.lock_seq = static_cast<Word>(t.number("lock_seq", 0, most, 0));
    // A count that comes by there could be taken for a pointer; so many write locks nobody simulates.
    constexpr Word kMargin = 1u << 20;
    if (mm.lock_seq >= kObjectBase - kMargin && mm.lock_seq < kObjectEnd) {
      t.error("lock_seq", "'lock_seq' of [[mm]] is where the addresses of kernel objects are; expected another number");
    }
    if (mm.lock_seq % 2 != 0) t.error("lock_seq", "'lock_seq' of [[mm]] is odd, which says write-locked; expected an even number");
    scenario_.mms.push_back(mm);
    limit(t, scenario_.mms.size(), kMaxMms, "mms");
  }

  void vma(TomlTable& t) {
    VmaSetup vma;
    vma.name = object_name(t);
    vma.mm = t.text("mm", false);
    if (!t.has("mm")) t.error("mm", "[[vma]] needs 'mm': the name of an mm, or \"\" for a free object");
    vma.start = address(t, "start", vma.start);
    vma.end = address(t, "end", vma.end);
    vma.attached = t.flag("attached", !vma.mm.empty());
    const bool known = std::any_of(scenario_.mms.begin(), scenario_.mms.end(), [&](const MmSetup& mm) { return mm.name == vma.mm; });
    if (vma.mm.empty()) {
      if (vma.attached) t.error("attached", "a free object of the slab cannot be attached; give it an 'mm' or leave 'attached' out");
    } else if (!known) {
      t.error("mm", "there is no [[mm]] named '" + vma.mm + "' above");
    }
    if (vma.start >= vma.end) t.error("end", "the range of " + vma.name + " is empty: 'start' must be below 'end'");
    for (const VmaSetup& other : scenario_.vmas) {
      if (vma.attached && other.attached && other.mm == vma.mm && vma.start < other.end && other.start < vma.end) {
        t.error("start", vma.name + " overlaps " + other.name + " in the tree of " + vma.mm);
      }
    }
    scenario_.vmas.push_back(vma);
    limit(t, scenario_.vmas.size(), kMaxVmas, "VMAs");
  }

  Word address(TomlTable& t, std::string_view key, Word otherwise) {
    const std::int64_t value = t.number(key, 0, kAddressEnd, otherwise);
    if (value % (1 << kPageShift) != 0) {
      t.error(key, "'" + std::string(key) + "' of [[vma]] is not page-aligned; expected a multiple of 0x1000");
    }
    return static_cast<Word>(value);
  }

  void thread(TomlTable& t) {
    ThreadSetup thread;
    thread.name = object_name(t);
    thread.call = t.text("run", true);
    thread.place = t.place("run");
    if (t.has("count") && t.text("count", false) != "any") {
      t.error("count", "'count' of [[thread]] is \"any\": `vmalab check` then judges any number of such threads; for two of them write two tables");
    }
    any_.push_back(t.has("count"));
    scenario_.threads.push_back(thread);
    limit(t, scenario_.threads.size(), kMaxThreads, "threads");
  }

  void goal(TomlTable& t) {
    Goal goal;
    goal.name = t.text("name", true);
    goal.text = t.text("text", false);
    goal.expression = t.text("expr", true);
    goal.place = t.place("expr");
    goal.reachable = t.flag("reachable", true);
    goal.must = t.flag("must", false);
    if (goal.must && !goal.reachable) t.error("must", "a state that must be reachable cannot be one that is not");
    if (const std::int64_t steps = t.number("steps", 0, 1'000'000, -1); steps >= 0) goal.steps = static_cast<int>(steps);
    if (!goal_names_.insert(goal.name).second) t.error("name", "there are two goals named '" + goal.name + "'");
    scenario_.goals.push_back(goal);
  }

  void expect(TomlTable& t) {
    scenario_.expect.final_state = t.texts("final", &scenario_.expect.final_places);
    scenario_.expect.violations = t.texts("violations");
    scenario_.expect.all_done = t.flag("all_done", true);
    if (const std::int64_t states = t.number("states", 1, std::int64_t{1} << 40, 0); states > 0)
      scenario_.expect.states = static_cast<std::uint64_t>(states);
    for (const std::string& name : scenario_.expect.violations) {
      if (find_property(name) == nullptr) {
        Names checks;
        for (const Property* check : kProperties) checks.push_back(check->name);
        t.error("violations", "there is no check named '" + name + "'; the checks are " + words::list(checks));
      }
    }
  }

  Scenario& scenario_;
  SpeakerNotes& notes_;
  std::vector<bool> any_;  ///< by thread
  std::set<std::string> names_, goal_names_;
};

}  // namespace

Result<Scenario> parse_scenario(std::string_view toml, std::string name, std::string_view origin) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.toml = std::string(toml);
  scenario.origin = std::string(origin);
  SpeakerNotes notes;  // are read again by who wants them
  const auto read = [&](TomlTable& root) { ScenarioReader(scenario, notes).read(root); };
  if (std::optional<Diagnostic> error = read_toml(toml, origin, scenario_format(), read)) {
    return tl::unexpected(std::move(*error));
  }
  return scenario;
}

std::vector<bool> any_threads(const Scenario& scenario) {
  Scenario written;
  SpeakerNotes notes;
  std::vector<bool> any;
  read_toml(scenario.toml, scenario.origin, scenario_format(), [&](TomlTable& root) {
    ScenarioReader reader(written, notes);
    reader.read(root);
    any = reader.any();
  });
  return std::find(any.begin(), any.end(), true) == any.end() ? std::vector<bool>() : any;
}

bool SpeakerNotes::empty() const {
  return opening.empty() && std::all_of(captions.begin(), captions.end(), [](const std::string& note) { return note.empty(); });
}

SpeakerNotes speaker_notes(const Scenario& scenario) {
  SpeakerNotes notes;
  Scenario written;
  read_toml(scenario.toml, scenario.origin, scenario_format(), [&](TomlTable& root) { ScenarioReader(written, notes).read(root); });
  const bool same = std::equal(written.demo.begin(), written.demo.end(), scenario.demo.begin(), scenario.demo.end(),
                               [](const DemoStep& a, const DemoStep& b) { return a.action == b.action && a.caption == b.caption; });
  if (same) return notes;
  // Another demo has been put in the place of the file's, or lost its captions.
  return {"", std::vector<std::string>(scenario.demo.size())};
}

}  // namespace vmalab
