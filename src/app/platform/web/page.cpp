// SPDX-License-Identifier: GPL-2.0-only
// What page.js calls. The page is asked for nothing from in here but motion, the clock and the clipboard: it tells what has happened and
// asks what there is to show, so every function returns at once.
#include <emscripten/emscripten.h>

#include <filesystem>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/platform/web/background.h"
#include "app/platform/web/window.h"
#include "base/json.h"
#include "base/platform.h"
#include "base/text_hygiene.h"
#include "check/report.h"
#include "export/format.h"
#include "machine/describe.h"
#include "run/link.h"
#include "run/link_text.h"
#include "ui/workbench.h"
#include "view/state_json.h"

namespace vmalab {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* kAssets = "/assets";
constexpr const char* kDownloads = "/downloads";  ///< what is written here is given to the person by the page
constexpr const char* kRemembered = "/home/state/window.json";
constexpr const char* kLessons = "/home/state/lessons.json";

/// All there is in the tab.
struct Page {
  std::unique_ptr<TabWindow> window;
  std::optional<Remembered> kept;  ///< as it was written last
  CodeChoice code;                 ///< that was dropped on the window, or edited in it
  // The link of the run, and what it was made of.
  std::uint64_t serial = 0;
  NodeId cursor = kNoNode;
  std::size_t nodes = 0;
  std::shared_ptr<const Talk> talk;
  std::string link, no_link;

  Workbench& bench() { return window->bench(); }
  void say(NoticeKind kind, std::string text) {
    bench().notices().say(kind, std::move(text), NoticeAbout::kOpening);
    window->wake();
  }
};

Page& page() {
  static Page one;
  return one;
}

/// For page.js, until the next call that returns a text.
const char* text_for_page(std::string text) {
  static std::string held;
  held = std::move(text);
  return held.c_str();
}

/// What stands behind the # of the page's address: a link, or the name of a scenario. Nothing: what was open the last time.
Origin origin_of(std::string_view fragment, const std::string& before) {
  Origin origin;
  origin.text = fragment.empty() ? before : std::string(fragment);
  if (!fragment.empty()) origin.what = link_text_format::mentions_link(fragment) ? Origin::What::kLink : Origin::What::kName;
  origin.goes_on = origin.recorded();
  return origin;
}

std::unique_ptr<Workbench> bench_on(Document document, const CodeChoice& code, const Remembered& remembered) {
  WorkbenchOptions options;
  options.code = code;
  options.trace_folder = options.recordings = kDownloads;
  options.lessons_file = kLessons;
  options.theme = remembered.theme.value_or(ThemeId::kDark);
  options.zoom = remembered.zoom;
  options.remembered = remembered;
  auto bench = std::make_unique<Workbench>(Workspace(kAssets), std::move(options), std::move(document));
  bench->motion().set_on(remembered.motion.value_or(!platform::reduced_motion()));
  return bench;
}

/// What is open, in other code. What stands in the way is said, and what is open stays.
void open_in(CodeChoice code) {
  Page& t = page();
  Origin origin;
  const Document& now = t.bench().documents().current();
  origin.text = t.bench().scenario().name;
  if (now.origin.what == Origin::What::kFile) origin = now.origin;
  origin.code = code;
  Result<Document> document = Workspace(kAssets).open(origin);
  if (!document) return t.say(NoticeKind::kError, document.error().to_string());
  t.code = std::move(code);
  t.code.variant.clear();  // a variant is the document's
  t.window->show(bench_on(std::move(*document), t.code, t.bench().remembered()));
}

std::string step_words(const Workbench& bench) {
  const Session& session = bench.session();
  const std::size_t last = session.path().size() - 1;
  std::string text = last == 0 ? "No step yet." : "Step " + std::to_string(session.depth()) + " of " + std::to_string(last) + ".";
  if (const StepInfo* step = bench.last_step(); step != nullptr) {
    text += " " + bench.thread_name(step->action.thread) + ": " + step_text(bench.machine(), *step) + ".";
    for (const Property* check : properties_in(step->violations)) text += " Broken: " + std::string(check->name) + ".";
  }
  if (const Caption& caption = bench.demo_caption(); !caption.text.empty()) text += " " + std::string(caption.text);
  return printable(text);
}

const char* kind_name(NoticeKind kind) { return kind == NoticeKind::kError ? "error" : kind == NoticeKind::kWarning ? "warning" : "info"; }

/// Into the storage of the browser, by way of the file.
void keep(Page& t) {
  Remembered now = t.bench().remembered();
  if (t.kept == now) return;
  if (const Result<void> written = write_remembered(kRemembered, now); !written)
    t.say(NoticeKind::kWarning, "Not remembered. " + written.error().to_string());
  t.kept = std::move(now);
}

/// The run as it is, when it is another one than before.
void make_link(Page& t) {
  const Session& session = t.bench().session();
  const std::uint64_t serial = t.bench().documents().serial();
  if (t.serial == serial && t.cursor == session.cursor() && t.nodes == session.node_count() && t.talk == session.shared_talk()) return;
  t.serial = serial;
  t.cursor = session.cursor();
  t.nodes = session.node_count();
  t.talk = session.shared_talk();
  Result<std::string> made = link_text(session, kAssets);
  t.link = made ? std::move(*made) : "";
  t.no_link = made ? "" : made.error().message;
}

}  // namespace
}  // namespace vmalab

using namespace vmalab;

extern "C" {

/// Opens the window on the page's canvas. `fragment`: behind the # of the address. Returns what stands in the way of a window at all,
/// or nothing; what stands in the way of what was asked for is said in the window.
EMSCRIPTEN_KEEPALIVE const char* vmalab_open(const char* canvas, const char* fragment) {
  Page& t = page();
  std::string trouble;
  Remembered remembered;
  if (Result<Remembered> read = read_remembered(kRemembered)) {
    remembered = std::move(*read);
  } else {
    trouble = "What the window remembered is not used: " + read.error().message + ".";
  }
  // Files that were dropped on the window are gone with the page.
  std::erase_if(remembered.recent, [](const std::string& file) { return !fs::exists(file); });
  const Workspace workspace(kAssets);
  Result<Document> document = workspace.open(origin_of(fragment, remembered.scenario));
  std::string refused;
  if (!document) {
    refused = document.error().to_string();
    document = workspace.open(Origin{});
  }
  if (!document) return text_for_page(document.error().to_string());
  Result<std::unique_ptr<TabWindow>> window = TabWindow::open(canvas);
  if (!window) return text_for_page(window.error().message);
  t.window = std::move(*window);
  t.window->show(bench_on(std::move(*document), {}, remembered));
  t.kept = t.bench().remembered();
  if (!trouble.empty()) t.bench().notices().say(NoticeKind::kWarning, trouble);
  if (!refused.empty()) t.say(NoticeKind::kError, refused);
  return text_for_page("");
}

/// A page that plays what the fragment names, where there is no window. Empty: it cannot be opened.
EMSCRIPTEN_KEEPALIVE const char* vmalab_page(const char* fragment) {
  const Workspace workspace(kAssets);
  Result<Document> document = workspace.open(origin_of(fragment, ""));
  if (!document) document = workspace.open(Origin{});
  if (!document) return text_for_page("");
  Session& session = document->session;
  if (session.path().size() <= 1) {
    Result<Demo> demo = Demo::of(session.machine());
    for (std::size_t i = 0; demo && i < demo->steps().size(); ++i) session.apply(demo->steps()[i].action);
  }
  session.go_to_depth(static_cast<int>(session.path().size()) - 1);
  ExportOptions options;
  options.assets = kAssets;
  Result<std::string> page = session.path().size() > 1 ? write_html(RecordedRun(session), options) : std::string();
  return text_for_page(page ? std::move(*page) : "");
}

EMSCRIPTEN_KEEPALIVE void vmalab_resize(int width, int height, float density) { page().window->resize(width, height, density); }
EMSCRIPTEN_KEEPALIVE int vmalab_key(const char* key, const char* code, int ctrl, int shift, int alt, int down) {
  return page().window->key(key, code, {.ctrl = ctrl != 0, .shift = shift != 0, .alt = alt != 0}, down != 0) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE void vmalab_text(const char* text) { page().window->text(text); }
EMSCRIPTEN_KEEPALIVE void vmalab_pointer(float x, float y) { page().window->pointer({x, y}); }
EMSCRIPTEN_KEEPALIVE void vmalab_button(int button, int down, float x, float y) { page().window->button(button, down != 0, {x, y}); }
EMSCRIPTEN_KEEPALIVE void vmalab_wheel(float across, float lines) { page().window->wheel(across, lines); }
EMSCRIPTEN_KEEPALIVE void vmalab_focus(int has) { page().window->focus(has != 0); }
EMSCRIPTEN_KEEPALIVE void vmalab_restored() { page().window->restored(); }
EMSCRIPTEN_KEEPALIVE double vmalab_frame(double now) { return page().window->frame(now); }
EMSCRIPTEN_KEEPALIVE int vmalab_work(double milliseconds) { return work_in_background(milliseconds) ? 1 : 0; }

/// The browser has left the full screen: so do we.
EMSCRIPTEN_KEEPALIVE void vmalab_left_fullscreen() {
  Workbench& bench = page().bench();
  if (bench.stage().on()) bench.leave_stage();
  if (bench.wants_fullscreen()) bench.toggle_fullscreen();
  page().window->wake();
}

/// A link, the name of a scenario or a file that the page has written; a folder is a kernel tree, and C of one's own a variant.
EMSCRIPTEN_KEEPALIVE void vmalab_take(const char* text) {
  Page& t = page();
  const fs::path file(text);
  std::error_code error;
  if (fs::is_directory(file, error)) {
    CodeChoice code = t.code;
    code.kernel = file;
    return open_in(std::move(code));
  }
  if (file.extension() == ".c") {
    CodeChoice code = t.code;
    code.variant = file.string();
    return open_in(std::move(code));
  }
  t.bench().open_or_tell(text);
  t.window->wake();
}

/// What the page shows beside the canvas, says aloud and does for the window, when nobody does anything: JSON.
EMSCRIPTEN_KEEPALIVE const char* vmalab_told() {
  Page& t = page();
  Workbench& bench = t.bench();
  keep(t);
  Json notices = Json::array();
  for (const Notice& notice : bench.notices().all()) notices.push_back({{"kind", kind_name(notice.kind)}, {"text", printable(notice.text)}});
  const Json told{{"title", printable(run_title(bench.session()))},
                  {"step", step_words(bench)},
                  {"depth", bench.session().depth()},
                  {"notices", notices},
                  {"fullscreen", bench.wants_fullscreen()},
                  {"recording", bench.recording().on()},
                  {"checking", bench.checks().running()},
                  {"cursor", t.window->cursor()},
                  {"writing", t.window->writing()},
                  {"motion", bench.motion().on()},
                  {"light", bench.appearance().theme_id() == ThemeId::kLight},
                  {"quit", bench.quit_wanted()},
                  {"rests", t.window->rests()}};
  return text_for_page(json_text(told));
}

/// The run as a link: {"link": ...} or {"no_link": why}.
EMSCRIPTEN_KEEPALIVE const char* vmalab_link() {
  Page& t = page();
  make_link(t);
  const Json json = t.no_link.empty() ? Json{{"link", t.link}} : Json{{"no_link", t.no_link}};
  return text_for_page(json_text(json));
}

/// The state that is shown, as `vmalab run --json` prints it.
EMSCRIPTEN_KEEPALIVE const char* vmalab_state() {
  const Workbench& bench = page().bench();
  return text_for_page(json_text(state_json(bench.machine(), bench.state())));
}
/// The newest answer of the checker, as `vmalab check --json` prints it; empty: there is none.
EMSCRIPTEN_KEEPALIVE const char* vmalab_report() {
  const Workbench& bench = page().bench();
  return text_for_page(bench.checks().answer() ? check::report_json(bench.machine(), bench.checks().answer()->report) : std::string());
}
/// Where a widget is, by the name it was marked with: {"x", "y", "width", "height", "visible"}, or nothing.
EMSCRIPTEN_KEEPALIVE const char* vmalab_widget(const char* mark) {
  const Widget* widget = page().bench().widgets().find(mark);
  if (widget == nullptr) return text_for_page("");
  return text_for_page(Json{
      {"x", widget->min.x},
      {"y", widget->min.y},
      {"width", widget->max.x - widget->min.x},
      {"height", widget->max.y - widget->min.y},
      {"visible",
       widget->visible}}.dump());
}

/// The C that runs, for the editor: [{"path", "text", "shown"}].
EMSCRIPTEN_KEEPALIVE const char* vmalab_code() {
  const Workbench& bench = page().bench();
  Json files = Json::array();
  const auto& all = bench.machine().code().files();
  const int shown = bench.source_file();
  for (std::size_t i = 0; i < all.size(); ++i) {
    files.push_back({{"path", all[i].path},
                     {"text", all[i].text},
                     {"variant", all[i].origin == SourceFile::Origin::kVariant},
                     {"shown", static_cast<int>(i) == shown}});
  }
  return text_for_page(json_text(files));
}
/// Runs the scenario that is open with this C file on top of the code. Returns what is wrong with it, with its line and column; empty: it runs.
EMSCRIPTEN_KEEPALIVE const char* vmalab_run_code(const char* file) {
  Page& t = page();
  Origin origin;
  const Document& now = t.bench().documents().current();
  origin.text = t.bench().scenario().name;
  if (now.origin.what == Origin::What::kFile) origin = now.origin;
  origin.code = t.code;
  origin.code.variant = file;
  Result<Document> document = Workspace(kAssets).open(origin);
  if (!document) return text_for_page(document.error().to_string());
  t.window->show(bench_on(std::move(*document), t.code, t.bench().remembered()));
  return text_for_page("");
}

}  // extern "C"
