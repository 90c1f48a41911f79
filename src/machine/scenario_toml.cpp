// SPDX-License-Identifier: GPL-2.0-only
// The TOML form of a scenario. Strict: whatever is not understood is an error that says what was expected.
//
//   title, story        text; title is required
//   order               number: place in the teaching order
//   lockdep, signals    true or false; default true, false
//   seq_bits            2 to 32, default 32
//   [[mm]]              name; count (mm_count, default 1), lock_seq (even, default 0)
//   [[vma]]             name; mm (name of an mm, or "" for a free object of the slab);
//                       start, end (page-aligned, default 0x1000 and 0x2000); attached (default true, false without mm)
//   [[thread]]          name; run: the C call it runs, "reader(mm0, 0x1000)"
//   [[goal]]            name, text; expr: C over the state
//   [[demo]]            do: steps as in a schedule, caption
//   [expect]            final (C expressions), violations (names of checks), all_done (default true)
#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>

// The library asserts, and in release builds assumes, things of its input that are not so for "[[[" and the like.
// Here its assertions are always on, and throw.
static constexpr void require_of_toml(bool holds) {
  if (!holds) throw std::logic_error("a key or a table header is malformed");
}
#undef NDEBUG
#define TOML_ASSERT(expression) require_of_toml(static_cast<bool>(expression))
#include <toml++/toml.h>

#include "machine/checks.h"
#include "machine/scenario.h"
#include "machine/words.h"

namespace vmalab {
namespace {

using Names = std::vector<std::string_view>;

constexpr Word kAddressEnd = Word{kMaxPages} << kPageShift;

/// Collects the first error and everything needed to show where it is.
class Reader {
 public:
  Reader(std::string_view text, std::string_view origin) : text_(text), origin_(origin) {}

  void error(const toml::source_region& where, std::string message) {
    if (error_) return;
    error_ = Diagnostic{std::move(message), std::string(origin_), static_cast<int>(where.begin.line),
                        static_cast<int>(where.begin.column), line(where.begin.line)};
  }
  void error(std::size_t offset, std::string message) {
    const std::string_view before = text_.substr(0, offset);
    toml::source_region where;
    where.begin.line = static_cast<toml::source_index>(1 + std::count(before.begin(), before.end(), '\n'));
    where.begin.column = static_cast<toml::source_index>(offset - (before.rfind('\n') + 1) + 1);
    error(where, std::move(message));
  }
  bool failed() const { return error_.has_value(); }
  const Diagnostic& diagnostic() const { return *error_; }

 private:
  std::string line(std::size_t number) const {
    std::size_t begin = 0;
    for (std::size_t n = 1; n < number; ++n) {
      begin = text_.find('\n', begin);
      if (begin == std::string_view::npos) return {};
      ++begin;
    }
    std::string_view rest = text_.substr(begin, text_.find('\n', begin) - begin);
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    return std::string(rest);
  }

  std::string_view text_, origin_;
  std::optional<Diagnostic> error_;
};

/// What the library must not be given: characters beyond ASCII outside strings and comments, which TOML does not allow and on
/// some of which the library's table of white space is undefined; and keys of very many parts, a part a call of its own.
struct Stray {
  std::size_t at;
  const char* why;
};
std::optional<Stray> find_stray(std::string_view text) {
  int dots = 0;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < text.size()) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) return Stray{at, "such a character may stand only in a text in quotes or a comment"};
    if (c == '.' && ++dots > 64) return Stray{at, "this key has more than 64 parts"};
    if (c == '\n' || c == '=' || c == ',' || c == '{' || c == '[') dots = 0;
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      const bool lines = text.substr(at).starts_with(std::string(3, c));
      const std::string end(lines ? 3 : 1, c);
      for (at += end.size(); at < text.size() && !text.substr(at).starts_with(end) && (lines || text[at] != '\n');) {
        at += c == '"' && text[at] == '\\' ? 2 : 1;
      }
      at += end.size();
      for (int more = 0; lines && more < 2 && at < text.size() && text[at] == c; ++more) ++at;  // quotes that end the text itself
    } else {
      ++at;
    }
  }
  return std::nullopt;
}

/// One table of the file. Each get..() notes the key as known; finish() objects to the others.
class Table {
 public:
  Table(Reader& reader, const toml::table& table, std::string what) : reader_(reader), table_(table), what_(std::move(what)) {}

  const toml::source_region& where() const { return table_.source(); }
  /// Where the value of a key is, or the table when it has no such key.
  const toml::source_region& where(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node ? node->source() : table_.source();
  }
  void error(std::string_view key, std::string message) { reader_.error(where(key), std::move(message)); }
  bool has(std::string_view key) const { return table_.contains(key); }

  std::string text(std::string_view key, bool required) {
    const toml::node* node = find(key, required);
    if (!node) return {};
    if (!node->is_string()) return wrong(key, "a text in quotes"), std::string();
    const std::string value = node->as_string()->get();
    if (required && value.empty()) error(key, "'" + std::string(key) + "' of " + what_ + " is empty");
    return value;
  }
  bool flag(std::string_view key, bool otherwise) {
    const toml::node* node = find(key, false);
    if (!node) return otherwise;
    if (!node->is_boolean()) return wrong(key, "true or false"), otherwise;
    return node->as_boolean()->get();
  }
  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
    const toml::node* node = find(key, false);
    if (!node) return otherwise;
    const std::string range = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    if (!node->is_integer()) return wrong(key, range), otherwise;
    const std::int64_t value = node->as_integer()->get();
    if (value < least || value > most) {
      error(key, "'" + std::string(key) + "' of " + what_ + " is " + std::to_string(value) + "; expected " + range);
    }
    return value;
  }
  std::vector<std::string> texts(std::string_view key) {
    const toml::node* node = find(key, false);
    std::vector<std::string> values;
    if (!node) return values;
    const toml::array* array = node->as_array();
    if (!array) return wrong(key, "a list of texts"), values;
    for (const toml::node& item : *array) {
      if (!item.is_string()) {
        reader_.error(item.source(), "'" + std::string(key) + "' of " + what_ + " has an entry that is no text in quotes");
      } else {
        values.push_back(item.as_string()->get());
      }
    }
    return values;
  }
  /// A [table], if there.
  void table(std::string_view key, const std::function<void(Table&)>& read) {
    const toml::node* node = find(key, false);
    if (!node) return;
    if (!node->is_table()) return wrong(key, "a table: [" + std::string(key) + "]");
    Table inner(reader_, *node->as_table(), "[" + std::string(key) + "]");
    read(inner);
    inner.finish();
  }
  /// Every [[table]] of a name.
  void tables(std::string_view key, const std::function<void(Table&)>& read) {
    const toml::node* node = find(key, false);
    if (!node) return;
    const std::string name = "[[" + std::string(key) + "]]";
    const toml::array* array = node->as_array();
    if (!array) return wrong(key, "tables: " + name);
    for (const toml::node& item : *array) {
      if (!item.is_table()) return reader_.error(item.source(), "expected a table: " + name);
      Table inner(reader_, *item.as_table(), name);
      read(inner);
      inner.finish();
    }
  }
  void finish() {
    for (const auto& [key, value] : table_) {
      if (std::find(known_.begin(), known_.end(), key.str()) == known_.end()) {
        reader_.error(key.source(), "unknown key '" + std::string(key.str()) + "' in " + what_ + "; it has " + words::list(known_));
      }
    }
  }

 private:
  const toml::node* find(std::string_view key, bool required) {
    known_.push_back(key);
    const toml::node* node = table_.get(key);
    if (!node && required) reader_.error(where(), what_ + " needs '" + std::string(key) + "'");
    return node;
  }
  void wrong(std::string_view key, const std::string& expected) {
    error(key, "'" + std::string(key) + "' of " + what_ + " is of the wrong kind; expected " + expected);
  }

  Reader& reader_;
  const toml::table& table_;
  std::string what_;
  Names known_;
};

bool is_identifier(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Reads one scenario; the order of the members is the order of the file.
class ScenarioReader {
 public:
  explicit ScenarioReader(Scenario& out) : scenario_(out) {}

  void read(Table& root) {
    scenario_.title = root.text("title", true);
    scenario_.order = static_cast<int>(root.number("order", 0, 1000000, 1000000));
    scenario_.story = root.text("story", false);
    scenario_.config.lockdep = root.flag("lockdep", true);
    scenario_.seq_bits = static_cast<int>(root.number("seq_bits", 2, 32, 32));
    scenario_.signals = root.flag("signals", false);
    root.tables("mm", [this](Table& t) { mm(t); });
    root.tables("vma", [this](Table& t) { vma(t); });
    root.tables("thread", [this](Table& t) { thread(t); });
    root.tables("goal", [this](Table& t) { goal(t); });
    root.tables("demo", [this](Table& t) { scenario_.demo.push_back({t.text("do", true), t.text("caption", false)}); });
    root.table("expect", [this](Table& t) { expect(t); });
    root.finish();
    if (scenario_.threads.empty()) root.error("title", "a scenario needs at least one [[thread]]");
  }

 private:
  std::string object_name(Table& t) {
    std::string name = t.text("name", true);
    if (!name.empty() && !is_identifier(name)) {
      t.error("name", "'" + name + "' cannot be a name: C expressions mention it; expected letters, digits and _, a letter first");
    }
    if (!name.empty() && !names_.insert(name).second) t.error("name", "there are two objects named '" + name + "'");
    return name;
  }
  void limit(Table& t, std::size_t count, int most, const char* what) {
    if (count > static_cast<std::size_t>(most)) {
      t.error("name", "too many " + std::string(what) + ": a scenario has at most " + std::to_string(most));
    }
  }

  void mm(Table& t) {
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

  void vma(Table& t) {
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

  Word address(Table& t, std::string_view key, Word otherwise) {
    const std::int64_t value = t.number(key, 0, kAddressEnd, otherwise);
    if (value % (1 << kPageShift) != 0) {
      t.error(key, "'" + std::string(key) + "' of [[vma]] is not page-aligned; expected a multiple of 0x1000");
    }
    return static_cast<Word>(value);
  }

  void thread(Table& t) {
    ThreadSetup thread;
    thread.name = object_name(t);
    thread.call = t.text("run", true);
    scenario_.threads.push_back(thread);
    limit(t, scenario_.threads.size(), kMaxThreads, "threads");
  }

  void goal(Table& t) {
    Goal goal;
    goal.name = t.text("name", true);
    goal.text = t.text("text", false);
    goal.expression = t.text("expr", true);
    if (!goal_names_.insert(goal.name).second) t.error("name", "there are two goals named '" + goal.name + "'");
    scenario_.goals.push_back(goal);
  }

  void expect(Table& t) {
    scenario_.expect.final_state = t.texts("final");
    scenario_.expect.violations = t.texts("violations");
    scenario_.expect.all_done = t.flag("all_done", true);
    for (const std::string& name : scenario_.expect.violations) {
      if (!find_check(name)) {
        Names checks;
        for (const CheckInfo& check : check_table()) checks.push_back(check.name);
        t.error("violations", "there is no check named '" + name + "'; the checks are " + words::list(checks));
      }
    }
  }

  Scenario& scenario_;
  std::set<std::string> names_, goal_names_;
};

}  // namespace

Result<Scenario> parse_scenario(std::string_view toml, std::string name, std::string_view origin) {
  Reader reader(toml, origin);
  if (const std::optional<Stray> stray = find_stray(toml)) {
    reader.error(stray->at, std::string("this is not TOML: ") + stray->why);
    return tl::unexpected(reader.diagnostic());
  }
  toml::table parsed;
  try {
    parsed = toml::parse(toml, origin);
  } catch (const toml::parse_error& e) {
    reader.error(e.source(), "this is not TOML: " + std::string(e.description()));
    return tl::unexpected(reader.diagnostic());
  } catch (const std::exception& e) {
    return fail("this is not TOML: " + std::string(e.what()), std::string(origin));
  }
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.toml = std::string(toml);
  Table root(reader, parsed, "the scenario");
  ScenarioReader(scenario).read(root);
  if (reader.failed()) return tl::unexpected(reader.diagnostic());
  return scenario;
}

}  // namespace vmalab
