# SPDX-License-Identifier: GPL-2.0-only
# What ../dependencies.cmake does, for the browser: nothing of the machine's own libraries runs there, so those with code in them are
# compiled from Debian's source packages, which `./run web` fetches into VMALAB_WEB_SOURCES, and of those that are headers only just
# their folders are seen, not all of /usr/include.
enable_language(C)
set(VMALAB_WEB_SOURCES ${PROJECT_BINARY_DIR}/sources CACHE PATH "Where the source packages imgui, freetype and zlib are unpacked")
set(missing_packages "")
foreach(package imgui freetype zlib)
  file(GLOB ${package}_source ${VMALAB_WEB_SOURCES}/${package}-*)
  if(NOT IS_DIRECTORY "${${package}_source}")
    list(APPEND missing_packages ${package})
  endif()
endforeach()
if(missing_packages)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "Source packages that are not in ${VMALAB_WEB_SOURCES}: ${missing_packages}\n`./run web` fetches them.")
endif()

# Headers only.
set(headers ${PROJECT_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${headers})
foreach(folder tl toml++ nlohmann)
  if(NOT EXISTS /usr/include/${folder})
    message(FATAL_ERROR "There is no /usr/include/${folder}: see third_party/packages.txt, stage build.")
  endif()
  file(CREATE_LINK /usr/include/${folder} ${headers}/${folder} SYMBOLIC)
endforeach()
foreach(name expected tomlplusplus json)
  add_library(dependency_${name} INTERFACE)
  target_include_directories(dependency_${name} SYSTEM INTERFACE ${headers})
  add_library(vmalab::${name} ALIAS dependency_${name})
endforeach()
target_compile_definitions(dependency_tomlplusplus INTERFACE TOML_HEADER_ONLY=1)

# Compiled; with warnings that are not ours to mend.
add_library(dependency_zlib STATIC ${zlib_source}/adler32.c ${zlib_source}/compress.c ${zlib_source}/crc32.c ${zlib_source}/deflate.c ${zlib_source}/inffast.c
  ${zlib_source}/inflate.c ${zlib_source}/inftrees.c ${zlib_source}/trees.c ${zlib_source}/zutil.c)
target_include_directories(dependency_zlib SYSTEM PUBLIC ${zlib_source})

# Of FreeType what outlines of TrueType and OpenType need, and of that no more than freetype_modules.h registers.
set(modules autofit/autofit base/ftbase base/ftbitmap base/ftdebug base/ftglyph base/ftinit base/ftmm base/ftsynth base/ftsystem cff/cff gzip/ftgzip psaux/psaux pshinter/pshinter
  psnames/psnames sfnt/sfnt smooth/smooth truetype/truetype)
list(TRANSFORM modules REPLACE "(.+)" "${freetype_source}/src/\\1.c")
add_library(dependency_freetype STATIC ${modules})
target_include_directories(dependency_freetype SYSTEM PUBLIC ${freetype_source}/include)
target_include_directories(dependency_freetype PRIVATE ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(dependency_freetype PRIVATE FT2_BUILD_LIBRARY FT_CONFIG_OPTION_SYSTEM_ZLIB FT_CONFIG_MODULES_H=<freetype_modules.h>)
target_link_libraries(dependency_freetype PRIVATE dependency_zlib)

add_library(dependency_imgui STATIC ${imgui_source}/imgui.cpp ${imgui_source}/imgui_draw.cpp ${imgui_source}/imgui_tables.cpp
  ${imgui_source}/imgui_widgets.cpp ${imgui_source}/misc/freetype/imgui_freetype.cpp ${imgui_source}/backends/imgui_impl_opengl3.cpp)
target_include_directories(dependency_imgui SYSTEM PUBLIC ${imgui_source} ${imgui_source}/misc/freetype)
target_compile_definitions(dependency_imgui PUBLIC IMGUI_DISABLE_DEMO_WINDOWS PRIVATE IMGUI_IMPL_OPENGL_ES3)
target_link_libraries(dependency_imgui PRIVATE dependency_freetype)
# ImGui asks OpenGL for all its state before it draws, and a browser answers when everything drawn so far is finished. Nobody else draws, so
# platform/web answers.
set_source_files_properties(${imgui_source}/backends/imgui_impl_opengl3.cpp PROPERTIES COMPILE_DEFINITIONS glGetIntegerv=vmalab_gl_state)
foreach(name zlib freetype imgui)
  target_compile_options(dependency_${name} PRIVATE -w)
  set_target_properties(dependency_${name} PROPERTIES UNITY_BUILD OFF)
  add_library(vmalab::${name} ALIAS dependency_${name})
endforeach()
