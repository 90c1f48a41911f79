// SPDX-License-Identifier: GPL-2.0-only
// One page with everything in it: assets/export/run.html, filled in. Without a script it is the drawing of the timeline and a list of
// the steps; with one it plays. The state is sent as what each step changed of it.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/input_file.h"
#include "base/json.h"
#include "base/text_hygiene.h"
#include "base/words.h"
#include "export/drawing.h"
#include "export/format.h"
#include "run/link.h"
#include "view/palette.h"
#include "view/source_lines.h"
#include "view/thread_view.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLinesAround = 9;          ///< of the code, before and after each line that ran or runs next
constexpr std::size_t kMostLink = 2000;  ///< characters that are still fit to be copied
constexpr std::size_t kMostTemplate = std::size_t{1} << 20U;

std::string text_between_tags(std::string_view text) { return markup_escaped(printable(text)); }

/// A JSON text that can stand between tags.
std::string script_json(const Json& json) {
  std::string out;
  for (const char c : json_text(json)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

class Page {
 public:
  explicit Page(const RecordedRun& run) : run_(run), machine_(run.machine()) {}

  Result<void> collect() {
    const StateValue begin = run_.begins_in();
    changes_.push_back(changed(begin, {}));
    return run_.walk([this](const RecordedStep& step) { add(step); });
  }

  std::string steps() const { return steps_; }

  std::string terms() const {
    std::string out;
    for (const std::string& term : run_.terms()) out += "<p class='terms'>" + text_between_tags(term) + "</p>\n";
    return out;
  }
  std::string story() const { return "<p class='story'>" + text_between_tags(machine_.scenario().story) + "</p>"; }

  /// The lines that ran, with what stands around them.
  std::string code() const {
    std::string out;
    const std::vector<SourceFile>& files = machine_.code().files();
    for (const auto& [file, lines] : lines_) {
      if (file >= static_cast<int>(files.size())) continue;
      const std::vector<std::string_view> written(files[static_cast<std::size_t>(file)].lines.begin(),
                                                  files[static_cast<std::size_t>(file)].lines.end());
      const std::vector<SourceLine> shown = highlight(written);
      out += "<div class='file' id='f" + std::to_string(file) + "'>";
      int before = 0;
      for (const int line : shown_lines(lines, static_cast<int>(shown.size()))) {
        if (line != before + 1) out += "<span class='l'><i></i>...</span>";
        before = line;
        out += "<span class='l' id='f" + std::to_string(file) + "l" + std::to_string(line) + "'><i>" + std::to_string(line) + "</i>" +
               coloured(shown[static_cast<std::size_t>(line) - 1]) + "</span>";
      }
      out += "</div>";
    }
    return out;
  }

  /// Where to go; without script to the chapter's row in the table.
  std::string chapters() const {
    const std::vector<RecordedRun::Chapter> all = run_.chapters();
    if (all.empty()) return {};
    std::string out = "<nav class='chapters' id='chapters' aria-label='Chapters'>";
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += "<a href='#" + std::to_string(all[i].step) + "' data-at='" + std::to_string(all[i].step - run_.range().first + 1) + "'" +
             (i < 9 ? " title='" + std::to_string(i + 1) + "'" : std::string()) + ">" + text_between_tags(all[i].name) + "</a> ";
    }
    return out + "</nav>";
  }

  std::string data(const Drawing& drawing) const {
    Json threads = Json::array(), vmas = Json::array(), mms = Json::array(), files = Json::object(), captions = Json::array();
    for (const ThreadSetup& thread : machine_.scenario().threads) threads.push_back(thread.name);
    for (const VmaId id : shown_vmas(machine_)) vmas.push_back("v" + std::to_string(id.value));
    for (const MmView& mm : mm_views(machine_, run_.begins_in(), nullptr)) mms.push_back("m" + std::to_string(mm.id.value));
    for (const auto& [file, lines] : lines_) files[std::to_string(file)] = machine_.code().files()[static_cast<std::size_t>(file)].path;
    const int first = run_.range().first, last = run_.range().last;
    for (const timeline::Caption& caption : run_.timeline().timeline().captions(first, last + 1)) {
      const auto begin = std::max<timeline::Time>(caption.begin, first), end = std::min<timeline::Time>(caption.end, last + 1);
      captions.push_back({begin - first + 1, end - first + 1, told_caption(caption)});
    }
    return script_json({{"title", run_.title()},
                        {"first", first - 1},
                        {"of", run_.all_steps()},
                        {"hues", kThreadHues},
                        {"left", drawing.left},
                        {"width", drawing.step_width},
                        {"top", drawing.top},
                        {"height", drawing.bottom - drawing.top},
                        {"threads", std::move(threads)},
                        {"vmas", std::move(vmas)},
                        {"mms", std::move(mms)},
                        {"files", std::move(files)},
                        {"captions", std::move(captions)},
                        {"steps", step_places_},
                        {"changes", changes_}});
  }

 private:
  void add(const RecordedStep& step) {
    const ThreadId t = step.info.action.thread;
    const int number = step.number - run_.range().first + 1;
    if (!step.chapter.empty()) {
      steps_ += "<tr class='chapter' id='" + std::to_string(step.number) + "'><td></td><td colspan='3'>" + text_between_tags(step.chapter) +
                "</td></tr>\n";
    }
    if (!step.caption.empty()) steps_ += "<tr class='caption'><td></td><td colspan='3'>" + text_between_tags(step.caption) + "</td></tr>\n";
    steps_ += "<tr data-step='" + std::to_string(number) + "'><td>" + std::to_string(step.number) + "</td><td class='name " + colour_class(t) + "'>" +
              text_between_tags(run_.thread_name(t)) + "</td><td><span class='text'>" + text_between_tags(step.text) + "</span>";
    for (const Property* property : properties_in(step.broken)) {
      steps_ += "<div class='bad'>" + text_between_tags(std::string(property->name) + ": " + violation_text(machine_, step.info, *property)) +
                "</div>";
    }
    steps_ += "</td><td class='place'>";
    Json place{{"t", t.value}};
    if (step.place.line > 0) {
      const int file = machine_.program(t).code[step.info.pc].pos.file;
      lines_[file].insert(static_cast<int>(step.place.line));
      place["f"] = file;
      place["l"] = step.place.line;
      steps_ += text_between_tags(step.place.function + "(), " + step.place.file + ":" + std::to_string(step.place.line));
    }
    steps_ += "</td></tr>\n";
    step_places_.push_back(std::move(place));
    changes_.push_back(changed(step.after, said(step)));
  }

  /// Of a caption that is not true as a whole yet: what is, what comes, and whether more steps of it do; nothing: all of it is.
  Json said(const RecordedStep& step) const {
    const auto standing = run_.timeline().timeline().captions(step.number, step.number + 1);
    const Caption caption = run_.timeline().demo().demo_caption(run_.session(), step.number, step.after);
    const bool stands = std::any_of(standing.begin(), standing.end(), [&](const timeline::Caption& one) { return one.text == caption.text; });
    const auto first = std::find_if(caption.sentences.begin(), caption.sentences.end(), [](const Told& told) { return !told.holds; });
    if (!stands || first == caption.sentences.end()) return {};
    std::string texts[2];
    for (auto told = caption.sentences.begin(); told != caption.sentences.end(); ++told) {
      std::string& text = texts[told < first ? 0 : 1];
      text += (text.empty() ? "" : " ") + told->text;
    }
    return {texts[0], texts[1], caption.step < caption.of};
  }

  /// What is shown of the state, as far as it is not what was shown before.
  Json changed(const State& state, Json said) {
    Json out = Json::object();
    const auto put = [&](const std::string& key, Json value) {
      Json& known = known_[key];
      if (known == value) return;
      known = value;
      out[key] = std::move(value);
    };
    put("said", std::move(said));
    for (const VmaId id : shown_vmas(machine_)) put("v" + std::to_string(id.value), vma(vma_view(machine_, state, nullptr, id, 0)));
    for (const MmView& mm : mm_views(machine_, state, nullptr)) put("m" + std::to_string(mm.id.value), this->mm(mm));
    const std::vector<ThreadRow> rows = thread_rows(machine_, state, nullptr);
    for (const ThreadRow& row : rows) put("t" + std::to_string(row.id.value), thread(state, row));
    return out;
  }
  static Json vma(const VmaView& view) {
    Json out{{"name", view.name}};
    if (!view.allocated) {
      out["free"] = true;
      return out;
    }
    out["text"] = view.text;
    if (view.flag_owner) out["flag"] = view.flag_owner->value;
    Json holders = Json::array();
    for (const HolderRow& row : view.holders) {
      const bool lock = row.kind == HolderRow::Kind::kReadLock || row.kind == HolderRow::Kind::kFlag;
      holders.push_back({row.thread ? static_cast<int>(row.thread->value) : -1, lock, row.text});
    }
    out["holders"] = std::move(holders);
    out["meaning"] = view.exact;
    out["sequence"] = "vm_lock_seq " + view.lock_seq + ", mm_lock_seq " + view.mm_seq + ": " + view.seq_meaning;
    return out;
  }
  Json mm(const MmView& view) const {
    if (!view.alive) return view.name + ": freed";
    const auto fact = [this](const FactRow& row) { return row.label + " " + fact_text(machine_, row); };
    return view.name + ": " + fact(view.mmap_lock) + ", " + fact(view.waiter);
  }
  Json thread(const State& state, const ThreadRow& row) {
    Json out{{"activity", row.activity}};
    if (!row.blocked.empty()) out["blocked"] = row.blocked;
    if (!row.next.empty()) out["next"] = row.next;
    if (!row.done) {
      const SourcePos& pos = machine_.program(row.id).code[Machine::pc(state, row.id)].pos;
      if (pos.line > 0) {
        out["file"] = pos.file;
        out["line"] = pos.line;
        lines_[pos.file].insert(static_cast<int>(pos.line));
      }
    }
    return out;
  }

  static std::set<int> shown_lines(const std::set<int>& lines, int count) {
    std::set<int> out;
    for (const int line : lines) {
      for (int l = std::max(1, line - kLinesAround); l <= std::min(count, line + kLinesAround); ++l) out.insert(l);
    }
    return out;
  }
  /// A browser breaks a line behind a hyphen and the like: words that have one inside, as vma->vm_mm, are kept together.
  static std::string unbroken(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const bool space = text[at] == ' ' || text[at] == '\t';
      const std::size_t end = std::min(space ? text.find_first_not_of(" \t", at) : text.find_first_of(" \t", at), text.size());
      const std::string_view part = text.substr(at, end - at);
      const std::size_t breaks = part.find_first_of("-/|?!");
      const bool keep = !space && breaks != std::string_view::npos && breaks + 1 < part.size();
      out += keep ? "<span class='w'>" + text_between_tags(part) + "</span>" : text_between_tags(part);
      at = end;
    }
    return out;
  }
  static std::string coloured(const SourceLine& line) {
    std::string out;
    for (const TokenRun& run : line.tokens) {
      const std::string text = unbroken(
          std::string_view(line.text).substr(static_cast<std::size_t>(run.first), static_cast<std::size_t>(run.last - run.first)));
      const char* kind = nullptr;
      switch (run.kind) {
        case TokenKind::kText: break;
        case TokenKind::kKeyword: kind = "k"; break;
        case TokenKind::kType: kind = "y"; break;
        case TokenKind::kFunction: kind = "f"; break;
        case TokenKind::kMacro: kind = "m"; break;
        case TokenKind::kNumber: kind = "n"; break;
        case TokenKind::kString: kind = "s"; break;
        case TokenKind::kComment: kind = "c"; break;
      }
      out += kind == nullptr ? text : std::string("<span class='") + kind + "'>" + text + "</span>";
    }
    return out;
  }

  const RecordedRun& run_;
  const Machine& machine_;
  std::string steps_;  ///< rows of the table
  Json step_places_ = Json::array(), changes_ = Json::array();
  std::map<std::string, Json> known_;
  std::map<int, std::set<int>> lines_;  ///< by file: those that ran or were about to
};

/// How to step through the run oneself, where it is short enough to be said in a line.
std::string how_to_open(const RecordedRun& run, const std::filesystem::path& assets) {
  const Session& session = run.session();
  const auto fits = [](const Result<std::string>& link) { return link && link->size() <= kMostLink; };
  Result<std::string> link = link_text(session, assets);
  // What is said of it and its other branches may be too much for a line of a page; the steps alone are not.
  if (!fits(link)) link = link_text(session.machine(), session.actions_to(session.path().back()), assets);
  if (!fits(link)) return {};
  return "<p class='story'>To step through it: <code>vmalab open '" + text_between_tags(*link) + "'</code></p>";
}

/// The template with its @NAMES@ filled in, each once, from its start to its end: what is filled in is not looked at again.
Result<std::string> filled(const std::string& page, const std::map<std::string, std::string>& values, const std::string& name) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t begin = page.find('@', at);
    if (begin == std::string::npos) return out + page.substr(at);
    const std::size_t end = page.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", begin + 1);
    if (end == std::string::npos || end == begin + 1 || page[end] != '@') {
      out += page.substr(at, begin + 1 - at);
      at = begin + 1;
      continue;
    }
    const auto value = values.find(page.substr(begin + 1, end - begin - 1));
    if (value == values.end()) return fail("there is nothing called " + page.substr(begin, end + 1 - begin) + " to fill in", name);
    out += page.substr(at, begin - at) + value->second;
    at = end + 1;
  }
}

Result<std::string> write_page(const RecordedRun& run, const std::filesystem::path& assets) {
  const std::filesystem::path file = assets / "export" / "run.html";
  Result<std::string> page = read_input(file, "a page", kMostTemplate);
  if (!page) return page;
  Page content(run);
  if (const Result<void> collected = content.collect(); !collected) return tl::unexpected(collected.error());
  const Drawing drawing = draw_timeline(run, false);
  return filled(*page,
                {{"TITLE", text_between_tags(run.title())},
                 {"STYLE", colour_variables() + drawing_style()},
                 {"TERMS", content.terms()},
                 {"CHAPTERS", content.chapters()},
                 {"CODE", content.code()},
                 {"TIMELINE", drawing.svg},
                 {"OPEN", " open"},
                 {"STORY", content.story() + how_to_open(run, assets)},
                 {"STEPS", content.steps()},
                 {"DATA", content.data(drawing)}},
                file.string());
}

}  // namespace

Result<std::string> write_html(const RecordedRun& run, const ExportOptions& options) {
  if (run.range().count() <= kMostPageSteps) return write_page(run, options.assets);
  // A window: the end of the range, which says of itself what it is.
  return write_page(run.last_steps(kMostPageSteps), options.assets);
}

}  // namespace vmalab
