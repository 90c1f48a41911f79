// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/web/window.h"

#include <GLES3/gl3.h>
#include <backends/imgui_impl_opengl3.h>
#include <emscripten/em_js.h>
#include <emscripten/html5.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "app/platform/printed_key.h"
#include "ui/compat.h"
#include "ui/layout.h"

EM_JS(void, vmalab_copied, (const char* text), { Module.copied(UTF8ToString(text)); });

namespace vmalab {
namespace {

constexpr int kSettlingFrames = 3;  ///< ImGui needs a few frames to react to one event

/// A size whose text is so large on this screen as that of `size` is where a pixel of CSS is one of the canvas: a phone's pixels are small.
ImVec2 size_for_fonts(ImVec2 size, float density) {
  const auto em_of = [](float share) { return base_em(1280 * share, 720 * share); };
  const float wanted = base_em(size.x / density, size.y / density) * density;
  float low = 0.1F, high = 16;
  while (high - low > 1e-3F) {
    const float middle = (low + high) / 2;
    (em_of(middle) < wanted ? low : high) = middle;
  }
  return {1280 * high, 720 * high};
}

/// The keys by which text is edited in ImGui, which knows them by numbers of ours.
void name_keys(ImGuiIO& io) {
  const std::array<std::pair<ImGuiKey_, Key>, 20> keys{{{ImGuiKey_Tab, Key::kTab},
                                                        {ImGuiKey_LeftArrow, Key::kLeft},
                                                        {ImGuiKey_RightArrow, Key::kRight},
                                                        {ImGuiKey_UpArrow, Key::kUp},
                                                        {ImGuiKey_DownArrow, Key::kDown},
                                                        {ImGuiKey_PageUp, Key::kPageUp},
                                                        {ImGuiKey_PageDown, Key::kPageDown},
                                                        {ImGuiKey_Home, Key::kHome},
                                                        {ImGuiKey_End, Key::kEnd},
                                                        {ImGuiKey_Delete, Key::kDelete},
                                                        {ImGuiKey_Backspace, Key::kBackspace},
                                                        {ImGuiKey_Space, Key::kSpace},
                                                        {ImGuiKey_Enter, Key::kEnter},
                                                        {ImGuiKey_Escape, Key::kEscape},
                                                        {ImGuiKey_A, Key::kA},
                                                        {ImGuiKey_C, Key::kC},
                                                        {ImGuiKey_V, Key::kV},
                                                        {ImGuiKey_X, Key::kX},
                                                        {ImGuiKey_Y, Key::kY},
                                                        {ImGuiKey_Z, Key::kZ}}};
  for (const auto& [theirs, ours] : keys) io.KeyMap[theirs] = static_cast<int>(ours);
}

}  // namespace

Result<std::unique_ptr<TabWindow>> TabWindow::open(std::string_view canvas) {
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = attributes.depth = attributes.antialias = EM_FALSE;
  const EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context = emscripten_webgl_create_context(std::string(canvas).c_str(), &attributes);
  if (context <= 0) return fail("This browser gives no WebGL 2 to draw the window with.");
  emscripten_webgl_make_context_current(context);
  auto window = std::unique_ptr<TabWindow>(new TabWindow);
  window->context_ = static_cast<int>(context);
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.SetClipboardTextFn = [](void*, const char* text) { vmalab_copied(text); };
  io.GetClipboardTextFn = [](void*) { return ""; };  // what is pasted comes as text
  name_keys(io);
  compat::survive_mistakes();
  ImGui_ImplOpenGL3_Init("#version 300 es");
  return window;
}

TabWindow::~TabWindow() {
  bench_.reset();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
  emscripten_webgl_destroy_context(context_);
}

void TabWindow::show(std::unique_ptr<Workbench> bench) {
  bench_ = std::move(bench);
  bench_->appearance().forget_fonts();
  bench_->on_copy([](const std::string& text) { vmalab_copied(text.c_str()); });
  wake();
}

void TabWindow::wake() { frames_wanted_ = kSettlingFrames; }

void TabWindow::resize(int width, int height, float density) {
  density_ = std::max(density, 0.1F);
  size_ = {static_cast<float>(std::max(width, 1)), static_cast<float>(std::max(height, 1))};
  wake();
}

bool TabWindow::writing() const { return ImGui::GetIO().WantTextInput; }

bool TabWindow::key(std::string_view key, std::string_view code, Mods mods, bool down) {
  wake();
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = mods.ctrl;
  io.KeyShift = mods.shift;
  io.KeyAlt = mods.alt;
  const bool alt = key == "Alt";
  if (alt && !down && alt_alone_) {
    alt_alone_ = false;
    return bench_->handle_key(Key::kAlt, {});
  }
  if (down) alt_alone_ = alt && !mods.ctrl && !mods.shift;
  const Key ours = key_from_event(key, code);
  if (ours == Key::kNone) return false;
  io.KeysDown[static_cast<int>(ours)] = down;
  if (!down) return false;
  // The plus sign is a shifted key on most keyboards; the shift belongs to the sign, not to the command.
  if (ours == Key::kPlus) mods.shift = false;
  if (bench_->handle_key(ours, mods)) return true;
  // What edits a text is not to scroll the page, or to go a page back.
  return writing() && !mods.alt && (!mods.ctrl || ours == Key::kA || ours == Key::kZ || ours == Key::kY) && !(ours >= Key::kF1 && ours <= Key::kF12);
}

void TabWindow::text(std::string_view utf8) {
  wake();
  ImGui::GetIO().AddInputCharactersUTF8(std::string(utf8).c_str());
}

void TabWindow::pointer(ImVec2 at) {
  wake();
  compat::set_mouse_position(at);
}

void TabWindow::button(int number, bool down, ImVec2 at) {
  wake();
  alt_alone_ = false;
  mouse_.add(number, down, at);
}

void TabWindow::wheel(float across, float lines) {
  wake();
  ImGui::GetIO().MouseWheel += lines;
  ImGui::GetIO().MouseWheelH += across;
}

void TabWindow::focus(bool has) {
  wake();
  alt_alone_ = false;
  if (has) return;
  ImGuiIO& io = ImGui::GetIO();
  std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
  io.KeyCtrl = io.KeyShift = io.KeyAlt = false;
}

void TabWindow::restored() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init("#version 300 es");
  wake();
}

double TabWindow::frame(double now) {
  const double dt = before_ == 0 ? 0 : (now - before_) / 1000;
  constexpr double kSlack = 0.002;  // a timer of the browser may come a little early
  if (frames_wanted_ > 0 || dt + kSlack >= bench_->next_frame_in()) {
    before_ = now;
    draw(std::max(dt, 0.0));
    frames_wanted_ = mouse_.empty() ? std::max(frames_wanted_ - 1, 0) : kSettlingFrames;
  }
  if (frames_wanted_ > 0) return 0;
  const double next = bench_->next_frame_in() - (now - before_) / 1000;
  return std::isinf(next) ? -1 : std::max(next, 0.0) * 1000;
}

void TabWindow::draw(double dt) {
  const ImVec2 for_fonts = bench_->stage().on() ? size_ : size_for_fonts(size_, density_);
  if (bench_->prepare_fonts(for_fonts.x, for_fonts.y)) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = size_;
  io.DeltaTime = std::max(static_cast<float>(dt), 1e-4F);
  if (const std::optional<ImVec2> at = mouse_.next_frame()) io.MousePos = *at;
  for (int button = 0; button < MouseQueue::kButtons; ++button) io.MouseDown[button] = mouse_.down(button);
  ImGui::NewFrame();
  bench_->frame(size_.x, size_.y, dt);
  ImGui::Render();
  glViewport(0, 0, static_cast<int>(size_.x), static_cast<int>(size_.y));
  const ImVec4 clear = to_vec4(bench_->appearance().theme().background);
  glClearColor(clear.x, clear.y, clear.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

const char* TabWindow::cursor() const {
  switch (ImGui::GetMouseCursor()) {
    case ImGuiMouseCursor_TextInput: return "text";
    case ImGuiMouseCursor_ResizeNS: return "ns-resize";
    case ImGuiMouseCursor_ResizeEW: return "ew-resize";
    case ImGuiMouseCursor_Hand: return "pointer";
    default: return "default";
  }
}

Key key_from_event(std::string_view key, std::string_view code) {
  struct Named {
    std::string_view name;
    Key key;
  };
  const auto from = [](Key first, char c, char first_c) { return static_cast<Key>(static_cast<int>(first) + c - first_c); };
  const bool keypad = code.starts_with("Numpad");
  if (key.size() == 1 && !keypad) {
    const char c = key[0];
    if (c >= 'A' && c <= 'Z') return from(Key::kA, c, 'A');
    if (c == ' ') return Key::kSpace;
    if (const Key printed = key_that_prints(c); printed != Key::kNone) return printed;
  }
  // A shift or Alt prints something else, and the place of the key tells.
  if (code.size() == 6 && code.starts_with("Digit")) return from(Key::k0, code[5], '0');
  if (code.size() == 7 && keypad && code[6] >= '0' && code[6] <= '9') return from(Key::k0, code[6], '0');
  if (code.size() == 4 && code.starts_with("Key") && code[3] >= 'A' && code[3] <= 'Z') return from(Key::kA, code[3], 'A');
  if (key.size() >= 2 && key.size() <= 3 && key[0] == 'F') {
    int number = 0;
    for (const char c : key.substr(1)) number = c >= '0' && c <= '9' ? 10 * number + c - '0' : 99;
    if (number >= 1 && number <= 12) return static_cast<Key>(static_cast<int>(Key::kF1) + number - 1);
  }
  constexpr std::array<Named, 14> kByName{{{"Enter", Key::kEnter},
                                           {"Escape", Key::kEscape},
                                           {"Tab", Key::kTab},
                                           {"Backspace", Key::kBackspace},
                                           {"Delete", Key::kDelete},
                                           {"ArrowLeft", Key::kLeft},
                                           {"ArrowRight", Key::kRight},
                                           {"ArrowUp", Key::kUp},
                                           {"ArrowDown", Key::kDown},
                                           {"Home", Key::kHome},
                                           {"End", Key::kEnd},
                                           {"PageUp", Key::kPageUp},
                                           {"PageDown", Key::kPageDown},
                                           {"Spacebar", Key::kSpace}}};
  constexpr std::array<Named, 10> kByCode{{{"Slash", Key::kSlash},
                                           {"BracketLeft", Key::kLeftBracket},
                                           {"BracketRight", Key::kRightBracket},
                                           {"Comma", Key::kComma},
                                           {"Period", Key::kPeriod},
                                           {"Minus", Key::kMinus},
                                           {"Equal", Key::kPlus},
                                           {"NumpadAdd", Key::kPlus},
                                           {"NumpadSubtract", Key::kMinus},
                                           {"Space", Key::kSpace}}};
  for (const Named& named : kByName) {
    if (named.name == key) return named.key;
  }
  for (const Named& named : kByCode) {
    if (named.name == code) return named.key;
  }
  return Key::kNone;
}

}  // namespace vmalab
