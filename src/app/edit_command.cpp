// SPDX-License-Identifier: GPL-2.0-only
// `vmalab edit`: what the author of a recording says of it, for scripts. The steps stay as they are.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/player.h"
#include "base/json.h"
#include "base/numbers.h"
#include "base/text_hygiene.h"
#include "base/words.h"
#include "run/talk_claims.h"
#include "run/trace_file.h"

namespace vmalab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string there_are(const std::string& names, std::size_t count) {
  return count == 0 ? "there are none" : (count == 1 ? "there is " : "there are ") + printable(names);
}

/// Steps are counted along one branch, from 1; 0 is the start.
class Editor {
 public:
  explicit Editor(Session& session) : session_(session), talk_(session.talk()) {}

  Result<void> caption(const std::string& text, const char* option) {
    const Result<Said> said = split(text, option);
    if (!said) return tl::unexpected(said.error());
    const Result<WrittenCaption> written = read_caption(said->text);
    if (!written) return fail(written.error().message + " (" + printable(text.substr(0, 60)) + ")", option);
    // Nothing false is ever told as checked.
    const std::vector<std::string> faults = caption_faults(session_, {said->at, said->steps, written->text, written->claims});
    if (!faults.empty()) return fail(faults.front(), option);
    return named(talk_.set_caption(said->at, said->steps, written->text, written->claims), option, text);
  }
  Result<void> note(const std::string& text, const char* option) {
    const Result<Said> said = split(text, option);
    if (said && said->steps != 0) return fail("a note is of one step", option);
    return said ? named(talk_.set_note(said->at, said->text), option, text) : tl::unexpected(said.error());
  }
  Result<void> marker(const std::string& text, const char* option) {
    const Result<Said> said = split(text, option);
    if (said && said->steps != 0) return fail("a marker is of one step", option);
    return said ? named(talk_.set_marker(said->at, said->text), option, text) : tl::unexpected(said.error());
  }
  Result<void> remove_caption(const std::string& text, const char* option) {
    const Result<int> step = step_of(text, option);
    if (!step) return tl::unexpected(step.error());
    if (talk_.caption(node(*step)) == nullptr) {
      const std::string there = words::joined(talk_.captions(),
                                              [this](const Talk::Caption& caption) { return std::to_string(session_.depth(caption.at)); });
      return fail("no caption begins with step " + text + "; " + (there.empty() ? "there are none" : "they begin with " + there), option);
    }
    return talk_.set_caption(node(*step), 0, {});
  }
  Result<void> title(const std::string& text) { return talk_.set_title(text); }
  /// Names or steps of markers with commas between them, the first of the talk first; those that are not named come behind.
  Result<void> reorder(const std::string& text, const char* option) {
    std::vector<NodeId> order;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t comma = std::min(text.find(',', at), text.size());
      const Result<NodeId> marker = marker_named(text.substr(at, comma - at), option);
      if (!marker) return tl::unexpected(marker.error());
      if (std::find(order.begin(), order.end(), *marker) != order.end()) {
        return fail("\"" + printable(text.substr(at, comma - at)) + "\" names a marker that stands before it already", option);
      }
      order.push_back(*marker);
      at = comma + 1;
    }
    for (std::size_t place = 0; place < order.size(); ++place) {
      const std::vector<Talk::Text>& markers = talk_.markers();
      const auto found = std::find_if(markers.begin(), markers.end(), [&](const Talk::Text& marker) { return marker.at == order[place]; });
      talk_.move_marker(static_cast<std::size_t>(found - markers.begin()), place);
    }
    return {};
  }
  Result<void> select(const std::string& text, const char* option) {
    const Result<int> step = step_of(text, option);
    if (!step) return tl::unexpected(step.error());
    session_.go_to_depth(*step);
    return {};
  }
  void done() { session_.retell(talk_); }

 private:
  struct Said {
    NodeId at = kRootNode;
    int steps = 0;
    std::string text;
  };

  /// By its name, or the number of its step.
  Result<NodeId> marker_named(const std::string& item, const char* option) const {
    std::vector<NodeId> found;
    for (const Talk::Text& marker : talk_.markers()) {
      if (marker.text == item || std::to_string(session_.depth(marker.at)) == item) found.push_back(marker.at);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) return fail("\"" + printable(item) + "\" is more than one marker", option);
    const std::string names = words::joined(talk_.markers(), &Talk::Text::text);
    return fail("\"" + printable(item) + "\" is no marker; " + there_are(names, talk_.markers().size()), option);
  }

  NodeId node(int step) const { return session_.path()[static_cast<std::size_t>(step)]; }

  Result<int> step_of(std::string_view text, const char* option) const {
    const int last = static_cast<int>(session_.path().size()) - 1;
    const std::optional<int> step = whole_number(text);
    if (!step || *step > last) {
      return fail("\"" + printable(text) + "\" is no step of this run: it has 0, the start, to " + std::to_string(last), option);
    }
    return *step;
  }

  /// "12=TEXT" or "12-16=TEXT".
  Result<Said> split(const std::string& text, const char* option) const {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return fail("\"" + printable(text) + "\" is not STEP=TEXT, as in 12=\"The reader gives up.\"", option);
    const std::string_view steps = std::string_view(text).substr(0, equals);
    const std::size_t dash = steps.find('-');
    const Result<int> first = step_of(steps.substr(0, dash), option);
    if (!first) return tl::unexpected(first.error());
    const Result<int> last = dash == std::string_view::npos ? first : step_of(steps.substr(dash + 1), option);
    if (!last) return tl::unexpected(last.error());
    if (*last < *first) return fail("\"" + printable(steps) + "\" ends before it begins", option);
    return Said{node(*first), dash == std::string_view::npos ? 0 : *last - *first + 1, text.substr(equals + 1)};
  }

  static Result<void> named(Result<void> result, const char* option, const std::string& text) {
    if (!result) return fail(result.error().message + " (" + printable(text.substr(0, 60)) + ")", option);
    return result;
  }

  Session& session_;
  Talk talk_;
};

Result<void> choose_branch(Session& session, const std::string& name) {
  const std::vector<Session::Branch>& branches = session.branches();
  const auto found = std::find_if(branches.begin(), branches.end(), [&](const Session::Branch& branch) { return branch.name == name; });
  if (found != branches.end()) {
    session.select_branch(static_cast<int>(found - branches.begin()));
    return {};
  }
  const std::string there = words::joined(branches, &Session::Branch::name);
  return fail("there is no branch \"" + printable(name) + "\"; " + there_are(there, branches.size()), "--branch");
}

/// Where a node is, for people: its step, and its branch where that is another one than the one that is shown.
Json place_json(const Session& session, NodeId node) {
  Json out = {{"step", session.depth(node)}};
  const auto depth = static_cast<std::size_t>(session.depth(node));
  if (depth < session.path().size() && session.path()[depth] == node) return out;
  for (const Session::Branch& branch : session.branches()) {
    NodeId above = branch.tip;
    while (above > node) above = session.parent(above);
    if (above == node) {
      out["branch"] = branch.name;
      break;
    }
  }
  return out;
}

Json list_json(const Session& session) {
  const Talk& talk = session.talk();
  const auto texts = [&](const std::vector<Talk::Text>& list, const char* key) {
    Json out = Json::array();
    for (const Talk::Text& item : list) {
      out.push_back(place_json(session, item.at));
      out.back()[key] = item.text;
    }
    return out;
  };
  Json captions = Json::array(), branches = Json::array();
  for (const Talk::Caption& caption : talk.captions()) {
    captions.push_back(place_json(session, caption.at));
    if (caption.steps != 0) captions.back()["steps"] = caption.steps;
    captions.back()["text"] = caption.text;
    if (!caption.claims.empty()) captions.back()["claims"] = caption.claims;
  }
  for (const Session::Branch& branch : session.branches()) {
    branches.push_back({{"name", branch.name}, {"from", session.depth(branch.fork)}, {"steps", session.depth(branch.tip)}});
  }
  return {{"title", talk.title()},
          {"steps", session.path().size() - 1},
          {"selected", session.depth()},
          {"branch", session.branches()[static_cast<std::size_t>(session.active_branch())].name},
          {"branches", std::move(branches)},
          {"captions", std::move(captions)},
          {"notes", texts(talk.notes(), "text")},
          {"markers", texts(talk.markers(), "name")}};
}

/// "8 steps, a title, 2 captions, 1 note", what a trace carries now.
std::string said_text(const Session& session) {
  const Talk& talk = session.talk();
  std::string out;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) out += ", " + std::to_string(count) + " " + words::plural(count, what);
  };
  if (!talk.title().empty()) out += ", a title";
  add(talk.captions().size(), "caption");
  add(talk.notes().size(), "note");
  add(talk.markers().size(), "marker");
  const std::size_t steps = session.node_count() - 1;
  return std::to_string(steps) + " " + words::plural(steps, "step") + out;
}

std::string list_text(const Session& session) {
  const Json list = list_json(session);
  const auto line = [](const Json& item, const char* key) {
    std::string where = std::to_string(item["step"].get<int>());
    if (item.contains("steps")) where += "-" + std::to_string(item["step"].get<int>() + item["steps"].get<int>() - 1);
    if (item.contains("branch")) where += " of " + item["branch"].get<std::string>();
    std::string text = item[key].get<std::string>();
    if (item.contains("claims")) text = written_caption({kRootNode, 0, text, item["claims"].get<std::vector<std::string>>()});
    std::replace(text.begin(), text.end(), '\n', ' ');
    return "  " + where + "  " + text + "\n";
  };
  std::string out = (session.talk().title().empty() ? std::string("(no title)") : session.talk().title()) + "\n" + std::to_string(session.depth()) +
                    " of " + std::to_string(session.path().size() - 1) + " steps of " + list["branch"].get<std::string>() + " are shown\n";
  for (const char* what : {"captions", "notes", "markers"}) {
    if (list[what].empty()) continue;
    out += std::string(what) + ":\n";
    for (const Json& item : list[what]) out += line(item, std::string_view(what) == "markers" ? "name" : "text");
  }
  out += "branches:\n";
  for (const Json& branch : list["branches"]) {
    out += "  " + branch["name"].get<std::string>() + "  from step " + std::to_string(branch["from"].get<int>()) + " to " +
           std::to_string(branch["steps"].get<int>()) + "\n";
  }
  return printable(out);
}

}  // namespace

Result<int> EditCommand::run(const Workspace& workspace) const {
  Origin origin;
  origin.what = Origin::What::kTrace;
  origin.text = trace;
  Result<Document> document = workspace.open(origin);
  if (!document) return tl::unexpected(document.error());
  if (!document->notice.empty()) spdlog::warn("{}", document->notice);
  Session& session = document->session;
  if (!branch.empty()) {
    if (Result<void> chosen = choose_branch(session, branch); !chosen) return tl::unexpected(chosen.error());
  }
  Editor editor(session);
  const auto each = [](const std::vector<std::string>& texts, const std::function<Result<void>(const std::string&)>& edit) -> Result<void> {
    for (const std::string& text : texts) {
      if (Result<void> done = edit(text); !done) return done;
    }
    return {};
  };
  Result<void> edited = title ? editor.title(*title) : Result<void>();
  if (edited) edited = each(remove_captions, [&](const std::string& text) { return editor.remove_caption(text, "--remove-caption"); });
  if (edited) edited = each(captions, [&](const std::string& text) { return editor.caption(text, "--caption"); });
  if (edited) edited = each(notes, [&](const std::string& text) { return editor.note(text, "--note"); });
  if (edited) edited = each(markers, [&](const std::string& text) { return editor.marker(text, "--mark"); });
  if (edited && !order.empty()) edited = editor.reorder(order, "--reorder");
  if (edited && !selected.empty()) edited = editor.select(selected, "--select");
  if (!edited) return tl::unexpected(edited.error());
  editor.done();

  // With --list a branch alone says which one is to be listed.
  const bool changes = title || !remove_captions.empty() || !captions.empty() || !notes.empty() || !markers.empty() || !order.empty() ||
                       !selected.empty() || !output.empty() || (!branch.empty() && !list);
  if (!changes && !list) return fail("nothing is to be changed: --list says what is there, --title, --caption, --note and --mark say more", trace);
  if (changes) {
    const bool in_place = output.empty() || output == trace;
    if (Result<void> saved = save_trace(in_place ? std::filesystem::path(trace) : output, session, in_place || force); !saved) {
      return tl::unexpected(saved.error());
    }
    const std::filesystem::path written = in_place ? std::filesystem::path(trace) : output;
    if (!list) {
      if (Result<void> told = tell_written(written, said_text(session)); !told) return tl::unexpected(told.error());
    }
    spdlog::info("wrote {} steps to {}", session.node_count() - 1, written.string());
  }
  if (!list) return static_cast<int>(kExitOk);
  const std::string text = json ? json_text(list_json(session), 1) + "\n" : list_text(session);
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
