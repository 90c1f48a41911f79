// SPDX-License-Identifier: GPL-2.0-only
#include "ui/authoring.h"

#include <algorithm>
#include <utility>

#include "base/words.h"
#include "run/talk_claims.h"
#include "ui/commands.h"
#include "ui/picker.h"

namespace vmalab {
namespace {

/// The field has one line: in it a line of a note ends in \n.
std::string on_one_line(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

std::string on_its_lines(const std::string& typed) {
  std::string out;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const bool ends = typed[i] == '\\' && i + 1 < typed.size() && typed[i + 1] == 'n';
    out += ends ? '\n' : typed[i];
    if (ends) ++i;
  }
  return out;
}

}  // namespace

void Authoring::ask(Overlay::Kind kind, NodeId about) {
  const Talk& talk = session().talk();
  overlay_.kind = Overlay::Kind::kNone;
  overlay_.show(kind);
  overlay_.about = about;
  std::string said;
  if (kind == Overlay::Kind::kSayTitle) said = talk.title();
  if (const Talk::Caption* caption = talk.caption(about); kind == Overlay::Kind::kSayCaption && caption != nullptr) said = written_caption(*caption);
  if (const Talk::Text* note = talk.note(about); kind == Overlay::Kind::kSayNote && note != nullptr) said = on_one_line(note->text);
  if (const Talk::Text* chapter = talk.marker(about); kind == Overlay::Kind::kSayChapter && chapter != nullptr) said = chapter->text;
  overlay_.put(said);
}

/// What was typed into the field.
Result<void> Authoring::say(const Overlay& said) {
  Talk talk = session().talk();
  Result<void> done;
  switch (said.kind) {
    case Overlay::Kind::kSayTitle: done = talk.set_title(said.text); break;
    case Overlay::Kind::kSayNote: done = talk.set_note(said.about, on_its_lines(said.text)); break;
    case Overlay::Kind::kSayChapter: done = talk.set_marker(said.about, said.text); break;
    case Overlay::Kind::kSayCaption: {
      const Result<WrittenCaption> written = read_caption(said.text);
      if (!written) return tl::unexpected(written.error());
      const Talk::Caption* before = talk.caption(said.about);
      const int steps = before == nullptr ? 0 : before->steps;
      // Nothing false is ever told as checked.
      const std::vector<std::string> faults = caption_faults(session(), {said.about, steps, written->text, written->claims});
      if (!faults.empty()) return fail(faults.front());
      done = talk.set_caption(said.about, steps, written->text, written->claims);
      break;
    }
    default: return {};
  }
  if (!done) return done;
  retell(std::move(talk));
  return {};
}

void Authoring::retell(Talk talk) {
  const auto before = session().shared_talk();
  documents_.session().retell(std::move(talk));
  if (session().shared_talk() != before) unsaved_.insert(session().shared_talk());
  changed();
}

void Authoring::changed() {
  open_ = session().shared_talk();
  recording_.hear(session());
  news_ = true;
}

void Authoring::reloaded(bool unsaved) {
  if (unsaved) unsaved_.insert(session().shared_talk());
  open_ = session().shared_talk();
}

bool Authoring::unsaved() const { return !recording_.on() && unsaved_.contains(session().shared_talk()); }

/// Another document is open: what was said of the one before is not lost without a word.
void Authoring::opened() {
  const bool lost = open_ && open_ != session().shared_talk() && !recording_.on() && unsaved_.contains(open_);
  open_ = session().shared_talk();
  if (!lost) return;
  notices_.say(NoticeKind::kWarning,
               "What you said of the run before is not saved. It is kept there: " + shortcut_text(command(CommandId::kUndo).shortcut) + " (or " +
                   shortcut_text(command(CommandId::kRedo).shortcut) + ") goes back to it.");
}

bool Authoring::says_something_at(NodeId node) const {
  const Talk& talk = session().talk();
  return talk.caption(node) != nullptr || talk.note(node) != nullptr || talk.marker(node) != nullptr;
}

void Authoring::take_away(NodeId node) {
  Talk talk = session().talk();
  if (talk.caption(node) != nullptr) static_cast<void>(talk.set_caption(node, 0, {}));
  static_cast<void>(talk.set_note(node, {}));
  static_cast<void>(talk.set_marker(node, {}));
  retell(std::move(talk));
}

// ---- chapters

std::optional<std::size_t> Authoring::chapter_here() const {
  const std::vector<Talk::Text>& chapters = session().talk().markers();
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    if (chapters[i].at == session().cursor()) return i;
  }
  return std::nullopt;
}

void Authoring::move_chapter(std::size_t chapter, int by) {
  Talk talk = session().talk();
  if (chapter + static_cast<std::size_t>(by) < talk.markers().size() && talk.move_marker(chapter, chapter + static_cast<std::size_t>(by)))
    retell(std::move(talk));
}

void Authoring::go_to_chapter(int by) {
  const std::vector<Talk::Text>& chapters = session().talk().markers();
  if (chapters.empty()) return;
  // The one that was reached last on the way here; before all of them the next one is the first.
  int now = -1;
  for (int depth = session().depth(); depth >= 0 && now < 0; --depth) {
    const NodeId node = session().path()[static_cast<std::size_t>(depth)];
    const auto found = std::find_if(chapters.begin(), chapters.end(), [&](const Talk::Text& chapter) { return chapter.at == node; });
    if (found != chapters.end()) now = static_cast<int>(found - chapters.begin());
  }
  // Back goes to the beginning of a chapter that is under way first.
  const bool inside = now >= 0 && chapters[static_cast<std::size_t>(now)].at != session().cursor();
  const int wanted = by < 0 && inside ? now : now + by;
  if (wanted < 0 || wanted >= static_cast<int>(chapters.size())) return;
  actions_.go_to(chapters[static_cast<std::size_t>(wanted)].at);
}

// ---- the list

std::vector<Authoring::Row> Authoring::rows() const {
  using Kind = Row::Kind;
  const Talk& talk = session().talk();
  std::vector<Row> all{{Kind::kTitle, kRootNode, 0, run_title(session())}};
  for (std::size_t i = 0; i < talk.markers().size(); ++i) all.push_back({Kind::kChapter, talk.markers()[i].at, i, talk.markers()[i].text});
  const std::size_t texts = all.size();
  for (const Talk::Caption& caption : talk.captions()) all.push_back({Kind::kCaption, caption.at, 0, written_caption(caption)});
  for (const Talk::Text& note : talk.notes()) all.push_back({Kind::kNote, note.at, 0, on_one_line(note.text)});
  std::stable_sort(all.begin() + static_cast<std::ptrdiff_t>(texts), all.end(),
                   [&](const Row& a, const Row& b) { return session().depth(a.at) < session().depth(b.at); });
  std::erase_if(all, [&](const Row& row) { return !matches({"", row.text, ""}, overlay_.text); });
  return all;
}

void Authoring::choose(const Row& row) {
  if (row.kind == Row::Kind::kTitle) return change(row);
  overlay_.close();
  actions_.go_to(row.at);
}

void Authoring::change(const Row& row) {
  constexpr Overlay::Kind kFields[] = {Overlay::Kind::kSayTitle, Overlay::Kind::kSayChapter, Overlay::Kind::kSayCaption, Overlay::Kind::kSayNote};
  ask(kFields[static_cast<std::size_t>(row.kind)], row.at);
}

void Authoring::take_away(const Row& row) {
  Talk talk = session().talk();
  switch (row.kind) {
    case Row::Kind::kTitle: static_cast<void>(talk.set_title({})); break;
    case Row::Kind::kChapter: static_cast<void>(talk.set_marker(row.at, {})); break;
    case Row::Kind::kCaption: static_cast<void>(talk.set_caption(row.at, 0, {})); break;
    case Row::Kind::kNote: static_cast<void>(talk.set_note(row.at, {})); break;
  }
  retell(std::move(talk));
  overlay_.row = std::max(0, std::min(overlay_.row, static_cast<int>(rows().size()) - 1));
}

/// The commands that are about a step are about the row here.
bool Authoring::handle_key(Key key, Mods mods) {
  const Command* what = find_command({key, mods});
  if (what == nullptr) return false;
  if (what->id == CommandId::kUndo || what->id == CommandId::kRedo) {
    if (!overlay_.text.empty()) return false;  // the letters'
    actions_.run(what->id);
    return true;
  }
  const std::vector<Row> all = rows();
  if (overlay_.row < 0 || overlay_.row >= static_cast<int>(all.size())) return false;
  const Row row = all[static_cast<std::size_t>(overlay_.row)];
  switch (what->id) {
    case CommandId::kRenameBranch: change(row); return true;
    case CommandId::kTakeAway:
      if (!overlay_.text.empty()) return false;
      take_away(row);
      return true;
    case CommandId::kChapterEarlier:
    case CommandId::kChapterLater: {
      const int by = what->id == CommandId::kChapterLater ? 1 : -1;
      const auto count = static_cast<int>(session().talk().markers().size()), wanted = static_cast<int>(row.chapter) + by;
      if (row.kind != Row::Kind::kChapter || wanted < 0 || wanted >= count) return true;
      move_chapter(row.chapter, by);
      overlay_.row = std::clamp(overlay_.row + by, 0, static_cast<int>(rows().size()) - 1);
      return true;
    }
    default: return false;
  }
}

}  // namespace vmalab
