// SPDX-License-Identifier: GPL-2.0-only
#include "run/talk.h"

#include <algorithm>
#include <utility>

#include "base/text_hygiene.h"
#include "base/words.h"
#include "run/claims.h"

namespace vmalab {
namespace {

Result<void> checked(const char* what, std::string_view text, std::size_t most, bool lines) {
  if (const std::string fault = text_fault(text, most, lines); !fault.empty()) return fail(std::string("the ") + what + " " + fault);
  return {};
}

template <typename Entry>
auto place_of(std::vector<Entry>& entries, NodeId at) {
  return std::lower_bound(entries.begin(), entries.end(), at, [](const Entry& entry, NodeId node) { return entry.at < node; });
}

template <typename Entry>
const Entry* entry_of(const std::vector<Entry>& entries, NodeId at) {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.at == at; });
  return it == entries.end() ? nullptr : &*it;
}

/// `where`: its own place, or where a new one goes.
template <typename Entry>
Result<void> put(std::vector<Entry>& entries, typename std::vector<Entry>::iterator where, Entry entry, const char* what) {
  const bool there = where != entries.end() && where->at == entry.at;
  if (entry.text.empty()) {
    if (there) entries.erase(where);
  } else if (there) {
    *where = std::move(entry);
  } else if (entries.size() == Talk::kMostEntries) {
    return fail("a talk has at most " + std::to_string(Talk::kMostEntries) + " " + what);
  } else {
    entries.insert(where, std::move(entry));
  }
  return {};
}

/// What a text takes in a line of JSON, with what stands beside it.
std::size_t bytes_of(std::string_view text) {
  constexpr std::size_t kBeside = 32;
  return kBeside + text.size() +
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c == '"' || c == '\\' || c == '\n' || c == '\t'; }));
}

}  // namespace

Result<void> Talk::change(const std::function<Result<void>(Talk&)>& change) {
  Talk changed = *this;
  if (Result<void> done = change(changed); !done) return done;
  std::size_t bytes = bytes_of(changed.title_), claims = 0;
  for (const Caption& caption : changed.captions_) {
    bytes += bytes_of(caption.text);
    for (const std::string& claim : caption.claims) bytes += bytes_of(claim);
    claims += caption.claims.size();
  }
  for (const Text& note : changed.notes_) bytes += bytes_of(note.text);
  for (const Text& marker : changed.markers_) bytes += bytes_of(marker.text);
  if (claims > kMostClaims) return fail("a talk has at most " + std::to_string(kMostClaims) + " claims");
  if (bytes > kMostBytes)
    return fail("the talk would be too long for a recording, " + std::to_string(bytes) + " bytes; " + std::to_string(kMostBytes) + " is the most");
  *this = std::move(changed);
  return {};
}

std::string text_fault(std::string_view text, std::size_t most, bool lines) {
  if (text.size() > most) return "has " + std::to_string(text.size()) + " bytes; " + std::to_string(most) + " is the most";
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (!c.valid || is_control(c.code) || (!lines && c.code == '\n')) {
      return "has " + (c.code == '\n' ? std::string("a line end in it") : character_name(c) + " in it");
    }
    at += c.bytes;
  }
  if (!text.empty() && text.find_first_not_of(" \t\n") == std::string_view::npos) return "is blank";
  return {};
}

Result<void> Talk::set_title(std::string text) {
  if (Result<void> good = checked("title", text, kMostTitle, false); !good) return good;
  return change([&](Talk& talk) -> Result<void> {
    talk.title_ = std::move(text);
    return {};
  });
}

Result<void> Talk::set_caption(NodeId at, int steps, std::string text, std::vector<std::string> claims) {
  if (at == kRootNode) return fail("a caption begins with a step; at the start there are a title and a note");
  if (steps < 0) return fail("a caption stands for at least one step");
  if (Result<void> good = checked("caption", text, kMostCaption, false); !good) return good;
  for (const std::string& claim : claims) {
    if (claim.empty()) return fail("a claim is empty; \"no claim\" says that there is none");
    if (Result<void> good = checked("claim", claim, kMostClaim, false); !good) return good;
  }
  if (const std::size_t count = sentences(text).size(); !claims.empty() && claims.size() != count) {
    return fail("the caption has " + std::to_string(count) + words::plural(count, " sentence") + " and " + std::to_string(claims.size()) +
                words::plural(claims.size(), " claim"));
  }
  return change([&](Talk& talk) {
    return put(talk.captions_, place_of(talk.captions_, at), Caption{at, steps, std::move(text), std::move(claims)}, "captions");
  });
}

Result<void> Talk::set_note(NodeId at, std::string text) {
  if (Result<void> good = checked("note", text, kMostNote, true); !good) return good;
  return change([&](Talk& talk) { return put(talk.notes_, place_of(talk.notes_, at), Text{at, std::move(text)}, "notes"); });
}

Result<void> Talk::set_marker(NodeId at, std::string text) {
  if (Result<void> good = checked("marker", text, kMostName, false); !good) return good;
  return change([&](Talk& talk) {
    const auto there = std::find_if(talk.markers_.begin(), talk.markers_.end(), [&](const Text& marker) { return marker.at == at; });
    return put(talk.markers_, there, Text{at, std::move(text)}, "markers");
  });
}

const Talk::Caption* Talk::caption(NodeId at) const { return entry_of(captions_, at); }
const Talk::Text* Talk::note(NodeId at) const { return entry_of(notes_, at); }
const Talk::Text* Talk::marker(NodeId at) const { return entry_of(markers_, at); }

bool Talk::move_marker(std::size_t from, std::size_t to) {
  if (from >= markers_.size() || to >= markers_.size()) return false;
  const auto begin = markers_.begin();
  const auto at = [&](std::size_t index) { return begin + static_cast<std::ptrdiff_t>(index); };
  if (from < to) {
    std::rotate(at(from), at(from) + 1, at(to) + 1);
  } else {
    std::rotate(at(to), at(from), at(from) + 1);
  }
  return true;
}

}  // namespace vmalab
