// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/window.h"

#include <imgui.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#if __has_include(<backends/imgui_impl_glfw.h>)
#include <backends/imgui_impl_glfw.h>
#else
#include <imgui_impl_glfw.h>
#endif
#include <GL/gl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/platform/desktop/gl_backend.h"
#include "app/platform/desktop/icon.h"
#include "app/platform/mouse_queue.h"
#include "app/platform/printed_key.h"
#include "base/text_hygiene.h"

namespace vmalab {
namespace {

constexpr int kSettlingFrames = 3;  ///< ImGui needs a few frames to react to one event

std::string& last_glfw_error() {
  static std::string text;
  return text;
}

/// What the GLFW callbacks need to know; the window's user pointer.
struct Listener {
  Workbench* bench;
  int frames_wanted;
  bool alt_alone = false;  ///< it is held, and nothing else has happened since
  MouseQueue mouse{};
};

/// Ends GLFW, the window and ImGui in the right order on every way out.
struct WindowParts {
  GLFWwindow* window = nullptr;
  bool glfw = false, imgui = false, glfw_backend = false, gl_backend = false;
  WindowParts() = default;
  WindowParts(const WindowParts&) = delete;
  WindowParts& operator=(const WindowParts&) = delete;
  ~WindowParts() {
    if (gl_backend) ImGui_ImplOpenGL3_Shutdown();
    if (glfw_backend) ImGui_ImplGlfw_Shutdown();
    if (imgui) ImGui::DestroyContext();
    if (window != nullptr) glfwDestroyWindow(window);
    if (glfw) glfwTerminate();
  }
};

Listener& listener_of(GLFWwindow* window) { return *static_cast<Listener*>(glfwGetWindowUserPointer(window)); }

void wake(GLFWwindow* window) { listener_of(window).frames_wanted = kSettlingFrames; }

void on_key(GLFWwindow* window, int code, int scancode, int action, int mods) {
  wake(window);
  Listener& listener = listener_of(window);
  const bool alt = code == GLFW_KEY_LEFT_ALT;
  if (action == GLFW_RELEASE) {
    if (alt && listener.alt_alone) listener.bench->handle_key(Key::kAlt, {});
    listener.alt_alone = false;
    return;
  }
  if (action == GLFW_PRESS) listener.alt_alone = alt && (mods & ~(GLFW_MOD_ALT | GLFW_MOD_CAPS_LOCK | GLFW_MOD_NUM_LOCK)) == 0;
  const Key key = key_from_glfw(code, glfwGetKeyName(code, scancode));
  if (key == Key::kNone) return;
  Mods held{.ctrl = (mods & GLFW_MOD_CONTROL) != 0, .shift = (mods & GLFW_MOD_SHIFT) != 0, .alt = (mods & GLFW_MOD_ALT) != 0};
  // The plus sign is a shifted key on most keyboards; the shift belongs to the sign, not to the command.
  if (key == Key::kPlus) held.shift = false;
  listener.bench->handle_key(key, held);
}

std::string window_title(const Workbench& bench) { return printable(run_title(bench.session())) + " \xe2\x80\x93 VMA Lock Lab"; }

/// What vmalab.desktop knows the window by, so that the desktop gives it the program's name and icon.
void name_window_class() {
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "vmalab");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "vmalab");
#ifdef GLFW_WAYLAND_APP_ID
  glfwWindowHintString(GLFW_WAYLAND_APP_ID, "vmalab");
#endif
}

/// For the title bar and lists of windows; Wayland has it from vmalab.desktop alone.
void set_window_icon(GLFWwindow* window) {
#ifdef GLFW_PLATFORM_WAYLAND
  if (glfwGetPlatform() == GLFW_PLATFORM_WAYLAND) return;
#endif
  std::array<std::vector<std::uint8_t>, 4> pixels;
  std::array<GLFWimage, 4> images{};
  constexpr std::array<int, 4> sizes{16, 32, 48, 128};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    pixels[i] = icon_pixels(sizes[i]);
    images[i] = {sizes[i], sizes[i], pixels[i].data()};
  }
  glfwSetWindowIcon(window, static_cast<int>(images.size()), images.data());
}

Result<void> open_window(WindowParts& parts, const Workbench& bench, const WindowOptions& options) {
  last_glfw_error().clear();
  glfwSetErrorCallback([](int, const char* text) { last_glfw_error() = text; });
  const auto because = [] { return last_glfw_error().empty() ? std::string(".") : ": " + last_glfw_error() + "."; };
  parts.glfw = glfwInit() == GLFW_TRUE;
  if (!parts.glfw) return fail("There is no display to open a window on" + because());
  float scale_x = 1, scale_y = 1;
  if (GLFWmonitor* monitor = glfwGetPrimaryMonitor(); monitor != nullptr) {
    glfwGetMonitorContentScale(monitor, &scale_x, &scale_y);
    int x = 0, y = 0, width = 0, height = 0;
    glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
    // Never larger than the screen.
    if (width > 0) scale_x = std::min(scale_x, static_cast<float>(width) / static_cast<float>(options.width));
    if (height > 0) scale_y = std::min(scale_y, static_cast<float>(height) / static_cast<float>(options.height));
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  name_window_class();
  const int width = static_cast<int>(std::lround(static_cast<float>(options.width) * scale_x));
  const int height = static_cast<int>(std::lround(static_cast<float>(options.height) * scale_y));
  parts.window = glfwCreateWindow(std::max(width, 320), std::max(height, 240), window_title(bench).c_str(), nullptr, nullptr);
  if (parts.window == nullptr) return fail("No window with OpenGL 3.3 could be opened" + because());
  set_window_icon(parts.window);
  glfwMakeContextCurrent(parts.window);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(parts.window, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  return {};
}

Result<void> open_imgui(WindowParts& parts, Listener& listener) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  parts.imgui = true;
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().LogFilename = nullptr;
  // Our callbacks go in first: the backend calls the ones it finds, and chains ours after its own.
  glfwSetWindowUserPointer(parts.window, &listener);
  glfwSetKeyCallback(parts.window, on_key);
  glfwSetCursorPosCallback(parts.window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetMouseButtonCallback(parts.window, [](GLFWwindow* w, int button, int action, int) {
    wake(w);
    Listener& on = listener_of(w);
    on.alt_alone = false;
    double x = 0, y = 0;
    glfwGetCursorPos(w, &x, &y);
    on.mouse.add(button, action == GLFW_PRESS, {static_cast<float>(x), static_cast<float>(y)});
  });
  // Alt+Tab: it is let go where we do not see it.
  glfwSetWindowFocusCallback(parts.window, [](GLFWwindow* w, int) {
    wake(w);
    listener_of(w).alt_alone = false;
  });
  glfwSetScrollCallback(parts.window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetCharCallback(parts.window, [](GLFWwindow* w, unsigned) { wake(w); });
  glfwSetFramebufferSizeCallback(parts.window, [](GLFWwindow* w, int, int) { wake(w); });
  glfwSetWindowRefreshCallback(parts.window, [](GLFWwindow* w) { wake(w); });
  glfwSetDropCallback(parts.window, [](GLFWwindow* w, int count, const char** files) {
    wake(w);
    listener_of(w).bench->dropped({files, files + count});
  });
  parts.glfw_backend = ImGui_ImplGlfw_InitForOpenGL(parts.window, true);
  parts.gl_backend = init_gl_backend();
  if (!parts.glfw_backend || !parts.gl_backend) return fail("ImGui cannot use this window's OpenGL.");
  return {};
}

/// ImGui from 1.87 on has a queue of its own.
void take_mouse([[maybe_unused]] Listener& listener) {
#if IMGUI_VERSION_NUM < 18700
  ImGuiIO& io = ImGui::GetIO();
  if (const std::optional<ImVec2> at = listener.mouse.next_frame()) io.MousePos = *at;
  for (int button = 0; button < MouseQueue::kButtons; ++button) io.MouseDown[button] = listener.mouse.down(button);
#else
  while (listener.mouse.next_frame()) {
  }
#endif
}

void draw(GLFWwindow* window, Workbench& bench, double dt) {
  int width = 0, height = 0;
  glfwGetWindowSize(window, &width, &height);
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  if (bench.prepare_fonts(w, h)) upload_fonts();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  take_mouse(listener_of(window));
  ImGuiIO& io = ImGui::GetIO();
  if (io.DeltaTime <= 0) io.DeltaTime = 1e-4F;
  ImGui::NewFrame();
  bench.frame(io.DisplaySize.x, io.DisplaySize.y, dt);
  ImGui::Render();
  int pixels_x = 0, pixels_y = 0;
  glfwGetFramebufferSize(window, &pixels_x, &pixels_y);
  glViewport(0, 0, pixels_x, pixels_y);
  const ImVec4 clear = to_vec4(bench.appearance().theme().background);
  glClearColor(clear.x, clear.y, clear.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window);
}

/// Sleeps until somebody does something, or the next frame is due by itself: `since` seconds have gone by after the last one.
void sleep(const Workbench& bench, double since) {
  const double rest = bench.next_frame_in() - since;
  if (std::isinf(rest)) {
    glfwWaitEvents();
  } else if (rest > 0) {
    glfwWaitEventsTimeout(rest);
  } else {
    glfwPollEvents();
  }
}

/// Fills the monitor that most of the window is on, or gives it back its place.
class FullScreen {
 public:
  explicit FullScreen(GLFWwindow* window) : window_(window) {}
  void follow(bool wanted) {
    if (wanted == on_) return;
    on_ = wanted;
    if (!wanted) return glfwSetWindowMonitor(window_, nullptr, x_, y_, width_, height_, GLFW_DONT_CARE);
    glfwGetWindowPos(window_, &x_, &y_);
    glfwGetWindowSize(window_, &width_, &height_);
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    int count = 0;
    GLFWmonitor** all = glfwGetMonitors(&count);
    for (int i = 0; i < count; ++i) {
      int left = 0, top = 0;
      glfwGetMonitorPos(all[i], &left, &top);
      const GLFWvidmode* mode = glfwGetVideoMode(all[i]);
      const int middle_x = x_ + width_ / 2, middle_y = y_ + height_ / 2;
      if (mode != nullptr && middle_x >= left && middle_x < left + mode->width && middle_y >= top && middle_y < top + mode->height) monitor = all[i];
    }
    const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
    if (mode != nullptr) glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  }
  /// Of the window, not of the screen.
  void size(int& width, int& height) const {
    if (on_) {
      width = width_, height = height_;
    } else {
      glfwGetWindowSize(window_, &width, &height);
    }
  }

 private:
  GLFWwindow* window_;
  bool on_ = false;
  int x_ = 0, y_ = 0, width_ = 0, height_ = 0;
};

}  // namespace

Key key_from_glfw(int code, const char* printed) {
  const bool keypad = code >= GLFW_KEY_KP_0 && code <= GLFW_KEY_KP_EQUAL;
  if (printed != nullptr && printed[0] != '\0' && printed[1] == '\0' && !keypad) {
    if (const Key key = key_that_prints(printed[0]); key != Key::kNone) return key;
  }
  const auto from = [&](Key first, int first_code) { return static_cast<Key>(static_cast<int>(first) + code - first_code); };
  if (code >= GLFW_KEY_A && code <= GLFW_KEY_Z) return from(Key::kA, GLFW_KEY_A);
  if (code >= GLFW_KEY_0 && code <= GLFW_KEY_9) return from(Key::k0, GLFW_KEY_0);
  if (code >= GLFW_KEY_KP_0 && code <= GLFW_KEY_KP_9) return from(Key::k0, GLFW_KEY_KP_0);
  if (code >= GLFW_KEY_F1 && code <= GLFW_KEY_F12) return from(Key::kF1, GLFW_KEY_F1);
  switch (code) {
    case GLFW_KEY_SPACE: return Key::kSpace;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER: return Key::kEnter;
    case GLFW_KEY_ESCAPE: return Key::kEscape;
    case GLFW_KEY_TAB: return Key::kTab;
    case GLFW_KEY_BACKSPACE: return Key::kBackspace;
    case GLFW_KEY_DELETE: return Key::kDelete;
    case GLFW_KEY_LEFT: return Key::kLeft;
    case GLFW_KEY_RIGHT: return Key::kRight;
    case GLFW_KEY_UP: return Key::kUp;
    case GLFW_KEY_DOWN: return Key::kDown;
    case GLFW_KEY_HOME: return Key::kHome;
    case GLFW_KEY_END: return Key::kEnd;
    case GLFW_KEY_PAGE_UP: return Key::kPageUp;
    case GLFW_KEY_PAGE_DOWN: return Key::kPageDown;
    case GLFW_KEY_EQUAL:
    case GLFW_KEY_KP_ADD: return Key::kPlus;
    case GLFW_KEY_MINUS:
    case GLFW_KEY_KP_SUBTRACT: return Key::kMinus;
    case GLFW_KEY_COMMA: return Key::kComma;
    case GLFW_KEY_PERIOD: return Key::kPeriod;
    case GLFW_KEY_SLASH: return Key::kSlash;
    case GLFW_KEY_LEFT_BRACKET: return Key::kLeftBracket;
    case GLFW_KEY_RIGHT_BRACKET: return Key::kRightBracket;
    default: return Key::kNone;
  }
}

Result<void> run_window(Workbench& bench, WindowOptions& options) {
  WindowParts parts;
  Listener listener{&bench, kSettlingFrames};
  if (auto opened = open_window(parts, bench, options); !opened) return opened;
  if (auto opened = open_imgui(parts, listener); !opened) return opened;
  bench.appearance().forget_fonts();
  std::uint64_t titled = bench.documents().serial();
  FullScreen screen(parts.window);
  const auto note_size = [&] {
    float scale_x = 1, scale_y = 1;
    glfwGetWindowContentScale(parts.window, &scale_x, &scale_y);
    screen.size(options.width, options.height);
    options.width = static_cast<int>(std::lround(static_cast<float>(options.width) / scale_x));
    options.height = static_cast<int>(std::lround(static_cast<float>(options.height) / scale_y));
  };
  double before = glfwGetTime();
  for (int frames = 0; glfwWindowShouldClose(parts.window) == GLFW_FALSE && !bench.quit_wanted();) {
    if (listener.frames_wanted > 0) {
      glfwPollEvents();
    } else {
      sleep(bench, glfwGetTime() - before);
    }
    const double start = glfwGetTime();
    // Nothing happened and nothing moves: the picture that is there still holds.
    if (listener.frames_wanted == 0 && start - before < bench.next_frame_in()) continue;
    screen.follow(bench.wants_fullscreen());
    draw(parts.window, bench, start - before);
    before = start;
    if (options.drawn) options.drawn();
    if (titled != bench.documents().serial()) {
      titled = bench.documents().serial();
      glfwSetWindowTitle(parts.window, window_title(bench).c_str());
    }
    listener.frames_wanted = listener.mouse.empty() ? std::max(listener.frames_wanted - 1, 0) : kSettlingFrames;
    if (listener.frames_wanted == 0 && options.rests) {
      note_size();
      options.rests();
    }
    if (options.max_frames > 0 && ++frames >= options.max_frames) break;
  }
  bench.stop_recording();
  note_size();
  return {};
}

}  // namespace vmalab
