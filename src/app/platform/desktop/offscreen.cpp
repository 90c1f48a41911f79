// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/offscreen.h"

#define GL_GLEXT_PROTOTYPES 1
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <GL/glext.h>
#include <imgui.h>

#include <array>
#include <cstring>
#include <string>

#include "app/platform/desktop/gl_backend.h"

namespace vmalab {
namespace {

constexpr int kSettlingFrames = 4;

std::string egl_error() {
  std::array<char, 16> code{};
  std::snprintf(code.data(), code.size(), "0x%04x", static_cast<unsigned>(eglGetError()));
  return std::string("EGL error ") + code.data();
}

constexpr const char* kAdvice = " Pictures need OpenGL 3.3, in software if need be: install libegl1, libgl1 and libgl1-mesa-dri.";

}  // namespace

struct Offscreen::Impl {
  int width = 0, height = 0;
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  GLuint framebuffer = 0, colour = 0;
  ImGuiContext* imgui = nullptr;
  bool backend = false;
  const Workbench* fonts_of = nullptr;  ///< whose fonts this context has

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  Result<void> open_egl();
  Result<void> open_framebuffer();
  Result<void> open_imgui();
};

Offscreen::Impl::~Impl() {
  if (imgui != nullptr) {
    ImGui::SetCurrentContext(imgui);
    if (backend) ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext(imgui);
  }
  if (context != EGL_NO_CONTEXT) {
    glDeleteFramebuffers(1, &framebuffer);
    glDeleteRenderbuffers(1, &colour);
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display, context);
  }
  // The display is not terminated: it is one for the whole process, and Mesa loses memory each time (112 bytes that
  // LeakSanitizer reports).
}

Result<void> Offscreen::Impl::open_egl() {
  const char* extensions = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  const auto get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (extensions == nullptr || std::strstr(extensions, "EGL_MESA_platform_surfaceless") == nullptr || get_display == nullptr) {
    return fail(std::string("This EGL cannot draw without a display (no EGL_MESA_platform_surfaceless).") + kAdvice);
  }
  display = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY) return fail("EGL gives no display: " + egl_error() + "." + kAdvice);
  if (eglInitialize(display, nullptr, nullptr) == EGL_FALSE) {
    return fail("EGL cannot start: " + egl_error() + "." + kAdvice);
  }
  if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return fail(std::string("EGL has no desktop OpenGL.") + kAdvice);
  const std::array<EGLint, 3> wanted{EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  // Surfaceless needs no surface bits; a driver without any config still makes contexts with EGL_NO_CONFIG_KHR.
  if (eglChooseConfig(display, wanted.data(), &config, 1, &count) == EGL_FALSE || count == 0) config = EGL_NO_CONFIG_KHR;
  const std::array<EGLint, 7> version{EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  context = eglCreateContext(display, config, EGL_NO_CONTEXT, version.data());
  if (context == EGL_NO_CONTEXT) return fail("There is no OpenGL 3.3 here: " + egl_error() + "." + kAdvice);
  if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_FALSE) {
    return fail("OpenGL cannot draw without a surface: " + egl_error() + "." + kAdvice);
  }
  return {};
}

Result<void> Offscreen::Impl::open_framebuffer() {
  GLint largest = 0;
  glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
  if (width > largest || height > largest) {
    return fail("This OpenGL draws at most " + std::to_string(largest) + " pixels a side.");
  }
  glGenRenderbuffers(1, &colour);
  glBindRenderbuffer(GL_RENDERBUFFER, colour);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
  glGenFramebuffers(1, &framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colour);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE || glGetError() != GL_NO_ERROR) {
    return fail("OpenGL has no room for a picture of " + std::to_string(width) + "x" + std::to_string(height) + " pixels.");
  }
  return {};
}

Result<void> Offscreen::Impl::open_imgui() {
  IMGUI_CHECKVERSION();
  imgui = ImGui::CreateContext();
  ImGui::SetCurrentContext(imgui);
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().LogFilename = nullptr;
  backend = init_gl_backend();
  if (!backend) return fail(std::string("ImGui cannot use this OpenGL.") + kAdvice);
  return {};
}

Offscreen::Offscreen(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Offscreen::Offscreen(Offscreen&&) noexcept = default;
Offscreen& Offscreen::operator=(Offscreen&&) noexcept = default;
Offscreen::~Offscreen() = default;

Result<Offscreen> Offscreen::create(int width, int height) {
  if (width < kMinSide || height < kMinSide || width > kMaxSide || height > kMaxSide) {
    return fail("A picture of " + std::to_string(width) + "x" + std::to_string(height) + " pixels cannot be drawn; each side is " +
                std::to_string(kMinSide) + " to " + std::to_string(kMaxSide) + ".");
  }
  auto impl = std::make_unique<Impl>();
  impl->width = width;
  impl->height = height;
  if (auto done = impl->open_egl(); !done) return tl::unexpected(done.error());
  if (auto done = impl->open_framebuffer(); !done) return tl::unexpected(done.error());
  if (auto done = impl->open_imgui(); !done) return tl::unexpected(done.error());
  return Offscreen(std::move(impl));
}

void Offscreen::lay_out(Workbench& bench, double dt) {
  ImGui::SetCurrentContext(impl_->imgui);
  const auto width = static_cast<float>(impl_->width), height = static_cast<float>(impl_->height);
  if (bench.prepare_fonts(width, height)) upload_fonts();
  ImGui::GetIO().DisplaySize = {width, height};
  ImGui::GetIO().DeltaTime = dt > 0 ? static_cast<float>(dt) : 1e-4F;
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  bench.frame(width, height, dt);
  ImGui::Render();
}

void Offscreen::draw_frame(Workbench& bench, double dt) {
  lay_out(bench, dt);
  glBindFramebuffer(GL_FRAMEBUFFER, impl_->framebuffer);
  glViewport(0, 0, impl_->width, impl_->height);
  const ImVec4 clear = to_vec4(bench.appearance().theme().background);
  glClearColor(clear.x, clear.y, clear.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glFinish();
}

Result<Image> Offscreen::draw(Workbench& bench) {
  // A new context knows no fonts, whatever the Workbench has built in another one.
  if (impl_->fonts_of != &bench) bench.appearance().forget_fonts();
  impl_->fonts_of = &bench;
  for (int i = 1; i < kSettlingFrames; ++i) lay_out(bench, 1.0 / 60);
  // What can still come of the run, or how short a way is, is found out a little each frame; a picture has it, or is drawn without after a while.
  constexpr int kPatience = 300;
  for (int i = 0; i < kPatience && bench.finds_out(); ++i) lay_out(bench, 0);
  draw_frame(bench, 1.0 / 60);
  Image image{impl_->width, impl_->height, {}};
  const auto row = static_cast<std::size_t>(image.width) * 3;
  std::vector<std::uint8_t> bottom_up(row * static_cast<std::size_t>(image.height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, image.width, image.height, GL_RGB, GL_UNSIGNED_BYTE, bottom_up.data());
  if (const GLenum error = glGetError(); error != GL_NO_ERROR) {
    return fail("The picture could not be read back from OpenGL: error " + std::to_string(error) + ".");
  }
  image.rgb.resize(bottom_up.size());
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
    std::memcpy(&image.rgb[y * row], &bottom_up[(static_cast<std::size_t>(image.height) - 1 - y) * row], row);
  }
  return image;
}

Result<void> save_picture(Workbench& bench, int width, int height, const std::filesystem::path& file) {
  Result<Offscreen> screen = Offscreen::create(width, height);
  if (!screen) return tl::unexpected(screen.error());
  bench.motion().set_on(false);
  const Result<Image> image = screen->draw(bench);
  if (!image) return tl::unexpected(image.error());
  return write_png(file, *image);
}

}  // namespace vmalab
