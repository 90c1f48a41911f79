// SPDX-License-Identifier: GPL-2.0-only
#include "run/talk_text.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text_hygiene.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;

std::string first_name(std::size_t branch) { return branch == 0 ? "main" : "branch " + std::to_string(branch + 1); }

/// As reading accepts it: a name may have come from anywhere.
std::string readable_name(std::string name) {
  name = printable(name);
  std::replace(name.begin(), name.end(), '\n', ' ');
  std::size_t end = 0;
  while (end < name.size() && end + character_at(name, end).bytes <= Talk::kMostName) end += character_at(name, end).bytes;
  name.resize(end);
  return name;
}

void add(Json& talk, const char* list, Json item) {
  if (!talk.contains(list)) talk[list] = Json::array();
  talk[list].push_back(std::move(item));
}

Json texts_json(const Talk& talk, const std::function<std::optional<NodeId>(NodeId)>& number) {
  Json out = Json::object();
  if (!talk.title().empty()) out["title"] = talk.title();
  for (const Talk::Caption& caption : talk.captions()) {
    const std::optional<NodeId> at = number(caption.at);
    if (at) add(out, "captions", {*at, caption.steps, caption.text});
    for (const std::string& claim : at ? caption.claims : std::vector<std::string>()) add(out, "claims", {*at, claim});
  }
  for (const Talk::Text& note : talk.notes()) {
    if (const std::optional<NodeId> at = number(note.at)) add(out, "notes", {*at, note.text});
  }
  for (const Talk::Text& marker : talk.markers()) {
    if (const std::optional<NodeId> at = number(marker.at)) add(out, "markers", {*at, marker.text});
  }
  return out;
}

/// Reads the values of one list of the talk, [number, ..., text] each.
class Entries {
 public:
  Entries(const Json& talk, const char* key, std::size_t most_number, std::size_t most_items = Talk::kMostEntries)
      : key_(key), most_(most_number), most_items_(most_items) {
    if (const auto it = talk.find(key); it != talk.end()) list_ = *it;
  }
  /// `read`: called with the number, what lies between it and the text, and the text.
  Result<void> each(std::size_t values, const std::function<Result<void>(std::size_t, const Json&, std::string)>& read) const {
    if (list_.is_null()) return {};
    if (!list_.is_array()) return fail("its \"" + std::string(key_) + "\" is not a list");
    std::size_t count = 0;
    for (const Json& item : list_) {
      const std::string which = "item " + std::to_string(++count) + " of its \"" + key_ + "\" ";
      if (count > most_items_) return fail("its \"" + std::string(key_) + "\" has more than " + std::to_string(most_items_) + " items");
      if (!item.is_array() || item.size() != values || !item.front().is_number_unsigned() || !item.back().is_string()) {
        return fail(which + "is not a number" + (values == 3 ? ", how many steps," : "") + " and a text");
      }
      const auto number = item.front().get<std::uint64_t>();
      if (number > most_) return fail(which + "is for number " + std::to_string(number) + ", and " + std::to_string(most_) + " is the last");
      if (Result<void> done = read(static_cast<std::size_t>(number), item, item.back().get<std::string>()); !done) {
        return fail(which + "is wrong: " + done.error().message);
      }
    }
    return {};
  }

 private:
  const char* key_;
  std::size_t most_, most_items_;
  Json list_;
};

Result<void> read_texts(const Json& json, NodeId last, Talk& talk) {
  if (const auto title = json.find("title"); title != json.end()) {
    if (!title->is_string()) return fail("its \"title\" is not a text");
    if (Result<void> set = talk.set_title(title->get<std::string>()); !set) return set;
  }
  // Of each step, in the order of its caption's sentences.
  std::map<std::size_t, std::vector<std::string>> claims;
  Result<void> read = Entries(json, "claims", last, Talk::kMostClaims).each(2, [&](std::size_t at, const Json&, std::string claim) -> Result<void> {
    claims[at].push_back(std::move(claim));
    return {};
  });
  if (!read) return read;
  read = Entries(json, "captions", last).each(3, [&](std::size_t at, const Json& item, std::string text) -> Result<void> {
    constexpr std::uint64_t kMostSteps = 1'000'000;
    if (!item[1].is_number_unsigned() || item[1].get<std::uint64_t>() > kMostSteps) return fail("it does not say for how many steps");
    return talk.set_caption(static_cast<NodeId>(at), item[1].get<int>(), std::move(text), std::move(claims[at]));
  });
  if (!read) return read;
  read = Entries(json, "notes", last).each(2, [&](std::size_t at, const Json&, std::string text) {
    return talk.set_note(static_cast<NodeId>(at), std::move(text));
  });
  if (!read) return read;
  return Entries(json, "markers", last).each(2, [&](std::size_t at, const Json&, std::string text) {
    return talk.set_marker(static_cast<NodeId>(at), std::move(text));
  });
}

/// A whole number of at most `most` under this key, if there is one.
Result<std::optional<std::size_t>> read_number(const Json& json, const char* key, std::size_t most) {
  const auto it = json.find(key);
  if (it == json.end()) return std::optional<std::size_t>();
  if (!it->is_number_unsigned()) return fail("its \"" + std::string(key) + "\" is not a whole number");
  const auto number = it->get<std::uint64_t>();
  if (number > most) return fail("its \"" + std::string(key) + "\" is " + std::to_string(number) + ", and " + std::to_string(most) + " is the last");
  return std::optional(static_cast<std::size_t>(number));
}

}  // namespace

std::string talk_text(const Talk& talk, const std::function<std::optional<NodeId>(NodeId)>& number) {
  const Json out = texts_json(talk, number);
  return out.empty() ? std::string() : out.dump();
}

std::string talk_text(const Session& session) {
  Json out = texts_json(session.talk(), [](NodeId node) { return node; });
  const std::vector<Session::Branch>& branches = session.branches();
  for (std::size_t i = 0, named = 0; i < branches.size() && named < Talk::kMostEntries; ++i) {
    if (branches[i].name == first_name(i)) continue;
    add(out, "names", {i, readable_name(branches[i].name)});
    ++named;
  }
  const auto last = branches.size() - 1, active = static_cast<std::size_t>(session.active_branch());
  if (active != last) out["branch"] = active;
  if (session.cursor() != session.path().back()) out["at"] = session.cursor();
  return out.empty() ? std::string() : out.dump();
}

Result<SaidOfRun> read_talk(std::string_view text, NodeId last_step, std::size_t last_branch) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail("it is not a JSON object");
  SaidOfRun out;
  if (Result<void> read = read_texts(json, last_step, out.talk); !read) return tl::unexpected(read.error());
  Result<void> read = Entries(json, "names", last_branch).each(2, [&](std::size_t branch, const Json&, std::string name) -> Result<void> {
    if (const std::string fault = text_fault(name, Talk::kMostName); !fault.empty() || name.empty()) {
      return fail("the name " + (fault.empty() ? "is empty" : fault));
    }
    out.names.emplace_back(branch, std::move(name));
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  const Result<std::optional<std::size_t>> branch = read_number(json, "branch", last_branch), at = read_number(json, "at", last_step);
  if (!branch) return tl::unexpected(branch.error());
  if (!at) return tl::unexpected(at.error());
  out.branch = *branch;
  if (*at) out.at = static_cast<NodeId>(**at);
  return out;
}

Result<void> tell(Session& session, std::string_view text) {
  const std::size_t last_branch = session.branches().size() - 1;
  Result<SaidOfRun> said = read_talk(text, static_cast<NodeId>(session.node_count()) - 1, last_branch);
  if (!said) return tl::unexpected(said.error());
  const std::size_t branch = said->branch.value_or(last_branch);
  const NodeId tip = session.branches()[branch].tip, at = said->at.value_or(tip);
  NodeId above = tip;
  while (above > at) above = session.parent(above);
  if (above != at) return fail("its \"at\" is step " + std::to_string(at) + ", which is not on its branch");

  const Session::OneCommand one_command(session);
  for (auto& [number, name] : said->names) session.rename_branch(static_cast<int>(number), std::move(name));
  session.select_branch(static_cast<int>(branch));
  session.go_to(at);
  session.retell(std::move(said->talk));
  return {};
}

}  // namespace vmalab
