// SPDX-License-Identifier: GPL-2.0-only
#include "app/guide.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "app/commands.h"
#include "app/player.h"
#include "lang/builtins.h"
#include "lang/codebase.h"
#include "machine/checks.h"
#include "machine/scenario_keys.h"

namespace vmalab::app {
namespace {

std::string row(const std::string& name, std::string_view meaning, std::size_t width) {
  return "    " + padded(name, width) + "  " + std::string(meaning) + "\n";
}

std::string keys() {
  std::string out;
  std::string_view table = "none";
  for (const ScenarioKey& key : scenario_keys()) {
    if (key.table != table) out += (out.empty() ? "" : "\n") + std::string(key.table.empty() ? "At the top of the file:" : "In `" + std::string(scenario_table_title(key.table)) + "`:") + "\n\n";
    table = key.table;
    out += row(std::string(key.name), key.meaning, 10);
  }
  return out;
}

std::string checks() {
  std::string out;
  for (const CheckInfo& check : check_table()) out += row(std::string(check.name), check.statement, 18);
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

/// The words of a block comment that ends on the line before `line`, or nothing.
std::string comment_before(const std::vector<std::string_view>& lines, std::size_t line) {
  if (line == 0 || !lines[line - 1].ends_with("*/")) return {};
  std::size_t first = line - 1;
  while (first > 0 && !lines[first].starts_with("/*")) --first;
  std::string text;
  for (std::size_t i = first; i < line; ++i) {
    std::istringstream words{std::string(lines[i])};
    for (std::string word; words >> word;) {
      if (word != "/*" && word != "*" && word != "*/") text += (text.empty() ? "" : " ") + word;
    }
  }
  return text;
}

/// The functions of threads.c and users.c as they are declared, each with its comment.
std::string threads(const CodeBase& code) {
  std::string out;
  for (const CodeBase::Function* function : code.functions()) {
    const SourceFile& file = code.files()[function->definition.file];
    if (!file.path.ends_with("threads.c") && !file.path.ends_with("users.c")) continue;
    const std::size_t line = function->definition.line - 1;
    out += "    " + std::string(file.lines[line]) + "\n";
    if (const std::string comment = comment_before(file.lines, line); !comment.empty()) out += "        " + comment + "\n";
  }
  return out;
}

/// The names that primitives.h offers, under its own comments. What begins with two underscores and no kernel name is the machine's.
std::string primitives(const CodeBase& code) {
  std::string out, names;
  const auto flush = [&] {
    if (!names.empty()) out += "    " + names + "\n";
    names.clear();
  };
  for (const SourceFile& file : code.files()) {
    if (!file.path.ends_with("primitives.h")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string_view line = file.lines[i];
      const bool define = line.starts_with("#define ");
      const bool function = !line.empty() && line.front() != '#' && line.front() != '\t' && line.front() != ' ' && line.front() != '/' &&
                            line.find('(') != std::string_view::npos && line.find(';') == std::string_view::npos;
      if (!define && !function) continue;
      if (const std::string comment = comment_before(file.lines, i); !comment.empty()) {
        flush();
        out += (out.empty() ? "" : "\n") + comment + "\n\n";
      }
      std::string name;
      if (define) {
        name = line.substr(8, line.find_first_of(" \t(", 8) - 8);
        if (line.substr(8 + name.size()).starts_with("(")) name += line.substr(8 + name.size(), line.find(')') + 1 - 8 - name.size());
      } else {
        const std::size_t paren = line.find('('), begin = line.find_last_of(" *", paren) + 1;
        name = std::string(line.substr(begin, paren - begin)) + std::string(line.substr(paren));
      }
      if (names.size() + name.size() > 110) flush();
      names += (names.empty() ? "" : "  ") + name;
    }
  }
  flush();
  return out;
}

}  // namespace

Result<std::string> guide_text(const std::filesystem::path& assets) {
  const std::filesystem::path file = assets / "guide.md";
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail("cannot be read", file.string());
  const Result<CodeBase> code = CodeBase::load_model(assets, {});
  if (!code) return tl::unexpected(code.error());
  std::string page = text.str();
  const auto fill_in = [&page](const std::string& mark, const std::string& list) {
    if (const std::size_t at = page.find("{{" + mark + "}}\n"); at != std::string::npos) page.replace(at, mark.size() + 5, list);
  };
  fill_in("keys", keys());
  fill_in("threads", threads(*code));
  fill_in("primitives", primitives(*code));
  fill_in("checks", checks());
  fill_in("questions", questions());
  return page;
}

Result<int> guide_command(const Options&, const Workspace& workspace) {
  const Result<std::string> page = guide_text(workspace.assets());
  if (!page) return tl::unexpected(page.error());
  if (Result<void> printed = print(*page); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app
