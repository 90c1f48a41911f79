# SPDX-License-Identifier: GPL-2.0-only
# How CMake finds each library of packages.txt. Each becomes one target of ours, so that the layers'
# CMakeLists.txt need not know whether a distribution ships a CMake config, a .pc file or only headers.
# Everything is searched before anything is reported: the message then names all packages that are missing.
find_package(PkgConfig QUIET)
find_package(Threads REQUIRED)
set(missing_packages "")

# Wraps the CMake target `target` of a config package as `vmalab::<name>`.
macro(dependency_config name package config target)
  find_package(${config} CONFIG QUIET)
  if(TARGET ${target})
    add_library(dependency_${name} INTERFACE)
    target_link_libraries(dependency_${name} INTERFACE ${target})
    add_library(vmalab::${name} ALIAS dependency_${name})
  else()
    list(APPEND missing_packages ${package})
  endif()
endmacro()

# Wraps pkg-config's `module` as `vmalab::<name>`; its headers count as system headers.
macro(dependency_pkgconfig name package module)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${name}_module QUIET IMPORTED_TARGET GLOBAL ${module})
  endif()
  if(TARGET PkgConfig::${name}_module)
    add_library(dependency_${name} INTERFACE)
    target_link_libraries(dependency_${name} INTERFACE PkgConfig::${name}_module)
    add_library(vmalab::${name} ALIAS dependency_${name})
  else()
    list(APPEND missing_packages ${package})
  endif()
endmacro()

# Wraps a library that is headers only, found by one of its headers, as `vmalab::<name>`.
macro(dependency_headers name package header)
  find_path(${name}_INCLUDE_DIR ${header})
  mark_as_advanced(${name}_INCLUDE_DIR)
  if(${name}_INCLUDE_DIR)
    add_library(dependency_${name} INTERFACE)
    target_include_directories(dependency_${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
    add_library(vmalab::${name} ALIAS dependency_${name})
  else()
    list(APPEND missing_packages ${package})
  endif()
endmacro()

if(NOT PKG_CONFIG_FOUND)
  list(APPEND missing_packages pkg-config)
endif()
dependency_config(expected libexpected-dev tl-expected tl::expected)
dependency_headers(tomlplusplus libtomlplusplus-dev toml++/toml.h)
dependency_headers(json nlohmann-json3-dev nlohmann/json.hpp)
dependency_headers(cli11 libcli11-dev CLI/CLI.hpp)
dependency_config(spdlog libspdlog-dev spdlog spdlog::spdlog)
dependency_pkgconfig(zlib zlib1g-dev zlib)
if(TARGET dependency_tomlplusplus)
  # Some releases of the package ship a shared library and some do not; the headers alone always suffice.
  target_compile_definitions(dependency_tomlplusplus INTERFACE TOML_HEADER_ONLY=1)
endif()
if(BUILD_TESTING)
  dependency_config(doctest doctest-dev doctest doctest::doctest)
endif()
if(VMALAB_UI)
  dependency_pkgconfig(png libpng-dev libpng)
  dependency_pkgconfig(imgui libimgui-dev imgui)
  dependency_pkgconfig(glfw libglfw3-dev glfw3)
  dependency_pkgconfig(egl libegl-dev egl)
  dependency_pkgconfig(gl libgl-dev gl)
  dependency_pkgconfig(freetype libfreetype-dev freetype2)
endif()

if(missing_packages)
  list(REMOVE_DUPLICATES missing_packages)
  list(JOIN missing_packages " " missing_text)
  message(FATAL_ERROR "Missing Debian packages: ${missing_text}\n"
    "Install them with: apt-get install ${missing_text}\n"
    "(`./run` does that for you; -DVMALAB_UI=OFF builds without the window and needs fewer.)")
endif()
