// SPDX-License-Identifier: GPL-2.0-only
// What the author says of the run: title, captions, notes, chapters, and their list. Whatever is said belongs to the session, so that
// undo, saving, links and exports have it; a recording under way hears of it at once, and nothing unsaved is lost without a word.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ui/actions.h"
#include "ui/documents.h"
#include "ui/keys.h"
#include "ui/notices.h"
#include "ui/overlay.h"
#include "ui/recording.h"

namespace vmalab {

class Authoring {
 public:
  Authoring(Documents& documents, Recording& recording, Notices& notices, Overlay& overlay, Actions& actions)
      : documents_(documents), recording_(recording), notices_(notices), overlay_(overlay), actions_(actions) {}

  // ---- one step of the run; each change is one entry of undo
  /// Opens the field for a caption, a note, a chapter or the title, with what is said already.
  void ask(Overlay::Kind kind, NodeId about);
  /// What was typed into that field. Error: it is too long, or claims what is not so.
  Result<void> say(const Overlay& said);
  /// A caption, a note or a chapter is there.
  bool says_something_at(NodeId node) const;
  void take_away(NodeId node);

  // ---- chapters
  /// Of the cursor's step, as a place in the talk.
  std::optional<std::size_t> chapter_here() const;
  void move_chapter(std::size_t chapter, int by);
  /// The chapter that comes so many behind the one that was reached last.
  void go_to_chapter(int by);

  // ---- the list of what is said
  struct Row {
    enum class Kind : std::uint8_t { kTitle, kChapter, kCaption, kNote } kind = Kind::kTitle;
    NodeId at = kRootNode;
    std::size_t chapter = 0;  ///< of kChapter
    std::string text;
  };
  /// Title, chapters as the talk has them, captions and notes by step; those that contain what was typed.
  std::vector<Row> rows() const;
  /// Goes to its step, or asks for another title.
  void choose(const Row& row);
  void change(const Row& row);
  void take_away(const Row& row);
  /// The commands that are about a step are about the row here. False: the key is somebody else's.
  bool handle_key(Key key, Mods mods);

  // ---- what is kept
  /// What is said is in no trace and no link that was copied.
  bool unsaved() const;
  void kept() { unsaved_.erase(session().shared_talk()); }
  /// Another document is open: what was said of the one before is not lost without a word.
  void opened();
  /// What is said comes along into what is opened next: the same document, read again.
  void reloading() { open_.reset(); }
  /// It is there now, and was, or was not, unsaved().
  void reloaded(bool unsaved);
  /// What is said changed, or may have, by undo.
  void changed();
  /// True once after a change.
  bool take_news() { return std::exchange(news_, false); }

 private:
  const Session& session() const { return documents_.current().session; }
  void retell(Talk talk);

  Documents& documents_;
  Recording& recording_;
  Notices& notices_;
  Overlay& overlay_;
  Actions& actions_;
  std::set<std::shared_ptr<const Talk>> unsaved_;  ///< what was said and not kept; undo may come back to each
  std::shared_ptr<const Talk> open_;               ///< of what is open, as it was last seen
  bool news_ = false;
};

}  // namespace vmalab
