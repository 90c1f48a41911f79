// SPDX-License-Identifier: GPL-2.0-only
#include "app/guide.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/offered_names.h"
#include "app/player.h"
#include "app/text.h"
#include "lang/builtins.h"
#include "lang/codebase.h"
#include "lang/layout.h"
#include "lesson/lesson.h"
#include "machine/property.h"
#include "machine/scenario_keys.h"

namespace vmalab::app {
namespace {

std::string row(const std::string& name, std::string_view meaning, std::size_t width) {
  return "    " + padded(name, width) + "  " + std::string(meaning) + "\n";
}

std::string keys(const TomlFormat& format) {
  std::string out;
  std::size_t longest = 10;
  for (const TomlKey& key : format.keys) longest = std::max(longest, key.name.size());
  std::string_view table = "none";
  for (const TomlKey& key : format.keys) {
    if (key.table != table)
      out += (out.empty() ? "" : "\n") +
             std::string(key.table.empty() ? "At the top of the file:" : "In `" + std::string(format.title_of(key.table)) + "`:") + "\n\n";
    table = key.table;
    out += row(std::string(key.name), key.meaning, longest);
  }
  return out;
}

std::string checks() {
  std::string out;
  for (const Property* check : kProperties) out += row(std::string(check->name), check->statement, 18);
  return out;
}

std::string questions() {
  std::string out;
  for (const QueryName& query : query_table()) {
    std::string arguments;
    for (const char argument : query.arguments) {
      arguments += arguments.empty() ? "" : ", ";
      arguments += argument == 't' ? "r1" : argument == 'v' ? "vma0" : argument == 'm' ? "mm0" : "vma_start_read";
    }
    out += row(std::string(query.name) + "(" + arguments + ")", query.meaning, 34);
  }
  return out;
}

/// Names beside each other, as many as a line has room for.
std::string listed(const std::vector<std::string>& names) {
  std::string out, line;
  for (const std::string& name : names) {
    if (!line.empty() && line.size() + name.size() > 110) out += "    " + std::exchange(line, {}) + "\n";
    line += (line.empty() ? "" : "  ") + name;
  }
  return out + (line.empty() ? "" : "    " + line + "\n");
}

/// A paragraph in lines that are not too long to read.
std::string paragraph(const std::string& text, const std::string& indent) {
  std::string out;
  for (const std::string& line : wrap(text, 120 - indent.size())) out += indent + line + "\n";
  return out;
}

/// The functions of threads.c and users.c as they are declared, each with its comment. What is static there is a part of one.
std::string threads(const CodeBase& code) {
  std::string out;
  for (const CodeBase::Function* function : code.functions()) {
    const SourceFile& file = code.files()[function->definition.file];
    if (!file.path.ends_with("threads.c") && !file.path.ends_with("users.c")) continue;
    const std::size_t line = function->definition.line - 1;
    if (!file.lines[line].starts_with("void ")) continue;
    out += "    " + declaration_at(file.lines, line) + "\n" + paragraph(comment_before(file.lines, line), "        ");
  }
  return out;
}

/// What users of the lock call of the model's files: not what is static in a C file, nor what begins with underscores.
std::string lock(const CodeBase& code) {
  std::string out;
  std::vector<std::string> names;
  for (const char* name : {"mmap_lock.h", "mmap_lock.c", "vma.c", "rcuwait.h", "rcuwait.c"}) {
    for (const SourceFile& file : code.files()) {
      if (!file.path.ends_with(std::string("/") + name)) continue;
      for (const OfferedGroup& group : offered_names(file)) {
        std::copy_if(group.names.begin(), group.names.end(), std::back_inserter(names),
                     [](const std::string& offered) { return !offered.starts_with("__") && offered.find('(') != std::string::npos; });
      }
    }
    if (std::string_view(name) != "rcuwait.h") out += listed(std::exchange(names, {}));
  }
  return out;
}

std::string objects() {
  std::string out;
  for (const ObjectInfo& object : object_table()) {
    std::string fields;
    for (const FieldInfo& field : object.fields) {
      const bool pointer = field.type.ends_with("*");
      fields += (fields.empty() ? "" : ", ") + std::string(field.type) + (pointer ? "" : " ") + std::string(field.name);
    }
    out += "    struct " + std::string(object.struct_name) + "\n" + paragraph(fields, "        ");
  }
  return out;
}

std::string primitives(const CodeBase& code) {
  std::string out;
  for (const SourceFile& file : code.files()) {
    if (!file.path.ends_with("primitives.h")) continue;
    for (const OfferedGroup& group : offered_names(file))
      out += (out.empty() ? "" : "\n") + paragraph(group.comment, "") + "\n" + listed(group.names);
  }
  return out;
}

Result<std::string> page_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail("cannot be read", file.string());
  return text.str();
}

void fill_in(std::string& page, const std::string& mark, const std::string& list) {
  if (const std::size_t at = page.find("{{" + mark + "}}\n"); at != std::string::npos) page.replace(at, mark.size() + 5, list);
}

}  // namespace

Result<std::string> guide_text(const std::filesystem::path& assets) {
  Result<std::string> page = page_of(assets / "guide.md");
  if (!page) return page;
  const Result<CodeBase> code = CodeBase::load_model(assets, {});
  if (!code) return tl::unexpected(code.error());
  fill_in(*page, "keys", keys(scenario_format()));
  fill_in(*page, "threads", threads(*code));
  fill_in(*page, "objects", objects());
  fill_in(*page, "lock", lock(*code));
  fill_in(*page, "primitives", primitives(*code));
  fill_in(*page, "checks", checks());
  fill_in(*page, "questions", questions());
  return page;
}

Result<std::string> lessons_text(const std::filesystem::path& assets) {
  Result<std::string> page = page_of(assets / "lessons.md");
  if (!page) return page;
  fill_in(*page, "keys", keys(lesson_format()));
  fill_in(*page, "panels", listed({lesson_panels().begin(), lesson_panels().end()}));
  fill_in(*page, "questions", questions());
  return page;
}

Result<int> GuideCommand::run(const Workspace& workspace) const {
  const Result<std::string> page = lessons ? lessons_text(workspace.assets()) : guide_text(workspace.assets());
  if (!page) return tl::unexpected(page.error());
  if (Result<void> printed = print(*page); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
